package functions

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// A long operand is shown by its beginning and its end.
	shownWhole, shownBefore, shownAfter = 40, 20, 12
	// Of many operands the first and the last are shown.
	shownOperands = 6
)

// computation is how a computation is named in a message: divide(1, 0).
func computation(name string, operands []value) string {
	var b strings.Builder
	b.WriteString(name)
	b.WriteByte('(')
	for i, x := range operands {
		if i > 0 {
			b.WriteString(", ")
		}
		if hidden := len(operands) - shownOperands; hidden > 1 && i == shownOperands-1 {
			b.WriteString("… " + strconv.Itoa(hidden) + " more …, ")
			b.WriteString(shown(operands[len(operands)-1]))
			break
		}
		b.WriteString(shown(x))
	}
	b.WriteByte(')')
	return b.String()
}

// shown is an operand in a message.
func shown(v value) string { return printable(shorten(strings.TrimSpace(v.text))) }

// shorten leaves out the middle of long text.
func shorten(s string) string {
	if len(s) <= shownWhole {
		return s
	}
	before, after := shownBefore, len(s)-shownAfter
	for before > 0 && !utf8.RuneStart(s[before]) {
		before--
	}
	for after < len(s) && !utf8.RuneStart(s[after]) {
		after++
	}
	return s[:before] + "…" + s[after:]
}

// nearest is the known name that differs from a name least, if by no more than a third of its letters; empty where there is none.
func nearest(name string, known []string) string {
	if len(name) > shownWhole {
		return ""
	}
	best, bestDistance := "", max(len(name)/3, 1)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the least number of letters to insert, delete or replace to make b of a, a swap of neighbours counting as one
// (the restricted edit distance of Damerau).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
