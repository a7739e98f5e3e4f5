package calc

import (
	"math/big"
)

// This file has what is known of the elementary functions as forms: the laws of exponents and logarithms, and Euler's formula,
// which turns the theorems of addition of the sine and the cosine into the first of those laws.

// oneTerm is the rational 1 as terms.
func oneTerm() terms { return ratTerms(big.NewRat(1, 1)) }

// imaginary is i, the power 1/2 of unity, times q.
func (m *forming) imaginary(q *big.Rat) form {
	return m.scale(form{num: symbolTerms(m.unity(), fraction{1, 2})}, q)
}

// rootOfUnity is e^(kiπ/12), 0 < k < 12, by the cosines of the multiples of 15 degrees: √3/2 = cos 30° and so on.
func (m *forming) rootOfUnity(k int64) terms {
	re, im := m.cosTwelfth(k), m.cosTwelfth(k-6)
	return m.addTerms(re, m.mulTerms(im, symbolTerms(m.unity(), fraction{1, 2})))
}

// cosTwelfth is cos(kπ/12).
func (m *forming) cosTwelfth(k int64) terms {
	k = ((k % 24) + 24) % 24
	if k > 12 {
		k = 24 - k
	}
	sign := int64(1)
	if k > 6 {
		k, sign = 12-k, -1
	}
	root := func(n, numerator, denominator int64) terms {
		return scaleTerms(m.ratPower(big.NewRat(n, 1), fraction{1, 2}), big.NewRat(sign*numerator, denominator))
	}
	switch k {
	case 0:
		return ratTerms(big.NewRat(sign, 1))
	case 1:
		return m.addTerms(root(6, 1, 4), root(2, 1, 4))
	case 2:
		return root(3, 1, 2)
	case 3:
		return root(2, 1, 2)
	case 4:
		return ratTerms(big.NewRat(sign, 2))
	case 5:
		return m.addTerms(root(6, 1, 4), root(2, -1, 4))
	}
	return nil
}

// cosPi is cos(qπ). Beside the multiples of 15 degrees, those of 36 degrees are sums of a root and a number; the others are left as
// powers of unity.
func (m *forming) cosPi(q fraction) form {
	if 12%q.den == 0 {
		return form{num: m.cosTwelfth(q.num * (12 / q.den))}
	}
	if q.den == 5 {
		k := ((q.num % 10) + 10) % 10
		k = min(k, 10-k)
		// cos 36° = (√5 + 1)/4, cos 72° = (√5 − 1)/4, cos 108° = −cos 72°, cos 144° = −cos 36°.
		sign := [...]int64{0, 1, 1, -1, -1}[k]
		alone := [...]int64{0, 1, -1, 1, -1}[k]
		five := scaleTerms(m.ratPower(big.NewRat(5, 1), fraction{1, 2}), big.NewRat(sign, 4))
		return form{num: m.addTerms(five, ratTerms(big.NewRat(alone, 4)))}
	}
	u := form{num: m.normal(monomial{{m.unity(), q}})}
	return m.scale(m.add(u, m.invert(u)), big.NewRat(1, 2))
}

// ofPi returns q, less a multiple of 2, where f is qπ.
func (f form) ofPi() (fraction, bool) {
	if len(f.num) == 0 {
		return fraction{0, 1}, true
	}
	if f.den != nil || len(f.num) != 1 {
		return fraction{}, false
	}
	if mono := f.num[0].mono; len(mono) != 1 || !mono[0].isPiItself() {
		return fraction{}, false
	}
	return smallFraction(modTwo(f.num[0].coef))
}

// modTwo is q less a multiple of 2, between 0 and 2.
func modTwo(q *big.Rat) *big.Rat {
	period := new(big.Int).Lsh(q.Denom(), 1)
	return new(big.Rat).SetFrac(new(big.Int).Mod(q.Num(), period), q.Denom())
}

func (m *forming) cos(f form) form {
	if q, ok := f.ofPi(); ok {
		return m.cosPi(q)
	}
	return m.scale(m.add(m.turned(f), m.turned(m.negate(f))), big.NewRat(1, 2))
}

func (m *forming) sin(f form) form {
	if q, ok := f.ofPi(); ok {
		if q, ok = (fraction{1, 2}).plus(fraction{-q.num, q.den}); !ok {
			return m.failForm()
		}
		return m.cosPi(q)
	}
	return m.mul(m.add(m.turned(f), m.negate(m.turned(m.negate(f)))), m.imaginary(big.NewRat(-1, 2)))
}

func (m *forming) tan(f form) form { return m.mul(m.sin(f), m.invert(m.cos(f))) }

// turned is e^(if).
func (m *forming) turned(f form) form {
	if m.failed {
		return form{}
	}
	return m.exp(m.mul(f, m.imaginary(big.NewRat(1, 1))))
}

// exp is e^f, by the laws of exponents.
func (m *forming) exp(f form) form {
	if f.den != nil {
		return m.failForm()
	}
	product := intForm(1)
	for _, t := range f.num {
		coef := t.coef
		if t.mono.isHalfTurn() {
			coef = modTwo(coef)
		}
		q, ok := smallFraction(coef)
		if !ok || m.failed {
			return m.failForm()
		}
		product = m.mul(product, m.expTerm(t.mono, q))
	}
	return product
}

// isHalfTurn reports whether m is iπ.
func (m monomial) isHalfTurn() bool {
	return len(m) == 2 && (m[0].isPiItself() && m[1].isI() || m[1].isPiItself() && m[0].isI())
}

func (f factor) isI() bool { return f.symbol.kind == isUnity && f.exp == fraction{1, 2} }

func (f factor) isPiItself() bool { return f.symbol.kind == isPi && f.exp == fraction{1, 1} }

// expTerm is e^(q·mono).
func (m *forming) expTerm(mono monomial, q fraction) form {
	whole := fraction{1, 1}
	switch {
	case mono.isHalfTurn():
		return form{num: m.normal(monomial{{m.unity(), q}})}
	case len(mono) == 1 && mono[0].exp == whole:
		switch a := mono[0].symbol; a.kind {
		case isLogarithm: // e^(q·ln b) = b^q
			if a.of.parts != nil {
				return m.power(form{num: m.fresh(symbolTerms(a.of, whole))}, q)
			}
			return form{num: m.normal(monomial{{a.of, q}})}
		case isLogOf:
			return m.power(a.inner, q)
		}
	case len(mono) == 2 && (mono[0].isI() || mono[1].isI()):
		other := mono[0]
		if other.isI() {
			other = mono[1]
		}
		if other.exp != whole {
			break
		}
		x := other.symbol.inner
		switch other.symbol.kind {
		case isArcSine: // e^(i·asin x) = √(1−x²) + ix
			if q.isWhole() {
				cathetus := m.power(m.add(intForm(1), m.negate(m.mul(x, x))), fraction{1, 2})
				return m.turnedBy(cathetus, x, q.num)
			}
		case isArcTan: // e^(i·atan x) = (1 + ix)/√(1+x²)
			if q.isWhole() {
				h := m.invert(m.power(m.add(intForm(1), m.mul(x, x)), fraction{1, 2}))
				return m.turnedBy(h, m.mul(x, h), q.num)
			}
		}
	}
	return form{num: symbolTerms(m.exponential(mono), q)}
}

// turnedBy is (c + is)^n, where c² + s² = 1, so that the inverse is c − is.
func (m *forming) turnedBy(c, s form, n int64) form {
	i := m.imaginary(big.NewRat(1, 1))
	if n < 0 {
		i, n = m.negate(i), -n
	}
	return m.wholePower(m.add(c, m.mul(s, i)), n)
}

// log is ln(f) for an f that is positive.
func (m *forming) log(f form) form {
	if m.failed || f.den != nil || len(f.num) != 1 || f.num[0].mono.isStale() {
		return m.logOf(f)
	}
	t := f.num[0]
	if t.coef.Sign() < 0 {
		return m.logOf(f)
	}
	sum := m.addTerms(m.logTerms(t.coef.Num()), scaleTerms(m.logTerms(t.coef.Denom()), big.NewRat(-1, 1)))
	result := form{num: sum}
	for _, f := range t.mono {
		var l form
		switch a := f.symbol; {
		case !a.positive:
			return m.logOf(form{num: terms{t}})
		case a.kind == isBase:
			l = symbolForm(m.logarithm(a))
		case a.kind == isExp:
			l = form{num: terms{{coef: big.NewRat(1, 1), mono: a.power, key: a.power.key()}}}
		case a.kind == isSurd:
			l = symbolForm(m.made(isLogOf, a.inner, false))
		default:
			l = symbolForm(m.made(isLogOf, symbolForm(a), false))
		}
		result = m.add(result, m.scale(l, f.exp.rat()))
	}
	return result
}

// logOf is ln(f) with no law to it.
func (m *forming) logOf(f form) form {
	if m.failed || !isRealTerms(f.num) || !isRealTerms(f.den) {
		return m.failForm()
	}
	return symbolForm(m.made(isLogOf, f, false))
}

// logTerms is ln(n), n ≥ 1, as a sum of logarithms of bases.
func (m *forming) logTerms(n *big.Int) terms {
	parts, ok := m.factorise(n)
	if !ok {
		return m.fail()
	}
	var sum terms
	for _, p := range parts {
		sum = m.addTerms(sum, scaleTerms(symbolTerms(m.logarithm(p.base), fraction{1, 1}), new(big.Rat).SetInt64(p.count)))
	}
	return sum
}
