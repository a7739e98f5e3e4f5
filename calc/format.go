package calc

import (
	"fmt"
	"strconv"

	"calculator/calc/internal/integer"
)

const (
	// An exact result is plain while it has at most this many more placeholder zeros than digits: 1e22 in full.
	maxPlaceholders = 21
	// Its first digit is then at most this many places behind the point: 0.0000001.
	maxLeadingPlaces = 7
)

// Text returns the canonical text of the result in a notation: no leading plus sign, no trailing zeros behind the point
// unless rounding to places asked for them, 0 and never -0. The error is too-large where more than l.Digits digits would
// be shown; it is found before the text is made.
func (r Result) Text(n Notation, l Limits) (string, error) {
	exp := int(r.Value.Exponent())
	if d := r.Value.NumDigits(); d <= smallDigits && exp <= 0 && -exp <= d && r.layout(n, d, exp) == Plain && d+1 <= l.digits() {
		return plainText(r.Value.CoefficientInt64(), d, -exp), nil
	}
	coefficient := r.Value.Coefficient()
	d := integer.Digits(coefficient)
	layout := r.layout(n, d, exp)
	if layout == Plain {
		if shown := max(d+max(exp, 0), 1-exp); shown > l.digits() {
			return "", tooLarge("max_digits", fmt.Sprintf(
				"the plain notation of the result has %d digits, above max_digits (%d): ask for notation scientific", shown, l.digits()))
		}
	}
	text := make([]byte, 0, r.Len(n))
	if coefficient.Sign() < 0 {
		text = append(text, '-')
		coefficient.Neg(coefficient)
	}
	switch layout {
	case Plain:
		if places := -exp; places >= d {
			text = append(text, '0', '.')
			text = appendZeros(text, places-d)
			return string(integer.Append(text, coefficient)), nil
		}
		text = integer.Append(text, coefficient)
		if exp >= 0 {
			return string(appendZeros(text, exp)), nil
		}
		return string(insertPoint(text, len(text)+exp)), nil
	}
	if !r.Exact && exp == 0 { // zeros at the end of a rounded integer stand for plain notation only: 120 is 1.2e+2
		var zeros int
		coefficient, zeros = integer.StripZeros(coefficient)
		exp += zeros
		d = integer.Digits(coefficient)
	}
	first := exp + d - 1 // power of ten of the first digit
	before := 1
	if layout == Engineering {
		before += first - floorDiv(first, 3)*3
	}
	start := len(text)
	text = integer.Append(text, coefficient)
	text = appendZeros(text, before-d)
	if d > before {
		text = insertPoint(text, start+before)
	}
	return string(appendExponent(text, first-before+1)), nil
}

// plainText is coefficient·10^-places in plain notation, where the coefficient has d digits, no less than places and at most smallDigits.
func plainText(coefficient int64, d, places int) string {
	var room [len("-0.") + smallDigits]byte
	text := strconv.AppendInt(room[:0], coefficient, 10)
	if places == 0 {
		return string(text)
	}
	at := len(text) - places
	if places == d {
		text = insertAt(text, at, '0')
		at++
	}
	return string(insertAt(text, at, '.'))
}

// Len is the length of Text in bytes, or a few more, known without making it.
func (r Result) Len(n Notation) int {
	d := r.Value.NumDigits()
	exp := int(r.Value.Exponent())
	const around = len("-0.") + len("00e-1000000000")
	if r.layout(n, d, exp) == Plain {
		return max(d+max(exp, 0), -exp) + around
	}
	return d + around
}

// layout chooses what Auto leaves open, for a result of d digits and an exponent.
func (r Result) layout(n Notation, d, exp int) Notation {
	if n != Auto {
		return n
	}
	if exp > 0 && (!r.Exact || exp > d+maxPlaceholders) || 1-exp-d > maxLeadingPlaces && !r.Value.IsZero() {
		return Scientific
	}
	return Plain
}

func appendZeros(text []byte, n int) []byte {
	for range n {
		text = append(text, '0')
	}
	return text
}

func insertPoint(text []byte, at int) []byte { return insertAt(text, at, '.') }

func insertAt(text []byte, at int, c byte) []byte {
	text = append(text, 0)
	copy(text[at+1:], text[at:])
	text[at] = c
	return text
}

func appendExponent(text []byte, e int) []byte {
	text = append(text, 'e')
	if e >= 0 {
		text = append(text, '+')
	}
	return strconv.AppendInt(text, int64(e), 10)
}
