package functions

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

const formType = "application/x-www-form-urlencoded"

func TestQuestionHasRoomForEveryOption(t *testing.T) {
	for _, o := range catalogue.All {
		require.LessOrEqual(t, len(o.Options), mostOptions, o.Name)
		require.LessOrEqual(t, len(o.Operands), mostNamed, o.Name)
	}
}

func TestTextOperandsStandApartByBlanksOrLineEnds(t *testing.T) {
	for _, body := range []string{"1 2 3", "1\n2\n3\n", "1\r\n2\r\n3", "\t1  2\t\n\n3 ", "1\v2\f3"} {
		post("add", body).answer(t).says("6")
	}
	// A no-break space groups digits; it must not make two operands of one number.
	d := post("add", "1\u00a0000 1", "Accept", "application/json").answer(t).refuses(400, "not-a-number", "operand 1")
	require.Equal(t, "args", d.Operand)
}

func TestJSONSentAsTextIsTold(t *testing.T) {
	for _, body := range []string{`{"args":[1,2]}`, "\n [ {\"dividend\": 1, \"divisor\": 3} ]", "{"} {
		a := post("divide", body, "Content-Type", formType).answer(t)
		require.Equal(t, 400, a.status)
		require.Contains(t, a.body, "Content-Type: application/json (curl --json)")
	}
}

func TestWholeTextIsOneComputation(t *testing.T) {
	post("divide", "1\n8\n").answer(t).says("0.125")
	post("divide", "1 8\n1 4\n", "Accept", "application/json").answer(t).refuses(400, "malformed-request", "divide(1, 8, 1, 4): 4 operands: want dividend and divisor")
}

func TestBlanksAroundOperandsAreIgnored(t *testing.T) {
	postJSON("add", `{"args":[" 1 ","\t2\n"]}`).answer(t).says(`{"operation":"add","result":"3","exact":true}`)
	get("add", "args=%201,2+").answer(t).says(`{"operation":"add","result":"3","exact":true}`)
}

func TestMissingAndSurplusOperandsNameWhatIsExpected(t *testing.T) {
	for _, c := range []struct{ name, query, detail, operand string }{
		{"divide", "args=1", "divide(1): no divisor: want dividend and divisor", "divisor"},
		{"divide", "divisor=1", "no dividend: want dividend and divisor", "dividend"},
		{"divide", "precision=3", "divide(): no dividend", "dividend"},
		{"root", "degree=2", "no radicand: want radicand and optionally degree", "radicand"},
		{"divide", "args=1,2,3", "divide(1, 2, 3): 3 operands: want dividend and divisor", ""},
		{"root", "args=1,2,3", "root(1, 2, 3): 3 operands: want radicand and optionally degree", ""},
		{"sin", "args=1,2", "sin(1, 2): 2 operands: want x", ""},
		{"add", "precision=3", "add(): no args: want one operand or more", "args"},
	} {
		d := get(c.name, c.query).answer(t).refuses(400, "malformed-request", c.detail)
		require.Equal(t, c.operand, d.Operand, c.query)
	}
	postJSON("add", `{"args":[]}`).answer(t).refuses(400, "malformed-request", "add(): no args")
	postJSON("add", `{}`).answer(t).refuses(400, "malformed-request", "add(): no args")
}

func TestOptionalOperandsHaveDefaults(t *testing.T) {
	get("root", "radicand=9").answer(t).says(`{"operation":"root","result":"3","exact":true}`)
	get("root", "radicand=27&degree=3").answer(t).says(`{"operation":"root","result":"3","exact":true}`)
	get("round", "x=2.5").answer(t).says(`{"operation":"round","result":"2","exact":true}`)
	get("round", "x=1.5&places=3").answer(t).says(`{"operation":"round","result":"1.500","exact":true}`)
	get("log", "x=1").answer(t).says(`{"operation":"log","result":"0","exact":true}`)
}

func TestFormIsOneOnlyIfEveryPartIsKnown(t *testing.T) {
	form := func(name, body string) answered { return post(name, body, "Content-Type", formType).answer(t) }
	form("add", "args=1,2").says(`{"operation":"add","result":"3","exact":true}`)
	form("add", "args=1&args=2&precision=").says(`{"operation":"add","result":"3","exact":true}`)
	form("divide", "dividend=1&divisor=%2B8").says(`{"operation":"divide","result":"0.125","exact":true}`)
	form("round", "x=1.25&places=1&rounding=half_up").says(`{"operation":"round","result":"1.3","exact":true}`)
	form("add", "1 2").says("3")
	form("add", "+1 +2").says("3") // not percent-decoded: + stays +
	for _, raw := range []string{"args=1&nosuch=2", "1&args=2", "args=1&", "Args=1", "precision", "%61rgs=1"} {
		a := form("add", raw)
		require.Equal(t, 400, a.status, raw)
		require.Equal(t, "text/plain; charset=utf-8", a.header.Get("Content-Type"), "%s is text", raw)
	}
	require.Contains(t, form("add", "1%202").body, "1%202", "raw text is not percent-decoded")
	require.Contains(t, form("add", "args=1%").body, "does not decode")
	// A name that belongs to another operation makes no form.
	require.Equal(t, "text/plain; charset=utf-8", form("add", "dividend=1").header.Get("Content-Type"))
	// An expression's own names and commas are its own.
	require.Equal(t, "text/plain; charset=utf-8", form("evaluate", "x=3; x^2").header.Get("Content-Type"))
	require.Equal(t, "text/plain; charset=utf-8", form("evaluate", "args=3").header.Get("Content-Type"))
}

func TestOptionsGoIntoTheQueryOfAPostWithAnyBody(t *testing.T) {
	post("divide", "1 3").with("precision=5").answer(t).says("0.33333")
	post("divide", "args=1,3", "Content-Type", formType).with("precision=3").answer(t).says(`{"operation":"divide","result":"0.333","exact":false,"precision":3,"rounding":"half_even"}`)
	postJSON("divide", `{"args":[1,3]}`).with("precision=3").answer(t).says(`{"operation":"divide","result":"0.333","exact":false,"precision":3,"rounding":"half_even"}`)
	postJSON("divide", `[{"args":[1,3]},{"args":[2,3]}]`).with("precision=1").answer(t).says(
		`[{"operation":"divide","result":"0.3","exact":false,"precision":1,"rounding":"half_even"},{"operation":"divide","result":"0.7","exact":false,"precision":1,"rounding":"half_even"}]`)
	postJSON("divide", `{"precision":2}`).with("args=1,3").answer(t).says(`{"operation":"divide","result":"0.33","exact":false,"precision":2,"rounding":"half_even"}`)
}

func TestOperandInQueryAndBodyIsRefused(t *testing.T) {
	for _, a := range []*asking{
		post("add", "1", "Accept", "application/json").with("args=2"),
		post("add", "args=1", "Content-Type", formType).with("args=2"),
		post("divide", "divisor=1", "Content-Type", formType).with("dividend=2"),
		postJSON("divide", `{"divisor":1}`).with("dividend=2"),
		postJSON("add", `{"args":[1]}`).with("args=2"),
		postJSON("add", `[{"args":[1]}]`).with("args=2"),
		postJSON("add", `[]`).with("args=2"),
		post("evaluate", "1+1", "Accept", "application/json").with("expression=2"),
	} {
		a.answer(t).refuses(400, "malformed-request", "both the query and the body")
	}
	get("add", "args=1", "X-Nothing", "").answer(t).says(`{"operation":"add","result":"1","exact":true}`)
	bodyWithGet := get("add", "args=1")
	bodyWithGet.body = "2"
	bodyWithGet.answer(t).refuses(400, "malformed-request", "a body with GET")
}

func TestRepeatedOrMixedNamesAreRefused(t *testing.T) {
	get("divide", "dividend=1&dividend=2&divisor=3").answer(t).refuses(400, "malformed-request", "operand dividend is given more than once")
	get("divide", "args=1,2&precision=3&precision=3").answer(t).refuses(400, "malformed-request", "option precision is given more than once")
	get("divide", "args=1&divisor=2").answer(t).refuses(400, "malformed-request", "both in args and by name")
	postJSON("divide", `{"args":[1,2],"precision":3}`).with("precision=3").answer(t).refuses(400, "malformed-request", "option precision is given more than once")
	get("divide", "args=1&args=8").answer(t).says(`{"operation":"divide","result":"0.125","exact":true}`)
	get("divide", "dividend=&dividend=1&divisor=8&precision=").answer(t).says(`{"operation":"divide","result":"0.125","exact":true}`)
}

func TestUnknownNameIsAnsweredWithTheNearest(t *testing.T) {
	get("divide", "args=1,2&precison=3").answer(t).refuses(400, "malformed-request", `"precison": did you mean precision?`)
	get("divide", "dividend=1&divsor=3").answer(t).refuses(400, "malformed-request", "did you mean divisor?")
	get("divide", "Args=1,3").answer(t).refuses(400, "malformed-request", "did you mean args?")
	get("divide", "args=1,3&zzz=").answer(t).refuses(400, "malformed-request", "the names are args, dividend, divisor, precision, rounding, notation, forms")
	get("round", "x=1&precision=3").answer(t).refuses(400, "malformed-request", `unknown name "precision"`)
	get("add", "args=1&forms=true").answer(t).refuses(400, "malformed-request", `unknown name "forms"`)
	get("evaluate", "args=1,2").answer(t).refuses(400, "malformed-request", `unknown name "args"`)
	postJSON("add", `{"args":[1],"`+strings.Repeat("x", 1000)+`":1}`).answer(t).refuses(400, "malformed-request", "…")
}

func TestQueryThatDoesNotDecodeIsAProblem(t *testing.T) {
	for _, query := range []string{"args=50%", "50%", "args=1;2", "1;2", "args=%zz", "args=1&%", "args=%ff", "args=1,2;precision=3"} {
		get("add", query).answer(t).refuses(400, "malformed-request", "add: the query ")
		require.Equal(t, 400, post("add", "1").with(query).answer(t).status, query)
	}
	// Variables are written with semicolons of their own.
	a := get("evaluate", "expression=x&variables=x=1/3;y=2").answer(t)
	require.NotEqual(t, 400, a.status, a.body)
}

func TestPlusThatBecameABlankIsSaid(t *testing.T) {
	get("add", "args=1e+5").answer(t).refuses(400, "not-a-number", "write %2B, or POST")
	get("divide", "dividend=1+1&divisor=2").answer(t).refuses(400, "not-a-number", "write %2B, or POST")
	get("add", "args=1e%2B5").answer(t).says(`{"operation":"add","result":"100000","exact":true}`)
	get("add", "args=+5").answer(t).says(`{"operation":"add","result":"5","exact":true}`)
	a := get("add", "args=1e%205").answer(t)
	require.NotContains(t, a.body, "%2B", "nobody wrote a plus")
}

func TestOtherContentTypesAreRefused(t *testing.T) {
	for _, contentType := range []string{"text/html", "application/xml", "multipart/form-data; boundary=x", "application/octet-stream", "text/plain; charset=utf-16",
		"application/json; charset=utf-16", ";;", "text", "text/plain, application/json", "image/png"} {
		a := post("add", "1 2", "Content-Type", contentType, "Accept", "application/json").answer(t)
		if contentType == ";;" { // names nothing: as if it were absent
			a.says(`{"operation":"add","result":"3","exact":true}`)
			continue
		}
		a.refuses(415, "unsupported-media-type", "add: the body is of type")
	}
	for _, contentType := range []string{"", "text/plain", "Text/Plain; Charset=UTF-8", `text/plain; charset="utf-8"; format=flowed`, "APPLICATION/X-WWW-FORM-URLENCODED"} {
		post("add", "1 2", "Content-Type", contentType).answer(t).says("3")
	}
	post("add", `{"args":[1,2]}`, "Content-Type", "Application/JSON; charset=utf-8").answer(t).says(`{"operation":"add","result":"3","exact":true}`)
	for _, encoding := range []string{"gzip", "br", "identity"} {
		post("add", "1 2", "Content-Encoding", encoding, "Accept", "application/json").answer(t).refuses(415, "unsupported-media-type", "Content-Encoding")
	}
}

func TestNearestName(t *testing.T) {
	known := []string{"args", "precision", "rounding", "notation"}
	for name, want := range map[string]string{"precison": "precision", "PRECISION": "precision", "arsg": "args", "rond": "", "note": "", "notatoin": "notation",
		"": "", "x": "", "arg": "args", strings.Repeat("precision", 20): ""} {
		require.Equal(t, want, nearest(name, known), name)
	}
}

func TestLongOperandsAreShortenedInMessages(t *testing.T) {
	d := postJSON("divide", `{"dividend":"`+strings.Repeat("9", 5000)+`","divisor":"0"}`).answer(t).refuses(422, "undefined", "division by zero")
	require.Equal(t, "divide(99999999999999999999…999999999999, 0): division by zero", d.Detail)
	many := postJSON("add", "{\"args\":[1"+strings.Repeat(",1", 999)+`,"x"]}`).answer(t).refuses(400, "not-a-number", "add(1, 1, 1, 1, 1, … 995 more …, x): operand 1001: ")
	require.Less(t, len(many.Detail), 300)
	require.Equal(t, "äää", shorten("äää"))
	require.Equal(t, "ääääääääää…ä€€€", shorten(strings.Repeat("ä", 20)+"€€€"))
}
