package ball

import (
	"fmt"
	"testing"
)

// operand is a number of so many digits and no pattern near to 1.41, as the benchmarks of calc take it.
func operand(digits int) Ball { return root2(bitsOf(digits)) }

func bitsOf(digits int) uint { return uint(float64(digits)*3.3219281) + 8 }

// BenchmarkElementary takes the kernels at full-length operands: binary in, binary out.
func BenchmarkElementary(b *testing.B) {
	for _, digits := range []int{34, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 100_000} {
		x, prec := operand(digits), bitsOf(digits)
		y := Scale2(x, 2)
		for _, f := range []struct {
			name string
			do   func() (Ball, error)
		}{
			{"exp", func() (Ball, error) { return Exp(ctx, x, prec) }},
			{"log", func() (Ball, error) { return Log(ctx, x, prec) }},
			{"pow", func() (Ball, error) { return Pow(ctx, x, y, prec) }},
			{"sin", func() (Ball, error) { return Sin(ctx, x, prec) }},
			{"tan", func() (Ball, error) { return Tan(ctx, x, prec) }},
			{"atan", func() (Ball, error) { return Atan(ctx, x, prec) }},
		} {
			b.Run(fmt.Sprintf("digits=%d/%s", digits, f.name), func(b *testing.B) {
				b.ReportAllocs()
				if _, err := f.do(); err != nil { // constants are kept from here on
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := f.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkBase is what the first call of all pays for logarithms and arguments of primes.
func BenchmarkBase(b *testing.B) {
	for _, words := range []int{6, 55, 110, 190, 270, 550, 5500} {
		for name, base := range map[string]*base{"log": logBase, "arg": argBase} {
			b.Run(fmt.Sprintf("words=%d/%s", words, name), func(b *testing.B) {
				for b.Loop() {
					if _, err := base.compute(ctx, words); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
