package ball

import (
	"context"
	"math"
	"math/big"
	"math/bits"
)

// Power series of arguments in fixed point, by rectangular splitting (Brent &
// Zimmermann §4.4.3; Johansson 2015, §III): about 2√n long products for n terms.
// An integer X stands for the number X/2^wp; an ulp is 2^-wp.

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

// sum is Σ x^k·a(k)·(±1)^k in ulps, for x = X/2^wp with |x| ≤ 2^-r, r ≥ 2. It is
// within error(n) ulps, n = terms(wp, r), of the whole series. X is taken as exact.
//
// With m the block length, the terms im … im+m−1 make block i, summed at the
// scale 2^p, p = wp − i·m·r: what is added there is multiplied by x^(im) before the end, so
// an error of one unit at 2^-p ends as at most 2^-p·2^-imr = 1 ulp.
//
// Powers: x^j is cut off after each product. If x^a and x^b have errors of at
// most 2 ulps (none for x^1), x^(a+b) has at most 2|x^a| + 2|x^b| + 4·2^-wp + 1 ≤ 2: for a = b = 1
// it is 1, else the larger of a, b is at least 2 and 2·2^-2 (of the term with x^1) + 2·2^-4 + … < 1.
//
// Terms: x^j cut to the scale p errs by at most 2+1 = 3 units. A group is a run of terms
// lo … hi that share one division by the word D = den(lo)·…·den(hi); within it, x^j is added with a
// weight of at most D, so that its error after the division is at most 3 units, and the
// division adds 1, at most once a term. Crossing to the block before, the sum S, which is at most 2 when divided
// by the D that it still will be divided by, is multiplied by x^m, whose error is at most 3 units at the new scale: 3·2
// + 1 for the cut, and what S had, times 2^-mr, in units that are at most 2^mr times smaller. The
// number of blocks is at most that of the terms, so all is at most
// (3 + 1 + 7)n, and the series' tail 2 ulps more.
func (c *series) sum(ctx context.Context, x *big.Int, wp, r uint) (*big.Int, uint64, error) {
	n := c.terms(wp, r)
	if n <= 1 {
		return new(big.Int).Lsh(big.NewInt(1), wp), c.error(n), ctx.Err()
	}
	// Powers cost products at full length, the steps between blocks on
	// the average less than half of that, which makes fewer, longer rows better: √(n/2) ≤ m ≤ √n.
	m := uint64(math.Sqrt(0.6*float64(n))) + 1
	pw := make([]*big.Int, m+1)
	pw[1] = x
	for j := uint64(2); j <= m; j++ {
		pw[j] = new(big.Int)
		if err := mulContext(ctx, pw[j], pw[j/2], pw[j-j/2]); err != nil {
			return nil, 0, err
		}
		pw[j].Rsh(pw[j], wp)
	}
	scale := func(i uint64) uint { return wp - uint(min(uint64(wp), i*m*uint64(r))) }

	s, t, u, word := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	block := (n - 1) / m
	p := scale(block)
	var lo uint64 // the group's first term
	den := uint64(1)
	coef := uint64(1)
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
				h, l := bits.Mul64(den, c.den(lo-1))
				if h != 0 || l >= 1<<63 {
					break
				}
				den, lo = l, lo-1
			}
			if c.reciprocal {
				if lo == 1 {
					lo = 0 // den(0) = 1 joins any group
				}
				s.Mul(s, word.SetUint64(den))
			}
		}
		if b := k / m; b != block {
			// S·x^m, from scale p to the block's scale q ≥ p.
			q := scale(b)
			block = b
			u.Rsh(pw[m], wp-q)
			if err := mulContext(ctx, t, s, u); err != nil {
				return nil, 0, err
			}
			s.Rsh(t, p)
			p = q
		}
		weight := coef
		if c.reciprocal {
			weight = den / c.denOf(k)
		} else if k > 0 {
			coef *= c.den(k)
		}
		if j := k % m; j > 0 {
			t.Rsh(pw[j], wp-p)
		} else {
			t.SetUint64(1)
			t.Lsh(t, p)
		}
		if weight != 1 {
			t.Mul(t, word.SetUint64(weight))
		}
		if c.alternating && k&1 == 1 {
			s.Sub(s, t)
		} else {
			s.Add(s, t)
		}
		if k == lo && den != 1 {
			quoWord(s, den, word)
		}
	}
	return s, c.error(n), nil
}

func (c *series) denOf(k uint64) uint64 {
	if k == 0 {
		return 1
	}
	return c.den(k)
}

// quoWord sets s to s/d, truncated; word is scratch.
func quoWord(s *big.Int, d uint64, word *big.Int) {
	s.Quo(s, word.SetUint64(d))
}
