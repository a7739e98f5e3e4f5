package calc

import (
	"context"
	"math/big"

	"calculator/calc/internal/integer"
)

// This file has the long integer work of exact values. Each function ends soon after its context: then it returns 1, also for a remainder, so
// that no loop goes on and nothing is divided by zero. What others make of that is no value: before anything of it counts or is kept, known
// and Evaluate look at the context, which stays ended.

func mulInt(ctx context.Context, x, y *big.Int) *big.Int {
	return orOne(integer.MulContext(ctx, x, y))
}

func powInt(ctx context.Context, x *big.Int, n uint) *big.Int {
	return orOne(integer.PowContext(ctx, x, n))
}

// pow10Int returns 10^n, which must not be changed.
func pow10Int(ctx context.Context, n int) *big.Int { return orOne(integer.Pow10Context(ctx, n)) }

func orOne(x *big.Int, err error) *big.Int {
	if err != nil {
		return big.NewInt(1)
	}
	return x
}

func quoRemInt(ctx context.Context, x, y *big.Int) (q, r *big.Int) {
	q, r, err := integer.QuoRemContext(ctx, x, y)
	if err != nil {
		return big.NewInt(1), big.NewInt(1)
	}
	return q, r
}

func sqrtInt(ctx context.Context, x *big.Int) (s, r *big.Int) {
	s, r, err := integer.SqrtContext(ctx, x)
	if err != nil {
		return big.NewInt(1), big.NewInt(1)
	}
	return s, r
}

func rootInt(ctx context.Context, x *big.Int, n int) (root *big.Int, exact bool) {
	root, exact, err := integer.RootContext(ctx, x, n)
	return orOne(root, err), exact && err == nil
}

// stripZerosInt is integer.StripZeros.
func stripZerosInt(ctx context.Context, x *big.Int) (*big.Int, int) {
	y, zeros, err := integer.StripZerosContext(ctx, x)
	if err != nil {
		return big.NewInt(1), 0
	}
	return y, zeros
}

// gcdInt is the greatest common divisor of x and y, not negative.
func gcdInt(ctx context.Context, x, y *big.Int) *big.Int {
	return orOne(integer.GCDContext(ctx, x, y))
}
