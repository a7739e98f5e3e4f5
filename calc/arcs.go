package calc

import (
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// This file decides sums of rational multiples of arc tangents of rational numbers and of π, such as Machin's
// 16·atan(1/5) − 4·atan(1/239) − π (Todd, A problem on arc tangent relations, American Mathematical Monthly 56, 1949, studies which of
// them vanish). The argument is elementary:
//
// For integers p and q > 0, atan(p/q) is the argument of the Gaussian integer q + pi. So for integers n_k, S = Σ n_k·atan(p_k/q_k) is, but for
// a multiple of 2π, the argument of z = Π (q_k + p_k·i)^n_k, or of the Gaussian integer that has |n_k| for n_k and the conjugate of the factor where
// n_k < 0. If z lies on an axis or on a diagonal, S is a multiple of π/4; which one, an enclosure of S tells that is narrower than π/4.
//
// If it does not, S is no rational multiple of π: the tangent of S is im/re, a rational number other than 0 and ±1, and these are the only
// rational tangents of rational multiples of π (Niven, Irrational Numbers, corollary 3.12). Then V = c·S + d·π, c ≠ 0 and d rational, is not
// zero, and e^(iV) is algebraic: a root of a power of z/|z| times a root of unity. By Lindemann's theorem V is transcendental (Baker,
// Transcendental Number Theory, theorem 1.4), and so is V plus a rational number.

// maxGaussianBits bounds the parts of the product: some 5 ms.
const maxGaussianBits = 1 << 16

// An arcSum is c·Σ n_k·atan(x_k) + d·π + r, the n_k being integers without a common factor.
type arcSum struct {
	counts  []*big.Int
	of      []*big.Rat // x_k
	c, d, r *big.Rat
}

// arcSum returns the form as such a sum, where it is one that has arcs.
func (f form) arcSum() (arcSum, bool) {
	s := arcSum{c: new(big.Rat), d: new(big.Rat), r: new(big.Rat)}
	if f.den != nil {
		return s, false
	}
	var coefs []*big.Rat
	for _, t := range f.num {
		switch {
		case len(t.mono) == 0:
			s.r = t.coef
		case len(t.mono) != 1 || t.mono[0].exp != fraction{1, 1}:
			return s, false
		case t.mono[0].symbol.kind == isPi:
			s.d = t.coef
		case t.mono[0].symbol.kind == isArcTan:
			x, ok := t.mono[0].symbol.inner.rational()
			if !ok {
				return s, false
			}
			s.c = ratGCD(s.c, t.coef)
			coefs, s.of = append(coefs, t.coef), append(s.of, x)
		default:
			return s, false
		}
	}
	for _, coef := range coefs {
		s.counts = append(s.counts, new(big.Rat).Quo(coef, s.c).Num())
	}
	return s, len(coefs) > 0
}

// arcs is what is known of a sum of arc tangents.
func (e *evaluation) arcs(f form) (known, error) {
	s, ok := f.arcSum()
	if !ok {
		return known{}, nil
	}
	re, im, ok := s.gaussian()
	switch {
	case !ok:
		return known{}, e.ctx.Err()
	case re.Sign() != 0 && im.Sign() != 0 && re.CmpAbs(im) != 0:
		return known{kind: isLong}, nil
	}
	eighths, ok, err := s.eighths(e)
	if err != nil || !ok {
		return known{}, err
	}
	ofPi := new(big.Rat).SetFrac(eighths, big.NewInt(4))
	ofPi.Add(ofPi.Mul(ofPi, s.c), s.d)
	if ofPi.Sign() == 0 {
		return exactly(rationalRat(s.r)), nil
	}
	return sameAs(Sum(Product(ratExpr(ofPi), Pi()), ratExpr(s.r))), nil
}

func ratExpr(q *big.Rat) Expr { return Expr{numberNode(rationalRat(q))} }

// gaussian is the product z, where it is short enough.
func (s arcSum) gaussian() (re, im *big.Int, ok bool) {
	bits := new(big.Int)
	for i, n := range s.counts {
		length := int64(max(s.of[i].Num().BitLen(), s.of[i].Denom().BitLen()) + 1) // |q + pi| < 2^length
		bits.Add(bits, new(big.Int).Mul(new(big.Int).Abs(n), big.NewInt(length)))
	}
	if bits.Cmp(big.NewInt(maxGaussianBits)) > 0 {
		return nil, nil, false
	}
	re, im = big.NewInt(1), new(big.Int)
	for i, n := range s.counts {
		p := s.of[i].Num()
		if n.Sign() < 0 {
			p = new(big.Int).Neg(p)
		}
		a, b := gaussianPower(s.of[i].Denom(), p, int(abs(n.Int64())))
		re, im = gaussianProduct(re, im, a, b)
	}
	return re, im, true
}

func gaussianPower(re, im *big.Int, n int) (*big.Int, *big.Int) {
	a, b := big.NewInt(1), new(big.Int)
	for i := wordLen(n) - 1; i >= 0; i-- {
		a, b = gaussianProduct(a, b, a, b)
		if n>>i&1 == 1 {
			a, b = gaussianProduct(a, b, re, im)
		}
	}
	return a, b
}

func gaussianProduct(a, b, c, d *big.Int) (*big.Int, *big.Int) {
	re := new(big.Int).Sub(integer.Mul(a, c), integer.Mul(b, d))
	return re, new(big.Int).Add(integer.Mul(a, d), integer.Mul(b, c))
}

// eighths returns S/(π/4), given that it is an integer.
func (s arcSum) eighths(e *evaluation) (*big.Int, bool, error) {
	const prec = sketchBits + 32 // the counts are below 2^16, as are their sum's parts
	sum := ball.FromInt64(0)
	for i, n := range s.counts {
		b, err := ball.FromRatio(e.ctx, s.of[i].Num(), s.of[i].Denom(), 0, prec)
		if err != nil {
			return nil, false, err
		}
		if b, err = ball.Atan(e.ctx, b, prec); err != nil {
			return nil, false, err
		}
		sum = ball.Add(sum, ball.MulInt(b, n.Int64(), prec), prec)
	}
	pi, err := ball.Pi(e.ctx, prec)
	if err != nil {
		return nil, false, err
	}
	quotient, err := ball.Quo(e.ctx, ball.MulInt(sum, 4, prec), pi, prec)
	if err != nil {
		return nil, false, err
	}
	// The integer lies within the enclosure, and no other does that is less than 1/2 wide.
	half := ball.Scale2(ball.FromInt64(1), -1)
	low, high, err := ball.Digits(e.ctx, ball.Add(quotient, half, prec), 0)
	return low.Floor, err == nil && low.Floor.Cmp(high.Floor) == 0, err
}
