package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/conformance/contract"
)

// conforms puts the contract to a calculator.
func conforms(t *testing.T, c contract.Calculator) {
	t.Helper()
	cases, err := contract.All()
	require.NoError(t, err)
	report := contract.Run(t.Context(), c, cases)
	for _, f := range report.Failures {
		t.Errorf("%s: %s\n\t%s", f.Case.Place, f.Case, f.Error)
	}
	require.Positive(t, report.Asked)
	t.Logf("%d requests in %s", report.Asked, report.Took.Round(time.Millisecond))
}

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

// build makes a program of this repository.
func build(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(folder))
	out, err := exec.Command("go", append(append([]string{"build", "-o", path}, arguments...), folder)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

func TestOneProcessKeepsTheContract(t *testing.T) {
	address := freeAddress(t)
	background(t, exec.Command(build(t, "calculator/deploy/local"), "-addr", address), address)
	out := new(bytes.Buffer)
	err := run(t.Context(), []string{"-url", "http://" + address}, out)
	require.NoError(t, err, out.String())
	require.Contains(t, out.String(), "answers are the contract's, version ")
}

// background runs a program that listens until the test ends.
func background(t *testing.T, command *exec.Cmd, address string) {
	t.Helper()
	log := new(bytes.Buffer)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	awaitListener(t, address, log.String)
}
