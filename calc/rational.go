package calc

import (
	"context"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

var (
	one  = big.NewInt(1)
	two  = big.NewInt(2)
	five = big.NewInt(5)
	ten  = big.NewInt(10)
)

// maxRationalBits is the size up to which a value is followed exactly as a rational: its numerator and denominator
// together. A product of that size takes some 40 ms, so that a computation still stops in time between two of them.
// What is larger is followed as an enclosure.
const maxRationalBits = 4_000_000

// A rational is the number num/den·10^exp. den is positive, and nil where it is 1.
type rational struct {
	num, den *big.Int
	exp      int
}

func rationalInt(n int64) rational { return rational{num: big.NewInt(n)} }

func rationalDecimal(d decimal.Decimal) rational {
	return rational{num: d.Coefficient(), exp: int(d.Exponent())}
}

func (q rational) sign() int         { return q.num.Sign() }
func (q rational) isZero() bool      { return q.num.Sign() == 0 }
func (q rational) negated() rational { return rational{new(big.Int).Neg(q.num), q.den, q.exp} }

// denominator returns den, which may be nil, as a number.
func (q rational) denominator() *big.Int {
	if q.den == nil {
		return one
	}
	return q.den
}

// size is the length of numerator and denominator in bits.
func (q rational) size() int {
	n := q.num.BitLen()
	if q.den != nil {
		n += q.den.BitLen()
	}
	return n
}

// integerSize is the length that the numerator would have in bits with the power of ten multiplied out.
func (q rational) integerSize() int { return q.num.BitLen() + bitsFor(max(q.exp, 0)) }

// magnitude returns the power of ten of the first significant digit of a number that is not zero, within one:
// 10^(m-1) < |q| < 10^(m+1).
func (q rational) magnitude() int {
	m := q.exp + integer.Digits(q.num) - 1
	if q.den != nil {
		m -= integer.Digits(q.den) - 1
	}
	return m
}

// integer reports whether q is an integer, and which one, where that has at most maxRationalBits bits.
func (q rational) integer(ctx context.Context) (*big.Int, bool) {
	if q.isZero() {
		return new(big.Int), true
	}
	d, ok := q.decimal(ctx)
	if !ok {
		return nil, false
	}
	if d.exp < 0 {
		n, zeros := stripZerosInt(ctx, d.num)
		if zeros+d.exp < 0 {
			return nil, false
		}
		d = rational{num: n, exp: zeros + d.exp}
	}
	if d.integerSize() > maxRationalBits {
		return nil, false
	}
	return mulInt(ctx, d.num, pow10Int(ctx, d.exp)), true
}

// decimal returns q with denominator 1, where it is a finite decimal.
//
// With den = 2^i·5^j·m, m coprime to 10, that is so exactly if m divides num: no greatest common divisor is needed.
func (q rational) decimal(ctx context.Context) (rational, bool) {
	if q.den == nil {
		return q, true
	}
	if q.isZero() {
		return rational{num: new(big.Int)}, true
	}
	i := int(q.den.TrailingZeroBits())
	m, j := stripFives(ctx, new(big.Int).Rsh(q.den, uint(i)))
	n := q.num
	if m.Cmp(one) != 0 {
		quotient, rest := quoRemInt(ctx, n, m)
		if rest.Sign() != 0 {
			return rational{}, false
		}
		n = quotient
	}
	if i > j { // n/(2^i·5^j) = n·5^(i-j)/10^i
		return rational{num: mulInt(ctx, n, powInt(ctx, five, uint(i-j))), exp: q.exp - i}, true
	}
	return rational{num: new(big.Int).Lsh(n, uint(j-i)), exp: q.exp - j}, true
}

// stripFives returns m and j with x = m·5^j, m not a multiple of 5, for x > 0.
func stripFives(ctx context.Context, x *big.Int) (*big.Int, int) {
	// The squares of 5, 5^2, 5^4 … that divide x, from below, then once more from above.
	powers := []*big.Int{five}
	j := 0
	for ctx.Err() == nil { // which may end between two looks: every p is a power of five until it does, and 1 divides everything
		p := powers[len(powers)-1]
		q, r := new(big.Int), new(big.Int)
		if q.QuoRem(x, p, r); r.Sign() != 0 {
			break
		}
		x, j = q, j+1<<(len(powers)-1)
		powers = append(powers, mulInt(ctx, p, p))
	}
	for k := len(powers) - 1; k >= 0; k-- {
		q, r := new(big.Int), new(big.Int)
		if q.QuoRem(x, powers[k], r); r.Sign() == 0 {
			x, j = q, j+1<<k
		}
	}
	return x, j
}

// reduced returns q in lowest terms.
func (q rational) reduced(ctx context.Context) rational {
	if q.den == nil {
		return q
	}
	if q.isZero() {
		return rational{num: new(big.Int)}
	}
	g := gcdInt(ctx, q.num, q.den)
	if g.Cmp(one) == 0 {
		return q
	}
	r := rational{new(big.Int).Quo(q.num, g), new(big.Int).Quo(q.den, g), q.exp}
	if r.den.Cmp(one) == 0 {
		r.den = nil
	}
	return r
}

// fraction returns q as numerator and denominator in lowest terms, where both together have at most maxRationalBits bits.
func (q rational) fraction(ctx context.Context) (num, den *big.Int, ok bool) {
	if q.isZero() {
		return new(big.Int), one, true
	}
	if q.size()+bitsFor(max(q.exp, -q.exp)) > maxRationalBits {
		return nil, nil, false
	}
	num, den = q.num, q.denominator()
	if q.den == nil && q.exp < 0 { // twos and fives are all that the parts can have in common
		m, fives := q.num, 0
		if integer.IsMultipleOfFive(m) {
			m, fives = stripFives(ctx, m)
			if fives > -q.exp {
				m, fives = mulInt(ctx, m, powInt(ctx, five, uint(fives+q.exp))), -q.exp
			}
		}
		twos := min(int(q.num.TrailingZeroBits()), -q.exp)
		den = new(big.Int).Lsh(powInt(ctx, five, uint(-q.exp-fives)), uint(-q.exp-twos))
		return new(big.Int).Rsh(m, uint(twos)), den, true
	}
	if q.exp >= 0 {
		num = mulInt(ctx, num, pow10Int(ctx, q.exp))
	} else {
		den = mulInt(ctx, den, pow10Int(ctx, -q.exp))
	}
	r := rational{num: num, den: den}.reduced(ctx)
	return r.num, r.denominator(), true
}

func (q rational) product(ctx context.Context, r rational) rational {
	p := rational{num: mulInt(ctx, q.num, r.num), exp: q.exp + r.exp}
	switch {
	case q.den == nil:
		p.den = r.den
	case r.den == nil:
		p.den = q.den
	default:
		p.den = mulInt(ctx, q.den, r.den)
	}
	return p.tidy(ctx)
}

// quotient returns q/r, where r is not zero. Of two decimals it is not reduced: where it is the result, its digits come
// from one division, which is less than a greatest common divisor takes.
func (q rational) quotient(ctx context.Context, r rational) rational {
	if q.den != nil || r.den != nil {
		return q.product(ctx, r.inverse())
	}
	if r.num.Sign() < 0 {
		q, r = q.negated(), r.negated()
	}
	return rational{q.num, r.num, q.exp - r.exp}
}

// inverse returns 1/q, where q is not zero.
func (q rational) inverse() rational {
	num, den := q.denominator(), new(big.Int).Abs(q.num)
	if q.num.Sign() < 0 {
		num = new(big.Int).Neg(num)
	}
	if den.Cmp(one) == 0 {
		den = nil
	}
	return rational{num, den, -q.exp}
}

// tidy keeps q short where its denominator has grown: a chain of operations on short fractions stays short.
func (q rational) tidy(ctx context.Context) rational {
	const long = 128 // bits; below that the division costs more than it saves
	if q.den == nil || q.den.BitLen() < long && q.num.BitLen() < long || q.size() > maxRationalBits/8 {
		return q
	}
	return q.reduced(ctx)
}

// sumSize bounds the bits that q+r needs before it is made.
func (q rational) sumSize(r rational) int {
	gap := max(q.exp-r.exp, r.exp-q.exp)
	return max(q.size(), r.size()) + min(q.denominator().BitLen(), r.denominator().BitLen()) + bitsFor(gap)
}

func (q rational) sum(ctx context.Context, r rational) rational {
	if q.isZero() {
		return r
	}
	if r.isZero() {
		return q
	}
	if q.exp < r.exp {
		q, r = r, q
	}
	n := q.num
	if q.exp > r.exp {
		n = mulInt(ctx, n, pow10Int(ctx, q.exp-r.exp))
	}
	switch {
	case q.den == nil && r.den == nil:
		return rational{num: new(big.Int).Add(n, r.num), exp: r.exp}
	case q.den != nil && r.den != nil && q.den.Cmp(r.den) == 0:
		return rational{new(big.Int).Add(n, r.num), q.den, r.exp}.tidy(ctx)
	}
	left := mulInt(ctx, n, r.denominator())
	right := mulInt(ctx, r.num, q.denominator())
	return rational{left.Add(left, right), mulInt(ctx, q.denominator(), r.denominator()), r.exp}.tidy(ctx)
}

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

// cmp compares q and r.
func (q rational) cmp(ctx context.Context, r rational) int {
	if s := q.sign(); s != r.sign() || s == 0 {
		return s - r.sign()
	}
	if d := q.magnitude() - r.magnitude(); d > 2 {
		return q.sign()
	} else if d < -2 {
		return -q.sign()
	}
	return q.sum(ctx, r.negated()).sign()
}

// cmpAbs compares |q| and |r|.
func (q rational) cmpAbs(ctx context.Context, r rational) int {
	if q.sign() < 0 {
		q = q.negated()
	}
	if r.sign() < 0 {
		r = r.negated()
	}
	return q.cmp(ctx, r)
}

// leading returns the leading digits of q: all of them, or at least n of them and whether there is more.
func (q rational) leading(ctx context.Context, n int) digits {
	d := digits{negative: q.sign() < 0, man: q.num, exp: q.exp}
	if d.negative {
		d.man = new(big.Int).Abs(q.num)
	}
	if q.den == nil {
		return d
	}
	// |num|/den > 10^(a-b-1), where a and b are their numbers of digits, so with 10^k in front the quotient has n digits.
	k := n + integer.Digits(q.den) - integer.Digits(q.num)
	den := q.den
	if k >= 0 {
		d.man = mulInt(ctx, d.man, pow10Int(ctx, k))
	} else {
		den = mulInt(ctx, den, pow10Int(ctx, -k))
	}
	quotient, rest := quoRemInt(ctx, d.man, den)
	return digits{d.negative, quotient, q.exp - k, rest.Sign() != 0}
}

// enclose returns an enclosure of q with prec significant bits.
func (q rational) enclose(ctx context.Context, prec uint) (ball.Ball, error) {
	return ball.FromRatio(ctx, q.num, q.denominator(), int64(q.exp), prec)
}

// log2 bounds log2|q| for q ≠ 0: it lies in [low, low+width].
func (q rational) log2() (low, width float64) {
	// log2(10^e) in float64 is off by at most 2^-52 of itself, which is below 2^-29 for |e| ≤ 2^20.
	low = float64(q.num.BitLen()-1) - float64(q.denominator().BitLen()) + float64(q.exp)*3.321928094887362
	return low - 1e-6, 2 + 2e-6
}

// wordLen is the number of bits of n ≥ 0.
func wordLen(n int) int { return bits.Len(uint(n)) }
