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

// A message names the part of the expression that it is about, with the parentheses that belong to it, and the place.
func TestAMessageNamesThePartAndItsPlace(t *testing.T) {
	for text, want := range map[string]struct {
		message  string
		position int
	}{
		"1 + sqrt(-2)*3":             {"sqrt(-2): square root of a negative number", 4},
		"(-8)^(1/3)":                 {"(-8)^(1/3): a negative base with an exponent that is not an integer has no real power", 1},
		"2*(3/(1 - 1))":              {"3/(1 - 1): division by zero", 3},
		"ln(2) + 1/(sqrt(4) - 2)":    {"1/(sqrt(4) - 2): division by zero", 8},
		"tan(90°)":                   {"tan(90°): the tangent has a pole there", 0},
		"9^9^9^9":                    {"9^9^9: the result is too large: beyond 1e1000000 (max_exponent)", 2},
		"gcd(1/2, 3)":                {"gcd(1/2, 3): an operand is not an integer", 0},
		"5 mod (pi - pi)":            {"5 mod (pi - pi): division by zero", 0},
		"1e1000001 + 1":              {"1e1000001: an operand is too large: beyond 1e1000000 (max_exponent)", 0},
		"1/(atan(e)+atan(1/e)-pi/2)": {"1/(atan(e)+atan(1/e)-pi/2): whether the divisor is zero: it is within 1e-1000 of that, and the limits do not allow to decide it", 0},
	} {
		x, err := ParseExpression(text, Limits{})
		if err == nil {
			_, err = Evaluate(t.Context(), x, Context{})
		}
		var problem *Error
		require.ErrorAs(t, err, &problem, text)
		require.Equal(t, want.message, problem.Error(), text)
		require.Equal(t, want.position, problem.Position, text)
	}
}

// Where nothing decides, the answer says how near the value is to what is shown; a mode that needs to know more is told so.
func TestWhatStaysOpenIsSaid(t *testing.T) {
	const open = "atan(e) + atan(1/e) - pi/2"
	text, r := shown(t, open, Context{})
	require.Equal(t, "0", text)
	require.False(t, r.Exact)
	require.Equal(t, "1e-1000", r.ErrorBound)
	_, r = shown(t, "1 + "+open, Context{Precision: 600, Rounding: HalfUp})
	require.Equal(t, "1e-1200", r.ErrorBound)
	message, _ := shown(t, open, Context{Rounding: Ceiling})
	require.Contains(t, message, "whether the result is zero")
	// Below the digits shown the question does not matter.
	text, r = shown(t, "1/3 + "+open, Context{Precision: 10, Rounding: Up})
	require.Equal(t, "0.3333333334", text)
	require.Empty(t, r.ErrorBound)
	// Neither does it where large numbers cancel exactly.
	text, _ = shown(t, "(1e999999 + pi) - 1e999999", Context{Precision: 10})
	require.Equal(t, "3.141592654", text)
}

// What is wrong within a variable of another text names the variable, and the place is where it stands.
func TestProblemWithinVariableNamesIt(t *testing.T) {
	for _, c := range []struct {
		text, definition, message string
		position                  int
	}{
		{"12*ans", "1/0", "1/0 in ans: division by zero", 3},
		{"ans", "ln(0)+1", "ln(0) in ans: logarithm of zero", 0},
		{"|ans|+√ans", "1e9999999", "1e9999999 in ans: an operand is too large: beyond 1e1000000 (max_exponent)", 1},
	} {
		s := Scope{}
		require.NoError(t, s.Define(map[string]string{"ans": c.definition, "y": "ans*2"}))
		for _, text := range []string{c.text, strings.ReplaceAll(c.text, "ans", "y")} {
			x, _, err := s.Parse(text)
			if err == nil {
				_, err = Evaluate(t.Context(), x, Context{})
			}
			var problem *Error
			require.ErrorAs(t, err, &problem, text)
			require.Equal(t, c.position, problem.Position, text)
			require.Contains(t, []string{c.message, strings.ReplaceAll(c.message, "in ans", "in y")}, problem.Error())
		}
	}
	// A name of the same text stands where it was given its value; one of a line before too.
	message, _ := shown(t, "x = 1/0; 12x", Context{})
	require.Equal(t, "1/0: division by zero", message)
	s := Scope{}
	_, _, err := s.Parse("a = 1/0; b = 2")
	require.NoError(t, err)
	x, _, err := s.Parse("b + a")
	require.NoError(t, err)
	_, err = Evaluate(t.Context(), x, Context{})
	require.EqualError(t, err, "1/0 in a: division by zero")
}

// In a sum of thousands of terms they would add up, also where another sum stands for it since some terms are rational.
func TestLongEnclosuresOfTermsAreForgotten(t *testing.T) {
	for _, text := range []string{"sqrt(2) + sqrt(3) + sqrt(5)", "sqrt(2) + 1 + sqrt(3) + sqrt(4)", "sqrt(2) + 1e1000000 + sqrt(3) + 1e-1000000",
		"tan(exp(2)) + sin(exp(3)) + atan2(exp(5), pi) + hypot(sqrt(2), pi)"} {
		x, err := ParseExpression(text, Limits{})
		require.NoError(t, err)
		_, err = Evaluate(t.Context(), x, Context{Precision: 1000})
		require.NoError(t, err)
		for _, term := range x.n.args {
			for _, n := range append(term.args, term) {
				if n.state != nil && n.state.known.kind != isRational && n.op != opPi {
					require.LessOrEqual(t, n.state.prec, uint(sketchAbove), "%s: %s", text, n.op.name)
				}
			}
		}
	}
}
