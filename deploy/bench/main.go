// Command bench is the speed report: it sets our functions beside others' ways to offer a calculation, all in one run on one machine, and prints
// tables in Markdown.
//
//	go run ./deploy/bench
//
// takes some six minutes and needs a machine that does nothing else. Beside Go it wants Debian's packages python3-flask, gunicorn and nginx,
// node and npm, and OpenFaaS's watchdog as fwatchdog on the PATH; what is missing is left out, with a line that says so.
//
// The functions are built as the Dockerfile builds them, and all contenders run as processes of this machine, with their logs on and thrown
// away. One generator asks them all over connections that are kept (load.go); it takes its share of the machine's cores from each of them. The
// contenders take turns, round after round, so that what disturbs the machine disturbs all, and each figure is the median of the rounds.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"calculator/calc/catalogue"
	"calculator/deploy/internal/image"
	"calculator/deploy/internal/process"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// levels are the numbers of connections.
var levels = []int{1, 8, 64}

// plan is how much is measured.
type plan struct {
	rounds         int
	starts         int           // of each server, but no longer than longestStarts altogether
	warm, measured time.Duration // of one measurement
	settle         time.Duration // from the first answer until the memory is that of an idle process
}

const longestStarts = 10 * time.Second

// report is all that was seen.
type report struct {
	machine     string
	rows        []*row
	expressions []expression
	fifteen     memory // all functions, idle
	functions   int
	dashboard   *server
}

func run(ctx context.Context, args []string, out, say io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(say)
	p := plan{rounds: 5, starts: 15, warm: 300 * time.Millisecond, measured: 1500 * time.Millisecond, settle: 3 * time.Second}
	flags.IntVar(&p.rounds, "rounds", p.rounds, "how often each contender is measured at each number of connections")
	flags.DurationVar(&p.measured, "time", p.measured, "how long each measurement takes")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unknown argument %s: want -rounds and -time at most", flags.Arg(0))
	case p.rounds < 1 || p.rounds > 100:
		return fmt.Errorf("-rounds %d: want 1 to 100", p.rounds)
	case p.measured < 100*time.Millisecond || p.measured > time.Minute:
		return fmt.Errorf("-time %v: want 100ms to 1m", p.measured)
	}
	r, err := measure(ctx, p, out, say)
	if err != nil {
		return err
	}
	return r.write(out)
}

func measure(ctx context.Context, p plan, out, say io.Writer) (*report, error) {
	module, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOMOD: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(module)))
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // nginx's workers are another user's
		return nil, err
	}

	fmt.Fprintln(say, "building")
	var names []string
	for _, o := range catalogue.All {
		names = append(names, o.Name)
	}
	if err := image.Build(ctx, root, folder, strings.Repeat("0", 40)); err != nil {
		return nil, err
	}
	servers, rows, err := makeContenders(ctx, root, folder, out)
	if err != nil {
		return nil, err
	}
	r := &report{machine: machine(ctx), rows: rows, functions: len(names)}

	fmt.Fprintln(say, "expressions, within the process")
	r.expressions = timeExpressions(ctx, folder)

	fmt.Fprintln(say, "cold starts")
	for range p.starts {
		for _, s := range servers {
			if err := s.coldStart(ctx); err != nil {
				return nil, err
			}
		}
	}

	fmt.Fprintln(say, "idle memory")
	if r.fifteen, r.dashboard, err = idleFunctions(ctx, p, folder, names); err != nil {
		return nil, err
	}
	for _, s := range servers {
		defer func() { s.group.stop() }()
		if err := s.start(ctx); err != nil {
			return nil, err
		}
	}
	if err := sleep(ctx, p.settle); err != nil {
		return nil, err
	}
	for _, s := range servers {
		if s.idle, err = s.group.memory(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}

	for round := range p.rounds {
		fmt.Fprintf(say, "round %d of %d\n", round+1, p.rounds)
		for _, connections := range levels {
			for _, w := range rows {
				if err := w.measure(ctx, connections, p); err != nil {
					return nil, fmt.Errorf("%s, %d connections: %w", w.name, connections, err)
				}
			}
		}
	}
	return r, nil
}

// start runs the server and waits for its first answer.
func (s *server) start(ctx context.Context) (err error) {
	if s.group, err = start(s.programs); err == nil {
		err = first(ctx, s.address, s.ask)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.name, err)
	}
	return err
}

// coldStart times one start, as long as the starts of the server have not taken long altogether.
func (s *server) coldStart(ctx context.Context) error {
	var sum time.Duration
	for _, d := range s.starts {
		sum += d
	}
	if sum > longestStarts {
		return nil
	}
	begin := time.Now()
	err := s.start(ctx)
	s.starts = append(s.starts, time.Since(begin))
	s.group.stop()
	return err
}

// measure adds a sample, and notes the memory while there are the most connections.
func (w *row) measure(ctx context.Context, connections int, p plan) error {
	done := make(chan error, 1)
	go func() {
		s, err := w.server.load(ctx, w.request, connections, p)
		w.samples[connections] = append(w.samples[connections], s)
		done <- err
	}()
	if connections == levels[len(levels)-1] && w.request == w.server.ask {
		if err := sleep(ctx, p.warm+p.measured*3/4); err == nil {
			if m, err := w.server.group.memory(); err == nil {
				w.server.loaded.rss, w.server.loaded.pss = max(w.server.loaded.rss, m.rss), max(w.server.loaded.pss, m.pss)
			}
		}
	}
	return <-done
}

// load is [load], with what the server took of the cores meanwhile; answers before and after those measured count too.
func (s *server) load(ctx context.Context, r request, connections int, p plan) (sample, error) {
	before, err := process.Busy(s.group...)
	if err != nil {
		return sample{}, err
	}
	seen, answers, err := load(ctx, s.address, r, connections, p.warm, p.measured)
	if err != nil {
		return sample{}, err
	}
	after, err := process.Busy(s.group...)
	seen.busy = (after - before) / time.Duration(answers)
	return seen, err
}

// idleFunctions is the memory of all functions at once, and the dashboard by itself.
func idleFunctions(ctx context.Context, p plan, folder string, names []string) (memory, *server, error) {
	var all group
	defer func() { all.stop() }()
	var dashboard *server
	for _, name := range names {
		s, err := our(folder, name, request{})
		if err != nil {
			return memory{}, nil, err
		}
		s.group, err = start(s.programs)
		all = append(all, s.group...)
		if err != nil {
			return memory{}, nil, err
		}
		if name == "dashboard" {
			dashboard = s
			if s.size, err = sizeOf(s.files); err != nil {
				return memory{}, nil, err
			}
		}
	}
	if dashboard == nil {
		return memory{}, nil, errors.New("the catalogue has no dashboard")
	}
	if err := sleep(ctx, p.settle); err != nil {
		return memory{}, nil, err
	}
	var err error
	if dashboard.idle, err = dashboard.group.memory(); err != nil {
		return memory{}, nil, err
	}
	sum, err := all.memory()
	return sum, dashboard, err
}

// sleep waits, or says why it was interrupted.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
