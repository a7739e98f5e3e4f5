package calc

import (
	"context"
	"math/big"

	"calculator/calc/internal/ball"
)

// Log is the natural logarithm of x. It is undefined where x is not positive.
func Log(x Expr) Expr { return call(opLog, x) }

// LogBase is the logarithm of x to a base. It is undefined where x is not positive, or base is not positive or is 1.
func LogBase(x, base Expr) Expr { return call(opLogBase, x, base) }

var (
	opLog     = new(op)
	opLogBase = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opLog = op{name: "log", short: ball.ShortLog, exact: exactLog, enclose: encloseUnary(ball.Log, nearOneBits), form: formUnary((*forming).log)}
	*opLogBase = op{name: "log", short: ball.ShortLogBase, exact: exactLogBase, enclose: encloseLogBase, form: formLogBase}
}

// exactLog relies on the same theorem: were log(x) algebraic and not 0, then x = e^log(x) would be transcendental.
func exactLog(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil:
		return known{}, err
	case !ok:
		return known{}, e.positive(n.args[0], "x")
	case x.sign() <= 0:
		return known{}, logarithmOf(x.sign(), "x")
	}
	if m := x.magnitude(); m < -1 || m > 1 { // far from 1, whose logarithm is the one rational value
		return known{kind: isLong}, nil
	}
	t := x.sum(e.ctx, rationalInt(-1))
	if t.isZero() {
		return exactly(t), nil
	}
	// log(1+t) = t·(1 − t/2 + …): below t for either sign of t, by less than |t| of itself for |t| < 1/2.
	return e.longBeside(t, -1, t.magnitude()+1), nil
}

func logarithmOf(sign int, operand string) error {
	reason := "logarithm of a negative number"
	if sign == 0 {
		reason = "logarithm of zero"
	}
	return undefinedFor(operand, reason)
}

// positive refuses an operand of a logarithm that is not positive.
func (e *evaluation) positive(n *node, operand string) error {
	sign, err := e.sign(n, "whether the operand of a logarithm is positive")
	if err == nil && sign <= 0 {
		err = logarithmOf(sign, operand)
	}
	return err
}

// exactLogBase finds the rational logarithms: log_b(x) = p/q exactly if x^q = b^p. By the theorem of Gelfond and Schneider the
// other logarithms of rationals to a rational base are transcendental; that they are irrational is all that is needed.
func exactLogBase(e *evaluation, n *node) (known, error) {
	values, ok, err := e.rationals(n.args)
	if err != nil {
		return known{}, err
	}
	if !ok {
		return known{}, e.logBaseDefined(n.args[0], n.args[1])
	}
	x, b := values[0], values[1]
	switch {
	case x.sign() <= 0:
		return known{}, logarithmOf(x.sign(), "x")
	case b.sign() <= 0:
		return known{}, errBaseNotPositive
	}
	x, b = x.canonical(e.ctx), b.canonical(e.ctx)
	switch {
	case b.isOne():
		return known{}, errBaseOne
	case x.isOne():
		return exactly(rationalInt(0)), nil
	}
	if p, q, ok := commonPower(e.ctx, x, b); ok {
		return exactly(rational{num: big.NewInt(p), den: big.NewInt(q)}.reduced(e.ctx)), nil
	}
	return known{kind: isLong}, e.ctx.Err()
}

var (
	errBaseNotPositive = undefinedFor("base", "the base of a logarithm is positive")
	errBaseOne         = undefinedFor("base", "the base of a logarithm is not 1")
)

func (e *evaluation) logBaseDefined(x, base *node) error {
	if err := e.positive(x, "x"); err != nil {
		return err
	}
	sign, err := e.sign(base, "whether the base of a logarithm is positive")
	if err == nil && sign <= 0 {
		return errBaseNotPositive
	}
	if err == nil {
		sign, err = e.compare(base, Int(1).n, "whether the base of a logarithm is 1")
	}
	if err == nil && sign == 0 {
		return errBaseOne
	}
	return err
}

// commonPower returns p and q > 0 with x = r^p, b = r^q for a rational r, for canonical positive x, b other than 1, where there is one.
//
// With x = 2^i·5^j·a/c and b = 2^k·5^l·d/f as in exactRoot, the exponents of each prime stand to each other as p to q.
func commonPower(ctx context.Context, x, b rational) (p, q int64, ok bool) {
	xs, bs := factors(ctx, x), factors(ctx, b)
	switch {
	case bs.twos != 0:
		p, q = xs.twos, bs.twos
	case bs.fives != 0:
		p, q = xs.fives, bs.fives
	case bs.num.Cmp(one) != 0:
		p, q, ok = xs.integerLog(ctx, bs.num)
	default: // b = 1/f
		p, q, ok = xs.integerLog(ctx, bs.den)
		p = -p
	}
	if bs.twos == 0 && bs.fives == 0 && !ok || p == 0 {
		return 0, 0, false
	}
	g := gcd64(p, q)
	p, q = p/g, q/g
	if q < 0 {
		p, q = -p, -q
	}
	if p < 0 { // x^q = b^p = (1/b)^|p|
		bs.twos, bs.fives, bs.num, bs.den = -bs.twos, -bs.fives, bs.den, bs.num
	}
	n := abs(p)
	return p, q, xs.twos*q == bs.twos*n && xs.fives*q == bs.fives*n &&
		samePower(ctx, xs.num, q, bs.num, n) && samePower(ctx, xs.den, q, bs.den, n)
}

// integerLog is integerLog of num/den to the base y > 1. At most one of num and den, which are coprime, has a root in common
// with y: the numerator where the logarithm is positive, the denominator where it is negative.
func (f primeParts) integerLog(ctx context.Context, y *big.Int) (p, q int64, ok bool) {
	if p, q, ok = integerLog(ctx, f.num, y); !ok || p == 0 {
		p, q, ok = integerLog(ctx, f.den, y)
		p = -p
	}
	return p, q, ok
}

// samePower reports whether x^m = y^n, for coprime m, n ≥ 1 and x, y ≥ 1: that is so exactly if x = r^n and y = r^m for an integer r.
func samePower(ctx context.Context, x *big.Int, m int64, y *big.Int, n int64) bool {
	if x.Cmp(one) == 0 || y.Cmp(one) == 0 {
		return x.Cmp(y) == 0
	}
	if n >= int64(x.BitLen()) || m >= int64(y.BitLen()) {
		return false
	}
	r, exact := rootInt(ctx, x, int(n))
	if !exact || int64(r.BitLen()-1)*m > int64(y.BitLen()) {
		return false
	}
	return powInt(ctx, r, uint(m)).Cmp(y) == 0
}

// integerLog returns candidates p and q with x^q = y^p, for integers x, y ≥ 1, y > 1: Euclid's algorithm on the exponents of a
// common root. Where y = r^q and x = r^p, dividing the larger by a power of the smaller keeps both powers of r.
func integerLog(ctx context.Context, x, y *big.Int) (p, q int64, ok bool) {
	if x.Cmp(one) == 0 {
		return 0, 1, true
	}
	// a and b are powers of r, with x = a^pa·b^pb and y = a^qa·b^qb.
	a, b := x, y
	pa, pb, qa, qb := int64(1), int64(0), int64(0), int64(1)
	for b.Cmp(one) != 0 {
		if a.Cmp(b) < 0 {
			a, b, pa, pb, qa, qb = b, a, pb, pa, qb, qa
			continue
		}
		// b^k ≤ a: k·bits(b) ≤ bits(a) − 1 makes sure, and k = 1 is right too.
		k := max(int64(a.BitLen()-1)/int64(b.BitLen()), 1)
		quotient, rest := quoRemInt(ctx, a, powInt(ctx, b, uint(k)))
		if rest.Sign() != 0 {
			return 0, 0, false
		}
		a = quotient // a·b^k was the old a
		pb, qb = pb+k*pa, qb+k*qa
		if a.Cmp(one) == 0 {
			a, b, pa, pb, qa, qb = b, a, pb, pa, qb, qa
		}
	}
	return pa, qa, true // x = a^pa, y = a^qa
}

func encloseLogBase(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	x, err := e.encloseOperand(n.args[0], prec+8, nearOneBits)
	if err != nil {
		return x, err
	}
	base, err := e.encloseOperand(n.args[1], prec+8, nearOneBits)
	if err != nil {
		return base, err
	}
	if x, err = ball.Log(e.ctx, x, prec+8); err != nil {
		return x, err
	}
	if base, err = ball.Log(e.ctx, base, prec+8); err != nil {
		return base, err
	}
	return ball.Quo(e.ctx, x, base, prec)
}

func formLogBase(_ *evaluation, _ *node, m *forming, x []form) form {
	return m.mul(m.log(x[0]), m.invert(m.log(x[1])))
}
