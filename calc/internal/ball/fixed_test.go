package ball

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// awkwardFraction is a fraction of words that carries and cuts go wrong with, and of random ones.
func awkwardFraction(r *rand.Rand, m int) fraction {
	var f fraction
	for i := range m {
		switch r.IntN(5) {
		case 0:
			f[i] = ^uint64(0)
		case 1:
			f[i] = 0
		case 2:
			f[i] = 1 << r.IntN(64)
		default:
			f[i] = r.Uint64()
		}
	}
	return f
}

func TestFractionProductIsBelowByLessThanItsBound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		m := 1 + r.IntN(fractionWords)
		l := 1 + r.IntN(m)
		x, y := awkwardFraction(r, m), awkwardFraction(r, l)
		var z fraction
		z.mul(&x, &y, m, l)
		exact := new(big.Int).Mul(x.int(m), y.int(m))
		d := exact.Sub(exact, new(big.Int).Lsh(z.int(m), uint(64*m)))
		require.GreaterOrEqual(t, d.Sign(), 0)
		require.Negative(t, d.Cmp(new(big.Int).Lsh(big.NewInt(int64(m)), uint(64*m))), "%x %x %d", x, y, m)
		c := awkwardFraction(r, m)
		one := new(big.Int).Lsh(big.NewInt(1), uint(64*m))
		var p fraction
		p.mulPlus(&x, &y, &c, m, l)
		require.Equal(t, new(big.Int).Mod(new(big.Int).Add(c.int(m), z.int(m)), one).String(), p.int(m).String())
		p.mulMinus(&x, &y, &c, m, l)
		require.Equal(t, new(big.Int).Mod(new(big.Int).Sub(c.int(m), z.int(m)), one).String(), p.int(m).String())
		for _, q := range []*fraction{&x, &c} {
			inPlace := *q
			if q == &x {
				inPlace.mulMinus(&inPlace, &y, &c, m, l)
			} else {
				inPlace.mulMinus(&x, &y, &inPlace, m, l)
			}
			require.Equal(t, p.int(m), inPlace.int(m))
		}
		inPlace := x
		inPlace.mul(&inPlace, &y, m, l)
		require.Equal(t, z.int(m), inPlace.int(m))
		inPlace = y
		inPlace.mul(&x, &inPlace, m, l)
		require.Equal(t, z.int(m), inPlace.int(m))
	}
}

func TestFractionQuotientIsTheFloor(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		m := 1 + r.IntN(fractionWords)
		x, y := awkwardFraction(r, m), awkwardFraction(r, m)
		y[0] |= 1 << 63
		if r.IntN(3) == 0 { // the estimate of a digit is at its worst
			copy(x[:max(m-1, 1)], y[:])
		}
		a, b := x.int(m), y.int(m)
		if a.Cmp(b) >= 0 {
			continue
		}
		var z fraction
		z.quo(&x, &y, m)
		require.Equal(t, new(big.Int).Quo(a.Lsh(a, uint(64*m)), b).String(), z.int(m).String())
	}
}

func TestFractionsShiftAndAddLikeIntegers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		m := 1 + r.IntN(fractionWords)
		one := new(big.Int).Lsh(big.NewInt(1), uint(64*m))
		mod := func(n *big.Int) string { return new(big.Int).Mod(n, one).String() }
		x, y := awkwardFraction(r, m), awkwardFraction(r, m)
		a, b := x.int(m), y.int(m)
		s := r.IntN(64*m + 10)
		z := x
		z.shiftLeft(s, m)
		require.Equal(t, mod(new(big.Int).Lsh(a, uint(s))), z.int(m).String())
		z = x
		z.shiftRight(s, m)
		require.Equal(t, new(big.Int).Rsh(a, uint(s)).String(), z.int(m).String())
		require.Equal(t, 64*m-a.BitLen(), x.zeros(m))
		carry := z.add(&x, &y, m)
		require.Equal(t, new(big.Int).Add(a, b).String(), new(big.Int).Add(z.int(m), new(big.Int).Mul(one, big.NewInt(int64(carry)))).String())
		borrow := z.sub(&x, &y, m)
		require.Equal(t, mod(new(big.Int).Sub(a, b)), z.int(m).String())
		require.Equal(t, a.Cmp(b) < 0, borrow == 1)
		z = x
		carry = z.addBehind(&y, m)
		want := new(big.Int).Add(a, new(big.Int).Rsh(b, 64))
		require.Equal(t, want.Cmp(one) >= 0, carry == 1)
		require.Equal(t, mod(want), z.int(m).String())
		k := r.Uint64()
		high := z.mulInt(&x, k, m)
		want = new(big.Int).Mul(a, new(big.Int).SetUint64(k))
		require.Equal(t, new(big.Int).Rsh(want, uint(64*m)).Uint64(), high)
		require.Equal(t, mod(want), z.int(m).String())
		k |= 1
		z.quoInt(&x, k, m)
		require.Equal(t, new(big.Int).Quo(a, new(big.Int).SetUint64(k)).String(), z.int(m).String())
		if a.Sign() > 0 {
			s := uint(r.IntN(200))
			exp, exact := z.setInt(new(big.Int).Lsh(a, s), m)
			require.True(t, exact || exp > 64*m)
			require.Equal(t, a.BitLen()+int(s), exp)
			require.Equal(t, new(big.Int).Lsh(a, uint(64*m-a.BitLen())).String(), z.int(m).String())
		}
	}
}

var shortSink value

func TestKernelsDoNotAllocate(t *testing.T) {
	for _, k := range kernels {
		for m := 1; m <= shortWords; m++ {
			var x value
			x.setBits(big.NewInt(0x123456789abcdef1), -62, m+1)
			require.True(t, shortSink.set(k.short, &x, m))
			require.Zero(t, testing.AllocsPerRun(100, func() { shortSink.set(k.short, &x, m) }))
		}
	}
}

func BenchmarkShort(b *testing.B) {
	var x value
	digits := new(big.Int).Exp(big.NewInt(7), big.NewInt(200), nil)
	for _, k := range kernels {
		for _, m := range []int{2, 3, 6, 7} {
			x.setBits(digits, 1-int64(digits.BitLen()), m+1)
			b.Run(fmt.Sprintf("%s/words=%d", k.name, m), func(b *testing.B) {
				for b.Loop() {
					shortSink.set(k.short, &x, m)
				}
			})
		}
	}
}
