package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// notes is a log that a test may read while the host writes.
type notes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}

func text(body string) Handle {
	return func(handler.Request) (handler.Response, error) {
		return handler.Response{Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: []byte(body)}, nil
	}
}

// ask sends one request to a host and checks what every answer of a function has.
func ask(t *testing.T, h *Host, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, Version(), w.Header().Get("X-Calculator-Version"))
	require.NotEmpty(t, w.Header().Get("X-Call-Id"))
	require.Regexp(t, `^compute;dur=\d+\.\d{3}$`, w.Header().Get("Server-Timing"))
	require.Regexp(t, `^\d+\.\d{6}$`, w.Header().Get("X-Duration-Seconds"))
	if !isJSON(w.Header().Get("Content-Type")) {
		require.Equal(t, []string{"nosniff"}, w.Header()["X-Content-Type-Options"])
	}
	return w
}

func post(body string, headers ...string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

type problemDocument struct {
	Type, Title, Detail string
	Status              int
}

// requireProblem checks one of host's own problems, as a document and as a line.
func requireProblem(t *testing.T, w *httptest.ResponseRecorder, status int, kind string) problemDocument {
	t.Helper()
	require.Equal(t, status, w.Code, w.Body)
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	var p problemDocument
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(t, kind, p.Type)
	require.Equal(t, status, p.Status)
	require.NotEmpty(t, p.Title)
	require.NotEmpty(t, p.Detail)
	return p
}

func TestFunctionSeesTheRequest(t *testing.T) {
	var got handler.Request
	h := New(Defaults(), func(r handler.Request) (handler.Response, error) { got = r; return text("ok")(r) })
	r := httptest.NewRequest("PUT", "http://calculator.example/mcp/a%20b?x=1%2B2&y", strings.NewReader("0.1 0.2"))
	for name, value := range map[string]string{
		"X-Original-URI": "/forged", "X-Calculator-Version": "forged", "X-Call-Id": "caller's", "Content-Encoding": "gzip",
		"Connection": "close, X-Secret", "X-Secret": "1", "Keep-Alive": "1", "Proxy-Authorization": "x", "TE": "trailers", "Upgrade": "websocket",
	} {
		r.Header.Set(name, value)
	}
	w := ask(t, h, r)
	require.Equal(t, 200, w.Code)
	require.Equal(t, "ok", w.Body.String())
	require.Equal(t, "caller's", w.Header().Get("X-Call-Id"))
	require.Equal(t, "0.1 0.2", string(got.Body))
	require.Equal(t, "PUT", got.Method)
	require.Equal(t, "calculator.example", got.Host)
	require.Equal(t, "x=1%2B2&y", got.QueryString)
	require.Equal(t, http.Header{"X-Original-Uri": {"/mcp/a%20b?x=1%2B2&y"}, "X-Calculator-Version": {Version()},
		"X-Call-Id": {"caller's"}, "Content-Encoding": {"gzip"}}, got.Header)
	deadline, ok := got.Context().Deadline()
	require.True(t, ok)
	require.WithinDuration(t, time.Now().Add(10*time.Second), deadline, time.Second)
}

func TestCallIDIsMadeWhereAbsent(t *testing.T) {
	h := New(Defaults(), text("ok"))
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 100 {
		id := ask(t, h, post("")).Header().Get("X-Call-Id")
		require.Regexp(t, uuid, id)
		require.False(t, seen[id])
		seen[id] = true
	}
	require.Regexp(t, uuid, ask(t, h, post("", "X-Call-Id", strings.Repeat("x", 300))).Header().Get("X-Call-Id"))
}

func TestAnswerIsCompleted(t *testing.T) {
	answer := handler.Response{Header: http.Header{"x-lower": {"1"}, "Connection": {"X-Drop"}, "X-Drop": {"1"}, "Content-Length": {"999"}}, Body: []byte("plain")}
	h := New(Defaults(), func(handler.Request) (handler.Response, error) { return answer, nil })
	w := ask(t, h, post(""))
	require.Equal(t, 200, w.Code)
	require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "5", w.Header().Get("Content-Length"))
	require.Equal(t, "1", w.Header().Get("X-Lower"))
	require.Empty(t, w.Header().Get("Connection")+w.Header().Get("X-Drop"))

	head := ask(t, h, httptest.NewRequest("HEAD", "/", nil))
	require.Equal(t, "5", head.Header().Get("Content-Length"))
	require.Empty(t, head.Body.String())

	answer = handler.Response{StatusCode: 304, Header: http.Header{"Etag": {`"x"`}}, Body: []byte("never sent")}
	w = ask(t, h, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 304, w.Code)
	require.Empty(t, w.Body.String()+w.Header().Get("Content-Length")+w.Header().Get("Content-Type"))
}

func TestHealthFollowsTheAcceptingState(t *testing.T) {
	h := New(Defaults(), text("ok"))
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	require.Equal(t, "OK", get("GET", "/_/health").Body.String())
	require.Equal(t, 200, get("GET", "/_/ready").Code)
	require.Empty(t, get("GET", "/_/ready").Body.String())
	for _, method := range []string{"HEAD", "POST", "OPTIONS"} {
		require.Equal(t, 405, get(method, "/_/health").Code)
		require.Equal(t, 405, get(method, "/_/ready").Code)
	}
	h.Stop()
	require.Equal(t, 503, get("GET", "/_/health").Code)
	require.Empty(t, get("GET", "/_/health").Body.String())
	require.Equal(t, 503, get("GET", "/_/ready").Code)
	require.Equal(t, "ok", get("GET", "/").Body.String(), "a stopping function still answers")
	require.EqualValues(t, 1, requestCount(t, h), "health and readiness are not counted")
}

func TestReadyPathAsksTheFunction(t *testing.T) {
	s := Defaults()
	s.ReadyPath = "/am/i"
	h := New(s, func(r handler.Request) (handler.Response, error) { return text(r.Header.Get("X-Original-Uri"))(r) })
	require.Equal(t, "/am/i", ask(t, h, httptest.NewRequest("GET", "/_/ready", nil)).Body.String())
}

func TestInflightLimitRefusesAtOnce(t *testing.T) {
	s := Defaults()
	s.MaxInflight = 1
	entered, leave := make(chan bool), make(chan bool)
	h := New(s, func(r handler.Request) (handler.Response, error) {
		if string(r.Body) == "panic" {
			panic("released")
		}
		entered <- true
		<-leave
		return text("ok")(r)
	})
	for range 3 {
		require.Equal(t, 500, ask(t, h, post("panic")).Code, "a panic gives its slot back")
	}
	finished := make(chan int)
	go func() { w := httptest.NewRecorder(); h.ServeHTTP(w, post("")); finished <- w.Code }()
	<-entered

	w := ask(t, h, post("", "Accept", "application/json"))
	p := requireProblem(t, w, 429, "too-many-requests")
	require.Contains(t, p.Detail, "max_inflight")
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Equal(t, "faas-middleware", w.Header().Get("X-OpenFaaS-Internal"))
	line := ask(t, h, post("1 2"))
	require.Equal(t, p.Detail+"\n", line.Body.String())

	ready := httptest.NewRecorder()
	h.ServeHTTP(ready, httptest.NewRequest("GET", "/_/ready", nil))
	require.Equal(t, 429, ready.Code)
	require.Empty(t, ready.Body.String())

	leave <- true
	require.Equal(t, 200, <-finished)
	ready = httptest.NewRecorder()
	h.ServeHTTP(ready, httptest.NewRequest("GET", "/_/ready", nil))
	require.Equal(t, 200, ready.Code)
}

func TestBodyAboveTheLimitIsRefused(t *testing.T) {
	s := Defaults()
	s.MaxBody = 8
	h := New(s, text("ok"))
	require.Equal(t, 200, ask(t, h, post("12345678")).Code)
	require.Contains(t, requireProblem(t, ask(t, h, post("123456789", "Accept", "application/json")), 413, "payload-too-large").Detail, "8 bytes")
	chunked := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("12345"), strings.NewReader("6789")))
	chunked.Header.Set("Content-Type", "application/json")
	require.EqualValues(t, -1, chunked.ContentLength)
	requireProblem(t, ask(t, h, chunked), 413, "payload-too-large")
	short := post("123")
	short.ContentLength = 5
	require.Equal(t, 400, ask(t, h, short).Code)
}

func TestDeadlineReachesTheFunction(t *testing.T) {
	s := Defaults()
	s.Exec = 30 * time.Millisecond
	h := New(s, func(r handler.Request) (handler.Response, error) {
		<-r.Context().Done()
		return handler.Response{StatusCode: 504, Body: []byte(context.Cause(r.Context()).Error())}, nil
	})
	w := ask(t, h, post(""))
	require.Equal(t, 504, w.Code)
	require.Equal(t, "context deadline exceeded", w.Body.String(), "the function's own answer")
}

func TestFunctionThatDoesNotReturnIsAnsweredFor(t *testing.T) {
	s, log := Defaults(), new(notes)
	s.Exec, s.MaxInflight, s.Log = 20*time.Millisecond, 1, log
	entered, leave := make(chan bool, 1), make(chan bool)
	h := New(s, func(r handler.Request) (handler.Response, error) {
		entered <- true
		<-leave
		r.Header.Set("X-Late", "1")
		return text("late")(r)
	})
	server := httptest.NewServer(h)
	defer server.Close()
	begin := time.Now()
	answer, err := http.Post(server.URL, "application/json", nil)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Less(t, time.Since(begin), time.Second, "before the server's write deadline")
	require.True(t, answer.Close, "the next request would wait for the function")
	require.NotEmpty(t, answer.Header.Get("X-Call-Id"))
	w := httptest.NewRecorder()
	w.Code, w.Body = answer.StatusCode, bytes.NewBuffer(body)
	maps.Copy(w.Header(), answer.Header)
	requireProblem(t, w, 504, "deadline-exceeded")

	<-entered
	busy := ask(t, h, post("", "Accept", "application/json"))
	require.Equal(t, 429, busy.Code, "the function runs still")
	close(leave)
	require.Eventually(t, func() bool { return ask(t, h, post("")).Code == 200 }, 5*time.Second, time.Millisecond)
	h.Flush()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Contains(t, lines[0], `"status":504`)
	require.Contains(t, lines[0], "did not return when its context ended")
	require.Equal(t, 1, strings.Count(log.String(), "did not return"), "answered once")
}

func TestXTimeoutMayOnlyLower(t *testing.T) {
	var left time.Duration
	h := New(Defaults(), func(r handler.Request) (handler.Response, error) {
		deadline, _ := r.Context().Deadline()
		left = time.Until(deadline).Round(time.Second)
		return text("ok")(r)
	})
	for header, want := range map[string]time.Duration{"3s": 3 * time.Second, "1h": 10 * time.Second, "-1s": 10 * time.Second, "soon": 10 * time.Second, "3": 10 * time.Second} {
		ask(t, h, post("", "X-Timeout", header))
		require.Equal(t, want, left, header)
	}
}

func TestDefectTellsTheClientOnlyTheCallID(t *testing.T) {
	for name, handle := range map[string]Handle{
		"panic":  func(handler.Request) (handler.Response, error) { panic("secret") },
		"error":  func(handler.Request) (handler.Response, error) { return handler.Response{}, errors.New("secret") },
		"status": func(handler.Request) (handler.Response, error) { return handler.Response{StatusCode: 17}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			s, log := Defaults(), new(notes)
			s.Log = log
			h := New(s, handle)
			p := requireProblem(t, ask(t, h, post("1", "X-Call-Id", "id-1", "Accept", "application/json")), 500, "internal")
			require.Equal(t, "a defect in the function: report it with the call id id-1", p.Detail)
			require.NotContains(t, p.Detail, "secret")
			h.Flush()
			var line struct {
				Error, Stack string
				CallID       string `json:"call_id"`
			}
			require.NoError(t, json.Unmarshal([]byte(log.String()), &line))
			require.Equal(t, "id-1", line.CallID)
			require.NotEmpty(t, line.Error)
			if name == "panic" {
				require.Equal(t, "panic: secret", line.Error)
				require.Contains(t, line.Stack, "host_test.go")
			}
		})
	}
}

func TestProblemIsWrittenAsTheRequestAsks(t *testing.T) {
	for _, c := range []struct {
		method, contentType, accept string
		text                        bool
	}{
		{"POST", "", "", true},
		{"POST", "text/plain", "*/*", true},
		{"POST", "application/x-www-form-urlencoded", "*/*", true},
		{"POST", "application/json; charset=utf-8", "*/*", false},
		{"POST", "Application/JSON", "", false},
		{"GET", "", "*/*", false},
		{"GET", "", "text/plain", true},
		{"POST", "application/json", "text/plain", true},
		{"POST", "text/plain", "application/json", false},
		{"POST", "text/plain", "text/plain;q=0.5, application/json", false},
		{"POST", "application/json", "application/json;q=0.1, text/*;q=0.2", true},
		{"POST", "text/plain", "application/json;q=0", true},
		{"POST", "text/plain", "text/html, image/png", true},
		{"POST", "text/plain", "application/problem+json", false},
	} {
		header := http.Header{}
		if c.contentType != "" {
			header.Set("Content-Type", c.contentType)
		}
		if c.accept != "" {
			header.Set("Accept", c.accept)
		}
		require.Equal(t, c.text, wantsText(c.method, header), "%+v", c)
	}
}

func TestLogIsOneJSONLineARequestWithoutOperands(t *testing.T) {
	s, log := Defaults(), new(notes)
	s.Log, s.Name = log, "add"
	h := New(s, text("0.3\n"))
	trace := "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	r := httptest.NewRequest("POST", "/12345?args=67890", strings.NewReader("13579"))
	r.Header.Set("Traceparent", trace)
	r.Header.Set("X-Call-Id", "a \"quoted\"\tid")
	ask(t, h, r)
	require.Eventually(t, func() bool { return log.String() != "" }, time.Second, 5*time.Millisecond, "lines are flushed soon")
	require.NotRegexp(t, "12345|67890|13579", log.String())
	require.Equal(t, 1, strings.Count(log.String(), "\n"))
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(log.String()), &line))
	at, err := time.Parse(time.RFC3339Nano, line["time"].(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), at, 5*time.Second)
	require.Less(t, line["duration"].(float64), 5.0)
	delete(line, "time")
	delete(line, "duration")
	require.Equal(t, map[string]any{"function": "add", "method": "POST", "status": 200.0, "call_id": "a \"quoted\"\tid",
		"request_bytes": 5.0, "response_bytes": 4.0, "traceparent": trace}, line)
}

func TestLogKeepsOutWhatClientsInvent(t *testing.T) {
	s, log := Defaults(), new(notes)
	s.Log = log
	h := New(s, text("ok"))
	r := httptest.NewRequest("SECRET123", "/", nil)
	r.Header.Set("Traceparent", "1234567890")
	ask(t, h, r)
	h.Flush()
	require.NotRegexp(t, "SECRET123|1234567890", log.String())
	probe := httptest.NewRequest("GET", "/", nil)
	probe.Header.Set("User-Agent", "kube-probe/1.30")
	ask(t, h, probe)
	h.Flush()
	require.Equal(t, 1, strings.Count(log.String(), "\n"), "probes are not logged")
}

type stuck struct {
	notes
	release chan bool
}

func (s *stuck) Write(b []byte) (int, error) { <-s.release; return s.notes.Write(b) }

func TestStuckLogHoldsUpNoRequest(t *testing.T) {
	s := Defaults()
	to := &stuck{release: make(chan bool)}
	s.Log = to
	h := New(s, text("ok"))
	before := runtime.NumGoroutine()
	for range 20_000 {
		h.log.request(entry{begin: time.Now(), method: "GET", callID: strings.Repeat("x", 200)})
	}
	require.LessOrEqual(t, len(h.log.lines), dropAt+1024)
	require.Positive(t, h.log.dropped)
	for range 3 {
		begin := time.Now()
		h.Flush() // as the end of the process does
		require.Less(t, time.Since(begin), 20*patience)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before+5, "goroutines that wait for the log")

	close(to.release)
	lines := func() (requests, dropped int) {
		for line := range strings.Lines(to.String()) {
			var l struct{ Dropped int }
			require.NoError(t, json.Unmarshal([]byte(line), &l))
			if dropped += l.Dropped; l.Dropped == 0 {
				requests++
			}
		}
		return requests, dropped
	}
	require.Eventually(t, func() bool { requests, dropped := lines(); return requests+dropped == 20_000 }, 5*time.Second, 10*time.Millisecond)
}

// full is a disk that has room for some bytes more.
type full struct {
	notes
	room atomic.Int64
}

func (f *full) Write(b []byte) (int, error) {
	n := int(min(int64(len(b)), f.room.Load()))
	f.room.Add(int64(-n))
	_, _ = f.notes.Write(b[:n])
	if n < len(b) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func TestLinesThatFoundNoRoomAreCounted(t *testing.T) {
	s := Defaults()
	to := &full{}
	s.Log = to
	h := New(s, text("ok"))
	log := func() {
		ask(t, h, httptest.NewRequest("GET", "/", nil))
		h.Flush()
	}
	to.room.Store(1 << 20)
	log()
	to.room.Store(30) // half a line
	log()
	log()
	log()
	to.room.Store(1 << 20)
	log()
	lines := strings.Split(strings.TrimSpace(to.String()), "\n")
	require.Len(t, lines, 4, to.String())
	require.Contains(t, lines[0], `"status":200`)
	require.Len(t, lines[1], 30, "the torn line is ended, and does not spoil the next")
	require.Contains(t, lines[2], `"status":200`)
	require.Contains(t, lines[3], `"message":"lines dropped, since the log could not be written","dropped":3}`)
}

func requestCount(t *testing.T, h *Host) (total float64) {
	t.Helper()
	var b bytes.Buffer
	h.WriteMetrics(&b)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(&b)
	require.NoError(t, err)
	for _, m := range families["http_requests_total"].GetMetric() {
		total += max(m.GetCounter().GetValue(), m.GetUntyped().GetValue())
	}
	return total
}

func TestMetricsHaveOfWatchdogsNames(t *testing.T) {
	h := New(Defaults(), text("ok"))
	scrape := h.metricsHandler()
	ask(t, h, post(""))
	ask(t, h, httptest.NewRequest("GET", "/", nil))
	ask(t, h, httptest.NewRequest("INVENTED", "/", nil))
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		scrape.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	require.Equal(t, 404, get("GET", "/").Code)
	require.Equal(t, 405, get("POST", "/metrics").Code)
	get("GET", "/metrics")
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(get("GET", "/metrics").Body)
	require.NoError(t, err)
	for _, name := range []string{"http_requests_in_flight", "go_goroutines", "go_memstats_alloc_bytes", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
		"promhttp_metric_handler_requests_total", "promhttp_metric_handler_requests_in_flight"} {
		require.Contains(t, families, name)
	}
	methods := map[string]bool{}
	for _, m := range families["http_requests_total"].GetMetric() {
		require.Equal(t, 1.0, m.GetCounter().GetValue())
		labels := map[string]string{}
		for _, l := range m.GetLabel() {
			labels[l.GetName()] = l.GetValue()
		}
		require.Len(t, labels, 2)
		require.Equal(t, "200", labels["code"])
		methods[labels["method"]] = true
	}
	require.Equal(t, map[string]bool{"post": true, "get": true, "unknown": true}, methods)
	durations := families["http_request_duration_seconds"].GetMetric()
	require.Len(t, durations, 3)
	var bounds []float64
	for _, b := range durations[0].GetHistogram().GetBucket() {
		bounds = append(bounds, b.GetUpperBound())
	}
	require.Equal(t, []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}, bounds[:11])
	require.EqualValues(t, 1, durations[0].GetHistogram().GetSampleCount())
	require.Equal(t, 1.0, families["promhttp_metric_handler_requests_total"].GetMetric()[0].GetCounter().GetValue(), "the scrape before")
	require.InDelta(t, float64(time.Now().Unix()), families["process_start_time_seconds"].GetMetric()[0].GetGauge().GetValue(), 600)
	require.Greater(t, families["process_resident_memory_bytes"].GetMetric()[0].GetGauge().GetValue(), 1e6)
	require.Greater(t, families["process_virtual_memory_bytes"].GetMetric()[0].GetGauge().GetValue(), 1e6)
	require.Greater(t, families["process_open_fds"].GetMetric()[0].GetGauge().GetValue(), 2.0)
	require.Len(t, families["go_gc_duration_seconds"].GetMetric()[0].GetSummary().GetQuantile(), 5)
}

func TestDurationsAreCountedByTheirBound(t *testing.T) {
	m := newMeters()
	for _, d := range []time.Duration{0, 5 * time.Millisecond, 5*time.Millisecond + 1, time.Second, 10 * time.Second, time.Minute} {
		m.observe("GET", 200, d)
	}
	var b exposition
	m.write(&b)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(b))
	require.NoError(t, err)
	h := families["http_request_duration_seconds"].GetMetric()[0].GetHistogram()
	require.EqualValues(t, 6, h.GetSampleCount())
	require.InDelta(t, 71.010, h.GetSampleSum(), 1e-5)
	var counts []uint64
	for _, b := range h.GetBucket() {
		counts = append(counts, b.GetCumulativeCount())
	}
	require.Equal(t, []uint64{2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 5, 6}, counts)
	require.Equal(t, 6.0, families["http_requests_total"].GetMetric()[0].GetCounter().GetValue())
}

// BenchmarkRequest is what host adds to a function: no socket, an answer of four bytes, with log and metrics.
func BenchmarkRequest(b *testing.B) {
	s := Defaults()
	s.Log, s.Name = io.Discard, "add"
	h := New(s, text("0.3\n"))
	b.ReportAllocs()
	body := strings.NewReader("")
	r := &http.Request{Method: "POST", URL: httptest.NewRequest("POST", "/", nil).URL, ContentLength: 7}
	for b.Loop() {
		body.Reset("0.1 0.2")
		r.Body, r.Header = io.NopCloser(body), http.Header{"Content-Type": {"text/plain"}}
		h.ServeHTTP(&recorder{header: http.Header{}}, r)
	}
}
