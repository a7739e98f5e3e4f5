package host

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"
)

// serve runs a function on a port of its own and returns its address.
func serve(t *testing.T, s Settings, handle Handle) string {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.Port, s.MetricsPort = l.Addr().(*net.TCPAddr).Port, 0
	require.NoError(t, l.Close())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- serveHTTP(ctx, s, handle) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	url := "http://127.0.0.1:" + strconv.Itoa(s.Port)
	require.Eventually(t, func() bool { return checkHealth(s.Port) == nil }, 5*time.Second, time.Millisecond)
	return url
}

func TestLate504ArrivesOverASocket(t *testing.T) {
	s := Defaults()
	s.Exec, s.Write, s.Read = 50*time.Millisecond, 50*time.Millisecond, time.Second
	leave := make(chan bool)
	defer close(leave)
	url := serve(t, s, func(r handler.Request) (handler.Response, error) { <-leave; return text("late")(r) })
	answer, err := http.Post(url, "application/json", nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, 504, answer.StatusCode)
}

func TestLargeBodyIsAnsweredOverASocket(t *testing.T) {
	url := serve(t, Defaults(), text("ok"))
	for _, body := range []io.Reader{bytes.NewReader(make([]byte, 2<<20)), io.MultiReader(bytes.NewReader(make([]byte, 2<<20)))} {
		answer, err := http.Post(url, "application/json", body)
		require.NoError(t, err)
		require.Equal(t, 413, answer.StatusCode)
		require.NoError(t, answer.Body.Close())
	}
}

func TestWorkStopsWhenTheCallerGoes(t *testing.T) {
	entered, stopped := make(chan bool), make(chan error)
	url := serve(t, Defaults(), func(r handler.Request) (handler.Response, error) {
		entered <- true
		<-r.Context().Done()
		stopped <- r.Context().Err()
		return text("too late")(r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		r, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	}()
	<-entered
	cancel()
	require.ErrorIs(t, <-stopped, context.Canceled)
}

// What is refused costs next to nothing, so that what is taken is as quick as if nobody else had asked; without the limit all share the
// processors and all are slow.
func TestInflightLimitKeepsTheLatencyOfWhatItTakes(t *testing.T) {
	const callers = 48
	work := func(r handler.Request) (handler.Response, error) {
		var hash [32]byte
		for range 40_000 { // some 4 to 10 ms
			hash = sha256.Sum256(hash[:])
		}
		return text(string(hash[:1]))(r)
	}
	taken := func(limit int) (middle time.Duration, refused int64) {
		s := Defaults()
		s.MaxInflight = limit
		url := serve(t, s, work)
		var mu sync.Mutex
		var took []time.Duration
		var none atomic.Int64
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				for begin := time.Now(); time.Since(begin) < time.Second; {
					asked := time.Now() // the function's own clock stands while a request waits for a processor
					answer, err := http.Post(url, "text/plain", nil)
					if err != nil {
						t.Error(err)
						return
					}
					_ = answer.Body.Close()
					switch answer.StatusCode {
					case 200:
						mu.Lock()
						took = append(took, time.Since(asked))
						mu.Unlock()
					case 429:
						if answer.Header.Get("Retry-After") != "1" {
							t.Error("no Retry-After")
						}
						none.Add(1)
						time.Sleep(10 * time.Millisecond) // a caller that is told to wait does, if only for a hundredth of that
					default:
						t.Error(answer.Status)
					}
				}
			})
		}
		group.Wait()
		require.NotEmpty(t, took)
		slices.Sort(took)
		return took[len(took)/2], none.Load()
	}
	unlimited, none := taken(0)
	require.Zero(t, none)
	limited, refused := taken(1)
	t.Logf("of %d callers, half are answered within %v; with max_inflight 1 within %v, and %d are refused", callers, unlimited, limited, refused)
	require.Positive(t, refused)
	require.Less(t, limited, unlimited/2)
}

func TestMountedBelowAPrefix(t *testing.T) {
	h := New(Defaults(), func(r handler.Request) (handler.Response, error) { return text(r.Header.Get("X-Original-Uri"))(r) })
	mounted := http.StripPrefix("/function/add", h)
	for path, want := range map[string]string{"/function/add": "/", "/function/add/": "/", "/function/add/mcp?x=1": "/mcp?x=1", "/function/add?y": "/?y", "/function/add/_/health": "OK"} {
		w := httptest.NewRecorder()
		mounted.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		require.Equal(t, want, w.Body.String(), path)
	}
}
