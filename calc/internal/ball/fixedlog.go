package ball

import (
	"math"
	"math/bits"
	"sync"
)

// inverses are the 1/k for k ≥ 2, cut.
var inverses = sync.OnceValue(func() *[32]fraction {
	var f [32]fraction
	for k := uint64(2); k < 32; k++ {
		f[k].setInverse(k)
	}
	return &f
})

// setInverse sets z to 1/k for k ≥ 2, with all words, cut.
func (z *fraction) setInverse(k uint64) {
	rest := uint64(1)
	for i := range z {
		z[i], rest = bits.Div64(rest, 0, k)
	}
}

// logStart is how many bits of a logarithm the start of logFraction has, and logShort how small a remainder it may leave:
// below 2^-logShort.
const (
	logStart = 48
	logShort = 46
)

// logFraction sets z to −log u for ½ ≤ u < 1, where u may have an error of 1.1 ulps. The error is less than logUlps(m) ulps.
//
// A float64 gives y, a little below −log u, with logStart bits. d = 1 − u·e^y, and −log u = y − log(1−d) = y + d + d²/2 + d³/3 + … Nothing is assumed of
// y: it is d that shows whether it was good, and false is reported where d is not below 2^-logShort.
//
//   - d has four times the errors of e^y/4, of the product, m, and of u times ½: 4(m²/2 + 6m + 4.6) ulps, and its logarithm that times 1.001.
//   - d·(1 + d·G(2)), G(k) = 1/k + d·G(k+1) with m − ⌊46k/64⌋ words: words + 1 for each k, times d^k less than so many ulps, below m² in all
//     (9, 16, 27 and 36 for m = 3, 4, 6, 7). Two more products are m·1.001, the terms left out 1.001 ulps.
//   - in all below 3m² + 25m + 20.
func (z *fraction) logFraction(u *fraction, m int) bool {
	y := -math.Log(float64(u[0])*0x1p-64) * (1 << logStart)
	t := fraction{uint64(max(y-2, 0)) << (64 - logStart)}
	var d, g, zero fraction
	d.expQuarter(&t, m, 1)
	d.mul(&d, u, m, m)
	d.shiftLeft(2, m)
	d.sub(&zero, &d, m)
	if d[0]>>(64-logShort) != 0 {
		return false
	}
	c := inverses()
	k := (64*m+logShort-1)/logShort - 1 // 46(k+1) ≥ 64m
	if k >= 2 {
		copy(g[:max(m-k*logShort/64, 1)], c[k][:])
		for k--; k >= 2; k-- {
			n := m - k*logShort/64
			g.mulPlus(&g, &d, &c[k], n, n)
		}
		g.mul(&g, &d, m, m)
	}
	d.mulPlus(&g, &d, &d, m, m)
	z.add(&d, &t, m)
	return true
}

// logUlps bounds the error of logFraction.
func logUlps(m int) uint64 { return uint64(3*m*m + 25*m + 20) }

// maxExponent bounds the binary exponents of what logarithms are taken of here.
const maxExponent = 1 << 30

// setLog sets z to log x with m words, from an x of m+1 words. It reports false where x is not positive, is known too badly, or is so near to 1
// that too little is left.
//
// x = f·2^k, log x = k·log 2 − (−log f). The error of f is 1 ulp for the cut and less than 2^-20. To that of log f, k·log 2 adds
// |k| ulps of m+1 words and |k| times the error of the constant, below 2^-500, together nothing, and 1 for the cut.
func (z *value) setLog(x *value, m int) bool {
	if x.neg || x.exp > maxExponent || x.exp < -maxExponent || x.err > 1<<40 || m > shortWords {
		return false
	}
	var l, p fraction
	if !l.logFraction(&x.f, m) {
		return false
	}
	z.neg = x.exp <= 0
	whole := uint64(0)
	if x.exp > 0 {
		whole = p.mulInt(&expTables.get(m).ln2, uint64(x.exp), m+1)
		whole -= p.sub(&p, &l, m)
	} else {
		whole = p.mulInt(&expTables.get(m).ln2, uint64(-x.exp), m+1)
		whole += p.add(&p, &l, m)
	}
	return z.setFixed(whole, &p, logUlps(m)+2, m)
}
