package calc

// isIrrational reports whether the form is proved to be no rational number. It is not one already by its terms: num is not a
// rational multiple of den. Let q be rational; then num − q·den is a sum of terms that are not all zero, and the question is whether
// it can be zero. It cannot
//
//   - if all symbols are bases: products of powers of them, with exponents between 0 and 1, that differ are linearly independent over
//     the rational numbers (Besicovitch, On the linear independence of fractional powers of integers, J. London Math. Soc. 15, 1940);
//   - if besides bases and i there is one symbol, and that is π, the logarithm of a base, or e^m with m as below: it is
//     transcendental (Lindemann; Gelfond and Schneider), so no polynomial in it with algebraic coefficients that are not all zero is;
//   - if besides there are only symbols e^m with m a product of powers of bases and i: the m are linearly independent over the
//     rational numbers, so the e^m are algebraically independent (Lindemann and Weierstrass; Baker, Transcendental Number
//     Theory, theorem 1.4);
//   - if besides there are only π and logarithms of bases, above only, each term having one of them at most, and to the first power: π·i = log(−1) and the
//     logarithms are linearly independent over the rational numbers, so they and 1 are so over the algebraic ones (Baker, theorem 2.1).
//
// Of i and the bases: 1 and i are linearly independent over the real numbers, so that coefficients that are real or imaginary parts of
// one term do not cancel.
func (f form) isIrrational(s *symbols) bool {
	if s.full {
		return false
	}
	seen := make(map[*symbol]bool)
	linear := f.den == nil
	exponentials, logarithms := true, true
	for _, all := range []terms{f.num, f.den} {
		for _, t := range all {
			transcendental := 0
			for _, x := range t.mono {
				a := x.symbol
				switch a.kind {
				case isBase:
					if a.parts != nil {
						return false
					}
					continue
				case isUnity:
					if x.exp != (fraction{1, 2}) {
						return false
					}
					continue
				case isPi, isLogarithm:
					if a.of != nil && a.of.parts != nil {
						return false
					}
					exponentials = false
					if transcendental++; transcendental > 1 || x.exp != (fraction{1, 1}) {
						linear = false
					}
				case isExp:
					logarithms = false
					if !a.power.isAlgebraic() {
						exponentials = false
						if !a.power.isGelfondSchneider() {
							return false
						}
					}
				default:
					return false
				}
				seen[a] = true
			}
		}
	}
	return len(seen) <= 1 || exponentials || logarithms && linear
}

// isAlgebraic reports whether all factors are powers of bases and of i.
func (m monomial) isAlgebraic() bool {
	for _, f := range m {
		if f.symbol.kind != isBase && (f.symbol.kind != isUnity || f.exp != (fraction{1, 2})) || f.symbol.parts != nil {
			return false
		}
	}
	return true
}

// isGelfondSchneider reports whether e^m is a^b with a ≠ 0, 1 algebraic and b algebraic and irrational: m is the logarithm of a base, or π,
// which is log(−1)/i, times an algebraic number.
func (m monomial) isGelfondSchneider() bool {
	logarithms := 0
	var rest monomial
	for _, f := range m {
		if f.symbol.kind != isPi && f.symbol.kind != isLogarithm {
			rest = append(rest, f)
			continue
		}
		if logarithms++; f.exp != (fraction{1, 1}) {
			return false
		}
		if f.symbol.of != nil && f.symbol.of.parts != nil {
			return false
		}
		if f.symbol.kind == isLogarithm && len(m) == 1 {
			return false // b is rational; such a power is a base's
		}
	}
	if len(rest) == 1 && rest[0].symbol.kind == isUnity && len(m) == 2 && logarithms == 1 {
		for _, f := range m {
			if f.symbol.kind == isPi {
				return false // a root of unity
			}
		}
	}
	return logarithms == 1 && rest.isAlgebraic()
}
