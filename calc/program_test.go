package calc

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shown is a computation from text to text: the result, or what is wrong.
func shown(t *testing.T, text string, c Context) (string, Result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	x, err := ParseExpression(text, c.Limits)
	if err != nil {
		return err.Error(), Result{}
	}
	r, err := Evaluate(ctx, x, c)
	if err != nil {
		return err.Error(), Result{}
	}
	shown, err := r.Text(Auto, c.Limits)
	require.NoError(t, err)
	return shown, r
}

// The tables of the README, line by line: `this` is `that`, and | `this` | `that` or a reason |.
func TestTablesOfTheReadmeAreTrue(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(readme), "\n## Expressions\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")

	claims := regexp.MustCompile("`([^`]+)` is `([^`]+)`").FindAllStringSubmatch(section, -1)
	require.Greater(t, len(claims), 15)
	for _, claim := range claims {
		got, r := shown(t, claim[1], Context{})
		require.Equal(t, claim[2], got, claim[1])
		require.True(t, r.Exact, claim[1])
	}
	_, compared, ok := strings.Cut(section, "shown instead |\n|---|---|---|\n")
	require.True(t, ok)
	rows := 0
	for line := range strings.Lines(compared) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(line, "|")
		text, want := strings.Trim(cells[1], " `"), strings.TrimSpace(cells[2])
		got, _ := shown(t, text, Context{})
		if value, isValue := strings.CutPrefix(want, "`"); isValue {
			require.Equal(t, strings.TrimSuffix(value, "`"), got, text)
		} else {
			require.Equal(t, text+": "+want, got)
		}
		rows++
	}
	require.Greater(t, rows, 8)
}
