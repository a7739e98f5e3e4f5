package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/openfaas/faas-provider/logs"
)

// keptLines is how many lines of a function's log are kept.
const keptLines = 1000

// lines is a function's log: the last lines written to it, for those who ask, and the coming ones for those who follow.
type lines struct {
	mu      sync.Mutex
	last    []logs.Message // at most keptLines, the oldest first
	changed chan struct{}  // closed at the next line
	total   int            // lines ever written
}

func newLines() *lines { return &lines{changed: make(chan struct{})} }

// Write takes whole lines; it never fails.
func (l *lines) Write(text []byte) (int, error) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range bytes.Lines(text) {
		if len(l.last) == keptLines {
			l.last = append(l.last[:0], l.last[1:]...)
		}
		l.last = append(l.last, logs.Message{Timestamp: now, Text: string(bytes.TrimRight(line, "\n"))})
		l.total++
	}
	close(l.changed)
	l.changed = make(chan struct{})
	return len(text), nil
}

// since returns the kept lines from number n on, the number of the next one, and what is closed when it comes.
func (l *lines) since(n int) ([]logs.Message, int, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.total - len(l.last)
	return append([]logs.Message{}, l.last[max(n-first, 0):]...), l.total, l.changed
}

// Query sends the lines of a function's log that are asked for, and with Follow those that come until ctx ends.
func (g *gateway) Query(ctx context.Context, r logs.Request) (<-chan logs.Message, error) {
	f := g.find(r.Name)
	if f == nil {
		return nil, fmt.Errorf("no function %q", r.Name)
	}
	out := make(chan logs.Message)
	go func() {
		defer close(out)
		for from, first := 0, true; ; first = false {
			f.host.Flush()
			batch, next, changed := f.log.since(from)
			from = next
			if first && r.Tail > 0 && len(batch) > r.Tail {
				batch = batch[len(batch)-r.Tail:]
			}
			for _, m := range batch {
				if r.Since != nil && m.Timestamp.Before(*r.Since) {
					continue
				}
				m.Name, m.Namespace, m.Instance = r.Name, namespace, r.Name
				select {
				case out <- m:
				case <-ctx.Done():
					return
				}
			}
			if !r.Follow {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}
