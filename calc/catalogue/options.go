package catalogue

import "slices"

var (
	precision = Option{Name: "precision", Type: Digits,
		Summary: "significant digits of the result, or exact for every digit; without it the exact result when it has at most 1,000 digits, else 34"}
	rounding = Option{Name: "rounding", Type: Choice, Default: "half_even",
		Values:  []string{"half_even", "half_up", "half_down", "up", "down", "ceiling", "floor", "05up"},
		Summary: "direction in which the digits that are not shown are dropped"}
	notation = Option{Name: "notation", Type: Choice, Default: "auto",
		Values:  []string{"auto", "plain", "scientific", "engineering"},
		Summary: "way to write the result"}
	forms = Option{Name: "forms", Type: Boolean, Default: "false", Values: []string{"false", "true"},
		Summary: "in a JSON answer, the result also as a fraction, a mixed number, a repeating decimal or in symbols, where it is one"}
	mode = Option{Name: "mode", Type: Choice, Default: "truncated",
		Values:  []string{"truncated", "floored", "euclidean", "nearest"},
		Summary: "how the quotient is made an integer: towards zero, down, so that the remainder is not negative, or to the nearest (IEEE 754)"}
	unit = Option{Name: "unit", Type: Choice, Default: "radian",
		Values:  []string{"radian", "degree", "gradian", "turn"},
		Summary: "unit of angles"}
	variables = Option{Name: "variables", Type: Names,
		Summary: `names and their expressions: {"x":"1/3"} in JSON, x=1/3;y=2 in a query`}
)

// common are the options of every computing function but round.
func common(more ...Option) []Option {
	return slices.Concat([]Option{precision, rounding, notation}, more)
}
