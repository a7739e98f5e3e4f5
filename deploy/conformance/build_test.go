package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

// images are the functions' binaries, each built by the Dockerfile's own command from sources that are laid out as its steps lay them out.
// That those steps do so from the context of faas-cli is tested beside the Dockerfile.
var images struct {
	once sync.Once
	dir  string
	err  error
}

// TestMain removes them: every test may use them, so none may.
func TestMain(m *testing.M) {
	status := m.Run()
	if images.dir != "" {
		_ = os.RemoveAll(images.dir)
	}
	os.Exit(status)
}

// image is the path of a function's binary.
func image(t *testing.T, name string) string {
	t.Helper()
	images.once.Do(func() { images.err = buildImages() })
	require.NoError(t, images.err)
	return filepath.Join(images.dir, name)
}

var buildCommand = regexp.MustCompile(`(?m)^RUN (?:--mount=\S+ )*(GOOS=.* go build .*)$`)

func buildImages() (err error) {
	const root = "../.."
	if images.dir, err = os.MkdirTemp("", "calculator-images-"); err != nil {
		return err
	}
	src := filepath.Join(images.dir, "src")
	for _, part := range []string{"calc", "functions", "template/calculator"} {
		if err := os.CopyFS(filepath.Join(src, part), os.DirFS(filepath.Join(root, part))); err != nil {
			return err
		}
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(src, file), text, 0o600); err != nil {
			return err
		}
	}
	dockerfile, err := os.ReadFile(filepath.Join(root, "template/calculator/Dockerfile"))
	if err != nil {
		return err
	}
	command := buildCommand.FindSubmatch(dockerfile)
	if command == nil {
		return errors.New("the Dockerfile has no RUN GOOS=… go build …")
	}
	for _, o := range catalogue.All {
		function := filepath.Join(src, "template/calculator/function")
		if err := os.RemoveAll(function); err != nil {
			return err
		}
		if err := os.CopyFS(function, os.DirFS(filepath.Join(root, "functions", o.Name))); err != nil {
			return err
		}
		c := exec.Command("sh", "-ec", strings.ReplaceAll(string(command[1]), "-o /handler", "-o "+filepath.Join(images.dir, o.Name)))
		c.Dir = src
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "CGO_ENABLED=0", "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH, "COMMIT=0123abc")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", o.Name, err, bytes.TrimSpace(out))
		}
	}
	return nil
}
