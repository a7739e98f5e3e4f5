package calc

import (
	"github.com/shopspring/decimal"

	"calculator/calc/internal/ball"
)

// An Expr is a real number as a formula over decimals. Nothing is computed before Evaluate, but for what a Scope reads and words hold. An Expr may be part of
// several others; one that is being evaluated may not be evaluated by another goroutine at the same time.
type Expr struct{ n *node }

// A node is an operation on the values of other nodes, and what has been found out of its own value so far.
type node struct {
	op       *op
	args     []*node
	number   rational      // of a number
	mode     RemainderMode // of a remainder
	rounding Rounding      // of a rounding to places
	radian   bool          // of a trigonometric function: the angle is in radians, whatever the Context says
	where    *place        // in the text of an expression, where it stands in one
	uses     int32         // how many nodes it is an operand of, or more
	id       int32         // in the Scope that shares it, from 1 on

	state *found
}

// found is what has been found out of a node's value so far. Where the short way finds the result, there is none of it.
type found struct {
	under *Context // in whose evaluation
	seen  bool
	known known     // once seen
	ball  ball.Ball // an enclosure made with prec bits, where prec is not 0
	prec  uint
	loss  uint // bits that the operation was seen to lose by cancellation or by the slope of a function

	form *formed
}

// found returns what has been found out of n so far under the Context of e; under another one a sine may be another number, and a number long.
func (e *evaluation) found(n *node) *found {
	switch f := n.state; {
	case f == nil:
		n.state = &found{under: &e.c}
	case f.under != &e.c:
		if *f.under != e.c {
			*f = found{}
		}
		f.under = &e.c
	}
	return n.state
}

// unlearn gives up what has been found out of n and of all that it is made of.
func (n *node) unlearn(done map[*node]bool) {
	if done[n] {
		return
	}
	done[n] = true
	n.state = nil
	for _, a := range n.args {
		a.unlearn(done)
	}
}

// A formed is the form of a value, made with some symbols.
type formed struct {
	form
	symbols *symbols
}

// An op is one of the primitives that formulas are made of: how its value is found exactly, how it is enclosed, and which form it
// has, given those of its operands, where there is a rule.
type op struct {
	name    string
	short   ball.Function // 0, or which function it is of decimals, so that its digits may be found the short way
	exact   func(e *evaluation, n *node) (known, error)
	enclose func(e *evaluation, n *node, prec uint) (ball.Ball, error)
	form    func(e *evaluation, n *node, m *forming, x []form) form
}

// Number is the decimal d.
func Number(d decimal.Decimal) Expr { return Expr{&node{op: opNumber, number: rationalDecimal(d)}} }

// Int is the integer n.
func Int(n int64) Expr { return Expr{&node{op: opNumber, number: rationalInt(n)}} }

func call(o *op, args ...Expr) Expr {
	// Up to two operands are kept beside the node.
	own := &struct {
		node
		operands [2]*node
	}{}
	n := &own.node
	n.op = o
	if n.args = own.operands[:]; len(args) > len(n.args) {
		n.args = make([]*node, len(args))
	}
	n.args = n.args[:len(args)]
	for i, a := range args {
		n.args[i] = a.n
		a.n.uses++
	}
	return Expr{n}
}

// Sum is the sum of its operands; of none, 0.
func Sum(x ...Expr) Expr { return call(opSum, x...) }

// Difference is x − y.
func Difference(x, y Expr) Expr { return Sum(x, Negation(y)) }

// Negation is −x.
func Negation(x Expr) Expr { return call(opNegation, x) }

// Product is the product of its operands; of none, 1.
func Product(x ...Expr) Expr { return call(opProduct, x...) }

// Quotient is x/y. It is undefined where y is 0.
func Quotient(x, y Expr) Expr { return call(opQuotient, x, y) }

// Remainder is x − n·y, n being x/y rounded to an integer as mode says. It is undefined where y is 0.
func Remainder(x, y Expr, mode RemainderMode) Expr {
	r := call(opRemainder, x, y)
	r.n.mode = mode
	return r
}

// Power is x^y, the real power; 0^0 is 1. It is undefined where x is 0 and y negative, or x negative and y not an integer.
func Power(x, y Expr) Expr { return call(opPower, x, y) }

// Root is the real n-th root of x, for an integer n other than 0. It is undefined where x is negative and n even, or x is 0
// and n negative.
func Root(x, n Expr) Expr { return call(opRoot, x, n) }

// Round is x rounded to places digits behind the point, an integer that may be negative. As a result it keeps its zeros.
func Round(x, places Expr, r Rounding) Expr {
	e := call(opRound, x, places)
	e.n.rounding = r
	return e
}
