package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a running function.
type process struct {
	command *exec.Cmd
	url     string
	group   *cgroup // nil where it is confined by GOMEMLIMIT alone
	done    chan struct{}
	log     bytes.Buffer
	client  *http.Client
}

// start runs a function with the memory limit of stack.yml, in a control group of its own where there is one to be had.
func start(path string, limit int64, confined bool, settings ...string) (*process, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p := &process{url: "http://" + address, done: make(chan struct{}), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true}}}
	p.command = exec.Command(path)
	if confined {
		if p.group, err = newGroup(limit); err != nil {
			return nil, err
		}
		p.command = exec.Command("unshare", "--mount", "sh", "-ec", p.group.enter, path)
	} else {
		settings = append(settings, fmt.Sprintf("GOMEMLIMIT=%d", limit/8*7))
	}
	p.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "port=" + address[strings.LastIndexByte(address, ':')+1:], "metrics_port=0"}, settings...)
	p.command.Stderr = &p.log
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() { _ = p.command.Wait(); close(p.done) }()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return p, c.Close()
		}
		if p.ended() || time.Since(begin) > 10*time.Second {
			p.stop()
			return nil, fmt.Errorf("%s does not listen: %s", filepath.Base(path), p.log.String())
		}
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

func (p *process) stop() {
	p.client.CloseIdleConnections()
	_ = p.command.Process.Kill()
	<-p.done
	if p.group != nil {
		p.group.remove()
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// status reads a line of /proc/PID/status in bytes, VmHWM or VmRSS.
func (p *process) status(line string) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), line+":")
	kib, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kib << 10
}

// forget makes the peak of its memory what it is now (proc_pid_clear_refs(5)).
func (p *process) forget() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.command.Process.Pid), []byte("5"), 0o600)
}

// busy is the time that its threads have had on processors.
func (p *process) busy() (total time.Duration) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.command.Process.Pid))
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue
		}
		ns, _ := strconv.ParseInt(strings.Fields(string(text) + " 0")[0], 10, 64)
		total += time.Duration(ns)
	}
	return total
}

// A reply is what came of a request.
type reply struct {
	status int
	kind   string // of a problem
	body   string
	took   time.Duration
	busy   time.Duration // the process's time on processors
	late   time.Duration
}

// ask sends a request, with its own deadline where patience is not 0. late is how long the process went on after that: by the clock, or by
// its time on processors where that is less, as on a machine that is busy with something else.
func (p *process) ask(q request, patience time.Duration) (reply, error) {
	method, body := http.MethodPost, io.Reader(strings.NewReader(q.body))
	if q.body == "" {
		method, body = http.MethodGet, nil
	}
	if q.method != "" {
		method = q.method
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, p.url+q.path+"?"+q.query, body)
	if err != nil {
		return reply{}, err
	}
	if q.contentType != "" {
		r.Header.Set("Content-Type", q.contentType)
	}
	for i := 0; i < len(q.header); i += 2 {
		r.Header.Set(q.header[i], q.header[i+1])
	}
	if patience == 0 {
		patience = deadline
	} else {
		r.Header.Set("X-Timeout", patience.String())
	}
	before, at, begin := p.busy(), make(chan time.Duration, 1), time.Now()
	watch := time.AfterFunc(patience, func() { at <- p.busy() })
	a, err := p.client.Do(r)
	if err != nil {
		return reply{took: time.Since(begin)}, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	got := reply{status: a.StatusCode, took: time.Since(begin), body: string(text)}
	got.busy = p.busy() - before
	if !watch.Stop() {
		got.late = max(min(got.took-patience, p.busy()-<-at), 0)
	}
	if a.Header.Get("X-Calculator-Version") == "" {
		err = errors.New("an answer without X-Calculator-Version")
	}
	var problem struct{ Type string }
	if a.StatusCode >= 400 && json.Unmarshal(text, &problem) == nil {
		got.kind = problem.Type
	}
	return got, err
}
