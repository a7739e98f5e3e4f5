package functions_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// requestOf is a call as host hands it over, made once.
func requestOf(b testing.TB, c call) handler.Request {
	r := handler.Request{Method: c.method, QueryString: c.query, Body: []byte(c.body), Header: http.Header{
		"Accept": {"*/*"}, "User-Agent": {"curl/8.5.0"}, "Content-Length": {fmt.Sprint(len(c.body))},
		"X-Original-Uri": {"/?" + c.query}, "X-Calculator-Version": {"devel-0123456789ab"}, "X-Call-Id": {"5a0c"},
	}}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	r.WithContext(b.Context())
	return r
}

// A sum through the edge, bytes in and bytes out, without a socket.
func BenchmarkAdd(b *testing.B) {
	for name, c := range additions {
		b.Run(name, func(b *testing.B) {
			handle := functions.Handler(catalogue.Add)
			r := requestOf(b, c)
			b.ReportAllocs()
			for b.Loop() {
				if answer, _ := handle(r); answer.StatusCode != http.StatusOK {
					b.Fatal(string(answer.Body))
				}
			}
		})
	}
}

var additions = map[string]call{
	"text":  {"POST", "", "application/x-www-form-urlencoded", "", "0.1 0.2"},
	"JSON":  {"POST", "", "application/json", "", `{"args":["0.1","0.2"]}`},
	"query": {"GET", "args=0.1,0.2", "", "", ""},
}

// The promise is made for text; JSON keeps it too.
func TestAddTakesFewAllocations(t *testing.T) {
	for _, name := range []string{"text", "JSON"} {
		handle := functions.Handler(catalogue.Add)
		r := requestOf(t, additions[name])
		answer, err := handle(r)
		require.NoError(t, err)
		require.Contains(t, string(answer.Body), "0.3")
		n := testing.AllocsPerRun(100, func() { _, _ = handle(r) })
		require.Less(t, n, 25.0, name)
	}
}

func BenchmarkDivide(b *testing.B) {
	for _, digits := range []int{16, 34, 100, 1000, 10000} {
		b.Run(fmt.Sprint(digits), func(b *testing.B) {
			handle := functions.Handler(catalogue.Divide)
			r := requestOf(b, call{"POST", fmt.Sprint("precision=", digits), "", "", "1 7"})
			b.ReportAllocs()
			for b.Loop() {
				if answer, _ := handle(r); answer.StatusCode != http.StatusOK {
					b.Fatal(string(answer.Body))
				}
			}
		})
	}
}

func BenchmarkBatch(b *testing.B) {
	handle := functions.Handler(catalogue.Add)
	element := `{"args":["0.1","0.2"]}`
	r := requestOf(b, call{"POST", "", "application/json", "", "[" + strings.Repeat(element+",", 999) + element + "]"})
	b.ReportAllocs()
	for b.Loop() {
		if answer, _ := handle(r); answer.StatusCode != http.StatusOK {
			b.Fatal(string(answer.Body))
		}
	}
}

func BenchmarkProblem(b *testing.B) {
	handle := functions.Handler(catalogue.Divide)
	r := requestOf(b, call{"POST", "", "", "", "1 0"})
	b.ReportAllocs()
	for b.Loop() {
		if answer, _ := handle(r); answer.StatusCode != http.StatusUnprocessableEntity {
			b.Fatal(string(answer.Body))
		}
	}
}
