package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
	"calculator/functions"
	dashboard "calculator/functions/dashboard"
)

// examples are the checks of a function: the catalogue's examples of it, in this build.
func examples(name string) []Check {
	o := catalogue.Find(name)
	if o == nil {
		return nil // a function of somebody's own: that it answers with its version is all that is known
	}
	var checks []Check
	for _, e := range o.Examples {
		checks = append(checks, exampleCheck(o, e))
	}
	if len(checks) == 0 {
		checks = linkedChecks(name)
	}
	return checks
}

// exampleCheck asks for an example in JSON, whose answer says most: operands in the body, options in the query.
func exampleCheck(o *catalogue.Operation, e catalogue.Example) Check {
	options := url.Values{}
	for _, v := range e.Options {
		options.Add(v.Name, v.Text)
	}
	c := Check{Type: "application/json"}
	if len(options) > 0 {
		c.Path = "?" + options.Encode()
	}
	body := map[string]any{"args": e.Operands}
	if o.Operands[0].Expression {
		body = map[string]any{o.Operands[0].Name: e.Operands[0]}
	}
	c.Body = text(body)
	if e.Problem != "" {
		c.Status, c.Contains = problems[e.Problem], []string{`"type":` + text(e.Problem)}
		if e.Message != "" {
			c.Contains = append(c.Contains, text(e.Message))
		}
		return c
	}
	c.Contains = []string{`"result":` + text(e.Result), `"exact":` + strconv.FormatBool(e.Exact)}
	if e.Forms != nil {
		for _, f := range []struct{ name, value string }{{"fraction", e.Forms.Fraction}, {"mixed", e.Forms.Mixed},
			{"repeating", e.Forms.Repeating}, {"symbolic", e.Forms.Symbolic}} {
			if f.value != "" {
				c.Contains = append(c.Contains, text(f.name)+":"+text(f.value))
			}
		}
	}
	return c
}

// text is JSON as the functions write it: compact, with nothing escaped that need not be.
func text(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, and maps of them
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// problems are the statuses of the contract's problem types that an example can end in.
var problems = map[string]int{
	"malformed-request": http.StatusBadRequest,
	"not-a-number":      http.StatusBadRequest,
	"syntax":            http.StatusBadRequest,
	"unknown-name":      http.StatusBadRequest,
	"undefined":         http.StatusUnprocessableEntity,
	"too-large":         http.StatusUnprocessableEntity,
	"undecided":         http.StatusUnprocessableEntity,
	"not-implemented":   http.StatusNotImplemented,
}

// linkedChecks are for a function without examples, as the dashboard, which computes nothing: it must answer with the status
// with which its handler, linked into this program, answers here, and with the same catalogue.
func linkedChecks(name string) []Check {
	if name != "dashboard" {
		return nil
	}
	document := linkedCheck(dashboard.Handle, Check{Method: http.MethodGet, Path: "catalogue.json"})
	return []Check{linkedCheck(dashboard.Handle, Check{Method: http.MethodGet}), document}
}

func linkedCheck(handle functions.Handle, c Check) Check {
	q := handler.Request{Method: cmp.Or(c.Method, http.MethodPost), Body: []byte(c.Body),
		Header: http.Header{"X-Original-Uri": {"/" + c.Path}, "Accept": {"application/json"}}}
	if c.Type != "" {
		q.Header.Set("Content-Type", c.Type)
	}
	a, err := handle(q)
	if err != nil {
		panic(err) // the functions answer what goes wrong
	}
	c.Status = a.StatusCode
	if strings.HasSuffix(c.Path, ".json") {
		c.Answer = strings.TrimSuffix(string(a.Body), "\n")
	}
	return c
}
