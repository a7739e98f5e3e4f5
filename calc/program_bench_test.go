package calc

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkExpression goes from text to text.
func BenchmarkExpression(b *testing.B) {
	hundred := strings.Repeat("1.25 + ", 99) + "1"
	for _, text := range []string{
		"1.5 + 2.25",
		"(1 + 2) * 3 / 4 - sqrt(2) ^ 2",
		"1/3 + 2/7 - 3*4/5 + 6*7 - 8/9 + 10*11 - 1/2",
		hundred,
		"sin(pi/6)+sqrt(2)*exp(1)",
		"sqrt(5+2*sqrt(6)) - sqrt(2) - sqrt(3)",
	} {
		name := text
		if len(name) > 40 {
			name = "sum of 100"
		}
		b.Run(name, func(b *testing.B) { benchmarkText(b, text, 34) })
	}
	for _, digits := range []int{34, 1000, 10000} {
		b.Run("sin(1)+sqrt(2)*exp(1.5)/"+strconv.Itoa(digits), func(b *testing.B) { benchmarkText(b, "sin(1)+sqrt(2)*exp(1.5)", digits) })
		for _, part := range []string{"sin(1)", "sqrt(2)", "exp(1.5)"} {
			b.Run("part "+part+"/"+strconv.Itoa(digits), func(b *testing.B) { benchmarkText(b, part, digits) })
		}
	}
}

func benchmarkText(b *testing.B, text string, digits int) {
	fail := func(err error) { // require takes 0.1 µs each time
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		x, err := ParseExpression(text, Limits{})
		fail(err)
		r, err := Evaluate(context.Background(), x, Context{Precision: digits})
		fail(err)
		_, err = r.Text(Auto, Limits{})
		fail(err)
	}
}
