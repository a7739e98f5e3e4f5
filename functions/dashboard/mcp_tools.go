package function

import (
	"encoding/json"
	"fmt"
	"strings"

	"calculator/calc/catalogue"
)

// instructions are what an assistant is told of the whole server.
const instructions = `Exact arithmetic. Use these tools for every calculation whose digits matter, and never compute such a result yourself.
evaluate takes a whole formula, and is the one to use unless a single operation is asked for; steps that go together belong into one
expression, since a rounded intermediate result is not exact any more.
Every digit of a result is right: it is the exact value, rounded once to the digits asked for; "exact" says whether it is the value
itself. Without "precision" the result is exact if it has at most 1,000 digits, else rounded to 34. Numbers are decimal text, as in "0.1"
or "-1e22", without separators of thousands.
An error is a problem whose "detail" says what to write instead; there is then no result to guess.`

// expressions is what an assistant must know to write an expression.
const expressions = `Operators: + - * / ^ mod (floored) ! and % (a hundredth; after + or - relative: 200 + 10% is 220), juxtaposition (2pi, 3(4+5)),
√x, |x|, x², 45° (degrees). Names: x = 3; x^2 + 1 (the last statement is the answer). Functions, with parentheses: abs sign min max sum product
mean floor ceil trunc round gcd lcm factorial binomial sqrt cbrt root(x, n) power exp ln log(x, base) log10 log2 sin cos tan asin acos atan
atan2(y, x) sinh cosh tanh asinh acosh atanh hypot remainder add subtract multiply divide. Constants: pi tau e phi. Angles are in radians unless
"unit" says otherwise.`

// describe is what an assistant reads before it chooses a tool: the summary, how to write an expression, and an exact and a rounded example.
func describe(o *catalogue.Operation) string {
	text := o.Name + ": " + o.Summary + "."
	if o.Operands[0].Expression {
		text += " " + strings.ReplaceAll(expressions, "\n", " ")
	}
	for _, exact := range []bool{true, false} {
		for i := range o.Examples {
			if e := &o.Examples[i]; e.Result != "" && e.Exact == exact && len(e.Result) <= 60 {
				text += fmt.Sprintf(" %s gives %s.", asJSON(exampleRequest(o, e)), e.Result)
				break
			}
		}
	}
	return text
}

// A schema is a JSON Schema (2020-12), as far as tools need it. Types are single words and there is no choice between schemas in what a
// tool takes, since some assistants take no others; the edge takes more, such as JSON numbers.
type schema struct {
	Type        string             `json:"type,omitempty"`
	Description string             `json:"description,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  any                `json:"additionalProperties,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Const       string             `json:"const,omitempty"`
	Default     any                `json:"default,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
}

// inputSchema says what an operation takes: its operands by name, or args, and its options.
func inputSchema(o *catalogue.Operation) *schema {
	s := &schema{Type: "object", Properties: map[string]*schema{}, Additional: false}
	for _, x := range o.Operands {
		p := &schema{Type: "string", Description: x.Summary}
		switch {
		case o.Variadic:
			p.Type, p.Items, p.MinItems = "array", &schema{Type: "string", Description: "a decimal number"}, 1
		case !x.Expression:
			p.Description += "; a decimal number"
		}
		if x.Default != "" {
			p.Description += "; " + x.Default + " without it"
		} else {
			s.Required = append(s.Required, x.Name)
		}
		s.Properties[x.Name] = p
	}
	for _, x := range o.Options {
		p := &schema{Type: "string", Description: x.Summary}
		switch x.Type {
		case catalogue.Choice:
			p.Enum, p.Default = x.Values, x.Default
		case catalogue.Boolean:
			p.Type, p.Default = "boolean", false
		case catalogue.Digits:
			p.Pattern = "^([1-9][0-9]*|exact)$"
		case catalogue.Names:
			p.Type, p.Additional = "object", &schema{Type: "string", Description: "a number or an expression"}
		}
		s.Properties[x.Name] = p
	}
	return s
}

// outputSchema says what comes back: a result, or a problem, which is an error of the tool.
func outputSchema(o *catalogue.Operation) *schema {
	text := func(description string) *schema { return &schema{Type: "string", Description: description} }
	s := &schema{Type: "object", Properties: map[string]*schema{
		"operation": {Const: o.Name}, "result": text("the value, as decimal text"),
		"exact":     {Type: "boolean", Description: "whether the result is the value itself, not rounded"},
		"precision": {Type: "integer", Description: "significant digits that the result was rounded to"},
		"rounding":  {Type: "string"}, "error_bound": text("how far the value may be from the result where that stays undecided"),
		"type": text("of a problem"), "title": {Type: "string"}, "status": {Type: "integer"},
		"detail": text("of a problem: what was to be computed, why there is no result, and what to write instead"),
	}, AnyOf: []*schema{{Required: []string{"operation", "result", "exact"}}, {Required: []string{"type", "detail"}}}}
	if o.Option("forms") >= 0 {
		s.Properties["forms"] = &schema{Type: "object", Description: "the same value exactly", Additional: text("fraction, mixed, repeating or symbolic form")}
	}
	return s
}

// asJSON writes what consists of strings and numbers, and so never fails.
func asJSON(v any) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return []byte(strings.TrimSpace(b.String()))
}
