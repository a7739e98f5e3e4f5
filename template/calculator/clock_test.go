//go:build linux && amd64

package main

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A clock is what a process takes for the time of day, so many nanoseconds beside the machine's. The process is traced, and each
// answer of clock_gettime is changed on its way to it. (libfaketime does nothing for a static program, and a time namespace shifts
// the monotonic clock, and that only once.)
type clock struct{ ahead atomic.Int64 }

const (
	clockGettime = 228 // system calls, their first argument, and what the kernel tells a program of itself: linux/amd64
	realTime     = 0
	atIgnore     = 1
	atVDSO       = 33
)

// run starts the process and traces it until it ends. All of that has to come from one thread of ours.
func (c *clock) run(t *testing.T, command *exec.Cmd) (ended <-chan syscall.WaitStatus) {
	t.Helper()
	started, done := make(chan error, 1), make(chan syscall.WaitStatus, 1)
	go func() {
		runtime.LockOSThread()
		command.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
		if err := command.Start(); err != nil {
			started <- err
			return
		}
		main := command.Process.Pid
		var status syscall.WaitStatus
		_, err := syscall.Wait4(main, &status, 0, nil)
		if err == nil {
			err = hideVDSO(main)
		}
		if err == nil {
			err = syscall.PtraceSetOptions(main, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|0x100000 /* PTRACE_O_EXITKILL */)
		}
		if err == nil {
			err = syscall.PtraceSyscall(main, 0)
		}
		if started <- err; err != nil {
			return
		}
		within := map[int]bool{} // a system call
		for {
			pid, err := syscall.Wait4(-1, &status, syscall.WALL|syscall.WNOTHREAD, nil)
			if err == syscall.EINTR {
				continue
			}
			if err != nil {
				return
			}
			if status.Exited() || status.Signaled() {
				if pid == main {
					done <- status
					return
				}
				continue
			}
			signal := 0
			switch stopped := status.StopSignal(); stopped {
			case syscall.SIGTRAP | 0x80:
				if within[pid] = !within[pid]; !within[pid] {
					c.change(pid)
				}
			case syscall.SIGTRAP, syscall.SIGSTOP: // a new thread
			default:
				signal = int(stopped)
			}
			_ = syscall.PtraceSyscall(pid, signal)
		}
	}()
	require.NoError(t, <-started)
	return done
}

// change adds to the time that a thread has just been told.
func (c *clock) change(pid int) {
	var regs syscall.PtraceRegs
	if syscall.PtraceGetRegs(pid, &regs) != nil || regs.Orig_rax != clockGettime || regs.Rdi != realTime || regs.Rax != 0 {
		return
	}
	var seconds [8]byte
	if _, err := syscall.PtracePeekData(pid, uintptr(regs.Rsi), seconds[:]); err != nil {
		return
	}
	now := binary.LittleEndian.Uint64(seconds[:]) + uint64(c.ahead.Load()/int64(time.Second))
	binary.LittleEndian.PutUint64(seconds[:], now)
	_, _ = syscall.PtracePokeData(pid, uintptr(regs.Rsi), seconds[:])
}

// hideVDSO makes a process that is about to begin ask the kernel for the time, and not its own memory.
func hideVDSO(pid int) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		return err
	}
	at, err := uintptr(regs.Rsp), error(nil)
	word := func() (w uint64) {
		var b [8]byte
		if err == nil {
			_, err = syscall.PtracePeekData(pid, at, b[:])
		}
		at += 8
		return binary.LittleEndian.Uint64(b[:])
	}
	at += uintptr(8 * (word() + 1)) // the arguments and their end
	for word() != 0 && err == nil { // the environment
	}
	for err == nil {
		switch word() {
		case 0:
			return err
		case atVDSO:
			_, err = syscall.PtracePokeData(pid, at-8, []byte{atIgnore, 0, 0, 0, 0, 0, 0, 0})
			return err
		}
		word()
	}
	return err
}

// The time of day may be set forward or back while a function works: it goes by the clock that only runs, but for what its log says.
func TestTheTimeOfDayMayJump(t *testing.T) {
	port, metrics := freePort(t), freePort(t)
	program := add.binary(t)
	began := time.Now()
	command := exec.Command(program)
	command.Env = []string{"port=" + port, "metrics_port=" + metrics, "TMPDIR=" + t.TempDir(), "OPENFAAS_NAME=add", "exec_timeout=5s", "read_timeout=5s", "write_timeout=5s"}
	log := new(strings.Builder)
	command.Stderr = log
	c := &clock{}
	ended := c.run(t, command)
	address := "127.0.0.1:" + port
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", address)
		return err == nil && conn.Close() == nil
	}, 20*time.Second, 10*time.Millisecond)

	jumps := []time.Duration{time.Hour, -2 * time.Hour, 24 * 365 * time.Hour, 0}
	for _, jump := range jumps {
		// The jump comes while a request is on its way.
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 7\r\n\r\n0.1")
		require.NoError(t, err)
		time.Sleep(50 * time.Millisecond)
		c.ahead.Store(int64(jump))
		time.Sleep(50 * time.Millisecond)
		_, err = io.WriteString(conn, " 0.2")
		require.NoError(t, err)
		text, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Contains(t, string(text), "HTTP/1.1 200 OK")
		require.Contains(t, string(text), "\r\n0.3\n")
		require.Regexp(t, `(?m)^X-Duration-Seconds: 0\.`, string(text))
		_ = conn.Close()
	}
	begin := time.Now()
	c.ahead.Store(int64(-time.Hour))
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	select {
	case status := <-ended:
		require.Zero(t, status.ExitStatus())
	case <-time.After(5 * time.Second):
		t.Fatal("the function did not end")
	}
	require.Less(t, time.Since(begin), 5*time.Second)
	require.ErrorIs(t, command.Wait(), syscall.ECHILD) // it was waited for already; its log is whole now

	var requests, seen int
	for line := range strings.Lines(log.String()) {
		var l struct {
			Time     time.Time
			Status   int
			Duration float64
			Message  string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l), line)
		if l.Status == 200 {
			requests++
			require.Less(t, l.Duration, 5.0)
			require.Positive(t, l.Duration)
		}
		if strings.HasPrefix(l.Message, "draining") && l.Time.Before(time.Now().Add(-50*time.Minute)) {
			seen++
		}
	}
	require.Equal(t, len(jumps), requests)
	t.Logf("%v", time.Since(began))
	require.Equal(t, 1, seen, "the process did not see the jump:\n%s", log)
}
