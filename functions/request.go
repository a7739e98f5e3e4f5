package functions

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc"
	"calculator/calc/catalogue"
)

// A value is an operand or an option as it was given, not yet judged.
type value struct {
	kind kind
	plus bool   // a + in a query or form became a blank in it
	text string // of a JSON string what it stands for; else as it was written
}

// A kind says how a value was given.
type kind uint8

const (
	absent  kind = iota
	text         // in text, in a query or form, or as a JSON string
	number       // as a JSON number, which is the text that it is
	boolean      // JSON true or false
	null         // JSON null
	nested       // a JSON array or object
)

// given is where a value was given, for messages.
type given string

const (
	inQuery given = "query"
	inForm  given = "form"
	inJSON  given = "JSON"
	inText  given = "text"
)

const (
	mostOptions = 6 // of an operation; TestQuestionHasRoomForEveryOption
	mostNamed   = 2 // operands of an operation by name

	// maxOperands bounds the operands of one computation. Each becomes a node of about bytesPerOperand.
	maxOperands     = 100_000
	bytesPerOperand = 450
)

// A question is one computation as it was asked.
type question struct {
	f       *function
	options [mostOptions]value // by their place in the catalogue
	named   [mostNamed]value   // operands given by name, by their place in the catalogue
	args    []value            // operands given by position
	raw     string             // the same as the text of a JSON array, decoded when it is the question's turn

	byPosition, byName bool
	operands           []value  // those to compute with, in order, once settled
	problem            *problem // the first thing wrong with it

	// Where there are few operands they are kept here, which saves an allocation each.
	fewArgs        [few]value
	fewExpressions [few]calc.Expr
}

// few operands are what most questions have.
const few = 4

// reject keeps the first problem.
func (q *question) reject(p *problem) {
	if q.problem == nil {
		q.problem = p
	}
}

// asked reports whether there is any operand.
func (q *question) asked() bool { return q.byPosition || q.byName }

// chosen reports whether there is any option.
func (q *question) chosen() bool {
	for i := range q.options {
		if q.options[i].kind != absent {
			return true
		}
	}
	return false
}

// put takes one named value. Once something is wrong the rest is of no interest.
func (q *question) put(name string, v value, where given) {
	if q.problem != nil {
		return
	}
	if i := q.f.Option(name); i >= 0 {
		if q.options[i].kind != absent {
			q.reject(malformed(q.f.Name + ": option " + name + " is given more than once"))
			return
		}
		q.options[i] = v
		return
	}
	if i := q.f.Operand(name); i >= 0 && !q.f.Variadic {
		if q.named[i].kind != absent {
			q.reject(malformed(q.f.Name + ": operand " + name + " is given more than once"))
			return
		}
		q.named[i], q.byName = v, true
		return
	}
	q.reject(q.f.unknownName(name, where))
}

// unknownName says what was meant, where that is near.
func (f *function) unknownName(name string, where given) *problem {
	known := f.names(where)
	detail := f.Name + ": " + string(where) + " has an unknown name " + strconv.Quote(shorten(printable(name)))
	if meant := nearest(name, known); meant != "" {
		detail += ": did you mean " + meant + "?"
	} else {
		detail += ": the names are " + strings.Join(known, ", ")
	}
	return malformed(detail)
}

// names are the names that a request may use.
func (f *function) names(where given) []string {
	var known []string
	if f.takesArgs(where) {
		known = append(known, "args")
	}
	if !f.Variadic {
		for i := range f.Operands {
			known = append(known, f.Operands[i].Name)
		}
	}
	for i := range f.Options {
		known = append(known, f.Options[i].Name)
	}
	return known
}

// takesArgs reports whether operands may be given by position. An expression has commas of its own, so in a query or form it
// goes by its name.
func (f *function) takesArgs(where given) bool { return !f.Operands[0].Expression || where == inJSON }

// question answers a request that asks for a computation, or for help.
func (f *function) question(r *handler.Request) reply {
	q := question{f: f}
	if r.QueryString != "" {
		q.readQuery(r.QueryString, inQuery)
	}
	if r.Method != http.MethodPost {
		asText := f.wantsText(r, false)
		switch {
		case len(r.Body) > 0:
			return malformed(f.Name + ": a body with " + methodName(r.Method) + ": POST it").reply(asText)
		case q.problem != nil:
			return q.problem.reply(asText)
		case !q.asked() && !q.chosen():
			return f.help(r, asText)
		}
		return f.get(r, &q, asText)
	}
	return f.post(r, &q)
}

func methodName(method string) string {
	if method == "" {
		return http.MethodGet
	}
	return method
}

// post answers a body, with options in the query.
func (f *function) post(r *handler.Request, q *question) reply {
	if first(r.Header, "Content-Encoding") != "" {
		return f.refuse(r, unsupported(f.Name, "the body has a Content-Encoding"))
	}
	media := mediaOf(first(r.Header, "Content-Type"))
	if media == mediaOther {
		return f.refuse(r, unsupported(f.Name, "the body is of type "+printable(shorten(first(r.Header, "Content-Type")))))
	}
	if len(r.Body) == 0 {
		asText := f.wantsText(r, media != mediaJSON && !q.asked())
		return f.one(r, q, asText)
	}
	body := string(r.Body)
	if media == mediaForm {
		if media = mediaText; f.isForm(body) {
			media = mediaForm
		}
	}
	asText := f.wantsText(r, media == mediaText)
	if q.problem != nil {
		return q.problem.reply(asText)
	}
	inQueryToo := q.asked()
	switch media {
	case mediaForm:
		q.readQuery(body, inForm)
	case mediaText:
		q.readText(body)
		if asText && f.Operands[0].Expression {
			return f.lines(r, q)
		}
	case mediaJSON:
		elements, isBatch, p := f.readJSON(body, q)
		switch {
		case p != nil:
			return p.reply(asText)
		case isBatch && inQueryToo:
			return f.operandTwice().reply(asText)
		case isBatch:
			return f.batch(r, q, body, elements, asText)
		}
	}
	return f.one(r, q, asText)
}

func (f *function) operandTwice() *problem {
	return malformed(f.Name + ": operands in both the query and the body: with a body the query takes options only")
}

// media is what sort of body a content type names.
type media uint8

const (
	mediaText media = iota
	mediaForm
	mediaJSON
	mediaOther
)

func mediaOf(contentType string) media {
	switch contentType {
	case "", "text/plain":
		return mediaText
	case "application/json":
		return mediaJSON
	case "application/x-www-form-urlencoded":
		return mediaForm
	}
	name, parameters, _ := strings.Cut(contentType, ";")
	for p := range strings.SplitSeq(parameters, ";") {
		key, charset, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(key), "charset") {
			continue
		}
		switch strings.ToLower(strings.Trim(charset, "\" \t")) {
		case "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1": // all the same for a number
		default:
			return mediaOther
		}
	}
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "", "text/plain":
		return mediaText
	case "application/json":
		return mediaJSON
	case "application/x-www-form-urlencoded":
		return mediaForm
	}
	return mediaOther
}

// isQuestionText is whether the answer is text unless Accept says otherwise, for a request that is not read.
func isQuestionText(r *handler.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != "" && mediaOf(first(r.Header, "Content-Type")) != mediaJSON
}

// isForm reports whether a body that calls itself a form is one: every part begins with a known name and =. What curl -d sends is not.
func (f *function) isForm(body string) bool {
	for part := range strings.SplitSeq(body, "&") {
		name, _, ok := strings.Cut(part, "=")
		known := ok && (f.Option(name) >= 0 || f.Operand(name) >= 0 || name == "args" && f.takesArgs(inForm))
		if !known {
			return false
		}
	}
	return true
}

// readQuery takes a query or a form apart. An empty value counts as absent.
func (q *question) readQuery(query string, where given) {
	twice := q.asked()
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		rawName, rawText, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(rawName)
		decoded := rawText
		if err == nil && strings.ContainsAny(rawText, "%+") {
			decoded, err = url.QueryUnescape(rawText)
		}
		// A bare ; once stood between the parts of a query, so it is not taken for part of a value. Variables are written with it.
		if err != nil || strings.Contains(rawName, ";") || strings.Contains(rawText, ";") && name != "variables" {
			q.reject(malformed(fmt.Sprintf("%s: the %s does not decode at %q: write %%25 for %% and %%3B for ;, or POST the operands as text",
				q.f.Name, where, shorten(printable(part)))))
			return
		}
		if !utf8.ValidString(decoded) || !utf8.ValidString(name) {
			q.reject(malformed(fmt.Sprintf("%s: the %s is not UTF-8 at %q", q.f.Name, where, shorten(printable(part)))))
			return
		}
		if twice && decoded != "" && (name == "args" || q.f.Operand(name) >= 0) {
			q.reject(q.f.operandTwice())
			return
		}
		v := value{kind: text, text: decoded, plus: strings.Contains(rawText, "+")}
		switch {
		case name == "args" && q.f.takesArgs(where):
			if decoded != "" {
				q.addArgs(v)
			}
		case decoded == "":
			if q.f.Option(name) < 0 && q.f.Operand(name) < 0 {
				q.reject(q.f.unknownName(name, where))
			}
		default:
			q.put(name, v, where)
		}
	}
}

// addArgs takes operands that stand apart by commas.
func (q *question) addArgs(v value) {
	q.byPosition = true
	for part := range strings.SplitSeq(v.text, ",") {
		if len(q.args) > maxOperands {
			return
		}
		q.args = append(q.args, value{kind: text, text: part, plus: v.plus && strings.Contains(part, " ")})
	}
}

// readText takes operands that stand apart by blanks or line ends, or an expression as it is.
func (q *question) readText(body string) {
	if q.f.Operands[0].Expression {
		if q.asked() {
			q.reject(q.f.operandTwice())
			return
		}
		q.named[0], q.byName = value{kind: text, text: body}, true
		return
	}
	if start := strings.TrimLeft(body, " \t\n\v\f\r"); start != "" && (start[0] == '{' || start[0] == '[') {
		q.reject(&problem{kind: "not-a-number", operand: operandName(q.f.Operation, 0), position: -1, detail: q.f.Name +
			": the text begins like JSON: send it with Content-Type: application/json (curl --json), or the numbers alone"})
		return
	}
	before := q.asked()
	if q.args == nil {
		q.args = q.fewArgs[:0]
	}
	for i := 0; i < len(body); {
		if isBlank(body[i]) {
			i++
			continue
		}
		end := i + 1
		for end < len(body) && !isBlank(body[end]) {
			end++
		}
		if before {
			q.reject(q.f.operandTwice())
			return
		}
		if len(q.args) > maxOperands {
			return
		}
		q.byPosition = true
		q.args = append(q.args, value{kind: text, text: body[i:end]})
		i = end
	}
}

// isBlank tells what operands in text stand apart by. Blanks beyond ASCII are not among them: one that groups digits, as in
// 1 000 with a no-break space, must not make two operands of a number.
func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// settle finds the operands to compute with.
func (q *question) settle() *problem {
	f := q.f
	if q.problem != nil {
		return q.problem
	}
	if q.byPosition && q.byName {
		return malformed(f.Name + ": operands both in args and by name: give them one way")
	}
	if q.raw != "" {
		q.args = decodeArray(q.fewArgs[:0], q.raw)
	}
	if q.byName {
		given := len(f.Operands)
		for given > 0 && q.named[given-1].kind == absent {
			given--
		}
		for i := range given {
			if q.named[i].kind == absent {
				return f.missing(i, q.named[:given])
			}
		}
		q.operands = q.named[:given]
	} else {
		q.operands = q.args
	}
	n := len(q.operands)
	switch {
	case n > maxOperands:
		return tooLarge("", fmt.Sprintf("%s: more than %d operands at once: send them in parts", f.Name, maxOperands))
	case f.Variadic && n > 0:
		return nil
	case n < f.Required():
		return f.missing(n, q.operands)
	case n > len(f.Operands):
		return malformed(fmt.Sprintf("%s: %s: want %s", computation(f.Name, q.operands), counted(n), f.wanted()))
	}
	return nil
}

// missing is the problem of an operand that is not there, beside those that are.
func (f *function) missing(i int, given []value) *problem {
	p := malformed(fmt.Sprintf("%s: no %s: want %s", computation(f.Name, given), f.Operands[i].Name, f.wanted()))
	p.operand = f.Operands[i].Name
	return p
}

func counted(n int) string {
	if n == 1 {
		return "1 operand"
	}
	return strconv.Itoa(n) + " operands"
}

// wanted names the operands that an operation takes.
func (f *function) wanted() string {
	if f.Variadic {
		return "one operand or more"
	}
	var names []string
	for _, o := range f.Operands {
		if o.Default != "" {
			names = append(names, "optionally "+o.Name)
		} else {
			names = append(names, o.Name)
		}
	}
	return strings.Join(names, " and ")
}

// operandName is the name of the operand at a place.
func operandName(o *catalogue.Operation, i int) string {
	if o.Variadic || i >= len(o.Operands) {
		return "args"
	}
	return o.Operands[i].Name
}
