package calc

import "fmt"

// Exact is the Precision of a Context that asks for every digit of the result.
const Exact = -1

const (
	// maxAutomaticDigits is the most significant digits that an exact result has when no precision was asked for.
	maxAutomaticDigits = 1000
	// decimal128Digits is the precision of IEEE 754's decimal128: what a rounded result has when none was asked for.
	decimal128Digits = 34
)

// A Context says how a result is rounded. Its zero value is the default: the exact result while it has at most
// 1,000 significant digits, else 34 digits, half to even; angles in radians; the default limits.
type Context struct {
	Precision int      // significant digits, at least 1; or 0 for the default, or Exact
	Rounding  Rounding // direction
	Unit      Unit     // of angles
	Limits    Limits
}

// Limits bound what a computation may be asked for. A zero field means its default.
type Limits struct {
	Precision int // largest Precision of a Context; 10,000
	Digits    int // decimal digits of an operand as written, and of a result as shown; 100,000
	Exponent  int // power of ten of a value's first significant digit, either sign; 1,000,000
}

// The defaults of Limits.
const (
	DefaultPrecision = 10_000
	DefaultDigits    = 100_000
	DefaultExponent  = 1_000_000
)

func (l Limits) precision() int { return orDefault(l.Precision, DefaultPrecision) }
func (l Limits) digits() int    { return orDefault(l.Digits, DefaultDigits) }
func (l Limits) exponent() int  { return orDefault(l.Exponent, DefaultExponent) }

func orDefault(n, byDefault int) int {
	if n == 0 {
		return byDefault
	}
	return n
}

// Rounding is one of the eight rounding modes of the General Decimal Arithmetic specification,
// version 1.70, "Rounding algorithms". They work on the magnitude and the sign of the exact value.
type Rounding uint8

// The rounding modes.
const (
	HalfEven   Rounding = iota // to the nearest; a tie to the even digit
	HalfUp                     // to the nearest; a tie away from zero
	HalfDown                   // to the nearest; a tie towards zero
	Up                         // away from zero
	Down                       // towards zero
	Ceiling                    // towards positive infinity
	Floor                      // towards negative infinity
	ZeroFiveUp                 // towards zero, but away from it where the last digit would be 0 or 5
)

var roundingNames = [...]string{"half_even", "half_up", "half_down", "up", "down", "ceiling", "floor", "05up"}

// String returns the name of the mode: half_even, half_up, half_down, up, down, ceiling, floor or 05up.
func (r Rounding) String() string { return nameOf(roundingNames[:], int(r)) }

// ParseRounding returns the mode of that name.
func ParseRounding(name string) (Rounding, error) {
	i, err := indexOf(roundingNames[:], name, "rounding")
	return Rounding(i), err
}

// Notation is a way to write a number.
type Notation uint8

// The notations. Auto is plain where that shows no more zeros than a reader can take in at a glance, else scientific.
const (
	Auto Notation = iota
	Plain
	Scientific  // one digit before the point: 1.5e+40
	Engineering // an exponent that is a multiple of three: 150e-9
)

var notationNames = [...]string{"auto", "plain", "scientific", "engineering"}

// String returns the name of the notation: auto, plain, scientific or engineering.
func (n Notation) String() string { return nameOf(notationNames[:], int(n)) }

// ParseNotation returns the notation of that name.
func ParseNotation(name string) (Notation, error) {
	i, err := indexOf(notationNames[:], name, "notation")
	return Notation(i), err
}

// Unit is a unit of angles.
type Unit uint8

// The units. A turn is 2π radians, 360 degrees or 400 gradians.
const (
	Radian Unit = iota
	Degree
	Gradian
	Turn
)

var unitNames = [...]string{"radian", "degree", "gradian", "turn"}

// String returns the name of the unit: radian, degree, gradian or turn.
func (u Unit) String() string { return nameOf(unitNames[:], int(u)) }

// ParseUnit returns the unit of that name.
func ParseUnit(name string) (Unit, error) {
	i, err := indexOf(unitNames[:], name, "unit")
	return Unit(i), err
}

// RemainderMode says how the quotient is rounded to an integer before the remainder is taken.
type RemainderMode uint8

// The modes of a remainder.
const (
	Truncated RemainderMode = iota // towards zero: the remainder has the sign of the dividend
	Floored                        // down: the remainder has the sign of the divisor
	Euclidean                      // so that the remainder is not negative
	Nearest                        // to the nearest integer, a tie to the even one: IEEE 754's remainder
)

var remainderNames = [...]string{"truncated", "floored", "euclidean", "nearest"}

// String returns the name of the mode: truncated, floored, euclidean or nearest.
func (m RemainderMode) String() string { return nameOf(remainderNames[:], int(m)) }

// ParseRemainderMode returns the mode of that name.
func ParseRemainderMode(name string) (RemainderMode, error) {
	i, err := indexOf(remainderNames[:], name, "mode")
	return RemainderMode(i), err
}

func nameOf(names []string, i int) string {
	if i >= len(names) {
		return fmt.Sprintf("undefined (%d)", i)
	}
	return names[i]
}

func indexOf(names []string, name, what string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %q: want one of %q", what, name, names)
}
