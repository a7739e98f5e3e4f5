package host

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// largestResponse is what Lambda takes as the answer of one invocation: 6 MB of JSON
// (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), counted with the wrapping and escapes that we add.
const largestResponse = 6 << 20

// beforeLambda is how long before Lambda's own deadline the work ends, so that the answer that says so gets out. After that deadline Lambda
// ends the process.
const beforeLambda = 400 * time.Millisecond

// serveLambda is the platform of AWS Lambda: it asks the Runtime API for events until Lambda ends the process.
func serveLambda(ctx context.Context, s Settings, handle Handle) error {
	lambda.StartWithOptions(&invoker{New(s, handle)}, lambda.WithContext(ctx))
	return nil
}

// invoker answers Lambda's events through the same [Host] as HTTP requests.
type invoker struct{ *Host }

// Invoke answers an event of a function URL or of an HTTP API (payload format 2.0) in that format. An event that has come from no
// gateway (aws lambda invoke, EventBridge, Step Functions) is the JSON body of a request, and the JSON answer itself is its result, a problem
// too. Lambda's error is for what could not be understood at all.
func (i *invoker) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	// After the answer Lambda may freeze the process, and with it the timer of the log.
	defer i.Flush()

	event, err := decodeEvent(payload)
	if err != nil {
		return nil, err
	}
	late := grace
	if deadline, ok := ctx.Deadline(); ok {
		margin := min(beforeLambda, time.Until(deadline)/4)
		late = min(grace, margin/2)
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}

	if event == nil {
		w := i.roundTrip(ctx, direct(payload), late)
		answer := w.json()
		if len(answer) > largestResponse {
			answer, _ = answerTooLarge(len(answer), largestResponse).answer(false)
		}
		return answer, nil
	}
	r, err := event.request()
	if err != nil {
		return nil, err
	}
	asText := wantsText(r.Method, r.Header)
	w := i.roundTrip(ctx, r, late)
	answer, err := w.event()
	if err == nil && len(answer) > largestResponse {
		p := answerTooLarge(len(answer), largestResponse)
		body, header := p.answer(asText)
		w.status = p.status
		w.body.Reset()
		w.body.Write(body)
		delete(w.header, "Etag")
		delete(w.header, "Content-Length")
		for name, values := range header {
			w.header[name] = values
		}
		answer, err = w.event()
	}
	return answer, err
}

func (i *invoker) roundTrip(ctx context.Context, r *http.Request, late time.Duration) *recorder {
	w := &recorder{header: http.Header{}, finished: make(chan struct{})}
	r = r.WithContext(ctx)
	go func() {
		switch r.URL.Path {
		case "/_/health", "/_/ready":
			i.ServeHTTP(w, r)
		default:
			i.serve(w, r, true, late)
		}
		w.Flush()
	}()
	<-w.finished
	return w
}

// gatewayEvent is what of a payload in format 2.0 matters here: a function URL's and an HTTP API's differ in what is absent.
type gatewayEvent = events.APIGatewayV2HTTPRequest

type httpEvent struct{ gatewayEvent }

// decodeEvent tells what an event is: one of HTTP in format 2.0, or no gateway's (nil). Other gateways' events look alike and want another form of
// answer, so they are refused by name rather than taken for a calculation.
func decodeEvent(payload []byte) (*httpEvent, error) {
	if trimmed := bytes.TrimLeft(payload, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, nil
	}
	var shape struct {
		Version        string `json:"version"`
		HTTPMethod     string `json:"httpMethod"`
		RequestContext *struct {
			HTTP *json.RawMessage `json:"http"`
			ELB  *json.RawMessage `json:"elb"`
		} `json:"requestContext"`
	}
	// What does not decode is no gateway's doing: the function says what is wrong with it.
	if err := json.Unmarshal(payload, &shape); err != nil || shape.RequestContext == nil {
		return nil, nil
	}
	switch {
	case shape.RequestContext.HTTP != nil:
		event := new(httpEvent)
		if err := json.Unmarshal(payload, &event.gatewayEvent); err != nil {
			return nil, errors.New("event of an HTTP API: " + err.Error())
		}
		return event, nil
	case shape.RequestContext.ELB != nil:
		return nil, errors.New("event of an Application Load Balancer: use a function URL, or an HTTP API with payload format 2.0")
	case shape.HTTPMethod != "" || shape.Version == "1.0":
		return nil, errors.New("event of a REST API, or in payload format 1.0: use a function URL, or an HTTP API with payload format 2.0")
	default:
		return nil, errors.New("event with a requestContext but without requestContext.http: use a function URL, or an HTTP API with payload format 2.0")
	}
}

// request is the HTTP request that the event tells of.
func (e *httpEvent) request() (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return nil, errors.New("event's body: " + err.Error())
		}
		body = decoded
	}
	raw := e.path()
	u := &url.URL{Path: raw, RawQuery: e.RawQueryString}
	if path, err := url.PathUnescape(raw); err == nil {
		u.Path, u.RawPath = path, raw
	}
	header := make(http.Header, len(e.Headers)+4)
	for name, value := range e.Headers {
		header.Set(name, value) // repeated ones arrive joined by commas
	}
	if len(e.Cookies) > 0 {
		header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	host := header.Get("Host")
	if host == "" {
		host = e.RequestContext.DomainName
	}
	header.Del("Host")
	return newRequest(e.RequestContext.HTTP.Method, u, header, host, body), nil
}

// path is the part of the event's below the function's root. A function URL has all of it below; an HTTP API puts its stage and the route
// in front: with the route "ANY /add/{proxy+}", /prod/add/help is the function's /help.
func (e *httpEvent) path() string {
	path := e.RawPath
	if path == "" {
		path = "/"
	}
	_, route, found := strings.Cut(e.RouteKey, " ")
	if !found { // $default, or a function URL
		return path
	}
	if stage := e.RequestContext.Stage; stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
	}
	if i := strings.Index(route, "/{"); i >= 0 {
		route = route[:i]
	}
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(route, "/")); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	if path == "" {
		path = "/"
	}
	return path
}

// direct is the request that an event of no gateway stands for.
func direct(payload []byte) *http.Request {
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	return newRequest(http.MethodPost, &url.URL{Path: "/"}, header, "", payload)
}

func newRequest(method string, u *url.URL, header http.Header, host string, body []byte) *http.Request {
	r := &http.Request{Method: method, URL: u, Header: header, Host: host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody, ContentLength: int64(len(body))}
	if len(body) > 0 {
		r.Body = reader{bytes.NewReader(body)}
	}
	return r
}

type reader struct{ *bytes.Reader }

func (reader) Close() error { return nil }

// recorder keeps an answer that goes elsewhere than into a connection.
type recorder struct {
	status   int
	header   http.Header
	body     bytes.Buffer
	once     sync.Once
	finished chan struct{} // closed when the answer is whole
}

// Flush says that the answer is whole, which it is before the end of a function that had to be answered for.
func (w *recorder) Flush() { w.once.Do(func() { close(w.finished) }) }

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// event is the answer in payload format 2.0: text as it is, anything else in base64; repeated headers joined by commas, cookies apart.
func (w *recorder) event() ([]byte, error) {
	answer := events.APIGatewayV2HTTPResponse{
		StatusCode: w.status,
		Headers:    make(map[string]string, len(w.header)),
		Cookies:    w.header["Set-Cookie"],
	}
	for name, values := range w.header {
		if name != "Set-Cookie" && name != "Content-Length" { // Lambda counts for itself
			answer.Headers[name] = strings.Join(values, ", ")
		}
	}
	if body := w.body.Bytes(); isText(body, w.header.Get("Content-Encoding")) {
		answer.Body = string(body)
	} else {
		answer.Body, answer.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // as long as it need be
	err := encoder.Encode(answer)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// isText tells a body that survives being a JSON string.
func isText(body []byte, encoding string) bool {
	return encoding == "" && utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
}

// json is the answer as data: itself when it says that it is JSON, else a string with it, since the text 0.30 as a
// JSON number would lose digits in whoever reads it.
func (w *recorder) json() []byte {
	body := bytes.TrimSpace(w.body.Bytes())
	switch {
	case len(body) == 0:
		return []byte("null")
	case isJSON(w.header.Get("Content-Type")) && json.Valid(body):
		return body
	default:
		return appendQuoted(nil, string(body))
	}
}
