package calc

import (
	"context"
	"math/big"
	"math/bits"

	"calculator/calc/internal/integer"
)

// This file is the one place where digits are dropped.

// digits are the leading decimal digits of a real number, and whether there is more:
// its magnitude is (man + ε)·10^exp with 0 ≤ ε < 1, and ε is zero exactly when more is false.
type digits struct {
	negative bool
	man      *big.Int // not negative
	exp      int
	more     bool
}

// round returns d with at most n significant digits, and whether that is all of it. Where d has more than the digits in man,
// man has at least n+1 of them, so that what ε adds can neither make nor break a tie.
func (r Rounding) round(ctx context.Context, d digits, n int) (digits, bool) {
	return r.drop(ctx, d, integer.Digits(d.man)-n)
}

// drop returns d without its last n digits, and whether nothing was lost by it. Where d.more is set, n is at least 1.
func (r Rounding) drop(ctx context.Context, d digits, n int) (digits, bool) {
	if n <= 0 {
		return d, !d.more
	}
	kept, t := split(ctx, d.man, n)
	if d.more {
		t = t.andMore()
	}
	if r.away(d.negative, kept, t) {
		kept.Add(kept, one)
	}
	return digits{d.negative, kept, d.exp + n, false}, t == nothing
}

// A tail says how much lies behind the last digit kept, in units of that digit.
type tail uint8

const (
	nothing tail = iota
	belowHalf
	half
	aboveHalf
)

// andMore is t with something less than one unit of its own last digit added to it.
func (t tail) andMore() tail {
	switch t {
	case nothing:
		return belowHalf
	case half:
		return aboveHalf
	}
	return t
}

// away reports whether a magnitude with these digits kept, followed by t, is rounded away from zero.
func (r Rounding) away(negative bool, kept *big.Int, t tail) bool {
	if t == nothing {
		return false
	}
	switch r {
	case HalfEven:
		return t == aboveHalf || t == half && kept.Bit(0) == 1
	case HalfUp:
		return t >= half
	case HalfDown:
		return t == aboveHalf
	case Up:
		return true
	case Down:
		return false
	case Ceiling:
		return !negative
	case Floor:
		return negative
	case ZeroFiveUp:
		return new(big.Int).Rem(kept, five).Sign() == 0
	}
	panic("calc: " + r.String() + " rounding")
}

// split divides m ≥ 0 by 10^n: the quotient, and how much is left of it.
func split(ctx context.Context, m *big.Int, n int) (*big.Int, tail) {
	if n > integer.Digits(m) {
		return new(big.Int), tailOf(m.Sign(), -1) // m < 10^(n-1) < 10^n/2
	}
	if kept, t, ok := splitLeading(ctx, m, n); ok {
		return kept, t
	}
	unit := pow10Int(ctx, n)
	kept, rest := quoRemInt(ctx, m, unit)
	return kept, tailOf(rest.Sign(), new(big.Int).Lsh(rest, 1).Cmp(unit))
}

func tailOf(sign, compareHalf int) tail {
	switch {
	case sign == 0:
		return nothing
	case compareHalf < 0:
		return belowHalf
	case compareHalf == 0:
		return half
	}
	return aboveHalf
}

// splitLeading is split where few of very many digits are kept: it looks at the leading bits of m only. It reports
// false where those do not decide.
func splitLeading(ctx context.Context, m *big.Int, n int) (*big.Int, tail, bool) {
	const (
		fewest = 4000   // digits of m below which the division is no matter: some 10 µs, by BenchmarkRoundLong
		widest = 40_000 // bits, beyond which the division, which looks at its context, is as quick
		guard  = 64     // bits; the interval below is then 2^-50 of a unit wide
	)
	length := m.BitLen()
	if length < fewest*3 {
		return nil, 0, false
	}
	// A tail of nothing or of a half means that 2·m is a multiple of 10^n, and so of 2^n.
	width := bitsFor(max(integer.Digits(m)-n, 0)) + guard
	if width > length/4 || width > widest || int(m.TrailingZeroBits())+1 >= n {
		return nil, 0, false
	}
	// m/10^n lies in [lead, lead+1]·2^drop / ([p, p+u]·2^shift), where the latter holds 10^n.
	drop := uint(length - width)
	lead := new(big.Int).Rsh(m, drop)
	p, u, shift := leadingPow10(n, uint(width))
	// Twice the quotient, so that the last bit says which side of the half it is on. Both ends are rounded outwards.
	scale := int(drop) - shift + 1
	low := floorShift(lead, scale, new(big.Int).Add(p, u))
	high := floorShift(new(big.Int).Add(lead, one), scale, p)
	if low.Cmp(high) != 0 {
		return nil, 0, false
	}
	t := belowHalf
	if low.Bit(0) == 1 {
		t = aboveHalf
	}
	return low.Rsh(low, 1), t, true
}

// bitsFor returns a number of bits that holds every number of n decimal digits: log2(10) < 3.3220.
func bitsFor(n int) int { return n*3322/1000 + 1 }

// floorShift returns the floor of x·2^s/y.
func floorShift(x *big.Int, s int, y *big.Int) *big.Int {
	if s >= 0 {
		return new(big.Int).Quo(new(big.Int).Lsh(x, uint(s)), y)
	}
	return new(big.Int).Quo(x, new(big.Int).Lsh(y, uint(-s)))
}

// leadingPow10 returns p, u and shift with p·2^shift ≤ 10^n ≤ (p+u)·2^shift, where p has about width bits.
// Left-to-right binary powering on the interval; the derivation is ours: a product of two intervals with
// relative widths a and b is at most a+b+ab wide, and cutting it to width bits adds 2^-(width-2).
func leadingPow10(n int, width uint) (p, u *big.Int, shift int) {
	width += uint(bits.Len(uint(n))) // each step doubles the relative width and adds a unit to it, n units in all
	low, high := big.NewInt(1), big.NewInt(1)
	for i := bits.Len(uint(n)) - 1; i >= 0; i-- {
		low.Mul(low, low)
		high.Mul(high, high)
		shift *= 2
		if n>>i&1 == 1 {
			low.Mul(low, ten)
			high.Mul(high, ten)
		}
		if cut := low.BitLen() - int(width); cut > 0 {
			low.Rsh(low, uint(cut))
			high.Rsh(high, uint(cut))
			high.Add(high, one)
			shift += cut
		}
	}
	return low, high.Sub(high, low), shift
}
