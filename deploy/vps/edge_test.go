package vps_test

import (
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var names = []string{"add", "subtract", "multiply", "divide", "remainder", "power", "root", "exp", "log", "sin", "cos", "tan",
	"round", "evaluate", "dashboard"}

func allAt(version string) map[string]string {
	m := map[string]string{}
	for _, n := range names {
		m[n] = version
	}
	return m
}

func TestOnlyTheFrontPageAndFunctionsAreExposed(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	c := p.client("127.0.0.1")

	for _, path := range []string{"/system", "/system/functions", "/system/info", "/ui", "/ui/", "/async-function/add", "/healthz",
		"/metrics", "/api/v1/query", "/function", "/function/", "/ask", "/function/add/../../system/functions",
		"/function/..%2fsystem/functions", "/function/%2e%2e/system/functions", "/function/%252e%252e/system/functions", "//system/functions",
		"/system/..%2ffunction/add", "/x/../function/add", "/function/add/../sin", "/function/Add", "/function/add.openfaas-fn", "/.well-known/x"} {
		r := p.ask(t, c, http.MethodGet, path, "")
		require.Equal(t, http.StatusNotFound, r.status, path)
		require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), path)
		require.JSONEq(t, `{"type":"not-found","title":"Not found","status":404,"detail":"only / and /function/NAME are here"}`, r.body, path)
	}
	require.Zero(t, g.count(), "a hidden path reached the gateway")

	r := p.ask(t, c, http.MethodGet, "/", "")
	require.Equal(t, http.StatusFound, r.status)
	require.Equal(t, "/function/dashboard/", r.header.Get("Location"))
	r = p.ask(t, c, http.MethodGet, "/function/dashboard/", "", "Accept-Encoding", "br", "X-Callback-Url", "http://192.0.2.1/")
	require.Equal(t, http.StatusOK, r.status)
	require.Equal(t, map[string]string{"path": "/function/dashboard/", "encoding": "br", "callback": ""}, g.last)

	plain, err := c.Get("http://" + p.plain + "/function/add?args=1")
	require.NoError(t, err)
	require.NoError(t, plain.Body.Close())
	require.Equal(t, http.StatusPermanentRedirect, plain.StatusCode)
}

func TestAnswersPassUnchanged(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	c := p.client("127.0.0.1")

	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		r := p.ask(t, c, method, "/function/add", "12345", "X-Call-Id", "mine-1")
		require.Equal(t, 200, r.status)
		require.Equal(t, "add v1  5", r.body)
		require.Equal(t, method, r.header.Get("X-Method"))
		require.Equal(t, []string{"mine-1"}, r.header.Values("X-Call-Id"))
		require.Equal(t, []string{"nosniff"}, r.header.Values("X-Content-Type-Options"))
		require.NotEmpty(t, r.header.Get("Strict-Transport-Security"))
	}
	// What a function says itself is final, be it 404 or 500, and is asked for once.
	for _, code := range []int{400, 404, 405, 413, 422, 429, 500, 501, 503, 504} {
		before := g.count()
		r := p.ask(t, c, http.MethodPost, fmt.Sprintf("/function/add?fail=%d", code), "")
		require.Equal(t, code, r.status)
		require.Contains(t, r.body, "said by the function")
		r = p.ask(t, c, http.MethodPost, fmt.Sprintf("/function/add?fail=%d&empty=1", code), "")
		require.Equal(t, code, r.status)
		require.Empty(t, r.body)
		require.Equal(t, before+2, g.count())
	}
	head := p.ask(t, c, http.MethodHead, "/function/add?args=head", "")
	require.Equal(t, 200, head.status)
	require.Empty(t, head.body)

	// Four MiB of answer, and a body of exactly one MiB.
	r := p.ask(t, c, http.MethodPost, "/function/add?size=4194304", strings.Repeat("1", 1<<20))
	require.Equal(t, 200, r.status)
	require.Len(t, r.body, 4<<20)
	r = p.ask(t, c, http.MethodPost, "/function/add", strings.Repeat("1", 1<<20))
	require.Equal(t, "add v1  1048576", r.body)

	r = p.ask(t, c, http.MethodPost, "/function/add?size=5000", "", "Accept-Encoding", "gzip")
	require.Equal(t, "gzip", r.header.Get("Content-Encoding"))
	z, err := gzip.NewReader(strings.NewReader(r.body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Len(t, text, 5000)

	// A function that is not the calculator's: nothing is held, and its 404 is its own.
	start := time.Now()
	r = p.ask(t, c, http.MethodPost, "/function/figlet", "")
	require.Equal(t, 404, r.status)
	require.Contains(t, r.body, "error finding function")
	require.Less(t, time.Since(start), time.Second)
}

// TestTransportIsMozillasIntermediate: what its profile allows is spoken, what it leaves out is not, and every answer says that it
// wants https and no frame.
func TestTransportIsMozillasIntermediate(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	dial := func(low, high uint16, suites ...uint16) (tls.ConnectionState, error) {
		c, err := tls.Dial("tcp", p.address, &tls.Config{MinVersion: low, MaxVersion: high, CipherSuites: suites, NextProtos: []string{"h2", "http/1.1"},
			InsecureSkipVerify: true, ServerName: "localhost"}) // #nosec G402: our own certificate, and old versions that must be refused
		if err != nil {
			return tls.ConnectionState{}, err
		}
		defer func() { _ = c.Close() }()
		return c.ConnectionState(), nil
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s, err := dial(version, version)
		require.NoError(t, err)
		require.Equal(t, version, s.Version)
		require.Equal(t, "h2", s.NegotiatedProtocol)
	}
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		_, err := dial(version, version)
		require.Error(t, err, tls.VersionName(version))
	}
	_, err := dial(tls.VersionTLS12, tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
	require.NoError(t, err)
	for _, suite := range []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA} {
		_, err := dial(tls.VersionTLS12, tls.VersionTLS12, suite)
		require.Error(t, err, tls.CipherSuiteName(suite))
	}

	c := p.client("127.0.0.1")
	for _, path := range []string{"/function/add?args=1", "/function/dashboard/", "/", "/nothing"} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+p.address+path, nil)
		require.NoError(t, err)
		r, err := c.Do(q)
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		require.Equal(t, 2, r.ProtoMajor, path)
		for name, value := range map[string]string{"Strict-Transport-Security": "max-age=63072000", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			require.Equal(t, []string{value}, r.Header.Values(name), path)
		}
		require.Equal(t, "nginx", r.Header.Get("Server"), "%s: without its version", path)
	}
}

func TestLimitsAnswerWithProblems(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))

	r := p.ask(t, p.client("127.0.0.1"), http.MethodPost, "/function/add", strings.Repeat("1", 1<<20+1))
	require.Equal(t, http.StatusRequestEntityTooLarge, r.status)
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
	require.Contains(t, r.body, `"limit":"max_body"`)
	require.Zero(t, g.count())

	// One address asks 400 times at once: its burst is answered, the rest is told to wait. Its neighbour is not.
	c := p.client("127.0.0.2")
	var ok, limited atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				switch r, err := p.try(c, http.MethodPost, "/function/add", "1"); {
				case err != nil:
					t.Error(err)
				case r.status == 200:
					ok.Add(1)
				case r.status == 429 && r.header.Get("Retry-After") == "1" && r.header.Get("Content-Type") == "application/problem+json" &&
					r.header.Get("X-Content-Type-Options") == "nosniff" && strings.Contains(r.body, `"type":"too-many-requests"`):
					limited.Add(1)
				default:
					t.Errorf("%d %v %s", r.status, r.header, r.body)
				}
			}
		})
	}
	group.Wait()
	require.GreaterOrEqual(t, ok.Load(), int64(200))
	require.Positive(t, limited.Load())
	require.Equal(t, 200, p.ask(t, p.client("127.0.0.3"), http.MethodPost, "/function/add", "1").status)
}

func TestConnectionsAreBoundedOverAllFunctions(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	for _, n := range names {
		g.set(n, func(f *instance) { f.delay = 200 * time.Millisecond })
	}
	c := p.client("127.0.0.1")
	var group sync.WaitGroup
	var ok atomic.Int64
	for i := range 200 {
		group.Go(func() {
			r, err := p.try(c, http.MethodPost, "/function/"+names[i%14], "1")
			if err == nil && r.status == 200 {
				ok.Add(1)
			}
		})
	}
	group.Wait()
	require.Equal(t, int64(200), ok.Load(), "what is above the bound waits, it does not fail")
	require.LessOrEqual(t, g.mostAtOne, 64)
	require.Greater(t, g.mostAtOne, 32)
}

func TestCacheKeepsOnlyWhatIsOfTheDeployedVersion(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	c := p.client("127.0.0.1")
	get := func(path string, header ...string) reply { return p.ask(t, c, http.MethodGet, path, "", header...) }

	// No deployment yet: nothing is kept.
	for range 2 {
		require.NotEqual(t, "HIT", get("/function/add?args=1").header.Get("X-Cache"))
	}
	require.Equal(t, 2, g.count())

	p.deployed(t, allAt("v1"))
	first := get("/function/add?args=1", "X-Call-Id", "first")
	require.Equal(t, "MISS", first.header.Get("X-Cache"))
	second := get("/function/add?args=1", "X-Call-Id", "second")
	require.Equal(t, "HIT", second.header.Get("X-Cache"))
	require.Equal(t, first.body, second.body)
	require.Equal(t, []string{"second"}, second.header.Values("X-Call-Id"))
	require.NotContains(t, []string{"", "first", "second"}, get("/function/add?args=1").header.Get("X-Call-Id"))
	require.Equal(t, "no-cache", second.header.Get("Cache-Control"), "a browser asks each time")
	require.Equal(t, "v1", second.header.Get("X-Calculator-Version"))
	require.Equal(t, 304, get("/function/add?args=1", "If-None-Match", `"v1-add"`).status)
	require.Equal(t, 3, g.count())
	require.Equal(t, "MISS", get("/function/add?args=1", "Accept", "text/plain").header.Get("X-Cache"), "Accept is part of the key")
	require.Equal(t, "HIT", get("/function/add?args=1", "Accept-Encoding", "gzip").header.Get("X-Cache"), "Accept-Encoding is not")

	// Never kept: problems, POST, the dashboard.
	for _, q := range []string{"/function/add?fail=422", "/function/add?fail=200", "/function/dashboard/?args=1"} {
		before := g.count()
		get(q)
		get(q)
		require.Equal(t, before+2, g.count(), q)
	}
	before := g.count()
	p.ask(t, c, http.MethodPost, "/function/add?args=1", "")
	require.Equal(t, before+1, g.count())
	get("/function/sin?args=1")

	// A deployment: while the function is replaced, and while it is new but not verified, nothing is kept under
	// either name. After it, nothing old is shown. A rollback shows the first version again, and nothing of the second.
	versions := allAt("v1")
	g.replace("add", "v2", func() {})
	require.Equal(t, "add v1 1 0", get("/function/add?args=1").body, "kept, of the version that is still the deployed one")
	for range 2 {
		require.Equal(t, "add v2 2 0", get("/function/add?args=2").body)
	}
	versions["add"] = ""
	p.deployed(t, versions)
	require.Equal(t, "add v2 1 0", get("/function/add?args=1").body)
	versions["add"] = "v2"
	p.deployed(t, versions)
	r := get("/function/add?args=2")
	require.Equal(t, "MISS", r.header.Get("X-Cache"))
	require.Equal(t, "HIT", get("/function/add?args=2").header.Get("X-Cache"))
	require.Equal(t, "HIT", get("/function/sin?args=1").header.Get("X-Cache"), "the version of another function did not change")
	g.replace("add", "v1", func() {})
	versions["add"] = "v1"
	p.deployed(t, versions)
	require.Equal(t, "add v1 2 0", get("/function/add?args=2").body)
}

func TestManyAskingTheSameAreOneQuestion(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	g.set("exp", func(f *instance) { f.delay = 300 * time.Millisecond })
	c := p.client("127.0.0.1")
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			r, err := p.try(c, http.MethodGet, "/function/exp?args=1", "")
			if err != nil || r.body != "exp v1 1 0" {
				t.Errorf("%v %v", r, err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 1, g.count())
}

// TestDeployUnderLoadLosesNoRequest replaces every function in turn, as faasd does, while all are asked. A question
// whose answer was under way when the network went would never be answered: it is asked again too.
func TestDeployUnderLoadLosesNoRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 8 s")
	}
	g := newGateway(t, names...)
	p := startProxy(t, g)
	versions := allAt("v1")
	p.deployed(t, versions)
	for _, n := range names {
		g.set(n, func(f *instance) { f.delay = 10 * time.Millisecond })
	}

	c := p.client("127.0.0.1")
	stop := make(chan struct{})
	var answered, failed atomic.Int64
	var slowest atomic.Int64
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				name, method, body := names[rand.IntN(len(names))], http.MethodGet, ""
				if i%2 == 0 {
					method, body = http.MethodPost, "12345"
				}
				args := fmt.Sprintf("%d.%d", worker, i)
				began := time.Now()
				r, err := p.try(c, method, "/function/"+name+"?args="+args, body)
				slowest.Store(max(slowest.Load(), int64(time.Since(began))))
				v := r.header.Get("X-Calculator-Version")
				if err != nil || r.status != 200 || r.body != fmt.Sprintf("%s %s %s %d", name, v, args, len(body)) {
					failed.Add(1)
					t.Errorf("%s %s: %v %d %q", method, name, err, r.status, r.body)
				}
				answered.Add(1)
			}
		})
	}
	for _, n := range names {
		time.Sleep(100 * time.Millisecond)
		versions[n] = ""
		p.deployed(t, versions)
		g.replace(n, "v2", func() { time.Sleep(60 * time.Millisecond) })
		versions[n] = "v2"
		p.deployed(t, versions)
	}
	close(stop)
	group.Wait()
	t.Logf("%d requests, %d failed, slowest %v", answered.Load(), failed.Load(), time.Duration(slowest.Load()))
	require.Zero(t, failed.Load())
	require.Greater(t, answered.Load(), int64(1000))
	require.Less(t, time.Duration(slowest.Load()), 5*time.Second)
}

// TestFunctionThatStaysAwayIsAProblem, after 10 s, and those who wait for it do not take the machine's memory meanwhile.
func TestFunctionThatStaysAwayIsAProblem(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 s")
	}
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	g.set("add", func(f *instance) { f.excuse = func(http.ResponseWriter) {} })
	idle := p.memory(t)
	c := p.client("127.0.0.1")
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			began := time.Now()
			r, err := p.try(c, http.MethodPost, "/function/add", "1")
			took := time.Since(began)
			if err != nil || r.status != http.StatusServiceUnavailable || r.header.Get("Content-Type") != "application/problem+json" ||
				r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "add: the function did not answer") {
				t.Errorf("%v %d %v %s", err, r.status, r.header, r.body)
			}
			if took < 9500*time.Millisecond || took > 20*time.Second {
				t.Errorf("held for %v", took)
			}
		})
	}
	time.Sleep(9 * time.Second)
	took := p.memory(t) - idle
	group.Wait()
	t.Logf("nginx took %d MiB for 64 requests held", took>>20)
	require.Less(t, took, int64(128<<20))
	require.Greater(t, g.excused(), 64*20, "asked again and again")
}

func TestLogsHaveNoQuery(t *testing.T) {
	g := newGateway(t, names...)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	c := p.client("127.0.0.2")
	for range 300 { // past the limit too, which nginx would log with the whole request line
		p.ask(t, c, http.MethodGet, "/function/add?args=31415926", "")
	}
	p.ask(t, c, http.MethodGet, "/nothing?args=31415926", "")
	g.server.Close() // and with a gateway that is gone
	p.deployed(t, map[string]string{})
	require.GreaterOrEqual(t, p.ask(t, p.client("127.0.0.1"), http.MethodGet, "/function/sin?args=31415926", "").status, 500)
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(filepath.Join(p.dir, "calculator.log"))
		return err == nil && strings.Contains(string(b), `"path":"/function/sin"`)
	}, 8*time.Second, 100*time.Millisecond)
	for _, f := range []string{"calculator.log", "error.log", "stderr"} {
		b, err := os.ReadFile(filepath.Join(p.dir, f))
		require.NoError(t, err)
		require.False(t, strings.Contains(string(b), "31415926"), f)
	}
}
