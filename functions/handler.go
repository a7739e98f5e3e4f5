package functions

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
)

// Handle is a function as the template calls it.
type Handle = func(handler.Request) (handler.Response, error)

// Handler returns the function that serves an operation, with the limits that the environment sets. A value there that cannot be read
// ends the process with a sentence.
func Handler(o *catalogue.Operation) Handle {
	s, err := readSettings(os.LookupEnv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return newFunction(o, s, shared).handle
}

// A function serves one operation.
type function struct {
	*catalogue.Operation
	settings settings
	budget   *budget
}

func newFunction(o *catalogue.Operation, s settings, b *budget) *function {
	return &function{Operation: o, settings: s, budget: b}
}

// methods are those that the function answers.
func (f *function) methods() string {
	if f.computes() {
		return "GET, HEAD, POST, OPTIONS"
	}
	return "GET, HEAD, OPTIONS"
}

// handle answers one request. Its error is a defect; whatever else goes wrong is said in the answer.
func (f *function) handle(r handler.Request) (handler.Response, error) {
	return f.finish(&r, f.answer(&r))
}

// finish hands an answer over.
func (f *function) finish(r *handler.Request, a reply) (handler.Response, error) {
	if a.defect != nil {
		return handler.Response{}, a.defect
	}
	if r.Method == http.MethodHead {
		a = a.withoutBody()
	}
	return handler.Response{StatusCode: a.status, Header: a.header, Body: a.body}, nil
}

// answer finds out who answers: the pages of an operation that computes nothing, the help, or the computation.
func (f *function) answer(r *handler.Request) reply {
	if path := pathOf(r); path != "/" && (f.computes() || path != cataloguePath) {
		return f.refuse(r, notFound(f.Name, path))
	}
	switch {
	case r.Method == http.MethodOptions:
		return f.preflight()
	case r.Method == http.MethodGet, r.Method == http.MethodHead, r.Method == "", r.Method == http.MethodPost && f.computes():
	default:
		a := f.refuse(r, f.methodNotAllowed(r.Method))
		a.header["Allow"] = []string{f.methods()}
		return a
	}
	if !f.computes() {
		return f.page(r)
	}
	return f.question(r)
}

// computes reports whether the operation takes operands.
func (f *function) computes() bool { return len(f.Operands) > 0 }

// pathOf is the path below the function's root, which host passes on. Without host it is the root.
func pathOf(r *handler.Request) string {
	uri := first(r.Header, "X-Original-Uri")
	if uri == "" {
		return "/"
	}
	path, _, _ := strings.Cut(uri, "?")
	return path
}

// first is the first value of a header, whose name is given in its canonical form.
func first(h http.Header, name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// contextOf is the request's context, which ends at the deadline.
func contextOf(r *handler.Request) context.Context {
	if ctx := r.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

// preflight answers OPTIONS, and a browser's question whether a page from elsewhere may ask: any may, without credentials.
func (f *function) preflight() reply {
	methods := f.methods()
	return reply{status: http.StatusNoContent, header: http.Header{
		"Allow":                        {methods},
		"Content-Type":                 plainText,
		"Cache-Control":                noCache,
		"Access-Control-Allow-Origin":  anyOrigin,
		"Access-Control-Allow-Methods": {methods},
		"Access-Control-Allow-Headers": {"*"},
		"Access-Control-Max-Age":       {"86400"},
	}}
}
