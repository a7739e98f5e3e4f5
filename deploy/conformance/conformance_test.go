package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArgumentsThatAreWrongSaySo(t *testing.T) {
	for arguments, want := range map[string]string{
		"-url calculator.example":           "want an address such as",
		"-only plus":                        "there is no such function",
		"add":                               "unknown argument add",
		"-url http://127.0.0.1:1":           "3 of 3 answers of http://127.0.0.1:1 are not the contract's",
		"-url http://127.0.0.1:1 -only sin": "3 of 3",
	} {
		require.ErrorContains(t, run(t.Context(), strings.Fields(arguments), new(bytes.Buffer)), want)
	}
}

// A calculator that answers something else is found out.
func TestWrongAnswersAreReported(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Calculator-Version", "1")
		_, _ = w.Write([]byte("0.30000000000000004\n"))
	}))
	defer server.Close()
	out := new(bytes.Buffer)
	err := run(t.Context(), []string{"-url", server.URL, "-only", "add"}, out)
	require.ErrorContains(t, err, "answers of "+server.URL+" are not the contract's")
	require.Contains(t, out.String(), `"0.30000000000000004", want "0.3"`)
	require.Contains(t, out.String(), "no X-Call-Id")

	server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}) // as OpenFaaS's gateway may
	out.Reset()
	require.Error(t, run(t.Context(), []string{"-url", server.URL, "-only", "add"}, out))
	require.Contains(t, out.String(), "it did not come from a function")
}
