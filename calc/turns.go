package calc

import (
	"math/big"
)

// This file takes whole turns off angles whose multiples of π are too long to be written out, as in sin(1e999999·π): of such a
// multiple only the residue modulo 2 matters.

// withoutTurns returns an angle in radians less an even multiple of π, where x is a multiple of π, or a sum that has some, too long for a form.
// What it returns has shorter ones, so that taking turns off it ends.
func (e *evaluation) withoutTurns(x *node) (Expr, bool, error) {
	x, err := e.same(x)
	if err != nil {
		return Expr{}, false, err
	}
	terms := []*node{x}
	if x.op == opSum {
		terms = x.args
	}
	rest := make([]Expr, len(terms))
	shorter := false
	for i, t := range terms {
		rest[i] = Expr{t}
		q, ok, err := e.multipleOfPi(t)
		if err != nil {
			return Expr{}, false, err
		}
		if !ok || q.isCoefficient() {
			continue
		}
		if q, err = e.moduloTwo(q); err != nil {
			return Expr{}, false, err
		}
		if q.isCoefficient() {
			rest[i], shorter = Product(Expr{numberNode(q)}, Pi()), true
		}
	}
	return Sum(rest...), shorter, nil
}

// same is the node that has the value of n, where it was found to be that of another one.
func (e *evaluation) same(n *node) (*node, error) {
	v, err := e.known(n)
	if err == nil && v.same != nil {
		return v.same, nil
	}
	return n, err
}

// multipleOfPi returns q where n is q·π as it is written: negations, products and quotients of π and rational numbers.
func (e *evaluation) multipleOfPi(n *node) (rational, bool, error) {
	q := rationalInt(1)
	for n.op != opPi {
		var next *node
		switch n.op {
		case opNegation:
			next, q = n.args[0], q.negated()
		case opProduct, opQuotient:
			for i, a := range n.args {
				v, err := e.known(a)
				if v.kind == isSpread {
					if written, ok := v.spread.rational(e.ctx, maxRationalBits); ok {
						v = exactly(written)
					}
				}
				switch {
				case err != nil:
					return q, false, err
				case v.kind != isRational && next == nil:
					next = a
				case v.kind != isRational || q.size()+v.value.size() > maxRationalBits:
					return q, false, nil
				case n.op == opQuotient && i == 1:
					q = q.quotient(e.ctx, v.value)
				default:
					q = q.product(e.ctx, v.value)
				}
			}
		}
		if next == nil || n.op == opQuotient && next == n.args[1] {
			return q, false, nil
		}
		var err error
		if n, err = e.same(next); err != nil {
			return q, false, err
		}
	}
	return q, true, nil
}

// moduloTwo is q less an even integer: num·10^exp modulo 2·den, over den. One with so many places that the rest would be long is left.
func (e *evaluation) moduloTwo(q rational) (rational, error) {
	if q.isZero() || bitsFor(max(-q.exp, 0)) >= maxCoefBits {
		return q, nil
	}
	period := rational{num: new(big.Int).Lsh(q.denominator(), 1)}
	r, _, _, err := truncatedRemainder(e.ctx, rational{num: q.num, exp: q.exp}, period)
	if err != nil {
		return q, err
	}
	return rational{num: new(big.Int).Set(r.num), den: q.den, exp: r.exp}.reduced(e.ctx), nil
}
