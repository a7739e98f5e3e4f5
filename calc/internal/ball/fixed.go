package ball

import (
	"math/big"
	"math/bits"
)

// The files fixed*.go compute at short precisions, up to shortWords words: fixed point on a handful of 64-bit words, on the stack, with
// tables. The plan is that of Johansson, "Efficient implementation of elementary functions in the medium-precision range" (2015):
// two tables of 8 bits each leave an argument below 2^-16, and a Taylor series of which later terms get fewer words.

// A fraction is a number in [0, 1): the sum of the x[i]·2^(-64(i+1)). Functions on fractions take the number of words that count, m;
// an ulp is 2^(-64m) then, and words behind the first m are not looked at. They allocate nothing.
type fraction [fractionWords]uint64

const (
	// fractionWords is the length of tables and constants, and of the arguments that are reduced.
	fractionWords = 8
	// shortWords is the most words that functions are computed with: one fewer, so that the errors of the tables, which are below
	// 2^-498, are nothing beside an ulp.
	shortWords = fractionWords - 1
)

// mul sets z to x·y with m words, where y has only l ≤ m words, the others being zero: 0 ≤ x·y − z < m ulps. z may be x or y. (Where x or y has more words than
// m, these are cut: less than an ulp of the one, times the other. In the sums below that are made with growing m, what that adds is less than what is
// rounded up in the end.)
//
// Products x[i]·y[j] with i+j ≥ m are left out. There are 2m−1−s with i+j = s, each below (1−2^-64)²·2^(-64s), together less
// than m−1 ulps. The word behind the last, which is cut, is less than one more.
func (z *fraction) mul(x, y *fraction, m, l int) {
	switch m {
	case 2:
		z[0], z[1] = product2(x, y)
		return
	case 3:
		z[0], z[1], z[2] = product3(x, y)
		return
	}
	// Column s has the products with i+j = s, whose lower halves belong to word s+1. Its sum is a2, a1, a0.
	var a0, a1, a2, c uint64
	for s := m - 1; s >= 0; s-- {
		for i := max(s-l+1, 0); i <= s; i++ {
			hi, lo := bits.Mul64(x[i&7], y[(s-i)&7])
			a0, c = bits.Add64(a0, lo, 0)
			a1, c = bits.Add64(a1, hi, c)
			a2 += c
		}
		if s < m-1 {
			z[(s+1)&7] = a0
		}
		a0, a1, a2 = a1, a2, 0
	}
	z[0] = a0
}

// product2 is mul for two words, and product3 for three: written out, they take half the time.
func product2(x, y *fraction) (z0, z1 uint64) {
	h1, l1 := bits.Mul64(x[0], y[1])
	h2, l2 := bits.Mul64(x[1], y[0])
	h0, l0 := bits.Mul64(x[0], y[0])
	_, c := bits.Add64(l1, l2, 0)
	z1, c = bits.Add64(h1, h2, c)
	z0 = h0 + c
	z1, c = bits.Add64(z1, l0, 0)
	return z0 + c, z1
}

func product3(x, y *fraction) (z0, z1, z2 uint64) {
	h1, l1 := bits.Mul64(x[0], y[2])
	h2, l2 := bits.Mul64(x[1], y[1])
	h3, l3 := bits.Mul64(x[2], y[0])
	l1, c := bits.Add64(l1, l2, 0)
	z2, c = bits.Add64(h1, h2, c)
	z1 = c
	_, c = bits.Add64(l1, l3, 0)
	z2, c = bits.Add64(z2, h3, c)
	z1 += c
	h1, l1 = bits.Mul64(x[0], y[1])
	h2, l2 = bits.Mul64(x[1], y[0])
	z2, c = bits.Add64(z2, l1, 0)
	z1, c = bits.Add64(z1, h1, c)
	z0 = c
	z2, c = bits.Add64(z2, l2, 0)
	z1, c = bits.Add64(z1, h2, c)
	z0 += c
	h1, l1 = bits.Mul64(x[0], y[0])
	z1, c = bits.Add64(z1, l1, 0)
	return z0 + h1 + c, z1, z2
}

// mulPlus sets z to y·x + c, modulo 1: below that by less than m ulps. It is mul and add in one, and z may be any of the others.
func (z *fraction) mulPlus(x, y, c *fraction, m, l int) {
	var a0, a1, a2, b, carry uint64
	switch m {
	case 2:
		a1, a0 = product2(x, y)
		z[1], carry = bits.Add64(c[1], a0, 0)
		z[0] = c[0] + a1 + carry
		return
	case 3:
		a2, a1, a0 = product3(x, y)
		z[2], carry = bits.Add64(c[2], a0, 0)
		z[1], carry = bits.Add64(c[1], a1, carry)
		z[0] = c[0] + a2 + carry
		return
	}
	for s := m - 1; s >= 0; s-- {
		for i := max(s-l+1, 0); i <= s; i++ {
			hi, lo := bits.Mul64(x[i&7], y[(s-i)&7])
			a0, b = bits.Add64(a0, lo, 0)
			a1, b = bits.Add64(a1, hi, b)
			a2 += b
		}
		if s < m-1 {
			z[(s+1)&7], carry = bits.Add64(c[(s+1)&7], a0, carry)
		}
		a0, a1, a2 = a1, a2, 0
	}
	z[0] = c[0] + a0 + carry
}

// mulMinus sets z to c − x·y, modulo 1: above that by less than m ulps. z may be any of the others.
func (z *fraction) mulMinus(x, y, c *fraction, m, l int) {
	var a0, a1, a2, b, borrow uint64
	switch m {
	case 2:
		a1, a0 = product2(x, y)
		z[1], borrow = bits.Sub64(c[1], a0, 0)
		z[0] = c[0] - a1 - borrow
		return
	case 3:
		a2, a1, a0 = product3(x, y)
		z[2], borrow = bits.Sub64(c[2], a0, 0)
		z[1], borrow = bits.Sub64(c[1], a1, borrow)
		z[0] = c[0] - a2 - borrow
		return
	}
	for s := m - 1; s >= 0; s-- {
		for i := max(s-l+1, 0); i <= s; i++ {
			hi, lo := bits.Mul64(x[i&7], y[(s-i)&7])
			a0, b = bits.Add64(a0, lo, 0)
			a1, b = bits.Add64(a1, hi, b)
			a2 += b
		}
		if s < m-1 {
			z[(s+1)&7], borrow = bits.Sub64(c[(s+1)&7], a0, borrow)
		}
		a0, a1, a2 = a1, a2, 0
	}
	z[0] = c[0] - a0 - borrow
}

// mulAdd sets z to x·w + y for a fraction w of one word, a sum below 1: 0 ≤ x·w + y − z < 1 ulp.
func (z *fraction) mulAdd(x *fraction, w uint64, y *fraction, m int) {
	high, _ := bits.Mul64(x[(m-1)&7], w)
	var carry uint64
	for i := m - 1; i > 0; i-- {
		hi, lo := bits.Mul64(x[(i-1)&7], w)
		var c uint64
		lo, c = bits.Add64(lo, high, 0)
		high = hi + c
		z[i&7], carry = bits.Add64(lo, y[i&7], carry)
	}
	z[0] = high + y[0] + carry
}

// mulInt sets z to the fraction of x·k, exactly but for k·(1 ulp), as x is cut, and returns its integer part.
func (z *fraction) mulInt(x *fraction, k uint64, m int) uint64 {
	var carry uint64
	for i := m - 1; i >= 0; i-- {
		hi, lo := bits.Mul64(x[i&7], k)
		var c uint64
		z[i&7], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	return carry
}

// quoInt sets z to x/d: 0 ≤ x/d − z < 1 ulp.
func (z *fraction) quoInt(x *fraction, d uint64, m int) {
	var rest uint64
	for i := range m {
		z[i&7], rest = bits.Div64(rest, x[i&7], d)
	}
}

// add sets z to x+y and returns what is carried out of it.
func (z *fraction) add(x, y *fraction, m int) (carry uint64) {
	for i := m - 1; i >= 0; i-- {
		z[i&7], carry = bits.Add64(x[i&7], y[i&7], carry)
	}
	return carry
}

// sub sets z to x−y, and returns 1 and sets it to 1+x−y where that is negative.
func (z *fraction) sub(x, y *fraction, m int) (borrow uint64) {
	for i := m - 1; i >= 0; i-- {
		z[i&7], borrow = bits.Sub64(x[i&7], y[i&7], borrow)
	}
	return borrow
}

// addBehind adds y·2^-64 to z, y having m−1 words, and returns the carry.
func (z *fraction) addBehind(y *fraction, m int) (carry uint64) {
	for i := m - 1; i > 0; i-- {
		z[i&7], carry = bits.Add64(z[i&7], y[(i-1)&7], carry)
	}
	z[0], carry = bits.Add64(z[0], 0, carry)
	return carry
}

// complement sets z to 1−x for x ≠ 0.
func (z *fraction) complement(x *fraction, m int) {
	var zero fraction
	z.sub(&zero, x, m)
}

// shiftLeft sets x to its fraction times 2^s, without the bits that leave it.
func (x *fraction) shiftLeft(s, m int) {
	w, b := s/64, uint(s%64)
	for i := range m {
		v := uint64(0)
		if i+w < m {
			v = x[(i+w)&7] << b
		}
		if i+w+1 < m {
			v |= x[(i+w+1)&7] >> (64 - b)
		}
		x[i&7] = v
	}
}

// shiftRight sets x to x/2^s, cut off: by less than one ulp.
func (x *fraction) shiftRight(s, m int) {
	w, b := s/64, uint(s%64)
	for i := m - 1; i >= 0; i-- {
		v := uint64(0)
		if i >= w {
			v = x[(i-w)&7] >> b
		}
		if i > w {
			v |= x[(i-w-1)&7] << (64 - b)
		}
		x[i&7] = v
	}
}

// zeros is the number of zero bits at the beginning of x, 64m for zero.
func (x *fraction) zeros(m int) int {
	for i := range m {
		if x[i&7] != 0 {
			return i*64 + bits.LeadingZeros64(x[i&7])
		}
	}
	return m * 64
}

// quo sets z to x/y for x < y, ½ ≤ y: 0 ≤ x/y − z < 1 ulp. z is neither x nor y.
//
// Schoolbook division with words for digits (Knuth, The Art of Computer Programming, volume 2, §4.3.1, algorithm D): the quotient of the two leading
// words of the rest by the first one of y is at most 2 too large, and the sum that follows a negative rest makes it good.
func (z *fraction) quo(x, y *fraction, m int) {
	rest := *x // less than y
	for k := range m {
		q, second := ^uint64(0), uint64(0)
		if m > 1 {
			second = rest[1]
		}
		if rest[0] < y[0] {
			q, _ = bits.Div64(rest[0], second, y[0])
		}
		// over and rest: the old rest·2^64 − q·y, whose word i is the old word i+1.
		over := rest[0]
		var carry, borrow, behind uint64
		for i := m - 1; i >= 0; i-- {
			hi, lo := bits.Mul64(y[i&7], q)
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			carry = hi + c
			old := rest[i&7]
			rest[i&7], borrow = bits.Sub64(behind, lo, borrow)
			behind = old
		}
		over -= carry + borrow
		for over != 0 { // −1 or −2
			q--
			over += rest.add(&rest, y, m)
		}
		z[k&7] = q
	}
}

// setInt sets z to the fraction with n = z·2^exp and its first bit set, for n ≠ 0, cut to m words: exact, or by less than 1 ulp.
func (z *fraction) setInt(n *big.Int, m int) (exp int, exact bool) {
	words := n.Bits()
	exp = n.BitLen()
	s := uint(-exp) & 63
	last := len(words) - 1
	for i := range m {
		v := uint64(0)
		if last-i >= 0 {
			v = uint64(words[last-i]) << s
		}
		if last-i-1 >= 0 {
			v |= uint64(words[last-i-1]) >> (64 - s)
		}
		z[i&7] = v
	}
	return exp, exp <= 64*m
}

// int is x·2^64m.
func (x *fraction) int(m int) *big.Int {
	words := make([]big.Word, m)
	for i := range m {
		words[m-1-i] = big.Word(x[i&7])
	}
	return new(big.Int).SetBits(words)
}
