package ball

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The formulas for the logarithms are identities between prime factors.
func TestLogarithmsOfPrimesFollowFromTheirSeries(t *testing.T) {
	exponents := func(n uint64) (e [primeCount]int64) {
		for j, p := range primes {
			for ; n%p == 0; n /= p {
				e[j]++
			}
		}
		require.Equal(t, uint64(1), n)
		return e
	}
	for i, row := range logCombinations {
		var sum [primeCount]int64
		size := int64(0)
		for j, c := range row {
			plus, minus := exponents(logArguments[j]+1), exponents(logArguments[j]-1)
			for k := range sum {
				sum[k] += c * (plus[k] - minus[k])
			}
			size += max(c, -c)
		}
		var want [primeCount]int64
		want[i] = 4 // 2·log p = Σ c·atanh(1/x) = Σ c/2·(log(x+1) − log(x−1))
		require.Equal(t, want, sum)
		require.Less(t, size, int64(1)<<33)
	}
}

// The arguments of the Gaussian primes are those of other series: atan(b/a) for b/a ≤ ½, else π/4 − atan((a−b)/(a+b)).
func TestArgumentsOfPrimesAreArcTangents(t *testing.T) {
	const prec = 3000
	pi, err := Pi(ctx, prec)
	require.NoError(t, err)
	v, err := argBase.get(ctx, prec/wordBits+1)
	require.NoError(t, err)
	for i, row := range argCombinations {
		size := int64(0)
		for _, c := range row {
			size += max(c, -c)
		}
		require.Less(t, size, int64(1)<<33)

		a, b := gaussians[i][0], gaussians[i][1]
		flip := 2*b > a
		if flip {
			a, b = a+b, a-b
		}
		q, err := FromRatio(ctx, big.NewInt(b), big.NewInt(a), 0, prec)
		require.NoError(t, err)
		z, err := Sqr(ctx, q, prec)
		require.NoError(t, err)
		var s Ball
		if !q.IsZero() {
			x, e, err := atanSeries.sumInt(ctx, fixedPoint(z.mant(), z.exp, prec), prec, 2)
			require.NoError(t, err)
			if s, err = Mul(ctx, q, FromDyadic(x, -prec).widen(newBound(e+8, -prec)), prec); err != nil {
				t.Fatal(err)
			}
		}
		if flip {
			s = Sub(Scale2(pi, -2), s, prec)
		}
		ours := FromDyadic(new(big.Int).SetBits(v.values[i]), -int64(v.words)*wordBits).widen(newBound(2, -int64(v.words)*wordBits))
		require.True(t, ours.Overlaps(s), "%v: %s %s", gaussians[i], show(ours), show(s))
	}
}

// Values by binary splitting are those term by term.
func TestSeriesOfABaseAgree(t *testing.T) {
	for _, b := range []*base{logBase, argBase} {
		for _, x := range b.arguments {
			for _, words := range []int{3, 10, 60} {
				one, err := inverseSum(ctx, x, b.epsilon, words)
				require.NoError(t, err)
				other, err := inverseSeries(ctx, x, b.epsilon, uint(words)*wordBits)
				require.NoError(t, err)
				require.LessOrEqual(t, new(big.Int).Sub(one, other).CmpAbs(big.NewInt(3)), 0)
			}
		}
	}
}

func TestLaddersReduce(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, b := range []*base{logBase, argBase} {
		const words = 20
		v, err := b.get(ctx, words)
		require.NoError(t, err)
		require.Len(t, b.steps(), len(b.exponents))
		for range 300 {
			x := new(big.Int).SetUint64(random.Uint64())
			x.Lsh(x, (words-1)*wordBits)
			for _, r := range []int{8, 20, 40, 63} {
				e := b.climb(wideOf(x, words*wordBits), r)
				rest, size := v.reduced(x, &e, words)
				require.LessOrEqual(t, rest.BitLen(), words*wordBits-r+1)
				require.Less(t, size, uint64(3000))
			}
		}
	}
}

func TestProductsOfPrimesAreExact(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 50 {
		var e [primeCount]int64
		want, product := big.NewRat(1, 1), [2]*big.Int{big.NewInt(1), new(big.Int)}
		for j := range e {
			e[j] = random.Int64N(41) - 20
			for range max(e[j], -e[j]) {
				if j == 0 {
					continue
				}
				p := new(big.Rat).SetInt64(int64(primes[j]))
				c, d := big.NewInt(gaussians[j][0]), big.NewInt(gaussians[j][1])
				if e[j] < 0 {
					p.Inv(p)
					d.Neg(d)
				}
				want.Mul(want, p)
				re := new(big.Int).Mul(product[0], c)
				re.Sub(re, new(big.Int).Mul(product[1], d))
				im := new(big.Int).Mul(product[0], d)
				product[0], product[1] = re, im.Add(im, new(big.Int).Mul(product[1], c))
			}
		}
		n, d, twos := primeFraction(&e)
		require.Equal(t, e[0], twos)
		require.Zero(t, want.Cmp(new(big.Rat).SetFrac(n, d)))
		re, im := gaussianProduct(&e)
		require.Zero(t, re.Cmp(product[0]))
		require.Zero(t, im.Cmp(product[1]))
	}
}
