package integer

import (
	"context"
	"math/big"
)

// quotientLeaf is the length in bits of the quotient up to which math/big divides: that takes 5.5 ms for 200,000 by 100,000 decimal digits,
// and up to there its own recursion, with Karatsuba's products, is as quick as this one. By BenchmarkQuo.
const quotientLeaf = 200_000

// shortQuotient is the length in bits of quotients that take less than a millisecond for every divisor of a million bits.
const shortQuotient = 2000

// QuoRem returns the quotient of x and y ≠ 0, truncated towards zero, and the remainder, which has the sign of x.
func QuoRem(x, y *big.Int) (q, r *big.Int) {
	q, r, _ = QuoRemContext(context.Background(), x, y)
	return q, r
}

// QuoRemContext is QuoRem that ends with ctx.
func QuoRemContext(ctx context.Context, x, y *big.Int) (q, r *big.Int, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if isLeaf(x, y) {
		q, r = new(big.Int).QuoRem(x, y, new(big.Int))
		return q, r, nil
	}
	if q, r, err = divide(ctx, new(big.Int).Abs(x), new(big.Int).Abs(y)); err != nil {
		return nil, nil, err
	}
	if x.Sign() != y.Sign() {
		q.Neg(q)
	}
	if x.Sign() < 0 {
		r.Neg(r)
	}
	return q, r, nil
}

// isLeaf reports whether math/big divides: it takes the divisor in pieces as long as the quotient, so that a long divisor takes long too.
func isLeaf(x, y *big.Int) bool {
	n := y.BitLen()
	m := x.BitLen() - n
	return n <= quotientLeaf/8 || m <= quotientLeaf && (n <= 2*quotientLeaf || m <= shortQuotient)
}

// divide is QuoRem for x ≥ 0, y > 0: Burnikel and Ziegler's recursive division (Brent & Zimmermann, Modern Computer Arithmetic,
// §1.4.3), for any lengths. n is the length of y, m about that of the quotient.
//
// If m > n/2, the quotient is made of two, by a cut of x at h bits: with x = x1·2^h + x0 and x1 = q1·y + r1, the lower part is that of r1·2^h + x0 < 2^h·y, h bits at most.
//
// If m ≤ n/2, the leading bits count: with y = y1·2^s + y0 and x = x1·2^s + x0, x1 = q·y1 + r1 has
// q ≥ ⌊x/y⌋ as y ≥ y1·2^s, and x − q·y = r1·2^s + x0 − q·y0 is below y. It is negative where q is too large, which is by
// at most 2 if y1 has more bits than q: the last quotient exceeds x/y by less than q·y0/y + 1 < 3.
func divide(ctx context.Context, x, y *big.Int) (q, r *big.Int, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if isLeaf(x, y) {
		q, r = new(big.Int).QuoRem(x, y, new(big.Int))
		return q, r, nil
	}
	n := y.BitLen()
	m := x.BitLen() - n
	if m > n/2+2 {
		// Halves of a quotient up to twice as long as the divisor, else as much as the divisor is long.
		h := uint(min(n, m/2))
		q1, r1, err := divide(ctx, new(big.Int).Rsh(x, h), y)
		if err != nil {
			return nil, nil, err
		}
		r1.Lsh(r1, h)
		q0, r, err := divide(ctx, r1.Add(r1, low(x, h)), y)
		if err != nil {
			return nil, nil, err
		}
		q1.Lsh(q1, h)
		return q1.Add(q1, q0), r, nil
	}
	s := uint(n - m - 2)
	q, r, err = divide(ctx, new(big.Int).Rsh(x, s), new(big.Int).Rsh(y, s))
	if err != nil {
		return nil, nil, err
	}
	p, err := MulContext(ctx, q, low(y, s))
	if err != nil {
		return nil, nil, err
	}
	r.Lsh(r, s)
	r.Add(r, low(x, s)).Sub(r, p)
	for r.Sign() < 0 {
		q.Sub(q, one)
		r.Add(r, y)
	}
	return q, r, nil
}

// low is the number that the last n bits of x ≥ 0 make.
func low(x *big.Int, n uint) *big.Int {
	w := x.Bits()
	if k := words(n); k < len(w) {
		w = w[:k]
	}
	z := new(big.Int).Set(view(w, 1))
	if extra := uint(z.BitLen()); extra > n {
		for i := n; i < extra; i++ {
			z.SetBit(z, int(i), 0)
		}
	}
	return z
}
