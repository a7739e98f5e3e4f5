package ball

import (
	"context"
	"math/big"

	"calculator/calc/internal/integer"
)

// The products, quotients and roots of long integers stand here. Those that may take longer than a millisecond look at the context.

// inPlace is the length in bits up to which a product goes into the memory that z has: beyond it, integer has quicker ways.
const inPlace = 30_000

// mulContext sets z to x·y, unless ctx ends first.
func mulContext(ctx context.Context, z, x, y *big.Int) error {
	if min(x.BitLen(), y.BitLen()) <= inPlace {
		if err := ctx.Err(); err != nil {
			return err
		}
		z.Mul(x, y)
		return nil
	}
	p, err := integer.MulContext(ctx, x, y)
	if err != nil {
		return err
	}
	take(z, p)
	return nil
}

// take moves the number x, which is not used any more, to z.
func take(z, x *big.Int) {
	sign := x.Sign()
	if z.SetBits(x.Bits()); sign < 0 {
		z.Neg(z)
	}
}

// A work does one product after another until its context ends; then nothing more, so that it is enough to look at err
// before the results count.
type work struct {
	ctx context.Context
	err error
}

// mul sets z to x·y and returns it.
func (w *work) mul(z, x, y *big.Int) *big.Int {
	if w.err == nil {
		w.err = mulContext(w.ctx, z, x, y)
	}
	return z
}

// product is x·y.
func (w *work) product(x, y *big.Int) *big.Int { return w.mul(new(big.Int), x, y) }

// quo sets q to x/y, truncated, r to the remainder, and returns q.
func (w *work) quo(q, r, x, y *big.Int) *big.Int {
	if w.err == nil {
		w.err = quoRem(w.ctx, q, r, x, y)
	}
	return q
}

// sqrt sets z to the integer part of the square root of x and returns it.
func (w *work) sqrt(z, x *big.Int) *big.Int {
	if w.err == nil {
		_, w.err = rootRem(w.ctx, z, x, 2)
	}
	return z
}

// quoRem sets q, r to quotient and remainder of x by y, truncated.
func quoRem(ctx context.Context, q, r, x, y *big.Int) error {
	if y.BitLen() <= inPlace || x.BitLen()-y.BitLen() <= inPlace {
		if err := ctx.Err(); err != nil {
			return err
		}
		q.QuoRem(x, y, r)
		return nil
	}
	quotient, rem, err := integer.QuoRemContext(ctx, x, y)
	if err != nil {
		return err
	}
	take(q, quotient)
	take(r, rem)
	return nil
}

// rootRem sets root to the integer part of the n-th root of x > 0, n ≥ 2, and
// reports whether it is exact.
func rootRem(ctx context.Context, root, x *big.Int, n int64) (exact bool, err error) {
	s, exact, err := integer.RootContext(ctx, x, int(n))
	if err == nil {
		root.Set(s)
	}
	return exact, err
}
