package ball

import (
	"context"
	"math/big"

	"calculator/calc/internal/integer"
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

// inPlace is the length in bits up to which a product goes into the memory that z has.
const inPlace = 100_000

// mul sets z to x·y.
func mul(z, x, y *big.Int) {
	if min(x.BitLen(), y.BitLen()) <= inPlace {
		z.Mul(x, y)
		return
	}
	z.Set(integer.Mul(x, y))
}

// quoRem sets q, r to quotient and remainder of x by y, truncated.
func quoRem(ctx context.Context, q, r, x, y *big.Int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.QuoRem(x, y, r)
	return nil
}

// rootRem sets root to the integer part of the n-th root of x > 0, n ≥ 2, and
// reports whether it is exact.
func rootRem(ctx context.Context, root, x *big.Int, n int64) (exact bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s, exact := integer.Root(x, int(n))
	root.Set(s)
	return exact, ctx.Err()
}
