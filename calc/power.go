package calc

import (
	"math"
	"math/big"

	"calculator/calc/internal/ball"
)

var opPower = new(op)

// It is filled in here since operations refer to one another.
func init() {
	*opPower = op{name: "power", short: ball.ShortPow, exact: exactPowerNode, enclose: enclosePower, form: formPower}
}

func exactPowerNode(e *evaluation, n *node) (known, error) {
	values, ok, err := e.rationals(n.args)
	if err != nil {
		return known{}, err
	}
	if !ok {
		return e.powerOfUnknown(n.args[0], n.args[1])
	}
	return e.power(values[0], values[1])
}

var (
	errZeroToNegative   = undefinedFor("exponent", "zero to a negative power")
	errNegativeFraction = undefinedFor("exponent", "a negative base with an exponent that is not an integer has no real power")
)

// powerOfUnknown returns what is known of x^y where one of them is not rational.
func (e *evaluation) powerOfUnknown(x, y *node) (known, error) {
	exponent, err := e.known(y)
	if err != nil {
		return known{}, err
	}
	if exponent.kind == isRational {
		if exponent.value.isZero() {
			return exactly(rationalInt(1)), nil
		}
		if i, ok := exponent.value.integer(e.ctx); ok && i.Sign() > 0 {
			if i.Cmp(one) == 0 {
				return sameAs(Expr{x}), nil
			}
			return known{}, nil
		}
	}
	sign, err := e.sign(x, "whether the base of a power is negative or zero")
	switch {
	case err != nil:
		return known{}, err
	case sign == 0:
		if sign, err = e.sign(y, "whether the exponent of zero is positive"); err != nil {
			return known{}, err
		}
		switch sign {
		case 0:
			return exactly(rationalInt(1)), nil
		case 1:
			return exactly(rationalInt(0)), nil
		}
		return known{}, errZeroToNegative
	case exponent.kind == isRational:
		if _, ok := exponent.value.integer(e.ctx); !ok && sign < 0 {
			return known{}, errNegativeFraction
		}
		return known{}, nil
	case sign < 0 || exponent.kind == isUnknown && e.nearWhole(y):
		i, err := e.wholeNumber(y, "the exponent")
		switch {
		case err == nil:
			return sameAs(Power(Expr{x}, Expr{numberNode(rational{num: i})})), nil
		case sign > 0:
			return known{}, nil
		case isUndefined(err):
			return known{}, errNegativeFraction
		}
		return known{}, err
	}
	return known{}, nil
}

// nearWhole reports whether n looks like an integer, so that it is worth finding out whether it is one.
func (e *evaluation) nearWhole(n *node) bool {
	b, err := e.enclose(n, sketchBits)
	if err != nil {
		return false
	}
	lo, hi, err := ball.Digits(e.ctx, b, 0)
	return err == nil && lo.Floor.Cmp(hi.Floor) != 0
}

// formPower is x^y: multiplied out where y is a number, else e^(y·ln(x)) for a positive x.
func formPower(e *evaluation, n *node, m *forming, x []form) form {
	if q, ok := x[1].rational(); ok {
		if exp, ok := smallFraction(q); ok {
			return e.formPower(n.args[0], m, x[0], exp)
		}
	}
	if sign, err := e.sign(n.args[0], ""); err != nil || sign <= 0 {
		return m.failForm()
	}
	return m.exp(m.mul(x[1], m.log(x[0])))
}

// formPower is a rational power of a form, that of the node x.
func (e *evaluation) formPower(x *node, m *forming, f form, exp fraction) form {
	if exp.isWhole() {
		return m.power(f, exp)
	}
	sign, err := e.sign(x, "")
	if err != nil || sign == 0 {
		return m.failForm()
	}
	if sign > 0 {
		return m.power(f, exp)
	}
	r := m.power(m.negate(f), exp) // of odd degree
	if exp.num%2 != 0 {
		r = m.negate(r)
	}
	return r
}

// power returns what is known of x^y.
func (e *evaluation) power(x, y rational) (known, error) {
	switch {
	case y.isZero():
		return exactly(rationalInt(1)), nil
	case x.isZero() && y.sign() < 0:
		return known{}, errZeroToNegative
	case x.isZero():
		return exactly(x), nil
	}
	x = x.canonical(e.ctx)
	if y.den == nil && y.exp > maxShortExponent && !x.isOne() && !x.negated().isOne() { // it is not written out for nothing
		exponent, err := y.enclose(e.ctx, 64)
		if err == nil {
			err = e.powerInRangeByLog(x, exponent)
		}
		if err != nil {
			return known{}, err
		}
	}
	if i, ok := y.integer(e.ctx); ok {
		return e.integerPower(x, i)
	}
	if x.sign() < 0 {
		return known{}, errNegativeFraction
	}
	if x.isOne() {
		return exactly(x), nil
	}
	return e.fractionalPower(x, y)
}

// integerPower returns what is known of x^n for x ≠ 0 in canonical form and n ≠ 0.
func (e *evaluation) integerPower(x rational, n *big.Int) (known, error) {
	if x.isOne() {
		return exactly(x), nil
	}
	if minus := x.negated(); minus.isOne() {
		if n.Bit(0) == 1 {
			return exactly(x), nil
		}
		return exactly(minus), nil
	}
	if n.Sign() < 0 {
		x, n = x.inverse().canonical(e.ctx), new(big.Int).Neg(n)
	}
	if err := e.powerInRange(x, n); err != nil {
		return known{}, err
	}
	if !n.IsInt64() || n.BitLen() > 40 {
		// Then |x| is nearly 1, so that x has many digits, and x^n has n times as many.
		return known{kind: isLong, finite: x.den == nil}, nil
	}
	count := int(n.Int64())
	// x^n in lowest terms has at least (bits-1)·n bits, where bits is the length of the longer part of x.
	// A canonical x has nothing to cancel and no zeros to strip, and so has x^n: where its numerator is not a multiple of
	// ten, neither of its powers is. So all these are significant digits; a part of one bit is 1.
	longest := max(x.num.BitLen(), x.denominator().BitLen())
	if float64(longest-1)*float64(count) > float64(max(2*bitsFor(e.need), 20_000)) && !e.write((log2Above(x.num)+log2Above(x.denominator()))*float64(count)) {
		return known{kind: isLong, finite: x.den == nil, putOff: true}, nil
	}
	p := rational{num: powInt(e.ctx, x.num, uint(count)), exp: x.exp * count}
	if x.den != nil {
		p.den = powInt(e.ctx, x.den, uint(count))
	}
	return exactly(p), nil
}

// log2Above is log2(|n|) for n ≠ 0, or up to 1 more where n is long.
func log2Above(n *big.Int) float64 {
	if n.BitLen() > 53 {
		return float64(n.BitLen())
	}
	f, _ := n.Float64()
	return math.Log2(math.Abs(f))
}

// powerInRange refuses x^n, n > 0, where an estimate already shows that it lies beyond max_exponent.
func (e *evaluation) powerInRange(x rational, n *big.Int) error {
	count, _ := new(big.Float).SetInt(n).Float64()
	low, width := x.log2()
	limit := e.mostBits()
	switch {
	case low > 0 && low*count > limit:
		return e.outOfRange(false)
	case low+width < 0 && -(low+width)*count > limit:
		return e.outOfRange(true)
	case count < limit:
		return nil
	}
	return e.powerInRangeByLog(x, ball.FromInt(n)) // x is near 1
}

// powerInRangeByLog is powerInRange by the logarithm of x^y, of which so many bits tell the size however near to 1 x is.
func (e *evaluation) powerInRangeByLog(x rational, y ball.Ball) error {
	b, err := x.enclose(e.ctx, 64+uint(max(x.num.BitLen(), x.denominator().BitLen())))
	if err != nil {
		return err
	}
	log, err := ball.Log(e.ctx, ball.Abs(b), 64)
	if err != nil {
		return err
	}
	if log, err = ball.Mul(e.ctx, log, y, 64); err != nil {
		return err
	}
	lower, _, known := log.Log2()
	if sign, _ := log.Sign(); known && float64(lower) > math.Log2(e.mostBits()) { // log2(x^y) is larger still
		return e.outOfRange(sign < 0)
	}
	return nil
}

// maxShortExponent is up to what power of ten an integer is written out without a look at what it is for.
const maxShortExponent = 1000

// fractionalPower returns what is known of x^y for a canonical x > 0 other than 1 and a y that is not an integer.
//
// With y = p/q in lowest terms, x^y is rational exactly if x is the q-th power of a rational r; then it is r^p.
// (If x^(p/q) = s is rational, take a, b with ap + bq = 1: x^(1/q) = x^(ap/q)·x^b = s^a·x^b is rational.)
func (e *evaluation) fractionalPower(x, y rational) (known, error) {
	if v := e.powerBesideOne(x, y.sign(), y.magnitude()+1); v.digits != nil {
		// |y| < 1/bits(x) then, so that no numerator or denominator but 1 is so high a power.
		return v, nil
	}
	num, den, ok := y.fraction(e.ctx)
	if !ok || !den.IsInt64() {
		return known{kind: isLong}, nil // no number within the limits is so high a power
	}
	r, ok, err := exactRoot(e.ctx, x, den.Int64())
	if err != nil || !ok {
		return known{kind: isLong}, err
	}
	return e.integerPower(r.canonical(e.ctx), num)
}

// powerBesideOne is x^y for |y| < 10^size so small that the power is 1 but for digits that no rounding looks at, if it is:
// |x^y − 1| < 2·|y·log(x)| for |y·log(x)| < 1, and |log(x)| < |log2(x)|.
func (e *evaluation) powerBesideOne(x rational, sign, size int) known {
	low, width := x.log2()
	most := max(math.Abs(low), math.Abs(low+width))
	sign *= x.cmp(e.ctx, rationalInt(1))
	return e.longBeside(rationalInt(1), sign, size+int(math.Ceil(math.Log10(2*most)))+1)
}

func enclosePower(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	y, err := e.known(n.args[1])
	if err != nil {
		return ball.Ball{}, err
	}
	if y.kind == isRational {
		if i, ok := y.value.integer(e.ctx); ok {
			return encloseIntegerPower(e, n.args[0], i, prec)
		}
	}
	guard := uint(32)
	x, err := e.enclose(n.args[0], prec+guard)
	if err != nil {
		return x, err
	}
	exponent, err := e.enclose(n.args[1], prec+guard)
	if err != nil {
		return exponent, err
	}
	return ball.Pow(e.ctx, x, exponent, prec)
}

func encloseIntegerPower(e *evaluation, base *node, i *big.Int, prec uint) (ball.Ball, error) {
	// The relative error of the base is multiplied by the exponent.
	x, err := e.enclose(base, prec+uint(i.BitLen())+8)
	if err != nil {
		return x, err
	}
	if i.IsInt64() {
		return ball.PowInt(e.ctx, x, i.Int64(), prec)
	}
	sign, _ := x.Sign()
	b, err := ball.Pow(e.ctx, ball.Abs(x), ball.FromInt(i), prec)
	if err == nil && sign < 0 && i.Bit(0) == 1 {
		b = ball.Neg(b)
	}
	return b, err
}
