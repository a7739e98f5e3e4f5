package ball

import (
	"context"
	"math/big"

	"calculator/calc/internal/integer"
)

// exactPow10 bounds the k for which 5^k is computed exactly whatever the
// precision: 5^64 has 149 bits, less than a product at any precision costs.
const exactPow10 = 64

// pow5 encloses 5^k, k ≥ 0: exactly, from the kept powers of ten, if it has about prec bits or less.
func pow5(ctx context.Context, k int64, prec uint) (Ball, error) {
	if k <= exactPow10 || float64(k)*2.33 <= float64(prec)*1.1 {
		ten, err := integer.Pow10Context(ctx, int(k))
		if err != nil {
			return Ball{}, err
		}
		return Ball{man: new(big.Int).Rsh(ten, uint(k))}, nil
	}
	return PowInt(ctx, FromInt64(5), k, prec)
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
		five, err := pow5(ctx, k, q)
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
	// Relative to |x|+rad, the power of five has an error below 2^(1-p) with p =
	// bits(man)+40 ≥ bits(man)+8+bits(rad), which is below rad/16 of x's units; the product's or
	// quotient's rounding to p bits adds less than that again.
	p := uint(x.mant().BitLen()) + 40
	five, err := pow5(ctx, max(k, -k), p)
	if err != nil {
		return lo, hi, err
	}
	if k > 0 {
		x, err = Mul(ctx, x, five, p)
	} else {
		x, err = Quo(ctx, x, five, p)
	}
	if err != nil {
		return lo, hi, err
	}
	return exactDigits(ctx, Scale2(x, k), 0)
}

// exactDigits is Digits without rounding.
func exactDigits(ctx context.Context, x Ball, k int64) (lo, hi End, err error) {
	a, b, e := x.Ends()
	// An end n·2^e·10^k = n·five^±1·2^(e+k).
	five, err := integer.Pow10Context(ctx, int(max(k, -k)))
	if err != nil {
		return lo, hi, err
	}
	five = new(big.Int).Rsh(five, uint(max(k, -k)))
	e += k
	end := func(n *big.Int) (End, error) {
		do := &work{ctx: ctx}
		exact := true
		if k > 0 {
			n = do.product(n, five)
		}
		if e >= 0 {
			n.Lsh(n, uint(e))
		} else if k >= 0 {
			exact = n.Sign() == 0 || n.TrailingZeroBits() >= uint(-e)
			n.Rsh(n, uint(-e)) // rounds down
		}
		if k < 0 {
			den, r := five, new(big.Int)
			if e < 0 {
				den = new(big.Int).Lsh(five, uint(-e))
			}
			n = do.quo(new(big.Int), r, n, den)
			if exact = r.Sign() == 0; r.Sign() < 0 {
				n.Sub(n, big.NewInt(1))
			}
		}
		return End{n, exact}, do.err
	}
	if lo, err = end(a); err != nil || x.rad == 0 {
		return lo, lo, err
	}
	hi, err = end(b)
	return lo, hi, err
}
