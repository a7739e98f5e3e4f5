package catalogue_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"calculator/calc"
	"calculator/calc/catalogue"
)

func TestAllIsInTheOrderOfTheContract(t *testing.T) {
	var names []string
	for _, o := range catalogue.All {
		names = append(names, o.Name)
		require.Same(t, o, catalogue.Find(o.Name))
	}
	require.Equal(t, strings.Fields("add subtract multiply divide remainder power root exp log sin cos tan round evaluate dashboard"), names)
	require.Nil(t, catalogue.Find("modulo"))
	require.Nil(t, catalogue.Find(""))
}

func TestOperandsAreNamedAsInTheContract(t *testing.T) {
	for name, want := range map[string]string{
		"add": "args…", "subtract": "minuend subtrahend", "multiply": "args…", "divide": "dividend divisor",
		"remainder": "dividend divisor", "power": "base exponent", "root": "radicand degree=2", "exp": "x", "log": "x base=e",
		"sin": "x", "cos": "x", "tan": "x", "round": "x places=0", "evaluate": "expression", "dashboard": "",
	} {
		o := catalogue.Find(name)
		var operands []string
		required := 0
		for i, x := range o.Operands {
			text := x.Name
			switch {
			case o.Variadic:
				text += "…"
				required++
			case x.Default != "":
				text += "=" + x.Default
			default:
				required++
			}
			operands = append(operands, text)
			require.Equal(t, i, o.Operand(x.Name))
		}
		require.Equal(t, want, strings.Join(operands, " "))
		require.Equal(t, required, o.Required())
		require.Negative(t, o.Operand("precision"))
	}
}

func TestOptionsAreThoseOfTheContract(t *testing.T) {
	for name, more := range map[string]string{
		"add": "", "subtract": "", "multiply": "", "divide": "forms", "remainder": "mode", "power": "", "root": "forms", "exp": "",
		"log": "", "sin": "unit", "cos": "unit", "tan": "unit", "evaluate": "forms variables unit",
	} {
		require.Equal(t, strings.Fields("precision rounding notation "+more), optionNames(catalogue.Find(name)), name)
	}
	require.Equal(t, strings.Fields("rounding notation"), optionNames(catalogue.Round), "the number of digits is round's operand")
	require.Empty(t, catalogue.Dashboard.Options)
}

func optionNames(o *catalogue.Operation) []string {
	var names []string
	for i, x := range o.Options {
		names = append(names, x.Name)
		if o.Option(x.Name) != i {
			panic(x.Name + " is there twice")
		}
	}
	return names
}

// What the catalogue lists and what calc takes are the same words in the same order, the default first.
func TestChoicesAreCalcs(t *testing.T) {
	parsers := map[string]func(string) (fmt.Stringer, uint8, error){
		"rounding": func(s string) (fmt.Stringer, uint8, error) { v, err := calc.ParseRounding(s); return v, uint8(v), err },
		"notation": func(s string) (fmt.Stringer, uint8, error) { v, err := calc.ParseNotation(s); return v, uint8(v), err },
		"mode": func(s string) (fmt.Stringer, uint8, error) {
			v, err := calc.ParseRemainderMode(s)
			return v, uint8(v), err
		},
		"unit": func(s string) (fmt.Stringer, uint8, error) { v, err := calc.ParseUnit(s); return v, uint8(v), err },
	}
	seen := map[string]bool{}
	for _, o := range catalogue.All {
		for _, x := range o.Options {
			if x.Type != catalogue.Choice {
				continue
			}
			seen[x.Name] = true
			require.Equal(t, x.Values[0], x.Default)
			for i, text := range x.Values {
				v, place, err := parsers[x.Name](text)
				require.NoError(t, err)
				require.EqualValues(t, i, place, "%s=%s", x.Name, text)
				require.Equal(t, text, v.String())
			}
		}
	}
	require.Len(t, seen, len(parsers))
	require.Len(t, catalogue.Round.Options[0].Values, 8, "the eight modes")
}

// Summaries stand in lists and help: a phrase each, without a full stop, in one line.
func TestEverythingIsExplained(t *testing.T) {
	phrase := regexp.MustCompile(`^[^A-Z\s][^\n]*[^.\s]$`)
	name := regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	for _, o := range catalogue.All {
		require.Regexp(t, phrase, o.Summary, o.Name)
		require.Regexp(t, name, o.Name)
		for _, x := range o.Operands {
			require.Regexp(t, name, x.Name)
			require.Regexp(t, phrase, x.Summary, o.Name+" "+x.Name)
			require.Negative(t, o.Option(x.Name), "an operand and an option of %s are both %s", o.Name, x.Name)
		}
		for _, x := range o.Options {
			require.Regexp(t, name, x.Name)
			require.NotEmpty(t, x.Summary, o.Name+" "+x.Name)
			require.Contains(t, []catalogue.Type{catalogue.Choice, catalogue.Boolean, catalogue.Digits, catalogue.Names}, x.Type)
		}
	}
}

func TestExamplesShowResultsAndProblems(t *testing.T) {
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		var exact, inexact, problems int
		options := map[string]bool{}
		for _, e := range o.Examples {
			require.True(t, (e.Result == "") != (e.Problem == ""), "%s%v is a result or a problem", o.Name, e.Operands)
			switch {
			case e.Problem != "":
				problems++
			case e.Exact:
				exact++
			default:
				inexact++
			}
			for _, v := range e.Options {
				options[v.Name] = true
			}
		}
		require.GreaterOrEqual(t, exact, 1, o.Name)
		require.GreaterOrEqual(t, problems, 1, o.Name)
		if o != catalogue.Round {
			require.GreaterOrEqual(t, inexact, 1, o.Name)
			require.True(t, options["precision"], o.Name)
		}
		for _, x := range o.Options {
			if !slices.Contains([]string{"precision", "rounding", "notation"}, x.Name) {
				require.True(t, options[x.Name], "no example of %s shows %s", o.Name, x.Name)
			}
		}
	}
}

func TestExamplesAreWhatCalcComputes(t *testing.T) {
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		for _, e := range o.Examples {
			t.Run(fmt.Sprint(o.Name, e.Operands, e.Options), func(t *testing.T) {
				text, result, err := compute(t, o, e)
				if e.Problem != "" {
					var problem *calc.Error
					if e.Problem == "malformed-request" {
						require.ErrorIs(t, err, errMalformed)
						return
					}
					require.ErrorAs(t, err, &problem)
					require.Equal(t, e.Problem, problem.Kind.String())
					require.True(t, e.Message == "" || strings.HasSuffix(e.Message, ": "+problem.Reason), "%q ends with %q", e.Message, problem.Reason)
					return
				}
				require.NoError(t, err)
				require.Equal(t, e.Result, text)
				require.Equal(t, e.Exact, result.Exact)
				require.GreaterOrEqual(t, result.Len(calc.Plain), len(result.Value.Coefficient().String()))
				if e.Forms != nil {
					forms, err := result.Forms(t.Context(), calc.Limits{})
					require.NoError(t, err)
					require.Equal(t, *e.Forms, catalogue.Forms(forms))
				}
			})
		}
	}
}

var errMalformed = errors.New("not a request that calc gets to see")

// compute is an example without the edge.
func compute(t *testing.T, o *catalogue.Operation, e catalogue.Example) (string, calc.Result, error) {
	if len(e.Operands) < o.Required() || !o.Variadic && len(e.Operands) > len(o.Operands) {
		return "", calc.Result{}, errMalformed
	}
	var operands []calc.Expr
	for _, text := range e.Operands {
		if o.Operands[0].Expression {
			break
		}
		d, err := calc.Parse(text, calc.Limits{})
		if err != nil {
			return "", calc.Result{}, err
		}
		operands = append(operands, calc.Number(d))
	}
	var c calc.Context
	var scope calc.Scope
	var s catalogue.Settings
	var n calc.Notation
	for _, v := range e.Options {
		var err error
		if o.Option(v.Name) < 0 {
			return "", calc.Result{}, errMalformed
		}
		switch v.Name {
		case "precision":
			if c.Precision = calc.Exact; v.Text != "exact" {
				if _, err = fmt.Sscanf(v.Text+";", "%d;", &c.Precision); c.Precision < 1 {
					err = errMalformed
				}
			}
		case "rounding":
			c.Rounding, err = calc.ParseRounding(v.Text)
			s.Rounding = c.Rounding
		case "notation":
			n, err = calc.ParseNotation(v.Text)
		case "mode":
			s.Mode, err = calc.ParseRemainderMode(v.Text)
		case "unit":
			c.Unit, err = calc.ParseUnit(v.Text)
		case "forms":
			require.Equal(t, "true", v.Text)
		case "variables":
			variables := make(map[string]string)
			for definition := range strings.SplitSeq(v.Text, ";") {
				name, value, _ := strings.Cut(definition, "=")
				variables[name] = value
			}
			err = scope.Define(variables)
		default:
			t.Fatal("an option that this test does not know: " + v.Name)
		}
		if err != nil {
			return "", calc.Result{}, errMalformed
		}
	}
	var formula calc.Expr
	var err error
	if o.Formula != nil {
		formula = o.Formula(operands, s)
	} else if formula, _, err = scope.Parse(e.Operands[0]); err != nil {
		return "", calc.Result{}, err
	}
	result, err := calc.Evaluate(t.Context(), formula, c)
	if err != nil {
		return "", result, err
	}
	text, err := result.Text(n, c.Limits)
	return text, result, err
}

// The catalogue is served as JSON: what is in it must survive that.
func TestCatalogueSurvivesJSON(t *testing.T) {
	document, err := json.Marshal(catalogue.All)
	require.NoError(t, err)
	var back []catalogue.Operation
	require.NoError(t, json.Unmarshal(document, &back))
	require.Len(t, back, 15)
	for i, o := range catalogue.All {
		require.Equal(t, o.Examples, back[i].Examples)
		require.Equal(t, o.Options, back[i].Options)
	}
	require.Contains(t, string(document), `"forms":{"fraction":"22/7","mixed":"3 1/7","repeating":"3.(142857)"}`)
}
