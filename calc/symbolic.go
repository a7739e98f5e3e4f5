package calc

import (
	"math/big"
	"strconv"
	"strings"
)

// maxSymbolic bounds the digits of the numbers in a symbolic form, but for the coefficient of a single constant or surd, which may be any.
const maxSymbolic = 40

// symbolic returns a form as a rational number times a constant or surd, empty where it is something else: pi/6, 2√2, 3·ln(2).
func (s *symbols) symbolic(f form) string {
	if f.den != nil || len(f.num) == 0 {
		return ""
	}
	if _, isRational := f.rational(); isRational {
		return ""
	}
	var above, below string
	coef := f.num[0].coef
	switch phi, ok := s.form((*forming).goldenRatio); {
	case len(f.num) == 1:
		above, below = f.num[0].mono.text()
	case ok && len(f.num) == 2:
		if q, isPhi := proportion(f.num, phi.num); isPhi {
			coef, above = q, "phi"
			break
		}
		fallthrough
	default:
		coef, above = logarithms(f.num)
	}
	if above == "" && below == "" || len(f.num) > 1 && coef.Num().BitLen()+coef.Denom().BitLen() > 2*bitsFor(maxSymbolic) {
		return ""
	}
	return withCoefficient(coef, above, below)
}

// goldenRatio is (1+√5)/2.
func (m *forming) goldenRatio() form {
	return m.scale(form{num: m.addTerms(oneTerm(), m.ratPower(big.NewRat(5, 1), fraction{1, 2}))}, big.NewRat(1, 2))
}

// withCoefficient writes q·above/below.
func withCoefficient(q *big.Rat, above, below string) string {
	var b strings.Builder
	if q.Sign() < 0 {
		b.WriteByte('-')
	}
	if whole := new(big.Int).Abs(q.Num()); whole.Cmp(one) != 0 || above == "" {
		b.WriteString(whole.String())
		if above != "" && !strings.HasPrefix(above, "√") && !strings.HasPrefix(above, "∛") && !strings.HasPrefix(above, "∜") {
			b.WriteString("·")
		}
	}
	b.WriteString(above)
	switch den := q.Denom().String(); {
	case q.IsInt() && below == "":
	case q.IsInt() && !strings.Contains(below, "·"):
		b.WriteString("/" + below)
	case q.IsInt():
		b.WriteString("/(" + below + ")")
	case below == "":
		b.WriteString("/" + den)
	default:
		b.WriteString("/(" + den + "·" + below + ")")
	}
	return b.String()
}

// text writes a product of powers as what stands above and below a line; both are empty where a symbol has no name of its own.
func (m monomial) text() (above, below string) {
	degree := int64(1) // of the root that holds all bases
	for _, f := range m {
		if f.symbol.kind == isBase {
			degree = lcm64(degree, f.exp.den)
		}
		if degree > 1000 {
			return "", ""
		}
	}
	under := big.NewInt(1)
	var up, down []string
	for _, f := range m {
		if f.symbol.kind == isBase {
			count := f.exp.num * (degree / f.exp.den)
			under.Mul(under, new(big.Int).Exp(f.symbol.base, big.NewInt(count), nil))
			if under.BitLen() > bitsFor(maxSymbolic) {
				return "", ""
			}
			continue
		}
		name := f.symbol.name()
		switch {
		case name == "":
			return "", ""
		case f.exp == fraction{1, 1}:
			up = append(up, name)
		case f.exp == fraction{-1, 1}:
			down = append(down, name)
		case f.exp.isWhole() && f.exp.num < 0:
			down = append(down, name+"^"+strconv.FormatInt(-f.exp.num, 10))
		case f.exp.isWhole():
			up = append(up, name+"^"+strconv.FormatInt(f.exp.num, 10))
		default:
			up = append(up, name+"^("+f.exp.rat().RatString()+")")
		}
	}
	if under.Cmp(one) != 0 {
		root := under.String() + "^(1/" + strconv.FormatInt(degree, 10) + ")"
		if degree <= 4 {
			root = [...]string{2: "√", 3: "∛", 4: "∜"}[degree] + under.String()
		}
		up = append([]string{root}, up...)
	}
	return strings.Join(up, "·"), strings.Join(down, "·")
}

// name is what people call a symbol, empty where it has no name.
func (a *symbol) name() string {
	switch {
	case a.kind == isPi:
		return "pi"
	case a.kind == isLogarithm && a.of.parts == nil:
		return "ln(" + a.base.String() + ")"
	case a.kind == isExp && len(a.power) == 0:
		return "e"
	}
	return ""
}

// logarithms writes a sum of multiples of logarithms as a multiple of one: ln(2) + ln(3) is ln(6).
func logarithms(sum terms) (*big.Rat, string) {
	common := new(big.Rat)
	for _, t := range sum {
		if len(t.mono) != 1 || t.mono[0].symbol.kind != isLogarithm || t.mono[0].exp != (fraction{1, 1}) || t.mono[0].symbol.of.parts != nil {
			return nil, ""
		}
		common = ratGCD(common, t.coef)
	}
	inside := big.NewRat(1, 1)
	for _, t := range sum {
		count := new(big.Rat).Quo(t.coef, common).Num()
		if !count.IsInt64() || abs(count.Int64()) > 200 {
			return nil, ""
		}
		inside.Mul(inside, ratPower(t.mono[0].symbol.base, count.Int64()))
		if inside.Num().BitLen()+inside.Denom().BitLen() > bitsFor(maxSymbolic) {
			return nil, ""
		}
	}
	if inside.Cmp(big.NewRat(1, 1)) < 0 {
		inside.Inv(inside)
		common = new(big.Rat).Neg(common)
	}
	return common, "ln(" + inside.RatString() + ")"
}

// ratGCD is the largest rational of which both are multiples by integers.
func ratGCD(p, q *big.Rat) *big.Rat {
	if p.Sign() == 0 {
		return new(big.Rat).Abs(q)
	}
	num := new(big.Int).GCD(nil, nil, new(big.Int).Abs(new(big.Int).Mul(p.Num(), q.Denom())), new(big.Int).Abs(new(big.Int).Mul(q.Num(), p.Denom())))
	return new(big.Rat).SetFrac(num, new(big.Int).Mul(p.Denom(), q.Denom()))
}
