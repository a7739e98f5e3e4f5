package ball

import (
	"context"
	"errors"
	"math/big"
)

// The functions of this file are formulas over Expm1, Log1p and the
// arithmetic; their radii are those of the balls they are made of. The formulas do not
// cancel, so each keeps its relative precision with a few bits more inside.

// Sinh is sinh x = (u + u/(1+u))/2 with u = e^|x| − 1, and the sign of x.
func Sinh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if s, known := x.Sign(); known && s < 0 {
		y, err := Sinh(ctx, Neg(x), prec)
		return Neg(y), signed(err, -1)
	}
	p := prec + 8
	u, err := Expm1(ctx, x, p)
	if err != nil || u.IsZero() {
		return u, err
	}
	v, err := Quo(ctx, u, Add(FromInt64(1), u, p), p)
	if err != nil {
		return Ball{}, err
	}
	return Scale2(Add(u, v, prec), -1), nil
}

// signed gives a RangeError the sign of the result.
func signed(err error, sign int) error {
	if e := (*RangeError)(nil); errors.As(err, &e) {
		return &RangeError{Small: e.Small, Sign: sign}
	}
	return err
}

// Cosh is cosh x = (e^|x| + e^-|x|)/2.
func Cosh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if x.IsZero() {
		return FromInt64(1), nil
	}
	x = Abs(x)
	if x.man != nil && 2*x.top() < -int64(prec) && x.rad != 0 && x.err().shift(1).cmp(lower(x.man, x.exp)) < 0 {
		// |cosh x − cosh m| ≤ r·sinh(|m|+r) ≤ 2r·(|m|+r), for |m|+r < 1.
		y, err := Cosh(ctx, x.mid(), prec)
		r := x.err()
		return y.widen(r.mul(upper(x.man, x.exp).add(r)).shift(1)), err
	}
	if x.man != nil && 2*x.top() < -int64(prec) && x.rad == 0 {
		// cosh x = 1 + x²/2 + δ, 0 ≤ δ ≤ x⁴/23: as for the cosine.
		z, err := Sqr(ctx, x.round(16), 40)
		if err != nil {
			return Ball{}, err
		}
		top := x.top()
		return Add(FromInt64(1), Scale2(z, -1), uint(-2*top)+40).widen(pow2(4*top - 4)), nil
	}
	p := prec + 8
	y, err := Exp(ctx, x, p)
	if err != nil {
		return Ball{}, err
	}
	z, err := Quo(ctx, FromInt64(1), y, p)
	if err != nil {
		return Ball{}, err
	}
	return Scale2(Add(y, z, prec), -1), nil
}

// Tanh is tanh x = u/(u+2) with u = e^2|x| − 1, and the sign of x. Where it is within 2^-prec
// of 1, it is 1 − 2/(u+2), with the bits it takes to tell it from 1.
func Tanh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if s, known := x.Sign(); known && s < 0 {
		y, err := Tanh(ctx, Neg(x), prec)
		return Neg(y), err
	}
	p := prec + 8
	if lower, _, ok := x.Log2(); ok && lower >= 0 {
		y, err := Exp(ctx, Scale2(x, 1), p) // e^2x
		if e := (*RangeError)(nil); errors.As(err, &e) {
			// 1 − tanh x is between 0 and 2/e^2x < 2^(1-MaxLog2).
			return makeBall(big.NewInt(1), 0, pow2(1-MaxLog2), prec), nil
		}
		if err != nil {
			return Ball{}, err
		}
		// 1 − 2/(e^2x + 1)
		d, err := Quo(ctx, FromInt64(2), Add(y, FromInt64(1), p), p)
		if err != nil {
			return Ball{}, err
		}
		q := prec
		if d.man != nil && -d.top() > int64(prec) {
			q, d = uint(-d.top())+8, d.round(16)
		}
		return Sub(FromInt64(1), d, q), nil
	}
	u, err := Expm1(ctx, Scale2(x, 1), p)
	if err != nil {
		return Ball{}, err
	}
	return Quo(ctx, u, Add(u, FromInt64(2), p), prec)
}

// Asinh is asinh x = log1p(x + x²/(1 + √(1+x²))) for x ≥ 0, and odd.
func Asinh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if s, known := x.Sign(); known && s < 0 {
		y, err := Asinh(ctx, Neg(x), prec)
		return Neg(y), err
	}
	p := prec + 16
	z, err := Sqr(ctx, x, p)
	if err != nil {
		return Ball{}, err
	}
	r, err := Sqrt(ctx, Add(z, FromInt64(1), p), p)
	if err != nil {
		return Ball{}, err
	}
	q, err := Quo(ctx, z, Add(r, FromInt64(1), p), p)
	if err != nil {
		return Ball{}, err
	}
	return Log1p(ctx, Add(x, q, p), prec)
}

// Acosh is acosh x = log1p(d + √(d(d+2))) with d = x − 1.
func Acosh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	p := prec + 16
	d := Sub(x, FromInt64(1), nearOne(x, p))
	if d.IsZero() {
		return d, nil
	}
	if lo, hi, _ := d.Ends(); hi.Sign() < 0 {
		return Ball{}, ErrDomain
	} else if lo.Sign() < 0 {
		return Ball{}, ErrStraddles
	}
	m, err := Mul(ctx, d, Add(d, FromInt64(2), p), p)
	if err != nil {
		return Ball{}, err
	}
	r, err := Sqrt(ctx, m, p)
	if err != nil {
		return Ball{}, err
	}
	return Log1p(ctx, Add(d, r, p), prec)
}

// Atanh is atanh x = log1p(2x/(1−x))/2.
func Atanh(ctx context.Context, x Ball, prec uint) (Ball, error) {
	if err := unitDomain(x); err != nil {
		return Ball{}, err
	}
	if s, known := x.Sign(); known && s < 0 {
		y, err := Atanh(ctx, Neg(x), prec)
		return Neg(y), err
	}
	d := oneMinus(x)
	if d.IsZero() {
		return Ball{}, ErrDomain
	}
	q, err := Quo(ctx, Scale2(x, 1), d, prec+16) // ErrStraddles at the poles
	if err != nil {
		return Ball{}, err
	}
	y, err := Log1p(ctx, q, prec)
	return Scale2(y, -1), err
}

// nearOne is the precision at which x ± 1 keeps the relative precision p: all of its bits, unless x is so
// large that the sum has about the size of x.
func nearOne(x Ball, p uint) uint {
	if x.man != nil && x.top() > 8 {
		return p
	}
	return 1 << 40
}
