package functions

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One line of answer for each line of text; what a line names is known in the lines after it, and a line that fails says so in its place.
func TestEvaluateAnswersLineByLine(t *testing.T) {
	a := post("evaluate", "x = 1/3 # a third\n\n3x\n1/0\ny = 2; x*y*3\r\n# only a comment\n2 +\n", "Content-Type", "text/plain").answer(t)
	require.Equal(t, 200, a.status)
	require.Equal(t, "0.3333333333333333333333333333333333\n\n1\n1/0: division by zero\n2\n\nevaluate(2 +): expected a value, found the end (position 3), at the ^ in 2 +^\n", a.body)
	require.Equal(t, "false true true false true true false", a.header.Get("X-Calculator-Exact"))

	a = post("evaluate", "1/0\nfoo", "Content-Type", "text/plain").answer(t)
	require.Equal(t, 422, a.status, "no line succeeded: the first problem's status")
	require.Equal(t, 2, strings.Count(a.body, "\n"))

	require.Equal(t, 422, post("evaluate", strings.Repeat("1\n", 1001), "Content-Type", "text/plain").answer(t).status)
	require.Equal(t, 200, post("evaluate", strings.Repeat("1\n", 1000), "Content-Type", "text/plain").answer(t).status)
}

// In JSON and in a query line ends stand between statements, and the last is the answer.
func TestEvaluateTakesAProgram(t *testing.T) {
	a := post("evaluate", `{"expression":"x = 1/3\n3x"}`, "Content-Type", "application/json").answer(t)
	require.JSONEq(t, `{"operation":"evaluate","result":"1","exact":true}`, a.body)
	for body, want := range map[string]string{
		`{"expression":7}`: `{"operation":"evaluate","result":"7","exact":true}`,
		`{"expression":"x*y","variables":{"y":"3","x":"1/y"}}`:          `{"operation":"evaluate","result":"1","exact":true}`,
		`{"expression":"sin(x)","variables":{"x":30},"unit":"degree"}`:  `{"operation":"evaluate","result":"0.5","exact":true}`,
		`{"expression":"atan(e) + atan(1/e) - pi/2"}`:                   `{"operation":"evaluate","result":"0","exact":false,"precision":34,"rounding":"half_even","error_bound":"1e-1000"}`,
		`{"expression":"sqrt(8)","forms":true,"precision":5}`:           `{"operation":"evaluate","result":"2.8284","exact":false,"precision":5,"rounding":"half_even","forms":{"symbolic":"2√2"}}`,
		`{"expression":"round(2.675, 2) + 0*round(1, 5)"}`:              `{"operation":"evaluate","result":"2.68","exact":true}`,
		`{"expression":"1 - 1e-40", "precision": 10, "rounding": "up"}`: `{"operation":"evaluate","result":"1","exact":false,"precision":10,"rounding":"up"}`,
	} {
		require.JSONEq(t, want, post("evaluate", body, "Content-Type", "application/json").answer(t).body, body)
	}
	require.Equal(t, "0 ± 1e-1000\n", post("evaluate", "atan(e) + atan(1/e) - pi/2").answer(t).body)
}

func TestEvaluateRefusesWhatItCannotRead(t *testing.T) {
	json := func(body string) answered {
		return post("evaluate", body, "Content-Type", "application/json").answer(t)
	}
	json(`{"expression":true}`).refuses(400, "malformed-request", "the expression is a string")
	json(`{"expression":["1"]}`).refuses(400, "malformed-request", "the expression is a string")
	json(`{"expression":""}`).refuses(400, "syntax", "expected an expression")
	json(`{"expression":"# nothing"}`).refuses(400, "syntax", "expected an expression")
	json(`{"expression":"1","variables":["x"]}`).refuses(400, "malformed-request", "variables are an object")
	json(`{"expression":"1","variables":{"x":true}}`).refuses(400, "malformed-request", "variable x is not an expression")
	json(`{"expression":"1","variables":{"x":"1","x":"2"}}`).refuses(400, "malformed-request", "given more than once")
	json(`{"expression":"1","variables":{"pi":"3"}}`).refuses(400, "syntax", "pi")
	json(`{"expression":"x","variables":{"x":"2 +"}}`).refuses(400, "syntax", "variable x")
	json(`{"expression":"1 2"}`).refuses(400, "syntax", "expected an operator")
	get("evaluate", "expression=2+pi").answer(t).refuses(400, "syntax", "%2B")
	get("evaluate", "expression=1e+5").answer(t).refuses(400, "syntax", "%2B")
	require.Equal(t, 200, get("evaluate", "expression=2%2Bpi").answer(t).status)
	require.Contains(t, json(`{"expression":"2 + * 3"}`).body, `"position":4`)
	require.Contains(t, json(`{"expression":"1/(atan(e) + atan(1/e) - pi/2)"}`).body, `"error_bound":"1e-1000"`)
}
