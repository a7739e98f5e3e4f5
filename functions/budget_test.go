package functions

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	handler "github.com/openfaas/templates-sdk/go-http"
	"github.com/stretchr/testify/require"

	"calculator/calc"
	"calculator/calc/catalogue"
)

func TestCheapWorkTakesNothingFromTheBudget(t *testing.T) {
	b := newBudget(budgetBytes)
	require.True(t, b.room.TryAcquire(budgetBytes))
	release, err := b.take(context.Background(), calc.Cost{Bytes: cheapBytes, Time: cheapTime})
	require.NoError(t, err)
	release()
}

func TestDearWorkTakesItsWeight(t *testing.T) {
	for cost, weight := range map[calc.Cost]int64{
		{Bytes: 10 << 20}:               10 << 20,
		{Bytes: 1, Time: time.Second}:   cheapBytes,
		{Bytes: 1 << 40}:                budgetBytes,
		{Bytes: cheapBytes + 1}:         cheapBytes + 1,
		{Bytes: 0, Time: cheapTime + 1}: cheapBytes,
	} {
		b := newBudget(budgetBytes)
		release, err := b.take(context.Background(), cost)
		require.NoError(t, err)
		require.False(t, b.room.TryAcquire(budgetBytes-weight+1), "%+v", cost)
		require.True(t, b.room.TryAcquire(budgetBytes-weight), "%+v", cost)
		b.room.Release(budgetBytes - weight)
		release()
		require.True(t, b.room.TryAcquire(budgetBytes), "given back")
	}
}

// heavy is a request whose estimate is above the bounds.
func heavy(ctx context.Context) handler.Request {
	r := handler.Request{Method: "POST", Body: []byte("2"), QueryString: "precision=10000", Header: map[string][]string{"Accept": {"application/json"}}}
	r.WithContext(ctx)
	return r
}

func TestNoRoomWithinTheDeadlineIsSaid(t *testing.T) {
	b := newBudget(budgetBytes)
	require.True(t, b.room.TryAcquire(budgetBytes))
	f := newFunction(catalogue.Log, defaults(), b)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	began := time.Now()
	got, err := f.handle(heavy(ctx))
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(began), 25*time.Millisecond, "it waits its turn")
	require.Equal(t, 429, got.StatusCode, string(got.Body))
	require.Equal(t, "1", got.Header.Get("Retry-After"))
	var d document
	require.NoError(t, json.Unmarshal(got.Body, &d))
	require.Equal(t, "too-many-requests", d.Type)

	go func() { time.Sleep(10 * time.Millisecond); b.room.Release(budgetBytes) }()
	got, err = f.handle(heavy(context.Background()))
	require.NoError(t, err)
	require.Equal(t, 200, got.StatusCode, "its turn came")
	require.True(t, b.room.TryAcquire(budgetBytes), "what it took is given back")
}

func TestWhatFailsGivesItsShareBack(t *testing.T) {
	b := newBudget(budgetBytes)
	for _, o := range []*catalogue.Operation{catalogue.Log, catalogue.Root} {
		r := heavy(context.Background())
		r.Body = []byte("-2")
		got, err := newFunction(o, defaults(), b).handle(r)
		require.NoError(t, err)
		require.Equal(t, 422, got.StatusCode)
		require.True(t, b.room.TryAcquire(budgetBytes))
		b.room.Release(budgetBytes)
	}
}

// What a long expression becomes is there before its cost is known: 64 of them at once took a container's memory.
func TestLongTextsTakeTheirShareOneAtATime(t *testing.T) {
	b := newBudget(budgetBytes)
	require.True(t, b.room.TryAcquire(budgetBytes))
	short, err := b.text(t.Context(), cheapBytes/bytesPerByte)
	require.NoError(t, err, "a short one takes nothing")
	short.end()
	b.room.Release(budgetBytes)

	const size = 100_000
	long, err := b.text(t.Context(), size)
	require.NoError(t, err)
	require.False(t, b.room.TryAcquire(budgetBytes-size*bytesPerByte+1))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = b.text(ctx, size)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	release, err := long.take(t.Context(), calc.Cost{Bytes: budgetBytes})
	require.NoError(t, err, "with what the text has left, not more than there is")
	require.False(t, b.room.TryAcquire(1))
	release()
	long.end()

	all, err := b.text(t.Context(), 1<<20)
	require.NoError(t, err)
	release, err = all.take(t.Context(), calc.Cost{Bytes: budgetBytes})
	require.NoError(t, err)
	release()
	all.end()
	require.True(t, b.room.TryAcquire(budgetBytes), "given back")
	require.True(t, b.long.TryAcquire(1))
}
