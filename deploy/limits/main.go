// Command limits searches the worst that one request may do to each function within the limits: the longest time, the most memory, the
// latest end after a deadline. It builds the functions and asks them as processes with the memory limit of stack.yml; as root, where the
// kernel lets it, in a control group that kills what passes the limit, which is what a container is.
//
//	go run ./deploy/limits                         the table in functions/README.md, some 20 minutes
//	go run ./deploy/limits -only evaluate -v       one function, with each request that was worse than those before it
//	go run ./deploy/limits -together 64            besides, the worst requests of each function 64 at once
//
// It exits with 1 where a limit does not hold.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"calculator/calc/catalogue"
	"calculator/deploy/internal/image"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	maxAbove   = 64 << 20              // of one request, contract section 5
	maxLate    = 50 * time.Millisecond // after a deadline
	maxIdle    = 8 << 20               // above idle a minute after: constants and powers of ten that were computed are kept
	deadline   = 10 * time.Second      // exec_timeout
	impatience = time.Second           // of the search, whose worst is then asked with the whole deadline
)

// A found request is the worst of a shape in one respect.
type found struct {
	shape string
	at    []string
	request
	reply
	above int64 // memory at its peak above idle
}

func (f found) String() string {
	said := strconv.Itoa(f.status)
	if f.kind != "" {
		said += " " + f.kind
	}
	return fmt.Sprintf("%s (%s): %s in %v, %v of it on processors, %.1f MiB above idle", f.shape, strings.Join(f.at, ", "), said, f.took.Round(100*time.Microsecond), f.busy.Round(100*time.Microsecond), float64(f.above)/(1<<20))
}

// where names the request for the table, with its answer.
func (f found) where() string {
	at := make([]string, len(f.at))
	for i, a := range f.at {
		if len(a) > 12 {
			a = a[:9] + "…"
		}
		at[i] = a
	}
	return fmt.Sprintf("%s (%s): %d", strings.ReplaceAll(f.shape, "|", "\\|"), strings.Join(at, ", "), f.status)
}

// search is the command at work.
type search struct {
	dir      string
	limit    int64
	confined bool
	verbose  bool
	settings []string      // of the processes
	lasts    time.Duration // many at once
	rests    time.Duration // within which memory is given back after that
	out      io.Writer
	wrong    []string
	random   *rand.Rand
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("limits", flag.ContinueOnError)
	flags.SetOutput(out)
	root := flags.String("root", ".", "the repository's `folder`")
	only := flags.String("only", "", "`name` of the one function to look at")
	shapes := flags.String("shapes", "", "only shapes whose name matches this `pattern`")
	together := flags.Int("together", 0, "`number` of the worst requests to ask at once, for half a minute")
	verbose := flags.Bool("v", false, "say what is worse than all before it")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	pattern, err := regexp.Compile(*shapes)
	if err != nil {
		return err
	}
	if *only != "" && catalogue.Find(*only) == nil {
		return fmt.Errorf("-only %s: there is no such function; want one such as add", *only)
	}
	s := &search{verbose: *verbose, lasts: 30 * time.Second, rests: time.Minute, out: out, random: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // a search that can be repeated
	if s.limit, err = memoryLimit(filepath.Join(*root, "stack.yml")); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "calculator-limits-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(s.dir) }()
	if g, err := newGroup(s.limit); err != nil {
		fmt.Fprintf(out, "without a control group, so that nothing is killed (%v)\n", err)
	} else {
		g.remove()
		s.confined = true
	}
	if err := image.Build(ctx, *root, s.dir, "limits"); err != nil {
		return err
	}
	for _, o := range catalogue.All {
		if *only != "" && o.Name != *only || ctx.Err() != nil {
			continue
		}
		list := shapesOf(o)
		list = slices.DeleteFunc(list, func(x shape) bool { return !pattern.MatchString(x.name) })
		worst := s.worst(ctx, o.Name, list)
		if *together > 0 {
			s.atOnce(ctx, o.Name, worst, *together)
		}
	}
	if len(s.wrong) > 0 {
		return fmt.Errorf("%d limits do not hold:\n%s", len(s.wrong), strings.Join(s.wrong, "\n"))
	}
	return ctx.Err()
}

var memoryLine = regexp.MustCompile(`(?m)^ +memory: (\d+)Mi$`)

// memoryLimit is that of the functions' containers.
func memoryLimit(stack string) (int64, error) {
	text, err := os.ReadFile(stack)
	if err != nil {
		return 0, err
	}
	m := memoryLine.FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%s has no line memory: …Mi", stack)
	}
	mib, err := strconv.ParseInt(string(m[1]), 10, 64)
	return mib << 20, err
}

// worst tries the shapes of a function.
func (s *search) worst(ctx context.Context, name string, shapes []shape) []found {
	var all []found
	var long, large, late found
	tried := 0
	for _, x := range shapes {
		at := make([]int, len(x.axes))
		for i, a := range x.axes {
			at[i] = len(a.values) - 1
			if a.values[at[i]] == "exact" || a.name == "exponent" {
				at[i] = max(len(a.values)-2, 0)
			}
		}
		seen := map[string]bool{}
		try := func(at []int) (found, bool) {
			f := found{shape: x.name}
			for i, a := range x.axes {
				f.at = append(f.at, a.values[at[i]])
			}
			if key := strings.Join(f.at, ","); seen[key] || ctx.Err() != nil {
				return f, false
			} else {
				seen[key] = true
			}
			f.request = x.make(f.at)
			tried++
			s.measure(name, &f, impatience)
			if f.busy > long.busy {
				long = f
				s.say("longer: %v", f)
			}
			if f.above > large.above {
				large = f
				s.say("larger: %v", f)
			}
			if f.late > late.late {
				late = f
				s.say("later by %v: %v", f.late.Round(time.Millisecond), f)
			}
			return f, true
		}
		best, _ := try(at)
		for i := range x.axes {
			for v := range x.axes[i].values {
				next := slices.Clone(at)
				next[i] = v
				if f, ok := try(next); ok && (f.above > best.above+best.above/20 || f.above > best.above-best.above/20 && f.busy > best.busy*11/10) {
					best, at = f, next
				}
			}
		}
		all = append(all, best)
	}
	slices.SortFunc(all, func(a, b found) int { return int(b.above - a.above) })
	for _, f := range all[:min(len(all), 3)] {
		s.measure(name, &f, 0)
		if f.above > large.above {
			large = f
		}
		if f.busy > long.busy {
			long = f
		}
	}
	fmt.Fprintf(s.out, "%s: %d requests\n  longest %v\n  largest %v\n  latest %v: %v\n", name, tried, long, large, late.late.Round(time.Millisecond), late)
	fmt.Fprintf(s.out, "| `%s` | %s | %.2f s | %s | %.1f MiB | %d ms |\n", name, long.where(), long.busy.Seconds(), large.where(), float64(large.above)/(1<<20), late.late.Milliseconds())
	return append([]found{long, large, late}, all[:min(len(all), 30)]...)
}

func (s *search) say(format string, args ...any) {
	if s.verbose {
		fmt.Fprintf(s.out, "  "+format+"\n", args...)
	}
}

func (s *search) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.wrong = append(s.wrong, text)
	s.say("WRONG: %s", text)
}

// measure asks a new process, with a deadline of patience where that is not 0, and once more with one that it will miss.
func (s *search) measure(name string, f *found, patience time.Duration) {
	p, err := start(filepath.Join(s.dir, name), s.limit, s.confined)
	if err != nil {
		s.fail("%s: %v", name, err)
		return
	}
	defer p.Stop()
	for range 3 {
		_, _ = p.ask(request{path: "/_/health"}, 0)
	}
	idle := p.Status("VmRSS")
	p.forget()
	f.reply, err = p.ask(f.request, patience)
	f.above = p.Status("VmHWM") - idle
	if err != nil || p.Ended() {
		s.fail("%s: %v: %v", name, f, err)
		return
	}
	if f.status == 500 {
		s.fail("%s: %v: %s", name, f, p.log.String())
	}
	if f.above > maxAbove {
		s.fail("%s: %v", name, f)
	}
	given := patience
	if f.kind != "deadline-exceeded" {
		if f.took < 30*time.Millisecond {
			return
		}
		given = time.Duration(s.random.Int64N(int64(f.took*9/10))).Truncate(time.Microsecond) + time.Millisecond
		again, err := p.ask(f.request, given)
		if err != nil {
			s.fail("%s: %v, with a deadline of %v: %v", name, f, given, err)
			return
		}
		f.late = again.late
	}
	if f.late > maxLate {
		s.fail("%s: %v, %v after its deadline of %v", name, f, f.late.Round(time.Millisecond), given)
	}
	before := p.busy()
	time.Sleep(100 * time.Millisecond)
	if on := p.busy() - before; on > maxLate {
		s.fail("%s: %v: it works on after its deadline of %v", name, f, given)
	}
}

// atOnce asks the worst requests so many at once, and looks whether the process lives, answers and becomes small again.
func (s *search) atOnce(ctx context.Context, name string, worst []found, at int) {
	p, err := start(filepath.Join(s.dir, name), s.limit, s.confined, s.settings...)
	if err != nil {
		s.fail("%s: %v", name, err)
		return
	}
	defer p.Stop()
	for range 3 {
		_, _ = p.ask(request{path: "/_/health"}, 0)
	}
	idle := p.Status("RssAnon")
	ctx, cancel := context.WithTimeout(ctx, s.lasts)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	var lost []string
	longest := time.Duration(0)
	for i := range at {
		all.Go(func() {
			for k := i; ctx.Err() == nil && !p.Ended(); k += at {
				f := worst[k%len(worst)]
				got, err := p.ask(f.request, 0)
				mu.Lock()
				statuses[got.status]++
				longest = max(longest, got.took)
				if err != nil {
					lost = append(lost, fmt.Sprintf("%v: %v after %v", f.shape, err, got.took.Round(time.Millisecond)))
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	peak, kills := p.Status("VmHWM"), int64(0)
	counted := int64(0)
	if p.group != nil {
		counted, kills = p.group.peak(), p.group.kills()
	}
	fmt.Fprintf(s.out, "  %d at once: statuses %v, longest %v, peak %.1f MiB resident, %.1f MiB counted by the kernel, %d killed\n", at, statuses,
		longest.Round(time.Millisecond), float64(peak)/(1<<20), float64(counted)/(1<<20), kills)
	if p.Ended() || kills > 0 {
		s.fail("%s: killed by %d at once", name, at)
		return
	}
	if len(lost) > 0 {
		s.fail("%s: %d at once: %d without an answer, such as %s", name, at, len(lost), lost[0])
	}
	p.client.CloseIdleConnections()
	// The pages of the program itself, once read, are the machine's to take back, and no matter of the container's limit.
	begin := time.Now()
	for ; p.Status("RssAnon") > idle+maxIdle && time.Since(begin) < s.rests; time.Sleep(100 * time.Millisecond) {
	}
	after := p.Status("RssAnon")
	fmt.Fprintf(s.out, "  idle %.1f MiB before, %.1f MiB %v after\n", float64(idle)/(1<<20), float64(after)/(1<<20), time.Since(begin).Round(time.Second))
	if after > idle+maxIdle {
		s.fail("%s: %.1f MiB a minute after", name, float64(after)/(1<<20))
	}
	if got, err := p.ask(request{path: "/_/health"}, 0); err != nil || got.status != 200 {
		s.fail("%s: no answer after %d at once: %v", name, at, err)
	}
}
