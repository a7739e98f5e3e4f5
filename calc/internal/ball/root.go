package ball

import (
	"context"
	"math/big"
)

// Sqrt is the square root of x.
//
// For x in m ± r with m − r ≥ 0: |√x − √m| = |x−m|/(√x+√m) ≤ r/√m.
func Sqrt(ctx context.Context, x Ball, prec uint) (Ball, error) { return Root(ctx, x, 2, prec) }

// maxIntegerRoot is the largest degree that is computed by an integer root of
// n·prec bits; above it log and exp, at about prec bits, cost less.
const maxIntegerRoot = 5

// Root is the real n-th root of x: for odd n that of a negative number too,
// for negative n its reciprocal. n is not zero.
func Root(ctx context.Context, x Ball, n int64, prec uint) (Ball, error) {
	if n < 0 {
		if x.IsZero() || n == -1<<63 {
			return Ball{}, ErrDomain
		}
		y, err := Root(ctx, x, -n, prec+8)
		if err != nil {
			return Ball{}, err
		}
		return Quo(ctx, FromInt64(1), y, prec)
	}
	if n == 0 {
		return Ball{}, ErrDomain
	}
	if n == 1 || x.IsZero() {
		return x.round(prec), nil
	}
	if s, known := x.Sign(); known && s < 0 {
		if n%2 == 0 {
			return Ball{}, ErrDomain
		}
		y, err := Root(ctx, Neg(x), n, prec)
		return Neg(y), err
	}
	lo, _, _ := x.Ends()
	if lo.Sign() < 0 || x.man == nil {
		return Ball{}, ErrStraddles
	}
	x = x.round(prec + 8)
	if n > maxIntegerRoot {
		return powByLog(ctx, x, func(ctx context.Context, l Ball, p uint) (Ball, error) {
			return Quo(ctx, l, FromInt64(n), p)
		}, prec)
	}
	root, exp, exact, err := integerRoot(ctx, x, n, prec)
	if err != nil {
		return Ball{}, err
	}
	var e bound
	if !exact {
		e = pow2(exp)
	}
	if x.rad > 0 {
		// With y = x^(1/n), m = w^n: y − w = (x−m)/Σ y^i·w^(n-1-i), and the sum is at least
		// its term w^(n-1) = m/w, as all are positive. So |y − w| ≤ r·w/m. Here m = |man| and w ≤ root + 1 unit.
		w := upper(root, exp).add(pow2(exp))
		e = e.add(x.err().mul(w).quo(lower(x.man, x.exp)))
	}
	return makeBall(root, exp, e, prec), nil
}

// integerRoot is ⌊(man·2^x.exp)^(1/n)⌋ in units of 2^exp, with prec+2 bits at
// least, and whether the root is exactly that.
func integerRoot(ctx context.Context, x Ball, n int64, prec uint) (root *big.Int, exp int64, exact bool, err error) {
	// man·2^s with n·(prec+2) bits, and x.exp − s a multiple of n.
	s := max(n*int64(prec+2)-int64(x.man.BitLen()), 0)
	s += ((x.exp-s)%n + n) % n
	exp = (x.exp - s) / n
	m := new(big.Int).Lsh(x.man, uint(s))
	if err := ctx.Err(); err != nil {
		return nil, 0, false, err
	}
	root = new(big.Int)
	exact, err = rootRem(ctx, root, m, n)
	return root, exp, exact, err
}

// powByLog is e^f(log x) for x > 0. f gets and returns balls of p bits; the number
// log x may have up to 24 bits before the point, so 32 more bits leave
// the exponential its precision. f must not make log x larger than that.
func powByLog(ctx context.Context, x Ball, f func(context.Context, Ball, uint) (Ball, error), prec uint) (Ball, error) {
	l, err := Log(ctx, x, prec+32)
	if err != nil {
		return Ball{}, err
	}
	if l, err = f(ctx, l, prec+32); err != nil {
		return Ball{}, err
	}
	return Exp(ctx, l, prec)
}

// Hypot is √(x²+y²).
func Hypot(ctx context.Context, x, y Ball, prec uint) (Ball, error) {
	if x.IsZero() {
		return Abs(y).round(prec), nil
	}
	if y.IsZero() {
		return Abs(x).round(prec), nil
	}
	a, err := Sqr(ctx, x, prec+8)
	if err != nil {
		return Ball{}, err
	}
	b, err := Sqr(ctx, y, prec+8)
	if err != nil {
		return Ball{}, err
	}
	s := Add(a, b, prec+8)
	lo, hi, e := s.Ends()
	if lo.Sign() < 0 { // a sum of squares is not negative
		s = FromInterval(zeroInt, hi, e, prec+8)
	}
	if s.man == nil {
		return s, nil
	}
	return Sqrt(ctx, s, prec)
}
