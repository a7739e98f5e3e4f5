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
	"add":       func(x []Expr) Expr { return Sum(x...) },
	"subtract":  func(x []Expr) Expr { return Difference(x[0], x[1]) },
	"multiply":  func(x []Expr) Expr { return Product(x...) },
	"divide":    func(x []Expr) Expr { return Quotient(x[0], x[1]) },
	"truncated": func(x []Expr) Expr { return Remainder(x[0], x[1], Truncated) },
	"floored":   func(x []Expr) Expr { return Remainder(x[0], x[1], Floored) },
	"euclidean": func(x []Expr) Expr { return Remainder(x[0], x[1], Euclidean) },
	"nearest":   func(x []Expr) Expr { return Remainder(x[0], x[1], Nearest) },
	"power":     func(x []Expr) Expr { return Power(x[0], x[1]) },
	"root":      func(x []Expr) Expr { return Root(x[0], x[1]) },
	"exp":       func(x []Expr) Expr { return Exp(x[0]) },
	"sin":       func(x []Expr) Expr { return Sin(x[0]) },
	"cos":       func(x []Expr) Expr { return Cos(x[0]) },
	"tan":       func(x []Expr) Expr { return Tan(x[0]) },
	"asin":      func(x []Expr) Expr { return Asin(x[0]) },
	"acos":      func(x []Expr) Expr { return Acos(x[0]) },
	"atan":      func(x []Expr) Expr { return Atan(x[0]) },
	"atan2":     func(x []Expr) Expr { return Atan2(x[0], x[1]) },
	"sinh":      func(x []Expr) Expr { return Sinh(x[0]) },
	"cosh":      func(x []Expr) Expr { return Cosh(x[0]) },
	"tanh":      func(x []Expr) Expr { return Tanh(x[0]) },
	"asinh":     func(x []Expr) Expr { return Asinh(x[0]) },
	"acosh":     func(x []Expr) Expr { return Acosh(x[0]) },
	"atanh":     func(x []Expr) Expr { return Atanh(x[0]) },
	"log10":     func(x []Expr) Expr { return LogBase(x[0], Int(10)) },
	"log2":      func(x []Expr) Expr { return LogBase(x[0], Int(2)) },
	"cbrt":      func(x []Expr) Expr { return Root(x[0], Int(3)) },
	"hypot":     func(x []Expr) Expr { return Hypot(x...) },
	"factorial": func(x []Expr) Expr { return Factorial(x[0]) },
	"binomial":  func(x []Expr) Expr { return Binomial(x[0], x[1]) },
	"pi":        func([]Expr) Expr { return Pi() },
	"tau":       func([]Expr) Expr { return Product(Int(2), Pi()) },
	"e":         func([]Expr) Expr { return E() },
	"phi":       func([]Expr) Expr { return Phi() },
	"ln2":       func([]Expr) Expr { return Log(Int(2)) },
	"ln10":      func([]Expr) Expr { return Log(Int(10)) },
	"log": func(x []Expr) Expr {
		if len(x) == 1 {
			return Log(x[0])
		}
		return LogBase(x[0], x[1])
	},
}

// TestVectorsOfOtherProgramsAgree: the digits and the exactness are Python's, mpmath's and MPFR's; those of functions.txt, and of hard.txt, which
// has the operands of seven digits that are the hardest to round, MPFR's and PARI/GP's.
func TestVectorsOfOtherProgramsAgree(t *testing.T) {
	for name, least := range map[string]int{"vectors.txt": 4000, "functions.txt": 7500, "hard.txt": 3300} {
		t.Run(name, func(t *testing.T) { checkVectors(t, "testdata/"+name, least) })
	}
}

// checkVectors evaluates the computations in a file, of which there are so many at least.
func checkVectors(t *testing.T, name string, least int) {
	f, err := os.Open(name)
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
		op, unit, ok := strings.Cut(words[0], "_")
		if ok {
			c.Unit, err = ParseUnit(unit)
			require.NoError(t, err)
		}
		var operands []Expr
		for _, w := range words[1 : n-2] {
			operands = append(operands, Number(number(t, w)))
		}
		got, err := Evaluate(context.Background(), vectorOperations[op](operands), c)
		require.NoError(t, err, words)
		want, inexact := strings.CutSuffix(line[1:], " inexact")
		require.True(t, number(t, want).Equal(got.Value), "%v: got %s, want %s", words, got.Value, want)
		require.Equal(t, !inexact, got.Exact, words)
	}
	require.Greater(t, cases, least)
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
