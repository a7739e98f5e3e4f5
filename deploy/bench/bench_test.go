package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	require.Equal(t, 50, percentile(hundred, 50))
	require.Equal(t, 99, percentile(hundred, 99))
	require.Equal(t, 100, percentile(append(hundred, 101), 99))
	require.Equal(t, 7, percentile([]int{7}, 1))
	require.Equal(t, 2.0, median([]float64{3, 1, 2}))
	require.Equal(t, 2.0, median([]float64{4, 1, 3, 2}), "the lower of two")
	_, err := summary(nil, time.Second)
	require.Error(t, err)
	s, err := summary([]time.Duration{3, 1, 2, 4}, 2*time.Second)
	require.NoError(t, err)
	require.Equal(t, sample{rate: 2, p50: 2, p99: 4}, s)
}

func TestAnswersAreRead(t *testing.T) {
	for _, c := range []struct {
		in, body string
		last     bool
		err      string
	}{
		{"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 3\r\n\r\nabcHTTP", "abc", false, ""},
		{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length:0\r\n\r\n", "", true, ""},
		{"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "", false, `the answer begins with "HTTP/1.1 502 Bad Gateway"`},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", false, "no Content-Length"},
		{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "", false, `Content-Length is "-1"`},
		{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "", false, "unexpected EOF"},
		{"HTTP/1.1 200 OK\r\nContent-Len", "", false, "unexpected EOF"},
		{"", "", false, "EOF"},
	} {
		body, last, err := readAnswer(bufio.NewReader(strings.NewReader(c.in)), nil)
		if c.err != "" {
			require.ErrorContains(t, err, c.err, c.in)
			continue
		}
		require.NoError(t, err, c.in)
		require.Equal(t, c.body, string(body))
		require.Equal(t, c.last, last)
	}
}

// calculator answers every request as it is told to.
func calculator(t *testing.T, answer http.HandlerFunc) string {
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestLoadCountsWhatTheServerAnswers(t *testing.T) {
	var asked atomic.Int64
	address := calculator(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || string(body) != addition.body {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if asked.Add(1)%10 == 0 {
			w.Header().Set("Connection", "close") // as nginx does after some requests
		}
		fmt.Fprint(w, `{"result":"0.3"}`)
	})
	seen, answers, err := load(t.Context(), address, addition, 4, 20*time.Millisecond, 100*time.Millisecond)
	require.NoError(t, err)
	require.EqualValues(t, asked.Load(), answers)
	require.Positive(t, seen.rate)
	require.LessOrEqual(t, seen.rate/10, float64(answers), "a tenth of a second was measured")
	require.Positive(t, seen.p50)
	require.GreaterOrEqual(t, seen.p99, seen.p50)
}

func TestAWrongAnswerEndsTheLoad(t *testing.T) {
	wrong := calculator(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"result":"0.30000000000000004"}`) })
	_, _, err := load(t.Context(), wrong, addition, 4, 0, time.Minute)
	require.ErrorContains(t, err, `0.30000000000000004`)
	failing := calculator(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	_, _, err = load(t.Context(), failing, addition, 4, 0, time.Minute)
	require.ErrorContains(t, err, "500")
	nobody, _, err := withPorts(1)
	require.NoError(t, err)
	_, _, err = load(t.Context(), nobody.address, addition, 1, 0, time.Minute)
	require.Error(t, err)
}

func TestAClosedConnectionIsMadeAnew(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() { // answers once for each connection, and closes it without a word
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\"0.3\"")
			}
			conn.Close()
		}
	}()
	c := &connection{address: l.Addr().String(), out: addition.bytes(), want: []byte(addition.want)}
	defer c.close()
	for range 3 {
		require.NoError(t, c.ask(t.Context()))
	}
}

func TestDebianPackagesAndWhatTheyNeed(t *testing.T) {
	list := "flask\tpython3:any (>= 3.7~), , werkzeug (>= 2)\t\n" +
		"python3\tlibpython, mailer | exim\tpython3-profiler, python3-supported-min (= 3.11.2)\n" +
		"werkzeug\tpython3-supported-min\t\nlibpython\t, \t\nexim\t\t\nunneeded\tflask\t\n"
	found, err := closure(list, []string{"flask"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"flask", "python3", "werkzeug", "libpython", "exim"}, found)
	_, err = closure(list, []string{"gunicorn"})
	require.EqualError(t, err, "gunicorn is not installed")
}

func TestSizeIsThatOfALayer(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700))
	text := bytes.Repeat([]byte("1234567890"), 10_000)
	for _, name := range []string{"a/x", "a/b/y"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	s, err := sizeOf([]string{filepath.Join(dir, "a")})
	require.NoError(t, err)
	require.EqualValues(t, 200_000, s.plain)

	var layer bytes.Buffer
	z := gzip.NewWriter(&layer)
	w := tar.NewWriter(z)
	for range 2 {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: "12345678901234567890", Mode: 0o755, Size: int64(len(text))}))
		_, err := w.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, errors.Join(w.Close(), z.Close()))
	require.InDelta(t, layer.Len(), s.packed, 200)
	_, err = sizeOf([]string{filepath.Join(dir, "missing")})
	require.Error(t, err)
}

// The peers in Go are the same question's answer, and the process measured is theirs.
func TestPeersInGoAnswer(t *testing.T) {
	_, file, _, _ := runtime.Caller(0)
	folder := t.TempDir()
	require.NoError(t, buildPeer(t.Context(), filepath.Dir(file), folder, "openfaas"))
	floor, err := nethttp(t.Context(), filepath.Dir(file), folder)
	require.NoError(t, err)
	child, ports, err := withPorts(1)
	require.NoError(t, err)
	child.programs = []program{{command: []string{filepath.Join(folder, "openfaas")}, env: []string{"child_port=" + ports[0]}}}
	for name, s := range map[string]*server{"nethttp": floor, "openfaas": child} {
		s.name = name
		require.NoError(t, s.coldStart(t.Context()))
		require.Len(t, s.starts, 1)
		require.NoError(t, s.start(t.Context()))
		t.Cleanup(s.group.stop)
		w := &row{name: name, server: s, request: addition, samples: map[int][]sample{}}
		p := plan{warm: 10 * time.Millisecond, measured: 50 * time.Millisecond}
		require.NoError(t, w.measure(t.Context(), 64, p))
		require.Positive(t, w.rate(64))
		require.Greater(t, s.loaded.rss, float64(mib))
		require.LessOrEqual(t, s.loaded.pss, s.loaded.rss)
		s.group.stop()
		_, err = s.group.memory()
		require.ErrorContains(t, err, "ended")
	}
}

// seen is a report in which every figure is known.
func seen() *report {
	fill := func(name string, rate float64) *row {
		s := &server{name: name, starts: []time.Duration{5 * time.Millisecond, 4 * time.Millisecond, 9 * time.Millisecond}, size: size{8e6, 3.25e6},
			idle: memory{6 * mib, 5 * mib}, loaded: memory{20 * mib, 19 * mib}}
		w := &row{name: name, server: s, request: addition, samples: map[int][]sample{}}
		for _, connections := range levels {
			for _, x := range []float64{0.5, 1, 2} {
				w.samples[connections] = append(w.samples[connections],
					sample{rate: rate * x, p50: 250 * time.Microsecond, p99: time.Duration(12.34 * x * float64(time.Millisecond)), busy: 20 * time.Microsecond})
			}
		}
		return w
	}
	add := fill("add", 9000)
	many := fill(batchName, 1000)
	many.server = add.server
	expressions := expressions()
	for i := range expressions {
		expressions[i].took = 5 * time.Microsecond
	}
	expressions[1].mathjs = 9
	return &report{machine: "2 cores", rows: []*row{add, many, fill(floorName, 10_000), fill(flaskName, 1200)}, expressions: expressions,
		fifteen: memory{120 * mib, 100 * mib}, functions: 15, dashboard: &server{name: "dashboard", idle: memory{10 * mib, 10 * mib}, size: size{13e6, 5e6}}}
}

func TestTableHasTheMedians(t *testing.T) {
	var out strings.Builder
	require.NoError(t, seen().write(&out))
	require.Contains(t, out.String(), "2 cores.\n\n")
	require.Contains(t, out.String(), "| add | 9000 (0.25, 12.3) | 9000 (0.25, 12.3) | 9000 (0.25, 12.3) | 20 |\n")
	require.Contains(t, out.String(), "| add | 5.00 | 6.0 | 5.0 | 20.0 | 19.0 | 8.0 | 3.25 |\n")
	require.NotContains(t, out.String(), "| add, 100 at once | 5.00", "it has no process of its own")
	require.Contains(t, out.String(), "| dashboard | | 10.0 | 10.0 | | | 13.0 | 5.00 |\n| all 15 functions | | 120.0 | 100.0 | | | | |\n")
	require.Contains(t, out.String(), "| `1.5 + 2.25` | 5.00 |  |\n| `(1 + 2) * 3 / 4 - sqrt(2) ^ 2` | 5.00 | 9.00 |\n| a sum of 100 terms | 5.00 |  |\n")
	columns := 0
	for line := range strings.Lines(out.String()) {
		switch n := strings.Count(line, "|"); {
		case n == 0:
			columns = 0
		case columns == 0:
			columns = n
		default:
			require.Equal(t, columns, n, line)
		}
	}
}

func TestGoalsAreHeldAgainstTheFigures(t *testing.T) {
	met := map[string]bool{}
	for _, g := range seen().goals() {
		met[g.what+" "+g.want+" "+g.is] = g.met
	}
	for what, want := range map[string]bool{
		"`add`, 8 connections, times bare net/http ≥ 0.8 0.90":              true,
		"`add`, 64 connections, times Flask, gunicorn, nginx ≥ 8.0 7.50":    false,
		"100 additions at once, in single ones (8 connections) ≤ 10  9.00 ": true,
		"`add`: exec to first answer ≤ 6 ms 5.00 ms":                        true,
		"`add`: idle Rss ≤ 7 MiB 6.00 MiB":                                  true,
		"`add`: loaded Rss ≤ 14 MiB 20.00 MiB":                              false,
		"`add`: image ≤ 3.3 MB 3.25 MB":                                     true,
		"`dashboard`: image ≤ 4.5 MB 5.00 MB":                               false,
		"all 15 functions: idle Pss ≤ 110 MiB 100.00 MiB":                   true,
		"`calc`: `1.5 + 2.25` ≤ 1 µs 5.00 µs":                               false,
		"`calc`: `(1 + 2) * 3 / 4 - sqrt(2) ^ 2` ≤ 7 µs 5.00 µs":            true,
		"`calc`: a sum of 100 terms ≤ 50 µs 5.00 µs":                        true,
	} {
		got, ok := met[what]
		require.True(t, ok, "%s is none of %v", what, met)
		require.Equal(t, want, got, what)
	}
	for what := range met {
		require.NotContains(t, what, mathjsName, "it is missing")
	}
}

func TestExpressionsAreEvaluated(t *testing.T) {
	for _, e := range expressions() {
		require.NoError(t, evaluate(t.Context(), e.text))
	}
	require.Positive(t, timeExpression(t.Context(), "1.5 + 2.25"))
	require.Zero(t, timeExpression(t.Context(), "1.5 +"))
}

func TestBadArgumentsAreRefused(t *testing.T) {
	for args, want := range map[string]string{
		"now":        "unknown argument now",
		"-rounds 0":  "want 1 to 100",
		"-time 10ms": "want 100ms to 1m",
	} {
		require.ErrorContains(t, run(t.Context(), strings.Fields(args), io.Discard, io.Discard), want)
	}
	require.NoError(t, run(t.Context(), []string{"-help"}, io.Discard, io.Discard))
}
