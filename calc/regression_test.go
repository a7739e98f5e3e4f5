package calc

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRegressions holds the smallest case of each wrong answer that was ever found, and what was wrong.
func TestRegressions(t *testing.T) {
	nines := func(n int) string { return strings.Repeat("9", n) }
	third := Quotient(Int(1), Int(3))
	near, err := ParseExpression("s = sqrt(2); x = 1+s; c = x^(1/3); r = x^(1/2); -2265484c - 3600187c^2 - 3784109s*c + 8583883s*c^2 - 5772903"+
		" + 3066462r + 61124r*c + 207863r*c^2 + 1101016s - 1257380s*r + 6509055s*r*c - 5773482s*r*c^2", Limits{})
	require.NoError(t, err)
	far, err := ParseExpression("2^(1/1353339) + 2^(1/2583953) + 2^(1/10550147) + sqrt(1+sqrt(3)) - 4.65289249640774502191124305233828802581341173", Limits{})
	require.NoError(t, err)
	open := Difference(Sum(Atan(E()), Atan(Quotient(Int(1), E()))), Quotient(Pi(), Int(2)))
	for name, c := range map[string]struct {
		x    Expr
		c    Context
		n    Notation
		want string
	}{
		"a row of nines under a one was 0e+19953: its limbs 1, −(B−1), −(B−1) … were looked at from above, and none was left": {
			x: Difference(num(t, "1e20000"), num(t, "9."+nines(15000)+"e19999")), want: "1e+4999"},
		"the same with more behind it": {
			x: Sum(num(t, "1e20000"), num(t, "-0."+nines(15000)+"e20000"), num(t, "-1e-20000")),
			c: Context{Precision: 3, Rounding: Down}, want: "9.99e+4999 …"},
		"the same below zero": {
			x: Sum(num(t, "-1e20000"), num(t, nines(15000)+"e5000"), num(t, "7e-20000")),
			c: Context{Precision: 3, Rounding: Up}, want: "-1e+5000 …"},
		"every digit of a sum that is written in limbs was shown beyond max_exponent": {
			x: Sum(num(t, "9e1000000"), num(t, "9e1000000"), num(t, "1e950000")), c: Context{Precision: Exact},
			want: "! the result is too large: beyond 1e1000000 (max_exponent)"},
		"such a sum within a computation was not refused": {
			x:    Sum(Sum(num(t, "9e1000000"), num(t, "9e1000000"), num(t, "1e-9")), num(t, "-9e1000000")),
			want: "! the result is too large: beyond 1e1000000 (max_exponent)"},
		"a rounded number of few digits was refused for its zeros, which nobody writes": {
			x: Round(num(t, "-10.02e752774"), Int(-752776), Floor), want: "-1e+752776"},
		"in plain notation the zeros are written": {
			x: Round(num(t, "-10.02e752774"), Int(-752776), Floor), n: Plain,
			want: "! the plain notation of the result has 752777 digits, above max_digits (100000): ask for notation scientific"},
		"a number without digits to round was refused for its zeros": {x: Round(num(t, "1.500e300000"), Int(-2), HalfEven), want: "1.5e+300000"},
		"zeros behind the point are asked for":                       {x: Round(num(t, "1.5e300000"), Int(2), HalfEven), want: "! the result has more than max_digits (100000) digits: round to fewer places"},
		"a rounded integer kept its zeros in scientific notation, 5.0e+1": {
			x: num(t, "50.0000001"), c: Context{Precision: 5}, n: Scientific, want: "5e+1 …"},
		"and in engineering notation": {x: num(t, "-1250000.1"), c: Context{Precision: 7}, n: Engineering, want: "-1.25e+6 …"},
		"a negative logarithm of a fraction to an odd integer was refined for ever": {
			x: LogBase(Quotient(Int(1), Int(9)), Int(3)), want: "-2"},
		"to a fraction below one too": {x: LogBase(Int(27), Quotient(Int(1), Int(9))), want: "-1.5"},
		"and to one with an odd numerator and denominator": {
			x: LogBase(Quotient(Int(7), Int(3)), Quotient(Int(3), Int(7))), want: "-1"},
		"a remainder that no sum could hold was a crash": {
			x:    Remainder(Product(num(t, "-4e-1000000"), third), num(t, "1e1000000"), Floored),
			want: "! the remainder of fractions so far apart is too long"},
		// The powers by MPFR 4.2.0.
		"a power with an exponent beyond 2^60 of a number near 1 was refined until there was no memory": {
			x: Power(num(t, "1.00000000000000007"), num(t, "3.7e18")), want: "3.035783617216696767148566336530027e+112 …"},
		"of one below 1 too": {x: Power(num(t, "0.99999999999999993"), num(t, "3.7e18")), want: "3.294042415700278929882470507602263e-113 …"},
		"and of a negative one": {
			x: Power(num(t, "-0.99999999999999993"), num(t, "-3000000000000000001")), want: "-1.591626640377935969026857945019068e+91 …"},
		"and with the least exponent": {x: Power(num(t, "1.000000000000000001"), num(t, "-9223372036854775807")), want: "0.00009870528796158429289681415305954326 …"},
		"a tiny angle was the difference of two right angles, and zero within 1e-1000": {x: Atan2(num(t, "1e-5000"), num(t, "1")), want: "1e-5000 …"},
		"in degrees too": {x: Atan2(num(t, "-3e-4000"), num(t, "5")), c: Context{Precision: 20, Rounding: Down, Unit: Degree}, want: "-3.4377467707849392526e-3999 …"},
		"an angle was refused for the quotient of its operands": {
			x: Atan2(num(t, "1e600000"), num(t, "1e-600000")), c: Context{Precision: 5, Rounding: Down}, want: "1.5707 …"},
		"an angle in degrees beside a right angle was left open": {
			x: Acos(num(t, "1e-2000")), c: Context{Precision: 5, Rounding: Down, Unit: Degree}, want: "89.999 …"},
		"in gradians too": {x: Atan(num(t, "-1e1500")), c: Context{Precision: 5, Rounding: Ceiling, Unit: Gradian}, want: "-99.999 …"},
		"and in turns":    {x: Asin(num(t, "0.5"+strings.Repeat("0", 1200)+"1")), c: Context{Precision: 5, Rounding: Up, Unit: Turn}, want: "0.083334 …"},
		"an arc tangent of a tiny number took ten seconds": {x: Atan(num(t, "-1e-1000000")), want: "-1e-1000000 …"},
		"an arc sine thirty": {x: Asin(num(t, "1e-999999")), c: Context{Precision: 3, Rounding: Up}, want: "1.01e-999999 …"},
		"an arc cosine was not known to be no finite decimal": {
			x: Acos(num(t, "0.3")), c: Context{Precision: Exact}, want: "! the result has no finite decimal, so precision exact cannot show it: ask for a number of digits"},
		"a hypotenuse was refused for its square":              {x: Hypot(num(t, "3e600000"), num(t, "-4e600000")), want: "5e+600000"},
		"one that is tiny too":                                 {x: Hypot(num(t, "1e-600000"), num(t, "-1e-600000")), want: "1.414213562373095048801688724209698e-600000 …"},
		"and one beside the longer side":                       {x: Hypot(num(t, "-1e1000000"), num(t, "1e-1000000")), c: Context{Precision: 4, Rounding: Up}, want: "1.001e+1000000 …"},
		"a value that was open showed a zero as a placeholder": {x: Sum(Int(90), open), want: "90 …"},
		"but one beyond the digits":                            {x: Sum(Int(1200), open), c: Context{Precision: 3}, want: "1.2e+3 …"},
		// By Python's pow(7, 300000, 1000), and so on; the power at the end by MPFR 4.2.0.
		"a power was too long for a remainder": {x: Remainder(Power(Int(7), Int(300000)), Int(1000), Floored), want: "1"},
		"that of a short base too":             {x: Remainder(Power(Int(2), Int(3000000)), Int(7), Truncated), want: "1"},
		"a quotient of long powers was left open": {
			x: Quotient(Power(Int(7), Int(300000)), Power(Int(7), Int(299999))), want: "7"},
		"a logarithm of a long power too": {x: LogBase(Power(Int(7), Int(300000)), Int(7)), want: "300000"},
		"a long sum was said to be no integer": {
			x: GCD(Sum(Power(Int(10), Int(500000)), Int(1)), Int(11)), want: "1"},
		"and a long odd exponent": {x: Power(Int(-1), Power(Int(7), Int(300000))), want: "-1"},
		"of a power that is not long, no more is written than its first digits": {
			x: Power(Power(Int(7), Int(300000)), num(t, "1.5")), want: "1.312219283510260204946503654038042e+380294 …"},
		// By mpmath 1.3.0, whose pslq found the coefficients.
		"x^(1/2) and x^(1/3) were taken for one root, so that their sum was exactly 0": {x: near, c: Context{Precision: 5}, want: "-6.286e-71 …"},
		"and could not be divided by": {x: Quotient(Int(1), near), c: Context{Precision: 5}, want: "-1.5908e+70 …"},
		// By mpmath 1.3.0.
		"the degree of a root of 2 did not fit a word, so that a sum with it was exactly 0": {x: far, c: Context{Precision: 5}, want: "-2.4135e-45 …"},
		"and could not be divided by, either":                                               {x: Quotient(Int(1), far), c: Context{Precision: 5}, want: "-4.1433e+44 …"},
		"an enclosure that is one number, a short decimal, was taken for a little more": {
			x: Product(Power(Int(2), Int(3000000)), Power(Int(2), Int(-3000000))), c: Context{Precision: 5, Rounding: Up}, want: "1"},
		"in a quotient too": {
			x: Root(Quotient(Power(Int(2), Int(3000000)), Power(Int(2), Int(2999998))), Int(2)), c: Context{Precision: 5, Rounding: Ceiling}, want: "2"},
		"a sum of sums in limbs was looked at for ever, which was a crash": {
			x: Difference(Sum(num(t, "1e1000000"), num(t, "1e-1000000")), Sum(num(t, "1e1000000"), num(t, "2e-1000000"))), want: "-1e-1000000"},
		"with more that is added too": {
			x: Sum(Root(Int(2), Int(2)), Negation(Sum(num(t, "1e1000000"), num(t, "1e-1000000"))), num(t, "1e1000000")),
			c: Context{Precision: 5, Rounding: Up}, want: "1.4143 …"},
		"and with a fraction": {
			x: Sum(third, Negation(Sum(num(t, "1e1000000"), num(t, "1e-1000000"))), num(t, "1e1000000")),
			c: Context{Precision: 5, Rounding: Up}, want: "0.33334 …"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			r, err := Evaluate(ctx, c.x, c.c)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
			if err != nil {
				require.Equal(t, c.want, "! "+err.Error())
				return
			}
			require.NoError(t, ctx.Err())
			got, err := r.Text(c.n, c.c.Limits)
			if err != nil {
				require.Equal(t, c.want, "! "+err.Error())
				return
			}
			if !r.Exact {
				got += " …"
			}
			require.Equal(t, c.want, got)
		})
	}
}
