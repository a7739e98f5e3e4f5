package host

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func never(t *testing.T) func() { return func() { t.Error("it returned in time") } }

func TestCallContextIsOneOfPackageContext(t *testing.T) {
	type key struct{}
	type ending struct{ err, cause error }
	for name, c := range map[string]struct {
		deadline time.Duration
		end      func(cancelRequest context.CancelFunc, c *callContext)
		want     error
	}{
		"deadline":    {5 * time.Millisecond, func(context.CancelFunc, *callContext) {}, context.DeadlineExceeded},
		"caller gone": {time.Hour, func(cancel context.CancelFunc, _ *callContext) { cancel() }, context.Canceled},
		"returned":    {time.Hour, func(_ context.CancelFunc, c *callContext) { c.stop() }, context.Canceled},
	} {
		for _, asked := range []bool{true, false} { // for Done, before the end
			request, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
			defer cancel()
			at := time.Now().Add(c.deadline)
			ours := withDeadline(request, at)
			ours.watch(time.Hour, never(t))
			child, cancelChild := context.WithCancel(ours)
			defer cancelChild()
			if asked {
				require.NotNil(t, ours.Done())
				require.Equal(t, ours.Done(), ours.Done())
			}
			c.end(cancel, ours)
			<-ours.Done()
			<-child.Done()
			require.Equal(t, ending{c.want, c.want}, ending{ours.Err(), context.Cause(ours)}, "%s, asked %v", name, asked)
			require.Equal(t, ending{c.want, c.want}, ending{child.Err(), context.Cause(child)}, "%s, asked %v", name, asked)
			got, ok := ours.Deadline()
			require.True(t, ok)
			require.Equal(t, at, got)
			require.Equal(t, "kept", child.Value(key{}))
			require.False(t, ours.stop())
			require.ErrorIs(t, ours.Err(), c.want, "it ends once")
		}
	}
}

func TestErrAloneTellsThatTheCallerHasGone(t *testing.T) {
	request, cancel := context.WithCancel(t.Context())
	c := withDeadline(request, time.Now().Add(time.Hour))
	c.watch(0, never(t))
	require.NoError(t, c.Err())
	cancel()
	require.ErrorIs(t, c.Err(), context.Canceled)
	<-c.Done()
	require.False(t, c.stop())
	server := context.WithValue(t.Context(), http.ServerContextKey, new(http.Server))
	require.NotNil(t, withDeadline(server, time.Now()).Value(http.ServerContextKey))
}

func TestOverdueIsCalledOnceAndBeforeStopReturns(t *testing.T) {
	for i := range 50 {
		var calls, returned atomic.Int64
		c := withDeadline(t.Context(), time.Now().Add(time.Millisecond))
		if i%2 == 0 { // a function that is called after the deadline gets its time too
			time.Sleep(time.Millisecond)
		}
		c.watch(time.Millisecond, func() {
			calls.Add(1)
			time.Sleep(time.Millisecond)
			returned.Add(1)
		})
		time.Sleep(2 * time.Millisecond) // about when it is due: both ends of the race are taken
		overdue := c.stop()
		require.Equal(t, overdue, returned.Load() == 1)
		require.Equal(t, calls.Load(), returned.Load())
	}
}
