package ball

import (
	"math/big"
	"math/bits"
)

// Numbers as words, the least first, where math/big would make a pass more or a copy.

const wordBits = bits.UintSize

// addMul adds y·x to z and returns the carry; z is as long as x at least, and the carry is what goes beyond len(x) words.
func addMul(z, x []big.Word, y big.Word) (carry big.Word) {
	z = z[:len(x)]
	for i, w := range x {
		h, l := bits.Mul(uint(w), uint(y))
		l, c := bits.Add(l, uint(z[i]), 0)
		h += c
		l, c = bits.Add(l, uint(carry), 0)
		z[i], carry = big.Word(l), big.Word(h+c)
	}
	return carry
}

// subMul subtracts y·x from z and returns what is to be borrowed from the words beyond len(x).
func subMul(z, x []big.Word, y big.Word) (borrow big.Word) {
	z = z[:len(x)]
	for i, w := range x {
		h, l := bits.Mul(uint(w), uint(y))
		l, c := bits.Add(l, uint(borrow), 0)
		h += c
		l, c = bits.Sub(uint(z[i]), l, 0)
		z[i], borrow = big.Word(l), big.Word(h+c)
	}
	return borrow
}

// addWord adds y to z, modulo the length of z.
func addWord(z []big.Word, y big.Word) {
	for i := range z {
		s, c := bits.Add(uint(z[i]), uint(y), 0)
		if z[i] = big.Word(s); c == 0 {
			return
		}
		y = 1
	}
}

// subWord subtracts y from z, modulo the length of z.
func subWord(z []big.Word, y big.Word) {
	for i := range z {
		s, c := bits.Sub(uint(z[i]), uint(y), 0)
		if z[i] = big.Word(s); c == 0 {
			return
		}
		y = 1
	}
}

// mulWord multiplies z by y, modulo the length of z.
func mulWord(z []big.Word, y big.Word) {
	var carry uint
	for i, w := range z {
		h, l := bits.Mul(uint(w), uint(y))
		l, c := bits.Add(l, carry, 0)
		z[i], carry = big.Word(l), h+c
	}
}

// quoWord divides z by y, truncated.
func quoWord(z []big.Word, y big.Word) {
	var rem uint
	for i := len(z) - 1; i >= 0; i-- {
		q, r := bits.Div(rem, uint(z[i]), uint(y))
		z[i], rem = big.Word(q), r
	}
}

// negate makes z its two's complement.
func negate(z []big.Word) {
	var borrow uint
	for i, w := range z {
		d, b := bits.Sub(0, uint(w), borrow)
		z[i], borrow = big.Word(d), b
	}
}

// isNegative reports whether z is negative as a two's complement.
func isNegative(z []big.Word) bool { return z[len(z)-1]>>(wordBits-1) == 1 }

// trim is x without zero words at its end, and without room for more.
func trim(x []big.Word) []big.Word {
	n := len(x)
	for n > 0 && x[n-1] == 0 {
		n--
	}
	return x[:n:n]
}

// leading is x, a fraction of all words, cut to its leading n words.
func leading(x []big.Word, all, n int) []big.Word {
	if all-n >= len(x) {
		return nil
	}
	return x[all-n:]
}
