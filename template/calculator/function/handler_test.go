package function

import (
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
)

func TestHandleGreetsByName(t *testing.T) {
	for body, want := range map[string]string{"": "Hello, world!\n", "Ada\n": "Hello, Ada!\n"} {
		got, err := Handle(handler.Request{Method: "POST", Body: []byte(body)})
		if err != nil || got.StatusCode != 200 || string(got.Body) != want {
			t.Errorf("Handle(%q) = %d %q, %v; want 200 %q", body, got.StatusCode, got.Body, err, want)
		}
	}
}
