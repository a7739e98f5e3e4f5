package catalogue

// Evaluate gives the value of a whole expression.
var Evaluate = &Operation{
	Name:     "evaluate",
	Summary:  "the value of an expression, rounded once",
	Operands: []Operand{{Name: "expression", Summary: "the text of the expression", Expression: true}},
	Options:  common(forms, variables, unit),
	Examples: []Example{
		{Operands: []string{"1/3*3"}, Result: "1", Exact: true},
		{Operands: []string{"(1e50 + 1) - 1e50"}, Result: "1", Exact: true},
		{Operands: []string{"sqrt(2)^2"}, Result: "2", Exact: true},
		{Operands: []string{"sin(pi/6) + cos(pi/3)"}, Result: "1", Exact: true},
		{Operands: []string{"sqrt(5+2*sqrt(6)) - sqrt(2) - sqrt(3)"}, Result: "0", Exact: true},
		{Operands: []string{"200 + 10%"}, Result: "220", Exact: true},
		{Operands: []string{"-2^2"}, Result: "-4", Exact: true},
		{Operands: []string{"7 mod 4 + 5!"}, Result: "123", Exact: true},
		{Operands: []string{"x = 3; x^2 + sin(30°)"}, Result: "9.5", Exact: true},
		{Operands: []string{"3x"}, Options: []Value{{"variables", "x=1/3"}}, Result: "1", Exact: true},
		{Operands: []string{"sin(30)"}, Options: []Value{{"unit", "degree"}}, Result: "0.5", Exact: true},
		{Operands: []string{"exp(pi*sqrt(163))"}, Options: []Value{{"precision", "50"}}, Result: "262537412640768743.99999999999925007259719818568888"},
		{Operands: []string{"333.75*y^6 + x^2*(11*x^2*y^2 - y^6 - 121*y^4 - 2) + 5.5*y^8 + x/(2*y)"},
			Options: []Value{{"variables", "x=77617;y=33096"}, {"precision", "20"}}, Result: "-0.82739605994682136814"},
		{Operands: []string{"22/7 + 1/6"}, Options: []Value{{"precision", "5"}, {"forms", "true"}}, Result: "3.3095",
			Forms: &Forms{Fraction: "139/42", Mixed: "3 13/42", Repeating: "3.3(095238)"}},
		{Operands: []string{"asin(1/2)"}, Options: []Value{{"precision", "20"}, {"forms", "true"}}, Result: "0.52359877559829887308",
			Forms: &Forms{Symbolic: "pi/6"}},
		{Operands: []string{"1/0"}, Problem: "undefined", Message: "1/0: division by zero"},
		{Operands: []string{"ln(1 - 1)"}, Problem: "undefined", Message: "ln(1 - 1): logarithm of zero"},
		{Operands: []string{"9^9^9^9"}, Problem: "too-large"},
		{Operands: []string{"2 + * 3"}, Problem: "syntax", Message: "evaluate(2 + * 3): expected a value, found “*” (position 4)"},
		{Operands: []string{"sinn(1)"}, Problem: "unknown-name"},
	},
}
