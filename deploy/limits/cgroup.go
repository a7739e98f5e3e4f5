package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A cgroup is a control group with a limit of memory and no swap, under either version of the interface (cgroups(7)).
type cgroup struct {
	dir    string
	second bool   // version
	enter  string // a shell's lines that go into it and run $0, which sees the limit where a container does
}

// newGroup makes one. It needs root, and a kernel that has the memory controller.
func newGroup(limit int64) (*cgroup, error) {
	if os.Getuid() != 0 {
		return nil, errors.New("needs root")
	}
	name := fmt.Sprintf("calculator-limits-%d-%d", os.Getpid(), time.Now().UnixNano())
	var g *cgroup
	const first, second = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
	if controllers, err := os.ReadFile(second + "/cgroup.controllers"); err == nil && strings.Contains(string(controllers), "memory") {
		_ = os.WriteFile(second+"/cgroup.subtree_control", []byte("+memory"), 0o600) // it may be so already
		g = &cgroup{dir: filepath.Join(second, name), second: true}
		g.enter = "echo $$ > " + g.dir + "/cgroup.procs; mount --bind " + g.dir + " " + second + `; exec "$0"`
	} else {
		g = &cgroup{dir: filepath.Join(first, name)}
		g.enter = "echo $$ > " + g.dir + "/cgroup.procs; mount --bind " + g.dir + " " + first + `; exec "$0"`
	}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		return nil, fmt.Errorf("no control group for memory here: %w", err)
	}
	files := map[string]string{"memory.limit_in_bytes": strconv.FormatInt(limit, 10), "memory.swappiness": "0"}
	if g.second {
		files = map[string]string{"memory.max": strconv.FormatInt(limit, 10), "memory.swap.max": "0"}
	}
	for file, text := range files {
		// Without swap in the kernel there is no file to forbid it with.
		if err := os.WriteFile(filepath.Join(g.dir, file), []byte(text), 0o600); err != nil && !strings.Contains(file, "swap") {
			g.remove()
			return nil, fmt.Errorf("no limit of memory here: %w", err)
		}
	}
	return g, nil
}

// remove waits for its process to be gone.
func (g *cgroup) remove() {
	for range 100 {
		if os.Remove(g.dir) == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (g *cgroup) number(file, word string) int64 {
	text, err := os.ReadFile(filepath.Join(g.dir, file))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	for i, f := range fields {
		if word == "" || f == word && i+1 < len(fields) {
			if word != "" {
				f = fields[i+1]
			}
			n, _ := strconv.ParseInt(f, 10, 64)
			return n
		}
	}
	return 0
}

// peak is the most memory that the kernel has counted, its own buffers and the page cache among it.
func (g *cgroup) peak() int64 {
	if g.second {
		return g.number("memory.peak", "")
	}
	return g.number("memory.max_usage_in_bytes", "")
}

// kills is how many processes in it the kernel has killed for memory.
func (g *cgroup) kills() int64 {
	if g.second {
		return g.number("memory.events", "oom_kill")
	}
	return g.number("memory.oom_control", "oom_kill")
}
