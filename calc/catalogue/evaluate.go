package catalogue

// Evaluate gives the value of a whole expression.
var Evaluate = &Operation{
	Name:     "evaluate",
	Summary:  "the value of an expression",
	Operands: []Operand{{Name: "expression", Summary: "the text of the expression", Expression: true}},
	Options:  common(forms, variables, unit),
	Examples: []Example{},
}
