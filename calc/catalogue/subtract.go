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
		{Operands: []string{"100000000000000000000.1", "100000000000000000000"}, Result: "0.1", Exact: true},
		{Operands: []string{"1", "1e-40"}, Options: []Value{{"precision", "10"}, {"rounding", "down"}}, Result: "0.9999999999"},
		{Operands: []string{"NaN", "1"}, Problem: "not-a-number"},
	},
}
