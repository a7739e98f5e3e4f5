// Package catalogue describes the fifteen operations of the calculator as data: names, operands, options, the formula over calc's
// primitives, and examples.
//
// Everything else is made from it: the functions' handlers and help, the dashboard's forms, the API document, live checks and
// tests. [All] has the operations in their order, [Find] gives one by name. An operation has one name everywhere: folder, URL,
// expression, catalogue.
//
// The digits of the examples are those of CPython 3.11.2 (decimal, fractions) and mpmath 1.2.1, not of calc: testdata/check.py
// computes them.
package catalogue

import "calculator/calc"

// An Operation is one function of the calculator.
type Operation struct {
	Name     string    `json:"name"`
	Summary  string    `json:"summary"`            // what it answers, in a sentence without a full stop
	Operands []Operand `json:"operands"`           // in order; of a variadic operation one, called args
	Variadic bool      `json:"variadic,omitempty"` // takes one operand or more
	Options  []Option  `json:"options"`
	Examples []Example `json:"examples"`

	// Formula is the operation on its operands: those that were given, so that trailing optional ones may be absent. It is nil
	// where the operation is not one formula over numbers.
	Formula func(x []calc.Expr, o Settings) calc.Expr `json:"-"`
}

// An Operand is a number that an operation takes, or the text of an expression.
type Operand struct {
	Name       string `json:"name"`
	Summary    string `json:"summary"`
	Default    string `json:"default,omitempty"`    // what is taken when it is absent; empty where it must be there
	Expression bool   `json:"expression,omitempty"` // it is the text of an expression
}

// An Option says how an operation computes or answers.
type Option struct {
	Name    string   `json:"name"`
	Type    Type     `json:"type"`
	Values  []string `json:"values,omitempty"` // all there are, the default first, where they can be listed
	Default string   `json:"default,omitempty"`
	Summary string   `json:"summary"`
}

// A Type says what the value of an option looks like.
type Type string

// The types of options.
const (
	Choice  Type = "choice"  // one of Values
	Boolean Type = "boolean" // true or false
	Digits  Type = "digits"  // an integer from 1 to max_precision, or the word exact
	Names   Type = "names"   // names and their expressions
)

// Settings are the values of the options that are part of a formula. The others belong to calc.Context or to the answer.
type Settings struct {
	Mode     calc.RemainderMode
	Rounding calc.Rounding
}

// An Example is a computation and its answer: a result or a problem.
type Example struct {
	Operands []string `json:"operands"` // by position
	Options  []Value  `json:"options,omitempty"`

	Result string `json:"result,omitempty"`
	Exact  bool   `json:"exact,omitempty"`
	Forms  *Forms `json:"forms,omitempty"` // where the option forms is true

	Problem string `json:"problem,omitempty"` // its type
	Message string `json:"message,omitempty"` // its detail
}

// Forms are calc.Forms as they are written in JSON.
type Forms struct {
	Fraction  string `json:"fraction,omitempty"`
	Mixed     string `json:"mixed,omitempty"`
	Repeating string `json:"repeating,omitempty"`
	Symbolic  string `json:"symbolic,omitempty"`
}

// A Value is an option as an example gives it.
type Value struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// All has the fifteen operations in the order of the contract.
var All = []*Operation{Add, Subtract, Multiply, Divide, Remainder, Power, Root, Exp, Log, Sin, Cos, Tan, Round, Evaluate, Dashboard}

// Find returns the operation of that name, nil where there is none.
func Find(name string) *Operation {
	for _, o := range All {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// Required returns how many operands must be given.
func (o *Operation) Required() int {
	n := 0
	for _, x := range o.Operands {
		if x.Default == "" {
			n++
		}
	}
	return n
}

// Option returns the place of an option among the operation's, negative where it has none of that name.
func (o *Operation) Option(name string) int {
	for i := range o.Options {
		if o.Options[i].Name == name {
			return i
		}
	}
	return -1
}

// Operand returns the place of an operand among the operation's, negative where it has none of that name.
func (o *Operation) Operand(name string) int {
	for i := range o.Operands {
		if o.Operands[i].Name == name {
			return i
		}
	}
	return -1
}
