package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
	"calculator/functions"
)

// A bound on time here is fifty times the goal of 100 ms: speed itself is judged in benchmarks.
const patience = 5 * time.Second

// maxAbove is how much memory one request may use above idle.
const maxAbove = 64 << 20

// The goal for each is the answer, or a clear problem, at once and within the memory of a small function.
func TestHostileSizesAnswerSoonAndWithinMemory(t *testing.T) {
	nines := func(n int) string { return strings.Repeat("9", n) }
	array := func(element string, n int) string { return "[" + strings.Repeat(element+",", n-1) + element + "]" }
	for name, c := range map[string]struct {
		o      *catalogue.Operation
		call   call
		status int
		want   string // part of the answer
	}{
		"an operand of 2 MB":             {catalogue.Add, call{method: "POST", body: nines(2 << 20)}, 422, "max_digits"},
		"an operand of 2 MB in JSON":     {catalogue.Add, call{"POST", "", "application/json", "", `{"args":["` + nines(2<<20) + `"]}`}, 422, "max_digits"},
		"2 MB of blanks":                 {catalogue.Add, call{method: "POST", body: strings.Repeat(" ", 2<<20)}, 400, "operand"},
		"2 MB of open brackets":          {catalogue.Add, call{"POST", "", "application/json", "", strings.Repeat("[", 2<<20)}, 400, "malformed-request"},
		"2 MB of open objects":           {catalogue.Add, call{"POST", "", "application/json", "", strings.Repeat(`{"args":`, 1<<18)}, 400, "malformed-request"},
		"an operand nested deeply":       {catalogue.Add, call{"POST", "", "application/json", "", `{"args":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + "}"}, 400, "malformed-request"},
		"half a million operands":        {catalogue.Add, call{method: "POST", body: strings.Repeat("1 ", 1<<19)}, 422, "100000 operands"},
		"half a million in JSON":         {catalogue.Add, call{"POST", "", "application/json", "", `{"args":` + array("1", 1<<19) + `}`}, 422, "100000 operands"},
		"100,000 operands":               {catalogue.Add, call{method: "POST", query: "rounding=down", body: strings.Repeat("1e999995 -1e-1000000 ", 50000)}, 200, "4.999999999999999999999999999999999e+999999"},
		"100,000 operands, near":         {catalogue.Add, call{method: "POST", body: strings.Repeat("1 ", 100000)}, 200, "100000"},
		"100,000 factors":                {catalogue.Multiply, call{method: "POST", body: strings.Repeat("1.000001 ", 100000)}, 200, "1.105170862817"},
		"100,000 digits":                 {catalogue.Add, call{method: "POST", body: nines(100000)}, 200, "1e+100000"},
		"100,001 digits":                 {catalogue.Add, call{method: "POST", body: nines(100001)}, 422, "max_digits"},
		"a product of 100,000 digits":    {catalogue.Multiply, call{method: "POST", body: nines(100000) + " " + nines(100000)}, 200, "1e+200000"},
		"a quotient of 100,000 digits":   {catalogue.Divide, call{method: "POST", body: nines(100000) + " 7" + nines(99998)}, 200, "1"},
		"a root of 100,000 digits":       {catalogue.Root, call{method: "POST", body: nines(100000)}, 200, "1e+50000"},
		"ends far apart":                 {catalogue.Add, call{method: "POST", body: "1e1000000 1e-1000000"}, 200, "1e+1000000"},
		"10,000 elements":                {catalogue.Add, call{"POST", "", "application/json", "", array(`{"args":["0.1","0.2"]}`, 10000)}, 422, "1,000"},
		"1,000 elements":                 {catalogue.Add, call{"POST", "", "application/json", "", array(`{"args":["0.1","0.2"]}`, 1000)}, 200, `"0.3"`},
		"a thousand 1e1000000 plain":     {catalogue.Add, call{"POST", "", "application/json", "", array(`{"args":["1e1000000"],"notation":"plain"}`, 1000)}, 200, "too-large"},
		"a thousand times 99,000 digits": {catalogue.Add, call{"POST", "", "application/json", "", array(`{"args":["1e98999"],"notation":"plain"}`, 1000)}, 200, "max_answer"},
		"1e1000000 in plain":             {catalogue.Add, call{method: "POST", query: "notation=plain", body: "1e1000000"}, 422, "max_digits"},
		"9^9^9":                          {catalogue.Power, call{method: "POST", body: "9 387420489"}, 422, "max_exponent"},
		"a tower":                        {catalogue.Power, call{method: "POST", body: "9 1e1000000"}, 422, "max_exponent"},
		"1,000 options in the query":     {catalogue.Add, call{method: "GET", query: strings.Repeat("precision=1&", 100000)}, 400, "precision"},
		"1,000,000 parts in the query":   {catalogue.Add, call{method: "GET", query: strings.Repeat("&", 1000000) + "args=1"}, 200, `"1"`},
		"1,000,000 commas":               {catalogue.Add, call{method: "GET", query: "args=" + strings.Repeat(",", 1000000)}, 422, "100000 operands"},
		"a long unknown member":          {catalogue.Add, call{"POST", "", "application/json", "", `{"` + strings.Repeat("x", 1<<20) + `":1}`}, 400, "malformed-request"},
		"a million unknown members":      {catalogue.Add, call{"POST", "", "application/json", "", `{"a1":1` + strings.Repeat(`,"b":1`, 1<<17) + `}`}, 400, "malformed-request"},
		"a batch of problems":            {catalogue.Divide, call{"POST", "", "application/json", "", array(`{"args":["`+nines(1000)+`","0"]}`, 1000)}, 200, "division by zero"},
	} {
		t.Run(name, func(t *testing.T) {
			handle := functions.Handler(c.o)
			above, stop := watchMemory()
			start := time.Now()
			answer := c.call.to(t.Context(), handle)
			took := time.Since(start)
			stop()
			t.Logf("%s: %d in %v, %d KiB above idle, %d bytes", name, answer.StatusCode, took.Round(time.Microsecond), above()>>10, len(answer.Body))
			checkAnswer(t, c.call.method, answer)
			if c.status == 0 {
				require.GreaterOrEqual(t, answer.StatusCode, 400)
			} else {
				require.Equal(t, c.status, answer.StatusCode, "%.300s", answer.Body)
			}
			if c.call.accept == "" && answer.StatusCode >= 400 {
				require.Less(t, len(answer.Body), 1000, "a problem is short, whatever it is about")
			}
			require.Contains(t, string(answer.Body), c.want)
			require.Less(t, took, patience)
			require.Less(t, above(), int64(maxAbove))
			require.Less(t, len(answer.Body), 4<<20+4<<10)
		})
	}
}

// watchMemory watches the heap until stop is called. above is the most that it was above where it began.
func watchMemory() (above func() int64, stop func()) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	idle, most := int64(m.HeapAlloc), int64(0)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			runtime.ReadMemStats(&m)
			most = max(most, int64(m.HeapAlloc)-idle)
			select {
			case <-end:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() int64 { return most }, func() { close(end); <-ended }
}

func TestOperandsCannotWriteHeadersOrLines(t *testing.T) {
	for _, evil := range []string{"1\r\nX-Evil: 1", "1\nSet-Cookie: a=b", "1\u2028 2", "1\x1b[2J", "1\x00", "1\u0085", "\xff\xfe", "<script>"} {
		for _, o := range []*catalogue.Operation{catalogue.Sin, catalogue.Divide, catalogue.Add} {
			handle := functions.Handler(o)
			quoted, err := json.Marshal(evil)
			require.NoError(t, err)
			for _, c := range []call{
				{method: "POST", body: evil},
				{method: "POST", query: "precision=" + strings.NewReplacer("\r", "%0D", "\n", "%0A", "\xff", "%FF").Replace(evil), body: "1"},
				{method: "GET", query: "args=" + strings.NewReplacer("\r", "%0D", "\n", "%0A", "\x00", "%00", "\x1b", "%1B").Replace(evil), accept: "text/plain"},
				{"POST", "", "application/json", "text/plain", `{"args":[` + string(quoted) + `]}`},
				{"POST", "", "application/json", "", `{` + string(quoted) + `:1}`},
				{"POST", "", "application/json", "text/plain", `{"args":["1","2"],"rounding":` + string(quoted) + `}`},
			} {
				answer := c.to(t.Context(), handle)
				checkAnswer(t, c.method, answer)
				if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/") {
					require.Equal(t, 1, strings.Count(string(answer.Body), "\n"), "%q", answer.Body)
					for _, r := range strings.TrimSuffix(string(answer.Body), "\n") {
						require.True(t, r >= ' ' && r != 0x7f && r != 0x85 && r != 0x2028, "%q", answer.Body)
					}
				}
			}
		}
	}
}

func TestDuplicatesAndWrongTypesAreRefused(t *testing.T) {
	handle := functions.Handler(catalogue.Divide)
	for body, want := range map[string]string{
		`{"dividend":1,"dividend":1,"divisor":2}`:      "malformed-request",
		`{"args":[1,2],"args":[1,2]}`:                  "malformed-request",
		`{"args":[1,2],"precision":3,"precision":3}`:   "malformed-request",
		`{"args":[1,2],"dividend":1}`:                  "malformed-request",
		`{"dividend":1,"\u0064ividend":1,"divisor":2}`: "malformed-request",
		`{"Dividend":1,"divisor":2}`:                   "malformed-request",
		`{"dividend":1}`:                               "malformed-request",
		`{"args":[1,2,3]}`:                             "malformed-request",
		`{"args":[1,2]} {}`:                            "malformed-request",
		`{"args":[1,2]}x`:                              "malformed-request",
		`{"args":[1,2,]}`:                              "malformed-request",
		`{"args":[1,2]`:                                "malformed-request",
		`{'args':[1,2]}`:                               "malformed-request",
		`{"args":[01,2]}`:                              "malformed-request",
		`"1 2"`:                                        "malformed-request",
		`12`:                                           "malformed-request",
		`null`:                                         "malformed-request",
		`{"args":[1,2],"precision":2.5}`:               "malformed-request",
		`{"args":[1,2],"precision":-1}`:                "malformed-request",
		`{"args":[1,2],"precision":true}`:              "malformed-request",
		`{"args":[1,2],"precision":99999999999999999999}`:              "too-large",
		`{"args":[1,2],"forms":"maybe"}`:                               "malformed-request",
		`{"args":[1,2],"precison":5}`:                                  "malformed-request",
		`{"dividend":true,"divisor":2}`:                                "not-a-number",
		`{"dividend":null,"divisor":2}`:                                "not-a-number",
		`{"dividend":[1],"divisor":2}`:                                 "not-a-number",
		`{"dividend":{"a":1},"divisor":2}`:                             "not-a-number",
		`{"args":[1,false]}`:                                           "not-a-number",
		`{"dividend":"NaN","divisor":2}`:                               "not-a-number",
		"{\"dividend\":\"\xff\",\"divisor\":2}":                        "",
		`{"dividend":"` + strings.Repeat("a", 1000) + `","divisor":2}`: "not-a-number",
	} {
		answer := call{"POST", "", "application/json", "", body}.to(t.Context(), handle)
		checkAnswer(t, "POST", answer)
		require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"), "%s: %s", body, answer.Body)
		var got outcome
		require.NoError(t, json.Unmarshal(answer.Body, &got))
		if want != "" {
			require.Equal(t, want, got.Type, "%s: %s", body, got.Detail)
		}
		require.Less(t, len(got.Detail), 400, "%s", got.Detail)
	}
}

// A JSON number is the text that it is: no binary float ever sees it.
func TestNumbersInJSONKeepTheirDigits(t *testing.T) {
	for number, want := range map[string]string{
		"0.1":                         "0.1",
		"9007199254740993":            "9007199254740993",
		"0.30000000000000004440892":   "0.30000000000000004440892",
		"1e400":                       "1e+400",
		"123456789012345678901234567": "123456789012345678901234567",
		"-0":                          "0",
		"1E-7":                        "0.0000001",
	} {
		answer := call{"POST", "", "application/json", "", `{"args":[` + number + `]}`}.to(t.Context(), functions.Handler(catalogue.Add))
		var got outcome
		require.NoError(t, json.Unmarshal(answer.Body, &got))
		require.Equal(t, want, got.Result)
	}
}

// Work stops with its deadline: one computation is a problem, and of a batch what was not reached.
func TestWorkStopsAtItsDeadline(t *testing.T) {
	for _, ask := range []struct {
		o     *catalogue.Operation
		body  string
		batch bool
	}{
		{catalogue.Power, `{"args":["1.5","1234.5678901234567890123"],"precision":10000}`, false},
		{catalogue.Exp, "[" + strings.Repeat(`{"args":["1.234567"],"precision":10000},`, 999) + `{"args":["1"]}]`, true},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
		start := time.Now()
		answer := call{"POST", "", "application/json", "", ask.body}.to(ctx, functions.Handler(ask.o))
		cancel()
		require.Less(t, time.Since(start), patience)
		if !ask.batch {
			if answer.StatusCode != http.StatusOK { // a fast machine may be done
				require.Contains(t, []int{http.StatusGatewayTimeout, http.StatusTooManyRequests}, answer.StatusCode)
			}
			continue
		}
		require.Equal(t, http.StatusOK, answer.StatusCode, "%s", answer.Body)
		var got []outcome
		require.NoError(t, json.Unmarshal(answer.Body, &got))
		require.Len(t, got, 1000)
		require.Equal(t, "deadline-exceeded", got[999].Type)
		require.Equal(t, http.StatusGatewayTimeout, got[999].Status)
	}
}

// Many at once share one budget, and each still gets its answer.
func TestManyHeavyRequestsShareTheBudget(t *testing.T) {
	handle := functions.Handler(catalogue.Root)
	above, stop := watchMemory()
	done := make(chan error, 40)
	for i := range cap(done) {
		go func() {
			answer := call{method: "POST", query: "precision=10000", body: fmt.Sprintf("%d 3", i+2)}.to(t.Context(), handle)
			if answer.StatusCode != http.StatusOK {
				done <- fmt.Errorf("%d: %.200s", answer.StatusCode, answer.Body)
				return
			}
			done <- nil
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
	stop()
	require.Less(t, above(), int64(maxAbove))
}
