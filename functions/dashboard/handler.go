// Package function serves the web page, the API document and the catalogue, and the calculator to AI assistants.
package function

import (
	"net/http"
	"path"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// servedBy is the header by which the page tells an answer of the dashboard in a function's place from that function's own.
const servedBy = "X-Calculator-By"

var operation = functions.Handler(catalogue.Dashboard)

// Handle answers one invocation. It goes by the last part of the path: the gateway passes the same one for /function/dashboard/ and
// /function/dashboard, so the page links dashboard/NAME, and elsewhere there is none before it.
func Handle(r handler.Request) (handler.Response, error) {
	uri, query, _ := strings.Cut(r.Header.Get("X-Original-Uri"), "?")
	name := path.Base("/" + uri)
	get := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == ""
	switch {
	case name == "mcp":
		return serveMCP(r)
	case name == "metrics.json" && get:
		return serveMetrics(r, prometheus)
	case files[name] != nil && get:
		return serveFile(r, name), nil
	case handles[name] != nil:
		// Whatever has no sibling to ask, as on Lambda, asks here, and is told so.
		a, err := handles[name](at("/", query, r))
		if a.Header != nil {
			a.Header.Set(servedBy, catalogue.Dashboard.Name)
		}
		return a, err
	case (name == "/" || name == "dashboard") && (get || r.Method == http.MethodPost):
		return servePage(r)
	case name == "/" || name == "dashboard":
		a, err := operation(at("/", query, r))
		if a.Header["Allow"] != nil { // of a function that computes nothing; but the page's forms are posted
			a.Header.Set("Allow", "GET, HEAD, POST, OPTIONS")
		}
		return a, err
	case name == "catalogue.json":
		return operation(at("/"+name, query, r))
	}
	return operation(r) // which says that there is nothing there
}

// at is the request as if it had come to another path.
func at(path, query string, r handler.Request) handler.Request {
	if query != "" {
		path += "?" + query
	}
	r.Header = r.Header.Clone()
	r.Header.Set("X-Original-Uri", path)
	return r
}
