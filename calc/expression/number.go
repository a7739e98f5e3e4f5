package expression

// This file owns the rule of how a number is written, for the whole calculator: digits[.digits][e[+-]digits], with E too,
// .5 and 5., underscores between two digits, and the Unicode minus sign wherever a minus may stand. ScanNumber serves the
// lexer, ParseNumber an operand that stands alone.

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Literal is a number as it was written: Digits · 10^Exponent.
type Literal struct {
	Digits   string // without point, underscores and leading zeros; empty for zero
	Exponent int64  // 0 for zero; beyond ±maxExponent it stands still
	Written  int    // digits of the mantissa that were written, leading zeros too
}

// maxExponent is where an absurdly long exponent stops growing: far beyond any limit of a caller's, and far enough from
// the ends of an int64 that the number of digits may be added to it.
const maxExponent = 1 << 60

// String returns the number as ScanNumber reads it: 15e-1.
func (n Literal) String() string {
	switch {
	case n.Digits == "":
		return "0"
	case n.Exponent == 0:
		return n.Digits
	}
	return n.Digits + "e" + strconv.FormatInt(n.Exponent, 10)
}

// hundredth returns n/100.
func (n Literal) hundredth() Literal {
	if n.Digits != "" {
		n.Exponent = max(n.Exponent-2, -maxExponent)
	}
	return n
}

// ScanNumber reads the number at the start of text, without a sign, and returns it and its length in bytes. The digits are
// a part of text where nothing stands between them. The error is an *Error whose position counts from the start of text.
func ScanNumber(text string) (n Literal, length int, err error) {
	whole, end, ok := scanDigits(text, 0)
	if !ok {
		return n, 0, strayUnderscore(text, end)
	}
	point, fraction := end, 0
	if end < len(text) && text[end] == '.' {
		fraction, end, ok = scanDigits(text, end+1)
		if !ok {
			return n, 0, strayUnderscore(text, end)
		}
	}
	if whole+fraction == 0 {
		return n, 0, &Error{Expected: "a number", Found: foundAt(text, 0)}
	}
	n.Written = whole + fraction
	mantissa := end
	if end < len(text) && text[end]|0x20 == 'e' {
		if n.Exponent, end, err = scanExponent(text, end+1); err != nil {
			return n, 0, err
		}
	}
	if end < len(text) && text[end] == '.' {
		e := &Error{Expected: "no second point in a number", Found: "“.”", Position: utf8.RuneCountInString(text[:end])}
		if mantissa < end {
			e.Expected, e.Hint = "an integer as the exponent", "write a power, as in 10^2.5"
		}
		return n, 0, e
	}
	n.Digits = joinDigits(text[:point], text[min(point+1, mantissa):mantissa], n.Written)
	if n.Digits == "" {
		n.Exponent = 0
	} else {
		n.Exponent = min(max(n.Exponent-int64(fraction), -maxExponent), maxExponent)
	}
	return n, end, nil
}

// scanDigits counts the digits from text[i] on and returns where they end. It reports false, and the place, where an
// underscore does not stand between two digits.
func scanDigits(text string, i int) (count, end int, ok bool) {
	start := i
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case isDigit(c):
			count++
		case c != '_':
			return count, i, true
		case i == start || text[i-1] == '_' || i+1 == len(text) || !isDigit(text[i+1]):
			return count, i, false
		}
	}
	return count, i, true
}

// scanExponent reads the exponent from text[i] on, behind the e.
func scanExponent(text string, i int) (exponent int64, end int, err error) {
	mark := i - 1
	sign, size := signAt(text[i:])
	i += size
	start := i
	_, end, ok := scanDigits(text, i)
	switch {
	case !ok:
		return 0, 0, strayUnderscore(text, end)
	case end == start:
		e := &Error{Expected: "the digits of an exponent", Found: foundAt(text, start), Position: utf8.RuneCountInString(text[:start]), Hint: "write them as in 1e5"}
		if size == 0 {
			// In an expression: 2e or 2exp(1).
			e.Hint = "digits followed by e begin an exponent: write 1e5, or " + short(text[:mark]) + "*" + short(nameAt(text[mark:])) + " for a product"
			e.Blank = start < len(text) && isBlank(text[start])
		}
		return 0, 0, e
	}
	for _, c := range []byte(text[start:end]) {
		if c != '_' {
			exponent = min(exponent*10+int64(c-'0'), maxExponent/8)
		}
	}
	if exponent == maxExponent/8 {
		exponent = maxExponent
	}
	if sign < 0 {
		exponent = -exponent
	}
	return exponent, end, nil
}

// joinDigits returns the digits of both parts, without leading zeros and underscores. It copies only where something
// stands between the digits.
func joinDigits(whole, fraction string, written int) string {
	whole = trimZeros(whole)
	if whole == "" {
		fraction = trimZeros(fraction)
	}
	underscores := strings.IndexByte(whole, '_') >= 0 || strings.IndexByte(fraction, '_') >= 0
	switch {
	case !underscores && whole == "":
		return fraction
	case !underscores && fraction == "":
		return whole
	case !underscores:
		return whole + fraction
	}
	digits := make([]byte, 0, written)
	for _, part := range []string{whole, fraction} {
		for i := range len(part) {
			if part[i] != '_' {
				digits = append(digits, part[i])
			}
		}
	}
	return string(digits)
}

func trimZeros(digits string) string {
	i := 0
	for i < len(digits) && (digits[i] == '0' || digits[i] == '_') {
		i++
	}
	return digits[i:]
}

// ParseNumber reads text as one number with an optional sign; blanks around it are ignored. The error is an *Error that
// says what to write instead.
func ParseNumber(text string) (negative bool, n Literal, err error) {
	body := strings.TrimLeftFunc(text, unicode.IsSpace)
	lead := len(text) - len(body)
	body = strings.TrimRightFunc(body, unicode.IsSpace)
	sign, size := signAt(body)
	n, length, err := ScanNumber(body[size:])
	if err == nil && size+length == len(body) {
		return sign < 0, n, nil
	}
	return false, Literal{}, notANumber(text, body, lead, size, length, err)
}

// notANumber explains why body, which stands at text[lead:], is not a number: after a sign of size bytes there is none, as
// err says, or it ends after length bytes and something follows.
func notANumber(text, body string, lead, size, length int, err error) *Error {
	e, scanned := err.(*Error)
	if !scanned {
		e = &Error{Expected: "the end of the number", Found: foundAt(body, size+length)}
		e.Position = utf8.RuneCountInString(body[size : size+length])
	}
	e.Position += utf8.RuneCountInString(text[:lead+size])
	if e.Found == "a blank" {
		e.Blank = true
	}
	rest := body[size:]
	switch _, second := signAt(rest); {
	case body == "":
		e.Found, e.Hint = "nothing", "write a number, as in 1.5 or -2e3"
	case second > 0:
		e.Expected, e.Hint = "a digit", "write one sign at most"
	case strings.ContainsRune(rest, ','):
		e.Hint = commaHint(rest)
	case strings.HasPrefix(strings.ToLower(rest), "0x"), strings.HasPrefix(strings.ToLower(rest), "0b"), strings.HasPrefix(strings.ToLower(rest), "0o"):
		e.Hint = "write it in decimal"
		if n, err := strconv.ParseUint(rest, 0, 64); err == nil {
			e.Hint = "write it in decimal: " + body[:size] + strconv.FormatUint(n, 10)
		}
	case scanned && rest != "" && isDigit(rest[0]):
		if strings.HasPrefix(e.Hint, "digits") {
			e.Hint = "write them as in 1e5"
		}
	case !scanned || rest == "" || rest[0] != '_':
		e.Hint = operandHint(rest, length)
	}
	return e
}

// operandHint says what to write instead of an operand that is, or goes on after length bytes with, something else.
func operandHint(rest string, length int) string {
	if ascii := asciiDigits(rest); ascii != "" {
		return "write " + ascii
	}
	switch strings.ToLower(rest) {
	case "":
		return "write a number, as in 1.5 or -2e3" // after a sign
	case "nan", "inf", "infinity", "∞", "true", "false", "null", "none":
		return "an operand is a finite number, as in 1.5 or -2e3"
	}
	if length > 0 && strings.IndexFunc(rest[length:], unicode.IsSpace) == 0 {
		return "an operand is one number: write it without blanks"
	}
	return "an operand is one number, as in 1.5 or -2e3; expressions are for evaluate"
}

// asciiDigits returns text with the decimal digits of other scripts written as 0 to 9, or nothing where it has none or is long.
func asciiDigits(text string) string {
	other := false
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			if d, ok := digitValue(r); ok {
				other = true
				return '0' + d
			}
		}
		return r
	}, text)
	if !other || len(ascii) > maxShown {
		return ""
	}
	if _, _, err := ParseNumber(ascii); err != nil {
		return "the digits 0 to 9"
	}
	return ascii
}

// digitValue returns the value of a decimal digit of any script. The ten digits of a script follow one another from its zero
// (Unicode Standard, §4.6), so each range of Nd is a number of such tens.
func digitValue(r rune) (rune, bool) {
	for _, tens := range unicode.Nd.R16 {
		if rune(tens.Lo) <= r && r <= rune(tens.Hi) {
			return (r - rune(tens.Lo)) % 10, true
		}
	}
	for _, tens := range unicode.Nd.R32 {
		if rune(tens.Lo) <= r && r <= rune(tens.Hi) {
			return (r - rune(tens.Lo)) % 10, true
		}
	}
	return 0, false
}

// commaHint says what to write instead of a number with commas.
func commaHint(text string) string {
	const general = "write a point before the decimals and nothing between thousands, as in 1234.56"
	if len(text) > maxShown {
		return general
	}
	commas, points := strings.Count(text, ","), strings.Count(text, ".")
	last := strings.LastIndexByte(text, ',')
	thousands := strings.ReplaceAll(text, ",", "")
	decimal := strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	var hint string
	switch {
	case points == 1 && last < strings.IndexByte(text, '.'), commas > 1 && points == 0:
		hint = thousands // 1,234.56 and 1,234,567
	case commas > 1:
		return general
	case points == 0 && last > 0 && last <= 3 && len(text)-last == 4 && text[0] != '0':
		hint = thousands + " or " + decimal // 1,234 is either
	default:
		hint = decimal // 1,5 and 1.234,56
	}
	for _, candidate := range strings.Split(hint, " or ") {
		if _, length, err := ScanNumber(candidate); err != nil || length != len(candidate) {
			return general
		}
	}
	return "write " + hint
}

func strayUnderscore(text string, i int) *Error {
	return &Error{Expected: "an underscore only between two digits", Found: foundAt(text, i), Position: utf8.RuneCountInString(text[:i]), Hint: "write the number without it"}
}

// signAt returns the sign that text begins with, +1 or −1, and its length in bytes; or zeros.
func signAt(text string) (sign, size int) {
	switch {
	case text == "":
		return 0, 0
	case text[0] == '+':
		return 1, 1
	case text[0] == '-':
		return -1, 1
	case strings.HasPrefix(text, "−"):
		return -1, len("−")
	}
	return 0, 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
