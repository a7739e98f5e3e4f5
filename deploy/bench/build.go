package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// buildPeer builds one of the programs in Go that ours are compared with.
func buildPeer(ctx context.Context, root, out, name string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(out, name), "calculator/deploy/bench/peers/"+name)
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("peers/%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

// size is what files take, in bytes: as they are, and as the one layer of an image, which is a tar file through gzip.
type size struct{ plain, packed float64 }

// sizeOf adds up files, and folders with all in them.
func sizeOf(paths []string) (size, error) {
	var counted counter
	packed := gzip.NewWriter(&counted)
	layer := tar.NewWriter(packed)
	var s size
	add := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path) //nolint:gosec // what it finds there is only counted
		if err != nil {
			return err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if err := layer.WriteHeader(&tar.Header{Name: strings.TrimPrefix(path, "/"), Mode: 0o755, Size: info.Size(), Format: tar.FormatPAX}); err != nil {
			return err
		}
		n, err := io.Copy(layer, file)
		s.plain += float64(n)
		return err
	}
	for _, path := range paths {
		resolved, err := filepath.EvalSymlinks(path)
		if err != nil {
			return s, err
		}
		if err := filepath.WalkDir(resolved, add); err != nil {
			return s, err
		}
	}
	if err := errors.Join(layer.Close(), packed.Close()); err != nil {
		return s, err
	}
	s.packed = float64(counted)
	return s, nil
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// debianFiles are the files of packages and of all that these depend on, as they are installed here.
func debianFiles(ctx context.Context, packages ...string) ([]string, error) {
	list, err := exec.CommandContext(ctx, "dpkg-query", "-W", "-f", `${Package}\t${Pre-Depends}, ${Depends}\t${Provides}\n`).Output()
	if err != nil {
		return nil, fmt.Errorf("dpkg-query -W: %w", err)
	}
	needed, err := closure(string(list), packages)
	if err != nil {
		return nil, err
	}
	files, err := exec.CommandContext(ctx, "dpkg-query", append([]string{"-L"}, needed...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("dpkg-query -L: %w", err)
	}
	var found []string
	seen := map[string]bool{}
	for path := range strings.Lines(string(files)) {
		path = strings.TrimSpace(path)
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && !seen[path] && !strings.HasPrefix(path, "/usr/share/doc/") && !strings.HasPrefix(path, "/usr/share/man/") {
			seen[path] = true
			found = append(found, path)
		}
	}
	return found, nil
}

// closure are the packages and those that they depend on. Each line of the list has a package, what it depends on and what it provides; of
// alternatives the first that is installed counts.
func closure(list string, packages []string) ([]string, error) {
	depends, provided := map[string]string{}, map[string]string{}
	for line := range strings.Lines(list) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("dpkg-query: a line with %d fields: %q", len(f), line)
		}
		depends[f[0]] = f[1]
		for name := range strings.SplitSeq(f[2], ",") {
			if name = packageName(name); name != "" {
				provided[name] = f[0]
			}
		}
	}
	var found []string
	seen := map[string]bool{}
	var visit func(name string) bool
	visit = func(name string) bool {
		if _, ok := depends[name]; !ok {
			if name = provided[name]; name == "" {
				return false
			}
		}
		if seen[name] {
			return true
		}
		seen[name] = true
		found = append(found, name)
		for alternatives := range strings.SplitSeq(depends[name], ",") {
			for alternative := range strings.SplitSeq(alternatives, "|") {
				if visit(packageName(alternative)) {
					break
				}
			}
		}
		return true
	}
	for _, name := range packages {
		if !visit(name) {
			return nil, fmt.Errorf("%s is not installed", name)
		}
	}
	return found, nil
}

// packageName is the name in a dependency such as "python3:any (>= 3.11)".
func packageName(dependency string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(dependency), " ")
	name, _, _ = strings.Cut(name, ":")
	return name
}
