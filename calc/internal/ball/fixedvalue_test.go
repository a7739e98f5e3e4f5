package ball

import (
	"context"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A kernel is a function on values beside the same function by the algorithms for any precision.
type kernel struct {
	name      string
	short     Function
	long      func(context.Context, Ball, uint) (Ball, error)
	positive  bool
	low, high int // binary exponents of random arguments
}

var kernels = []kernel{
	{"exp", ShortExp, Exp, false, -100, 19},
	{"log", ShortLog, Log, true, -1000, 1000},
	{"sin", ShortSin, Sin, false, -60, 19},
	{"cos", ShortCos, Cos, false, -60, 19},
	{"tan", ShortTan, Tan, false, -60, 19},
	{"atan", ShortAtan, Atan, false, -60, 100},
}

// kernelArguments are random numbers and numbers beside those where a kernel goes from one entry of a table to the next, from one
// quotient to the next, or near its zeros.
func kernelArguments(t *testing.T, r *rand.Rand, k kernel, m int) []*big.Float {
	const prec = 1000
	var all []*big.Float
	add := func(x *big.Float) {
		if x.Sign() == 0 || x.MantExp(nil) > k.high {
			return
		}
		if x.Sign() > 0 || !k.positive {
			all = append(all, x)
		}
		if x.Sign() < 0 || !k.positive {
			all = append(all, new(big.Float).Neg(x))
		}
	}
	beside := func(x *big.Float) {
		add(x)
		for _, d := range []int{8, 20, 40, 60, 64*m - 8, 64 * m} {
			e := new(big.Float).SetMantExp(big.NewFloat(1), x.MantExp(nil)-d)
			add(new(big.Float).SetPrec(prec).Add(x, e))
			add(new(big.Float).SetPrec(prec).Sub(x, e))
		}
	}
	constant := func(b Ball, err error) *big.Float {
		require.NoError(t, err)
		man, exp, _ := b.Dyadic()
		return new(big.Float).SetPrec(prec).SetMantExp(new(big.Float).SetPrec(prec).SetInt(man), int(exp))
	}
	pi, ln2 := constant(Pi(ctx, prec)), constant(Ln2(ctx, prec))
	for range 600 {
		f := awkwardFraction(r, fractionWords)
		x := new(big.Float).SetPrec(prec).SetInt(f.int(fractionWords))
		add(x.SetMantExp(x, k.low+r.IntN(k.high-k.low)-64*fractionWords))
	}
	for range 25 {
		n := new(big.Float).SetPrec(prec).SetInt64(r.Int64N(1 << r.IntN(20)))
		beside(new(big.Float).Mul(n, pi))
		beside(new(big.Float).SetMantExp(new(big.Float).Mul(n, pi), -2))
		beside(new(big.Float).Mul(n, ln2))
		beside(n)
		beside(new(big.Float).SetMantExp(n, -8))
		beside(new(big.Float).SetMantExp(n, -16))
		beside(new(big.Float).Quo(big.NewFloat(1).SetPrec(prec), new(big.Float).Add(n, big.NewFloat(1))))
	}
	for i := -20; i < 6; i++ {
		beside(new(big.Float).SetMantExp(big.NewFloat(1), i))
		ten, _ := new(big.Float).SetPrec(prec).SetString("1e" + big.NewInt(int64(i)).String())
		beside(ten)
	}
	return all
}

// dyadic is x as a dyadic number.
func dyadic(x *big.Float) (*big.Int, int64) {
	exp := x.MantExp(nil) - int(x.MinPrec())
	man, _ := new(big.Float).SetMantExp(x, -exp).Int(nil)
	return man, int64(exp)
}

// Each kernel's enclosure contains the value by the other algorithms, with far more bits; and it is not given up where it need not be.
func TestKernelsEncloseTheValue(t *testing.T) {
	for _, k := range kernels {
		t.Run(k.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			for m := 1; m <= shortWords; m++ {
				worst, given := 0.0, 0
				arguments := kernelArguments(t, r, k, m)
				for _, x := range arguments {
					man, exp := dyadic(x)
					var v, z value
					v.setBits(man, exp, m+1)
					// The value as it was cut, so that all of its words are looked at.
					cut := v.f.int(m + 1)
					if v.neg {
						cut.Neg(cut)
					}
					v.err = 0
					if !z.set(k.short, &v, m) {
						given++
						continue
					}
					b := z.ball(m, 1000)
					want, err := k.long(ctx, FromDyadic(cut, int64(v.exp-64*(m+1))), 700)
					require.NoError(t, err)
					require.True(t, b.widen(want.err()).Contains(want.mid()), "%s(%s) with %d words: %v, but %v", k.name, x.Text('g', 50), m, z, want)
					off := Abs(Sub(b.mid(), want.mid(), 100))
					if off.man != nil {
						f, _ := new(big.Float).SetInt(off.man).Float64()
						ulps := new(big.Float).SetMantExp(big.NewFloat(f), int(off.exp)-z.exp+64*m)
						u, _ := ulps.Float64()
						worst = max(worst, u/float64(z.err))
					}
				}
				t.Logf("%d words: off by at most %.3f of the bound; %d of %d not computed", m, worst, given, len(arguments))
				require.Less(t, given, len(arguments)/3)
			}
		})
	}
}
