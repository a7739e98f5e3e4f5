package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
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
