package ball

import (
	"context"
	"math"
	"math/big"
)

// atanFixed is atan u for u = U/2^wp, 0 ≤ u ≤ 1, and a bound on its error, in ulps.
func atanFixed(ctx context.Context, u *big.Int, wp uint) (*big.Int, uint64, error) {
	if y, e, ok, err := atanPrimes(ctx, u, wp); ok || err != nil {
		return y, e, err
	}
	return atanNewton(ctx, u, wp)
}

// atanPrimes is atanFixed for u ≥ 0 of any size, where it reaches.
//
// With atan u = Σ e·arg π + a little (primes.go; the e follow from the first bits of the arc tangent), (1 + iu)/Π π^e = k·(1 + iq) for a real k,
// and what is left is atan q, |q| ≤ ¼, a quotient within 3 ulps at W = wp + extra bits. The slopes are at most 1.
func atanPrimes(ctx context.Context, u *big.Int, wp uint) (y *big.Int, off uint64, ok bool, err error) {
	words := int(wp+20)/wordBits + 1
	extra := uint(words)*wordBits - wp
	if wp < 256 || words > maxBaseWords || u.Sign() == 0 {
		return nil, 0, false, nil
	}
	guess, err := Atan(ctx, FromDyadic(u, -int64(wp)).round(uint(rungs(words))+60).mid(), uint(rungs(words))+40)
	if err != nil {
		return nil, 0, false, err
	}
	base := baseOf(&argBases, words)
	v, err := base.get(ctx, words)
	if err != nil {
		return nil, 0, false, err
	}
	e := base.climb(wideOf(fixedPoint(guess.mant(), guess.exp, wideBits), wideBits), rungs(words))
	// The conjugate of Π π^e = (1+i)^n·(a + bi), n < 0 if need be, as only its direction counts.
	a, b := gaussianProduct(e)
	n := e[0]
	if n&1 == 1 {
		a, b = new(big.Int).Sub(a, b), b.Add(a, b)
		n--
	}
	a, b = quarterTurn(n/2, a, b)
	// (2^wp + iU)·(a − bi)
	do := &work{ctx: ctx}
	den, num := do.product(u, b), do.product(u, a)
	den.Add(den, a.Lsh(a, wp))
	num.Sub(num, b.Lsh(b, wp))
	if den.Sign() < 0 {
		return nil, 0, false, nil
	}
	q, ok := smallQuotient(do, num, den, words)
	if !ok {
		return nil, 0, false, do.err
	}
	y, off = oddSum(do, atanSeries, q, words)
	sum, size := v.reduced(y.Neg(y), e, words) // −atan q − Σ e·arg π
	return sum.Neg(sum).Rsh(sum, extra), (off+3+2*size)>>extra + 2, true, do.err
}

// atanNewton is atanFixed from a start: a float64's up to 48 bits, else its own at a fifth of the precision.
//
// From an approximation y and c ≈ cos y, s ≈ sin y within
// e units: atan u = arg(c + is) + atan δ, δ = (uc − s)/(c + us), exactly, and arg(c + is) differs from y
// by at most 1.5e units as |c + is| is near 1 (√2·e/(1−…)). atan δ = δ − δ³/3 + R, |R| ≤ |δ|⁵/5. As in
// logFixed, R is bounded by the δ found, and nothing is assumed of y.
func atanNewton(ctx context.Context, u *big.Int, wp uint) (*big.Int, uint64, error) {
	if wp <= 48 {
		f, _ := new(big.Float).SetInt(u).Float64()
		y, _ := big.NewFloat(math.Ldexp(math.Atan(math.Ldexp(f, -int(wp))), int(wp))).Int(nil)
		return y, 1 << 8, nil
	}
	part := wp/5 + 12
	y, _, err := atanFixed(ctx, new(big.Int).Rsh(u, wp-part), part)
	if err != nil {
		return nil, 0, err
	}
	w := wp + 8
	y.Lsh(y, w-part)
	x := new(big.Int).Lsh(u, 8)
	c, s, e, err := sinCosFixed(ctx, y.Abs(y), w)
	if err != nil {
		return nil, 0, err
	}
	do := &work{ctx: ctx}
	num, den := do.product(x, c), do.product(x, s)
	num.Rsh(num, w)
	num.Sub(num, s)
	den.Rsh(den, w)
	den.Add(den, c)
	q, r := num.Lsh(num, w), new(big.Int)
	do.quo(q, r, num, den)
	tail := upper(q, -int64(w)).add(pow2(-int64(w) + 3))
	do.mul(r, q, q).Rsh(r, w)
	do.mul(r, r, q).Rsh(r, w)
	r.Quo(r, big.NewInt(3))
	y.Add(y, q).Sub(y, r)
	// The cuts of uc and us cost at most (1+|δ|)/den ≤ 2(1+|δ|) units of δ (den ≥ cos 1 > ½ for u, y ≥ 0, y ≤ 1), |δ| < 2; the quotient 1, δ³/3 with
	// its cuts 2: below 9. tail ≥ |δ|, as the quotient's error and that of the cuts are below 7 units … taken as 8.
	tail5 := tail.mul(tail).mul(tail).mul(tail).mul(tail)
	return y.Rsh(y, 8), saturate((2*e+12)>>8+2, tail5.units(-int64(wp))), do.err
}

// Atan is atan x.
//
// For x in m ± r: |atan x − atan m| ≤ r/(1 + min x²) ≤ r; far out, with |x| ≥ a > r: ≤ r/a².
func Atan(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.man == nil {
		return x, nil
	}
	y, err := atanExact(ctx, x.mid(), prec)
	if err != nil || x.rad == 0 {
		return y, err
	}
	e := x.err()
	if least, _, ok := x.Log2(); ok && least > 0 {
		e = e.shift(-2 * least)
	}
	return y.widen(e), nil
}

// atanTop is the length before the point from which on the reciprocal, which is shorter, is quicker.
const atanTop = 64

// atanExact is atan x for an exact x ≠ 0.
func atanExact(ctx context.Context, x Ball, prec uint) (Ball, error) {
	top := x.top()
	if top > -int64(smallSeries(prec)) {
		if y, ok := shortFunction(ShortAtan, x, prec, -top); ok {
			return y, nil
		}
	}
	switch {
	case top <= -int64(smallSeries(prec)):
		z, err := Sqr(ctx, x, prec+16)
		if err != nil {
			return Ball{}, err
		}
		return oddSeriesBall(ctx, atanSeries, x, z, prec)
	case top == 1 && int(x.man.TrailingZeroBits()) == x.man.BitLen()-1: // ±1: 1/x would be no nearer to 0
		p, err := Pi(ctx, prec)
		if x.man.Sign() < 0 {
			p = Neg(p)
		}
		return Scale2(p, -2), err
	case top > 0 && top < atanTop:
		// |x| as it is: it is cut, and the slope there is below 1. The result is above ¾.
		wp := prec + 8
		y, e, ok, err := atanPrimes(ctx, fixedPoint(new(big.Int).Abs(x.man), x.exp, wp), wp)
		if err != nil {
			return Ball{}, err
		}
		if ok {
			if x.man.Sign() < 0 {
				y.Neg(y)
			}
			return makeBall(y, -int64(wp), newBound(saturate(e, 1), -int64(wp)), prec), nil
		}
		fallthrough
	case top > 0:
		// atan x = ±π/2 − atan(1/x); beyond 2^(prec+1), 1/x is as good as its arc tangent.
		q, err := Quo(ctx, FromInt64(1), x, prec+8)
		if err != nil {
			return Ball{}, err
		}
		if q, err = Atan(ctx, q, prec+8); err != nil {
			return Ball{}, err
		}
		p, err := Pi(ctx, prec+8)
		if err != nil {
			return Ball{}, err
		}
		if x.man.Sign() < 0 {
			p = Neg(p)
		}
		return Sub(Scale2(p, -1), q, prec), nil
	}
	wp := max(prec, leastStart) + 8 + uint(-top)
	u := fixedPoint(x.man, x.exp, wp)
	neg := u.Sign() < 0
	y, e, err := atanFixed(ctx, u.Abs(u), wp)
	if err != nil {
		return Ball{}, err
	}
	if neg {
		y.Neg(y)
	}
	return makeBall(y, -int64(wp), newBound(saturate(e, 1), -int64(wp)), prec), nil
}

// Atan2 is the angle of the point (x, y), in (−π, π]: ErrDomain at the origin,
// ErrStraddles for what touches the negative half axis from both sides.
func Atan2(ctx context.Context, y, x Ball, prec uint) (Ball, error) {
	sx, knownX := x.Sign()
	sy, knownY := y.Sign()
	p := prec + 8
	switch {
	case x.IsZero() && y.IsZero():
		return Ball{}, ErrDomain
	case knownX && sx > 0 && (!knownY || sy == 0 || y.top() <= x.top()):
		q, err := Quo(ctx, y, x, p)
		if err != nil {
			return Ball{}, err
		}
		return Atan(ctx, q, prec)
	case knownY && sy != 0 && (!knownX || sx >= 0 || y.top() >= x.top()):
		// ±π/2 − atan(x/y)
		q, err := Quo(ctx, x, y, p)
		if err != nil {
			return Ball{}, err
		}
		return angleFrom(ctx, int64(sy), -1, q, p, prec)
	case knownX && sx < 0 && knownY:
		// ±π + atan(y/x)
		q, err := Quo(ctx, y, x, p)
		if err != nil {
			return Ball{}, err
		}
		s := int64(2)
		if sy < 0 {
			s = -2
		}
		return angleFrom(ctx, s, 1, q, p, prec)
	}
	return Ball{}, ErrStraddles
}

// angleFrom is n·π/2 + sign·atan q.
func angleFrom(ctx context.Context, n, sign int64, q Ball, p, prec uint) (Ball, error) {
	a, err := Atan(ctx, q, p)
	if err != nil {
		return Ball{}, err
	}
	pi, err := Pi(ctx, p)
	if err != nil {
		return Ball{}, err
	}
	half := Scale2(MulInt(pi, n, p), -1)
	if sign < 0 {
		return Sub(half, a, prec), nil
	}
	return Add(half, a, prec), nil
}

// oneMinus and onePlus are 1 ∓ x, exactly as to the middle.
func oneMinus(x Ball) Ball { return Sub(FromInt64(1), x, 1<<40) }
func onePlus(x Ball) Ball  { return Add(FromInt64(1), x, 1<<40) }

// unitDomain tells whether x is in −1 … 1.
func unitDomain(x Ball) error {
	for _, d := range []Ball{oneMinus(x), onePlus(x)} {
		if lo, hi, _ := d.Ends(); hi.Sign() < 0 {
			return ErrDomain
		} else if lo.Sign() < 0 {
			return ErrStraddles
		}
	}
	return nil
}

// Asin is asin x = atan2(x, √((1−x)(1+x))).
func Asin(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.man == nil && x.rad == 0 {
		return x, nil
	}
	if err := unitDomain(x); err != nil {
		return Ball{}, err
	}
	c, err := cathetus(ctx, x, prec+16)
	if err != nil {
		return Ball{}, err
	}
	return Atan2(ctx, x, c, prec)
}

// cathetus is √((1−x)(1+x)).
func cathetus(ctx context.Context, x Ball, prec uint) (Ball, error) {
	m, err := Mul(ctx, oneMinus(x), onePlus(x), prec)
	if err != nil {
		return Ball{}, err
	}
	return Sqrt(ctx, m, prec)
}

// Acos is acos x = atan2(√((1−x)(1+x)), x).
func Acos(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if err := unitDomain(x); err != nil {
		return Ball{}, err
	}
	c, err := cathetus(ctx, x, prec+16)
	if err != nil {
		return Ball{}, err
	}
	return Atan2(ctx, c, x, prec)
}
