package ball

import (
	"math"
	"math/big"
	"math/bits"
)

// A value is a number within err·2^(exp−64m) of ±f·2^exp, where m, the number of words of f, is known from where it is used, and the first
// bit of f is set. err stays below 2^62: functions report false where it would not.
type value struct {
	f   fraction
	exp int
	err uint64
	neg bool
}

const maxErr = 1 << 62

// setBits sets x to man·2^exp for man ≠ 0.
func (x *value) setBits(man *big.Int, exp int64, m int) {
	top, exact := x.f.setInt(man, m)
	x.exp, x.neg, x.err = int(exp)+top, man.Sign() < 0, 0
	if !exact {
		x.err = 1
	}
}

// normalize shifts f and its error so that the first bit of f is set.
func (x *value) normalize(m int) bool {
	s := x.f.zeros(m)
	if s == 0 {
		return x.err < maxErr
	}
	if s > 60 || s >= 64*m || x.err > maxErr>>s {
		return false
	}
	x.f.shiftLeft(s, m)
	x.exp -= s
	x.err <<= s
	return true
}

// setFixed sets the magnitude of x to whole + f within so many ulps of f. It reports false where none of its bits is certain, and where the sum is
// not in [0, 2^62).
func (x *value) setFixed(whole uint64, f *fraction, ulps uint64, m int) bool {
	x.f, x.exp, x.err = *f, bits.Len64(whole), ulps
	if whole == 0 {
		return x.normalize(m)
	}
	if x.exp > 62 {
		return false
	}
	x.f.shiftRight(x.exp, m) // cuts less than an ulp
	x.f[0] |= whole << (64 - x.exp)
	x.err = ulps>>x.exp + 2
	return true
}

// ball is x as a ball.
func (x *value) ball(m int, prec uint) Ball {
	man := x.f.int(m)
	if x.neg {
		man.Neg(man)
	}
	exp := int64(x.exp) - int64(64*m)
	return makeBall(man, exp, newBound(x.err, exp), prec)
}

// shortLength is the number of words for a relative precision of prec bits and so many more that are lost, and whether they are few
// enough. Errors in ulps are below 2^9, so that they count for little in prec bits with 12 bits more.
func shortLength(prec uint, lost int64) (m int, ok bool) {
	if prec > 64*shortWords || lost > 64*shortWords {
		return 0, false
	}
	m = (int(prec) + 12 + int(max(lost, 0)) + 63) / 64
	return m, m <= shortWords
}

// shortFunction is f at an exact x as a ball, by a kernel, where its arguments and prec are in reach of that; lost is how many bits the
// result loses by being smaller than 1.
func shortFunction(f Function, x Ball, prec uint, lost int64) (Ball, bool) {
	m, ok := shortLength(prec, lost)
	if top := x.top(); !ok || top > maxExponent || top < -maxExponent {
		return Ball{}, false
	}
	var v, z value
	v.setBits(x.man, x.exp, m+1)
	if !z.set(f, &v, m) || !z.isPrecise(prec, m) {
		return Ball{}, false
	}
	return z.ball(m, prec), true
}

// isPrecise reports whether the error of x is below 2^-prec of x.
func (x *value) isPrecise(prec uint, m int) bool {
	return bits.Len64(x.err)+int(prec)+1 <= 64*m
}

// fixedArgument is |x| as an integer and a fraction of m words, where |x| < 2^32: to the error of x, scaled, it adds less than 1 ulp for the
// cut.
func (x *value) fixedArgument(m int) (whole uint64, f fraction) {
	f = x.f
	if x.exp <= 0 {
		f.shiftRight(-x.exp, m)
		return 0, f
	}
	whole = f[0] >> (64 - uint(x.exp))
	f.shiftLeft(x.exp, m)
	return whole, f
}

// float is |x| for an x of moderate size, within 2^-52 of itself and the error of x.
func (x *value) float() float64 { return math.Ldexp(float64(x.f[0]), x.exp-64) }

// setMul sets z to x·y, all with m words.
//
// With x = f ± a, y = g ± b and ab·ulp² < 1 ulp: |xy − fg| < a + b + 1 ulps, and m for the product, which is at least ¼.
func (z *value) setMul(x, y *value, m int) bool {
	if x.err|y.err > 1<<30 {
		return false
	}
	z.err = x.err + y.err + 1 + uint64(m)
	z.exp, z.neg = x.exp+y.exp, x.neg != y.neg
	z.f.mul(&x.f, &y.f, m, m)
	return z.normalize(m)
}

// setQuo sets z to x/y, all with m words. z is neither x nor y.
//
// With x = f ± a, y = g ± b: |x/y − f/g| = |(x−f) − (y−g)·f/g|/|y| < (a + b·f/g)/(g − b) < 2.01a + 4.01b ulps, as f/g < 2 and b is
// below 2^-33 of g. Where f ≥ g, f is halved, which cuts less than 1 ulp, and so is the quotient; the division cuts less than 1.
func (z *value) setQuo(x, y *value, m int) bool {
	if x.err|y.err > 1<<30 {
		return false
	}
	z.exp, z.neg = x.exp-y.exp, x.neg != y.neg
	f := x.f
	var d fraction
	if d.sub(&f, &y.f, m) == 0 {
		f.shiftRight(1, m)
		z.exp++
	}
	z.f.quo(&f, &y.f, m)
	z.err = 3*x.err + 5*y.err + 4
	return z.normalize(m)
}

// A Function is one that short precisions have a kernel for.
type Function uint8

// The functions with kernels.
const (
	ShortExp Function = iota + 1
	ShortLog
	ShortSin
	ShortCos
	ShortTan
	ShortAtan
	ShortPow     // x^y, for Short
	ShortLogBase // log x/log y, for Short
)

// set sets z to f(x) with m words, from an x of m+1 words, or reports false where the kernel does not reach.
func (z *value) set(f Function, x *value, m int) bool {
	switch f {
	case ShortExp:
		return z.setExp(x, m)
	case ShortLog:
		return z.setLog(x, m)
	case ShortSin:
		return setSinCos(z, nil, x, m)
	case ShortCos:
		return setSinCos(nil, z, x, m)
	case ShortTan:
		return z.setTan(x, m)
	case ShortAtan:
		return z.setAtan(x, m)
	}
	return false
}

// maxReduced bounds the arguments that are reduced here: |x| < 2^maxReduced.
const maxReduced = 20

// setExp sets z to e^x with m words, from an x of m+1 words. It reports false where x is too large, or is known too badly.
//
// With k near x/log 2 and t = |x| − k·log 2, or the reverse, 0 ≤ t < log 2 + 2^-27: the float64 v is within 2^-29 of x/log 2, as
// |x| < 2^20 has an error of 2^-52 of itself, the constant another, and so has their product. In ulps of m words, t has the
// errors of x, err·2^20/2^64 < ¼ of one, of k·log 2, |k| of m+1 words and |k|·2^-500, and 1 for the cut: below 1½, and the slope of e^t/4 is
// below 0.51.
func (z *value) setExp(x *value, m int) bool {
	if x.exp > maxReduced || x.err > 1<<40 || m > shortWords {
		return false
	}
	table := expTables.get(m)
	whole, t := x.fixedArgument(m + 1)
	v := (float64(whole) + float64(t[0])*0x1p-64) * math.Log2E
	k := max(math.Floor(v-0x1p-28), 0)
	if x.neg {
		k = math.Floor(-v - 0x1p-28)
	}
	if k != 0 {
		var p fraction
		multiple := p.mulInt(&table.ln2, uint64(math.Abs(k)), m+1)
		if x.neg {
			multiple -= whole + t.sub(&p, &t, m+1)
		} else {
			multiple = whole - multiple - t.sub(&t, &p, m+1)
		}
		if multiple != 0 {
			return false
		}
	} else if whole != 0 {
		return false
	}
	z.f.expQuarter(&t, m, m)
	z.exp, z.err, z.neg = int(k)+2, expUlps(m)+1, false
	return z.normalize(m)
}
