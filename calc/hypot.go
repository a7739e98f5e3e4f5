package calc

import (
	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// Hypot is the square root of the sum of the squares of its operands.
func Hypot(x ...Expr) Expr { return call(opHypot, x...) }

var opHypot = new(op)

// It is filled in here since operations refer to one another.
func init() {
	*opHypot = op{name: "hypot", exact: exactHypot, enclose: encloseHypot}
}

// exactHypot is the root of a sum of squares, but that squares beyond the limit are none of the caller's: those of rational operands are added up here.
func exactHypot(e *evaluation, n *node) (known, error) {
	squares := make([]Expr, len(n.args))
	for i, a := range n.args {
		squares[i] = Power(Expr{a}, Int(2))
	}
	root := sameAs(Root(Sum(squares...), Int(2)))
	values, ok, err := e.rationals(n.args)
	if err != nil || !ok {
		return root, err
	}
	var longest, next rational // of the operands other than 0
	far := false
	sum := rationalInt(0)
	for _, q := range values {
		if q.isZero() {
			continue
		}
		far = far || 2*max(q.magnitude(), -q.magnitude())+4 > e.c.Limits.exponent()
		if longest.num == nil || q.cmpAbs(e.ctx, longest) > 0 {
			q, longest = longest, q
		}
		if q.num != nil && (next.num == nil || q.cmpAbs(e.ctx, next) > 0) {
			next = q
		}
	}
	switch {
	case !far:
		return root, nil
	case next.num == nil:
		return sameAs(Abs(Expr{numberNode(longest)})), nil
	}
	if longest.sign() < 0 {
		longest = longest.negated()
	}
	if v, ok := e.hypotBeside(longest, next); ok && len(values) == 2 {
		return v, nil
	}
	for _, q := range values {
		square := q.product(e.ctx, q)
		if sum.sumSize(square) > maxRationalBits {
			return root, nil
		}
		sum = sum.sum(e.ctx, square)
	}
	return e.root(sum, two)
}

// hypotBeside is √(x²+y²) for decimals x > 0 and y so much shorter that it is beside x: above it by less than (y/x)² of it.
//
// It is irrational then. Else let x = a·s and y = b·s with integers a and b and a power of ten s such that one of them has all its digits in its
// numerator, and h = √(a²+b²), an integer. (h−a)(h+a) = b², so that 2a < b², and (y/x)² > 2/a, and also > 4/b². If a is x's numerator, the one is
// above 10^−n for its number of digits n, and if b is y's, the other is above 10^−2n.
func (e *evaluation) hypotBeside(x, y rational) (known, bool) {
	if x.den != nil || y.den != nil {
		return known{}, false
	}
	gap := 2 * (y.magnitude() - x.magnitude() + 2)
	if -gap < max(integer.Digits(x.num), 2*integer.Digits(y.num)) {
		return known{}, false
	}
	v := e.longBeside(x, 1, gap)
	return v, v.digits != nil
}

func encloseHypot(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	all := ball.FromInt64(0)
	for _, a := range n.args {
		b, err := e.enclose(a, prec+8)
		if err != nil {
			return b, err
		}
		if all, err = ball.Hypot(e.ctx, all, b, prec+8); err != nil {
			return b, err
		}
	}
	return all, nil
}
