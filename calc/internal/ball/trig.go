package ball

import (
	"context"
	"math"
	"math/big"

	"calculator/calc/internal/integer"
)

// cosRootBits is where the cosine as √(1 − sin²) takes over from its own series, which shares the powers with the sine's: BenchmarkElementary.
const cosRootBits = 20_000

// sinCosFixed is cos t and sin t for t = T/2^wp, 0 ≤ t < 1, and a bound on the error of each, in ulps.
//
// With t = x + 2·Σ e·arg π over Gaussian primes π (primes.go), e^(it) = e^(ix)·Π(π/π̄)^e, and that product is g²/|g|² with
// g = Π π^e. At W = wp + extra bits, x has an error of at most 2·size + 1 ulps, as much as sine and cosine of it, besides their
// own. Turning by a number of size 1 makes two such errors √2 times as large at most, and the cut of each quotient is 1.
func sinCosFixed(ctx context.Context, t *big.Int, wp uint) (c, s *big.Int, e uint64, err error) {
	words := int(wp+20)/wordBits + 1
	extra := uint(words)*wordBits - wp
	if words > maxBaseWords {
		return sinCosBurst(ctx, t, wp)
	}
	base := baseOf(&argBases, words)
	v, err := base.get(ctx, words)
	if err != nil {
		return nil, nil, 0, err
	}
	x := new(big.Int).Lsh(t, extra)
	turns := base.climb(wideOf(x, wp+extra+1), rungs(words))
	a, b := gaussianProduct(turns)
	n := turns[0]
	for j := range turns {
		turns[j] *= 2
	}
	x, size := v.reduced(x, turns, words)
	if x.BitLen() > int(wp+extra)-2 {
		return sinCosBurst(ctx, t, wp)
	}
	do := &work{ctx: ctx}
	c, s, off := sinCosReduced(do, x, words, wp+extra-uint(x.BitLen()))
	off += 2*size + 1
	// g² and |g|²
	re, im := do.product(a, a), do.product(a, b)
	b = do.product(b, b)
	norm := new(big.Int).Add(re, b)
	re, im = quarterTurn(n, re.Sub(re, b), im.Lsh(im, 1))
	u := do.product(c, re)
	u.Sub(u, do.product(s, im))
	do.mul(c, c, im)
	do.mul(s, s, re)
	do.quo(s, im, s.Add(s, c), norm)
	do.quo(c, im, u, norm)
	return c.Rsh(c, extra), s.Rsh(s, extra), (2*off+1)>>extra + 2, do.err
}

// sinCosReduced is cos x and sin x for x = X/2^W, |x| ≤ 2^-r, r ≥ 2, W = 64·words, and a bound on the error of each, in ulps.
//
// The series of x² has x² cut: 1 ulp of a function with a slope of at most ½. Sine: what the series is off, times ¼, and 1 for the
// cut. Cosine by the root: what the sine is off, times its tangent, and 1.
func sinCosReduced(do *work, x *big.Int, words int, r uint) (c, s *big.Int, off uint64) {
	w := uint(words) * wordBits
	z := do.product(x, x)
	n := max(cosSeries.terms(w, 2*r), 2)
	both := w < cosRootBits
	sums := 1
	if both {
		sums = 2
	}
	p := newPowers(do, leading(z.Bits(), 2*words, words), words, 2*r, max(min(rows(n, sums), int(n)-1), 1))
	s = new(big.Int).SetBits(sinSeries.sum(do, p, n, false))
	do.mul(s, s, x)
	s.Rsh(s, w)
	if both {
		c = new(big.Int).SetBits(cosSeries.sum(do, p, n, false))
	} else {
		z = do.product(s, s)
		c = do.sqrt(z, z.Sub(u1(2*w), z))
	}
	return c, s, cosSeries.error(n) + 2
}

// sinCosBurst is sinCosFixed by the bit-burst method: e^(it) is the product of the
// e^(i·t_j), t_j made of the bits 2^(j-1)+1 … 2^j of t.
//
// At w = wp + 16 each sine is within 3 units, and each cosine √(1−s²) within
// |s|/c·3 + 2 ≤ 7 (|s| ≤ 0.85 at most, c ≥ 0.54). Products of numbers on the unit circle add their
// errors: at most 64 factors with √2·7 each and cuts of 2·√2 leave less than 2^10 units, 2^-6 ulps.
func sinCosBurst(ctx context.Context, t *big.Int, wp uint) (c, s *big.Int, e uint64, err error) {
	w := wp + 16
	x := new(big.Int).Lsh(t, 16)
	one := u1(w)
	for lo, hi := uint(0), uint(32); lo < w; lo, hi = hi, 2*hi {
		hi = min(hi, w)
		p, u := new(big.Int).Rsh(x, w-hi), new(big.Int)
		if lo > 0 {
			p.Sub(p, u.Lsh(u.Rsh(p, hi-lo), hi-lo))
		}
		if p.Sign() == 0 {
			continue
		}
		sj, err := sinRational(ctx, p, hi, w)
		if err != nil {
			return nil, nil, 0, err
		}
		do := &work{ctx: ctx}
		cj := do.product(sj, sj)
		cj.Sub(u.Lsh(one, w), cj)
		if do.sqrt(cj, cj); do.err != nil {
			return nil, nil, 0, do.err
		}
		if c == nil {
			c, s = cj, sj
			continue
		}
		// (c + is)(cj + i·sj) with three products.
		cc, ss := do.product(c, cj), do.product(s, sj)
		m := do.product(c.Add(c, s), cj.Add(cj, sj))
		if do.err != nil {
			return nil, nil, 0, do.err
		}
		m.Sub(m, cc).Sub(m, ss)
		s = m.Rsh(m, w)
		c = cc.Sub(cc, ss).Rsh(cc, w)
	}
	if c == nil {
		return u1(wp), new(big.Int), 1, nil
	}
	return c.Rsh(c, 16), s.Rsh(s, 16), 2, nil
}

// sinRational is sin(p/2^q) for 0 < p < 2^q in units of 2^-w, within 3, by binary splitting:
// x·Σ (−x²)^k/((2k)(2k+1)…). The tail is half a unit, the cut before the division by Q ≥ 6 a sixth, the quotient's
// one: less than 1.7, times x < 1, and one for the last cut.
func sinRational(ctx context.Context, p *big.Int, q, w uint) (*big.Int, error) {
	z := p.TrailingZeroBits()
	p, q = new(big.Int).Rsh(p, z), q-z
	r := q - uint(p.BitLen())
	n := max(sinSeries.terms(w+2, 2*r), 2)
	square := new(big.Int)
	if err := mulContext(ctx, square, p, p); err != nil {
		return nil, err
	}
	square.Neg(square)
	s, err := powerSplit(ctx, square, 2*q, sinSeries.den, 1, n, true)
	if err != nil {
		return nil, err
	}
	// x·(1 + T/(Q·2^(2q(n-1)))), where T/Q/2^… is below 1 and cut to w bits first.
	shift := int64(w) - 2*int64(q)*int64(n-1)
	num := s.t
	if shift >= 0 {
		num.Lsh(num, uint(shift))
	} else {
		num.Rsh(num, uint(-shift))
	}
	do := &work{ctx: ctx}
	f, rem := new(big.Int), new(big.Int)
	do.quo(f, rem, num, s.q)
	f.Add(f, u1(w))
	do.mul(rem, f, p)
	return rem.Rsh(rem, q), do.err
}

// quarter writes an exact x as n·π/2 + t with |t| ≤ π/4 (or a little more) and n modulo 4. t has a
// relative precision of about prec bits or, where that is less, an absolute one of 2^least.
func quarter(ctx context.Context, x Ball, prec uint, least int64) (n int, t Ball, err error) {
	if x.man == nil || x.top() < 0 {
		return 0, x, nil
	}
	for extra := uint(16); ; extra *= 2 {
		// x in ulps of 2^-w (1 ulp of error), k·π/2 with |k| < 2^(top+1): 2·2^top ulps of π/2 at w+top+2 are less than 1 ulp.
		w := prec + extra
		top := uint(x.top())
		half, err := piConstant.get(ctx, w+top+3)
		if err != nil {
			return 0, Ball{}, err
		}
		// half is π/2 in ulps of 2^-(w+top+4).
		u := fixedPoint(x.man, x.exp, w+top+4)
		k, r := new(big.Int), new(big.Int)
		if err := quoRem(ctx, k, r, u, half); err != nil {
			return 0, Ball{}, err
		}
		// k truncated: |r| < π/2; to the nearest.
		if u.Lsh(r, 1).CmpAbs(half) > 0 {
			d := int64(r.Sign())
			k.Add(k, big.NewInt(d))
			if d > 0 {
				r.Sub(r, half)
			} else {
				r.Add(r, half)
			}
		}
		// The error of r: 2 ulps of π for each of the |k| < 2^(top+1), and 1 for x.
		e := newBound(4, int64(top)-int64(w+top+4)).add(pow2(-int64(w + top + 4)))
		bits := int64(r.BitLen()) - int64(top) - 8
		if bits >= int64(prec) || least > -int64(w) {
			m := new(big.Int).And(k, big.NewInt(3))
			return int(m.Int64()), makeBall(r, -int64(w+top+4), e, prec+8), nil
		}
	}
}

// exactSinCos is cos t and sin t, as asked, for an exact t, |t| < 1.
func exactSinCos(ctx context.Context, t Ball, prec uint, sine, cosine bool) (c, s Ball, err error) {
	if t.man == nil {
		return FromInt64(1), Ball{}, nil
	}
	top := t.top()
	if top <= -int64(smallSeries(prec)) {
		z, err := Sqr(ctx, t, prec+16)
		if err != nil {
			return c, s, err
		}
		if sine {
			// Σ (−z)^k/(2k+1)! has a derivative of at most 1/6 by z.
			if s, err = oddSeriesBall(ctx, sinSeries, t, z, prec); err != nil {
				return c, s, err
			}
		}
		if cosine {
			if 2*top < -int64(prec) {
				// cos t = 1 − t²/2 + δ, 0 ≤ δ ≤ t⁴/24 ≤ 2^(4top-4). −2·top bits
				// and a few tell it from 1, as t² ≥ 2^(2top-2).
				c = Sub(FromInt64(1), Scale2(z.round(16), -1), uint(-2*top)+40).widen(pow2(4*top - 4))
			} else if c, err = oddSeriesBall(ctx, cosSeries, FromInt64(1), z, prec); err != nil {
				return c, s, err
			}
		}
		return c, s, nil
	}
	if s, c, ok := shortSinCos(t, prec, sine, cosine); ok {
		return c, s, nil
	}
	wp := prec + 8
	if sine && top < 0 {
		wp += uint(-top)
	}
	// |t| is cut to w bits (1 ulp; slopes are at most 1).
	u := fixedPoint(t.man, t.exp, wp)
	neg := u.Sign() < 0
	cf, sf, e, err := sinCosFixed(ctx, u.Abs(u), wp)
	if err != nil {
		return c, s, err
	}
	if neg {
		sf.Neg(sf)
	}
	eb := newBound(e+1, -int64(wp))
	return makeBall(cf, -int64(wp), eb, prec), makeBall(sf, -int64(wp), eb, prec), nil
}

// SinCos is sin x and cos x.
//
// For x in m ± r: both differ by at most r from their value at m, and by at most 2.
func SinCos(ctx context.Context, x Ball, prec uint) (sin, cos Ball, err error) {
	return sinCos(ctx, x, prec, true, true)
}

// Sin is sin x.
func Sin(ctx context.Context, x Ball, prec uint) (Ball, error) {
	s, _, err := sinCos(ctx, x, prec, true, false)
	return s, err
}

// Cos is cos x.
func Cos(ctx context.Context, x Ball, prec uint) (Ball, error) {
	_, c, err := sinCos(ctx, x, prec, false, true)
	return c, err
}

func sinCos(ctx context.Context, x Ball, prec uint, sine, cosine bool) (sin, cos Ball, err error) {
	least := int64(math.MinInt64)
	if x.rad > 0 {
		w, _ := x.WidthLog2()
		if w > 2 {
			unit := makeBall(new(big.Int), 0, pow2(0), prec) // −1 … 1
			return unit, unit, nil
		}
		least = w
	}
	if x.man != nil && x.top() > -int64(smallSeries(prec)) {
		if sin, cos, ok := shortSinCos(x, prec, sine, cosine); ok {
			return sin, cos, nil
		}
	}
	n, t, err := quarter(ctx, x.mid(), prec+8, least)
	if err != nil {
		return sin, cos, err
	}
	if n&1 == 1 {
		sine, cosine = cosine, sine
	}
	cos, sin, err = exactSinCos(ctx, t.mid(), prec, sine, cosine)
	if err != nil {
		return sin, cos, err
	}
	e := t.err().add(x.err())
	if !e.isZero() {
		sin = sin.widen(e)
		// |cos t − cos m| ≤ e·(|m| + e), which keeps 1 − cos precise near zero.
		cos = cos.widen(e.mul(upper(t.mant(), t.exp).add(e)))
	}
	sin, cos = turn(n, sin, cos)
	return sin, cos, nil
}

// turn is sine and cosine of t + n·π/2 from those of t.
func turn(n int, sin, cos Ball) (Ball, Ball) {
	switch n & 3 {
	case 1:
		return cos, Neg(sin)
	case 2:
		return Neg(sin), Neg(cos)
	case 3:
		return Neg(cos), sin
	}
	return sin, cos
}

// Tan is tan x, as sin x/cos x: ErrStraddles where x touches a pole.
func Tan(ctx context.Context, x Ball, prec uint) (Ball, error) {
	s, c, err := SinCos(ctx, x, prec+8)
	if err != nil {
		return Ball{}, err
	}
	return Quo(ctx, s, c, prec)
}

// A Ratio is the exact number Num/Den·10^Exp10; Den is positive.
type Ratio struct {
	Num, Den *big.Int
	Exp10    int64
}

// quarterPi writes π·q as n·π/2 + π·f with |f| ≤ ¼, exactly, f as num/den.
func quarterPi(ctx context.Context, q Ratio) (n int, num, den *big.Int, err error) {
	if q.Den.Sign() <= 0 {
		return 0, nil, nil, ErrDomain
	}
	// 2q = a/d; for a large positive power of ten only 10^e mod 4d counts.
	a, d := new(big.Int).Lsh(q.Num, 1), new(big.Int).Set(q.Den)
	ten := big.NewInt(10)
	switch {
	case q.Exp10 > 0:
		m := new(big.Int).Lsh(d, 2)
		a.Mul(a, new(big.Int).Exp(ten, big.NewInt(q.Exp10), m))
	case q.Exp10 < 0:
		if float64(-q.Exp10)*3.33 > MaxLog2 {
			return 0, nil, nil, &RangeError{Small: true, Sign: q.Num.Sign()}
		}
		power, err := integer.Pow10Context(ctx, int(-q.Exp10))
		if err != nil {
			return 0, nil, nil, err
		}
		if err := mulContext(ctx, d, d, power); err != nil {
			return 0, nil, nil, err
		}
	}
	// k = ⌊a/d + ½⌋, f = (a/d − k)/2
	two := new(big.Int).Lsh(d, 1)
	k := new(big.Int).Lsh(a, 1)
	k.Add(k, d)
	k.Div(k, two)
	num = a.Sub(a, new(big.Int).Mul(k, d))
	return int(new(big.Int).And(k, big.NewInt(3)).Int64()), num, two, ctx.Err()
}

// sinCosPi is sine and cosine of π·q. Exact are the values at the multiples of π/2 and, of the
// other rational multiples, those of sine or cosine ±½ (Niven, Irrational Numbers, corollary 3.12).
func sinCosPi(ctx context.Context, q Ratio, prec uint, sine, cosine bool) (sin, cos Ball, err error) {
	n, num, den, err := quarterPi(ctx, q)
	if err != nil {
		return sin, cos, err
	}
	if num.Sign() == 0 {
		sin, cos = turn(n, Ball{}, FromInt64(1))
		return sin, cos, nil
	}
	f, err := FromRatio(ctx, num, den, 0, prec+16)
	if err != nil {
		return sin, cos, err
	}
	pi, err := Pi(ctx, prec+16)
	if err != nil {
		return sin, cos, err
	}
	t, err := Mul(ctx, f, pi, prec+16)
	if err != nil {
		return sin, cos, err
	}
	if n&1 == 1 {
		sine, cosine = cosine, sine
	}
	if cos, sin, err = exactSinCos(ctx, t.mid(), prec+4, sine, cosine); err != nil {
		return sin, cos, err
	}
	sin = sin.widen(t.err()).round(prec)
	cos = cos.widen(t.err().mul(upper(t.mant(), t.exp).add(t.err()))).round(max(prec, uint(cos.mant().BitLen())))
	if new(big.Int).Mul(num, big.NewInt(6)).CmpAbs(den) == 0 { // f = ±1/6
		sin = Scale2(FromInt64(int64(num.Sign())), -1)
	}
	sin, cos = turn(n, sin, cos)
	return sin, cos, nil
}

// SinPi is sin(π·q).
func SinPi(ctx context.Context, q Ratio, prec uint) (Ball, error) {
	s, _, err := sinCosPi(ctx, q, prec, true, false)
	return s, err
}

// CosPi is cos(π·q).
func CosPi(ctx context.Context, q Ratio, prec uint) (Ball, error) {
	_, c, err := sinCosPi(ctx, q, prec, false, true)
	return c, err
}

// TanPi is tan(π·q): ErrDomain at a pole, that is for q = k + ½.
func TanPi(ctx context.Context, q Ratio, prec uint) (Ball, error) {
	n, num, den, err := quarterPi(ctx, q)
	if err != nil {
		return Ball{}, err
	}
	switch {
	case num.Sign() == 0 && n&1 == 1:
		return Ball{}, ErrDomain
	case num.Sign() == 0:
		return Ball{}, nil
	case new(big.Int).Lsh(num, 2).CmpAbs(den) == 0: // f = ±¼
		s := int64(num.Sign())
		if n&1 == 1 {
			s = -s
		}
		return FromInt64(s), nil
	}
	s, c, err := sinCosPi(ctx, q, prec+8, true, true)
	if err != nil {
		return Ball{}, err
	}
	return Quo(ctx, s, c, prec)
}
