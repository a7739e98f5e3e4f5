package calc

import (
	"context"
	"errors"
	"math"
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// Hypot is the square root of the sum of the squares of its operands.
func Hypot(x ...Expr) Expr { return call(opHypot, x...) }

var (
	opPower = new(op)
	opRoot  = new(op)
	opHypot = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opPower = op{name: "power", short: ball.ShortPow, exact: exactPowerNode, enclose: enclosePower, form: formPower}
	*opRoot = op{name: "root", exact: exactRootNode, enclose: encloseRoot, form: formRoot}
	*opHypot = op{name: "hypot", exact: exactHypot, enclose: encloseHypot}
}

// A root of a degree up to maxIntegerDegree, or of at most maxIntegerRoot digits, degree times digits asked for, is the integer
// root of the operand with zeros appended; above both, enclosures are quicker. By BenchmarkRootDegree they change places at
// degree 30 for 34 digits, and beyond degree 10 for 1,000.
const (
	maxIntegerDegree = 10
	maxIntegerRoot   = 1_100
)

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

func formRoot(e *evaluation, n *node, m *forming, x []form) form {
	q, ok := x[1].rational()
	if !ok || q.Sign() == 0 {
		return m.failForm()
	}
	exp, ok := smallFraction(new(big.Rat).Inv(q))
	if !ok {
		return m.failForm()
	}
	return e.formPower(n.args[0], m, x[0], exp)
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

// canonical returns q ≠ 0 in lowest terms, as a decimal where it is one, the zeros at the end of its parts moved into the
// exponent: a decimal has a numerator that is not a multiple of ten; another has a denominator with a prime factor other
// than 2 and 5.
func (q rational) canonical(ctx context.Context) rational {
	if d, ok := q.decimal(ctx); ok {
		q = d
	} else {
		q = q.reduced(ctx)
	}
	q.num, q.exp = stripZeros(ctx, q.num, q.exp)
	return q
}

// isOne reports whether a canonical q is 1.
func (q rational) isOne() bool { return q.den == nil && q.exp == 0 && q.num.Cmp(one) == 0 }

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

// exactRoot returns the n-th root of a canonical x > 0, n ≥ 2, where it is rational.
//
// With x = 2^i·5^j·a/b, a and b coprime to each other and to 10, it is so exactly if n divides i and j, and a and b are n-th
// powers of integers: factorisation is unique.
func exactRoot(ctx context.Context, x rational, n int64) (rational, bool, error) {
	f := factors(ctx, x)
	if f.twos%n != 0 || f.fives%n != 0 {
		return rational{}, false, nil
	}
	r := rational{num: one}
	var ok bool
	var err error
	if r.num, ok, err = perfectRoot(ctx, f.num, n); err != nil || !ok {
		return rational{}, false, err
	}
	if r.den, ok, err = perfectRoot(ctx, f.den, n); err != nil || !ok {
		return rational{}, false, err
	}
	if r.den.Cmp(one) == 0 {
		r.den = nil
	}
	// 2^i·5^j = 10^j·2^(i-j)
	k, l := f.twos/n, f.fives/n
	r.exp = int(l)
	if k >= l {
		r.num = new(big.Int).Lsh(r.num, uint(k-l))
	} else {
		r.exp = int(k)
		r.num = mulInt(ctx, r.num, powInt(ctx, five, uint(l-k)))
	}
	return r, true, nil
}

// perfectRoot returns the n-th root of m ≥ 1, where that is an integer.
func perfectRoot(ctx context.Context, m *big.Int, n int64) (*big.Int, bool, error) {
	switch {
	case m.Cmp(one) == 0:
		return one, true, nil
	case n >= int64(m.BitLen()): // 1 < m < 2^n
		return nil, false, nil
	case !maybePower(m, n):
		return nil, false, nil
	}
	r, exact := rootInt(ctx, m, int(n))
	return r, exact, ctx.Err()
}

// maybePower reports whether m may be an n-th power: it looks at m modulo a prime p with n | p−1, where the n-th powers
// other than 0 are those with m^((p-1)/n) = 1, one residue in n.
func maybePower(m *big.Int, n int64) bool {
	const tests = 12
	if n > 1<<20 {
		return true
	}
	for p, found := 2*n+1, 0; found < tests && p < 1<<31 && p < n*200; p += 2 * n {
		prime := big.NewInt(p)
		if !prime.ProbablyPrime(0) { // exact below 2^64
			continue
		}
		found++
		rest := new(big.Int).Rem(m, prime)
		if rest.Sign() != 0 && rest.Exp(rest, big.NewInt((p-1)/n), prime).Cmp(one) != 0 {
			return false
		}
	}
	return true
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

func exactRootNode(e *evaluation, n *node) (known, error) {
	degree, err := e.known(n.args[1])
	if err != nil {
		return known{}, err
	}
	if degree.kind != isRational {
		d, err := e.wholeNumber(n.args[1], "the degree of a root")
		if err != nil {
			return known{}, err
		}
		return sameAs(Root(Expr{n.args[0]}, Expr{numberNode(rational{num: d})})), nil
	}
	d, ok := degree.value.integer(e.ctx)
	if !ok || d.Sign() == 0 {
		return known{}, undefinedFor("degree", "the degree of a root is an integer other than 0")
	}
	radicand, err := e.known(n.args[0])
	if err != nil {
		return known{}, err
	}
	if radicand.kind == isRational {
		return e.root(radicand.value, d)
	}
	if d.Cmp(one) == 0 {
		return sameAs(Expr{n.args[0]}), nil
	}
	sign, err := e.sign(n.args[0], "whether the operand of a root is negative or zero")
	switch {
	case err != nil:
		return known{}, err
	case sign == 0 && d.Sign() < 0:
		return known{}, errRootOfZero
	case sign == 0:
		return exactly(rationalInt(0)), nil
	case sign < 0 && d.Bit(0) == 0:
		return known{}, evenRoot(d)
	}
	return known{}, nil
}

var errRootOfZero = undefinedFor("degree", "a root of zero with a negative degree is a division by zero")

func evenRoot(degree *big.Int) error {
	if degree.Cmp(two) == 0 {
		return undefinedFor("radicand", "square root of a negative number")
	}
	return undefinedFor("radicand", "even root of a negative number")
}

// root returns what is known of the n-th root of x, n ≠ 0.
func (e *evaluation) root(x rational, n *big.Int) (known, error) {
	switch {
	case x.isZero() && n.Sign() < 0:
		return known{}, errRootOfZero
	case x.isZero():
		return exactly(x), nil
	case x.sign() < 0 && n.Bit(0) == 0:
		return known{}, evenRoot(n)
	}
	if n.Sign() < 0 {
		x, n = x.inverse(), new(big.Int).Neg(n)
	}
	x = x.canonical(e.ctx)
	if n.Cmp(one) == 0 || x.isOne() {
		return exactly(x), nil
	}
	negative := x.sign() < 0
	if negative {
		x = x.negated()
	}
	if x.isOne() { // the odd root of −1
		return exactly(rationalInt(-1)), nil
	}
	if v := e.powerBesideOne(x, 1, 1-integer.Digits(n)); v.digits != nil {
		if negative {
			v = known{kind: isLong, digits: negated(v.digits)}
		}
		return v, nil
	}
	if !n.IsInt64() || n.BitLen() > 40 {
		return known{kind: isLong}, nil // no number within the limits is so high a power
	}
	degree := n.Int64()
	r, ok, err := exactRoot(e.ctx, x, degree)
	switch {
	case err != nil:
		return known{}, err
	case ok && negative:
		return exactly(r.negated()), nil
	case ok:
		return exactly(r), nil
	}
	v := known{kind: isLong}
	if degree <= maxIntegerDegree || degree <= maxIntegerRoot && degree*int64(e.rootDigits()) <= maxIntegerRoot {
		v.digits = func(ctx context.Context, count int) (d digits, err error) {
			d = x.rootLeading(e.ctx, int(degree), count)
			d.negative = negative
			return d, ctx.Err()
		}
	}
	return v, nil
}

func negated(leading func(context.Context, int) (digits, error)) func(context.Context, int) (digits, error) {
	return func(ctx context.Context, n int) (digits, error) {
		d, err := leading(ctx, n)
		d.negative = !d.negative
		return d, err
	}
}

func (e *evaluation) rootDigits() int {
	if e.c.Precision <= 0 {
		return decimal128Digits
	}
	return e.c.Precision
}

// rootLeading returns the first count or more digits of the n-th root of q > 0, which is irrational.
//
// With an integer k, floor(q^(1/n)·10^k) = floor(floor(q·10^(nk))^(1/n)): an integer's n-th power is at most a real number
// exactly if it is at most that number's floor.
func (q rational) rootLeading(ctx context.Context, n, count int) digits {
	// q > 10^m, so its root times 10^k is above 10^(m/n+k), and with k = count − floor(m/n) has more than count digits.
	m := q.magnitude() - 1
	k := count - floorDiv(m, n)
	num, den := q.num, q.denominator()
	if shift := n*k + q.exp; shift >= 0 {
		num = mulInt(ctx, num, pow10Int(ctx, shift))
	} else {
		den = mulInt(ctx, den, pow10Int(ctx, -shift))
	}
	if den.Cmp(one) != 0 {
		num, _ = quoRemInt(ctx, num, den)
	}
	var r *big.Int
	if n == 2 {
		r, _ = sqrtInt(ctx, num)
	} else {
		r, _ = rootInt(ctx, num, n)
	}
	return digits{man: r, exp: -k, more: true}
}

func encloseRoot(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	degree, err := e.known(n.args[1])
	if err != nil {
		return ball.Ball{}, err
	}
	d, ok := degree.value.integer(e.ctx)
	if degree.kind != isRational || !ok {
		return ball.Ball{}, errors.New("the degree of a root is not an integer")
	}
	x, err := e.enclose(n.args[0], prec+8)
	if err != nil {
		return x, err
	}
	sign, _ := x.Sign()
	if sign < 0 { // of odd degree
		x = ball.Neg(x)
	}
	inverse := d.Sign() < 0
	if inverse {
		d = new(big.Int).Neg(d)
	}
	var b ball.Ball
	if d.IsInt64() {
		b, err = ball.Root(e.ctx, x, d.Int64(), prec+8)
	} else {
		var y ball.Ball
		if y, err = ball.FromRatio(e.ctx, one, d, 0, prec+8); err == nil {
			b, err = ball.Pow(e.ctx, x, y, prec+8)
		}
	}
	if err != nil {
		return b, err
	}
	if inverse {
		if b, err = ball.Quo(e.ctx, ball.FromInt64(1), b, prec+8); err != nil {
			return b, err
		}
	}
	if sign < 0 {
		b = ball.Neg(b)
	}
	return b, nil
}

// exactHypot is the root of a sum of squares, but that squares beyond the limit are none of the caller's: those of rational operands are added up here.
func exactHypot(e *evaluation, n *node) (known, error) {
	squares := make([]Expr, len(n.args))
	for i, a := range n.args {
		squares[i] = Power(Expr{a}, Int(2))
	}
	root := sameAs(Root(Sum(squares...), Int(2)))
	values, ok, err := e.rationals(n.args)
	if err != nil || !ok {
		return root, err
	}
	var longest, next rational // of the operands other than 0
	far := false
	sum := rationalInt(0)
	for _, q := range values {
		if q.isZero() {
			continue
		}
		far = far || 2*max(q.magnitude(), -q.magnitude())+4 > e.c.Limits.exponent()
		if longest.num == nil || q.cmpAbs(e.ctx, longest) > 0 {
			q, longest = longest, q
		}
		if q.num != nil && (next.num == nil || q.cmpAbs(e.ctx, next) > 0) {
			next = q
		}
	}
	switch {
	case !far:
		return root, nil
	case next.num == nil:
		return sameAs(Abs(Expr{numberNode(longest)})), nil
	}
	if longest.sign() < 0 {
		longest = longest.negated()
	}
	if v, ok := e.hypotBeside(longest, next); ok && len(values) == 2 {
		return v, nil
	}
	for _, q := range values {
		square := q.product(e.ctx, q)
		if sum.sumSize(square) > maxRationalBits {
			return root, nil
		}
		sum = sum.sum(e.ctx, square)
	}
	return e.root(sum, two)
}

// hypotBeside is √(x²+y²) for decimals x > 0 and y so much shorter that it is beside x: above it by less than (y/x)² of it.
//
// It is irrational then. Else let x = a·s and y = b·s with integers a and b and a power of ten s such that one of them has all its digits in its
// numerator, and h = √(a²+b²), an integer. (h−a)(h+a) = b², so that 2a < b², and (y/x)² > 2/a, and also > 4/b². If a is x's numerator, the one is
// above 10^−n for its number of digits n, and if b is y's, the other is above 10^−2n.
func (e *evaluation) hypotBeside(x, y rational) (known, bool) {
	if x.den != nil || y.den != nil {
		return known{}, false
	}
	gap := 2 * (y.magnitude() - x.magnitude() + 2)
	if -gap < max(integer.Digits(x.num), 2*integer.Digits(y.num)) {
		return known{}, false
	}
	v := e.longBeside(x, 1, gap)
	return v, v.digits != nil
}

func encloseHypot(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	all := ball.FromInt64(0)
	for _, a := range n.args {
		b, err := e.enclose(a, prec+8)
		if err != nil {
			return b, err
		}
		if all, err = ball.Hypot(e.ctx, all, b, prec+8); err != nil {
			return b, err
		}
	}
	return all, nil
}
