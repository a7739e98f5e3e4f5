package catalogue

import "calculator/calc"

// Add sums its operands.
var Add = &Operation{
	Name:     "add",
	Summary:  "the sum of its operands",
	Operands: []Operand{{Name: "args", Summary: "the numbers to add"}},
	Variadic: true,
	Options:  common(),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Sum(x...) },
	Examples: []Example{
		{Operands: []string{"0.1", "0.2"}, Result: "0.3", Exact: true},
		{Operands: []string{"1e50", "1", "-1e50"}, Result: "1", Exact: true},
		{Operands: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, Result: "55", Exact: true},
		{Operands: []string{"42"}, Result: "42", Exact: true},
		{Operands: []string{"1_000", "−1", ".5"}, Result: "999.5", Exact: true},
		{Operands: []string{"2.50", "+2.50"}, Result: "5", Exact: true},
		{Operands: []string{"-0", "-0.0"}, Result: "0", Exact: true},
		{Operands: []string{"1e22", "0"}, Result: "10000000000000000000000", Exact: true},
		{Operands: []string{"1e50", "0"}, Result: "1e+50", Exact: true},
		{Operands: []string{"0.0000001", "0"}, Result: "0.0000001", Exact: true},
		{Operands: []string{"0.00000001", "0"}, Result: "1e-8", Exact: true},
		{Operands: []string{"1.5e40", "0"}, Options: []Value{{"notation", "plain"}}, Result: "15000000000000000000000000000000000000000", Exact: true},
		{Operands: []string{"1.5e40", "0"}, Options: []Value{{"notation", "scientific"}}, Result: "1.5e+40", Exact: true},
		{Operands: []string{"0.00000015", "0"}, Options: []Value{{"notation", "engineering"}}, Result: "150e-9", Exact: true},
		{Operands: []string{"123456789012345678901234567890.123456789", "987654321098765432109876543210.987654321"}, Result: "1111111110111111111011111111101.11111111", Exact: true},
		{Operands: []string{"123456", "0"}, Options: []Value{{"precision", "2"}}, Result: "1.2e+5"},
		{Operands: []string{"1e1000000", "1e-1000000"}, Options: []Value{{"precision", "5"}, {"rounding", "up"}}, Result: "1.0001e+1000000"},
		{Operands: []string{"1e1000000", "-1e-1000000"}, Options: []Value{{"precision", "5"}, {"rounding", "floor"}}, Result: "9.9999e+999999"},
		{Operands: []string{"1", "1,5"}, Problem: "not-a-number"},
		{Operands: []string{"NaN", "1"}, Problem: "not-a-number"},
		{Operands: []string{"0x10"}, Problem: "not-a-number"},
		{Operands: []string{"1e9999999999"}, Problem: "too-large"},
	},
}
