package catalogue

import "calculator/calc"

// Round rounds to a number of decimal places.
var Round = &Operation{
	Name:    "round",
	Summary: "x with as many decimal places as asked for, zeros kept",
	Operands: []Operand{
		{Name: "x", Summary: "the number to round"},
		{Name: "places", Summary: "an integer, negative for tens, hundreds and so on", Default: "0"},
	},
	Options: []Option{rounding, notation},
	Formula: func(x []calc.Expr, o Settings) calc.Expr {
		if len(x) == 1 {
			return calc.Round(x[0], calc.Int(0), o.Rounding)
		}
		return calc.Round(x[0], x[1], o.Rounding)
	},
	Examples: []Example{
		{Operands: []string{"2.5"}, Result: "2", Exact: true},
		{Operands: []string{"3.5"}, Result: "4", Exact: true},
		{Operands: []string{"2.5"}, Options: []Value{{"rounding", "half_up"}}, Result: "3", Exact: true},
		{Operands: []string{"-2.5"}, Options: []Value{{"rounding", "half_up"}}, Result: "-3", Exact: true},
		{Operands: []string{"2.5"}, Options: []Value{{"rounding", "half_down"}}, Result: "2", Exact: true},
		{Operands: []string{"2.1"}, Options: []Value{{"rounding", "up"}}, Result: "3", Exact: true},
		{Operands: []string{"2.9"}, Options: []Value{{"rounding", "down"}}, Result: "2", Exact: true},
		{Operands: []string{"-2.1"}, Options: []Value{{"rounding", "ceiling"}}, Result: "-2", Exact: true},
		{Operands: []string{"-2.1"}, Options: []Value{{"rounding", "floor"}}, Result: "-3", Exact: true},
		{Operands: []string{"2.01", "1"}, Options: []Value{{"rounding", "05up"}}, Result: "2.1", Exact: true},
		{Operands: []string{"1.4999", "3"}, Result: "1.500", Exact: true},
		{Operands: []string{"0.001", "2"}, Result: "0.00", Exact: true},
		{Operands: []string{"-0.001", "2"}, Result: "0.00", Exact: true},
		{Operands: []string{"1", "5"}, Result: "1.00000", Exact: true},
		{Operands: []string{"1250", "-2"}, Result: "1200", Exact: true},
		{Operands: []string{"1250", "-2"}, Options: []Value{{"rounding", "ceiling"}}, Result: "1300", Exact: true},
		{Operands: []string{"49", "-2"}, Result: "0", Exact: true},
		{Operands: []string{"1234.567", "1"}, Options: []Value{{"notation", "scientific"}}, Result: "1.2346e+3", Exact: true},
		{Operands: []string{"2.5", "0.5"}, Problem: "undefined"},
		{Operands: []string{"2.5", "0"}, Options: []Value{{"precision", "3"}}, Problem: "malformed-request"},
		{Operands: []string{"2.5", "0", "1"}, Problem: "malformed-request"},
	},
}
