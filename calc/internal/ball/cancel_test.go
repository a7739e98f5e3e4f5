package ball

import (
	"context"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// longWork is what takes seconds at 1,000,000 digits, in other functions than the ones before it.
var longWork = []struct {
	name string
	do   func(ctx context.Context, prec uint) error
}{
	{"exp", func(ctx context.Context, prec uint) error { _, err := Exp(ctx, root2(prec), prec); return err }},
	{"log", func(ctx context.Context, prec uint) error { _, err := Log(ctx, root2(prec), prec); return err }},
	{"sin", func(ctx context.Context, prec uint) error { _, err := Sin(ctx, root2(prec), prec); return err }},
	{"sin of 1e1000000", func(ctx context.Context, prec uint) error {
		x, err := FromRatio(ctx, big.NewInt(1), big.NewInt(1), 1_000_000, 4_000_000)
		if err == nil {
			_, err = Sin(ctx, x.mid(), prec)
		}
		return err
	}},
	{"atan", func(ctx context.Context, prec uint) error { _, err := Atan(ctx, root2(prec), prec); return err }},
	{"pow", func(ctx context.Context, prec uint) error {
		_, err := Pow(ctx, root2(prec), root2(prec), prec)
		return err
	}},
	{"root", func(ctx context.Context, prec uint) error { _, err := Root(ctx, root2(prec), 5, prec); return err }},
	{"quotient", func(ctx context.Context, prec uint) error {
		_, err := Quo(ctx, FromInt64(1), root2(prec), prec)
		return err
	}},
	{"π", func(ctx context.Context, prec uint) error {
		_, err := newConstant(0, chudnovsky).ball(ctx, prec)
		return err
	}},
	{"digits", func(ctx context.Context, prec uint) error {
		_, _, err := Digits(ctx, root2(prec).widen(pow2(-int64(prec))), int64(prec)/4)
		return err
	}},
}

var roots = map[uint]Ball{}

// root2 is √2 to prec bits, as an exact number.
func root2(prec uint) Ball {
	if x, ok := roots[prec]; ok {
		return x
	}
	x, err := Sqrt(context.Background(), FromInt64(2), prec)
	if err != nil {
		panic(err)
	}
	roots[prec] = x.mid()
	return roots[prec]
}

// The bound is generous, for busy machines; BenchmarkLatency tells the truth.
func TestContextStopsLongWork(t *testing.T) {
	const prec = 3_400_000
	root2(prec)
	for _, w := range longWork {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, w.do(ended, prec), context.Canceled, w.name)

		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		start := time.Now()
		err := w.do(ctx, prec)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded, w.name)
		require.Less(t, time.Since(start), 2*time.Second, w.name)
	}
}

// A watched context notes the longest time between two looks at it.
type watched struct {
	context.Context
	last    time.Time
	longest time.Duration
}

func (w *watched) Err() error {
	now := time.Now()
	w.longest = max(w.longest, now.Sub(w.last))
	w.last = now
	return w.Context.Err()
}

// BenchmarkLatency prints the longest time in which a function does not look at its context: as long as that it may go on after
// the context has ended. The goal is 10 ms at 100,000 digits, 50 ms above.
func BenchmarkLatency(b *testing.B) {
	for _, digits := range []int{10_000, 100_000, 1_000_000} {
		prec := uint(float64(digits) * 3.3219281)
		root2(prec)
		for _, w := range longWork {
			if digits > 100_000 && w.name != "sin of 1e1000000" && w.name != "digits" && w.name != "π" {
				continue
			}
			b.Run(fmt.Sprintf("digits=%d/%s", digits, w.name), func(b *testing.B) {
				ctx := &watched{Context: b.Context(), last: time.Now()}
				for b.Loop() {
					require.NoError(b, w.do(ctx, prec))
					_ = ctx.Err()
				}
				b.ReportMetric(float64(ctx.longest.Microseconds())/1000, "ms-latency")
			})
		}
	}
}
