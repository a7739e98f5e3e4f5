package expression

import (
	"fmt"
	"strings"
)

// The limits of an expression.
const (
	MaxLevels = 1_000  // nested brackets, and nested operations
	MaxNodes  = 20_000 // numbers, names and operations, those of the definitions of variables included
)

// A parser reads statements by recursive descent, one method for each rank of the table of operators, loosest first:
// sum, remainder, product, signed, power, radical, postfix, primary. The recursion is bounded by MaxLevels: it deepens only
// through brackets and exponents, which are counted; chains of one rank are loops.
type parser struct {
	lexer
	scope    *Scope
	local    map[string]*Node // names given a value in this text
	program  *Program
	brackets int  // open ( and |, those around the use of the variable that is being defined included
	powers   int  // open exponents
	inBars   bool // the innermost open bracket is |
	slab     []Node
	args     []*Node
}

// A value is a node and whether it is a percentage: a value directly followed by %, with sign or parentheses or without, or
// a sum of percentages.
type value struct {
	*Node
	percentage bool
}

// statements reads the whole text.
func (p *parser) statements() error {
	if err := p.next(); err != nil {
		return err
	}
	for p.tok.kind != endOfText {
		if p.tok.kind == endOfStatement {
			if err := p.next(); err != nil {
				return err
			}
			continue
		}
		s, err := p.statement()
		if err != nil {
			return err
		}
		p.program.Statements = append(p.program.Statements, s)
	}
	return nil
}

func (p *parser) statement() (s Statement, err error) {
	if p.tok.kind == nameToken && p.followedBy('=') {
		s.Name = p.word()
		if taken := reserved(s.Name); taken != "" {
			return s, p.fail("a name that is free", quote(s.Name)+", "+taken, "give the value another name")
		}
		if err := p.next(); err != nil {
			return s, err
		}
		if err := p.next(); err != nil {
			return s, err
		}
	}
	v, err := p.sum()
	if err != nil {
		return s, err
	}
	s.Value = v.Node
	if p.tok.kind != endOfText && p.tok.kind != endOfStatement {
		return s, p.surplus("the end of the expression")
	}
	if s.Name != "" {
		if p.local == nil {
			p.local = make(map[string]*Node)
		}
		p.local[s.Name] = s.Value
	}
	return s, nil
}

// sum reads terms with + or - between them. A percentage right of something that is none is relative to it:
// x + p% is x·(1 + p/100).
func (p *parser) sum() (value, error) {
	left, err := p.remainder()
	if err != nil {
		return left, err
	}
	open := "" // the operation that left is and that takes more operands
	for p.tok.kind == '+' || p.tok.kind == '-' {
		sign := p.tok
		if err := p.next(); err != nil {
			return left, err
		}
		right, err := p.remainder()
		if err != nil {
			return left, err
		}
		relative := right.percentage && !left.percentage
		left.percentage = left.percentage && right.percentage
		term := right.Node
		if sign.kind == '-' {
			if term, err = p.call("negate", sign.start, term.End, term); err != nil {
				return left, err
			}
		}
		operation := "add"
		if relative {
			one, err := p.constant(sign.start, "1")
			if err != nil {
				return left, err
			}
			if term, err = p.call("add", sign.start, term.End, one, term); err != nil {
				return left, err
			}
			operation = "multiply"
		}
		if open == operation {
			err = p.extend(left.Node, term)
		} else {
			open = operation
			left.Node, err = p.call(operation, left.Start, term.End, left.Node, term)
		}
		if err != nil {
			return left, err
		}
	}
	return left, nil
}

// remainder reads products with mod between them.
func (p *parser) remainder() (value, error) {
	left, err := p.product()
	for err == nil && p.tok.kind == nameToken && p.word() == "mod" {
		if err = p.next(); err != nil {
			break
		}
		var right value
		if right, err = p.product(); err != nil {
			break
		}
		left.percentage = false
		left.Node, err = p.call("mod", left.Start, right.End, left.Node, right.Node)
	}
	return left, err
}

// product reads factors with *, / or nothing between them, from left to right. It keeps the tree flat:
// a*b/c/d*e is multiply(a, divide(b, c, d), e).
func (p *parser) product() (value, error) {
	left, err := p.signed()
	if err != nil {
		return left, err
	}
	var product, quotient *Node // the multiply that left is, and the divide that left or its last factor is
	for {
		operator, factor := p.tok.kind, p.signed
		switch operator {
		case '*', '/':
			if err := p.next(); err != nil {
				return left, err
			}
		case numberToken, nameToken, '(', '√', '|':
			if operator == '|' && p.inBars || operator == nameToken && p.word() == "mod" {
				return left, nil
			}
			if err := p.juxtaposed(); err != nil {
				return left, err
			}
			operator, factor = '*', p.power
		default:
			return left, nil
		}
		right, err := factor()
		if err != nil {
			return left, err
		}
		left.percentage = false
		switch {
		case operator == '*' && product != nil:
			quotient = nil
			err = p.extend(product, right.Node)
		case operator == '*':
			quotient = nil
			product, err = p.call("multiply", left.Start, right.End, left.Node, right.Node)
			left.Node = product
		case quotient != nil:
			err = p.extend(quotient, right.Node) // and product, below
		case product != nil:
			last := &product.Args[len(product.Args)-1]
			quotient, err = p.call("divide", (*last).Start, right.End, *last, right.Node)
			*last = quotient
		default:
			quotient, err = p.call("divide", left.Start, right.End, left.Node, right.Node)
			left.Node = quotient
		}
		if err == nil && product != nil {
			err = p.raise(product, product.Args[len(product.Args)-1])
		}
		if err != nil {
			return left, err
		}
	}
}

// juxtaposed checks that the token at hand, which begins a value, may follow the value before it without an operator.
func (p *parser) juxtaposed() error {
	switch {
	case p.last == '%':
		e := p.fail("an operator", p.found(), "for the remainder write mod")
		e.Blank = p.tok.blank
		return e
	case p.tok.kind == numberToken:
		hint := "write an operator between the two values, as in 2*3"
		if p.last == nameToken {
			hint = "write an operator between the two, or the number first, as in 2pi"
		}
		e := p.fail("an operator", p.found(), hint)
		e.Blank = p.tok.blank
		return e
	}
	if p.tok.blank && p.program.Blank < 0 {
		p.program.Blank = int(p.tok.start)
	}
	return nil
}

// signed reads a power with any number of signs before it.
func (p *parser) signed() (value, error) {
	var few [4]int32
	minuses := few[:0]
	for p.tok.kind == '+' || p.tok.kind == '-' {
		if p.tok.kind == '-' {
			if len(minuses) == MaxLevels {
				return value{}, p.tooDeep(p.tok.start)
			}
			minuses = append(minuses, p.tok.start)
		}
		if err := p.next(); err != nil {
			return value{}, err
		}
	}
	v, err := p.power()
	for i := len(minuses) - 1; i >= 0 && err == nil; i-- {
		v.Node, err = p.call("negate", minuses[i], v.End, v.Node)
	}
	return v, err
}

// power reads a radical and its exponent, which may have a sign and an exponent of its own.
func (p *parser) power() (value, error) {
	base, err := p.radical()
	if err != nil || p.tok.kind != '^' {
		return base, err
	}
	if p.powers == MaxLevels {
		return base, p.tooDeep(p.tok.start)
	}
	if err := p.next(); err != nil {
		return base, err
	}
	p.powers++
	exponent, err := p.signed()
	p.powers--
	if err != nil {
		return base, err
	}
	n, err := p.call("power", base.Start, exponent.End, base.Node, exponent.Node)
	return value{Node: n}, err
}

// radical reads a value with any number of √ before it.
func (p *parser) radical() (value, error) {
	if p.tok.kind != '√' {
		return p.postfix()
	}
	var few [4]int32
	roots := few[:0]
	for p.tok.kind == '√' {
		if len(roots) == MaxLevels {
			return value{}, p.tooDeep(p.tok.start)
		}
		roots = append(roots, p.tok.start)
		if err := p.next(); err != nil {
			return value{}, err
		}
	}
	if p.tok.kind == '+' || p.tok.kind == '-' {
		return value{}, p.fail("a value", p.found(), "write the radicand in parentheses, as in √(-x)^2")
	}
	v, err := p.postfix()
	for i := len(roots) - 1; i >= 0 && err == nil; i-- {
		v.Node, err = p.call("sqrt", roots[i], v.End, v.Node)
	}
	v.percentage = false
	return v, err
}

// postfix reads a value and what follows it directly: at most one of ² and ³, at most one !, and any % and °.
func (p *parser) postfix() (value, error) {
	start := p.tok.at
	v, err := p.primary()
	var raised, factorial bool
	for err == nil {
		n := v.Node
		end := p.tok.start + 1
		switch sign := p.tok.kind; sign {
		case '²', '³':
			if raised {
				inner := strings.TrimSpace(p.text[start:p.tok.at])
				return v, p.fail("at most one of ² and ³", p.found(), fmt.Sprintf("write (%s)%c, or the exponent with ^", short(inner), sign))
			}
			raised = true
			digit := "2"
			if sign == '³' {
				digit = "3"
			}
			var exponent *Node
			if exponent, err = p.constant(p.tok.start, digit); err != nil {
				return v, err
			}
			n, err = p.call("power", v.Start, end, n, exponent)
		case '!':
			if factorial {
				inner := strings.TrimSpace(p.text[start:p.tok.at])
				return v, p.fail("at most one !", p.found(), fmt.Sprintf("for the factorial of a factorial write (%s)!", short(inner)))
			}
			factorial = true
			n, err = p.call("factorial", v.Start, end, n)
		case '°':
			n, err = p.call("degree", v.Start, end, n)
		case '%':
			n, err = p.percent(n, end)
		default:
			return v, nil
		}
		if err == nil {
			v = value{n, p.tok.kind == '%'}
			err = p.next()
		}
	}
	return v, err
}

// percent returns a hundredth of n.
func (p *parser) percent(n *Node, end int32) (*Node, error) {
	if n.Kind == Number {
		hundredth, err := p.node(Number, n.Start, end)
		if err == nil {
			hundredth.Literal = n.Literal.hundredth()
		}
		return hundredth, err
	}
	hundred, err := p.constant(end-1, "100")
	if err != nil {
		return nil, err
	}
	return p.call("divide", n.Start, end, n, hundred)
}

// reserved says what stands in the way of giving a value this name.
func reserved(word string) string {
	switch {
	case constants[word] != "":
		return "a constant"
	case functionByName[word] != nil:
		return "a function"
	case word == "mod":
		return "an operator"
	}
	return ""
}

// surplus returns the error for a token that cannot follow what was read.
func (p *parser) surplus(expected string) *Error {
	e := p.fail(expected, p.found(), "")
	switch p.tok.kind {
	case ')':
		e.Hint = "no “(” is open"
		if p.inBars {
			e.Hint = "close the “|” first"
		}
	case ',':
		e.Hint = "commas stand only between the operands of a function"
		if n := p.numberAround(); n != "" {
			e.Hint = commaHint(n)
		}
	case '=':
		e.Hint = "only a name can be given a value, as in x = 3"
		if strings.HasPrefix(p.text[p.at:], "=") {
			e.Hint = "values are computed, not compared"
		}
	case endOfStatement:
		if p.brackets > 0 {
			e.Hint = "an expression ends with its line and at “;”"
		}
	}
	return e
}

// numberAround returns the text of the number with commas that the comma at hand stands in, or nothing.
func (p *parser) numberAround() string {
	inNumber := func(c byte) bool { return isDigit(c) || c == ',' || c == '.' || c == '_' }
	from, to := p.tok.at, p.tok.end
	for from > 0 && inNumber(p.text[from-1]) {
		from--
	}
	for to < len(p.text) && inNumber(p.text[to]) {
		to++
	}
	if from == p.tok.at || to == p.tok.end {
		return ""
	}
	return p.text[from:to]
}

// fail returns a syntax error at the token at hand.
func (p *parser) fail(expected, found, hint string) *Error {
	return &Error{Expected: expected, Found: found, Hint: hint, Position: int(p.tok.start)}
}

func (p *parser) tooDeep(position int32) error {
	return &Error{Kind: TooLarge, Expected: fmt.Sprintf("at most %d levels", MaxLevels), Found: "more", Position: int(position), Hint: "split it into several computations"}
}
