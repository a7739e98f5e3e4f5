package functions

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxBatch is the most computations in one request.
	maxBatch = 1000
	// maxDepth is the deepest nesting of a JSON body that is read at all; a question needs three levels.
	maxDepth = 64
)

// A scanner reads JSON (RFC 8259) to the letter, and keeps numbers as the text they are. It reads the body itself because a decoder
// must tell repeated keys and must not touch numbers.
type scanner struct {
	s string
	i int
}

// A jsonError is a place where the text is not JSON.
type jsonError struct {
	expected string
	at       int // in bytes
}

// readJSON reads the body: an object, whose members are put into q, or an array of such, which is only looked through: element reads each
// when it is its turn.
func (f *function) readJSON(body string, q *question) (elements int, isBatch bool, p *problem) {
	s := scanner{s: body}
	var err *jsonError
	s.blanks()
	if s.peek() == '[' {
		isBatch = true
		if elements, err = s.count(maxBatch); elements > maxBatch {
			return 0, true, tooLarge("", f.Name+": a batch of more than 1,000 computations: send it in parts")
		}
	} else {
		err = s.object(q, q.asked())
	}
	if err == nil {
		if s.blanks(); s.i < len(s.s) {
			err = &jsonError{"the end of the text", s.i}
		}
	}
	if err != nil {
		return 0, isBatch, f.brokenJSON(body, err)
	}
	return elements, isBatch, nil
}

func (f *function) brokenJSON(body string, err *jsonError) *problem {
	found := "the end of the text"
	if err.at < len(body) {
		r, _ := utf8.DecodeRuneInString(body[err.at:])
		found = strconv.QuoteRune(r)
	}
	position := utf8.RuneCountInString(body[:min(err.at, len(body))])
	p := malformed(f.Name + ": broken JSON at position " + strconv.Itoa(position) + ": expected " + err.expected + ", found " + found)
	p.position = position
	return p
}

// count reads an array, no further than one element more than most.
func (s *scanner) count(most int) (n int, err *jsonError) {
	err = s.array(func() *jsonError {
		if n++; n > most {
			return &jsonError{"", s.i}
		}
		_, err := s.value(1)
		return err
	})
	return n, err
}

// element reads the next element of a batch that has been looked through before, and what stands before it.
func (s *scanner) element(q *question) {
	s.i++ // the bracket or a comma
	s.blanks()
	if s.peek() == '{' {
		_ = s.object(q, false)
	} else {
		v, _ := s.value(2)
		what := map[kind]string{text: "a string", number: "a number", boolean: "a boolean", null: "null", nested: "an array"}[v.kind]
		q.reject(malformed(q.f.Name + ": " + what + " in a batch: its elements are objects"))
	}
	s.blanks()
}

// object reads one question. twice is whether the query has operands already.
func (s *scanner) object(q *question, twice bool) *jsonError {
	if s.peek() != '{' {
		return &jsonError{"an object or an array of objects", s.i}
	}
	return s.members(func(name string) *jsonError { return s.member(q, name, twice) })
}

// member reads the value of a name.
func (s *scanner) member(q *question, name string, twice bool) *jsonError {
	start := s.i
	isArray := s.peek() == '['
	v, err := s.value(2)
	if err != nil {
		return err
	}
	if twice && (name == "args" || q.f.Operand(name) >= 0) {
		q.reject(q.f.operandTwice())
		return nil
	}
	switch {
	case name != "args":
		q.put(name, v, inJSON)
	case q.byPosition:
		q.reject(malformed(q.f.Name + ": args is given more than once"))
	case !isArray:
		q.reject(malformed(q.f.Name + `: args is not an array: write "args":["1","2"]`))
	default:
		q.byPosition, q.raw = true, s.s[start:s.i]
	}
	return nil
}

// decodeArray returns the elements of an array that has been scanned before, in list where there is room.
func decodeArray(list []value, raw string) []value {
	s := scanner{s: raw}
	if commas := strings.Count(raw, ","); commas >= cap(list) {
		list = make([]value, 0, min(commas+1, maxOperands+1))
	}
	_ = s.array(func() *jsonError {
		v, err := s.value(2)
		if len(list) > maxOperands {
			return &jsonError{"", s.i}
		}
		list = append(list, v)
		return err
	})
	return list
}

func (s *scanner) peek() byte {
	if s.i < len(s.s) {
		return s.s[s.i]
	}
	return 0
}

func (s *scanner) blanks() {
	for s.i < len(s.s) && (s.s[s.i] == ' ' || s.s[s.i] == '\n' || s.s[s.i] == '\r' || s.s[s.i] == '\t') {
		s.i++
	}
}

// array reads an array whose elements element reads.
func (s *scanner) array(element func() *jsonError) *jsonError {
	s.i++
	s.blanks()
	if s.peek() == ']' {
		s.i++
		return nil
	}
	for {
		s.blanks()
		if err := element(); err != nil {
			return err
		}
		s.blanks()
		switch s.peek() {
		case ',':
			s.i++
		case ']':
			s.i++
			return nil
		default:
			return &jsonError{"a comma or the end of the array", s.i}
		}
	}
}

// value reads any value at a depth. The text of a nested one is as it was written.
func (s *scanner) value(depth int) (value, *jsonError) {
	start := s.i
	switch c := s.peek(); {
	case c == '"':
		decoded, err := s.string()
		return value{kind: text, text: decoded}, err
	case c == '-' || '0' <= c && c <= '9':
		err := s.number()
		return value{kind: number, text: s.s[start:s.i]}, err
	case c == '[':
		if depth > maxDepth {
			return value{}, &jsonError{"at most " + strconv.Itoa(maxDepth) + " levels", s.i}
		}
		err := s.array(func() *jsonError { _, err := s.value(depth + 1); return err })
		return value{kind: nested, text: s.s[start:s.i]}, err
	case c == '{':
		if depth > maxDepth {
			return value{}, &jsonError{"at most " + strconv.Itoa(maxDepth) + " levels", s.i}
		}
		err := s.members(func(string) *jsonError { _, err := s.value(depth + 1); return err })
		return value{kind: nested, text: s.s[start:s.i]}, err
	}
	for word, k := range words {
		if strings.HasPrefix(s.s[s.i:], word) {
			s.i += len(word)
			return value{kind: k, text: word}, nil
		}
	}
	return value{}, &jsonError{"a value", s.i}
}

var words = map[string]kind{"true": boolean, "false": boolean, "null": null}

// members reads an object whose values member reads.
func (s *scanner) members(member func(name string) *jsonError) *jsonError {
	s.i++
	s.blanks()
	if s.peek() == '}' {
		s.i++
		return nil
	}
	for {
		if s.blanks(); s.peek() != '"' {
			return &jsonError{"a name in quotation marks", s.i}
		}
		name, err := s.string()
		if err != nil {
			return err
		}
		if s.blanks(); s.peek() != ':' {
			return &jsonError{"a colon", s.i}
		}
		s.i++
		s.blanks()
		if err := member(name); err != nil {
			return err
		}
		s.blanks()
		switch s.peek() {
		case ',':
			s.i++
		case '}':
			s.i++
			return nil
		default:
			return &jsonError{"a comma or the end of the object", s.i}
		}
	}
}

// number reads -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
func (s *scanner) number() *jsonError {
	if s.peek() == '-' {
		s.i++
	}
	switch c := s.peek(); {
	case c == '0':
		if s.i++; '0' <= s.peek() && s.peek() <= '9' {
			return &jsonError{"no digit after a leading 0 (write the number as a string)", s.i}
		}
	case !s.digits():
		return &jsonError{"a digit", s.i}
	}
	if s.peek() == '.' {
		if s.i++; !s.digits() {
			return &jsonError{"a digit", s.i}
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.i++
		if c := s.peek(); c == '+' || c == '-' {
			s.i++
		}
		if !s.digits() {
			return &jsonError{"a digit", s.i}
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.s) && '0' <= s.s[s.i] && s.s[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// string reads a string and returns what it stands for.
func (s *scanner) string() (string, *jsonError) {
	s.i++
	start := s.i
	for s.i < len(s.s) {
		switch c := s.s[s.i]; {
		case c == '"':
			s.i++
			return s.s[start : s.i-1], nil
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return "", &jsonError{"no control character within a string", s.i}
		case c < utf8.RuneSelf:
			s.i++
		default:
			r, size := utf8.DecodeRuneInString(s.s[s.i:])
			if r == utf8.RuneError && size == 1 {
				return "", &jsonError{"UTF-8", s.i}
			}
			s.i += size
		}
	}
	return "", &jsonError{"the end of the string", s.i}
}

// escaped reads the rest of a string that has an escape at s.i.
func (s *scanner) escaped(start int) (string, *jsonError) {
	b := []byte(s.s[start:s.i])
	for s.i < len(s.s) {
		switch c := s.s[s.i]; {
		case c == '"':
			s.i++
			return string(b), nil
		case c == '\\':
			s.i++
			if at := strings.IndexByte(`"\/bfnrt`, s.peek()); at >= 0 && s.i < len(s.s) {
				b = append(b, "\"\\/\b\f\n\r\t"[at])
				s.i++
				continue
			}
			r, err := s.unicodeEscape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		case c < ' ':
			return "", &jsonError{"no control character within a string", s.i}
		default:
			r, size := utf8.DecodeRuneInString(s.s[s.i:])
			if r == utf8.RuneError && size == 1 {
				return "", &jsonError{"UTF-8", s.i}
			}
			b = append(b, s.s[s.i:s.i+size]...)
			s.i += size
		}
	}
	return "", &jsonError{"the end of the string", s.i}
}

// unicodeEscape reads uXXXX, and the second half of a pair.
func (s *scanner) unicodeEscape() (rune, *jsonError) {
	r, err := s.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	at := s.i
	if strings.HasPrefix(s.s[s.i:], `\u`) {
		s.i++
		low, err := s.hex()
		if err != nil {
			return 0, err
		}
		if r := utf16.DecodeRune(r, low); r != utf8.RuneError {
			return r, nil
		}
	}
	return 0, &jsonError{"a pair of surrogates", at}
}

func (s *scanner) hex() (rune, *jsonError) {
	if s.peek() != 'u' || s.i+5 > len(s.s) {
		return 0, &jsonError{`an escape such as \n or \u00e9`, s.i}
	}
	n, err := strconv.ParseUint(s.s[s.i+1:s.i+5], 16, 32)
	if err != nil {
		return 0, &jsonError{"four hexadecimal digits", s.i + 1}
	}
	s.i += 5
	return rune(n), nil //nolint:gosec // four digits
}
