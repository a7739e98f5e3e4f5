// Package provider is OpenFaaS on one machine, for tests: the gateway's HTTP API over functions that are child
// processes instead of containers. An image is looked up by its reference and yields the path of an executable.
//
// It does what faasd CE does, in faasd's order and with faasd's traps, because a deployment has to survive them. An
// update removes the function's network first, then sends SIGTERM, then SIGKILL after grace_period, and only then
// creates the new one; after a failed pull or a missing secret it goes on to remove the function that ran. Meanwhile
// callers hear what the gateway says at each moment: a 500, a 404, or 200 with nothing in it. At most 15 functions are
// taken. Read from faasd 0.19.7 (pkg/provider/handlers, pkg/service) and gateway 0.27.14.
//
// Call New, mount the Provider as an http.Handler, and Close it. What needs a kernel is missing: networks, memory
// limits, file systems, users.
package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openfaas/faas-provider/types"
)

const (
	// Namespace is the one namespace of faasd CE.
	Namespace = "openfaas-fn"
	// MaxFunctions is the number of functions that faasd CE's licence allows.
	MaxFunctions = 15
	// User is the gateway's only user.
	User = "admin"

	defaultGrace = 30 * time.Second
)

// Image is what a reference resolves to: an executable, and the environment that its image gives it.
type Image struct {
	Path string
	Env  []string
}

// Options are what a Provider needs to know. Resolve is required.
type Options struct {
	// Resolve pulls an image.
	Resolve func(reference string) (Image, error)
	// Password of /system for User; empty asks for none.
	Password string
	// Secrets is the folder in which secrets are kept, one file each. It is made when it is missing.
	Secrets string
	// Env is given to each function besides its own; port and metrics_port are chosen by the provider.
	Env []string
	// Starting is how long a new function takes between its creation and its start.
	Starting time.Duration
}

// Provider holds functions and answers the gateway's API. Its methods may be called concurrently.
type Provider struct {
	options Options
	routes  http.Handler

	mu        sync.Mutex
	functions map[string]*function
	events    []Event

	// changing is held while a function is created, replaced or removed: faasd does one at a time for one name.
	changing map[string]*sync.Mutex
}

// Event is one step of a function's life, as faasd takes it.
type Event struct {
	Function, Step string
	At             time.Time
}

// function is one container of faasd: a deployment, and the process when it runs.
type function struct {
	deployment types.FunctionDeployment
	image      Image
	created    time.Time
	logs       *journal
	process    *running // nil between creation and start
	network    bool
	calls      int
}

// New makes a Provider without functions.
func New(o Options) (*Provider, error) {
	if o.Resolve == nil {
		return nil, errors.New("provider: Options.Resolve is missing")
	}
	if o.Secrets != "" {
		if err := os.MkdirAll(o.Secrets, 0o700); err != nil {
			return nil, err
		}
	}
	p := &Provider{options: o, functions: map[string]*function{}, changing: map[string]*sync.Mutex{}}
	p.routes = p.mux()
	return p, nil
}

// ServeHTTP answers as the gateway does.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.routes.ServeHTTP(w, r) }

// Close ends every process at once.
func (p *Provider) Close() {
	p.mu.Lock()
	all := slices.Collect(maps.Values(p.functions))
	p.functions = map[string]*function{}
	p.mu.Unlock()
	for _, f := range all {
		if f.process != nil {
			f.process.stop(0)
		}
	}
}

// Events returns the steps taken so far, oldest first.
func (p *Provider) Events() []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events)
}

// Pid is the process of a function, 0 when it has none.
func (p *Provider) Pid(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.functions[name]; f != nil && f.process != nil {
		return f.process.Pid
	}
	return 0
}

func (p *Provider) event(name, step string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, Event{name, step, time.Now()})
}

// alone holds back every other change of the same function until the returned func is called.
func (p *Provider) alone(name string) func() {
	p.mu.Lock()
	m := p.changing[name]
	if m == nil {
		m = &sync.Mutex{}
		p.changing[name] = m
	}
	p.mu.Unlock()
	m.Lock()
	return m.Unlock
}

func (p *Provider) lookup(name string) *function {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.functions[name]
}

// create is faasd's deploy: pull, new container, network, start.
func (p *Provider) create(d types.FunctionDeployment) error {
	image, err := p.options.Resolve(d.Image)
	if err != nil {
		return fmt.Errorf("unable to pull image %s: %w", d.Image, err)
	}
	f := &function{deployment: d, image: image, created: time.Now(), logs: &journal{name: d.Service}}
	p.mu.Lock()
	if _, ok := p.functions[d.Service]; ok {
		p.mu.Unlock()
		return fmt.Errorf("unable to create container: %s, error: snapshot \"%s-snapshot\": already exists", d.Service, d.Service)
	}
	p.functions[d.Service] = f
	p.mu.Unlock()
	p.event(d.Service, "created")
	time.Sleep(p.options.Starting)
	return p.start(f)
}

func (p *Provider) start(f *function) error {
	env := slices.Concat(f.image.Env, p.options.Env)
	for k, v := range f.deployment.EnvVars {
		env = append(env, k+"="+v)
	}
	proc, err := start(f.image.Path, env, f.logs)
	if err != nil {
		return fmt.Errorf("unable to start task: %s, error: %w", f.deployment.Service, err)
	}
	p.mu.Lock()
	f.process, f.network = proc, true
	p.mu.Unlock()
	p.event(f.deployment.Service, "started")
	return nil
}

// remove is what faasd does for an update and for a deletion: the network goes before the process knows anything.
func (p *Provider) remove(name string) {
	p.mu.Lock()
	f := p.functions[name]
	if f == nil {
		p.mu.Unlock()
		return
	}
	proc := f.process
	f.network = false
	p.mu.Unlock()
	if proc != nil {
		proc.cut()
		p.event(name, "network removed")
		p.event(name, "SIGTERM")
		if proc.stop(grace(f.deployment.EnvVars)) {
			p.event(name, "SIGKILL")
		}
	}
	p.mu.Lock()
	delete(p.functions, name)
	p.mu.Unlock()
	p.event(name, "removed")
}

func grace(env map[string]string) time.Duration {
	if d, err := time.ParseDuration(env["grace_period"]); err == nil {
		return d
	}
	return defaultGrace
}

// wake starts a function again whose process has ended: the gateway asks for that when a call finds no replica.
func (p *Provider) wake(ctx context.Context, name string) *function {
	f := p.lookup(name)
	if f == nil {
		return nil
	}
	asleep := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.functions[name] == f && f.network && f.process != nil && f.process.Ended()
	}
	if !asleep() || ctx.Err() != nil {
		return f
	}
	defer p.alone(name)()
	if asleep() {
		p.event(name, "scaled from zero")
		if err := p.start(f); err != nil {
			f.logs.add(err.Error())
		}
	}
	return f
}

// missing names the secrets of a deployment that do not exist.
func (p *Provider) missing(secrets []string) error {
	for _, s := range secrets {
		if _, err := os.Stat(filepath.Join(p.options.Secrets, s)); p.options.Secrets == "" || err != nil {
			return fmt.Errorf("unable to find secret: %s", s)
		}
	}
	return nil
}

func validSecretName(name string) bool {
	return strings.TrimSpace(name) != "" && !strings.Contains(name, "..") && !strings.ContainsRune(name, filepath.Separator)
}
