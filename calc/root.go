package calc

import (
	"context"
	"errors"
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

var opRoot = new(op)

// It is filled in here since operations refer to one another.
func init() {
	*opRoot = op{name: "root", exact: exactRootNode, enclose: encloseRoot, form: formRoot}
}

// A root of a degree up to maxIntegerDegree, or of at most maxIntegerRoot digits, degree times digits asked for, is the integer
// root of the operand with zeros appended; above both, enclosures are quicker. By BenchmarkRootDegree they change places at
// degree 30 for 34 digits, and beyond degree 10 for 1,000.
const (
	maxIntegerDegree = 10
	maxIntegerRoot   = 1_100
)

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
			d = x.rootLeading(ctx, int(degree), count)
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
