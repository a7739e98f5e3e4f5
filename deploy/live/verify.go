package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// verifyFile asks from outside, as a user does, through whatever stands in front of the gateway.
func (l *live) verifyFile(ctx context.Context, url, stackPath, version string) error {
	if url == "" || version == "" {
		return errors.New("verify: -url and -version are needed\n" + usage)
	}
	s, err := readStack(stackPath)
	if err != nil {
		return err
	}
	r := &report{title: fmt.Sprintf("Verification of %s at %s", short(version), url)}
	var problems []error
	for _, name := range s.names {
		w := &row{name: name, new: version, checks: len(l.checks(name)), outcome: "right"}
		r.rows = append(r.rows, w)
		if w.checked, err = l.right(ctx, url, name, version, l.checks(name)); err != nil {
			w.outcome = err.Error()
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	r.bad = errors.Join(problems...)
	return l.publish(r)
}

// status compares what runs with the last good deployment. It changes nothing.
func (l *live) status(ctx context.Context) error {
	h, err := l.state.deployed()
	if err != nil {
		return err
	}
	running, err := l.running(ctx)
	if err != nil {
		return err
	}
	last := deployment{}
	if len(h) > 0 {
		last = h[0]
	}
	r := &report{title: "Last good deployment: " + short(last.Version)}
	for _, d := range h {
		r.note("%s: %s", d.Time.Format("2006-01-02 15:04 UTC"), d.Version)
	}
	names := map[string]bool{}
	for n := range running {
		names[n] = true
	}
	for n := range last.Functions {
		names[n] = true
	}
	differs := 0
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f, runs := running[name]
		g, ours := last.Functions[name]
		w := &row{name: name, old: g.Version, checks: len(g.Checks)}
		r.rows = append(r.rows, w)
		if runs {
			if a, err := ask(ctx, l.gateway, name, first(g.Checks), questionTimeout); err == nil {
				w.new = a.version
			}
		}
		switch {
		case !ours:
			w.outcome = "not deployed from here: " + f.Image
		case !runs:
			w.outcome = "missing"
			differs++
		case f.Image != g.Image:
			w.outcome = "differs: runs " + f.Image
			differs++
		default:
			w.outcome = "as deployed"
			if w.checked, err = l.right(ctx, l.gateway, name, g.Version, g.Checks); err != nil {
				w.outcome = err.Error()
				differs++
			}
		}
	}
	if differs > 0 {
		r.bad = fmt.Errorf("%d functions are not as they were deployed; live rollback puts them back", differs)
	}
	return l.publish(r)
}
