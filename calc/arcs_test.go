package calc

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Relations found by Machin, Euler, Hermann, Hutton, Gauss, Størmer and Takano (Lehmer, On arccotangent relations for π, American
// Mathematical Monthly 45, 1938; the last one of 1982): each is π/4.
func TestArcTangentRelationsAreExact(t *testing.T) {
	for _, relation := range []string{
		"4*atan(1/5) - atan(1/239)",
		"atan(1/2) + atan(1/3)",
		"2*atan(1/2) - atan(1/7)",
		"2*atan(1/3) + atan(1/7)",
		"12*atan(1/18) + 8*atan(1/57) - 5*atan(1/239)",
		"44*atan(1/57) + 7*atan(1/239) - 12*atan(1/682) + 24*atan(1/12943)",
		"12*atan(1/49) + 32*atan(1/57) - 5*atan(1/239) + 12*atan(1/110443)",
	} {
		text, r := shown(t, "16*("+relation+") - 4*pi", Context{})
		require.Equal(t, "0", text, relation)
		require.True(t, r.Exact, relation)
		_, r = shown(t, relation, Context{})
		forms, err := r.Forms(t.Context(), Limits{})
		require.NoError(t, err)
		require.Equal(t, "pi/4", forms.Symbolic, relation)
		text, r = shown(t, "("+relation+")/pi + 1/3", Context{Precision: 4})
		require.Equal(t, "0.5833", text)
		require.Empty(t, r.ErrorBound)
		text, _ = shown(t, "1e6*("+relation+") - 250000*pi + 5", Context{})
		require.Equal(t, "5", text)
		text, _ = shown(t, "1/("+relation+" - pi/4)", Context{})
		require.Contains(t, text, "division by zero")
	}
	for text, want := range map[string]string{
		"asin(3/5) + asin(4/5) - pi/2": "0", "acos(5/13) - asin(12/13)": "0", "atan2(1, 2) + atan2(-1, -3) + 3pi/4": "0", "atan(1/2) + atan(2) - pi/2 + 1.5": "1.5",
		"ceil(4*atan(1/5) - atan(1/239) - pi/4)": "0", "sign(atan(1/2) + atan(1/3) - pi/4 - 1e-2000)": "-1", "atan(1/2) + atan(1/3) - pi/4 + 1e-2000": "1e-2000",
	} {
		got, r := shown(t, text, Context{})
		require.Equal(t, want, got, text)
		require.True(t, r.Exact, text)
	}
}

// The tangent of a sum of two angles is that of a third, a multiple of π away; and of near misses it is known that they are none.
func TestSumsOfArcTangentsAreDecided(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	ratio := func() *big.Rat { return big.NewRat(rng.Int64N(41)-20, 1+rng.Int64N(20)) }
	for range 300 {
		x, y := ratio(), ratio()
		below := new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Mul(x, y))
		if below.Sign() == 0 {
			continue
		}
		z := new(big.Rat).Quo(new(big.Rat).Add(x, y), below)
		turns := "0"
		if below.Sign() < 0 { // the sum is beyond ±π/2
			turns = fmt.Sprintf("(%d)", x.Sign())
		}
		n, scale := 1+rng.Int64N(9), 1+rng.Int64N(9)
		text := fmt.Sprintf("%d/%d*(atan(%s) + atan(%s)) - %d*atan(%s)/%d - %d/%d*%s*pi",
			n, scale, x.RatString(), y.RatString(), n, z.RatString(), scale, n, scale, turns)
		got, r := shown(t, text, Context{})
		require.Equal(t, "0", got, text)
		require.True(t, r.Exact, text)

		z.Add(z, big.NewRat(1, 1e15))
		text = fmt.Sprintf("atan(%s) + atan(%s) - atan(%s) - %s*pi + 1e-600 - 1e-600", x.RatString(), y.RatString(), z.RatString(), turns)
		got, r = shown(t, text, Context{})
		require.Contains(t, got, "-", text)
		require.False(t, r.Exact, text)
		require.Empty(t, r.ErrorBound, text)
		_, r = shown(t, text, Context{Rounding: Ceiling, Precision: 1})
		require.Equal(t, 1, r.Precision, text)
	}
}

func TestLongSumsOfArcTangentsAreLeft(t *testing.T) {
	s := arcSum{counts: []*big.Int{big.NewInt(maxGaussianBits)}, of: []*big.Rat{big.NewRat(1, 2)}}
	_, _, ok := s.gaussian()
	require.False(t, ok)
	s.counts[0] = new(big.Int).Lsh(big.NewInt(1), 300)
	_, _, ok = s.gaussian()
	require.False(t, ok)
	got, r := shown(t, "65536*atan(1/2) + 65534*atan(1/3) - 65535*pi/4 - atan(1/7)", Context{})
	require.Equal(t, "0", got)
	require.Equal(t, "1e-1000", r.ErrorBound, "too long to be multiplied out")
}
