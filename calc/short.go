package calc

import (
	"context"
	"math/big"
	"math/bits"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// This file is the short way for an elementary function of decimals to some 125 digits or fewer: numbers of a few words, no enclosures,
// nothing recognised. Where that decides the digits, the value is none of so few digits and no middle between two of them, so that it
// does not matter whether it is rational; where not, all goes the long way.

// shortExponent bounds the exponents of what the short way looks at, far within every sensible max_exponent.
const shortExponent = 600

// short returns the result of a node that is a function of decimals, where the short way finds it. It leaves it to Forms to find out
// what is known of the value. The value is irrational, or c.Precision positive.
func short(n *node, c Context) (Result, bool) {
	f, precision := n.op.short, c.Precision
	if f == 0 || c.Limits.exponent() < 2*shortExponent {
		return Result{}, false
	}
	e := evaluation{ctx: context.Background(), c: c}
	perTurn := int64(0)
	switch f {
	case ball.ShortSin, ball.ShortCos, ball.ShortTan:
		perTurn = e.unit(n).perTurn()
	case ball.ShortAtan:
		if e.unit(n) != Radian {
			return Result{}, false
		}
	}
	if precision == 0 {
		precision = decimal128Digits
	}
	x, ok := shortOperand(n.args[0])
	y := x
	if ok && len(n.args) > 1 {
		y, ok = shortOperand(n.args[1])
	}
	if !ok || precision < 1 {
		return Result{}, false
	}
	var words [8]big.Word
	l, ok := ball.Short(f, x, y, perTurn, precision, words[:0])
	if !ok {
		return Result{}, false
	}
	var man big.Int
	man.SetBits(l.Words)
	t := belowHalf
	if l.AboveHalf {
		t = aboveHalf
	}
	if c.Rounding.away(l.Negative, &man, t) {
		man.Add(&man, one)
	}
	for man.Bit(0) == 0 && integer.IsMultipleOfFive(&man) {
		divideByTen(man.Bits())
		man.SetBits(man.Bits())
		l.Exp++
	}
	r, err := e.finished(digits{l.Negative, &man, l.Exp, true}, precision, false)
	r.node, r.unit = n, c.Unit
	return r, err == nil
}

// isShortIrrational reports whether a node that the short way finds a result of is irrational for that alone: exp, log and, in radians, the
// trigonometric functions at rational operands other than 0 and, of the logarithm, 1, at which the short way finds nothing (see exactExp, exactLog,
// exactTrig and exactAtan).
func isShortIrrational(n *node, c Context) bool {
	switch n.op.short {
	case ball.ShortExp, ball.ShortLog:
		return true
	case ball.ShortSin, ball.ShortCos, ball.ShortTan, ball.ShortAtan:
		e := evaluation{ctx: context.Background(), c: c}
		return e.unit(n) == Radian
	}
	return false
}

// shortOperand is the value of a node that is a decimal of moderate size.
func shortOperand(n *node) (ball.Decimal, bool) {
	q := n.number
	if n.op != opNumber || q.den != nil || q.exp > shortExponent || q.exp < -shortExponent || q.num.BitLen() > 2*shortExponent {
		return ball.Decimal{}, false
	}
	return ball.Decimal{Coefficient: q.num, Exp: q.exp}, true
}

// divideByTen divides the number of these words, a multiple of ten, in place.
func divideByTen(words []big.Word) {
	rest := uint(0)
	for i := len(words) - 1; i >= 0; i-- {
		var q uint
		q, rest = bits.Div(rest, uint(words[i]), 10)
		words[i] = big.Word(q)
	}
}
