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
	"strings"
	"time"

	"github.com/openfaas/faas-provider/types"
)

const (
	user         = "admin"
	maxFunctions = 15 // the community editions refuse a sixteenth
)

// read asks the gateway's own API.
func (l *live) read(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(l.gateway, "/")+path, nil)
	if err != nil {
		return err
	}
	if p := l.env("OPENFAAS_PASSWORD"); p != "" {
		q.SetBasicAuth(user, p)
	}
	reply, err := client.Do(q)
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("gateway: GET %s: %s", path, reply.Status)
	}
	if err := json.NewDecoder(io.LimitReader(reply.Body, answerLimit)).Decode(into); err != nil {
		return fmt.Errorf("gateway: GET %s: %w", path, err)
	}
	return nil
}

func (l *live) running(ctx context.Context) (map[string]types.FunctionStatus, error) {
	var list []types.FunctionStatus
	if err := l.read(ctx, "/system/functions", &list); errors.Is(err, io.EOF) {
		// Seen with gateway 0.27.14: it adds Prometheus' counts to the list, and panics when Prometheus does not answer.
		return nil, fmt.Errorf("%w: the gateway lists functions only while its Prometheus answers: is that running?", err)
	} else if err != nil {
		return nil, err
	}
	m := map[string]types.FunctionStatus{}
	for _, f := range list {
		m[f.Name] = f
	}
	return m, nil
}

// stackOfRunning writes down what the gateway runs, for a function that this program has not deployed before.
func stackOfRunning(f types.FunctionStatus) (string, error) {
	settings := map[string]any{"image": f.Image, "lang": "dockerfile", "handler": "./" + f.Name, "skip_build": true}
	put := func(key string, value any, has bool) {
		if has {
			settings[key] = value
		}
	}
	put("fprocess", f.EnvProcess, f.EnvProcess != "")
	put("environment", f.EnvVars, len(f.EnvVars) > 0)
	put("secrets", f.Secrets, len(f.Secrets) > 0)
	put("labels", f.Labels, f.Labels != nil && len(*f.Labels) > 0)
	put("annotations", f.Annotations, f.Annotations != nil && len(*f.Annotations) > 0)
	if f.Limits != nil && f.Limits.Memory != "" {
		put("limits", map[string]string{"memory": f.Limits.Memory}, true)
	}
	return stackOf(f.Name, settings)
}

// session is faas-cli with a login of its own, which is gone when the session closes.
type session struct {
	cli, gateway, dir string
}

func (l *live) login(ctx context.Context) (*session, error) {
	cli, err := exec.LookPath(l.cli)
	if err != nil {
		return nil, err
	}
	// faas-cli changes into no other folder, so the path must hold from any.
	if cli, err = filepath.Abs(cli); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "live-")
	if err != nil {
		return nil, err
	}
	s := &session{cli: cli, gateway: l.gateway, dir: dir}
	if p := l.env("OPENFAAS_PASSWORD"); p != "" {
		if err := s.run(ctx, p, "login", "--username", user, "--password-stdin"); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *session) close() error { return os.RemoveAll(s.dir) }

func (s *session) run(ctx context.Context, stdin string, args ...string) error {
	c := exec.CommandContext(ctx, s.cli, append(args, "--gateway", s.gateway)...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "OPENFAAS_CONFIG="+s.dir)
	c.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	c.WaitDelay = time.Second
	if err := c.Run(); err != nil {
		return fmt.Errorf("faas-cli %s: %w: %s", args[0], err, shorten(strings.Join(strings.Fields(out.String()), " ")))
	}
	return nil
}

// deploy creates or updates the function of a one-function stack file. The call covers the pull and the old
// function's end, which faasd bounds by grace_period.
func (s *session) deploy(ctx context.Context, stack string) error {
	file := filepath.Join(s.dir, "stack.yml")
	if err := os.WriteFile(file, []byte(stack), 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	return s.run(ctx, "", "deploy", "-f", file, "--read-template=false", "--timeout", "5m")
}

func (s *session) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return s.run(ctx, "", "remove", name)
}

// deployPatiently is a deployment in a bounded number of attempts: on faasd the first one sometimes fails, and a
// function whose container it has removed already is created by the next.
func (l *live) deployPatiently(ctx context.Context, s *session, stack string) (attempts int, err error) {
	pause := l.pause
	for attempts = 1; ; attempts++ {
		if err = s.deploy(ctx, stack); err == nil || attempts >= l.attempts || ctx.Err() != nil {
			return attempts, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return attempts, err
		}
		pause *= 2
	}
}
