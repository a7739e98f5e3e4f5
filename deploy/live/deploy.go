package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openfaas/faas-provider/types"
)

func (l *live) deployFiles(ctx context.Context, manifestFile, stackPath, version string) error {
	if manifestFile == "" {
		return errors.New("deploy: -manifest is missing\n" + usage)
	}
	m, err := readManifest(manifestFile)
	if err != nil {
		return err
	}
	tag, err := m.version()
	if err != nil && version == "" {
		return fmt.Errorf("%s: %w", manifestFile, err)
	}
	s, err := readStack(stackPath)
	if err != nil {
		return err
	}
	wanted := map[string]good{}
	version = cmp.Or(version, tag)
	for _, name := range s.names {
		if m[name] == "" {
			return fmt.Errorf("%s: no image for %s, which %s names", manifestFile, name, stackPath)
		}
		text, err := s.pinned(name, m[name])
		if err != nil {
			return err
		}
		wanted[name] = good{Image: m[name], Version: version, Stack: text, Checks: l.checks(name)}
	}
	for name := range m {
		if s.functions[name] == nil {
			return fmt.Errorf("%s: %s is not a function of %s", manifestFile, name, stackPath)
		}
	}
	return l.bring(ctx, "Deployment of "+short(version), deployment{Version: version, Functions: wanted}, s.names)
}

// rollback brings back an earlier good deployment; without a version, whatever differs from the last one.
func (l *live) rollback(ctx context.Context, version string) error {
	h, err := l.state.deployed()
	if err != nil {
		return err
	}
	if len(h) == 0 {
		return errors.New("rollback: nothing was deployed from here yet")
	}
	var known []string
	for _, d := range h {
		if version == "" || d.Version == version || len(version) >= 7 && strings.HasPrefix(d.Version, version) {
			names := slices.Sorted(maps.Keys(d.Functions))
			return l.bring(ctx, "Rollback to "+short(d.Version), d, names)
		}
		known = append(known, d.Version)
	}
	return fmt.Errorf("rollback: no good deployment of version %s is known, only %s", version, strings.Join(known, ", "))
}

// change is one function on its way.
type change struct {
	*row
	wanted  good
	before  *good // nil: it was not there
	touched bool
}

// bring makes the functions what d says, one after the other, and puts back all of them when one does not come right.
func (l *live) bring(ctx context.Context, title string, d deployment, order []string) error {
	unlock, err := l.state.lock()
	if err != nil {
		return err
	}
	defer unlock()
	r := &report{title: title}
	changes, faas, err := l.prepare(ctx, r, d, order)
	if faas != nil {
		defer func() { _ = faas.close() }()
	}
	if err != nil {
		r.bad = fmt.Errorf("nothing was touched: %w", err)
		return l.publish(r)
	}
	for _, c := range changes {
		if err = l.replace(ctx, faas, c); err != nil {
			err = fmt.Errorf("%s: %w", c.name, err)
			c.outcome = "failed: " + err.Error()
			break
		}
	}
	if err == nil {
		err = l.finish(d, changes)
	}
	if err != nil {
		r.bad = fmt.Errorf("%w\n%w", err, l.putBack(ctx, faas, r, changes))
	}
	return l.publish(r)
}

// prepare looks at everything that can be known beforehand. It touches nothing.
func (l *live) prepare(ctx context.Context, r *report, d deployment, order []string) ([]*change, *session, error) {
	var problems []error
	images := &registry{user: l.env("REGISTRY_USER"), password: l.env("REGISTRY_PASSWORD")}
	for _, name := range order {
		if err := images.check(ctx, d.Functions[name].Image); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	faas, err := l.login(ctx)
	if err != nil {
		return nil, nil, errors.Join(append(problems, err)...)
	}
	running, err := l.running(ctx)
	if err != nil {
		return nil, faas, errors.Join(append(problems, err)...)
	}
	if err := l.room(ctx, running, order); err != nil {
		problems = append(problems, err)
	}
	if err := l.secretsThere(ctx, d, order); err != nil {
		problems = append(problems, err)
	}
	last, err := l.state.deployed()
	if err != nil {
		problems = append(problems, err)
	}
	if _, err := l.state.versions(); err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, faas, errors.Join(problems...)
	}
	if len(last) > 0 {
		for _, name := range slices.Sorted(maps.Keys(last[0].Functions)) {
			if _, ok := d.Functions[name]; !ok {
				r.note("%s was deployed before and is not part of this: it stays as it is (faas-cli remove %s)", name, name)
			}
		}
	}

	var changes []*change
	for _, name := range order {
		w := d.Functions[name]
		c := &change{row: &row{name: name, new: w.Version, checks: len(w.Checks), outcome: "not reached"}, wanted: w}
		if f, ok := running[name]; ok {
			if c.before, err = l.before(ctx, r, f, last); err != nil {
				return nil, faas, fmt.Errorf("%s: %w", name, err)
			}
			c.old = c.before.Version
			if err := images.check(ctx, c.before.Image); err != nil {
				r.note("%s: a rollback may fail: %v", name, err)
			}
		}
		changes, r.rows = append(changes, c), append(r.rows, c.row)
	}
	return changes, faas, nil
}

// room refuses what OpenFaaS's community editions, faasd-ce and faas-netes-ce, would refuse half way through.
func (l *live) room(ctx context.Context, running map[string]types.FunctionStatus, order []string) error {
	var info struct{ Provider types.ProviderInfo }
	if err := l.read(ctx, "/system/info", &info); err != nil {
		return err
	}
	all := map[string]bool{}
	for name := range running {
		all[name] = true
	}
	for _, name := range order {
		all[name] = true
	}
	if strings.HasSuffix(info.Provider.Name, "-ce") && len(all) > maxFunctions {
		return fmt.Errorf("%d functions would run, and %s takes %d: take some out of stack.yml, or faas-cli remove others", len(all), info.Provider.Name, maxFunctions)
	}
	return nil
}

func (l *live) secretsThere(ctx context.Context, d deployment, order []string) error {
	var there []types.Secret
	if err := l.read(ctx, "/system/secrets", &there); err != nil {
		return err
	}
	var problems []error
	for _, name := range order {
		stack, err := parseStack(name, []byte(d.Functions[name].Stack))
		if err != nil {
			return err
		}
		for _, s := range stack.secrets[name] {
			if !slices.ContainsFunc(there, func(t types.Secret) bool { return t.Name == s }) {
				problems = append(problems, fmt.Errorf("%s: secret %s does not exist: faas-cli secret create %s", name, s, s))
			}
		}
	}
	return errors.Join(problems...)
}

// before is what to go back to: the last good state, or, for a function that was not deployed from here, what runs.
func (l *live) before(ctx context.Context, r *report, f types.FunctionStatus, last history) (*good, error) {
	if len(last) > 0 {
		if g, ok := last[0].Functions[f.Name]; ok {
			if f.Image != g.Image {
				r.note("%s runs %s, which is not the last good image, %s", f.Name, f.Image, g.Image)
			}
			return &g, nil
		}
	}
	g := &good{Image: f.Image}
	var err error
	if g.Stack, err = stackOfRunning(f); err != nil {
		return nil, err
	}
	if a, err := ask(ctx, l.gateway, f.Name, anyAnswer, questionTimeout); err == nil {
		g.Version = a.version
	}
	r.note("%s was not deployed from here: a rollback restores the image and the settings that run now", f.Name)
	return g, nil
}

// replace brings one function to what is wanted, unless it is that already.
func (l *live) replace(ctx context.Context, faas *session, c *change) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("told to stop: %w", err)
	}
	if c.before != nil && c.before.Image == c.wanted.Image && c.before.Stack == c.wanted.Stack && l.asItIs(ctx, c) {
		c.outcome = "unchanged"
		return l.state.setVersions(map[string]string{c.name: c.wanted.Version})
	}
	if err := l.state.setVersions(map[string]string{c.name: ""}); err != nil {
		return err
	}
	c.touched = true
	if c.before != nil {
		meter := l.measureGap(context.WithoutCancel(ctx), c.name, first(c.wanted.Checks))
		defer func() {
			if c.gap = "< " + l.poll.String(); meter.end() > 0 {
				c.gap = meter.gap.Round(time.Millisecond).String()
			}
		}()
	}
	// The gateway would go on with an update whose caller was stopped, and meet the rollback in the middle.
	attempts, err := l.deployPatiently(context.WithoutCancel(ctx), faas, c.wanted.Stack)
	if err != nil {
		return fmt.Errorf("not deployed in %d attempts: %w", attempts, err)
	}
	if c.checked, err = l.right(ctx, l.gateway, c.name, c.wanted.Version, c.wanted.Checks); err != nil {
		return err
	}
	c.outcome = "live"
	if attempts > 1 {
		c.outcome = fmt.Sprintf("live at attempt %d", attempts)
	}
	return l.state.setVersions(map[string]string{c.name: c.wanted.Version})
}

func first(checks []Check) Check {
	if len(checks) == 0 {
		return anyAnswer
	}
	return checks[0]
}

// asItIs: the image runs, and answers right at the first question.
func (l *live) asItIs(ctx context.Context, c *change) bool {
	var f types.FunctionStatus
	if err := l.read(ctx, "/system/function/"+c.name, &f); err != nil || f.Image != c.wanted.Image {
		return false
	}
	quick := *l
	quick.ready = min(l.ready, 2*time.Second)
	n, err := quick.right(ctx, l.gateway, c.name, c.wanted.Version, c.wanted.Checks)
	c.checked = n
	return err == nil
}

// finish writes down what is verified now, and only now.
func (l *live) finish(d deployment, changes []*change) error {
	versions := map[string]string{}
	for _, c := range changes {
		versions[c.name] = c.wanted.Version
	}
	d.Time = time.Now().UTC().Truncate(time.Second)
	if err := l.state.record(d); err != nil {
		return err
	}
	return l.state.replaceVersions(versions)
}

// putBack undoes what was touched, newest first, even when the run was told to stop. Its error says how things stand.
func (l *live) putBack(ctx context.Context, faas *session, r *report, changes []*change) error {
	ctx = context.WithoutCancel(ctx)
	stuck := false
	restored := 0
	for _, c := range slices.Backward(changes) {
		if !c.touched {
			continue
		}
		err := l.restore(ctx, faas, c)
		if err != nil {
			stuck = true
			c.outcome += "; rollback failed: " + err.Error()
			continue
		}
		restored++
		if c.before == nil {
			c.outcome += "; removed again"
		} else {
			c.outcome += "; put back"
		}
	}
	if !stuck {
		return fmt.Errorf("all is as it was: %d functions put back and verified", restored)
	}
	return fmt.Errorf("THE ROLLBACK FAILED. What runs now:\n%s\nWhen the cause is mended: live rollback", l.standing(ctx, changes))
}

func (l *live) restore(ctx context.Context, faas *session, c *change) error {
	if c.before == nil {
		if running, err := l.running(ctx); err != nil {
			return err
		} else if _, ok := running[c.name]; ok {
			if err := faas.remove(ctx, c.name); err != nil {
				return err
			}
		}
		return l.state.setVersions(map[string]string{c.name: ""})
	}
	if _, err := l.deployPatiently(ctx, faas, c.before.Stack); err != nil {
		return err
	}
	// What answered nothing before, at no version, cannot be asked to do better now.
	if c.before.Version != "" {
		if _, err := l.right(ctx, l.gateway, c.name, c.before.Version, c.before.Checks); err != nil {
			return err
		}
	}
	return l.state.setVersions(map[string]string{c.name: c.before.Version})
}

// standing says of each function what the gateway runs and what the function itself answers.
func (l *live) standing(ctx context.Context, changes []*change) string {
	running, err := l.running(ctx)
	var lines []string
	for _, c := range changes {
		f, ok := running[c.name]
		state := "removed"
		switch {
		case err != nil:
			state = err.Error()
		case ok:
			state = f.Image + ", which does not answer"
			if a, err := ask(ctx, l.gateway, c.name, first(c.wanted.Checks), questionTimeout); err == nil && a.version != "" {
				state = f.Image + ", which answers as version " + short(a.version)
			}
		}
		lines = append(lines, c.name+": "+state)
	}
	return strings.Join(lines, "\n")
}
