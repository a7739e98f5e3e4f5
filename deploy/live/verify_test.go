package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/provider"
)

func imageOf(t *testing.T) provider.Image {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return provider.Image{Path: self}
}

// deploys reports whether a request to the gateway is about this function. It leaves the body as it was.
func deploys(r *http.Request, name string) bool {
	b, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(b))
	return bytes.Contains(b, []byte(`"service":"`+name+`"`))
}

func TestVerifyBelievesOnlyFunctions(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	require.NoError(t, h.deploy(h.publish("v1")))
	stack := filepath.Join(h.dir, "stack.yml")
	l := h.live()
	l.ready = 300 * time.Millisecond
	require.NoError(t, l.verifyFile(t.Context(), h.gateway, stack, "v1"))
	require.ErrorContains(t, l.verifyFile(t.Context(), h.gateway, stack, "v2"), "still answers as version v1, not v2")

	for name, front := range map[string]http.HandlerFunc{
		"200 with nothing in it":       func(http.ResponseWriter, *http.Request) {},
		"a right answer from a cache":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "add of 1 2 \n") },
		"the gateway's own 404":        http.NotFound,
		"a connection that breaks off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		s := httptest.NewServer(front)
		require.Error(t, l.verifyFile(t.Context(), s.URL, stack, "v1"), name)
		s.Close()
	}
}

// TestVerifyAsksByPost: what answers a GET may be a cache.
func TestVerifyAsksByPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add")
	require.NoError(t, h.deploy(h.publish("v1")))
	var limited atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, http.MethodPost, r.Method)
		if limited.Add(1) == 2 { // nginx's limit; it passes
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		h.functions.ServeHTTP(w, r)
	}))
	defer s.Close()
	require.NoError(t, h.live().verifyFile(t.Context(), s.URL, filepath.Join(h.dir, "stack.yml"), "v1"))
}

func TestArgumentsThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"undeploy"}, {"deploy"}, {"deploy", "-manifest"}, {"deploy", "x"}, {"verify", "-url", "http://127.0.0.1:1"},
		{"status", "-manifest", "x"}, {"deploy", "-manifest", "/nonexistent.json"}} {
		require.Error(t, run(t.Context(), args, func(string) string { return "" }, io.Discard), "%v", args)
	}
	var said strings.Builder
	require.NoError(t, run(t.Context(), []string{"help"}, func(string) string { return "" }, &said))
	require.Equal(t, usage+"\n", said.String())
}

func TestImageNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"add":                          "registry-1.docker.io/library/add",
		"owner/add":                    "registry-1.docker.io/owner/add",
		"docker.io/owner/add":          "registry-1.docker.io/owner/add",
		"ghcr.io/owner/calculator-add": "ghcr.io/owner/calculator-add",
		"localhost/add":                "localhost/add",
		"127.0.0.1:5000/owner/add":     "127.0.0.1:5000/owner/add",
	} {
		require.Equal(t, want, splitImage(name))
	}
	for host, want := range map[string]string{"ghcr.io": "https", "localhost:5000": "http", "127.0.0.1:5000": "http", "10.0.0.1:5000": "https", "[::1]:5000": "http"} {
		require.Equal(t, want, scheme(host), host)
	}
}

func TestImagesAreNamedAsFaasCliNamesThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "add", "divide")
	env := map[string]string{}
	l := h.live()
	l.env = func(k string) string { return env[k] }
	require.NoError(t, l.images(filepath.Join(h.dir, "stack.yml")))
	require.Equal(t, "add ghcr.io/add:latest\ndivide ghcr.io/divide:latest\n", h.out.String())
	h.out.Reset()
	env["REGISTRY"], env["TAG"] = "127.0.0.1:5000", "abc"
	require.NoError(t, l.images(filepath.Join(h.dir, "stack.yml")))
	require.Equal(t, "add 127.0.0.1:5000/add:abc\ndivide 127.0.0.1:5000/divide:abc\n", h.out.String())
}
