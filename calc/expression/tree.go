package expression

import (
	"strings"
)

// Kind says what a Node stands for.
type Kind uint8

// The kinds of nodes.
const (
	Number   Kind = iota // Literal
	Constant             // Name: pi, tau, e or phi
	Variable             // Name, and the definition in Args[0]
	Call                 // Name, and the operands in Args
)

// A Node is a part of an expression: a number, a constant, a variable, or an operation on other nodes.
//
// Every operation is a Call. Functions go by the name that was written. An operator is one of
//
//	add(x, …)       a+b-c is add(a, b, negate(c))
//	multiply(x, …)  a*b·c d(e)
//	divide(x, y, …) from left to right: a/b/c; and a*b/c*d is multiply(a, divide(b, c), d)
//	power(x, y)     x^y, x² and x³
//	negate(x) mod(x, y) sqrt(x) factorial(n) abs(x)
//	degree(x)       x°: the angle of x degrees, in the unit of angles
//
// so that a long sum is wide and not deep. x% is a hundredth of x: a Number where x is one, else divide(x, 100).
// 200 + 10% is multiply(200, add(1, 0.1)).
//
// Where a name is used several times, its Variable nodes share one definition: the tree is then a graph without cycles.
type Node struct {
	Kind    Kind
	Foreign bool // of a Variable: the definition stands in another text, to which the places in it refer
	height  int16
	Start   int32 // place in the text, in code points
	End     int32 // first code point behind it
	Name    string
	Literal Literal
	Args    []*Node
}

// String returns the node as a text that parses to it, given the variables that it uses. Operations other than calls
// stand in parentheses.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

var operators = map[string]string{"add": "+", "multiply": "*", "divide": "/", "power": "^", "mod": " mod "}

func (n *Node) write(b *strings.Builder) {
	operator := operators[n.Name]
	switch {
	case n.Kind == Number:
		b.WriteString(n.Literal.String())
	case n.Kind != Call:
		b.WriteString(n.Name)
	case n.Name == "negate":
		b.WriteString("(-")
		n.Args[0].write(b)
		b.WriteByte(')')
	case n.Name == "degree":
		b.WriteByte('(')
		n.Args[0].write(b)
		b.WriteString("°)")
	case operator != "" && len(n.Args) > 1:
		b.WriteByte('(')
		for i, arg := range n.Args {
			switch {
			case i > 0 && operator == "+" && arg.Name == "negate":
				b.WriteByte('-')
				arg = arg.Args[0]
			case i > 0:
				b.WriteString(operator)
			}
			arg.write(b)
		}
		b.WriteByte(')')
	default:
		b.WriteString(n.Name)
		b.WriteByte('(')
		for i, arg := range n.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			arg.write(b)
		}
		b.WriteByte(')')
	}
}

// A Statement is an expression that may give its value a name.
type Statement struct {
	Name  string // empty where it names nothing
	Value *Node
}

// A Program is what a text stands for: its statements, the last of which is the answer.
type Program struct {
	Statements []Statement

	// Blank is the place of the first value that multiplies the one before it across a blank, as in 2 pi; negative where there
	// is none. In text out of the query of a URL that blank may have been a plus sign.
	Blank int
}

// newProgram returns a program without statements, and room for one.
func newProgram() *Program {
	p := &struct {
		Program
		first [1]Statement
	}{}
	p.Statements, p.Blank = p.first[:0], -1
	return &p.Program
}

// Answer returns the value of the last statement, or nil where there is no statement.
func (p *Program) Answer() *Node {
	if len(p.Statements) == 0 {
		return nil
	}
	return p.Statements[len(p.Statements)-1].Value
}

// String returns the program as a text that parses to it.
func (p *Program) String() string {
	var b strings.Builder
	for i, s := range p.Statements {
		if i > 0 {
			b.WriteString("; ")
		}
		if s.Name != "" {
			b.WriteString(s.Name + " = ")
		}
		s.Value.write(&b)
	}
	return b.String()
}
