// Package contract holds the calculator's contract as requests and the answers that they must get, and puts them to a calculator
// wherever it runs.
//
// The requests are the examples of the catalogue, and the text files beside this one, a file for each section of the contract. A request
// is written as the arguments of curl, the name of the function for its URL; the answer stands below it, indented by a tab:
//
//	# A comment says why, where that is not plain.
//	add -d '0.1 0.2'
//		X-Calculator-Exact: true
//		0.3
//
//	divide --json '{"dividend":1,"divisor":0}'
//		! 422 undefined
//		{"operand":"divisor"}
//
// Of curl's options there are -d, --json, -H, -X and -I; words are quoted as in a shell, with '…' or $'…'. «9×1000» is a thousand nines.
// An answer may begin with ! and the status, where that is not 200, and in JSON the type of the problem; then come headers, an empty value
// for one that must be absent; the rest is the body. In an answer … stands for any text. {etag} is the ETag of the answer before.
package contract

import (
	"embed"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Case is one request and the answer that it must get.
type Case struct {
	Place    string // where it is written
	Function string
	Path     string // below the function, with the query
	Method   string
	Header   http.Header
	Body     string

	want want
}

// want is the answer expected.
type want struct {
	status  int
	problem string // the type of the problem, where JSON says it
	header  []header
	body    string // lines, or JSON
	isBody  bool   // the body is given
	inPart  bool   // the body may have members besides
}

type header struct{ name, value string }

//go:embed *.txt
var files embed.FS

// Written returns the cases of the text files, in the order of the contract's sections.
func Written() ([]Case, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, e := range entries { // in the order of their names, which begin with the section
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		cases, err := parse(e.Name(), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

// parse reads the cases of one file.
func parse(name, text string) ([]Case, error) {
	var all []Case
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); {
		if lines[i] == "" || lines[i][0] == '#' {
			i++
			continue
		}
		place := name + ":" + strconv.Itoa(i+1)
		start := i
		for i < len(lines) && !strings.HasPrefix(lines[i], "\t") {
			i++
		}
		request := strings.Join(lines[start:i], "\n")
		start = i
		for i < len(lines) && (strings.HasPrefix(lines[i], "\t") || lines[i] == "" && tabAfter(lines[i:])) {
			i++
		}
		if start == i {
			return nil, fmt.Errorf("%s: no answer below the request: indent it by a tab", place)
		}
		c, err := parseRequest(request)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		c.Place = place
		if c.want, err = parseAnswer(lines[start:i]); err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// tabAfter reports whether an empty line is within an answer.
func tabAfter(lines []string) bool {
	for _, line := range lines {
		if line != "" {
			return line[0] == '\t'
		}
	}
	return false
}

// parseRequest reads the arguments of curl.
func parseRequest(text string) (Case, error) {
	words, err := split(text)
	if err != nil {
		return Case{}, err
	}
	c := Case{Header: http.Header{}, Path: words[0]}
	if i := strings.IndexAny(c.Path, "/?"); i >= 0 {
		c.Function, c.Path = c.Path[:i], c.Path[i:]
	} else {
		c.Function, c.Path = c.Path, ""
	}
	body := func(contentType string) {
		if c.Method == "" {
			c.Method = http.MethodPost
		}
		if _, given := c.Header["Content-Type"]; !given {
			c.Header.Set("Content-Type", contentType)
		}
	}
	for words = words[1:]; len(words) > 0; words = words[1:] {
		option := words[0]
		if option == "-I" {
			c.Method = http.MethodHead
			continue
		}
		if words = words[1:]; len(words) == 0 {
			return c, fmt.Errorf("no value for %s", option)
		}
		switch value := words[0]; option {
		case "-X":
			c.Method = value
		case "-H":
			name, value, _ := strings.Cut(value, ":")
			c.Header.Set(name, strings.TrimSpace(value))
		case "-d":
			c.Body = value
			body("application/x-www-form-urlencoded")
		case "--json":
			c.Body = value
			body("application/json")
			if c.Header.Get("Accept") == "" {
				c.Header.Set("Accept", "application/json")
			}
		default:
			return c, fmt.Errorf("no option %s: there are -d, --json, -H, -X and -I", option)
		}
	}
	if c.Header.Get("Content-Type") == "" {
		c.Header.Del("Content-Type") // as curl does for -H 'Content-Type:'
	}
	if c.Method == "" {
		c.Method = http.MethodGet
	}
	return c, nil
}

// split takes a command apart into words, as a shell does.
func split(text string) ([]string, error) {
	var words []string
	for text = strings.TrimLeft(text, " \n"); text != ""; text = strings.TrimLeft(text, " \n") {
		var word strings.Builder
		for text != "" && text[0] != ' ' && text[0] != '\n' {
			switch {
			case text[0] == '\'':
				quoted, rest, closed := strings.Cut(text[1:], "'")
				if !closed {
					return nil, fmt.Errorf("no closing ' after %.20q", text)
				}
				word.WriteString(quoted)
				text = rest
			case strings.HasPrefix(text, "$'"):
				rest := text[2:]
				for !strings.HasPrefix(rest, "'") {
					r, isRune, after, err := strconv.UnquoteChar(rest, '\'')
					if err != nil {
						return nil, fmt.Errorf("in %.20q: %w", text, err)
					}
					if isRune {
						word.WriteRune(r)
					} else {
						word.WriteByte(byte(r)) //nolint:gosec // a rune that is not one is a byte
					}
					rest = after
				}
				text = rest[1:]
			default:
				_, size := utf8.DecodeRuneInString(text)
				word.WriteString(text[:size])
				text = text[size:]
			}
		}
		words = append(words, repeated(word.String()))
	}
	return words, nil
}

var repetition = regexp.MustCompile(`«([^×»]+)×(\d+)»`)

// repeated writes «9×1000» out.
func repeated(text string) string {
	return repetition.ReplaceAllStringFunc(text, func(s string) string {
		part := repetition.FindStringSubmatch(s)
		n, _ := strconv.Atoi(part[2])
		return strings.Repeat(part[1], n)
	})
}

var headerLine = regexp.MustCompile(`^([A-Z][A-Za-z]*(?:-[A-Za-z]+)*):(?: (.*))?$`)

// parseAnswer reads what is indented.
func parseAnswer(lines []string) (want, error) {
	w := want{status: http.StatusOK}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "\t")
	}
	if rest, ok := strings.CutPrefix(lines[0], "! "); ok {
		status, kind, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(status)
		if err != nil {
			return w, fmt.Errorf("%q is no status", status)
		}
		w.status, w.problem = n, kind
		lines = lines[1:]
	}
	for len(lines) > 0 {
		part := headerLine.FindStringSubmatch(lines[0])
		if part == nil {
			break
		}
		w.header = append(w.header, header{part[1], part[2]})
		lines = lines[1:]
	}
	w.isBody = len(lines) > 0
	w.body = repeated(strings.Join(lines, "\n"))
	return w, nil
}
