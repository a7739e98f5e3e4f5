package provider

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/openfaas/faas-provider/logs"

	"calculator/deploy/internal/process"
)

// running is a function's process. Its network is a context: what is cut hears nothing from it any more.
type running struct {
	*process.Process
	address string
	network context.Context
	cut     context.CancelFunc
}

// start runs an executable with nothing but the environment given, as a container would, on a port of its own.
func start(path string, env []string, output *journal) (*running, error) {
	ports, err := process.Ports(2)
	if err != nil {
		return nil, err
	}
	c := exec.Command(path)
	c.Env = append([]string{"port=" + ports[0], "metrics_port=" + ports[1]}, env...)
	r, w := io.Pipe()
	c.Stdout, c.Stderr = w, w
	p, err := process.Start(c)
	if err != nil {
		return nil, err
	}
	go output.read(r)
	go func() {
		<-p.Done
		_ = w.Close()
	}()
	ctx, cut := context.WithCancel(context.Background())
	return &running{p, "127.0.0.1:" + ports[0], ctx, cut}, nil
}

// stop sends SIGTERM, and SIGKILL after the grace period; it reports whether that was needed. As faasd, it signals every process of the container.
func (r *running) stop(grace time.Duration) (killed bool) {
	r.cut()
	_ = syscall.Kill(-r.Pid, syscall.SIGTERM)
	select {
	case <-r.Done:
		return false
	case <-time.After(grace):
		r.Stop()
		return true
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
