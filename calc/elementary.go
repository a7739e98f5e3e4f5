package calc

import (
	"context"

	"calculator/calc/internal/ball"
)

// This file has what the elementary functions have in common.

// encloseUnary encloses a function of one operand, which is enclosed with so many bits more than the result as guard says:
// what the function's slope makes of the operand's radius stays below the result's own. Where the guard is too small, the
// enclosure is wider, not wrong, and the next refinement makes it good.
func encloseUnary(f func(context.Context, ball.Ball, uint) (ball.Ball, error), guard func(ctx context.Context, x rational) int) func(*evaluation, *node, uint) (ball.Ball, error) {
	return func(e *evaluation, n *node, prec uint) (ball.Ball, error) {
		x, err := e.encloseOperand(n.args[0], prec, guard)
		if err != nil {
			return x, err
		}
		return f(e.ctx, x, prec)
	}
}

func (e *evaluation) encloseOperand(n *node, prec uint, guard func(ctx context.Context, x rational) int) (ball.Ball, error) {
	v, err := e.known(n)
	if err != nil {
		return ball.Ball{}, err
	}
	extra := 8 // and as many more as encloseOp finds to be lost
	if v.kind == isRational {
		extra = 8 + guard(e.ctx, v.value)
	}
	return e.enclose(n, prec+uint(extra))
}

// wholeBits is the guard of functions that magnify a relative error by |x|: exp, sin, cos and tan.
func wholeBits(_ context.Context, x rational) int { return bitsFor(max(x.magnitude()+1, 0)) }

// nearOneBits is the guard of the logarithm, which magnifies a relative error of 1+t by 1/|t|.
func nearOneBits(ctx context.Context, x rational) int {
	if m := x.magnitude(); m < -1 || m > 1 {
		return 0
	}
	t := x.sum(ctx, rationalInt(-1))
	if t.isZero() {
		return 0
	}
	return bitsFor(max(-t.magnitude(), 0))
}

// noBits is the guard of functions that magnify no relative error.
func noBits(context.Context, rational) int { return 0 }

// operand returns the value of the first operand where it is rational.
func (e *evaluation) operand(n *node) (rational, bool, error) {
	values, ok, err := e.rationals(n.args[:1])
	if !ok {
		return rational{}, false, err
	}
	return values[0], true, nil
}

func formUnary(f func(*forming, form) form) func(*evaluation, *node, *forming, []form) form {
	return func(_ *evaluation, _ *node, m *forming, x []form) form { return f(m, x[0]) }
}
