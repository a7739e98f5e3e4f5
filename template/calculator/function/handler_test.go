package function

import (
	"net/http"
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
)

// The build runs this test. It holds for any function: faas-cli leaves it in the build of one that has no handler_test.go of its own.
func TestHandleAnswersWithoutADefect(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		req := handler.Request{Method: method, Header: http.Header{"X-Original-Uri": {"/"}}, Body: []byte("1 2\n")}
		req.WithContext(t.Context())
		if method == http.MethodGet {
			req.Body = nil
		}
		answer, err := Handle(req)
		if err != nil || answer.StatusCode == http.StatusInternalServerError {
			t.Errorf("%s: status %d, body %q, error %v", method, answer.StatusCode, answer.Body, err)
		}
	}
}
