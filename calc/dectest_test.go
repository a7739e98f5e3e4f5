package calc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// decTestOperations are the operations that the General Decimal Arithmetic specification (version 1.70) and calc both
// define, by the names they have in its test cases.
var decTestOperations = map[string]func(c *Context, x []Expr) Expr{
	"add":           func(_ *Context, x []Expr) Expr { return Sum(x...) },
	"subtract":      func(_ *Context, x []Expr) Expr { return Difference(x[0], x[1]) },
	"multiply":      func(_ *Context, x []Expr) Expr { return Product(x...) },
	"divide":        func(_ *Context, x []Expr) Expr { return Quotient(x[0], x[1]) },
	"remainder":     func(_ *Context, x []Expr) Expr { return Remainder(x[0], x[1], Truncated) },
	"remaindernear": func(_ *Context, x []Expr) Expr { return Remainder(x[0], x[1], Nearest) },
	"power":         func(_ *Context, x []Expr) Expr { return Power(x[0], x[1]) },
	"plus":          func(_ *Context, x []Expr) Expr { return Sum(x[0]) },
	"reduce":        func(_ *Context, x []Expr) Expr { return Sum(x[0]) },
	"minus":         func(_ *Context, x []Expr) Expr { return Negation(x[0]) },
	// These round half to even whatever the context says.
	"squareroot": func(c *Context, x []Expr) Expr { c.Rounding = HalfEven; return Root(x[0], Int(2)) },
	"exp":        func(c *Context, x []Expr) Expr { c.Rounding = HalfEven; return Exp(x[0]) },
	"ln":         func(c *Context, x []Expr) Expr { c.Rounding = HalfEven; return Log(x[0]) },
	"log10":      func(c *Context, x []Expr) Expr { c.Rounding = HalfEven; return LogBase(x[0], Int(10)) },
	// Rounding to places: the result may have more digits than the precision.
	"tointegral":  func(c *Context, x []Expr) Expr { return Round(x[0], Int(0), c.Rounding) },
	"tointegralx": func(c *Context, x []Expr) Expr { return Round(x[0], Int(0), c.Rounding) },
	"quantize":    nil, // see below: its second operand is a pattern
}

// TestDecTestSuiteAgrees runs the General Decimal Arithmetic test cases that the module apd ships.
func TestDecTestSuiteAgrees(t *testing.T) {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cockroachdb/apd/v3").Output()
	require.NoError(t, err, "go list -m finds the test cases in the module cache")
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(module)), "testdata", "*.decTest"))
	require.NoError(t, err)
	require.NotEmpty(t, files)

	total := decTestCount{skipped: map[string]int{}}
	for _, file := range files {
		if name := filepath.Base(file); strings.Contains(name, "-apd") {
			continue // apd's own cases
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".decTest"), func(t *testing.T) {
			total.run(t, file)
		})
	}
	t.Logf("%d cases agree; do not apply: %v", total.ran, total.skipped)
	require.GreaterOrEqual(t, total.ran, 14_600, "the cases of apd v3.2.3 that apply")
}

var unquote = strings.NewReplacer("'", "", `"`, "")

type decTestCount struct {
	ran     int
	skipped map[string]int
}

func (n *decTestCount) run(t *testing.T, file string) {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	c := Context{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if i := strings.Index(line, "--"); i >= 0 && !strings.Contains(line[:i], "'") {
			line = line[:i]
		}
		if name, value, ok := strings.Cut(line, ":"); ok && !strings.Contains(line, "->") {
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "precision":
				c.Precision, err = strconv.Atoi(strings.TrimSpace(value))
				require.NoError(t, err)
			case "rounding":
				c.Rounding, err = ParseRounding(strings.TrimSpace(value))
				require.NoError(t, err)
			}
			continue
		}
		left, right, ok := strings.Cut(line, "->")
		if !ok {
			continue
		}
		words, results := strings.Fields(unquote.Replace(left)), strings.Fields(unquote.Replace(right))
		build, known := decTestOperations[strings.ToLower(words[1])]
		reason := ""
		if !known {
			reason = "operation " + strings.ToLower(words[1])
		} else {
			reason = n.apply(t, c, strings.ToLower(words[1]), build, words, results)
		}
		if reason == "" {
			n.ran++
		} else {
			n.skipped[reason]++
		}
	}
}

// apply runs one case; it returns why the case does not apply, if so.
func (n *decTestCount) apply(t *testing.T, c Context, name string, build func(*Context, []Expr) Expr, words, results []string) string {
	var operands []Expr
	for _, w := range words[2:] {
		lower := strings.ToLower(w)
		switch {
		case strings.Contains(lower, "nan"):
			return "NaN"
		case strings.Contains(lower, "inf"):
			return "infinity"
		case strings.ContainsAny(w, "#?"):
			return "encodings and null operands"
		}
		d, err := Parse(w, Limits{})
		var e *Error
		if errors.As(err, &e) && e.Kind == TooLarge {
			return "operand beyond 1e±1000000"
		}
		require.NoError(t, err, words)
		operands = append(operands, Number(d))
	}
	conditions := strings.ToLower(strings.Join(results[1:], " "))
	for _, condition := range []string{"overflow", "underflow", "subnormal", "clamped"} {
		if strings.Contains(conditions, condition) {
			return "bounded exponents: " + condition
		}
	}
	var x Expr
	if name == "quantize" {
		x = Round(operands[0], Int(patternPlaces(t, words[3])), c.Rounding)
	} else {
		x = build(&c, operands)
	}
	if c.Precision > DefaultPrecision {
		return "precision above 10,000"
	}
	got, err := Evaluate(context.Background(), x, c)
	id := fmt.Sprint(words, " -> ", results, " at ", c)
	if want := strings.ToLower(results[0]); strings.Contains(want, "nan") {
		if strings.Contains(conditions, "division_impossible") || name == "quantize" || strings.Contains(conditions, "invalid_context") {
			return "the quotient or the result has more digits than the precision"
		}
		if name == "power" && operands[0].n.number.isZero() && operands[1].n.number.isZero() {
			return "0^0 is 1 here"
		}
		if name == "power" && operands[0].n.number.canonical(t.Context()).isOne() {
			return "the suite's power has a bounded exponent, here 1 has any power"
		}
		require.Error(t, err, id)
		return ""
	} else if strings.Contains(want, "inf") {
		require.Error(t, err, id)
		return ""
	}
	var e *Error
	if errors.As(err, &e) && e.Kind == TooLarge {
		return "result beyond 1e±1000000, or longer than 100,000 digits"
	}
	require.NoError(t, err, id)
	want, err := Parse(results[0], Limits{Exponent: 1 << 30})
	require.NoError(t, err, id)
	// The suite allows a power to be off by one in its last digit: those it lists are correctly rounded.
	require.True(t, want.Equal(got.Value), "%s: got %s", id, got.Value)
	// The suite calls every power with an exponent that is not an integer inexact, also 1^0.5 = 1; its quantize and tointegral
	// say whether digits were lost, where our rounding to places is the computation.
	if !strings.HasPrefix(name, "tointegral") && name != "quantize" && name != "power" {
		require.Equal(t, !strings.Contains(conditions, "inexact"), got.Exact, id)
	}
	return ""
}

// patternPlaces is the number of digits behind the point of a pattern, also of one whose value is 0: of 0.00e-1, 3.
func patternPlaces(t *testing.T, pattern string) int64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(pattern), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	places := int64(len(fraction))
	if exponent != "" {
		e, err := strconv.ParseInt(exponent, 10, 64)
		require.NoError(t, err)
		places -= e
	}
	return places
}
