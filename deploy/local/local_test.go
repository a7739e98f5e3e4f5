package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openfaas/faas-provider/types"
	"github.com/stretchr/testify/require"
)

func noEnvironment(string) (string, bool) { return "", false }

func start(t *testing.T) string {
	t.Helper()
	g, err := newGateway(noEnvironment)
	require.NoError(t, err)
	server := httptest.NewServer(g.handler())
	t.Cleanup(server.Close)
	return server.URL
}

func ask(t *testing.T, method, url, body string, header ...string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a.StatusCode, string(text), a.Header
}

// TestReadmeIsTrue runs every curl command of the README and compares what it shows.
func TestReadmeIsTrue(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl: apt-get install curl")
	}
	url := start(t)
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	commands := 0
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for _, one := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, want, _ := strings.Cut(one, "\n")
			require.True(t, strings.HasPrefix(command, "curl "), command)
			got, err := exec.Command("bash", "-c", strings.ReplaceAll("curl -sS "+command[len("curl "):], "http://127.0.0.1:8080", url)).Output()
			require.NoError(t, err, command)
			require.Equal(t, strings.TrimRight(want, "\n"), strings.TrimRight(string(got), "\n"), command)
			commands++
		}
	}
	require.GreaterOrEqual(t, commands, 15)
	require.Contains(t, string(text), "go run ./deploy/local")
	require.Contains(t, string(text), "go test ./...")
}

func TestEveryFunctionAnswersWithItsVersion(t *testing.T) {
	url := start(t)
	status, text, _ := ask(t, "GET", url+"/system/functions", "")
	require.Equal(t, 200, status)
	var all []types.FunctionStatus
	require.NoError(t, json.Unmarshal([]byte(text), &all))
	require.Len(t, all, 15)
	for _, f := range all {
		require.Equal(t, namespace, f.Namespace)
		status, text, header := ask(t, "GET", url+"/function/"+f.Name, "")
		require.NotEmpty(t, header.Get("X-Calculator-Version"), f.Name)
		require.NotEmpty(t, text, f.Name)
		if f.Name != "dashboard" {
			require.Equal(t, 200, status, f.Name) // its help
		}
		status, text, _ = ask(t, "GET", url+"/system/function/"+f.Name, "")
		require.Equal(t, 200, status)
		var one types.FunctionStatus
		require.NoError(t, json.Unmarshal([]byte(text), &one))
		require.Equal(t, f.Name, one.Name)
		require.Equal(t, 1.0, one.InvocationCount)
		require.Equal(t, uint64(1), one.AvailableReplicas)
	}
}

func TestAFunctionSeesThePathBelowItsName(t *testing.T) {
	url := start(t)
	for path, want := range map[string]int{
		"/function/add?args=1,2":  200,
		"/function/add/?args=1,2": 200,
		"/function/add/more":      404, // the function's own
		"/function/nosuch":        404, // ours
	} {
		status, _, header := ask(t, "GET", url+path, "")
		require.Equal(t, want, status, path)
		require.Equal(t, path != "/function/nosuch", header.Get("X-Calculator-Version") != "", path)
	}
	for _, name := range []string{"nosuch", "nosuch.openfaas-fn"} { // as faas-cli asks
		_, text, _ := ask(t, "GET", url+"/function/"+name, "")
		require.Contains(t, text, "error finding function nosuch.openfaas-fn: ")
	}
}

func TestTheGatewayIsReadOnly(t *testing.T) {
	url := start(t)
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		status, text, _ := ask(t, method, url+"/system/functions", "{}")
		require.Equal(t, 405, status)
		require.Contains(t, text, "not changed")
	}
	status, text, _ := ask(t, "GET", url+"/system/info", "")
	require.Equal(t, 200, status)
	require.Contains(t, text, `"orchestration":"one process"`)
	_, text, _ = ask(t, "GET", url+"/system/namespaces", "")
	require.JSONEq(t, `["openfaas-fn"]`, text)
	_, text, _ = ask(t, "GET", url+"/healthz", "")
	require.Equal(t, "OK", text)
}

func TestMetricsCountCalls(t *testing.T) {
	url := start(t)
	ask(t, "POST", url+"/function/add", "1 2")
	ask(t, "POST", url+"/function/add", "1 2")
	_, text, _ := ask(t, "GET", url+"/metrics", "")
	require.Contains(t, text, `gateway_function_invocation_started{function_name="add.openfaas-fn"} 2`)
}

func TestLogsHaveALineARequestAndNoOperand(t *testing.T) {
	url := start(t)
	for range 3 {
		ask(t, "POST", url+"/function/add?precision=7", "123454321 1", "X-Call-Id", "call-one")
	}
	_, text, header := ask(t, "GET", url+"/system/logs?name=add&tail=2", "")
	require.Equal(t, "application/x-ndjson", header.Get("Content-Type"))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	require.Len(t, lines, 2)
	for _, line := range lines {
		var m struct{ Name, Text string }
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		require.Equal(t, "add", m.Name)
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(m.Text), &entry))
		require.NotContains(t, m.Text, "123454321")
		require.NotContains(t, m.Text, "precision")
		require.Contains(t, m.Text, "call-one")
	}
}

func TestAnAsynchronousCallIsCalledBack(t *testing.T) {
	url := start(t)
	got := make(chan string, 1)
	callback := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Header.Get("X-Call-Id") + " " + r.Header.Get("X-Function-Status") + " " + string(body)
	}))
	defer callback.Close()
	status, _, header := ask(t, "POST", url+"/async-function/add", "1 2", "X-Callback-Url", callback.URL, "X-Call-Id", "seven")
	require.Equal(t, 202, status)
	require.Equal(t, "seven", header.Get("X-Call-Id"))
	select {
	case text := <-got:
		require.Equal(t, "seven 200 3\n", text)
	case <-time.After(10 * time.Second):
		t.Fatal("no callback")
	}
	for _, elsewhere := range []string{"http://example.com/", "http://10.62.0.1/", "file:///etc/passwd", "http://127.0.0.1.example.com/"} {
		status, text, _ := ask(t, "POST", url+"/async-function/add", "1 2", "X-Callback-Url", elsewhere)
		require.Equal(t, 400, status, elsewhere)
		require.Contains(t, text, "this machine")
	}
}

func TestATakenPortIsSaidInASentence(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	err = run(context.Background(), []string{"-addr", listener.Addr().String()}, noEnvironment, io.Discard)
	require.ErrorContains(t, err, "taken by another program")
	require.ErrorContains(t, err, "-addr")
}

func TestABadSettingStopsTheStart(t *testing.T) {
	err := run(context.Background(), []string{"-addr", "127.0.0.1:0"}, func(name string) (string, bool) {
		return "soon", name == "exec_timeout"
	}, io.Discard)
	require.ErrorContains(t, err, "exec_timeout=soon")
}

func TestItEndsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var out bytes.Buffer
	done := make(chan error)
	go func() { done <- run(ctx, []string{"-addr", "127.0.0.1:0"}, noEnvironment, &out) }()
	time.AfterFunc(100*time.Millisecond, cancel)
	select {
	case err := <-done:
		require.NoError(t, err)
		require.Contains(t, out.String(), "curl http://127.0.0.1:")
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

// TestFaasCLIWorksUnchanged asks with the real faas-cli.
func TestFaasCLIWorksUnchanged(t *testing.T) {
	if _, err := exec.LookPath("faas-cli"); err != nil {
		t.Skip("needs faas-cli on PATH")
	}
	url := start(t)
	cli := func(stdin string, args ...string) string {
		c := exec.Command("faas-cli", append(args, "--gateway", url)...)
		c.Env = append(os.Environ(), "HOME="+t.TempDir())
		c.Stdin = strings.NewReader(stdin)
		var said bytes.Buffer
		c.Stderr = &said
		out, err := c.Output()
		require.NoError(t, err, "%v: %s", args, said.String())
		return string(out)
	}
	require.True(t, strings.HasSuffix(cli("0.1 0.2", "invoke", "add"), "0.3\n"))
	list := cli("", "list")
	for _, name := range []string{"add", "dashboard"} {
		require.Contains(t, list, name)
	}
	require.Contains(t, cli("", "describe", "add"), "Ready")
	require.Contains(t, cli("", "version", "--warn-update=false"), "calculator-local")
	require.Contains(t, cli("", "logs", "add", "--tail=false"), `"status":200`)
}

// A path that goes up, however it is written, is not another function's, nor the system's: nothing is redirected to where it does not belong.
func TestPathTricksLeadNowhere(t *testing.T) {
	address := strings.TrimPrefix(start(t), "http://")
	for _, path := range []string{
		"/function/add/../../system/functions", "/function/add/%2e%2e/%2e%2e/system/functions", "/function/add/..%2f..%2fsystem%2ffunctions",
		"/function/add/.%2e/%2e./system/functions", "/function/%2e%2e/system/functions", "/function/add/%252e%252e/system", "/function/add/..;/..;/system/functions",
		"/function//add", "//function/add/../../system", "/function/add\\..\\..\\system", "/function/add/./../../system/functions", "/function/nothing/../add", "/function/../../../etc/passwd",
		"/function/add%00/../system", "/async-function/add/../../system/functions",
	} {
		for _, method := range []string{"GET", "POST"} {
			conn, err := net.Dial("tcp", address)
			require.NoError(t, err)
			require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			_, err = io.WriteString(conn, method+" "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			require.NoError(t, err)
			answer, err := io.ReadAll(conn)
			require.NoError(t, err)
			require.NoError(t, conn.Close())
			require.NotContains(t, string(answer), `"namespace"`, "%s %s", method, path)
			require.NotContains(t, string(answer), "root:", "%s %s", method, path)
			require.NotRegexp(t, `^HTTP/1.1 (2|5)`, string(answer), "%s %s", method, path)
		}
	}
	status, _, _ := ask(t, "GET", "http://"+address+"/function/add?args=1", "")
	require.Equal(t, 200, status)
}
