package ball

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A claim is one exported function, as a function of one exact number and a precision.
type claim struct {
	name string
	f    func(context.Context, Ball, uint) (Ball, error)
	// loose tells that the radius is that of the operands, not a few units of the result.
	loose bool
	// exact tells that the operand counts as exact: it is no ball there.
	exact bool
}

// third is a number that no ball is: 1/3 to p bits, as an operand with a radius.
func third(p uint) Ball {
	x, err := Quo(ctx, FromInt64(1), FromInt64(3), p)
	if err != nil {
		panic(err)
	}
	return x
}

func constantly(f func(context.Context, uint) (Ball, error)) func(context.Context, Ball, uint) (Ball, error) {
	return func(ctx context.Context, _ Ball, p uint) (Ball, error) { return f(ctx, p) }
}

// ratio is x as a Ratio, with a denominator that is no power of two or ten.
func ratio(x Ball) Ratio {
	num, den := new(big.Int).Set(x.mant()), big.NewInt(7)
	if x.exp >= 0 {
		num.Lsh(num, uint(x.exp))
	} else {
		den.Lsh(den, uint(-x.exp))
	}
	return Ratio{Num: num, Den: den}
}

// claims are all exported functions that return a ball.
var claims = []claim{
	{name: "Sqrt", f: Sqrt}, {name: "Exp", f: Exp}, {name: "Expm1", f: Expm1}, {name: "Log", f: Log}, {name: "Log1p", f: Log1p},
	{name: "Sin", f: Sin}, {name: "Cos", f: Cos}, {name: "Tan", f: Tan}, {name: "Asin", f: Asin}, {name: "Acos", f: Acos}, {name: "Atan", f: Atan},
	{name: "Sinh", f: Sinh}, {name: "Cosh", f: Cosh}, {name: "Tanh", f: Tanh}, {name: "Asinh", f: Asinh}, {name: "Acosh", f: Acosh}, {name: "Atanh", f: Atanh},
	{name: "Sqr", f: Sqr},
	{name: "SinCos", f: func(ctx context.Context, x Ball, p uint) (Ball, error) {
		s, c, err := SinCos(ctx, x, p)
		return Add(s, c, p+40), err
	}, loose: true},
	{name: "Root3", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 3, p) }},
	{name: "Root4", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 4, p) }},
	{name: "Root-5", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, -5, p) }},
	{name: "Root11", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 11, p) }},
	{name: "PowInt3", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return PowInt(ctx, x, 3, p) }},
	{name: "PowInt-1001", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return PowInt(ctx, x, -1001, p) }},
	{name: "Pow", f: func(ctx context.Context, x Ball, p uint) (Ball, error) {
		return Pow(ctx, x, FromDyadic(big.NewInt(-69), -5), p)
	}},
	{name: "PowOfTwo", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Pow(ctx, FromInt64(2), x, p) }},
	{name: "PowThird", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Pow(ctx, x, third(p+40), p) }, loose: true},
	{name: "Quo", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Quo(ctx, FromInt64(10), x, p) }},
	{name: "QuoThird", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Quo(ctx, x, third(p+40), p) }},
	{name: "Mul", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Mul(ctx, x, FromInt64(-77777), p) }},
	{name: "MulThird", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Mul(ctx, x, third(p+40), p) }},
	{name: "MulInt", f: func(_ context.Context, x Ball, p uint) (Ball, error) { return MulInt(x, -123456789, p), nil }},
	{name: "Add", f: func(_ context.Context, x Ball, p uint) (Ball, error) { return Add(x, third(p+40), p), nil }, loose: true},
	{name: "Sub", f: func(_ context.Context, x Ball, p uint) (Ball, error) { return Sub(third(p+40), x, p), nil }, loose: true},
	{name: "Min", f: func(_ context.Context, x Ball, p uint) (Ball, error) { return Min(x, third(p+40)), nil }},
	{name: "Max", f: func(_ context.Context, x Ball, p uint) (Ball, error) { return Max(x, third(p+40)), nil }},
	{name: "Abs", f: func(_ context.Context, x Ball, p uint) (Ball, error) {
		return Abs(Sub(x, third(p+40), p)), nil
	}, loose: true},
	{name: "Hypot", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Hypot(ctx, x, FromInt64(3), p) }},
	{name: "Atan2", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Atan2(ctx, x, FromInt64(-3), p) }},
	{name: "Atan2Swapped", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return Atan2(ctx, FromInt64(2), x, p) }},
	{name: "SinPi", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return SinPi(ctx, ratio(x), p) }, exact: true},
	{name: "CosPi", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return CosPi(ctx, ratio(x), p) }, exact: true},
	{name: "TanPi", f: func(ctx context.Context, x Ball, p uint) (Ball, error) { return TanPi(ctx, ratio(x), p) }, exact: true},
	{name: "FromRatio", f: func(ctx context.Context, x Ball, p uint) (Ball, error) {
		r := ratio(x)
		return FromRatio(ctx, r.Num, r.Den, -77, p)
	}, exact: true},
	{name: "FromInterval", f: func(_ context.Context, x Ball, p uint) (Ball, error) {
		lo := new(big.Int).Lsh(x.mant(), 3*p+40)
		return FromInterval(lo, new(big.Int).Add(lo, big.NewInt(3)), x.exp-3*int64(p)-40, p), nil
	}, loose: true, exact: true},
}

// constants are the claims without an argument.
var constants = []claim{
	{name: "Pi", f: constantly(Pi)}, {name: "Ln2", f: constantly(Ln2)},
}

// awkwardArguments are exact numbers at which the algorithms have their borders: powers of two and their neighbours, near 1, near multiples
// of π/2 and of log 2, near the entries of tables with 2^8 or so rows, tiny, huge, and of full length.
func awkwardArguments(prec uint) []Ball {
	var all []Ball
	both := func(man *big.Int, exp int64) {
		all = append(all, FromDyadic(man, exp), FromDyadic(new(big.Int).Neg(man), exp))
	}
	random := rand.New(rand.NewPCG(3, uint64(prec)))
	// full is a number of prec bits near 2^top.
	full := func(top int64) {
		m := big.NewInt(1)
		for m.BitLen() < int(prec)-64 {
			m.Lsh(m, 64).Or(m, new(big.Int).SetUint64(random.Uint64()))
		}
		both(m, top-int64(m.BitLen()))
	}
	short := prec <= 4000
	tops := []int64{-1, 0, 1}
	if short {
		tops = []int64{-400, -40, -16, -9, -3, -1, 0, 1, 2, 7, 12}
	}
	for _, top := range tops {
		full(top)
	}
	ks := []int64{3, int64(prec) + 4}
	if short {
		ks = []int64{0, 1, 2, 3, 8, 9, 20, 31, 33, 63, 64, 65, int64(prec) - 9, int64(prec), int64(prec) + 9, 2 * int64(prec)}
	}
	one := big.NewInt(1)
	for _, k := range ks {
		if k < 0 {
			continue
		}
		p := new(big.Int).Lsh(one, uint(k))
		for _, e := range []int64{-k, 0} {
			if e == 0 && k > 20 {
				break
			}
			both(new(big.Int).Add(p, one), e) // 1 + 2^-k, 2^k + 1
			both(new(big.Int).Sub(p, one), e)
		}
		if short {
			both(one, -k)
		}
	}
	// The multiples n·π/2 and n·log 2, cut to their first bits: as near as a number of that length gets.
	pi, _ := Pi(ctx, 3*prec+200)
	l, _ := Ln2(ctx, 3*prec+200)
	ns := []int64{1}
	lengths := []uint{prec}
	if short {
		ns, lengths = []int64{1, 2, 3, 22, 1000003}, []uint{20, 53, prec, 2 * prec}
	}
	for _, n := range ns {
		for _, c := range []Ball{Scale2(MulInt(pi.mid(), n, 1<<40), -1), MulInt(l.mid(), n, 1<<40), MulInt(pi.mid(), n, 1<<40)} {
			for _, bits := range lengths {
				m, e, _ := c.round(max(bits, 2)).Dyadic()
				both(m, e)
				if short {
					both(m.Add(m, one), e)
				}
			}
		}
	}
	if short {
		for _, j := range []int64{1, 127, 128, 177, 181, 255} { // j/256 and its neighbours
			for _, d := range []int64{-1, 0, 1} {
				m := new(big.Int).Lsh(big.NewInt(j), prec)
				both(m.Add(m, big.NewInt(d)), -8-int64(prec))
			}
		}
		both(new(big.Int).Exp(big.NewInt(10), big.NewInt(22), nil), 0)
		both(one, -3000)
		both(one, 1000)
	}
	return all
}

// refined holds one claim to its promises at x: what it says at prec and at 2·prec has a number in common, the wider encloses the
// narrower but for the narrower's own width, and both are as narrow as promised.
func refined(t *testing.T, c claim, x Ball, prec uint) {
	t.Helper()
	y, err := c.f(ctx, x, prec)
	if errors.Is(err, ErrDomain) || errors.Is(err, ErrRange) {
		_, again := c.f(ctx, x, 2*prec)
		require.Error(t, again)
		return
	}
	if errors.Is(err, ErrStraddles) {
		// Where the operand is exact, this is for compound claims (near a pole) at very few bits only.
		require.Less(t, prec, uint(100), "%s(%v)", c.name, show(x))
		return
	}
	require.NoError(t, err, "%s(%s) at %d", c.name, show(x), prec)
	z, err := c.f(ctx, x, 2*prec)
	require.NoError(t, err, "%s(%s) at %d", c.name, show(x), 2*prec)
	require.True(t, y.widen(z.err().shift(1)).Contains(z), "%s(%s) at %d: %s, refined %s", c.name, show(x), prec, show(y), show(z))
	if !c.loose {
		require.GreaterOrEqual(t, y.Precision(), int64(prec)-slack, "%s(%s): too wide at %d", c.name, show(x), prec)
		require.GreaterOrEqual(t, z.Precision(), 2*int64(prec)-slack, "%s(%s): too wide at %d", c.name, show(x), 2*prec)
	}
}

// show is x for a reader, if it is long by its first and last bits.
func show(x Ball) string {
	m := x.mant()
	if n := m.BitLen(); n > 200 {
		low := new(big.Int).And(m, big.NewInt(0xffff))
		return fmt.Sprintf("(%x…%04x, %d bits)·2^%d ± %d", new(big.Int).Rsh(m, uint(n-64)), low, n, x.exp, x.rad)
	}
	return fmt.Sprintf("%v·2^%d ± %d", m, x.exp, x.rad)
}

// From 2 bits up, at the lengths where one algorithm takes over from another and beyond.
func TestEveryEnclosureContainsItsRefinement(t *testing.T) {
	for _, prec := range []uint{2, 3, 5, 11, 24, 40, 41, 53, 64, 113, 250, 400, 1000, 3400, 9000, 34_000, 70_000} {
		args := awkwardArguments(prec)
		for _, c := range constants {
			refined(t, c, Ball{}, prec)
		}
		for _, c := range claims {
			args := args
			if prec > 500 && prec < 4000 {
				args = some(args, 24)
			} else if prec > 4000 {
				args = some(args, 3)
			}
			for _, x := range args {
				refined(t, c, x, prec)
			}
		}
	}
}

// some is n of the arguments, spread over them.
func some(args []Ball, n int) []Ball {
	if len(args) <= n {
		return args
	}
	var kept []Ball
	for i := range n {
		kept = append(kept, args[i*(len(args)-1)/(n-1)])
	}
	return kept
}

// The value at an enclosure contains the value at each of its numbers, at few bits and many, for narrow and wide operands.
func TestEveryEnclosureContainsItsPoints(t *testing.T) {
	for _, prec := range []uint{2, 3, 12, 60, 300} {
		args := some(awkwardArguments(prec), 60)
		for _, c := range claims {
			checked := 0
			if c.exact {
				continue
			}
			for _, m := range args {
				if m.man == nil {
					continue
				}
				for _, bits := range []int64{int64(prec) + 4, 30, 12, 3, 1, 0, -2} {
					x := m.widen(pow2(m.top() - bits))
					y, err := c.f(ctx, x, prec)
					if err != nil {
						continue // too wide, or outside the domain
					}
					lo, hi, e := x.Ends()
					quarter := new(big.Int).Add(lo, hi)
					quarter.Add(quarter, new(big.Int).Lsh(lo, 1))
					for _, at := range []Ball{FromDyadic(lo, e), FromDyadic(hi, e), x.mid(), FromDyadic(quarter, e-2)} {
						v, err := c.f(ctx, at, 2*prec+60)
						if err != nil {
							continue // the edge of the domain
						}
						require.True(t, y.widen(v.err().shift(1)).Contains(v), "%s(%s) at %d: %s, at %s %s", c.name, show(x), prec, show(y), show(at), show(v))
						checked++
					}
				}
			}
			require.Greater(t, checked, 100, c.name)
		}
	}
}

// A divisor whose radius is nearly its size stays on its side of zero, however few bits are asked for.
func TestQuotientByAWideDivisor(t *testing.T) {
	for _, rad := range []uint32{1<<31 - 1, 1<<31 + 12345, 1<<32 - 1} {
		y := Ball{man: new(big.Int).SetUint64(uint64(rad) + 1), rad: rad}
		for _, prec := range []uint{2, 10, 24} {
			q, err := Quo(ctx, FromInt64(1), y, prec)
			require.NoError(t, err)
			require.True(t, q.Contains(FromInt64(1)))
		}
	}
}
