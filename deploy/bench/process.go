package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A program is what a contender runs: a command, and its environment beside PATH.
type program struct {
	command []string
	env     []string
	dir     string
}

// group is a contender's running programs.
type group []*exec.Cmd

// start runs the programs, each with its output thrown away, as a log is that nobody reads, and in a process group of its own, so that what it
// starts ends with it.
func start(programs []program) (group, error) {
	var g group
	for _, p := range programs {
		c := exec.Command(p.command[0], p.command[1:]...)
		c.Dir, c.Env = p.dir, append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}, p.env...)
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			return g, err
		}
		c.Stdout, c.Stderr = null, null
		err = c.Start()
		_ = null.Close()
		if err != nil {
			return g, err
		}
		g = append(g, c)
	}
	return g, nil
}

// stop ends the programs and what they started.
func (g group) stop() {
	for _, c := range g {
		if c.ProcessState == nil {
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
			_ = c.Wait()
		}
	}
}

// longestStart is how long a contender may take until its first answer.
const longestStart = 20 * time.Second

// first asks until the answer is the one wanted.
func first(ctx context.Context, address string, r request) error {
	ctx, cancel := context.WithTimeout(ctx, longestStart)
	defer cancel()
	for {
		c := &connection{address: address, out: r.bytes(), want: []byte(r.want)}
		err := c.ask(ctx)
		c.close()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no right answer within %v: %w", longestStart, err)
		case <-time.After(50 * time.Microsecond):
		}
	}
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// freePort asks the kernel for a port.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// memory is what processes take, in bytes: resident, and their share of it where pages belong to several.
type memory struct{ rss, pss float64 }

// memory of the programs and of all that they started.
func (g group) memory() (memory, error) {
	all, err := processes("/proc")
	if err != nil {
		return memory{}, err
	}
	var m memory
	for pid := range all {
		if !g.started(pid, all) {
			continue
		}
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it has ended
		}
		if err != nil {
			return m, err
		}
		m.rss += field(text, "Rss:")
		m.pss += field(text, "Pss:")
	}
	if m.rss == 0 {
		return m, errors.New("the processes have ended")
	}
	return m, nil
}

// busy is how long the programs, and all that they started and that runs, have been on a core.
func (g group) busy() (sum time.Duration, err error) {
	all, err := processes("/proc")
	for pid, p := range all {
		if g.started(pid, all) {
			sum += p.busy
		}
	}
	return sum, err
}

func (g group) started(pid int, all map[int]process) bool {
	for ; pid > 1; pid = all[pid].parent {
		for _, c := range g {
			if c.Process.Pid == pid {
				return true
			}
		}
	}
	return false
}

// A process is what the kernel says of one.
type process struct {
	parent int
	busy   time.Duration // on a core so far
}

// processes are all of the machine.
func processes(proc string) (map[int]process, error) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil, err
	}
	found := map[int]process{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join(proc, e.Name(), "stat"))
		if err != nil {
			continue // it has ended
		}
		if found[pid], err = parseStat(text); err != nil {
			return nil, fmt.Errorf("%s/%d/stat: %w", proc, pid, err)
		}
	}
	return found, nil
}

// tick is the unit of the kernel's times in stat, USER_HZ: 100 on all that Go runs on (proc(5)).
const tick = 10 * time.Millisecond

// parseStat reads PID (name) state PPID …, where a name may have blanks and parentheses in it (proc(5): 4 is the parent, 14 and 15 are the
// times in user and kernel mode).
func parseStat(text []byte) (process, error) {
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return process{}, fmt.Errorf("%d fields after the name", len(fields))
	}
	parent, err1 := strconv.Atoi(fields[1])
	user, err2 := strconv.ParseInt(fields[11], 10, 64)
	system, err3 := strconv.ParseInt(fields[12], 10, 64)
	return process{parent, time.Duration(user+system) * tick}, errors.Join(err1, err2, err3)
}

// field is the value of a line of smaps_rollup, in bytes.
func field(text []byte, name string) float64 {
	for line := range bytes.Lines(text) {
		if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == name {
			n, _ := strconv.ParseFloat(string(f[1]), 64)
			return n * 1024
		}
	}
	return 0
}
