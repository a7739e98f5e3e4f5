package calc

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzEvaluate: whatever the text is, it gives a value, a problem or a bound, and soon.
func FuzzEvaluate(f *testing.F) {
	for _, text := range []string{
		"1/3*3", "sqrt(2)^2 - 2", "x = 3; x^2 + sin(pi/6)", "200 + 10%", "9^9^9^9", "(sqrt(2)^sqrt(2))^sqrt(2)", "|−3|·2²", "7 mod 2pi",
		"4*atan(1/5) - atan(1/239) - pi/4", "floor(sqrt(2)*sqrt(8))", "1/(sqrt(2)*sqrt(3)-sqrt(6))", "5! + 3!!", "tan(90°)", "2^(2^100)",
		"asin(sin(10)) + acos(cos(10)) + atan(tan(10))", "max(pi, 22/7) - min(e, 19/7)", "(-8)^(1/3)", "round(pi, 3)", "1e999999*1e999999",
	} {
		f.Add(text, 34, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, digits int, mode uint8) {
		if len(text) > 200 {
			return
		}
		x, err := ParseExpression(text, Limits{})
		var problem *Error
		if err != nil {
			require.ErrorAs(t, err, &problem)
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		start := time.Now()
		c := Context{Precision: int(uint(digits) % 120), Rounding: Rounding(mode % 8), Unit: Unit(mode / 8 % 4)}
		r, err := Evaluate(ctx, x, c)
		require.Less(t, time.Since(start), 8*time.Second, "it stops soon after its context")
		if err != nil {
			require.True(t, errors.As(err, &problem) || errors.Is(err, context.DeadlineExceeded), "%v", err)
			return
		}
		require.False(t, r.Exact && r.ErrorBound != "")
		_, err = r.Text(Auto, Limits{})
		if err != nil {
			require.ErrorAs(t, err, &problem)
		}
		_, err = r.Forms(ctx, Limits{})
		require.True(t, err == nil || errors.As(err, &problem) || errors.Is(err, context.DeadlineExceeded), "%v", err)
	})
}

// Trees of small rationals have the values that big.Rat gives them.
func TestRationalTreesAreThoseOfBigRat(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		text, want := rationalTree(rng, 5)
		x, err := ParseExpression(text, Limits{})
		require.NoError(t, err, text)
		r, err := Evaluate(t.Context(), x, Context{Precision: 60, Rounding: Down})
		if want == nil {
			var problem *Error
			require.ErrorAs(t, err, &problem, text)
			require.Equal(t, Undefined, problem.Kind, text)
			continue
		}
		require.NoError(t, err, text)
		forms, err := r.Forms(t.Context(), Limits{})
		require.NoError(t, err)
		require.Equal(t, want.RatString(), forms.Fraction, text)
		require.Equal(t, r.Value.Rat().Cmp(want) == 0, r.Exact, text)
		off := new(big.Rat).Sub(r.Value.Rat(), want)
		require.LessOrEqual(t, off.Abs(off).Cmp(new(big.Rat).Mul(new(big.Rat).Abs(want), big.NewRat(1, 1e18))), 0, text)
	}
}

// rationalTree is an expression and its value, nil where it is undefined. The value may be hidden from what only follows rationals: a number
// may be written as the square of its root, or as the logarithm of its exponential.
func rationalTree(rng *rand.Rand, depth int) (string, *big.Rat) {
	if depth == 0 || rng.IntN(5) == 0 {
		a, b := rng.Int64N(20), 1+rng.Int64N(9)
		q := big.NewRat(a, b)
		text := fmt.Sprintf("(%d/%d)", a, b)
		switch rng.IntN(6) {
		case 0:
			text = "sqrt" + text + "^2"
		case 1:
			text = "ln(exp" + text + ")"
		case 2:
			text = "sin(asin(1/(1+" + text + ")))^(-1)"
			q.Add(q, big.NewRat(1, 1))
		}
		return text, q
	}
	left, p := rationalTree(rng, depth-1)
	right, q := rationalTree(rng, depth-1)
	op := "+-*/"[rng.IntN(4)]
	text := "(" + left + " " + string(op) + " " + right + ")"
	if p == nil || q == nil {
		return text, nil
	}
	r := new(big.Rat)
	switch op {
	case '+':
		r.Add(p, q)
	case '-':
		r.Sub(p, q)
	case '*':
		r.Mul(p, q)
	default:
		if q.Sign() == 0 {
			return text, nil
		}
		r.Quo(p, q)
	}
	return text, r
}

// The longest sums and the deepest trees that an expression may have are computed, or refused, without harm.
func TestLongAndDeepExpressionsEnd(t *testing.T) {
	for name, text := range map[string]string{
		"sum of roots":        "sqrt(2)" + strings.Repeat("+sqrt(2)", 4000),
		"sum of other roots":  sumOf(2000, func(i int) string { return fmt.Sprintf("sqrt(%d)", i) }),
		"nested roots":        strings.Repeat("sqrt(1+", 200) + "2" + strings.Repeat(")", 200),
		"nested sines":        strings.Repeat("sin(", 300) + "1" + strings.Repeat(")", 300),
		"continued fraction":  strings.Repeat("1/(1+", 400) + "pi" + strings.Repeat(")", 400),
		"product of sums":     strings.Repeat("(1+sqrt(2))*", 1000) + "1",
		"powers":              "sqrt(2)" + strings.Repeat("^2", 12),
		"variables squared":   "a=sqrt(2)+sqrt(3);b=a*a+1;c=b*b+1;d=c*c+1;e1=d*d+1;f=e1*e1+1;f*f+1",
		"sum of 1 over pi":    sumOf(1500, func(i int) string { return fmt.Sprintf("1/(pi+%d)", i) }),
		"alternating":         sumOf(3000, func(i int) string { return fmt.Sprintf("(-1)^%d/%d", i, i+1) }),
		"Machin, many times":  strings.Repeat("(4*atan(1/5)-atan(1/239)-pi/4)+", 300) + "1",
		"large coprime bases": sumOf(100, func(i int) string { return fmt.Sprintf("sqrt(%d)", 1000003*1000033+2*i) }),
	} {
		t.Run(name, func(t *testing.T) {
			x, err := ParseExpression(text, Limits{})
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			_, err = Evaluate(ctx, x, Context{Precision: 34})
			t.Log(time.Since(start), err)
			var problem *Error
			require.True(t, err == nil || errors.As(err, &problem), "%v", err)
		})
	}
}

func sumOf(n int, term func(i int) string) string {
	terms := make([]string, n)
	for i := range terms {
		terms[i] = term(i + 1)
	}
	return strings.Join(terms, "+")
}
