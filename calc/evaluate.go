package calc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"

	"github.com/shopspring/decimal"

	"calculator/calc/internal/ball"
	"calculator/calc/internal/integer"
)

// A Result is the value of a computation, rounded once.
type Result struct {
	Value     decimal.Decimal
	Exact     bool     // Value is the value itself
	Precision int      // significant digits it was rounded to; 0 where it was not rounded
	Rounding  Rounding // how it was rounded, where it was
	// ErrorBound, where it is not empty, says that the value is within that of Value, and that no more could be found out.
	ErrorBound string

	// For Forms, which look at the node anew where there is no evaluation:
	value known
	of    *evaluation
	node  *node
	unit  Unit
}

// known is what is known of a node's value without enclosures.
type known struct {
	kind   kind
	value  rational // isRational
	spread spread   // isSpread
	finite bool     // of isLong: a finite decimal all the same
	// putOff, of isLong: a power of a rational number that could be written out, see evaluation.room.
	putOff bool
	// same, where it is there, is a node with the same value, of which nothing more is known.
	same *node
	// places is whether the zeros that value was given by rounding to places are part of the result.
	places bool
	// digits, where it is there, gives the leading digits of a long value faster than enclosures do.
	digits func(ctx context.Context, n int) (digits, error)
	// beside, where it is there, says which rational number an irrational value is beside.
	beside *beside
}

type kind uint8

const (
	isUnknown  kind = iota // only its enclosures are known
	isRational             // known.value
	isSpread               // known.spread
	// isLong: proved to have more significant digits than any rounding of this computation looks at, be it that it is
	// irrational. So no digits shown are exact, no tie occurs, and refining an enclosure ends.
	isLong
)

func exactly(q rational) known { return known{kind: isRational, value: q} }

// evaluation is one call of Evaluate.
type evaluation struct {
	ctx context.Context
	c   Context
	// need is the most digits that a rounding looks at.
	need int
	made *symbols // nil before the first form
	// room is how many bits of powers of rational numbers may still be written out, beyond what a rounding looks at. At first there is none:
	// of most of them no more than the first digits matters. putOff says that one was met for which there was no room.
	room   int
	putOff bool
}

// maxWrittenBits is the room that there is once an answer depends on it.
const maxWrittenBits = 8 * maxRationalBits

func (e *evaluation) symbols() *symbols {
	if e.made == nil {
		e.made = newSymbols()
	}
	return e.made
}

// needGuard is how many digits beyond those asked for a rounding looks at, at most.
const needGuard = 4

// Evaluate returns the value of x, rounded once as c says. The error is a *Error where there is no such value or a limit is
// passed, else the error of ctx, whose end stops the work.
func Evaluate(ctx context.Context, x Expr, c Context) (Result, error) {
	if err := c.check(); err != nil {
		return Result{}, err
	}
	if c.Precision > 0 || isShortIrrational(x.n, c) {
		if r, ok := short(x.n, c); ok {
			return r, ctx.Err()
		}
	}
	if x.n.op == opNumber {
		r, err := roundedNumber(ctx, x.n, c)
		if err != nil {
			return Result{}, err
		}
		return r, ctx.Err()
	}
	e := &evaluation{ctx: ctx, c: c, need: c.need()}
	r, err := e.evaluate(x.n)
	if e.putOff && (err != nil || r.ErrorBound != "") && ctx.Err() == nil {
		// Written out, the powers may answer what is open: 2^3000000 mod 7, 7^300000/7^299999.
		x.n.unlearn(make(map[*node]bool))
		e = &evaluation{ctx: ctx, c: c, need: c.need(), room: maxWrittenBits}
		r, err = e.evaluate(x.n)
	}
	if err != nil {
		return Result{}, err
	}
	return r, ctx.Err()
}

// evaluate finds the value of n and rounds it.
func (e *evaluation) evaluate(n *node) (Result, error) {
	v, err := e.known(n)
	if err != nil {
		return Result{}, e.explain(err)
	}
	r, err := e.result(n, v)
	if err != nil {
		return Result{}, e.explain(err)
	}
	r.value, r.of, r.node = v, e, n
	return r, nil
}

// write reports whether so many bits of a power may be written out, which are then taken from the room.
func (e *evaluation) write(bits float64) bool {
	if bits > float64(min(e.room, maxRationalBits)) {
		return false
	}
	e.room -= int(bits)
	return true
}

// roundedNumber is the result where there is nothing to compute. It leaves it to Forms to look at the number again.
func roundedNumber(ctx context.Context, n *node, c Context) (Result, error) {
	e := evaluation{ctx: ctx, c: c}
	if err := e.inRange(n.number); err != nil {
		return Result{}, n.where.locate(err)
	}
	r, err := e.rounded(n.number)
	r.node = n
	return r, err
}

// check refuses a context that asks for what there is not.
func (c Context) check() error {
	switch {
	case c.Precision > c.Limits.precision():
		return tooLarge("max_precision", fmt.Sprintf("precision %d is above max_precision (%d)", c.Precision, c.Limits.precision()))
	case c.Precision < Exact:
		return undefined(fmt.Sprintf("precision %d: want a number of digits from 1 to %d, or exact", c.Precision, c.Limits.precision()))
	}
	return nil
}

func (c Context) need() int {
	switch c.Precision {
	case 0:
		return maxAutomaticDigits + needGuard
	case Exact:
		return c.Limits.digits() + needGuard
	}
	return c.Precision + needGuard
}

// explain turns the errors of enclosures into ours.
func (e *evaluation) explain(err error) error {
	if ended := e.ctx.Err(); ended != nil {
		return ended // whatever else was found then may not be so
	}
	var r *ball.RangeError
	if errors.As(err, &r) {
		return e.outOfRange(r.Small)
	}
	return err
}

func (e *evaluation) outOfRange(small bool) error {
	limit := e.c.Limits.exponent()
	if small {
		return tooLarge("max_exponent", fmt.Sprintf("the result is too small: below 1e-%d (max_exponent)", limit))
	}
	return tooLarge("max_exponent", fmt.Sprintf("the result is too large: beyond 1e%d (max_exponent)", limit))
}

// known returns what is known of n exactly. It is computed once.
func (e *evaluation) known(n *node) (known, error) {
	if n.op == opNumber { // there is nothing to find out, and nothing to keep
		return exactly(n.number), n.where.locate(e.inRange(n.number))
	}
	found := e.found(n)
	if found.seen {
		e.putOff = e.putOff || found.known.putOff
		return found.known, nil
	}
	if err := e.ctx.Err(); err != nil {
		return known{}, err
	}
	v, err := e.exact(n)
	if err == nil && v.same != nil {
		same := v.same
		if v, err = e.known(same); err == nil && (v.kind == isUnknown || v.kind == isLong) && v.same == nil {
			v.same = same
		}
	} else if err == nil && v.kind == isUnknown {
		v, err = e.recognised(n)
	}
	if err == nil {
		switch v.kind {
		case isRational:
			err = e.inRange(v.value)
		case isSpread:
			err = e.firstInRange(v.spread.leading(e.ctx, 1))
		}
	}
	if err != nil {
		return known{}, n.where.locate(err)
	}
	if err := e.ctx.Err(); err != nil { // then v may be no value, see mulInt
		return known{}, err
	}
	found.known, found.seen = v, true
	e.putOff = e.putOff || v.putOff
	return v, nil
}

// exact is what the operation finds out. Other nodes that it makes of the operands to ask a question, or to stand for n, are no further uses
// of them: they are gone, or ask instead of n.
func (e *evaluation) exact(n *node) (known, error) {
	var few [2]int32
	uses := few[:0]
	for _, a := range n.args {
		uses = append(uses, a.uses)
	}
	v, err := n.op.exact(e, n)
	for i, a := range n.args {
		a.uses = uses[i]
	}
	return v, err
}

// inRange refuses a value whose first significant digit lies beyond the limit.
func (e *evaluation) inRange(q rational) error {
	if q.isZero() {
		return nil
	}
	limit := e.c.Limits.exponent()
	m := q.magnitude()
	if -limit < m && m < limit {
		return nil // magnitude is right within one
	}
	if q.den != nil {
		m = floorMagnitude(e.ctx, q)
	}
	if m > limit || m < -limit {
		return e.outOfRange(m < 0)
	}
	return nil
}

// firstInRange is inRange for a number with these leading digits, the first of them not zero.
func (e *evaluation) firstInRange(d digits) error {
	first := d.exp + integer.Digits(d.man) - 1
	if limit := e.c.Limits.exponent(); first > limit || first < -limit {
		return e.outOfRange(first < 0)
	}
	return nil
}

// floorMagnitude is the power of ten of the first significant digit of q ≠ 0.
func floorMagnitude(ctx context.Context, q rational) int {
	d := q.leading(ctx, 2)
	return d.exp + integer.Digits(d.man) - 1
}

// rationals returns the values of the operands, if all of them are rational.
func (e *evaluation) rationals(args []*node) ([]rational, bool, error) {
	values := make([]rational, len(args))
	for i, a := range args {
		v, err := e.known(a)
		if err != nil {
			return nil, false, err
		}
		if v.kind == isSpread {
			if q, ok := v.spread.rational(e.ctx, maxRationalBits); ok {
				v = exactly(q)
			}
		}
		if v.kind != isRational {
			return nil, false, nil
		}
		values[i] = v.value
	}
	return values, true, nil
}

// result rounds the value of n.
func (e *evaluation) result(n *node, v known) (Result, error) {
	switch v.kind {
	case isRational:
		if v.places {
			return e.placed(v.value)
		}
		return e.rounded(v.value)
	case isSpread:
		if e.c.Precision == Exact {
			q, ok := v.spread.rational(e.ctx, bitsFor(e.c.Limits.digits()+2*limbDigits))
			if !ok {
				return Result{}, e.longerThanShown()
			}
			return e.rounded(q)
		}
		v.digits = func(_ context.Context, n int) (digits, error) { return v.spread.leading(e.ctx, n), nil }
		return e.roundedLong(v.digits)
	case isLong:
		if v.finite && e.c.Precision == Exact {
			return Result{}, e.longerThanShown()
		}
		if v.digits == nil {
			if e.c.Precision == 0 {
				if r, ok := short(n, e.c); ok {
					return r, nil
				}
			}
			v.digits = func(_ context.Context, k int) (digits, error) { return e.refine(n, k) }
		}
		return e.roundedLong(v.digits)
	}
	if v.same != nil {
		n = v.same
	}
	return e.roundedUnknown(n)
}

// placed is a result of rounding to places, which is exact and keeps its zeros.
func (e *evaluation) placed(q rational) (Result, error) {
	if shown := max(integer.Digits(q.num), -q.exp); shown > e.c.Limits.digits() { // Text refuses what plain notation adds to that
		return Result{}, tooLarge("max_digits", fmt.Sprintf("the result has %d digits, above max_digits (%d)", shown, e.c.Limits.digits()))
	}
	return Result{Value: decimal.NewFromBigInt(q.num, int32(q.exp)), Exact: true}, nil
}

// rounded rounds a rational.
func (e *evaluation) rounded(q rational) (Result, error) {
	if q.isZero() {
		return Result{Exact: true}, nil
	}
	precision := e.c.Precision
	if precision <= 0 {
		d, ok := q.decimal(e.ctx)
		if ok {
			d.num, d.exp = stripZeros(e.ctx, d.num, d.exp)
		}
		switch n := integer.Digits(d.orZero()); {
		case ok && precision == 0 && n <= maxAutomaticDigits, ok && precision == Exact && n <= e.c.Limits.digits():
			return Result{Value: decimal.NewFromBigInt(d.num, int32(d.exp)), Exact: true}, nil
		case ok && precision == Exact:
			return Result{}, tooLarge("max_digits", fmt.Sprintf("the exact result has %d digits, above max_digits (%d): ask for a precision", n, e.c.Limits.digits()))
		case precision == Exact:
			return Result{}, notFinite()
		}
		precision = decimal128Digits
	}
	return e.finish(q.leading(e.ctx, precision+1), precision)
}

// orZero is the numerator, or 0 of a rational that is not there.
func (q rational) orZero() *big.Int {
	if q.num == nil {
		return new(big.Int)
	}
	return q.num
}

func notFinite() error {
	return undefined("the result has no finite decimal, so precision exact cannot show it: ask for a number of digits")
}

func (e *evaluation) longerThanShown() error {
	return tooLarge("max_digits", fmt.Sprintf("the exact result has more than max_digits (%d) digits: ask for a precision", e.c.Limits.digits()))
}

// roundedLong rounds a value that has more digits than anyone asks for, given its leading digits.
func (e *evaluation) roundedLong(leading func(context.Context, int) (digits, error)) (Result, error) {
	precision := e.c.Precision
	switch precision {
	case 0:
		precision = decimal128Digits
	case Exact:
		return Result{}, notFinite()
	}
	d, err := leading(e.ctx, precision+1)
	if err != nil {
		return Result{}, err
	}
	return e.finish(d, precision)
}

// finish rounds leading digits to the precision.
func (e *evaluation) finish(d digits, precision int) (Result, error) {
	rounded, exact := e.c.Rounding.round(e.ctx, d, precision)
	return e.finished(rounded, precision, exact)
}

// finished is the result with these digits, rounded to the precision before.
func (e *evaluation) finished(rounded digits, precision int, exact bool) (Result, error) {
	man, exp := stripZeros(e.ctx, rounded.man, rounded.exp)
	if rounded.negative {
		man = new(big.Int).Neg(man)
	}
	if err := e.firstInRange(digits{man: man, exp: exp}); err != nil {
		return Result{}, err
	}
	r := Result{Value: decimal.NewFromBigInt(man, int32(exp)), Exact: exact}
	if !exact {
		// Zeros that the precision covers are digits, not placeholders: 119.96 to three digits is 120.
		if exp > 0 && integer.Digits(man)+exp <= precision {
			r.Value = decimal.NewFromBigInt(new(big.Int).Mul(man, pow10Int(e.ctx, exp)), 0)
		}
		r.Precision, r.Rounding = precision, e.c.Rounding
	}
	return r, nil
}

func stripZeros(ctx context.Context, man *big.Int, exp int) (*big.Int, int) {
	n, zeros := stripZerosInt(ctx, man)
	return n, exp + zeros
}

// sketchBits is the precision at which a first look shows how many bits the operations of an expression lose. It costs little
// beside an enclosure of more than sketchAbove bits.
const (
	sketchBits  = 64
	sketchAbove = 512
	slack       = 16 // bits that an enclosure may be wider than asked for
)

// enclose returns an enclosure of n made with at least prec bits: of about so many bits, unless that touches zero. The last one is
// kept.
func (e *evaluation) enclose(n *node, prec uint) (ball.Ball, error) {
	found := e.found(n)
	if found.prec >= prec {
		return found.ball, nil
	}
	v, err := e.known(n)
	if err != nil {
		return ball.Ball{}, err
	}
	var b ball.Ball
	switch {
	case v.kind == isRational:
		b, err = v.value.enclose(e.ctx, prec)
	case v.kind == isSpread:
		b, err = v.spread.enclose(e.ctx, prec)
	case v.same != nil:
		b, err = e.enclose(v.same, prec)
	default:
		b, err = e.encloseOp(n, prec)
	}
	if err == nil {
		err = e.ballInRange(b)
	}
	if err != nil {
		return b, n.where.locate(e.explain(err))
	}
	if err := e.ctx.Err(); err != nil { // then b may enclose another number, see mulInt
		return ball.Ball{}, err
	}
	found.ball, found.prec = b, prec
	return b, nil
}

// encloseOp asks for more bits where the operation loses some: in a sum whose terms cancel, a sine of a large angle, a logarithm
// of a number near to 1.
func (e *evaluation) encloseOp(n *node, prec uint) (ball.Ball, error) {
	found := e.found(n)
	if prec > sketchAbove && found.prec == 0 {
		if _, err := e.enclose(n, sketchBits); err != nil && !errors.Is(err, ball.ErrStraddles) {
			return ball.Ball{}, err
		}
	}
	for {
		b, err := n.op.enclose(e, n, prec+found.loss)
		if err != nil || b.ContainsZero() || b.Precision()+slack >= int64(prec) || found.loss > 4*prec+4096 {
			for _, a := range n.args {
				a.forget()
			}
			return b, err
		}
		found.loss += prec - uint(max(b.Precision(), 0))
		if err := e.ctx.Err(); err != nil {
			return b, err
		}
	}
}

// forget gives up a long enclosure that only one operation needs, once that has made use of it: the next refinement asks for a longer one,
// and in a sum of thousands of terms they would add up.
func (n *node) forget() {
	if n.uses == 1 && n.state != nil && n.state.prec > sketchAbove {
		n.state.ball, n.state.prec = ball.Ball{}, 0
	}
}

// ballInRange refuses a value that is certainly beyond the limit: 10^(limit+1) or more, or less than 10^-limit.
func (e *evaluation) ballInRange(b ball.Ball) error {
	limit := float64(e.c.Limits.exponent())
	lower, upper, ok := b.Log2()
	if ok && (float64(lower) > (limit+1)*math.Log2(10) || float64(upper) < -limit*math.Log2(10)) { // no integer is as near to these as float64's error
		return e.outOfRange(upper < 0)
	}
	return nil
}
