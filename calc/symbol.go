package calc

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"calculator/calc/internal/integer"
)

// This file has the symbols that the forms of values are made of (see form.go): numbers with names, of which it is known how they
// multiply.

// A symbol is one real or complex number. It is known by its key, so that equal symbols are one.
type symbol struct {
	id       int
	kind     symbolKind
	positive bool
	base     *big.Int // of a base and of its logarithm
	of       *symbol  // of a logarithm: the base
	power    monomial // of an exponential: the exponent
	inner    form     // of a root, a logarithm or an arc: what it is taken of
	// parts, of a base that turned out to be a product, are the bases it is made of.
	parts []part
	// within are the bases in it that may turn out to be products: those without small factors.
	within []*symbol
}

type symbolKind uint8

const (
	// isBase is an integer ≥ 2. The bases of one evaluation are coprime to each other and no powers of integers, so that a
	// product of powers of different bases, exponents between 0 and 1, is irrational: were Π b^(u/n) rational, Π b^u would be the
	// n-th power of an integer, so each b^u would be, since the bases are coprime, and n divides each u, since no base is a power.
	isBase      symbolKind = iota
	isUnity                // −1 = e^(iπ); its power 1/2 is i
	isPi                   // π
	isLogarithm            // ln of a base
	isExp                  // e^power
	isSurd                 // inner, a sum that is positive: its powers between 0 and 1 are roots of it
	isLogOf                // ln(inner)
	isArcSine              // asin(inner)
	isArcTan               // atan(inner)
	isOpaque               // a value of which nothing else is known
)

type part struct {
	base  *symbol
	count int64
}

// A fraction is a small rational exponent in lowest terms; den > 0.
type fraction struct{ num, den int64 }

// maxSmall bounds the parts of exponents, so that sums and products of two of them are far within an int64.
const maxSmall = 1 << 24

func newFraction(num, den int64) (fraction, bool) {
	g := gcd64(num, den)
	f := fraction{num / g, den / g}
	return f, abs(f.num) <= maxSmall && f.den <= maxSmall
}

func gcd64(a, b int64) int64 {
	a, b = abs(a), abs(b)
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

func (f fraction) plus(g fraction) (fraction, bool) {
	return newFraction(f.num*g.den+g.num*f.den, f.den*g.den)
}

func (f fraction) times(g fraction) (fraction, bool) {
	return newFraction(f.num*g.num, f.den*g.den)
}

func (f fraction) isWhole() bool { return f.den == 1 }

// smallFraction returns q as an exponent, where it is small enough.
func smallFraction(q *big.Rat) (fraction, bool) {
	if !q.Num().IsInt64() || !q.Denom().IsInt64() {
		return fraction{}, false
	}
	n, d := q.Num().Int64(), q.Denom().Int64()
	return fraction{n, d}, abs(n) <= maxSmall && d <= maxSmall
}

func (f fraction) rat() *big.Rat { return big.NewRat(f.num, f.den) }

// A factor is a power of a symbol.
type factor struct {
	symbol *symbol
	exp    fraction
}

// A monomial is a product of powers of different symbols, in the order of their ids, no exponent being 0. Exponents of a base
// are between 0 and 1, as are those of unity and of surds.
type monomial []factor

// key tells monomials apart.
func (m monomial) key() string {
	var b []byte
	for _, f := range m {
		b = strconv.AppendInt(b, int64(f.symbol.id), 36)
		b = append(b, '^')
		b = strconv.AppendInt(b, f.exp.num, 36)
		b = append(b, '/')
		b = strconv.AppendInt(b, f.exp.den, 36)
		b = append(b, ' ')
	}
	return string(b)
}

// symbols are those of one evaluation.
type symbols struct {
	byKey map[string]*symbol
	bases []*symbol
	count int
	// full: there are too many bases, so that they may have factors in common. What was found to be equal is still so.
	full bool
}

func newSymbols() *symbols { return &symbols{byKey: make(map[string]*symbol)} }

// get returns the symbol of that key, which fill completes if it is new.
func (s *symbols) get(kind symbolKind, key string, fill func(*symbol)) *symbol {
	key = strconv.Itoa(int(kind)) + ":" + key
	if a := s.byKey[key]; a != nil {
		return a
	}
	a := &symbol{id: s.count, kind: kind}
	s.count++
	if fill != nil {
		fill(a)
	}
	s.byKey[key] = a
	return a
}

func (s *symbols) unity() *symbol { return s.get(isUnity, "", nil) }

func (s *symbols) pi() *symbol { return s.get(isPi, "", func(a *symbol) { a.positive = true }) }

func (s *symbols) logarithm(base *symbol) *symbol {
	return s.get(isLogarithm, strconv.Itoa(base.id), func(a *symbol) { a.base, a.of, a.positive, a.within = base.base, base, true, base.within })
}

func (s *symbols) exponential(power monomial) *symbol {
	return s.get(isExp, power.key(), func(a *symbol) { a.power, a.positive, a.within = power, power.isReal(), power.within() })
}

// within are the bases in a product that may turn out to be products themselves.
func (m monomial) within() []*symbol {
	var list []*symbol
	for _, f := range m {
		for _, b := range f.symbol.within {
			if !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	return list
}

// isStale reports whether one of them did.
func (m monomial) isStale() bool {
	for _, f := range m {
		for _, b := range f.symbol.within {
			if b.parts != nil {
				return true
			}
		}
	}
	return false
}

// isReal reports whether no power of unity is in it, so that it is a real number. An exponential is positive if its power is real, and was asked
// once: in x^x over and over each power has the one before in it many times.
func (m monomial) isReal() bool {
	return !slices.ContainsFunc(m, func(f factor) bool {
		return f.symbol.kind == isUnity || f.symbol.kind == isExp && !f.symbol.positive
	})
}

// made returns the symbol of that kind made of a form.
func (s *symbols) made(kind symbolKind, inner form, positive bool) *symbol {
	return s.get(kind, inner.key(), func(a *symbol) { a.inner, a.positive = inner, positive })
}

const (
	maxBaseBits = 2048 // of integers taken apart
	trialPrimes = 1000 // all prime factors below that are found
	maxBases    = 64
)

// factorise returns n ≥ 1 as a product of powers of bases. Bases that it finds to have factors in common are taken apart, and
// have parts from then on. It reports false for numbers that are too long.
func (s *symbols) factorise(n *big.Int) ([]part, bool) {
	if n.BitLen() > maxBaseBits {
		return nil, false
	}
	var found []part
	rest := new(big.Int).Set(n)
	for p := int64(2); p < trialPrimes && rest.Cmp(one) != 0; p++ {
		if p > 3 && (p%2 == 0 || p%3 == 0) {
			continue
		}
		if rest.IsInt64() && p*p > rest.Int64() {
			break
		}
		prime := big.NewInt(p)
		q, r := new(big.Int), new(big.Int)
		count := int64(0)
		for q.QuoRem(rest, prime, r); r.Sign() == 0; q.QuoRem(rest, prime, r) {
			rest.Set(q)
			count++
		}
		if count > 0 { // a composite p finds nothing any more
			found = append(found, part{s.base(prime), count})
		}
	}
	if rest.Cmp(one) == 0 {
		return found, true
	}
	parts, ok := s.coprime(rest)
	return append(found, parts...), ok
}

// base returns the symbol of an integer that is coprime to all bases but itself, and no power.
func (s *symbols) base(n *big.Int) *symbol {
	return s.get(isBase, n.Text(36), func(a *symbol) {
		a.base, a.positive = n, true
		if n.Cmp(big.NewInt(trialPrimes)) > 0 {
			s.bases, a.within = append(s.bases, a), []*symbol{a}
		}
	})
}

// coprime returns n > 1, which has no small prime factor, as a product of powers of bases.
func (s *symbols) coprime(n *big.Int) ([]part, bool) {
	n, power := perfectPower(n)
	for _, b := range s.bases {
		if b.parts != nil {
			continue
		}
		g := new(big.Int).GCD(nil, nil, b.base, n)
		if g.Cmp(one) == 0 {
			continue
		}
		if g.Cmp(b.base) != 0 { // b is g·(b/g): take it apart
			if b.parts = s.split(b, g); b.parts == nil {
				return nil, false
			}
			found, ok := s.coprime(n)
			return scaled(found, power), ok
		}
		count := int64(0)
		for q, r := new(big.Int), new(big.Int); ; {
			if q.QuoRem(n, b.base, r); r.Sign() != 0 {
				break
			}
			n = new(big.Int).Set(q)
			count++
		}
		found := []part{{b, count}}
		if n.Cmp(one) != 0 {
			rest, ok := s.coprime(n)
			if !ok {
				return nil, false
			}
			found = append(found, rest...)
		}
		return scaled(found, power), true
	}
	if len(s.bases) > maxBases {
		s.full = true
		return nil, false
	}
	return []part{{s.base(n), power}}, true
}

func scaled(parts []part, power int64) []part {
	for i := range parts {
		parts[i].count *= power
	}
	return parts
}

// split writes the base b as powers of coprime factors of it, given one, g; nil where there are too many bases.
func (s *symbols) split(b *symbol, g *big.Int) []part {
	b.parts = []part{} // not a base any more while its factors are looked for
	left, ok := s.coprime(g)
	right, also := s.coprime(new(big.Int).Quo(b.base, g))
	if !ok || !also {
		return nil
	}
	return append(left, right...)
}

// perfectPower returns r and the largest k with n = r^k, for n > 1 without prime factors below trialPrimes.
func perfectPower(n *big.Int) (*big.Int, int64) {
	power := int64(1)
	for k := int64(2); k <= int64(n.BitLen())/9; { // r > 2^9
		r, exact := integer.Root(n, int(k))
		if !exact {
			k++
			continue
		}
		n = r
		power *= k
	}
	return n, power
}

// String is for tests and messages of defects.
func (a *symbol) String() string {
	switch a.kind {
	case isBase:
		return a.base.String()
	case isUnity:
		return "(-1)"
	case isPi:
		return "pi"
	case isLogarithm:
		return "ln(" + a.base.String() + ")"
	case isExp:
		return "exp(" + a.power.String() + ")"
	}
	return "s" + strconv.Itoa(a.id)
}

func (m monomial) String() string {
	var parts []string
	for _, f := range m {
		text := f.symbol.String()
		if f.exp != (fraction{1, 1}) {
			text += "^(" + f.exp.rat().RatString() + ")"
		}
		parts = append(parts, text)
	}
	if parts == nil {
		return "1"
	}
	return strings.Join(parts, "·")
}
