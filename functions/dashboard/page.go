package function

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
)

//go:embed web
var web embed.FS

var layout = template.Must(template.New("index.html").Funcs(template.FuncMap{
	"example": example,
	"tries":   tries,
	"plain":   func(word string) string { return strings.ReplaceAll(word, "_", " ") },
	"columns": func() []string {
		return []string{"function", "state", "version", "round trip", "calls", "errors", "p50", "p95"}
	},
}).ParseFS(web, "web/index.html"))

// policy lets the page load its own script and style and ask its own origin, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const html = "text/html; charset=utf-8"

// files are what is served as it is, by the last part of the path.
var files = map[string]*file{
	"app.js":       {"text/javascript; charset=utf-8", func() []byte { return embedded("app.js") }},
	"style.css":    {"text/css; charset=utf-8", func() []byte { return embedded("style.css") }},
	"icon.svg":     {"image/svg+xml", func() []byte { return []byte(icon) }},
	"openapi.json": {"application/json", openAPI},
	"llms.txt":     {"text/plain; charset=utf-8", llms},
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f6f5c"/><path d="M9 12h14M9 20h14" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`

type file struct {
	contentType string
	content     func() []byte
}

func embedded(name string) []byte {
	b, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err) // it is part of this program
	}
	return b
}

// A packed is a content with its compressed form.
type packed struct{ plain, gzipped []byte }

func pack(content []byte) packed {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(content)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // writing to memory does not fail
	}
	return packed{content, b.Bytes()}
}

var packedFiles = sync.OnceValue(func() map[string]packed {
	all := make(map[string]packed, len(files)+1)
	for name, f := range files {
		all[name] = pack(f.content())
	}
	all[""] = pack(render(view{}))
	return all
})

func serveFile(r handler.Request, name string) handler.Response {
	return served(r, files[name].contentType, packedFiles()[name])
}

// served is an answer that a browser keeps while it asks whether it is still the same.
func served(r handler.Request, contentType string, p packed) handler.Response {
	a := handler.Response{StatusCode: http.StatusOK, Header: http.Header{
		"Content-Type":            {contentType},
		"Cache-Control":           {"no-cache"},
		"Vary":                    {"Accept, Accept-Encoding"}, // as every function says, so that a cache need not know which is which
		"Content-Security-Policy": {policy},
		"Referrer-Policy":         {"no-referrer"},
	}}
	sum := sha256.Sum256(append([]byte(version(&r)+" "+contentType+" "), p.plain...))
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	a.Body = p.plain
	if len(p.gzipped) > 0 && takesGzip(r.Header.Get("Accept-Encoding")) {
		a.Body, tag = p.gzipped, tag+"-gz"
		a.Header.Set("Content-Encoding", "gzip")
	}
	a.Header.Set("Etag", `"`+tag+`"`)
	switch {
	case strings.Contains(r.Header.Get("If-None-Match"), `"`+tag+`"`):
		a.StatusCode, a.Body = http.StatusNotModified, nil
		a.Header.Del("Content-Encoding")
	case r.Method == http.MethodHead:
		a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)))
		a.Body = nil
	}
	return a
}

func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" || name == "*" {
			return strings.ReplaceAll(parameters, " ", "") != "q=0"
		}
	}
	return false
}

// A view is what the page shows: everything, and what a form without the script asked for.
type view struct {
	Operation string            // the form that was sent
	Given     map[string]string // what was in it
	Answer    string
	Word      string      // exact, or how it was rounded
	Forms     [][2]string // the answer's other forms, by name
	Problem   string
}

// Main reports whether the answer is the calculator's own, and not that of one of the forms below it.
func (v view) Main() bool { return v.Operation == "" || v.Operation == catalogue.Evaluate.Name }

// Value is what was sent in a field.
func (v view) Value(operation, name string) string {
	if operation != v.Operation {
		return ""
	}
	return v.Given[name]
}

// A setting is an option that has its control beside the entry.
type setting struct {
	Title string
	catalogue.Option
}

// Settings are those with a list of values.
func (view) Settings() []setting {
	o := catalogue.Evaluate
	return []setting{{"Rounding", o.Options[o.Option("rounding")]}, {"Angles", o.Options[o.Option("unit")]}}
}

// Operations are the functions that compute, in their order, evaluate first.
func (view) Operations() []*catalogue.Operation {
	list := []*catalogue.Operation{catalogue.Evaluate}
	for _, o := range catalogue.All {
		if len(o.Operands) > 0 && o != catalogue.Evaluate {
			list = append(list, o)
		}
	}
	return list
}

// All are all fifteen.
func (view) All() []*catalogue.Operation { return catalogue.All }

// tries are the expressions that the page proposes to someone who has not calculated yet: the examples that need nothing else.
func tries() []string {
	var list []string
	for _, e := range catalogue.Evaluate.Examples {
		if e.Problem == "" && len(e.Options) == 0 {
			list = append(list, e.Operands[0])
		}
	}
	return list
}

// example is the first example of an operation's operand, as a hint in its field.
func example(o *catalogue.Operation, operand int) string {
	if o.Variadic {
		return strings.Join(o.Examples[0].Operands, " ")
	}
	for _, e := range o.Examples {
		if len(e.Operands) > operand && e.Problem == "" {
			return e.Operands[operand]
		}
	}
	return ""
}

func render(v view) []byte {
	var b bytes.Buffer
	if err := layout.Execute(&b, v); err != nil {
		panic(err) // the template is part of this program
	}
	return b.Bytes()
}

// servePage answers with the page, and with the result where a form without the script asks for one.
func servePage(r handler.Request) (handler.Response, error) {
	text := r.QueryString
	if r.Method == http.MethodPost {
		text = string(r.Body)
	}
	if text == "" {
		return served(r, html, packedFiles()[""]), nil
	}
	form, err := url.ParseQuery(text)
	handle := handles[form.Get("operation")]
	if err != nil || handle == nil {
		return unkept(r, http.StatusBadRequest, view{Problem: "the form does not say which operation is meant"}), nil
	}
	v := view{Operation: form.Get("operation"), Given: map[string]string{}}
	for name := range form {
		v.Given[name] = form.Get(name)
	}
	form.Del("operation")
	if o := catalogue.Find(v.Operation); o.Option("forms") >= 0 {
		form.Set("forms", "true")
	}
	if args := form.Get("args"); args != "" { // apart by blanks or commas, as a person writes them
		form["args"] = strings.FieldsFunc(args, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	}
	q := handler.Request{Method: http.MethodPost, Body: []byte(form.Encode()), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}, "X-Calculator-Version": {version(&r)}}}
	if ctx := r.Context(); ctx != nil {
		q.WithContext(ctx)
	}
	answer, err := handle(q)
	if err != nil {
		return answer, err
	}
	var said struct {
		Result, Rounding, Detail string
		Exact                    bool
		Precision                int
		Bound                    string `json:"error_bound"`
		Forms                    catalogue.Forms
	}
	if err := json.Unmarshal(answer.Body, &said); err != nil {
		return answer, err
	}
	if answer.StatusCode != http.StatusOK {
		v.Problem = said.Detail
		return unkept(r, answer.StatusCode, v), nil
	}
	v.Answer = said.Result
	switch {
	case said.Bound != "":
		v.Word = "within " + said.Bound
	case said.Exact:
		v.Word = "exact"
	default:
		v.Word = "rounded to " + strconv.Itoa(said.Precision) + " digits, " + strings.ReplaceAll(said.Rounding, "_", "-")
	}
	for _, f := range [][2]string{{"fraction", said.Forms.Fraction}, {"mixed", said.Forms.Mixed}, {"repeating", said.Forms.Repeating}, {"symbolic", said.Forms.Symbolic}} {
		if f[1] != "" && f[1] != v.Answer {
			v.Forms = append(v.Forms, f)
		}
	}
	return unkept(r, answer.StatusCode, v), nil
}

// unkept is the page for one caller.
func unkept(r handler.Request, status int, v view) handler.Response {
	r.Header = r.Header.Clone()
	r.Header.Del("If-None-Match")
	p := packed{plain: render(v)}
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		p = pack(p.plain)
	}
	a := served(r, html, p)
	a.StatusCode = status
	a.Header.Set("Cache-Control", "no-store")
	a.Header.Del("Etag")
	return a
}
