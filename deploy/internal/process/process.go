// Package process runs functions, and the programs they are compared with, as processes of this machine: Start one at one of the free
// Ports, Await that it listens, see by its Status, Memory and Busy what it takes, Stop it. It needs Linux, for what is in /proc.
package process

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// MemoryLimit is what host makes of the memory limit of stack.yml, of which a process without a container knows nothing.
const MemoryLimit = "GOMEMLIMIT=112MiB"

// A Process is a program that was started, and leads a process group of its own.
type Process struct {
	Pid  int
	Done <-chan struct{} // closed when it has ended and its output was read
}

// Start runs a command, which ends with this program at the latest. What the command starts ends with it.
func Start(c *exec.Cmd) (*Process, error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	p := &Process{c.Process.Pid, done}
	go func() {
		_ = c.Wait() // how it ended is of no interest
		p.kill()
		close(done)
	}()
	return p, nil
}

func (p *Process) kill() { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// Stop kills the process, if it has not ended yet, and waits for its end.
func (p *Process) Stop() {
	if !p.Ended() { // else the number may be another's by now
		p.kill()
	}
	<-p.Done
}

// Ended says whether the process is no more.
func (p *Process) Ended() bool {
	select {
	case <-p.Done:
		return true
	default:
		return false
	}
}

// patience is how long a process may take until it listens, on a machine that has much else to do.
const patience = 30 * time.Second

// Await waits until something listens at the address, as long as the process runs.
func (p *Process) Await(ctx context.Context, address string) error {
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return c.Close()
		}
		if p.Ended() || ctx.Err() != nil || time.Since(begin) > patience {
			return err
		}
	}
}

// Ports asks the kernel for free ports. Another process may take one before ours listens: then ours does not start.
func Ports(n int) ([]string, error) {
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all are held until all are known
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports, nil
}
