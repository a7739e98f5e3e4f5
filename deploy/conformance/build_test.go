package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/deploy/internal/image"
)

// images are the functions' binaries.
var images struct {
	once sync.Once
	dir  string
	err  error
}

// TestMain removes them: every test may use them, so none may.
func TestMain(m *testing.M) {
	status := m.Run()
	if images.dir != "" {
		_ = os.RemoveAll(images.dir)
	}
	os.Exit(status)
}

// binary is the path of a function's.
func binary(t *testing.T, name string) string {
	t.Helper()
	images.once.Do(func() {
		if images.dir, images.err = os.MkdirTemp("", "calculator-images-"); images.err == nil {
			images.err = image.Build(t.Context(), "../..", images.dir, "0123abc")
		}
	})
	require.NoError(t, images.err)
	return filepath.Join(images.dir, name)
}
