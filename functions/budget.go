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
type budget struct{ room *semaphore.Weighted }

func newBudget(bytes int64) *budget { return &budget{semaphore.NewWeighted(bytes)} }

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
