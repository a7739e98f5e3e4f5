package ball

import (
	"context"
	"errors"
	"math/big"
	"math/bits"
)

// fixedPoint is man·2^exp in ulps of 2^-wp, rounded down.
func fixedPoint(man *big.Int, exp int64, wp uint) *big.Int {
	s := exp + int64(wp)
	if s >= 0 {
		return new(big.Int).Lsh(man, uint(s))
	}
	return new(big.Int).Rsh(man, uint(-s))
}

// sinhBits is where e^t as sinh t + √(1+sinh² t) takes over from its own series, which has twice as many terms: BenchmarkElementary.
const sinhBits = 20_000

// expFixed is e^t for t = T/2^wp, 0 ≤ t < 1, and a bound on its error, in ulps.
//
// With t = s + Σ e·log p (primes.go), e^t = e^s·Π p^e. At W = wp + extra bits, s has an error of at most
// 2·size + 1 ulps of 2^-W, and |s| ≤ ¼ makes e^s off by at most 1.3 times as much, besides the series' own error. Its product with the
// fraction Π p^e = e^t/e^s < 3.5 is exact, but for the cut of the quotient.
//
// Through sinh: S·|s| is off by at most ¼ of S's error and 1 for the cut, so by less than S's error; the root by no more than that
// and 1, as its derivative by sinh is tanh; the sum by twice that and 1.
func expFixed(ctx context.Context, t *big.Int, wp uint) (*big.Int, uint64, error) {
	words := int(wp+20)/wordBits + 1
	extra := uint(words)*wordBits - wp
	if words > maxBaseWords {
		return expBurst(ctx, t, wp)
	}
	base := baseOf(&logBases, words)
	v, err := base.get(ctx, words)
	if err != nil {
		return nil, 0, err
	}
	x := new(big.Int).Lsh(t, extra)
	e := base.climb(wideOf(x, wp+extra), rungs(words))
	x, size := v.reduced(x, e, words)
	r := wp + extra - uint(x.BitLen())
	if x.BitLen() > int(wp+extra)-2 {
		return expBurst(ctx, t, wp) // the ladder makes it shorter, but that is not relied on
	}
	do := &work{ctx: ctx}
	y, off := expReduced(do, x, words, r)
	off += 2*size + 2*size/3 + 2
	num, den, twos := primeFraction(e)
	if twos >= 0 {
		num.Lsh(num, uint(twos))
	} else {
		den.Lsh(den, uint(-twos))
	}
	do.mul(y, y, num)
	do.quo(y, num, y, den)
	return y.Rsh(y, extra), (4*off+1)>>extra + 2, do.err
}

// expReduced is e^x for x = X/2^W, |x| ≤ 2^-r, r ≥ 2, W = 64·words, and a bound on its error, in ulps.
func expReduced(do *work, x *big.Int, words int, r uint) (*big.Int, uint64) {
	w := uint(words) * wordBits
	if w < sinhBits {
		n := max(expSeries.terms(w, r), 1)
		p := newPowers(do, x.Bits(), words, r, max(min(rows(n, 1), int(n)-1), 1))
		return new(big.Int).SetBits(expSeries.sum(do, p, n, x.Sign() < 0)), expSeries.error(n)
	}
	z := do.product(x, x)
	n := max(sinhSeries.terms(w, 2*r), 1)
	p := newPowers(do, leading(z.Bits(), 2*words, words), words, 2*r, max(min(rows(n, 1), int(n)-1), 1))
	// z is cut: 1 ulp, of a function of z with a slope below 1.
	off := sinhSeries.error(n) + 1
	s := new(big.Int).SetBits(sinhSeries.sum(do, p, n, false))
	s = do.product(s, x)
	s.Rsh(s, w)
	z = do.product(s, s)
	do.sqrt(z, z.Add(z, u1(2*w)))
	return z.Add(z, s), 2*off + 1
}

// expBurst is expFixed by the bit-burst method (Brent & Zimmermann §4.9.3):
// t is the sum of t_j = p/2^q made of the bits 2^(j-1)+1 … 2^j behind the point, and e^t the product of the e^(t_j),
// each summed by binary splitting.
//
// At the scale w = wp + 16, each factor is at least 1 and within 3 units; their
// product of at most 64 factors, cut each time, has a relative error of
// at most 64·(3+1)·(1+ε) units, which is below 2^-6 ulps of the result.
func expBurst(ctx context.Context, t *big.Int, wp uint) (*big.Int, uint64, error) {
	w := wp + 16
	x := new(big.Int).Lsh(t, 16)
	z := new(big.Int).Lsh(big.NewInt(1), w)
	u := new(big.Int)
	for lo, hi := uint(0), uint(32); lo < w; lo, hi = hi, 2*hi {
		hi = min(hi, w)
		// p: the bits of weight 2^-(lo+1) … 2^-hi.
		p := new(big.Int).Rsh(x, w-hi)
		if lo > 0 {
			p.Sub(p, u.Lsh(u.Rsh(p, hi-lo), hi-lo))
		}
		if p.Sign() == 0 {
			continue
		}
		f, err := expRational(ctx, p, hi, w)
		if err != nil {
			return nil, 0, err
		}
		if lo == 0 {
			z = f
			continue
		}
		u = new(big.Int)
		if err := mulContext(ctx, u, z, f); err != nil {
			return nil, 0, err
		}
		z.Rsh(u, w)
	}
	return z.Rsh(z, 16), 2, nil
}

// expRational is e^(p/2^q) for 0 < p < 2^q, in units of 2^-w, within 3: the tail
// is half a unit, the two cuts are less than one unit each. p/2^q may be anything below 1, so r may be 0.
func expRational(ctx context.Context, p *big.Int, q, w uint) (*big.Int, error) {
	z := p.TrailingZeroBits()
	p, q = new(big.Int).Rsh(p, z), q-z
	r := q - uint(p.BitLen()) // p/2^q < 2^-r
	n := max(expSeries.terms(w+2, r), 2)
	// Σ p^k/(2^qk·k!); the powers of two are kept apart: stretch [a, b) has the denominator 2^(q(b-a)).
	s, err := powerSplit(ctx, p, q, expSeries.den, 1, n, true)
	if err != nil {
		return nil, err
	}
	// 1 + T/(Q·2^(q(n-1)))
	shift := int64(w) - int64(q)*int64(n-1)
	num := s.t
	if shift >= 0 {
		num.Lsh(num, uint(shift))
	} else {
		// Cutting num costs less than one unit before a division by Q ≥ 1.
		num.Rsh(num, uint(-shift))
	}
	f, rem := new(big.Int), new(big.Int)
	if err := quoRem(ctx, f, rem, num, s.q); err != nil {
		return nil, err
	}
	return f.Add(f, u1(w)), nil
}

// u1 is the number 1 in units of 2^-w.
func u1(w uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), w) }

// Exp is e^x.
//
// For x in m ± r, r ≤ 1: |e^x − e^m| ≤ e^m·(e^r − 1) ≤ e^m·(r + r²) ≤ 2r·e^m.
func Exp(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.IsZero() {
		return FromInt64(1), nil
	}
	if err := expRange(x); err != nil {
		return Ball{}, err
	}
	if w, ok := x.WidthLog2(); ok && w > 0 {
		return Ball{}, ErrStraddles
	}
	y, err := expExact(ctx, x.mid(), prec)
	if err != nil || x.rad == 0 {
		return y, err
	}
	e := upper(y.man, y.exp).add(y.err()).mul(x.err()).shift(1)
	// A result beside 1 keeps the bits that tell it from 1.
	return makeBall(new(big.Int).Set(y.man), y.exp, y.err().add(e), max(prec, uint(y.man.BitLen()))), nil
}

// expRange refuses e^x beyond 2^±MaxLog2: log2(e) > 1.4426 and < 1.4427.
func expRange(x Ball) error {
	_, hi, _ := x.Log2()
	if hi < 20 {
		return nil
	}
	lo, up, e := x.Ends()
	limit := big.NewInt(MaxLog2/14426*10000 + 10000)
	if compareDyadic(lo, e, limit, 0) > 0 {
		return &RangeError{Sign: 1}
	}
	if compareDyadic(up, e, limit.Neg(limit), 0) < 0 {
		return &RangeError{Small: true, Sign: 1}
	}
	if hi > 25 {
		return ErrStraddles
	}
	return nil
}

// expExact is e^x for an exact x.
func expExact(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.man == nil {
		return FromInt64(1), nil
	}
	top := x.top()
	if top < -int64(prec) {
		// e^x − 1 − x is positive and less than x² (for |x| < 1), |x| < 2^top. The middle
		// has −2·top bits, so that 1 is outside: |x| ≥ 2^(top-1) > x² + 2^(2top).
		y := x.round(uint(min(-top, int64(x.man.BitLen()))) + 8)
		p := uint(-2*top) + 4
		one := Add(FromInt64(1), y, p)
		return one.widen(pow2(2 * top)), nil
	}
	if y, ok := shortFunction(ShortExp, x, prec, 0); ok {
		return y, nil
	}
	// t = x − n·log 2 in [0, 1) with w bits behind the point: x is cut (1 ulp) and n·log 2
	// has an error of at most 2|n| ulps, before g guard bits are dropped.
	wp := prec + 8
	if top < 0 {
		// Relative precision is that of the result, near 1; nothing to add.
		top = 0
	}
	g := uint(top) + 4
	w := wp + g
	t := fixedPoint(x.man, x.exp, w)
	n := int64(0)
	if top > 0 || x.man.Sign() < 0 {
		l, err := ln2Constant.get(ctx, w)
		if err != nil {
			return Ball{}, err
		}
		q, r := new(big.Int), new(big.Int)
		if err := quoRem(ctx, q, r, t, l); err != nil {
			return Ball{}, err
		}
		if r.Sign() < 0 { // 0 ≤ r < log 2 in ulps
			q.Sub(q, big.NewInt(1))
			r.Add(r, l)
		}
		n, t = q.Int64(), r
	}
	// |n| ≤ 2^(top+1): the error of t is at most (2·2^(top+1) + 1)·2^-g ≤ 2^(top+3-g) ≤ ½ ulp at wp,
	// and the cut is 1 more; e^t < 2.0001 makes that at most 4 ulps of the result. Where nothing is taken off, e^t may be up to e, but
	// t is off by the two cuts only, 2^-g and 1.
	t.Rsh(t, g)
	y, e, err := expFixed(ctx, t, wp)
	if err != nil {
		return Ball{}, err
	}
	return makeBall(y, n-int64(wp), newBound(e+4, n-int64(wp)), prec), nil
}

// Expm1 is e^x − 1, with the relative precision of the result.
func Expm1(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.IsZero() {
		return Ball{}, nil
	}
	_, hi, _ := x.Log2()
	if x.man == nil || hi > -int64(smallSeries(prec)) {
		p := prec + 8
		if x.man != nil && x.top() < 0 {
			p += uint(-x.top()) // e^x − 1 has the size of x
		}
		y, err := Exp(ctx, x, p)
		if e := (*RangeError)(nil); errors.As(err, &e) && e.Small {
			// 0 < e^x < 2^-MaxLog2: −1 + that.
			return makeBall(big.NewInt(-1), 0, pow2(-MaxLog2), prec), nil
		}
		if err != nil {
			return Ball{}, err
		}
		return Sub(y, FromInt64(1), prec), nil
	}
	// |e^x − e^m| ≤ 2r·e^m ≤ 4r, |m| < ½.
	y, err := oddSeries(ctx, expm1Series, x.mid(), x.mid(), prec)
	return y.widen(x.err().shift(2)), err
}

// smallSeries is the r for which arguments below 2^-r are summed by a series
// of their own, without reduction, with relative precision: then prec/r terms are
// about as much work as reduction and fewer terms.
func smallSeries(prec uint) uint { return 8 + uint(bits.Len(prec))*4 }

// oddSeries is f·Σ z^k·a(k), for exact f and z, |z| ≤ 2^-4. The sum S is near 1:
// with wp = prec + 16 + log2(terms), its fixed-point error is relative to f·S as well, and is a
// ball's radius from here on.
func oddSeries(ctx context.Context, c *series, f, z Ball, prec uint) (Ball, error) {
	wp := prec + 16 + uint(bits.Len(prec))
	if z.man == nil {
		return f, nil
	}
	if r := -z.top(); r > int64(wp) {
		// |Σ − 1| ≤ |z|·a(1)·(1 + ½ + …) ≤ 2^(1-r) ≤ 2^-wp·2.
		return Mul(ctx, f, makeBall(big.NewInt(1), 0, pow2(1-r), uint(min(r+8, int64(2*wp)))), prec)
	}
	// S' is bounded by 1 on |z| ≤ 1/16: cutting z costs at most 1 ulp.
	s, e, err := c.sumInt(ctx, fixedPoint(z.man, z.exp, wp), wp, uint(-z.top()))
	if err != nil {
		return Ball{}, err
	}
	return Mul(ctx, f, makeBall(s, -int64(wp), newBound(e+1, -int64(wp)), wp), prec)
}
