package ball

import (
	"context"
	"math/big"
)

// Neg is −x.
func Neg(x Ball) Ball {
	if x.man != nil {
		x.man = new(big.Int).Neg(x.man)
	}
	return x
}

// Abs is |x|.
func Abs(x Ball) Ball {
	if s, known := x.Sign(); known {
		if s < 0 {
			return Neg(x)
		}
		return x
	}
	lo, hi, e := x.Ends()
	if lo.CmpAbs(hi) > 0 {
		hi = lo.Abs(lo)
	}
	return FromInterval(zeroInt, hi, e, uint(hi.BitLen())+1)
}

// Scale2 is x·2^k, exactly.
func Scale2(x Ball, k int64) Ball {
	if !x.IsZero() {
		x.exp += k
	}
	return x
}

// Add is x + y.
func Add(x, y Ball, prec uint) Ball { return add(x, y, false, prec) }

// Sub is x − y.
func Sub(x, y Ball, prec uint) Ball { return add(x, y, true, prec) }

// add is x + y, or x − y. The radii add; makeBall covers the rounding.
func add(x, y Ball, minus bool, prec uint) Ball {
	e := x.err().add(y.err())
	xm, ym := x.mant(), y.mant()
	if xm.Sign() == 0 || ym.Sign() == 0 {
		man, exp := new(big.Int), int64(0)
		switch {
		case ym.Sign() != 0 && minus:
			man, exp = man.Neg(ym), y.exp
		case ym.Sign() != 0:
			man, exp = man.Set(ym), y.exp
		case xm.Sign() != 0:
			man, exp = man.Set(xm), x.exp
		}
		return makeBall(man, exp, e, prec)
	}
	// An operand below the last place that counts is a radius: it is less
	// than 2^top, and the other one is at least 2^(prec+33) times that, so the
	// sum keeps its relative precision.
	if low, high := x.top(), y.top(); low < high && needless(x, high, prec) {
		man := new(big.Int).Set(ym)
		if minus {
			man.Neg(man)
		}
		return makeBall(man, y.exp, e.add(upper(xm, x.exp)), prec)
	} else if high < low && needless(y, low, prec) {
		return makeBall(new(big.Int).Set(xm), x.exp, e.add(upper(ym, y.exp)), prec)
	}
	man, exp := new(big.Int), min(x.exp, y.exp)
	if x.exp >= y.exp {
		man.Lsh(xm, uint(x.exp-y.exp))
		if minus {
			man.Sub(man, ym)
		} else {
			man.Add(man, ym)
		}
	} else {
		man.Lsh(ym, uint(y.exp-x.exp))
		if minus {
			man.Sub(xm, man)
		} else {
			man.Add(man, xm)
		}
	}
	return makeBall(man, exp, e, prec)
}

// needless reports whether x is too small to count beside a number of the
// size 2^high at prec bits. Sums of moderate span stay exact, whatever prec
// is, so that no sign is lost by a short precision.
func needless(x Ball, high int64, prec uint) bool {
	return high-x.top() > int64(prec)+33 && high-x.exp > 1<<14
}

// Min is the lesser of x and y.
func Min(x, y Ball) Ball {
	if s, known := x.Cmp(y); known {
		if s <= 0 {
			return x
		}
		return y
	}
	return extreme(x, y, -1)
}

// Max is the greater of x and y.
func Max(x, y Ball) Ball { return Neg(Min(Neg(x), Neg(y))) }

// extreme encloses min(x, y) for sign −1: its ends are the lesser ends.
func extreme(x, y Ball, sign int) Ball {
	xlo, xhi, xe := x.Ends()
	ylo, yhi, ye := y.Ends()
	e := min(xe, ye)
	for _, v := range []*big.Int{xlo, xhi} {
		v.Lsh(v, uint(xe-e))
	}
	for _, v := range []*big.Int{ylo, yhi} {
		v.Lsh(v, uint(ye-e))
	}
	if xlo.Cmp(ylo) == -sign {
		xlo = ylo
	}
	if xhi.Cmp(yhi) == -sign {
		xhi = yhi
	}
	return FromInterval(xlo, xhi, e, uint(max(xhi.BitLen(), xlo.BitLen()))+2)
}

// Mul is x·y.
//
// With |x−m| ≤ r and |y−n| ≤ s: |xy − mn| ≤ |m|s + |n|r + rs = (|m|+r)s + |n|r.
func Mul(ctx context.Context, x, y Ball, prec uint) (Ball, error) {
	x, y = x.round(prec+8), y.round(prec+8)
	if x.man == nil || y.man == nil {
		e := upper(x.mant(), x.exp).add(x.err()).mul(y.err()).add(upper(y.mant(), y.exp).mul(x.err()))
		return makeBall(new(big.Int), 0, e, prec), nil
	}
	var e bound
	if y.rad > 0 {
		e = upper(x.man, x.exp).add(x.err()).mul(y.err())
	}
	if x.rad > 0 {
		e = e.add(upper(y.man, y.exp).mul(x.err()))
	}
	man := new(big.Int)
	if err := mulContext(ctx, man, x.man, y.man); err != nil {
		return Ball{}, err
	}
	return makeBall(man, x.exp+y.exp, e, prec), nil
}

// MulInt is n·x.
func MulInt(x Ball, n int64, prec uint) Ball {
	man := new(big.Int).Mul(x.mant(), big.NewInt(n))
	return makeBall(man, x.exp, x.err().mul(upper(big.NewInt(n), 0)), prec)
}

// Sqr is x².
func Sqr(ctx context.Context, x Ball, prec uint) (Ball, error) {
	x = x.round(prec + 8)
	if _, known := x.Sign(); !known {
		x = Abs(x)
	}
	return Mul(ctx, x, x, prec)
}

// Quo is x/y.
//
// With |x−m| ≤ r, |y−n| ≤ s < |n|: x/y − m/n = ((x−m) − (y−n)·m/n)/y, so
// |x/y − m/n| ≤ (r + s·|m/n|)/(|n| − s).
func Quo(ctx context.Context, x, y Ball, prec uint) (Ball, error) {
	if y.IsZero() {
		return Ball{}, ErrDomain
	}
	if y.ContainsZero() {
		return Ball{}, ErrStraddles
	}
	if x.IsZero() {
		return Ball{}, nil
	}
	x, y = x.round(prec+8), y.round(max(prec, 32)+8) // 40 bits: a rad below 2^32 then leaves y on its side of zero
	m, n := x.mant(), y.man
	// The quotient of |m|·2^s and |n| has prec+2 bits at least; it is cut off,
	// which costs less than one of its units, 2^(x.exp-s-y.exp).
	s := max(int64(prec)+2+int64(n.BitLen())-int64(m.BitLen()), 0)
	if m.Sign() == 0 {
		s = 0
	}
	if err := ctx.Err(); err != nil {
		return Ball{}, err
	}
	q, rem := new(big.Int).Lsh(m, uint(s)), new(big.Int)
	if err := quoRem(ctx, q, rem, q, n); err != nil {
		return Ball{}, err
	}
	exp := x.exp - s - y.exp
	var e bound
	if rem.Sign() != 0 {
		e = pow2(exp)
	}
	if x.rad > 0 || y.rad > 0 {
		// |m/n| ≤ |q| + 1 unit; |n| − s from below.
		ratio := upper(q, exp).add(pow2(exp))
		least := new(big.Int).Abs(n)
		least.Sub(least, big.NewInt(int64(y.rad)))
		e = e.add(x.err().add(y.err().mul(ratio)).quo(lower(least, y.exp)))
	}
	return makeBall(q, exp, e, prec), nil
}

// maxSquarings bounds the exponents up to which a power is made of products. Numbers with powers in range beyond it are within 2^-8 of 1 or −1, so that
// their enclosures say too little of their size for powRange, but not the logarithm.
const maxSquarings = 1 << 32

// PowInt is x^n, 0^0 being 1. The precision grows by 2·log2(n) + 8 bits inside:
// each of the at most 2·log2(n) products has a relative error below
// 2^(1-p), and what is raised to a power k ≤ n later counts k times.
func PowInt(ctx context.Context, x Ball, n int64, prec uint) (Ball, error) {
	if n == 0 {
		return FromInt64(1), nil
	}
	if x.IsZero() {
		if n < 0 {
			return Ball{}, ErrDomain
		}
		return x, nil
	}
	neg := n < 0
	k := uint64(n)
	if neg {
		k = -k
	}
	if k > maxSquarings && !x.ContainsZero() {
		return Pow(ctx, x, FromInt64(n), prec)
	}
	if err := powRange(x, n, k); err != nil {
		return Ball{}, err
	}
	// A number that contains zero has no reciprocal: say so before the work.
	if neg && x.ContainsZero() {
		return Ball{}, ErrStraddles
	}
	p := prec + 8
	for i := k; i > 0; i >>= 1 {
		p += 2
	}
	z := x.round(p)
	var err error
	for i := topBit(k) >> 1; i > 0; i >>= 1 {
		if z, err = Sqr(ctx, z, p); err != nil {
			return Ball{}, err
		}
		if k&i != 0 {
			if z, err = Mul(ctx, z, x, p); err != nil {
				return Ball{}, err
			}
		}
	}
	if neg {
		return Quo(ctx, FromInt64(1), z, prec)
	}
	return z.round(prec), nil
}

func topBit(k uint64) uint64 {
	for k&(k-1) != 0 {
		k &= k - 1
	}
	return k
}

// powRange refuses x^n when its size is certainly beyond the range: with
// 2^lo ≤ |x| ≤ 2^hi, |x|^k lies between 2^(k·lo) and 2^(k·hi). k·lo is taken as a
// float64, whose error of 2^-52 is far within the margin.
func powRange(x Ball, n int64, k uint64) error {
	lo, hi, ok := x.Log2()
	sign := 1
	if k&1 == 1 {
		sign = x.mant().Sign()
	}
	if n < 0 {
		lo, hi = -hi, -lo
	}
	if ok && float64(k)*float64(lo) > MaxLog2+1 {
		return &RangeError{Sign: sign}
	}
	if (ok || n > 0) && float64(k)*float64(hi) < -MaxLog2-1 {
		return &RangeError{Small: true, Sign: sign}
	}
	// What is so wide that its powers leave the range without certainly being
	// there is refused too, before the exponents overflow.
	if float64(k)*float64(max(hi, -lo)) > 1<<60 {
		return ErrStraddles
	}
	return nil
}
