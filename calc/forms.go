package calc

import (
	"context"
	"math/big"
	"strings"

	"calculator/calc/internal/integer"
)

// Forms are other ways to write a result, each empty where it does not apply.
type Forms struct {
	Fraction  string // 22/7, in lowest terms
	Mixed     string // 3 1/7
	Repeating string // 0.(3): the digits in parentheses repeat without end
	Symbolic  string // 2√2
}

// maxRepeating is the most digits that the repeating form shows, those before the period and those in it.
const maxRepeating = 1000

// Forms returns the other forms of the value behind the result, which are exact whatever it was rounded to. They are
// derived from how the value was made, never guessed from its digits. The error is that of ctx.
func (r Result) Forms(ctx context.Context, l Limits) (Forms, error) {
	var f Forms
	of, v := r.of, r.value
	if r.node != nil && of == nil { // the digits were found the short way, or were there
		c := Context{Precision: r.Precision, Unit: r.unit, Limits: l}
		of = &evaluation{ctx: ctx, c: c, need: c.need()}
		var err error
		if v, err = of.known(r.node); err != nil {
			return f, err
		}
	} else if of != nil { // whose context may have ended
		again := *of
		again.ctx = ctx
		of = &again
	}
	if v.kind != isRational {
		if r.node != nil {
			f.Symbolic = of.symbols().symbolic(of.form(r.node))
		}
		return f, ctx.Err()
	}
	num, den, ok := v.value.fraction(ctx)
	if !ok || integer.Digits(num)+integer.Digits(den) > l.digits() {
		return f, ctx.Err()
	}
	f.Fraction = fractionText(num, den)
	whole, rest := quoRemInt(ctx, new(big.Int).Abs(num), den)
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	sign := ""
	if num.Sign() < 0 {
		sign = "-"
	}
	if rest.Sign() == 0 {
		f.Mixed = f.Fraction
		f.Repeating = f.Fraction
		return f, ctx.Err()
	}
	f.Mixed = f.Fraction
	if whole.Sign() != 0 {
		f.Mixed = sign + whole.String() + " " + fractionText(rest, den)
	}
	places, ok := repeatingPlaces(ctx, rest, den)
	if ok {
		f.Repeating = sign + whole.String() + "." + places
	}
	return f, ctx.Err()
}

func fractionText(num, den *big.Int) string {
	if den.Cmp(one) == 0 {
		return string(integer.Append(nil, num))
	}
	text := append(integer.Append(nil, num), '/')
	return string(integer.Append(text, den))
}

// repeatingPlaces returns the digits of rest/den < 1, in lowest terms, behind the point, with the period in parentheses, if they
// are at most maxRepeating.
//
// With den = 2^i·5^j·m the period begins behind max(i, j) digits, and its length is the order of 10 modulo m
// (Hardy & Wright, An Introduction to the Theory of Numbers, §9.2, theorem 135); m divides 10^length − 1, so
// a longer m has a longer period.
func repeatingPlaces(ctx context.Context, rest, den *big.Int) (string, bool) {
	i := int(den.TrailingZeroBits())
	m, j := stripFives(ctx, new(big.Int).Rsh(den, uint(i)))
	before := max(i, j)
	if ctx.Err() != nil || before > maxRepeating || integer.Digits(m) > maxRepeating {
		return "", false
	}
	period := 0
	if m.Cmp(one) != 0 {
		power := new(big.Int).Mod(ten, m)
		for period = 1; power.Cmp(one) != 0; period++ {
			if before+period >= maxRepeating || ctx.Err() != nil {
				return "", false
			}
			power.Mod(power.Mul(power, ten), m)
		}
	}
	digits, _ := quoRemInt(ctx, new(big.Int).Mul(rest, pow10Int(ctx, before+period)), den)
	if ctx.Err() != nil { // then they are not those
		return "", false
	}
	text := digits.String()
	text = strings.Repeat("0", before+period-len(text)) + text
	if period > 0 {
		text = text[:before] + "(" + text[before:] + ")"
	}
	return text, true
}
