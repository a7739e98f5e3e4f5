package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
	dashboard "calculator/functions/dashboard"
	"calculator/template/calculator/host"
)

// TestEveryFunctionHasSomethingToProve: no function may go live unasked.
func TestEveryFunctionHasSomethingToProve(t *testing.T) {
	t.Parallel()
	for _, o := range catalogue.All {
		checks := examples(o.Name)
		require.NotEmpty(t, checks, o.Name)
		require.GreaterOrEqual(t, len(checks), len(o.Examples), o.Name)
		for _, c := range checks {
			require.True(t, c.Status != 0 || len(c.Contains) > 0, "%s: %s proves nothing", o.Name, c)
		}
	}
	require.Empty(t, examples("figlet"))
}

func TestAnExampleBecomesAQuestion(t *testing.T) {
	t.Parallel()
	require.Equal(t, Check{Type: "application/json", Path: "?precision=10", Body: `{"args":["1","3"]}`,
		Contains: []string{`"result":"0.3333333333"`, `"exact":false`}},
		exampleCheck(catalogue.Divide, catalogue.Example{Operands: []string{"1", "3"}, Options: []catalogue.Value{{Name: "precision", Text: "10"}}, Result: "0.3333333333"}))
	require.Equal(t, Check{Type: "application/json", Body: `{"args":["1","0"]}`, Status: 422,
		Contains: []string{`"type":"undefined"`, `"divide(1, 0): division by zero"`}},
		exampleCheck(catalogue.Divide, catalogue.Example{Operands: []string{"1", "0"}, Problem: "undefined", Message: "divide(1, 0): division by zero"}))
	require.Equal(t, `{"expression":"1<2"}`, exampleCheck(catalogue.Evaluate, catalogue.Example{Operands: []string{"1<2"}, Problem: "syntax"}).Body)
}

// TestExamplesOfEveryProblemHaveAStatus keeps the table complete.
func TestExamplesOfEveryProblemHaveAStatus(t *testing.T) {
	t.Parallel()
	for _, o := range catalogue.All {
		for _, e := range o.Examples {
			if e.Problem != "" {
				require.NotZero(t, problems[e.Problem], "%s: %s", o.Name, e.Problem)
			}
		}
	}
}

// TestTheRealFunctionsPassTheirExamples asks the functions of this build, in this process, what a deployment would ask, and
// notices when one folder serves another's operation.
func TestTheRealFunctionsPassTheirExamples(t *testing.T) {
	t.Parallel()
	mixed := false
	mux := http.NewServeMux()
	for _, o := range catalogue.All {
		handle := functions.Handler(o)
		if o == catalogue.Dashboard {
			handle = dashboard.Handle
		}
		right, wrong := host.New(host.Defaults(), handle), host.New(host.Defaults(), functions.Handler(catalogue.Multiply))
		path := "/function/" + o.Name
		mux.Handle(path+"/", http.StripPrefix(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if mixed && o == catalogue.Divide {
				wrong.ServeHTTP(w, r)
				return
			}
			right.ServeHTTP(w, r)
		})))
	}
	s := httptest.NewServer(mux)
	defer s.Close()
	out := &bytes.Buffer{}
	l := &live{env: func(string) string { return "" }, out: out, checks: examples, ready: time.Second, poll: time.Millisecond}
	require.NoError(t, l.verifyFile(t.Context(), s.URL, "../../stack.yml", host.Version()))
	mixed = true
	require.ErrorContains(t, l.verifyFile(t.Context(), s.URL, "../../stack.yml", host.Version()), "divide: POST /")
}
