package calc

import (
	"fmt"
	"math"
	"math/big"
)

// This file bounds algebraic numbers from below: one that is not zero is not arbitrarily near to zero.
//
// The bound is that of Burnikel, Funke, Mehlhorn, Schirra and Schmitt, A Separation Bound for Real Algebraic Expressions, ESA 2001
// (Algorithmica 55, 2009, §2). A value E of an expression over integers with + − · / and roots is written as U/L, where U and L
// are algebraic integers in a field whose degree is at most D, the product of the degrees of all different roots, and u and l
// bound the absolute values of all conjugates of U and L:
//
//	integer n   u = |n|              l = 1
//	A ± B       u = uA·lB + lA·uB    l = lA·lB
//	A·B         u = uA·uB            l = lA·lB
//	A/B         u = uA·lB            l = lA·uB
//	A^(1/k)     u = (uA·lA^(k−1))^(1/k)   l = lA,   since (U/L)^(1/k) = (U·L^(k−1))^(1/k)/L
//
// If E ≠ 0 then U ≠ 0, the product of the at most D conjugates of U is an integer other than 0, and so |U| ≥ u^(1−D). With |L| ≤ l,
// |E| ≥ 1/(u^(D−1)·l).
//
// 2cos(qπ), q with the denominator b, is an algebraic integer, all of whose conjugates are such cosines. All with b | n lie in
// the real part of the field of the roots of unity of order 2n, whose degree is φ(2n)/2 (Niven, Irrational Numbers, theorem 3.9).

// maxSeparationBits is how small a number other than 0 may be, by the bound, for the question to be decided by it.
const maxSeparationBits = 200_000

// conjugates are the bounds u and l of a value, as logarithms to base 2.
type conjugates struct{ u, l float64 }

// A field collects what the values of an expression are made of.
type field struct {
	e       *evaluation
	done    map[*node]conjugates
	degrees map[string]int64 // of roots, by what they are roots of
	turns   int64            // least common multiple of the denominators of cosines
}

// separation returns n with |value| > 2^-n unless the value of x is zero, where the value is algebraic and n small enough.
func (e *evaluation) separation(x *node) (int64, bool) {
	f := &field{e: e, done: make(map[*node]conjugates), degrees: make(map[string]int64), turns: 1}
	c, ok := f.conjugates(x)
	if !ok {
		return 0, false
	}
	degree := 1.0
	for _, d := range f.degrees {
		degree *= float64(d)
	}
	if f.turns > 1 {
		degree *= float64(totient(2*f.turns)) / 2
	}
	// The sums of logarithms are off by less than a millionth of themselves: see logSum.
	bits := ((degree-1)*c.u+c.l)*(1+1e-6) + 2
	return int64(bits), bits < maxSeparationBits
}

// logSum bounds log2(2^a + 2^b) from above. Each sum adds less than 2^-50 of the larger to the error of float64, and there are
// fewer than 2^20 of them.
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a + math.Log2(1+math.Exp2(b-a))
}

// conjugates returns the bounds of the value of x, where it is algebraic by how it is made.
func (f *field) conjugates(x *node) (conjugates, bool) {
	if c, ok := f.done[x]; ok {
		return c, true
	}
	c, ok := f.bound(x)
	if ok {
		// u ≥ 1 and l ≥ 1: the bounds grow by that at most, and |U| ≥ u^(1−D) wants it.
		c.u, c.l = max(c.u, 0), max(c.l, 0)
		f.done[x] = c
	}
	return c, ok && c.u < 1e7 && c.l < 1e7
}

func (f *field) bound(x *node) (conjugates, bool) {
	v, err := f.e.known(x)
	if err != nil {
		return conjugates{}, false
	}
	switch {
	case v.kind == isRational:
		return f.rational(v.value)
	case v.same != nil:
		return f.conjugates(v.same)
	}
	if c, ok := f.form(f.e.form(x)); ok {
		return c, true
	}
	switch x.op {
	case opNegation:
		return f.conjugates(x.args[0])
	case opSum:
		sum := conjugates{math.Inf(-1), 0}
		for _, a := range x.args {
			c, ok := f.conjugates(a)
			if !ok {
				return c, false
			}
			sum = conjugates{logSum(sum.u+c.l, sum.l+c.u), sum.l + c.l}
		}
		return sum, true
	case opProduct:
		var product conjugates
		for _, a := range x.args {
			c, ok := f.conjugates(a)
			if !ok {
				return c, false
			}
			product = conjugates{product.u + c.u, product.l + c.l}
		}
		return product, true
	case opQuotient:
		a, ok := f.conjugates(x.args[0])
		if !ok {
			return a, false
		}
		b, ok := f.conjugates(x.args[1])
		return conjugates{a.u + b.l, a.l + b.u}, ok
	case opRoot:
		return f.power(x.args[0], x.args[1], true)
	case opPower:
		return f.power(x.args[0], x.args[1], false)
	case opSin, opCos, opTan:
		return f.cosine(x)
	}
	return conjugates{}, false
}

func (f *field) rational(q rational) (conjugates, bool) {
	if q.isZero() {
		return conjugates{}, true
	}
	c := conjugates{float64(q.num.BitLen()), float64(q.denominator().BitLen())}
	if q.den == nil {
		c.l = 0
	}
	if bits := float64(bitsFor(max(q.exp, -q.exp))); q.exp > 0 {
		c.u += bits
	} else if q.exp < 0 {
		c.l += bits
	}
	return c, true
}

// power bounds the power of a node with a rational exponent, or its root.
func (f *field) power(base, exponent *node, isRoot bool) (conjugates, bool) {
	v, err := f.e.known(exponent)
	if err != nil || v.kind != isRational {
		return conjugates{}, false
	}
	num, den, ok := v.value.fraction(f.e.ctx)
	if !ok || num.BitLen() > 24 || den.BitLen() > 24 {
		return conjugates{}, false
	}
	p, k := num.Int64(), den.Int64()
	if isRoot {
		if p, k = k, p; k < 0 {
			p, k = -p, -k
		}
	}
	c, ok := f.conjugates(base)
	if !ok || p == 0 {
		return c, ok
	}
	if p < 0 {
		c, p = conjugates{c.l, c.u}, -p
	}
	c = conjugates{c.u * float64(p), c.l * float64(p)}
	if k > 1 {
		c.u = (c.u + float64(k-1)*c.l) / float64(k)
		f.degrees[fmt.Sprintf("%p/%d", base, k)] = k
	}
	return c, true
}

// cosine bounds a trigonometric function of a rational multiple of π: 2cos is an algebraic integer whose conjugates are at most 2.
func (f *field) cosine(x *node) (conjugates, bool) {
	angle, ok := f.e.radians(x)
	if !ok {
		return conjugates{}, false
	}
	q, ok := angle.ofPi()
	if !ok {
		return conjugates{}, false
	}
	// sin(qπ) = cos((1/2 − q)π), and the tangent is the quotient of the two.
	f.turns = lcm64(f.turns, lcm64(q.den, 2))
	return conjugates{1, 1}, f.turns < 1<<20
}

func lcm64(a, b int64) int64 { return a / gcd64(a, b) * b }

// form bounds a form of rational numbers and powers of bases.
func (f *field) form(v form) (conjugates, bool) {
	if v.den != nil {
		return conjugates{}, false
	}
	common := big.NewInt(1)
	for _, t := range v.num {
		for _, factor := range t.mono {
			if factor.symbol.kind != isBase || factor.symbol.parts != nil {
				return conjugates{}, false
			}
		}
		g := new(big.Int).GCD(nil, nil, common, t.coef.Denom())
		common.Mul(common, g.Quo(t.coef.Denom(), g))
	}
	c := conjugates{math.Inf(-1), float64(common.BitLen())}
	for _, t := range v.num {
		size := float64(t.coef.Num().BitLen()) + float64(common.BitLen()-t.coef.Denom().BitLen()+1)
		for _, factor := range t.mono {
			size += float64(factor.symbol.base.BitLen()) * float64(factor.exp.num) / float64(factor.exp.den)
			key := "base " + factor.symbol.base.Text(36)
			degree := lcm64(max(f.degrees[key], 1), factor.exp.den)
			if degree > maxSmall { // no bound of such a degree is of use, and the next one might not fit
				return conjugates{}, false
			}
			f.degrees[key] = degree
		}
		c.u = logSum(c.u, size)
	}
	return c, true
}

// totient is Euler's φ.
func totient(n int64) int64 {
	result := n
	for p := int64(2); p*p <= n; p++ {
		if n%p == 0 {
			for n%p == 0 {
				n /= p
			}
			result -= result / p
		}
	}
	if n > 1 {
		result -= result / n
	}
	return result
}
