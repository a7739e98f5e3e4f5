package calc

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"
)

type measuredOperation struct {
	name  string
	build func(x, y Expr) Expr
}

// measuredOperations are what estimates and ends of contexts are measured with.
func measuredOperations() []measuredOperation {
	unary := func(f func(Expr) Expr) func(x, y Expr) Expr { return func(x, _ Expr) Expr { return f(x) } }
	return []measuredOperation{
		{"add", func(x, y Expr) Expr { return Sum(x, y) }},
		{"multiply", func(x, y Expr) Expr { return Product(x, y) }},
		{"divide", func(x, y Expr) Expr { return Quotient(x, y) }},
		{"remainder", func(x, y Expr) Expr { return Remainder(x, y, Floored) }},
		{"round", func(x, _ Expr) Expr { return Round(x, Int(10), HalfEven) }},
		{"sqrt", func(x, _ Expr) Expr { return Root(x, Int(2)) }},
		{"root7", func(x, _ Expr) Expr { return Root(x, Int(7)) }},
		{"root1000", func(x, _ Expr) Expr { return Root(x, Int(1000)) }},
		{"power", Power},
		{"power1000", func(x, _ Expr) Expr { return Power(x, Int(1000)) }},
		{"log2", func(x, _ Expr) Expr { return LogBase(x, Int(2)) }},
		{"logbase", LogBase},
		{"exp", unary(Exp)}, {"log", unary(Log)}, {"sin", unary(Sin)}, {"cos", unary(Cos)}, {"tan", unary(Tan)},
		{"asin", func(x, y Expr) Expr { return Asin(Difference(y, x)) }},
		{"acos", func(x, y Expr) Expr { return Acos(Difference(y, x)) }},
		{"atan", unary(Atan)}, {"atan2", Atan2},
		{"sinh", unary(Sinh)}, {"cosh", unary(Cosh)}, {"tanh", unary(Tanh)},
		{"asinh", unary(Asinh)}, {"acosh", unary(Acosh)},
		{"atanh", func(x, y Expr) Expr { return Atanh(Difference(y, x)) }},
		{"factorial1000", func(_, _ Expr) Expr { return Factorial(Int(1000)) }},
		{"factorial100000", func(_, _ Expr) Expr { return Factorial(Int(100_000)) }},
		{"binomial", func(_, _ Expr) Expr { return Binomial(Int(100_000), Int(30_000)) }},
	}
}

// BenchmarkEstimate sets what Estimate says beside what is measured: the ratios of time and of memory. The operands are of full length
// and, where a name ends in "short", numbers of a few digits.
func BenchmarkEstimate(b *testing.B) {
	for _, f := range measuredOperations() {
		for _, n := range []int{16, 34, 100, 300, 1000, 3000, 10_000, 30_000, 100_000} {
			for _, short := range []bool{false, true} {
				x, y := Number(surd(2, n)), Number(surd(3, n))
				name := fmt.Sprintf("%s/digits=%d", f.name, n)
				if short {
					x, y, name = Number(surd(2, 3)), Number(surd(3, 3)), name+"short"
				}
				b.Run(name, func(b *testing.B) {
					c := Context{Precision: n, Limits: Limits{Precision: n}}
					estimate := Estimate(f.build(x, y), c)
					least, peak := time.Duration(1<<62), uint64(0)
					once := func() {
						began := time.Now()
						if _, err := Evaluate(context.Background(), f.build(x, y), c); err != nil {
							b.Fatal(err)
						}
						least = min(least, time.Since(began))
					}
					for b.Loop() {
						once()
					}
					if n >= 1000 {
						peak = peakOf(once)
						b.ReportMetric(float64(peak), "B")
						b.ReportMetric(float64(estimate.Bytes)/float64(peak), "bytes/measured")
					}
					b.ReportMetric(float64(least)/1000, "least-us")
					b.ReportMetric(float64(estimate.Time)/float64(least), "time/measured")
				})
			}
		}
	}
}

// peakOf is about the most memory that f has in use, garbage that is not collected yet included.
func peakOf(f func()) uint64 {
	objects := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	runtime.GC()
	metrics.Read(objects)
	idle := objects[0].Value.Uint64()
	var ended atomic.Bool
	watched := make(chan uint64)
	go func() {
		most := idle
		for !ended.Load() {
			metrics.Read(objects)
			most = max(most, objects[0].Value.Uint64())
			time.Sleep(50 * time.Microsecond)
		}
		metrics.Read(objects)
		watched <- max(most, objects[0].Value.Uint64()) - idle
	}()
	f()
	ended.Store(true)
	return <-watched
}
