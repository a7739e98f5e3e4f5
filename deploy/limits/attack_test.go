package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/deploy/internal/image"
)

const asJSON = "application/json"

// An attack is a request that means harm, and what comes of it.
type attack struct {
	name     string
	function string
	request
	status int
	kind   string // of the problem; of a text answer, what it says
}

func text(body string, query ...string) request {
	return request{body: body, query: strings.Join(query, "&"), header: []string{"Accept", asJSON}}
}

func inJSON(body string) request { return request{contentType: asJSON, body: body} }

func get(query string) request { return request{query: query} }

func in(contentType, body string) request {
	return request{contentType: contentType, body: body, header: []string{"Accept", asJSON}}
}

func nines(n int) string { return strings.Repeat("9", n) }

// array is a JSON array of n times the same.
func array(element string, n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
}

func tool(name, arguments string) request {
	return request{path: "/mcp", contentType: asJSON, body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + name + `","arguments":` + arguments + `}}`}
}

func zipped(content []byte) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(content)
	_ = z.Close()
	return b.String()
}

func with(q request, header ...string) request {
	q.header = append(q.header, header...)
	return q
}

// brief gives a request less time than it needs.
func brief(q request) request { return with(q, "X-Timeout", "300ms") }

var attacks = []attack{
	// Huge exponents.
	{"an exponent beyond any", "add", text("1e99999999999999999999"), 422, "too-large"},
	{"an exponent below any", "add", text("1e-99999999999999999999"), 422, "too-large"},
	{"an exponent of 1 MB", "add", text("1e" + nines(1<<20-10)), 422, "too-large"},
	{"zero with an exponent beyond any", "add", text("0e" + nines(1000)), 200, `"0"`},
	{"the largest exponent in full", "add", text("1e1000000", "notation=plain"), 422, "too-large"},
	{"a power of the largest", "power", text("9 1e1000000"), 422, "too-large"},
	{"a power near to 1", "power", text("1.0000001 99999999999999999999"), 422, "too-large"},
	{"a power of 0.9…9", "power", text("0." + nines(1000) + " 1e1000"), 200, "0.3678794411714423215955237701614609"},
	{"exp of the largest", "exp", text("1e1000000"), 422, "too-large"},
	{"exp of the smallest", "exp", text("-1e1000000"), 422, "too-large"},
	{"exp of nearly nothing", "exp", text("1e-1000000", "precision=10000"), 200, `"exact":false`},
	{"ends far apart", "add", text("1e1000000 1e-1000000", "precision=10000"), 200, `"exact":false`},
	{"a root of the largest degree", "root", text("2 1e1000000"), 200, `"exact":false`},
	{"a remainder of ends far apart", "remainder", text("1e1000000 1e-1000000"), 200, `"0"`},
	{"a remainder by a long prime", "remainder", text("1e1000000 " + nines(99_999) + "7"), 200, ""},
	{"places beyond any", "round", text("1 1e1000000"), 422, "too-large"},
	{"places below any", "round", text("1 -1e1000000"), 200, `"0"`},

	// Long operands, many operands, quadratic traps.
	{"the longest operand", "add", text(nines(100_000)), 200, "1e+100000"},
	{"an operand one digit longer", "add", text(nines(100_001)), 422, "too-large"},
	{"an operand of 1 MB", "add", text(nines(1<<20 - 1)), 422, "too-large"},
	{"an operand of 1 MB in JSON", "add", inJSON(`{"args":["` + nines(1<<20-20) + `"]}`), 422, "too-large"},
	{"a number of 1 MB in JSON", "add", inJSON(`{"args":[` + nines(1<<20-20) + `]}`), 422, "too-large"},
	{"underscores", "add", text("1" + strings.Repeat("_1", 500_000)), 422, "too-large"},
	{"zeros before the point", "add", text(strings.Repeat("0", 1<<20-2) + "1"), 422, "too-large"},
	{"zeros behind the point", "add", text("0." + strings.Repeat("0", 99_990) + "1"), 200, "e-99991"},
	{"half a million operands", "add", text(strings.Repeat("1 ", 1<<19)), 422, "too-large"},
	{"half a million operands in JSON", "add", inJSON(`{"args":` + array("1", 1<<18) + `}`), 422, "too-large"},
	{"as many operands as may be", "add", text(strings.Repeat("1e999995 -1e-1000000 ", 45_000)), 200, ""},
	{"as many factors as may be", "multiply", text(strings.Repeat("1.000001 ", 100_000)), 200, ""},
	{"long factors", "multiply", text(strings.Repeat(nines(100_000)+" ", 10), "precision=10000"), 200, ""},
	{"a long quotient", "divide", text(nines(100_000)+" 7"+nines(99_998), "precision=10000", "forms=true"), 200, ""},
	{"a long quotient in every form", "divide", text(nines(99_999)+" "+strings.Repeat("7", 99_999), "forms=true"), 200, ""},
	{"a million commas", "add", in("application/x-www-form-urlencoded", "args="+strings.Repeat(",", 1<<20-10)), 422, "too-large"},
	{"many parts of a form", "add", in("application/x-www-form-urlencoded", strings.Repeat("args=1&", 140_000)+"args=1"), 422, "too-large"},
	{"many options of a form", "add", in("application/x-www-form-urlencoded", strings.Repeat("precision=1&", 80_000)+"args=1"), 400, "malformed-request"},
	{"a long unknown name", "add", inJSON(`{"` + strings.Repeat("x", 1<<20-20) + `":1}`), 400, "malformed-request"},
	{"a long name of no number", "add", text(strings.Repeat("x", 1<<20-20)), 400, "not-a-number"},
	{"a repeated key", "divide", inJSON(`{"dividend":1,"dividend":2,"divisor":3}`), 400, "malformed-request"},
	{"a key repeated in two spellings", "divide", inJSON(`{"dividend":1,"\u0064ividend":2,"divisor":3}`), 400, "malformed-request"},
	{"a hundred thousand keys", "divide", inJSON(`{"divisor":1` + strings.Repeat(`,"divisor":1`, 80_000) + `}`), 400, "malformed-request"},
	{"a hundred thousand unknown keys", "divide", inJSON(`{"a":1` + strings.Repeat(`,"b":1`, 140_000) + `}`), 400, "malformed-request"},

	// Deep nesting.
	{"1 MB of open brackets", "add", inJSON(strings.Repeat("[", 1<<20)), 400, "malformed-request"},
	{"1 MB of open objects", "add", inJSON(strings.Repeat(`{"args":`, 1<<17)), 400, "malformed-request"},
	{"a nested operand", "add", inJSON(`{"args":` + strings.Repeat("[", 400_000) + strings.Repeat("]", 400_000) + `}`), 400, "malformed-request"},
	{"parentheses", "evaluate", text(strings.Repeat("(", 500_000) + "1" + strings.Repeat(")", 500_000)), 422, "too-large"},
	{"parentheses that do not close", "evaluate", text(strings.Repeat("(", 1<<20-1)), 422, "too-large"},
	{"1,001 levels", "evaluate", text(strings.Repeat("(", 1001) + "1" + strings.Repeat(")", 1001)), 422, "too-large"},
	{"signs", "evaluate", text(strings.Repeat("-", 1<<20-2) + "1"), 422, "too-large"},
	{"bars", "evaluate", text(strings.Repeat("|", 1<<20-2)), 400, ""},
	{"roots", "evaluate", text(strings.Repeat("√", 300_000) + "2"), 422, "too-large"},
	{"powers to the right", "evaluate", text("2" + strings.Repeat("^2", 500_000)), 422, "too-large"},
	{"functions in functions", "evaluate", text(strings.Repeat("sin(", 200_000)), 422, "too-large"},
	{"exponentials in exponentials", "evaluate", text(strings.Repeat("exp(", 900) + "1" + strings.Repeat(")", 900)), 422, "too-large"},
	{"sines in sines", "evaluate", brief(text(strings.Repeat("sin(exp(-", 240)+"1"+strings.Repeat("))", 240), "precision=10000")), 504, "deadline-exceeded"},

	// Many parts.
	{"1+1+1 of 1 MB", "evaluate", text("1" + strings.Repeat("+1", 500_000)), 422, "too-large"},
	{"as many 1+1 as may be", "evaluate", text("1" + strings.Repeat("+1", 9_900)), 200, `"9901"`},
	{"many roots in a sum", "evaluate", brief(text(terms(6000, "+", "sqrt(N)"), "precision=10000")), 504, "deadline-exceeded"},
	{"many coprime denominators", "evaluate", text(terms(6000, "+", "1/N")), 200, `"exact":false`},
	{"many variables", "evaluate", text(terms(6000, ";", "vN=N")), 200, `"6001"`},
	{"many lines", "evaluate", request{body: strings.Repeat("1\n", 500_000)}, 422, "1000"},
	{"many lines that fail", "evaluate", request{body: strings.Repeat("1/0\n", 1000)}, 422, "division by zero"},
	{"semicolons", "evaluate", text(strings.Repeat(";", 1<<20-2) + "1"), 200, `"1"`},
	{"a comment of 1 MB", "evaluate", text("1 #" + strings.Repeat("x", 1<<20-10)), 200, `"1"`},
	{"a long name", "evaluate", text(strings.Repeat("x", 1<<20-2)), 400, "unknown-name"},
	{"long digits in an expression", "evaluate", text(nines(1<<20 - 2)), 422, "too-large"},
	{"ten long operands in an expression", "evaluate", text(strings.Join([]string{nines(99_999), nines(99_998), nines(99_997)}, "*")+"/"+nines(99_996), "precision=10000", "forms=true"), 200, ""},
	{"variables that double", "evaluate", text("x=1" + strings.Repeat(";x=x+x", 900) + ";x"), 200, ""},
	{"variables that are squared", "evaluate", text("x=3" + strings.Repeat(";x=x*x", 60) + ";x"), 422, "too-large"},
	{"sums that are squared", "evaluate", text("x=sqrt(2)"+strings.Repeat(";x=x*x+x", 60)+";x", "precision=10000"), 422, "too-large"},
	{"variables in a circle", "evaluate", inJSON(`{"expression":"a","variables":{"a":"b","b":"a"}}`), 400, ""},
	{"variables in a long circle", "evaluate", inJSON(`{"expression":"v0","variables":{` + terms(9000, ",", `"vN":"vN+1"`) + `}}`), 400, ""},
	{"nested texts in variables", "evaluate", inJSON(`{"expression":"x","variables":{"x":{"x":{"x":"1"}}}}`), 400, "malformed-request"},
	{"a prototype as a variable", "evaluate", inJSON(`{"expression":"__proto__","variables":{"__proto__":"1"}}`), 200, `"1"`},

	// Towers, factorials, 0.999….
	{"a tower", "evaluate", text("9^9^9^9"), 422, "too-large"},
	{"a tower of a thousand", "evaluate", text("2" + strings.Repeat("^2", 990)), 422, "too-large"},
	{"a tower of roots", "evaluate", brief(text(strings.Repeat("sqrt(", 990)+"2"+strings.Repeat(")", 990), "precision=34")), 504, "deadline-exceeded"},
	{"a tower below 1", "evaluate", text("0.5^0.5^0.5^0.5^0.5", "precision=10000"), 200, `"exact":false`},
	{"the largest factorial", "evaluate", text("205022!", "precision=10000"), 200, ""},
	{"a factorial one larger than may be", "evaluate", text("206000!"), 422, "too-large"},
	{"a factorial of a factorial", "evaluate", text("(1000!)!"), 422, "too-large"},
	{"a factorial of 1e1000000", "evaluate", text("(1e1000000)!"), 422, "too-large"},
	{"a binomial of large numbers", "evaluate", text("binomial(1e9, 5e8)"), 422, "too-large"},
	{"0.9 without end", "evaluate", text("0."+nines(99_990)+"/0."+nines(99_989), "precision=10000", "forms=true"), 200, ""},
	{"a fraction whose period is long", "evaluate", text("1/"+nines(99_990)+"7", "forms=true"), 200, ""},
	{"one less what is next to 1", "evaluate", text("1/(1-0." + nines(99_990) + ")"), 200, ""},
	{"a greatest divisor of long numbers", "evaluate", text("gcd("+strings.Repeat("9", 99_990)+","+strings.Repeat("7", 99_991)+")", "precision=34"), 200, ""},

	// Near-zero divisors, and questions that the limits leave open.
	{"a divisor that is zero", "evaluate", text("1/(sqrt(2)*sqrt(3)-sqrt(6))"), 422, "undefined"},
	{"a divisor that is nearly zero", "evaluate", text("1/(sqrt(2)-1.41421356237309504880168872420969807856967187537694)"), 200, `"exact":false`},
	{"a divisor of many square roots", "evaluate", brief(text("1/((sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+sqrt(11)+sqrt(13)+sqrt(17))^2-(sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+sqrt(11)+sqrt(13)+sqrt(17))^2*1.0000001)", "precision=34")), 200, ""},
	{"a divisor that cannot be decided", "evaluate", text("1/(exp(1e-1100)-1-1e-1100-5e-2201)"), 422, "undecided"},
	{"a divisor that takes 33,000 digits", "evaluate", text("1/(exp(1e-11000)-1-1e-11000-5e-22001)", "precision=10000"), 200, "6e+33000"},
	{"a floor that cannot be decided", "evaluate", text("floor(1+exp(1e-1100)-1-1e-1100-5e-2201)"), 422, "undecided"},
	{"a tangent next to its pole", "tan", text("1.5707963267948966192313216916397514420985846996875529", "precision=10000"), 200, `"exact":false`},
	{"a sine of 10^1000000", "sin", brief(text("1e1000000", "precision=10000")), 504, "deadline-exceeded"},
	{"a cosine of a long angle", "cos", text(nines(100_000), "precision=10000"), 200, `"exact":false`},
	{"a logarithm next to 1", "log", text("1."+strings.Repeat("0", 99_990)+"1", "precision=10000"), 200, `"exact":false`},
	{"a logarithm to a base next to 1", "log", text("2 1."+strings.Repeat("0", 90_000)+"1", "precision=10000"), 200, `"exact":false`},

	// Batches.
	{"a batch of 1,001", "add", inJSON(array(`{"args":["0.1","0.2"]}`, 1001)), 422, "too-large"},
	{"a batch of long plain answers", "add", inJSON(array(`{"args":["1e98999"],"notation":"plain"}`, 1000)), 200, "max_answer"},
	{"a batch of dear ones", "exp", brief(inJSON(array(`{"args":["1.234567"],"precision":10000}`, 1000))), 200, "deadline-exceeded"},
	{"a batch in a batch", "add", inJSON(array(array(`{"args":["1"]}`, 100), 100)), 200, "malformed-request"},
	{"a batch of problems", "divide", inJSON(array(`{"args":["`+nines(900)+`","0"]}`, 1000)), 200, "undefined"},
	{"a batch of nothing", "add", inJSON("[" + strings.Repeat(",", 1<<19) + "]"), 400, "malformed-request"},

	// Encodings and characters.
	{"invalid UTF-8", "add", text("1 \xff\xfe"), 400, "not-a-number"},
	{"invalid UTF-8 in JSON", "add", inJSON("{\"args\":[\"\xff\"]}"), 400, "malformed-request"},
	{"half a surrogate", "add", inJSON(`{"args":["\ud800"]}`), 400, "malformed-request"},
	{"overlong UTF-8", "evaluate", text("1\xc0\xaf2"), 400, "syntax"},
	{"a bidirectional override", "evaluate", text("\u202e1+1"), 400, "syntax"},
	{"isolates around an operand", "add", text("\u20661\u2069"), 400, "not-a-number"},
	{"a zero-width space in a number", "add", text("1\u200b2"), 400, "not-a-number"},
	{"a zero-width joiner in a name", "evaluate", text("s\u200din(1)"), 400, ""},
	{"a soft hyphen in a name", "evaluate", text("p\u00adi"), 400, ""},
	{"letters that look alike", "evaluate", text("ѕin(1)"), 400, "unknown-name"},
	{"a byte order mark", "evaluate", text("\ufeff1"), 400, ""},
	{"digits of another script", "add", text("١٢٣"), 400, "not-a-number"},
	{"NUL", "add", text("1\x00"), 400, "not-a-number"},
	{"an escape sequence of a terminal", "add", request{body: "1\x1b[2J"}, 400, `\x1b[2J`},
	{"a header in an operand", "add", request{body: "1\r\nX-Evil:1"}, 400, "add"},
	{"a header in an option", "add", text("1", "precision=%0d%0aX-Evil:1"), 400, "malformed-request"},
	{"a header in a call id", "add", with(text("1"), "X-Call-Id", "a\tb"), 200, ""},
	{"a long call id", "add", with(text("1"), "X-Call-Id", strings.Repeat("a", 8000)), 200, ""},
	{"markup", "add", text("<script>alert(1)</script>"), 400, "not-a-number"},
	{"a query that does not decode", "add", get("args=50%"), 400, "malformed-request"},
	{"a query of invalid UTF-8", "add", get("args=%ff"), 400, "malformed-request"},

	// Media types and encodings of bodies.
	{"a gzip bomb", "add", with(in("text/plain", zipped(make([]byte, 200<<20))), "Content-Encoding", "gzip"), 415, "unsupported-media-type"},
	{"a gzip bomb that says nothing of it", "add", in("text/plain", zipped(make([]byte, 200<<20))), 400, "not-a-number"},
	{"an encoding of nothing", "add", with(text("1"), "Content-Encoding", "identity, gzip"), 415, "unsupported-media-type"},
	{"XML", "add", in("application/xml", `<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>`), 415, "unsupported-media-type"},
	{"a multipart form", "add", in("multipart/form-data; boundary=x", "--x\r\n\r\n1\r\n--x--"), 415, "unsupported-media-type"},
	{"UTF-7", "add", in("text/plain; charset=utf-7", "1"), 415, "unsupported-media-type"},
	{"a body above max_body", "add", text(strings.Repeat("1 ", 1<<20)), 413, "payload-too-large"},
	{"a body with GET", "add", request{method: "GET", body: "1 2"}, 400, "malformed-request"},
	{"a method of one's own", "add", with(request{method: "BREW", body: "1"}, "Accept", asJSON), 405, "method-not-allowed"},
	{"TRACE", "add", request{method: "TRACE"}, 405, ""},

	// Paths of a function itself.
	{"a path below", "add", request{path: "/1/2"}, 404, "not-found"},
	{"a path up", "add", request{path: "/%2e%2e/system/functions"}, 404, "not-found"},
	{"a path of an operand", "add", request{path: "/" + nines(5000)}, 404, "not-found"},
	{"a path that does not decode twice", "add", request{path: "/%252e%252e/"}, 404, "not-found"},
	{"the page's files upwards", "dashboard", request{path: "/dashboard/..%2f..%2fetc%2fpasswd"}, 404, ""},
	{"the page's files by another name", "dashboard", request{path: "/dashboard/index.html"}, 404, ""},

	// Assistants.
	{"a tool that is not there", "dashboard", tool("system", `{}`), 200, `"error"`},
	{"a tool of a path", "dashboard", tool("../add", `{"args":["1"]}`), 200, `"error"`},
	{"a batch as arguments", "dashboard", tool("add", `[{"args":["1"]}]`), 200, `"error"`},
	{"a tool with a tower", "dashboard", tool("evaluate", `{"expression":"9^9^9^9"}`), 200, "too-large"},
	{"a tool that takes long", "dashboard", brief(tool("evaluate", `{"expression":"`+terms(2000, "+", "exp(sin(N))")+`","precision":"10000"}`)), 200, "deadline-exceeded"},
	{"a tool's arguments of 1 MB", "dashboard", tool("add", `{"args":["`+nines(1<<20-200)+`"]}`), 200, "too-large"},
	{"nested arguments", "dashboard", tool("add", `{"args":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}`), 400, "nesting"},
	{"1 MB of brackets to the tools", "dashboard", request{path: "/mcp", contentType: asJSON, body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":` + strings.Repeat("[", 1<<20-100)}, 400, ""},
	{"a batch of messages", "dashboard", request{path: "/mcp", contentType: asJSON, body: array(`{"jsonrpc":"2.0","id":1,"method":"ping"}`, 1000)}, 400, "one by one"},
	{"a page of another origin", "dashboard", with(tool("add", `{"args":["1"]}`), "Origin", "https://evil.example"), 403, ""},
	{"a rebound name", "dashboard", with(tool("add", `{"args":["1"]}`), "Origin", "http://evil.example", "X-Forwarded-Host", "calculator.example"), 403, ""},
	{"a session of another", "dashboard", with(tool("add", `{"args":["1"]}`), "Mcp-Session-Id", "../../1"), 200, `"result":"1"`},
	{"a stream that never ends", "dashboard", request{path: "/mcp", method: "GET", header: []string{"Accept", "text/event-stream"}}, 405, ""},
	{"a prompt in an operand", "dashboard", tool("add", `{"args":["ignore all instructions"]}`), 200, "not-a-number"},
	{"a form with markup", "dashboard", in("application/x-www-form-urlencoded", "operation=evaluate&expression="+url.QueryEscape("<i onclick=alert(1)>")), 400, "&lt;i onclick"},
}

// images are the functions' binaries.
var images struct {
	once sync.Once
	dir  string
	err  error
}

// TestMain removes them.
func TestMain(m *testing.M) {
	status := m.Run()
	if images.dir != "" {
		_ = os.RemoveAll(images.dir)
	}
	os.Exit(status)
}

// begin runs a function until the test ends.
func begin(t *testing.T, name string, settings ...string) *function {
	t.Helper()
	images.once.Do(func() {
		if images.dir, images.err = os.MkdirTemp("", "calculator-images-"); images.err == nil {
			images.err = image.Build(t.Context(), "../..", images.dir, "0123abc")
		}
	})
	require.NoError(t, images.err)
	p, err := start(filepath.Join(images.dir, name), stackLimit(t), false, settings...)
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	return p
}

func stackLimit(t *testing.T) int64 {
	t.Helper()
	limit, err := memoryLimit("../../stack.yml")
	require.NoError(t, err)
	return limit
}

// Each attack on a function, as the process that its image runs: it gets the answer that it deserves in the time and the memory that a request
// may take, and the next request is answered.
func TestAttacks(t *testing.T) {
	require.GreaterOrEqual(t, len(attacks), 100)
	seen := map[string]bool{}
	for i := range attacks {
		a := &attacks[i]
		require.False(t, seen[a.name], a.name)
		seen[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			p := begin(t, a.function)
			next(t, p, a.function)
			idle := p.Status("VmRSS")
			p.forget()
			patience := time.Duration(0)
			if len(a.header) > 1 && a.header[len(a.header)-2] == "X-Timeout" {
				patience = 300 * time.Millisecond
			}
			got, err := p.ask(a.request, patience)
			require.NoError(t, err)
			above := p.Status("VmHWM") - idle
			t.Logf("%d %s in %v, %.1f MiB above idle", got.status, got.kind, got.took.Round(10*time.Microsecond), float64(above)/(1<<20))
			switch {
			case got.kind == "deadline-exceeded" && got.took > deadline: // on a machine that has much else to do
			case a.status >= 400 && a.kind == got.kind:
				require.Equal(t, a.status, got.status, "%.300s", got.body)
			default:
				require.Equal(t, a.status, got.status, "%.300s", got.body)
				require.Contains(t, got.body, a.kind, "%.300s", got.body)
			}
			require.Less(t, len(got.body), 4<<20+4<<10)
			if a.status >= 400 {
				require.Less(t, len(got.body), 100<<10, "a problem is short")
			}
			require.LessOrEqual(t, got.late, 2*maxLate) // the goal once, and once more for a machine that runs other tests besides
			require.Less(t, above, int64(maxAbove))
			next(t, p, a.function)
			require.NotContains(t, p.log.String(), `"status":500`)
		})
	}
}

// next is an ordinary request, which is answered as ever.
func next(t *testing.T, p *function, function string) {
	t.Helper()
	e := catalogue.Find(function).Examples
	q := request{path: "/add", contentType: asJSON, body: `{"args":["0.1","0.2"]}`}
	want := `"result":"0.3"`
	if len(e) > 0 {
		q.path, want = "", `"result":"`+e[0].Result+`"`
		q.body = `{"args":["` + strings.Join(e[0].Operands, `","`) + `"]}`
	}
	got, err := p.ask(q, 0)
	require.NoError(t, err)
	require.Equal(t, 200, got.status, got.body)
	require.Contains(t, got.body, want)
}

// keepNone ends each connection with its request: read_timeout ends a kept one, perhaps just as it is used again.
func keepNone(f *function) { f.client.Transport.(*http.Transport).DisableKeepAlives = true }

// What is said on the wire itself, by which net/http's own client would not stand. The status is that of the first answer, 0 for none.
func TestAttacksOnTheWire(t *testing.T) {
	const post = "POST / HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n"
	p := begin(t, "add", "read_timeout=1s", "exec_timeout=1s")
	keepNone(p)
	for _, a := range []struct {
		name, send string
		status     int
		soon       bool // the answer, or the end, does not wait for read_timeout
	}{
		{"a body shorter than it says", post + "Content-Length: 10\r\n\r\n1", 0, false},
		{"a body longer than it says", post + "Content-Length: 3\r\n\r\n1 2 3 4", 200, true},
		{"a length below 0", post + "Content-Length: -1\r\n\r\n1", 400, true},
		{"a length that is no number", post + "Content-Length: 1e9\r\n\r\n1", 400, true},
		{"a length beyond any", post + "Content-Length: 99999999999999999999\r\n\r\n1", 400, true},
		{"a length above max_body", post + "Content-Length: 1073741824\r\n\r\n", 413, true},
		{"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400, true},
		{"a length and chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n", 200, true},
		{"chunks", post + "Transfer-Encoding: chunked\r\n\r\n2\r\n1 \r\n1\r\n2\r\n0\r\n\r\n", 200, true},
		{"chunks of a length that is none", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n1\r\n0\r\n\r\n", 400, true},
		{"chunks beyond any length", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n1\r\n", 400, true},
		{"a chunk that does not come", post + "Transfer-Encoding: chunked\r\n\r\n100000\r\n1", 0, false},
		{"chunk extensions", post + "Transfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("a", 20_000) + "\r\n1\r\n0\r\n\r\n", 400, true},
		{"an encoding of transfer that there is not", post + "Transfer-Encoding: gzip\r\n\r\n1", 501, true},
		{"a blank before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, true},
		{"a folded header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 200, true},
		{"NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n", 400, true},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400, true},
		{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, true},
		{"a version beyond any", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, true},
		{"no version", "GET /\r\n\r\n", 400, true},
		{"a method of blanks", " / HTTP/1.1\r\nHost: x\r\n\r\n", 400, true},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 0, false},
		{"a long header", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 1_200_000) + "\r\n\r\n", 431, true},
		{"many headers", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: a\r\n", 200_000) + "\r\n", 431, true},
		{"a long query", "GET /?args=" + nines(1_200_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, true},
		{"a query that may be so long", "GET /?args=" + nines(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 200, true},
		{"an absolute target", "GET http://evil.example/?args=1 HTTP/1.1\r\nHost: x\r\n\r\n", 200, true},
		{"a target of another sort", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200, true},
		{"a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405, true},
		{"a target that goes up", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404, true},
		{"an upgrade", "GET /?args=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200, true},
		{"HTTP/2 without being asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404, true},
		{"an expectation that there is not", post + "Expect: magic\r\nContent-Length: 1\r\n\r\n1", 417, true},
		{"a header of ours", "GET /?args=1 HTTP/1.1\r\nHost: x\r\nX-Original-URI: /system\r\nX-Calculator-Version: evil\r\n\r\n", 200, true},
		{"slow headers", "GET / HTTP/1.1\r\nHost: x\r\nX: ", 0, false},
		{"nothing", "", 0, false},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			sent := time.Now()
			_, _ = io.WriteString(conn, a.send) // it may be refused before its end
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			took := time.Since(sent)
			status := 0
			if err == nil {
				status = answer.StatusCode
				require.NotEqual(t, "evil", answer.Header.Get("X-Calculator-Version"))
				_ = answer.Body.Close()
			}
			t.Logf("%d after %v", status, took.Round(time.Millisecond))
			if a.soon {
				require.Equal(t, a.status, status)
			} else { // an answer is welcome too, as long as it is none of a result
				require.True(t, status == 0 || status >= 400, "%d", status)
				require.Greater(t, took, 900*time.Millisecond)
			}
			next(t, p, "add")
		})
	}
}

// Connections that send a byte now and then neither take the memory nor the place of the others.
func TestSlowConnectionsLeaveRoom(t *testing.T) {
	p := begin(t, "add", "read_timeout=2s")
	keepNone(p)
	next(t, p, "add")
	idle := p.Status("VmRSS")
	p.forget()
	address := strings.TrimPrefix(p.url, "http://")
	var all []net.Conn
	defer func() {
		for _, conn := range all {
			_ = conn.Close()
		}
	}()
	for i := range 600 {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		all = append(all, conn)
		_ = conn.SetDeadline(time.Now().Add(100 * time.Millisecond))
		switch i % 3 {
		case 0:
			_, _ = io.WriteString(conn, "GET /?args="+nines(60_000))
		case 1:
			_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n%s", nines(60_000))
		}
	}
	begin := time.Now()
	next(t, p, "add")
	took, above := time.Since(begin), p.Status("VmHWM")-idle
	t.Logf("answered after %v, %.1f MiB above idle", took.Round(time.Millisecond), float64(above)/(1<<20))
	require.Less(t, took, 3*3*time.Second, "each third of the connections may wait for read_timeout once")
	require.Less(t, above, int64(maxAbove))
}
