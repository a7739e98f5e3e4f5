package vps_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/image"
	"calculator/deploy/internal/provider"
)

// What breaks here is real: nginx with its own configuration, and the functions' binaries as processes. Only faasd is imitated.

// shop is a calculator of some functions behind nginx.
type shop struct {
	*proxy
	faasd     *provider.Provider
	gateway   *gateway
	functions []string
}

const shopVersion = "3333333333333333333333333333333333333333"

// open starts the functions and puts nginx before them.
func open(t *testing.T, binaries string, functions ...string) *shop {
	t.Helper()
	registry := &provider.Registry{}
	faasd, err := provider.New(provider.Options{Resolve: registry.Resolve})
	require.NoError(t, err)
	s := &shop{faasd: faasd, gateway: &gateway{server: httptest.NewServer(faasd)}, functions: functions}
	t.Cleanup(func() {
		s.gateway.server.CloseClientConnections()
		s.gateway.server.Close()
		faasd.Close()
	})
	versions := map[string]string{}
	for _, name := range functions {
		digest, err := registry.Push("owner/"+name, "v", provider.Image{Path: filepath.Join(binaries, name)}, "amd64")
		require.NoError(t, err)
		body := fmt.Sprintf(`{"service":%q,"image":"registry.example/owner/%s:v@%s"}`, name, name, digest)
		answer, err := http.Post(s.gateway.server.URL+"/system/functions", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
		versions[name] = shopVersion
	}
	s.proxy = startProxy(t, s.gateway)
	s.deployed(t, versions)
	return s
}

// binariesOf builds functions once for all tests of this file, or takes those that the test around this one has built.
func binariesOf(t *testing.T, functions ...string) string {
	t.Helper()
	if dir := os.Getenv(builtBefore); dir != "" {
		return dir
	}
	dir := t.TempDir()
	require.NoError(t, image.Build(t.Context(), repository, dir, shopVersion, functions...))
	return dir
}

// while asks all functions without pause as long as during lasts. Every answer must be right; it returns the longest that one took.
func (s *shop) while(t *testing.T, during func()) (answered int, slowest time.Duration) {
	t.Helper()
	stop := make(chan struct{})
	var mu sync.Mutex
	var group sync.WaitGroup
	for worker := range 8 {
		c := s.client("127.0.0.1")
		group.Go(func() {
			defer c.CloseIdleConnections()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(2 * time.Millisecond):
				}
				q := questionTo(s.functions[(worker+i)%len(s.functions)], worker*1_000_000+i)
				began := time.Now()
				r, err := s.try(c, q.method, q.path, q.body)
				took := time.Since(began)
				if err != nil || r.status != http.StatusOK || r.header.Get("X-Calculator-Version") != shopVersion || !strings.Contains(r.body, q.want) {
					t.Errorf("%s %s %q: %v %d %q, want %q", q.method, q.path, q.body, err, r.status, r.body, q.want)
				}
				mu.Lock()
				answered, slowest = answered+1, max(slowest, took)
				mu.Unlock()
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	during()
	time.Sleep(200 * time.Millisecond)
	close(stop)
	group.Wait()
	return answered, slowest
}

// A function that is killed is started again by the next call, and its callers only wait. So they do while the gateway
// is away, and when nothing is left of what they were being told.
func TestFaultsLoseNoRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs functions")
	}
	nginxOrSkip(t)
	functions := []string{"add", "divide", "evaluate"}
	s := open(t, binariesOf(t, functions...), functions...)

	t.Run("functions are killed", func(t *testing.T) {
		kills := 0
		n, slowest := s.while(t, func() {
			for range 5 {
				for _, name := range functions {
					if pid := s.faasd.Pid(name); pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil {
						kills++
					}
					time.Sleep(50 * time.Millisecond)
				}
			}
		})
		t.Logf("%d functions killed: %d requests, all answered, slowest %v", kills, n, slowest.Round(time.Millisecond))
		require.GreaterOrEqual(t, kills, 5)
		woken := 0
		for _, e := range s.faasd.Events() {
			if e.Step == "scaled from zero" {
				woken++
			}
		}
		require.GreaterOrEqual(t, woken, 5)
	})

	t.Run("the gateway is restarted", func(t *testing.T) {
		address := s.gateway.server.Listener.Addr().String()
		n, slowest := s.while(t, func() {
			for range 2 {
				s.gateway.server.Listener.Close()
				s.gateway.server.CloseClientConnections()
				s.gateway.server.Close()
				time.Sleep(time.Second)
				l, err := net.Listen("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				again := &httptest.Server{Listener: l, Config: &http.Server{Handler: s.faasd}} //nolint:gosec // a test's
				again.Start()
				s.gateway.server = again
				time.Sleep(300 * time.Millisecond)
			}
		})
		t.Logf("gateway restarted twice, a second each: %d requests, all answered, slowest %v", n, slowest.Round(time.Millisecond))
		require.Greater(t, slowest, 500*time.Millisecond, "nobody met the restart")
		require.Less(t, slowest, 9*time.Second)
	})
}

// When a function or the gateway dies in the middle of an answer, nobody gets the half of it for the whole: a number that lost its
// last digits would look like one.
func TestHalfAnAnswerIsNoAnswer(t *testing.T) {
	nginxOrSkip(t)
	var asked atomic.Int64
	digits := strings.Repeat("3", 300_000)
	g := &gateway{server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		w.Header().Set("X-Calculator-Version", "v1")
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", fmt.Sprint(len(digits)))
		if n%3 != 0 { // twice in vain
			_, _ = io.WriteString(w, digits[:len(digits)/2])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, digits)
	}))}
	t.Cleanup(g.server.Close)
	p := startProxy(t, g)
	p.deployed(t, allAt("v1"))
	c := p.client("127.0.0.1")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r, err := p.try(c, method, "/function/add?args=1", "")
		require.NoError(t, err)
		require.Equal(t, 200, r.status)
		require.Len(t, r.body, len(digits))
	}
	require.Equal(t, int64(6), asked.Load())
}

// Nothing on the way of a request asks for the address of a name.
func TestRequestsNeedNoNames(t *testing.T) {
	nginxOrSkip(t)
	if os.Getenv(inside) == "" {
		inNamespace(t, "TestRequestsNeedNoNames", "mount --bind /dev/null /etc/resolv.conf")
		return
	}
	_, err := net.LookupHost("calculator.example")
	require.Error(t, err)
	s := open(t, binariesOf(t), "add", "dashboard")
	n, slowest := s.while(t, func() {
		require.NoError(t, syscall.Kill(s.faasd.Pid("add"), syscall.SIGKILL))
	})
	t.Logf("%d requests, all answered, slowest %v", n, slowest.Round(time.Millisecond))
}

// On a full disk nginx can write neither its log nor what does not fit its buffers: bodies above 64 KiB are refused with a problem.
// Everything else goes on, and answers are kept all the same, since that is in memory.
func TestAFullDiskLosesNoAnswer(t *testing.T) {
	nginxOrSkip(t)
	if os.Getenv(inside) == "" {
		dir := t.TempDir()
		inNamespace(t, "TestAFullDiskLosesNoAnswer", "mount -t tmpfs -o size=4m none "+dir+"; export TMPDIR="+dir)
		return
	}
	s := open(t, binariesOf(t), "add")
	require.NoError(t, syscall.Mount("none", filepath.Join(s.dir, "cache"), "tmpfs", 0, "size=4m"))
	t.Cleanup(func() { _ = syscall.Unmount(filepath.Join(s.dir, "cache"), 0) })
	c := s.client("127.0.0.1")
	s.ask(t, c, http.MethodPost, "/function/add", "1 2") // nginx has started, and needs no room for that any more
	filler, err := os.Create(filepath.Join(s.dir, "filler"))
	require.NoError(t, err)
	for err == nil {
		_, err = filler.Write(make([]byte, 1<<10))
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, filler.Close())

	n, slowest := s.while(t, func() { require.NoError(t, syscall.Kill(s.faasd.Pid("add"), syscall.SIGKILL)) })
	t.Logf("%d requests, all answered, slowest %v", n, slowest.Round(time.Millisecond))
	for i, want := range []string{"MISS", "HIT"} {
		r := s.ask(t, c, http.MethodGet, "/function/add?args=0.1,0.2", "")
		require.Equal(t, 200, r.status, i)
		require.Equal(t, want, r.header.Get("X-Cache"))
		require.Equal(t, `{"operation":"add","result":"0.3","exact":true}`+"\n", r.body)
	}
	nines := strings.Repeat("9", 60_000)
	require.Equal(t, nines+"\n", s.ask(t, c, http.MethodPost, "/function/add?precision=exact", nines+" 0").body)
	long := s.ask(t, c, http.MethodPost, "/function/add?precision=exact", strings.Repeat("9", 99_000)+" 1")
	require.Equal(t, http.StatusServiceUnavailable, long.status)
	require.Equal(t, "5", long.header.Get("Retry-After"))
}

const (
	inside      = "CALCULATOR_INSIDE"
	builtBefore = "CALCULATOR_BUILT"
)

// inNamespace runs one of these tests again in namespaces of its own, where a shell has done something first.
func inNamespace(t *testing.T, test, first string) {
	t.Helper()
	unshare := []string{"unshare", "--user", "--map-root-user", "--net", "--mount"}
	if out, err := exec.CommandContext(t.Context(), unshare[0], append(unshare[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no namespaces of one's own here: %s", out)
	}
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), unshare[0], append(unshare[1:], "sh", "-ec",
		"ip link set lo up; "+first+`; exec "$0" -test.v -test.run "$1"`, self, "^"+test+"$")...)
	c.Env = append(os.Environ(), builtBefore+"="+binariesOf(t, "add", "dashboard"), inside+"=1")
	out, err := c.CombinedOutput()
	t.Logf("%s", out)
	require.NoError(t, err)
	require.Contains(t, string(out), "--- PASS: "+test)
}
