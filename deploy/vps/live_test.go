package vps_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"calculator/deploy/internal/provider"
)

const repository = "../.."

// TestLiveReplacesFunctionsUnderLoad is a deployment with nothing imitated but containers and the registry: deploy/live and
// the real faas-cli replace functions' real binaries behind the real nginx, one after the other, while all of them are asked.
// No request may fail, and every answer must be right. Three functions; with EVERY_FUNCTION=1 all fifteen.
func TestLiveReplacesFunctionsUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs functions")
	}
	if _, err := exec.LookPath("faas-cli"); err != nil {
		t.Skip("faas-cli is not on PATH")
	}
	nginxOrSkip(t)
	functions := []string{"add", "divide", "evaluate"}
	if os.Getenv("EVERY_FUNCTION") != "" {
		functions = names
	}
	dir := t.TempDir()
	const first, second = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	live := filepath.Join(dir, "live")
	build(t, "-o", live, "./deploy/live")

	registry := &provider.Registry{}
	images, server := registry.Serve()
	t.Cleanup(server.Close)
	manifests := map[string]string{}
	for _, version := range []string{first, second} {
		m := map[string]string{}
		for _, n := range functions {
			binary := filepath.Join(dir, n+"-"+version[:1])
			buildFunction(t, n, version, binary)
			digest, err := registry.Push("owner/calculator-"+n, version, provider.Image{Path: binary}, "amd64", "arm64")
			require.NoError(t, err)
			m[n] = images + "/owner/calculator-" + n + ":" + version + "@" + digest
		}
		text, err := json.Marshal(m)
		require.NoError(t, err)
		manifests[version] = filepath.Join(dir, version[:1]+".json")
		require.NoError(t, os.WriteFile(manifests[version], text, 0o600))
	}
	stack := filepath.Join(dir, "stack.yml")
	require.NoError(t, os.WriteFile(stack, stackOf(t, functions), 0o600))

	faasd, err := provider.New(provider.Options{Resolve: registry.Resolve, Secrets: filepath.Join(dir, "secrets")})
	require.NoError(t, err)
	g := &gateway{server: httptest.NewServer(faasd)}
	t.Cleanup(func() {
		g.server.CloseClientConnections()
		g.server.Close()
		faasd.Close()
	})
	p := startProxy(t, g)
	run := func(args ...string) string {
		c := exec.CommandContext(t.Context(), live, append(args, "-stack", stack)...)
		// The state's folder is nginx's here: deploy/live writes the versions file that nginx reads.
		c.Env = append(os.Environ(), "OPENFAAS_URL="+g.server.URL, "CALCULATOR_STATE="+filepath.Dir(p.versions),
			"SSL_CERT_FILE="+filepath.Join(p.dir, "fullchain.pem"), "GITHUB_STEP_SUMMARY=")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	run("deploy", "-manifest", manifests[first])

	stop := make(chan struct{})
	var answered, failed, slowest atomic.Int64
	var seen sync.Map
	var group sync.WaitGroup
	for worker := range 8 {
		c := p.client("127.0.0.1")
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(2 * time.Millisecond):
				}
				began := time.Now()
				q := questionTo(functions[(worker+i)%len(functions)], worker*1_000_000+i)
				r, err := p.try(c, q.method, q.path, q.body)
				for took := int64(time.Since(began)); ; {
					if old := slowest.Load(); took <= old || slowest.CompareAndSwap(old, took) {
						break
					}
				}
				version := r.header.Get("X-Calculator-Version")
				if err != nil || r.status != http.StatusOK || version != first && version != second || !strings.Contains(r.body, q.want) {
					failed.Add(1)
					t.Errorf("%s %s %q: %v %d %q %q, want %q", q.method, q.path, q.body, err, r.status, version, r.body, q.want)
				}
				seen.Store(version, true)
				answered.Add(1)
			}
		})
	}
	report := run("deploy", "-manifest", manifests[second])
	close(stop)
	group.Wait()
	t.Logf("%d requests, %d failed, slowest %v\n%s", answered.Load(), failed.Load(), time.Duration(slowest.Load()).Round(time.Millisecond), report)
	require.Zero(t, failed.Load())
	require.Greater(t, answered.Load(), int64(100))
	for _, version := range []string{first, second} {
		_, ok := seen.Load(version)
		require.True(t, ok, "nobody was answered by %s", version)
	}
	for _, n := range functions {
		require.Contains(t, report, "| "+n+" | "+first[:12]+" | "+second[:12]+" |")
	}
	_, port, _ := strings.Cut(p.address, ":")
	run("verify", "-url", "https://localhost:"+port, "-version", second)
	var stopped []string
	for _, e := range faasd.Events() {
		if e.Step == "network removed" {
			stopped = append(stopped, e.Function)
		}
	}
	require.Equal(t, functions, stopped, "each was stopped once, in the order of stack.yml")
}

type question struct{ method, path, body, want string }

// questionTo asks for something new each time, by POST and by GET in turn, whose answer is known: n and one, or n by one.
func questionTo(name string, n int) question {
	switch {
	case name == "dashboard":
		return question{http.MethodGet, "/function/dashboard/", "", "<html"}
	case name == "evaluate" && n%2 == 0:
		return question{http.MethodPost, "/function/evaluate", fmt.Sprintf("%d+1", n), fmt.Sprintf("%d\n", n+1)}
	case name == "evaluate":
		return question{http.MethodGet, fmt.Sprintf("/function/evaluate?expression=%d%%2B1", n), "", fmt.Sprintf(`"result":"%d"`, n+1)}
	case name == "add" && n%2 == 0:
		return question{http.MethodPost, "/function/add", fmt.Sprintf("%d 1", n), fmt.Sprintf("%d\n", n+1)}
	case name == "divide" && n%2 == 0:
		return question{http.MethodPost, "/function/divide", fmt.Sprintf("%d 1", n), fmt.Sprintf("%d\n", n)}
	case name == "add":
		return question{http.MethodGet, fmt.Sprintf("/function/add?args=%d,1", n), "", fmt.Sprintf(`"result":"%d"`, n+1)}
	case name == "divide":
		return question{http.MethodGet, fmt.Sprintf("/function/divide?args=%d,1", n), "", fmt.Sprintf(`"result":"%d"`, n)}
	default: // of 1 and 1 every other one knows something
		return question{http.MethodGet, fmt.Sprintf("/function/%s", name), "", `"name":"` + name + `"`}
	}
}

func build(t *testing.T, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", append([]string{"build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2"}, args...)...)
	c.Dir = repository
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// buildFunction builds what the Dockerfile builds: the template with the function's folder in the place of its sample.
func buildFunction(t *testing.T, name, commit, binary string) {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(repository, "functions", name))
	require.NoError(t, err)
	sample, err := filepath.Abs(filepath.Join(repository, "template/calculator/function"))
	require.NoError(t, err)
	replace := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, "_test.go") {
			replace[sample+strings.TrimPrefix(path, folder)] = path
		}
		return err
	}))
	text, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	overlay := binary + ".json"
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	build(t, "-overlay", overlay, "-ldflags", "-s -w -X calculator/template/calculator/host.commit="+commit, "-o", binary, "./template/calculator")
}

// stackOf is stack.yml with these functions only, and with every setting that it has for them.
func stackOf(t *testing.T, functions []string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "stack.yml"))
	require.NoError(t, err)
	var file yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &file))
	parts := file.Content[0].Content
	at := slices.IndexFunc(parts, func(n *yaml.Node) bool { return n.Value == "functions" })
	require.GreaterOrEqual(t, at, 0)
	var kept []*yaml.Node
	for pair := range slices.Chunk(parts[at+1].Content, 2) {
		if slices.Contains(functions, pair[0].Value) {
			kept = append(kept, pair...)
		}
	}
	parts[at+1].Content = kept
	made, err := yaml.Marshal(&file)
	require.NoError(t, err)
	return made
}
