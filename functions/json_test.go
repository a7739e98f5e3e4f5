package functions

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestBrokenJSONIsRefusedWithItsPlace(t *testing.T) {
	for body, position := range map[string]int{
		``:                             -1,
		` `:                            1,
		`{`:                            1,
		`[`:                            1,
		`{"args":[1,2`:                 12,
		`{"args":[1,2]`:                13,
		`{"args":[1,2]}}`:              14,
		`{"args":[1,2]} x`:             15,
		`{"args":[1 2]}`:               11,
		`{"args":[1,]}`:                11,
		`{"args":[1],}`:                12,
		`{"args" [1]}`:                 8,
		`{args:[1]}`:                   1,
		`{'args':[1]}`:                 1,
		`{"args":[01]}`:                10,
		`{"args":[-]}`:                 10,
		`{"args":[1.]}`:                11,
		`{"args":[.5]}`:                9,
		`{"args":[+1]}`:                9,
		`{"args":[1e]}`:                11,
		`{"args":[1e+]}`:               12,
		`{"args":[NaN]}`:               9,
		`{"args":[Infinity]}`:          9,
		`{"args":[0x10]}`:              10,
		`{"args":["\x"]}`:              11,
		`{"args":["\ud800"]}`:          16,
		`{"args":["\ud800\u0041"]}`:    16,
		`{"args":["\u00g0"]}`:          12,
		"{\"args\":[\"1\n\"]}":         11,
		"{\"args\":[\"\xff\"]}":        10,
		"\xef\xbb\xbf{\"args\":[1]}":   0,
		`{"ä":1,}`:                     7,
		`{"args":[1]}//`:               12,
		`null`:                         0,
		`"1 2"`:                        0,
		`1`:                            0,
		`{"args":[tru]}`:               9,
		`[{"args":[1]},]`:              14,
		`[{"args":[1]} {"args":[1]}]`:  14,
		`{"args":[1],"precision":1_0}`: 25,
	} {
		d := postJSON("add", body).answer(t).refuses(400, "malformed-request", "add")
		if position < 0 {
			continue
		}
		require.NotNil(t, d.Position, body)
		require.Equal(t, position, *d.Position, "%s: %s", body, d.Detail)
		require.Contains(t, d.Detail, "broken JSON at position "+strconv.Itoa(position))
	}
}

// Whatever the scanner takes, Go's own decoder takes too, and the other way round: but for depth and what Go lets pass in strings.
func FuzzScannerReadsWhatIsJSON(f *testing.F) {
	for _, seed := range []string{`{"args":["0.1",2e5]}`, `[{}]`, `{"a":{"b":[true,false,null]}}`, `"\ud83d\ude00\n"`, `-0.0e-0`, `[1,2`, `{"a":1,"a":2}`, "\"\x7f\"", `[[[[]]]]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := scanner{s: text}
		s.blanks()
		v, err := s.value(0)
		s.blanks()
		taken := err == nil && s.i == len(text)
		if taken {
			require.True(t, json.Valid([]byte(text)), "%q", text)
			if v.kind != nested {
				var want any
				decoder := json.NewDecoder(strings.NewReader(text))
				decoder.UseNumber()
				require.NoError(t, decoder.Decode(&want))
				switch want := want.(type) {
				case string:
					require.Equal(t, want, v.text)
				case json.Number:
					require.Equal(t, want.String(), v.text)
				}
			}
		} else if utf8.ValidString(text) && !strings.Contains(text, `\u`) && strings.Count(text, "[")+strings.Count(text, "{") < maxDepth {
			require.False(t, json.Valid([]byte(text)), "%q", text)
		}
	})
}

func TestEscapedNamesAndTextAreTheSame(t *testing.T) {
	postJSON("divide", `{"\u0064ividend":"\u0031","divisor":"\u0038"}`).answer(t).says(`{"operation":"divide","result":"0.125","exact":true}`)
	postJSON("divide", `{"dividend":1,"\u0064ividend":1,"divisor":8}`).answer(t).refuses(400, "malformed-request", "dividend is given more than once")
	postJSON("subtract", `{"args":["\u2212\u0031","−1"]}`).answer(t).says(`{"operation":"subtract","result":"0","exact":true}`)
}

func TestJSONNumberIsTheTextThatItIs(t *testing.T) {
	for number, want := range map[string]string{
		"0.1":                            "0.1",
		"9007199254740993":               "9007199254740993",
		"0.1000000000000000055511151231": "0.1000000000000000055511151231",
		"1e400":                          "1e+400",
		"-1.50E-3":                       "-0.0015",
		"-0":                             "0",
		"-0.0":                           "0",
	} {
		require.Equal(t, want, postJSON("add", `{"args":[`+number+`]}`).answer(t).document().Result, number)
	}
}

func TestRepeatedKeysAreRefused(t *testing.T) {
	for _, body := range []string{
		`{"args":[1],"args":[1]}`, `{"args":[1],"precision":1,"precision":1}`, `{"args":[1],"notation":"plain","notation":"plain"}`,
	} {
		postJSON("add", body).answer(t).refuses(400, "malformed-request", "given more than once")
	}
	postJSON("divide", `{"args":[1,2],"dividend":1}`).answer(t).refuses(400, "malformed-request", "both in args and by name")
	postJSON("divide", `{"dividend":1,"divisor":2,"args":[]}`).answer(t).refuses(400, "malformed-request", "both in args and by name")
}

func TestOperandsThatAreNoNumbersAreNamed(t *testing.T) {
	for value, detail := range map[string]string{
		`true`: "a boolean", `null`: "null", `[1]`: "a nested value", `{"a":1}`: "a nested value", `"NaN"`: "", `"Infinity"`: "", `"0x10"`: "",
		`"1,5"`: "write 1.5", `"1,234.56"`: "write 1234.56", `""`: "", `"1 2"`: "", `"--1"`: "", `"1e"`: "", `"1__0"`: "", `"_1"`: "", `"."`: "", `"٣"`: "",
	} {
		d := postJSON("divide", `{"dividend":1,"divisor":`+value+`}`).answer(t).refuses(400, "not-a-number", detail)
		require.Equal(t, "divisor", d.Operand, value)
		require.True(t, strings.HasPrefix(d.Detail, "divide(1, "), d.Detail)
		d = postJSON("divide", `{"args":[`+value+`,1]}`).answer(t).refuses(400, "not-a-number", detail)
		require.Equal(t, "dividend", d.Operand, "the name goes with the place")
	}
	for _, value := range []string{`"1 2"`, `1`, `null`, `{"0":1}`, `true`} {
		postJSON("add", `{"args":`+value+`}`).answer(t).refuses(400, "malformed-request", "args is not an array")
	}
}

func TestNumbersAreReadAsTheContractSays(t *testing.T) {
	for text, want := range map[string]string{
		".5": "0.5", "5.": "5", "1_000": "1000", "−2": "-2", "+3": "3", "1E3": "1000", "1e+3": "1000", "1e-3": "0.001", "1_0.0_1": "10.01", "007": "7", "-0": "0", "0e9999999999": "0",
	} {
		require.Equal(t, want, postJSON("add", `{"args":["`+text+`"]}`).answer(t).document().Result, text)
	}
}

func TestDeepNestingIsRefusedWithoutReadingIt(t *testing.T) {
	for _, body := range []string{
		strings.Repeat("[", 1<<20), strings.Repeat(`{"args":`, 1<<17), `{"args":` + strings.Repeat("[", 1<<20), `{"args":[` + strings.Repeat(`{"a":`, 1<<17),
		`{"args":[` + strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19) + "]}",
	} {
		a := postJSON("add", body).answer(t)
		require.Equal(t, 400, a.status)
		require.Less(t, len(a.body), 500)
	}
}

func TestBatchAnswersInOrder(t *testing.T) {
	postJSON("add", `[]`).answer(t).says(`[]`)
	postJSON("add", ` [ ] `).answer(t).says(`[]`)
	a := postJSON("divide", `[{"args":[1,8]},{"dividend":1,"divisor":0},[],[{"args":[1,2]}],7,null,"1 2",{"args":[1,3],"precision":2},{"args":[1]},{"args":["x",1]}]`).answer(t)
	require.Equal(t, 200, a.status)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
	var list []document
	require.NoError(t, json.Unmarshal([]byte(a.body), &list))
	require.Len(t, list, 10)
	require.Equal(t, "0.125", list[0].Result)
	require.Equal(t, "undefined", list[1].Type)
	require.Equal(t, 422, list[1].Status)
	for _, i := range []int{2, 3, 4, 5, 6, 8} {
		require.Equal(t, "malformed-request", list[i].Type, i)
	}
	require.Contains(t, list[2].Detail, "an array in a batch")
	require.Equal(t, "0.33", list[7].Result)
	require.Equal(t, "not-a-number", list[9].Type)
	require.Equal(t, "dividend", list[9].Operand)
}

func TestBatchIsBounded(t *testing.T) {
	of := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"args":["0.1","0.2"]},`, n), ",") + "]"
	}
	a := postJSON("add", of(1000)).answer(t)
	require.Equal(t, 200, a.status)
	require.Equal(t, 1000, strings.Count(a.body, `"result":"0.3"`))
	for _, n := range []int{1001, 10000} {
		postJSON("add", of(n)).answer(t).refuses(422, "too-large", "a batch of more than 1,000")
	}
}

func TestBatchAsTextIsALineForEach(t *testing.T) {
	a := post("divide", `[{"args":[1,8]},{"args":[1,0]},{"args":[1,3],"precision":3},{"args":["a\nb",3]}]`, "Content-Type", "application/json", "Accept", "text/plain").answer(t)
	lines := strings.Split(a.body, "\n")
	require.Equal(t, []string{"0.125", "divide(1, 0): division by zero", "0.333"}, lines[:3])
	require.Len(t, lines, 5, "one line each, each with its end")
	require.Equal(t, "true false false false", a.header.Get("X-Calculator-Exact"))
}

func TestBatchKeepsWithinTheAnswersLimit(t *testing.T) {
	big := postJSON("add", "["+strings.TrimSuffix(strings.Repeat(`{"args":["1e99990"],"notation":"plain"},`, 1000), ",")+"]").answer(t)
	require.Equal(t, 200, big.status)
	require.LessOrEqual(t, len(big.body), 4<<20)
	var list []document
	require.NoError(t, json.Unmarshal([]byte(big.body), &list))
	require.Len(t, list, 1000)
	require.Len(t, list[0].Result, 99991)
	require.Equal(t, "too-large", list[999].Type)
	require.Equal(t, "max_answer", list[999].Limit)

	plain := postJSON("add", "["+strings.TrimSuffix(strings.Repeat(`{"args":["1e1000000"],"notation":"plain"},`, 1000), ",")+"]").answer(t)
	require.Equal(t, 1000, strings.Count(plain.body, `"limit":"max_digits"`))
}
