// Package function greets whoever calls it: the place to begin a function of your own.
package function

import (
	"fmt"
	"net/http"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"
)

// Handle answers one invocation. The request's context ends with exec_timeout, or when the caller has gone.
func Handle(req handler.Request) (handler.Response, error) {
	name := strings.TrimSpace(string(req.Body))
	if name == "" {
		name = "world"
	}
	return handler.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		Body:       fmt.Appendf(nil, "Hello, %s!\n", name),
	}, nil
}
