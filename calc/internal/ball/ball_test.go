package ball

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var ctx = context.Background()

// parseRat reads a decimal or a fraction of two.
func parseRat(t testing.TB, s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	require.True(t, ok, "%q is no number", s)
	return r
}

// decimal encloses the decimal s to prec bits.
func decimal(t testing.TB, s string, prec uint) Ball {
	mant, exp := s, int64(0)
	if i := strings.IndexByte(s, 'e'); i >= 0 {
		mant = s[:i]
		e := parseRat(t, s[i+1:])
		exp = e.Num().Int64()
	}
	r := parseRat(t, mant)
	b, err := FromRatio(ctx, r.Num(), r.Denom(), exp, prec)
	require.NoError(t, err)
	return b
}

type unary struct {
	name string
	f    func(context.Context, Ball, uint) (Ball, error)
	args string
}

const (
	everywhere = "1e-300 -1e-300 1e-40 -1e-20 1e-9 0.001 -0.001 0.01 0.1 0.25 -0.3 0.5 -0.5 0.7 0.75 0.9 -0.99 0.999999999999 0.99999999999999999999999999999999999999 1.0000000000000000000000001 1 -1 1.5 2 -2 3 3.1415926535 10 -10 "
	large      = "1.5707963267948966192313216916397514420985846996875529104874722961539082031431 3.14159265358979323846264338327950288419716939937510582097494459 22 99.999 100 -100 1e3 12345.6789 "
	huge       = "1e10 1e22 -1e22 1e50 1e300 9.999999999999999999999e99 "
	unit       = "0 1e-300 -1e-300 1e-40 -1e-20 1e-9 0.001 -0.001 0.01 0.1 0.25 -0.3 0.5 -0.5 0.7 0.75 0.9 -0.99 0.999999999999 -0.99999999999999999999999999999999999999 "
)

var unaries = []unary{
	{"sqrt", Sqrt, positive(everywhere + large + huge)},
	{"cbrt", func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 3, p) }, everywhere + large + huge},
	{"root7", func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 7, p) }, everywhere + large + huge},
	{"root1000003", func(ctx context.Context, x Ball, p uint) (Ball, error) { return Root(ctx, x, 1000003, p) }, everywhere + large + huge},
	{"exp", Exp, everywhere + large + "-12345.678 1e5 -1e5 1e6 "},
	{"expm1", Expm1, everywhere + large + "-12345.678 "},
	{"log", Log, positive(everywhere + large + huge + "1e-5000 1e5000 ")},
	{"log1p", Log1p, positive(everywhere+large+huge) + "-0.5 -0.999999 -1e-30 "},
	{"sin", Sin, everywhere + large + huge + "1e1000 "},
	{"cos", Cos, everywhere + large + huge + "1e1000 "},
	{"tan", Tan, everywhere + large + huge},
	{"asin", Asin, unit + "1 -1 "},
	{"acos", Acos, unit + "1 -1 "},
	{"atan", Atan, everywhere + large + huge},
	{"sinh", Sinh, everywhere + large},
	{"cosh", Cosh, everywhere + large},
	{"tanh", Tanh, everywhere + large},
	{"asinh", Asinh, everywhere + large + huge},
	{"acosh", Acosh, "1 1.0000000000000000000000000001 1.1 2 10 1e10 1e300 "},
	{"atanh", Atanh, unit},
	{"sqr", Sqr, everywhere + large + huge},
	{"powint", func(ctx context.Context, x Ball, p uint) (Ball, error) { return PowInt(ctx, x, 1001, p) }, everywhere + large},
	{"powint-", func(ctx context.Context, x Ball, p uint) (Ball, error) { return PowInt(ctx, x, -77, p) }, everywhere + large},
	{"inverse", func(ctx context.Context, x Ball, p uint) (Ball, error) { return Quo(ctx, FromInt64(1), x, p) }, everywhere + large},
	{"atan2", func(ctx context.Context, x Ball, p uint) (Ball, error) { return Atan2(ctx, x, FromInt64(-3), p) }, everywhere + large},
	{"pow", func(ctx context.Context, x Ball, p uint) (Ball, error) {
		return Pow(ctx, x, decimalOf("-17.25e-1", p), p)
	}, positive(everywhere + large + huge)},
}

func decimalOf(string, uint) Ball { return FromDyadic(big.NewInt(-69), -5) }

// positive drops the arguments with a sign.
func positive(args string) string {
	var keep []string
	for _, a := range strings.Fields(args) {
		if a[0] != '-' && a != "0" {
			keep = append(keep, a)
		}
	}
	return strings.Join(keep, " ") + " "
}

// precisions are those that the medium and the long algorithms start at, and odd ones.
var precisions = []uint{20, 53, 113, 350, 1000, 3400}

// slack is how many of the prec bits a radius may cover.
const slack = 8

// For exact arguments, an enclosure at prec and one at 2·prec overlap, and both are as narrow as promised.
func TestEnclosureContainsRefinement(t *testing.T) {
	for _, u := range unaries {
		t.Run(u.name, func(t *testing.T) {
			for _, prec := range precisions {
				for _, a := range strings.Fields(u.args) {
					if prec > 2000 && len(a) > 6 {
						continue
					}
					x := decimal(t, a, max(3*prec, 200)).mid() // 200: none of them becomes 1
					y, err := u.f(ctx, x, prec)
					require.NoError(t, err, "%s(%s) at %d", u.name, a, prec)
					z, err := u.f(ctx, x, 2*prec)
					require.NoError(t, err, "%s(%s) at %d", u.name, a, 2*prec)
					require.True(t, y.Overlaps(z), "%s(%s) at %d: %v %v", u.name, a, prec, y, z)
					// The wider contains all of the narrower but for the narrower's own width.
					require.True(t, y.widen(z.err().shift(1)).Contains(z), "%s(%s) at %d: %v %v", u.name, a, prec, y, z)
					require.GreaterOrEqual(t, y.Precision(), int64(prec)-slack, "%s(%s): too wide at %d", u.name, a, prec)
					require.GreaterOrEqual(t, z.Precision(), 2*int64(prec)-slack, "%s(%s): too wide at %d", u.name, a, 2*prec)
				}
			}
		})
	}
}

// The value at an enclosure contains the value at each of its numbers.
func TestWideArgumentsAreEnclosed(t *testing.T) {
	const prec = 120
	for _, u := range unaries {
		t.Run(u.name, func(t *testing.T) {
			for _, a := range strings.Fields(u.args) {
				m := decimal(t, a, 200).mid()
				for _, bits := range []int64{60, 20, 5} {
					if m.man == nil {
						continue
					}
					x := m.widen(pow2(m.top() - bits))
					y, err := u.f(ctx, x, prec)
					if errors.Is(err, ErrStraddles) {
						continue
					}
					require.NoError(t, err, "%s(%s)", u.name, a)
					lo, hi, e := x.Ends()
					mid := new(big.Int).Add(lo, hi)
					for _, p := range []Ball{FromDyadic(lo, e), FromDyadic(hi, e), FromDyadic(mid, e-1), FromDyadic(mid.Add(mid, lo), e-2).mid()} {
						if p = clampInto(p, x); p.rad != 0 {
							continue
						}
						v, err := u.f(ctx, p, 2*prec)
						if err != nil {
							continue
						}
						require.True(t, y.widen(v.err().shift(1)).Contains(v), "%s(%s ± 2^-%d): %v at %v is %v", u.name, a, bits, y, p, v)
					}
				}
			}
		})
	}
}

// clampInto is p if it is in x, else the middle of x.
func clampInto(p, x Ball) Ball {
	if x.Contains(p) {
		return p
	}
	return x.mid()
}

// Of a number near 1 a power is in range whatever the exponent is.
func TestPowersOfNumbersNearOne(t *testing.T) {
	for _, c := range []struct {
		x    string
		n    int64
		want string // its first digits, by MPFR 4.2.0
	}{
		{"1.00000000000000007", 3_700_000_000_000_000_000, "3.0357836172166967671485663365300266e112"},
		{"-0.99999999999999993", -3_000_000_000_000_000_001, "-1.5916266403779359690268579450190675e91"},
		{"1.000000000000000001", -1 << 63, "9.8705287961584292798108865097958966e-5"},
		{"1.0000000001", 1<<32 + 1, "1.5364840621066350982434161364478954"},
	} {
		x := decimal(t, c.x, 200)
		y, err := PowInt(ctx, x, c.n, 100)
		require.NoError(t, err, c.x)
		require.Greater(t, y.Precision(), int64(80), c.x)
		require.True(t, y.Overlaps(decimal(t, c.want, 200).widen(pow2(decimal(t, c.want, 200).top()-112))), c.x)
	}
	_, err := PowInt(ctx, decimal(t, "1.5", 100), 1<<62, 100)
	require.ErrorIs(t, err, ErrRange)
	_, err = PowInt(ctx, decimal(t, "-0.1", 100), -1<<62-1, 100)
	var e *RangeError
	require.ErrorAs(t, err, &e)
	require.Equal(t, RangeError{Sign: -1}, *e)
}

func TestErrorsNameTheDomain(t *testing.T) {
	around := func(s string) Ball { return decimal(t, s, 100).widen(pow2(-30)) }
	for _, c := range []struct {
		name string
		f    func(context.Context, Ball, uint) (Ball, error)
		x    Ball
		want error
	}{
		{"log(0)", Log, FromInt64(0), ErrDomain},
		{"log(-1)", Log, FromInt64(-1), ErrDomain},
		{"log(0±)", Log, around("0"), ErrStraddles},
		{"sqrt(-1)", Sqrt, FromInt64(-1), ErrDomain},
		{"sqrt(0±)", Sqrt, around("0"), ErrStraddles},
		{"asin(2)", Asin, FromInt64(2), ErrDomain},
		{"asin(1±)", Asin, around("1"), ErrStraddles},
		{"acos(-2)", Acos, FromInt64(-2), ErrDomain},
		{"acosh(0.5)", Acosh, decimal(t, "0.5", 50), ErrDomain},
		{"acosh(1±)", Acosh, around("1"), ErrStraddles},
		{"atanh(1)", Atanh, FromInt64(1), ErrDomain},
		{"atanh(-1)", Atanh, FromInt64(-1), ErrDomain},
		{"atanh(3)", Atanh, FromInt64(3), ErrDomain},
		{"log1p(-1)", Log1p, FromInt64(-1), ErrDomain},
		{"tan(pi/2±)", Tan, around("1.5707963267948966192313216916"), ErrStraddles},
		{"exp(1e7)", Exp, decimal(t, "1e7", 50), ErrRange},
		{"exp(-1e300)", Exp, decimal(t, "-1e300", 50), ErrRange},
		{"sinh(-1e8)", Sinh, decimal(t, "-1e8", 50), ErrRange},
	} {
		_, err := c.f(ctx, c.x, 100)
		require.ErrorIs(t, err, c.want, c.name)
	}
	_, err := Sinh(ctx, decimal(t, "-1e8", 50), 100)
	var e *RangeError
	require.ErrorAs(t, err, &e)
	require.Equal(t, RangeError{Sign: -1}, *e)
	_, err = Exp(ctx, decimal(t, "-1e8", 50), 100)
	require.ErrorAs(t, err, &e)
	require.True(t, e.Small)
	_, err = Quo(ctx, FromInt64(1), FromInt64(0), 100)
	require.ErrorIs(t, err, ErrDomain)
	_, err = Quo(ctx, FromInt64(1), around("0"), 100)
	require.ErrorIs(t, err, ErrStraddles)
	_, err = Atan2(ctx, FromInt64(0), FromInt64(0), 100)
	require.ErrorIs(t, err, ErrDomain)
	_, err = Pow(ctx, FromInt64(-2), decimal(t, "0.5", 50), 100)
	require.ErrorIs(t, err, ErrDomain)
	_, err = Pow(ctx, FromInt64(3), decimal(t, "1e7", 50), 100)
	require.ErrorIs(t, err, ErrRange)
}

func TestResultNearOneExcludesOne(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(context.Context, Ball, uint) (Ball, error)
		x    string
		sign int
	}{
		{"exp", Exp, "1e-5000", 1}, {"exp", Exp, "-1e-5000", -1}, {"cos", Cos, "1e-2000", -1}, {"cosh", Cosh, "1e-2000", 1},
		{"tanh", Tanh, "12345", -1}, {"exp", Exp, "1e-100000", 1},
	} {
		y, err := c.f(ctx, decimal(t, c.x, 113), 113)
		require.NoError(t, err)
		s, known := y.Cmp(FromInt64(1))
		require.True(t, known, "%s(%s)", c.name, c.x)
		require.Equal(t, c.sign, s, "%s(%s)", c.name, c.x)
	}
}

// Beside powers of two the radius changes the length of an end, elsewhere it does not.
func TestLog2IsThatOfTheEnds(t *testing.T) {
	for n := uint(30); n < 200; n++ {
		for _, off := range []int64{-1 << 33, -1<<32 - 1, -1 << 32, -1, 0, 1, 1<<32 - 1, 1 << 32, 1<<32 + 1, 1 << 33, 12345678901234} {
			man := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), n), big.NewInt(off))
			if man.Sign() <= 0 {
				continue
			}
			for _, rad := range []uint32{0, 1, 1 << 31, 1<<32 - 1} {
				for _, m := range []*big.Int{man, new(big.Int).Neg(man)} {
					x := Ball{man: m, exp: 7, rad: rad}
					lo, hi, exp := x.Ends()
					if lo.CmpAbs(hi) > 0 {
						lo, hi = hi, lo
					}
					lower, upper, ok := x.Log2()
					require.Equal(t, int64(hi.BitLen())+exp, upper, "%s ± %d", m, rad)
					require.Equal(t, !x.ContainsZero(), ok, "%s ± %d", m, rad)
					if ok {
						require.Equal(t, int64(lo.BitLen())-1+exp, lower, "%s ± %d", m, rad)
					}
				}
			}
		}
	}
}
