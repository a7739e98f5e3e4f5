// Package function serves the web page, the API document and the catalogue, and the calculator to AI assistants.
package function

import (
	"path"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
	"calculator/functions"
)

var page = functions.Handler(catalogue.Dashboard)

// Handle answers one invocation. It goes by the last part of the path: the gateway passes the same one for /function/dashboard/ and
// /function/dashboard, and elsewhere there is none before it.
func Handle(r handler.Request) (handler.Response, error) {
	uri, _, _ := strings.Cut(r.Header.Get("X-Original-Uri"), "?")
	if path.Base(uri) == "mcp" {
		return serveMCP(r)
	}
	return page(r)
}
