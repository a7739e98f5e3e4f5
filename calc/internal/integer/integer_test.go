package integer

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// awkward returns numbers that algorithms get wrong: zero, powers of two and ten and their neighbours, long runs of ones and
// nines, squares and their neighbours, and random ones of all lengths up to some 60,000 digits.
func awkward() []*big.Int {
	random := rand.New(rand.NewPCG(1, 2))
	var all []*big.Int
	add := func(x *big.Int) {
		for d := int64(-1); d <= 1; d++ {
			if y := new(big.Int).Add(x, big.NewInt(d)); y.Sign() >= 0 {
				all = append(all, y)
			}
		}
	}
	for _, n := range []uint{0, 1, 2, 3, 31, 32, 63, 64, 65, 127, 128, 255, 256, 257, 1000, 4095, 12345, 60_000, 130_000, 200_000} {
		add(new(big.Int).Lsh(one, n))
		ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n/3)), nil)
		add(ten)
		r := new(big.Int)
		for i := uint(0); i <= n/64; i++ {
			r.Lsh(r, 64).Or(r, new(big.Int).SetUint64(random.Uint64()))
		}
		add(r)
		add(new(big.Int).Mul(r, r))
		all = append(all, new(big.Int).Mul(r, ten))
	}
	return all
}

func TestSqrtIsTheFloor(t *testing.T) {
	for _, x := range awkward() {
		s, r := Sqrt(x)
		require.GreaterOrEqual(t, r.Sign(), 0)
		require.LessOrEqual(t, r.Cmp(new(big.Int).Lsh(s, 1)), 0)
		require.Zero(t, new(big.Int).Add(new(big.Int).Mul(s, s), r).Cmp(x))
	}
}

func TestRootIsTheFloor(t *testing.T) {
	for _, x := range awkward() {
		for _, n := range []int{1, 2, 3, 5, 7, 64, 1000, 100_000} {
			if x.BitLen() > 30_000 && n > 3 && n < 1000 {
				continue
			}
			r, exact := Root(x, n)
			power := Pow(r, uint(n))
			require.LessOrEqual(t, power.Cmp(x), 0)
			require.Equal(t, power.Cmp(x) == 0, exact)
			if n < x.BitLen() { // else the next power need not be written out
				require.Positive(t, Pow(new(big.Int).Add(r, one), uint(n)).Cmp(x))
			}
		}
	}
}

func TestProductIsMathBigs(t *testing.T) {
	all := awkward()
	for i, x := range all {
		for _, y := range []*big.Int{x, all[len(all)-1-i], all[(i*7+3)%len(all)]} {
			require.Zero(t, new(big.Int).Mul(x, y).Cmp(Mul(x, y)))
			require.Zero(t, new(big.Int).Neg(new(big.Int).Mul(x, y)).Cmp(Mul(new(big.Int).Neg(x), y)))
		}
	}
}

func TestDecimalTextGoesThereAndBack(t *testing.T) {
	for _, x := range awkward() {
		text := x.String()
		require.Equal(t, text, string(Append(nil, x)))
		require.Zero(t, x.Cmp(Parse(text)))
		require.Zero(t, x.Cmp(Parse("000"+text)))
		require.Equal(t, len(text), Digits(x))
		require.Equal(t, len(text), Digits(new(big.Int).Neg(x)))
		y, k := StripZeros(x)
		want := strings.TrimRight(text, "0")
		if x.Sign() == 0 {
			want = "0"
			require.Zero(t, k)
		} else {
			require.Equal(t, len(text)-len(want), k)
		}
		require.Equal(t, want, y.String())
	}
}

func TestPow10IsKeptWithinBounds(t *testing.T) {
	for n := 0; n < 2000; n += 7 {
		require.Equal(t, "1"+strings.Repeat("0", n), Pow10(n).String())
		require.Equal(t, "1"+strings.Repeat("0", n), Pow10(n).String())
	}
	require.Equal(t, 600_001, Digits(Pow10(600_000)))
}

func FuzzDecimalText(f *testing.F) {
	f.Add("0", 3)
	f.Add(strings.Repeat("9", 1000), 2)
	f.Fuzz(func(t *testing.T, text string, n int) {
		for _, c := range []byte(text) {
			if c < '0' || c > '9' {
				t.Skip()
			}
		}
		if text == "" || len(text) > 20_000 {
			t.Skip()
		}
		x := Parse(text)
		want, _ := new(big.Int).SetString(text, 10)
		require.Zero(t, want.Cmp(x))
		require.Equal(t, want.String(), string(Append(nil, x)))
		if n >= 1 && n < 50 {
			r, exact := Root(x, n)
			power := Pow(r, uint(n))
			require.Equal(t, power.Cmp(x) == 0, exact)
			require.LessOrEqual(t, power.Cmp(x), 0)
		}
	})
}
