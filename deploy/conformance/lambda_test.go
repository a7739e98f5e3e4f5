package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/conformance/contract"
	"calculator/deploy/internal/process"
)

// runtimeAPI is what a function on AWS Lambda talks to: next, response and error of the documented Runtime API
// (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), version 2018-06-01.
type runtimeAPI struct {
	deadline time.Duration // of each invocation
	waiting  chan *invocation
	current  *invocation // that which the function has, since it has one at a time
	count    int
}

type invocation struct {
	event  []byte
	id     string
	begin  time.Time
	answer chan result
}

type result struct {
	word string // response or error
	body []byte
	took time.Duration
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/2018-06-01/runtime/")
	id, word, _ := strings.Cut(strings.TrimPrefix(rest, "invocation/"), "/")
	switch {
	case !ok:
		http.NotFound(w, r)
	case rest == "invocation/next" && r.Method == http.MethodGet:
		select {
		case a.current = <-a.waiting:
			a.count++
			a.current.id, a.current.begin = fmt.Sprintf("8476a536-e9f4-11e8-9739-%012x", a.count), time.Now()
			h := w.Header()
			h.Set("Content-Type", "application/json")
			h.Set("Lambda-Runtime-Aws-Request-Id", a.current.id)
			h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(a.deadline).UnixMilli(), 10))
			h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-2:123456789012:function:custom-runtime")
			h.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")
			_, _ = w.Write(a.current.event)
		case <-r.Context().Done():
		}
	case r.Method == http.MethodPost && a.current != nil && id == a.current.id && (word == "response" || word == "error"):
		body, _ := io.ReadAll(r.Body)
		took := time.Since(a.current.begin)
		w.WriteHeader(http.StatusAccepted)
		a.current.answer <- result{word, body, took}
		a.current = nil
	default:
		http.Error(w, "no such invocation", http.StatusBadRequest)
	}
}

// lambda is a function as AWS Lambda runs it.
type lambda struct {
	api     *runtimeAPI
	process *process.Process
	took    []time.Duration // of each invocation
	began   time.Duration   // from exec until it asked for the first event
}

// onLambda starts a function under the Runtime API until the test ends.
func onLambda(t *testing.T, name string, deadline time.Duration) *lambda {
	t.Helper()
	f := &lambda{api: &runtimeAPI{deadline: deadline, waiting: make(chan *invocation)}}
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan bool, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case asked <- true:
		default:
		}
		f.api.ServeHTTP(w, r)
	}))
	server.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	server.Start()
	c := exec.Command(binary(t, name))
	c.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME=" + name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256"}
	begin := time.Now()
	var err error
	f.process, err = process.Start(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		f.process.Stop() // as Lambda ends a function without extensions
		cancel()
		server.Close()
	})
	select {
	case <-asked:
		f.began = time.Since(begin)
	case <-time.After(10 * time.Second):
		require.Fail(t, "the function asked for no event")
	}
	return f
}

// invoke gives the function an event.
func (f *lambda) invoke(event []byte) (result, error) {
	i := &invocation{event: event, answer: make(chan result, 1)}
	select {
	case f.api.waiting <- i:
	case <-time.After(10 * time.Second):
		return result{}, errors.New("the function asked for no event")
	}
	select {
	case r := <-i.answer:
		f.took = append(f.took, r.took)
		return r, nil
	case <-time.After(f.api.deadline + time.Second):
		return result{}, errors.New("the function gave no answer")
	}
}

// front is what stands before functions on AWS and makes events of requests: function URLs, or an HTTP API.
type front struct {
	event     string // one that AWS documents
	prefix    string // of an HTTP API's paths
	functions map[string]*lambda
}

// RoundTrip makes an event of a request, and a response of the answer, as AWS does it: names of headers in lower case, repeated
// ones joined by commas, a body that is no text in base64.
func (g front) RoundTrip(r *http.Request) (*http.Response, error) {
	name, _, _ := strings.Cut(r.URL.Host, ".")
	path := r.URL.EscapedPath()
	if g.prefix != "" {
		name, _, _ = strings.Cut(strings.TrimPrefix(path, g.prefix), "/")
	}
	text, err := os.ReadFile("../../template/calculator/host/testdata/lambda/" + g.event + ".json")
	if err != nil {
		return nil, err
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, err
	}
	headers := map[string]string{"host": r.URL.Host, "x-forwarded-for": "192.0.2.1"}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	query := map[string]string{}
	values, _ := url.ParseQuery(r.URL.RawQuery)
	for name, all := range values {
		query[name] = strings.Join(all, ",")
	}
	event["rawPath"], event["rawQueryString"], event["headers"], event["queryStringParameters"] = path, r.URL.RawQuery, headers, query
	delete(event, "cookies")
	request := event["requestContext"].(map[string]any)["http"].(map[string]any)
	request["method"], request["path"] = r.Method, path
	if g.prefix != "" {
		route := "ANY " + g.prefix + name
		if path != g.prefix+name {
			route += "/{proxy+}"
		}
		event["routeKey"] = route
		event["requestContext"].(map[string]any)["routeKey"] = route
	}
	event["body"], event["isBase64Encoded"] = nil, false
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		headers["content-length"] = strconv.Itoa(len(body))
		event["body"] = string(body)
		if media := r.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/") && !strings.HasPrefix(media, "application/json") {
			event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(body), true
		}
	}
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	done, err := g.functions[name].invoke(payload)
	if err != nil {
		return nil, err
	}
	if done.word != "response" {
		return nil, fmt.Errorf("the function failed: %s", done.body)
	}
	return response(r, done.body)
}

// response is the HTTP response that an answer in payload format 2.0 stands for.
func response(r *http.Request, body []byte) (*http.Response, error) {
	var answer struct {
		StatusCode      int
		Headers         map[string]string
		Body            string
		IsBase64Encoded bool
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	content := []byte(answer.Body)
	if answer.IsBase64Encoded {
		var err error
		if content, err = base64.StdEncoding.DecodeString(answer.Body); err != nil {
			return nil, err
		}
	}
	header := http.Header{}
	for name, value := range answer.Headers {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: answer.StatusCode, Header: header, Body: io.NopCloser(bytes.NewReader(content)), Request: r}, nil
}

func TestOnLambdaTheFunctionsKeepTheContract(t *testing.T) {
	functions := map[string]*lambda{}
	for _, o := range catalogue.All {
		functions[o.Name] = onLambda(t, o.Name, 10*time.Second)
	}
	api := http.Client{Transport: front{event: "http-api", prefix: "/function/", functions: functions}}
	conforms(t, contract.Calculator{URL: "https://abcdefghij.execute-api.us-east-2.amazonaws.com", Client: &api})
	urls := http.Client{Transport: front{event: "function-url", functions: functions}}
	for name := range functions {
		conforms(t, contract.Calculator{URL: "https://" + name + ".lambda-url.us-east-2.on.aws", Only: name, Client: &urls})
	}

	var took, began []time.Duration
	for _, f := range functions {
		took, began = append(took, f.took...), append(began, f.began)
	}
	slices.Sort(took)
	slices.Sort(began)
	t.Logf("%d invocations: half took at most %s, 99 in 100 at most %s; from exec to the first event %s to %s; memory at most %s",
		len(took), took[len(took)/2], took[len(took)*99/100], began[0], began[len(began)-1], peak(functions))
}

// peak is the most memory that one of the processes ever had, as Linux counts it.
func peak(functions map[string]*lambda) string {
	most, at := int64(0), ""
	for name, f := range functions {
		if had := f.process.Status("VmHWM"); had > most {
			most, at = had, name
		}
	}
	return fmt.Sprintf("%d MiB (%s)", most>>20, at)
}

func TestEventsOfNoGatewayAreDataInAndOut(t *testing.T) {
	f := onLambda(t, "divide", 10*time.Second)
	for event, want := range map[string]string{
		`{"dividend":1,"divisor":8}`: `{"operation":"divide","result":"0.125","exact":true}`,
		`{"dividend":1,"divisor":0}`: `{"type":"undefined","title":"Undefined","status":422,"detail":"divide(1, 0): division by zero","operand":"divisor"}`,
		`[{"args":[1,4]}]`:           `[{"operation":"divide","result":"0.25","exact":true}]`,
	} {
		r, err := f.invoke([]byte(event))
		require.NoError(t, err)
		require.Equal(t, "response", r.word)
		require.JSONEq(t, want, string(r.body))
	}
	// What EventBridge adds of its own is not an operand: the answer says what to do.
	r, err := f.invoke([]byte(`{"version":"0","detail-type":"x","detail":{}}`))
	require.NoError(t, err)
	require.Equal(t, "response", r.word)
	require.Contains(t, string(r.body), `"type":"malformed-request"`)
}

func TestEventsOfOtherGatewaysAreClearErrors(t *testing.T) {
	f := onLambda(t, "add", 10*time.Second)
	for _, name := range []string{"rest-api", "load-balancer", "websocket"} {
		event, err := os.ReadFile("../../template/calculator/host/testdata/lambda/" + name + ".json")
		require.NoError(t, err)
		r, err := f.invoke(event)
		require.NoError(t, err)
		require.Equal(t, "error", r.word)
		require.Contains(t, string(r.body), "use a function URL, or an HTTP API with payload format 2.0")
	}
	r, err := f.invoke([]byte(`{"args":[1,2]}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"operation":"add","result":"3","exact":true}`, string(r.body), "it goes on after an error")
}

// An invocation with less time than exec_timeout ends in time to say so.
func TestDeadlineOfTheInvocationEndsTheWork(t *testing.T) {
	f := onLambda(t, "evaluate", 600*time.Millisecond)
	// Many computations, each of them short.
	heavy := `[` + strings.TrimSuffix(strings.Repeat(`{"expression":"sin(exp(3))+ln(7)","precision":10000},`, 1000), ",") + `]`
	r, err := f.invoke([]byte(heavy))
	require.NoError(t, err)
	require.Equal(t, "response", r.word)
	require.Less(t, r.took, 600*time.Millisecond)
	require.Contains(t, string(r.body), `"type":"deadline-exceeded"`)
	r, err = f.invoke([]byte(`{"expression":"1+1"}`))
	require.NoError(t, err)
	require.Contains(t, string(r.body), `"result":"2"`, "the work stopped, so the next invocation has its time")
}
