package calc

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var shortFunctions = []struct {
	name  string
	build func(x, y Expr) Expr
}{
	{"exp", func(x, _ Expr) Expr { return Exp(x) }},
	{"log", func(x, _ Expr) Expr { return Log(x) }},
	{"power", Power},
	{"log to a base", LogBase},
	{"sin", func(x, _ Expr) Expr { return Sin(x) }},
	{"cos", func(x, _ Expr) Expr { return Cos(x) }},
	{"tan", func(x, _ Expr) Expr { return Tan(x) }},
	{"atan", func(x, _ Expr) Expr { return Atan(x) }},
}

// theLongWay is Evaluate without the short way.
func theLongWay(x Expr, c Context) (Result, error) {
	x.n.op = &op{name: x.n.op.name, exact: x.n.op.exact, enclose: x.n.op.enclose, form: x.n.op.form}
	e := &evaluation{ctx: context.Background(), c: c, need: c.need()}
	v, err := e.known(x.n)
	if err != nil {
		return Result{}, e.explain(err)
	}
	r, err := e.result(x.n, v)
	if err != nil {
		return Result{}, e.explain(err)
	}
	r.value, r.of, r.node = v, e, x.n
	return r, nil
}

func describe(r Result, err error) string {
	if err != nil {
		return err.Error()
	}
	text, err := r.Text(Auto, Limits{})
	return fmt.Sprint(text, " exact ", r.Exact, " precision ", r.Precision, " rounding ", r.Rounding, " ", err)
}

func TestShortWayAgreesWithTheLongWay(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, f := range shortFunctions {
		for range 2500 {
			random := func(most int) decimal.Decimal {
				n := new(big.Int)
				for range 1 + r.IntN(5) {
					n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(r.Uint64()))
				}
				if r.IntN(3) == 0 { // few digits: exact values and ties
					n.SetInt64(r.Int64N(2000) - 1000)
				}
				if r.IntN(3) == 0 {
					n.Neg(n)
				}
				return decimal.NewFromBigInt(n, int32(most-r.IntN(8)-len(n.String())))
			}
			x, y := random(5), random(3)
			c := Context{Precision: r.IntN(130), Rounding: Rounding(r.IntN(8))}
			if r.IntN(3) == 0 {
				c.Precision = r.IntN(4) // values that round to a power of ten
			}
			if r.IntN(4) == 0 {
				c.Unit = Unit(r.IntN(4))
			}
			got, err := Evaluate(context.Background(), f.build(Number(x), Number(y)), c)
			wanted, wantedErr := theLongWay(f.build(Number(x), Number(y)), c)
			require.Equal(t, describe(wanted, wantedErr), describe(got, err), "%s(%v, %v) %+v", f.name, x, y, c)
			if err == nil && r.IntN(20) == 0 {
				a, err := wanted.Forms(context.Background(), Limits{})
				require.NoError(t, err)
				b, err := got.Forms(context.Background(), Limits{})
				require.NoError(t, err)
				require.Equal(t, a, b, "%s(%v, %v) %+v", f.name, x, y, c)
			}
		}
	}
}

func TestShortWayKeepsTheLimits(t *testing.T) {
	limits := Limits{Exponent: 2}
	_, err := Evaluate(context.Background(), Exp(Int(10)), Context{Precision: 5, Limits: limits})
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, TooLarge, e.Kind)
	for _, c := range []Context{{Precision: Exact}, {Precision: 20, Limits: Limits{Precision: 10}}} {
		_, err = Evaluate(context.Background(), Exp(Int(1)), c)
		require.ErrorAs(t, err, &e)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Evaluate(ended, Exp(Int(1)), Context{Precision: 5})
	require.ErrorIs(t, err, context.Canceled)
}

// The short way is there for the lengths that it is made for: few allocations show it.
func TestShortWayAllocatesLittle(t *testing.T) {
	for _, n := range []int{16, 34, 100} {
		x := elementaryOperands(n)
		for _, f := range shortFunctions {
			allocations := testing.AllocsPerRun(20, func() {
				_, err := Evaluate(context.Background(), f.build(Number(x[0]), Number(x[1])), Context{Precision: n})
				require.NoError(t, err)
			})
			require.LessOrEqual(t, allocations, 14.0, "%s of %d digits", f.name, n)
		}
	}
}
