package calc

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// vectorOperations are the operations of testdata/vectors.txt.
var vectorOperations = map[string]func(x []Expr) Expr{
	"add":        func(x []Expr) Expr { return Sum(x...) },
	"subtract":   func(x []Expr) Expr { return Difference(x[0], x[1]) },
	"multiply":   func(x []Expr) Expr { return Product(x...) },
	"divide":     func(x []Expr) Expr { return Quotient(x[0], x[1]) },
	"truncated":  func(x []Expr) Expr { return Remainder(x[0], x[1], Truncated) },
	"floored":    func(x []Expr) Expr { return Remainder(x[0], x[1], Floored) },
	"euclidean":  func(x []Expr) Expr { return Remainder(x[0], x[1], Euclidean) },
	"nearest":    func(x []Expr) Expr { return Remainder(x[0], x[1], Nearest) },
	"power":      func(x []Expr) Expr { return Power(x[0], x[1]) },
	"root":       func(x []Expr) Expr { return Root(x[0], x[1]) },
	"exp":        func(x []Expr) Expr { return Exp(x[0]) },
	"sin":        func(x []Expr) Expr { return Sin(x[0]) },
	"cos":        func(x []Expr) Expr { return Cos(x[0]) },
	"tan":        func(x []Expr) Expr { return Tan(x[0]) },
	"sin_degree": func(x []Expr) Expr { return Sin(x[0]) },
	"cos_degree": func(x []Expr) Expr { return Cos(x[0]) },
	"tan_degree": func(x []Expr) Expr { return Tan(x[0]) },
	"log": func(x []Expr) Expr {
		if len(x) == 1 {
			return Log(x[0])
		}
		return LogBase(x[0], x[1])
	},
}

// TestVectorsOfOtherProgramsAgree: the digits and the exactness are Python's, mpmath's and MPFR's.
func TestVectorsOfOtherProgramsAgree(t *testing.T) {
	f, err := os.Open("testdata/vectors.txt")
	require.NoError(t, err)
	defer f.Close()
	cases := 0
	var words []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] != '\t':
			words = strings.Fields(line)
			continue
		}
		cases++
		n := len(words)
		var c Context
		c.Precision, err = strconv.Atoi(words[n-2])
		require.NoError(t, err)
		c.Rounding, err = ParseRounding(words[n-1])
		require.NoError(t, err)
		if strings.HasSuffix(words[0], "_degree") {
			c.Unit = Degree
		}
		var operands []Expr
		for _, w := range words[1 : n-2] {
			operands = append(operands, Number(number(t, w)))
		}
		got, err := Evaluate(context.Background(), vectorOperations[words[0]](operands), c)
		require.NoError(t, err, words)
		want, inexact := strings.CutSuffix(line[1:], " inexact")
		require.True(t, number(t, want).Equal(got.Value), "%v: got %s, want %s", words, got.Value, want)
		require.Equal(t, !inexact, got.Exact, words)
	}
	require.Greater(t, cases, 4000)
}

// TestTheLastOfTenThousandDigitsAgree: the digits are MPFR's. At this length the algorithms for long numbers run.
func TestTheLastOfTenThousandDigitsAgree(t *testing.T) {
	data, err := os.ReadFile("testdata/tails.txt")
	require.NoError(t, err)
	cases := 0
	for _, block := range strings.Split(string(data), "\n\n") {
		question, want, ok := strings.Cut(block, "\n\t")
		if !ok {
			continue
		}
		words := strings.Fields(question)
		operands := []Expr{Number(number(t, words[0]))}
		for _, w := range words[2:] {
			operands = append(operands, Number(number(t, w)))
		}
		got, err := Evaluate(context.Background(), vectorOperations[words[1]](operands), Context{Precision: 10_000})
		require.NoError(t, err, question)
		digits := got.Value.Coefficient().String()
		digits = strings.TrimPrefix(digits, "-") + strings.Repeat("0", 10_000)
		require.Equal(t, want, digits[10_000-40:10_000], question)
		cases++
	}
	require.Equal(t, 32, cases)
}
