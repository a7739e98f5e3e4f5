package ball

import (
	"context"
	"errors"
	"math"
	"math/big"
)

func errorsAs(err error, target **RangeError) bool { return err != nil && errors.As(err, target) }

// leastStart keeps the precision of what is asked of logFixed and atanFixed above that of their float64 start.
const leastStart = 56

// logFixed is log u for u = U/2^wp, ½ ≤ u < 2, and a bound on its error in ulps.
//
// From an approximation y, made at a fifth of the precision, and E ≈ e^y, with w = (u−E)/(u+E):
// log u = log E + 2·atanh w, and atanh w = w + w³/3 + R, |R| ≤ |w|^5/5/(1−w²) ≤ |w|^5/2 for w² ≤ 0.6 (and |w| ≤ 0.7 for u ≥ ½ and E ≤ e). Nothing
// is assumed of y: the bound on R is taken from the w found, so that a bad start would show in the radius. The error of eps units
// of E ≥ 1 is at most that much in log E.
func logFixed(ctx context.Context, u *big.Int, wp uint) (*big.Int, uint64, error) {
	if wp <= 48 {
		// A start for the iteration: a float64's error is not proved here, and not relied on.
		f, _ := new(big.Float).SetInt(u).Float64()
		y, _ := new(big.Float).SetFloat64(math.Ldexp(math.Log(math.Ldexp(f, -int(wp))), int(wp))).Int(nil)
		return y, 1 << 8, nil
	}
	half := wp/5 + 12
	y, _, err := logFixed(ctx, new(big.Int).Rsh(u, wp-half), half)
	if err != nil {
		return nil, 0, err
	}
	w := wp + 8
	y.Lsh(y, w-half)
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
	// In units of 2^-w: eps for E; for the cut of uE = v ≥ ½, of which log v is taken, 2; for the quotient 2·1, for w³/3 2·1, and less
	// than 1 more for what the quotient's error is to w³/3: all below eps + 8.
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
				if e := (*RangeError)(nil); n.Bit(0) == 1 && errorsAs(err, &e) {
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
