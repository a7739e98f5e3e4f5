package calc

import (
	"math"
	"math/big"

	"calculator/calc/internal/ball"
)

// Sinh is the hyperbolic sine of x.
func Sinh(x Expr) Expr { return call(opSinh, x) }

// Cosh is the hyperbolic cosine of x.
func Cosh(x Expr) Expr { return call(opCosh, x) }

// Tanh is the hyperbolic tangent of x.
func Tanh(x Expr) Expr { return call(opTanh, x) }

// Asinh is the inverse hyperbolic sine of x.
func Asinh(x Expr) Expr { return call(opAsinh, x) }

// Acosh is the inverse hyperbolic cosine of x, which is not negative. It is undefined where x < 1.
func Acosh(x Expr) Expr { return call(opAcosh, x) }

// Atanh is the inverse hyperbolic tangent of x. It is undefined where |x| ≥ 1.
func Atanh(x Expr) Expr { return call(opAtanh, x) }

var (
	opSinh  = new(op)
	opCosh  = new(op)
	opTanh  = new(op)
	opAsinh = new(op)
	opAcosh = new(op)
	opAtanh = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opSinh = op{name: "sinh", exact: exactSinh, enclose: encloseUnary(ball.Sinh, wholeBits), form: formUnary((*forming).sinh)}
	*opCosh = op{name: "cosh", exact: exactCosh, enclose: encloseUnary(ball.Cosh, wholeBits), form: formUnary((*forming).cosh)}
	*opTanh = op{name: "tanh", exact: exactTanh, enclose: encloseUnary(ball.Tanh, noBits), form: formUnary((*forming).tanh)}
	*opAsinh = op{name: "asinh", exact: exactAsinh, enclose: encloseUnary(ball.Asinh, noBits), form: formUnary((*forming).asinh)}
	*opAcosh = op{name: "acosh", exact: exactAcosh, enclose: encloseUnary(ball.Acosh, nearOneBits), form: formUnary((*forming).acosh)}
	*opAtanh = op{name: "atanh", exact: exactAtanh, enclose: encloseUnary(ball.Atanh, nearOneBits), form: formUnary((*forming).atanh)}
}

// The values at algebraic numbers other than those below are transcendental: the exponential of one is, and so e^y ± e^−y, and were
// the inverse value y algebraic, e^y, which is algebraic, would not be (Baker, Transcendental Number Theory, theorem 1.4).

func exactSinh(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil || !ok:
		return known{}, err
	case x.isZero():
		return exactly(x), nil
	}
	return e.longBeside(x, x.sign(), 2*x.magnitude()+2), nil // |sinh x| is in |x|·(1, 1 + x²/5) for |x| < 1
}

func exactCosh(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil || !ok:
		return known{}, err
	case x.isZero():
		return exactly(rationalInt(1)), nil
	}
	return e.longBeside(rationalInt(1), 1, 2*x.magnitude()+2), nil // cosh x is in (1, 1 + x²) for |x| < 1
}

func exactTanh(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil || !ok:
		return known{}, err
	case x.isZero():
		return exactly(x), nil
	case x.magnitude() >= 1:
		// 1 − |tanh x| = 2/(e^2|x| + 1) < 2·10^(−0.868·|x|), and |x| > 10^(magnitude−1).
		size := math.Pow10(min(x.magnitude()-1, 9))
		return e.longBeside(rationalInt(int64(x.sign())), -x.sign(), 1-int(0.868*size)), nil
	}
	return e.longBeside(x, -x.sign(), 2*x.magnitude()+2), nil // |tanh x| is in |x|·(1 − x², 1)
}

// operandOf returns y where x is function(y) as it was written.
func (e *evaluation) operandOf(x *node, function *op) (Expr, bool) {
	v, err := e.known(x)
	if err != nil || v.kind == isRational {
		return Expr{}, false
	}
	if v.same != nil {
		x = v.same
	}
	if x.op != function {
		return Expr{}, false
	}
	return Expr{x.args[0]}, true
}

func exactAsinh(e *evaluation, n *node) (known, error) {
	x, ok, err := e.operand(n)
	switch {
	case err != nil:
		return known{}, err
	case !ok:
		if y, ok := e.operandOf(n.args[0], opSinh); ok {
			return sameAs(y), nil
		}
		return known{}, nil
	case x.isZero():
		return exactly(x), nil
	}
	return e.longBeside(x, -x.sign(), 2*x.magnitude()+2), nil // |asinh x| is in |x|·(1 − x², 1)
}

func exactAcosh(e *evaluation, n *node) (known, error) {
	v, err := e.known(n.args[0])
	if err != nil {
		return known{}, err
	}
	if y, ok := e.operandOf(n.args[0], opCosh); ok {
		return sameAs(Abs(y)), nil
	}
	sign, err := e.compare(n.args[0], Int(1).n, "whether the operand of acosh is below 1")
	switch {
	case err != nil:
		return known{}, err
	case sign < 0:
		return known{}, undefinedFor("x", "acosh of a number below 1")
	case sign == 0:
		return exactly(rationalInt(0)), nil
	case v.kind == isRational:
		return known{kind: isLong}, nil
	}
	return known{}, nil
}

func exactAtanh(e *evaluation, n *node) (known, error) {
	x := Expr{n.args[0]}
	v, err := e.known(x.n)
	if err != nil {
		return known{}, err
	}
	if y, ok := e.operandOf(x.n, opTanh); ok {
		return sameAs(y), nil
	}
	side, err := e.unitInterval(x, "atanh")
	switch {
	case err != nil:
		return known{}, err
	case side != 0:
		return known{}, undefinedFor("x", "atanh has a pole there")
	case v.kind != isRational:
		return known{}, nil
	case v.value.isZero():
		return v, nil
	}
	q := v.value
	return e.longBeside(q, q.sign(), 2*q.magnitude()+2), nil // |atanh x| is in |x|·(1, 1 + x²) for |x| < 1/2
}

func (m *forming) sinh(x form) form {
	return m.scale(m.add(m.exp(x), m.negate(m.exp(m.negate(x)))), big.NewRat(1, 2))
}

func (m *forming) cosh(x form) form {
	return m.scale(m.add(m.exp(x), m.exp(m.negate(x))), big.NewRat(1, 2))
}

func (m *forming) tanh(x form) form { return m.mul(m.sinh(x), m.invert(m.cosh(x))) }

// asinh is ln(x + √(x²+1)).
func (m *forming) asinh(x form) form {
	return m.log(m.add(x, m.power(m.add(m.mul(x, x), intForm(1)), fraction{1, 2})))
}

// acosh is ln(x + √(x²−1)) for x > 1.
func (m *forming) acosh(x form) form {
	return m.log(m.add(x, m.power(m.add(m.mul(x, x), intForm(-1)), fraction{1, 2})))
}

// atanh is ln((1+x)/(1−x))/2.
func (m *forming) atanh(x form) form {
	one := intForm(1)
	return m.scale(m.log(m.mul(m.add(one, x), m.invert(m.add(one, m.negate(x))))), big.NewRat(1, 2))
}
