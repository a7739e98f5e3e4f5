package calc

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"calculator/calc/expression"
	"calculator/calc/internal/integer"
)

// Parse returns the decimal that text stands for: [+-]digits[.digits][e[+-]digits], with E too, .5 and 5., underscores
// between digits, and the Unicode minus sign. Blanks around it are ignored. The error is a *Error of Kind NotANumber, or
// TooLarge where a limit is passed; it says what to write instead.
func Parse(text string, l Limits) (decimal.Decimal, error) {
	q, err := parse(text, l)
	if err != nil || q.num == nil {
		return decimal.Decimal{}, err
	}
	return decimal.NewFromBigInt(q.num, int32(q.exp)), nil
}

// Literal is Number of what Parse gives, without the copies in between.
func Literal(text string, l Limits) (Expr, error) {
	q, err := parse(text, l)
	if err != nil {
		return Expr{}, err
	}
	if q.num == nil {
		return Int(0), nil
	}
	return Expr{&node{op: opNumber, number: q}}, nil
}

func parse(text string, l Limits) (rational, error) {
	negative, n, err := expression.ParseNumber(text)
	if err != nil {
		e := &Error{Kind: NotANumber, Reason: err.Error(), Position: -1}
		var at *expression.Error
		if errors.As(err, &at) {
			e.Position = at.Position
		}
		return rational{}, e
	}
	return fromLiteral(negative, n, l)
}

// fromLiteral returns the number that was written, within the limits; num is nil for 0.
func fromLiteral(negative bool, n expression.Literal, l Limits) (rational, error) {
	switch {
	case n.Written > l.digits():
		return rational{}, tooLarge("max_digits", fmt.Sprintf("a number of %d digits, above max_digits (%d)", n.Written, l.digits()))
	case n.Digits == "":
		return rational{}, nil // 0e9999999999 too
	}
	switch first, limit := n.Exponent+int64(len(n.Digits))-1, l.exponent(); {
	case first > int64(limit):
		return rational{}, tooLarge("max_exponent", fmt.Sprintf("an operand is too large: beyond 1e%d (max_exponent)", limit))
	case first < -int64(limit):
		return rational{}, tooLarge("max_exponent", fmt.Sprintf("an operand is too small: below 1e-%d (max_exponent)", limit))
	}
	man := integer.Parse(n.Digits)
	if negative {
		man.Neg(man)
	}
	return rational{num: man, exp: int(n.Exponent)}, nil
}
