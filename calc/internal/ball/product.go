package ball

import (
	"context"
	"math/big"
)

// The products, quotients and roots of long integers stand here.

// mulContext sets z to x·y, unless ctx ends first.
func mulContext(ctx context.Context, z, x, y *big.Int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mul(z, x, y)
	return nil
}

// mul sets z to x·y.
func mul(z, x, y *big.Int) { z.Mul(x, y) }

// quoRem sets q, r to quotient and remainder of x by y, truncated.
func quoRem(ctx context.Context, q, r, x, y *big.Int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.QuoRem(x, y, r)
	return nil
}

// sqrtRem sets root to the integer square root of x and reports whether it is exact.
func sqrtRem(root, x *big.Int) (exact bool) {
	root.Sqrt(x)
	return new(big.Int).Mul(root, root).Cmp(x) == 0
}

// rootRem sets root to the integer part of the n-th root of x > 0, n ≥ 2, and
// reports whether it is exact.
func rootRem(ctx context.Context, root, x *big.Int, n int64) (exact bool, err error) {
	if n == 2 {
		return sqrtRem(root, x), ctx.Err()
	}
	// Newton's iteration from above falls until it is at the floor (Brent &
	// Zimmermann §1.5.2, algorithm 1.14): u = ((n−1)s + ⌊x/s^(n-1)⌋)/n.
	nn, n1 := big.NewInt(n), big.NewInt(n-1)
	s := new(big.Int).Lsh(big.NewInt(1), uint((int64(x.BitLen())+n-1)/n))
	t, u := new(big.Int), new(big.Int)
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		t.Exp(s, n1, nil)
		t.Quo(x, t)
		u.Mul(s, n1)
		u.Add(u, t)
		u.Quo(u, nn)
		if u.Cmp(s) >= 0 {
			break
		}
		s, u = u, s
	}
	root.Set(s)
	return t.Exp(s, nn, nil).Cmp(x) == 0, nil
}
