package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

const (
	mib = 1 << 20
	mb  = 1e6
)

// rate and the times of a row are the medians of its rounds.
func (w *row) rate(connections int) float64 {
	return w.median(connections, func(s sample) float64 { return s.rate })
}

// busy is what of a core one answer took, in nanoseconds, with 8 connections.
func (w *row) busy() float64 {
	return w.median(levels[1], func(s sample) float64 { return float64(s.busy) })
}

func (w *row) median(connections int, of func(sample) float64) float64 {
	var values []float64
	for _, s := range w.samples[connections] {
		values = append(values, of(s))
	}
	return median(values)
}

func (s *server) start50() time.Duration {
	var values []float64
	for _, d := range s.starts {
		values = append(values, float64(d))
	}
	return time.Duration(median(values))
}

// write prints the tables.
func (r *report) write(out io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s.\n\n", r.machine)
	b.WriteString("| requests a second (p50, p99 in ms) at connections: |")
	for _, connections := range levels {
		fmt.Fprintf(&b, " %d |", connections)
	}
	b.WriteString(" of a core, µs a request |\n|---" + strings.Repeat("|--:", len(levels)+1) + "|\n")
	for _, w := range r.rows {
		fmt.Fprintf(&b, "| %s |", w.name)
		for _, connections := range levels {
			fmt.Fprintf(&b, " %.0f (%s, %s) |", w.rate(connections),
				milliseconds(w.median(connections, func(s sample) float64 { return float64(s.p50) })),
				milliseconds(w.median(connections, func(s sample) float64 { return float64(s.p99) })))
		}
		fmt.Fprintf(&b, " %.0f |\n", w.busy()/1e3)
	}
	b.WriteString("\n| | exec to first answer, ms | idle Rss, MiB | idle Pss | loaded Rss | loaded Pss | files, MB | compressed |\n|---|--:|--:|--:|--:|--:|--:|--:|\n")
	for i, w := range r.rows {
		if s := w.server; i == 0 || r.rows[i-1].server != s {
			fmt.Fprintf(&b, "| %s | %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f |\n", s.name, milliseconds(float64(s.start50())),
				s.idle.rss/mib, s.idle.pss/mib, s.loaded.rss/mib, s.loaded.pss/mib, s.size.plain/mb, s.size.packed/mb)
		}
	}
	if s := r.dashboard; s != nil {
		fmt.Fprintf(&b, "| %s | | %.1f | %.1f | | | %.1f | %.2f |\n", s.name, s.idle.rss/mib, s.idle.pss/mib, s.size.plain/mb, s.size.packed/mb)
		fmt.Fprintf(&b, "| all %d functions | | %.1f | %.1f | | | | |\n", r.functions, r.fifteen.rss/mib, r.fifteen.pss/mib)
	}
	b.WriteString("\n| within the process, from text to text, µs | `calc` | math.js's floats |\n|---|--:|--:|\n")
	for _, e := range r.expressions {
		fmt.Fprintf(&b, "| %s | %.2f | %s |\n", e.name(), float64(e.took)/1e3, orNothing("%.2f", e.mathjs))
	}
	b.WriteString("\n| goal | want | is | |\n|---|--:|--:|---|\n")
	for _, g := range r.goals() {
		verdict := "met"
		if !g.met {
			verdict = "missed"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", g.what, g.want, g.is, verdict)
	}
	_, err := out.Write(b.Bytes())
	return err
}

func milliseconds(nanoseconds float64) string {
	ms := nanoseconds / 1e6
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2f", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

func orNothing(format string, value float64) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf(format, value)
}

// A goal is what is wanted of a figure, and whether it is so.
type goal struct {
	what, want, is string
	met            bool
}

// goals compares what was seen with what is wanted. A goal that needs a contender who is missing is left out.
func (r *report) goals() []goal {
	var all []goal
	least := func(what string, want, is float64) {
		all = append(all, goal{what, fmt.Sprintf("≥ %.1f", want), fmt.Sprintf("%.2f", is), is >= want})
	}
	most := func(what, unit string, want, is float64) {
		all = append(all, goal{what, fmt.Sprintf("≤ %g %s", want, unit), fmt.Sprintf("%.2f %s", is, unit), is <= want})
	}
	rows := map[string]*row{}
	for _, w := range r.rows {
		rows[w.name] = w
	}
	add := rows["add"]
	for _, against := range []struct {
		name  string
		times float64
	}{{floorName, 0.8}, {openfaasName, 3.4}, {flaskName, 8}, {mathjsName, 1.2}} {
		if other := rows[against.name]; other != nil {
			for _, connections := range levels[1:] {
				least(fmt.Sprintf("`add`, %d connections, times %s", connections, against.name), against.times, add.rate(connections)/other.rate(connections))
			}
		}
	}
	// As much of the machine's time is taken by what answers half as many requests a second.
	most(fmt.Sprintf("%d additions at once, in single ones (8 connections)", batchSize), "", 10, add.rate(8)/rows[batchName].rate(8))
	most("`add`: exec to first answer", "ms", 6, float64(add.server.start50())/1e6)
	most("`add`: idle Rss", "MiB", 7, add.server.idle.rss/mib)
	most("`add`: loaded Rss", "MiB", 14, add.server.loaded.rss/mib)
	most("`add`: image", "MB", 3.3, add.server.size.packed/mb)
	most("`dashboard`: idle Rss", "MiB", 11, r.dashboard.idle.rss/mib)
	most("`dashboard`: image", "MB", 4.5, r.dashboard.size.packed/mb)
	most(fmt.Sprintf("all %d functions: idle Pss", r.functions), "MiB", 110, r.fifteen.pss/mib)
	for _, e := range r.expressions {
		most("`calc`: "+e.name(), "µs", float64(e.goal)/1e3, float64(e.took)/1e3)
	}
	return all
}

// machine says where and with what this was measured.
func machine(ctx context.Context) string {
	processor := "processor unknown"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
				break
			}
		}
	}
	parts := []string{fmt.Sprintf("%d cores (%s), %s", runtime.NumCPU(), processor, runtime.Version())}
	for _, c := range [][]string{{"node", "--version"}, {"gunicorn", "--version"}, {"nginx", "-v"}, {"fwatchdog", "--version"}} {
		out, err := exec.CommandContext(ctx, c[0], c[1:]...).CombinedOutput()
		if line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n"); err == nil && line != "" {
			parts = append(parts, c[0]+": "+line)
		}
	}
	return strings.Join(parts, "; ")
}
