package provider

import (
	"bufio"
	"context"
	"io"
	"net"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/openfaas/faas-provider/logs"
)

// process is a running function. Its network is a context: what is cut hears nothing from it any more.
type process struct {
	command *exec.Cmd
	address string
	done    chan struct{} // closed when it has ended
	network context.Context
	cut     context.CancelFunc
}

// startProcess runs an executable with nothing but the environment given, as a container would, on a port of its own.
func startProcess(path string, env []string, output *journal) (*process, error) {
	address, port, err := freePort()
	if err != nil {
		return nil, err
	}
	_, metrics, err := freePort()
	if err != nil {
		return nil, err
	}
	c := exec.Command(path)
	c.Env = append([]string{"port=" + port, "metrics_port=" + metrics}, env...)
	// A group of its own: faasd signals every process of the container.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	r, w := io.Pipe()
	c.Stdout, c.Stderr = w, w
	if err := c.Start(); err != nil {
		return nil, err
	}
	go output.read(r)
	ctx, cut := context.WithCancel(context.Background())
	p := &process{command: c, address: address, done: make(chan struct{}), network: ctx, cut: cut}
	go func() {
		_ = c.Wait() // how it ended is of no interest to faasd
		_ = w.Close()
		close(p.done)
	}()
	return p, nil
}

// freePort asks the kernel for a port. Another process may take it before ours listens; a test that meets this fails
// and says so.
func freePort() (address, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer l.Close()
	n := l.Addr().(*net.TCPAddr).Port
	return l.Addr().String(), strconv.Itoa(n), nil
}

// stop sends SIGTERM, and SIGKILL after the grace period; it reports whether that was needed.
func (p *process) stop(grace time.Duration) (killed bool) {
	p.cut()
	group := -p.command.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-p.done:
		return false
	case <-time.After(grace):
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-p.done
		return true
	}
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// journal keeps the last lines that a function wrote.
type journal struct {
	name  string
	mu    sync.Mutex
	lines []logs.Message
	grown chan struct{} // closed at the next line
}

const journalLines = 1000

func (j *journal) add(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, logs.Message{Name: j.name, Namespace: Namespace, Instance: j.name, Timestamp: time.Now().UTC(), Text: text})
	if n := len(j.lines); n > journalLines {
		j.lines = j.lines[n-journalLines:]
	}
	if j.grown != nil {
		close(j.grown)
		j.grown = nil
	}
}

func (j *journal) read(r io.Reader) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		j.add(s.Text())
	}
	_, _ = io.Copy(io.Discard, r) // a line above the buffer's size must not block the function
}

// after returns the lines younger than t, and a channel that is closed when there are more.
func (j *journal) after(t time.Time) ([]logs.Message, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.grown == nil {
		j.grown = make(chan struct{})
	}
	var found []logs.Message
	for _, m := range j.lines {
		if m.Timestamp.After(t) {
			found = append(found, m)
		}
	}
	return found, j.grown
}
