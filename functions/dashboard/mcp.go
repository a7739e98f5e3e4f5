package function

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// The Model Context Protocol (modelcontextprotocol.io; its Go SDK speaks the revisions 2024-11-05 to 2026-07-28) lets AI assistants
// calculate instead of guessing. The tools are the catalogue's operations; a call of one is the request in JSON
// that HTTP takes, to the same handler, so that its answer or problem, its limits and its version are the same.
//
// Over HTTP it is stateless: one POST, one message, one JSON answer. A function behind a gateway keeps no connection open and may be
// replaced between two messages.

// serveMCP answers MCP's streamable HTTP transport.
func serveMCP(r handler.Request) (handler.Response, error) {
	switch {
	case !fromOwnPage(&r):
		return refuseMCP(http.StatusForbidden, "a page of another origin asks: call this from a program, or the functions themselves, which any page may"), nil
	case r.Method != http.MethodPost:
		a := refuseMCP(http.StatusMethodNotAllowed, "this is for AI assistants (Model Context Protocol): POST a message; there is no stream to GET and no session to DELETE")
		a.Header.Set("Allow", http.MethodPost)
		return a, nil
	case bytes.HasPrefix(bytes.TrimLeft(r.Body, " \t\r\n"), []byte("[")):
		return refuseMCP(http.StatusBadRequest, "a batch of messages: send them one by one"), nil
	}
	m, refusal := readMessage(r.Body)
	if refusal != nil {
		return *refusal, nil
	}

	// The SDK keeps what it passes to a tool apart from the request that brought it, since in other modes a call may outlive its
	// request. So the tool finds the request's own context in call, and stops with it. The SDK gets a little longer, so that the
	// problem that the tool then answers with still arrives; but not without end.
	ctx := r.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	c := &call{ctx: ctx}
	longer, cancel := context.WithCancel(context.WithValue(context.WithoutCancel(ctx), callKey{}, c))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(afterwards, cancel) })
	defer stop()

	q, err := http.NewRequestWithContext(longer, r.Method, "/mcp", bytes.NewReader(r.Body))
	if err != nil {
		return handler.Response{}, err
	}
	q.Header, q.Host = r.Header.Clone(), r.Host
	q.Header.Set("Accept", "application/json, text/event-stream") // the answer is JSON, so who takes only that is welcome too
	a := &recorder{header: http.Header{}}
	overHTTP(version(&r)).ServeHTTP(a, q)
	if c.defect != nil {
		return handler.Response{}, c.defect
	}
	if a.status >= 400 && !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		return m.refused(a.status, strings.TrimSpace(a.body.String())), nil
	}
	a.header.Set("Cache-Control", "no-store")
	a.header.Del("Connection")
	return handler.Response{StatusCode: a.status, Header: a.header, Body: a.body.Bytes()}, nil
}

// afterwards is how long the SDK may take for an answer when the deadline has passed. It is below the quarter of a second that host waits.
const afterwards = 100 * time.Millisecond

// call is what the tool and the request that brought it share.
type call struct {
	ctx    context.Context
	defect error
}

type callKey struct{}

// overHTTP is the SDK's transport. There is one version in a process, so one server.
func overHTTP(version string) http.Handler {
	httpOnce.Do(func() {
		server := MCP(version, 0)
		httpHandler = mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{
			Stateless:    true,
			JSONResponse: true,
			// host has limited the body, and behind a proxy on this machine Host is the proxy's public name.
			MaxRequestBodyBytes:        -1,
			DisableLocalhostProtection: true,
		})
	})
	return httpHandler
}

var (
	httpOnce    sync.Once
	httpHandler http.Handler
)

// MCP is the calculator as a server of the Model Context Protocol, for a transport of the caller's choice. A call that came with no
// deadline of its own ends after limit, if there is one.
func MCP(version string, limit time.Duration) *mcp.Server {
	no := false
	s := mcp.NewServer(&mcp.Implementation{Name: "calculator", Title: "Calculator", Version: version}, &mcp.ServerOptions{
		Instructions: instructions,
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}, // the list of tools never changes
	})
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		handle := handles[o.Name]
		s.AddTool(&mcp.Tool{
			Name: o.Name, Description: describe(o), InputSchema: inputSchema(o), OutputSchema: outputSchema(o),
			Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no},
		}, func(ctx context.Context, q *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return answerCall(ctx, handle, q.Params.Arguments, version, limit)
		})
	}
	return s
}

// handles are the operations that compute, each with the limits of the environment.
var handles = func() map[string]functions.Handle {
	m := map[string]functions.Handle{}
	for _, o := range catalogue.All {
		if len(o.Operands) > 0 {
			m[o.Name] = functions.Handler(o)
		}
	}
	return m
}()

// answerCall asks an operation as a POST of JSON would.
func answerCall(ctx context.Context, handle functions.Handle, arguments json.RawMessage, version string, limit time.Duration) (*mcp.CallToolResult, error) {
	body := bytes.TrimSpace(arguments)
	if len(body) == 0 || string(body) == "null" {
		body = []byte("{}")
	}
	if body[0] != '{' { // an array would be a batch to the operation, and its answer is no tool's
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "arguments: an object of names and values is needed"}
	}
	c, overHTTP := ctx.Value(callKey{}).(*call)
	switch {
	case overHTTP:
		ctx = c.ctx
	case limit > 0:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	q := handler.Request{Method: http.MethodPost, Body: body, Header: http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"}, "X-Calculator-Version": {version},
	}}
	q.WithContext(ctx)
	a, err := safely(handle, q)
	if err != nil {
		if overHTTP {
			c.defect = err // which host logs, and answers for
		} else {
			slog.Error("a defect", "error", err)
		}
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: "internal error"}
	}
	answer := bytes.TrimSpace(a.Body)
	return &mcp.CallToolResult{
		Content:           []mcp.Content{&mcp.TextContent{Text: string(answer)}},
		StructuredContent: json.RawMessage(answer),
		IsError:           a.StatusCode >= 400,
	}, nil
}

// safely calls a handler in a goroutine of the SDK's, where nobody recovers from a panic.
func safely(handle functions.Handle, q handler.Request) (a handler.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return handle(q)
}

// version is the one that host says.
func version(r *handler.Request) string {
	if v := r.Header.Get("X-Calculator-Version"); v != "" {
		return v
	}
	return "devel"
}

// fromOwnPage reports whether a request came from no web page at all, or from one of the host that it asks. The gateway asks the
// function under the function's own name, and passes the first name on; a page of another origin cannot set that header without a
// preflight, which is refused here too.
func fromOwnPage(r *handler.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	if err != nil || len(origins) > 1 || u.Host == "" {
		return false
	}
	host, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Host"), ",")
	if host = strings.TrimSpace(host); host == "" {
		host = r.Host
	}
	defaultPort := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return defaultPort != "" && strings.EqualFold(strings.TrimSuffix(u.Host, defaultPort), strings.TrimSuffix(host, defaultPort))
}

// message is what of a JSON-RPC message its answer depends on.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// readMessage finds out what the SDK would not: text after the message, which it would drop, and an id that it would answer with another
// one, such as 1.5 or an integer above 2^53, since numbers pass through a float64 there.
func readMessage(body []byte) (m message, refusal *handler.Response) {
	refuse := func(code int64, text string) (message, *handler.Response) {
		a := errorMCP(http.StatusBadRequest, nil, code, text)
		return message{}, &a
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return refuse(jsonrpc.CodeParseError, "one message as a JSON object is needed: "+err.Error())
	}
	if len(m.ID) == 0 || m.ID[0] == '"' || string(m.ID) == "null" {
		return m, nil
	}
	if n, err := strconv.ParseInt(string(m.ID), 10, 64); err != nil || n > 1<<53 || n < -1<<53 {
		return refuse(jsonrpc.CodeInvalidRequest, "id: a string or an integer of at most 2^53 is needed")
	}
	return m, nil
}

// CheckMessage is for a transport of the caller's choice: it says what to answer to a message that the SDK would misread, nil where there is
// nothing to say, and whether the message asks for an answer.
func CheckMessage(text []byte) (refusal []byte, asks bool) {
	m, refused := readMessage(text)
	if refused != nil {
		return refused.Body, true
	}
	return nil, m.Method != "" && len(m.ID) > 0 && string(m.ID) != "null"
}

// refused says what the SDK said in plain text, which a client of the protocol need not understand.
func (m message) refused(status int, text string) handler.Response {
	code := int64(jsonrpc.CodeInvalidRequest)
	if strings.HasSuffix(text, fmt.Sprintf("%q unsupported", m.Method)) {
		code = jsonrpc.CodeMethodNotFound
	}
	return errorMCP(status, m.ID, code, text)
}

// refuseMCP is an error about no message in particular.
func refuseMCP(status int, text string) handler.Response {
	return errorMCP(status, nil, jsonrpc.CodeInvalidRequest, text)
}

// errorMCP is an error of the protocol (JSON-RPC 2.0, §5.1). A message that has no id has none in its answer.
func errorMCP(status int, id json.RawMessage, code int64, text string) handler.Response {
	body, err := json.Marshal(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id,omitempty"`
		Error   jsonrpc.Error   `json:"error"`
	}{"2.0", id, jsonrpc.Error{Code: code, Message: "dashboard/mcp: " + text}})
	if err != nil {
		panic(err) // numbers, strings, and what was read as JSON
	}
	return handler.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}}, Body: append(body, '\n')}
}

// A recorder is the response of a handler, kept.
type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (a *recorder) Header() http.Header { return a.header }

func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *recorder) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// Flush is there because the SDK asks for it. There is nobody to flush to.
func (a *recorder) Flush() {}
