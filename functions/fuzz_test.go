package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// Whatever arrives, the answer is an answer: no panic, no status beyond the contract's, a content type that the body keeps, and headers
// that a caller cannot write.
func FuzzEdge(f *testing.F) {
	var handles []functions.Handle
	for i, o := range catalogue.All {
		handles = append(handles, functions.Handler(o))
		for _, e := range o.Examples {
			options := optionsOf(e)
			f.Add(uint8(i), "POST", options.Encode(), "", "", "/", []byte(strings.Join(e.Operands, " ")))
			f.Add(uint8(i), "GET", join(url.Values{"args": e.Operands}, options), "", "text/plain", "/", []byte{})
			f.Add(uint8(i), "POST", "", "application/x-www-form-urlencoded", "", "/", []byte(join(url.Values{"args": e.Operands}, options)))
			f.Add(uint8(i), "POST", "", "application/json", "", "/", []byte(inJSON(e, quoteAll(e.Operands), nil)))
			f.Add(uint8(i), "POST", "", "application/json", "", "/", []byte("["+inJSON(e, quoteAll(e.Operands), nil)+",{}]"))
		}
		f.Add(uint8(i), "OPTIONS", "", "", "", "/", []byte{})
		f.Add(uint8(i), "HEAD", "args=1", "", "", "/", []byte{})
		f.Add(uint8(i), "PUT", "", "", "", "/", []byte("1"))
		f.Add(uint8(i), "GET", "", "", "text/*;q=0.5, application/json;q=0.4", "/catalogue.json", []byte{})
		f.Add(uint8(i), "GET", "50%&1;2=%zz", "", "", "//x/../y", []byte{})
		f.Add(uint8(i), "POST", "", "application/xml", "", "", []byte("\xff\x00\r\nX: y"))
		f.Add(uint8(i), "POST", "", "application/json", "", "", []byte(`{"args":[1,{"a":[null,true,"\ud800"]}],"args":2,"x":1e5,"X":"\u0000"} 1`))
	}
	f.Fuzz(func(t *testing.T, which uint8, method, query, contentType, accept, path string, body []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := handler.Request{Method: method, QueryString: query, Body: body, Header: http.Header{}}
		r.WithContext(ctx)
		for name, value := range map[string]string{"Content-Type": contentType, "Accept": accept, "X-Original-Uri": path, "If-None-Match": accept} {
			if value != "" {
				r.Header[name] = []string{value}
			}
		}
		answer, err := handles[int(which)%len(handles)](r)
		require.NoError(t, err)
		checkAnswer(t, method, answer)
	})
}

// Operands in a text are those of an array in JSON, and the answer is the same.
func FuzzText(f *testing.F) {
	all := handlesOf(f, func(which uint8, e catalogue.Example) {
		f.Add(which, optionsOf(e).Encode(), strings.Join(e.Operands, " "))
		f.Add(which, "", strings.Join(e.Operands, "\n")+"\r\n")
	})
	for _, body := range []string{"", " \t\v\f", "1\u00a02", "x = 3; x^2 # x\n\nx+1\n2 +", "\ufeff1 2", "\u202e1", "1\x00", "[1,2]", "−1 ٣", "\xff"} {
		f.Add(uint8(0), "", body)
		f.Add(uint8(evaluateAt), "forms=true", body)
	}
	f.Fuzz(func(t *testing.T, which uint8, query, body string) {
		o, handle := all(which)
		answer := soon(t, handle, call{method: "POST", query: query, body: body})
		operands := strings.FieldsFunc(body, func(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' })
		if answer.StatusCode != http.StatusOK || len(o.Operands) == 0 || o.Operands[0].Expression || len(operands) == 0 {
			return
		}
		array, err := json.Marshal(map[string]any{"args": operands})
		require.NoError(t, err)
		again := soon(t, handle, call{method: "POST", query: query, contentType: "application/json", accept: "text/plain", body: string(array)})
		if again.StatusCode != http.StatusGatewayTimeout {
			require.Equal(t, string(answer.Body), string(again.Body))
		}
	})
}

// What a query and a form ask is the same question.
func FuzzForm(f *testing.F) {
	all := handlesOf(f, func(which uint8, e catalogue.Example) {
		f.Add(which, join(url.Values{"args": e.Operands}, optionsOf(e)))
	})
	for _, form := range []string{"", "args=1,,2&", "args=1&args=2", "args=%31,%2B2", "args=1+2", "args=50%", "args=1;2", "args=%FF", "%61rgs=1", "args", "args=1&precision=&precision=3", "expression=x&variables=x%3D1;y=2"} {
		f.Add(uint8(0), form)
		f.Add(uint8(evaluateAt), form)
	}
	f.Fuzz(func(t *testing.T, which uint8, form string) {
		o, handle := all(which)
		if len(o.Operands) == 0 {
			return
		}
		got := soon(t, handle, call{method: "GET", query: form})
		posted := soon(t, handle, call{method: "POST", contentType: "application/x-www-form-urlencoded", accept: "application/json", body: form})
		for part := range strings.SplitSeq(form, "&") {
			name, _, ok := strings.Cut(part, "=")
			if known := o.Option(name) >= 0 || o.Operand(name) >= 0 || name == "args" && !o.Operands[0].Expression; !ok || !known {
				return // it is no form
			}
		}
		if got.StatusCode == http.StatusOK && posted.StatusCode == http.StatusOK {
			if !strings.HasPrefix(string(got.Body), `{"name"`) { // help
				require.Equal(t, string(got.Body), string(posted.Body))
			}
		}
	})
}

// A batch of one gives the answer of the one.
func FuzzJSON(f *testing.F) {
	all := handlesOf(f, func(which uint8, e catalogue.Example) {
		f.Add(which, "", inJSON(e, quoteAll(e.Operands), nil))
		f.Add(which, "precision=9", "["+inJSON(e, quoteAll(e.Operands), nil)+`,{"args":[1e-7,-0]}]`)
	})
	for _, body := range []string{"", "[]", "[[]]", "{}", `{"args":[1,{"a":[null,true,"\ud800"]}],"args":2,"x":1e5,"X":"\u0000"} 1`, `{"\u0061rgs":["\u0031"]}`, `{"args":[01]}`, `{"args":[1],"precision":1e1}`} {
		f.Add(uint8(0), "", body)
	}
	f.Add(uint8(evaluateAt), "", `{"expression":"x*y","variables":{"x":"1/3","y":3},"forms":true}`)
	f.Add(uint8(evaluateAt), "", `{"expression":"a","variables":{"a":"b","b":"a"}}`)
	f.Fuzz(func(t *testing.T, which uint8, query, body string) {
		_, handle := all(which)
		ask := call{method: "POST", query: query, contentType: "application/json", body: body}
		answer := soon(t, handle, ask)
		if !strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") || !json.Valid([]byte(body)) || query != "" {
			return
		}
		ask.body = "[" + body + "]"
		batch := soon(t, handle, ask)
		if batch.StatusCode == http.StatusOK && answer.StatusCode != http.StatusGatewayTimeout && !strings.Contains(string(batch.Body), `"status":504`) {
			require.Equal(t, strings.TrimSuffix(string(answer.Body), "\n"), strings.TrimSuffix(strings.TrimPrefix(string(batch.Body), "["), "]\n"))
		}
	})
}

// evaluateAt is the place of evaluate in the catalogue.
var evaluateAt = slices.Index(catalogue.All, catalogue.Evaluate)

// handlesOf returns the operations that compute, with their handlers, by any number, once example has seen each of their examples.
func handlesOf(f *testing.F, example func(uint8, catalogue.Example)) func(uint8) (*catalogue.Operation, functions.Handle) {
	f.Helper()
	var handles []functions.Handle
	for i, o := range catalogue.All {
		handles = append(handles, functions.Handler(o))
		for _, e := range o.Examples {
			example(uint8(i), e)
		}
	}
	return func(which uint8) (*catalogue.Operation, functions.Handle) {
		i := int(which) % len(handles)
		return catalogue.All[i], handles[i]
	}
}

// soon is the answer to a call, which comes soon after its deadline at the latest.
func soon(t *testing.T, handle functions.Handle, c call) handler.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start := time.Now()
	answer := c.to(ctx, handle)
	require.Less(t, time.Since(start), 8*time.Second)
	checkAnswer(t, c.method, answer)
	return answer
}

// statuses are those of contract, section 5, and of answers.
var statuses = []int{200, 204, 304, 400, 404, 405, 413, 415, 422, 429, 501, 504}

func checkAnswer(t *testing.T, method string, answer handler.Response) {
	t.Helper()
	require.Contains(t, statuses, answer.StatusCode)
	require.NotEmpty(t, answer.Header.Get("Content-Type"))
	require.Equal(t, "*", answer.Header.Get("Access-Control-Allow-Origin"))
	require.Empty(t, answer.Header.Get("Access-Control-Allow-Credentials"))
	for name, values := range answer.Header {
		require.Equal(t, http.CanonicalHeaderKey(name), name)
		for _, value := range values {
			require.NotContains(t, value, "\n", name)
			require.NotContains(t, value, "\r", name)
		}
	}
	if answer.StatusCode >= 400 {
		require.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	}
	require.True(t, utf8.Valid(answer.Body), "%q", answer.Body)
	if method == http.MethodHead || answer.StatusCode == http.StatusNotModified || answer.StatusCode == http.StatusNoContent {
		require.Empty(t, answer.Body)
		return
	}
	require.True(t, bytes.HasSuffix(answer.Body, []byte("\n")), "%q", answer.Body)
	switch media := answer.Header.Get("Content-Type"); {
	case strings.HasPrefix(media, "text/"):
		require.NotContains(t, string(answer.Body), "\r")
	case media == "application/problem+json":
		var got outcome
		require.NoError(t, json.Unmarshal(answer.Body, &got), "%s", answer.Body)
		require.Equal(t, answer.StatusCode, got.Status)
		require.NotEmpty(t, got.Type)
		require.NotEmpty(t, got.Title)
		require.NotEmpty(t, got.Detail)
	default:
		require.Equal(t, "application/json", media)
		require.True(t, json.Valid(answer.Body), "%s", answer.Body)
	}
}
