package ball

import (
	"context"
	"fmt"
	"testing"
	"time"
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
		for i, base := range bases {
			b.Run(fmt.Sprintf("words=%d/%s%d", words, []string{"log", "arg"}[i/2], len(base.arguments)), func(b *testing.B) {
				for b.Loop() {
					if _, err := base.compute(ctx, words); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkGrowth prints by how much the time grows from 10,000 to 20,000 digits: like that of the product (the goal is less than 3).
func BenchmarkGrowth(b *testing.B) {
	for _, f := range []struct {
		name string
		do   func(ctx context.Context, x Ball, prec uint) (Ball, error)
	}{
		{"product", func(ctx context.Context, x Ball, prec uint) (Ball, error) { return Mul(ctx, x, Neg(x), prec) }},
		{"exp", Exp}, {"log", Log}, {"sin", Sin}, {"tan", Tan}, {"atan", Atan},
	} {
		b.Run(f.name, func(b *testing.B) {
			best := map[int]time.Duration{10_000: time.Hour, 20_000: time.Hour}
			for b.Loop() {
				for digits := range best {
					x, prec := operand(digits), bitsOf(digits)
					for range 4 { // the first one makes constants; the quickest counts
						start := time.Now()
						if _, err := f.do(ctx, x, prec); err != nil {
							b.Fatal(err)
						}
						best[digits] = min(best[digits], time.Since(start))
					}
				}
			}
			b.ReportMetric(float64(best[20_000])/float64(best[10_000]), "times")
		})
	}
}
