package calc

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTurnsOfLongMultiplesOfPiAreTakenOff(t *testing.T) {
	for text, want := range map[string]string{
		"sin(1e999999*pi)":              "0",
		"cos(1e999999*pi + pi)":         "-1",
		"cos(-pi*1e999999/3)":           "-0.5",
		"tan(1e999999*pi + pi/4)":       "1",
		"tan(pi*(1e9999 + 0.25))":       "1",
		"tan((1e999999 + 0.5)*pi)":      "tan((1e999999 + 0.5)*pi): the tangent has a pole there",
		"sin(7^3000*pi/6)":              "0.5",
		"sin(1e999999*pi + 1) - sin(1)": "0",
		"sin(1e999999*45°) - sin(0)":    "0",
	} {
		got, _ := shown(t, text, Context{})
		require.Equal(t, want, got, text)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		k, m := 2000+rng.Int64N(990_000), 1+rng.Int64N(40)
		rest := new(big.Int).Exp(big.NewInt(10), big.NewInt(k), big.NewInt(2*m))
		for _, function := range []string{"sin", "cos"} {
			want, _ := shown(t, fmt.Sprintf("%s(%s*pi/%d)", function, rest, m), Context{})
			got, _ := shown(t, fmt.Sprintf("%s(1e%d*pi/%d)", function, k, m), Context{})
			require.Equal(t, want, got, "%s(1e%d*pi/%d)", function, k, m)
		}
	}
}
