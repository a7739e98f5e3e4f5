package main

import (
	"bufio"
	"context"
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

	"calculator/calc/catalogue"
	"calculator/deploy/internal/image"
)

// A fleet is the functions as processes of this machine.
type fleet struct {
	dir       string
	names     []string
	functions map[string]*function
	idle      []reading // when all had started
}

type function struct {
	command      *exec.Cmd
	url, metrics string
}

// containerMemory is the limit of stack.yml, and memoryLimit what host makes of it, of which a process without a container knows nothing.
const (
	containerMemory = 128 << 20
	memoryLimit     = "GOMEMLIMIT=112MiB"
)

// launch builds and starts all functions, and waits until they listen.
func launch(ctx context.Context, root string) (f *fleet, err error) {
	if _, err := os.Stat(filepath.Join(root, "stack.yml")); err != nil {
		return nil, fmt.Errorf("not in the repository's folder: %w", err)
	}
	f = &fleet{functions: map[string]*function{}}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	if f.dir, err = os.MkdirTemp("", "calculator-soak-"); err != nil {
		return nil, err
	}
	if err := image.Build(ctx, root, f.dir, "soak"); err != nil {
		return nil, err
	}
	for _, o := range catalogue.All {
		fn, err := start(ctx, filepath.Join(f.dir, o.Name), o.Name)
		if err != nil {
			return nil, err
		}
		f.names, f.functions[o.Name] = append(f.names, o.Name), fn
	}
	time.Sleep(time.Second)
	f.idle = f.read()
	return f, nil
}

// start runs a function on ports of its own, and waits until it listens.
func start(ctx context.Context, program, name string) (*function, error) {
	port, metrics, err := freePorts()
	if err != nil {
		return nil, err
	}
	f := &function{command: exec.Command(program), url: "http://127.0.0.1:" + port, metrics: "http://127.0.0.1:" + metrics + "/metrics"}
	f.command.Env = []string{"port=" + port, "metrics_port=" + metrics, "OPENFAAS_NAME=" + name, memoryLimit}
	log, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // the lines are written all the same
	if err != nil {
		return nil, err
	}
	defer log.Close()
	f.command.Stderr = log
	f.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := f.command.Start(); err != nil {
		return nil, err
	}
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			return f, c.Close()
		}
		if ctx.Err() != nil || time.Since(begin) > 10*time.Second {
			f.end()
			return nil, fmt.Errorf("%s does not listen: %w", name, err)
		}
	}
}

// freePorts asks the kernel for two ports. Another process may take one before ours listens: then the function does not start.
func freePorts() (port, metrics string, err error) {
	var ports [2]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close() // both are held until both are known
		ports[i] = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	}
	return ports[0], ports[1], nil
}

func (f *function) end() {
	_ = f.command.Process.Kill()
	_ = f.command.Wait()
}

// close ends all processes and removes what was built.
func (f *fleet) close() {
	for _, fn := range f.functions {
		fn.end()
	}
	_ = os.RemoveAll(f.dir)
}

// A reading is what a function takes at one moment; its resident memory is 0 where it could not be read, as when it has ended.
type reading struct {
	resident   int64
	goroutines int
}

// read looks at each function, in the order of names.
func (f *fleet) read() []reading {
	all := make([]reading, len(f.names))
	for i, name := range f.names {
		fn := f.functions[name]
		goroutines, err := fn.number("go_goroutines")
		if err != nil {
			continue
		}
		all[i] = reading{residentOf(fn.command.Process.Pid), int(goroutines)}
	}
	return all
}

// watch reads each function again and again until ctx ends, and then gives all readings. A function that has more memory than its container
// would let it have ends everything through stop: it may be about to take all that the machine has.
func (f *fleet) watch(ctx context.Context, every time.Duration, stop context.CancelCauseFunc) <-chan [][]reading {
	seen := make(chan [][]reading, 1)
	go func() {
		var all [][]reading
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				seen <- all
				return
			case <-tick.C:
				if f == nil {
					continue
				}
				now := f.read()
				all = append(all, now)
				for i, r := range now {
					if r.resident > containerMemory {
						stop(fmt.Errorf("%s has %s MiB, and its container %d: it would have been killed", f.names[i], mib(r.resident), containerMemory>>20))
					}
				}
			}
		}
	}()
	return seen
}

func residentOf(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	digits, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kib, _ := strconv.ParseInt(digits, 10, 64) // a zombie has no such line: 0
	return kib << 10
}

// scraper leaves no connection behind: its goroutines in the function would count.
var scraper = http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// number is one of the function's own metrics.
func (f *function) number(metric string) (float64, error) {
	res, err := scraper.Get(f.metrics)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(io.LimitReader(res.Body, 1<<20))
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), metric+" "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, fmt.Errorf("%s: no %s", f.metrics, metric)
}
