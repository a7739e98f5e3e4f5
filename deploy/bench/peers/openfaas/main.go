// Command openfaas is an addition as a function in the manner of OpenFaaS's Go templates: a process of its own behind of-watchdog, which takes
// the requests and passes them on to it (mode http). It computes with shopspring/decimal and reads and writes JSON with encoding/json.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/shopspring/decimal"
)

func main() {
	serve := func(w http.ResponseWriter, r *http.Request) {
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		req := handler.Request{Body: body, Header: r.Header, Method: r.Method, QueryString: r.URL.RawQuery, Host: r.Host}
		req.WithContext(r.Context())
		answer, err := add(req)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for name, values := range answer.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.StatusCode)
		_, _ = w.Write(answer.Body)
	}
	server := &http.Server{Addr: "127.0.0.1:" + os.Getenv("child_port"), Handler: http.HandlerFunc(serve), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	if err := server.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// add is what a person writes in such a template's handler.go.
func add(req handler.Request) (handler.Response, error) {
	var question struct {
		Args []decimal.Decimal `json:"args"`
	}
	if err := json.Unmarshal(req.Body, &question); err != nil {
		return handler.Response{}, err
	}
	var sum decimal.Decimal
	for _, x := range question.Args {
		sum = sum.Add(x)
	}
	body, err := json.Marshal(map[string]string{"result": sum.String()})
	return handler.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, err
}
