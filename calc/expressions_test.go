package calc

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExpressionsFromTheLiterature reads testdata/expressions.txt, whose values are not ours.
func TestExpressionsFromTheLiterature(t *testing.T) {
	text, err := os.ReadFile("testdata/expressions.txt")
	require.NoError(t, err)
	count := 0
	for block := range strings.SplitSeq(string(text), "\n\n") {
		var expression, want string
		for line := range strings.Lines(block) {
			switch line = strings.TrimSuffix(line, "\n"); {
			case strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "\t"):
				want = line[1:]
			default:
				expression = line
			}
		}
		if expression == "" {
			continue
		}
		count++
		t.Run(expression, func(t *testing.T) {
			got := ""
			x, err := ParseExpression(expression, Limits{})
			if err == nil {
				var r Result
				if r, err = Evaluate(t.Context(), x, Context{}); err == nil {
					got, err = r.Text(Auto, Limits{})
					require.Empty(t, r.ErrorBound, "it is decided")
					got += map[bool]string{true: " exact", false: " rounded"}[r.Exact]
				}
			}
			var problem *Error
			if errors.As(err, &problem) {
				got = "! " + problem.Kind.String()
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, want, got)
		})
	}
	require.GreaterOrEqual(t, count, 140)
}
