package calc

import (
	"context"
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// Pi is the circumference of a circle of diameter 1.
func Pi() Expr { return call(opPi) }

// E is the base of the natural logarithm.
func E() Expr { return Exp(Int(1)) }

// Phi is the golden ratio, (1+√5)/2.
func Phi() Expr { return Quotient(Sum(Int(1), Root(Int(5), Int(2))), Int(2)) }

// Asin is the angle from −1/4 to 1/4 of a turn whose sine is x, in the Context's unit of angles. It is undefined where |x| > 1.
func Asin(x Expr) Expr { return call(opAsin, x) }

// Acos is the angle from 0 to 1/2 of a turn whose cosine is x, in the Context's unit of angles. It is undefined where |x| > 1.
func Acos(x Expr) Expr { return call(opAcos, x) }

// Atan is the angle between −1/4 and 1/4 of a turn whose tangent is x, in the Context's unit of angles.
func Atan(x Expr) Expr { return call(opAtan, x) }

// Atan2 is the angle of the point (x, y), above −1/2 of a turn and at most 1/2, in the Context's unit of angles. It is undefined at the origin.
func Atan2(y, x Expr) Expr { return call(opAtan2, y, x) }

// Degrees is the angle of x degrees, in the Context's unit of angles.
func Degrees(x Expr) Expr { return call(opDegrees, x) }

var (
	opPi      = new(op)
	opAsin    = new(op)
	opAcos    = new(op)
	opAtan    = new(op)
	opAtan2   = new(op)
	opDegrees = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opPi = op{name: "pi", exact: exactPi, enclose: enclosePi, form: formPi}
	*opAsin = op{name: "asin", exact: exactArc(exactAsin, isArcOfSine), enclose: encloseArc(encloseUnary(ball.Asin, wholeBits)), form: formArc(formAsin)}
	*opAcos = op{name: "acos", exact: exactArc(exactAcos, isArcOfSine), enclose: encloseArc(encloseUnary(ball.Acos, nearOneBits)), form: formArc(formAcos)}
	*opAtan = op{name: "atan", short: ball.ShortAtan, exact: exactArc(exactAtan, isArcOfTangent), enclose: encloseArc(encloseUnary(ball.Atan, noBits)), form: formArc(formAtan)}
	*opAtan2 = op{name: "atan2", exact: exactArc(exactAtan2, isArcOfPoint), enclose: encloseArc(encloseAtan2)}
	*opDegrees = op{name: "degrees", exact: exactDegrees}
}

// exactPi relies on Lindemann's theorem: π is transcendental (Baker, Transcendental Number Theory, theorem 1.3).
func exactPi(*evaluation, *node) (known, error) { return known{kind: isLong}, nil }

func enclosePi(e *evaluation, _ *node, prec uint) (ball.Ball, error) { return ball.Pi(e.ctx, prec) }

func formPi(_ *evaluation, _ *node, m *forming, _ []form) form { return symbolForm(m.pi()) }

func exactDegrees(e *evaluation, n *node) (known, error) {
	return sameAs(inUnit(Expr{n.args[0]}, Degree, e.c.Unit)), nil
}

// exactArc turns an angle in radians into one in the unit of angles. Of rational operands it is no rational multiple of π, and so not rational in a unit
// that is one, where oblique says so.
func exactArc(exact func(*evaluation, *node) (known, error), oblique func(e *evaluation, x []rational) bool) func(*evaluation, *node) (known, error) {
	return func(e *evaluation, n *node) (known, error) {
		unit := e.unit(n)
		if unit == Radian {
			return exact(e, n)
		}
		if values, ok, err := e.rationals(n.args); err != nil {
			return known{}, err
		} else if ok && oblique(e, values) {
			return known{kind: isLong}, nil
		}
		inRadians := &node{op: n.op, args: n.args, radian: true}
		return sameAs(inUnit(Expr{inRadians}, Radian, unit)), nil
	}
}

// The only rational sines and cosines of rational multiples of π are 0, ±1/2 and ±1, the only rational tangents 0 and ±1 (Niven, Irrational
// Numbers, corollary 3.12).

func isArcOfSine(e *evaluation, x []rational) bool {
	twice := x[0].product(e.ctx, rationalInt(2))
	return twice.cmpAbs(e.ctx, rationalInt(2)) < 0 && !twice.isZero() && twice.cmpAbs(e.ctx, rationalInt(1)) != 0
}

func isArcOfTangent(e *evaluation, x []rational) bool {
	return !x[0].isZero() && x[0].cmpAbs(e.ctx, rationalInt(1)) != 0
}

func isArcOfPoint(e *evaluation, x []rational) bool {
	return !x[0].isZero() && !x[1].isZero() && x[0].cmpAbs(e.ctx, x[1]) != 0
}

// encloseArc turns an enclosure in radians into one in the unit of angles.
func encloseArc(radians func(*evaluation, *node, uint) (ball.Ball, error)) func(*evaluation, *node, uint) (ball.Ball, error) {
	return func(e *evaluation, n *node, prec uint) (ball.Ball, error) {
		perTurn := e.unit(n).perTurn()
		if perTurn == 0 {
			return radians(e, n, prec)
		}
		b, err := radians(e, n, prec+8)
		if err != nil {
			return b, err
		}
		pi, err := ball.Pi(e.ctx, prec+8)
		if err != nil {
			return b, err
		}
		return ball.Quo(e.ctx, ball.MulInt(b, perTurn, prec+8), ball.Scale2(pi, 1), prec)
	}
}

func encloseAtan2(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	y, err := e.enclose(n.args[0], prec+8)
	if err != nil {
		return y, err
	}
	x, err := e.enclose(n.args[1], prec+8)
	if err != nil {
		return x, err
	}
	return ball.Atan2(e.ctx, y, x, prec)
}

// halfPi is n·π/2.
func halfPi(n int64) Expr { return Quotient(Product(Int(n), Pi()), Int(2)) }

func exactAsin(e *evaluation, n *node) (known, error) {
	x := Expr{n.args[0]}
	side, err := e.unitInterval(x, "asin")
	switch {
	case err != nil:
		return known{}, err
	case side != 0:
		return sameAs(halfPi(int64(side))), nil
	}
	if y, ok := e.angleOf(x.n, opSin); ok { // asin(sin(y)) = ±(y − kπ)
		k, err := e.wholeTurns(Quotient(y, Pi()))
		if err != nil {
			return known{}, err
		}
		r := Difference(y, Product(Expr{numberNode(rational{num: k})}, Pi()))
		if k.Bit(0) == 1 {
			r = Negation(r)
		}
		return sameAs(r), nil
	}
	return e.arcOfRational(x, 1)
}

func exactAcos(e *evaluation, n *node) (known, error) {
	x := Expr{n.args[0]}
	side, err := e.unitInterval(x, "acos")
	switch {
	case err != nil:
		return known{}, err
	case side == 1:
		return exactly(rationalInt(0)), nil
	case side == -1:
		return sameAs(Pi()), nil
	}
	if y, ok := e.angleOf(x.n, opCos); ok { // acos(cos(y)) = |y − 2kπ|
		k, err := e.wholeTurns(Quotient(y, Product(Int(2), Pi())))
		if err != nil {
			return known{}, err
		}
		return sameAs(Abs(Difference(y, Product(Int(2), Expr{numberNode(rational{num: k})}, Pi())))), nil
	}
	v, err := e.known(x.n)
	if err == nil && v.kind == isRational { // see arcOfRational
		return known{kind: isLong}, nil
	}
	return known{}, err
}

func exactAtan(e *evaluation, n *node) (known, error) {
	x := Expr{n.args[0]}
	if y, ok := e.angleOf(x.n, opTan); ok { // atan(tan(y)) = y − kπ
		k, err := e.wholeTurns(Quotient(y, Pi()))
		if err != nil {
			return known{}, err
		}
		return sameAs(Difference(y, Product(Expr{numberNode(rational{num: k})}, Pi()))), nil
	}
	return e.arcOfRational(x, -1)
}

// arcOfRational is what is known of asin(x), with direction 1, and of atan(x), with −1: 0 at 0. At other algebraic x they are no algebraic numbers but
// multiples of π, which are not rational either (Baker, Transcendental Number Theory, after theorem 1.4), and near 0 they are beside x:
// |asin x| is in |x|·(1, 1 + x²), |atan x| in |x|·(1 − x², 1), for |x| < 1.
func (e *evaluation) arcOfRational(x Expr, direction int) (known, error) {
	v, err := e.known(x.n)
	if err != nil || v.kind != isRational {
		return known{}, err
	}
	q := v.value
	if q.isZero() {
		return v, nil
	}
	return e.longBeside(q, direction*q.sign(), 2*q.magnitude()+2), nil
}

// unitInterval says whether x is 1 or −1, and else 0; it refuses an x beyond.
func (e *evaluation) unitInterval(x Expr, function string) (int, error) {
	for _, side := range []int64{1, -1} {
		sign, err := e.sign(Difference(Int(1), Product(Int(side), x)).n, "whether the operand of "+function+" is beyond 1")
		switch {
		case err != nil:
			return 0, err
		case sign < 0:
			return 0, undefinedFor("x", function+" of a number beyond 1 and -1")
		case sign == 0:
			return int(side), nil
		}
	}
	return 0, nil
}

// angleOf returns y in radians where x is function(y) as it was written.
func (e *evaluation) angleOf(x *node, function *op) (Expr, bool) {
	y, ok := e.operandOf(x, function)
	if !ok {
		return y, false
	}
	if v, _ := e.known(x); v.same != nil {
		x = v.same
	}
	return inUnit(y, e.unit(x), Radian), true
}

// wholeTurns returns the integer nearest to x.
func (e *evaluation) wholeTurns(x Expr) (*big.Int, error) {
	v, err := e.known(Whole(x, HalfEven).n)
	if err != nil {
		return nil, err
	}
	i, ok := v.value.integer(e.ctx)
	if !ok {
		return nil, tooLarge("max_digits", "the angle has too many turns")
	}
	return i, nil
}

func exactAtan2(e *evaluation, n *node) (known, error) {
	y, x := Expr{n.args[0]}, Expr{n.args[1]}
	sign, err := e.sign(y.n, "on which side of the axis the point is")
	if err != nil {
		return known{}, err
	}
	if sign != 0 {
		values, ok, err := e.rationals(n.args)
		switch {
		case err != nil:
			return known{}, err
		case ok && isArcOfPoint(e, values) && max(values[0].magnitude()-values[1].magnitude(), values[1].magnitude()-values[0].magnitude()) > e.c.Limits.exponent()/2:
			return known{kind: isLong}, nil // see arcOfRational; the quotient may be beyond the limit
		case e.isFlat(y.n, x.n): // else what is near 0 would be a difference
			arc := Atan(Quotient(y, x))
			arc.n.radian = true
			return sameAs(arc), nil
		}
		// ±π/2 − atan(x/y)
		arc := Atan(Quotient(x, y))
		arc.n.radian = true
		return sameAs(Difference(halfPi(int64(sign)), arc)), nil
	}
	if sign, err = e.sign(x.n, "on which side of the axis the point is"); err != nil {
		return known{}, err
	}
	switch sign {
	case 0:
		return known{}, undefined("the origin has no angle")
	case 1:
		return exactly(rationalInt(0)), nil
	}
	return sameAs(Pi()), nil
}

// isFlat reports whether it is plain that 0 < |y| < x.
func (e *evaluation) isFlat(y, x *node) bool {
	a, err := e.enclose(y, sketchBits)
	if err != nil {
		return false
	}
	b, err := e.enclose(x, sketchBits)
	if err != nil {
		return false
	}
	sign, _ := ball.Abs(a).Cmp(b)
	return sign < 0
}

func formArc(rule func(e *evaluation, n *node, m *forming, x form) form) func(*evaluation, *node, *forming, []form) form {
	return func(e *evaluation, n *node, m *forming, x []form) form {
		f := rule(e, n, m, x[0])
		if perTurn := e.unit(n).perTurn(); perTurn != 0 {
			f = m.mul(m.scale(f, big.NewRat(perTurn, 2)), m.invert(symbolForm(m.pi())))
		}
		return f
	}
}

func formAsin(e *evaluation, n *node, m *forming, x form) form {
	if q, ok := e.arcOfPi(n, x, ball.Asin, opSin); ok {
		return m.scale(symbolForm(m.pi()), q)
	}
	if q, ok := x.rational(); ok { // asin(3/5) = atan(3/4)
		if cathetus, ok := ratSqrt(new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Mul(q, q))); ok {
			return m.arc(isArcTan, ratForm(new(big.Rat).Quo(q, cathetus)))
		}
	}
	return m.arc(isArcSine, x)
}

// ratSqrt is the square root of q, where q > 0 and its parts are squares.
func ratSqrt(q *big.Rat) (*big.Rat, bool) {
	if q.Sign() <= 0 {
		return nil, false
	}
	num, ok1 := integer.Root(q.Num(), 2)
	den, ok2 := integer.Root(q.Denom(), 2)
	return new(big.Rat).SetFrac(num, den), ok1 && ok2
}

func formAcos(e *evaluation, n *node, m *forming, x form) form {
	arc := formAsin(e, n, m, x)
	return m.add(m.scale(symbolForm(m.pi()), big.NewRat(1, 2)), m.negate(arc))
}

func formAtan(e *evaluation, n *node, m *forming, x form) form {
	if q, ok := e.arcOfPi(n, x, ball.Atan, opTan); ok {
		return m.scale(symbolForm(m.pi()), q)
	}
	return m.arc(isArcTan, x)
}

// arc is the inverse of an odd function: that of −x is written as minus that of x.
func (m *forming) arc(kind symbolKind, x form) form {
	if len(x.num) > 0 && x.num[0].coef.Sign() < 0 {
		return m.negate(symbolForm(m.made(kind, m.negate(x), false)))
	}
	return symbolForm(m.made(kind, x, false))
}

// partsOfHalfTurn are the angles that are recognised as inverse values: multiples of π/partsOfHalfTurn, which is 1.5 degrees.
const partsOfHalfTurn = 120

// arcOfPi returns q where the inverse value of function at the operand of n, whose form is x, is qπ. A guess from an enclosure is
// proved: function(qπ) is the operand, by their forms or by the separation of algebraic numbers.
func (e *evaluation) arcOfPi(n *node, x form, inverse func(context.Context, ball.Ball, uint) (ball.Ball, error), function *op) (*big.Rat, bool) {
	if q, ok := x.rational(); ok {
		// The only rational sines of rational parts of a turn are 0, ±1/2 and ±1, the only rational tangents 0 and ±1
		// (Niven, Irrational Numbers, corollary 3.12).
		twice := new(big.Rat).Add(q, q)
		switch {
		case q.Sign() == 0:
			return new(big.Rat), true
		case function == opSin && twice.IsInt() && twice.Num().BitLen() == 1:
			return new(big.Rat).Quo(q, big.NewRat(3, 1)), true
		case function == opTan && q.IsInt() && q.Num().BitLen() == 1:
			return new(big.Rat).Quo(q, big.NewRat(4, 1)), true
		}
		return nil, false
	}
	const prec = sketchBits
	b, err := e.enclose(n.args[0], prec)
	if err != nil {
		return nil, false
	}
	pi, err := ball.Pi(e.ctx, prec)
	if err != nil {
		return nil, false
	}
	if b, err = inverse(e.ctx, b, prec); err != nil {
		return nil, false
	}
	if b, err = ball.Quo(e.ctx, ball.MulInt(b, partsOfHalfTurn, prec), pi, prec); err != nil {
		return nil, false
	}
	lo, hi, err := ball.Digits(e.ctx, b, 8) // an integer within 10^-8 of it
	if err != nil || new(big.Int).Sub(hi.Floor, lo.Floor).Cmp(two) > 0 {
		return nil, false
	}
	unit := big.NewInt(100_000_000)
	k, rest := new(big.Int).DivMod(hi.Floor, unit, new(big.Int))
	if twice := new(big.Int).Lsh(rest, 1); twice.Cmp(unit) > 0 {
		k.Add(k, one)
		rest.Sub(unit, rest)
	}
	if rest.Cmp(two) > 0 {
		return nil, false
	}
	q := big.NewRat(k.Int64(), partsOfHalfTurn)
	value := call(function, Quotient(Product(Int(k.Int64()), Pi()), Int(partsOfHalfTurn)))
	value.n.radian = true
	sign, err := e.compare(value.n, n.args[0], "")
	return q, err == nil && sign == 0
}
