package calc

import "calculator/calc/internal/ball"

// Exp is e^x.
func Exp(x Expr) Expr { return call(opExp, x) }

var opExp = new(op)

// It is filled in here since operations refer to one another.
func init() {
	*opExp = op{name: "exp", short: ball.ShortExp, exact: exactExp, enclose: encloseUnary(ball.Exp, wholeBits), form: formUnary((*forming).exp)}
}

// exactExp relies on Lindemann's theorem: e^x is transcendental for every algebraic x but 0 (Baker, Transcendental Number
// Theory, theorem 1.4).
func exactExp(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil || !ok:
		return known{}, err
	case x.isZero():
		return exactly(rationalInt(1)), nil
	case x.magnitude() > 20: // then |x| > 10^20, beyond any max_exponent
		return known{}, e.outOfRange(x.sign() < 0)
	}
	// e^x = 1 + x + x²/2 + …: beyond 1 + x by less than x² for |x| < 1.
	return e.longNear(beside{base: rationalInt(1), step: x, direction: 1, gap: x.magnitude() + 1}), nil
}
