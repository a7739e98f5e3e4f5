package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"calculator/calc/catalogue"
)

// Every shape of every function is a request that the limits of a request allow, whatever its place on the axes.
func TestShapesAreRequestsWithinTheLimits(t *testing.T) {
	for _, o := range catalogue.All {
		shapes := shapesOf(o)
		require.NotEmpty(t, shapes, o.Name)
		names := map[string]bool{}
		for _, s := range shapes {
			require.False(t, names[s.name], "%s: %s", o.Name, s.name)
			names[s.name] = true
			for _, place := range []func(int) int{func(int) int { return 0 }, func(n int) int { return n / 2 }, func(n int) int { return n - 1 }} {
				var at []string
				for _, a := range s.axes {
					require.NotEmpty(t, a.values)
					at = append(at, a.values[place(len(a.values))])
				}
				q := s.make(at)
				require.NotEmpty(t, q.body, "%s: %s %v", o.Name, s.name, at)
				require.LessOrEqual(t, len(q.body), 1<<20, "%s: %s %v", o.Name, s.name, at)
			}
		}
	}
}

func TestLimitIsThatOfTheStack(t *testing.T) {
	require.Equal(t, int64(128<<20), stackLimit(t))
	file := filepath.Join(t.TempDir(), "stack.yml")
	require.NoError(t, os.WriteFile(file, []byte("functions:\n"), 0o600))
	_, err := memoryLimit(file)
	require.ErrorContains(t, err, "has no line memory")
}

func TestBadArgumentsAreSentences(t *testing.T) {
	for argument, want := range map[string]string{"-only=modulo": "there is no such function", "-shapes=(": "missing closing"} {
		require.ErrorContains(t, run(t.Context(), []string{argument}, new(bytes.Buffer)), want)
	}
}

// TestManyHeavyRequestsAtOnceAreNotKilled asks what is heavy of multiply many at once in a control group with the limit of stack.yml, which kills what passes it.
func TestManyHeavyRequestsAtOnceAreNotKilled(t *testing.T) {
	g, err := newGroup(stackLimit(t))
	if err != nil {
		t.Skipf("needs root and a control group for memory: %v", err)
	}
	g.remove()
	p := begin(t, "multiply")
	p.Stop()
	s := &search{dir: images.dir, limit: stackLimit(t), confined: true, out: new(bytes.Buffer), settings: []string{"exec_timeout=2s"}, lasts: 3 * time.Second, rests: 25 * time.Second}
	var heavy []found
	for _, shape := range shapesOf(catalogue.Multiply) {
		at := make([]string, len(shape.axes))
		for i, a := range shape.axes {
			at[i] = a.values[len(a.values)-2]
		}
		heavy = append(heavy, found{shape: shape.name, at: at, request: shape.make(at)})
	}
	s.atOnce(t.Context(), "multiply", heavy, 64)
	t.Log(s.out)
	require.Empty(t, s.wrong)
}
