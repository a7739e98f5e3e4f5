package function

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/calc/expression"
	"calculator/template/calculator/host"
)

// serve runs the function as it is deployed, behind host, and returns its address.
func serve(t *testing.T, change func(*host.Settings)) string {
	t.Helper()
	s := host.Defaults()
	s.Name = "dashboard"
	if change != nil {
		change(&s)
	}
	server := httptest.NewServer(host.New(s, Handle))
	t.Cleanup(server.Close)
	return server.URL
}

// connect is a session of the SDK's own client.
func connect(t *testing.T, url string) *mcp.ClientSession {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: url, MaxRetries: -1}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return session
}

func text(t *testing.T, r *mcp.CallToolResult) string {
	t.Helper()
	require.Len(t, r.Content, 1)
	return r.Content[0].(*mcp.TextContent).Text
}

func TestEveryOperationIsATool(t *testing.T) {
	session := connect(t, serve(t, nil)+"/mcp")
	about := session.InitializeResult()
	require.Equal(t, "calculator", about.ServerInfo.Name)
	require.Equal(t, host.Version(), about.ServerInfo.Version)
	require.Contains(t, about.Instructions, "evaluate")
	require.JSONEq(t, `{"tools":{}}`, string(asJSON(about.Capabilities)))
	list, err := session.ListTools(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, list.Tools, len(catalogue.All)-1)
	for _, tool := range list.Tools {
		o := catalogue.Find(tool.Name)
		require.NotNil(t, o, tool.Name)
		require.NotEqual(t, "dashboard", tool.Name)
		require.Contains(t, strings.ToLower(tool.Description), strings.ToLower(o.Summary))
		require.Less(t, len(tool.Description), 1500, tool.Name)
		require.True(t, tool.Annotations.ReadOnlyHint && tool.Annotations.IdempotentHint && !*tool.Annotations.OpenWorldHint)
		schema := asMap(t, tool.InputSchema)
		require.Len(t, schema["properties"], len(o.Operands)+len(o.Options), tool.Name)
		require.Len(t, schema["required"], o.Required(), tool.Name)
		require.Equal(t, false, schema["additionalProperties"], tool.Name)
		for _, word := range []string{"anyOf", "oneOf", "allOf"} {
			require.NotContains(t, schema, word, "assistants refuse it in what a tool takes")
		}
	}
}

func asMap(t *testing.T, v any) map[string]any {
	t.Helper()
	document, err := json.Marshal(v)
	require.NoError(t, err)
	m := map[string]any{}
	require.NoError(t, json.Unmarshal(document, &m))
	return m
}

// resolve reads a schema as a client gets it.
func resolve(t *testing.T, schema any) *jsonschema.Resolved {
	t.Helper()
	document, err := json.Marshal(schema)
	require.NoError(t, err)
	var s jsonschema.Schema
	require.NoError(t, json.Unmarshal(document, &s))
	resolved, err := s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	require.NoError(t, err)
	return resolved
}

// TestAToolAnswersAsTheFunctionDoes asks each example of the catalogue both ways.
func TestAToolAnswersAsTheFunctionDoes(t *testing.T) {
	session := connect(t, serve(t, nil)+"/mcp")
	list, err := session.ListTools(t.Context(), nil)
	require.NoError(t, err)
	asked := 0
	for _, tool := range list.Tools {
		o := catalogue.Find(tool.Name)
		in, out := resolve(t, tool.InputSchema), resolve(t, tool.OutputSchema)
		for i := range o.Examples {
			e := &o.Examples[i]
			if len(e.Operands) > len(o.Operands) && !o.Variadic {
				continue // a surplus operand has no name
			}
			given := string(asJSON(exampleRequest(o, e)))
			result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: o.Name, Arguments: json.RawMessage(given)})
			require.NoError(t, err, given)
			structured := asMap(t, result.StructuredContent)
			require.JSONEq(t, text(t, result), string(asJSON(structured)))
			require.NoError(t, out.Validate(structured), given)
			q := handler.Request{Method: http.MethodPost, Body: []byte(given), Header: http.Header{"Content-Type": {"application/json"}}}
			q.WithContext(t.Context())
			a, err := handles[o.Name](q)
			require.NoError(t, err)
			require.JSONEq(t, string(a.Body), text(t, result), given)
			require.Equal(t, e.Problem != "", result.IsError, given)
			if e.Problem != "" {
				require.Equal(t, e.Problem, structured["type"], given)
			} else {
				require.Equal(t, e.Result, structured["result"], given)
				require.Equal(t, e.Exact, structured["exact"], given)
				require.NoError(t, in.Validate(asMap(t, json.RawMessage(given))), given)
			}
			asked++
		}
	}
	require.Greater(t, asked, 150)
}

func TestEvaluateKeepsAFormulaExact(t *testing.T) {
	session := connect(t, serve(t, nil)+"/mcp")
	for given, want := range map[string]string{
		`{"expression":"1/3*3"}`:                                                 `{"operation":"evaluate","result":"1","exact":true}`,
		`{"expression":"200 + 10%"}`:                                             `{"operation":"evaluate","result":"220","exact":true}`,
		`{"expression":"x = 3; x^2 + sin(pi/6)"}`:                                `{"operation":"evaluate","result":"9.5","exact":true}`,
		`{"expression":"sin(30)","unit":"degree"}`:                               `{"operation":"evaluate","result":"0.5","exact":true}`,
		`{"expression":"3x","variables":{"x":"1/3"}}`:                            `{"operation":"evaluate","result":"1","exact":true}`,
		`{"expression":"22/7","precision":"5","forms":true}`:                     `{"operation":"evaluate","result":"3.1429","exact":false,"precision":5,"rounding":"half_even","forms":{"fraction":"22/7","mixed":"3 1/7","repeating":"3.(142857)"}}`,
		`{"expression":"sqrt(2)","precision":4,"rounding":"up","notation":null}`: ``,
	} {
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "evaluate", Arguments: json.RawMessage(given)})
		require.NoError(t, err, given)
		require.Equal(t, want == "", result.IsError, "%s: %s", given, text(t, result))
		if want != "" {
			require.JSONEq(t, want, text(t, result), given)
		}
	}
}

// TestAssistantsAreToldEveryFunction: an assistant writes what it was told of, so nothing is missing there, and nothing is made up.
func TestAssistantsAreToldEveryFunction(t *testing.T) {
	_, list, _ := strings.Cut(expressions, "with parentheses: ")
	list, _, _ = strings.Cut(list, ". Constants")
	told := map[string]bool{}
	for _, name := range regexp.MustCompile(`[a-z][a-z0-9]+`).FindAllString(regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(list, ""), -1) {
		told[name] = true
	}
	for _, f := range expression.Functions() {
		require.True(t, told[f.Name], f.Name)
		delete(told, f.Name)
	}
	require.Empty(t, told)
}

// post sends one message as any program may.
func post(t *testing.T, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a, string(b)
}

const oneTenth = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"args":[0.1,"0.2"]}}}`

func TestAMessageNeedsNothingBeforeIt(t *testing.T) {
	url := serve(t, nil)
	for _, path := range []string{"/mcp", "/mcp?x=1", "/dashboard/mcp"} {
		for _, header := range [][]string{nil, {"Accept", "application/json"}, {"Accept", "*/*"}, {"Mcp-Protocol-Version", "2025-06-18"}, {"Mcp-Protocol-Version", "2025-11-25"},
			{"Mcp-Session-Id", "of-another-process"}} {
			a, body := post(t, url+path, oneTenth, header...)
			require.Equal(t, 200, a.StatusCode, body)
			require.Equal(t, "application/json", a.Header.Get("Content-Type"))
			require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
			require.Equal(t, host.Version(), a.Header.Get("X-Calculator-Version"))
			require.Empty(t, a.Header.Get("Mcp-Session-Id"))
			require.Contains(t, body, `"structuredContent":{"operation":"add","result":"0.3","exact":true}`)
		}
	}
}

func TestWhatIsNotOneMessageIsRefused(t *testing.T) {
	url := serve(t, nil) + "/mcp"
	a, body := post(t, url, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	require.Equal(t, 202, a.StatusCode)
	require.Empty(t, body)
	for given, want := range map[string]string{
		" [" + oneTenth + "]": "one by one",
		"0.1 0.2":             "one message as a JSON object",
		"":                    "one message as a JSON object",
		`{"jsonrpc":"2.0","id":1,"method":"tools/calls"}`:                                                           "tools/calls",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"modulo","arguments":{}}}`:                  "modulo",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"dashboard","arguments":{}}}`:               "dashboard",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":[{"args":["1"]}]}}`:       "an object of names and values",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"divide","arguments":{"dividend":"1,5"}}}`:  "no divisor",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"divide"}}`:                                 "no dividend",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"args":["1"],"b":"2"}}}`: `unknown name`,
	} {
		_, body := post(t, url, given)
		require.Contains(t, body, want, given)
		require.NotContains(t, body, `"exact"`, given)
	}
	// Each is an error of the protocol, with the message's own id where that has one.
	for given, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"method":"ping"`:           `{"jsonrpc":"2.0","error":{"code":-32700,`,
		`{"jsonrpc":"2.0","id":1,"method":"ping"}` + "\n{}": `{"jsonrpc":"2.0","error":{"code":-32700,`,
		`7`:                          `{"jsonrpc":"2.0","error":{"code":-32700,`,
		strings.Repeat("[", 100_000): `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"id":` + strings.Repeat(`{"a":`, 20_000):                `{"jsonrpc":"2.0","error":{"code":-32700,`,
		`{"jsonrpc":"2.0","id":1.5,"method":"ping"}`:              `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"jsonrpc":"2.0","id":1e30,"method":"ping"}`:             `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}`: `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"jsonrpc":"2.0","id":{},"method":"ping"}`:               `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"jsonrpc":"2.0","id":true,"method":"ping"}`:             `{"jsonrpc":"2.0","error":{"code":-32600,`,
		`{"jsonrpc":"1.0","id":3,"method":"ping"}`:                `{"jsonrpc":"2.0","id":3,"error":{"code":-32600,`,
		`{"jsonrpc":"2.0","id":"a\"b","method":"tools/calls"}`:    `{"jsonrpc":"2.0","id":"a\"b","error":{"code":-32601,`,
		`{"jsonrpc":"2.0","id":4,"method":"tools/call"}`:          `{"jsonrpc":"2.0","id":4,"error":{"code":-32600,`,
	} {
		a, body := post(t, url, given)
		require.Equal(t, 400, a.StatusCode, "%.80s", given)
		require.Equal(t, "application/json", a.Header.Get("Content-Type"), "%.80s", given)
		require.True(t, strings.HasPrefix(body, want), "%.80s: %s", given, body)
		require.Less(t, len(body), 1000, "%.80s", given)
	}
	for _, id := range []string{`0`, `-7`, `9007199254740992`, `"x"`, `""`} {
		_, body := post(t, url, `{"jsonrpc":"2.0","id":`+id+`,"method":"ping"}`)
		require.Equal(t, `{"jsonrpc":"2.0","id":`+id+`,"result":{}}`, strings.TrimSpace(body))
	}
	for _, method := range []string{"GET", "HEAD", "DELETE", "OPTIONS", "PUT"} {
		q, err := http.NewRequest(method, url, nil)
		require.NoError(t, err)
		a, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		require.NoError(t, a.Body.Close())
		require.Equal(t, 405, a.StatusCode, method)
		require.Equal(t, "POST", a.Header.Get("Allow"), method)
	}
}

// TestNothingWaitsForEver: a subscription has nothing to wait for here.
func TestNothingWaitsForEver(t *testing.T) {
	url := serve(t, func(s *host.Settings) { s.Exec = 20 * time.Second }) + "/mcp"
	begin := time.Now()
	a, body := post(t, url, `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{
		"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}`,
		"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen")
	require.Less(t, time.Since(begin), 5*time.Second, body)
	require.Less(t, a.StatusCode, 500, body)
}

func TestAForeignOriginIsRefused(t *testing.T) {
	url := serve(t, nil)
	own := strings.TrimPrefix(url, "http://")
	for _, c := range []struct {
		origin, forwarded string
		want              int
	}{
		{"", "", 200},
		{"http://" + own, "", 200},
		{"https://calculator.example", "calculator.example", 200},
		{"https://Calculator.example:443", "calculator.example, gateway:8080", 200},
		{"https://evil.example", "", 403},
		{"https://evil.example", "calculator.example", 403},
		{"https://calculator.example.evil.example", "calculator.example", 403},
		{"https://calculator.example:8443", "calculator.example", 403},
		{"http://" + own + ".evil.example", "", 403},
		{"null", "", 403},
		{"file://", "", 403},
		{"chrome-extension://" + own, "", 403},
	} {
		header := []string{}
		if c.origin != "" {
			header = append(header, "Origin", c.origin)
		}
		if c.forwarded != "" {
			header = append(header, "X-Forwarded-Host", c.forwarded)
		}
		a, body := post(t, url+"/mcp", oneTenth, header...)
		require.Equal(t, c.want, a.StatusCode, "%+v: %s", c, body)
		require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
		if c.want == 403 {
			require.Contains(t, body, `"code":-32600`)
		}
	}
	q, err := http.NewRequest(http.MethodOptions, url+"/mcp", nil)
	require.NoError(t, err)
	q.Header.Set("Origin", "https://evil.example")
	a, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	require.NoError(t, a.Body.Close())
	require.Equal(t, 403, a.StatusCode, "a preflight")
}

// TestAToolStopsAtTheDeadline: the answer is the problem, not a connection that ends.
func TestAToolStopsAtTheDeadline(t *testing.T) {
	session := connect(t, serve(t, func(s *host.Settings) { s.Exec = 30 * time.Millisecond })+"/mcp")
	var terms []string
	for i := range 500 {
		terms = append(terms, fmt.Sprintf("exp(sin(%d))", i+1))
	}
	begin := time.Now()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "evaluate", Arguments: map[string]any{"expression": strings.Join(terms, "+"), "precision": "10000"}})
	require.NoError(t, err)
	require.True(t, result.IsError, "it took %v", time.Since(begin))
	require.Contains(t, []any{"deadline-exceeded", "too-many-requests"}, asMap(t, result.StructuredContent)["type"])
	require.Less(t, time.Since(begin), 5*time.Second)
}

func TestACallerWhoHasGoneStopsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := handler.Request{Method: http.MethodPost, Body: []byte(oneTenth), Header: http.Header{"Content-Type": {"application/json"}}}
	q.WithContext(ctx)
	a, err := serveMCP(q)
	require.NoError(t, err)
	require.NotContains(t, string(a.Body), `"0.3"`)
}

// TestADefectIsTheHostsToAnswer: the caller learns nothing, the log everything, and the process lives.
func TestADefectIsTheHostsToAnswer(t *testing.T) {
	for name, handle := range map[string]func(handler.Request) (handler.Response, error){
		"panic": func(handler.Request) (handler.Response, error) { panic("secret") },
		"error": func(handler.Request) (handler.Response, error) { return handler.Response{}, errors.New("secret") },
	} {
		c := &call{ctx: t.Context()}
		_, err := answerCall(context.WithValue(t.Context(), callKey{}, c), handle, nil, "v1", 0)
		require.ErrorContains(t, err, "internal error", name)
		require.NotContains(t, err.Error(), "secret")
		require.ErrorContains(t, c.defect, "secret")
	}
}

func TestManyAssistantsAtOnce(t *testing.T) {
	url := serve(t, nil) + "/mcp"
	before := runtime.NumGoroutine()
	var all sync.WaitGroup
	wrong := make(chan string, 400)
	for i := range 20 {
		all.Go(func() {
			for k := range 20 {
				a, err := http.Post(url, "application/json", strings.NewReader(fmt.Sprintf(
					`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"subtract","arguments":{"minuend":"%d","subtrahend":"0.5"}}}`, k, 100*i+k)))
				if err != nil {
					wrong <- err.Error()
					continue
				}
				var b bytes.Buffer
				_, _ = b.ReadFrom(a.Body)
				_ = a.Body.Close()
				want := strings.Replace(fmt.Sprintf(`"result":"%g"`, float64(100*i+k)-0.5), "+", "", 1)
				if !strings.Contains(b.String(), want) || !strings.Contains(b.String(), fmt.Sprintf(`"id":%d,`, k)) {
					wrong <- b.String()
				}
			}
		})
	}
	all.Wait()
	close(wrong)
	for w := range wrong {
		t.Error(w)
	}
	http.DefaultClient.CloseIdleConnections()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+10 }, 5*time.Second, 20*time.Millisecond, "sessions end with their message")
}
