package expression

import "strings"

// A Function is an operation that an expression may call by name.
type Function struct {
	Name string
	Use  string // how it is called: root(radicand, degree = 2)
	Min  int    // operands at least
	Max  int    // operands at most; Many where there is no end
}

// Many is the Max of a function that takes any number of operands.
const Many = 1 << 30

// functions holds how every function is called. An operand with a default may be left out; one followed by … may be
// repeated. This is the only list of names and operands; calc says what they compute.
var functions = parseUses(`
	abs(x)
	acos(x)
	acosh(x)
	add(x, …)
	asin(x)
	asinh(x)
	atan(x)
	atan2(y, x)
	atanh(x)
	binomial(n, k)
	cbrt(x)
	ceil(x)
	cos(x)
	cosh(x)
	divide(dividend, divisor)
	exp(x)
	factorial(n)
	floor(x)
	gcd(n, …)
	hypot(x, y, …)
	lcm(n, …)
	ln(x)
	log(x, base = e)
	log10(x)
	log2(x)
	max(x, …)
	mean(x, …)
	min(x, …)
	multiply(x, …)
	power(base, exponent)
	product(x, …)
	remainder(dividend, divisor)
	root(radicand, degree = 2)
	round(x, places = 0)
	sign(x)
	sin(x)
	sinh(x)
	sqrt(x)
	subtract(minuend, subtrahend)
	sum(x, …)
	tan(x)
	tanh(x)
	trunc(x)
`)

// constants maps the names of the constants to the names that a Node has.
var constants = map[string]string{"pi": "pi", "π": "pi", "tau": "tau", "e": "e", "phi": "phi"}

var functionByName = func() map[string]*Function {
	m := make(map[string]*Function, len(functions))
	for i := range functions {
		m[functions[i].Name] = &functions[i]
	}
	return m
}()

// Functions returns all functions, sorted by name.
func Functions() []Function { return append([]Function(nil), functions...) }

// Lookup returns the function of that name.
func Lookup(name string) (Function, bool) {
	f, ok := functionByName[name]
	if !ok {
		return Function{}, false
	}
	return *f, true
}

func parseUses(text string) []Function {
	var list []Function
	for use := range strings.Lines(text) {
		use = strings.TrimSpace(use)
		name, operands, ok := strings.Cut(use, "(")
		if !ok {
			continue
		}
		f := Function{Name: name, Use: use}
		for _, operand := range strings.Split(strings.TrimSuffix(operands, ")"), ", ") {
			switch {
			case operand == "…":
				f.Max = Many
			case strings.Contains(operand, " = "):
				f.Max++
			default:
				f.Min++
				f.Max++
			}
		}
		list = append(list, f)
	}
	return list
}
