package calc

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// A spread is a sum of decimals whose exponents lie so far apart that writing out the digits between them would be waste:
// 1e1000000 + 1e-1000000 has three limbs. It is the number Σ value·B^index over its limbs, B = 10^9, the highest index
// first. No value is zero and each magnitude is below B, so that the sign of the first limb is the sign of the whole:
// what follows B^i·v adds up to less than B^i.
type spread []limb

type limb struct {
	index int
	value int64
}

const (
	limbDigits = 9
	limbBase   = 1_000_000_000
)

// maxDenseSum is the number of bits up to which terms are added as integers, written out, which is the form that other operations
// want. By BenchmarkSumSpread limbs take a tenth of the time there, and a thousandth at 100,000 digits. Beyond it terms are written out
// while that at most doubles what they are long: then limbs, which are made of decimal digits, take a hundred times as long.
const maxDenseSum = 40_000

// sumRationals adds the terms exactly: as one rational, or as a spread where the terms are decimals too far apart for that.
// It reports false where the sum is neither within maxRationalBits.
func sumRationals(ctx context.Context, terms []rational) (rational, spread, bool, error) {
	if dense(terms) {
		sum := terms[0]
		for i, t := range terms[1:] {
			if i%256 == 255 && ctx.Err() != nil {
				return rational{}, nil, false, ctx.Err()
			}
			if sum.sumSize(t) > maxRationalBits {
				return rational{}, nil, false, nil
			}
			sum = sum.sum(ctx, t)
		}
		return sum, nil, true, nil
	}
	s, err := sumSpread(ctx, terms)
	if err != nil {
		return rational{}, nil, false, err
	}
	if v := s.known(ctx); v.kind == isRational {
		return v.value, nil, true, nil
	}
	return rational{}, s, true, nil
}

// known is what is known of the sum: as one rational where that is not long.
func (s spread) known(ctx context.Context) known {
	if len(s) == 0 {
		return exactly(rationalInt(0))
	}
	if d, ok := s.rational(ctx, maxDenseSum); ok {
		return exactly(d)
	}
	return known{kind: isSpread, spread: s}
}

// dense reports whether the sum of the terms is made as one rational.
func dense(terms []rational) bool {
	lowest, highest, size := terms[0].exp, terms[0].exp, 0
	for _, t := range terms {
		if t.den != nil {
			return true // fractions have no limbs
		}
		if !t.isZero() {
			lowest, highest = min(lowest, t.exp), max(highest, t.exp+t.num.BitLen()*3/10)
			size += t.num.BitLen()
		}
	}
	// No sum on the way is longer than all that is between the ends, and sumSize says at most twice that.
	span := bitsFor(highest - lowest)
	return len(terms) < 64 && (span < maxDenseSum || span < 2*size && span < maxRationalBits/4)
}

func sumSpread(ctx context.Context, terms []rational) (spread, error) {
	all, err := decimalLimbs(ctx, nil, terms)
	return sumLimbs(all), err
}

// decimalLimbs cuts decimals into limbs.
func decimalLimbs(ctx context.Context, all []limb, decimals []rational) ([]limb, error) {
	var text []byte
	for i, t := range decimals {
		if i%256 == 255 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var err error
		if text, err = integer.AppendContext(ctx, text[:0], new(big.Int).Abs(t.num)); err != nil {
			return nil, err
		}
		all = appendLimbs(all, text, t.exp, int64(t.sign()))
	}
	return all, nil
}

// sumLimbs adds up limbs, which it sorts.
func sumLimbs(all []limb) spread {
	slices.SortFunc(all, func(a, b limb) int { return cmp.Compare(a.index, b.index) })
	// From the lowest limb up: add what has the same index, keep what is below B, carry the rest.
	// A value is a sum of at most 2^21 values below B and a carry of at most 2^21, far within an int64.
	var s spread
	carry := limb{}
	settle := func() {
		if low := carry.value % limbBase; low != 0 {
			s = append(s, limb{carry.index, low})
		}
		carry = limb{carry.index + 1, carry.value / limbBase}
	}
	for _, l := range all {
		for carry.value != 0 && carry.index < l.index {
			settle()
		}
		carry = limb{l.index, carry.value + l.value}
	}
	for carry.value != 0 {
		settle()
	}
	slices.Reverse(s)
	return s.led()
}

// led is s without a first limb that the second one takes back: 1, −(B−1) is B − (B−1) = 1, one place lower, and 1e20000 less
// 20,000 nines is a row of them. The limb that two make is between 1 and B−1 in magnitude again, and of the first one's sign.
//
// Then the whole is above (1 − 1/B)·B^i, where i is the first limb's index. Let v be that limb's magnitude. What follows limb j
// is below B^j. If v ≥ 2, the whole is above (v−1)·B^i. If v = 1, either the second limb has the sign of the first, or it stands
// at i−2 or lower, so that what follows is below B^(i-1).
func (s spread) led() spread {
	for len(s) > 1 && s[1].index == s[0].index-1 {
		both := s[0].value*limbBase + s[1].value
		if both <= -limbBase || both >= limbBase {
			break
		}
		s = s[1:]
		s[0].value = both
	}
	return s
}

// appendLimbs cuts the decimal digits in text, times 10^exp, into limbs.
func appendLimbs(all []limb, text []byte, exp int, sign int64) []limb {
	for len(text) > 0 {
		index := floorDiv(exp, limbDigits)
		n := min((index+1)*limbDigits-exp, len(text)) // digits up to the end of this limb
		var value int64
		for _, c := range text[len(text)-n:] {
			value = value*10 + int64(c-'0')
		}
		for range exp - index*limbDigits {
			value *= 10
		}
		if value != 0 {
			all = append(all, limb{index, sign * value})
		}
		text, exp = text[:len(text)-n], exp+n
	}
	return all
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// window returns the limbs down to index lowest as one integer in units of B^lowest, and the sign of what lies below.
func (s spread) window(ctx context.Context, lowest int) (*big.Int, int) {
	n := 0
	for n < len(s) && s[n].index >= lowest {
		n++
	}
	below := 0
	if n < len(s) {
		below = cmp.Compare(s[n].value, 0)
	}
	return joinLimbs(ctx, s[:n], lowest), below
}

// joinLimbs returns Σ value·B^(index-lowest), by halves so that the products are of numbers alike in length.
func joinLimbs(ctx context.Context, s spread, lowest int) *big.Int {
	if len(s) == 0 {
		return new(big.Int)
	}
	if len(s) == 1 {
		return new(big.Int).Mul(big.NewInt(s[0].value), pow10Int(ctx, (s[0].index-lowest)*limbDigits))
	}
	half := len(s) / 2
	high := joinLimbs(ctx, s[:half], s[half-1].index)
	high = mulInt(ctx, high, pow10Int(ctx, (s[half-1].index-lowest)*limbDigits))
	return high.Add(high, joinLimbs(ctx, s[half:], lowest))
}

// span is the number of limbs from the first to the last.
func (s spread) span() int { return s[0].index - s[len(s)-1].index + 1 }

// isWhole reports whether the number is an integer: all limbs but the last are multiples of a unit of the place above it, and the last is none.
func (s spread) isWhole() bool { return s[len(s)-1].index >= 0 }

// rational returns the number written out, where that takes at most so many bits.
func (s spread) rational(ctx context.Context, bits int) (rational, bool) {
	if bitsFor(s.span()*limbDigits) > bits {
		return rational{}, false
	}
	lowest := s[len(s)-1].index
	return rational{num: joinLimbs(ctx, s, lowest), exp: lowest * limbDigits}, true
}

// leading returns the first n digits, or a few more.
func (s spread) leading(ctx context.Context, n int) digits {
	// The whole is above (1 − 1/B)·B^i, i being the first index (see led): with k limbs below the first it has 9k digits or more.
	lowest := max(s[0].index-n/limbDigits-2, s[len(s)-1].index)
	m, below := s.window(ctx, lowest)
	negative := m.Sign() < 0
	if negative {
		below = -below
	}
	m.Abs(m)
	if below < 0 {
		m.Sub(m, one) // and the rest is 1 - |what lies below|, between 0 and 1
	}
	return digits{negative, m, lowest * limbDigits, below != 0}
}

// enclose returns an enclosure with prec significant bits.
func (s spread) enclose(ctx context.Context, prec uint) (ball.Ball, error) {
	d := s.leading(ctx, int(prec)/3+2)
	whole := d.man
	if d.negative {
		whole = new(big.Int).Neg(whole)
	}
	b, err := ball.FromRatio(ctx, whole, one, int64(d.exp), prec+8)
	if err != nil || !d.more {
		return b, err
	}
	unit, err := ball.FromRatio(ctx, one, one, int64(d.exp), 8)
	if err != nil {
		return b, err
	}
	// The rest lies between 0 and one unit, away from zero.
	low, high := new(big.Int), one
	if d.negative {
		low, high = big.NewInt(-1), new(big.Int)
	}
	rest, err := ball.Mul(ctx, unit, ball.FromInterval(low, high, 0, 8), 8)
	return ball.Add(b, rest, prec+8), err
}

func (s spread) negated() spread {
	n := slices.Clone(s)
	for i := range n {
		n[i].value = -n[i].value
	}
	return n
}
