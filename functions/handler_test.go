package functions

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

// asking is a request in the making, for tests that read like a line of curl.
type asking struct {
	name, method, query, body string
	header                    http.Header
	settings                  settings
	ctx                       context.Context
}

// get asks with a query.
func get(name, query string, header ...string) *asking {
	return ask(http.MethodGet, name, query, "", header)
}

// post asks with a body. Its content type and other headers follow as pairs.
func post(name, body string, header ...string) *asking {
	return ask(http.MethodPost, name, "", body, header)
}

// postJSON asks with a JSON body.
func postJSON(name, body string) *asking { return post(name, body, "Content-Type", "application/json") }

func ask(method, name, query, body string, header []string) *asking {
	a := &asking{name: name, method: method, query: query, body: body, header: http.Header{}, settings: defaults(), ctx: context.Background()}
	a.header.Set("X-Original-Uri", "/")
	a.header.Set("X-Calculator-Version", "v1")
	for i := 0; i < len(header); i += 2 {
		a.header.Add(header[i], header[i+1])
	}
	return a
}

// with gives a POST a query.
func (a *asking) with(query string) *asking { a.query = query; return a }

// answered is an answer to look at.
type answered struct {
	*testing.T
	status int
	header http.Header
	body   string
}

func (a *asking) answer(t *testing.T) answered {
	t.Helper()
	r := handler.Request{Method: a.method, QueryString: a.query, Body: []byte(a.body), Header: a.header}
	r.WithContext(a.ctx)
	got, err := newFunction(catalogue.Find(a.name), a.settings, newBudget(budgetBytes)).handle(r)
	require.NoError(t, err)
	require.NotEmpty(t, got.Header.Get("Content-Type"), "every answer has a content type")
	require.Equal(t, "*", got.Header.Get("Access-Control-Allow-Origin"), "any page may ask")
	require.Empty(t, got.Header.Get("Access-Control-Allow-Credentials"))
	if got.StatusCode >= 400 {
		require.Equal(t, "no-store", got.Header.Get("Cache-Control"))
		require.Empty(t, got.Header.Get("Etag"))
	}
	return answered{t, got.StatusCode, got.Header, string(got.Body)}
}

// says holds an answer to be a 200 with that body, the line end aside.
func (a answered) says(want string) answered {
	a.Helper()
	require.Equal(a.T, want+"\n", a.body)
	require.Equal(a.T, http.StatusOK, a.status)
	return a
}

// document is any JSON object that a function answers with.
type document struct {
	Operation, Result, Rounding, Type, Title, Detail, Operand, Limit string
	Exact                                                            *bool
	Precision, Position                                              *int
	Status                                                           int
	Forms                                                            map[string]string
}

// refuses holds an answer to be a problem of a type, whose detail has a text in it.
func (a answered) refuses(status int, kind, detail string) document {
	a.Helper()
	require.Equal(a.T, status, a.status, a.body)
	require.Equal(a.T, "application/problem+json", a.header.Get("Content-Type"))
	d := a.document()
	require.Equal(a.T, kind, d.Type, a.body)
	require.Equal(a.T, status, d.Status)
	require.NotEmpty(a.T, d.Title)
	require.Contains(a.T, d.Detail, detail)
	return d
}

func (a answered) document() (d document) {
	a.Helper()
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.UseNumber()
	require.NoError(a.T, decoder.Decode(&d), a.body)
	return d
}

func TestOneComputationFourWays(t *testing.T) {
	post("add", "0.1 0.2").answer(t).says("0.3")
	post("add", "0.1 0.2", "Content-Type", "application/x-www-form-urlencoded", "Accept", "*/*").answer(t).says("0.3")
	post("add", "0.1 0.2\n", "Content-Type", "text/plain").answer(t).says("0.3")
	get("divide", "args=1,3&precision=10").answer(t).says(`{"operation":"divide","result":"0.3333333333","exact":false,"precision":10,"rounding":"half_even"}`)
	postJSON("divide", `{"dividend":"1","divisor":"3"}`).answer(t).says(
		`{"operation":"divide","result":"0.3333333333333333333333333333333333","exact":false,"precision":34,"rounding":"half_even"}`)
	postJSON("divide", `{"dividend":"1","divisor":"8"}`).answer(t).says(`{"operation":"divide","result":"0.125","exact":true}`)
}

func TestSubpathIsNotFound(t *testing.T) {
	for _, o := range catalogue.All {
		for _, path := range []string{"/1/2", "//", "/catalogue", "/mcp", "/add?args=1", "/" + strings.Repeat("9", 5000)} {
			d := get(o.Name, "args=1", "X-Original-Uri", "").answerAt(t, path).refuses(404, "not-found", o.Name+": ")
			require.Less(t, len(d.Detail), 200)
		}
	}
	get("add", "").answerAt(t, "/?args=1").document()
}

func (a *asking) answerAt(t *testing.T, path string) answered {
	a.header.Set("X-Original-Uri", path)
	return a.answer(t)
}

func TestOtherMethodsAreNamedWhatIsAllowed(t *testing.T) {
	for _, method := range []string{"PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "INVENTED"} {
		a := ask(method, "add", "args=1", "", []string{"Accept", "application/json"}).answer(t)
		a.refuses(405, "method-not-allowed", "add: no method "+method)
		require.Equal(t, "GET, HEAD, POST, OPTIONS", a.header.Get("Allow"))
	}
	a := ask("POST", "dashboard", "", "", []string{"Accept", "application/json"}).answer(t)
	a.refuses(405, "method-not-allowed", "dashboard")
	require.Equal(t, "GET, HEAD, OPTIONS", a.header.Get("Allow"))
}

func TestOptionsAnswersABrowserFromAnywhere(t *testing.T) {
	a := ask("OPTIONS", "add", "", "", []string{"Origin", "https://example.org", "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "content-type"}).answer(t)
	require.Equal(t, 204, a.status)
	require.Empty(t, a.body)
	require.Equal(t, "GET, HEAD, POST, OPTIONS", a.header.Get("Allow"))
	require.Equal(t, "GET, HEAD, POST, OPTIONS", a.header.Get("Access-Control-Allow-Methods"))
	require.Equal(t, "*", a.header.Get("Access-Control-Allow-Headers"))
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	for _, query := range []string{"args=1,2", "", "args=x", "precision=3"} {
		full := get("add", query).answer(t)
		head := ask("HEAD", "add", query, "", nil).answer(t)
		require.Equal(t, full.status, head.status)
		require.Empty(t, head.body)
		for name, values := range full.header {
			require.Equal(t, values, head.header[name], name)
		}
		require.Equal(t, len(full.body), atoi(head.header.Get("Content-Length")))
	}
}

func atoi(s string) (n int) { _ = json.Unmarshal([]byte(s), &n); return n }

func TestGetAndPostGiveTheSameAnswer(t *testing.T) {
	for _, o := range []string{"subtract", "remainder", "power", "root"} {
		viaQuery := get(o, "args=7,3&precision=5&rounding=up").answer(t)
		viaForm := post(o, "args=7,3&precision=5&rounding=up", "Content-Type", "application/x-www-form-urlencoded").answer(t)
		viaEmptyPost := post(o, "").with("args=7,3&precision=5&rounding=up").answer(t)
		viaJSON := postJSON(o, `{"args":[7,3],"precision":5,"rounding":"up"}`).answer(t)
		require.Equal(t, 200, viaQuery.status)
		require.Equal(t, viaQuery.body, viaForm.body)
		require.Equal(t, viaQuery.body, viaJSON.body)
		require.Equal(t, viaQuery.body, viaEmptyPost.body)
		viaText := post(o, "7 3").with("precision=5&rounding=up").answer(t)
		viaText.says(viaQuery.document().Result)
	}
}

func TestWhatIsNotThereYetSaysSo(t *testing.T) {
	get("dashboard", "").answer(t).refuses(501, "not-implemented", "dashboard: not available yet")
}

func TestDashboardServesTheCatalogue(t *testing.T) {
	a := get("dashboard", "").answerAt(t, "/catalogue.json")
	require.Equal(t, 200, a.status)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
	var list []struct {
		Name     string
		Operands []struct{ Name string }
	}
	require.NoError(t, json.Unmarshal([]byte(a.body), &list))
	require.Len(t, list, 15)
	require.Equal(t, "divisor", list[3].Operands[1].Name)
	require.Equal(t, 304, get("dashboard", "", "If-None-Match", a.header.Get("Etag")).answerAt(t, "/catalogue.json").status)
}

func TestHelpSaysWhatAFunctionDoes(t *testing.T) {
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		asText := get(o.Name, "", "Accept", "text/plain").answer(t)
		asJSON := get(o.Name, "").answer(t)
		require.Equal(t, 200, asText.status)
		require.Equal(t, "text/plain; charset=utf-8", asText.header.Get("Content-Type"))
		require.Equal(t, "application/json", asJSON.header.Get("Content-Type"))
		for _, a := range []answered{asText, asJSON} {
			require.Contains(t, a.body, o.Name)
			require.Contains(t, a.body, o.Summary)
			for _, x := range o.Operands {
				require.Contains(t, a.body, x.Name)
			}
			for _, x := range o.Options {
				require.Contains(t, a.body, x.Name)
			}
			for _, e := range o.Examples {
				require.Contains(t, a.body, e.Result+e.Problem)
			}
			require.NotEmpty(t, a.header.Get("Etag"))
		}
		get(o.Name, o.Operands[0].Name+"=&rounding=").answer(t).says(strings.TrimSuffix(asJSON.body, "\n")) // empty values count as absent
	}
	get("add", "precision=10").answer(t).refuses(400, "malformed-request", "add(): no args: want one operand or more")

	require.Equal(t, 400, post("add", "").answer(t).status, "help is for GET")
}

func TestWorkEndsWithItsDeadline(t *testing.T) {
	over, cancel := context.WithTimeout(context.Background(), -time.Second)
	defer cancel()
	a := get("add", "args=1,2")
	a.ctx = over
	a.answer(t).refuses(504, "deadline-exceeded", "add(1, 2): not ready within exec_timeout")

	batch := postJSON("add", `[{"args":[1]},{"args":["x"]},[]]`)
	batch.ctx = over
	got := batch.answer(t)
	require.Equal(t, 200, got.status)
	var list []document
	require.NoError(t, json.Unmarshal([]byte(got.body), &list))
	require.Equal(t, "deadline-exceeded", list[0].Type)
	require.Equal(t, 504, list[0].Status)

	// A computation of seconds stops within its milliseconds.
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	began := time.Now()
	long := postJSON("log", "["+strings.TrimSuffix(strings.Repeat(`{"args":["1.2345"],"precision":10000},`, 1000), ",")+"]")
	long.ctx = short
	got = long.answer(t)
	require.Less(t, time.Since(began), 2*time.Second)
	require.NoError(t, json.Unmarshal([]byte(got.body), &list))
	require.Len(t, list, 1000)
	require.Equal(t, "deadline-exceeded", list[999].Type)
}

func TestRequestWithoutAContextIsAnswered(t *testing.T) {
	got, err := Handler(catalogue.Add)(handler.Request{Method: "POST", Body: []byte("1 2")})
	require.NoError(t, err)
	require.Equal(t, "3\n", string(got.Body))
}
