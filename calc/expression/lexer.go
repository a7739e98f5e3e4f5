package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of the text. Its kind is the rune that an operator is written with in ASCII where it has such a form
// (· and × are '*', ** is '^'), or one of the kinds below.
type token struct {
	kind    rune
	at, end int   // in bytes
	start   int32 // in code points
	blank   bool  // a blank stands before it
	number  Literal
}

const (
	endOfText      rune = -1 - iota
	endOfStatement      // ; or a line end: a statement ends
	numberToken
	nameToken
)

// A lexer cuts the text into tokens. tok is the one at hand.
type lexer struct {
	text string
	at   int   // first byte behind tok
	pos  int32 // code points before at
	tok  token
	last rune // kind of the token before tok
}

// next steps to the next token.
func (l *lexer) next() error {
	l.last = l.tok.kind
	blank := l.skipBlanks()
	l.tok = token{at: l.at, start: l.pos, blank: blank}
	if l.at == len(l.text) {
		l.tok.kind, l.tok.end = endOfText, l.at
		return nil
	}
	c := l.text[l.at]
	size := 1
	switch c {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return l.nextNumber()
	case '.':
		if l.at+1 < len(l.text) && isDigit(l.text[l.at+1]) {
			return l.nextNumber()
		}
		return l.unexpected()
	case '+', '-', '/', '^', '(', ')', '|', '!', '%', ',', '=':
		l.tok.kind = rune(c)
	case '*':
		l.tok.kind = '*'
		if strings.HasPrefix(l.text[l.at:], "**") {
			l.tok.kind, size = '^', 2
		}
	case ';', '\n', '\r':
		l.tok.kind = endOfStatement
	default:
		if word := nameAt(l.text[l.at:]); word != "" {
			l.tok.kind, l.tok.end = nameToken, l.at+len(word)
			l.step(len(word))
			return nil
		}
		var r rune
		r, size = utf8.DecodeRuneInString(l.text[l.at:])
		switch r {
		case '×', '·':
			l.tok.kind = '*'
		case '÷':
			l.tok.kind = '/'
		case '−':
			l.tok.kind = '-'
		case '√', '²', '³', '°':
			l.tok.kind = r
		default:
			return l.unexpected()
		}
		l.at += size
		l.pos++
		l.tok.end = l.at
		return nil
	}
	l.at += size
	l.pos += int32(size)
	l.tok.end = l.at
	return nil
}

// skipBlanks steps over blanks and a comment and reports whether there were any.
func (l *lexer) skipBlanks() bool {
	start := l.at
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ', c == '\t', c == '\v', c == '\f':
			l.at++
			l.pos++
		case c == '#':
			comment := strings.IndexAny(l.text[l.at:], "\n\r")
			if comment < 0 {
				comment = len(l.text) - l.at
			}
			l.step(comment)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(l.text[l.at:])
			if !unicode.IsSpace(r) {
				return l.at > start
			}
			l.at += size
			l.pos++
		default:
			return l.at > start
		}
	}
	return l.at > start
}

// step goes on by size bytes.
func (l *lexer) step(size int) {
	l.pos += int32(utf8.RuneCountInString(l.text[l.at : l.at+size]))
	l.at += size
}

func (l *lexer) nextNumber() error {
	n, size, err := ScanNumber(l.text[l.at:])
	if err != nil {
		e := err.(*Error)
		e.Position += int(l.pos)
		return e
	}
	l.tok.kind, l.tok.number, l.tok.end = numberToken, n, l.at+size
	l.step(size)
	return nil
}

// followedBy reports whether c is what follows the token at hand, blanks aside.
func (l *lexer) followedBy(c byte) bool {
	ahead := *l
	ahead.skipBlanks()
	return ahead.at < len(l.text) && l.text[ahead.at] == c
}

// word returns the text of the token at hand.
func (l *lexer) word() string { return l.text[l.tok.at:l.tok.end] }

// found describes the token at hand.
func (l *lexer) found() string {
	switch l.tok.kind {
	case endOfText:
		return "the end"
	case numberToken:
		return quote(l.word())
	}
	return foundAt(l.text, l.tok.at)
}

// lookalikes says what to write instead of a character that means nothing here but stands for something elsewhere.
var lookalikes = map[rune]string{
	'⋅': "*", '∙': "*", '•': "*", '∗': "*", '⨯': "*", '✕': "*", '✖': "*", '＊': "*",
	'∕': "/", '⁄': "/", '／': "/", ':': "/", '∶': "/", '➗': "/",
	'–': "-", '—': "-", '‐': "-", '‑': "-", '－': "-", '➖': "-",
	'＋': "+", '➕': "+", '＾': "^", '＝': "=", '（': "(", '）': ")", '［': "(", '］': ")", '，': ",", '．': ".", '；': ";", '％': "%", '！': "!",
	'[': "(", ']': ")", '{': "(", '}': ")", '⌊': "floor(x)", '⌋': "floor(x)", '⌈': "ceil(x)", '⌉': "ceil(x)",
	'⁰': "^0", '¹': "^1", '⁴': "^4", '⁵': "^5", '⁶': "^6", '⁷': "^7", '⁸': "^8", '⁹': "^9", '⁻': "^-", '⁺': "^", 'ⁿ': "^n",
	'∛': "cbrt(x)", '∜': "root(x, 4)", '½': "(1/2)", '¼': "(1/4)", '¾': "(3/4)", '⅓': "(1/3)", '⅔': "(2/3)", '⅛': "(1/8)",
	'∑': "sum(x, …)", '∏': "product(x, …)", '‰': "/1000",
}

// unexpected returns the error for a character that begins no token.
func (l *lexer) unexpected() error {
	r, _ := utf8.DecodeRuneInString(l.text[l.at:])
	e := &Error{Expected: "a value or an operator", Found: foundAt(l.text, l.at), Position: int(l.pos)}
	instead := lookalikes[r]
	if d, ok := digitValue(r); ok {
		instead = fmt.Sprint(d)
	}
	switch {
	case instead != "":
		e.Hint = "write " + instead
	case r == '∞':
		e.Hint = "values are finite"
	case r == '<', r == '>', r == '≤', r == '≥', r == '≠', r == '≈', r == '≡':
		e.Hint = "values are computed, not compared"
	case r == '&', r == '~', r == '\\':
		e.Hint = "the operators are + - * / ^ mod ! %"
	case unicode.Is(unicode.Sc, r):
		e.Hint = "write the amount without its currency"
	case strings.ContainsRune(`'"“”„‘’«»`, r):
		e.Hint = "write the number or the name without quotes"
	}
	return e
}
