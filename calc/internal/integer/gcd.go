package integer

import (
	"context"
	"math/big"
)

// gcdLeaf is the length in bits up to which math/big finds a greatest common divisor, which takes quadratic time: 6 ms for so much.
const gcdLeaf = 80_000

// GCDContext returns the greatest common divisor of x and y, not negative, unless ctx ends.
//
// It is Lehmer's algorithm, as math/big's, but looks at its context: the leading 62 bits of both numbers
// decide several steps of Euclid's, whose matrix is then applied to the whole numbers at once (Knuth, The Art of Computer Programming, volume 2,
// §4.5.2, algorithm L). With a = (u + less than 1)·2^h and b = (v + less than 1)·2^h, the numbers after some steps lie between
// those that (u, v+1) and (u+1, v) give, so that a quotient that is the same for both ends is the true one. The entries of the
// matrix are at most (u+1)/v for the v that is left, and v is above them while quotients agree: far within an int64.
func GCDContext(ctx context.Context, x, y *big.Int) (*big.Int, error) {
	a, b := new(big.Int).Abs(x), new(big.Int).Abs(y)
	if a.Cmp(b) < 0 {
		a, b = b, a
	}
	s, t, part, small := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for step := 0; b.BitLen() > gcdLeaf; step++ {
		if step%16 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		h := uint(a.BitLen() - 62)
		u, v := s.Rsh(a, h).Int64(), t.Rsh(b, h).Int64()
		m, n, o, p := int64(1), int64(0), int64(0), int64(1)
		for v+o != 0 && v+p != 0 {
			q := (u + m) / (v + o)
			if q != (u+n)/(v+p) {
				break
			}
			m, n, o, p = o, p, m-q*o, n-q*p
			u, v = v, u-q*v
		}
		if n == 0 { // the quotient is too long, or not decided
			_, r, err := QuoRemContext(ctx, a, b)
			if err != nil {
				return nil, err
			}
			a, b = b, r
			continue
		}
		// m·a + n·b and o·a + p·b
		s.Mul(a, small.SetInt64(m)).Add(s, part.Mul(b, small.SetInt64(n)))
		t.Mul(a, small.SetInt64(o)).Add(t, part.Mul(b, small.SetInt64(p)))
		a, b, s, t = s, t, a, b
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if b.Sign() != 0 && a.BitLen() > 2*gcdLeaf { // then a is much the longer one
		_, r, err := QuoRemContext(ctx, a, b)
		if err != nil {
			return nil, err
		}
		a, b = b, r
	}
	return a.GCD(nil, nil, a, b), nil
}
