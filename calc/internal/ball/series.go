package ball

import (
	"context"
	"math"
	"math/big"
	"math/bits"
)

// Power series of arguments in fixed point, by rectangular splitting (Brent &
// Zimmermann §4.4.3; Johansson 2015, §III): about 1.4√n long products for n terms.
// A number is L words behind the point, W = 64·L bits (32·L on smaller machines); an ulp is 2^-W.

// A series has the terms ±x^k·a(k), a(0) = 1, k = 0, 1, …
type series struct {
	// den(k) is a(k−1)/a(k) for a factorial series, 1/a(k) for a reciprocal one.
	den         func(k uint64) uint64
	reciprocal  bool // reciprocal: a(k) = 1/den(k), else a(k) = 1/(den(1)·…·den(k))
	alternating bool
}

var (
	expSeries   = &series{den: func(k uint64) uint64 { return k }}                                            // Σ x^k/k!
	cosSeries   = &series{den: func(k uint64) uint64 { return (2*k - 1) * (2 * k) }, alternating: true}       // cos √x
	sinhSeries  = &series{den: func(k uint64) uint64 { return 2 * k * (2*k + 1) }}                            // sinh √x / √x
	sinSeries   = &series{den: func(k uint64) uint64 { return 2 * k * (2*k + 1) }, alternating: true}         // sin √x / √x
	expm1Series = &series{den: func(k uint64) uint64 { return k + 1 }}                                        // (e^x − 1)/x
	atanhSeries = &series{den: func(k uint64) uint64 { return 2*k + 1 }, reciprocal: true}                    // atanh √x / √x
	atanSeries  = &series{den: func(k uint64) uint64 { return 2*k + 1 }, reciprocal: true, alternating: true} // atan √x / √x
)

// terms is an n such that the terms from k = n on, of an x with |x| ≤ 2^-r, add
// up to at most 2 ulps: a(n)·2^-rn ≤ 2^-wp, and the others are at most a geometric
// series with ratio ½. For a reciprocal series that takes r ≥ 1; a factorial one may have
// r = 0 (n ≥ 1 then, and den(k) ≥ 2 for k ≥ 2).
func (c *series) terms(wp, r uint) uint64 {
	if c.reciprocal {
		return uint64(wp/r) + 1
	}
	// have counts log2(1/(a(n)·2^-rn)) from below; log2 d ≥ Len(d) − 1. A float64
	// counts more closely: its sum of fewer than 2^24 terms errs by less than 1 in all.
	n, have := uint64(0), -2.0
	for have < float64(wp) {
		n++
		have += float64(r) + math.Log2(float64(c.den(n)))
	}
	return n
}

// error bounds the error of sum in ulps, for the n terms it takes.
func (c *series) error(n uint64) uint64 { return 16*n + 16 }

// A powers is x^0 … x^m of an x in [0, 2^-r], r ≥ 2, in words, of which all are behind the point. What is not there of the words is zero.
//
// Each product is cut off, and the errors stay below 2 ulps if that of x itself is 0: of x^a and x^b with errors of at
// most 2 ulps (none for x^1), x^(a+b) has at most 2|x^a| + 2|x^b| + 4·2^-W + 1 ≤ 2: for a = b = 1
// it is 1, for a = 1 and b = 2 it is 1 + 2^-r, and else both powers are at most 2^-2r ≤ 2^-4.
type powers struct {
	words int
	r     uint
	x     [][]big.Word
}

// newPowers makes x^0 … x^m. It keeps x.
func newPowers(do *work, x []big.Word, words int, r uint, m int) *powers {
	p := &powers{words: words, r: r, x: make([][]big.Word, m+1)}
	p.x[1] = trim(x)
	var a, b big.Int
	for j := 2; j <= m; j++ {
		a.SetBits(p.x[j/2])
		z := new(big.Int)
		if j%2 == 0 {
			do.mul(z, &a, &a)
		} else {
			do.mul(z, &a, b.SetBits(p.x[j-j/2]))
		}
		p.x[j] = trim(leading(z.Bits(), 2*words, words))
	}
	return p
}

// rows is the m that makes the sum of n terms quick: the powers cost m long products, the steps between the rows of each
// sum n/m that are half as long on the average.
func rows(n uint64, sums int) int {
	return int(math.Sqrt(0.6*float64(n)*float64(sums))) + 1
}

// sum is Σ x^k·a(k)·(±1)^k for k = 0 … n−1 in ulps, with two words before the point. It is within error(n) ulps of the
// whole series if n is terms(W, r) at least. x is taken as exact; other swaps the series for the one with x's sign changed.
//
// With m the block length, the terms im … im+m−1 make block i, summed at the scale of l words,
// l = L − ⌊imr/64⌋ (1 at least): what is added there is multiplied by x^(im) ≤ 2^-imr before the end, so
// an error of one unit at 2^-64l ends as at most 1 ulp.
//
// Terms: x^j cut to the scale errs by at most 2+1 = 3 units. A group is a run of terms
// lo … hi that share one division by the word D = den(lo)·…·den(hi); within it, x^j is added with a
// weight of at most D, so that its error after the division is at most 3 units, and the
// division adds 1, at most once a term. Crossing to the block before, the sum S, which is at most 2 when divided
// by the D that it still will be divided by, is multiplied by x^m, whose error is at most 3 units at the new scale: 3·2
// + 1 for the cut; what S had is one of the errors that end as at most 1 ulp a unit. The
// number of blocks is at most that of the terms, so all is at most
// (3 + 1 + 7)n, and the series' tail 2 ulps more.
//
// D < 2^63, so that S·D < 2^64 and two words before the point hold it and its sign, as a two's complement.
func (c *series) sum(do *work, p *powers, n uint64, other bool) []big.Word {
	m := uint64(len(p.x) - 1)
	alternating := c.alternating != other
	size := func(block uint64) int {
		return p.words - min(p.words-1, int(block*m*uint64(p.r)/wordBits))
	}
	block := (n - 1) / m
	l := size(block)
	room := [2][]big.Word{make([]big.Word, p.words+2), make([]big.Word, p.words+2)}
	s := room[0][:l+2]
	var a, b, product big.Int
	var lo uint64 // the group's first term
	den, coef := uint64(1), uint64(1)
	for k := n; k > 0; {
		k--
		if k+1 == n || k < lo {
			// A new group, downwards from k: as many terms as one word's product allows.
			den, coef = 1, 1
			lo = k
			if k > 0 || c.reciprocal {
				den = c.den(k)
			}
			for lo > 1 {
				h, low := bits.Mul64(den, c.den(lo-1))
				if h != 0 || low >= 1<<(wordBits-1) {
					break
				}
				den, lo = low, lo-1
			}
			if c.reciprocal {
				if lo == 1 {
					lo = 0 // den(0) = 1 joins any group
				}
				mulWord(s, big.Word(den)) // right for two's complements too
			}
		}
		if at := k / m; at != block {
			// S·x^m, from l words behind the point to those of the block.
			block = at
			negative := isNegative(s)
			if negative {
				negate(s)
			}
			to := size(block)
			do.mul(&product, a.SetBits(trim(s)), b.SetBits(leading(p.x[m], p.words, to)))
			if do.err != nil {
				return s
			}
			room[0], room[1] = room[1], room[0]
			s = room[0][:to+2]
			clear(s)
			if w := product.Bits(); len(w) > l {
				copy(s, w[l:])
			}
			if negative {
				negate(s)
			}
			l = to
		}
		weight := coef
		if c.reciprocal {
			weight = den / c.denOf(k)
		} else if k > 0 {
			coef *= c.den(k)
		}
		minus := alternating && k&1 == 1
		switch j := k % m; {
		case j == 0 && minus:
			subWord(s[l:], big.Word(weight))
		case j == 0:
			addWord(s[l:], big.Word(weight))
		default:
			x := leading(p.x[j], p.words, l)
			if minus {
				subWord(s[len(x):], subMul(s, x, big.Word(weight)))
			} else {
				addWord(s[len(x):], addMul(s, x, big.Word(weight)))
			}
		}
		if k == lo && den != 1 {
			if isNegative(s) {
				negate(s)
				quoWord(s, big.Word(den))
				negate(s)
			} else {
				quoWord(s, big.Word(den))
			}
		}
	}
	return s
}

func (c *series) denOf(k uint64) uint64 {
	if k == 0 {
		return 1
	}
	return c.den(k)
}

// sumInt is the sum for an integer X that stands for x = X/2^wp, |x| ≤ 2^-r, r ≥ 2, in ulps of 2^-wp, and a bound on its error in them.
func (c *series) sumInt(ctx context.Context, x *big.Int, wp, r uint) (*big.Int, uint64, error) {
	words := int(wp/wordBits) + 1
	extra := uint(words)*wordBits - wp
	n := max(c.terms(wp+extra, r), 1)
	do := &work{ctx: ctx}
	m := min(rows(n, 1), int(n))
	p := newPowers(do, new(big.Int).Lsh(x, extra).Bits(), words, r, max(m, 1))
	s := new(big.Int).SetBits(c.sum(do, p, n, x.Sign() < 0))
	return s.Rsh(s, extra), c.error(n)>>extra + 2, do.err
}
