package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"golang.org/x/sync/semaphore"
)

// Handle is a function: one request in, one answer out.
type Handle = func(handler.Request) (handler.Response, error)

// grace is how long after its deadline a function may take to say so itself, before host answers for it. It is less than the
// second that the server's write deadline leaves.
const grace = 250 * time.Millisecond

// longestCallID is the length from which a caller's call id is replaced: it goes into the log.
const longestCallID = 256

// Bodies above largeBody are in memory only within bodyRoom, all of them together: the others wait for their turn until their
// deadline. A computation's own memory is the function's matter.
const (
	largeBody = 16 << 10
	bodyRoom  = 8 << 20
)

// Host is one function with all that surrounds it, as an [http.Handler]: health, limits, deadline, headers, metrics and log.
// It takes the paths below the function's root, so a program that mounts it elsewhere strips the prefix first.
type Host struct {
	settings Settings
	handle   Handle
	meters   *meters
	log      *logger
	bodies   *semaphore.Weighted
	running  atomic.Int64
	begun    atomic.Int64 // requests ever
	stopping atomic.Bool
	ending   atomic.Bool // no further request is wanted on a connection
	crowded  atomic.Bool // nor while others wait for its place
}

// New returns the function as a handler. It starts nothing and listens nowhere.
func New(s Settings, handle Handle) *Host {
	return &Host{settings: s, handle: handle, meters: newMeters(), log: newLogger(s.Log, s.Name), bodies: semaphore.NewWeighted(bodyRoom)}
}

// Stop makes health and readiness say that the function is going away; requests are still answered. Flush is called when
// the last of them has been.
func (h *Host) Stop() { h.stopping.Store(true) }

// Flush writes the log lines that wait.
func (h *Host) Flush() { h.log.flush() }

// ServeHTTP answers one request.
func (h *Host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/_/health":
		h.health(w, r)
		return
	case "/_/ready":
		h.ready(w, r)
		return
	}
	h.serve(w, r, true, grace)
}

// health follows the accepting state alone.
func (h *Host) health(w http.ResponseWriter, r *http.Request) {
	w.Header()["X-Calculator-Version"] = []string{Version()}
	switch {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case h.stopping.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.Header()["Content-Type"] = []string{"text/plain; charset=utf-8"}
		_, _ = io.WriteString(w, "OK")
	}
}

// ready says besides whether another request would be taken.
func (h *Host) ready(w http.ResponseWriter, r *http.Request) {
	w.Header()["X-Calculator-Version"] = []string{Version()}
	switch {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case h.stopping.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	case h.settings.MaxInflight > 0 && h.running.Load() >= int64(h.settings.MaxInflight):
		w.WriteHeader(http.StatusTooManyRequests)
	case h.settings.ReadyPath != "":
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = h.settings.ReadyPath, ""
		h.serve(w, r, false, grace)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

// outcome is a finished request, before it is written.
type outcome struct {
	status  int
	header  http.Header
	body    []byte
	failure string // what a 500 hides from the client
	stack   []byte
	last    bool // of its connection
}

// An exchange is one request and its answer.
type exchange struct {
	*Host
	w           http.ResponseWriter
	r           *http.Request
	begin       time.Time
	callID      string
	traceparent string
	probe       bool // no line of the log is for it
	in          int  // size of the request's body
}

// serve takes a request through metrics and limits to the function, and writes the answer. Where the function has not returned late
// after its deadline, it is answered for; serve returns when the function does.
//
// The function runs in the goroutine of its connection: a goroutine of its own for each request grows its stack anew each time, which
// with the switching took a third of a function's work (an addition in JSON, by pprof).
func (h *Host) serve(w http.ResponseWriter, r *http.Request, limited bool, late time.Duration) {
	h.begun.Add(1)
	h.meters.inflight.Add(1)
	defer h.meters.inflight.Add(-1)
	x := &exchange{Host: h, w: w, r: r, begin: time.Now(), callID: first(r.Header, "X-Call-Id"), traceparent: first(r.Header, "Traceparent"),
		probe: probes(first(r.Header, "User-Agent"))}
	if x.callID == "" || len(x.callID) > longestCallID {
		x.callID = newCallID()
	}
	if done, answered := x.answer(limited, late); !answered {
		x.finish(done)
	}
}

// finish writes the answer, and what is to be told of it.
func (x *exchange) finish(done outcome) {
	took := time.Since(x.begin)
	done.last = done.last || x.ending.Load() || x.crowded.Load()
	out := write(x.w, x.r.Method, done, x.callID, took)
	x.meters.observe(x.r.Method, done.status, took)
	if !x.probe {
		x.log.request(entry{begin: x.begin, duration: took, method: x.r.Method, status: done.status, callID: x.callID, traceparent: x.traceparent,
			in: x.in, out: out, failure: done.failure, stack: done.stack})
	}
}

// refuse is host's own answer.
func (x *exchange) refuse(p problem) outcome {
	body, header := p.answer(wantsText(x.r.Method, x.r.Header))
	return outcome{status: p.status, header: header, body: body}
}

// standIn answers for a function that did not return. The connection ends with it, since the next request would wait for the function.
func (x *exchange) standIn() {
	done := x.refuse(deadlineExceeded())
	done.failure, done.last = "the function did not return when its context ended", true
	x.finish(done)
	_ = http.NewResponseController(x.w).Flush() // the caller has gone: there is nobody to tell
}

// first is the first value of a header, whose name is given in its canonical form.
func first(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// probes tells Kubernetes' own requests, which of-watchdog does not log.
func probes(agent string) bool { return len(agent) >= 10 && agent[:10] == "kube-probe" }

// weight is what a request's body takes of bodyRoom: nothing where it is short, all that may come where its length is not said.
func (h *Host) weight(r *http.Request) int64 {
	size, most := r.ContentLength, h.settings.MaxBody
	if most == 0 {
		most = bodyRoom
	}
	if size < 0 || size > most {
		size = most
	}
	if size <= largeBody {
		return 0
	}
	return min(size, bodyRoom)
}

// answer gets the function's answer to a request, or one of host's own. What the request holds is given back before the caller can know
// that the work is over: the caller's next request finds room. Where the request has been answered already there is nothing to finish.
func (x *exchange) answer(limited bool, late time.Duration) (done outcome, answered bool) {
	if limit := x.settings.MaxInflight; limit > 0 && limited {
		defer x.running.Add(-1)
		if x.running.Add(1) > int64(limit) {
			return x.refuse(tooManyRequests(limit)), false
		}
	}
	var call *callContext
	ctx := x.r.Context()
	if deadline, ok := x.deadline(ctx); ok {
		call = withDeadline(ctx, deadline)
		defer func() { answered = call.stop() }()
		ctx = call
	}
	waited := false
	if weight := x.weight(x.r); weight > 0 {
		if waited = !x.bodies.TryAcquire(weight); waited && x.bodies.Acquire(ctx, weight) != nil {
			return x.refuse(noRoom()), false
		}
		defer x.bodies.Release(weight)
	}
	body, err := x.read(x.w, x.r)
	x.in = len(body)
	if err != nil {
		if waited && errors.Is(err, os.ErrDeadlineExceeded) { // read_timeout passed while the body was not wanted yet
			return x.refuse(noRoom()), false
		}
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return x.refuse(payloadTooLarge(tooLarge.Limit)), false
		}
		return x.refuse(bodyNotRead()), false
	}

	req := handler.Request{Body: body, Header: x.header(x.r, x.callID), QueryString: x.r.URL.RawQuery, Method: x.r.Method, Host: x.r.Host}
	req.WithContext(ctx)
	if call != nil {
		call.watch(late, x.standIn)
	}
	done = x.call(req)
	if done.failure != "" {
		failure, stack := done.failure, done.stack
		done = x.refuse(internal(x.callID))
		done.failure, done.stack = failure, stack
	}
	return done, false
}

// deadline is when the work for the request ends: after exec_timeout or the caller's X-Timeout, or when its context ends, if that is sooner.
func (x *exchange) deadline(ctx context.Context) (time.Time, bool) {
	at, ok := ctx.Deadline()
	if limit := x.limit(x.r); limit > 0 {
		if by := x.begin.Add(limit); !ok || by.Before(at) {
			return by, true
		}
	}
	return at, ok
}

// limit is exec_timeout, or the caller's X-Timeout where that is lower.
func (h *Host) limit(r *http.Request) time.Duration {
	limit := h.settings.Exec
	if text := first(r.Header, "X-Timeout"); text != "" {
		if d, err := time.ParseDuration(text); err == nil && d > 0 && (limit == 0 || d < limit) {
			return d
		}
	}
	return limit
}

// read is the request's body, no larger than max_body.
func (h *Host) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	limit := h.settings.MaxBody
	if limit > 0 {
		if r.ContentLength > limit {
			return nil, &http.MaxBytesError{Limit: limit}
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
	}
	if r.ContentLength < 0 || limit <= 0 {
		return io.ReadAll(r.Body)
	}
	body := make([]byte, r.ContentLength)
	n, err := io.ReadFull(r.Body, body)
	return body[:n], err
}

// oneConnection are the headers that concern one connection only (RFC 9110, §7.6.1): neither the function nor its caller
// gets them from us. net/http has taken Transfer-Encoding, Trailer and Host out of a request by itself.
var oneConnection = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// header is the request's as the function shall see it. The request is ours, so it is changed in place.
func (h *Host) header(r *http.Request, callID string) http.Header {
	header := r.Header
	if header == nil {
		header = http.Header{}
	}
	dropConnectionHeaders(header)
	uri := r.URL.EscapedPath()
	if uri == "" {
		uri = "/"
	}
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		uri += "?" + r.URL.RawQuery
	}
	own := []string{uri, Version(), callID}
	header["X-Original-Uri"], header["X-Calculator-Version"], header["X-Call-Id"] = own[0:1:1], own[1:2:2], own[2:3:3]
	return header
}

func dropConnectionHeaders(header http.Header) {
	for _, line := range header["Connection"] {
		for name := range tokens(line) {
			header.Del(name)
		}
	}
	for _, name := range oneConnection {
		delete(header, name)
	}
}

// tokens are the names in a list apart by commas.
func tokens(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part != "" && !yield(part) {
				return
			}
		}
	}
}

// call runs the function and turns every way in which it may go wrong into an outcome with a failure.
func (h *Host) call(req handler.Request) (done outcome) {
	defer func() {
		if p := recover(); p != nil {
			done = outcome{failure: fmt.Sprintf("panic: %v", p), stack: debug.Stack()}
		}
	}()
	answer, err := h.handle(req)
	if err != nil {
		return outcome{failure: err.Error()}
	}
	if answer.StatusCode == 0 {
		answer.StatusCode = http.StatusOK
	}
	if answer.StatusCode < 200 || answer.StatusCode > 599 {
		return outcome{failure: "the function answered with the status " + strconv.Itoa(answer.StatusCode)}
	}
	return outcome{status: answer.StatusCode, header: answer.Header, body: answer.Body}
}

// nosniff keeps a browser from taking an answer, which may repeat what was asked, for anything but its content type. It is shared
// and never changed. JSON is taken for nothing else anyway, and a ninth header would cost its answers three allocations and 745 bytes,
// the second group of a map (measured with benchmem, an addition in JSON).
var nosniff = []string{"nosniff"}

// write sends an outcome with the headers that every answer has, and returns the size of the body it sent. The last answer of a connection
// says that it is.
func write(w http.ResponseWriter, method string, done outcome, callID string, took time.Duration) int {
	header := w.Header()
	for name, values := range done.header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	dropConnectionHeaders(header)
	if done.last {
		header["Connection"] = []string{"close"}
	}

	bodyless := done.status == http.StatusNoContent || done.status == http.StatusNotModified
	switch {
	case bodyless:
		delete(header, "Content-Length")
	case len(done.body) > 0 || method != http.MethodHead:
		header["Content-Length"] = []string{strconv.Itoa(len(done.body))}
	}
	if len(done.body) > 0 && !bodyless && header["Content-Type"] == nil {
		header["Content-Type"] = []string{http.DetectContentType(done.body)}
	}

	timing := append(make([]byte, 0, 24), "compute;dur="...)
	timing = strconv.AppendFloat(timing, float64(took)/float64(time.Millisecond), 'f', 3, 64)
	own := []string{Version(), callID, string(appendSeconds(nil, took))}
	header["X-Calculator-Version"], header["X-Call-Id"], header["X-Duration-Seconds"] = own[0:1:1], own[1:2:2], own[2:3:3]
	header["Server-Timing"] = append(header["Server-Timing"], string(timing))
	if !isJSON(first(header, "Content-Type")) {
		header["X-Content-Type-Options"] = nosniff
	}

	w.WriteHeader(done.status)
	if bodyless || method == http.MethodHead {
		return 0
	}
	n, _ := w.Write(done.body) // the caller has gone: there is nobody to tell
	return n
}

// newCallID is a random UUID (RFC 9562, §5.4), as the gateway makes them.
func newCallID() string {
	hi, lo := rand.Uint64()&^0xf000|0x4000, rand.Uint64()&^(3<<62)|1<<63 //nolint:gosec // it names a request in the log and is no secret
	b := make([]byte, 36)
	at := 0
	for _, half := range [2]uint64{hi, lo} {
		for shift := 60; shift >= 0; shift -= 4 {
			if at == 8 || at == 13 || at == 18 || at == 23 {
				b[at] = '-'
				at++
			}
			b[at] = hexDigits[half>>shift&15]
			at++
		}
	}
	return string(b)
}
