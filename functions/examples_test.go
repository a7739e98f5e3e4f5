package functions_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// A call is a request as a test writes it down.
type call struct {
	method, query, contentType, accept, body string
}

func (c call) to(ctx context.Context, handle functions.Handle) handler.Response {
	r := handler.Request{Method: c.method, QueryString: c.query, Body: []byte(c.body), Header: http.Header{}}
	r.WithContext(ctx)
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	if c.accept != "" {
		r.Header.Set("Accept", c.accept)
	}
	answer, err := handle(r)
	if err != nil {
		panic(err)
	}
	return answer
}

// An outcome is an answer in JSON, be it a result or a problem.
type outcome struct {
	Operation, Result, Rounding, Type, Title, Detail, Limit, Operand string
	Exact                                                            *bool
	Precision, Status                                                int
	Forms                                                            *catalogue.Forms
}

// Each example gives the same answer in every way to ask for it.
func TestExamplesAnswerAlikeInEveryWay(t *testing.T) {
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		handle := functions.Handler(o)
		for _, e := range o.Examples {
			name := o.Name + " " + strings.Join(e.Operands, " ")
			for _, v := range e.Options {
				name += " " + v.Name + "=" + v.Text
			}
			t.Run(name, func(t *testing.T) {
				for way, c := range waysInJSON(o, e) {
					answer := c.to(t.Context(), handle)
					var got outcome
					require.NoError(t, json.Unmarshal(answer.Body, &got), "%s: %s", way, answer.Body)
					checkOutcome(t, way, o, e, got, answer.StatusCode)
				}
				for way, c := range waysInText(o, e) {
					checkText(t, way, o, e, c.to(t.Context(), handle))
				}
			})
		}
	}
}

func TestExamplesAnswerAlikeInABatch(t *testing.T) {
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		var elements []string
		for _, e := range o.Examples {
			elements = append(elements, inJSON(e, quoteAll(e.Operands), nil))
		}
		answer := call{"POST", "", "application/json", "", "[" + strings.Join(elements, ",\n") + "]"}.to(t.Context(), functions.Handler(o))
		require.Equal(t, http.StatusOK, answer.StatusCode, "%s: %s", o.Name, answer.Body)
		require.Equal(t, "application/json", answer.Header.Get("Content-Type"))
		var got []outcome
		require.NoError(t, json.Unmarshal(answer.Body, &got))
		require.Len(t, got, len(o.Examples))
		for i, e := range o.Examples {
			status := got[i].Status
			if e.Problem == "" {
				status = http.StatusOK
			}
			checkOutcome(t, "batch", o, e, got[i], status)
		}
	}
}

func checkOutcome(t *testing.T, way string, o *catalogue.Operation, e catalogue.Example, got outcome, status int) {
	t.Helper()
	if e.Problem != "" {
		require.Equal(t, e.Problem, got.Type, way)
		require.Equal(t, got.Status, status, way)
		require.GreaterOrEqual(t, status, 400, way)
		require.NotEmpty(t, got.Title, way)
		require.Contains(t, got.Detail, ": ", way)
		require.True(t, beginsWithComputation(o, e, got.Detail), "%s: the message begins with the computation: %s", way, got.Detail)
		if e.Message != "" {
			require.Equal(t, e.Message, got.Detail, way)
		}
		return
	}
	require.Equal(t, http.StatusOK, status, "%s: %s", way, got.Detail)
	require.Equal(t, o.Name, got.Operation, way)
	require.Equal(t, e.Result, got.Result, way)
	require.NotNil(t, got.Exact, way)
	require.Equal(t, e.Exact, *got.Exact, way)
	if !e.Exact {
		require.Positive(t, got.Precision, "%s: a rounded result says to how many digits", way)
		require.NotEmpty(t, got.Rounding, "%s: a rounded result says how", way)
	}
	require.Equal(t, e.Forms, got.Forms, way)
}

func checkText(t *testing.T, way string, o *catalogue.Operation, e catalogue.Example, answer handler.Response) {
	t.Helper()
	line, ok := strings.CutSuffix(string(answer.Body), "\n")
	require.True(t, ok, "%s: the answer ends with a line end", way)
	require.NotContains(t, line, "\n", way)
	require.Equal(t, "text/plain; charset=utf-8", answer.Header.Get("Content-Type"), way)
	if e.Problem != "" {
		require.GreaterOrEqual(t, answer.StatusCode, 400, way)
		require.True(t, beginsWithComputation(o, e, line), "%s: %s", way, line)
		if e.Message != "" {
			require.True(t, line == e.Message || strings.HasPrefix(line, e.Message+", at the ^ in "), "%s: %s", way, line)
		}
		return
	}
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s: %s", way, line)
	require.Equal(t, e.Result, line, way)
	require.Equal(t, map[bool]string{true: "true", false: "false"}[e.Exact], answer.Header.Get("X-Calculator-Exact"), way)
}

// beginsWithComputation reports whether a message names what was being computed: of an expression, the part of it.
func beginsWithComputation(o *catalogue.Operation, e catalogue.Example, detail string) bool {
	if strings.HasPrefix(detail, o.Name) {
		return true
	}
	part, _, ok := strings.Cut(detail, ": ")
	return ok && o.Operands[0].Expression && strings.Contains(e.Operands[0], part)
}

// byPosition are the operands in a query or form.
func byPosition(o *catalogue.Operation, operands ...string) url.Values {
	if o.Operands[0].Expression { // whose commas are its own
		return url.Values{o.Operands[0].Name: operands}
	}
	return url.Values{"args": operands}
}

func waysInJSON(o *catalogue.Operation, e catalogue.Example) map[string]call {
	options := optionsOf(e)
	repeated, named := byPosition(o, e.Operands...), url.Values{}
	ways := map[string]call{
		"JSON, args":               {"POST", "", "application/json", "", inJSON(e, quoteAll(e.Operands), nil)},
		"JSON, options in query":   {"POST", options.Encode(), "application/json; charset=utf-8", "", inJSON(catalogue.Example{}, quoteAll(e.Operands), nil)},
		"query, args repeated":     {"GET", join(repeated, options), "", "", ""},
		"text, and JSON by Accept": {"POST", options.Encode(), "text/plain", "application/json", strings.Join(e.Operands, " ")},
		"query of a POST, no body": {"POST", join(repeated, options), "application/json", "", ""},
		"query, and any type":      {"GET", join(repeated, options), "", "*/*", ""},
		"JSON, all of it text":     {"POST", "", "application/json", "", asText(inJSON(e, quoteAll(e.Operands), nil))},
	}
	commas := strings.Join(e.Operands, ",")
	if o.Operands[0].Expression || strings.Count(commas, ",") == len(e.Operands)-1 {
		ways["query, args apart by commas"] = call{"GET", join(byPosition(o, commas), options), "", "", ""}
	} else {
		delete(ways, "query, args repeated") // 1,5 in a query is two operands
		delete(ways, "query of a POST, no body")
		delete(ways, "query, and any type")
	}
	var numbers []string
	for _, x := range e.Operands {
		if !json.Valid([]byte(x)) {
			numbers = nil
			break
		}
		numbers = append(numbers, x)
	}
	if numbers != nil {
		ways["JSON, numbers"] = call{"POST", "", "application/json", "", inJSON(e, numbers, nil)}
	}
	if !o.Variadic && len(e.Operands) <= len(o.Operands) {
		var names []string
		for i, x := range e.Operands {
			names = append(names, o.Operands[i].Name)
			named.Set(o.Operands[i].Name, x)
		}
		ways["JSON, names"] = call{"POST", "", "application/json", "", inJSON(e, quoteAll(e.Operands), names)}
		ways["query, names"] = call{"GET", join(named, options), "", "", ""}
		if known(o, e) {
			ways["form, names"] = call{"POST", "", "application/x-www-form-urlencoded", "", join(named, options)}
		}
	}
	return ways
}

func waysInText(o *catalogue.Operation, e catalogue.Example) map[string]call {
	options := optionsOf(e)
	ways := map[string]call{
		"text":                  {"POST", options.Encode(), "", "", strings.Join(e.Operands, " ")},
		"text, as curl -d says": {"POST", options.Encode(), "application/x-www-form-urlencoded", "*/*", strings.Join(e.Operands, " ")},
		"lines":                 {"POST", options.Encode(), "text/plain; charset=utf-8", "", strings.Join(e.Operands, "\r\n") + "\n"},
	}
	if known(o, e) && (o.Operands[0].Expression || !strings.Contains(strings.Join(e.Operands, ""), ",")) {
		ways["form, and text by Accept"] = call{"POST", "", "application/x-www-form-urlencoded", "text/plain", join(byPosition(o, e.Operands...), options)}
		ways["query, and text by Accept"] = call{"GET", join(byPosition(o, e.Operands...), options), "", "text/plain", ""}
	}
	if e.Forms != nil {
		clear(ways) // the forms are part of JSON answers
	}
	return ways
}

// known reports whether all options of the example are the operation's: a body with others is no form.
func known(o *catalogue.Operation, e catalogue.Example) bool {
	for _, v := range e.Options {
		if o.Option(v.Name) < 0 {
			return false
		}
	}
	return true
}

func optionsOf(e catalogue.Example) url.Values {
	v := url.Values{}
	for _, o := range e.Options {
		v.Add(o.Name, o.Text)
	}
	return v
}

func join(a, b url.Values) string {
	return strings.Trim(a.Encode()+"&"+b.Encode(), "&")
}

func quoteAll(list []string) []string {
	var quoted []string
	for _, x := range list {
		b, err := json.Marshal(x)
		if err != nil {
			panic(err)
		}
		quoted = append(quoted, string(b))
	}
	return quoted
}

// inJSON is an example as an object, with its operands by name where there are names.
func inJSON(e catalogue.Example, operands, names []string) string {
	var members []string
	if names == nil {
		members = append(members, `"args":[`+strings.Join(operands, ", ")+`]`)
	}
	for i, name := range names {
		members = append(members, `"`+name+`": `+operands[i])
	}
	for _, v := range e.Options {
		value := quoteAll([]string{v.Text})[0]
		if v.Text == "true" || v.Name == "precision" && v.Text[0] >= '0' && v.Text[0] <= '9' {
			value = v.Text
		}
		members = append(members, `"`+v.Name+`":`+value)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// asText writes the numbers and booleans among the members of an object as text.
func asText(object string) string { return bare.ReplaceAllString(object, `:"$1"`) }

var bare = regexp.MustCompile(`:([0-9.]+|true)`)
