package ball

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tables and constants are made by whoever needs them first, at whatever precision, while others use what is there.
func TestConstantsAndTablesAreMadeTogether(t *testing.T) {
	functions := []func(context.Context, Ball, uint) (Ball, error){Exp, Log, Sin, Cos, Tan, Atan, Asinh}
	constants := []func(context.Context, uint) (Ball, error){Pi, Ln2}
	precisions := []uint{64, 200, 113, 3000, 90, 700, 5000, 128}
	x, err := FromRatio(t.Context(), FromInt64(3).man, FromInt64(7).man, 0, 6000)
	require.NoError(t, err)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range precisions {
				prec := precisions[(i+j)%len(precisions)]
				for _, f := range functions {
					y, err := f(t.Context(), x, prec)
					wide, _ := f(t.Context(), x, prec+64)
					if err != nil || !y.Overlaps(wide) {
						t.Errorf("at %d bits: %v", prec, err)
					}
				}
				for _, c := range constants {
					y, err := c(t.Context(), prec)
					wide, _ := c(t.Context(), prec+64)
					if err != nil || !y.Overlaps(wide) {
						t.Errorf("a constant at %d bits: %v", prec, err)
					}
				}
			}
		})
	}
	wait.Wait()
}

// Beyond its limit a constant is computed, and what is kept stays.
func TestConstantsAreKeptUpToTheirLimit(t *testing.T) {
	const limit = 2000
	c := newConstant(limit, chudnovsky)
	for _, prec := range []uint{100, 1500, limit, 5000, 1000} {
		y, err := c.ball(t.Context(), prec)
		require.NoError(t, err)
		pi, err := Pi(t.Context(), prec+64)
		require.NoError(t, err)
		require.True(t, y.Contains(pi), prec)
		require.LessOrEqual(t, c.kept.Load().wp, uint(limit))
	}
	require.GreaterOrEqual(t, c.kept.Load().wp, uint(1500))
	for _, c := range []*constant{piConstant, ln2Constant} {
		require.EqualValues(t, keepBits, c.limit)
	}
}
