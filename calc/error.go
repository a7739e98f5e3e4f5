package calc

// Kind says what sort of obstacle an Error is.
type Kind uint8

// The kinds of errors. The zero Kind is none of them.
const (
	_              Kind = iota
	NotANumber          // an operand that is not a number
	Syntax              // an expression that does not parse
	UnknownName         // a name in an expression that means nothing
	Undefined           // outside the domain, or no finite decimal where every digit was asked for
	TooLarge            // past a limit
	Undecided           // a question that the limits do not allow to decide
	NotImplemented      // an operation that is not there
)

var kindNames = [...]string{"", "not-a-number", "syntax", "unknown-name", "undefined", "too-large", "undecided", "not-implemented"}

// String returns the kind as a word: not-a-number, syntax, unknown-name, undefined, too-large, undecided or not-implemented.
func (k Kind) String() string { return nameOf(kindNames[:], int(k)) }

// An Error says why a computation has no result.
type Error struct {
	Kind        Kind
	Computation string // what was being computed, as far as it is known: "divide(1, 0)"
	Reason      string // what stood in the way and, where that helps, what to do: "division by zero"
	Operand     string // name of the operand at fault, where one is
	Position    int    // place in the expression, 0-based, in code points; negative where there is none
	Limit       string // the setting that was passed: "max_exponent"; empty where there is none
	Marked      string // the text of an expression that does not parse, with a caret before the place; empty elsewhere
	Bound       string // of an undecided question: how near to the boundary the value is known to be, as "1e-1000"
}

// Error returns the computation and the reason: "divide(1, 0): division by zero".
func (e *Error) Error() string {
	if e.Computation == "" {
		return e.Reason
	}
	return e.Computation + ": " + e.Reason
}

func undefined(reason string) *Error { return &Error{Kind: Undefined, Reason: reason, Position: -1} }

// undefinedFor is undefined because of an operand.
func undefinedFor(operand, reason string) *Error {
	return &Error{Kind: Undefined, Reason: reason, Operand: operand, Position: -1}
}

func tooLarge(limit, reason string) *Error {
	return &Error{Kind: TooLarge, Reason: reason, Limit: limit, Position: -1}
}
