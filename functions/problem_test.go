package functions

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc"
	"calculator/calc/catalogue"
)

func TestTypesHaveTheStatusOfTheContract(t *testing.T) {
	want := map[string]int{
		"malformed-request": 400, "not-a-number": 400, "syntax": 400, "unknown-name": 400, "not-found": 404, "method-not-allowed": 405,
		"unsupported-media-type": 415, "undefined": 422, "too-large": 422, "undecided": 422, "too-many-requests": 429,
		"not-implemented": 501, "deadline-exceeded": 504, // payload-too-large and internal are host's
	}
	require.Len(t, problems, len(want))
	for kind, status := range want {
		require.Equal(t, status, problems[kind].status, kind)
		require.NotEmpty(t, problems[kind].title, kind)
	}
	for k := calc.NotANumber; k <= calc.NotImplemented; k++ {
		require.Contains(t, problems, k.String(), "every kind of calc's errors is in the table")
	}
}

func TestTextClientsGetOneLine(t *testing.T) {
	a := post("divide", "1 0").answer(t)
	require.Equal(t, 422, a.status)
	require.Equal(t, "divide(1, 0): division by zero\n", a.body)
	require.Equal(t, "text/plain; charset=utf-8", a.header.Get("Content-Type"))
	for _, body := range []string{"1 x\x1b[31m", "1 \u202e2", "1 \xff", "1 2\u20283"} {
		a := post("divide", body).answer(t)
		require.Equal(t, 400, a.status)
		require.Equal(t, 1, strings.Count(a.body, "\n"))
		require.True(t, utf8.ValidString(a.body))
		require.False(t, strings.ContainsAny(a.body, "\x1b\u202e\u2028"), "%q", a.body)
	}
}

func TestOperandsNeverBecomeHeaders(t *testing.T) {
	for _, a := range []*asking{
		postJSON("divide", `{"dividend":"1\r\nX-Evil: 1","divisor":"2"}`), get("divide", "args=1%0d%0aX-Evil:1,2"), get("divide", "args=1,2&precision=1%0d%0aX-Evil:1"),
		post("divide", "1\r\nX-Evil:1"), post("divide", "1 2", "If-None-Match", "\"x\"\r\nX-Evil: 1"), get("divide", "args=1,2&notation=%0d%0aX-Evil:1"),
	} {
		got := a.answer(t)
		for name, values := range got.header {
			require.NotContains(t, strings.Join(append(values, name), ""), "Evil")
			require.NotContains(t, strings.Join(values, ""), "\n")
		}
	}
}

func TestProblemCarriesWhatApplies(t *testing.T) {
	d := get("add", "args=1,1x").answer(t).refuses(400, "not-a-number", "add(1, 1x): operand 2: ")
	require.Equal(t, "args", d.Operand)
	require.Equal(t, 1, *d.Position)
	d = get("add", "args=1e9999999999").answer(t).refuses(422, "too-large", "add(1e9999999999)")
	require.Equal(t, "max_exponent", d.Limit)
	require.Equal(t, "args", d.Operand)
	require.Nil(t, d.Position)
	d = get("multiply", "args=1e900000,1e900000").answer(t).refuses(422, "too-large", "too large")
	require.Equal(t, "max_exponent", d.Limit)
	get("multiply", "args=1e-900000,1e-900000").answer(t).refuses(422, "too-large", "too small")
	d = get("add", "args="+strings.Repeat("1", 100_001)).answer(t).refuses(422, "too-large", "max_digits")
	require.Equal(t, "max_digits", d.Limit)
	require.Less(t, len(d.Detail), 200)
}

func TestEveryFailureOfCalcIsAProblem(t *testing.T) {
	full := &calc.Error{Kind: calc.Undecided, Reason: "is it zero?", Operand: "divisor", Position: 3, Limit: "max_precision", Bound: "1e-1000"}
	b := failure(full, "divide(1, x)").reply(false)
	require.Equal(t, 422, b.status)
	require.JSONEq(t, `{"type":"undecided","title":"Undecided","status":422,"detail":"divide(1, x): is it zero?","operand":"divisor","position":3,"limit":"max_precision","error_bound":"1e-1000"}`,
		string(b.body))
	require.Equal(t, "deadline-exceeded", failure(context.DeadlineExceeded, "x").kind)
	require.Equal(t, "deadline-exceeded", failure(context.Canceled, "x").kind)
}

// What was not foreseen goes to host as an error: it tells the client the call id and the log the rest.
func TestDefectIsNoProblemOfTheClient(t *testing.T) {
	secret := errors.New("secret")
	f := &catalogue.Operation{Name: "add", Operands: catalogue.Add.Operands, Variadic: true, Formula: func([]calc.Expr, catalogue.Settings) calc.Expr { return calc.Int(1) }}
	require.Equal(t, secret, failure(secret, "x").defect)
	r := handler.Request{Method: "POST", Body: []byte("1")}
	got, err := newFunction(f, defaults(), shared).finish(&r, failure(secret, "x").reply(true))
	require.Equal(t, secret, err)
	require.Equal(t, handler.Response{}, got)
}

func TestUndefinedBeginsWithTheComputation(t *testing.T) {
	for ask, want := range map[*asking]string{
		get("divide", "args=1,0"):         "divide(1, 0): division by zero",
		get("remainder", "args=1,0"):      "remainder(1, 0): division by zero",
		get("power", "args=0,-1"):         "power(0, -1): zero to a negative power",
		get("root", "args=-2"):            "root(-2): square root of a negative number",
		get("root", "args=-2,4"):          "root(-2, 4): even root of a negative number",
		get("log", "args=0"):              "log(0): logarithm of zero",
		get("tan", "args=90&unit=degree"): "tan(90): ",
	} {
		d := ask.answer(t).refuses(422, "undefined", want)
		require.True(t, strings.HasPrefix(d.Detail, want), d.Detail)
	}
}

func TestPrecisionIsJudged(t *testing.T) {
	for _, wrong := range []string{"0", "-1", "2.5", "ten", "1e-1", "0x10", "1,0", "Exact", "-1e9999999999", "−1e9999999999", "1E-9999999999"} {
		get("add", "args=1&precision="+wrong).answer(t).refuses(400, "malformed-request", `add: precision "`+wrong+`": want an integer from 1 to 10000, or exact`)
	}
	for _, wrong := range []string{"true", "null", "[3]", "{}", "3.5", `""`, "0"} {
		postJSON("add", `{"args":[1],"precision":`+wrong+`}`).answer(t).refuses(400, "malformed-request", "precision")
	}
	for _, large := range []string{"10001", "99999999999999999999", "1e9", "1e9999999999"} {
		d := get("add", "args=1&precision="+large).answer(t).refuses(422, "too-large", "above max_precision (10000)")
		require.Equal(t, "max_precision", d.Limit)
	}
	for _, right := range []string{"1", "10000", "exact", "%2B5", "1e3", "5.0", "%205"} {
		require.Equal(t, 200, get("add", "args=1&precision="+right).answer(t).status, right)
	}
	for _, right := range []string{"5", `"5"`, "5e0", `"exact"`} {
		require.Equal(t, 200, postJSON("add", `{"args":[1],"precision":`+right+`}`).answer(t).status, right)
	}
	get("divide", "args=1,3&precision=exact").answer(t).refuses(422, "undefined", "divide(1, 3): ")
}

func TestOtherOptionsAreJudged(t *testing.T) {
	get("add", "args=1&rounding=half-even").answer(t).refuses(400, "malformed-request", `rounding "half-even": did you mean half_even?`)
	get("add", "args=1&notation=hexadecimal").answer(t).refuses(400, "malformed-request", "want one of auto, plain, scientific, engineering")
	get("remainder", "args=1,2&mode=Floored").answer(t).refuses(400, "malformed-request", "did you mean floored?")
	get("sin", "args=1&unit=degrees").answer(t).refuses(400, "malformed-request", "did you mean degree?")
	get("divide", "args=1,2&forms=yes").answer(t).refuses(400, "malformed-request", "want true or false")
	for _, value := range []string{"1", "null", "true", "[]"} {
		postJSON("add", `{"args":[1],"rounding":`+value+`}`).answer(t).refuses(400, "malformed-request", "rounding")
	}
	for _, value := range []string{"1", "null", `"yes"`, "[]"} {
		postJSON("divide", `{"args":[1,2],"forms":`+value+`}`).answer(t).refuses(400, "malformed-request", "forms")
	}
}
