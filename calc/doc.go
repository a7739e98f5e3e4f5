// Package calc computes with real numbers so that every digit shown is right.
//
// A computation is an [Expr]: a formula over decimals, built by [Number], [Sum], [Quotient], [Root] and their kin, or read by
// [ParseExpression]; a [Scope] reads one text after another and keeps the names that they give.
// [Evaluate] gives its exact mathematical value, rounded once, to the digits and in the direction that a [Context]
// asks for, and says whether the digits are exact:
//
//	third, err := calc.Evaluate(ctx, calc.Quotient(calc.Int(1), calc.Int(3)), calc.Context{Precision: 10})
//	third.Text(calc.Auto, calc.Limits{}) // 0.3333333333, and third.Exact is false
//
// A value is followed exactly while it is rational. Else it is followed as an enclosure that is refined until both of
// its ends round to the same digits. Digits are dropped in one place, round.go.
//
// The package has no settings of its own, no clock and no I/O. Several goroutines may use it at once, each with expressions of
// its own: an Expr keeps what has been found out of it. What it cannot or may not do is an [*Error]; work stops when the
// context given to Evaluate ends.
package calc
