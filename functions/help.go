package functions

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	handler "github.com/openfaas/templates-sdk/go-http"

	"calculator/calc/catalogue"
)

// help is what a function says of itself to GET with nothing.
func (f *function) help(r *handler.Request, asText bool) reply {
	contentType := mediaType(asText)
	tag := f.etag(r, contentType[0], "help")
	if asText {
		return found(r, tag, contentType, f.helpText())
	}
	return found(r, tag, contentType, asJSON(f.Operation))
}

// helpText is the help for someone with curl.
func (f *function) helpText() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\noperands", f.Name, f.Summary)
	if f.Variadic {
		b.WriteString(", one or more")
	}
	b.WriteString("\n")
	for _, o := range f.Operands {
		fmt.Fprintf(&b, "  %-12s%s", o.Name, o.Summary)
		if o.Default != "" {
			fmt.Fprintf(&b, " (default %s)", o.Default)
		}
		b.WriteString("\n")
	}
	b.WriteString("\noptions\n")
	for _, o := range f.Options {
		fmt.Fprintf(&b, "  %-12s%s", o.Name, o.Summary)
		if len(o.Values) > 0 {
			fmt.Fprintf(&b, ": %s", strings.Join(o.Values, ", "))
		}
		if o.Default != "" {
			fmt.Fprintf(&b, " (default %s)", o.Default)
		}
		b.WriteString("\n")
	}
	b.WriteString("\nexamples\n")
	for _, e := range f.Examples {
		asked := strings.Join(e.Operands, " ")
		for _, v := range e.Options {
			asked += " " + v.Name + "=" + v.Text
		}
		answer := e.Result
		if e.Problem != "" {
			answer = "! " + e.Problem
		}
		fmt.Fprintf(&b, "  %-40s %s\n", asked, answer)
	}
	return []byte(b.String())
}

// cataloguePath is where an operation that computes nothing serves the catalogue.
const cataloguePath = "/catalogue.json"

// page answers for an operation that computes nothing.
func (f *function) page(r *handler.Request) reply {
	if pathOf(r) == cataloguePath {
		return found(r, f.etag(r, plainJSON[0], cataloguePath), plainJSON, wholeCatalogue())
	}
	return f.refuse(r, notImplemented(f.Name))
}

var wholeCatalogue = sync.OnceValue(func() []byte { return asJSON(catalogue.All) })

// asJSON writes what consists of strings, lists and booleans only, so that it never fails.
func asJSON(v any) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return []byte(b.String())
}
