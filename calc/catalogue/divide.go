package catalogue

import "calculator/calc"

// Divide divides one number by another.
var Divide = &Operation{
	Name:    "divide",
	Summary: "the quotient of the dividend and the divisor",
	Operands: []Operand{
		{Name: "dividend", Summary: "the number to divide"},
		{Name: "divisor", Summary: "the number to divide by, not 0"},
	},
	Options: common(forms),
	Formula: func(x []calc.Expr, _ Settings) calc.Expr { return calc.Quotient(x[0], x[1]) },
	Examples: []Example{
		{Operands: []string{"1", "8"}, Result: "0.125", Exact: true},
		{Operands: []string{"1", "3"}, Result: "0.3333333333333333333333333333333333"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "10"}}, Result: "0.3333333333"},
		{Operands: []string{"2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "floor"}}, Result: "0.66666"},
		{Operands: []string{"-2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "floor"}}, Result: "-0.66667"},
		{Operands: []string{"2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "ceiling"}}, Result: "0.66667"},
		{Operands: []string{"1", "32"}, Options: []Value{{"precision", "exact"}}, Result: "0.03125", Exact: true},
		{Operands: []string{"22", "7"}, Options: []Value{{"precision", "8"}, {"forms", "true"}}, Result: "3.1428571",
			Forms: &Forms{Fraction: "22/7", Mixed: "3 1/7", Repeating: "3.(142857)"}},
		{Operands: []string{"1", "0"}, Problem: "undefined", Message: "divide(1, 0): division by zero"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "exact"}}, Problem: "undefined"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "0"}}, Problem: "malformed-request"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "10001"}}, Problem: "too-large"},
	},
}
