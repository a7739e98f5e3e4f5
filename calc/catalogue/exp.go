package catalogue

import "calculator/calc"

// Exp raises e to a power.
var Exp = &Operation{
	Name:     "exp",
	Summary:  "e raised to the power of x",
	Operands: []Operand{{Name: "x", Summary: "the exponent"}},
	Options:  common(),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Exp(x[0]) },
	Examples: []Example{
		{Operands: []string{"0"}, Result: "1", Exact: true},
		{Operands: []string{"1"}, Result: "2.718281828459045235360287471352662"},
		{Operands: []string{"100"}, Result: "2.688117141816135448412625551580014e+43"},
		{Operands: []string{"-0.5"}, Options: []Value{{"precision", "20"}}, Result: "0.6065306597126334236"},
		{Operands: []string{"1e-30"}, Options: []Value{{"precision", "31"}, {"rounding", "down"}}, Result: "1.000000000000000000000000000001"},
		{Operands: []string{"1"}, Options: []Value{{"precision", "6"}, {"rounding", "ceiling"}}, Result: "2.71829"},
		{Operands: []string{"2.302585"}, Options: []Value{{"precision", "3"}}, Result: "10"},
		{Operands: []string{"1e9"}, Problem: "too-large"},
		{Operands: []string{"-1e9"}, Problem: "too-large"},
		{Operands: []string{"1"}, Options: []Value{{"precision", "exact"}}, Problem: "undefined"},
	},
}
