package calc

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDigitsBesideRationalNumbersAreFound(t *testing.T) {
	for text, want := range map[string]string{
		"exp(1e-900000) - 1":              "1e-900000",
		"1 - exp(1e-900000)":              "-1e-900000",
		"exp(-1e-900000) - 1":             "-1e-900000",
		"(exp(1e-900000) - 1)/1e-900000":  "1",
		"(exp(1e-900000) - 1)/3":          "3.333333333333333333333333333333333e-900001",
		"(1 - cos(1e-300000))/1e-600000":  "0.5",
		"sin(1e-900000)/1e-900000":        "1",
		"7/(exp(1e-900000) - 1)":          "7e+900000",
		"|1 - exp(1e-900000)|":            "1e-900000",
		"sin(1e-400000/7)":                "1.428571428571428571428571428571429e-400001",
		"exp(1e-900000) - 2":              "-1",
		"(exp(1e-400000/7) - 1)*7e400000": "1",
	} {
		got, r := shown(t, text, Context{})
		require.Equal(t, want, got, text)
		require.False(t, r.Exact, text)
		require.Empty(t, r.ErrorBound, text)
	}
	for text, want := range map[string][2]string{ // rounded down and up
		"exp(1e-900000) - 1":           {"1e-900000", "1.01e-900000"},
		"exp(-1e-900000) - 1":          {"-9.99e-900001", "-1e-900000"},
		"(exp(1e-900000)-1)/1e-900000": {"1", "1.01"},
		"exp(1e-900000) - 2":           {"-0.999", "-1"},
		"1/(exp(1e-900000) - 1)":       {"9.99e+899999", "1e+900000"},
	} {
		for i, rounding := range []Rounding{Down, Up} {
			got, _ := shown(t, text, Context{Precision: 3, Rounding: rounding})
			require.Equal(t, want[i], got, text)
		}
	}
}

// At exponents that enclosures reach too, both ways give the same.
func TestDigitsBesideRationalNumbersAreThoseOfEnclosures(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 400 {
		x := fmt.Sprintf("%d/%d*1e-%d", (1-2*rng.IntN(2))*(1+rng.IntN(30)), 1+rng.IntN(12), 5+rng.IntN(80))
		form := []string{"exp(x) - 1", "3 - 3*exp(x)", "(cos(x) - 1)/x", "sin(x)/3", "2/(exp(x) - 1)", "-exp(-x)+3/7", "1/cos(x)", "tan(x)*-7/9", "(exp(x) - 1/3)*3", "cosh(x) - 2",
			"5/(1 - cos(x))", "1-sinh(x)"}[rng.IntN(12)]
		text := "x = " + x + "; " + form
		c := Context{Precision: 1 + rng.IntN(30), Rounding: Rounding(rng.IntN(8))}
		got, _ := shown(t, text, c)
		_, long := shown(t, text, Context{Precision: 700, Rounding: Down})
		require.False(t, long.Exact)
		man := long.Value.Coefficient()
		d, _ := c.Rounding.round(t.Context(), digits{man.Sign() < 0, man.Abs(man), int(long.Value.Exponent()), true}, c.Precision)
		e := evaluation{ctx: t.Context(), c: c}
		want, err := e.finished(d, c.Precision, false)
		require.NoError(t, err)
		wanted, err := want.Text(Auto, Limits{})
		require.NoError(t, err)
		require.Equal(t, wanted, got, "%s to %d digits, %s", text, c.Precision, c.Rounding)
	}
}
