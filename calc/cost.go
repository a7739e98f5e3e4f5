package calc

import (
	"math"
	"time"
)

// Cost is what a computation is expected to take.
type Cost struct {
	Bytes int64 // of memory at its peak
	Time  time.Duration
}

// Estimate returns about what Evaluate(x, c) takes, from the lengths of the operands and of the result asked for. It is
// meant to tell cheap from dear, and errs upwards. It looks at each node once and computes nothing.
func Estimate(x Expr, c Context) Cost {
	precision := c.Precision
	switch precision {
	case 0:
		precision = maxAutomaticDigits
	case Exact:
		precision = c.Limits.digits()
	}
	var total Cost
	var seen map[*node]bool // of nodes with operands, in an expression that has several
	var visit func(n *node)
	visit = func(n *node) {
		if len(n.args) == 0 || seen[n] {
			return
		}
		bits := float64(bitsFor(precision))
		for _, a := range n.args {
			if len(a.args) > 0 {
				if seen == nil {
					seen = make(map[*node]bool)
				}
				visit(a)
				seen[a] = true
			}
			bits += float64(a.number.orZero().BitLen())
		}
		// A product of w words takes about w^1.6 ns (BenchmarkMul); the factors stand for how many of them an operation takes.
		products, copies := 2.0, 8.0
		switch n.op {
		case opSum, opNegation:
			products = 0
		case opProduct:
			products, copies = 8, 32 // a Fourier transform is some ten times as long as its factors
		case opRemainder, opRound, opQuotient:
			products = 8
		case opRoot, opPower:
			products, copies = 40, 24
		case opExp, opLog, opLogBase, opSin, opCos, opTan, opAsin, opAcos, opAtan, opAtan2,
			opSinh, opCosh, opTanh, opAsinh, opAcosh, opAtanh:
			products, copies = 40*math.Log2(bits), 40
		case opFactorial, opBinomial:
			products, copies, bits = 8, 8, float64(bitsFor(c.Limits.exponent()))
			if k := n.args[0].number; k.num != nil && k.exp == 0 && k.num.IsInt64() {
				bits = max(64, min(bits, logFactorial(k.num.Int64())))
			}
		}
		words := bits / 64
		total.Time += time.Duration(words*20 + products*math.Pow(words, 1.6)*2)
		total.Bytes = max(total.Bytes, int64(copies*bits/8)) + int64(len(n.args))*64
	}
	visit(x.n)
	return total
}
