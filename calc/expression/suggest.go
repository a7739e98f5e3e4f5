package expression

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// elsewhere says how names that other calculators know are written here.
var elsewhere = map[string]string{
	"arccos": "acos", "arccosh": "acosh", "arcosh": "acosh", "arcsin": "asin", "arcsinh": "asinh", "arsinh": "asinh",
	"arctan": "atan", "arctanh": "atanh", "artanh": "atanh", "arctan2": "atan2",
	"average": "mean", "avg": "mean", "ceiling": "ceil", "truncate": "trunc", "int": "trunc", "sgn": "sign", "signum": "sign",
	"choose": "binomial", "comb": "binomial", "ncr": "binomial", "fact": "factorial", "fac": "factorial", "pow": "power",
	"lg": "log10", "lb": "log2", "ld": "log2", "loge": "ln", "nthroot": "root", "modulo": "mod", "rem": "remainder",
	"minus": "subtract", "plus": "add", "times": "multiply", "over": "divide", "euler": "e", "golden": "phi", "τ": "tau", "φ": "phi", "ϕ": "phi",
	"deg": "°", "degree": "°", "degrees": "°", "percent": "%", "squared": "²", "cubed": "³",
}

// suggestion says what may be meant by an unknown name, the token at hand.
func (p *parser) suggestion(word string) string {
	const longest = 40
	if len(word) > longest {
		return "give it a value first, as in x = 3"
	}
	lower := strings.ToLower(word)
	if known, ok := elsewhere[lower]; ok {
		return "did you mean " + known + "?"
	}
	if split := p.asProduct(word); split != "" {
		return "for a product write " + split
	}
	called := p.followedBy('(')
	for _, f := range functions {
		if rest, ok := strings.CutPrefix(lower, f.Name); ok && rest != "" && !called && len(f.Name) > 1 && (p.isValue(rest) || strings.Trim(rest, "0123456789") == "") {
			return "did you mean " + f.Name + "(" + word[len(f.Name):] + ")?"
		}
	}
	letters := utf8.RuneCountInString(word)
	best, distance := "", min(letters, 2+letters/4) // one slip in a short name, more in a long one
	for _, known := range p.names() {
		if d := len(known) - len(word); d > 8 || d < -8 {
			continue
		}
		d := editDistance(lower, strings.ToLower(known))
		if called && functionByName[known] == nil {
			d++ // a call wants a function
		}
		if d < distance {
			best, distance = known, d
		}
	}
	switch {
	case best != "":
		return "did you mean " + best + "?"
	case called:
		return "only the calculator's own functions can be called"
	}
	return "give it a value first, as in " + word + " = 3"
}

// names returns all names that mean something, variables first, each kind sorted.
func (p *parser) names() []string {
	names := p.values()
	for _, f := range functions {
		names = append(names, f.Name)
	}
	return append(names, "mod")
}

// values returns the names of variables and constants, each kind sorted.
func (p *parser) values() []string {
	var names []string
	for _, variables := range []map[string]*Node{p.local, p.scope.known} {
		for v := range variables {
			names = append(names, v)
		}
	}
	for v := range p.scope.pending {
		names = append(names, v)
	}
	slices.Sort(names)
	var known []string
	for c := range constants {
		known = append(known, c)
	}
	slices.SortFunc(known, func(a, b string) int { return cmp.Or(-cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return append(slices.Compact(names), known...)
}

// isValue reports whether a name stands for a value.
func (p *parser) isValue(word string) bool {
	_, pending := p.scope.pending[word]
	return p.local[word] != nil || p.scope.known[word] != nil || pending || constants[word] != ""
}

// asProduct returns a name that is made of at most four names of values as their product, x*y for xy; else nothing.
func (p *parser) asProduct(word string) string {
	var split func(rest string, factors []string) []string
	split = func(rest string, factors []string) []string {
		if rest == "" {
			return factors
		}
		if len(factors) == 4 {
			return nil
		}
		for end := len(rest); end > 0; end-- {
			if p.isValue(rest[:end]) {
				if all := split(rest[end:], append(factors, rest[:end])); all != nil {
					return all
				}
			}
		}
		return nil
	}
	if factors := split(word, nil); len(factors) > 1 {
		return strings.Join(factors, "*")
	}
	return ""
}

// editDistance returns how many letters must be put in, left out, replaced or exchanged with their neighbour to turn
// a into b (optimal string alignment; Damerau, A technique for computer detection and correction of spelling errors, 1964).
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			replace := last[j-1]
			if x[i-1] != y[j-1] {
				replace++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
