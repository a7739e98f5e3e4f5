package calc

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// This file finds the leading digits of values that are only enclosed, by enclosures of growing precision (Ziv's strategy; Muller,
// Elementary Functions, 3rd edition, §12.1).

// firstGuard is how many bits more than the digits asked for the first enclosure has. Some ten of them cover the radius and the
// digits that are looked at beyond those asked for; about one computation in 2^20 needs a second enclosure.
const firstGuard = 32

// refine returns n or more leading digits of a node whose value isLong. It ends since no number of so few digits is the value: the
// distance to the nearest of them is positive.
func (e *evaluation) refine(n *node, count int) (digits, error) {
	prec := uint(bitsFor(count)) + firstGuard
	for guard := uint(firstGuard); ; guard *= 2 {
		b, err := e.enclose(n, prec)
		if err == nil {
			var d digits
			b = unwritten(b, prec)
			var decided bool
			if d, decided, err = decide(e.ctx, b, count, false); decided {
				return d, err
			}
		}
		if err != nil && (!errors.Is(err, ball.ErrStraddles) || prec > maxWorkingBits) {
			return digits{}, err
		}
		if err := e.ctx.Err(); err != nil {
			return digits{}, err
		}
		prec += guard
	}
}

// unwritten encloses b with about prec bits where b is one number such as 2^3000000, all of whose digits would else be written out to
// read some of them. The number meant has more digits than those, so that what is about it does not matter.
func unwritten(b ball.Ball, prec uint) ball.Ball {
	man, exp, exact := b.Dyadic()
	if !exact || max(exp, -exp) < 4*int64(prec)+maxDenseSum {
		return b
	}
	man.Lsh(man, prec)
	return ball.FromInterval(new(big.Int).Sub(man, one), new(big.Int).Add(man, one), exp-int64(prec), prec+uint(man.BitLen()))
}

// decide reads count or more leading digits of every number in b, if they are the same. The number meant is none that
// ends there: there is more. Where it mayEnd there, b must not touch such a number.
func decide(ctx context.Context, b ball.Ball, count int, mayEnd bool) (digits, bool, error) {
	sign, known := b.Sign()
	if !known {
		return digits{}, false, nil
	}
	lower, _, _ := b.Log2()
	// |x| ≥ 2^lower, so with 10^places the integer part has at least count digits. log10(2) = 0.30102999566398119…
	first := floorLog10(lower)
	places := count - first
	lo, hi, err := ball.Digits(ctx, ball.Abs(b), int64(places))
	if err != nil {
		return digits{}, false, err
	}
	if mayEnd && (lo.Exact || hi.Exact) {
		return digits{}, false, nil
	}
	if lo.Floor.Cmp(hi.Floor) != 0 {
		if !hi.Exact || new(big.Int).Add(lo.Floor, one).Cmp(hi.Floor) != 0 {
			return digits{}, false, nil
		}
	}
	return digits{sign < 0, lo.Floor, -places, true}, true, nil
}

// floorLog10 returns floor(log10(2^n)), or one less.
func floorLog10(n int64) int {
	// 30102999566/10^11 < log10(2) < 30102999567/10^11, so the error of n times the bound of the right side is below
	// n·10^-11, less than one for all |n| < 10^11.
	const scale = 100_000_000_000
	low := int64(30102999566)
	if n < 0 {
		low++
	}
	q := n * low / scale
	if n*low%scale < 0 {
		q--
	}
	return int(q)
}

// roundedUnknown rounds a value of which it is not known whether it is a short decimal.
func (e *evaluation) roundedUnknown(n *node) (Result, error) {
	shown, looked := e.c.Precision, e.c.Precision
	if e.c.Precision <= 0 {
		shown, looked = decimal128Digits, maxAutomaticDigits
	}
	prec := uint(bitsFor(looked+1)) + firstGuard
	for {
		b, err := e.enclose(n, prec)
		switch {
		case errors.Is(err, ball.ErrStraddles) && prec < maxWorkingBits:
			prec *= 2
			continue
		case err != nil:
			return Result{}, err
		}
		sign, known := b.Sign()
		if !known || sign == 0 {
			switch sign, err := e.sign(n, "whether the result is zero"); {
			case isUndecided(err):
				return e.open(rational{num: new(big.Int)}, shown, looked, err)
			case err != nil:
				return Result{}, err
			case sign == 0:
				return Result{Exact: true}, nil
			}
			prec *= 2
			continue
		}
		d, decided, err := decide(e.ctx, b, looked+1, true)
		if err != nil {
			return Result{}, err
		}
		if !decided {
			edge, ok, err := edgeIn(e.ctx, b, looked+1)
			if err != nil {
				return Result{}, err
			}
			if !ok {
				prec += prec / 2
				continue
			}
			switch d, decided, err = e.beside(n, edge, looked+1); {
			case isUndecided(err):
				return e.open(edge, shown, looked, err)
			case err != nil:
				return Result{}, err
			case !decided:
				return e.rounded(edge)
			}
		}
		if e.c.Precision == Exact {
			return Result{}, &Error{Kind: Undecided, Position: -1, Reason: fmt.Sprintf(
				"whether the result is a finite decimal: it is none of %d digits: ask for a number of digits", looked)}
		}
		return e.finish(d, shown)
	}
}

// edgeIn returns the one multiple of a unit of the last of count digits that is within b.
func edgeIn(ctx context.Context, b ball.Ball, count int) (rational, bool, error) {
	lower, _, _ := b.Log2()
	places := count - floorLog10(lower)
	lo, hi, err := ball.Digits(ctx, b, int64(places))
	if err != nil {
		return rational{}, false, err
	}
	at := hi.Floor
	switch new(big.Int).Sub(hi.Floor, lo.Floor).Cmp(one) {
	case 1:
		return rational{}, false, nil
	case 0:
		if lo.Exact { // then there are two
			return rational{}, false, nil
		}
	case -1: // then the lower end is it
		if !lo.Exact {
			return rational{}, false, nil
		}
		at = lo.Floor
	}
	at, exp := stripZeros(ctx, at, -places)
	return rational{num: at, exp: exp}, true, nil
}

// beside returns count or more leading digits of a value that is on one side of an edge, or false where it is the edge.
func (e *evaluation) beside(n *node, edge rational, count int) (digits, bool, error) {
	// A number below 1 is compared with the edge as if both were magnified to 1.
	scale := rational{num: one, exp: max(-edge.magnitude(), 0)}
	gap := Product(Expr{numberNode(scale)}, Expr{difference(n, numberNode(edge))}).n
	side, err := e.sign(gap, "whether the result is exactly a short decimal")
	if err != nil || side == 0 {
		return digits{}, false, err
	}
	return edge.neighbour(e.ctx, side, count), true, nil
}

// neighbour returns count or more leading digits of the numbers that follow q ≠ 0, a decimal, on one side.
func (q rational) neighbour(ctx context.Context, side, count int) digits {
	fill := max(count+1-integer.Digits(q.num), 1)
	d := digits{negative: q.sign() < 0, man: mulInt(ctx, new(big.Int).Abs(q.num), pow10Int(ctx, fill)), exp: q.exp - fill, more: true}
	if (side < 0) != d.negative { // nearer to zero
		d.man.Sub(d.man, one)
	}
	return d
}

// open is the answer where all that is known is that the value is at most a bound away from an edge.
func (e *evaluation) open(edge rational, shown, looked int, undecided error) (Result, error) {
	var u *Error
	errors.As(undecided, &u)
	nearest := e.c.Rounding == HalfEven || e.c.Rounding == HalfUp || e.c.Rounding == HalfDown
	man, exp := edge.num, edge.exp
	if integer.Digits(man) <= looked && (e.c.Precision > 0 || integer.Digits(man) <= maxAutomaticDigits) {
		if !nearest {
			return Result{}, undecided
		}
		if man.Sign() == 0 {
			return Result{Precision: shown, Rounding: e.c.Rounding, ErrorBound: u.Bound}, nil
		}
		r, err := e.finished(digits{man.Sign() < 0, new(big.Int).Abs(man), exp, false}, max(shown, integer.Digits(man)), false)
		r.ErrorBound = u.Bound
		return r, err
	}
	// The edge is no result itself. If it is rounded like what is below it and like what is above it, the question does not matter.
	high, err := e.finish(edge.neighbour(e.ctx, 1, shown+1), shown)
	if err != nil {
		return Result{}, err
	}
	low, err := e.finish(edge.neighbour(e.ctx, -1, shown+1), shown)
	if err != nil {
		return Result{}, err
	}
	if !high.Value.Equal(low.Value) {
		return Result{}, undecided
	}
	return high, nil
}
