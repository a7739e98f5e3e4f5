package catalogue

import "calculator/calc"

// Sin gives the sine of an angle.
var Sin = &Operation{
	Name:     "sin",
	Summary:  "the sine of x",
	Operands: []Operand{{Name: "x", Summary: "the angle"}},
	Options:  common(unit),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Sin(x[0]) },
	Examples: []Example{
		{Operands: []string{"0"}, Result: "0", Exact: true},
		{Operands: []string{"30"}, Options: []Value{{"unit", "degree"}}, Result: "0.5", Exact: true},
		{Operands: []string{"1"}, Result: "0.8414709848078965066525023216302990"},
		{Operands: []string{"1e22"}, Options: []Value{{"precision", "20"}}, Result: "-0.85220084976713880177"},
	},
}

// Cos gives the cosine of an angle.
var Cos = &Operation{
	Name:     "cos",
	Summary:  "the cosine of x",
	Operands: []Operand{{Name: "x", Summary: "the angle"}},
	Options:  common(unit),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Cos(x[0]) },
	Examples: []Example{
		{Operands: []string{"0"}, Result: "1", Exact: true},
		{Operands: []string{"0.5"}, Options: []Value{{"unit", "turn"}}, Result: "-1", Exact: true},
		{Operands: []string{"60"}, Options: []Value{{"unit", "degree"}}, Result: "0.5", Exact: true},
		{Operands: []string{"1"}, Result: "0.5403023058681397174009366074429766"},
	},
}

// Tan gives the tangent of an angle.
var Tan = &Operation{
	Name:     "tan",
	Summary:  "the tangent of x",
	Operands: []Operand{{Name: "x", Summary: "the angle"}},
	Options:  common(unit),
	Formula:  func(x []calc.Expr, _ Settings) calc.Expr { return calc.Tan(x[0]) },
	Examples: []Example{
		{Operands: []string{"50"}, Options: []Value{{"unit", "gradian"}}, Result: "1", Exact: true},
		{Operands: []string{"1"}, Result: "1.557407724654902230506974807458360"},
		{Operands: []string{"90"}, Options: []Value{{"unit", "degree"}}, Problem: "undefined"},
	},
}
