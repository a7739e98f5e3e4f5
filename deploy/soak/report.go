package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"time"
)

// What the last third of the time may be above the first, and what may be left after the rest, before it counts as growth: the
// garbage collector's pace moves the memory a process holds by some tenths, and no two moments have the same number of requests.
const (
	grownTimes      = 1.25
	grownBytes      = 4 << 20
	leftGoroutines  = 2
	grownGoroutines = 16
)

// report writes what came of it, and its error says what was not as it should be.
func report(out io.Writer, l log, f *fleet, seen [][]reading, rested []reading) error {
	asked := 0
	for _, took := range l.took {
		asked += len(took)
	}
	fmt.Fprintf(out, "%v with %d requests at a time, %d cores, %s: %d requests, %.0f a second, %d not as the contract says. %d of %d callers that went away did so before the answer. %d requests, which take above %v alone, were asked only alone and by callers that went away.\n\n",
		l.lasts, l.connections, runtime.NumCPU(), runtime.Version(), asked+l.toGiveUp, float64(asked+l.toGiveUp)/l.lasts.Seconds(), l.failed, l.givenUp, l.toGiveUp, l.once, tooLong)
	fmt.Fprintln(out, "| kind | requests | p50 | p99 | slowest |\n|---|---|---|---|---|")
	for _, kind := range slices.Sorted(maps.Keys(l.took)) {
		took := l.took[kind]
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s |\n", kind, len(took), ms(at(took, 50)), ms(at(took, 99)), ms(took[len(took)-1]))
	}

	var wrong []error
	if asked == 0 {
		wrong = append(wrong, errors.New("nothing was asked"))
	}
	if l.failed > 0 {
		wrong = append(wrong, fmt.Errorf("%d answers were not the contract's; the first of them:\n%w", l.failed, errors.Join(l.wrong...)))
	}
	if f == nil {
		return errors.Join(wrong...)
	}
	third := len(seen) / 3
	if third == 0 {
		return errors.Join(append(wrong, errors.New("too short to see whether anything grew"))...)
	}
	fmt.Fprintf(out, "\nMemory is resident, in MiB; of each third of the time it is the median.\n\n")
	fmt.Fprintln(out, "| function | idle | first third | last third | most | after the rest | goroutines: idle | first third | last third | after the rest |\n|---|---|---|---|---|---|---|---|---|---|")
	for i, name := range f.names {
		idle, after := f.idle[i], rested[i]
		first, last := middle(seen[:third], i), middle(seen[len(seen)-third:], i)
		most := slices.MaxFunc(seen, func(a, b []reading) int { return cmp.Compare(a[i].resident, b[i].resident) })[i].resident
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %d | %d | %d | %d |\n", name, mib(idle.resident), mib(first.resident), mib(last.resident), mib(most), mib(after.resident),
			idle.goroutines, first.goroutines, last.goroutines, after.goroutines)
		wrong = append(wrong, grew(name, idle, first, last, after)...)
	}
	return errors.Join(wrong...)
}

// grew says what a function has more of than it had.
func grew(name string, idle, first, last, after reading) []error {
	var wrong []error
	if idle.resident == 0 || first.resident == 0 || last.resident == 0 || after.resident == 0 {
		return []error{fmt.Errorf("%s: it did not run all the time", name)}
	}
	if float64(last.resident) > float64(first.resident)*grownTimes+grownBytes {
		wrong = append(wrong, fmt.Errorf("%s: memory grew from %s to %s MiB", name, mib(first.resident), mib(last.resident)))
	}
	if last.goroutines > first.goroutines+grownGoroutines {
		wrong = append(wrong, fmt.Errorf("%s: goroutines grew from %d to %d", name, first.goroutines, last.goroutines))
	}
	if after.goroutines > idle.goroutines+leftGoroutines {
		wrong = append(wrong, fmt.Errorf("%s: %d goroutines were left of %d that it had before anyone asked", name, after.goroutines, idle.goroutines))
	}
	return wrong
}

// middle is the median of a function's readings, of each number by itself.
func middle(seen [][]reading, i int) reading {
	resident, goroutines := make([]int64, len(seen)), make([]int, len(seen))
	for j := range seen {
		resident[j], goroutines[j] = seen[j][i].resident, seen[j][i].goroutines
	}
	slices.Sort(resident)
	slices.Sort(goroutines)
	return reading{resident[len(seen)/2], goroutines[len(seen)/2]}
}

// at is a percentile of what is in order, by the nearest rank.
func at(took []time.Duration, percent int) time.Duration {
	return took[max(1, (len(took)*percent+99)/100)-1]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

func mib(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/(1<<20)) }
