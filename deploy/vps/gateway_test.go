package vps_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// gateway imitates faasd's gateway and the functions behind it, with what the gateway says while a function is
// being replaced.
type gateway struct {
	server *httptest.Server

	mu        sync.Mutex
	functions map[string]*instance
	asked     int               // questions that reached a function
	excuses   int               // questions that did not
	last      map[string]string // path and headers of the last one
	active    int
	mostAtOne int // most questions at one time
}

// instance is one running container of a function.
type instance struct {
	version string
	excuse  func(http.ResponseWriter) // what the gateway says instead, while it is replaced
	gone    chan struct{}             // closed when its network is removed: what it computes can no longer be heard
	delay   time.Duration
}

func newGateway(t *testing.T, names ...string) *gateway {
	g := &gateway{functions: map[string]*instance{}}
	for _, n := range names {
		g.functions[n] = &instance{version: "v1", gone: make(chan struct{})}
	}
	g.server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(func() {
		g.mu.Lock()
		for _, f := range g.functions {
			select {
			case <-f.gone:
			default:
				close(f.gone)
			}
		}
		g.mu.Unlock()
		g.server.CloseClientConnections()
		g.server.Close()
	})
	return g
}

func (g *gateway) serve(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/function/"), "/")
	g.mu.Lock()
	f, ok := g.functions[name]
	if !ok {
		g.mu.Unlock()
		http.Error(w, "error finding function "+name+".openfaas-fn: not found", http.StatusNotFound)
		return
	}
	excuse, delay, version := f.excuse, f.delay, f.version
	if excuse == nil {
		g.asked++
	} else {
		g.excuses++
	}
	g.last = map[string]string{"path": r.URL.Path, "encoding": r.Header.Get("Accept-Encoding"), "callback": r.Header.Get("X-Callback-Url")}
	g.active++
	g.mostAtOne = max(g.mostAtOne, g.active)
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		g.active--
		g.mu.Unlock()
	}()

	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if excuse != nil {
		excuse(w)
		return
	}
	select {
	case <-time.After(delay):
	case <-f.gone: // an answer that is ready now would go into a network that is no longer there
		select {
		case <-r.Context().Done():
		case <-time.After(15 * time.Second):
		}
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("X-Calculator-Version", version)
	h.Set("X-Call-Id", r.Header.Get("X-Call-Id"))
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept, Accept-Encoding")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("X-Method", r.Method)
	}
	switch q := r.URL.Query(); {
	case q.Get("fail") != "":
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Type", "application/problem+json")
		code := 0
		_, _ = fmt.Sscan(q.Get("fail"), &code)
		w.WriteHeader(code)
		if q.Get("empty") == "" {
			_, _ = fmt.Fprintf(w, `{"type":"said by the function","status":%d}`, code)
		}
	case q.Get("size") != "":
		size := 0
		_, _ = fmt.Sscan(q.Get("size"), &size)
		_, _ = io.WriteString(w, strings.Repeat("7", size))
	default:
		h.Set("ETag", `"`+version+"-"+name+`"`)
		_, _ = fmt.Fprintf(w, "%s %s %s %d", name, version, r.URL.Query().Get("args"), len(body))
	}
}

// replace does what faasd does for an update: the network goes, the old container stops, the new one starts, and
// listens a moment later. After each step it waits.
func (g *gateway) replace(name, version string, wait func()) {
	text := func(code int, s string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { http.Error(w, s, code) }
	}
	g.mu.Lock()
	f := g.functions[name]
	f.excuse = text(http.StatusInternalServerError, "Can't reach service for: "+name+".")
	close(f.gone)
	g.mu.Unlock()
	wait()
	for _, e := range []func(http.ResponseWriter){
		text(http.StatusNotFound, "error finding function "+name+".openfaas-fn: not found"),
		func(w http.ResponseWriter) {}, // 200 and nothing, from the gateway's scaling handler
		text(http.StatusServiceUnavailable, "function is not ready"),
		text(http.StatusInternalServerError, "connection refused"),
	} {
		g.mu.Lock()
		f.excuse = e
		g.mu.Unlock()
		wait()
	}
	g.mu.Lock()
	g.functions[name] = &instance{version: version, gone: make(chan struct{}), delay: f.delay}
	g.mu.Unlock()
}

func (g *gateway) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}

func (g *gateway) excused() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.excuses
}

func (g *gateway) set(name string, change func(*instance)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(g.functions[name])
}
