package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/image"
	"calculator/deploy/internal/process"
)

// local runs the whole calculator in one process.
func local(t *testing.T) *url.URL {
	t.Helper()
	program := filepath.Join(t.TempDir(), "local")
	out, err := exec.Command("go", "build", "-o", program, "calculator/deploy/local").CombinedOutput()
	require.NoError(t, err, "%s", out)
	ports, err := process.Ports(1)
	require.NoError(t, err)
	address := &url.URL{Scheme: "http", Host: "127.0.0.1:" + ports[0]}
	p, err := process.Start(exec.Command(program, "-addr", address.Host))
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	require.NoError(t, p.Await(t.Context(), address.Host))
	return address
}

func TestAWrongAnswerAmongManyIsNoticed(t *testing.T) {
	address := local(t)
	out := new(bytes.Buffer)
	require.NoError(t, run(t.Context(), []string{"-url", address.String(), "-for", "500ms", "-connections", "8"}, out, io.Discard), out)
	require.Contains(t, out.String(), ", 0 not as the contract says.")
	for _, kind := range []string{"GET", "POST", "batch", "problem"} {
		require.Contains(t, out.String(), "| "+kind)
	}

	// The same with a wrong digit in few of the answers, once the first look at each request is over.
	var asked, wrong, looked atomic.Int64
	p := httputil.NewSingleHostReverseProxy(address)
	p.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		if n := asked.Add(1); looked.Load() > 0 && n > looked.Load() && strings.Contains(string(body), `"result":"3"`) {
			body = bytes.Replace(body, []byte(`"result":"3"`), []byte(`"result":"4"`), 1)
			wrong.Add(1)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return nil
	}
	server := httptest.NewServer(p)
	defer server.Close()
	out.Reset()
	progress := writer(func(text string) {
		if strings.HasPrefix(text, "each request once") {
			looked.Store(asked.Load())
		}
	})
	err := run(t.Context(), []string{"-url", server.URL, "-for", "2s", "-connections", "8"}, out, progress)
	require.Positive(t, wrong.Load(), "no answer was made wrong")
	require.ErrorContains(t, err, "answers were not the contract's; the first of them:")
	require.NotContains(t, out.String(), ", 0 not as the contract says.")
}

type writer func(string)

func (w writer) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}

func TestArgumentsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, args := range [][]string{{"-for", "0s"}, {"-connections", "0"}, {"-url", "calculator.example"}, {"more"}, {"-rest", "-1s"}} {
		require.Error(t, run(t.Context(), args, io.Discard, io.Discard), args)
	}
}

// What a function takes is read of the function itself, and one that has ended is not taken for one that takes nothing.
func TestMemoryAndGoroutinesAreThoseOfTheFunction(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, image.Build(t.Context(), "../..", dir, "soak", "add"))
	fn, err := start(t.Context(), filepath.Join(dir, "add"), "add")
	require.NoError(t, err)
	f := &fleet{names: []string{"add"}, functions: map[string]*function{"add": fn}}
	idle := f.read()[0]
	require.InDelta(t, 9<<20, idle.resident, 5<<20)

	// Twenty requests that are under way are twenty connections, of which each has its goroutines.
	ctx, cancel := context.WithCancel(t.Context())
	for range 20 {
		body, stay := io.Pipe()
		defer func() { _ = stay.Close() }()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, fn.url, body)
		require.NoError(t, err)
		go func() {
			if res, err := http.DefaultTransport.RoundTrip(r); err == nil {
				_ = res.Body.Close()
			}
		}()
	}
	require.Eventually(t, func() bool { return f.read()[0].goroutines >= idle.goroutines+20 }, 5*time.Second, 10*time.Millisecond)
	cancel()
	require.Eventually(t, func() bool { return f.read()[0].goroutines <= idle.goroutines+leftGoroutines }, 5*time.Second, 10*time.Millisecond)

	watched, stop := context.WithCancel(t.Context())
	seen := f.watch(watched, time.Millisecond, func(err error) { t.Error(err) })
	time.Sleep(100 * time.Millisecond)
	fn.Stop()
	time.Sleep(100 * time.Millisecond)
	stop()
	all := <-seen
	require.Positive(t, all[0][0].resident)
	require.Zero(t, all[len(all)-1][0].resident)
	require.ErrorContains(t, grew("add", idle, all[0][0], all[len(all)-1][0], idle)[0], "did not run all the time")
}

func TestGrowthIsSaid(t *testing.T) {
	const mib = 1 << 20
	idle, busy := reading{8 * mib, 7}, reading{20 * mib, 70}
	require.Empty(t, grew("add", idle, busy, busy, idle))
	require.Empty(t, grew("add", idle, busy, reading{28 * mib, 80}, reading{20 * mib, 9}))
	require.ErrorContains(t, grew("add", idle, busy, reading{30 * mib, 70}, idle)[0], "memory grew from 20.0 to 30.0 MiB")
	require.ErrorContains(t, grew("add", idle, busy, reading{20 * mib, 90}, idle)[0], "goroutines grew from 70 to 90")
	require.ErrorContains(t, grew("add", idle, busy, busy, reading{8 * mib, 12})[0], "12 goroutines were left of 7")
	require.Len(t, grew("add", idle, reading{}, busy, idle), 1)
}
