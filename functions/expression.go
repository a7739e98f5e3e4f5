package functions

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc"
)

// maxLines is the most lines of text that are answered at once.
const maxLines = 1000

// evaluate finds the value of an expression, as one computation.
func (f *function) evaluate(ctx context.Context, q *question, w wish, room int) result {
	share, err := f.budget.text(ctx, q.size())
	if err != nil {
		return result{problem: noRoom(computation(f.Name, q.operands))}
	}
	defer share.end()
	scope, p := q.scope()
	if p != nil {
		return result{problem: p}
	}
	x := q.operands[0]
	if x.kind != text && x.kind != number {
		return result{problem: &problem{kind: "malformed-request", operand: f.Operands[0].Name, position: -1,
			detail: computation(f.Name, q.operands) + `: the expression is a string, as in {"expression":"1/3*3"}`}}
	}
	scope.FromQuery = x.plus
	res, isEmpty := f.line(ctx, share, scope, x.text, w, room)
	if isEmpty {
		return result{problem: &problem{kind: "syntax", position: utf8.RuneCountInString(x.text),
			detail: computation(f.Name, q.operands) + ": expected an expression, found nothing"}}
	}
	return res
}

// line finds the value of one text, which may use the variables of the scope, and reports whether there is nothing to find.
func (f *function) line(ctx context.Context, share *share, scope *calc.Scope, expression string, w wish, room int) (result, bool) {
	name := func() string { return computation(f.Name, []value{{text: expression}}) }
	if err := ctx.Err(); err != nil {
		return result{problem: ended(err, name())}, false
	}
	x, ok, err := scope.Parse(expression)
	switch {
	case err != nil:
		return result{problem: failure(err, name())}, false
	case !ok:
		return result{}, true
	case ctx.Err() != nil: // a long text takes a while to read
		return result{problem: ended(ctx.Err(), name())}, false
	}
	release, err := share.take(ctx, calc.Estimate(x, w.context))
	if err != nil {
		return result{problem: noRoom(name())}, false
	}
	defer release()
	return f.valueOf(ctx, x, w, name, room), false
}

// lines answers a text line by line: a line that has nothing to compute with an empty line, one that fails with its problem. Names that a line
// gives values to are known in the lines after it.
func (f *function) lines(r *handler.Request, q *question) reply {
	ctx := contextOf(r)
	if p := q.settle(); p != nil {
		return p.reply(true)
	}
	w, p := q.wish()
	if p != nil {
		return p.reply(true)
	}
	share, err := f.budget.text(ctx, q.size())
	if err != nil {
		return noRoom(computation(f.Name, q.operands)).reply(true)
	}
	defer share.end()
	scope, p := q.scope()
	if p != nil {
		return p.reply(true)
	}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(q.operands[0].text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) > maxLines {
		return tooLarge("", fmt.Sprintf("%s: more than %d lines: send them in parts", f.Name, maxLines)).reply(true)
	}
	var body []byte
	words := make([]string, 0, len(lines))
	var first *problem
	succeeded := false
	for i, expression := range lines {
		kept := min((len(lines)-i-1)*aroundProblem, f.settings.answer/2)
		res, isEmpty := f.line(ctx, share, scope, expression, w, f.settings.answer-len(body)-kept)
		switch {
		case res.problem != nil && res.problem.defect != nil:
			return res.problem.reply(true)
		case res.problem != nil:
			if first == nil {
				first = res.problem
			}
			body = appendLine(body, res.problem.line())
		case !isEmpty:
			succeeded = true
			body = res.appendText(body)
		}
		body = append(body, '\n')
		words = append(words, strconv.FormatBool(res.problem == nil && (isEmpty || res.Exact)))
	}
	if len(body) > f.settings.answer {
		return answerTooLarge(f.Name, f.settings.answer).reply(true)
	}
	if !succeeded && first != nil {
		a := first.reply(true)
		a.body = body
		return a
	}
	return reply{status: http.StatusOK, body: body, header: answerHeader(plainText, strings.Join(words, " "))}
}

// size is the length of an expression with its variables.
func (q *question) size() int {
	size := len(q.operands[0].text)
	if i := q.f.Option("variables"); i >= 0 {
		size += len(q.options[i].text)
	}
	return size
}

// scope has the variables that the options define.
func (q *question) scope() (*calc.Scope, *problem) {
	scope := &calc.Scope{Limits: q.f.settings.limits}
	i := q.f.Option("variables")
	if i < 0 || q.options[i].kind == absent {
		return scope, nil
	}
	definitions, p := q.variables(q.options[i])
	if p != nil {
		return nil, p
	}
	if err := scope.Define(definitions); err != nil {
		p := failure(err, q.f.Name)
		p.operand = q.f.Options[i].Name
		return nil, p
	}
	return scope, nil
}

// variables reads names and their expressions: a JSON object, or name=expression;name=expression.
func (q *question) variables(v value) (map[string]string, *problem) {
	const how = `: variables are an object of names and expressions, {"x":"1/3"}, in a query x=1/3;y=2`
	definitions := make(map[string]string)
	add := func(name, expression string) *problem {
		if _, twice := definitions[name]; twice {
			return malformed(q.f.Name + ": variable " + printable(shorten(name)) + " is given more than once")
		}
		definitions[name] = expression
		return nil
	}
	if v.kind == text {
		for part := range strings.SplitSeq(v.text, ";") {
			name, expression, ok := strings.Cut(part, "=")
			if name = strings.TrimSpace(name); name == "" && !ok && strings.TrimSpace(part) == "" {
				continue
			}
			if !ok {
				return nil, malformed(q.f.Name + how)
			}
			if p := add(name, expression); p != nil {
				return nil, p
			}
		}
		return definitions, nil
	}
	if v.kind != nested || v.text[0] != '{' {
		return nil, malformed(q.f.Name + how)
	}
	var wrong *problem
	s := scanner{s: v.text}
	if err := s.members(func(name string) *jsonError {
		x, err := s.value(3)
		switch {
		case err != nil || wrong != nil:
		case x.kind == text || x.kind == number:
			wrong = add(name, x.text)
		default:
			wrong = malformed(q.f.Name + ": variable " + printable(shorten(name)) + ` is not an expression: write a number or a string such as "1/3"`)
		}
		return err
	}); err != nil {
		return nil, q.f.brokenJSON(v.text, err)
	}
	return definitions, wrong
}
