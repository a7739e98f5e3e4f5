package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
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
	"testing"
	"time"

	"github.com/openfaas/faas-provider/types"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"calculator/deploy/internal/provider"
)

// standIns are the commands that this executable is when it is called by their name.
var standIns = map[string]func(args []string) error{"faas-cli": faasMain}

// TestMain makes this executable three things: the tests; the image of a function, whose behaviour its environment
// says; and, where OpenFaaS's command is not on PATH, a stand-in for it.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("FUNCTION_NAME") != "":
		fmt.Println(functionMain(os.Getenv))
		os.Exit(1)
	case standIns[filepath.Base(os.Args[0])] != nil:
		if err := standIns[filepath.Base(os.Args[0])](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

func functionMain(env func(string) string) error {
	if env("FUNCTION_MODE") == "never listens" {
		time.Sleep(time.Hour)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+env("port"))
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Calculator-Version", env("FUNCTION_VERSION"))
		switch text := strings.TrimSpace(string(body)); {
		case env("FUNCTION_MODE") == "wrong" && text == "3 4":
			_, _ = fmt.Fprintln(w, env("FUNCTION_NAME"), "of something else")
		case text == "not implemented":
			w.WriteHeader(http.StatusNotImplemented)
			_, _ = fmt.Fprintln(w, `{"type":"not-implemented"}`)
		default:
			_, _ = fmt.Fprintln(w, env("FUNCTION_NAME"), "of", text, env("greeting"))
		}
	}))
}

// faasMain does what faas-cli's login, deploy and remove do with one function, as far as a gateway can tell.
func faasMain(args []string) error {
	f := flag.NewFlagSet("faas-cli", flag.ContinueOnError)
	gateway, stack := f.String("gateway", "", ""), f.String("f", "", "")
	f.String("username", "", "")
	f.Bool("password-stdin", false, "")
	f.Bool("read-template", true, "")
	f.Duration("timeout", 0, "")
	name, rest := "", args[1:]
	if args[0] == "remove" {
		name, rest = rest[0], rest[1:]
	}
	if err := f.Parse(rest); err != nil {
		return err
	}
	password := filepath.Join(os.Getenv("OPENFAAS_CONFIG"), "password")
	send := func(method string, body any) (int, error) {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		q, err := http.NewRequest(method, *gateway+"/system/functions", bytes.NewReader(b))
		if err != nil {
			return 0, err
		}
		if p, err := os.ReadFile(password); err == nil {
			q.SetBasicAuth("admin", string(p))
		}
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			return 0, err
		}
		defer r.Body.Close()
		return r.StatusCode, nil
	}
	code, err := 0, error(nil)
	switch args[0] {
	case "login":
		p, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		return os.WriteFile(password, p, 0o600)
	case "remove":
		code, err = send(http.MethodDelete, types.DeleteFunctionRequest{FunctionName: name})
	case "deploy":
		text, e := os.ReadFile(*stack)
		if e != nil {
			return e
		}
		var file struct {
			Functions map[string]struct {
				Image       string
				Environment map[string]string
				Secrets     []string
			}
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			return err
		}
		for name, s := range file.Functions {
			d := types.FunctionDeployment{Service: name, Image: s.Image, EnvVars: s.Environment, Secrets: s.Secrets}
			if code, err = send(http.MethodPut, d); code == http.StatusNotFound {
				code, err = send(http.MethodPost, d)
			}
		}
	}
	if err == nil && code != http.StatusOK && code != http.StatusAccepted {
		err = fmt.Errorf("unexpected status: %d", code)
	}
	return err
}

const password = "correct horse"

// house is a VPS: a registry, a gateway that a test can make fail, and the state's folder.
type house struct {
	t         *testing.T
	functions *provider.Provider
	registry  *provider.Registry
	images    string // host of the registry
	gateway   string
	dir       string
	names     []string
	out       bytes.Buffer

	mu    sync.Mutex
	fault func(http.ResponseWriter, *http.Request) bool // true: it has answered
}

func newHouse(t *testing.T, names ...string) *house {
	t.Helper()
	h := &house{t: t, registry: &provider.Registry{Token: "anyone"}, dir: t.TempDir(), names: names}
	host, server := h.registry.Serve()
	t.Cleanup(server.Close)
	h.images = host
	var err error
	h.functions, err = provider.New(provider.Options{Resolve: h.registry.Resolve, Password: password, Secrets: filepath.Join(t.TempDir(), "secrets"),
		Starting: 20 * time.Millisecond})
	require.NoError(t, err)
	g := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		fault := h.fault
		h.mu.Unlock()
		if fault == nil || !fault(w, r) {
			h.functions.ServeHTTP(w, r)
		}
	}))
	h.gateway = g.URL
	t.Cleanup(func() {
		g.CloseClientConnections()
		g.Close()
		h.functions.Close()
	})
	require.NoError(t, os.Mkdir(h.state().dir, 0o755))
	h.writeStack("")
	return h
}

func (h *house) state() store { return store{filepath.Join(h.dir, "state")} }

func (h *house) fail(f func(http.ResponseWriter, *http.Request) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = f
}

// writeStack writes stack.yml; more is added to each function's settings.
func (h *house) writeStack(more string) {
	h.t.Helper()
	text := "version: 1.0\nprovider: {name: openfaas}\nfunctions:\n"
	for _, n := range h.names {
		text += fmt.Sprintf("  %s:\n    lang: calculator\n    handler: ./%s\n    image: ${REGISTRY:-ghcr.io}/%s:${TAG:-latest}\n%s", n, n, n, more)
	}
	require.NoError(h.t, os.WriteFile(filepath.Join(h.dir, "stack.yml"), []byte(text), 0o600))
}

// push puts an image of a function into the registry and returns its reference. What env says comes last.
func (h *house) push(name, version string, env ...string) string {
	h.t.Helper()
	self, err := os.Executable()
	require.NoError(h.t, err)
	repository := "owner/calculator-" + name
	digest, err := h.registry.Push(repository, version, provider.Image{Path: self,
		Env: append([]string{"FUNCTION_NAME=" + name, "FUNCTION_VERSION=" + version}, env...)}, "amd64", "arm64")
	require.NoError(h.t, err)
	return h.images + "/" + repository + ":" + version + "@" + digest
}

// publish pushes all functions at a version and returns the manifest.
func (h *house) publish(version string) manifest {
	h.t.Helper()
	m := manifest{}
	for _, n := range h.names {
		m[n] = h.push(n, version)
	}
	return m
}

func (h *house) live() *live {
	cli, err := exec.LookPath("faas-cli")
	if err != nil {
		self, err := os.Executable()
		require.NoError(h.t, err)
		cli = filepath.Join(h.dir, "faas-cli")
		if _, err := os.Lstat(cli); err != nil {
			require.NoError(h.t, os.Symlink(self, cli))
		}
	}
	env := map[string]string{"OPENFAAS_PASSWORD": password, "GITHUB_STEP_SUMMARY": filepath.Join(h.dir, "summary.md")}
	return &live{
		env: func(k string) string { return env[k] }, out: &h.out, gateway: h.gateway, state: h.state(), cli: cli,
		checks: func(name string) []Check {
			return []Check{{Body: "1 2", Answer: name + " of 1 2 "}, {Body: "3 4", Answer: name + " of 3 4 "},
				{Body: "not implemented", Status: 501, Contains: []string{"not-implemented"}}}
		},
		attempts: 3, pause: 10 * time.Millisecond, ready: 2 * time.Second, poll: 5 * time.Millisecond,
	}
}

func (h *house) deploy(m manifest) error { return h.deployWith(h.t.Context(), h.live(), m) }

func (h *house) deployWith(ctx context.Context, l *live, m manifest) error {
	h.t.Helper()
	file := filepath.Join(h.dir, "manifest.json")
	b, err := json.Marshal(m)
	require.NoError(h.t, err)
	require.NoError(h.t, os.WriteFile(file, b, 0o600))
	h.out.Reset()
	err = l.deployFiles(ctx, file, filepath.Join(h.dir, "stack.yml"), "")
	summary, _ := os.ReadFile(filepath.Join(h.dir, "summary.md"))
	require.NotContains(h.t, fmt.Sprint(h.out.String(), string(summary), err), password, "what is printed is public")
	return err
}

// answering is the version that each function says it is; "" when none answers.
func (h *house) answering() map[string]string {
	m := map[string]string{}
	for _, n := range h.names {
		a, err := ask(h.t.Context(), h.gateway, n, anyAnswer, time.Second)
		if err == nil {
			m[n] = a.version
		}
	}
	return m
}

func (h *house) all(version string) map[string]string {
	m := map[string]string{}
	for _, n := range h.names {
		m[n] = version
	}
	return m
}

func (h *house) versions() map[string]string {
	h.t.Helper()
	v := map[string]string{}
	require.NoError(h.t, readJSON(filepath.Join(h.state().dir, "versions.json"), &v))
	return v
}

func (h *house) lastGood() string {
	h.t.Helper()
	d, err := h.state().deployed()
	require.NoError(h.t, err)
	if len(d) == 0 {
		return ""
	}
	return d[0].Version
}
