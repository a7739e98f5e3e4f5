package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Check is one question to a function and what it must answer. It is kept beside the image it was verified with, so
// that a rollback can ask what the old version was asked.
type Check struct {
	Method   string   `json:"method,omitempty"` // POST when empty, which no cache answers
	Path     string   `json:"path,omitempty"`   // below the function, with the query
	Type     string   `json:"type,omitempty"`   // of the body
	Body     string   `json:"body,omitempty"`
	Status   int      `json:"status,omitempty"`   // 200 when 0
	Answer   string   `json:"answer,omitempty"`   // the whole answer, less its last line end; empty: not compared
	Contains []string `json:"contains,omitempty"` // what must stand somewhere in it
}

func (c Check) String() string {
	return strings.TrimSpace(strings.TrimSpace(cmp.Or(c.Method, http.MethodPost)+" /"+c.Path) + " " + c.Body)
}

const (
	questionTimeout = 15 * time.Second // a function says 504 itself after 10 s
	answerLimit     = 8 << 20
)

// answer is what a function said. Without a version it did not come from a function.
type answer struct {
	status  int
	version string
	body    string
	wait    time.Duration // Retry-After
}

var client = &http.Client{
	Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Second},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func ask(ctx context.Context, base, name string, c Check, timeout time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, cmp.Or(c.Method, http.MethodPost), strings.TrimRight(base, "/")+"/function/"+name+"/"+c.Path, strings.NewReader(c.Body))
	if err != nil {
		return answer{}, err
	}
	q.Header.Set("User-Agent", "calculator-live")
	q.Header.Set("Cache-Control", "no-cache")
	if c.Type != "" {
		q.Header.Set("Content-Type", c.Type)
	}
	reply, err := client.Do(q)
	if err != nil {
		return answer{}, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(io.LimitReader(reply.Body, answerLimit))
	if err != nil {
		return answer{}, err
	}
	a := answer{status: reply.StatusCode, version: reply.Header.Get("X-Calculator-Version"), body: string(body)}
	if s, err := strconv.Atoi(reply.Header.Get("Retry-After")); err == nil && s > 0 {
		a.wait = time.Duration(s) * time.Second
	}
	return a, nil
}

// wrongAnswer is final: the right version said something else than the catalogue.
type wrongAnswer struct{ error }

// compare judges an answer. Errors other than wrongAnswer may pass with time.
func (c Check) compare(a answer, version string) error {
	switch {
	case a.version == "":
		return fmt.Errorf("no function answered: status %d %q without X-Calculator-Version", a.status, shorten(a.body))
	case version != "" && a.version != version:
		return fmt.Errorf("still answers as version %s, not %s", a.version, version)
	case a.status == http.StatusTooManyRequests && c.Status != a.status:
		return errors.New("busy: 429")
	case a.status != cmp.Or(c.Status, http.StatusOK):
		return wrongAnswer{fmt.Errorf("%s: status %d, want %d: %s", c, a.status, cmp.Or(c.Status, http.StatusOK), shorten(a.body))}
	}
	got := strings.TrimSuffix(strings.TrimSuffix(a.body, "\n"), "\r")
	if c.Answer != "" && got != c.Answer {
		return wrongAnswer{fmt.Errorf("%s: %q, want %q", c, shorten(got), shorten(c.Answer))}
	}
	for _, part := range c.Contains {
		if !strings.Contains(got, part) {
			return wrongAnswer{fmt.Errorf("%s: %q, want %s in it", c, shorten(got), part)}
		}
	}
	return nil
}

func shorten(s string) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 160 {
		return string(r[:100]) + " … " + string(r[len(r)-40:])
	}
	return s
}

// anyAnswer is asked of a function that has no checks: only its version counts.
var anyAnswer = Check{Body: "1", Type: "text/plain"}

// right waits until a function answers every check with the version asked for, at most l.ready. It returns how many
// answers were right.
func (l *live) right(ctx context.Context, base, name, version string, checks []Check) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, l.ready)
	defer cancel()
	if len(checks) == 0 {
		return 0, l.patiently(ctx, base, name, anyAnswer, func(a answer) error {
			if a.version == "" || version != "" && a.version != version {
				return anyAnswer.compare(a, version)
			}
			return nil
		})
	}
	for i, c := range checks {
		if err := l.patiently(ctx, base, name, c, func(a answer) error { return c.compare(a, version) }); err != nil {
			return i, err
		}
	}
	return len(checks), nil
}

func (l *live) patiently(ctx context.Context, base, name string, c Check, judge func(answer) error) error {
	var last error
	for {
		a, err := ask(ctx, base, name, c, questionTimeout)
		if err == nil {
			err = judge(a)
		}
		var wrong wrongAnswer
		if err == nil || errors.As(err, &wrong) {
			return err
		}
		if last == nil || ctx.Err() == nil { // the question that the end of the time cut off says nothing
			last = err
		}
		select {
		case <-time.After(max(l.poll, a.wait)):
		case <-ctx.Done():
			return fmt.Errorf("not right within %s: %w", l.ready, last)
		}
	}
}

// gapMeter asks a function all the time and adds up how long it did not answer.
type gapMeter struct {
	mu       sync.Mutex
	lastGood time.Time // when the last answer came
	failed   bool      // a question asked since then had no answer
	gap      time.Duration
	stop     context.CancelFunc
	asking   sync.WaitGroup
}

// probeTimeout bounds one question of the meter. One that was under way when the network went is never answered.
const probeTimeout = time.Second

func (l *live) measureGap(ctx context.Context, name string, c Check) *gapMeter {
	ctx, cancel := context.WithCancel(ctx)
	m := &gapMeter{lastGood: time.Now(), stop: cancel}
	m.asking.Go(func() {
		tick := time.NewTicker(l.poll)
		defer tick.Stop()
		for {
			m.asking.Go(func() { m.probe(ctx, l.gateway, name, c) })
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return m
}

func (m *gapMeter) probe(ctx context.Context, base, name string, c Check) {
	began := time.Now()
	a, err := ask(ctx, base, name, c, probeTimeout)
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	switch good := err == nil && a.version != ""; {
	case good && m.failed:
		m.gap += now.Sub(m.lastGood)
		m.failed = false
		m.lastGood = now
	case good:
		m.lastGood = now
	case began.After(m.lastGood): // else it began in a gap that is already counted, or before the last good answer
		m.failed = true
	}
}

// end stops asking. A gap that is still open is counted until now.
func (m *gapMeter) end() time.Duration {
	m.stop()
	m.asking.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failed {
		m.gap += time.Since(m.lastGood)
	}
	return m.gap
}
