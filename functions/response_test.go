package functions

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

func TestAcceptDecidesWhenItNamesTextOrJSON(t *testing.T) {
	for _, c := range []struct {
		accept    string
		text      bool // what it makes of a request whose answer is text, and of one whose answer is JSON
		otherwise bool
	}{
		{"", true, false},
		{"*/*", true, false},
		{"text/html,application/xhtml+xml,*/*;q=0.8", true, false},
		{"image/png", true, false},
		{"text/plain", true, true},
		{"text/*", true, true},
		{"Text/Plain;q=0.3", true, true},
		{"application/json", false, false},
		{"application/*", false, false},
		{"application/problem+json", false, false},
		{"text/plain;q=0.5, application/json", false, false},
		{"application/json;q=0.5, text/plain;q=0.6", true, true},
		{"application/json, text/plain, */*", false, false}, // the first of equals
		{"text/plain, application/json", true, true},
		{"text/plain;q=0", false, false},
		{"application/json;q=0", true, true},
		{"application/json;q=0, text/plain;q=0", true, false},
		{"text/plain;q=nonsense", true, true},
		{",,;;=,", true, false},
	} {
		viaText := post("add", "1 2", "Accept", c.accept).answer(t)
		viaJSON := postJSON("add", `{"args":[1,2]}`)
		viaJSON.header.Set("Accept", c.accept)
		require.Equal(t, c.text, viaText.body == "3\n", c.accept)
		require.Equal(t, c.otherwise, viaJSON.answer(t).body == "3\n", c.accept)
		require.Equal(t, c.otherwise, get("add", "args=1,2", "Accept", c.accept).answer(t).body == "3\n", c.accept)
		// A problem follows the same rule.
		wrong := post("add", "x", "Accept", c.accept).answer(t)
		require.Equal(t, c.text, wrong.header.Get("Content-Type") == "text/plain; charset=utf-8", c.accept)
	}
}

func TestAcceptMayComeInSeveralLines(t *testing.T) {
	a := post("add", "1 2", "Accept", "text/html", "Accept", "application/json").answer(t)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
}

func TestTextSaysWhetherItIsExact(t *testing.T) {
	require.Equal(t, "true", post("divide", "1 8").answer(t).says("0.125").header.Get("X-Calculator-Exact"))
	require.Equal(t, "false", post("divide", "1 3").with("precision=3").answer(t).says("0.333").header.Get("X-Calculator-Exact"))
	require.Equal(t, "true", post("round", "0.125 2").answer(t).says("0.12").header.Get("X-Calculator-Exact"), "this rounding is the computation")
}

func TestPrecisionAndRoundingAreThereWhenRounded(t *testing.T) {
	d := get("divide", "args=2,3&precision=5&rounding=floor").answer(t).document()
	require.Equal(t, 5, *d.Precision)
	require.Equal(t, "floor", d.Rounding)
	d = get("divide", "args=2,3").answer(t).document()
	require.Equal(t, 34, *d.Precision)
	d = get("divide", "args=1,8&precision=5&rounding=floor").answer(t).document()
	require.Nil(t, d.Precision)
	require.Empty(t, d.Rounding)
	require.True(t, *d.Exact)
}

func TestFormsAreAddedWhenAskedFor(t *testing.T) {
	d := postJSON("divide", `{"args":[22,7],"forms":true,"precision":5}`).answer(t).document()
	require.Equal(t, map[string]string{"fraction": "22/7", "mixed": "3 1/7", "repeating": "3.(142857)"}, d.Forms)
	require.Equal(t, d, get("divide", "args=22,7&forms=true&precision=5").answer(t).document())
	require.Nil(t, postJSON("divide", `{"args":[22,7],"forms":false}`).answer(t).document().Forms)
	require.Equal(t, "3.1429\n", post("divide", "22 7").with("forms=true&precision=5").answer(t).body)
}

func TestNotations(t *testing.T) {
	for query, want := range map[string]string{
		"args=1.5e40&notation=scientific":  "1.5e+40",
		"args=1.5e-7&notation=engineering": "150e-9",
		"args=1.5e25&notation=plain":       "15000000000000000000000000",
		"args=1e22":                        "10000000000000000000000",
		"args=1e50":                        "1e+50",
		"args=1e-8":                        "1e-8",
		"args=123456&precision=2":          "1.2e+5",
		"args=1200.50":                     "1200.5",
	} {
		require.Equal(t, want, get("add", query).answer(t).document().Result, query)
	}
}

func TestAnswersAreJSONWhateverIsInThem(t *testing.T) {
	for _, s := range []string{"", `"`, `\`, "\x00\x1f\x7f", "\n\r\t", "ä€😀", "\xff", "a\xc3", "\u2028", "</script>", strings.Repeat("\xff", 100)} {
		b := appendQuoted(nil, s)
		require.True(t, json.Valid(b), "%q", b)
		require.True(t, utf8.Valid(b), "%q", b)
		var back string
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, strings.ToValidUTF8(strings.ReplaceAll(s, "\xff", "\uFFFD"), "\uFFFD"), back)
	}
}

func TestOneAnswerKeepsWithinItsLimit(t *testing.T) {
	a := get("add", "args=1e50000&notation=plain")
	a.settings.answer = 40_000
	d := a.answer(t).refuses(422, "too-large", "max_answer")
	require.Equal(t, "max_answer", d.Limit)
	a.settings.answer = 60_000
	require.Equal(t, 200, a.answer(t).status)
}

// Header values that answers share stay as they are.
func TestAnswersShareNoHeaderThatIsChanged(t *testing.T) {
	for range 2 {
		r := handler.Request{Method: http.MethodPost, Body: []byte("1 2"), Header: http.Header{}}
		got, err := newFunction(catalogue.Add, defaults(), shared).handle(r)
		require.NoError(t, err)
		require.Equal(t, []string{"text/plain; charset=utf-8"}, got.Header["Content-Type"])
		for name := range got.Header {
			got.Header.Add(name, "more")
		}
	}
}
