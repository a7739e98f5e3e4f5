package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openfaas/faas-provider/types"
	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/provider"
)

// TestMain makes this executable a function's image too: what FUNCTION_VERSION says is its whole behaviour.
func TestMain(m *testing.M) {
	if v := os.Getenv("FUNCTION_VERSION"); v != "" {
		function(v)
		return
	}
	os.Exit(m.Run())
}

func function(version string) {
	fmt.Println("listening, greeting is", os.Getenv("greeting"))
	if os.Getenv("stubborn") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("port"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			time.Sleep(time.Minute)
		}
		if r.URL.Path == "/exit" {
			os.Exit(1)
		}
		w.Header().Set("X-Calculator-Version", version)
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.RequestURI(), body)
	})))
}

type house struct {
	*provider.Provider
	registry *provider.Registry
	url      string
	images   map[string]string // version → reference
}

func newHouse(t *testing.T) *house {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	h := &house{registry: &provider.Registry{}, images: map[string]string{}}
	for _, v := range []string{"v1", "v2"} {
		digest, err := h.registry.Push("owner/echo", v, provider.Image{Path: self, Env: []string{"FUNCTION_VERSION=" + v}}, "amd64")
		require.NoError(t, err)
		h.images[v] = "registry.example/owner/echo:" + v + "@" + digest
	}
	h.Provider, err = provider.New(provider.Options{Resolve: h.registry.Resolve, Secrets: filepath.Join(t.TempDir(), "secrets"), Password: "hush"})
	require.NoError(t, err)
	s := httptest.NewServer(h)
	h.url = s.URL
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		h.Close()
	})
	return h
}

func (h *house) system(t *testing.T, method, path string, body any) (int, string) {
	t.Helper()
	b, err := json.Marshal(body)
	require.NoError(t, err)
	q, err := http.NewRequest(method, h.url+path, bytes.NewReader(b))
	require.NoError(t, err)
	q.SetBasicAuth("admin", "hush")
	return do(t, q)
}

func do(t *testing.T, q *http.Request) (int, string) {
	t.Helper()
	r, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

// version asks until a function answers, as the time from start to listening is the function's own.
func (h *house) version(t *testing.T, name string) string {
	t.Helper()
	for range 200 {
		r, err := http.Post(h.url+"/function/"+name, "text/plain", strings.NewReader("1 2"))
		require.NoError(t, err)
		require.NoError(t, r.Body.Close())
		if v := r.Header.Get("X-Calculator-Version"); v != "" {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s never answered", name)
	return ""
}

func (h *house) steps(name string) (steps []string) {
	for _, e := range h.Events() {
		if e.Function == name {
			steps = append(steps, e.Step)
		}
	}
	return steps
}

func TestUpdateFollowsFaasdsOrder(t *testing.T) {
	h := newHouse(t)
	d := types.FunctionDeployment{Service: "echo", Image: h.images["v1"], EnvVars: map[string]string{"greeting": "hello"}}
	code, body := h.system(t, http.MethodPut, "/system/functions", d)
	require.Equal(t, 404, code, body)
	code, body = h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 200, code, body)
	require.Equal(t, "v1", h.version(t, "echo"))
	first := h.Pid("echo")

	code, body = h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 400, code)
	require.Contains(t, body, "already exists")

	d.Image = h.images["v2"]
	code, body = h.system(t, http.MethodPut, "/system/functions", d)
	require.Equal(t, 200, code, body)
	require.Equal(t, "v2", h.version(t, "echo"))
	require.NotEqual(t, first, h.Pid("echo"))
	require.ErrorIs(t, syscall.Kill(first, 0), syscall.ESRCH, "the old process is gone")
	require.Equal(t, []string{"created", "started", "network removed", "SIGTERM", "removed", "created", "started"}, h.steps("echo"))

	code, body = h.system(t, http.MethodGet, "/system/function/echo", nil)
	require.Equal(t, 200, code)
	var s types.FunctionStatus
	require.NoError(t, json.Unmarshal([]byte(body), &s))
	require.Equal(t, h.images["v2"], s.Image)
	require.Equal(t, uint64(1), s.AvailableReplicas)
	require.Equal(t, "hello", s.EnvVars["greeting"])

	q, err := http.NewRequest(http.MethodGet, h.url+"/function/echo/a/b?x=%31;2", nil)
	require.NoError(t, err)
	_, body = do(t, q)
	require.Equal(t, "GET /a/b?x=%31;2 ", body)

	code, _ = h.system(t, http.MethodDelete, "/system/functions", types.DeleteFunctionRequest{FunctionName: "echo"})
	require.Equal(t, 200, code)
	code, body = do(t, q)
	require.Equal(t, 404, code)
	require.Contains(t, body, "error finding function echo.openfaas-fn")
}

func TestGracePeriodEndsInSIGKILL(t *testing.T) {
	h := newHouse(t)
	d := types.FunctionDeployment{Service: "echo", Image: h.images["v1"], EnvVars: map[string]string{"stubborn": "1", "grace_period": "100ms"}}
	code, body := h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 200, code, body)
	h.version(t, "echo")
	began := time.Now()
	code, body = h.system(t, http.MethodPut, "/system/functions", d)
	require.Equal(t, 200, code, body)
	require.Greater(t, time.Since(began), 100*time.Millisecond)
	require.Contains(t, h.steps("echo"), "SIGKILL")
}

func TestFailedUpdateRemovesWhatRan(t *testing.T) {
	for name, change := range map[string]func(*types.FunctionDeployment){
		"image":  func(d *types.FunctionDeployment) { d.Image = "registry.example/owner/echo:v9@sha256:0" },
		"secret": func(d *types.FunctionDeployment) { d.Secrets = []string{"token"} },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			d := types.FunctionDeployment{Service: "echo", Image: h.images["v1"]}
			code, body := h.system(t, http.MethodPost, "/system/functions", d)
			require.Equal(t, 200, code, body)
			old := h.Pid("echo")
			change(&d)
			code, body = h.system(t, http.MethodPut, "/system/functions", d)
			require.GreaterOrEqual(t, code, 400, body)
			require.NotEqual(t, old, h.Pid("echo"))
			require.Contains(t, h.steps("echo"), "removed")
		})
	}
}

func TestWhatCallersHearWhileAFunctionIsReplaced(t *testing.T) {
	h := newHouse(t)
	d := types.FunctionDeployment{Service: "echo", Image: h.images["v1"], EnvVars: map[string]string{"stubborn": "1", "grace_period": "300ms"}}
	code, body := h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 200, code, body)
	h.version(t, "echo")

	// A question under way is never answered once the network is gone.
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	lost := make(chan error, 1)
	go func() {
		q, _ := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/function/echo/slow", nil)
		r, err := http.DefaultClient.Do(q)
		if err == nil {
			_ = r.Body.Close()
		}
		lost <- err
	}()
	time.Sleep(50 * time.Millisecond)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.system(t, http.MethodPut, "/system/functions", d)
	}()
	time.Sleep(100 * time.Millisecond)
	q, err := http.NewRequest(http.MethodPost, h.url+"/function/echo", nil)
	require.NoError(t, err)
	code, body = do(t, q)
	require.Equal(t, 500, code)
	require.Contains(t, body, "Can't reach service for: echo.")
	<-done
	require.ErrorIs(t, <-lost, context.DeadlineExceeded)
	h.version(t, "echo")
}

func TestAnEndedFunctionIsStartedByTheNextCall(t *testing.T) {
	h := newHouse(t)
	code, body := h.system(t, http.MethodPost, "/system/functions", types.FunctionDeployment{Service: "echo", Image: h.images["v1"]})
	require.Equal(t, 200, code, body)
	h.version(t, "echo")
	q, err := http.NewRequest(http.MethodPost, h.url+"/function/echo/exit", nil)
	require.NoError(t, err)
	code, _ = do(t, q)
	require.Equal(t, 500, code)
	require.Equal(t, "v1", h.version(t, "echo"))
	require.Contains(t, h.steps("echo"), "scaled from zero")
}

func TestPasswordSecretsAndTheSixteenthFunction(t *testing.T) {
	h := newHouse(t)
	r, err := http.Get(h.url + "/system/functions")
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Equal(t, 401, r.StatusCode)

	for _, name := range []string{"../x", "a/b", " "} {
		code, _ := h.system(t, http.MethodPost, "/system/secrets", types.Secret{Name: name, Value: "v"})
		require.Equal(t, 400, code, name)
	}
	code, _ := h.system(t, http.MethodPost, "/system/secrets", types.Secret{Name: "token", Value: "v"})
	require.Equal(t, 200, code)
	_, body := h.system(t, http.MethodGet, "/system/secrets", nil)
	require.JSONEq(t, `[{"name":"token","namespace":"openfaas-fn"}]`, body)
	d := types.FunctionDeployment{Service: "echo", Image: h.images["v1"], Secrets: []string{"token"}}
	code, body = h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 200, code, body)
	code, _ = h.system(t, http.MethodDelete, "/system/secrets", types.Secret{Name: "token"})
	require.Equal(t, 200, code)

	d.Secrets = nil
	for i := range provider.MaxFunctions - 1 {
		d.Service = fmt.Sprint("f", i)
		code, body = h.system(t, http.MethodPost, "/system/functions", d)
		require.Equal(t, 200, code, body)
	}
	d.Service = "one-too-many"
	code, body = h.system(t, http.MethodPost, "/system/functions", d)
	require.Equal(t, 400, code)
	require.Contains(t, body, "15/16")
}

// TestTheRealCommandWorksWithIt drives the gateway's API with OpenFaaS's own command.
func TestTheRealCommandWorksWithIt(t *testing.T) {
	cli, err := exec.LookPath("faas-cli")
	if err != nil {
		t.Skip("faas-cli is not on PATH")
	}
	h := newHouse(t)
	dir := t.TempDir()
	run := func(stdin string, args ...string) string {
		c := exec.Command(cli, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "OPENFAAS_CONFIG="+dir, "OPENFAAS_URL="+h.url, "IMAGE="+h.images["v2"])
		c.Stdin = strings.NewReader(stdin)
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%v\n%s", args, out)
		return string(out)
	}
	run("hush", "login", "--password-stdin")
	run("v", "secret", "create", "token")
	require.Contains(t, run("", "secret", "ls"), "token")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stack.yml"), []byte(`version: 1.0
provider: {name: openfaas}
functions:
  echo:
    lang: calculator
    handler: ./echo
    image: ${IMAGE:-none}
    secrets: [token]
    environment: {greeting: "good morning"}
    limits: {memory: 64Mi}
`), 0o600))
	for range 2 { // the first is a PUT that is answered 404 and then a POST, the second a PUT
		run("", "deploy", "-f", "stack.yml", "--read-template=false")
		require.Equal(t, "v2", h.version(t, "echo"))
	}
	require.Contains(t, run("", "list"), "echo")
	require.Contains(t, run("", "describe", "echo"), h.images["v2"])
	require.Equal(t, "POST / 0.1 0.2", strings.TrimSpace(run("0.1 0.2", "invoke", "echo")))
	require.Contains(t, run("", "logs", "echo", "--tail=false"), "good morning")
	require.Contains(t, run("", "version", "--warn-update=false"), "faasd-ce")
	run("", "remove", "echo")
	require.NotContains(t, run("", "list"), "echo")
}
