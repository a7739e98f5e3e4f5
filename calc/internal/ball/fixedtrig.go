package ball

import (
	"context"
	"math"
)

// An angle is the sine and the versed sine of a small angle, 1 − cos: where the cosine is 1, it is a fraction all the same.
type angle struct{ sin, vers fraction }

// trigTable has the angles i/2^8 up to a little above π/4 and j/2^16.
type trigTable struct {
	coarse      [206]angle
	fine        [256]angle
	quarterPi   fraction
	sines, vers [fractionWords + 1]int // how many terms of the series m words take
}

// trigTables have errors below 2^14 ulps of their last word: each step of the two recurrences adds less than 36 to both errors together, 32 for the products
// and what the step's own sine and versed sine are off, and the coarse ones multiply their sum by 1 + 2^-8 at most, so that it comes to
// 36·256·(e^0.8 − 1). That is 2^-50 of an ulp of one word fewer.
var trigTables = newTable(func(words int) *trigTable {
	t := new(trigTable)
	m := words
	for m := 1; m < words; m++ {
		t.sines[m] = taylorTerms(m, 48, 32, func(k int) int { return 2*k + 3 })
		t.vers[m] = taylorTerms(m, 32, 32, func(k int) int { return 2*k + 2 })
	}
	// π/4 in units of 2^-512.
	pi, _ := piConstant.get(context.Background(), 64*fractionWords-2) // there is no error without a context that ends
	t.quarterPi.setInt(pi, fractionWords)
	step := func(table []angle, s uint) {
		d := &table[1]
		d.setSmall(&fraction{1 << (64 - s)}, m, 1, 30, 30, 0)
		for i := 2; i < len(table); i++ {
			table[i] = table[i-1]
			table[i].turn(d, m, true, true)
		}
	}
	step(t.coarse[:], 8)
	step(t.fine[:], 16)
	return t
})

// setSmall sets a to the small angle r by series of so many terms, where only the first l words of r are not zero. For each term, bits fewer bits count.
//
// For r < 2^-16 and 32 bits: sin r = r − r·(z·Q(1)), z = r², Q(k) = 1/(2k+1)! − z·Q(k+1), and 1 − cos r = z·V(1), V(k) = 1/(2k)! − z·V(k+1). Q(k) and V(k) have
// m − ⌊k/2⌋ words; with the error of a product and a constant, words + 1, times z^k < 2^-32k, each k counts words + 1 ulps where it is even, and 2^-32
// of that where it is odd: below (m² + m)/2 in all; for the sine 2^-16 of that. z itself is m ulps off, which counts half for the one and 2^-18 for the other.
// The last product adds m, and the terms left out 1.001: the sine is within m + 1.1 ulps, the versed sine within m²/2 + 2m + 1.2.
func (a *angle) setSmall(r *fraction, m, l, sines, vers, bits int) {
	c := factorials()
	var z, q fraction
	z.mul(r, r, m, l)
	l = min(2*l, m)
	series := func(k, odd int) {
		q = fraction{}
		copy(q[:max(m-k*bits/64, 1)], c[2*k+odd][:])
		for k--; k >= 1; k-- {
			n := max(m-k*bits/64, 1)
			q.mulMinus(&q, &z, &c[2*k+odd], n, min(l, n))
		}
		q.mul(&q, &z, m, l)
	}
	series(max(sines, 1), 1)
	a.sin.mulMinus(&q, r, r, m, m)
	series(max(vers, 1), 0)
	a.vers = q
}

// turn adds the angle b to a, both from 0 on, their sum at most a little above π/4; of the sum's sine and versed sine it makes those that are asked for:
//
//	sin(a+b) = sin a + sin b − sin a·vers b − vers a·sin b
//	vers(a+b) = vers a + vers b − vers a·vers b + sin a·sin b
//
// In ulps, the errors become at most those of both sines, plus those of the versed sines times sin a and sin b, plus 2m for the products; and those of
// both versed sines, plus those of the sines times sin b and sin a, plus 2m.
func (a *angle) turn(b *angle, m int, sine, versed bool) {
	s, v := a.sin, a.vers
	if sine {
		a.sin.add(&s, &b.sin, m)
		a.sin.mulMinus(&s, &b.vers, &a.sin, m, m)
		a.sin.mulMinus(&v, &b.sin, &a.sin, m, m)
	}
	if versed {
		a.vers.add(&v, &b.vers, m)
		a.vers.mulMinus(&v, &b.vers, &a.vers, m, m)
		a.vers.mulPlus(&s, &b.sin, &a.vers, m, m)
	}
}

// turnSmall is turn for both, where a + b < 2^-7, with three products: sin a·vers b + vers a·sin b is (sin a + vers a)(sin b + vers b) less sin a·sin b
// and vers a·vers b. The errors of the products, the first the other way than the others, are within 2m again.
func (a *angle) turnSmall(b *angle, m int) {
	var ss, vv, x, y fraction
	ss.mul(&a.sin, &b.sin, m, m)
	vv.mul(&a.vers, &b.vers, m, m)
	x.add(&a.sin, &a.vers, m)
	y.add(&b.sin, &b.vers, m)
	a.sin.add(&a.sin, &b.sin, m)
	a.sin.add(&a.sin, &ss, m)
	a.sin.add(&a.sin, &vv, m)
	a.sin.mulMinus(&x, &y, &a.sin, m, m)
	a.vers.add(&a.vers, &b.vers, m)
	a.vers.add(&a.vers, &ss, m)
	a.vers.sub(&a.vers, &vv, m)
}

// setAngle sets a to the angle t < 206/256, where only the first l words of t are not zero; of sine and versed sine, those that are asked for. Both errors are less than trigUlps(m) ulps.
//
// t = i/2^8 + j/2^16 + r. By setSmall and turn, with 1.1 for the cut of a table: the sine of j/2^16 + r is within 3m + 2.4 ulps (the versed
// sine's error counts 2^-8), its versed sine within m²/2 + 4m + 2.4. Then those of t: sine below 3m + 2.4 + 1.1 + 0.72(m²/2 + 4m + 2.4) + 2m < 0.36m² + 7.9m + 5.3,
// versed sine below m²/2 + 4m + 2.4 + 1.1 + 0.72(3m + 2.4) + 2m < m²/2 + 8.2m + 5.3.
func (a *angle) setAngle(t *fraction, m, l int, sine, versed bool) {
	table := trigTables.get(m)
	r := *t
	r[0] &= 1<<48 - 1
	a.setSmall(&r, m, l, table.sines[m], table.vers[m], 32)
	if j := t[0] >> 48 & 255; j > 0 {
		a.turnSmall(&table.fine[j], m)
	}
	if i := t[0] >> 56; i > 0 {
		a.turn(&table.coarse[i], m, sine, versed)
	}
}

// trigUlps bounds the errors of setAngle.
func trigUlps(m int) uint64 { return uint64(m*m/2 + 9*m + 6) }

// reduce writes x of m+1 words as ±(n·π/2 + t) or ±(n·π/2 − t), 0 ≤ t < π/4 + 2^-20, t with m words within 2 ulps, and n modulo 4; the signs
// are those of x and, before t, of minus. It reports false where x is too large or known too badly.
//
// |x| < 2^20 has as a float64 an error below 2^-31, so that its quotient by π/2 is rounded to an integer that is right or whose other
// neighbour is as near within 2^-30. In ulps of m words, t has the errors of x, err·2^20/2^64 < ¼ of one; of n·π/2, 2n·(1 + 3) of m+1 words at most;
// and 1 for the cut.
func (t *fraction) reduce(x *value, m int) (n int, minus, ok bool) {
	if x.exp > maxReduced || x.err > 1<<40 || m > shortWords {
		return 0, false, false
	}
	whole, f := x.fixedArgument(m + 1)
	*t = f
	v := float64(whole) + float64(f[0])*0x1p-64
	k := uint64(v*(2/math.Pi) + 0.5)
	if k == 0 {
		return 0, false, whole == 0 && t[0]>>56 < 206
	}
	multiple := t.mulInt(&trigTables.get(m).quarterPi, 2*k, m+1)
	borrow := t.sub(&f, t, m+1)
	if whole -= multiple + borrow; whole != 0 { // −1: the other way round
		minus = true
		var zero fraction
		whole += 1 // 1 − (1 + f − …)
		t.sub(&zero, t, m+1)
	}
	return int(k & 3), minus, whole == 0 && t[0]>>56 < 206
}

// setSinCos sets sin and cos, where they are not nil, to sine and cosine of x with m words, from an x of m+1 words. It reports false where x is too large,
// known too badly, or so near to a zero that too little is left.
func setSinCos(sin, cos, x *value, m int) bool {
	var t fraction
	n, minus, ok := t.reduce(x, m)
	if !ok {
		return false
	}
	var a angle
	if n&1 == 1 {
		sin, cos = cos, sin
	}
	a.setAngle(&t, m, m, sin != nil, cos != nil)
	// The slopes are at most 1: t adds 2 ulps.
	if sin != nil {
		sin.neg = minus
		if !sin.setFixed(0, &a.sin, trigUlps(m)+2, m) {
			return false
		}
	}
	if cos != nil {
		if a.vers == (fraction{}) {
			return false
		}
		cos.neg = false
		a.vers.complement(&a.vers, m)
		if !cos.setFixed(0, &a.vers, trigUlps(m)+2, m) {
			return false
		}
	}
	// Sine and cosine of t are now those of |x| for n = 0.
	if n&1 == 1 {
		sin, cos = cos, sin // sin |x| = ±cos t, cos |x| = ∓sin t
	}
	if sin != nil {
		sin.neg = (sin.neg != (n >= 2)) != x.neg
	}
	if cos != nil {
		cos.neg = cos.neg != (n == 1 || n == 2)
	}
	return true
}

// setTan sets z to tan x with m words.
func (z *value) setTan(x *value, m int) bool {
	var s, c value
	return setSinCos(&s, &c, x, m) && z.setQuo(&s, &c, m)
}

// shortSinCos is sine and cosine of x, as asked, by the kernel, where x and prec are in its reach.
//
// For x in m ± r the sine differs by at most r, and the cosine by at most r and by at most r·(|m| + r).
func shortSinCos(x Ball, prec uint, sine, cosine bool) (sin, cos Ball, ok bool) {
	m, ok := shortLength(prec, -x.top())
	if !ok || x.top() > maxReduced {
		return sin, cos, false
	}
	var v, s, c value
	v.setBits(x.man, x.exp, m+1)
	switch {
	case !cosine:
		ok = setSinCos(&s, nil, &v, m) && s.isPrecise(prec, m)
	case !sine:
		ok = setSinCos(nil, &c, &v, m) && c.isPrecise(prec, m)
	default:
		ok = setSinCos(&s, &c, &v, m) && s.isPrecise(prec, m) && c.isPrecise(prec, m)
	}
	if !ok {
		return sin, cos, false
	}
	r := x.err()
	if sine {
		sin = s.ball(m, prec).widen(r)
	}
	if cosine {
		if cos = c.ball(m, prec); x.top() < 0 {
			r = r.mul(upper(x.man, x.exp).add(r))
		}
		cos = cos.widen(r)
	}
	return sin, cos, true
}
