package catalogue

import "calculator/calc"

// Multiply gives the product of its operands.
var Multiply = &Operation{
	Name:     "multiply",
	Summary:  "the product of its operands",
	Operands: []Operand{{Name: "args", Summary: "the numbers to multiply"}},
	Variadic: true,
	Options:  common(),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Product(x...) },
	Examples: []Example{
		{Operands: []string{"1.1", "1.1"}, Result: "1.21", Exact: true},
		{Operands: []string{"2", "3", "7"}, Result: "42", Exact: true},
		{Operands: []string{"-0.5", "0"}, Result: "0", Exact: true},
		{Operands: []string{"7"}, Result: "7", Exact: true},
		{Operands: []string{"99999", "100001"}, Result: "9999999999", Exact: true},
		{Operands: []string{"12345678901234567890", "98765432109876543210"}, Result: "1219326311370217952237463801111263526900", Exact: true},
		{Operands: []string{"1e-400000", "1e400000"}, Result: "1", Exact: true},
		{Operands: []string{"1.15", "1"}, Options: []Value{{"precision", "2"}}, Result: "1.2"},
		{Operands: []string{"1.25", "1"}, Options: []Value{{"precision", "2"}}, Result: "1.2"},
		{Operands: []string{"1.15", "1"}, Options: []Value{{"precision", "2"}, {"rounding", "half_up"}}, Result: "1.2"},
		{Operands: []string{"1.15", "1"}, Options: []Value{{"precision", "2"}, {"rounding", "half_down"}}, Result: "1.1"},
		{Operands: []string{"1.01", "1"}, Options: []Value{{"precision", "2"}, {"rounding", "05up"}}, Result: "1.1"},
		{Operands: []string{"1.11", "1"}, Options: []Value{{"precision", "2"}, {"rounding", "05up"}}, Result: "1.1"},
		{Operands: []string{"-1.11", "1"}, Options: []Value{{"precision", "2"}, {"rounding", "up"}}, Result: "-1.2"},
		{Operands: []string{"1e600000", "1e600000"}, Problem: "too-large"},
		{Operands: []string{"1e-600000", "1e-600000"}, Problem: "too-large"},
	},
}
