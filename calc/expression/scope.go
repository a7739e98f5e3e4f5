package expression

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// A Scope holds the variables that a text may use. Its zero value has none. It is for one goroutine.
type Scope struct {
	known   map[string]*Node
	pending map[string]string // texts of definitions that were not read yet
	reading map[string]bool   // definitions that are being read
	nodes   int               // of all definitions
}

// Parse reads a text as one computation: statements, the last of which is the answer.
func Parse(text string) (*Program, error) {
	var s Scope
	program, err := s.Parse(text)
	if err == nil && program.Answer() == nil {
		return nil, &Error{Expected: "an expression", Found: "nothing", Position: utf8.RuneCountInString(text)}
	}
	return program, err
}

// Parse reads a text, which may use the variables of the scope. The names to which it gives a value join the scope, unless
// there is an error, so that the texts may be the lines of a longer one; the places in a tree are in its own line. A text
// without statements, such as a comment, is a program without an answer.
func (s *Scope) Parse(text string) (*Program, error) {
	nodes := s.nodes
	p := parser{lexer: lexer{text: text}, scope: s, program: newProgram()}
	err := p.statements()
	if err != nil || len(p.local) == 0 {
		s.nodes = nodes
	}
	if err != nil {
		return nil, err
	}
	s.join(p.local)
	return p.program, nil
}

func (s *Scope) join(definitions map[string]*Node) {
	if s.known == nil {
		s.known = definitions
		return
	}
	maps.Copy(s.known, definitions)
}

// Define gives names the values of expressions, which may use one another in any order, and the variables of the scope. An
// error names the variable whose definition, or whose name, is at fault.
func (s *Scope) Define(variables map[string]string) error {
	names := slices.Sorted(maps.Keys(variables))
	for _, word := range names {
		if taken := reserved(word); taken != "" {
			return &Error{Expected: "a name that is free", Found: quote(word) + ", " + taken, Hint: "give the value another name", Variable: short(word)}
		}
		if word == "" || nameAt(word) != word {
			return &Error{Expected: "a name of letters, digits and underscores", Found: quote(word), Variable: short(word)}
		}
	}
	s.pending, s.reading = maps.Clone(variables), make(map[string]bool)
	defer func() { s.pending, s.reading = nil, nil }()
	for _, word := range names {
		if _, err := s.definition(word, 0); err != nil {
			return err
		}
	}
	return nil
}

// definition returns what a name stands for, or nil where the scope does not know it. It reads the definition first where it
// is pending; levels are those of the recursion that asks for it.
func (s *Scope) definition(word string, levels int) (*Node, error) {
	text, pending := s.pending[word]
	if !pending {
		return s.known[word], nil
	}
	p := parser{lexer: lexer{text: text}, scope: s, program: newProgram(), brackets: levels}
	if levels > MaxLevels {
		return nil, p.tooDeep(0)
	}
	s.reading[word] = true
	n, err := p.definition()
	if err != nil {
		if e := err.(*Error); e.Variable == "" {
			e.Variable = short(word)
		}
		return nil, err
	}
	delete(s.reading, word)
	delete(s.pending, word)
	s.join(map[string]*Node{word: n})
	return n, nil
}

// definition reads the text of a variable: one expression.
func (p *parser) definition() (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	v, err := p.sum()
	for err == nil && p.tok.kind == endOfStatement {
		err = p.next()
	}
	if err == nil && p.tok.kind != endOfText {
		err = p.surplus("the end of the definition")
	}
	return v.Node, err
}
