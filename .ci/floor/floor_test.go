package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const stream = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}
{"Action":"output","Package":"q","Output":"?   q [no test files]\n"}
{"Action":"skip","Package":"q"}
`

const failing = `{"Action":"output","Package":"p","Test":"TestC","Output":"want 3\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
`

func TestWhatTurnsTheCommandRed(t *testing.T) {
	good := map[string]string{"floor.txt": "all 1 # comment\np 1\n", "skips.txt": "p TestB\n", "untested.txt": "q\n"}
	for name, c := range map[string]struct {
		file, content, stream, says string
	}{
		"nothing":               {"", "", stream, ""},
		"a failing test":        {"", "", stream + failing, "p fails"},
		"a build that fails":    {"", "", stream + `{"Action":"build-fail","ImportPath":"r [r.test]"}` + "\n", "r fails"},
		"an unexpected skip":    {"skips.txt", "", stream, "TestB was skipped"},
		"a package untested":    {"untested.txt", "", stream, "q has no tests"},
		"fewer tests":           {"floor.txt", "all 2\n", stream, "all: 1 tests passed, and there were 2 before"},
		"a package that shrank": {"floor.txt", "all 1\np 2\n", stream, "p: 1 tests passed"},
		"a package gone":        {"floor.txt", "all 1\nz 1\n", stream, "z: 0 tests passed"},
		"no floor":              {"floor.txt", "", stream, `no line "all"`},
		"no test at all":        {"", "", "", "all: 0 tests passed"},
		"something else":        {"", "", "go: cannot find main module\n", "not go test -json"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for f, content := range good {
				require.NoError(t, os.WriteFile(filepath.Join(dir, f), []byte(content), 0o600))
			}
			if c.file != "" {
				require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o600))
			}
			var out bytes.Buffer
			problems, err := judge(strings.NewReader(c.stream), &out, dir, false)
			require.NoError(t, err)
			if c.says == "" {
				require.Empty(t, problems)
				require.Equal(t, "1 passed, 0 failed, 1 skipped\n", out.String())
				return
			}
			require.Contains(t, strings.Join(problems, "\n"), c.says)
			require.NotContains(t, out.String(), "noise")
			if c.stream == stream+failing {
				require.Contains(t, out.String(), "want 3")
			}
		})
	}
}

func TestUpdateWritesWhatItCounted(t *testing.T) {
	dir := t.TempDir()
	_, err := judge(strings.NewReader(stream), &bytes.Buffer{}, dir, true)
	require.NoError(t, err)
	m, err := list(filepath.Join(dir, "floor.txt"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"all": "1", "p": "1"}, m)
}

// A machine that has what another lacks sets no floor for it.
func TestWhatMayBeSkippedIsNotCounted(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "skips.txt"), []byte("p TestB\n"), 0o600))
	passes := strings.ReplaceAll(stream, `"skip","Package":"p"`, `"pass","Package":"p"`) + `{"Action":"pass","Package":"p","Test":"TestB/deep"}` + "\n"
	var out bytes.Buffer
	_, err := judge(strings.NewReader(passes), &out, dir, true)
	require.NoError(t, err)
	require.Equal(t, "3 passed", strings.Split(out.String(), ",")[0])
	m, err := list(filepath.Join(dir, "floor.txt"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"all": "1", "p": "1"}, m)
}
