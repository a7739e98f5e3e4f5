package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"calculator/template/calculator/host"
)

// TestMain makes this executable the command too, so that an assistant's side of it can be tested.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_AS_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func command(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), self, "-mcp")
	c.Env = append(append(os.Environ(), "TEST_AS_COMMAND=1"), environment...)
	return c
}

// TestAssistantsStartItAndCalculate drives go run ./deploy/local -mcp with the SDK's client, as an assistant does.
func TestAssistantsStartItAndCalculate(t *testing.T) {
	c := command(t, "exec_timeout=2s", "max_precision=500")
	var said bytes.Buffer
	c.Stderr = &said
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.CommandTransport{Command: c}, nil)
	require.NoError(t, err)
	require.Equal(t, host.Version(), session.InitializeResult().ServerInfo.Version, "the version that the same executable says over HTTP")
	list, err := session.ListTools(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, list.Tools, 14)

	ask := func(tool string, arguments map[string]any) (string, bool) {
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
		require.NoError(t, err)
		return result.Content[0].(*mcp.TextContent).Text, result.IsError
	}
	text, isError := ask("evaluate", map[string]any{"expression": "(1e50 + 1) - 1e50"})
	require.False(t, isError, text)
	require.JSONEq(t, `{"operation":"evaluate","result":"1","exact":true}`, text)
	text, isError = ask("divide", map[string]any{"dividend": "1", "divisor": "0"})
	require.True(t, isError)
	require.Contains(t, text, "divide(1, 0): division by zero")
	text, isError = ask("exp", map[string]any{"x": "1", "precision": "501"})
	require.True(t, isError)
	require.Contains(t, text, "max_precision (500)", "the environment sets the limits")

	require.NoError(t, session.Close(), "it ends when the assistant does")
	require.Contains(t, said.String(), "Model Context Protocol", "whoever starts it by hand reads what it waits for")
}

func TestACallOverStdioStopsAtExecTimeout(t *testing.T) {
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.CommandTransport{Command: command(t, "exec_timeout=50ms")}, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, session.Close()) }()
	expression := "0"
	for k := range 300 { // all different: equal parts are computed once
		expression += fmt.Sprintf(" + exp(sin(%d))", k+1)
	}
	begin := time.Now()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "evaluate", Arguments: map[string]any{"expression": expression, "precision": "10000"}})
	require.NoError(t, err)
	require.True(t, result.IsError, "it took %v", time.Since(begin))
	require.Contains(t, result.Content[0].(*mcp.TextContent).Text, `"type":"deadline-exceeded"`)
	require.Less(t, time.Since(begin), 2*time.Second)
}

func TestStandardOutputHasMessagesOnly(t *testing.T) {
	c := command(t)
	c.Stdin = strings.NewReader(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}` + "\n")
	out, err := c.Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		require.True(t, strings.HasPrefix(line, `{"jsonrpc":"2.0"`), line)
	}
	err = serveStdio(context.Background(), func(name string) (string, bool) { return "soon", name == "exec_timeout" })
	require.ErrorContains(t, err, "exec_timeout=soon")
}

// TestMessagesMayBePipedIn: what asks is answered before the end of the input ends the process, and what is no message ends nothing.
func TestMessagesMayBePipedIn(t *testing.T) {
	c := command(t, "max_body=2000")
	lines := []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`what is 1/3*3?`,
		``,
		`{"jsonrpc":"2.0","id":2.5,"method":"ping"}`,
		`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"evaluate","arguments":{"expression":"` + strings.Repeat(" ", 1_000_000) + `"}}}`,
		`{"jsonrpc":"2.0","id":"four","method":"tools/call","params":{"name":"evaluate","arguments":{"expression":"1/3*3"}}}`,
		`{"jsonrpc":"2.0","id":5,"method":"no/such"}`, // and no line end after the last one
	}
	c.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	out, err := c.Output()
	require.NoError(t, err)
	said := string(out)
	for _, want := range []string{
		`{"jsonrpc":"2.0","id":1,"result":{`,
		`{"jsonrpc":"2.0","error":{"code":-32700,`,
		`{"jsonrpc":"2.0","error":{"code":-32600,"message":"dashboard/mcp: id: `,
		`at most 2000 bytes (max_body)`,
		`"structuredContent":{"operation":"evaluate","result":"1","exact":true}`,
		`{"jsonrpc":"2.0","id":"four",`,
		`{"jsonrpc":"2.0","id":5,"error":{"code":-32601,`,
	} {
		require.Contains(t, said, want)
	}
	require.Equal(t, 6, strings.Count(said, "\n"), said)
}

// TestReadmesConfigurationIsForThis reads the snippet that the README gives to assistants.
func TestReadmesConfigurationIsForThis(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	snippet := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(text)
	require.NotNil(t, snippet)
	var file struct {
		Servers map[string]struct {
			Type, URL, Command string
			Args               []string
		} `json:"mcpServers"`
	}
	require.NoError(t, json.Unmarshal(snippet[1], &file))
	here, there := file.Servers["calculator"], file.Servers["calculator-remote"]
	require.Equal(t, "go run -C /path/to/this/repository ./deploy/local -mcp", here.Command+" "+strings.Join(here.Args, " "))
	require.Equal(t, "http", there.Type)
	require.Equal(t, "https://HOST/function/dashboard/mcp", there.URL)

	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(),
		&mcp.StreamableClientTransport{Endpoint: start(t) + "/function/dashboard/mcp", MaxRetries: -1}, nil)
	require.NoError(t, err)
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "add", Arguments: map[string]any{"args": []string{"0.1", "0.2"}}})
	require.NoError(t, err)
	require.Contains(t, result.Content[0].(*mcp.TextContent).Text, `"result":"0.3"`)
	require.NoError(t, session.Close())
}
