package calc

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"calculator/calc/expression"
)

// A Scope reads expressions, and keeps the variables that they give values to. Its zero value has none. It is for one
// goroutine, and its expressions are to be evaluated with one Context, so that they share what they have computed.
type Scope struct {
	Limits Limits // of the numbers in expressions

	// FromQuery says that the texts come out of the query of a URL, in which a plus sign became a blank: then a product across
	// a blank is refused, since it may have been a sum.
	FromQuery bool

	variables expression.Scope
	lowered   map[*expression.Node]*node // definitions
	numbers   map[numberKey]*node
	calls     map[callKey]*node
	tuples    map[pair]int32
	ids       int32 // given to nodes
}

// A callKey tells operations apart: equal keys, equal values.
type callKey struct {
	op       *op
	mode     RemainderMode
	rounding Rounding
	args     pair
}

// A pair stands for operands by their ids: 0 where there is none, and a negative number for all but the last, where there are more than two.
type pair [2]int32

// A numberKey tells numbers apart.
type numberKey struct {
	digits   string
	exponent int64
}

// Define gives names the values of expressions, which may use one another in any order. The error is a *Error.
func (s *Scope) Define(variables map[string]string) error {
	if err := s.variables.Define(variables); err != nil {
		return s.explain(err, "")
	}
	return nil
}

// Parse reads one text: statements, apart by ; or line ends, the last of which is the value. It reports false for a text without
// statements, such as a comment. Names to which the text gives values are known to the texts after it. The error is a *Error
// of Kind Syntax, UnknownName or TooLarge.
func (s *Scope) Parse(text string) (Expr, bool, error) {
	program, err := s.variables.Parse(text)
	if err != nil {
		return Expr{}, false, s.explain(err, text)
	}
	answer := program.Answer()
	if answer == nil {
		return Expr{}, false, nil
	}
	if s.FromQuery && program.Blank >= 0 {
		return Expr{}, false, &Error{Kind: Syntax, Position: program.Blank, Marked: mark(text, program.Blank),
			Reason: "expected an operator, found a blank: in a query a + stands for a blank, so write %2B for it, or * for a product"}
	}
	l := lowering{Scope: s, text: text}
	if q, ok := l.small(answer); ok {
		return Expr{q.node()}, true, nil
	}
	l.share = !isRationalNode(answer)
	n, err := l.lower(answer)
	if err != nil {
		return Expr{}, false, err
	}
	if n.op == opRound { // as a value of its own, not as the result with its zeros
		n = call(opSum, Expr{n}).n
	}
	return Expr{n}, true, nil
}

// ParseExpression reads a text that has at least one statement.
func ParseExpression(text string, l Limits) (Expr, error) {
	s := Scope{Limits: l}
	x, ok, err := s.Parse(text)
	if err == nil && !ok {
		err = &Error{Kind: Syntax, Position: utf8.RuneCountInString(text), Reason: "expected an expression, found nothing"}
	}
	return x, err
}

func (s *Scope) explain(err error, text string) error {
	var x *expression.Error
	if !errors.As(err, &x) {
		return err
	}
	e := &Error{Kind: Syntax, Reason: x.Error(), Position: x.Position}
	switch x.Kind {
	case expression.UnknownName:
		e.Kind = UnknownName
	case expression.TooLarge:
		e.Kind = TooLarge
	}
	if x.Variable != "" {
		e.Position, e.Operand = -1, "variables"
	} else {
		e.Marked = mark(text, x.Position)
	}
	if s.FromQuery && x.Blank {
		e.Reason += " (a + in a query stands for a blank: write %2B, or POST)"
	}
	return e
}

// mark returns the text around a place, in code points, with a caret before it.
func mark(text string, position int) string {
	line, caret, ok := strings.Cut(expression.Caret(text, position), "\n")
	if !ok {
		return ""
	}
	runes := []rune(line)
	at := min(len(caret)-1, len(runes))
	return strings.TrimSpace(string(runes[:at]) + "^" + string(runes[at:]))
}

// A place is where a node stands in a text; or in the definition of a variable that another text gave: then use is where the variable stands.
type place struct {
	node, use *expression.Node
	text      string
}

// maxShownText is how much of a text a message repeats, in code points.
const maxShownText = 60

// locate adds the place to an error that has none.
func (p *place) locate(err error) error {
	if p == nil || err == nil {
		return err
	}
	var e *Error
	if !errors.As(err, &e) || e.Position >= 0 || e.Computation != "" {
		return err
	}
	located := *e
	located.Operand = ""
	if p.use == nil {
		located.Position = int(p.node.Start)
		located.Computation = shortened(balanced([]rune(p.text), int(p.node.Start), int(p.node.End)))
		return &located
	}
	located.Position = int(p.use.Start)
	inner := p.node.String()
	if strings.HasPrefix(inner, "(") { // (1/0)
		inner = inner[1 : len(inner)-1]
	}
	located.Computation = shortened(inner) + " in " + shortened(p.use.Name)
	return &located
}

func shortened(text string) string {
	if utf8.RuneCountInString(text) > maxShownText {
		return string([]rune(text)[:maxShownText-1]) + "…"
	}
	return text
}

// balanced is the text from start to end, and on to the parentheses that it leaves open: those around the first and the last operand are
// no part of it.
func balanced(text []rune, start, end int) string {
	end = min(end, len(text))
	open, lowest := 0, 0
	for _, r := range text[start:end] {
		switch r {
		case '(':
			open++
		case ')':
			open--
			lowest = min(lowest, open)
		}
	}
	for missing := -lowest; missing > 0 && start > 0; {
		if start--; text[start] == '(' {
			missing--
		}
	}
	for open -= lowest; open > 0 && end < len(text); end++ {
		if text[end] == ')' {
			open--
		}
	}
	return strings.TrimSpace(string(text[start:end]))
}

// isRationalNode reports whether only rational operations are in an expression: then nothing is gained by finding equal parts.
func isRationalNode(n *expression.Node) bool {
	switch n.Kind {
	case expression.Constant, expression.Variable:
		return false
	case expression.Call:
		switch n.Name {
		case "add", "sum", "subtract", "multiply", "product", "divide", "negate", "abs", "mod", "remainder":
		case "power":
			if n.Args[1].Kind != expression.Number || n.Args[1].Literal.Exponent != 0 {
				return false
			}
		default:
			return false
		}
	}
	return !slices.ContainsFunc(n.Args, func(a *expression.Node) bool { return !isRationalNode(a) })
}

// lowering turns a tree into nodes.
type lowering struct {
	*Scope
	text  string
	share bool             // equal parts become one
	steps int              // that the short way took
	use   *expression.Node // the variable of another text, whose definition is being lowered
}

func (l *lowering) place(n *expression.Node) *place { return &place{n, l.use, l.text} }

func (l *lowering) lower(n *expression.Node) (*node, error) {
	switch n.Kind {
	case expression.Number:
		return l.number(n)
	case expression.Constant:
		return l.shared(constants[n.Name]().n, n), nil
	case expression.Variable:
		return l.variable(n)
	}
	args, err := l.operands(make([]Expr, 0, len(n.Args)), n)
	if err != nil {
		return nil, err
	}
	return l.shared(builders[n.Name](args).n, n), nil
}

// operands adds those of n to a list. A sum in parentheses is part of the sum around it, and never made by itself: in hundreds within one another
// each would have the operands of all that are in it.
func (l *lowering) operands(list []Expr, n *expression.Node) ([]Expr, error) {
	for _, a := range n.Args {
		if isSum(n) && isSum(a) {
			var err error
			if list, err = l.operands(list, a); err != nil {
				return nil, err
			}
			continue
		}
		x, err := l.lower(a)
		if err != nil {
			return nil, err
		}
		list = append(list, Expr{x})
	}
	return list, nil
}

func isSum(n *expression.Node) bool {
	return n.Kind == expression.Call && (n.Name == "add" || n.Name == "sum")
}

func (l *lowering) number(n *expression.Node) (*node, error) {
	key := numberKey{n.Literal.Digits, n.Literal.Exponent}
	if known := l.numbers[key]; known != nil && l.share {
		return known, nil
	}
	q, err := fromLiteral(false, n.Literal, l.Limits)
	if err != nil {
		return nil, l.place(n).locate(err)
	}
	if q.num == nil {
		q = rationalInt(0)
	}
	return l.keepNumber(key, numberNode(q)), nil
}

func (l *lowering) keepNumber(key numberKey, n *node) *node {
	if !l.share {
		return n
	}
	if known := l.numbers[key]; known != nil {
		return known
	}
	if l.numbers == nil {
		l.numbers = make(map[numberKey]*node)
	}
	l.numbers[key] = n
	return n
}

// variable lowers a definition once.
func (l *lowering) variable(at *expression.Node) (*node, error) {
	definition := at.Args[0]
	if known := l.lowered[definition]; known != nil {
		return known, nil
	}
	if at.Foreign && l.use == nil {
		l.use = at
		defer func() { l.use = nil }()
	}
	n, err := l.lower(definition)
	if err != nil {
		return nil, err
	}
	if l.lowered == nil {
		l.lowered = make(map[*expression.Node]*node)
	}
	l.lowered[definition] = n
	return n, nil
}

// shared returns the node that stands for this operation on these operands, and what it is made of likewise.
func (l *lowering) shared(made *node, at *expression.Node) *node {
	if !l.share {
		if made.where == nil && made.op != opNumber {
			made.where = l.place(at)
		}
		return made
	}
	if made.op == opNumber {
		if made.number.num.BitLen() > 64 {
			return made
		}
		return l.keepNumber(numberKey{made.number.num.String(), int64(made.number.exp)}, made)
	}
	if made.id != 0 {
		return made
	}
	for i, a := range made.args {
		made.args[i] = l.shared(a, at)
	}
	key := callKey{made.op, made.mode, made.rounding, l.tuple(made.args)}
	if known := l.calls[key]; known != nil {
		return known
	}
	if l.calls == nil {
		l.calls = make(map[callKey]*node)
	}
	made.where = l.place(at)
	l.identified(made)
	l.calls[key] = made
	return made
}

// identified gives the nodes of a Scope their ids.
func (l *lowering) identified(n *node) int32 {
	if n.id == 0 {
		l.ids++
		n.id = l.ids
	}
	return n.id
}

// tuple numbers sequences of nodes: equal sequences, equal pairs.
func (l *lowering) tuple(args []*node) pair {
	var t pair
	for i, a := range args {
		if i > 1 {
			t[0] = l.folded(t)
		}
		t[min(i, 1)] = l.identified(a)
	}
	return t
}

// folded is a negative number for a pair.
func (l *lowering) folded(t pair) int32 {
	n, ok := l.tuples[t]
	if !ok {
		if l.tuples == nil {
			l.tuples = make(map[pair]int32)
		}
		n = -int32(len(l.tuples)) - 1
		l.tuples[t] = n
	}
	return n
}

var constants = map[string]func() Expr{
	"pi":  Pi,
	"tau": func() Expr { return Product(Int(2), Pi()) },
	"e":   E,
	"phi": Phi,
}

// builders are the operations of expressions on their operands.
var builders = map[string]func(x []Expr) Expr{
	"abs":       unary(Abs),
	"acos":      unary(Acos),
	"acosh":     unary(Acosh),
	"add":       variadic(Sum),
	"asin":      unary(Asin),
	"asinh":     unary(Asinh),
	"atan":      unary(Atan),
	"atan2":     binary(Atan2),
	"atanh":     unary(Atanh),
	"binomial":  binary(Binomial),
	"cbrt":      func(x []Expr) Expr { return Root(x[0], Int(3)) },
	"ceil":      func(x []Expr) Expr { return Whole(x[0], Ceiling) },
	"cos":       unary(Cos),
	"cosh":      unary(Cosh),
	"degree":    unary(Degrees),
	"divide":    leftToRight(Quotient),
	"exp":       unary(Exp),
	"factorial": unary(Factorial),
	"floor":     func(x []Expr) Expr { return Whole(x[0], Floor) },
	"gcd":       variadic(GCD),
	"hypot":     variadic(Hypot),
	"lcm":       variadic(LCM),
	"ln":        unary(Log),
	"log":       log,
	"log10":     func(x []Expr) Expr { return LogBase(x[0], Int(10)) },
	"log2":      func(x []Expr) Expr { return LogBase(x[0], Int(2)) },
	"max":       variadic(Max),
	"mean":      variadic(Mean),
	"min":       variadic(Min),
	"mod":       func(x []Expr) Expr { return Remainder(x[0], x[1], Floored) },
	"multiply":  variadic(Product),
	"negate":    unary(Negation),
	"power":     binary(Power),
	"product":   variadic(Product),
	"remainder": func(x []Expr) Expr { return Remainder(x[0], x[1], Truncated) },
	"root":      func(x []Expr) Expr { return Root(x[0], orInt(x, 2)) },
	"round":     func(x []Expr) Expr { return Round(x[0], orInt(x, 0), HalfEven) },
	"sign":      unary(Sign),
	"sin":       unary(Sin),
	"sinh":      unary(Sinh),
	"sqrt":      func(x []Expr) Expr { return Root(x[0], Int(2)) },
	"subtract":  binary(Difference),
	"sum":       variadic(Sum),
	"tan":       unary(Tan),
	"tanh":      unary(Tanh),
	"trunc":     func(x []Expr) Expr { return Whole(x[0], Down) },
}

func unary(f func(Expr) Expr) func([]Expr) Expr { return func(x []Expr) Expr { return f(x[0]) } }

func binary(f func(x, y Expr) Expr) func([]Expr) Expr {
	return func(x []Expr) Expr { return f(x[0], x[1]) }
}

func variadic(f func(...Expr) Expr) func([]Expr) Expr {
	return func(x []Expr) Expr { return f(x...) }
}

func leftToRight(f func(x, y Expr) Expr) func([]Expr) Expr {
	return func(x []Expr) Expr {
		all := x[0]
		for _, y := range x[1:] {
			all = f(all, y)
		}
		return all
	}
}

// orInt is the second operand, or what stands for it where it is left out.
func orInt(x []Expr, byDefault int64) Expr {
	if len(x) > 1 {
		return x[1]
	}
	return Int(byDefault)
}

func log(x []Expr) Expr {
	if len(x) > 1 {
		return LogBase(x[0], x[1])
	}
	return Log(x[0])
}
