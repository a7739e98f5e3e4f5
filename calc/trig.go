package calc

import (
	"context"
	"errors"
	"math/big"

	"calculator/calc/internal/ball"
)

// Sin is the sine of x, in the Context's unit of angles.
func Sin(x Expr) Expr { return call(opSin, x) }

// Cos is the cosine of x, in the Context's unit of angles.
func Cos(x Expr) Expr { return call(opCos, x) }

// Tan is the tangent of x, in the Context's unit of angles. It is undefined at the poles.
func Tan(x Expr) Expr { return call(opTan, x) }

var (
	opSin = new(op)
	opCos = new(op)
	opTan = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opSin = op{name: "sin", short: ball.ShortSin, exact: exactTrig(sine), enclose: encloseTrig(ball.Sin, ball.SinPi), form: formTrig((*forming).sin)}
	*opCos = op{name: "cos", short: ball.ShortCos, exact: exactTrig(cosine), enclose: encloseTrig(ball.Cos, ball.CosPi), form: formTrig((*forming).cos)}
	*opTan = op{name: "tan", short: ball.ShortTan, exact: exactTrig(tangent), enclose: encloseTrig(ball.Tan, ball.TanPi), form: formTrig((*forming).tan)}
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
