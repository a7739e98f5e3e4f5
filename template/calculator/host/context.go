package host

import (
	"context"
	"sync"
	"time"
)

// A callContext is the context of one request's work: the request's with a deadline, and what is done when the function does not
// return in spite of it. It is what context.WithDeadline and a second timer would be, with one timer and no channel until somebody asks for
// one: a short computation only looks at Err.
type callContext struct {
	context.Context // the request's, which ends when the caller has gone
	at              time.Time
	first           *time.Timer

	mu      sync.Mutex
	err     error         // once it has ended
	done    chan struct{} // once it has been asked for
	unwatch func() bool
	expired bool          // the deadline has passed
	late    time.Duration // how long after it overdue is called
	overdue func()        // while the function runs
	second  *time.Timer
	called  sync.WaitGroup
}

// withDeadline starts the time. At the deadline the context ends.
func withDeadline(ctx context.Context, at time.Time) *callContext {
	c := &callContext{Context: ctx, at: at}
	c.first = time.AfterFunc(time.Until(at), c.expire)
	return c
}

func (c *callContext) expire() {
	c.end(context.DeadlineExceeded)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expired = true
	c.wait()
}

// watch says that the function is called now: overdue is called so long after the deadline, unless stop has been called by then.
func (c *callContext) watch(late time.Duration, overdue func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late, c.overdue = late, overdue
	c.wait()
}

// wait starts the second timer where the deadline has passed while the function runs; c.mu is held.
func (c *callContext) wait() {
	if overdue := c.overdue; c.expired && overdue != nil {
		c.called.Add(1)
		c.second = time.AfterFunc(c.late, func() { defer c.called.Done(); overdue() })
	}
}

// stop ends the context when the function has returned. It reports whether overdue was called, which has returned too then.
func (c *callContext) stop() bool {
	inTime := c.first.Stop()
	c.end(context.Canceled)
	if inTime {
		return false
	}
	c.mu.Lock()
	c.overdue = nil
	second := c.second
	c.mu.Unlock()
	if second == nil || second.Stop() {
		return false
	}
	c.called.Wait()
	return true
}

// end ends the context, if it has not ended.
func (c *callContext) end(err error) {
	c.mu.Lock()
	unwatch := c.unwatch
	if c.err == nil {
		c.err = err
		if c.done != nil {
			close(c.done)
		}
	}
	c.mu.Unlock()
	if unwatch != nil {
		unwatch()
	}
}

// Deadline is when it ends.
func (c *callContext) Deadline() (time.Time, bool) { return c.at, true }

// Err is why it has ended, if it has.
func (c *callContext) Err() error {
	c.mu.Lock()
	err := c.err
	c.mu.Unlock()
	if err == nil {
		if err = c.Context.Err(); err != nil {
			c.end(err)
		}
	}
	return err
}

// Done is closed when it ends.
func (c *callContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		} else {
			c.unwatch = context.AfterFunc(c.Context, func() { c.end(c.Context.Err()) })
		}
	}
	return c.done
}

// Value is the request's, but for what package context keeps there for itself: that would be the end of the request's context and not
// of this one.
func (c *callContext) Value(key any) any {
	value := c.Context.Value(key)
	if _, own := value.(context.Context); own {
		return nil
	}
	return value
}
