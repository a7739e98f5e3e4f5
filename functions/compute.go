package functions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc"
	"calculator/calc/catalogue"
)

// wish is what the options of a question ask for.
type wish struct {
	context  calc.Context
	settings catalogue.Settings
	notation calc.Notation
	forms    bool
}

// A result is what came of a question: a value as text, or a problem.
type result struct {
	calc.Result
	text    string
	forms   *calc.Forms
	problem *problem
}

// get answers GET and HEAD, whose answers may be cached. A tag that matches needs no computation: only an answer ever had one.
func (f *function) get(r *handler.Request, q *question, asText bool) reply {
	if p := q.settle(); p != nil {
		return p.reply(asText)
	}
	contentType := mediaType(asText)
	tag := f.etag(r, contentType[0], q.canonical()...)
	if matches(r, tag) {
		return found(r, tag, contentType, nil)
	}
	a := f.one(r, q, asText)
	if a.status != http.StatusOK {
		return a
	}
	cached := found(r, tag, contentType, a.body)
	for name, values := range a.header {
		cached.header[name] = values
	}
	return cached
}

// one answers one question.
func (f *function) one(r *handler.Request, q *question, asText bool) reply {
	res := f.compute(contextOf(r), q, f.settings.answer)
	if res.problem != nil {
		return res.problem.reply(asText)
	}
	a := reply{status: http.StatusOK}
	if asText {
		a.header = answerHeader(plainText, strconv.FormatBool(res.Exact))
		a.body = res.appendText(make([]byte, 0, len(res.text)+len(res.ErrorBound)+8))
	} else {
		a.header = answerHeader(plainJSON)
		a.body = f.appendResult(make([]byte, 0, len(res.text)+128), &res)
	}
	a.body = append(a.body, '\n')
	return a
}

// batch answers many questions, each with the options of the query besides its own, with an array, or with a line for each.
func (f *function) batch(r *handler.Request, query *question, asked string, elements int, asText bool) reply {
	ctx := contextOf(r)
	s := scanner{s: asked}
	s.blanks()
	body := make([]byte, 0, elements*usual)
	var words []string
	if asText {
		words = make([]string, 0, elements)
	} else {
		body = append(body, '[')
	}
	q := new(question)
	for i := range elements {
		if i > 0 && !asText {
			body = append(body, ',')
		}
		*q = question{f: f, options: query.options}
		s.element(q)
		// Each of the elements to come may turn out to be a problem, for which room is kept.
		kept := min((elements-i-1)*aroundProblem, f.settings.answer/2)
		res := f.compute(ctx, q, f.settings.answer-len(body)-kept)
		switch {
		case res.problem != nil && res.problem.defect != nil:
			return res.problem.reply(asText)
		case asText && res.problem != nil:
			body = append(appendLine(body, res.problem.line()), '\n')
		case asText:
			body = append(res.appendText(body), '\n')
		case res.problem != nil:
			body = res.problem.append(body)
		default:
			body = f.appendResult(body, &res)
		}
		if asText {
			words = append(words, strconv.FormatBool(res.problem == nil && res.Exact))
		}
	}
	if !asText {
		body = append(body, "]\n"...)
	}
	if len(body) > f.settings.answer {
		return answerTooLarge(f.Name, f.settings.answer).reply(asText)
	}
	if asText {
		return reply{status: http.StatusOK, body: body, header: answerHeader(plainText, strings.Join(words, " "))}
	}
	return reply{status: http.StatusOK, body: body, header: answerHeader(plainJSON)}
}

func answerTooLarge(computation string, limit int) *problem {
	return tooLarge("max_answer", fmt.Sprintf("%s: the answer has more than %d bytes (max_answer): ask for less at once, or for fewer digits", computation, limit))
}

const (
	// usual is the size of a short answer.
	usual = 64
	// around is what an answer has besides the digits of its result.
	around = 128
	// aroundProblem is what a problem takes.
	aroundProblem = 600
)

// compute finds the result of a question, whose answer may take room bytes.
func (f *function) compute(ctx context.Context, q *question, room int) result {
	if p := q.settle(); p != nil {
		return result{problem: p}
	}
	w, p := q.wish()
	if p != nil {
		return result{problem: p}
	}
	name := func() string { return computation(f.Name, q.operands) }
	if err := ctx.Err(); err != nil {
		return result{problem: ended(err, name())}
	}
	if f.Operands[0].Expression {
		return f.evaluate(ctx, q, w, room)
	}

	many := len(q.operands) > cheapBytes/bytesPerOperand
	cost := calc.Cost{}
	if many { // then what holds them is most of the cost
		cost.Bytes = int64(len(q.operands)) * bytesPerOperand
		release, err := f.budget.take(ctx, cost)
		if err != nil {
			return result{problem: noRoom(name())}
		}
		defer release()
	}
	operands := q.fewExpressions[:0]
	if len(q.operands) > few {
		operands = make([]calc.Expr, 0, len(q.operands))
	}
	operands = operands[:len(q.operands)]
	for i, x := range q.operands {
		if p := q.operand(&operands[i], i, x); p != nil {
			return result{problem: p}
		}
	}
	formula := f.Formula(operands, w.settings)
	if !many {
		release, err := f.budget.take(ctx, calc.Estimate(formula, w.context))
		if err != nil {
			return result{problem: noRoom(name())}
		}
		defer release()
	}
	return f.valueOf(ctx, formula, w, name, room)
}

// valueOf finds the value of a formula and writes it.
func (f *function) valueOf(ctx context.Context, formula calc.Expr, w wish, name func() string, room int) result {
	value, err := calc.Evaluate(ctx, formula, w.context)
	if err != nil {
		return result{problem: failure(err, name())}
	}
	if value.Len(w.notation)+around > room {
		return result{problem: answerTooLarge(name(), f.settings.answer)}
	}
	res := result{Result: value}
	if res.text, err = value.Text(w.notation, f.settings.limits); err != nil {
		return result{problem: failure(err, name())}
	}
	if w.forms {
		forms, err := value.Forms(ctx, f.settings.limits)
		if err != nil {
			return result{problem: failure(err, name())}
		}
		if len(res.text)+len(forms.Fraction)+len(forms.Mixed)+len(forms.Repeating)+len(forms.Symbolic)+around > room {
			return result{problem: answerTooLarge(name(), f.settings.answer)}
		}
		res.forms = &forms
	}
	return res
}

// operand reads one operand as a number.
func (q *question) operand(to *calc.Expr, i int, v value) *problem {
	f := q.f
	var reason string
	switch v.kind {
	case text, number:
		var err error
		if *to, err = calc.Literal(v.text, f.settings.limits); err == nil {
			return nil
		}
		what := computation(f.Name, q.operands)
		if f.Variadic && len(q.operands) > 1 {
			what += ": operand " + strconv.Itoa(i+1)
		}
		p := failure(err, what)
		p.operand = operandName(f.Operation, i)
		if v.plus {
			p.detail += plusHint
		}
		return p
	case boolean:
		reason = "a boolean is not a number"
	case null:
		reason = "null is not a number"
	default:
		reason = "a nested value is not a number"
	}
	return &problem{kind: "not-a-number", operand: operandName(f.Operation, i), position: -1,
		detail: computation(f.Name, q.operands) + ": " + reason + `: write a number or a string such as "1.5"`}
}

// plusHint is said where a + that became a blank may be what went wrong.
const plusHint = " (a + in a query stands for a blank: write %2B, or POST)"

// wish reads the options.
func (q *question) wish() (wish, *problem) {
	w := wish{context: calc.Context{Limits: q.f.settings.limits}}
	for i := range q.f.Options {
		v := &q.options[i]
		if v.kind == absent {
			continue
		}
		o := &q.f.Options[i]
		var err error
		switch {
		case o.Type == catalogue.Names:
			continue // read where the expression is
		case o.Type == catalogue.Digits && (v.kind == text || v.kind == number):
			var p *problem
			if w.context.Precision, p = q.precision(v.text); p != nil {
				return w, p
			}
			continue
		case v.kind == text, o.Type == catalogue.Boolean && v.kind == boolean:
			err = w.choose(o, v.text)
		default:
			err = errNotChosen
		}
		if err != nil {
			return w, q.badOption(o, v)
		}
	}
	w.settings.Rounding = w.context.Rounding
	return w, nil
}

var errNotChosen = errors.New("not one of the values")

// choose takes the value of an option that has a list of them.
func (w *wish) choose(o *catalogue.Option, text string) (err error) {
	switch o.Name {
	case "rounding":
		w.context.Rounding, err = calc.ParseRounding(text)
	case "notation":
		w.notation, err = calc.ParseNotation(text)
	case "mode":
		w.settings.Mode, err = calc.ParseRemainderMode(text)
	case "unit":
		w.context.Unit, err = calc.ParseUnit(text)
	case "forms":
		w.forms = text == "true"
		if text != "true" && text != "false" {
			err = errNotChosen
		}
	default:
		err = errNotChosen
	}
	return err
}

func (q *question) badOption(o *catalogue.Option, v *value) *problem {
	want := "want one of " + strings.Join(o.Values, ", ")
	switch o.Type {
	case catalogue.Digits:
		want = fmt.Sprintf("want an integer from 1 to %d, or exact", q.f.settings.limits.Precision)
	case catalogue.Boolean:
		want = "want true or false"
	default:
		if meant := nearest(v.text, o.Values); meant != "" {
			want = "did you mean " + meant + "?"
		}
	}
	return malformed(q.f.Name + ": " + o.Name + " " + strconv.Quote(shown(*v)) + ": " + want)
}

// precision reads the option of that name: an integer however it is written, or exact.
func (q *question) precision(s string) (int, *problem) {
	limit := q.f.settings.limits.Precision
	n, err := strconv.Atoi(s)
	if err != nil {
		if s == "exact" {
			return calc.Exact, nil
		}
		n, err = integer(s, limit)
	}
	switch {
	case err != nil || n < 1:
		o := q.f.Options[q.f.Option("precision")]
		return 0, q.badOption(&o, &value{kind: text, text: s})
	case n > limit:
		return 0, tooLarge("max_precision", fmt.Sprintf("%s: precision %s is above max_precision (%d)", q.f.Name, shown(value{text: s}), limit))
	}
	return n, nil
}

// integer reads a number that is an integer, as one above the limit where it is above it.
func integer(s string, limit int) (int, error) {
	d, err := calc.Parse(s, calc.Limits{})
	var e *calc.Error
	switch {
	case errors.As(err, &e) && e.Kind == calc.TooLarge && !strings.ContainsAny(s, "-−"): // nor is the exponent negative
		return limit + 1, nil
	case err != nil:
		return 0, err
	case d.Sign() <= 0 || d.Exponent() < -100 || !d.IsInteger():
		return 0, errNotChosen
	case int(d.Exponent())+d.NumDigits() > 18:
		return limit + 1, nil
	}
	return int(d.IntPart()), nil
}

// appendText writes a result as it is written in text, without the line end.
func (r *result) appendText(b []byte) []byte {
	b = append(b, r.text...)
	if r.ErrorBound != "" {
		b = append(append(b, " ± "...), r.ErrorBound...)
	}
	return b
}

// appendResult writes a result as a JSON object.
func (f *function) appendResult(b []byte, r *result) []byte {
	b = append(b, `{"operation":"`...)
	b = append(b, f.Name...)
	b = append(b, `","result":"`...)
	b = append(b, r.text...)
	b = append(b, `","exact":`...)
	b = strconv.AppendBool(b, r.Exact)
	if r.Precision != 0 {
		b = append(b, `,"precision":`...)
		b = strconv.AppendInt(b, int64(r.Precision), 10)
		b = append(b, `,"rounding":"`...)
		b = append(b, r.Rounding.String()...)
		b = append(b, '"')
	}
	if r.ErrorBound != "" {
		b = append(b, `,"error_bound":`...)
		b = appendQuoted(b, r.ErrorBound)
	}
	if r.forms != nil {
		b = append(b, `,"forms":{`...)
		comma := false
		for _, form := range [...]struct{ name, text string }{{"fraction", r.forms.Fraction}, {"mixed", r.forms.Mixed},
			{"repeating", r.forms.Repeating}, {"symbolic", r.forms.Symbolic}} {
			if form.text == "" {
				continue
			}
			if comma {
				b = append(b, ',')
			}
			comma = true
			b = appendQuoted(b, form.name)
			b = append(b, ':')
			b = appendQuoted(b, form.text)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}
