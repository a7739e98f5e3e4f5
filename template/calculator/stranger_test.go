package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// page is a function of the repository with more modules than host needs, whose tests run in its build too.
var page = &built{name: "functions/dashboard", copy: "go.mod go.sum calc functions"}

func TestDockerfileBuildsTheDashboard(t *testing.T) {
	p := start(t, page.binary(t))
	answer, text := post(t, p.url+"/mcp", "application/json", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"args":["0.1","0.2"]}}}`)
	require.Equal(t, 200, answer.StatusCode, text)
	require.Contains(t, text, `"structuredContent":{"operation":"add","result":"0.3","exact":true}`)
	info, err := os.Stat(page.path)
	require.NoError(t, err)
	t.Logf("%d bytes, resident at start %d KiB", info.Size(), p.resident(t)>>10)
	require.Less(t, p.resident(t), 2*residentGoal)
	p.end(t)
}

// folder makes a folder with these files, by path and content.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

// steps runs the Dockerfile over a stranger's function and returns what it printed, and the folder in which it did.
func steps(t *testing.T, function string) (output, src string, err error) {
	t.Helper()
	dir := t.TempDir()
	context, src := filepath.Join(dir, "context"), filepath.Join(dir, "src")
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	function, err = filepath.Rel(root, function)
	require.NoError(t, err)
	require.NoError(t, layOut(context, root, function, nil))
	output, err = runDockerfile(context, src, filepath.Join(dir, "handler"))
	return output, src, err
}

const strangersHandler = `// Package function counts.
package function

import (
	"fmt"
	"net/http"

	handler "github.com/openfaas/templates-sdk/go-http"
	"golang.org/x/sync/singleflight"

	"calculator/template/calculator/function/count"
)

var group singleflight.Group

// Handle says how long the body is.
func Handle(req handler.Request) (handler.Response, error) {
	n, err, _ := group.Do(string(req.Body), func() (any, error) { return count.Bytes(req.Body), nil })
	return handler.Response{StatusCode: http.StatusOK, Body: fmt.Append(nil, n)}, err
}
`

// TestDockerfileTakesAStrangersPackagesAndPins: a function of several packages, with a go.mod of its own that knows nothing of host.
func TestDockerfileTakesAStrangersPackagesAndPins(t *testing.T) {
	files := map[string]string{
		"handler.go":     strangersHandler,
		"count/count.go": "// Package count counts.\npackage count\n\n// Bytes is how many there are.\nfunc Bytes(b []byte) int { return len(b) }\n",
		"count/count_test.go": "package count\n\nimport \"testing\"\n\nfunc TestBytes(t *testing.T) {\n" +
			"\tif Bytes([]byte(\"abc\")) != 3 {\n\t\tt.Fatal(\"miscounted\")\n\t}\n}\n",
		"go.mod": "module calculator\n\ngo 1.26.0\n\nrequire golang.org/x/sync v0.19.0\n",
	}
	output, src, err := steps(t, folder(t, files))
	require.NoError(t, err, output)
	require.Contains(t, output, "ok  	calculator/template/calculator/function/count", "its tests run")
	module, err := os.ReadFile(filepath.Join(src, "go.mod"))
	require.NoError(t, err)
	require.Contains(t, string(module), "golang.org/x/sync v0.19.0")
	require.Contains(t, string(module), "github.com/aws/aws-lambda-go v1.55.1", "pinned, not the latest")

	files["count/count.go"] = strings.Replace(files["count/count.go"], "len(b)", "len(b) + 1", 1)
	output, _, err = steps(t, folder(t, files))
	require.Error(t, err, "a failing test stops the build")
	require.Contains(t, output, "miscounted")

	files["go.mod"] = "module example.com/count\n"
	output, _, err = steps(t, folder(t, files))
	require.Error(t, err)
	require.Contains(t, output, `its first line must be "module calculator"`)
}

// TestDockerfilePinsWhatTheRepositoryIsTestedWith: a stranger's host is ours.
func TestDockerfilePinsWhatTheRepositoryIsTestedWith(t *testing.T) {
	dockerfile, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	module, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	pins := regexp.MustCompile(`([\w./-]+)@(v[\w.-]+)`).FindAllSubmatch(dockerfile, -1)
	require.Len(t, pins, 3)
	for _, pin := range pins {
		require.Contains(t, string(module), "\t"+string(pin[1])+" "+string(pin[2])+"\n")
	}
	require.Contains(t, string(dockerfile), "\\ngo "+regexp.MustCompile(`(?m)^go (.+)$`).FindStringSubmatch(string(module))[1]+"\\n")
}

// TestFaasCLIMakesAFunctionInAnEmptyFolder goes the whole way of the README with the real command, from this template in a git
// repository of its own to the context of the image, which is the one that the tests beside this build.
func TestFaasCLIMakesAFunctionInAnEmptyFolder(t *testing.T) {
	if _, err := exec.LookPath("faas-cli"); err != nil {
		t.Skip("faas-cli is not on PATH")
	}
	origin, dir := t.TempDir(), t.TempDir()
	run := func(in string, command ...string) string {
		t.Helper()
		c := exec.Command(command[0], command[1:]...)
		c.Dir = in
		c.Env = append(os.Environ(), "HOME="+origin, "OPENFAAS_CONFIG="+origin, "GIT_CONFIG_GLOBAL=/dev/null",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%v\n%s", command, out)
		return string(out)
	}
	require.NoError(t, os.CopyFS(filepath.Join(origin, "template/calculator"), os.DirFS(".")))
	run(origin, "git", "init", "-q")
	run(origin, "git", "add", "template")
	run(origin, "git", "commit", "-q", "-m", "template")

	run(dir, "faas-cli", "template", "pull", origin)
	require.Contains(t, run(dir, "faas-cli", "new", "--lang", "calculator", "my-function"), "A function is one file: handler.go")
	stacks, err := filepath.Glob(filepath.Join(dir, "*.y*ml"))
	require.NoError(t, err)
	require.Len(t, stacks, 1)
	require.Equal(t, []string{"handler.go", "handler_test.go"}, names(t, filepath.Join(dir, "my-function")))
	run(dir, "faas-cli", "build", "--shrinkwrap", "-f", filepath.Base(stacks[0]))

	ours := filepath.Join(t.TempDir(), "context")
	require.NoError(t, layOut(ours, "../..", "template/calculator/function", nil))
	theirs := filepath.Join(dir, "build/my-function")
	require.NoError(t, os.Remove(filepath.Join(theirs, "meta.json")), "where faas-cli writes down what it pulled")
	require.Equal(t, names(t, ours), names(t, theirs))
	for _, name := range names(t, ours) {
		want, err := os.ReadFile(filepath.Join(ours, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(theirs, name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// names are the files below a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			path, err = filepath.Rel(dir, path)
			all = append(all, path)
		}
		return err
	}))
	return all
}
