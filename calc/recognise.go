package calc

import (
	"fmt"
	"math/big"
	"strings"
)

// recognised is what the form of n says of its value.
func (e *evaluation) recognised(n *node) (known, error) {
	f := e.formed(n)
	if err := e.ctx.Err(); err != nil {
		return known{}, err
	}
	if q, ok := f.rational(); ok {
		return exactly(rationalRat(q)), nil
	}
	if f.isIrrational(e.symbols()) {
		return known{kind: isLong}, nil
	}
	return e.arcs(f)
}

func rationalRat(q *big.Rat) rational {
	r := rational{num: new(big.Int).Set(q.Num())}
	if !q.IsInt() {
		r.den = new(big.Int).Set(q.Denom())
	}
	return r
}

// form returns the form of a node's value.
func (e *evaluation) form(n *node) form {
	v, err := e.known(n)
	switch {
	case err != nil:
		return e.opaque(n, nil)
	case v.kind == isRational:
		if v.value.isCoefficient() {
			if num, den, ok := v.value.fraction(e.ctx); ok {
				return ratForm(new(big.Rat).SetFrac(num, den))
			}
		}
		return e.opaque(n, nil)
	case v.kind == isSpread:
		return e.opaque(n, nil)
	case v.same != nil:
		return e.form(v.same)
	}
	return e.formed(n)
}

// isCoefficient reports whether q is short enough to stand in a form.
func (q rational) isCoefficient() bool { return q.size()+bitsFor(max(q.exp, -q.exp)) < maxCoefBits }

// formed makes the form of an operation out of those of its operands, once. What it returns when the context has ended is not kept.
func (e *evaluation) formed(n *node) form {
	found := e.found(n)
	if found.form == nil || found.form.symbols != e.symbols() {
		operands := make([]form, len(n.args))
		for i, a := range n.args {
			if e.ctx.Err() != nil {
				return e.opaque(n, nil)
			}
			operands[i] = e.form(a)
		}
		var f form
		ok := false
		if n.op.form != nil {
			f, ok = e.symbols().form(func(m *forming) form { return n.op.form(e, n, m, operands) })
		}
		if !ok {
			f = e.opaque(n, operands)
		}
		if e.ctx.Err() != nil {
			return f
		}
		found.form = &formed{form: f, symbols: e.symbols()}
	}
	return found.form.form
}

// maxKey bounds the length of what an opaque symbol is known by.
const maxKey = 4096

// opaque is a symbol for the value of n. The same operation on operands with the same forms gives the same symbol.
func (e *evaluation) opaque(n *node, operands []form) form {
	key := fmt.Sprintf("%p", n)
	if operands != nil {
		var b strings.Builder
		fmt.Fprint(&b, n.op.name, n.mode, n.rounding, n.radian)
		for _, f := range operands {
			if b.Len() < maxKey {
				b.WriteString("," + f.key())
			}
		}
		if b.Len() < maxKey {
			key = b.String()
		}
	}
	return symbolForm(e.symbols().get(isOpaque, key, nil))
}
