package expression

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkParseNumber(b *testing.B) {
	for _, digits := range []int{1, 16, 34, 100, 1000, 10000, 100000} {
		text := "-1." + strings.Repeat("7", digits)
		b.Run(fmt.Sprint(digits), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := ParseNumber(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"one", "1"},
		{"ten operations", "1/3*3 + 2^10 - 7 mod 4 + (5 - 8)*1.5/2"},
		{"functions", "sin(pi/6)+sqrt(2)*exp(1)"},
		{"rump", "x=77617; y=33096; 333.75*y^6 + x^2*(11*x^2*y^2 - y^6 - 121*y^4 - 2) + 5.5*y^8 + x/(2*y)"},
		{"wide", strings.Repeat("1+", 9999) + "1"},
		{"deep", strings.Repeat("(1+", 999) + "1" + strings.Repeat(")", 999)},
		{"1 MiB too large", strings.Repeat("1+", 1<<19-1) + "1"},
		{"1 MiB comment", "1 #" + strings.Repeat("x", 1<<20)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Parse(c.text)
			}
		})
	}
}
