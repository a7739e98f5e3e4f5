package process

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Status is a line of /proc/PID/status in bytes, such as VmHWM or VmRSS; 0 where there is none, as when the process has ended.
func (p *Process) Status(line string) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid))
	return field(text, line)
}

// Memory is what the processes and all that they started take, in bytes: resident, and their share of it where pages belong to several.
func Memory(of ...*Process) (rss, pss int64, err error) {
	all, err := stats()
	if err != nil {
		return 0, 0, err
	}
	for pid := range all {
		if !started(of, pid, all) {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // it has ended
		}
		if err != nil {
			return 0, 0, err
		}
		rss += field(text, "Rss")
		pss += field(text, "Pss")
	}
	if rss == 0 {
		return 0, 0, errors.New("the processes have ended")
	}
	return rss, pss, nil
}

// Busy is how long the processes, and all that they started and that runs, have been on a core.
func Busy(of ...*Process) (sum time.Duration, err error) {
	all, err := stats()
	for pid, s := range all {
		if started(of, pid, all) {
			sum += s.busy
		}
	}
	return sum, err
}

func started(by []*Process, pid int, all map[int]stat) bool {
	for ; pid > 1; pid = all[pid].parent {
		for _, p := range by {
			if p.Pid == pid {
				return true
			}
		}
	}
	return false
}

// A stat is what the kernel says of a process.
type stat struct {
	parent int
	busy   time.Duration // on a core so far
}

// stats are those of all processes of the machine.
func stats() (map[int]stat, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	found := map[int]stat{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended
		}
		if found[pid], err = parseStat(text); err != nil {
			return nil, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
	}
	return found, nil
}

// tick is the unit of the kernel's times in stat, USER_HZ: 100 on all that Go runs on (proc(5)).
const tick = 10 * time.Millisecond

// parseStat reads PID (name) state PPID …, where a name may have blanks and parentheses in it (proc(5): 4 is the parent, 14 and 15 are the
// times in user and kernel mode).
func parseStat(text []byte) (stat, error) {
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return stat{}, fmt.Errorf("%d fields after the name", len(fields))
	}
	parent, err1 := strconv.Atoi(fields[1])
	user, err2 := strconv.ParseInt(fields[11], 10, 64)
	system, err3 := strconv.ParseInt(fields[12], 10, 64)
	return stat{parent, time.Duration(user+system) * tick}, errors.Join(err1, err2, err3)
}

// field is the value of a line of status or smaps_rollup, in bytes.
func field(text []byte, name string) int64 {
	for line := range bytes.Lines(text) {
		if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == name+":" {
			kib, _ := strconv.ParseInt(string(f[1]), 10, 64)
			return kib << 10
		}
	}
	return 0
}
