package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// built is a function's binary, made by the Dockerfile's own steps from a context that is laid out as faas-cli lays it out.
type built struct {
	name, copy string // the function's folder below the repository's root, and what configuration.copy names
	once       sync.Once
	path       string
	err        error
	output     string
}

var (
	scaffold = &built{name: "template/calculator/function"}
	add      = &built{name: "functions/add", copy: "go.mod go.sum calc functions"}
)

// TestMain removes what the tests built: every test may use it, so none may.
func TestMain(m *testing.M) {
	status := m.Run()
	for _, b := range []*built{scaffold, add, page} {
		if b.path != "" {
			_ = os.RemoveAll(filepath.Dir(filepath.Dir(b.path)))
		}
	}
	os.Exit(status)
}

func (b *built) binary(t *testing.T) string {
	t.Helper()
	b.once.Do(b.build)
	require.NoError(t, b.err, b.output)
	return b.path
}

func (b *built) build() {
	dir, err := os.MkdirTemp("", "calculator-build-")
	if err != nil {
		b.err = err
		return
	}
	b.path = filepath.Join(dir, "out", "handler")
	if b.err = layOut(filepath.Join(dir, "context"), "../..", b.name, strings.Fields(b.copy)); b.err != nil {
		return
	}
	b.output, b.err = runDockerfile(filepath.Join(dir, "context"), filepath.Join(dir, "src"), b.path)
}

// layOut makes the context of one function by faas-cli's rules: everything of the template at the root, the function's files over the
// scaffold's in function/, and what is copied besides within function/.
func layOut(context, root, function string, extra []string) error {
	copies := [][2]string{{"template/calculator", ""}, {function, "function"}}
	for _, path := range extra {
		copies = append(copies, [2]string{path, "function/" + path})
	}
	for _, c := range copies {
		from, to := filepath.Join(root, c[0]), filepath.Join(context, c[1])
		info, err := os.Stat(from)
		if err != nil {
			return err
		}
		if info.IsDir() {
			// CopyFS refuses to replace, and the function's files replace the scaffold's.
			names, err := os.ReadDir(from)
			if err != nil {
				return err
			}
			for _, name := range names {
				if c[1] == "function" {
					if err := os.RemoveAll(filepath.Join(to, name.Name())); err != nil {
						return err
					}
				}
			}
			err = os.CopyFS(to, os.DirFS(from))
			if err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(to, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// runDockerfile does by hand what the Dockerfile says: its COPY, its ENV and its RUN lines, in their order.
func runDockerfile(context, src, out string) (string, error) {
	text, err := os.ReadFile(filepath.Join(context, "Dockerfile"))
	if err != nil {
		return "", err
	}
	environment := append(os.Environ(), "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH, "COMMIT=0123abc")
	mount := regexp.MustCompile(`--mount=\S+ `)
	var log strings.Builder
	for line := range strings.Lines(string(text)) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case instruction == "ENV":
			environment = append(environment, strings.Fields(rest)...)
		case instruction == "COPY" && !strings.HasPrefix(rest, "--"):
			to := strings.Fields(rest)[1]
			if err := os.CopyFS(filepath.Join(src, to), os.DirFS(context)); err != nil {
				return log.String(), err
			}
		case instruction == "RUN":
			step := strings.ReplaceAll(mount.ReplaceAllString(rest, ""), "-o /handler", "-o "+out)
			command := exec.Command("sh", "-ec", step)
			command.Dir, command.Env = src, environment
			output, err := command.CombinedOutput()
			log.WriteString(step + "\n" + string(output))
			if err != nil {
				return log.String(), err
			}
		}
	}
	return log.String(), nil
}

// process is a running function.
type process struct {
	*exec.Cmd
	url, metrics string
	log          *strings.Builder
	first        time.Duration // from exec to the first answer
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func start(t *testing.T, binary string, environment ...string) *process {
	t.Helper()
	return startWith(t, nil, binary, environment...)
}

// startWith runs a function whose log goes to stderr; nil keeps it.
func startWith(t *testing.T, stderr io.Writer, binary string, environment ...string) *process {
	t.Helper()
	port, metrics := freePort(t), freePort(t)
	p := &process{Cmd: exec.Command(binary), url: "http://127.0.0.1:" + port, metrics: "http://127.0.0.1:" + metrics + "/metrics", log: new(strings.Builder)}
	p.Env = append([]string{"port=" + port, "metrics_port=" + metrics, "TMPDIR=" + t.TempDir(), "OPENFAAS_NAME=test"}, environment...)
	if p.Stderr = stderr; stderr == nil {
		p.Stderr = p.log
	}
	begin := time.Now()
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	for {
		answer, err := http.Get(p.url + "/_/health")
		if err == nil {
			_ = answer.Body.Close()
			p.first = time.Since(begin)
			break
		}
		require.Less(t, time.Since(begin), 10*time.Second, err)
		time.Sleep(200 * time.Microsecond)
	}
	return p
}

// resident is the process's memory in bytes.
func (p *process) resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.Process.Pid))
	require.NoError(t, err)
	pages, err := strconv.Atoi(strings.Fields(string(status))[1])
	require.NoError(t, err)
	return pages * os.Getpagesize()
}

// end stops the process with SIGTERM and says how long that took.
func (p *process) end(t *testing.T) time.Duration {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	begin := time.Now()
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.Wait(), "exit status")
	return time.Since(begin)
}

func ask(t *testing.T, url, body string) (*http.Response, string) {
	t.Helper()
	return post(t, url, "text/plain", body)
}

func post(t *testing.T, url, contentType, body string) (*http.Response, string) {
	t.Helper()
	answer, err := http.Post(url, contentType, strings.NewReader(body))
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(text)
}

func TestDockerfileBuildsAFunctionOfThisRepository(t *testing.T) {
	if _, err := os.Stat("../../functions/add/handler.go"); err != nil {
		t.Fatal(err)
	}
	p := start(t, add.binary(t))
	answer, text := ask(t, p.url, "0.1 0.2")
	require.Equal(t, "0.3\n", text)
	require.Equal(t, "0123abc", answer.Header.Get("X-Calculator-Version"), "the commit is stamped in")
	p.end(t)
}

func TestDockerfileBuildsAStrangersFunction(t *testing.T) {
	p := start(t, scaffold.binary(t))
	answer, text := ask(t, p.url, "Ada")
	require.Equal(t, "Hello, Ada!\n", text)
	require.Equal(t, "0123abc", answer.Header.Get("X-Calculator-Version"))
	p.end(t)
}

// The image holds one file, is run by nobody in particular, and is built from nothing that is secret.
func TestTheImageIsTheProgramAlone(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	build, image, found := strings.Cut(string(text), "\nFROM scratch\n")
	require.True(t, found)
	require.Equal(t, []string{"COPY --from=build /handler /handler", "USER 65534:65534", "EXPOSE 8080",
		`HEALTHCHECK --interval=5s --timeout=3s --start-period=1s CMD ["/handler", "-healthcheck"]`, `CMD ["/handler"]`},
		strings.Split(strings.TrimSpace(image), "\n"))
	for _, line := range regexp.MustCompile(`(?m)^(?:ARG|ENV) .*`).FindAllString(build, -1) {
		require.Contains(t, []string{"ARG TARGETOS", "ARG TARGETARCH", `ARG COMMIT=""`, "ENV GOFLAGS=-mod=mod CGO_ENABLED=0"}, line)
	}
	require.NotContains(t, build, "type=secret")
}
