package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"calculator/calc/catalogue"
)

// Examples returns the catalogue's examples, asked in turn as text, as JSON, by query, by form and in a batch.
func Examples() []Case {
	ways := []func(*catalogue.Operation, catalogue.Example) Case{textCase, jsonCase, queryCase, formCase, batchCase}
	var all []Case
	for _, o := range catalogue.All {
		for i, e := range o.Examples {
			way := ways[len(all)%len(ways)]
			if strings.Contains(strings.Join(e.Operands, ""), ",") {
				way = jsonCase // in a query operands stand apart by commas
			}
			c := way(o, e)
			c.Place, c.Function = fmt.Sprintf("catalogue %s %d", o.Name, i+1), o.Name
			all = append(all, c)
		}
	}
	return all
}

func optionsOf(e catalogue.Example) url.Values {
	q := url.Values{}
	for _, v := range e.Options {
		q.Set(v.Name, v.Text)
	}
	return q
}

func textCase(o *catalogue.Operation, e catalogue.Example) Case {
	c := Case{Method: http.MethodPost, Header: http.Header{"Content-Type": {"text/plain"}}, Body: strings.Join(e.Operands, " ")}
	if len(e.Options) > 0 {
		c.Path = "?" + optionsOf(e).Encode()
	}
	if e.Problem != "" {
		c.want = want{status: statusOf[e.Problem], isBody: true, body: e.Message + "…"} // an expression is shown below the message
		return c
	}
	c.want = want{status: http.StatusOK, isBody: true, body: e.Result, header: []header{{"X-Calculator-Exact", fmt.Sprint(e.Exact)}}}
	return c
}

func jsonCase(o *catalogue.Operation, e catalogue.Example) Case {
	question := map[string]any{}
	for _, v := range e.Options {
		question[v.Name] = v.Text
	}
	if o.Variadic || len(e.Operands) > len(o.Operands) {
		question["args"] = e.Operands
	} else {
		for i, x := range e.Operands {
			question[o.Operands[i].Name] = x
		}
	}
	return Case{Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/json"}}, Body: marshal(question), want: wantedJSON(e)}
}

func queryCase(o *catalogue.Operation, e catalogue.Example) Case {
	return Case{Method: http.MethodGet, Header: http.Header{}, Path: "?" + formOf(o, e), want: wantedJSON(e)}
}

func formCase(o *catalogue.Operation, e catalogue.Example) Case {
	return Case{Method: http.MethodPost, Body: formOf(o, e), want: wantedJSON(e),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}}
}

// formOf writes the operands by name where they have one, else by position.
func formOf(o *catalogue.Operation, e catalogue.Example) string {
	q := optionsOf(e)
	if o.Variadic || len(e.Operands) > len(o.Operands) {
		q["args"] = e.Operands
	} else {
		for i, x := range e.Operands {
			q.Set(o.Operands[i].Name, x)
		}
	}
	return q.Encode()
}

func batchCase(o *catalogue.Operation, e catalogue.Example) Case {
	c := jsonCase(o, e)
	c.Body = "[" + c.Body + "]"
	c.want = want{status: http.StatusOK, isBody: true, body: "[" + c.want.body + "]", inPart: true}
	return c
}

// wantedJSON is an example's answer. Where it was rounded its members precision and rounding depend on the options.
func wantedJSON(e catalogue.Example) want {
	if e.Problem != "" {
		return want{status: statusOf[e.Problem], problem: e.Problem, isBody: true, body: marshal(map[string]any{"type": e.Problem, "detail": e.Message + "…"})}
	}
	result := map[string]any{"result": e.Result, "exact": e.Exact}
	if e.Forms != nil {
		result["forms"] = e.Forms
	}
	return want{status: http.StatusOK, isBody: true, body: marshal(result), inPart: true}
}

// statusOf is section 5's table.
var statusOf = map[string]int{
	"malformed-request": 400, "not-a-number": 400, "syntax": 400, "unknown-name": 400, "not-found": 404, "method-not-allowed": 405,
	"payload-too-large": 413, "unsupported-media-type": 415, "undefined": 422, "too-large": 422, "undecided": 422, "too-many-requests": 429,
	"internal": 500, "not-implemented": 501, "deadline-exceeded": 504,
}

// marshal writes what consists of text, lists and objects only, which never fails.
func marshal(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}
