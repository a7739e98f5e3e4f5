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
		{Operands: []string{"-90"}, Options: []Value{{"unit", "degree"}}, Result: "-1", Exact: true},
		{Operands: []string{"1e6"}, Options: []Value{{"unit", "turn"}}, Result: "0", Exact: true},
		{Operands: []string{"1"}, Result: "0.841470984807896506652502321630299"},
		{Operands: []string{"-1"}, Options: []Value{{"precision", "5"}}, Result: "-0.84147"},
		{Operands: []string{"60"}, Options: []Value{{"unit", "degree"}, {"precision", "20"}}, Result: "0.86602540378443864676"},
		{Operands: []string{"1e22"}, Options: []Value{{"precision", "20"}}, Result: "-0.85220084976718880177"},
		{Operands: []string{"1e-20"}, Options: []Value{{"precision", "20"}, {"rounding", "down"}}, Result: "9.9999999999999999999e-21"},
		{Operands: []string{"3.14159265358979323846"}, Options: []Value{{"precision", "20"}}, Result: "2.6433832795028841972e-21"},
		{Operands: []string{"1"}, Options: []Value{{"unit", "grad"}}, Problem: "malformed-request"},
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
		{Operands: []string{"100"}, Options: []Value{{"unit", "gradian"}}, Result: "0", Exact: true},
		{Operands: []string{"1"}, Result: "0.5403023058681397174009366074429766"},
		{Operands: []string{"1e-20"}, Options: []Value{{"precision", "30"}}, Result: "1"},
		{Operands: []string{"1e-20"}, Options: []Value{{"precision", "30"}, {"rounding", "floor"}}, Result: "0.999999999999999999999999999999"},
		{Operands: []string{"1e22"}, Options: []Value{{"precision", "29"}}, Result: "0.52321478539513894549759447338"},
		{Operands: []string{"one"}, Problem: "not-a-number"},
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
		{Operands: []string{"0"}, Result: "0", Exact: true},
		{Operands: []string{"50"}, Options: []Value{{"unit", "gradian"}}, Result: "1", Exact: true},
		{Operands: []string{"135"}, Options: []Value{{"unit", "degree"}}, Result: "-1", Exact: true},
		{Operands: []string{"1"}, Result: "1.55740772465490223050697480745836"},
		{Operands: []string{"30"}, Options: []Value{{"unit", "degree"}, {"precision", "5"}}, Result: "0.57735"},
		{Operands: []string{"1.57079632679489661923"}, Options: []Value{{"precision", "5"}}, Result: "7.5661e+20"},
		{Operands: []string{"90"}, Options: []Value{{"unit", "degree"}}, Problem: "undefined"},
		{Operands: []string{"0.25"}, Options: []Value{{"unit", "turn"}}, Problem: "undefined"},
	},
}
