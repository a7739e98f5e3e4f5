package ball

import (
	"context"
	"errors"
	"math"
	"math/big"
)

// leastStart keeps the precision of what is asked of logFixed and atanFixed above that of their float64 start.
const leastStart = 56

// logFixed is log u for u = U/2^wp, ½ ≤ u < 2, and a bound on its error in ulps.
//
// With log u = Σ e·log p + a little (primes.go; the e follow from the first bits of the logarithm), u·Π p^-e = u·d/n is near 1, and its
// logarithm 2·atanh q with q = (u·d − n)/(u·d + n). At W = wp + extra bits that quotient has an error below 3 ulps: 1 for
// its cut, and as |q| ≤ ¼ less than 2 for a divisor cut to W bits at least. 2·atanh q has a slope below 2.2, and the series an error of
// its own, times q, and of a cut.
func logFixed(ctx context.Context, u *big.Int, wp uint) (*big.Int, uint64, error) {
	words := int(wp+20)/wordBits + 1
	extra := uint(words)*wordBits - wp
	if wp < 256 || words > maxBaseWords {
		return logNewton(ctx, u, wp)
	}
	guess, err := Log(ctx, FromDyadic(u, -int64(wp)).round(uint(rungs(words))+60).mid(), uint(rungs(words))+40)
	if err != nil {
		return nil, 0, err
	}
	base := baseOf(&logBases, words)
	v, err := base.get(ctx, words)
	if err != nil {
		return nil, 0, err
	}
	e := base.climb(wideOf(fixedPoint(guess.mant(), guess.exp, wideBits), wideBits), rungs(words))
	n, d, twos := primeFraction(e)
	if twos >= 0 {
		n.Lsh(n, uint(twos))
	} else {
		d.Lsh(d, uint(-twos))
	}
	do := &work{ctx: ctx}
	x := do.product(u, d)
	n.Lsh(n, wp)
	den := new(big.Int).Add(x, n)
	q, ok := smallQuotient(do, n.Sub(x, n), den, words)
	if !ok {
		return logNewton(ctx, u, wp)
	}
	y, off := oddSum(do, atanhSeries, q, words)
	y.Lsh(y, 1)
	sum, size := v.reduced(y.Neg(y), e, words) // −2·atanh q − Σ e·log p
	return sum.Neg(sum).Rsh(sum, extra), (3*off+9+2*size)>>extra + 2, do.err
}

// smallQuotient is num/den in ulps of words, within 3, for den > 0; ok is false if that is not below ¼.
func smallQuotient(do *work, num, den *big.Int, words int) (q *big.Int, ok bool) {
	w := uint(words) * wordBits
	if num.BitLen() > den.BitLen()-3 {
		return nil, false
	}
	// A divisor longer than W+2 bits is cut to that: a relative error below 2^-(W+1), and so much of the quotient.
	if cut := den.BitLen() - int(w) - 2; cut > 0 {
		den.Rsh(den, uint(cut))
		if left := int(w) - cut; left >= 0 {
			num.Lsh(num, uint(left))
		} else {
			num.Rsh(num, uint(-left)) // less than 1 of den's 2^(W+1) units and more
		}
	} else {
		num.Lsh(num, w)
	}
	return do.quo(num, new(big.Int), num, den), true
}

// oddSum is q·S(q²) for a reciprocal series S, |q| ≤ ¼, and a bound on its error in ulps of words, but for q's own: S is off by
// its error and 1 for the cut of q² (its slope is below 1), which counts |q| times; and the product is cut.
func oddSum(do *work, c *series, q *big.Int, words int) (*big.Int, uint64) {
	w := uint(words) * wordBits
	if q.Sign() == 0 {
		return q, 0
	}
	r := 2 * (w - uint(q.BitLen()))
	z := do.product(q, q)
	n := max(c.terms(w, r), 1)
	p := newPowers(do, leading(z.Bits(), 2*words, words), words, r, max(min(rows(n, 1), int(n)-1), 1))
	s := do.product(new(big.Int).SetBits(c.sum(do, p, n, false)), q)
	return s.Rsh(s, w), (c.error(n)+1)/4 + 2
}

// logNewton is logFixed from a start: a float64's up to 48 bits, else its own at a fifth of the precision.
//
// From an approximation y, made at a fifth of the precision, and E ≈ e^y, with w = (u−E)/(u+E):
// log u = log E + 2·atanh w, and atanh w = w + w³/3 + R, |R| ≤ |w|^5/5/(1−w²) ≤ |w|^5/2 for w² ≤ 0.6 (and |w| ≤ 0.7 for u ≥ ½ and E ≤ e). Nothing
// is assumed of y: the bound on R is taken from the w found, so that a bad start would show in the radius. The error of eps units
// of E ≥ 1 is at most that much in log E.
func logNewton(ctx context.Context, u *big.Int, wp uint) (*big.Int, uint64, error) {
	if wp <= 48 {
		// A start for the iteration: a float64's error is not proved here, and not relied on.
		f, _ := new(big.Float).SetInt(u).Float64()
		y, _ := new(big.Float).SetFloat64(math.Ldexp(math.Log(math.Ldexp(f, -int(wp))), int(wp))).Int(nil)
		return y, 1 << 8, nil
	}
	part := wp/5 + 12
	y, _, err := logFixed(ctx, new(big.Int).Rsh(u, wp-part), part)
	if err != nil {
		return nil, 0, err
	}
	w := wp + 8
	y.Lsh(y, w-part)
	x := new(big.Int).Lsh(u, 8)
	// expFixed takes y ≥ 0. For a negative one, E = e^-y stands below the fraction instead.
	neg := y.Sign() < 0
	e, eps, err := expFixed(ctx, new(big.Int).Abs(y), w)
	if err != nil {
		return nil, 0, err
	}
	do := &work{ctx: ctx}
	num, den := new(big.Int), new(big.Int)
	if neg {
		// e^-y = 1/E: (u − 1/E)/(u + 1/E) = (uE − 1)/(uE + 1).
		do.mul(num, x, e)
		num.Rsh(num, w)
		one := u1(w)
		den.Add(num, one)
		num.Sub(num, one)
	} else {
		num.Sub(x, e)
		den.Add(x, e)
	}
	num.Lsh(num, w)
	r := new(big.Int)
	q := do.quo(new(big.Int), r, num, den)
	// q = w; add 2(w + w³/3).
	do.mul(r, q, q).Rsh(r, w)
	do.mul(r, r, q).Rsh(r, w)
	r.Quo(r, big.NewInt(3))
	y.Add(y, q.Lsh(q, 1)).Add(y, r.Lsh(r, 1))
	// In units of 2^-w: eps for E; for the cut of uE = v ≥ ½, of which log v is taken, 2; for the quotient 2·1, and less than 1 more for what its
	// error is to w³/3; for the cuts of w³/3 2·(1.7/3 + 2/3) < 2.5, as w² is cut before it is multiplied by |w| ≤ 0.7: all below eps + 8.
	units := eps + 8
	// 2|R| ≤ |w|^5, with two units for the errors of the quotient and the cut; q is 2w by now.
	tail := upper(q, -int64(w)-1).add(pow2(-int64(w) + 1))
	tail5 := tail.mul(tail).mul(tail).mul(tail).mul(tail)
	return y.Rsh(y, 8), saturate((units>>8)+2, tail5.units(-int64(wp))), do.err
}

// saturate is a + b, MaxUint64 if that is more.
func saturate(a, b uint64) uint64 {
	if s := a + b; s >= a {
		return s
	}
	return math.MaxUint64
}

// Log is the natural logarithm of x.
//
// For x in m ± r, r < m: |log x − log m| ≤ −log(1 − r/m) ≤ (r/m)/(1 − r/m) = r/(m−r).
func Log(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if s, known := x.Sign(); known && s <= 0 {
		return Ball{}, ErrDomain
	} else if !known {
		return Ball{}, ErrStraddles
	}
	y, err := logExact(ctx, x.mid(), prec)
	if err != nil || x.rad == 0 {
		return y, err
	}
	lo, _, e := x.Ends()
	return y.widen(x.err().quo(lower(lo, e))), nil
}

// logExact is log x for an exact x > 0.
func logExact(ctx context.Context, x Ball, prec uint) (Ball, error) {
	// x = u·2^n with u in [¾, 3/2): then |log u| < 0.41, and n ≠ 0 leaves |log x| ≥ 0.28.
	n := x.top()
	if !x.atLeastThreeQuarters() {
		n--
	}
	wp := max(prec, leastStart) + 8
	if n == 0 {
		d := Sub(x, FromInt64(1), 1<<40) // exactly
		if d.IsZero() {
			return Ball{}, nil
		}
		if d.top() <= -int64(smallSeries(prec)) {
			return log1pSmall(ctx, d, prec)
		}
		wp += uint(max(-d.top(), 0)) + 2 // |log x| ≥ |d|/2 ≥ 2^(top-2)
	}
	if y, ok := shortFunction(ShortLog, x, prec, int64(wp)-int64(prec)-8); ok {
		return y, nil
	}
	u := fixedPoint(x.man, x.exp-n, wp) // within 1 ulp, of a function with slope at most 4/3
	y, e, err := logFixed(ctx, u, wp)
	if err != nil {
		return Ball{}, err
	}
	e = saturate(e, 2)
	if n != 0 {
		k := uint(new(big.Int).SetInt64(n).BitLen()) + 2
		l, err := ln2Constant.get(ctx, wp+k)
		if err != nil {
			return Ball{}, err
		}
		// n·log 2 within 2|n| units of 2^-(wp+k), less than 1 ulp, and 1 for the cut.
		t := new(big.Int).Mul(l, big.NewInt(n))
		y.Add(y, t.Rsh(t, k))
		e = saturate(e, 2)
	}
	return makeBall(y, -int64(wp), newBound(e, -int64(wp)), prec), nil
}

// atLeastThreeQuarters reports whether |x| ≥ ¾·2^top: the second bit of the mantissa is set.
func (x Ball) atLeastThreeQuarters() bool {
	n := x.man.BitLen()
	return n > 1 && x.man.Bit(n-2) == 1
}

// log1pSmall is log(1+d) for an exact d, |d| ≤ 2^-8: 2·atanh(z) with z = d/(2+d),
// 2z·Σ z^2k/(2k+1). z is a ball; z·Σ has the derivative 1/(1−z²) ≤ 2.
func log1pSmall(ctx context.Context, d Ball, prec uint) (Ball, error) {
	p := prec + 16
	z, err := Quo(ctx, d, Add(FromInt64(2), d, p), p)
	if err != nil {
		return Ball{}, err
	}
	m := z.mid()
	sq, err := Sqr(ctx, m, p)
	if err != nil {
		return Ball{}, err
	}
	y, err := oddSeriesBall(ctx, atanhSeries, m, sq, prec+4)
	if err != nil {
		return Ball{}, err
	}
	return Scale2(y.widen(z.err().shift(1)), 1).round(prec), nil
}

// oddSeriesBall is oddSeries for a z with a radius, of a series whose derivative by z is at most 1 on |z| ≤ 2^-4.
func oddSeriesBall(ctx context.Context, c *series, f, z Ball, prec uint) (Ball, error) {
	y, err := oddSeries(ctx, c, f, z.mid(), prec)
	if err != nil || z.rad == 0 {
		return y, err
	}
	return y.widen(upper(f.mant(), f.exp).mul(z.err())), nil
}

// Log1p is log(1+x), with the relative precision of the result.
func Log1p(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.man != nil && x.top() <= -int64(smallSeries(prec)) && x.Precision() > 8 {
		// |log(1+x) − log(1+m)| ≤ r/(1−|x|) ≤ 2r.
		y, err := log1pSmall(ctx, x.mid(), prec)
		return y.widen(x.err().shift(1)), err
	}
	if x.IsZero() {
		return x, nil
	}
	return Log(ctx, Add(FromInt64(1), x, nearOne(x, prec+16)), prec)
}

// Pow is x^y = e^(y·log x) for x > 0; for an exact integer y also for x of any sign, and 0^y is 0 for y > 0.
func Pow(ctx context.Context, x, y Ball, prec uint) (Ball, error) {
	if y.rad == 0 {
		if n, known := y.Floor(); known && n.IsInt64() && y.exp >= 0 {
			if k := n.Int64(); k > -1<<12 && k < 1<<12 {
				return PowInt(ctx, x, k, prec)
			}
			if s, known := x.Sign(); known && s < 0 {
				z, err := Pow(ctx, Neg(x), y, prec)
				if e := (*RangeError)(nil); n.Bit(0) == 1 && errors.As(err, &e) {
					return Ball{}, &RangeError{Small: e.Small, Sign: -1}
				}
				if n.Bit(0) == 1 {
					z = Neg(z)
				}
				return z, err
			}
		}
	}
	if s, known := x.Sign(); known && s == 0 {
		if t, known := y.Sign(); !known {
			return Ball{}, ErrStraddles
		} else if t <= 0 {
			return Ball{}, ErrDomain
		}
		return Ball{}, nil
	} else if known && s < 0 {
		return Ball{}, ErrDomain
	} else if !known {
		return Ball{}, ErrStraddles
	}
	// y·log x may have 24 bits before the point; a first look at 64 bits refuses
	// what is out of range before the work.
	l, err := Log(ctx, x.round(64), 64)
	if err != nil {
		return Ball{}, err
	}
	if l, err = Mul(ctx, l, y.round(64), 64); err != nil {
		return Ball{}, err
	}
	p := prec + 16
	if !l.IsZero() {
		if err := expRange(l); err != nil && !errors.Is(err, ErrStraddles) {
			return Ball{}, err
		}
		if _, hi, _ := l.Log2(); hi > 0 {
			p += uint(min(hi, 32))
		}
	}
	if l, err = Log(ctx, x, p); err != nil {
		return Ball{}, err
	}
	if l, err = Mul(ctx, l, y, p); err != nil {
		return Ball{}, err
	}
	return Exp(ctx, l, prec)
}
