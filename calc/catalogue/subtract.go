package catalogue

import "calculator/calc"

// Subtract takes one number from another.
var Subtract = &Operation{
	Name:    "subtract",
	Summary: "the minuend less the subtrahend",
	Operands: []Operand{
		{Name: "minuend", Summary: "the number to subtract from"},
		{Name: "subtrahend", Summary: "the number to subtract"},
	},
	Options: common(),
	Formula: func(x []calc.Expr, _ Settings) calc.Expr { return calc.Difference(x[0], x[1]) },
	Examples: []Example{
		{Operands: []string{"0.3", "0.1"}, Result: "0.2", Exact: true},
		{Operands: []string{"1", "1"}, Result: "0", Exact: true},
		{Operands: []string{"0", "0.0"}, Result: "0", Exact: true},
		{Operands: []string{"-5", "-8"}, Result: "3", Exact: true},
		{Operands: []string{"100000000000000000000.1", "100000000000000000000"}, Result: "0.1", Exact: true},
		{Operands: []string{"1", "1e-40"}, Result: "0.9999999999999999999999999999999999999999", Exact: true},
		{Operands: []string{"1", "1e-40"}, Options: []Value{{"precision", "10"}}, Result: "1"},
		{Operands: []string{"1", "1e-40"}, Options: []Value{{"precision", "10"}, {"rounding", "down"}}, Result: "0.9999999999"},
		{Operands: []string{"-1", "-1e-40"}, Options: []Value{{"precision", "10"}, {"rounding", "ceiling"}}, Result: "-0.9999999999"},
		{Operands: []string{"0", "123.455"}, Options: []Value{{"precision", "5"}, {"rounding", "half_down"}}, Result: "-123.45"},
		{Operands: []string{"0", "123.455"}, Options: []Value{{"precision", "5"}, {"rounding", "half_up"}}, Result: "-123.46"},
		{Operands: []string{"Infinity", "1"}, Problem: "not-a-number"},
		{Operands: []string{"1", "1e-1000001"}, Problem: "too-large"},
	},
}
