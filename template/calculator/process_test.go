package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Bounds on time here are ten times the goals: a busy machine is not a defect.
const (
	firstAnswerGoal = 8 * time.Millisecond
	exitGoal        = 20 * time.Millisecond
	residentGoal    = 8 << 20
)

func TestProcessIsReadySoonSmallAndGoneSoon(t *testing.T) {
	p := start(t, scaffold.binary(t))
	ask(t, p.url, "Ada")
	resident := p.resident(t)
	// A connection without a request does not hold up the end.
	silent, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer silent.Close()
	time.Sleep(20 * time.Millisecond)
	exit := p.end(t)
	t.Logf("first answer %v, resident %d KiB, exit %v", p.first, resident>>10, exit)
	require.Less(t, p.first, 10*firstAnswerGoal)
	require.Less(t, exit, 10*exitGoal)
	require.Less(t, resident, 2*residentGoal)
	require.Contains(t, p.log.String(), `"function":"test","method":"POST","status":200`)
	require.Contains(t, p.log.String(), "draining: 0 requests")
}

func TestBinaryIsSmall(t *testing.T) {
	info, err := os.Stat(scaffold.binary(t))
	require.NoError(t, err)
	t.Logf("%d bytes", info.Size())
	require.Less(t, info.Size(), int64(9<<20))
}

func TestProcessServesMetricsAndLockFile(t *testing.T) {
	p := start(t, scaffold.binary(t))
	ask(t, p.url, "Ada")
	answer, err := http.Get(p.metrics)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), `http_requests_total{code="200",method="post"} 1`)
	var dir string
	for _, v := range p.Env {
		if d, ok := strings.CutPrefix(v, "TMPDIR="); ok {
			dir = d
		}
	}
	lock := filepath.Join(dir, ".lock")
	require.FileExists(t, lock)
	p.end(t)
	require.NoFileExists(t, lock)
}

func TestHealthCheckNeedsNoShell(t *testing.T) {
	p := start(t, scaffold.binary(t))
	check := func() error {
		c := exec.Command(p.Path, "-healthcheck")
		c.Env = p.Env
		return c.Run()
	}
	require.NoError(t, check())
	p.end(t)
	require.Error(t, check())
}

func TestTermDrainsWhatIsUnderWay(t *testing.T) {
	p := start(t, scaffold.binary(t), "healthcheck_interval=150ms")
	// A request whose body is still arriving is under way.
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nA")
	require.NoError(t, err)
	time.Sleep(50 * time.Millisecond)
	ended := make(chan time.Duration, 1)
	go func() { ended <- p.end(t) }()
	time.Sleep(50 * time.Millisecond)
	answer, err := http.Get(p.url + "/_/ready")
	require.NoError(t, err, "requests are taken during healthcheck_interval")
	require.Equal(t, 503, answer.StatusCode)
	_ = answer.Body.Close()
	time.Sleep(150 * time.Millisecond)
	_, err = io.WriteString(conn, "da")
	require.NoError(t, err)
	text, _ := io.ReadAll(conn)
	require.Contains(t, string(text), "Hello, Ada!")
	require.GreaterOrEqual(t, <-ended, 200*time.Millisecond)
}

func TestBadSettingsStopTheStartWithASentence(t *testing.T) {
	taken, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	defer taken.Close()
	port := strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)
	for _, c := range []struct{ environment, want string }{
		{"exec_timeout=soon", "exec_timeout=soon: a duration is needed, such as 10, 10s or 250ms\n"},
		{"port=" + port, "port " + port + " is in use by another process: end it, or set port to another\n"},
		{"metrics_port=" + port, "port " + port + " is in use by another process: end it, or set metrics_port to another\n"},
	} {
		c1 := exec.Command(scaffold.binary(t))
		c1.Env = []string{"port=0", "metrics_port=0", "TMPDIR=" + t.TempDir(), c.environment}
		out, err := c1.CombinedOutput()
		require.Error(t, err)
		require.Equal(t, c.want, string(out))
		require.Equal(t, 1, c1.ProcessState.ExitCode())
	}
}

// runtimeAPI is AWS's documented Runtime API (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html), as far as a function uses it.
type runtimeAPI struct {
	events  chan string
	results chan [2]string // the last word of the path, and the body
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const root = "/2018-06-01/runtime/invocation/"
	switch rest := strings.TrimPrefix(r.URL.Path, root); {
	case rest == "next" && r.Method == "GET":
		select {
		case event := <-a.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(3*time.Second).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-2:123456789012:function:custom-runtime")
			w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")
			_, _ = io.WriteString(w, event)
		case <-r.Context().Done():
		}
	case r.Method == "POST":
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		a.results <- [2]string{filepath.Base(rest), string(body)}
	default:
		http.NotFound(w, r)
	}
}

func TestSameBinaryRunsUnderLambda(t *testing.T) {
	api := &runtimeAPI{make(chan string), make(chan [2]string)}
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewUnstartedServer(api)
	server.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	server.Start()
	defer server.Close()
	defer cancel()
	log := new(strings.Builder)
	p := exec.Command(scaffold.binary(t))
	p.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME=greet", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"}
	p.Stderr = log
	require.NoError(t, p.Start())

	send := func(event string) [2]string {
		select {
		case api.events <- event:
		case <-time.After(5 * time.Second):
			t.Fatal("the function asked for no event")
		}
		select {
		case result := <-api.results:
			return result
		case <-time.After(5 * time.Second):
			t.Fatal("the function gave no answer")
		}
		return [2]string{}
	}
	event, err := os.ReadFile("host/testdata/lambda/function-url.json")
	require.NoError(t, err)
	for range 2 {
		result := send(string(event))
		require.Equal(t, "response", result[0])
		require.Contains(t, result[1], `"body":"Hello, Hello from client!!\n"`)
		require.Contains(t, result[1], `"X-Calculator-Version":"0123abc"`)
	}
	require.Equal(t, [2]string{"response", `"Hello, {}!"`}, send(`{}`))
	event, err = os.ReadFile("host/testdata/lambda/load-balancer.json")
	require.NoError(t, err)
	result := send(string(event))
	require.Equal(t, "error", result[0])
	require.Contains(t, result[1], "Application Load Balancer")
	require.Equal(t, "response", send(`{}`)[0], "an event refused leaves the function running")

	require.NoError(t, p.Process.Kill())
	_ = p.Wait()
	require.Contains(t, log.String(), `"function":"greet","method":"POST","status":200`, "the log is out before the process may be frozen")
}
