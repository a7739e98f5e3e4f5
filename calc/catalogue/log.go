package catalogue

import "calculator/calc"

// Log gives the logarithm, natural or to a base.
var Log = &Operation{
	Name:    "log",
	Summary: "the logarithm of x, the natural one unless a base is given",
	Operands: []Operand{
		{Name: "x", Summary: "a number above 0"},
		{Name: "base", Summary: "a number above 0 other than 1", Default: "e"},
	},
	Options: common(),
	Formula: func(x []calc.Expr, _ Settings) calc.Expr {
		if len(x) == 1 {
			return calc.Log(x[0])
		}
		return calc.LogBase(x[0], x[1])
	},
	Examples: []Example{
		{Operands: []string{"1"}, Result: "0", Exact: true},
		{Operands: []string{"2"}, Result: "0.6931471805599453094172321214581766"},
		{Operands: []string{"0.5"}, Options: []Value{{"precision", "5"}, {"rounding", "ceiling"}}, Result: "-0.69314"},
		{Operands: []string{"1e1000000"}, Options: []Value{{"precision", "20"}}, Result: "2302585.092994045684"},
		{Operands: []string{"1.0000000000000000000000000000001"}, Options: []Value{{"precision", "33"}}, Result: "9.9999999999999999999999999999995e-32"},
		{Operands: []string{"1000", "10"}, Result: "3", Exact: true},
		{Operands: []string{"8", "0.5"}, Result: "-3", Exact: true},
		{Operands: []string{"8", "4"}, Result: "1.5", Exact: true},
		{Operands: []string{"2", "10"}, Options: []Value{{"precision", "20"}}, Result: "0.30102999566398119521"},
		{Operands: []string{"0"}, Problem: "undefined"},
		{Operands: []string{"-1"}, Problem: "undefined"},
		{Operands: []string{"2", "1"}, Problem: "undefined"},
		{Operands: []string{"2", "0"}, Problem: "undefined"},
		{Operands: []string{"2", "-10"}, Problem: "undefined"},
	},
}
