package ball

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
)

var (
	// ErrDomain says that the whole operand is outside the function's domain.
	ErrDomain = errors.New("ball: outside the domain")
	// ErrStraddles says that the operand touches the edge of the domain or a
	// pole, or is too wide for any bound: ask again with more precision.
	ErrStraddles = errors.New("ball: operand too wide to decide")
)

// A RangeError says that a result is certainly beyond 2^MaxLog2 in size, or
// below 2^-MaxLog2. It matches ErrRange under errors.Is.
type RangeError struct {
	// Small tells a result that is too near to zero from one that is too large.
	Small bool
	// Sign is the sign of the result.
	Sign int
}

// ErrRange is matched by every *RangeError.
var ErrRange = errors.New("ball: result out of range")

func (e *RangeError) Error() string {
	if e.Small {
		return "ball: result too small"
	}
	return "ball: result too large"
}

// Is makes errors.Is(e, ErrRange) hold.
func (e *RangeError) Is(target error) bool { return target == ErrRange }

// MaxLog2 bounds the binary exponent of what Exp, PowInt and their kin return:
// 2^MaxLog2 is about 10^2525222, so callers can set decimal limits of their own below.
const MaxLog2 = 1 << 23

// A Ball is the set of the x with |x − man·2^exp| ≤ rad·2^exp.
//
// Invariant: man is nil for zero; it is never changed once it is in a Ball;
// rad < 2^32; a Ball with man nil and rad 0 has exp 0. The zero Ball is the
// number zero.
type Ball struct {
	man *big.Int
	exp int64
	rad uint32
}

var zeroInt = new(big.Int)

// mant is the mantissa, never nil, not to be changed.
func (x Ball) mant() *big.Int {
	if x.man == nil {
		return zeroInt
	}
	return x.man
}

// err is the radius as a bound.
func (x Ball) err() bound { return newBound(uint64(x.rad), x.exp) }

// mid is the exact ball at the middle of x.
func (x Ball) mid() Ball {
	if x.man == nil {
		return Ball{}
	}
	return Ball{man: x.man, exp: x.exp}
}

// top is the t with 2^(t-1) ≤ |middle| < 2^t, for a middle that is not zero.
func (x Ball) top() int64 { return int64(x.man.BitLen()) + x.exp }

// makeBall encloses the numbers within e of man·2^exp in a ball of about prec
// bits. It takes man over.
//
// The new unit is 2^u. Cutting the mantissa moves the middle by less than one
// unit, and only if bits other than zero are cut; e is counted in units
// rounded up. So rad = ⌈e/2^u⌉ + 1 (or + 0) covers both. u is chosen
//   - not below top(e) − 30, so that ⌈e/2^u⌉ ≤ 2^30 fits,
//   - not below top − prec, so that the mantissa has at most prec bits,
//   - and else no smaller than these two ask for when e ≠ 0, so that a short
//     mantissa does not round a small e up to a large unit.
func makeBall(man *big.Int, exp int64, e bound, prec uint) Ball {
	n := man.BitLen()
	if n == 0 {
		if e.isZero() {
			return Ball{}
		}
		u := e.top() - 30
		return Ball{exp: u, rad: uint32(e.units(u))}
	}
	u := exp + int64(n) - int64(prec)
	if e.isZero() {
		if u <= exp {
			return Ball{man: man, exp: exp}
		}
	} else if low := e.top() - 30; low > u {
		u = low
	}
	r := uint64(0)
	switch {
	case u < exp:
		man.Lsh(man, uint(exp-u))
	case u > exp:
		s := uint(u - exp)
		if man.TrailingZeroBits() < s {
			r = 1
		}
		man.Rsh(man, s)
	}
	r += e.units(u)
	if man.Sign() == 0 {
		man = nil
	}
	return Ball{man: man, exp: u, rad: uint32(r)}
}

// widen adds e to the radius of x.
func (x Ball) widen(e bound) Ball {
	if e.isZero() {
		return x
	}
	total := x.err().add(e)
	if u := total.units(x.exp); x.rad > 0 && u < 1<<31 {
		return Ball{man: x.man, exp: x.exp, rad: uint32(u)}
	}
	return makeBall(new(big.Int).Set(x.mant()), x.exp, total, 1<<40) // the radius chooses the unit
}

// round is x with a mantissa of at most about prec bits.
func (x Ball) round(prec uint) Ball {
	if x.man == nil || uint(x.man.BitLen()) <= prec {
		return x
	}
	s := uint(x.man.BitLen()) - prec
	r := uint64(x.rad)
	cut := uint64(0)
	if x.man.TrailingZeroBits() < s {
		cut = 1
	}
	if s < 64 {
		r = (r + 1<<s - 1) >> s
	} else if r > 0 {
		r = 1
	}
	man := new(big.Int).Rsh(x.man, s)
	if man.Sign() == 0 {
		man = nil
	}
	return Ball{man: man, exp: x.exp + int64(s), rad: uint32(r + cut)}
}

// FromInt is the integer n, exactly.
func FromInt(n *big.Int) Ball { return FromDyadic(n, 0) }

// FromInt64 is the integer n, exactly.
func FromInt64(n int64) Ball { return FromDyadic(big.NewInt(n), 0) }

// FromDyadic is man·2^exp, exactly. It does not keep man.
func FromDyadic(man *big.Int, exp int64) Ball {
	if man.Sign() == 0 {
		return Ball{}
	}
	s := man.TrailingZeroBits()
	return Ball{man: new(big.Int).Rsh(man, s), exp: exp + int64(s)}
}

// FromInterval encloses the numbers from lo·2^exp to hi·2^exp; lo ≤ hi.
func FromInterval(lo, hi *big.Int, exp int64, prec uint) Ball {
	// The middle (lo+hi)/2 and the half width (hi−lo)/2, both in units of 2^(exp-1).
	return makeBall(new(big.Int).Add(lo, hi), exp-1, upper(new(big.Int).Sub(hi, lo), exp-1), prec)
}

// Sign is the sign of all numbers in x, if they have the same.
func (x Ball) Sign() (sign int, known bool) {
	switch {
	case x.rad == 0:
		return x.mant().Sign(), true
	case x.ContainsZero():
		return 0, false
	}
	return x.man.Sign(), true
}

// IsZero reports whether x is exactly zero.
func (x Ball) IsZero() bool { return x.man == nil && x.rad == 0 }

// IsExact reports whether x is one number.
func (x Ball) IsExact() bool { return x.rad == 0 }

// ContainsZero reports whether zero is in x.
func (x Ball) ContainsZero() bool {
	if x.man == nil {
		return true
	}
	return x.rad > 0 && x.man.BitLen() <= 32 && new(big.Int).Abs(x.man).Uint64() <= uint64(x.rad)
}

// Ends are the least and the greatest number of x, in units of 2^exp.
func (x Ball) Ends() (lo, hi *big.Int, exp int64) {
	r := new(big.Int).SetUint64(uint64(x.rad))
	return new(big.Int).Sub(x.mant(), r), new(big.Int).Add(x.mant(), r), x.exp
}

// Dyadic is the middle of x, in units of 2^exp, and whether x is no more than that.
func (x Ball) Dyadic() (man *big.Int, exp int64, exact bool) {
	return new(big.Int).Set(x.mant()), x.exp, x.rad == 0
}

// compareDyadic compares a·2^d with b·2^e.
func compareDyadic(a *big.Int, d int64, b *big.Int, e int64) int {
	if s, t := a.Sign(), b.Sign(); s != t || s == 0 {
		return s - t
	}
	if s, t := int64(a.BitLen())+d, int64(b.BitLen())+e; s != t {
		if (s < t) == (a.Sign() > 0) {
			return -1
		}
		return 1
	}
	if d > e {
		return new(big.Int).Lsh(a, uint(d-e)).Cmp(b)
	}
	return a.Cmp(new(big.Int).Lsh(b, uint(e-d)))
}

// Contains reports whether every number of y is in x.
func (x Ball) Contains(y Ball) bool {
	xlo, xhi, xe := x.Ends()
	ylo, yhi, ye := y.Ends()
	return compareDyadic(xlo, xe, ylo, ye) <= 0 && compareDyadic(yhi, ye, xhi, xe) <= 0
}

// Overlaps reports whether x and y have a number in common.
func (x Ball) Overlaps(y Ball) bool {
	xlo, xhi, xe := x.Ends()
	ylo, yhi, ye := y.Ends()
	return compareDyadic(xlo, xe, yhi, ye) <= 0 && compareDyadic(ylo, ye, xhi, xe) <= 0
}

// Cmp compares all numbers of x with all numbers of y: −1, 0 or 1, known if
// it is the same for each pair.
func (x Ball) Cmp(y Ball) (sign int, known bool) {
	xlo, xhi, xe := x.Ends()
	ylo, yhi, ye := y.Ends()
	switch {
	case compareDyadic(xhi, xe, ylo, ye) < 0:
		return -1, true
	case compareDyadic(xlo, xe, yhi, ye) > 0:
		return 1, true
	case x.rad == 0 && y.rad == 0:
		return 0, true
	}
	return 0, false
}

// Log2 bounds the size of the numbers in x: 2^lower ≤ |x| ≤ 2^upper. ok is
// false if zero is in x; then only upper counts, and for the number zero
// none does.
func (x Ball) Log2() (lower, upper int64, ok bool) {
	if x.isAwayFromPowers() {
		return x.top() - 1, x.top(), true
	}
	lo, hi, e := x.Ends()
	if lo.CmpAbs(hi) > 0 {
		lo, hi = hi, lo
	}
	upper = int64(hi.BitLen()) + e
	if x.ContainsZero() {
		return 0, upper, false
	}
	return int64(lo.BitLen()) - 1 + e, upper, true
}

// isAwayFromPowers reports whether it is plain that the ends of x have as many bits as its middle. Let that be h·2^k with 2^63 ≤ h < 2^64, k ≥ 0:
// the radius is below 2^32 ≤ 2^(k+32), so that it does not reach the next power of 2 where h is as far from those of its own.
func (x Ball) isAwayFromPowers() bool {
	words := x.mant().Bits()
	if bits.UintSize < 64 || len(words) < 2 {
		return false
	}
	first, second := uint64(words[len(words)-1]), uint64(words[len(words)-2])
	n := bits.Len64(first)
	h := first<<(64-n) | second>>n
	return h >= 1<<63+1<<32 && h < math.MaxUint64-1<<32
}

// WidthLog2 is a w with radius ≤ 2^w; ok is false for an exact ball.
func (x Ball) WidthLog2() (w int64, ok bool) {
	if x.rad == 0 {
		return 0, false
	}
	return int64(bits.Len32(x.rad)) + x.exp, true
}

// Precision is how many leading bits of x are known: log2(|x|/radius),
// rounded down; MaxInt32 for an exact ball, 0 or less for one that
// contains zero.
func (x Ball) Precision() int64 {
	switch {
	case x.rad == 0:
		return 1<<31 - 1
	case x.ContainsZero():
		return 0
	}
	return int64(x.man.BitLen()) - int64(bits.Len32(x.rad)) - 1
}

// Floor is the greatest integer not above x, known if it is the same for all
// numbers in x.
func (x Ball) Floor() (n *big.Int, known bool) {
	lo, hi, e := x.Ends()
	if e >= 0 {
		return lo.Lsh(lo, uint(e)), x.rad == 0
	}
	s := uint(-e)
	lo.Rsh(lo, s)
	return lo, lo.Cmp(hi.Rsh(hi, s)) == 0
}
