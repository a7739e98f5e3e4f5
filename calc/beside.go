package calc

import (
	"context"

	"calculator/calc/internal/integer"
)

// This file follows irrational values so near to a rational number that no rounding sees the difference, as those of functions at 1e-900000: an
// enclosure would need millions of bits to tell. Their digits are those of the rational number or of its neighbour; and where
// adding, as in exp(x) − 1, takes that number away, they are those of what is left.

// A beside is an irrational number base + step·(1+ε), where 0 < |ε| < 10^gap < 1, above base + step where direction is positive, else below.
type beside struct {
	base, step     rational // step ≠ 0
	direction, gap int
}

// longBeside is an irrational value that differs from q ≠ 0 by less than 10^gap of it, above it where direction is positive, else below.
func (e *evaluation) longBeside(q rational, direction, gap int) known {
	return e.longNear(beside{rationalInt(0), q, direction, gap})
}

// nearest returns the number q ≠ 0 that b differs from by less than 10^gap of it, above it where direction is positive, else below.
func (b beside) nearest() (q rational, direction, gap int) {
	if b.base.isZero() {
		return b.step, b.direction, b.gap
	}
	// |step·(1+ε)| < 2·10^(m+1), m being step's magnitude, and |base| > 10^(its magnitude − 1).
	return b.base, b.step.sign(), b.step.magnitude() + 3 - b.base.magnitude()
}

// longNear is what is known of such a value. Where it is near enough for that, its leading digits are known, whatever their number.
//
// That is so beside a decimal, as a unit of the last of n digits is above 10^-n of the number. Beside another fraction q with the
// denominator d, q·10^k is 1/d at least away from every integer, and where it has n+1 digits before the point, the value is nearer.
func (e *evaluation) longNear(b beside) known {
	q, direction, gap := b.nearest()
	v := known{kind: isLong}
	decimal, ok := q.decimal(e.ctx)
	most := e.need + integer.Digits(q.denominator())
	if ok {
		most = max(e.need, integer.Digits(decimal.num))
	}
	if gap >= -(most + 2) {
		return v
	}
	v.beside = &b
	v.digits = func(ctx context.Context, count int) (digits, error) {
		if ok {
			return decimal.neighbour(ctx, direction, count), nil
		}
		return q.leading(ctx, count), nil
	}
	return v
}

// plus is b + q, where that is not too long.
func (b beside) plus(q rational) (beside, bool) {
	if b.base.sumSize(q) > maxDenseSum {
		return b, false
	}
	b.base = b.base.sum(context.Background(), q) // at once
	return b, true
}

// times is b·q for q ≠ 0, where that is not too long.
func (b beside) times(q rational) (beside, bool) {
	if b.base.size()+b.step.size()+q.size() > maxDenseSum {
		return b, false
	}
	b.base, b.step, b.direction = b.base.product(context.Background(), q), b.step.product(context.Background(), q), b.direction*q.sign()
	return b, true
}

// inverse is 1/b, where b is near to a number: 1/(1+δ) differs from 1 by less than 2|δ| for |δ| < 1/2.
func (b beside) inverse() beside {
	q, direction, gap := b.nearest()
	return beside{rationalInt(0), q.inverse(), -direction, gap + 1}
}

func (b beside) sign() int {
	q, _, _ := b.nearest()
	return q.sign()
}

// besides is what is known of a sum or a product of rational numbers and one value beside one; fold puts two of them together.
func (e *evaluation) besides(n *node, fold func(beside, rational) (beside, bool)) (known, error) {
	var b *beside
	var values []rational
	for _, a := range n.args {
		v, err := e.known(a)
		switch {
		case err != nil:
			return known{}, err
		case v.kind == isRational:
			values = append(values, v.value)
		case v.beside != nil && b == nil:
			b = v.beside
		default:
			return known{}, nil
		}
	}
	if b == nil {
		return known{}, nil
	}
	all := *b
	for _, q := range values {
		var ok bool
		if all, ok = fold(all, q); !ok {
			return known{}, nil
		}
	}
	return e.stillNear(all), nil
}

// stillNear is longNear, but leaves a value that is not near enough any more to other ways.
func (e *evaluation) stillNear(b beside) known {
	if v := e.longNear(b); v.digits != nil {
		return v
	}
	return known{}
}
