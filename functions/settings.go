package functions

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"calculator/calc"
)

// settings are what the environment of a function may set for package functions; what concerns the process is host's.
type settings struct {
	limits calc.Limits
	answer int // max_answer: the largest answer in bytes
}

func defaults() settings {
	return settings{
		limits: calc.Limits{Precision: calc.DefaultPrecision, Digits: calc.DefaultDigits, Exponent: calc.DefaultExponent},
		answer: 4 << 20,
	}
}

const (
	// Beyond these a setting would let one request use more memory than a function may have.
	largestPrecision = 1_000_000
	largestDigits    = 10_000_000
	// largestExponent is below where enclosures end, at 2^8388608: beyond it a result would be refused that the setting allows.
	largestExponent = 2_500_000
)

// readSettings reads the environment. An unset or empty variable leaves its default.
func readSettings(lookup func(string) (string, bool)) (settings, error) {
	s := defaults()
	for _, v := range []struct {
		name string
		to   *int
		read func(string) (int, error)
	}{
		{"max_precision", &s.limits.Precision, upTo(largestPrecision)},
		{"max_digits", &s.limits.Digits, upTo(largestDigits)},
		{"max_exponent", &s.limits.Exponent, upTo(largestExponent)},
		{"max_answer", &s.answer, readSize},
	} {
		text, _ := lookup(v.name)
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := v.read(text)
		if err != nil {
			return s, fmt.Errorf("%s=%s: %w", v.name, text, err)
		}
		*v.to = n
	}
	return s, nil
}

func upTo(limit int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > limit {
			return 0, fmt.Errorf("an integer from 1 to %d is needed", limit)
		}
		return n, nil
	}
}

// readSize reads a number of bytes, plain or with KiB, MiB or GiB, as host does.
func readSize(text string) (int, error) {
	digits, unit := text, int64(1)
	for _, u := range []struct {
		name  string
		bytes int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}} {
		if d, ok := strings.CutSuffix(text, u.name); ok {
			digits, unit = strings.TrimSpace(d), u.bytes
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt32/unit {
		return 0, fmt.Errorf("a size from 1 byte to 2 GiB is needed, such as 65536, 64KiB or 4MiB")
	}
	return int(n * unit), nil
}
