package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"calculator/deploy/internal/process"
)

// A function is one that runs.
type function struct {
	*process.Process
	url    string
	group  *cgroup // nil where it is confined by GOMEMLIMIT alone
	log    bytes.Buffer
	client *http.Client
}

// start runs a function with the memory limit of stack.yml, in a control group of its own where there is one to be had.
func start(path string, limit int64, confined bool, settings ...string) (*function, error) {
	ports, err := process.Ports(1)
	if err != nil {
		return nil, err
	}
	address := "127.0.0.1:" + ports[0]
	f := &function{url: "http://" + address, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true}}}
	c := exec.Command(path)
	if confined {
		if f.group, err = newGroup(limit); err != nil {
			return nil, err
		}
		c = exec.Command("unshare", "--mount", "sh", "-ec", f.group.enter, path)
	} else {
		settings = append(settings, fmt.Sprintf("GOMEMLIMIT=%d", limit/8*7))
	}
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "port=" + ports[0], "metrics_port=0"}, settings...)
	c.Stderr = &f.log
	if f.Process, err = process.Start(c); err != nil {
		return nil, err
	}
	if f.Await(context.Background(), address) != nil {
		f.Stop()
		return nil, fmt.Errorf("%s does not listen: %s", filepath.Base(path), f.log.String())
	}
	return f, nil
}

// Stop besides removes its control group.
func (f *function) Stop() {
	f.client.CloseIdleConnections()
	f.Process.Stop()
	if f.group != nil {
		f.group.remove()
	}
}

// forget makes the peak of its memory what it is now (proc_pid_clear_refs(5)).
func (f *function) forget() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", f.Pid), []byte("5"), 0o600)
}

// busy is the time that its threads have had on processors.
func (f *function) busy() (total time.Duration) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", f.Pid))
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
func (f *function) ask(q request, patience time.Duration) (reply, error) {
	method, body := http.MethodPost, io.Reader(strings.NewReader(q.body))
	if q.body == "" {
		method, body = http.MethodGet, nil
	}
	if q.method != "" {
		method = q.method
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, f.url+q.path+"?"+q.query, body)
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
	before, at, begin := f.busy(), make(chan time.Duration, 1), time.Now()
	watch := time.AfterFunc(patience, func() { at <- f.busy() })
	a, err := f.client.Do(r)
	if err != nil {
		return reply{took: time.Since(begin)}, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	got := reply{status: a.StatusCode, took: time.Since(begin), body: string(text)}
	got.busy = f.busy() - before
	if !watch.Stop() {
		got.late = max(min(got.took-patience, f.busy()-<-at), 0)
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
