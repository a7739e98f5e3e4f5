package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrorKind says what sort of fault an Error is.
type ErrorKind uint8

// The kinds of errors.
const (
	Syntax      ErrorKind = iota // the text does not parse
	UnknownName                  // a name that is neither function, constant nor variable
	TooLarge                     // more levels or nodes than an expression may have
)

// An Error says what was found in a text, what was expected instead, and where.
type Error struct {
	Kind     ErrorKind
	Found    string // “)”, the end of the text, …
	Expected string // a value, an operator, …
	Position int    // 0-based, in code points; the length of the text where it ended too soon
	Hint     string // what to write instead; may be empty
	Variable string // the variable whose definition, a text of its own, is at fault; mostly empty

	// Blank says that a blank stands where an operator or a sign is wanted, as in 1 2 and 1e 5. In text out of the query of a
	// URL it may have been a plus sign.
	Blank bool
}

// Error returns the fault in one line: expected a value, found “*” (position 2).
func (e *Error) Error() string {
	var b strings.Builder
	if e.Variable != "" {
		b.WriteString("variable " + e.Variable + ": ")
	}
	if e.Kind == UnknownName {
		b.WriteString("unknown name " + e.Found)
	} else {
		b.WriteString("expected " + e.Expected + ", found " + e.Found)
	}
	fmt.Fprintf(&b, " (position %d)", e.Position)
	if e.Hint != "" {
		b.WriteString(": " + e.Hint)
	}
	return b.String()
}

// Caret returns the line of text that the error is in, and below it a caret under the place. Both are lines without an end.
// The text is the one that was parsed.
func (e *Error) Caret(text string) string { return Caret(text, e.Position) }

// Caret returns the line of text that holds the code point at position, shortened around it where it is long, and
// below it a caret under the place.
func Caret(text string, position int) string {
	const before, after = 48, 24 // code points shown on both sides of the place
	start, place, count := 0, len(text), 0
	for i, r := range text {
		if count == position {
			place = i
			break
		}
		count++
		if isLineEnd(r) {
			start = i + utf8.RuneLen(r)
		}
	}
	left := []rune(text[start:place])
	right := []rune(text[place:min(len(text), place+utf8.UTFMax*(after+1))])
	for i, r := range right {
		if isLineEnd(r) {
			right = right[:i]
			break
		}
	}
	var b strings.Builder
	if len(left) > before {
		left = append([]rune("…"), left[len(left)-before:]...)
	}
	more := len(right) > after
	if more {
		right = right[:after]
	}
	for _, r := range append(left[:len(left):len(left)], right...) {
		if !unicode.IsGraphic(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	if more {
		b.WriteRune('…')
	}
	b.WriteByte('\n')
	b.WriteString(strings.Repeat(" ", len(left)))
	b.WriteByte('^')
	return b.String()
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// maxShown is how much of a caller's text a message repeats, in bytes.
const maxShown = 40

// short returns text, cut in the middle where it is long.
func short(text string) string {
	if len(text) <= maxShown {
		return text
	}
	head, tail := maxShown/2, len(text)-maxShown/4
	for head > 0 && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text) && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + "…" + text[tail:]
}

// quote returns text as a message shows it.
func quote(text string) string { return "“" + short(text) + "”" }

// foundAt describes what stands at text[i:]: one character, a word, or the end.
func foundAt(text string, i int) string {
	if i >= len(text) {
		return "the end"
	}
	if word := nameAt(text[i:]); word != "" {
		return quote(word)
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("the byte %#x, which is not UTF-8", text[i])
	case isLineEnd(r):
		return "the end of the line"
	case unicode.IsSpace(r):
		return "a blank"
	case !unicode.IsGraphic(r) || unicode.IsMark(r):
		return fmt.Sprintf("the character %U", r)
	}
	return quote(string(r))
}

// nameAt returns the name that text begins with: a letter or underscore, then letters, marks, the digits 0 to 9 and
// underscores; π is a name of its own, so that 2πr is a product. It is empty where there is none.
func nameAt(text string) string {
	for i, r := range text {
		switch {
		case r == 'π':
			if i == 0 {
				return "π"
			}
			return text[:i]
		case r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		case r > unicode.MaxASCII && r != utf8.RuneError && (unicode.IsLetter(r) || i > 0 && unicode.IsMark(r)):
		case i > 0 && '0' <= r && r <= '9':
		default:
			return text[:i]
		}
	}
	return text
}
