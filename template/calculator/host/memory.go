package host

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

const (
	// restAfter is how long nothing must have been asked before memory that is not needed any more goes back to the system. The collector by
	// itself waits for more work, or for two minutes, and then gives back a little at a time.
	restAfter = 10 * time.Second
	// restAbove is how much more than at the start is worth it: a collection takes about a millisecond.
	restAbove = 2 << 20
)

// rest gives memory back each time when work is over, down to what was held at the start.
func (h *Host) rest(ctx context.Context, after time.Duration, atStart uint64) {
	ticks := time.NewTicker(after)
	defer ticks.Stop()
	begun, rested := int64(0), int64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		now := h.begun.Load()
		if now == begun && now != rested && h.meters.inflight.Load() == 0 {
			rested = now
			if held() > atStart+restAbove {
				runtime.GC() // what pools keep is theirs for one more collection
				debug.FreeOSMemory()
			}
		}
		begun = now
	}
}

// held is the memory that the runtime has from the system.
func held() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() - sample[1].Value.Uint64()
}

// limitMemory tells the garbage collector to work harder before the container's limit is reached: a process that passes it
// is killed with every request in it. Seven eighths leave room for what the collector does not count: the
// binary's own pages, stacks of the system and the kernel's buffers. GOMEMLIMIT in the environment wins; the runtime has obeyed it already.
func limitMemory(lookup func(string) (string, bool)) {
	if text, ok := lookup("GOMEMLIMIT"); ok && text != "" {
		return
	}
	if bytes := containerMemory(os.ReadFile, lookup); bytes > 0 {
		debug.SetMemoryLimit(bytes / 8 * 7)
	}
}

// collectSooner lets garbage be half of what is in use, rather than as much again: with 64 connections 13.1 MiB are resident instead of
// 15.1. A short request leaves 4 kB, so that another collection comes after some hundreds. GOGC in the environment wins.
func collectSooner(lookup func(string) (string, bool)) {
	if text, ok := lookup("GOGC"); !ok || text == "" {
		debug.SetGCPercent(50)
	}
}

// containerMemory is the limit set for this process from outside, in bytes; 0 when there is none. A container sees its own control
// group at the root of the file system, under version 2 and version 1 of the interface; Lambda says it in a variable.
func containerMemory(read func(string) ([]byte, error), lookup func(string) (string, bool)) int64 {
	if text, ok := lookup("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"); ok {
		if mib, err := strconv.ParseInt(text, 10, 32); err == nil && mib > 0 {
			return mib << 20
		}
	}
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := read(path)
		if err != nil {
			continue
		}
		// Version 2 writes "max" for none, version 1 a number near 2^63.
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/2 {
			return 0
		}
		return n
	}
	return 0
}
