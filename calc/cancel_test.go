package calc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A stoppable is a computation whose context is ended on the way.
type stoppable struct {
	name   string
	digits int // of what it works on, or about
	c      Context
	build  func() Expr
}

// stoppables are the operations at some lengths, and computations that are long in other ways.
func stoppables(lengths ...int) []stoppable {
	var all []stoppable
	raised := Limits{Precision: 1 << 30, Digits: 1 << 30}
	whole := func(k int64, n int) Expr { return Number(decimal.NewFromBigInt(surd(k, n).Coefficient(), 0)) }
	ten := func(e int) Expr { return Number(decimal.New(1, int32(e))) }
	for _, n := range lengths {
		add := func(name string, c Context, build func(x, y Expr) Expr) {
			c.Limits = raised
			all = append(all, stoppable{name, n, c, func() Expr { return build(Number(surd(2, n)), Number(surd(3, n))) }})
		}
		for _, o := range measuredOperations() {
			add(o.name, Context{Precision: n}, o.build)
		}
		add("fractions", Context{Precision: n}, func(x, y Expr) Expr { return Sum(Quotient(x, y), Quotient(y, x)) })
		add("product-of-fractions", Context{Precision: n}, func(x, y Expr) Expr {
			return Product(Quotient(x, y), Quotient(Sum(x, Int(1)), Sum(y, Int(2))))
		})
		add("exact-product", Context{Precision: Exact}, func(x, y Expr) Expr { return Product(x, y) })
		add("exact-power", Context{Precision: Exact}, func(x, _ Expr) Expr { return Power(x, Int(7)) })
		add("exact-quotient", Context{Precision: Exact}, func(x, _ Expr) Expr { return Quotient(x, Number(decimal.New(3, 7))) })
		add("power-of-fraction", Context{Precision: n}, func(x, y Expr) Expr { return Power(Quotient(x, y), Int(5)) })
		add("root-of-fraction", Context{Precision: n}, func(x, y Expr) Expr { return Root(Quotient(x, y), Int(3)) })
		add("perfect-root", Context{Precision: 34}, func(x, _ Expr) Expr { return Root(Power(x, Int(3)), Int(3)) })
		add("rational-power", Context{Precision: 34}, func(x, y Expr) Expr { return Power(x, y) })
		add("short-of-long", Context{Precision: 34}, func(x, y Expr) Expr { return LogBase(x, y) })
		add("sine-of-quotient", Context{Precision: n}, func(x, y Expr) Expr { return Sin(Quotient(x, y)) })
		add("sine-of-turns", Context{Precision: n, Unit: Degree}, func(x, y Expr) Expr { return Sin(Quotient(x, y)) })
		add("sum-of-sines", Context{Precision: n}, func(x, y Expr) Expr { return Sum(Sin(x), Cos(y)) })
		add("large-angle", Context{Precision: 34}, func(_, _ Expr) Expr { return Sin(ten(n)) })
		add("remainder-of-power", Context{Precision: 34}, func(x, _ Expr) Expr { return Remainder(ten(10*n), whole(3, n), Floored) })
		add("round-half", Context{}, func(x, _ Expr) Expr { return Round(x, Int(int64(n/2)), HalfEven) })
		add("round-quotient", Context{}, func(x, y Expr) Expr { return Round(Quotient(x, y), Int(int64(n/2)), HalfEven) })
		add("gcd", Context{Precision: 34}, func(_, _ Expr) Expr { return GCD(whole(2, n), whole(3, n)) })
		add("lcm", Context{Precision: 34}, func(_, _ Expr) Expr { return LCM(whole(2, n), whole(3, n)) })
		add("logarithm-of-power", Context{Precision: 34}, func(x, _ Expr) Expr { return LogBase(Power(Int(7), Int(int64(n))), Int(49)) })
		add("sum-apart", Context{Precision: n}, func(x, y Expr) Expr { return Sum(x, Product(y, ten(20*n))) })
		add("factorial", Context{Precision: 34}, func(_, _ Expr) Expr { return Factorial(Int(int64(n))) })
		add("binomial", Context{Precision: 34}, func(_, _ Expr) Expr { return Binomial(Int(int64(5*n)), Int(int64(n))) })
		add("zero", Context{Precision: 34}, func(x, _ Expr) Expr { return Difference(Root(x, Int(2)), Root(x, Int(2))) })
	}
	return all
}

// overshoot ends the context of a computation after a while, and returns how long it goes on, and whether it was still under way.
func (s stoppable) overshoot(after time.Duration) (time.Duration, bool, error) {
	x := s.build()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan time.Time, 1)
	timer := time.AfterFunc(after, func() {
		ended <- time.Now()
		cancel()
	})
	_, err := Evaluate(ctx, x, s.c)
	returned := time.Now()
	if timer.Stop() {
		cancel()
		return 0, false, err
	}
	return returned.Sub(<-ended), errors.Is(err, context.Canceled), err
}

// TestWorkEndsWithItsContext: an hour's work would show; how soon it ends BenchmarkOvershoot measures.
func TestWorkEndsWithItsContext(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	stopped := 0
	for _, s := range stoppables(20_000) {
		late, ended, err := s.overshoot(time.Duration(random.Int64N(int64(5 * time.Millisecond))))
		require.Less(t, late, 10*time.Second, s.name)
		if ended {
			stopped++
		} else if err != nil {
			require.NotErrorIs(t, err, context.Canceled, s.name)
		}
	}
	require.Greater(t, stopped, 5)
}

// A countdown is a context that ends when it has been asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestWorkEndsWhereverItsContextDoes ends the context at each look at it in turn. The result is then that of the whole work, or none.
func TestWorkEndsWhereverItsContextDoes(t *testing.T) {
	for _, text := range []string{
		"log(8, 0.5)", "2^0.5", "0.25^1.5", "1e-8^0.125", "1/3 + 1/7", "root(27, 3)", "root(2, 3)", "(1/3)^5", "1.1^100", "sqrt(2)*sqrt(3) - sqrt(6)",
		"sin(pi/6)", "sin(1e22)", "tan(1e30)", "exp(ln(3)*2)", "ln(8)/ln(2)", "atan2(1, 3)", "4*atan(1/5) - atan(1/239) - pi/4", "100!", "binomial(100, 50)",
		"gcd(2^200 - 1, 2^120 - 1)", "lcm(12, 18, 35)", "7^300 mod 1000", "7.5 mod 2pi", "floor(exp(50))", "max(1/3, 0.333)", "acosh(2)", "hypot(1, 2)",
		"7^30000/7^29999", "cos(pi/7) - cos(2pi/7) + cos(3pi/7)", "1e3000 + 1e-3000 - 1e3000", "sqrt(1e40 + 1) - 1e20", "5^40/10^40", "(2/3)^(5/7)", "round(2/3, 30)",
	} {
		t.Run(text, func(t *testing.T) {
			evaluate := func(ctx context.Context) (Result, error) {
				x, err := ParseExpression(text, Limits{})
				require.NoError(t, err)
				return Evaluate(ctx, x, Context{})
			}
			want, err := evaluate(t.Context())
			require.NoError(t, err)
			for looks := int64(0); ; looks++ {
				ctx := &countdown{Context: t.Context()}
				ctx.left.Store(looks)
				var got Result
				var err error
				done := make(chan struct{})
				go func() {
					defer close(done)
					got, err = evaluate(ctx)
				}()
				select {
				case <-done:
				case <-time.After(30 * time.Second):
					t.Fatalf("goes on after %d looks at its context", looks)
				}
				if err == nil {
					require.True(t, want.Value.Equal(got.Value) && want.Exact == got.Exact, "%v, not %v, after %d looks", got.Value, want.Value, looks)
					require.Greater(t, looks, int64(0))
					break
				}
				require.ErrorIs(t, err, context.Canceled, "after %d looks", looks)
			}
		})
	}
}

// BenchmarkOvershoot prints the longest that a computation went on after its context had ended, of up to thirty tries: the ends are spread over the
// time that it takes.
func BenchmarkOvershoot(b *testing.B) {
	for _, s := range stoppables(1000, 10_000, 100_000, 300_000) {
		b.Run(fmt.Sprintf("%s/digits=%d", s.name, s.digits), func(b *testing.B) {
			x := s.build()
			began := time.Now()
			if _, err := Evaluate(context.Background(), x, s.c); err != nil {
				var e *Error
				require.ErrorAs(b, err, &e)
			}
			whole := max(time.Since(began), time.Microsecond)
			worst, tries := time.Duration(0), 0
			for b.Loop() {
				for i := range 30 {
					late, ended, _ := s.overshoot(whole*time.Duration(i)/30 + time.Duration(rand.Int64N(int64(whole/30+1))))
					if ended {
						worst = max(worst, late)
						tries++
					}
					if whole*time.Duration(i) > 2*time.Second {
						break
					}
				}
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "late-ms")
			b.ReportMetric(float64(whole.Microseconds())/1000, "whole-ms")
			b.ReportMetric(float64(tries), "ended")
		})
	}
}

// TestFormsEndWhereverTheirContextDoes is the same for the other forms of a result: 20000!/7 had a repeating part of -1 digits.
func TestFormsEndWhereverTheirContextDoes(t *testing.T) {
	for _, text := range []string{"22/7", "-1/3", "1/7^30", "3000!/7", "1/5^900", "2^900/5^300", "pi/6", "sqrt(8)", "7^3000/7^2999/3", "1e-900"} {
		x, err := ParseExpression(text, Limits{})
		require.NoError(t, err)
		r, err := Evaluate(t.Context(), x, Context{Precision: 34})
		require.NoError(t, err)
		want, err := r.Forms(t.Context(), Limits{})
		require.NoError(t, err)
		for looks := int64(0); ; looks++ {
			ctx := &countdown{Context: t.Context()}
			ctx.left.Store(looks)
			got, err := r.Forms(ctx, Limits{})
			if err == nil {
				require.Equal(t, want, got, text)
				break
			}
			require.ErrorIs(t, err, context.Canceled, text)
			require.Less(t, looks, int64(100_000), text)
		}
	}
}
