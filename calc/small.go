package calc

import (
	"math"
	"math/big"
	"math/bits"

	"calculator/calc/expression"
)

// This file is the short way for expressions of short rationals, from the tree of a text to its value: in words, without nodes. It
// makes no errors and knows no limits: where a number does not fit, or an operation is not one of these or is undefined, all
// goes the long way, which says so.

// A small is the number num/den·10^exp, den > 0. Neither part is below −(2^63−1), so that each may be negated.
type small struct {
	num, den int64
	exp      int
}

const (
	// smallDigits is the number of digits that always fit.
	smallDigits = 18
	// maxSmallExp bounds the exponents, so that every small and its inverse is between 10^-maxSmallMagnitude and 10^maxSmallMagnitude.
	maxSmallExp       = 40
	maxSmallMagnitude = maxSmallExp + 20
)

var powersOfTen = func() (p [smallDigits + 1]int64) {
	p[0] = 1
	for i := range smallDigits {
		p[i+1] = 10 * p[i]
	}
	return p
}()

// small returns the value of a tree, where the short way finds it. A definition is computed wherever its variable stands, so that
// the steps are counted.
func (l *lowering) small(n *expression.Node) (small, bool) {
	if l.steps++; l.steps > expression.MaxNodes {
		return small{}, false
	}
	switch n.Kind {
	case expression.Number:
		return smallLiteral(n.Literal, l.Limits)
	case expression.Variable:
		return l.small(n.Args[0])
	case expression.Call:
		return l.smallCall(n)
	}
	return small{}, false
}

func (l *lowering) smallCall(n *expression.Node) (small, bool) {
	if n.Name == "power" {
		return l.smallPower(n.Args[0], n.Args[1])
	}
	q, ok := l.small(n.Args[0])
	for _, a := range n.Args[1:] {
		if !ok {
			return q, false
		}
		var r small
		if r, ok = l.small(a); !ok {
			return r, false
		}
		switch n.Name {
		case "add", "sum":
			q, ok = q.sum(r)
		case "subtract":
			q, ok = q.sum(r.negated())
		case "multiply", "product":
			q, ok = q.product(r)
		case "divide":
			q, ok = q.quotient(r)
		default:
			return q, false
		}
	}
	if !ok || len(n.Args) > 1 {
		return q, ok
	}
	switch n.Name {
	case "add", "sum", "multiply", "product":
		return q, true
	case "negate":
		return q.negated(), true
	case "abs":
		q.num = abs(q.num)
		return q, true
	case "sqrt":
		return q.sqrt()
	}
	return q, false
}

// smallPower is base^exponent for an integer exponent. The square of a square root needs no root.
func (l *lowering) smallPower(base, exponent *expression.Node) (small, bool) {
	y, ok := l.small(exponent)
	if !ok || y.den != 1 || y.exp != 0 {
		return y, false
	}
	if base.Kind == expression.Call && base.Name == "sqrt" && y.num%2 == 0 {
		q, ok := l.small(base.Args[0])
		if !ok || q.num < 0 {
			return q, false
		}
		return q.power(y.num / 2)
	}
	q, ok := l.small(base)
	if !ok {
		return q, false
	}
	return q.power(y.num)
}

// smallLiteral is a number as it was written, within limits that every small is within.
func smallLiteral(n expression.Literal, l Limits) (small, bool) {
	if len(n.Digits) > smallDigits || n.Written > l.digits() || max(n.Exponent, -n.Exponent) > maxSmallExp || l.exponent() < maxSmallMagnitude {
		return small{}, false
	}
	q := small{den: 1, exp: int(n.Exponent)}
	for i := range len(n.Digits) {
		q.num = 10*q.num + int64(n.Digits[i]-'0')
	}
	return q, true
}

// node is the number as an expression: as a decimal where it is one.
func (q small) node() *node {
	q = q.decimal()
	own := &struct { // one piece of memory
		node
		num   big.Int
		words [2]big.Word // two, should they have 32 bits
	}{}
	own.num.SetBits(own.words[:0]).SetInt64(q.num)
	own.op, own.number.num, own.number.exp = opNumber, &own.num, q.exp
	if q.den != 1 {
		own.number.den = big.NewInt(q.den)
	}
	return &own.node
}

func (q small) negated() small { return small{-q.num, q.den, q.exp} }

// sum is q+r. Fractions with long denominators get a second try in lowest terms.
func (q small) sum(r small) (small, bool) {
	if s, ok := q.sumAsIs(r); ok || q.den == r.den {
		return s, ok
	}
	return q.reduced().sumAsIs(r.reduced())
}

func (q small) sumAsIs(r small) (small, bool) {
	if q.exp < r.exp {
		q, r = r, q
	}
	gap := q.exp - r.exp
	if gap > smallDigits {
		return small{}, false
	}
	left, ok1 := mul64(q.num, powersOfTen[gap])
	right, den := r.num, q.den
	ok2, ok3, ok4 := true, true, true
	if q.den != r.den {
		left, ok2 = mul64(left, r.den)
		right, ok3 = mul64(right, q.den)
		den, ok4 = mul64(q.den, r.den)
	}
	num, ok := add64(left, right)
	return small{num, den, r.exp}, ok && ok1 && ok2 && ok3 && ok4
}

func (q small) product(r small) (small, bool) {
	num, ok1 := mul64(q.num, r.num)
	den, ok2 := mul64(q.den, r.den)
	p := small{num, den, q.exp + r.exp}
	return p, ok1 && ok2 && max(p.exp, -p.exp) <= maxSmallExp
}

// quotient is q/r for an r other than 0.
func (q small) quotient(r small) (small, bool) {
	if r.num < 0 {
		q, r = q.negated(), r.negated()
	}
	if r.num == 0 {
		return r, false
	}
	return q.product(small{r.den, r.num, -r.exp})
}

// power is q^n, but for powers of zero that are not positive.
func (q small) power(n int64) (small, bool) {
	if q.num == 0 && n <= 0 || n < -63 || n > 63 {
		return q, false
	}
	p := small{1, 1, 0}
	for range abs(n) {
		var ok bool
		if p, ok = p.product(q); !ok {
			return p, false
		}
	}
	if n < 0 {
		return small{1, 1, 0}.quotient(p)
	}
	return p, true
}

// sqrt is the square root of a q ≥ 0 whose parts in lowest terms, with an even exponent, are squares.
func (q small) sqrt() (small, bool) {
	ok := true
	if q.exp%2 != 0 {
		q.exp--
		q.num, ok = mul64(q.num, 10)
	}
	if !ok || q.num < 0 {
		return q, false
	}
	q = q.reduced()
	num, ok1 := sqrt64(q.num)
	den, ok2 := sqrt64(q.den)
	return small{num, den, q.exp / 2}, ok1 && ok2
}

// sqrt64 returns the square root of n ≥ 0, where it is an integer. That of a square below 2^63 is below 2^32: the nearest float64 is
// off by less than one.
func sqrt64(n int64) (int64, bool) {
	r := int64(math.Round(math.Sqrt(float64(n))))
	square, ok := mul64(r, r)
	return r, ok && square == n
}

// decimal is q with the denominator 1, where it is a decimal and fits.
func (q small) decimal() small {
	if q.den == 1 {
		return q
	}
	q = q.reduced()
	d, ok := q, true
	for d.den%10 == 0 {
		d.den, d.exp = d.den/10, d.exp-1
	}
	for ok && d.den%2 == 0 { // 1/2 = 5/10
		d.num, ok = mul64(d.num, 5)
		d.den, d.exp = d.den/2, d.exp-1
	}
	for ok && d.den%5 == 0 {
		d.num, ok = mul64(d.num, 2)
		d.den, d.exp = d.den/5, d.exp-1
	}
	if !ok || d.den != 1 {
		return q
	}
	return d
}

// reduced is q with num and den in lowest terms.
func (q small) reduced() small {
	g := gcd64(q.num, q.den)
	return small{q.num / g, q.den / g, q.exp}
}

// mul64 is a·b, where that is between −(2^63−1) and 2^63−1.
func mul64(a, b int64) (int64, bool) {
	high, low := bits.Mul64(uint64(abs(a)), uint64(abs(b)))
	product := int64(low)
	if (a < 0) != (b < 0) {
		product = -product
	}
	return product, high == 0 && low <= math.MaxInt64
}

// add64 is a+b, where that is between −(2^63−1) and 2^63−1.
func add64(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (a^sum)&(b^sum) >= 0 && sum != math.MinInt64
}

func abs(n int64) int64 { return max(n, -n) }
