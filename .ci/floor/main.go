// Floor reads what go test -json says and judges the tests as a whole. A test command can be green because nothing
// ran: a wrong -run, a package that lost its tests, a skip that nobody meant. So it fails when
//
//   - a test or a build fails (its output is printed);
//
//   - fewer tests passed than floor.txt says, in the whole or in one package;
//
//   - a test was skipped whose name and package are not in skips.txt;
//
//   - a package has no tests and is not in untested.txt.
//
//     go test -json ./... | go run ./.ci/floor            # judge
//     go test -json ./... | go run ./.ci/floor -update    # judge all but the numbers, and write them
//
// It prints the output of what failed, and one line at the end.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	dir := flag.String("dir", ".ci/floor", "folder of floor.txt, skips.txt and untested.txt")
	update := flag.Bool("update", false, "write floor.txt instead of comparing with it")
	flag.Parse()
	problems, err := judge(os.Stdin, os.Stdout, *dir, *update)
	if err != nil {
		problems = append(problems, err.Error())
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, "floor:", p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output, ImportPath string
}

type tally struct {
	passed  []string
	skipped []string // tests
	failed  bool
	without bool // no test files
	output  []string
	tests   map[string][]string // output of tests that have not passed yet
}

func judge(in io.Reader, out io.Writer, dir string, update bool) (problems []string, err error) {
	packages := map[string]*tally{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // go test's own words, of a broken go.mod for example
			problems = append(problems, "a line that is not go test -json")
			continue
		}
		name := e.Package
		if name == "" {
			name, _, _ = strings.Cut(e.ImportPath, " ") // "p [p.test]" of a failed build
		}
		p := packages[name]
		if p == nil {
			p = &tally{tests: map[string][]string{}}
			packages[name] = p
		}
		p.take(e)
	}
	if err := lines.Err(); err != nil {
		return problems, err
	}

	skips, err := list(filepath.Join(dir, "skips.txt"))
	untested, err2 := list(filepath.Join(dir, "untested.txt"))
	floor, err3 := list(filepath.Join(dir, "floor.txt"))
	if err := errors.Join(err, err2, err3); err != nil {
		return problems, err
	}
	passed, skipped := 0, 0
	counts := map[string]int{} // of tests that no machine may skip
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		p := packages[name]
		passed, skipped = passed+len(p.passed), skipped+len(p.skipped)
		for _, test := range p.passed {
			whole, _, _ := strings.Cut(test, "/")
			if _, ok := skips[name+" "+whole]; !ok {
				counts[name]++
			}
		}
		if p.failed {
			problems = append(problems, name+" fails")
			fmt.Fprint(out, strings.Join(p.output, ""))
			for _, test := range slices.Sorted(maps.Keys(p.tests)) {
				fmt.Fprint(out, strings.Join(p.tests[test], ""))
			}
		}
		for _, test := range p.skipped {
			if _, ok := skips[name+" "+test]; !ok {
				problems = append(problems, fmt.Sprintf("%s %s was skipped, and skips.txt does not name it", name, test))
			}
		}
		if _, ok := untested[name]; p.without && !ok {
			problems = append(problems, name+" has no tests, and untested.txt does not name it")
		}
	}
	if update {
		err = write(filepath.Join(dir, "floor.txt"), counts)
	} else {
		problems = append(problems, below(floor, counts)...)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", passed, len(problems), skipped)
	return problems, err
}

func (p *tally) take(e event) {
	switch e.Action {
	case "output", "build-output":
		if e.Test != "" {
			p.tests[e.Test] = append(p.tests[e.Test], e.Output)
		} else {
			p.output = append(p.output, e.Output)
			p.without = p.without || strings.Contains(e.Output, "[no test files]") || strings.Contains(e.Output, "[no tests to run]")
		}
	case "pass", "skip":
		delete(p.tests, e.Test)
		switch {
		case e.Test == "":
		case e.Action == "pass":
			p.passed = append(p.passed, e.Test)
		default:
			p.skipped = append(p.skipped, e.Test)
		}
	case "fail", "build-fail":
		p.failed = true
	}
}

// below compares with floor.txt: "package number" on each line, "all" for the sum.
func below(floor map[string]string, counts map[string]int) (problems []string) {
	counts = maps.Clone(counts)
	counts["all"] = sum(counts)
	if _, ok := floor["all"]; !ok {
		problems = append(problems, `floor.txt has no line "all"`)
	}
	for _, name := range slices.Sorted(maps.Keys(floor)) {
		least, err := strconv.Atoi(floor[name])
		if err != nil {
			problems = append(problems, fmt.Sprintf("floor.txt: %s %q is no number", name, floor[name]))
		} else if counts[name] < least {
			problems = append(problems, fmt.Sprintf("%s: %d tests passed, and there were %d before (floor.txt)", name, counts[name], least))
		}
	}
	return problems
}

// list reads lines of names; "#" begins a comment. The last word of a floor line is its number, of a skip line the test.
func list(file string) (map[string]string, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing is allowed, nothing was counted
	}
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case filepath.Base(file) == "floor.txt" && len(words) == 2:
			m[words[0]] = words[1]
		default:
			m[strings.Join(words, " ")] = ""
		}
	}
	return m, nil
}

func sum(counts map[string]int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

func write(file string, counts map[string]int) error {
	var b strings.Builder
	b.WriteString("# Tests that passed, subtests included, without those that a machine may skip (skips.txt). They may become more:\n# go test -json ./... | go run ./.ci/floor -update\n")
	fmt.Fprintf(&b, "all %d\n", sum(counts))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%s %d\n", name, counts[name])
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
