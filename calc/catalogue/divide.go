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
		{Operands: []string{"-6", "3"}, Result: "-2", Exact: true},
		{Operands: []string{"0", "5"}, Result: "0", Exact: true},
		{Operands: []string{"1", "3"}, Result: "0.3333333333333333333333333333333333"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "10"}}, Result: "0.3333333333"},
		{Operands: []string{"2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "floor"}}, Result: "0.66666"},
		{Operands: []string{"-2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "floor"}}, Result: "-0.66667"},
		{Operands: []string{"2", "3"}, Options: []Value{{"precision", "5"}, {"rounding", "ceiling"}}, Result: "0.66667"},
		{Operands: []string{"2", "3"}, Options: []Value{{"precision", "1"}}, Result: "0.7"},
		{Operands: []string{"1", "998001"}, Options: []Value{{"precision", "37"}}, Result: "0.000001002003004005006007008009010011012013"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "5"}, {"notation", "engineering"}}, Result: "333.33e-3"},
		{Operands: []string{"2", "3e20"}, Options: []Value{{"precision", "4"}}, Result: "6.667e-21"},
		{Operands: []string{"1", "32"}, Options: []Value{{"precision", "exact"}}, Result: "0.03125", Exact: true},
		{Operands: []string{"1", "1024"}, Options: []Value{{"precision", "7"}}, Result: "0.0009765625", Exact: true},
		{Operands: []string{"22", "7"}, Options: []Value{{"precision", "8"}, {"forms", "true"}}, Result: "3.1428571", Forms: &Forms{Fraction: "22/7", Mixed: "3 1/7", Repeating: "3.(142857)"}},
		{Operands: []string{"-1", "12"}, Options: []Value{{"precision", "4"}, {"forms", "true"}}, Result: "-0.08333", Forms: &Forms{Fraction: "-1/12", Mixed: "-1/12", Repeating: "-0.08(3)"}},
		{Operands: []string{"3", "4"}, Options: []Value{{"forms", "true"}}, Result: "0.75", Exact: true, Forms: &Forms{Fraction: "3/4", Mixed: "3/4", Repeating: "0.75"}},
		{Operands: []string{"1", "0"}, Problem: "undefined", Message: "divide(1, 0): division by zero"},
		{Operands: []string{"0", "0"}, Problem: "undefined", Message: "divide(0, 0): division by zero"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "exact"}}, Problem: "undefined"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "0"}}, Problem: "malformed-request"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "2.5"}}, Problem: "malformed-request"},
		{Operands: []string{"1", "3"}, Options: []Value{{"rounding", "sideways"}}, Problem: "malformed-request"},
		{Operands: []string{"1", "3"}, Options: []Value{{"precision", "10001"}}, Problem: "too-large"},
		{Operands: []string{"1e600000", "1e-600000"}, Problem: "too-large"},
	},
}
