package functions

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"calculator/calc"
)

const (
	// budgetBytes is the memory that all computations of a process may be expected to use at once.
	budgetBytes = 48 << 20
	// Below both of these a computation is cheap, and takes nothing from the budget.
	cheapBytes = 1 << 20
	cheapTime  = time.Millisecond
)

// A budget keeps the computations of a process, together, within its memory: each takes what it is expected to use, and waits for
// it in turn.
type budget struct {
	room *semaphore.Weighted
	long *semaphore.Weighted // of one: the text that is long
}

func newBudget(bytes int64) *budget {
	return &budget{semaphore.NewWeighted(bytes), semaphore.NewWeighted(1)}
}

// shared is the budget of this process.
var shared = newBudget(budgetBytes)

// take waits until there is room for a computation, and returns how to give it back. What is expected to need more than there is runs alone.
func (b *budget) take(ctx context.Context, c calc.Cost) (release func(), err error) {
	if c.Bytes <= cheapBytes && c.Time <= cheapTime {
		return nothing, nil
	}
	weight := min(max(c.Bytes, cheapBytes), budgetBytes)
	if err := b.room.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { b.room.Release(weight) }, nil
}

func nothing() {}

// bytesPerByte is what a byte of an expression takes once it is read and computed with: its nodes, their places, what is known of each. A
// product of 9,900 square roots, 114 KB, takes 27 MiB.
const bytesPerByte = 300

// A share is the room of a text and of the computations in it.
type share struct {
	*budget
	held int64 // for the text
}

// text waits until there is room to read an expression of so many bytes. Short ones are as cheap as they are short. Of long ones there is one at a
// time: it takes more for each computation while it holds what its text takes, and two that do so might wait for one another.
func (b *budget) text(ctx context.Context, size int) (*share, error) {
	s := &share{budget: b}
	weight := min(int64(size)*bytesPerByte, budgetBytes)
	if weight <= cheapBytes {
		return s, nil
	}
	if err := b.long.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	if err := b.room.Acquire(ctx, weight); err != nil {
		b.long.Release(1)
		return nil, err
	}
	s.held = weight
	return s, nil
}

// take is budget's, less where the text itself has taken most of it.
func (s *share) take(ctx context.Context, c calc.Cost) (release func(), err error) {
	c.Bytes = min(c.Bytes, budgetBytes-s.held)
	if s.held > 0 && budgetBytes-s.held < cheapBytes {
		return nothing, nil
	}
	return s.budget.take(ctx, c)
}

// end gives back what the text took.
func (s *share) end() {
	if s.held > 0 {
		s.room.Release(s.held)
		s.long.Release(1)
	}
}
