package contract

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequestsAreReadAsCurlReadsThem(t *testing.T) {
	cases, err := parse("x.txt", "# why\nadd?args=1 -H 'Accept: text/plain' -d $'1\\n2 «3×4»'\n\t! 422\n\tX-Y: z\n\tone\n\n\ttwo\n\nadd -I\n\t! 304\n")
	require.NoError(t, err)
	require.Len(t, cases, 2)
	c := cases[0]
	require.Equal(t, "x.txt:2", c.Place)
	require.Equal(t, []string{"POST", "add", "?args=1", "1\n2 3333"}, []string{c.Method, c.Function, c.Path, c.Body})
	require.Equal(t, http.Header{"Accept": {"text/plain"}, "Content-Type": {"application/x-www-form-urlencoded"}}, c.Header)
	require.Equal(t, want{status: 422, header: []header{{"X-Y", "z"}}, body: "one\n\ntwo", isBody: true}, c.want)
	require.Equal(t, "HEAD", cases[1].Method)
	require.False(t, cases[1].want.isBody)
}

func TestMistakesInAFileAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"add\n\nadd\n":    "x.txt:1: no answer",
		"add -d '1\n\t1":  "no closing '",
		"add -d\n\t1":     "no value for -d",
		"add -k 1\n\t1":   "no option -k",
		"add\n\t! wrong":  `"wrong" is no status`,
		"add $'\\q'\n\t1": "invalid syntax",
	} {
		_, err := parse("x.txt", text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestEverySectionIsAsked(t *testing.T) {
	cases, err := Written()
	require.NoError(t, err)
	require.Greater(t, len(cases), 300)
	sections := map[byte]int{}
	for _, c := range cases {
		sections[c.Place[0]]++
	}
	for s := byte('1'); s <= '8'; s++ {
		require.GreaterOrEqual(t, sections[s], 10, "section %c", s)
	}
	asked := map[string]bool{}
	for _, c := range Examples() {
		asked[c.Function] = true
	}
	require.Len(t, asked, 14, "all functions that compute")
}

func TestOnlyTheAnswerWantedIsTaken(t *testing.T) {
	text := func(body string) Answer {
		return Answer{200, http.Header{"X-Calculator-Version": {"1"}, "X-Call-Id": {"1"}, "Server-Timing": {"compute;dur=0.1"}, "Access-Control-Allow-Origin": {"*"}, "Content-Type": {"text/plain; charset=utf-8"}}, body}
	}
	as := func(mediaType, body string) Answer {
		a := text(body)
		a.Header.Set("Content-Type", mediaType)
		return a
	}
	problem := as("application/problem+json", `{"type":"undefined","title":"t","status":422,"detail":"no","operand":"x"}`+"\n")
	problem.Status = 422
	problem.Header.Set("Cache-Control", "no-store")
	withCookie := text("3\n")
	withCookie.Header.Set("ETag", `"1"`)
	for _, c := range []struct {
		want  string
		a     Answer
		right bool
	}{
		{"3", text("3\n"), true},
		{"3", text("3"), false},
		{"3", text("3\n\n"), false},
		{"3", text("3.0\n"), false},
		{"a…c", text("abc\n"), true},
		{"a…c", text("ab\n"), false},
		{"ETag:\n\t3", withCookie, false},
		{"3", as("application/json", "3\n"), true},
		{`{"a":"1"}`, as("application/json", `{"a":"1"}`+"\n"), true},
		{`{"a":"1"}`, as("application/json", `{"a":"1","b":2}`+"\n"), false},
		{`{"a":"1"}`, as("application/json", `{"a":1}`+"\n"), false},
		{`{"a":1}`, as("application/json", `{"a":1.0}`+"\n"), false},
		{`[{"type":"x"}]`, as("application/json", `[{"type":"x","title":"y"}]`+"\n"), true},
		{`! 422 undefined`, problem, true},
		{`! 422 too-large`, problem, false},
		{"! 422 undefined\n\t{\"operand\":\"x\"}", problem, true},
		{"! 422 undefined\n\t{\"operand\":\"y\"}", problem, false},
		{"! 400", problem, false},
	} {
		cases, err := parse("x.txt", "add -d 1\n\t"+c.want)
		require.NoError(t, err)
		err = cases[0].check(c.a, false)
		require.Equal(t, c.right, err == nil, "%q %q %v", c.want, c.a.Body, err)
	}

	cases, err := parse("x.txt", "add/x --json 1\n\t! 404 not-found\n\nadd --json 1\n\t! 422 undefined")
	require.NoError(t, err)
	said := Answer{404, http.Header{"Content-Type": {"application/problem+json"}}, `{"type":"not-found","title":"t","status":404,"detail":"no"}`}
	require.NoError(t, cases[0].check(said, true), "a proxy may say it")
	require.Error(t, cases[0].check(said, false))
	require.Error(t, cases[1].check(said, true))
}
