package main

import (
	"fmt"
	"math"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"calculator/calc/catalogue"
)

// A request to a function, by POST unless it has no body.
type request struct {
	path, query, contentType, body string
	method                         string
	header                         []string // names and values
}

// A shape is a sort of request, as large as its axes say: each of them is a place in its list.
type shape struct {
	name string
	axes []axis
	make func(at []string) request
}

// An axis is what of a shape is varied, from harmless to harmful as far as that is known.
type axis struct {
	name   string
	values []string
}

func numbers(name string, values ...int) axis {
	a := axis{name: name}
	for _, v := range values {
		a.values = append(a.values, fmt.Sprint(v))
	}
	return a
}

// whole is the number that a place of an axis stands for.
func whole(text string) int {
	n := 0
	_, _ = fmt.Sscan(text, &n) // ours
	return n
}

var (
	lengths    = numbers("digits", 1, 34, 1000, 30_000, 99_999)
	exponents  = numbers("exponent", 0, -100_000, -900_000, 20, 100_000, 900_000)
	precisions = axis{"precision", []string{"", "34", "10000", "exact"}}
	fills      = axis{"of", []string{"9", "10000000000000000000000000000000000000001", "1234567"}}
)

// operand is a number of so many digits.
func operand(digits int, of string, exponent int) string {
	text := strings.Repeat(of, digits/len(of)+1)[:digits]
	if of[0] == '9' && digits > 1 { // no power of ten is near, nor a zero at its end
		text = text[:digits-1] + "7"
	}
	return fmt.Sprintf("%s.%se%d", text[:1], text[1:], exponent)
}

func options(precision string, more ...string) string {
	v := url.Values{}
	if precision != "" {
		v.Set("precision", precision)
	}
	for pair := range slices.Chunk(more, 2) {
		v.Set(pair[0], pair[1])
	}
	return v.Encode()
}

// maxBody is max_body, with some room for what surrounds the operands.
const maxBody = 1<<20 - 200

// shapesOf are the requests to try with a function.
func shapesOf(o *catalogue.Operation) []shape {
	var extra []string
	if o.Option("forms") >= 0 {
		extra = []string{"forms", "true"}
	}
	switch {
	case o.Name == "dashboard":
		return pageShapes()
	case o.Operands[0].Expression:
		return expressionShapes()
	case o.Variadic:
		return []shape{
			{"operands", []axis{numbers("count", 1, 10, 100, 1000, 20_000, 100_000), lengths, fills, exponents, precisions}, func(at []string) request {
				digits := max(min(whole(at[1]), maxBody/whole(at[0])-12), 1)
				body := strings.Repeat(operand(digits, at[2], whole(at[3]))+" ", min(whole(at[0]), maxBody/(digits+10)))
				return request{query: options(at[4]), body: body}
			}},
			{"operands far apart", []axis{numbers("count", 2, 100, 1000, 20_000, 50_000), numbers("digits", 1, 30, 1000, 99_999), numbers("spread", 1000, 100_000, 999_000), precisions}, func(at []string) request {
				digits := max(min(whole(at[1]), maxBody/whole(at[0])-12), 1)
				count := min(whole(at[0]), maxBody/(digits+12))
				var b strings.Builder
				for i := range count {
					fmt.Fprintln(&b, operand(digits, "9", whole(at[2])*(2*i-count)/count))
				}
				return request{query: options(at[3]), body: b.String()}
			}},
			batchOf("batch", `{"args":["%s","%s"],"precision":%s}`, 2),
			batchOf("batch in plain", `{"args":["%s"],"notation":"plain","precision":%s}`, 1),
		}
	}
	shapes := []shape{}
	switch len(o.Operands) {
	case 1:
		shapes = append(shapes, shape{"operand", []axis{lengths, fills, exponents, precisions}, func(at []string) request {
			return request{query: options(at[3], extra...), body: operand(whole(at[0]), at[1], whole(at[2]))}
		}}, batchOf("batch", `{"args":["%s"],"precision":%s}`, 1))
	case 2:
		shapes = append(shapes, shape{"operands", []axis{lengths, lengths, fills, exponents, exponents, precisions}, func(at []string) request {
			query := options(at[5], extra...)
			if o.Name == "round" {
				query = ""
			}
			return request{query: query, body: operand(whole(at[0]), at[2], whole(at[3])) + " " + operand(whole(at[1]), at[2], whole(at[4]))}
		}}, shape{"operand and integer", []axis{lengths, fills, exponents, numbers("second", 2, 3, 10, 1000, 999_983, -3, -1000), precisions}, func(at []string) request {
			query := options(at[4], extra...)
			if o.Name == "round" {
				query = ""
			}
			return request{query: query, body: operand(whole(at[0]), at[1], whole(at[2])) + " " + at[3]}
		}})
		if o.Name != "round" {
			shapes = append(shapes, batchOf("batch", `{"args":["%s","%s"],"precision":%s}`, 2), batchOf("batch with 7", `{"args":["%s","7"],"precision":%s}`, 1))
		}
	}
	return shapes
}

// batchOf is as many elements as one request takes.
func batchOf(name, element string, operands int) shape {
	return shape{name, []axis{numbers("elements", 1, 10, 100, 1000), lengths, fills, numbers("exponent", 0, 1000, 900_000), {"precision", []string{"34", "10000", `"exact"`}}}, func(at []string) request {
		digits := max(min(whole(at[1]), maxBody/whole(at[0])/operands-80), 1)
		var b strings.Builder
		b.WriteByte('[')
		for i := range whole(at[0]) {
			if i > 0 {
				b.WriteByte(',')
			}
			var of []any
			for j := range operands {
				of = append(of, operand(digits, fmt.Sprint(i+j+1)+at[2], whole(at[3])))
			}
			fmt.Fprintf(&b, element, append(of, at[4])...)
		}
		b.WriteByte(']')
		return request{contentType: "application/json", body: b.String()}
	}}
}

// terms writes so many terms that differ.
func terms(count int, sign, term string) string {
	var b strings.Builder
	for i := range count {
		if i > 0 {
			b.WriteString(sign)
		}
		b.WriteString(strings.ReplaceAll(term, "N", fmt.Sprint(i+2)))
		if b.Len() > maxBody-1000 {
			break
		}
	}
	return b.String()
}

func nested(depth int, open, inner, end string) string {
	return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
}

// surds is the sum of the square roots of the first primes: the distance of such sums from zero is hard to tell.
func surds(count int) string {
	var list []string
	for p := int64(2); len(list) < count; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			list = append(list, fmt.Sprintf("sqrt(%d)", p))
		}
	}
	return strings.Join(list, "+")
}

func expressionShapes() []shape {
	precision := axis{"precision", []string{"", "34", "10000"}}
	sizes := numbers("size", 10, 100, 1000, 6000, 9900)
	of := func(name string, sizes axis, text func(n int) string) shape {
		return shape{name, []axis{sizes, precision}, func(at []string) request {
			return request{query: options(at[1], "forms", "true"), body: text(whole(at[0]))}
		}}
	}
	var shapes []shape
	for _, term := range []string{"sqrt(N)", "exp(1/N)", "ln(N)", "sin(N)", "atan(1/N)", "1/(pi+N)", "tan(sqrt(N))", "cosh(1/N)", "N^0.3", "1/N", "asin(1/N)", "log2(N)", "N^pi", "sinh(pi/N)"} {
		shapes = append(shapes, of("sum of "+term, sizes, func(n int) string { return terms(n, "+", term) }))
	}
	for _, factor := range []string{"sqrt(N)", "(sin(N)+1/N)", "(1/N)", "(N+pi)"} {
		shapes = append(shapes, of("product of "+factor, sizes, func(n int) string { return terms(n, "*", factor) }))
	}
	for _, f := range []string{"sqrt(2+", "exp(-", "sin(exp(", "ln(3+", "atan(", "1/(1+", "1/(pi+", "cbrt(1/3+", "tan(", "(2+", "floor(", "abs(", "hypot(3,", "cos(sqrt(2)*", "-(1-"} {
		shapes = append(shapes, of("nested "+f, numbers("size", 1, 10, 60, 300, 900), func(n int) string { return nested(n, f, "pi", strings.Repeat(")", strings.Count(f, "("))) }))
	}
	deep := numbers("size", 5, 10, 15, 20, 60, 1000)
	for name, step := range map[string]string{"squares": "x*x", "squares and one": "x*x+1", "squares of inverses": "1/(x*x+1)", "squared roots": "sqrt(x*x+x)", "powers": "x^2", "exponentials": "exp(x)", "reflected": "x-1/x", "doubled": "x+x", "towers": "2^x", "self powers": "x^x", "factorials": "x!", "sines": "sin(x)+x", "binomials": "binomial(2x,x)"} {
		for _, first := range []string{"1/3", "sqrt(2)", "pi"} {
			shapes = append(shapes, of(name+" from "+first, deep, func(n int) string {
				return "x=" + first + strings.Repeat(";x="+step, n) + ";x"
			}))
		}
	}
	digits := numbers("digits", 1000, 30_000, 99_999)
	for name, text := range map[string]string{
		"ten long factors": "A*B*A*B*A*B*A*B*A*B", "long powers": "A^10", "long quotient": "A/B", "quotients": "A/B+B/A+A/(B+1)+B/(A+1)", "gcd": "gcd(A,B,A+1,B+1,A+2)", "lcm": "lcm(A,B,A+1,B+1)",
		"long root": "sqrt(A)+cbrt(B)", "long exp": "exp(0.A)+ln(B)+sin(A)", "long mod": "A mod B+(A*B) mod 0.A", "turns": "sin(A)+cos(B)+tan(A*B)", "power of long": "0.A^0.B", "near zero": "1/(A/B-A/(B+1))",
		"roots near": "1/(sqrt(A)-sqrt(A+1))", "roots of long": "sqrt(A)*sqrt(B)-sqrt(A*B)", "atan2": "atan2(A,B)", "log": "log(A,B)", "hypot": "hypot(A,B)", "max": "max(A,B,A+1,B+1)-min(sqrt(A),sqrt(B))", "round": "round(A/B,10000)", "root of power": "root(A^7,7)",
	} {
		shapes = append(shapes, of(name, digits, func(n int) string {
			a, b := strings.Repeat("7", n), strings.Repeat("3", n-1)+"1"
			return strings.NewReplacer("A", a, "B", b).Replace(text)
		}))
	}
	shapes = append(shapes,
		of("zero among square roots", numbers("size", 2, 4, 6, 8, 10, 12, 14, 16), func(n int) string { return "1/((" + surds(n) + ")-(" + surds(n) + ")^2/(" + surds(n) + "))" }),
		of("zero among roots apart", numbers("size", 2, 4, 6, 8, 10, 12, 14, 16), func(n int) string {
			return "1/(sqrt((" + surds(n) + ")^2)-(" + surds(n) + "))"
		}),
		of("undecided", numbers("size", 1, 10, 100, 1000), func(n int) string { return "1/(" + terms(n, "+", "sin(N)^2+cos(N)^2-1") + ")" }),
		of("undecided sum", numbers("size", 1, 10, 100, 1000), func(n int) string { return terms(n, "+", "(exp(pi*sqrt(N))-exp(pi*sqrt(N)+1)/e)") }),
		of("nearly an integer", numbers("size", 1, 10, 100), func(n int) string { return "floor(" + terms(n, "+", "exp(N)*exp(-N)*10^500") + ")" }),
		of("factorial", numbers("of", 100, 1000, 10_000, 100_000, 205_022, 205_023, 1_000_000_000), func(n int) string { return fmt.Sprintf("%d!", n) }),
		of("factorials", numbers("of", 1000, 50_000, 205_000), func(n int) string { return fmt.Sprintf("%d!/%d!+%d!", n, n-1, n-2) }),
		of("binomial", numbers("of", 1000, 100_000, 3_321_000, 1_000_000_000), func(n int) string { return fmt.Sprintf("binomial(%d,%d)", n, n/2) }),
		of("binomial apart", numbers("of", 100, 10_000, 50_000, 100_000, 200_000), func(n int) string { return fmt.Sprintf("binomial(10^9,%d)", n) }),
		of("power of a rational", numbers("of", 1000, 10_000, 100_000, 1_000_000, 2_000_000), func(n int) string { return fmt.Sprintf("(1+1/3)^%d", n) }),
		of("power of 2", numbers("of", 1000, 100_000, 1_000_000, 3_321_000, 3_400_000), func(n int) string { return fmt.Sprintf("2^%d+3^-%d", n, n*6/10) }),
		of("power of a root", numbers("of", 10, 1000, 100_000, 1_000_000), func(n int) string { return fmt.Sprintf("(sqrt(2)+1)^%d", n) }),
		of("roots of high degree", numbers("of", 10, 1000, 10_000, 100_000, 1_000_000), func(n int) string { return fmt.Sprintf("root(3,%d)^%d-3", n, n) }),
		of("repeating", numbers("of", 10, 1000, 99_999), func(n int) string { return "1/9" + strings.Repeat("7", n) }),
		of("ones", numbers("count", 100, 1000, 9999, 10_001, 500_000), func(n int) string { return "1" + strings.Repeat("+1", n) }),
		of("variables", numbers("count", 10, 1000, 9000), func(n int) string { return terms(n, ";", "vN=N/7") + ";v2" }),
		of("variables in use", numbers("count", 10, 1000, 6000), func(n int) string { return "v1=1;" + terms(n, ";", "vN=v1+1/N") + ";v1" }),
		of("turns of 10^n", numbers("of", 10, 1000, 100_000, 999_999), func(n int) string { return fmt.Sprintf("sin(10^%d)", n) }),
		of("modulo pi", numbers("of", 10, 1000, 100_000, 999_999), func(n int) string { return fmt.Sprintf("10^%d mod pi", n) }),
	)
	for _, line := range []string{"sqrt(N)", "exp(N/7)", "sin(N)^2", "N^0.3+ln(N)", "20000! / N", "9^100000/N", "1/(sin(N)^2+cos(N)^2-1)", "2^3000000/N", "x=N"} {
		shapes = append(shapes, shape{"lines of " + line, []axis{numbers("count", 1, 30, 1000), precision}, func(at []string) request {
			return request{query: options(at[1]), body: terms(whole(at[0]), "\n", line)}
		}}, shape{"batch of " + line, []axis{numbers("count", 1, 30, 1000), {"precision", []string{"34", "1000", "10000"}}}, func(at []string) request {
			return request{contentType: "application/json", body: "[" + terms(whole(at[0]), ",", fmt.Sprintf(`{"expression":"%s","precision":%s,"forms":true}`, line, at[1])) + "]"}
		}})
	}
	return shapes
}

// pageShapes ask the dashboard in its functions' place, and as an assistant does.
func pageShapes() []shape {
	var shapes []shape
	for _, s := range expressionShapes() {
		if strings.HasPrefix(s.name, "batch of") || strings.HasPrefix(s.name, "sum of") {
			make := s.make
			s.make = func(at []string) request {
				q := make(at)
				q.path = "/evaluate"
				return q
			}
			shapes = append(shapes, s)
		}
	}
	return append(shapes, shape{"a tool's call", []axis{numbers("digits", 10, 1000, 99_999), precisions}, func(at []string) request {
		return request{path: "/mcp", contentType: "application/json", body: fmt.Sprintf(
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"evaluate","arguments":{"expression":"%s^%s/3","precision":"%s"}}}`,
			strings.Repeat("7", whole(at[0])), "9", at[1])}
	}}, shape{"a form without the script", []axis{numbers("digits", 10, 1000, 99_999)}, func(at []string) request {
		return request{path: "/", contentType: "application/x-www-form-urlencoded", body: "operation=evaluate&precision=10000&expression=exp(" + strings.Repeat("1", int(math.Min(float64(whole(at[0])), 1000))) + ")/3"}
	}})
}
