// Canary proves that the tests can fail. It applies known wrong changes, one at a time and only in the compiler's view
// of the tree (go test -overlay), and the tests of the named package must go red for each. A change that no test
// notices, or that no longer fits the code, makes the canary fail.
//
//	go run ./.ci/canary                 # each change against its package's own tests
//	go run ./.ci/canary -all            # against the whole command, go test ./...
//	go run ./.ci/canary -only NAME      # one change
//
// The changes stand in changes.txt.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	all := flag.Bool("all", false, "run the whole test command for each change")
	only := flag.String("only", "", "run one change")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *all, *only); err != nil {
		fmt.Fprintln(os.Stderr, "canary:", err)
		os.Exit(1)
	}
}

// change is one wrong change: in file, the text old becomes new.
type change struct {
	name, file, red string
	old, new        []string
}

func run(ctx context.Context, all bool, only string) error {
	text, err := os.ReadFile(".ci/canary/changes.txt")
	if err != nil {
		return err
	}
	changes, err := parse(string(text))
	if err != nil {
		return err
	}
	if only != "" {
		changes = slices.DeleteFunc(changes, func(c change) bool { return c.name != only })
	}
	if len(changes) == 0 {
		return errors.New("no change to try")
	}
	// Red proves something only where it was green before. go test answers from its cache what it has just run.
	untouched := []string{"test"}
	if !all {
		untouched = append(untouched, "-short")
	}
	for _, c := range changes {
		if !slices.Contains(untouched, c.red) {
			untouched = append(untouched, c.red)
		}
	}
	if out, err := exec.CommandContext(ctx, "go", untouched...).CombinedOutput(); err != nil {
		return fmt.Errorf("the tests fail without any change: %w\n%s", err, out)
	}
	alive := 0
	for _, c := range changes {
		began := time.Now()
		if err := c.try(ctx, all); err != nil {
			alive++
			fmt.Printf("ALIVE %-28s %v\n", c.name, err)
			continue
		}
		fmt.Printf("red   %-28s %-32s %5.1fs\n", c.name, c.red, time.Since(began).Seconds())
	}
	fmt.Printf("canary: %d of %d wrong changes were noticed\n", len(changes)-alive, len(changes))
	if alive > 0 {
		return fmt.Errorf("%d wrong changes were not noticed", alive)
	}
	return nil
}

// parse reads changes: a line "name: file red-package", then what is removed behind "-" and what comes instead behind
// "+". Comments begin with "#", blank lines part changes.
func parse(text string) (changes []change, err error) {
	names := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '-' || line[0] == '+':
			if len(changes) == 0 {
				return nil, fmt.Errorf("changes.txt:%d: no change begins before this line", n)
			}
			c := &changes[len(changes)-1]
			if line[0] == '-' {
				c.old = append(c.old, line[1:])
			} else {
				c.new = append(c.new, line[1:])
			}
		default:
			name, rest, ok := strings.Cut(line, ": ")
			words := strings.Fields(rest)
			if !ok || len(words) != 2 || names[name] {
				return nil, fmt.Errorf("changes.txt:%d: want a new name, a colon, a file and a package", n)
			}
			names[name] = true
			changes = append(changes, change{name: name, file: words[0], red: words[1]})
		}
	}
	for _, c := range changes {
		if len(c.old) == 0 {
			return nil, fmt.Errorf("changes.txt: %s removes nothing", c.name)
		}
	}
	return changes, nil
}

// apply returns the changed text. What is removed must stand there exactly once, whatever its indentation.
func (c change) apply(source string) (string, error) {
	lines := strings.Split(source, "\n")
	at := -1
	for i := range lines {
		if !c.stands(lines[i:]) {
			continue
		}
		if at >= 0 {
			return "", errors.New("what it removes stands there twice: give more lines")
		}
		at = i
	}
	if at < 0 {
		return "", errors.New("what it removes is not there any more: mend changes.txt")
	}
	return strings.Join(slices.Concat(lines[:at], c.new, lines[at+len(c.old):]), "\n"), nil
}

func (c change) stands(lines []string) bool {
	if len(lines) < len(c.old) {
		return false
	}
	for i, o := range c.old {
		if strings.TrimSpace(lines[i]) != strings.TrimSpace(o) {
			return false
		}
	}
	return true
}

// try returns nil when the tests of c.red went red.
func (c change) try(ctx context.Context, all bool) error {
	source, err := os.ReadFile(c.file)
	if err != nil {
		return err
	}
	changed, err := c.apply(string(source))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "canary-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	target, err := filepath.Abs(c.file)
	if err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {target: filepath.Join(dir, "changed.go")}})
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, "changed.go"), []byte(changed), 0o600),
		os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	if err != nil {
		return err
	}
	args := []string{"test", "-json", "-overlay", filepath.Join(dir, "overlay.json")}
	if all {
		args = append(args, "./...")
	} else {
		args = append(args, "-failfast", "-short", c.red)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	return c.judge(out, err == nil)
}

// judge reads go test -json: a test of the named package failed. A build that fails proves nothing.
func (c change) judge(out []byte, green bool) error {
	if green {
		return errors.New("the tests stay green")
	}
	red := false
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e struct{ Action, Package, Test, Output, ImportPath string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			continue
		}
		switch {
		case e.Action == "build-output":
			fmt.Print(e.Output)
		case e.Action == "build-fail":
			return errors.New("it does not compile, which proves nothing: mend changes.txt")
		case e.Action == "fail" && "./"+strings.TrimPrefix(e.Package, "calculator/") == c.red:
			red = true
		}
	}
	if !red {
		return fmt.Errorf("something went red, but not %s", c.red)
	}
	return lines.Err()
}
