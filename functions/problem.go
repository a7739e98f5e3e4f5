package functions

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc"
)

// problems is the one table of the types of problems (RFC 9457), their status and title.
var problems = map[string]struct {
	status int
	title  string
}{
	"malformed-request":      {http.StatusBadRequest, "Malformed request"},
	"not-a-number":           {http.StatusBadRequest, "Not a number"},
	"syntax":                 {http.StatusBadRequest, "Syntax error"},
	"unknown-name":           {http.StatusBadRequest, "Unknown name"},
	"not-found":              {http.StatusNotFound, "Not found"},
	"method-not-allowed":     {http.StatusMethodNotAllowed, "Method not allowed"},
	"unsupported-media-type": {http.StatusUnsupportedMediaType, "Unsupported media type"},
	"undefined":              {http.StatusUnprocessableEntity, "Undefined"},
	"too-large":              {http.StatusUnprocessableEntity, "Too large"},
	"undecided":              {http.StatusUnprocessableEntity, "Undecided"},
	"too-many-requests":      {http.StatusTooManyRequests, "Too many requests"},
	"not-implemented":        {http.StatusNotImplemented, "Not implemented"},
	"deadline-exceeded":      {http.StatusGatewayTimeout, "Deadline exceeded"},
}

// A problem says why there is no result.
type problem struct {
	kind     string // its type, a key of problems
	detail   string // begins with what was to be computed
	operand  string // its name
	position int    // 0-based, in code points; negative where there is none
	marked   string // an expression with a caret before the place
	limit    string // name of the setting that was passed
	bound    string // of an undecided question
	defect   error  // what nobody foresaw: there is no answer but host's
}

func (p *problem) status() int { return problems[p.kind].status }

func malformed(detail string) *problem {
	return &problem{kind: "malformed-request", detail: detail, position: -1}
}

func tooLarge(limit, detail string) *problem {
	return &problem{kind: "too-large", detail: detail, limit: limit, position: -1}
}

func notFound(name, path string) *problem {
	return &problem{kind: "not-found", position: -1,
		detail: name + ": there is nothing at " + printable(shorten(path)) + ": operands go into the query or the body, never into the path"}
}

func (f *function) methodNotAllowed(method string) *problem {
	return &problem{kind: "method-not-allowed", position: -1, detail: f.Name + ": no method " + printable(shorten(method)) + ": use " + f.methods()}
}

func unsupported(name, what string) *problem {
	return &problem{kind: "unsupported-media-type", position: -1,
		detail: name + ": " + what + ": send text/plain, application/json or application/x-www-form-urlencoded, not encoded"}
}

func notImplemented(name string) *problem {
	return &problem{kind: "not-implemented", position: -1, detail: name + ": not available yet"}
}

// failure turns what kept calc from a result into a problem of a computation.
func failure(err error, computation string) *problem {
	var e *calc.Error
	if errors.As(err, &e) {
		if e.Computation != "" {
			computation = printable(e.Computation)
		}
		return &problem{kind: e.Kind.String(), detail: computation + ": " + e.Reason,
			operand: e.Operand, position: e.Position, marked: e.Marked, limit: e.Limit, bound: e.Bound}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ended(err, computation)
	}
	return &problem{defect: err}
}

// ended is the problem of work that stopped because its context did.
func ended(err error, computation string) *problem {
	p := &problem{kind: "deadline-exceeded", position: -1,
		detail: computation + ": not ready within exec_timeout: ask for less at once, or for fewer digits"}
	if errors.Is(err, context.Canceled) {
		p.detail = computation + ": the caller has gone"
	}
	return p
}

// noRoom is the problem of work that waited for its turn until its deadline.
func noRoom(computation string) *problem {
	return &problem{kind: "too-many-requests", position: -1,
		detail: computation + ": no room for so much work beside that of others: try again in a second"}
}

// refuse answers a request with a problem.
func (f *function) refuse(r *handler.Request, p *problem) reply {
	return p.reply(f.wantsText(r, isQuestionText(r)))
}

// reply is the problem as a document, or as one line of text.
func (p *problem) reply(asText bool) reply {
	if p.defect != nil {
		return reply{defect: p.defect}
	}
	a := reply{status: p.status(), header: http.Header{
		"Cache-Control":                 noStore,
		"Access-Control-Allow-Origin":   anyOrigin,
		"Access-Control-Expose-Headers": exposed,
	}}
	if a.status == http.StatusTooManyRequests {
		a.header["Retry-After"] = []string{"1"}
	}
	if asText {
		a.header["Content-Type"] = plainText
		a.body = append(appendLine(nil, p.line()), '\n')
		return a
	}
	a.header["Content-Type"] = problemJSON
	a.body = append(p.append(nil), '\n')
	return a
}

// line is the problem for a reader of text.
func (p *problem) line() string {
	if p.marked == "" {
		return p.detail
	}
	return p.detail + ", at the ^ in " + p.marked
}

// append writes the problem as a JSON object.
func (p *problem) append(b []byte) []byte {
	b = append(b, `{"type":`...)
	b = appendQuoted(b, p.kind)
	b = append(b, `,"title":`...)
	b = appendQuoted(b, problems[p.kind].title)
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(p.status()), 10)
	b = append(b, `,"detail":`...)
	b = appendQuoted(b, p.detail)
	if p.operand != "" {
		b = append(b, `,"operand":`...)
		b = appendQuoted(b, p.operand)
	}
	if p.position >= 0 {
		b = append(b, `,"position":`...)
		b = strconv.AppendInt(b, int64(p.position), 10)
	}
	if p.limit != "" {
		b = append(b, `,"limit":`...)
		b = appendQuoted(b, p.limit)
	}
	if p.bound != "" {
		b = append(b, `,"error_bound":`...)
		b = appendQuoted(b, p.bound)
	}
	return append(b, '}')
}

// appendLine writes text as one line: what would break it is written as an escape.
func appendLine(b []byte, text string) []byte { return append(b, printable(text)...) }

// printable is text with control characters and what is not UTF-8 as escapes, so that it is one line and harmless in a terminal.
func printable(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) || r == '\uFFFD' }) {
		return text
	}
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), `\\`, `\`)
}
