package host

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"
)

type gatewayAnswer struct {
	StatusCode      int
	Headers         map[string]string
	Cookies         []string
	Body            string
	IsBase64Encoded bool
}

// echo tells what a function saw.
func echo(r handler.Request) (handler.Response, error) {
	b, err := json.Marshal(map[string]any{"method": r.Method, "uri": r.Header.Get("X-Original-Uri"), "query": r.QueryString, "host": r.Host,
		"body": string(r.Body), "header": r.Header})
	return handler.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: b}, err
}

func event(t *testing.T, name string, edits ...string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/lambda/" + name + ".json")
	require.NoError(t, err)
	return []byte(strings.NewReplacer(edits...).Replace(string(b)))
}

func invoke(t *testing.T, handle Handle, payload []byte) gatewayAnswer {
	t.Helper()
	out, err := (&invoker{New(Defaults(), handle)}).Invoke(t.Context(), payload)
	require.NoError(t, err)
	var answer gatewayAnswer
	require.NoError(t, json.Unmarshal(out, &answer))
	require.Equal(t, Version(), answer.Headers["X-Calculator-Version"])
	require.NotEmpty(t, answer.Headers["X-Call-Id"])
	require.NotEmpty(t, answer.Headers["Server-Timing"])
	return answer
}

type echoed struct {
	Method, URI, Query, Host, Body string
	Header                         http.Header
}

func TestFunctionURLEventIsARequest(t *testing.T) {
	answer := invoke(t, echo, event(t, "function-url"))
	require.Equal(t, 200, answer.StatusCode)
	require.Equal(t, "application/json", answer.Headers["Content-Type"])
	require.False(t, answer.IsBase64Encoded)
	var got echoed
	require.NoError(t, json.Unmarshal([]byte(answer.Body), &got))
	require.Equal(t, "POST", got.Method)
	require.Equal(t, "/my/path?parameter1=value1&parameter1=value2&parameter2=value", got.URI)
	require.Equal(t, "parameter1=value1&parameter1=value2&parameter2=value", got.Query)
	require.Equal(t, "Hello from client!", got.Body)
	require.Equal(t, "<url-id>.lambda-url.us-west-2.on.aws", got.Host)
	require.Equal(t, []string{"value1,value2"}, got.Header["Header2"])
	require.Equal(t, []string{"cookie1; cookie2"}, got.Header["Cookie"])
}

func TestHTTPAPIEventIsARequestBelowItsRoute(t *testing.T) {
	for _, c := range [][4]string{ // route, stage, raw path, what the function sees
		{"$default", "$default", "/", "/"},
		{"ANY /add", "$default", "/add", "/"},
		{"ANY /add/{proxy+}", "$default", "/add/help", "/help"},
		{"POST /function/add", "prod", "/prod/function/add", "/"},
		{"ANY /function/dashboard/{proxy+}", "prod", "/prod/function/dashboard/mcp", "/mcp"},
		{"ANY /add", "$default", "/additional", "/additional"},
	} {
		answer := invoke(t, echo, event(t, "http-api", `"$default",`+"\n    \"rawPath\": \"/my/path\"", `"`+c[0]+`",`+"\n    \"rawPath\": \""+c[2]+`"`, `"stage": "$default"`, `"stage": "`+c[1]+`"`))
		var got echoed
		require.NoError(t, json.Unmarshal([]byte(answer.Body), &got))
		require.Equal(t, c[3]+"?"+got.Query, got.URI, c)
		require.Equal(t, "parameter1=value1&parameter1=value2&parameter2=value", got.Query)
		require.Equal(t, "Hello from Lambda", got.Body)
		require.Equal(t, []string{"value1,value2"}, got.Header["Header2"])
		require.Equal(t, []string{"cookie1; cookie2"}, got.Header["Cookie"])
		require.Equal(t, "id.execute-api.us-east-1.amazonaws.com", got.Host)
	}
}

func TestBodiesTravelInBase64WhereNeeded(t *testing.T) {
	in := event(t, "function-url", `"Hello from client!"`, `"`+base64.StdEncoding.EncodeToString([]byte("π\xff\x00"))+`"`, `"isBase64Encoded": false`, `"isBase64Encoded": true`)
	var body string
	same := func(r handler.Request) (handler.Response, error) {
		body = string(r.Body)
		return handler.Response{Header: http.Header{"Content-Type": {"image/png"}}, Body: r.Body}, nil
	}
	answer := invoke(t, same, in)
	require.Equal(t, "π\xff\x00", body)
	require.True(t, answer.IsBase64Encoded)
	decoded, err := base64.StdEncoding.DecodeString(answer.Body)
	require.NoError(t, err)
	require.Equal(t, body, string(decoded))

	answer = invoke(t, text("√2 < 3 & 4\n"), in)
	require.False(t, answer.IsBase64Encoded)
	require.Equal(t, "√2 < 3 & 4\n", answer.Body)

	_, err = (&invoker{New(Defaults(), same)}).Invoke(t.Context(), event(t, "function-url", `"isBase64Encoded": false`, `"isBase64Encoded": true`))
	require.ErrorContains(t, err, "event's body")
}

func TestRepeatedHeadersAreJoinedAndCookiesApart(t *testing.T) {
	answer := invoke(t, func(handler.Request) (handler.Response, error) {
		return handler.Response{StatusCode: 201, Header: http.Header{"Vary": {"Accept", "Accept-Encoding"}, "Set-Cookie": {"a=1", "b=2"}}, Body: []byte("x")}, nil
	}, event(t, "function-url"))
	require.Equal(t, 201, answer.StatusCode)
	require.Equal(t, "Accept, Accept-Encoding", answer.Headers["Vary"])
	require.Equal(t, []string{"a=1", "b=2"}, answer.Cookies)
	require.NotContains(t, answer.Headers, "Set-Cookie")
}

func TestHeadOfAnEventHasNoBody(t *testing.T) {
	answer := invoke(t, text("0.3\n"), event(t, "function-url", `"POST"`, `"HEAD"`))
	require.Equal(t, 200, answer.StatusCode)
	require.Empty(t, answer.Body)
}

func TestEventOfNoGatewayIsAJSONBody(t *testing.T) {
	var got handler.Request
	body := `{"operation":"add","result":"0.3","exact":true}`
	i := &invoker{New(Defaults(), func(r handler.Request) (handler.Response, error) {
		got = r
		if strings.Contains(string(r.Body), "panic") {
			panic("defect")
		}
		return handler.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body + "\n")}, nil
	})}
	for _, payload := range []string{`{"args":["0.1","0.2"]}`, ` [{"args":[1]}]`, `"text"`, `{"broken`, `{"requestContext":7}`} {
		out, err := i.Invoke(t.Context(), []byte(payload))
		require.NoError(t, err)
		require.Equal(t, body, string(out))
		require.Equal(t, payload, string(got.Body))
		require.Equal(t, "POST", got.Method)
		require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		require.Equal(t, "/", got.Header.Get("X-Original-Uri"))
	}
	out, err := i.Invoke(t.Context(), []byte(`{"args":["panic"]}`))
	require.NoError(t, err, "a problem is data")
	var p problemDocument
	require.NoError(t, json.Unmarshal(out, &p))
	require.Equal(t, "internal", p.Type)

	out, err = (&invoker{New(Defaults(), text("0.3\n"))}).Invoke(t.Context(), []byte(`{}`))
	require.NoError(t, err)
	require.Equal(t, `"0.3"`, string(out))
}

func TestOtherGatewaysAreRefusedByName(t *testing.T) {
	for name, want := range map[string]string{
		"rest-api":      "event of a REST API, or in payload format 1.0",
		"load-balancer": "event of an Application Load Balancer",
		"websocket":     "event with a requestContext but without requestContext.http",
	} {
		_, err := (&invoker{New(Defaults(), echo)}).Invoke(t.Context(), event(t, name))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "payload format 2.0")
	}
}

func TestInvocationsDeadlineBoundsTheWork(t *testing.T) {
	i := &invoker{New(Defaults(), func(r handler.Request) (handler.Response, error) {
		<-r.Context().Done()
		return handler.Response{StatusCode: 504, Body: []byte("stopped")}, nil
	})}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	out, err := i.Invoke(ctx, event(t, "function-url"))
	require.NoError(t, err)
	require.Contains(t, string(out), "stopped")
	require.NoError(t, ctx.Err(), "the answer is there before Lambda ends the process")

	leave := make(chan bool)
	defer close(leave)
	i = &invoker{New(Defaults(), func(r handler.Request) (handler.Response, error) { <-leave; return text("late")(r) })}
	ctx, cancel = context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	out, err = i.Invoke(ctx, event(t, "function-url"))
	require.NoError(t, err)
	require.Contains(t, string(out), `"statusCode":504`)
	require.NoError(t, ctx.Err())
}

func TestResponseAboveSixMegabytesIsRefused(t *testing.T) {
	answer := invoke(t, text(strings.Repeat("7", 6<<20)), event(t, "function-url", `"header1": "value1"`, `"accept": "application/json"`))
	require.Equal(t, 422, answer.StatusCode)
	require.Equal(t, "application/problem+json", answer.Headers["Content-Type"])
	require.Equal(t, "no-store", answer.Headers["Cache-Control"])
	var p problemDocument
	require.NoError(t, json.Unmarshal([]byte(answer.Body), &p))
	require.Equal(t, "too-large", p.Type)

	out, err := (&invoker{New(Defaults(), text(strings.Repeat("7", 6<<20)))}).Invoke(t.Context(), []byte(`{}`))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &p))
	require.Equal(t, "too-large", p.Type)
	require.Equal(t, 200, invoke(t, text(strings.Repeat("7", 5<<20)), event(t, "function-url")).StatusCode)
}
