package catalogue

import "calculator/calc"

// Remainder gives what a division leaves.
var Remainder = &Operation{
	Name:    "remainder",
	Summary: "what is left of the dividend after taking away the divisor a whole number of times",
	Operands: []Operand{
		{Name: "dividend", Summary: "the number to divide"},
		{Name: "divisor", Summary: "the number to divide by, not 0"},
	},
	Options: common(mode),
	Formula: func(x []calc.Expr, o Settings) calc.Expr { return calc.Remainder(x[0], x[1], o.Mode) },
	Examples: []Example{
		{Operands: []string{"7", "3"}, Result: "1", Exact: true},
		{Operands: []string{"-7", "3"}, Result: "-1", Exact: true},
		{Operands: []string{"7", "-3"}, Result: "1", Exact: true},
		{Operands: []string{"-7", "3"}, Options: []Value{{"mode", "floored"}}, Result: "2", Exact: true},
		{Operands: []string{"7", "-3"}, Options: []Value{{"mode", "floored"}}, Result: "-2", Exact: true},
		{Operands: []string{"-7", "-3"}, Options: []Value{{"mode", "euclidean"}}, Result: "2", Exact: true},
		{Operands: []string{"-7", "3"}, Options: []Value{{"mode", "euclidean"}}, Result: "2", Exact: true},
		{Operands: []string{"8", "3"}, Options: []Value{{"mode", "nearest"}}, Result: "-1", Exact: true},
		{Operands: []string{"5", "2"}, Options: []Value{{"mode", "nearest"}}, Result: "1", Exact: true},
		{Operands: []string{"7", "2"}, Options: []Value{{"mode", "nearest"}}, Result: "-1", Exact: true},
		{Operands: []string{"1", "0.1"}, Result: "0", Exact: true},
		{Operands: []string{"5.5", "2.1"}, Result: "1.3", Exact: true},
		{Operands: []string{"1e100", "7"}, Result: "4", Exact: true},
		{Operands: []string{"1e1000000", "97"}, Result: "35", Exact: true},
		{Operands: []string{"22", "7.123456"}, Options: []Value{{"precision", "2"}}, Result: "0.63"},
		{Operands: []string{"7", "0"}, Problem: "undefined", Message: "remainder(7, 0): division by zero"},
		{Operands: []string{"7", "3"}, Options: []Value{{"mode", "signed"}}, Problem: "malformed-request"},
	},
}
