package ball

import (
	"flag"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var bases = []*base{logBases[0], logBases[1], argBases[0], argBases[1]}

// size is the sum of a row's combinations, which compute relies on.
func size(row []int64) (sum int64) {
	for _, c := range row {
		sum += max(c, -c)
	}
	return sum
}

// The formulas for the logarithms are identities between prime factors.
func TestLogarithmsOfPrimesFollowFromTheirSeries(t *testing.T) {
	for _, b := range logBases {
		count := len(b.arguments)
		exponents := func(n uint64) []int64 {
			e := make([]int64, count)
			for j, p := range primes[:count] {
				for ; n%p == 0; n /= p {
					e[j]++
				}
			}
			require.Equal(t, uint64(1), n)
			return e
		}
		for i, row := range b.combinations {
			sum := make([]int64, count)
			for j, c := range row {
				plus, minus := exponents(b.arguments[j]+1), exponents(b.arguments[j]-1)
				for k := range sum {
					sum[k] += c * (plus[k] - minus[k])
				}
			}
			want := make([]int64, count)
			want[i] = 2 * b.divisor // log p = Σ c·atanh(1/x)/divisor = Σ c/2·(log(x+1) − log(x−1))/divisor
			require.Equal(t, want, sum)
			require.Less(t, size(row), int64(1)<<50)
		}
	}
}

// The arguments of the Gaussian primes are those of other series: atan(b/a) for b/a ≤ ½, else π/4 − atan((a−b)/(a+b)).
func TestArgumentsOfPrimesAreArcTangents(t *testing.T) {
	const prec = 3000
	pi, err := Pi(ctx, prec)
	require.NoError(t, err)
	for _, base := range argBases {
		v, err := base.get(ctx, prec/wordBits+1)
		require.NoError(t, err)
		for i, row := range base.combinations {
			require.Less(t, size(row), int64(1)<<50)
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
				s, err = Mul(ctx, q, FromDyadic(x, -prec).widen(newBound(e+8, -prec)), prec)
				require.NoError(t, err)
			}
			if flip {
				s = Sub(Scale2(pi, -2), s, prec)
			}
			ours := FromDyadic(new(big.Int).SetBits(v.values[i]), -int64(v.words)*wordBits).widen(newBound(2, -int64(v.words)*wordBits))
			require.True(t, ours.Overlaps(s), "%v: %s %s", gaussians[i], show(ours), show(s))
		}
	}
}

var update = flag.Bool("update", false, "write primes.bin anew")

// What is stored of the bases is what their series make, and the same values.
func TestStoredBases(t *testing.T) {
	var file []byte
	for _, b := range []*base{logBases[0], argBases[0]} {
		v, err := b.compute(ctx, storedWords)
		require.NoError(t, err)
		for _, w := range v.values {
			file = append(file, new(big.Int).SetBits(w).FillBytes(make([]byte, storedBytes))...)
		}
		for i, w := range b.read().values {
			require.True(t, *update || slices.Equal(v.values[i], w)) // not Equal, which would print both
		}
	}
	if *update {
		require.NoError(t, os.WriteFile("primes.bin", file, 0o644))
		return
	}
	require.True(t, string(file) == primesBin)
}

// Values by binary splitting are those term by term.
func TestSeriesOfABaseAgree(t *testing.T) {
	for _, b := range bases {
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
	for _, b := range bases {
		const words = 20
		v, err := b.get(ctx, words)
		require.NoError(t, err)
		require.Len(t, b.steps(), len(b.exponents))
		whole := 63
		if len(b.arguments) > 13 {
			whole = 158
		}
		for range 300 {
			x := new(big.Int).SetUint64(random.Uint64())
			x.Lsh(x, (words-1)*wordBits)
			for _, r := range []int{8, 20, 40, whole} {
				e := b.climb(wideOf(x, words*wordBits), r)
				rest, size := v.reduced(x, e, words)
				require.LessOrEqual(t, rest.BitLen(), words*wordBits-r+1)
				require.Less(t, size, uint64(10_000))
			}
		}
	}
}

func TestProductsOfPrimesAreExact(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 50 {
		e := make([]int64, len(primes))
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
		n, d, twos := primeFraction(e)
		require.Equal(t, e[0], twos)
		require.Zero(t, want.Cmp(new(big.Rat).SetFrac(n, d)))
		re, im := gaussianProduct(e)
		require.Zero(t, re.Cmp(product[0]))
		require.Zero(t, im.Cmp(product[1]))
	}
}
