package expression

import "fmt"

// primary reads a number, a constant, a variable, a call, or a value in brackets.
func (p *parser) primary() (v value, err error) {
	switch p.tok.kind {
	case numberToken:
		literal := p.tok.number
		if v.Node, err = p.node(Number, p.tok.start, p.pos); err != nil {
			return v, err
		}
		v.Literal = literal
		return v, p.next()
	case nameToken:
		return p.named()
	case '(':
		return p.bracketed(')')
	case '|':
		if p.inBars {
			return v, p.fail("a value", p.found(), "|…| within |…| needs parentheses, as in |(|x|)-1|")
		}
		return p.bracketed('|')
	}
	e := p.fail("a value", p.found(), "")
	switch p.tok.kind {
	case '%', '!', '²', '³', '°':
		e.Hint = "it follows a value"
	case ',', ')', '=':
		e = p.surplus("a value")
		if p.tok.kind == ')' {
			e.Hint = ""
		}
	}
	return v, e
}

// bracketed reads a value up to the closing bracket.
func (p *parser) bracketed(closing rune) (v value, err error) {
	opening, afterName := p.tok, p.last == nameToken
	if p.brackets == MaxLevels {
		return v, p.tooDeep(opening.start)
	}
	if err := p.next(); err != nil {
		return v, err
	}
	outer := p.inBars
	p.inBars = closing == '|'
	p.brackets++
	v, err = p.sum()
	if err != nil {
		return v, err
	}
	if p.tok.kind != closing {
		e := p.surplus(fmt.Sprintf("“%c” to close the “%c” at position %d", closing, opening.kind, opening.start))
		if p.tok.kind == ',' && afterName {
			e.Hint = "a value before “(” multiplies, it is not called"
		}
		return v, e
	}
	p.inBars = outer
	p.brackets--
	end := p.pos
	if closing == '|' {
		v.percentage = false
		v.Node, err = p.call("abs", opening.start, end, v.Node)
		if err != nil {
			return v, err
		}
	}
	return v, p.next()
}

// named reads what begins with a name.
func (p *parser) named() (v value, err error) {
	word, start, end := p.word(), p.tok.start, p.pos
	if f := functionByName[word]; f != nil {
		v.Node, err = p.callOf(f)
		return v, err
	}
	if word == "mod" {
		return v, p.fail("a value", p.found(), "mod stands between its operands, as in 7 mod 3")
	}
	if c := constants[word]; c != "" {
		if v.Node, err = p.node(Constant, start, end); err != nil {
			return v, err
		}
		v.Name = c
		return v, p.next()
	}
	definition, foreign := p.local[word], false
	if definition == nil {
		if p.scope.reading[word] {
			return v, p.fail("a definition that does not come back to its own name", quote(word), "")
		}
		foreign = true
		if definition, err = p.scope.definition(word, p.brackets+p.powers+1); err != nil {
			return v, err
		}
	}
	if definition == nil {
		return v, &Error{Kind: UnknownName, Found: quote(word), Position: int(start), Hint: p.suggestion(word)}
	}
	if v.Node, err = p.node(Variable, start, end); err != nil {
		return v, err
	}
	v.Name, v.Foreign, v.Args, v.height = word, foreign, p.list(definition), definition.height
	return v, p.next()
}

// callOf reads the call of a function: its name and its operands in parentheses.
func (p *parser) callOf(f *Function) (*Node, error) {
	start := p.tok.start
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok.kind != '(' {
		hint := "write " + f.Use
		switch p.tok.kind {
		case numberToken, nameToken:
			hint = fmt.Sprintf("write %s(%s)", f.Name, short(p.word()))
		case '^', '²', '³':
			hint = fmt.Sprintf("write %s(x)%s", f.Name, p.word())
		}
		return nil, p.fail(fmt.Sprintf("“(” after %s", f.Name), p.found(), hint)
	}
	opening := p.tok
	if p.brackets == MaxLevels {
		return nil, p.tooDeep(opening.start)
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	outer := p.inBars
	p.inBars = false
	p.brackets++
	var args []*Node
	for p.tok.kind != ')' || len(args) > 0 {
		arg, err := p.sum()
		if err != nil {
			return nil, err
		}
		args = append(args, arg.Node)
		if p.tok.kind != ',' {
			break
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if p.tok.kind != ')' {
		return nil, p.surplus(fmt.Sprintf("“,” or “)” to close the “(” at position %d", opening.start))
	}
	p.inBars = outer
	p.brackets--
	if len(args) < f.Min || len(args) > f.Max {
		found := fmt.Sprintf("%d operands", len(args))
		switch len(args) {
		case 0:
			found = "no operand"
		case 1:
			found = "1 operand"
		}
		return nil, &Error{Expected: f.Use, Found: found, Position: int(start)}
	}
	n, err := p.call(f.Name, start, p.pos, args...)
	if err != nil {
		return nil, err
	}
	return n, p.next()
}

// node makes a node.
func (p *parser) node(kind Kind, start, end int32) (*Node, error) {
	if p.scope.nodes == MaxNodes {
		return nil, &Error{Kind: TooLarge, Expected: fmt.Sprintf("at most %d numbers, names and operations", MaxNodes), Found: "more", Position: int(start)}
	}
	p.scope.nodes++
	if len(p.slab) == cap(p.slab) {
		p.slab = make([]Node, 0, p.room(cap(p.slab)))
	}
	p.slab = append(p.slab, Node{Kind: kind, Start: start, End: end})
	return &p.slab[len(p.slab)-1], nil
}

// room returns how many nodes to make room for at once: about as many as the rest of the text needs, which is one in three letters where blanks
// stand around the operators, and no fewer than before.
func (p *parser) room(before int) int { return min(max((len(p.text)-p.at)/3+2, before), 256) }

// constant makes a number that an operator stands for.
func (p *parser) constant(at int32, digits string) (*Node, error) {
	n, err := p.node(Number, at, at+1)
	if err == nil {
		n.Literal = Literal{Digits: digits, Written: len(digits)}
	}
	return n, err
}

// call makes the node of an operation.
func (p *parser) call(operation string, start, end int32, args ...*Node) (*Node, error) {
	n, err := p.node(Call, start, end)
	if err != nil {
		return nil, err
	}
	n.Name, n.Args = operation, p.list(args...)
	for _, arg := range args {
		if err := p.raise(n, arg); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// extend gives an operation one more operand, which ends it.
func (p *parser) extend(n, operand *Node) error {
	n.Args = append(n.Args, operand)
	return p.raise(n, operand)
}

// raise keeps an operation above one of its operands, and ends it no sooner.
func (p *parser) raise(n, operand *Node) error {
	n.End = max(n.End, operand.End)
	n.height = max(n.height, operand.height+1)
	if n.height > MaxLevels {
		return p.tooDeep(n.Start)
	}
	return nil
}

// list returns a copy of the operands that may be appended to.
func (p *parser) list(args ...*Node) []*Node {
	if len(p.args)+len(args) > cap(p.args) {
		p.args = make([]*Node, 0, max(len(args), p.room(cap(p.args))))
	}
	from := len(p.args)
	p.args = append(p.args, args...)
	return p.args[from:len(p.args):len(p.args)]
}
