package integer

import (
	"bytes"
	"context"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

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

// Of all lengths at which the ways change, and of factors and quotients of different lengths.
func TestLongProductsAndQuotientsAreMathBigs(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	of := func(n int) *big.Int {
		r := new(big.Int).SetUint64(random.Uint64() | 1<<63)
		for r.BitLen() < n {
			r.Lsh(r, 64).Or(r, new(big.Int).SetUint64(random.Uint64()))
		}
		return r.Rsh(r, uint(r.BitLen()-n))
	}
	lengths := []int{quotientLeaf/8 + 7, toomBits - 1, toomBits, toomBits + 64, 3*toomBits - 5, fftBits, 300_011, blockBits + 100}
	for i, n := range lengths {
		ones := new(big.Int).Sub(new(big.Int).Lsh(one, uint(n)), one)
		for _, x := range []*big.Int{of(n), ones, new(big.Int).Neg(new(big.Int).Add(ones, one))} {
			for _, y := range []*big.Int{x, of(n), of(n + n/3), of(2*n + 1), ones, of(lengths[0])} {
				z := new(big.Int).Mul(x, y)
				require.Zero(t, z.Cmp(Mul(x, y)), "%d by %d bits", n, y.BitLen())
				product, err := toom4(t.Context(), x, y)
				require.NoError(t, err)
				require.Zero(t, z.Cmp(product), "%d by %d bits", n, y.BitLen())
				if i%2 == 0 && n != toomBits {
					continue
				}
				for _, d := range []*big.Int{new(big.Int), new(big.Int).Sub(new(big.Int).Abs(y), one), new(big.Int).Neg(one)} {
					a := new(big.Int).Add(z, d)
					for _, by := range []*big.Int{y, new(big.Int).Sub(y, one), new(big.Int).Rsh(y, uint(y.BitLen()/2))} {
						r := new(big.Int)
						q, _ := new(big.Int).QuoRem(a, by, r)
						ourQ, ourR := QuoRem(a, by)
						require.Zero(t, q.Cmp(ourQ), "%d by %d bits", a.BitLen(), by.BitLen())
						require.Zero(t, r.Cmp(ourR))
					}
				}
			}
		}
	}
}

// Each is some seconds of work for a processor, or none at all with a context that has ended.
func TestContextStopsLongWork(t *testing.T) {
	x := new(big.Int).Sub(new(big.Int).Lsh(one, 60_000_000), new(big.Int).Lsh(one, 12_345))
	half := new(big.Int).Rsh(x, 30_000_000)
	text := strings.Repeat("1234567890", 3_000_000)
	for _, work := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"MulContext", func(ctx context.Context) error { _, err := MulContext(ctx, x, x); return err }},
		{"PowContext", func(ctx context.Context) error { _, err := PowContext(ctx, half, 9); return err }},
		{"Pow10Context", func(ctx context.Context) error { _, err := Pow10Context(ctx, 40_000_000); return err }},
		{"QuoRemContext", func(ctx context.Context) error { _, _, err := QuoRemContext(ctx, x, half); return err }},
		{"SqrtContext", func(ctx context.Context) error { _, _, err := SqrtContext(ctx, x); return err }},
		{"RootContext", func(ctx context.Context) error { _, _, err := RootContext(ctx, x, 3); return err }},
		{"ParseContext", func(ctx context.Context) error { _, err := ParseContext(ctx, text); return err }},
		{"AppendContext", func(ctx context.Context) error { _, err := AppendContext(ctx, nil, x); return err }},
	} {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, work.do(ended), context.Canceled, work.name)

		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		start := time.Now()
		err := work.do(ctx)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded, work.name)
		require.Less(t, time.Since(start), 2*time.Second, work.name) // a wide margin: a step is a few milliseconds
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
		require.Equal(t, new(big.Int).Rem(x, big.NewInt(5)).Sign() == 0, IsMultipleOfFive(x))
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
	f.Add([]byte{0}, 3)
	f.Add(bytes.Repeat([]byte{9}, 1000), 2)
	f.Fuzz(func(t *testing.T, digits []byte, n int) {
		if len(digits) == 0 || len(digits) > 20_000 {
			t.Skip()
		}
		text := make([]byte, len(digits))
		for i, d := range digits {
			text[i] = '0' + d%10
		}
		x := Parse(string(text))
		want, _ := new(big.Int).SetString(string(text), 10)
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

func TestLongDecimalTextGoesThereAndBack(t *testing.T) {
	for _, text := range []string{
		"1" + strings.Repeat("0", 100_000), strings.Repeat("9", 100_001), strings.Repeat("0123456789", 25_000)[1:], "-1" + strings.Repeat("0", 399_999),
		"7" + strings.Repeat("0", 200_000) + strings.Repeat("3", 99_999), strings.Repeat("9", 400_000) + "0",
	} {
		x := Parse(strings.TrimPrefix(text, "-"))
		if text[0] == '-' {
			x.Neg(x)
		}
		require.Equal(t, text, string(Append(nil, x)))
	}
}

func TestGCDIsMathBigs(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	of := func(n int) *big.Int {
		r := new(big.Int).SetUint64(random.Uint64() | 1<<63)
		for r.BitLen() < n {
			r.Lsh(r, 64).Or(r, new(big.Int).SetUint64(random.Uint64()))
		}
		return r.Rsh(r, uint(r.BitLen()-n))
	}
	fibonacci, before := big.NewInt(1), big.NewInt(1) // all of whose quotients are 1
	for fibonacci.BitLen() < gcdLeaf+1000 {
		fibonacci, before = new(big.Int).Add(fibonacci, before), fibonacci
	}
	power := new(big.Int).Lsh(one, 2*gcdLeaf)
	for _, pair := range [][2]*big.Int{
		{of(gcdLeaf + 70), of(gcdLeaf + 70)}, {of(2*gcdLeaf + 70), of(gcdLeaf + 100)}, {of(3 * gcdLeaf), of(gcdLeaf + 1)}, {of(3 * gcdLeaf), of(10)},
		{of(2 * gcdLeaf), new(big.Int)}, {new(big.Int), of(gcdLeaf)}, {new(big.Int), new(big.Int)}, {fibonacci, before},
		{power, new(big.Int).Sub(power, one)}, {new(big.Int).Sub(power, one), new(big.Int).Lsh(one, gcdLeaf+5)},
		{new(big.Int).Add(power, of(gcdLeaf/2)), power}, {new(big.Int).Neg(of(2 * gcdLeaf)), of(2 * gcdLeaf)},
	} {
		for _, common := range []*big.Int{one, of(gcdLeaf / 2)} {
			x, y := new(big.Int).Mul(pair[0], common), new(big.Int).Mul(pair[1], common)
			want := new(big.Int).GCD(nil, nil, new(big.Int).Abs(x), new(big.Int).Abs(y))
			got, err := GCDContext(t.Context(), x, y)
			require.NoError(t, err)
			require.Zero(t, want.Cmp(got), "%d and %d bits", x.BitLen(), y.BitLen())
			got, err = GCDContext(t.Context(), y, x)
			require.NoError(t, err)
			require.Zero(t, want.Cmp(got))
		}
	}
}

func TestDigitsBesideLongPowersOfTen(t *testing.T) {
	for _, n := range []int{cachedPowers - 1, cachedPowers, 1000, 5001, 70_000} {
		p := Pow10(n)
		for _, part := range []uint{0, 10, 16, 17, 18, 30, 60, 1 << 20} { // a difference of 2^-part of the power, or of 1
			d := new(big.Int).Rsh(p, part)
			if d.Sign() == 0 {
				d = one
			}
			for _, x := range []*big.Int{new(big.Int).Add(p, d), new(big.Int).Sub(p, d), p} {
				require.Equal(t, len(x.String()), Digits(x))
				require.Equal(t, len(x.String()), Digits(new(big.Int).Neg(x)))
			}
		}
	}
}
