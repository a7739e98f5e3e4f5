package integer

import (
	"bytes"
	"context"
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// wordDigits is the number of decimal digits that always fit into a 64-bit word.
const wordDigits = 19

// parseLeaf is the number of digits up to which text is read a word at a time, which takes quadratic time. By BenchmarkParse
// that and halving take the same time from 400 to 1,600 digits.
const parseLeaf = 400

// Parse returns the number that the decimal digits in text make, at least one of them and nothing else.
func Parse(text string) *big.Int {
	n, _ := ParseContext(context.Background(), text)
	return n
}

// ParseContext is Parse that ends with ctx.
func ParseContext(ctx context.Context, text string) (*big.Int, error) {
	if len(text) <= wordDigits {
		return new(big.Int).SetUint64(parseWord(text)), nil
	}
	if len(text) <= parseLeaf {
		if bits.UintSize < 64 {
			n, _ := new(big.Int).SetString(text, 10)
			return n, nil
		}
		return parseWords(text), nil
	}
	// The lower part has parseLeaf·2^k digits, so that few powers of ten serve the whole text.
	low := parseLeaf
	for low*2 < len(text) {
		low *= 2
	}
	high, err := ParseContext(ctx, text[:len(text)-low])
	if err != nil {
		return nil, err
	}
	power, err := Pow10Context(ctx, low)
	if err != nil {
		return nil, err
	}
	n, err := MulContext(ctx, high, power)
	if err != nil {
		return nil, err
	}
	rest, err := ParseContext(ctx, text[len(text)-low:])
	if err != nil {
		return nil, err
	}
	return n.Add(n, rest), nil
}

// parseWords is Parse by Horner's rule, a word of digits at a time: in place, as 10^19·n + word carries from word to word.
func parseWords(text string) *big.Int {
	head := len(text) % wordDigits
	words := make([]big.Word, 0, len(text)/wordDigits+1)
	carry := uint64(0)
	if head > 0 {
		carry = parseWord(text[:head])
	}
	for {
		if carry != 0 {
			words = append(words, big.Word(carry))
		}
		if text = text[head:]; text == "" {
			return new(big.Int).SetBits(words)
		}
		head, carry = wordDigits, parseWord(text[:wordDigits])
		for i, w := range words {
			high, low := bits.Mul64(uint64(w), 1e19)
			low, c := bits.Add64(low, carry, 0)
			words[i], carry = big.Word(low), high+c // high < 10^19 < 2^64 − 1
		}
	}
}

func parseWord(text string) uint64 {
	var n uint64
	for i := range len(text) {
		n = n*10 + uint64(text[i]-'0')
	}
	return n
}

// appendLeaf is the number of digits up to which math/big converts to text, which takes 5 ms for 100,000: it halves too, with its own
// quotients, and is as quick as this for more, by BenchmarkAppend, but cannot be stopped.
const appendLeaf = 100_000

// Append appends the decimal digits of x to text, with a minus sign in front where it is negative.
func Append(text []byte, x *big.Int) []byte {
	text, _ = AppendContext(context.Background(), text, x)
	return text
}

// AppendContext is Append that ends with ctx.
func AppendContext(ctx context.Context, text []byte, x *big.Int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return text, err
	}
	if x.BitLen() <= appendLeaf*332/100 { // less than 10^appendLeaf
		return x.Append(text, 10), nil
	}
	if x.Sign() < 0 {
		text, x = append(text, '-'), new(big.Int).Neg(x)
	}
	// The powers 10^(appendLeaf·2^i), until the last one's square is above x.
	p, err := Pow10Context(ctx, appendLeaf)
	if err != nil {
		return text, err
	}
	powers := []*big.Int{p}
	for 2*p.BitLen()-2 < x.BitLen() {
		if p, err = MulContext(ctx, p, p); err != nil {
			return text, err
		}
		powers = append(powers, p)
	}
	return appendDigits(ctx, text, x, powers, 0)
}

// appendDigits appends the digits of x, 0 ≤ x < powers' last squared, with zeros in front so that there are at least n.
func appendDigits(ctx context.Context, text []byte, x *big.Int, powers []*big.Int, n int) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return text, err
	}
	if len(powers) == 0 {
		start := len(text)
		text = x.Append(text, 10)
		if short := n - (len(text) - start); short > 0 {
			text = slices.Insert(text, start, bytes.Repeat([]byte{'0'}, short)...)
		}
		return text, nil
	}
	k := len(powers) - 1
	low := appendLeaf << k
	if n <= low && x.Cmp(powers[k]) < 0 {
		return appendDigits(ctx, text, x, powers[:k], n)
	}
	q, r, err := QuoRemContext(ctx, x, powers[k])
	if err != nil {
		return text, err
	}
	if text, err = appendDigits(ctx, text, q, powers[:k], n-low); err != nil {
		return text, err
	}
	return appendDigits(ctx, text, r, powers[:k], low)
}

// Digits is the number of decimal digits of |x|; of 0, 1.
func Digits(x *big.Int) int {
	length := x.BitLen()
	if length == 0 {
		return 1
	}
	// 2^(length-1) ≤ |x| < 2^length. With 0.30102999566 < log10(2) < 0.30102999567 the number of digits is at least
	// floor((length-1)·log10(2))+1 and at most floor(length·log10(2))+1, and both are the same but for one length in three.
	const scale, low, high = 100_000_000_000, 30_102_999_566, 30_102_999_567
	least := int(uint64(length-1)*low/scale) + 1
	most := int(uint64(length)*high/scale) + 1
	if least == most {
		return least
	}
	if least >= cachedPowers {
		// log10|x| from the leading 64 bits: what they leave out, and their rounding to 53, is below 2^-51 of x; their logarithm, up to 64, is right
		// to 2^-46; the sum, the constant and the product are rounded, each by 2^-52 of less than 4·10^9 at most. That is below 4e-6 together.
		const margin = 1e-5
		leading, _ := new(big.Int).Rsh(x, uint(length-64)).Float64() // length ≥ 3.3·cachedPowers
		switch above := (float64(length-64)+math.Log2(math.Abs(leading)))*(math.Ln2/math.Ln10) - float64(least); {
		case above > margin:
			return least + 1
		case above < -margin:
			return least
		}
	}
	if x.CmpAbs(Pow10(least)) >= 0 {
		return least + 1
	}
	return least
}

// IsMultipleOfFive reports whether 5 divides x: the base of its words, 2^64 or 2^32, is 1 modulo 5.
func IsMultipleOfFive(x *big.Int) bool {
	sum := uint(0)
	for _, w := range x.Bits() {
		sum += uint(w) % 5
	}
	return sum%5 == 0
}

// StripZeros returns y and k with x = y·10^k, where y is not a multiple of ten; of 0, both are 0.
func StripZeros(x *big.Int) (y *big.Int, k int) {
	y, k, _ = StripZerosContext(context.Background(), x)
	return y, k
}

// StripZerosContext is StripZeros that ends with ctx.
func StripZerosContext(ctx context.Context, x *big.Int) (y *big.Int, k int, err error) {
	// 10^k divides x only where 2^k does, and 10 only where 5 does.
	twos := int(x.TrailingZeroBits())
	if x.Sign() == 0 || twos == 0 || !IsMultipleOfFive(x) {
		return x, 0, nil
	}
	y = x
	try := func(step int) (bool, error) {
		p, err := Pow10Context(ctx, step)
		if err != nil {
			return false, err
		}
		q, r, err := QuoRemContext(ctx, y, p)
		if err != nil || r.Sign() != 0 {
			return false, err
		}
		y, k = q, k+step
		return true, nil
	}
	// Powers 10, 10^2, 10^4 … while they divide what is left, then once more from the last one down: after the way up by 10^(1+2+…+2^m)
	// and a failure at 2^(m+1), less than 2^(m+1) zeros are left.
	step := 1
	for ; step <= twos-k; step *= 2 {
		ok, err := try(step)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			break
		}
	}
	for ; step > 0; step /= 2 {
		if step > twos-k {
			continue
		}
		if _, err := try(step); err != nil {
			return nil, 0, err
		}
	}
	return y, k, nil
}
