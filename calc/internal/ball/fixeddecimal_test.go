package ball

import (
	"context"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomDecimal is a decimal of up to n digits, some of them in runs of nines or zeros, the first one at 10^first.
func randomDecimal(r *rand.Rand, n, first int) Decimal {
	text := []byte{'1' + byte(r.IntN(9))}
	for d := r.IntN(n); d > 0; d-- {
		digit := byte('0' + r.IntN(10))
		for run := 1 + r.IntN(3)*r.IntN(10); run > 0 && len(text) < n; run-- {
			text = append(text, digit)
		}
	}
	c, _ := new(big.Int).SetString(string(text), 10)
	return Decimal{c, first + 1 - len(text)}
}

func (d Decimal) ball(t *testing.T, prec uint) Ball {
	b, err := FromRatio(ctx, d.Coefficient, big.NewInt(1), int64(d.Exp), prec)
	require.NoError(t, err)
	return b
}

// The digits of Short are those of an enclosure of 1,000 bits by the other algorithms, and it seldom gives up.
func TestShortDigitsAreThoseOfLongEnclosures(t *testing.T) {
	functions := append([]kernel{{"power", ShortPow, nil, true, 0, 0}}, kernels...)
	for _, k := range functions {
		t.Run(k.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			given, total := 0, 0
			for range 4000 {
				n := 1 + r.IntN(110)
				x := randomDecimal(r, 1+r.IntN(120), r.IntN(12)-6)
				y := randomDecimal(r, 1+r.IntN(120), r.IntN(6)-3)
				if r.IntN(2) == 0 && !k.positive {
					x.Coefficient.Neg(x.Coefficient)
				}
				if k.short == ShortLog || r.IntN(2) == 0 {
					x.Exp += r.IntN(200) - 100
				}
				if k.short == ShortExp && x.Exp > 0 {
					x.Exp = -x.Exp
				}
				if r.IntN(2) == 0 {
					y.Coefficient.Neg(y.Coefficient)
				}
				total++
				l, ok := Short(k.short, x, y, 0, n, nil)
				if !ok {
					given++
					continue
				}
				var want Ball
				var err error
				if k.short == ShortPow {
					want, err = Pow(ctx, x.ball(t, 1200), y.ball(t, 1200), 1000)
				} else {
					want, err = k.long(ctx, x.ball(t, 1200), 1000)
				}
				require.NoError(t, err)
				man := new(big.Int).SetBits(l.Words)
				require.Len(t, man.String(), n, "%s(%v, %v)", k.name, x, y)
				lo, hi, err := Digits(ctx, Scale2(Abs(want), 1), int64(-l.Exp))
				require.NoError(t, err)
				twice := man.Lsh(man, 1)
				if l.AboveHalf {
					twice.Add(twice, big.NewInt(1))
				}
				require.Equal(t, lo.Floor.String(), twice.String(), "%s(%v, %v) to %d", k.name, x, y, n)
				require.Equal(t, hi.Floor.String(), twice.String(), "%s(%v, %v) to %d", k.name, x, y, n)
				sign, _ := want.Sign()
				require.Equal(t, sign < 0, l.Negative, "%s(%v, %v) to %d", k.name, x, y, n)
			}
			t.Logf("%d of %d not computed", given, total)
			require.Less(t, given, total/2)
		})
	}
}

// Values that are short decimals, or halfway between two, are not for Short: it cannot tell what lies behind their digits.
func TestShortLeavesExactValuesAlone(t *testing.T) {
	decimal := func(s string) Decimal {
		d := Decimal{Exp: 0}
		if i := strings.IndexByte(s, '.'); i >= 0 {
			d.Exp = i + 1 - len(s)
			s = s[:i] + s[i+1:]
		}
		d.Coefficient, _ = new(big.Int).SetString(s, 10)
		return d
	}
	for _, c := range []struct {
		f       Function
		x, y    string
		n       int
		decided bool
	}{
		{ShortPow, "0.25", "1.5", 3, false},
		{ShortPow, "2", "10", 4, false},
		{ShortPow, "2", "10", 3, true},
		{ShortPow, "1.5", "2", 2, false}, // 2.25
		{ShortPow, "1.5", "2", 1, true},
		{ShortPow, "1.0000000000000000000000000000000001", "10", 34, false},
		{ShortPow, "0.00000001", "0.125", 20, false},
		{ShortPow, "-2", "3", 1, false},
		{ShortPow, "7", "0", 5, false},
		{ShortExp, "0", "0", 5, false},
		{ShortLog, "1", "0", 5, false},
		{ShortLog, "-1", "0", 5, false},
		{ShortLog, "0", "0", 5, false},
		{ShortSin, "0", "0", 5, false},
		{ShortAtan, "1", "0", 5, true},
		{ShortExp, "1", "0", 125, true},
		{ShortExp, "1", "0", 1000, false},
	} {
		_, ok := Short(c.f, decimal(c.x), decimal(c.y), 0, c.n, nil)
		require.Equal(t, c.decided, ok, "%v", c)
	}
}

func TestShortDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	x, y := randomDecimal(r, 30, 0), randomDecimal(r, 30, 0)
	for f := ShortExp; f <= ShortLogBase; f++ {
		var buffer [fractionWords]big.Word
		short := func() {
			_, ok := Short(f, x, y, 0, 34, buffer[:0])
			require.True(t, ok)
		}
		short()
		require.Zero(t, testing.AllocsPerRun(100, short))
	}
}

// Entries of the tables are as near to their values as the kernels count on: within 2^14 ulps, constants within 2^-500.
func TestTablesAreWithinTheirBound(t *testing.T) {
	for _, m := range []int{narrowWords, shortWords} {
		testTables(t, expTables.get(m), trigTables.get(m), m+1)
	}
}

func testTables(t *testing.T, e *expTable, a *trigTable, words int) {
	bound := int64(14 - 64*words)
	near := func(f *fraction, b Ball, err error) {
		require.NoError(t, err)
		d := Abs(Sub(FromDyadic(f.int(fractionWords), -64*fractionWords), b, 1000))
		if d.IsZero() {
			return
		}
		_, upper, _ := d.Log2()
		require.Less(t, upper, bound)
	}
	value := func(f func(context.Context, Ball, uint) (Ball, error), n int64, exp int64) (Ball, error) {
		return f(ctx, FromDyadic(big.NewInt(n), exp), 700)
	}
	for i := int64(0); i < 256; i++ {
		b, err := value(Exp, i, -8)
		near(&e.coarse[i], Scale2(b, -2), err)
		b, err = value(Expm1, i, -16)
		near(&e.fine[i], b, err)
		b, err = value(Sin, i, -16)
		near(&a.fine[i].sin, b, err)
		b, err = value(Cos, i, -16)
		near(&a.fine[i].vers, Sub(FromInt64(1), b, 700), err)
		if i < int64(len(a.coarse)) {
			b, err = value(Sin, i, -8)
			near(&a.coarse[i].sin, b, err)
			b, err = value(Cos, i, -8)
			near(&a.coarse[i].vers, Sub(FromInt64(1), b, 700), err)
		}
	}
	bound = -500
	near(&e.ln2, must(Ln2(ctx, 700)), nil)
	near(&a.quarterPi, Scale2(must(Pi(ctx, 700)), -2), nil)
	for k := int64(2); k < 32; k++ {
		b, err := Quo(ctx, FromInt64(1), FromInt64(k), 700)
		near(&inverses()[k], b, err)
		b, err = Quo(ctx, FromInt64(1), FromInt(new(big.Int).MulRange(1, 2*k)), 700)
		near(&factorials()[2*k], b, err)
	}
}

func must(b Ball, err error) Ball {
	if err != nil {
		panic(err)
	}
	return b
}
