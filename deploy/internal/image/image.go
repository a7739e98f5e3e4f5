// Package image builds the functions' binaries as their images have them: by the Dockerfile's own command, from sources that are laid
// out as its steps lay them out. That those steps do so from the context of faas-cli is tested beside the Dockerfile.
package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"calculator/calc/catalogue"
)

var buildCommand = regexp.MustCompile(`(?m)^RUN (?:--mount=\S+ )*(GOOS=.* go build .*)$`)

// Build makes the binary of each function, or of those named, in dir under the function's name. Root is the repository, commit what the functions say they
// were built from; it takes some seconds for each that the build cache does not know.
func Build(ctx context.Context, root, dir, commit string, names ...string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	src, err := os.MkdirTemp(dir, "src-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(src) }()
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
	if len(names) == 0 {
		for _, o := range catalogue.All {
			names = append(names, o.Name)
		}
	}
	for _, name := range names {
		function := filepath.Join(src, "template/calculator/function")
		if err := os.RemoveAll(function); err != nil {
			return err
		}
		if err := os.CopyFS(function, os.DirFS(filepath.Join(root, "functions", name))); err != nil {
			return err
		}
		c := exec.CommandContext(ctx, "sh", "-ec", strings.ReplaceAll(string(command[1]), "-o /handler", `-o "$OUT"`))
		c.Dir = src
		c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "CGO_ENABLED=0", "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH,
			"COMMIT="+commit, "OUT="+filepath.Join(dir, name))
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
		}
	}
	return nil
}
