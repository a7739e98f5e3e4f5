package expression

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// TestTestdata parses the texts in testdata, which stand at the margin, and compares their trees, or errors after “!”, with
// the lines below them, which begin with a tab. A line that begins with # between two cases is a comment.
func TestTestdata(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var out, input, want []string
			flush := func() {
				if input == nil {
					return
				}
				text := strings.Join(input, "\n")
				got := answer(text)
				if !*update {
					require.Equal(t, want, got, text)
				}
				out = append(append(out, input...), got...)
				input, want = nil, nil
			}
			for line := range strings.Lines(string(data)) {
				line = strings.TrimSuffix(line, "\n")
				switch {
				case strings.HasPrefix(line, "\t"):
					want = append(want, line)
				case want != nil || input == nil && (line == "" || line[0] == '#'):
					flush()
					out = append(out, line)
				default:
					input = append(input, line)
				}
			}
			flush()
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(strings.Join(out, "\n")+"\n"), 0o644))
			}
		})
	}
}

func answer(text string) []string {
	p, err := Parse(text)
	if err != nil {
		return []string{"\t! " + err.Error()}
	}
	var lines []string
	for _, s := range p.Statements {
		if s.Name != "" {
			lines = append(lines, "\t(set "+s.Name+" "+list(s.Value)+")")
		} else {
			lines = append(lines, "\t"+list(s.Value))
		}
	}
	return lines
}

// list writes a tree as a list, the operation first.
func list(n *Node) string {
	switch n.Kind {
	case Number:
		return n.Literal.String()
	case Constant, Variable:
		return n.Name
	}
	parts := []string{n.Name}
	for _, arg := range n.Args {
		parts = append(parts, list(arg))
	}
	return "(" + strings.Join(parts, " ") + ")"
}

func parseError(t *testing.T, text string) *Error {
	t.Helper()
	_, err := Parse(text)
	var e *Error
	require.ErrorAs(t, err, &e)
	return e
}

func TestTextWithoutExpressionIsAnError(t *testing.T) {
	for _, text := range []string{"", "  ", "# only a comment", ";\n;"} {
		e := parseError(t, text)
		require.Equal(t, "an expression", e.Expected)
		require.Equal(t, utf8.RuneCountInString(text), e.Position)
		p, err := new(Scope).Parse(text)
		require.NoError(t, err, "a line may be empty")
		require.Nil(t, p.Answer())
	}
}

func TestNodesKnowTheirPlace(t *testing.T) {
	const text = "π² + −sin(30°)·|x|/7 ; x"
	runes := []rune(text)
	var s Scope
	require.NoError(t, s.Define(map[string]string{"x": "12"}))
	p, err := s.Parse(text)
	require.NoError(t, err)
	var places []string
	var visit func(n *Node)
	visit = func(n *Node) {
		places = append(places, string(runes[n.Start:n.End]))
		if n.Kind != Variable {
			for _, arg := range n.Args {
				visit(arg)
			}
		}
	}
	visit(p.Statements[0].Value)
	require.Equal(t, []string{
		"π² + −sin(30°)·|x|/7", "π²", "π", "²",
		"−sin(30°)·|x|/7", "−sin(30°)", "sin(30°)", "30°", "30",
		"|x|/7", "|x|", "x", "7",
	}, places)
}

func TestDefinitionsAreShared(t *testing.T) {
	p, err := Parse("x = sqrt(2); y = x*x; y + y")
	require.NoError(t, err)
	sum := p.Answer()
	require.Same(t, sum.Args[0].Args[0], sum.Args[1].Args[0])
	require.Same(t, p.Statements[1].Value, sum.Args[0].Args[0])
	require.Same(t, p.Statements[0].Value, p.Statements[1].Value.Args[0].Args[0])
	require.False(t, sum.Args[0].Foreign)
}

func TestLinesKnowTheNamesOfEarlierLines(t *testing.T) {
	var s Scope
	_, err := s.Parse("x = 3; y = 4")
	require.NoError(t, err)
	p, err := s.Parse("x + y")
	require.NoError(t, err)
	require.Equal(t, "(x+y)", p.String())
	require.True(t, p.Answer().Args[0].Foreign)
	_, err = s.Parse("z = 3; z +")
	require.Error(t, err)
	_, err = s.Parse("z")
	require.ErrorContains(t, err, "unknown name", "a line that fails names nothing")
	p, err = s.Parse("x = x + 1; x")
	require.NoError(t, err)
	require.Equal(t, "(x+1)", p.Answer().Args[0].String())
}

func TestVariablesAreDefinedInAnyOrder(t *testing.T) {
	var s Scope
	require.NoError(t, s.Define(map[string]string{"a": "b + 1", "b": "c^2 # squared\n", "c": "1/3"}))
	p, err := s.Parse("a - b")
	require.NoError(t, err)
	require.Same(t, p.Answer().Args[1].Args[0].Args[0], p.Answer().Args[0].Args[0].Args[0].Args[0])

	for _, c := range []struct {
		variables map[string]string
		want      string
	}{
		{map[string]string{"x": "x"}, "variable x: expected a definition that does not come back to its own name, found “x” (position 0)"},
		{map[string]string{"x": "1+y", "y": "2x"}, "variable y: expected a definition that does not come back to its own name, found “x” (position 1)"},
		{map[string]string{"x": "1+"}, "variable x: expected a value, found the end (position 2)"},
		{map[string]string{"x": ""}, "variable x: expected a value, found the end (position 0)"},
		{map[string]string{"x": "1;2"}, "variable x: expected the end of the definition, found “2” (position 2)"},
		{map[string]string{"2x": "1"}, "variable 2x: expected a name of letters, digits and underscores, found “2x” (position 0)"},
		{map[string]string{"": "1"}, "expected a name of letters, digits and underscores, found “” (position 0)"},
		{map[string]string{"pi": "3"}, "variable pi: expected a name that is free, found “pi”, a constant (position 0): give the value another name"},
		{map[string]string{"length": "1", "x": "lengh"}, "variable x: unknown name “lengh” (position 0): did you mean length?"},
	} {
		require.EqualError(t, new(Scope).Define(c.variables), c.want)
	}
}

// In the query of a URL 2+pi is 2 pi, which would be a product.
func TestBlankThatMultipliesIsNoticed(t *testing.T) {
	for text, blank := range map[string]int{"2pi": -1, "2 * pi": -1, "2 pi": 2, "1 + 2(3) (4)": 9, "x = 2; 3x x": 10, "sin (2)": -1, "|2| |3|": 4} {
		p, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, blank, p.Blank, text)
	}
	for text, blank := range map[string]bool{"1 2": true, "1e 5": true, "5% 3": true, "pi2 2": false, "(1)2": false, "1e": false, "2+*3": false} {
		require.Equal(t, blank, parseError(t, text).Blank, text)
	}
}

func TestLimitsHoldWithoutOverflow(t *testing.T) {
	repeat := strings.Repeat
	for _, text := range []string{
		repeat("(", 10_000) + "1" + repeat(")", 10_000),
		repeat("(", MaxLevels+1) + "1" + repeat(")", MaxLevels+1),
		repeat("-", 100_000) + "1", repeat("√", 100_000) + "1", "1" + repeat("%°", 100_000),
		repeat("2^", 100_000) + "1", repeat("2^-", 100_000) + "1", repeat("(2^", 50_000),
		repeat("|(", 50_000), repeat("sin(", 100_000), repeat("1+(", 100_000), repeat("7 mod ", 100_000) + "5",
		repeat("1+", 500_000) + "1", repeat("1*", 500_000) + "1", repeat("1/", 500_000) + "1", repeat("2 pi*", 200_000) + "1",
		repeat("x=1\n", 250_000) + "x", "x=1" + repeat("\nx=x+1", MaxLevels+1), "x=1" + repeat("\nx=x*x", MaxLevels+1),
		repeat("1+1%+", 10_000) + "1", "max(1" + repeat(",1", 500_000) + ")",
	} {
		e := parseError(t, text)
		require.Equal(t, TooLarge, e.Kind, short(text))
		require.LessOrEqual(t, e.Position, utf8.RuneCountInString(text))
	}
	for _, text := range []string{
		repeat("(", MaxLevels) + "1" + repeat(")", MaxLevels),
		repeat("-", MaxLevels) + "1", repeat("2^", MaxLevels) + "1", repeat("sin(", MaxLevels) + "1" + repeat(")", MaxLevels),
		repeat("1+", MaxNodes-2) + "1", repeat("1*", MaxNodes-2) + "1", repeat("1/", MaxNodes-2) + "1", "x=1" + repeat("\nx=x+1", MaxLevels-1),
		repeat("+", 1_000_000) + "1", "x=1" + repeat("\n", 500_000) + "x", "1 #" + repeat("x", 1_000_000), repeat("9", 1_000_000),
	} {
		_, err := Parse(text)
		require.NoError(t, err, short(text))
	}
	chain := map[string]string{"x10000": "1"}
	for i := range 10_000 {
		chain["x"+strconv.Itoa(i)] = "x" + strconv.Itoa(i+1)
	}
	var e *Error
	require.ErrorAs(t, new(Scope).Define(chain), &e)
	require.Equal(t, TooLarge, e.Kind)
}

// The contract's list of functions and constants.
func TestNamesOfTheContract(t *testing.T) {
	const contract = `add subtract multiply divide remainder power root exp log sin cos tan round
		abs sign min max sum product mean floor ceil trunc gcd lcm factorial binomial
		sqrt cbrt ln log10 log2 asin acos atan atan2 sinh cosh tanh asinh acosh atanh hypot`
	var names []string
	for _, f := range Functions() {
		names = append(names, f.Name)
		require.LessOrEqual(t, f.Min, f.Max)
		require.Positive(t, f.Min)
		operands := strings.TrimSuffix(strings.Repeat("1, ", f.Min), ", ")
		p, err := Parse(f.Name + "(" + operands + ")")
		require.NoError(t, err)
		require.Len(t, p.Answer().Args, f.Min)
		_, err = Parse(f.Name + "(" + operands + strings.Repeat(", 1", f.Max%100-f.Min+1) + ")")
		if f.Max == Many {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, f.Use)
		}
	}
	require.ElementsMatch(t, strings.Fields(contract), names)
	root, ok := Lookup("root")
	require.True(t, ok)
	require.Equal(t, Function{"root", "root(radicand, degree = 2)", 1, 2}, root)
	_, ok = Lookup("evaluate")
	require.False(t, ok)
	for text, name := range map[string]string{"pi": "pi", "π": "pi", "tau": "tau", "e": "e", "phi": "phi"} {
		p, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, Constant, p.Answer().Kind)
		require.Equal(t, name, p.Answer().Name)
	}
}

func TestCaretStandsUnderThePlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2+*3", "2+*3\n  ^"},
		{"1\n√2 ×\t× 3\n4", "√2 × × 3\n     ^"},
		{"(1", "(1\n  ^"},
		{"", "\n^"},
		{strings.Repeat("1+", 100) + "*" + strings.Repeat("+1", 100), "…" + strings.Repeat("1+", 24) + "*" + strings.Repeat("+1", 11) + "+…\n" + strings.Repeat(" ", 49) + "^"},
	} {
		require.Equal(t, c.want, parseError(t, c.text).Caret(c.text))
	}
	require.Equal(t, "1\n ^", Caret("1", 99), "a place behind the text is its end")
}

func TestMessagesStayShort(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", 1_000_000), "ln " + strings.Repeat("9", 1_000_000), "1 " + strings.Repeat("9", 1_000_000), strings.Repeat("9", 1_000_000) + "exp(1)", strings.Repeat("9", 1_000_000) + ",5", "max(1)" + strings.Repeat("²", 50_000)} {
		require.Less(t, len(parseError(t, text).Error()), 400)
	}
}

var place = regexp.MustCompile(` \(position \d+\)`)

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		for line := range strings.Lines(string(data)) {
			if !strings.HasPrefix(line, "\t") {
				f.Add(strings.TrimSuffix(line, "\n"))
			}
		}
	}
	f.Add("\xff+1")
	f.Fuzz(func(t *testing.T, text string) {
		length := utf8.RuneCountInString(text)
		p, err := Parse(text)
		if err != nil {
			var e *Error
			require.True(t, errors.As(err, &e))
			require.True(t, 0 <= e.Position && e.Position <= length, "position %d of %d", e.Position, length)
			require.NotEmpty(t, e.Found)
			require.Regexp(t, place, e.Error())
			require.NotContains(t, e.Error(), "\n")
			require.Equal(t, 1, strings.Count(e.Caret(text), "\n"))
			return
		}
		for _, s := range p.Statements {
			checkPlaces(t, s.Value, length)
		}
		printed := p.String()
		again, err := Parse(printed)
		require.NoError(t, err, printed)
		require.Equal(t, answer(text), answer(printed))
		require.Equal(t, printed, again.String())
	})
}

func checkPlaces(t *testing.T, n *Node, length int) {
	require.True(t, 0 <= n.Start && n.Start < n.End && int(n.End) <= length, "%v at %d to %d of %d", n, n.Start, n.End, length)
	if n.Kind == Variable {
		return
	}
	for _, arg := range n.Args {
		require.True(t, n.Start <= arg.Start && arg.End <= n.End, "%v around %v", n, arg)
		checkPlaces(t, arg, length)
	}
}
