package catalogue

import "calculator/calc"

// Power raises one number to the power of another.
var Power = &Operation{
	Name:    "power",
	Summary: "the base raised to the exponent, any real number; 0^0 is 1",
	Operands: []Operand{
		{Name: "base", Summary: "the number to raise"},
		{Name: "exponent", Summary: "the power to raise it to"},
	},
	Options: common(),
	Formula: func(x []calc.Expr, _ Settings) calc.Expr { return calc.Power(x[0], x[1]) },
	Examples: []Example{
		{Operands: []string{"2", "100"}, Result: "1267650600228229401496703205376", Exact: true},
		{Operands: []string{"0.25", "1.5"}, Result: "0.125", Exact: true},
		{Operands: []string{"8", "-2"}, Result: "0.015625", Exact: true},
		{Operands: []string{"32", "0.2"}, Result: "2", Exact: true},
		{Operands: []string{"0", "0"}, Result: "1", Exact: true},
		{Operands: []string{"0", "2.5"}, Result: "0", Exact: true},
		{Operands: []string{"1", "1e1000000"}, Result: "1", Exact: true},
		{Operands: []string{"-2", "3"}, Result: "-8", Exact: true},
		{Operands: []string{"-1", "1e100"}, Result: "1", Exact: true},
		{Operands: []string{"10", "-30"}, Result: "1e-30", Exact: true},
		{Operands: []string{"3", "-1"}, Options: []Value{{"precision", "10"}}, Result: "0.3333333333"},
		{Operands: []string{"1.0000001", "10000000"}, Options: []Value{{"precision", "20"}}, Result: "2.7182816925449662712"},
		{Operands: []string{"2", "0.5"}, Result: "1.414213562373095048801688724209698"},
		{Operands: []string{"2", "-0.5"}, Options: []Value{{"precision", "5"}, {"rounding", "up"}}, Result: "0.70711"},
		{Operands: []string{"9", "9999"}, Options: []Value{{"precision", "2"}}, Result: "3e+9541"},
		{Operands: []string{"2", "3.1"}, Options: []Value{{"precision", "20"}}, Result: "8.5741877002903453137"},
		{Operands: []string{"0", "-1"}, Problem: "undefined", Message: "power(0, -1): zero to a negative power"},
		{Operands: []string{"-8", "0.5"}, Problem: "undefined"},
		{Operands: []string{"9", "1e9"}, Problem: "too-large"},
		{Operands: []string{"0.5", "1e9"}, Problem: "too-large"},
	},
}
