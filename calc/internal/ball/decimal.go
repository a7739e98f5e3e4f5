package ball

import (
	"context"
	"math/big"
)

// exactPow10 bounds the k for which 5^k is computed exactly whatever the
// precision: 5^64 has 149 bits, less than a product at any precision costs.
const exactPow10 = 64

// pow10 encloses 10^k, k of any sign. |k| ≤ 10^7, say, is the caller's matter.
func pow10(ctx context.Context, k int64, prec uint) (Ball, error) {
	five, err := PowInt(ctx, FromInt64(5), k, prec)
	return Scale2(five, k), err
}

// FromRatio encloses num/den·10^e; den is not zero. It is exact if num/den·10^e is an
// integer or binary fraction of at most prec bits and |e| is moderate.
func FromRatio(ctx context.Context, num, den *big.Int, e int64, prec uint) (Ball, error) {
	x := FromInt(num)
	if x.IsZero() {
		return x, nil
	}
	d := FromInt(den)
	var err error
	// Products and quotients of balls: their radii are proved there. 5^|e|
	// stays exact while it is short, which keeps short decimals exact.
	p := prec + 16
	if e != 0 {
		k := e
		if k < 0 {
			k = -k
		}
		if float64(k)*2.33 > MaxLog2 {
			return Ball{}, &RangeError{Small: e < 0, Sign: num.Sign() * den.Sign()}
		}
		q := p
		if k <= exactPow10 {
			q = max(p, exactPow10*3)
		}
		five, err := PowInt(ctx, FromInt64(5), k, q)
		if err != nil {
			return Ball{}, err
		}
		if e > 0 {
			x, err = Mul(ctx, x, five, q)
		} else {
			d, err = Mul(ctx, d, five, q+uint(den.BitLen()))
		}
		if err != nil {
			return Ball{}, err
		}
		x = Scale2(x, e)
	}
	if d.rad == 0 && d.man.BitLen() == 1 {
		if d.man.Sign() < 0 {
			x = Neg(x)
		}
		return Scale2(x, -d.exp).round(prec), nil
	}
	x, err = Quo(ctx, x, d, prec)
	return x, err
}

// An End is one end of an interval of the real line as integers see it.
type End struct {
	// Floor is the greatest integer not above the end.
	Floor *big.Int
	// Exact tells that the end is the integer Floor; else it is strictly
	// between Floor and Floor+1.
	Exact bool
}

// Digits encloses x·10^k: every number in x, times 10^k, is at least the end
// lo and at most the end hi.
//
// It is what a decimal rounding is decided by. With k the number of decimal
// places, all numbers in x share the truncated digits lo.Floor if
//
//	lo.Floor = hi.Floor                          (and "there is more" unless both are Exact)
//	hi.Floor = lo.Floor + 1 and hi is Exact      (all but perhaps the last are below hi.Floor)
//
// and if lo and hi are Exact and equal, x·10^k is that integer, exactly. To
// decide a rounding to nearest, ask for one more digit than is shown. If x is
// exact, the ends are both x·10^k; else they may be a little outside the ends
// of x: by less than an eighth of its radius.
func Digits(ctx context.Context, x Ball, k int64) (lo, hi End, err error) {
	if x.rad == 0 || (k >= 0 && k <= exactPow10) {
		return exactDigits(ctx, x, k)
	}
	// Relative to |x|+rad, the factor has an error below 2^(1-p) with p =
	// bits(man)+40 ≥ bits(man)+8+bits(rad), which is below rad/16 of x's units; the product's
	// rounding to p bits adds less than that again.
	p := uint(x.mant().BitLen()) + 40
	ten, err := pow10(ctx, k, p)
	if err != nil {
		return lo, hi, err
	}
	y, err := Mul(ctx, x, ten, p)
	if err != nil {
		return lo, hi, err
	}
	return exactDigits(ctx, y, 0)
}

// exactDigits is Digits without rounding.
func exactDigits(ctx context.Context, x Ball, k int64) (lo, hi End, err error) {
	a, b, e := x.Ends()
	den := big.NewInt(1)
	if k > 0 {
		five := new(big.Int).Exp(big.NewInt(5), big.NewInt(k), nil)
		a, b = a.Mul(a, five), b.Mul(b, five)
	} else if k < 0 {
		den.Exp(big.NewInt(5), big.NewInt(-k), nil)
	}
	e += k
	if e < 0 {
		den.Lsh(den, uint(-e))
	}
	end := func(n *big.Int) End {
		if e >= 0 {
			n.Lsh(n, uint(e))
		}
		if den.BitLen() == 1 {
			return End{n, true}
		}
		if k >= 0 {
			z := n.TrailingZeroBits() >= uint(-e) || n.Sign() == 0
			return End{n.Rsh(n, uint(-e)), z}
		}
		q, r := new(big.Int), new(big.Int)
		q.DivMod(n, den, r)
		return End{q, r.Sign() == 0}
	}
	lo = end(a)
	if x.rad == 0 {
		return lo, lo, ctx.Err()
	}
	return lo, end(b), ctx.Err()
}
