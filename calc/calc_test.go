package calc

import (
	"context"
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// number is the decimal that text stands for.
func number(t testing.TB, text string) decimal.Decimal {
	t.Helper()
	d, err := Parse(text, Limits{})
	require.NoError(t, err, text)
	return d
}

// num is a number as a formula.
func num(t testing.TB, text string) Expr { return Number(number(t, text)) }

func text(t testing.TB, x Expr, c Context, n Notation) string {
	t.Helper()
	r, err := Evaluate(context.Background(), x, c)
	if err != nil {
		return "! " + err.Error()
	}
	s, err := r.Text(n, c.Limits)
	if err != nil {
		return "! " + err.Error()
	}
	if !r.Exact {
		s += " …"
	}
	return s
}

func TestNotations(t *testing.T) {
	for _, c := range []struct{ in, auto, plain, scientific, engineering string }{
		{"0", "0", "0", "0e+0", "0e+0"},
		{"-0e5", "0", "0", "0e+0", "0e+0"},
		{"1.500", "1.5", "1.5", "1.5e+0", "1.5e+0"},
		{"1200", "1200", "1200", "1.2e+3", "1.2e+3"},
		{"12000", "12000", "12000", "1.2e+4", "12e+3"},
		{"1e22", "10000000000000000000000", "10000000000000000000000", "1e+22", "10e+21"},
		{"1e23", "1e+23", "100000000000000000000000", "1e+23", "100e+21"},
		{"1e50", "1e+50", "1" + strings.Repeat("0", 50), "1e+50", "100e+48"},
		{"-1e-7", "-0.0000001", "-0.0000001", "-1e-7", "-100e-9"},
		{"1.5e-7", "0.00000015", "0.00000015", "1.5e-7", "150e-9"},
		{"1e-8", "1e-8", "0.00000001", "1e-8", "10e-9"},
		{"1.5e40", "1.5e+40", "15" + strings.Repeat("0", 39), "1.5e+40", "15e+39"},
		{"123.456", "123.456", "123.456", "1.23456e+2", "123.456e+0"},
		{"1e1000000", "1e+1000000", "! the plain notation of the result has 1000001 digits, above max_digits (100000): ask for notation scientific", "1e+1000000", "10e+999999"},
	} {
		for n, want := range map[Notation]string{Auto: c.auto, Plain: c.plain, Scientific: c.scientific, Engineering: c.engineering} {
			require.Equal(t, want, text(t, num(t, c.in), Context{}, n), "%s as %s", c.in, n)
		}
	}
}

func TestARoundedResultShowsNoPlaceholderZero(t *testing.T) {
	for _, c := range []struct {
		in     string
		digits int
		want   string
	}{
		{"123456", 2, "1.2e+5 …"},
		{"119.96", 3, "120 …"},
		{"1199.6", 3, "1.2e+3 …"},
		{"99999.9", 2, "1e+5 …"},
		{"0.0299", 1, "0.03 …"},
		{"120", 2, "120"}, // exact: its zero may stand
	} {
		require.Equal(t, c.want, text(t, num(t, c.in), Context{Precision: c.digits}, Auto), c.in)
	}
}

func TestResultLenBoundsItsText(t *testing.T) {
	for _, in := range []string{"0", "-1", "1e22", "1e-7", "-1.5e-300", "123456.789", "1e90000"} {
		for n := Auto; n <= Engineering; n++ {
			r, err := Evaluate(context.Background(), num(t, in), Context{})
			require.NoError(t, err)
			s, err := r.Text(n, Limits{})
			require.NoError(t, err)
			require.LessOrEqual(t, len(s), r.Len(n))
			require.LessOrEqual(t, r.Len(n), len(s)+24)
		}
	}
}

func TestExactResultsAreRecognised(t *testing.T) {
	half := Context{Precision: 5}
	for want, x := range map[string]Expr{
		"3":          Root(num(t, "27"), num(t, "3")),
		"-3":         Root(num(t, "-27"), num(t, "3")),
		"0.5":        Root(num(t, "0.125"), num(t, "3")),
		"2":          Root(num(t, "0.125"), num(t, "-3")),
		"1e+1000":    Root(num(t, "1e1000000"), num(t, "1000")),
		"0.015625":   Power(num(t, "8"), num(t, "-2")),
		"0.125":      Power(num(t, "0.25"), num(t, "1.5")),
		"0.1":        Power(num(t, "1e-8"), num(t, "0.125")),
		"1":          Power(num(t, "0"), num(t, "0")),
		"-1":         Power(num(t, "-1"), num(t, "99999999999999999999999")),
		"0.01":       LogBase(num(t, "1.02"), Power(num(t, "1.02"), num(t, "100"))),
		"-7":         LogBase(num(t, "1e-7"), num(t, "10")),
		"1.5":        LogBase(num(t, "8"), num(t, "4")),
		"-6":         LogBase(num(t, "0.015625"), num(t, "2")),
		"-1.5":       LogBase(num(t, "8"), num(t, "0.25")),
		"0":          Log(num(t, "1.000")),
		"1e-1000000": Sum(num(t, "1e1000000"), num(t, "1e-1000000"), num(t, "-1e1000000")),
	} {
		require.Equal(t, want, text(t, x, half, Auto))
	}
	for _, c := range []struct {
		x    Expr
		unit Unit
		want string
	}{
		{Sin(num(t, "30")), Degree, "0.5"}, {Sin(num(t, "-30")), Degree, "-0.5"}, {Sin(num(t, "330")), Degree, "-0.5"},
		{Sin(num(t, "1e1000000")), Degree, "-0.98481 …"}, // 10^1000000 = 280 modulo 360; sin 280° = -0.98480775…
		{Cos(num(t, "60")), Degree, "0.5"}, {Cos(num(t, "0.25")), Turn, "0"}, {Cos(num(t, "100")), Gradian, "0"},
		{Exp(num(t, "0")), Radian, "1"}, {Tan(num(t, "45")), Degree, "1"}, {Tan(num(t, "-50")), Gradian, "-1"}, {Tan(num(t, "0.125")), Turn, "1"},
		{Tan(num(t, "90")), Degree, "! the tangent has a pole there"}, {Tan(num(t, "-0.75")), Turn, "! the tangent has a pole there"},
		{Cos(num(t, "22.5")), Degree, "0.92388 …"}, {Tan(num(t, "30")), Degree, "0.57735 …"},
	} {
		require.Equal(t, c.want, text(t, c.x, Context{Precision: 5, Unit: c.unit}, Auto))
	}
}

func TestOutsideTheDomainIsUndefined(t *testing.T) {
	for want, x := range map[string]Expr{
		"division by zero":                                Quotient(num(t, "1"), num(t, "0")),
		"zero to a negative power":                        Power(num(t, "0"), num(t, "-0.5")),
		"square root of a negative number":                Root(num(t, "-2"), num(t, "2")),
		"even root of a negative number":                  Root(num(t, "-2"), num(t, "-4")),
		"logarithm of zero":                               Log(num(t, "0")),
		"logarithm of a negative number":                  LogBase(num(t, "-1"), num(t, "2")),
		"the base of a logarithm is not 1":                LogBase(num(t, "5"), num(t, "1.0")),
		"the base of a logarithm is positive":             LogBase(num(t, "5"), num(t, "0")),
		"places is not an integer":                        Round(num(t, "5"), num(t, "0.5"), HalfEven),
		"the degree of a root is an integer other than 0": Root(num(t, "5"), num(t, "0.5")),
	} {
		_, err := Evaluate(context.Background(), x, Context{})
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Undefined, e.Kind)
		require.Equal(t, want, e.Reason)
	}
}

// TestHugeRequestsAreQuick: an answer or a clear problem, in a tenth of a second of work; the bound in the test is ten times that.
func TestHugeRequestsAreQuick(t *testing.T) {
	long := strings.Repeat("7", 100_000)
	many := make([]Expr, 5000)
	for i := range many {
		many[i] = num(t, "1e"+big.NewInt(int64(i*400-1_000_000)).String())
	}
	for name, x := range map[string]Expr{
		"9^9^9":              Power(num(t, "9"), num(t, "387420489")),
		"2^-1e9":             Power(num(t, "2"), num(t, "-1e9")),
		"near one":           Power(num(t, "1.0000001"), num(t, "1e9")),
		"huge exponent":      Power(num(t, "1.5"), num(t, "1e1000000")),
		"huge half exponent": Power(num(t, "3"), num(t, "1"+strings.Repeat("0", 50)+".5")),
		"its inverse":        Power(num(t, "1.0001"), num(t, "-1"+strings.Repeat("0", 50)+".5")),
		"of a square":        Power(num(t, "9"), num(t, "1"+strings.Repeat("0", 50)+".5")),
		"tiny exponent":      Power(num(t, "1.5"), num(t, "1e-1000000")),
		"long root":          Root(num(t, long), num(t, "2")),
		"root of degree":     Root(num(t, "2"), num(t, "1000000")),
		"root of 1e6":        Root(num(t, "1e1000000"), num(t, "999999")),
		"long quotient":      Quotient(num(t, long), num(t, long[1:]+"1")),
		"long product":       Product(num(t, long), num(t, long), num(t, long), num(t, long)),
		"apart":              Sum(num(t, "1e1000000"), num(t, "1e-1000000")),
		"remainder":          Remainder(num(t, "1e1000000"), num(t, "1e-1000000"), Truncated),
		"remainder 7":        Remainder(num(t, "1e1000000"), num(t, "7"), Nearest),
		"long remainder":     Remainder(num(t, "1e1000000"), num(t, long), Floored),
		"far below":          Remainder(num(t, "-1e-1000000"), num(t, "1e1000000"), Floored),
		"many apart":         Sum(many...),
		"round far":          Round(num(t, "1e1000000"), num(t, "1000000"), HalfEven),
		"round off":          Round(num(t, "1e1000000"), num(t, "-1e1000000"), Up),
		"exp huge":           Exp(num(t, "1e1000000")),
		"exp tiny":           Exp(num(t, "1e-1000000")),
		"sin tiny":           Sin(num(t, "1e-1000000")),
		"log of huge":        Log(num(t, "1e1000000")),
		"log beside one":     Log(Sum(num(t, "1"), num(t, "1e-90000"))),
		"log to a base":      LogBase(num(t, "1e1000000"), num(t, "1e-999999")),
		"log of long":        LogBase(num(t, long), num(t, "7")),
	} {
		start := time.Now()
		r, err := Evaluate(context.Background(), x, Context{})
		if err == nil {
			_, err = r.Text(Auto, Limits{})
		}
		if err != nil {
			var e *Error
			require.True(t, errors.As(err, &e), "%s: %v", name, err)
			require.Equal(t, TooLarge, e.Kind, "%s: %v", name, err)
		}
		took := time.Since(start)
		t.Logf("%-16s %8.1f ms", name, took.Seconds()*1000)
		require.Less(t, took, 5*time.Second, name)
	}
}

// Results beyond the limit are refused from an estimate, however many digits are asked for; the bound in the test is for busy machines.
func TestResultsBeyondTheLimitAreRefusedBeforeTheWork(t *testing.T) {
	for text, want := range map[string]string{
		"exp(1e7)": "large", "exp(2302590)": "large", "exp(-2302588)": "small", "exp(-1e9)": "small", "exp(1e1000000)": "large",
		"sinh(1e9)": "large", "sinh(-2302590)": "large", "cosh(-1e9)": "large", "10^1e7": "large", "10^1000001": "large", "10^1000001.5": "large",
		"10^-1000000.5": "small", "0.9^1e1000000": "small", "(-1.0000001)^1e900000": "large", "1.0000001^1e15": "large", "0.9999999^1e15": "small",
		"1.0000000000007^9e18": "large", "(1e-1000000)^-1.5": "large", "(1e1000000)^1e1000000": "large", "206000!": "large", "205023!": "large",
		"factorial(1e1000000)": "large", "binomial(4e6, 2e6)": "large", "binomial(3321960, 1660980)": "large", "binomial(1e100, 1e50)": "large",
		"binomial(-4e6, 2e6)": "large", "root(1e-1000000, -1)*20": "large", "hypot(8e1000000, 7e1000000)": "large",
	} {
		start := time.Now()
		x, err := ParseExpression(text, Limits{})
		require.NoError(t, err)
		_, err = Evaluate(t.Context(), x, Context{Precision: 10_000})
		require.ErrorContains(t, err, "the result is too "+want, text)
		require.Less(t, time.Since(start), 5*time.Second, text)
		t.Logf("%-30s %8.3f ms", text, time.Since(start).Seconds()*1000)
	}
}

// TestMoreDigitsAgree: the n digits of a computation are those of a longer answer, rounded; and Floor ≤ nearest ≤ Ceiling,
// one unit apart at most. (Rounding twice is right here: the longer answer is truncated with a sticky digit.)
func TestMoreDigitsAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	operands := []string{"2", "0.1", "3", "1e-20", "999999999999", "1.0000000000000001", "7.25", "123456.789", "1e15", "0.3333333333"}
	for range 300 {
		a, b := operands[random.IntN(len(operands))], operands[random.IntN(len(operands))]
		make := []func() Expr{
			func() Expr { return Quotient(num(t, a), num(t, b)) },
			func() Expr { return Root(num(t, a), Int(int64(random.IntN(9)+2))) },
			func() Expr { return Power(num(t, a), num(t, "0.37")) },
			func() Expr { return Log(num(t, a)) },
			func() Expr { return Sin(num(t, a)) },
			func() Expr { return Tan(num(t, b)) },
			func() Expr { return Exp(Negation(num(t, "0.1"))) },
		}[random.IntN(7)]
		x := make()
		digits := random.IntN(60) + 1
		long, err := Evaluate(context.Background(), x, Context{Precision: digits + 30, Rounding: Down})
		require.NoError(t, err)
		sticky := long.Value
		if !long.Exact {
			unit := decimal.New(int64(sticky.Sign()), sticky.Exponent()-40)
			sticky = sticky.Add(unit)
		}
		var results []decimal.Decimal
		for r := HalfEven; r <= ZeroFiveUp; r++ {
			got, err := Evaluate(context.Background(), x, Context{Precision: digits, Rounding: r})
			require.NoError(t, err)
			want, err := Evaluate(context.Background(), Number(sticky), Context{Precision: digits, Rounding: r})
			require.NoError(t, err)
			require.True(t, want.Value.Equal(got.Value), "%s %s %d %s", a, b, digits, r)
			results = append(results, got.Value)
		}
		require.True(t, results[Floor].LessThanOrEqual(results[HalfEven]) && results[HalfEven].LessThanOrEqual(results[Ceiling]))
	}
}

func TestTheContextStopsTheWork(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Evaluate(ctx, Tan(num(t, "1e5000")), Context{Precision: 1_000_000, Limits: Limits{Precision: 1_000_000, Digits: 1_000_000}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 5*time.Second)
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Forms
	}{
		{"1", "3", Forms{Fraction: "1/3", Mixed: "1/3", Repeating: "0.(3)"}},
		{"-22", "7", Forms{Fraction: "-22/7", Mixed: "-3 1/7", Repeating: "-3.(142857)"}},
		{"6", "3", Forms{Fraction: "2", Mixed: "2", Repeating: "2"}},
		{"5", "12", Forms{Fraction: "5/12", Mixed: "5/12", Repeating: "0.41(6)"}},
		{"1", "8", Forms{Fraction: "1/8", Mixed: "1/8", Repeating: "0.125"}},
		{"1", "983", Forms{Fraction: "1/983", Mixed: "1/983", Repeating: "0.(" + period(983) + ")"}},
		{"1", "1019", Forms{Fraction: "1/1019", Mixed: "1/1019"}}, // its period has 1018 digits
	} {
		r, err := Evaluate(context.Background(), Quotient(num(t, c.a), num(t, c.b)), Context{})
		require.NoError(t, err)
		got, err := r.Forms(context.Background(), Limits{})
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

func TestFormsAreInTheUnitOfTheResult(t *testing.T) {
	r, err := Evaluate(t.Context(), Sin(Int(45)), Context{Precision: 20, Unit: Degree})
	require.NoError(t, err)
	forms, err := r.Forms(t.Context(), Limits{})
	require.NoError(t, err)
	require.Equal(t, Forms{Symbolic: "√2/2"}, forms)
}

// An Expr keeps what was found out of it: neither a Context nor a context.Context of before may show in what comes after.
func TestAnExpressionIsEvaluatedAnew(t *testing.T) {
	angle, long := Sin(Sum(Int(10), Int(20))), Power(Int(3), Int(21003))
	for _, c := range []struct {
		x              Expr
		c              Context
		want, symbolic string
	}{
		{angle, Context{Precision: 5, Unit: Degree}, "0.5", ""},
		{angle, Context{Precision: 5}, "-0.98803 …", ""},
		{angle, Context{Precision: 5, Unit: Turn}, "0", ""},
		{Root(Int(2), Int(2)), Context{Precision: 5}, "1.4142 …", "√2"},
		{Negation(Root(Int(7), Int(5))), Context{Precision: 5}, "-1.4758 …", "-7^(1/5)"},
		{Log(Quotient(Int(8), Int(3))), Context{Precision: 5}, "0.98083 …", "ln(8/3)"},
		{Exp(num(t, "1e-900000")), Context{Precision: 5, Rounding: Up}, "1.0001 …", ""},
		{Log(Sum(Int(1), Quotient(Int(1), num(t, "3e2000")))), Context{Precision: 5}, "3.3333e-2001 …", ""},
		{long, Context{Precision: 5}, "9.4998e+10020 …", ""},
	} {
		for range 2 {
			ctx, cancel := context.WithCancel(t.Context())
			r, err := Evaluate(ctx, c.x, c.c)
			cancel()
			require.NoError(t, err)
			got, err := r.Text(Auto, Limits{})
			require.NoError(t, err)
			if !r.Exact {
				got += " …"
			}
			require.Equal(t, c.want, got)
			forms, err := r.Forms(t.Context(), Limits{})
			require.NoError(t, err)
			require.Equal(t, c.symbolic, forms.Symbolic)
		}
	}
	r, err := Evaluate(t.Context(), long, Context{Precision: 10_022, Limits: Limits{Precision: 20_000}})
	require.NoError(t, err)
	require.True(t, r.Exact)
}

func TestSymbolicFormHasWhateverCoefficient(t *testing.T) {
	for _, digits := range []int{30, 100} {
		coefficient := strings.Repeat("7", digits)
		r, err := Evaluate(t.Context(), Product(num(t, coefficient), Pi()), Context{})
		require.NoError(t, err)
		forms, err := r.Forms(t.Context(), Limits{})
		require.NoError(t, err)
		require.Equal(t, Forms{Symbolic: coefficient + "·pi"}, forms)
	}
}

func TestSymbolicFormsHoldNoRootOfADegreeBeyondAWord(t *testing.T) {
	root := func(x, n int64) Expr { return Power(Int(x), Quotient(Int(1), Int(n))) }
	// The least common multiple of the degrees is above 2^71.
	r, err := Evaluate(t.Context(), Product(root(2, 16777213), root(3, 16777199), root(5, 16777183), Pi()), Context{})
	require.NoError(t, err)
	forms, err := r.Forms(t.Context(), Limits{})
	require.NoError(t, err)
	require.Equal(t, Forms{}, forms)
}

// period is the period of 1/p by long division.
func period(p int) string {
	var b strings.Builder
	for r := 1; ; {
		r *= 10
		b.WriteByte(byte('0' + r/p))
		if r %= p; r == 1 {
			return b.String()
		}
	}
}

func TestParseSaysWhatToWrite(t *testing.T) {
	for in, want := range map[string]string{
		"1e1000001":                  "max_exponent",
		strings.Repeat("1", 100_001): "max_digits",
		"1e99999999999999999999":     "max_exponent",
	} {
		_, err := Parse(in, Limits{})
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, want, e.Limit)
	}
	for _, in := range []string{"", " ", "1,5", "1,234.56", "NaN", "Infinity", "0x10", "--1", "1e", "1__0", "one", "1 2"} {
		_, err := Parse(in, Limits{})
		var e *Error
		require.ErrorAs(t, err, &e, in)
		require.Equal(t, NotANumber, e.Kind)
	}
	require.True(t, number(t, " −1_000.50E+2 ").Equal(decimal.New(-100050, 0)))
	require.True(t, number(t, "0e99999999999").IsZero())
}

func TestBinomialsAreThoseOfTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		n := random.Int64N(1 << random.IntN(13))
		k := random.Int64N(n + 1)
		want := new(big.Int).Binomial(n, k)
		for _, choose := range []func(context.Context, *big.Int, int64) (*big.Int, error){chooseByPrimes, chooseRange} {
			got, err := choose(context.Background(), big.NewInt(n), k)
			require.NoError(t, err)
			require.Zero(t, want.Cmp(got), "binomial(%d, %d) is %s, not %s", n, k, want, got)
		}
	}
}
