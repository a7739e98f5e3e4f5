package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAChangeFitsExactlyOnce(t *testing.T) {
	changes, err := parse("# why\nsum: f.go ./p\n-\ta + b\n+\ta - b\n\nother: g.go ./q\n-x\n-y\n")
	require.NoError(t, err)
	require.Len(t, changes, 2)
	got, err := changes[0].apply("one\n\t\ta + b\nlast\n")
	require.NoError(t, err)
	require.Equal(t, "one\n\ta - b\nlast\n", got)
	got, err = changes[1].apply("x\nx\ny\n")
	require.NoError(t, err)
	require.Equal(t, "x\n", got)
	_, err = changes[0].apply("a + b\na + b\n")
	require.ErrorContains(t, err, "twice")
	_, err = changes[0].apply("a - b\n")
	require.ErrorContains(t, err, "not there any more")
}

// Said here at once, and not only by the run that takes minutes.
func TestEveryChangeStillFits(t *testing.T) {
	text, err := os.ReadFile("changes.txt")
	require.NoError(t, err)
	changes, err := parse(string(text))
	require.NoError(t, err)
	for _, c := range changes {
		source, err := os.ReadFile(filepath.Join("../..", c.file))
		require.NoError(t, err, c.name)
		_, err = c.apply(string(source))
		require.NoError(t, err, c.name)
	}
}

func TestATableThatIsWrong(t *testing.T) {
	for _, text := range []string{"-x\n", "sum f.go ./p\n-x\n", "sum: f.go\n-x\n", "sum: f.go ./p\n", "a: f ./p\n-x\na: f ./p\n-x\n"} {
		_, err := parse(text)
		require.Error(t, err, text)
	}
}

func TestOnlyAFailingTestOfThePackageIsRed(t *testing.T) {
	c := change{red: "./calc/catalogue"}
	require.NoError(t, c.judge([]byte(`{"Action":"fail","Package":"calculator/calc/catalogue","Test":"TestX"}`), false))
	require.ErrorContains(t, c.judge(nil, true), "stay green")
	require.ErrorContains(t, c.judge([]byte(`{"Action":"fail","Package":"calculator/calc","Test":"TestX"}`), false), "not ./calc/catalogue")
	require.ErrorContains(t, c.judge([]byte(`{"Action":"build-fail","ImportPath":"calculator/calc"}`), false), "does not compile")
}
