package calc

import (
	"context"
	"errors"
	"math/big"

	"calculator/calc/internal/ball"
)

// Exp is e^x.
func Exp(x Expr) Expr { return call(opExp, x) }

// Log is the natural logarithm of x. It is undefined where x is not positive.
func Log(x Expr) Expr { return call(opLog, x) }

// LogBase is the logarithm of x to a base. It is undefined where x is not positive, or base is not positive or is 1.
func LogBase(x, base Expr) Expr { return call(opLogBase, x, base) }

// Sin is the sine of x, in the Context's unit of angles.
func Sin(x Expr) Expr { return call(opSin, x) }

// Cos is the cosine of x, in the Context's unit of angles.
func Cos(x Expr) Expr { return call(opCos, x) }

// Tan is the tangent of x, in the Context's unit of angles. It is undefined at the poles.
func Tan(x Expr) Expr { return call(opTan, x) }

var (
	opExp     = new(op)
	opLog     = new(op)
	opLogBase = new(op)
	opSin     = new(op)
	opCos     = new(op)
	opTan     = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opExp = op{name: "exp", short: ball.ShortExp, exact: exactExp, enclose: encloseUnary(ball.Exp, wholeBits), form: formUnary((*forming).exp)}
	*opLog = op{name: "log", short: ball.ShortLog, exact: exactLog, enclose: encloseUnary(ball.Log, nearOneBits), form: formUnary((*forming).log)}
	*opLogBase = op{name: "log", short: ball.ShortLogBase, exact: exactLogBase, enclose: encloseLogBase, form: formLogBase}
	*opSin = op{name: "sin", short: ball.ShortSin, exact: exactTrig(sine), enclose: encloseTrig(ball.Sin, ball.SinPi), form: formTrig((*forming).sin)}
	*opCos = op{name: "cos", short: ball.ShortCos, exact: exactTrig(cosine), enclose: encloseTrig(ball.Cos, ball.CosPi), form: formTrig((*forming).cos)}
	*opTan = op{name: "tan", short: ball.ShortTan, exact: exactTrig(tangent), enclose: encloseTrig(ball.Tan, ball.TanPi), form: formTrig((*forming).tan)}
}

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

// operand returns the value of the first operand where it is rational.
func (e *evaluation) operand(n *node) (rational, bool, error) {
	values, ok, err := e.rationals(n.args[:1])
	if !ok {
		return rational{}, false, err
	}
	return values[0], true, nil
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

func abs(n int64) int64 { return max(n, -n) }

// primeParts are the parts of a positive rational 2^twos·5^fives·num/den, num and den coprime to 10 and to each other.
type primeParts struct {
	twos, fives int64
	num, den    *big.Int
}

func factors(ctx context.Context, q rational) primeParts {
	a, b := q.num, q.denominator()
	i, k := a.TrailingZeroBits(), b.TrailingZeroBits()
	num, fives := stripFives(ctx, new(big.Int).Rsh(a, i))
	den, below := stripFives(ctx, new(big.Int).Rsh(b, k))
	return primeParts{int64(i) - int64(k) + int64(q.exp), int64(fives-below) + int64(q.exp), num, den}
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

// perTurn is how many of a unit make a turn; 0 for radians.
func (u Unit) perTurn() int64 {
	switch u {
	case Degree:
		return 360
	case Gradian:
		return 400
	case Turn:
		return 1
	}
	return 0
}

// parts returns count·x/perTurn modulo count, where that is an integer: which of count equal parts of a turn the angle x is.
func parts(ctx context.Context, x rational, perTurn, count int64) (int64, bool, error) {
	x = x.product(ctx, rationalInt(count))
	period := rationalInt(perTurn * count)
	if x.den != nil {
		period = rational{num: mulInt(ctx, period.num, x.den)}
		x.den = nil
	}
	if x.exp < 0 {
		if i, ok := x.integer(ctx); ok {
			x = rational{num: i}
		} else if n, zeros := stripZerosInt(ctx, x.num); zeros+x.exp < 0 && n.Sign() != 0 {
			return 0, false, nil
		}
	}
	if x.isZero() {
		return 0, true, nil
	}
	r, _, _, err := truncatedRemainder(ctx, x, period)
	if err != nil {
		return 0, false, err
	}
	// r/period of a turn: a multiple of 1/count exactly if r·count is one of period.
	n, rest := quoRemInt(ctx, new(big.Int).Mul(mulInt(ctx, r.num, pow10Int(ctx, r.exp)), big.NewInt(count)), period.num)
	if rest.Sign() != 0 {
		return 0, false, nil
	}
	return (n.Int64()%count + count) % count, true, nil
}

// A trig is a trigonometric function with its rational values at rational parts of a turn: with numerators over 2 for
// sine and cosine by twelfths of a turn, the tangent's by eighths. There are no others: Niven, Irrational Numbers, corollary 3.12.
type trig struct {
	parts  int64
	halves map[int64]int64 // part of the turn → twice the value
	pole   map[int64]bool
	atZero int64
	// near 0, the function is beside: x from below or above, or 1.
	nearZero func(e *evaluation, x rational) known
}

var (
	sine = trig{parts: 12, halves: map[int64]int64{0: 0, 1: 1, 3: 2, 5: 1, 6: 0, 7: -1, 9: -2, 11: -1}, nearZero: func(e *evaluation, x rational) known {
		return e.longBeside(x, -x.sign(), 2*x.magnitude()+2) // |sin x| is in |x|·(1 − x²/6, 1)
	}}
	cosine = trig{parts: 12, halves: map[int64]int64{0: 2, 2: 1, 3: 0, 4: -1, 6: -2, 8: -1, 9: 0, 10: 1}, atZero: 1, nearZero: func(e *evaluation, x rational) known {
		// cos x = 1 − x²/2 + x⁴/24 − …: beyond 1 − x²/2 by less than x⁴/2 for |x| < 1.
		step := x.product(e.ctx, x).product(e.ctx, rational{num: big.NewInt(-5), exp: -1})
		return e.longNear(beside{base: rationalInt(1), step: step, direction: 1, gap: 2*x.magnitude() + 2})
	}}
	tangent = trig{parts: 8, halves: map[int64]int64{0: 0, 1: 2, 3: -2, 4: 0, 5: 2, 7: -2}, pole: map[int64]bool{2: true, 6: true}, nearZero: func(e *evaluation, x rational) known {
		return e.longBeside(x, x.sign(), 2*x.magnitude()+2) // |tan x| is in |x|·(1, 1 + x²) for |x| < 1
	}}
)

// exactTrig finds the rational values. In radians that is only the value at 0: sine, cosine and tangent of an algebraic
// number other than 0 are transcendental (Baker, Transcendental Number Theory, theorem 1.4 and after it).
func exactTrig(f trig) func(*evaluation, *node) (known, error) {
	return func(e *evaluation, n *node) (known, error) {
		x, ok, err := e.operand(n)
		unit := e.unit(n)
		switch {
		case err != nil:
			return known{}, err
		case !ok && unit != Radian:
			inRadians := call(n.op, inUnit(Expr{n.args[0]}, unit, Radian))
			inRadians.n.radian = true
			return sameAs(inRadians), nil
		case !ok:
			rest, shorter, err := e.withoutTurns(n.args[0])
			switch {
			case err != nil:
				return known{}, err
			case shorter:
				inRadians := call(n.op, rest)
				inRadians.n.radian = true
				return sameAs(inRadians), nil
			}
			if f.pole != nil {
				return known{}, e.besidePole(n)
			}
			return known{}, nil
		case x.isZero():
			return exactly(rationalInt(f.atZero)), nil
		case unit == Radian:
			return f.nearZero(e, x), nil
		}
		part, ok, err := parts(e.ctx, x, unit.perTurn(), f.parts)
		if err != nil || !ok {
			return known{kind: isLong}, err
		}
		if f.pole[part] {
			return known{}, errPole
		}
		if twice, ok := f.halves[part]; ok {
			return exactly(rational{num: big.NewInt(5 * twice), exp: -1}), nil
		}
		return known{kind: isLong}, nil
	}
}

var errPole = undefinedFor("x", "the tangent has a pole there")

// besidePole refuses the tangent of an angle whose cosine is zero.
func (e *evaluation) besidePole(n *node) error {
	if angle, ok := e.radians(n); ok {
		if q, ok := angle.ofPi(); ok {
			if q.den == 2 {
				return errPole
			}
			return nil
		}
	}
	cosine := call(opCos, Expr{n.args[0]})
	cosine.n.radian = n.radian
	sign, err := e.sign(cosine.n, "whether the tangent has a pole there")
	if err == nil && sign == 0 {
		err = errPole
	}
	return err
}

// unit is the unit of the angles of a node.
func (e *evaluation) unit(n *node) Unit {
	if n.radian {
		return Radian
	}
	return e.c.Unit
}

// inUnit is an angle given in one unit as it is in another.
func inUnit(x Expr, from, to Unit) Expr {
	switch {
	case from == to:
		return x
	case from == Radian:
		return Quotient(Product(x, Int(to.perTurn())), Product(Int(2), Pi()))
	case to == Radian:
		return Quotient(Product(x, Int(2), Pi()), Int(from.perTurn()))
	}
	return Quotient(Product(x, Int(to.perTurn())), Int(from.perTurn()))
}

// radians returns the form of the angle of a trigonometric function.
func (e *evaluation) radians(n *node) (form, bool) {
	x := e.form(n.args[0])
	unit := e.unit(n)
	if unit == Radian {
		return x, true
	}
	return e.symbols().form(func(m *forming) form {
		return m.mul(x, m.scale(symbolForm(m.pi()), big.NewRat(2, unit.perTurn())))
	})
}

func formTrig(f func(*forming, form) form) func(*evaluation, *node, *forming, []form) form {
	return func(e *evaluation, n *node, m *forming, _ []form) form {
		x, ok := e.radians(n)
		if !ok {
			return m.failForm()
		}
		return f(m, x)
	}
}

func formUnary(f func(*forming, form) form) func(*evaluation, *node, *forming, []form) form {
	return func(_ *evaluation, _ *node, m *forming, x []form) form { return f(m, x[0]) }
}

func formLogBase(_ *evaluation, _ *node, m *forming, x []form) form {
	return m.mul(m.log(x[0]), m.invert(m.log(x[1])))
}

func encloseTrig(radians func(context.Context, ball.Ball, uint) (ball.Ball, error),
	halfTurns func(context.Context, ball.Ratio, uint) (ball.Ball, error)) func(*evaluation, *node, uint) (ball.Ball, error) {
	return func(e *evaluation, n *node, prec uint) (ball.Ball, error) {
		perTurn := e.unit(n).perTurn()
		x, ok, err := e.operand(n)
		if err != nil {
			return ball.Ball{}, err
		}
		if perTurn == 0 && !ok {
			// A rational multiple of π is reduced exactly.
			if q, isPart := e.form(n.args[0]).ofPi(); isPart {
				return halfTurns(e.ctx, ball.Ratio{Num: big.NewInt(q.num), Den: big.NewInt(q.den)}, prec)
			}
		}
		if perTurn == 0 {
			return encloseUnary(radians, wholeBits)(e, n, prec)
		}
		if !ok {
			return ball.Ball{}, errors.New("the angle is not rational")
		}
		if x.magnitude() < -20 {
			return encloseSmallAngle(e, x, perTurn, radians, prec)
		}
		// x/perTurn turns are π·2x/perTurn radians.
		den := new(big.Int).Mul(x.denominator(), big.NewInt(perTurn))
		q := ball.Ratio{Num: new(big.Int).Lsh(x.num, 1), Den: den, Exp10: int64(x.exp)}
		return halfTurns(e.ctx, q, prec)
	}
}

// encloseSmallAngle is encloseTrig for an angle so small that its turns need not be taken off: its exponent is not written out.
func encloseSmallAngle(e *evaluation, x rational, perTurn int64,
	radians func(context.Context, ball.Ball, uint) (ball.Ball, error), prec uint) (ball.Ball, error) {
	b, err := x.product(e.ctx, rational{num: two, den: big.NewInt(perTurn)}).enclose(e.ctx, prec+16)
	if err != nil {
		return b, err
	}
	pi, err := ball.Pi(e.ctx, prec+16)
	if err != nil {
		return b, err
	}
	if b, err = ball.Mul(e.ctx, b, pi, prec+16); err != nil {
		return b, err
	}
	return radians(e.ctx, b, prec)
}
