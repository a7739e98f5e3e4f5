package ball

import "math"

// setAtan sets z to atan x with m words, from an x of m+1 words. It reports false where x is known too badly or is so small that too little is left.
//
// With |x| = v/u or u/v, v ≤ u, v ≤ ½, ¼ ≤ u ≤ ½: a float64 gives y, a little below atan(v/u), with logStart bits, and atan(v/u) = y + atan δ,
// δ = (v·cos y − u·sin y)/(u·cos y + v·sin y). As in logFraction nothing is assumed of y: false is reported where δ is negative or not below 2^-logShort.
//
//   - Numerator and denominator are, by the cut of u or v, two products and the error T of sine and versed sine times u and v, within
//     T + 2m + 2.2 ulps; the denominator is at least ¼·0.99, and the quotient cuts 1: δ is within 4.1(T + 2m + 2.2) + 1.
//   - atan δ = δ − δ·(z·A(1)), z = δ², A(k) = 1/(2k+1) − z·A(k+1) with m − ⌊92k/64⌋ words: all errors but the m of the last product are multiplied by δ,
//     and so is what is left out, with δ^(2K+3) < 2^-64m.
//   - in all below 4.1T + 9.2m + 12, and 3 more for π/2.
func (z *value) setAtan(x *value, m int) bool {
	if x.err > 1<<40 || m > shortWords {
		return false
	}
	swapped, tan := x.exp > 0, x.float()
	u, v := fraction{1 << 63}, x.f // 2^exp·f = v/u
	if swapped {
		u, v, tan = v, u, 1/tan
		u.shiftRight(1, m)
		v.shiftRight(x.exp, m) // ½·2^-exp
	} else {
		v.shiftRight(1-x.exp, m)
	}
	t := fraction{uint64(max(math.Atan(tan)*(1<<logStart)-2, 0)) << (64 - logStart)}
	if t[0]>>56 >= 206 {
		return false
	}
	var a angle
	a.setAngle(&t, m, 1, true, true)
	var num, den, p, q fraction
	num.mulMinus(&v, &a.vers, &v, m, m)
	num.mulMinus(&u, &a.sin, &num, m, m) // where that is negative, it is near 1, and so is δ
	den.mulMinus(&u, &a.vers, &u, m, m)
	den.mulPlus(&v, &a.sin, &den, m, m)
	if num[0] >= den[0] {
		return false
	}
	s := den.zeros(m)
	den.shiftLeft(s, m)
	num.shiftLeft(s, m)
	q.quo(&num, &den, m)
	if q[0]>>(64-logShort) != 0 {
		return false
	}
	z.f.atanSmall(&q, m)
	z.f.add(&z.f, &t, m)
	whole := uint64(0)
	if swapped {
		half := trigTables.get(m).quarterPi
		half.shiftLeft(1, m)
		whole = 1 - p.sub(&half, &z.f, m)
		z.f = p
	}
	z.neg = x.neg
	f := z.f
	return z.setFixed(whole, &f, (33*trigUlps(m)+7)/8+uint64(10*m)+15, m)
}

// atanSmall sets z to atan d for d < 2^-logShort, as setAtan says.
func (z *fraction) atanSmall(d *fraction, m int) {
	k := max(((64*m+logShort-1)/logShort-2)/2, 0) // 46(2k+3) ≥ 64m
	if k == 0 {
		*z = *d
		return
	}
	var s, q fraction
	c := inverses()
	s.mul(d, d, m, m)
	words := func(k int) int { return max(m-k*2*logShort/64, 1) }
	copy(q[:words(k)], c[2*k+1][:])
	for k--; k >= 1; k-- {
		n := words(k)
		q.mulMinus(&q, &s, &c[2*k+1], n, n)
	}
	q.mul(&q, &s, m, m)
	z.mulMinus(&q, d, d, m, m)
}
