package calc

import (
	"context"
	"math"
	"math/big"
	"math/bits"

	"calculator/calc/internal/ball"
)

// This file has the functions on integers, signs and comparisons.

// Abs is |x|.
func Abs(x Expr) Expr { return call(opAbs, x) }

// Sign is −1, 0 or 1 as x is negative, zero or positive.
func Sign(x Expr) Expr { return call(opSign, x) }

// Min is the least of its operands, of which there is at least one.
func Min(x ...Expr) Expr { return call(opMin, x...) }

// Max is the greatest of its operands, of which there is at least one.
func Max(x ...Expr) Expr { return call(opMax, x...) }

// Mean is the arithmetic mean of its operands, of which there is at least one.
func Mean(x ...Expr) Expr { return Quotient(Sum(x...), Int(int64(len(x)))) }

// Whole is x rounded to an integer: down with Floor, up with Ceiling, towards zero with Down.
func Whole(x Expr, r Rounding) Expr {
	e := call(opWhole, x)
	e.n.rounding = r
	return e
}

// GCD is the greatest common divisor of integers, not negative. It is undefined where an operand is no integer.
func GCD(n ...Expr) Expr { return call(opGCD, n...) }

// LCM is the least common multiple of integers, not negative. It is undefined where an operand is no integer.
func LCM(n ...Expr) Expr { return call(opLCM, n...) }

// Factorial is n!. It is undefined where n is not an integer from 0 up.
func Factorial(n Expr) Expr { return call(opFactorial, n) }

// Binomial is the number of ways to choose k out of n; for a negative integer n it is n(n−1)…(n−k+1)/k!, and for a negative k
// it is 0. It is undefined where an operand is no integer.
func Binomial(n, k Expr) Expr { return call(opBinomial, n, k) }

var (
	opAbs       = new(op)
	opSign      = new(op)
	opMin       = new(op)
	opMax       = new(op)
	opWhole     = new(op)
	opGCD       = new(op)
	opLCM       = new(op)
	opFactorial = new(op)
	opBinomial  = new(op)
)

// The operations are filled in here since they refer to one another.
func init() {
	*opAbs = op{name: "abs", exact: exactAbs, enclose: encloseAbs}
	*opSign = op{name: "sign", exact: exactSign}
	*opMin = op{name: "min", exact: exactExtreme(-1), enclose: encloseExtreme(ball.Min)}
	*opMax = op{name: "max", exact: exactExtreme(1), enclose: encloseExtreme(ball.Max)}
	*opWhole = op{name: "whole", exact: exactWhole}
	*opGCD = op{name: "gcd", exact: exactGCD}
	*opLCM = op{name: "lcm", exact: exactLCM}
	*opFactorial = op{name: "factorial", exact: exactFactorial}
	*opBinomial = op{name: "binomial", exact: exactBinomial}
}

// sameAs is what is known of a value that is that of another node.
func sameAs(x Expr) known { return known{same: x.n} }

func exactAbs(e *evaluation, n *node) (known, error) {
	x := n.args[0]
	sign, err := e.sign(x, "whether the operand is negative")
	switch {
	case isUndecided(err):
		return known{}, nil // either way the magnitude is enclosed
	case err != nil:
		return known{}, err
	case sign < 0:
		return sameAs(Negation(Expr{x})), nil
	}
	return sameAs(Expr{x}), nil
}

func encloseAbs(e *evaluation, n *node, prec uint) (ball.Ball, error) {
	b, err := e.enclose(n.args[0], prec)
	return ball.Abs(b), err
}

func exactSign(e *evaluation, n *node) (known, error) {
	sign, err := e.sign(n.args[0], "whether the operand is zero")
	return exactly(rationalInt(int64(sign))), err
}

// exactExtreme finds the operand that is the least or, with direction 1, the greatest.
func exactExtreme(direction int) func(*evaluation, *node) (known, error) {
	return func(e *evaluation, n *node) (known, error) {
		best := n.args[0]
		for _, x := range n.args[1:] {
			more, err := e.compare(x, best, "which operand is the larger")
			switch {
			case isUndecided(err):
				return known{}, nil // the values are enclosed together
			case err != nil:
				return known{}, err
			case more == direction:
				best = x
			}
		}
		return sameAs(Expr{best}), nil
	}
}

func encloseExtreme(choose func(x, y ball.Ball) ball.Ball) func(*evaluation, *node, uint) (ball.Ball, error) {
	return func(e *evaluation, n *node, prec uint) (ball.Ball, error) {
		best, err := e.enclose(n.args[0], prec)
		for _, x := range n.args[1:] {
			if err != nil {
				return best, err
			}
			var b ball.Ball
			b, err = e.enclose(x, prec)
			best = choose(best, b)
		}
		return best, err
	}
}

func exactWhole(e *evaluation, n *node) (known, error) {
	x, err := e.near(n.args[0], 0)
	if err != nil {
		return known{}, err
	}
	q, err := e.roundToPlaces(x, 0, n.rounding)
	return exactly(q), err
}

func (e *evaluation) wholeNumbers(n *node) ([]*big.Int, error) {
	values := make([]*big.Int, len(n.args))
	for i, a := range n.args {
		var err error
		if values[i], err = e.wholeNumber(a, "an operand"); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func exactGCD(e *evaluation, n *node) (known, error) {
	values, err := e.wholeNumbers(n)
	if err != nil {
		return known{}, err
	}
	g := new(big.Int)
	for _, v := range values {
		g = gcdInt(e.ctx, g, v)
		if err := e.ctx.Err(); err != nil {
			return known{}, err
		}
	}
	return exactly(rational{num: g}), nil
}

func exactLCM(e *evaluation, n *node) (known, error) {
	values, err := e.wholeNumbers(n)
	if err != nil {
		return known{}, err
	}
	m := big.NewInt(1)
	for _, v := range values {
		if v.Sign() == 0 {
			return exactly(rationalInt(0)), nil
		}
		v = new(big.Int).Abs(v)
		g := gcdInt(e.ctx, m, v)
		m = mulInt(e.ctx, m, v.Quo(v, g))
		if m.BitLen() > bitsFor(e.c.Limits.exponent()+1) {
			return known{}, e.outOfRange(false)
		}
		if err := e.ctx.Err(); err != nil {
			return known{}, err
		}
	}
	return exactly(rational{num: m}), nil
}

func exactFactorial(e *evaluation, n *node) (known, error) {
	if v, err := e.known(n.args[0]); err == nil && v.kind == isRational && v.value.den == nil && v.value.exp > maxShortExponent && v.value.sign() > 0 {
		return known{}, e.outOfRange(false) // not worth writing out
	}
	k, err := e.wholeNumber(n.args[0], "the operand of a factorial")
	switch {
	case err != nil:
		return known{}, err
	case k.Sign() < 0:
		return known{}, undefined("factorial of a negative number")
	}
	// With n ≥ 2^40 it is beyond every limit.
	if k.BitLen() > 40 || logFactorial(k.Int64()) > e.mostBits() {
		return known{}, e.outOfRange(false)
	}
	product, err := productRange(e.ctx, 2, k.Int64())
	if err != nil {
		return known{}, err
	}
	return exactly(rational{num: product}), nil
}

// mostBits is above log2 of every number within the limit, by what lets a bound with the error of float64 be compared with it.
func (e *evaluation) mostBits() float64 {
	return (float64(e.c.Limits.exponent()) + 1) * math.Log2(10) * (1 + 1e-9)
}

// logFactorial is a lower bound of log2(n!), but for the error of float64: n! > √(2πn)·(n/e)^n (Robbins, A remark on Stirling's formula,
// American Mathematical Monthly 62, 1955).
func logFactorial(n int64) float64 {
	if n < 2 {
		return 0
	}
	x := float64(n)
	return x*(math.Log2(x)-math.Log2E) + math.Log2(2*math.Pi*x)/2
}

// logBinomial is a lower bound of log2(binomial(n, k)) for 0 < k ≤ n/2, but for the error of float64: of the n+1 terms of
// (p + 1−p)^n, p = k/n, the k-th, binomial(n, k)·p^k·(1−p)^(n−k), is the largest (Cover & Thomas, Elements of Information Theory, 2nd edition, theorem
// 11.1.3), so that it is 1/(n+1) at least.
func logBinomial(n *big.Int, k int64) float64 {
	x, _ := n.Float64()
	y := float64(k)
	return y*math.Log2(x/y) + (x-y)*-math.Log1p(-y/x)*math.Log2E - math.Log2(x+1)
}

// productRange is lo·(lo+1)…hi by halves, so that the factors of long products are alike in length; 1 where there is none.
func productRange(ctx context.Context, lo, hi int64) (*big.Int, error) {
	if hi-lo < 16 {
		p := big.NewInt(1)
		for i := lo; i <= hi; i++ {
			p.Mul(p, big.NewInt(i))
		}
		return p, ctx.Err()
	}
	middle := lo + (hi-lo)/2
	left, err := productRange(ctx, lo, middle)
	if err != nil {
		return nil, err
	}
	right, err := productRange(ctx, middle+1, hi)
	if err != nil {
		return nil, err
	}
	return mulInt(ctx, left, right), nil
}

func exactBinomial(e *evaluation, x *node) (known, error) {
	values, err := e.wholeNumbers(x)
	if err != nil {
		return known{}, err
	}
	n, k := values[0], values[1]
	if k.Sign() < 0 {
		return exactly(rationalInt(0)), nil
	}
	negative := false
	if n.Sign() < 0 { // binomial(−n, k) = (−1)^k·binomial(n+k−1, k)
		negative = k.Bit(0) == 1
		n = new(big.Int).Add(new(big.Int).Neg(n), k)
		n.Sub(n, one)
	} else if n.Cmp(k) < 0 {
		return exactly(rationalInt(0)), nil
	}
	if other := new(big.Int).Sub(n, k); other.Cmp(k) < 0 {
		k = other
	}
	// (n/k)^k ≤ binomial(n, k), and n/k ≥ 2.
	ratio := 0
	if k.Sign() > 0 {
		ratio = new(big.Int).Quo(n, k).BitLen() - 1
	}
	if k.BitLen() > 40 || float64(k.Int64())*float64(ratio) > e.mostBits() || k.Sign() > 0 && n.BitLen() < 64 && logBinomial(n, k.Int64()) > e.mostBits() {
		return known{}, e.outOfRange(false)
	}
	choose := chooseRange
	if n.Cmp(big.NewInt(maxSieve)) <= 0 && n.Int64() <= k.Int64()*maxSieved {
		choose = chooseByPrimes
	}
	c, err := choose(e.ctx, n, k.Int64())
	if err != nil {
		return known{}, err
	}
	if negative {
		c.Neg(c)
	}
	return exactly(rational{num: c}), nil
}

// Up to n = maxSieve, and n = maxSieved·k, the prime factors of binomial(n, k) are quicker than its definition, whose quotient's parts are
// far longer than it is: binomial(1000000, 500000) takes a thirtieth of the time, by BenchmarkBinomial.
const (
	maxSieve  = 1 << 24
	maxSieved = 64
)

// chooseByPrimes is binomial(n, k) as a product of powers of primes: the exponent of p is the number of carries when k and n−k are added to
// the base p (Kummer; Graham, Knuth & Patashnik, Concrete Mathematics, 2nd edition, exercise 5.36).
func chooseByPrimes(ctx context.Context, n *big.Int, k int64) (*big.Int, error) {
	most := n.Int64()
	composite := make([]uint64, most/128+1) // a bit for each odd number
	var factors []uint64                    // products of primes that fit a word
	word := uint64(1)
	for p := int64(2); p <= most; p += 1 + p&1 {
		if p&1 == 1 {
			if composite[p>>7]>>(p>>1&63)&1 == 1 {
				continue
			}
			for m := p * p; m <= most; m += 2 * p {
				composite[m>>7] |= 1 << (m >> 1 & 63)
			}
		}
		carry := int64(0)
		for a, b := k, most-k; a > 0 || b > 0 || carry > 0; a, b = a/p, b/p {
			if carry = (a%p + b%p + carry) / p; carry == 0 {
				continue
			}
			high, low := bits.Mul64(word, uint64(p))
			if high != 0 {
				factors, low = append(factors, word), uint64(p)
			}
			word = low
		}
		if (p < most>>16 || p&0xffff == 1) && ctx.Err() != nil { // a small prime has many multiples
			return nil, ctx.Err()
		}
	}
	return productOf(ctx, append(factors, word))
}

// productOf multiplies by halves.
func productOf(ctx context.Context, factors []uint64) (*big.Int, error) {
	if len(factors) <= 8 {
		p, f := big.NewInt(1), new(big.Int)
		for _, w := range factors {
			p.Mul(p, f.SetUint64(w))
		}
		return p, ctx.Err()
	}
	half := len(factors) / 2
	left, err := productOf(ctx, factors[:half])
	if err != nil {
		return nil, err
	}
	right, err := productOf(ctx, factors[half:])
	if err != nil {
		return nil, err
	}
	return mulInt(ctx, left, right), nil
}

// chooseRange is n(n−1)…(n−k+1)/k!.
func chooseRange(ctx context.Context, n *big.Int, k int64) (*big.Int, error) {
	var falling func(from, count int64) (*big.Int, error)
	falling = func(from, count int64) (*big.Int, error) {
		if count <= 8 {
			p := big.NewInt(1)
			for i := range count {
				p.Mul(p, new(big.Int).Sub(n, big.NewInt(from+i)))
			}
			return p, ctx.Err()
		}
		left, err := falling(from, count/2)
		if err != nil {
			return nil, err
		}
		right, err := falling(from+count/2, count-count/2)
		if err != nil {
			return nil, err
		}
		return mulInt(ctx, left, right), nil
	}
	above, err := falling(0, k)
	if err != nil {
		return nil, err
	}
	below, err := productRange(ctx, 2, k)
	if err != nil {
		return nil, err
	}
	q, _ := quoRemInt(ctx, above, below)
	return q, ctx.Err()
}
