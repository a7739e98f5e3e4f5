package ball

import (
	"encoding/binary"
	"math"
	"sync"
)

// factorials are the 1/k!, cut.
var factorials = sync.OnceValue(func() *[64]fraction {
	var f [64]fraction
	f[2][0] = 1 << 63
	for k := uint64(3); k < 64; k++ {
		f[k].quoInt(&f[k-1], k, fractionWords)
	}
	return &f
})

// expTable has e^(i/2^8)/4 and e^(j/2^16) − 1.
type expTable struct {
	coarse, fine [256]fraction
	ln2          fraction
	terms        [fractionWords + 1]int // how many terms of the series m words take
}

// narrowWords is up to how many words functions are computed with tables of one word more only, which are made in a third of the time: exp
// to 34 digits in a fresh process takes some 75 µs so, and 105 with wide ones.
const narrowWords = 3

// A table in two widths, each made at its first use.
type table[T any] struct{ narrow, wide func() *T }

func newTable[T any](build func(words int) *T) table[T] {
	return table[T]{
		sync.OnceValue(func() *T { return build(narrowWords + 1) }),
		sync.OnceValue(func() *T { return build(fractionWords) }),
	}
}

// get is the table for functions of m words.
func (t *table[T]) get(m int) *T {
	if m <= narrowWords {
		return t.narrow()
	}
	return t.wide()
}

// expTables have errors below 2^12 ulps of their last word: e^d − 1 is within 1.1, so that each step of the fine recurrence adds less than 10, 8 of them for the
// product, and each of the coarse one less than 8 + ¾·1.1 < 9, but multiplies what was there by e^(2^-8): 9·256·(e−1) in all. That is 2^-52 of an ulp
// of one word fewer.
var expTables = newTable(func(words int) *expTable {
	t := new(expTable)
	m := words
	for m := 1; m < words; m++ {
		t.terms[m] = taylorTerms(m, 16, 16, func(k int) int { return k + 1 })
	}
	t.ln2.setLn2()
	// e^d − 1 for d = 2^-16 and 2^-8 by Horner's rule.
	step := func(s uint) (e fraction) {
		d := fraction{1 << (64 - s)}
		for k := 50; k >= 2; k-- {
			e.mulAdd(&e, d[0], &factorials()[k], m)
		}
		e.mul(&e, &d, m, 1)
		e.mul(&e, &d, m, 1)
		e.add(&e, &d, m)
		return e
	}
	d := step(16)
	for j := 1; j < 256; j++ { // e^(a+d) − 1 = (e^a − 1) + (e^d − 1) + (e^a − 1)(e^d − 1)
		f, e := &t.fine[j], &t.fine[j-1]
		f.add(e, &d, m)
		f.mulPlus(e, &d, f, m, m)
	}
	d = step(8)
	t.coarse[0] = fraction{1 << 62}
	for i := 1; i < 256; i++ {
		t.coarse[i].mulPlus(&t.coarse[i-1], &d, &t.coarse[i-1], m, m)
	}
	return t
})

// setLn2 sets z to log 2 with all words, cut: it is the first of the stored values, after its word before the point.
func (z *fraction) setLn2() {
	for i := range z {
		z[i] = binary.BigEndian.Uint64([]byte(primesBin[8+8*i : 16+8*i]))
	}
}

// taylorTerms is the least K so that the terms behind K of Σ x^k/n(k)!, whose size is below 2^-(first + (k−1)·step)/n(k)!, are together less
// than 1.001 ulps of m words: the first of them is at most one, and each is less than 2^-11 of the one before it.
func taylorTerms(m, first, step int, n func(k int) int) int {
	logs, at := 0.0, 1 // log2(at!), rounded down below
	for k := 0; ; k++ {
		for at < n(k) {
			at++
			logs += math.Log2(float64(at))
		}
		if first+k*step+int(logs-1e-6) >= 64*m {
			return k
		}
	}
}

// expQuarter sets z to e^t/4, where only the first l words of t are not zero, l = 1 or l = m. The error is less than expUlps(m) ulps.
//
// t = i/2^8 + j/2^16 + r + 2^-64·ρ, r < 2^-16 one word. All cuts make numbers smaller, which is not used.
//
//   - v = e^r − 1 = r + r·(r·S(2)), S(k) = 1/k! + r·S(k+1). S(k) has m − ⌊k/4⌋ words, and the error of a product and of a constant in
//     these, times r^k < 2^-16k: 2·2^(-16(k mod 4)) ulps. The sum for k = 2 … is below 2m·1.0001, two more products are 1.001 and
//     the terms left out 1.001 ulps: less than 2m + 2.1 in all.
//   - u = e^(j/2^16 + r) − 1 < 2^-6.9 by table: to that error times 1.004 it adds m for the product and 1.1 for the cut of the table.
//   - q = e^(2^-64ρ) − 1 = 2^-64ρ + 2^-128ρ²·S(2), S(k) = 1/k! + 2^-64ρ·S(k+1) with m−k words: in ulps that is
//     m−k for each of k = 2 … m−1, 1 for the terms left out, and m−2 for each of two products: below (m² + m)/2.
//   - u + q + uq adds m for the product: e^… − 1 is within 1.01(2m + 2.1) + m + 1.1 + 1.01(m² + m)/2 + m < 0.51m² + 4.6m + 3.3 ulps.
//   - z is that times e^(i/2^8)/4 < 0.678, and m for the product, 1.1 for the table: 0.35m² + 4.2m + 3.4 ulps.
func (z *fraction) expQuarter(t *fraction, m, l int) {
	table, c := expTables.get(m), factorials()
	r := t[0] & (1<<48 - 1)
	var u, zero fraction
	k := table.terms[m]
	copy(u[:max(m-k/4, 1)], c[k][:])
	for k--; k >= 2; k-- {
		u.mulAdd(&u, r, &c[k], max(m-k/4, 1))
	}
	u.mulAdd(&u, r, &zero, m)
	zero[0] = r
	u.mulAdd(&u, r, &zero, m)
	if j := t[0] >> 48 & 255; j > 0 {
		f := &table.fine[j]
		var p fraction
		p.add(&u, f, m)
		u.mulPlus(&u, f, &p, m, m)
	}
	if l > 1 {
		u.timesLow(t, c, m)
	}
	h := &table.coarse[t[0]>>56]
	z.mulPlus(&u, h, h, m, m)
}

// timesLow makes e^a − 1 in u to e^(a+2^-64ρ) − 1, where the words of ρ are those of t but for the first.
func (u *fraction) timesLow(t *fraction, c *[64]fraction, m int) {
	var rho, s, p fraction
	copy(rho[:m-1], t[1:])
	if m > 2 {
		s[0] = c[m-1][0]
		for k := m - 2; k >= 2; k-- {
			p.mul(&s, &rho, m-k-1, m-k-1)
			copy(s[:m-k], c[k][:])
			s.addBehind(&p, m-k)
		}
		p.mul(&rho, &rho, m-2, m-2)
		s.mul(&s, &p, m-2, m-2)
	}
	// q is 2^-64·(over + rho), where over is 0 unless the words of ρ are nearly all ones.
	over := uint64(0)
	if m > 2 {
		over = rho.addBehind(&s, m-1)
	}
	p.mul(u, &rho, m-1, m-1)
	if over > 0 {
		over += p.add(&p, u, m-1)
	}
	over += p.add(&p, &rho, m-1)
	u.addBehind(&p, m)
	u[0] += over
}

// expUlps bounds the error of expQuarter.
func expUlps(m int) uint64 { return uint64(m*m/2 + 5*m + 4) }
