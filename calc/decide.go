package calc

import (
	"errors"
	"fmt"
	"math"
	"math/big"

	"calculator/calc/internal/ball"
)

// This file answers questions about values of which only enclosures are known: which sign, which integer. There are three answers:
// yes, no, and that the limits do not allow to tell.

// undecidedDigits is how far a question is followed at least: until the value is known to be within 10^-undecidedDigits of where
// the answer changes.
const undecidedDigits = 1000

// questionDigits is that for this evaluation.
func (e *evaluation) questionDigits() int { return max(undecidedDigits, 2*e.c.Precision) }

// undecided is a question that stays open at 10^-digits.
func (e *evaluation) undecided(question string) error {
	bound := fmt.Sprintf("1e-%d", e.questionDigits())
	return &Error{Kind: Undecided, Position: -1, Bound: bound,
		Reason: question + ": it is within " + bound + " of that, and the limits do not allow to decide it"}
}

// isUndecided reports whether err says that a question is open.
func isUndecided(err error) bool { return isKind(err, Undecided) }

// isUndefined reports whether err says that there is no such value.
func isUndefined(err error) bool { return isKind(err, Undefined) }

func isKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// sign returns the sign of n. The question is what an error says is open: "whether the divisor is zero".
func (e *evaluation) sign(n *node, question string) (int, error) {
	v, err := e.known(n)
	switch {
	case err != nil:
		return 0, err
	case v.kind == isRational:
		return v.value.sign(), nil
	case v.kind == isSpread:
		return int(v.spread[0].value>>63)*2 + 1, nil
	case v.beside != nil:
		return v.beside.sign(), nil
	}
	notZero := v.kind == isLong
	bits, isAlgebraic := int64(math.MaxInt64), false
	for prec := uint(64); ; prec *= 2 {
		b, err := e.enclose(n, prec)
		if err == nil {
			if sign, known := b.Sign(); known {
				return sign, nil
			}
			if !notZero && prec > 64 {
				if bits == math.MaxInt64 {
					if bits, isAlgebraic = e.separation(n); !isAlgebraic {
						bits = int64(bitsFor(e.questionDigits()))
					}
				}
				// All that is in b is smaller than 2^upper.
				if _, upper, _ := b.Log2(); upper < -bits {
					if isAlgebraic {
						return 0, nil
					}
					return 0, e.undecided(question)
				}
			}
		} else if !errors.Is(err, ball.ErrStraddles) {
			return 0, err
		}
		if err := e.ctx.Err(); err != nil {
			return 0, err
		}
		if prec > maxWorkingBits {
			return 0, e.undecided(question)
		}
	}
}

// maxWorkingBits is where a question is given up whose enclosures do not get narrow, as with an operand that touches the edge of
// a domain.
const maxWorkingBits = 1 << 24

// compare returns the sign of x − y.
func (e *evaluation) compare(x, y *node, question string) (int, error) {
	if x == y {
		return 0, nil
	}
	return e.sign(difference(x, y), question)
}

func difference(x, y *node) *node { return Sum(Expr{x}, Negation(Expr{y})).n }

// near returns a rational that rounds to places digits behind the point like n does, whatever the mode: n itself where it
// is rational, else one on the same side of the same multiple of half a unit.
func (e *evaluation) near(n *node, places int) (rational, error) {
	v, err := e.known(n)
	if err != nil {
		return rational{}, err
	}
	if v.kind == isSpread {
		if q, ok := v.spread.rational(e.ctx, maxRationalBits); ok {
			v = exactly(q)
		}
	}
	if v.kind == isRational {
		return v.value, nil
	}
	limit := bitsFor(e.c.Limits.digits() + 64)
	for prec := uint(64); ; prec *= 2 {
		b, err := e.enclose(n, prec)
		switch {
		case errors.Is(err, ball.ErrStraddles) && prec < maxWorkingBits:
			continue
		case err != nil:
			return rational{}, err
		}
		if err := e.ctx.Err(); err != nil {
			return rational{}, err
		}
		if lower, _, ok := b.Log2(); ok && lower+int64(bitsFor(max(places, 0))) > int64(limit) {
			return rational{}, tooLarge("max_digits", fmt.Sprintf("the integer has more than max_digits (%d) digits", e.c.Limits.digits()))
		}
		// In units of 10^-places: b is within half of one.
		lo, hi, err := ball.Digits(e.ctx, b, int64(places))
		if err != nil {
			return rational{}, err
		}
		if new(big.Int).Sub(hi.Floor, lo.Floor).Cmp(two) > 0 {
			continue
		}
		// The least multiple of half a unit that may not be below the value.
		lo, hi, err = ball.Digits(e.ctx, ball.Scale2(b, 1), int64(places))
		if err != nil {
			return rational{}, err
		}
		at := hi.Floor
		if new(big.Int).Sub(hi.Floor, lo.Floor).Cmp(one) > 0 {
			continue
		}
		edge := rational{num: new(big.Int).Mul(at, five), exp: -places - 1} // at halves
		side := 1
		if lo.Floor.Cmp(hi.Floor) != 0 || lo.Exact {
			if side, err = e.sign(difference(n, numberNode(edge)), "which way a number is rounded"); err != nil {
				return rational{}, err
			}
		}
		quarter := rational{num: big.NewInt(int64(side) * 25), exp: -places - 2}
		return edge.sum(e.ctx, quarter), nil
	}
}

func numberNode(q rational) *node { return &node{op: opNumber, number: q} }

// wholeNumber returns the integer that n is; what says which operand it is, for the error where it is none.
func (e *evaluation) wholeNumber(n *node, what string) (*big.Int, error) {
	v, err := e.known(n)
	if err != nil {
		return nil, err
	}
	if v.kind == isRational {
		if i, ok := v.value.integer(e.ctx); ok {
			return i, nil
		}
		return nil, undefined(what + " is not an integer")
	}
	if v.kind == isSpread && !v.spread.isWhole() || v.kind == isLong && !v.finite {
		return nil, undefined(what + " is not an integer")
	}
	q, err := e.near(n, 0)
	if err != nil {
		return nil, err
	}
	twice, ok := q.product(e.ctx, rationalInt(2)).integer(e.ctx)
	if !ok || twice.Bit(0) == 1 { // not on a multiple of a half, or on an odd one
		return nil, undefined(what + " is not an integer")
	}
	return twice.Rsh(twice, 1), nil
}
