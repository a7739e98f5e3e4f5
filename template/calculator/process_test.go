package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
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

// Whatever becomes of the log, the function answers and ends when it is told to.
func TestALogThatCannotBeWrittenStopsNothing(t *testing.T) {
	pipe := func(t *testing.T) (*os.File, *os.File) {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		t.Cleanup(func() { _ = r.Close() })
		return r, w
	}
	for name, open := range map[string]func(t *testing.T) *os.File{
		"nobody reads":   func(t *testing.T) *os.File { _, w := pipe(t); return w },
		"nobody is left": func(t *testing.T) *os.File { r, w := pipe(t); require.NoError(t, r.Close()); return w },
		"a full disk": func(t *testing.T) *os.File {
			w, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			require.NoError(t, err)
			return w
		},
	} {
		t.Run(name, func(t *testing.T) {
			stderr := open(t)
			defer stderr.Close()
			p := startWith(t, stderr, scaffold.binary(t))
			id := strings.Repeat("x", 200)
			for range 1_000 { // 300 bytes each: four times what a pipe holds
				r, err := http.NewRequest("POST", p.url, strings.NewReader("Ada"))
				require.NoError(t, err)
				r.Header.Set("X-Call-Id", id)
				answer, err := http.DefaultClient.Do(r)
				require.NoError(t, err)
				text, err := io.ReadAll(answer.Body)
				require.NoError(t, err)
				_ = answer.Body.Close()
				require.Equal(t, "Hello, Ada!\n", string(text))
			}
			require.Less(t, p.resident(t), 3*residentGoal)
			exit := p.end(t)
			t.Logf("exit %v", exit)
			require.Less(t, exit, 3*time.Second)
		})
	}
}

// What the function has taken is answered, and right, although it is told to end; what comes later finds nobody. The log
// says what was taken.
func TestTermUnderLoadLosesNoAcceptedRequest(t *testing.T) {
	const callers = 32
	p := start(t, add.binary(t))
	var mu sync.Mutex
	answered := map[string]bool{}
	var refused, cut int
	var group sync.WaitGroup
	ready := make(chan bool, callers)
	for caller := range callers {
		group.Go(func() {
			client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", caller, i)
				r, err := http.NewRequest("POST", p.url, strings.NewReader(fmt.Sprintf("%d.%d 0.5", caller, i+1)))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("X-Call-Id", id)
				answer, err := client.Do(r)
				if err == nil {
					var text []byte
					text, err = io.ReadAll(answer.Body)
					_ = answer.Body.Close()
					x, _ := new(big.Rat).SetString(fmt.Sprintf("%d.%d", caller, i+1))
					sum, ok := new(big.Rat).SetString(strings.TrimSpace(string(text)))
					if err == nil && (answer.StatusCode != 200 || !ok || sum.Cmp(x.Add(x, big.NewRat(1, 2))) != 0) {
						t.Errorf("%s: %s %q", id, answer.Status, text)
					}
				}
				mu.Lock()
				switch {
				case err == nil:
					answered[id] = true
				case errors.Is(err, syscall.ECONNREFUSED):
					refused++
				default:
					cut++
				}
				mu.Unlock()
				if err != nil {
					return
				}
				if i == 100 {
					ready <- true
				}
			}
		})
	}
	for range callers {
		<-ready
	}
	exit := p.end(t)
	group.Wait()
	taken := 0
	for line := range strings.Lines(p.log.String()) {
		var l struct {
			ID string `json:"call_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		if l.ID == "" || len(l.ID) > 30 {
			continue // the process's own, and the question whether it is well
		}
		taken++
		require.True(t, answered[l.ID], "%s was taken and its caller got no answer", l.ID)
	}
	t.Logf("%d requests taken and answered; of %d callers %d found nobody, %d lost their connection before they were heard; exit %v", taken, callers, refused, cut, exit)
	require.Equal(t, len(answered), taken)
	require.Equal(t, callers, refused+cut)
	require.Less(t, exit, 10*exitGoal)
}

// A request that takes for ever does not hold up the end for longer than an answer may take to be written.
func TestTermEndsAtWriteTimeout(t *testing.T) {
	p := start(t, scaffold.binary(t), "exec_timeout=100ms", "read_timeout=500ms", "write_timeout=500ms")
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	stop := make(chan bool)
	defer close(stop)
	go func() { // a body that comes a byte at a time
		_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n")
		for err == nil {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				_, err = io.WriteString(conn, "x")
			}
		}
	}()
	time.Sleep(50 * time.Millisecond)
	exit := p.end(t)
	t.Logf("exit %v", exit)
	require.Less(t, exit, 3*time.Second)
	require.Contains(t, p.log.String(), "draining: 1 requests")
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
