package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"calculator/calc/catalogue"
	"calculator/deploy/internal/image"
	"calculator/deploy/internal/process"
)

// A fleet is the functions as processes of this machine.
type fleet struct {
	dir       string
	names     []string
	functions map[string]*function
	idle      []reading // when all had started
}

type function struct {
	*process.Process
	url, metrics string
}

// containerMemory is the limit of stack.yml.
const containerMemory = 128 << 20

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

// start runs a function on ports of its own, and waits until it listens. Its log goes nowhere, but the lines are written all the same.
func start(ctx context.Context, program, name string) (*function, error) {
	ports, err := process.Ports(2)
	if err != nil {
		return nil, err
	}
	address := "127.0.0.1:" + ports[0]
	f := &function{url: "http://" + address, metrics: "http://127.0.0.1:" + ports[1] + "/metrics"}
	c := exec.Command(program)
	c.Env = []string{"port=" + ports[0], "metrics_port=" + ports[1], "OPENFAAS_NAME=" + name, process.MemoryLimit}
	if f.Process, err = process.Start(c); err != nil {
		return nil, err
	}
	if err := f.Await(ctx, address); err != nil {
		f.Stop()
		return nil, fmt.Errorf("%s does not listen: %w", name, err)
	}
	return f, nil
}

// close ends all processes and removes what was built.
func (f *fleet) close() {
	for _, fn := range f.functions {
		fn.Stop()
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
		all[i] = reading{fn.Status("VmRSS"), int(goroutines)}
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
