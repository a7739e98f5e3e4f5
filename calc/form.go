package calc

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// This file computes with forms: values as quotients of sums of products of symbols. What has equal forms is equal, by
// derivation; so is what is zero. That different forms differ is not said, but where irrational.go proves it.

// A term is coef·mono, coef ≠ 0.
type term struct {
	coef *big.Rat
	mono monomial
	key  string // of mono
}

// A sum of terms, in the order of their keys, no two of which have the same. None make 0.
type terms []term

// A form is num/den. den is not zero; nil stands for 1.
type form struct{ num, den terms }

const (
	maxTerms    = 96
	maxCoefBits = 4096
)

func (t terms) key() string {
	var b strings.Builder
	for _, x := range t {
		b.WriteString(x.coef.RatString())
		b.WriteByte('*')
		b.WriteString(x.key)
		b.WriteByte('+')
	}
	return b.String()
}

func (f form) key() string { return f.num.key() + ":" + f.den.key() }

func ratTerms(q *big.Rat) terms {
	if q.Sign() == 0 {
		return nil
	}
	return terms{{coef: q}}
}

func ratForm(q *big.Rat) form { return form{num: ratTerms(q)} }

func intForm(n int64) form { return ratForm(new(big.Rat).SetInt64(n)) }

// symbolForm is the symbol itself, which is not a base of parts.
func symbolForm(a *symbol) form { return form{num: symbolTerms(a, fraction{1, 1})} }

func symbolTerms(a *symbol, exp fraction) terms {
	m := monomial{{a, exp}}
	return terms{{coef: big.NewRat(1, 1), mono: m, key: m.key()}}
}

// rational returns the form's value where it is a rational number: the terms of num are those of den times one number.
func (f form) rational() (*big.Rat, bool) {
	if len(f.num) == 0 {
		return new(big.Rat), true
	}
	if f.den == nil {
		if len(f.num) == 1 && len(f.num[0].mono) == 0 {
			return f.num[0].coef, true
		}
		return nil, false
	}
	return proportion(f.num, f.den)
}

// proportion returns q with a = q·b, for a, b that have terms.
func proportion(a, b terms) (*big.Rat, bool) {
	if len(a) != len(b) {
		return nil, false
	}
	q := new(big.Rat).Quo(a[0].coef, b[0].coef)
	for i := range a {
		if a[i].key != b[i].key || a[i].coef.Cmp(new(big.Rat).Mul(q, b[i].coef)) != 0 {
			return nil, false
		}
	}
	return q, true
}

// A forming makes forms, and gives up where they get too long.
type forming struct {
	*symbols
	failed bool
}

func (s *symbols) form(f func(*forming) form) (form, bool) {
	m := &forming{symbols: s}
	r := f(m)
	return r, !m.failed
}

func (m *forming) fail() terms {
	m.failed = true
	return nil
}

func (m *forming) failForm() form { return form{num: m.fail()} }

// collect sorts terms and adds those alike.
func (m *forming) collect(all terms) terms {
	slices.SortStableFunc(all, func(a, b term) int { return cmp.Compare(a.key, b.key) })
	var sum terms
	for _, t := range all {
		if n := len(sum); n > 0 && sum[n-1].key == t.key {
			sum[n-1].coef = new(big.Rat).Add(sum[n-1].coef, t.coef)
			continue
		}
		if n := len(sum); n > 0 && sum[n-1].coef.Sign() == 0 {
			sum = sum[:n-1]
		}
		sum = append(sum, t)
	}
	if n := len(sum); n > 0 && sum[n-1].coef.Sign() == 0 {
		sum = sum[:n-1]
	}
	if len(sum) > maxTerms {
		return m.fail()
	}
	for _, t := range sum {
		if t.coef.Num().BitLen()+t.coef.Denom().BitLen() > maxCoefBits {
			return m.fail()
		}
	}
	return sum
}

func (m *forming) addTerms(a, b terms) terms {
	a, b = m.fresh(a), m.fresh(b)
	return m.collect(slices.Concat(a, b))
}

func scaleTerms(a terms, q *big.Rat) terms {
	switch {
	case q.Sign() == 0:
		return nil
	case isOne(q):
		return a
	}
	b := slices.Clone(a)
	for i := range b {
		b[i].coef = new(big.Rat).Mul(b[i].coef, q)
	}
	return b
}

func isOne(q *big.Rat) bool { return q.IsInt() && q.Num().IsInt64() && q.Num().Int64() == 1 }

func (m *forming) mulTerms(a, b terms) terms {
	if m.failed || len(a)*len(b) > 16*maxTerms {
		return m.fail()
	}
	a, b = m.fresh(a), m.fresh(b)
	if len(b) == 1 && len(b[0].mono) == 0 {
		a, b = b, a
	}
	if len(a) == 1 && len(a[0].mono) == 0 {
		if isOne(a[0].coef) {
			return b
		}
		return m.collect(scaleTerms(b, a[0].coef))
	}
	var all terms
	for _, x := range a {
		for _, y := range b {
			coef := new(big.Rat).Mul(x.coef, y.coef)
			all = append(all, scaleTerms(m.mulMonomials(x.mono, y.mono), coef)...)
			if m.failed {
				return nil
			}
		}
	}
	return m.collect(all)
}

// mulMonomials returns the product in its normal form, which may have a coefficient, or be several terms.
func (m *forming) mulMonomials(a, b monomial) terms {
	merged := make(monomial, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].symbol.id < b[0].symbol.id:
			merged, a = append(merged, a[0]), a[1:]
		case len(a) == 0 || b[0].symbol.id < a[0].symbol.id:
			merged, b = append(merged, b[0]), b[1:]
		default:
			exp, ok := a[0].exp.plus(b[0].exp)
			if !ok {
				return m.fail()
			}
			if exp.num != 0 {
				merged = append(merged, factor{a[0].symbol, exp})
			}
			a, b = a[1:], b[1:]
		}
	}
	return m.normal(merged)
}

// normal takes whole powers out of a product whose exponents may be any.
func (m *forming) normal(product monomial) terms {
	coef := big.NewRat(1, 1)
	var wide []factor      // whole powers of sums
	root := fraction{0, 1} // a power of unity that is made of surds
	kept := make(monomial, 0, len(product))
	for _, f := range product {
		whole := floorDiv64(f.exp.num, f.exp.den)
		rest := fraction{f.exp.num - whole*f.exp.den, f.exp.den}
		switch f.symbol.kind {
		case isBase:
			if whole != 0 && abs(whole)*int64(f.symbol.base.BitLen()) > maxCoefBits {
				return m.fail()
			}
			coef.Mul(coef, ratPower(f.symbol.base, whole))
			f.exp = rest
		case isUnity:
			if whole&1 == 1 {
				coef.Neg(coef)
			}
			if f.exp = rest; 12%rest.den == 0 && rest.den != 2 {
				root, f.exp.num = rest, 0
			}
		case isSurd:
			if whole != 0 {
				wide = append(wide, factor{f.symbol, fraction{whole, 1}})
			}
			f.exp = rest
		}
		if f.exp.num != 0 {
			kept = append(kept, f)
		}
	}
	result := terms{{coef: coef, mono: kept, key: kept.key()}}
	if root.num != 0 {
		result = m.mulTerms(result, m.rootOfUnity(root.num*(12/root.den)))
	}
	for _, f := range wide {
		if f.exp.num < 0 || f.symbol.inner.den != nil {
			return m.fail()
		}
		for range f.exp.num {
			result = m.mulTerms(result, f.symbol.inner.num)
		}
	}
	return result
}

func ratPower(n *big.Int, exp int64) *big.Rat {
	p := new(big.Int).Exp(n, big.NewInt(abs(exp)), nil)
	if exp < 0 {
		return new(big.Rat).SetFrac(one, p)
	}
	return new(big.Rat).SetInt(p)
}

func floorDiv64(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// fresh replaces the bases that have got parts since the terms were made.
func (m *forming) fresh(a terms) terms {
	if !slices.ContainsFunc(a, func(t term) bool { return t.mono.isStale() }) {
		return a
	}
	var all terms
	for _, t := range a {
		if !t.mono.isStale() {
			all = append(all, t)
			continue
		}
		product := terms{{coef: t.coef}}
		for _, f := range t.mono {
			product = m.mulTerms(product, m.freshPower(f))
		}
		all = append(all, product...)
	}
	return m.collect(all)
}

// freshPower is a power of a symbol in terms that are not stale.
func (m *forming) freshPower(f factor) terms {
	a := f.symbol
	switch {
	case !(monomial{f}).isStale():
		return symbolTerms(a, f.exp)
	case a.kind == isBase:
		product := terms{{coef: big.NewRat(1, 1)}}
		for _, p := range a.parts {
			exp, ok := f.exp.times(fraction{p.count, 1})
			if !ok {
				return m.fail()
			}
			product = m.mulTerms(product, m.mulMonomials(monomial{{p.base, exp}}, nil))
		}
		return product
	case a.kind == isLogarithm:
		sum := m.logTerms(a.base)
		product := terms{{coef: big.NewRat(1, 1)}}
		if !f.exp.isWhole() || f.exp.num < 0 || f.exp.num > 8 {
			return m.fail()
		}
		for range f.exp.num {
			product = m.mulTerms(product, sum)
		}
		return product
	}
	power := m.exp(form{num: m.fresh(terms{{coef: f.exp.rat(), mono: a.power, key: a.power.key()}})})
	if power.den != nil {
		return m.fail()
	}
	return power.num
}

// add is f+g.
func (m *forming) add(f, g form) form {
	if len(f.num) == 0 {
		return g
	}
	if len(g.num) == 0 {
		return f
	}
	if f.den.key() == g.den.key() {
		return m.reduced(m.addTerms(f.num, g.num), f.den)
	}
	left, right := f.num, g.num
	if g.den != nil {
		left = m.mulTerms(left, g.den)
	}
	if f.den != nil {
		right = m.mulTerms(right, f.den)
	}
	return m.reduced(m.addTerms(left, right), m.mulDen(f.den, g.den))
}

func (m *forming) mulDen(a, b terms) terms {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return m.mulTerms(a, b)
}

// reduced makes a form of num/den.
func (m *forming) reduced(num, den terms) form {
	if len(num) == 0 || m.failed {
		return form{}
	}
	if den == nil {
		return form{num: num}
	}
	if len(den) == 0 { // a divisor that is zero has been refused before
		return m.failForm()
	}
	if q, ok := proportion(num, den); ok {
		return ratForm(q)
	}
	if len(den) == 1 {
		if inverse, ok := m.inverseTerm(den[0]); ok {
			return form{num: m.mulTerms(num, inverse)}
		}
	}
	return form{num, den}
}

// inverseTerm is 1/t, where that is one term again.
func (m *forming) inverseTerm(t term) (terms, bool) {
	inverse := make(monomial, len(t.mono))
	for i, f := range t.mono {
		if f.symbol.kind == isSurd {
			return nil, false
		}
		f.exp.num = -f.exp.num
		inverse[i] = f
	}
	return scaleTerms(m.normal(inverse), new(big.Rat).Inv(t.coef)), !m.failed
}

func (m *forming) scale(f form, q *big.Rat) form {
	if q.Sign() == 0 {
		return form{}
	}
	return form{scaleTerms(f.num, q), f.den}
}

func (m *forming) negate(f form) form { return m.scale(f, big.NewRat(-1, 1)) }

func (m *forming) mul(f, g form) form {
	if len(f.num) == 0 || len(g.num) == 0 {
		return form{}
	}
	// What stands above in one and below in the other goes.
	if g.den != nil && f.den == nil {
		f, g = g, f
	}
	if len(f.den) > 1 {
		if q, ok := proportion(g.num, f.den); ok {
			return m.reduced(scaleTerms(f.num, q), g.den)
		}
	}
	if len(g.den) > 1 {
		if q, ok := proportion(f.num, g.den); ok {
			return m.reduced(scaleTerms(g.num, q), f.den)
		}
	}
	return m.reduced(m.mulTerms(f.num, g.num), m.mulDen(f.den, g.den))
}

// invert is 1/f for an f that is not zero.
func (m *forming) invert(f form) form {
	if len(f.num) == 0 {
		return m.failForm()
	}
	den := f.den
	if den == nil {
		den = ratTerms(big.NewRat(1, 1))
	}
	return m.reduced(den, f.num)
}

// maxPower bounds the whole powers of sums that are multiplied out.
const maxPower = 32

// wholePower is f^n.
func (m *forming) wholePower(f form, n int64) form {
	if n < 0 {
		f, n = m.invert(f), -n
	}
	if f.den == nil && len(f.num) == 1 {
		return m.termPower(f.num[0], fraction{n, 1})
	}
	if n > maxPower {
		return m.failForm()
	}
	p := intForm(1)
	for i := n; i > 0 && !m.failed; i-- {
		p = m.mul(p, f)
	}
	return p
}

// termPower is t^e, which is real where t is, for a whole e or a t that is a product of positive symbols and a positive number, or
// an e with an odd denominator.
func (m *forming) termPower(t term, e fraction) form {
	if !m.failed && t.mono.isStale() {
		fresh := form{num: m.fresh(terms{t})}
		return m.power(fresh, e)
	}
	coef := t.coef
	negative := coef.Sign() < 0
	if negative {
		if e.den%2 == 0 {
			return m.failForm()
		}
		coef = new(big.Rat).Neg(coef)
	}
	product := m.ratPower(coef, e)
	for _, f := range t.mono {
		if !e.isWhole() && !f.symbol.positive {
			return m.failForm()
		}
		exp, ok := f.exp.times(e)
		if !ok {
			return m.failForm()
		}
		if f.symbol.kind == isSurd && exp.num < 0 {
			return m.failForm()
		}
		product = m.mulTerms(product, m.normal(monomial{{f.symbol, exp}}))
	}
	if negative && e.num%2 != 0 {
		product = scaleTerms(product, big.NewRat(-1, 1))
	}
	return form{num: product}
}

// ratPower is q^e for q > 0.
func (m *forming) ratPower(q *big.Rat, e fraction) terms {
	if e.isWhole() && abs(e.num)*int64(q.Num().BitLen()+q.Denom().BitLen()) < maxCoefBits {
		p := ratPower(q.Num(), e.num)
		return ratTerms(p.Mul(p, ratPower(q.Denom(), -e.num)))
	}
	product := terms{{coef: big.NewRat(1, 1)}}
	for i, n := range []*big.Int{q.Num(), q.Denom()} {
		parts, ok := m.factorise(n)
		if !ok {
			return m.fail()
		}
		for _, p := range parts {
			exp, ok := e.times(fraction{p.count * int64(1-2*i), 1})
			if !ok || p.count > maxSmall {
				return m.fail()
			}
			product = m.mulTerms(product, m.normal(monomial{{p.base, exp}}))
		}
	}
	return product
}

// power is f^e, the real power, for an f that is positive, or e whole, or f negative and e with an odd denominator.
func (m *forming) power(f form, e fraction) form {
	switch {
	case m.failed:
		return form{}
	case e.num == 0:
		return intForm(1)
	case e.isWhole():
		return m.wholePower(f, e.num)
	case len(f.num) == 0:
		return form{}
	case f.den == nil && len(f.num) == 1:
		return m.termPower(f.num[0], e)
	case f.den == nil:
		// A sum: its positive multiple with the leading coefficient ±1 is a surd.
		lead := new(big.Rat).Abs(f.num[0].coef)
		scale := m.ratPower(lead, e)
		inner := form{num: scaleTerms(f.num, new(big.Rat).Inv(lead))}
		if e.num < 0 {
			positive := m.power(f, fraction{-e.num, e.den})
			return m.invert(positive)
		}
		if !isRealTerms(inner.num) {
			return m.failForm()
		}
		return form{num: m.mulTerms(scale, m.normal(monomial{{m.made(isSurd, inner, true), e}}))}
	}
	return m.failForm()
}

func isRealTerms(a terms) bool {
	return !slices.ContainsFunc(a, func(t term) bool { return !t.mono.isReal() })
}
