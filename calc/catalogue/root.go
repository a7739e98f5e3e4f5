package catalogue

import "calculator/calc"

// Root gives the n-th root.
var Root = &Operation{
	Name:    "root",
	Summary: "the real root of the radicand, the square root unless a degree is given",
	Operands: []Operand{
		{Name: "radicand", Summary: "the number to take the root of"},
		{Name: "degree", Summary: "an integer other than 0", Default: "2"},
	},
	Options: common(forms),
	Formula: func(x []calc.Expr, _ Settings) calc.Expr {
		if len(x) == 1 {
			return calc.Root(x[0], calc.Int(2))
		}
		return calc.Root(x[0], x[1])
	},
	Examples: []Example{
		{Operands: []string{"2"}, Result: "1.414213562373095048801688724209698"},
		{Operands: []string{"2"}, Options: []Value{{"precision", "50"}}, Result: "1.4142135623730950488016887242096980785696718753769"},
		{Operands: []string{"27", "3"}, Result: "3", Exact: true},
		{Operands: []string{"-27", "3"}, Result: "-3", Exact: true},
		{Operands: []string{"0.0625"}, Result: "0.25", Exact: true},
		{Operands: []string{"4", "-2"}, Result: "0.5", Exact: true},
		{Operands: []string{"5.0625", "4"}, Options: []Value{{"forms", "true"}}, Result: "1.5", Exact: true,
			Forms: &Forms{Fraction: "3/2", Mixed: "1 1/2", Repeating: "1.5"}},
		{Operands: []string{"0"}, Result: "0", Exact: true},
		{Operands: []string{"1e100"}, Options: []Value{{"notation", "plain"}}, Result: "100000000000000000000000000000000000000000000000000", Exact: true},
		{Operands: []string{"1e-1000000", "1000000"}, Result: "0.1", Exact: true},
		{Operands: []string{"10", "3"}, Options: []Value{{"precision", "20"}, {"rounding", "up"}}, Result: "2.1544346900318837218"},
		{Operands: []string{"10", "3"}, Options: []Value{{"precision", "20"}, {"rounding", "down"}}, Result: "2.1544346900318837217"},
		{Operands: []string{"-10", "3"}, Options: []Value{{"precision", "20"}, {"rounding", "floor"}}, Result: "-2.1544346900318837218"},
		{Operands: []string{"2", "12"}, Options: []Value{{"precision", "20"}}, Result: "1.0594630943592952646"},
		{Operands: []string{"2", "-2"}, Options: []Value{{"precision", "5"}}, Result: "0.70711"},
		{Operands: []string{"-2"}, Problem: "undefined", Message: "root(-2): square root of a negative number"},
		{Operands: []string{"-16", "4"}, Problem: "undefined"},
		{Operands: []string{"2", "0"}, Problem: "undefined"},
		{Operands: []string{"2", "1.5"}, Problem: "undefined"},
		{Operands: []string{"0", "-1"}, Problem: "undefined"},
		{Operands: []string{"2"}, Options: []Value{{"precision", "exact"}}, Problem: "undefined"},
	},
}
