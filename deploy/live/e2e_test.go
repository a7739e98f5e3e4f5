//go:build e2e

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/provider"
)

// This file is the whole way from a push to the right answers, for real where a machine without GitHub and Docker
// allows it: act runs .github/workflows/calculator.yml job by job, the real faas-cli lays out, publishes and deploys,
// the functions' real binaries run behind deploy/internal/provider. Stand-ins are the registry, docker (which follows
// the Dockerfile's steps with the local go), and GitHub's own actions. Takes minutes:
//
//	go test -tags e2e -run TestFromPushToLive -v -timeout 60m ./deploy/live
//
// needs act and faas-cli on PATH. The test job's .ci/run is the one of the scratch repository: a short one, so that
// this does not run itself.

func init() {
	standIns["docker"] = dockerMain
}

// dockerMain stands in for docker: buildx build with a tag builds for this machine and pushes, imagetools tells the
// digest. What the file "sabotage" says goes wrong: "wrong NAME" mixes up two operations, "old NAME" stamps another
// commit.
func dockerMain(args []string) error {
	line := strings.Join(args, " ")
	switch {
	case strings.HasPrefix(line, "buildx build"):
		tag, commit := "", ""
		for i, a := range args {
			switch {
			case a == "--tag" || a == "-t":
				tag = args[i+1]
			case strings.HasPrefix(a, "--tag="):
				tag = strings.TrimPrefix(a, "--tag=")
			case strings.HasPrefix(strings.TrimPrefix(a, "--build-arg="), "COMMIT="):
				_, commit, _ = strings.Cut(a, "COMMIT=")
			}
		}
		if tag == "" {
			return nil // only the cache
		}
		return buildAndPush(tag, commit, args[len(args)-1])
	case strings.HasPrefix(line, "buildx imagetools inspect"):
		host, rest, _ := strings.Cut(args[3], "/")
		repository, tag, _ := strings.Cut(rest, ":")
		r, err := http.Head("http://" + host + "/v2/" + repository + "/manifests/" + tag)
		if err != nil {
			return err
		}
		defer r.Body.Close()
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", args[3], r.Status)
		}
		return json.NewEncoder(os.Stdout).Encode(map[string]string{"digest": r.Header.Get("Docker-Content-Digest")})
	default:
		return nil
	}
}

var imageName = regexp.MustCompile(`^([^/]+)/(.+/calculator-([a-z]+)):(.+)$`)

// buildAndPush does by hand what template/calculator/Dockerfile does.
func buildAndPush(tag, commit, context string) error {
	part := imageName.FindStringSubmatch(tag)
	if part == nil {
		return fmt.Errorf("image %q", tag)
	}
	name := part[3]
	sabotage, _ := os.ReadFile(filepath.Join(os.Getenv("STANDINS"), "sabotage"))
	wrong, old := string(sabotage) == "wrong "+name, string(sabotage) == "old "+name

	src, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(src) }()
	template := filepath.Join(src, "template", "calculator")
	if err := os.CopyFS(template, os.DirFS(context)); err != nil {
		return err
	}
	for _, piece := range []string{"go.mod", "go.sum", "calc", "functions"} {
		if err := os.Rename(filepath.Join(template, "function", piece), filepath.Join(src, piece)); err != nil {
			return err
		}
	}
	if wrong {
		file := filepath.Join(template, "function", "handler.go")
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("catalogue.Divide"), []byte("catalogue.Multiply")), 0o600); err != nil {
			return err
		}
	}
	if old {
		commit = "0123456789012345678901234567890123456789"
	}
	binary := filepath.Join(os.Getenv("STANDINS"), "images", name+"-"+commit)
	if wrong {
		binary += "-wrong"
	}
	c := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w -X calculator/template/calculator/host.commit="+commit, "-o", binary, "./template/calculator")
	c.Dir = src
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return err
	}
	r, err := http.PostForm("http://"+part[1]+"/push", url.Values{"repository": {part[2]}, "tag": {part[4]}, "path": {binary}})
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("push: %s", r.Status)
	}
	return nil
}

// world is GitHub, the registry and the VPS.
type world struct {
	t           *testing.T
	repo, stand string
	gateway     string
	functions   *provider.Provider
	actions     []string // act's arguments
	names       []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, repo: filepath.Join(t.TempDir(), "calculator"), stand: t.TempDir()}
	for _, tool := range []string{"act", "faas-cli", "git", "jq"} {
		_, err := exec.LookPath(tool)
		require.NoError(t, err)
	}

	registry := &provider.Registry{}
	images := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/push" {
			registry.ServeHTTP(out, r)
			return
		}
		if _, err := registry.Push(r.FormValue("repository"), r.FormValue("tag"), provider.Image{Path: r.FormValue("path")}, "amd64", "arm64"); err != nil {
			http.Error(out, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(images.Close)
	var err error
	w.functions, err = provider.New(provider.Options{Resolve: registry.Resolve, Password: password, Secrets: filepath.Join(w.stand, "secrets")})
	require.NoError(t, err)
	g := httptest.NewServer(w.functions)
	w.gateway = g.URL
	t.Cleanup(func() {
		g.CloseClientConnections()
		g.Close()
		w.functions.Close()
	})

	for _, dir := range []string{"bin", "images", "state", "artifacts", "home"} {
		require.NoError(t, os.Mkdir(filepath.Join(w.stand, dir), 0o755))
	}
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(w.stand, "bin", "docker")))
	cli, err := exec.LookPath("faas-cli")
	require.NoError(t, err)
	content, err := os.ReadFile(cli)
	require.NoError(t, err)
	// The download of faas-cli's release, for .github/faas-cli, which checks its sum.
	curl := fmt.Sprintf("#!/bin/bash\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && cp %q \"$2\"; shift; done\n", cli)
	require.NoError(t, os.WriteFile(filepath.Join(w.stand, "bin", "curl"), []byte(curl), 0o755))

	host := strings.TrimPrefix(images.URL, "http://")
	w.actions = []string{"-P", "ubuntu-24.04=-self-hosted", "-P", "calculator-vps=-self-hosted", "-P", "self-hosted=-self-hosted",
		"--var", "REGISTRY=" + host, "--var", "CALCULATOR_URL=" + w.gateway, "--var", fmt.Sprintf("FAAS_CLI_SHA256=%x", sha256.Sum256(content)),
		"-s", "OPENFAAS_PASSWORD=" + password, "-s", "GITHUB_TOKEN=not-needed-here",
		"--env", "OPENFAAS_URL=" + w.gateway, "--env", "CALCULATOR_STATE=" + filepath.Join(w.stand, "state"),
		"--env", "STANDINS=" + w.stand, "--env", "HOME=" + filepath.Join(w.stand, "home"),
		"--env", "PATH=" + filepath.Join(w.stand, "bin") + ":" + os.Getenv("PATH"), "--action-offline-mode"}
	for _, k := range []string{"GOPATH", "GOMODCACHE", "GOCACHE"} {
		out, err := exec.Command("go", "env", k).Output()
		require.NoError(t, err)
		w.actions = append(w.actions, "--env", k+"="+strings.TrimSpace(string(out)))
	}
	w.standForActions()

	w.git("", "clone", "-q", "--no-local", sourceTree(t), w.repo)
	w.git(w.repo, "checkout", "-q", "-B", "main")
	w.git(w.repo, "remote", "set-url", "origin", "https://github.com/owner/calculator.git")
	short := "#!/usr/bin/env bash\nset -euo pipefail\ngo vet ./calc/... ./functions/...\ngo test -short ./calc/catalogue ./functions/divide\n"
	require.NoError(t, os.WriteFile(filepath.Join(w.repo, ".ci", "run"), []byte(short), 0o755))
	s, err := readStack(filepath.Join(w.repo, "stack.yml"))
	require.NoError(t, err)
	w.names = s.names
	return w
}

func sourceTree(t *testing.T) string {
	out, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// standForActions writes an action of the same name for each that the workflow uses: artifacts are copied, the rest
// is for Docker and Sigstore and does nothing.
func (w *world) standForActions() {
	text, err := os.ReadFile("../../.github/workflows/calculator.yml")
	require.NoError(w.t, err)
	store := filepath.Join(w.stand, "artifacts")
	steps := map[string]string{
		"actions/upload-artifact":   fmt.Sprintf(`rm -rf "%s/$NAME" && cp -r "$FROM" "%s/$NAME"`, store, store),
		"actions/download-artifact": fmt.Sprintf(`mkdir -p "$FROM" && cp -r "%s/$NAME/." "$FROM"`, store),
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`uses: (\S+)@([0-9a-f]{40})`).FindAllStringSubmatch(string(text), -1) {
		used[m[1]+"@"+m[2]] = true
	}
	for _, ref := range slices.Sorted(maps.Keys(used)) {
		name, _, _ := strings.Cut(ref, "@")
		dir := filepath.Join(w.stand, "actions", strings.ReplaceAll(name, "/", "-"))
		require.NoError(w.t, os.MkdirAll(dir, 0o755))
		step := steps[name]
		if step == "" {
			step = "true"
		}
		action := fmt.Sprintf("name: stand-in\ninputs:\n  name: {default: \"\"}\n  path: {default: \"\"}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      env: {NAME: \"${{ inputs.name }}\", FROM: \"${{ inputs.path }}\"}\n      run: |\n        %s\n", step)
		require.NoError(w.t, os.WriteFile(filepath.Join(dir, "action.yml"), []byte(action), 0o600))
		w.actions = append(w.actions, "--local-repository", ref+"="+dir)
	}
}

func (w *world) git(dir string, args ...string) string {
	w.t.Helper()
	c := exec.Command("git", append([]string{"-c", "user.name=somebody", "-c", "user.email=somebody@example.org"}, args...)...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	require.NoError(w.t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

func (w *world) commit(subject string) string {
	w.t.Helper()
	w.git(w.repo, "add", "-A")
	w.git(w.repo, "commit", "-q", "--allow-empty", "-m", subject)
	return w.git(w.repo, "rev-parse", "HEAD")
}

// act runs an event's jobs. It reports whether the run was green, and what it printed.
func (w *world) act(event string, args ...string) (green bool, log string) {
	w.t.Helper()
	c := exec.Command("act", slices.Concat([]string{event, "-W", ".github/workflows/calculator.yml"}, w.actions, args)...)
	c.Dir = w.repo
	var out bytes.Buffer
	c.Stdout = io.MultiWriter(&out, testWriter{w.t})
	c.Stderr = c.Stdout
	err := c.Run()
	return err == nil, out.String()
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

func (w *world) allAnswer(version string) {
	w.t.Helper()
	for _, n := range w.names {
		a, err := ask(w.t.Context(), w.gateway, n, anyAnswer, questionTimeout)
		require.NoError(w.t, err, n)
		require.Equal(w.t, version, a.version, n)
	}
}

func TestFromPushToLive(t *testing.T) {
	w := newWorld(t)

	first := w.commit("a good commit goes live")
	green, _ := w.act("push")
	require.True(t, green)
	w.allAnswer(first)

	handler := filepath.Join(w.repo, "functions", "divide", "handler.go")
	good, err := os.ReadFile(handler)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(handler, bytes.ReplaceAll(good, []byte("catalogue.Divide"), []byte("catalogue.Multiply")), 0o600))
	test := filepath.Join(w.repo, "functions", "divide", "claim_test.go")
	require.NoError(t, os.WriteFile(test, []byte(claim), 0o600))
	w.commit("a commit with a failing test stops")
	green, log := w.act("push")
	require.False(t, green)
	require.Contains(t, log, "TestSixByThreeIsTwo")
	require.NotContains(t, log, "faas-cli publish")
	w.allAnswer(first)
	require.NoError(t, os.WriteFile(handler, good, 0o600))

	for sabotage, says := range map[string]string{"wrong divide": "want", "old divide": "still answers as version 0123456789012345678901234567890123456789"} {
		require.NoError(t, os.WriteFile(filepath.Join(w.stand, "sabotage"), []byte(sabotage), 0o600))
		w.commit(sabotage + ": rolled back, and the job is red")
		green, log = w.act("push")
		require.False(t, green)
		require.Contains(t, log, says)
		require.Contains(t, log, "all is as it was")
		w.allAnswer(first)
	}
	require.NoError(t, os.Remove(filepath.Join(w.stand, "sabotage")))

	second := w.commit("another good one")
	green, _ = w.act("push")
	require.True(t, green)
	w.allAnswer(second)

	green, _ = w.act("workflow_dispatch", "-j", "back", "--input", "version="+first)
	require.True(t, green)
	w.allAnswer(first)
}

const claim = `package function

import (
	"context"
	"testing"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"
)

func TestSixByThreeIsTwo(t *testing.T) {
	q := handler.Request{Body: []byte("6 3"), Method: "POST"}
	q.WithContext(context.Background())
	answer, err := Handle(q)
	require.NoError(t, err)
	require.Equal(t, "2\n", string(answer.Body))
}
`
