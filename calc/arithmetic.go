package calc

import (
	"context"
	"fmt"
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

var (
	opNumber   = new(op)
	opNegation = new(op)
	opSum      = new(op)
	opProduct  = new(op)
	opQuotient = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opNumber = op{name: "number", exact: func(_ *evaluation, n *node) (known, error) { return exactly(n.number), nil }}

	*opNegation = op{name: "negate", exact: exactNegation, enclose: encloseNegation, form: formUnary((*forming).negate)}
	*opSum = op{name: "add", exact: exactSum, enclose: encloseSum, form: formFold((*forming).add)}
	*opProduct = op{name: "multiply", exact: exactProduct, enclose: encloseProduct, form: formFold((*forming).mul)}
	*opQuotient = op{name: "divide", exact: exactQuotient, enclose: encloseQuotient, form: formQuotient}
}

// formFold is a sum or a product of forms.
func formFold(f func(m *forming, x, y form) form) func(*evaluation, *node, *forming, []form) form {
	return func(e *evaluation, _ *node, m *forming, x []form) form {
		all := x[0]
		for _, y := range x[1:] {
			if m.failed || e.ctx.Err() != nil {
				return m.failForm()
			}
			all = f(m, all, y)
		}
		return all
	}
}

func formQuotient(_ *evaluation, _ *node, m *forming, x []form) form {
	return m.mul(x[0], m.invert(x[1]))
}

func exactNegation(e *evaluation, n *node) (known, error) {
	v, err := e.known(n.args[0])
	switch v.kind {
	case isRational:
		return exactly(v.value.negated()), err
	case isSpread:
		return known{kind: isSpread, spread: v.spread.negated()}, err
	case isLong:
		if v.beside != nil {
			if b, ok := v.beside.times(rationalInt(-1)); ok {
				return e.longNear(b), err
			}
		}
		return known{kind: isLong, finite: v.finite}, err
	}
	return known{}, err
}

func encloseNegation(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	b, err := e.enclose(n.args[0], prec)
	return ball.Neg(b), err
}

func exactSum(e *evaluation, n *node) (known, error) {
	values, ok, err := e.rationals(n.args)
	if err != nil {
		return known{}, err
	}
	if !ok {
		return e.partlyRationalSum(n)
	}
	if len(values) == 0 {
		return exactly(rationalInt(0)), nil
	}
	q, s, ok, err := sumRationals(e.ctx, values)
	switch {
	case err != nil || !ok:
		return known{}, err
	case s != nil:
		return known{kind: isSpread, spread: s}, nil
	}
	return exactly(q), nil
}

// partlyRationalSum adds the rational terms of a sum first, so that what is large among them and cancels is gone. Where one has no form, the others
// are looked at alone.
func (e *evaluation) partlyRationalSum(n *node) (known, error) {
	var rationals, others []Expr
	formless := false
	for _, a := range n.args {
		v, err := e.known(a)
		switch {
		case err != nil:
			return known{}, err
		case v.kind == isRational || v.kind == isSpread:
			rationals = append(rationals, Expr{a})
			formless = formless || v.kind == isSpread || !v.value.isCoefficient()
		default:
			others = append(others, Expr{a})
		}
	}
	if len(others) == 0 {
		return e.spreadSum(rationals)
	}
	if formless && len(others) > 1 {
		rest := Sum(others...)
		if v, err := e.known(rest.n); err != nil || v.kind == isRational {
			return sameAs(Sum(append(rationals, rest)...)), err
		}
	}
	if len(others) == 1 && len(rationals) > 0 {
		if v, err := e.besides(n, beside.plus); err != nil || v.kind != isUnknown {
			return v, err
		}
	}
	if len(rationals) < 2 {
		return known{}, nil
	}
	return sameAs(Sum(append(others, Sum(rationals...))...)), nil
}

// spreadSum adds decimals one of which at least is a spread too long to be written out.
func (e *evaluation) spreadSum(terms []Expr) (known, error) {
	var limbs []limb
	var decimals []rational
	for _, t := range terms {
		v, err := e.known(t.n)
		switch {
		case err != nil:
			return known{}, err
		case v.kind == isSpread:
			limbs = append(limbs, v.spread...)
		default:
			q, ok := v.value.decimal(e.ctx)
			if !ok {
				return known{}, nil
			}
			decimals = append(decimals, q)
		}
	}
	limbs, err := decimalLimbs(e.ctx, limbs, decimals)
	if err != nil {
		return known{}, err
	}
	return sumLimbs(limbs).known(e.ctx), nil
}

func encloseSum(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	sum := ball.FromInt64(0)
	for _, a := range n.args {
		b, err := e.enclose(a, prec)
		if err != nil {
			return b, err
		}
		sum = ball.Add(sum, b, prec)
		a.forget()
	}
	return sum, nil
}

func exactProduct(e *evaluation, n *node) (known, error) {
	values, ok, err := e.rationals(n.args)
	if err != nil {
		return known{}, err
	}
	if !ok {
		for _, a := range n.args { // all of which are defined
			if v, err := e.known(a); err != nil {
				return known{}, err
			} else if v.kind == isRational && v.value.isZero() {
				values, ok = []rational{v.value}, true
			}
		}
		if !ok {
			return e.besides(n, beside.times)
		}
	}
	size, exp := 0, 0
	for _, v := range values {
		if v.isZero() {
			return exactly(rationalInt(0)), nil
		}
		size += v.size()
		exp += v.exp
	}
	if size > 2*maxRationalBits {
		return known{}, nil
	}
	q, err := product(e.ctx, values)
	return exactly(q), err
}

// product multiplies by halves, so that the factors of each product are alike in length.
func product(ctx context.Context, values []rational) (rational, error) {
	switch len(values) {
	case 0:
		return rationalInt(1), nil
	case 1:
		return values[0], nil
	}
	half := len(values) / 2
	left, err := product(ctx, values[:half])
	if err != nil {
		return rational{}, err
	}
	right, err := product(ctx, values[half:])
	if err != nil {
		return rational{}, err
	}
	if len(values) > 64 && ctx.Err() != nil {
		return rational{}, ctx.Err()
	}
	return left.product(ctx, right), nil
}

func encloseProduct(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	product := ball.FromInt64(1)
	for _, a := range n.args {
		b, err := e.enclose(a, prec)
		if err != nil {
			return b, err
		}
		if product, err = ball.Mul(e.ctx, product, b, prec); err != nil {
			return product, err
		}
		a.forget()
	}
	return product, nil
}

var errDivisionByZero = undefinedFor("divisor", "division by zero")

func exactQuotient(e *evaluation, n *node) (known, error) {
	x, err := e.known(n.args[0])
	if err != nil {
		return known{}, err
	}
	y, err := e.known(n.args[1])
	switch {
	case err != nil:
		return known{}, err
	case y.kind == isRational && y.value.isZero():
		return known{}, errDivisionByZero
	case x.kind == isRational && y.kind == isRational:
		return exactly(x.value.quotient(e.ctx, y.value)), nil
	}
	sign, err := e.sign(n.args[1], "whether the divisor is zero")
	switch {
	case err != nil:
		return known{}, err
	case sign == 0:
		return known{}, errDivisionByZero
	case x.kind == isRational && x.value.isZero():
		return x, nil
	case x.beside != nil && y.kind == isRational:
		if b, ok := x.beside.times(y.value.inverse()); ok {
			return e.stillNear(b), nil
		}
	case x.kind == isRational && y.beside != nil:
		if b, ok := y.beside.inverse().times(x.value); ok {
			return e.stillNear(b), nil
		}
	}
	return known{}, nil
}

func encloseQuotient(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	x, err := e.enclose(n.args[0], prec)
	if err != nil {
		return x, err
	}
	y, err := e.enclose(n.args[1], prec)
	if err != nil {
		return y, err
	}
	return ball.Quo(e.ctx, x, y, prec)
}

var (
	opRemainder = new(op)
	opRound     = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opRemainder = op{name: "remainder", exact: exactRemainder}
	*opRound = op{name: "round", exact: exactRound}
}

func exactRemainder(e *evaluation, n *node) (known, error) {
	values, ok, err := e.rationals(n.args)
	if err != nil {
		return known{}, err
	}
	if !ok {
		return e.remainder(n)
	}
	x, y := values[0], values[1]
	if y.isZero() {
		return known{}, errDivisionByZero
	}
	if x.isZero() {
		return exactly(x), nil
	}
	// Over a common denominator: x and y are num·10^exp in units of 1/(x.den·y.den).
	a, b := x, y
	if x.den != nil || y.den != nil {
		a = rational{num: mulInt(e.ctx, x.num, y.denominator()), exp: x.exp}
		b = rational{num: mulInt(e.ctx, y.num, x.denominator()), exp: y.exp}
	}
	r, odd, compareHalf, err := truncatedRemainder(e.ctx, a, b)
	if err != nil {
		return known{}, err
	}
	if x.den != nil || y.den != nil {
		r.den = mulInt(e.ctx, x.denominator(), y.denominator())
	}
	if !r.isZero() && n.mode.oneMore(x.sign(), y.sign(), odd, compareHalf) {
		// The quotient is one further away from zero than the truncated one.
		if x.sign() == y.sign() {
			y = y.negated()
		}
		q, s, ok, err := sumRationals(e.ctx, []rational{r, y})
		switch {
		case err != nil:
			return known{}, err
		case !ok:
			return known{}, tooLarge("", "the remainder of fractions so far apart is too long")
		case s != nil:
			return known{kind: isSpread, spread: s}, nil
		}
		return exactly(q), nil
	}
	return exactly(r), nil
}

// remainder is x − y·q, q being x/y rounded to an integer, of numbers that are not rational.
func (e *evaluation) remainder(n *node) (known, error) {
	x, y := Expr{n.args[0]}, Expr{n.args[1]}
	rounding := [...]Rounding{Truncated: Down, Floored: Floor, Euclidean: Floor, Nearest: HalfEven}[n.mode]
	sign, err := e.sign(y.n, "whether the divisor is zero")
	switch {
	case err != nil:
		return known{}, err
	case sign == 0:
		return known{}, errDivisionByZero
	case n.mode == Euclidean && sign < 0:
		rounding = Ceiling
	}
	whole := Whole(Quotient(x, y), rounding)
	v, err := e.known(whole.n)
	if err != nil {
		return known{}, err
	}
	return sameAs(Difference(x, Product(y, Expr{numberNode(v.value)}))), nil
}

// oneMore reports whether the quotient's magnitude is one more than the truncated quotient's, given the signs of dividend
// and divisor, whether the truncated quotient is odd, and how the remainder compares with half the divisor.
func (m RemainderMode) oneMore(x, y int, odd bool, compareHalf int) bool {
	switch m {
	case Floored:
		return x != y
	case Euclidean:
		return x < 0
	case Nearest:
		return compareHalf > 0 || compareHalf == 0 && odd
	}
	return false
}

// truncatedRemainder returns a − q·b for a ≠ 0 and q = trunc(a/b), whether q is odd, and how twice the remainder compares
// with b, in magnitude. a and b are decimals.
func truncatedRemainder(ctx context.Context, a, b rational) (r rational, odd bool, compareHalf int, err error) {
	m, d := new(big.Int).Abs(a.num), new(big.Int).Abs(b.num)
	gap := a.exp - b.exp
	if gap < 0 {
		if integer.Digits(m) < integer.Digits(d)-gap-1 {
			return a, false, -1, nil // |a| < |b|/10
		}
		d = mulInt(ctx, d, pow10Int(ctx, -gap))
		gap = 0
	}
	// The remainder by 2|b| tells the quotient's last bit as well.
	twice := new(big.Int).Lsh(d, 1)
	rest, err := shiftedRemainder(ctx, m, gap, twice)
	if err != nil {
		return rational{}, false, 0, err
	}
	if odd = rest.Cmp(d) >= 0; odd {
		rest.Sub(rest, d)
	}
	compareHalf = new(big.Int).Lsh(rest, 1).Cmp(d)
	if a.sign() < 0 {
		rest.Neg(rest)
	}
	return rational{num: rest, exp: min(a.exp, b.exp)}, odd, compareHalf, nil
}

// shiftedRemainder returns m·10^k mod d without writing m·10^k out: 10^k mod d by binary powering, whose first steps are
// numbers shorter than d and need no division.
func shiftedRemainder(ctx context.Context, m *big.Int, k int, d *big.Int) (*big.Int, error) {
	if k == 0 || bitsFor(k) < 2*d.BitLen()+4096 {
		_, r := quoRemInt(ctx, mulInt(ctx, m, pow10Int(ctx, k)), d)
		return r, nil
	}
	power := big.NewInt(1)
	for i := wordLen(k) - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		power = mulInt(ctx, power, power)
		if k>>i&1 == 1 {
			power.Mul(power, ten)
		}
		if power.Cmp(d) >= 0 {
			_, power = quoRemInt(ctx, power, d)
		}
	}
	_, m = quoRemInt(ctx, m, d)
	_, r := quoRemInt(ctx, mulInt(ctx, m, power), d)
	return r, nil
}

func exactRound(e *evaluation, n *node) (known, error) {
	number, err := e.wholeNumber(n.args[1], "places")
	if err != nil {
		if isUndefined(err) {
			return known{}, undefinedFor("places", "places is not an integer")
		}
		return known{}, err
	}
	places := int64(1 << 61)
	switch {
	case number.BitLen() <= 61:
		places = number.Int64()
	case number.Sign() < 0:
		places = -places
	}
	limit := int64(2*e.c.Limits.exponent() + e.c.Limits.digits())
	switch {
	case places > int64(e.c.Limits.digits()):
		return known{}, &Error{Kind: TooLarge, Operand: "places", Limit: "max_digits", Position: -1,
			Reason: "more places than max_digits allows digits in a result"}
	case places < -limit:
		places = -limit // beyond every number
	}
	x, err := e.near(n.args[0], int(places))
	if err != nil {
		return known{}, err
	}
	q, err := e.roundToPlaces(x, int(places), n.rounding)
	if err != nil {
		return known{}, err
	}
	return known{kind: isRational, value: q, places: true}, nil
}

// roundToPlaces returns x as an integer times 10^-places.
func (e *evaluation) roundToPlaces(x rational, places int, r Rounding) (rational, error) {
	if x.isZero() {
		return rational{num: new(big.Int), exp: -max(places, 0)}, nil
	}
	count := max(x.magnitude()+places+2, 0) // digits down to that place
	if count > e.c.Limits.digits()+2 {
		if places <= 0 && x.den == nil && x.exp >= -places {
			// 1e300000 to integers: nothing is rounded, and no zero behind the point is asked for.
			x.num, x.exp = stripZeros(e.ctx, x.num, x.exp)
			return x, nil
		}
		return rational{}, tooLarge("max_digits", fmt.Sprintf(
			"the result has more than max_digits (%d) digits: round to fewer places", e.c.Limits.digits()))
	}
	d := x.leading(e.ctx, count+1)
	if d.exp >= -places {
		d.man = mulInt(e.ctx, d.man, pow10Int(e.ctx, d.exp+places))
		d.exp = -places
	}
	d, _ = r.drop(e.ctx, d, -places-d.exp)
	if d.man.Sign() == 0 {
		return rational{num: new(big.Int), exp: -max(places, 0)}, nil
	}
	if d.negative {
		d.man.Neg(d.man)
	}
	return rational{num: d.man, exp: d.exp}, nil
}
