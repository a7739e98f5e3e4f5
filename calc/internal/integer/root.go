package integer

import (
	"context"
	"math"
	"math/big"
)

// sqrtLeaf is the length in bits up to which math/big's square root is taken. By BenchmarkSqrt it is quicker at 200 decimal
// digits still, and takes 2.5 times as long at 1,000.
const sqrtLeaf = 800

// Sqrt returns the floor of the square root of x ≥ 0, and x minus its square.
//
// It is Zimmermann's recursive algorithm: Brent & Zimmermann, Modern Computer Arithmetic, §1.5.1, algorithm 1.12 (SqrtRem)
// and its theorem: with x = (a3·b + a2)·b² + a1·b + a0 and a3 ≥ b/4, the root s' and remainder r' of the
// leading half give s = s'·b + q and r = u·b + a0 − q², (q, u) being the quotient and remainder of r'·b + a1
// by 2s'; where r is negative, s is one too large.
func Sqrt(x *big.Int) (root, rem *big.Int) {
	root, rem, _ = SqrtContext(context.Background(), x)
	return root, rem
}

// SqrtContext is Sqrt that ends with ctx.
func SqrtContext(ctx context.Context, x *big.Int) (root, rem *big.Int, err error) {
	if x.BitLen() <= sqrtLeaf {
		root = new(big.Int).Sqrt(x)
		return root, new(big.Int).Sub(x, new(big.Int).Mul(root, root)), nil
	}
	// A quarter of the length, and an even shift that makes the leading part as long as the condition a3 ≥ b/4 wants.
	quarter := uint(x.BitLen()+3) / 4
	shift := 4*quarter - uint(x.BitLen())
	shift -= shift % 2
	if shift == 0 {
		return sqrtRem(ctx, x, quarter)
	}
	s, _, err := sqrtRem(ctx, new(big.Int).Lsh(x, shift), quarter)
	if err != nil {
		return nil, nil, err
	}
	// floor(sqrt(x·4^k)/2^k) = floor(sqrt(x))
	root = s.Rsh(s, shift/2)
	square, err := MulContext(ctx, root, root)
	if err != nil {
		return nil, nil, err
	}
	return root, square.Sub(x, square), nil
}

// sqrtRem is Sqrt of an x of 4·quarter or 4·quarter−1 bits.
func sqrtRem(ctx context.Context, x *big.Int, quarter uint) (s, r *big.Int, err error) {
	high := new(big.Int).Rsh(x, 2*quarter)
	if s, r, err = SqrtContext(ctx, high); err != nil {
		return nil, nil, err
	}
	mask := new(big.Int).Lsh(one, quarter)
	mask.Sub(mask, one)
	a1 := high.Rsh(x, quarter)
	a1.And(a1, mask)
	a0 := mask.And(x, mask)
	r.Lsh(r, quarter)
	q, u, err := QuoRemContext(ctx, r.Add(r, a1), new(big.Int).Lsh(s, 1))
	if err != nil {
		return nil, nil, err
	}
	square, err := MulContext(ctx, q, q)
	if err != nil {
		return nil, nil, err
	}
	s = s.Lsh(s, quarter)
	s.Add(s, q)
	r = u.Lsh(u, quarter)
	r.Add(r, a0)
	r.Sub(r, square)
	for r.Sign() < 0 { // at most once
		r.Add(r, new(big.Int).Lsh(s, 1))
		r.Sub(r, one)
		s.Sub(s, one)
	}
	return s, r, nil
}

// Root returns the floor of the n-th root of x ≥ 0, n ≥ 1, and whether it is the root itself.
func Root(x *big.Int, n int) (root *big.Int, exact bool) {
	root, exact, _ = RootContext(context.Background(), x, n)
	return root, exact
}

// RootContext is Root that ends with ctx.
func RootContext(ctx context.Context, x *big.Int, n int) (root *big.Int, exact bool, err error) {
	switch {
	case n == 1 || x.BitLen() <= 1:
		return x, true, nil
	case n >= x.BitLen(): // x < 2^n
		return big.NewInt(1), false, nil
	case n == 2:
		s, r, err := SqrtContext(ctx, x)
		return s, err == nil && r.Sign() == 0, err
	}
	r, err := rootAbove(ctx, x, n)
	if err != nil {
		return nil, false, err
	}
	// Newton's iteration from above decreases until it is at the floor: Modern Computer Arithmetic, §1.5.2, algorithm 1.14
	// (RootInt) and its proof.
	for {
		power, err := PowContext(ctx, r, uint(n-1))
		if err != nil {
			return nil, false, err
		}
		q, _, err := QuoRemContext(ctx, x, power)
		if err != nil {
			return nil, false, err
		}
		next := new(big.Int).Mul(r, big.NewInt(int64(n-1)))
		next.Quo(next.Add(next, q), big.NewInt(int64(n)))
		if next.Cmp(r) >= 0 {
			whole, err := MulContext(ctx, power, r)
			return r, err == nil && whole.Cmp(x) == 0, err
		}
		r = next
	}
}

// rootAbove returns a number not below the floor of the n-th root of x, and near it: the root of the leading bits, to half of the
// digits, and one more.
func rootAbove(ctx context.Context, x *big.Int, n int) (*big.Int, error) {
	length := x.BitLen()
	rootBits := (length + n - 1) / n
	if rootBits <= 40 {
		// x < m·2^e with m in [2^52, 2^53], so x^(1/n) < 2^((log2(m)+e)/n), computed with a relative error below 2^-40.
		e := max(length-53, 0)
		m := float64(new(big.Int).Rsh(x, uint(e)).Uint64()) + 1
		f := math.Exp2((math.Log2(m) + float64(e)) / float64(n))
		return new(big.Int).SetUint64(uint64(f*(1+1.0/(1<<30))) + 1), nil
	}
	// With x < (h+1)·2^(nk): root(x) < root(h+1)·2^k ≤ (floor(root(h))+1)·2^k.
	k := uint(rootBits/2 - 2)
	h := new(big.Int).Rsh(x, uint(n)*k)
	r, _, err := RootContext(ctx, h, n)
	if err != nil {
		return nil, err
	}
	r = new(big.Int).Add(r, one)
	return r.Lsh(r, k), nil
}
