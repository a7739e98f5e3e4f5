package calc

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc/expression"
)

// bothWays reads a text as the short way in words does, where it does, and as the long way does.
func bothWays(t *testing.T, text string, limits Limits) (short, long Expr, ok bool) {
	t.Helper()
	program, err := expression.Parse(text)
	if err != nil {
		return short, long, false
	}
	l := lowering{Scope: &Scope{Limits: limits}, text: text}
	q, ok := l.small(program.Answer())
	if !ok {
		return short, long, false
	}
	n, err := l.lower(program.Answer())
	require.NoError(t, err, text)
	return Expr{q.node()}, Expr{n}, true
}

// requireBothWaysAgree compares all that a caller sees, and reports whether there was a short way.
func requireBothWaysAgree(t *testing.T, text string, c Context) bool {
	t.Helper()
	short, long, ok := bothWays(t, text, c.Limits)
	if !ok {
		return false
	}
	want, err := Evaluate(t.Context(), long, c)
	if err != nil {
		var refused *Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, Exact, c.Precision, "%s: %v", text, err) // no finite decimal
		_, err = Evaluate(t.Context(), short, c)
		require.Equal(t, refused, err, text)
		return true
	}
	got, err := Evaluate(t.Context(), short, c)
	require.NoError(t, err, text)
	require.Zero(t, want.Value.Cmp(got.Value), "%s: %s, and not %s", text, got.Value, want.Value)
	require.Equal(t, want.Exact, got.Exact, text)
	require.Equal(t, want.Precision, got.Precision, text)
	for _, notation := range []Notation{Auto, Plain, Scientific, Engineering} {
		long, err := want.Text(notation, c.Limits)
		require.NoError(t, err)
		short, err := got.Text(notation, c.Limits)
		require.NoError(t, err)
		require.Equal(t, long, short, text)
	}
	longForms, err := want.Forms(t.Context(), c.Limits)
	require.NoError(t, err)
	shortForms, err := got.Forms(t.Context(), c.Limits)
	require.NoError(t, err)
	require.Equal(t, longForms, shortForms, text)
	return true
}

func TestShortWayInWordsIsTheLongWay(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	taken := 0
	for range 6000 {
		text := smallTree(rng, 4)
		if rng.IntN(4) == 0 {
			text = "x = " + text + "; y = x/7; (x + y)*" + smallTree(rng, 1)
		}
		c := Context{Precision: []int{0, 34, 1, 5, 19, Exact}[rng.IntN(6)], Rounding: Rounding(rng.IntN(8))}
		if requireBothWaysAgree(t, text, c) {
			taken++
		}
	}
	require.Greater(t, taken, 1500)
}

// smallTree is an expression of what the short way knows, with numbers around the ends of what it holds.
func smallTree(rng *rand.Rand, depth int) string {
	if depth == 0 || rng.IntN(6) == 0 {
		awkward := []string{"0", "1", "2", "0.5", ".1", "2.250", "10", "25", "1e18", "999999999999999999", "1e-18", "3037000499", "3037000500",
			"4294967296", "1e40", "1e-40", "7", "0e5", "1/3", "5%", "1_000"}
		if i := rng.IntN(2 * len(awkward)); i < len(awkward) {
			return awkward[i]
		}
		return strconv.Itoa(rng.IntN(100)) + "." + strconv.Itoa(rng.IntN(1000))
	}
	x := smallTree(rng, depth-1)
	switch rng.IntN(12) {
	case 5:
		return "abs(" + x + ")"
	case 0:
		return "sqrt(" + x + ")"
	case 1:
		return "sqrt(" + x + ")^" + []string{"2", "4", "-2", "0", "6", "3"}[rng.IntN(6)]
	case 2:
		return "(" + x + ")^" + []string{"2", "3", "-1", "-2", "0", "1", "63", "0.5"}[rng.IntN(8)]
	case 3:
		return "-(" + x + ")"
	case 4:
		return "subtract(" + x + ", " + smallTree(rng, depth-1) + ")"
	}
	return "(" + x + ") " + string("+-*/"[rng.IntN(4)]) + " (" + smallTree(rng, depth-1) + ")"
}

func FuzzShortWayInWordsIsTheLongWay(f *testing.F) {
	for _, text := range []string{
		"1.5 + 2.25", "(1 + 2) * 3 / 4 - sqrt(2) ^ 2", "0 - 0", "-0", "0/-5", "200 + 10%", "x = 1.5; y = x^2; x*y - |y|", "1/3*3", "sqrt(0.25)", "sqrt(1/4)^2", "0^0", "2^-63", "2^63",
		"9223372036854775807", "-999999999999999999*9", "3037000500*3037000500", "3037000499^2", "1/7+1/11+1/13+1/17+1/19+1/23+1/29+1/31+1/37+1/41+1/43+1/47",
	} {
		f.Add(text, 34, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, digits int, mode uint8) {
		if len(text) < 200 {
			requireBothWaysAgree(t, text, Context{Precision: int(uint(digits) % 120), Rounding: Rounding(mode % 8)})
		}
	})
}

func TestWordsDoNotOverflow(t *testing.T) {
	edges := []int64{0, 1, -1, 2, -2, 3, 1 << 31, 1<<32 - 1, 1 << 32, 1<<32 + 1, 3037000499, 3037000500, 1 << 62, 1<<62 - 1, math.MaxInt64 / 2,
		math.MaxInt64/2 + 1, math.MaxInt64 / 3, math.MaxInt64 - 1, math.MaxInt64, -math.MaxInt64, -math.MaxInt64 + 1, -(1 << 62)}
	limit := big.NewInt(math.MaxInt64)
	for _, a := range edges {
		for _, b := range edges {
			for name, is := range map[string]struct {
				long  *big.Int
				short func(a, b int64) (int64, bool)
			}{
				"sum":     {new(big.Int).Add(big.NewInt(a), big.NewInt(b)), add64},
				"product": {new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), mul64},
			} {
				got, ok := is.short(a, b)
				require.Equal(t, is.long.CmpAbs(limit) <= 0, ok, "%s of %d and %d", name, a, b)
				if ok {
					require.Equal(t, is.long.Int64(), got, "%s of %d and %d", name, a, b)
				}
			}
		}
	}
}

func TestRootsInWordsAreExact(t *testing.T) {
	for _, r := range []int64{0, 1, 2, 1<<26 - 1, 1<<26 + 1, 94906267, 3037000498, 3037000499} {
		got, ok := sqrt64(r * r)
		require.True(t, ok)
		require.Equal(t, r, got)
		for _, beside := range []int64{r*r - 1, r*r + 1} {
			if beside > 1 {
				_, ok := sqrt64(beside)
				require.False(t, ok, beside)
			}
		}
	}
}

// What the short way does not do, or must not, is what it was.
func TestShortWayInWordsLeavesTheRest(t *testing.T) {
	for _, text := range []string{"1/0", "0^0", "0^-1", "sqrt(-4)", "sqrt(-2)^2", "sqrt(2)^3", "sqrt(2)", "1e41", "1e19+1e-1", "9223372036854775807", "3037000500*3037000500",
		"2^64", "pi", "1e30*1e30", "round(1.5, 2)", "5!", "2^0.5"} {
		_, _, ok := bothWays(t, text, Limits{})
		require.False(t, ok, text)
	}
	_, _, ok := bothWays(t, "1+1", Limits{Exponent: 10})
	require.False(t, ok, "every limit is looked at")
	_, _, ok = bothWays(t, "12.5+1", Limits{Digits: 2})
	require.False(t, ok, "every limit is looked at")
	for text, want := range map[string]string{
		"-0": "0", "0/-5": "0", "5-5": "0", "0*-1": "0", "-(0-0)": "0", "0.5-1": "-0.5", "-0.25": "-0.25", "100/8": "12.5", "3/4": "0.75", "2^62*2": "9223372036854775808",
		"-999999999999999999-1": "-1000000000000000000", "1e18+1": "1000000000000000001", "1e-8": "1e-8", "1e-7": "0.0000001",
	} {
		got, r := shown(t, text, Context{})
		require.Equal(t, want, got, text)
		require.True(t, r.Exact, text)
	}
	sums, _ := shown(t, strings.Repeat("1/3+", 98)+"1/3", Context{})
	require.Equal(t, "33", sums)
	twice := "x0 = 1"
	for i := range 60 {
		twice += fmt.Sprintf("; x%d = x%d + x%d", i+1, i, i)
	}
	text, _ := shown(t, twice, Context{})
	require.Equal(t, new(big.Int).Lsh(big.NewInt(1), 60).String(), text, "not in 2^60 steps")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x, err := ParseExpression("1+1", Limits{})
	require.NoError(t, err)
	_, err = Evaluate(ctx, x, Context{})
	require.ErrorIs(t, err, context.Canceled)
}
