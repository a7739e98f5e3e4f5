package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
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
