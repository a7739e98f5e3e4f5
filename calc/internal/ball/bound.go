package ball

import (
	"math"
	"math/big"
	"math/bits"
)

// A bound is the number m·2^e, kept with 32 bits: 2^31 ≤ m < 2^32, or m = 0.
// Operations on it round up, so that a bound computed from upper bounds is an
// upper bound. The relative excess of each operation is below 2^-30.
type bound struct {
	m uint64
	e int64
}

// newBound is the least bound that is not below m·2^e.
func newBound(m uint64, e int64) bound {
	if m == 0 {
		return bound{}
	}
	n := bits.Len64(m)
	if n <= 32 {
		return bound{m << (32 - n), e - int64(32-n)}
	}
	s := uint(n - 32)
	up := m >> s
	if up<<s != m {
		up++
	}
	if up == 1<<32 {
		return bound{1 << 31, e + int64(s) + 1}
	}
	return bound{up, e + int64(s)}
}

// upper bounds |man|·2^exp from above.
func upper(man *big.Int, exp int64) bound {
	n := man.BitLen()
	if n <= 64 {
		return newBound(new(big.Int).Abs(man).Uint64(), exp)
	}
	// The cut off bits are worth less than one unit of the 32 that are kept.
	return newBound(topBits(man, n)+1, exp+int64(n-32))
}

// lower bounds |man|·2^exp from below: a bound as to form, not as to side.
func lower(man *big.Int, exp int64) bound {
	n := man.BitLen()
	if n == 0 {
		return bound{}
	}
	if n <= 32 {
		return bound{new(big.Int).Abs(man).Uint64() << (32 - n), exp - int64(32-n)}
	}
	return bound{topBits(man, n), exp + int64(n-32)}
}

// topBits is the leading 32 of the n > 32 bits of |man|.
func topBits(man *big.Int, n int) uint64 {
	w := man.Bits()
	last := len(w) - 1
	have := uint(bits.Len64(uint64(w[last]))) // bits in the last word; assumes 64-bit words or smaller
	v := uint64(w[last])
	for have < 32 {
		last--
		if bits.UintSize == 64 {
			return (v<<32 | uint64(w[last])>>32) >> have
		}
		v = v<<32 | uint64(w[last])
		have += 32
	}
	return v >> (have - 32)
}

func (a bound) isZero() bool { return a.m == 0 }

// top is the t with 2^(t-1) ≤ a < 2^t, for a ≠ 0.
func (a bound) top() int64 { return a.e + 32 }

func (a bound) shift(k int64) bound {
	if a.m == 0 {
		return a
	}
	a.e += k
	return a
}

func (a bound) add(b bound) bound {
	if a.m == 0 {
		return b
	}
	if b.m == 0 {
		return a
	}
	if a.e < b.e {
		a, b = b, a
	}
	d := a.e - b.e
	if d >= 32 {
		return newBound(a.m+1, a.e) // b < 2^32·2^b.e ≤ 2^a.e
	}
	return newBound(a.m+(b.m+1<<d-1)>>d, a.e)
}

func (a bound) mul(b bound) bound {
	if a.m == 0 || b.m == 0 {
		return bound{}
	}
	return newBound(a.m*b.m, a.e+b.e)
}

// quo bounds a/b from above when b is a lower bound of the divisor, b ≠ 0.
func (a bound) quo(b bound) bound {
	if a.m == 0 {
		return a
	}
	return newBound((a.m<<31+b.m-1)/b.m, a.e-b.e-31)
}

// cmp compares a and b as numbers.
func (a bound) cmp(b bound) int {
	switch {
	case a == b:
		return 0
	case a.m == 0:
		return -1
	case b.m == 0:
		return 1
	case a.e != b.e:
		if a.e < b.e {
			return -1
		}
		return 1
	case a.m < b.m:
		return -1
	}
	return 1
}

// units counts a in units of 2^e, rounded up; MaxUint64 if it is 2^63 or more.
func (a bound) units(e int64) uint64 {
	if a.m == 0 {
		return 0
	}
	d := a.e - e
	switch {
	case d > 31:
		return math.MaxUint64
	case d >= 0:
		return a.m << d
	case d <= -32:
		return 1
	}
	return (a.m + 1<<-d - 1) >> -d
}

// pow2 is the bound 2^e.
func pow2(e int64) bound { return bound{1 << 31, e - 31} }
