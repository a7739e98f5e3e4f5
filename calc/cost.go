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
// meant to tell cheap from dear, and errs upwards: where nothing cancels and no second refinement is needed, the time is one to
// three times what is measured once the constants are known. It looks at each node once and computes nothing.
func Estimate(x Expr, c Context) Cost {
	e := estimation{limits: c.Limits, unit: c.Unit, digits: float64(c.Precision), refinements: 1}
	if c.Precision <= 0 {
		e.digits = decimal128Digits
		if !x.n.isSimple() { // it may turn out to be a short decimal, for which so many digits are looked at, and then more
			e.digits, e.refinements = maxAutomaticDigits, 3
		}
	}
	size := e.visit(x.n)
	if x.n.op != opPower && e.putOff > 0 { // powers that may turn out to be wanted in full: kept, with what is made of them
		kept := min(e.putOff, maxWrittenBits)
		e.productTree(min(kept, maxRationalBits), 1)
		e.bytes += kept / 4
	}
	if shown := bitsOf(e.digits); size > shown && c.Precision >= 0 {
		e.divide(min(shown, size-shown), size-shown) // rounding
	}
	return Cost{Bytes: int64(e.bytes), Time: time.Duration(e.ns * margin)}
}

// margin is by how much an estimate is above the time that was measured on one machine.
const margin = 1.4

// A curve is the time that something took for numbers of so many digits, in microseconds: at 16, 34, 100, 300 digits and so on, by about
// half a power of ten, to 100,000. It is the least of several runs on one core of a virtual machine (AMD EPYC, 2 GHz or so): for
// the functions by BenchmarkEstimate, for products and quotients by BenchmarkMul and BenchmarkQuo of package integer.
type curve [9]float64

var curveDigits = curve{16, 34, 100, 300, 1000, 3000, 10_000, 30_000, 100_000}

var (
	productTime    = curve{0.03, 0.06, 0.1, 0.4, 2.3, 14, 85, 450, 1900}
	quotientTime   = curve{0.04, 0.08, 0.2, 0.6, 4, 22, 125, 800, 5600} // twice as long by so long
	squareRootTime = curve{1.5, 2, 3, 4.5, 11, 41, 215, 1240, 9200}
	// elementaryTime is the longest of exp, log, sin, cos, tan, atan and the hyperbolic functions.
	elementaryTime = curve{0.22, 0.35, 1, 10, 33, 210, 1800, 10_900, 115_000}
)

// at is the time in nanoseconds for numbers of so many bits: a power of the length between two measured lengths.
func (c curve) at(bits float64) float64 {
	digits := max(bits/math.Log2(10), 1)
	i := 0
	for i < len(c)-2 && digits > curveDigits[i+1] {
		i++
	}
	power := math.Log(c[i+1]/c[i]) / math.Log(curveDigits[i+1]/curveDigits[i])
	if last := len(c) - 1; digits > curveDigits[last] { // products of 200,000 and of 1,000,000 digits lie on that
		i, power = last, max(power, 1.5)
	}
	return 1000 * c[i] * math.Pow(digits/curveDigits[i], power)
}

func bitsOf(digits float64) float64 { return digits*math.Log2(10) + 1 }

// isSimple reports whether the operands of a node are numbers, so that it is known at once whether its value is rational.
func (n *node) isSimple() bool {
	for _, a := range n.args {
		if a.op != opNumber {
			return false
		}
	}
	return true
}

// An estimation is one call of Estimate.
type estimation struct {
	limits      Limits
	unit        Unit
	digits      float64 // of enclosures
	refinements float64
	seen        map[*node]float64 // sizes of nodes with operands, in an expression that has several

	ns, bytes float64
	putOff    float64 // bits of powers of numbers that are not written out at first
}

func (e *estimation) take(ns, bytes float64) {
	e.ns += ns
	e.bytes = max(e.bytes, bytes)
}

// visit adds what a node takes, and returns about how many bits its value has where that is rational, else 0.
func (e *estimation) visit(n *node) float64 {
	if n.op == opNumber {
		return float64(n.number.orZero().BitLen())
	}
	if size, ok := e.seen[n]; ok {
		return size
	}
	// The lengths of the operands together, of the longest, and by how many powers of ten the numbers among them lie apart.
	total, longest, rational := 0.0, 0.0, true
	low, high := math.MaxInt, math.MinInt // exponents
	for _, a := range n.args {
		size := e.visit(a)
		if len(a.args) > 0 {
			if e.seen == nil {
				e.seen = make(map[*node]float64)
			}
			e.seen[a] = size
		}
		if a.op == opNumber {
			low, high = min(low, a.number.exp), max(high, a.number.exp)
		}
		rational = rational && (size > 0 || a.op == opNumber)
		total, longest = total+size, max(longest, size)
	}
	e.take(250+60*float64(len(n.args))+total/20, total/4+64*float64(len(n.args)))
	e.bytes += 64 * float64(len(n.args))
	if total > maxRationalBits {
		rational = false
	}
	if !rational {
		return e.enclosed(n, longest)
	}
	return e.exact(n, total, longest, bitsOf(float64(max(high-low, 0))))
}

// exact adds what a node with rational operands takes, of so many bits together and in the longest, and so far apart.
func (e *estimation) exact(n *node, total, longest, gap float64) float64 {
	args := n.args
	switch n.op {
	case opSum:
		if gap < 2*total || gap < maxDenseSum {
			e.take(gap/20, gap/4)
			return longest + gap
		}
		return longest
	case opProduct:
		e.productTree(total, float64(len(n.args)))
		return total
	case opQuotient:
		divisor := max(e.visit(args[1]), 64)
		e.divide(bitsOf(e.digits), divisor)
		return total
	case opRemainder:
		x, y := e.visit(args[0]), e.visit(args[1])
		switch apart := bitsOf(float64(args[0].number.exp - args[1].number.exp)); {
		case apart > 2*y+4096: // a power of ten modulo the divisor, by squares that are longer than that
			e.ns += math.Log2(apart/y) * (productTime.at(y) + quotientTime.at(y))
			e.divide(x, y)
		case x-y+apart > 0:
			e.divide(x-y+apart, y+max(-apart, 0))
		}
		return longest
	case opRound, opWhole:
		kept := longest
		if n.op == opRound && args[1].op == opNumber {
			kept = min(max(longest+bitsOf(float64(args[0].number.exp)+numberAsFloat(args[1].number)), 0), longest)
		}
		e.divide(min(kept, longest-kept), max(longest-kept, 64))
		return kept + 1
	case opGCD, opLCM: // Lehmer's algorithm is quadratic: 4 ns for two words
		words := longest / 64
		e.take(4*words*words*float64(len(n.args)-1), longest)
		return longest
	case opPower:
		count := 0.0
		if y := args[1].number; args[1].op == opNumber && y.den == nil && y.exp >= 0 {
			count = math.Abs(numberAsFloat(y))
		}
		base := float64(0)
		if x := args[0].number; args[0].op == opNumber {
			base = float64(x.orZero().BitLen())
		}
		if size := base * count; size > 0 && !math.IsInf(size, 0) && (base-1)*count <= max(2*bitsOf(e.digits), 20_000) {
			e.productTree(size, 1)
			return size
		} else if (base-1)*count <= maxRationalBits {
			e.putOff += min(size, maxRationalBits)
		}
	case opFactorial, opBinomial:
		size := bitsOf(float64(e.limits.exponent()))
		long := size // of the products on the way
		if k := args[0].number; args[0].op == opNumber && k.den == nil && k.exp == 0 && k.num.IsInt64() {
			most := k.num.Int64()
			size = max(64, min(size, logFactorial(most)))
			long = size
			if j := args[len(args)-1].number; n.op == opBinomial && args[1].op == opNumber && j.den == nil && j.exp == 0 && j.num.IsInt64() {
				chosen := min(j.num.Int64(), most-j.num.Int64())
				long = max(float64(chosen)*math.Log2(float64(most)+1), 64)
				// binomial(n, k) ≤ (e·n/k)^k
				size = min(size, long, float64(chosen)*math.Log2(math.E*float64(most)/float64(max(chosen, 1)))+64)
				if most <= maxSieve && most <= chosen*maxSieved {
					e.take(5*float64(most), float64(most)/8) // the sieve
					e.productTree(size, size/64)
					e.take(0, memory(size, 24, 48))
					return size
				}
			}
		}
		e.productTree(long, long/16)
		if n.op == opBinomial {
			e.productTree(long, long/16)
			e.take(quotientTime.at(long/2), 0)
		}
		e.take(0, memory(long, 24, 48))
		return size
	case opNegation, opAbs, opSign, opMin, opMax:
		return longest
	}
	return e.enclosed(n, longest)
}

// divide adds a division with a quotient and a divisor of so many bits.
func (e *estimation) divide(quotient, divisor float64) {
	if quotient > 0 && divisor > 0 {
		short := max(min(quotient, divisor), 64)
		e.take(quotientTime.at(short)*max(quotient, divisor)/short, memory(quotient+divisor, 4, 32))
	}
	if quotient > 300_000 { // and the power of ten is not kept
		e.take(productTime.at(quotient)/2, 0)
	}
}

// productTree adds the products of so many factors with so many bits together, by halves.
func (e *estimation) productTree(bits, factors float64) {
	for count := 1.0; count < max(factors, 2) && bits > 32; count *= 2 {
		e.take(count*(productTime.at(bits/2)+60), memory(bits, 8, 32))
		bits /= 2
	}
}

// enclosed adds what an enclosure of a node takes, the longest of whose rational operands has so many bits. It returns 0.
func (e *estimation) enclosed(n *node, longest float64) float64 {
	bits := bitsOf(e.digits)
	once := 0.0
	switch n.op {
	case opSum, opNegation, opAbs, opMin, opMax, opSign:
		once = 500
	case opProduct:
		once = float64(len(n.args)) * (500 + productTime.at(bits))
	case opQuotient:
		once = 500 + quotientTime.at(bits)
	case opRemainder, opRound, opWhole:
		once = 5000 + 2*quotientTime.at(bits)
	case opRoot:
		degree := numberAsFloat(n.args[1].number)
		switch {
		case math.Abs(degree) == 2:
			once = squareRootTime.at(bits)
		default:
			once = 6000 + 2*elementaryTime.at(bits)
		}
		e.take(productTime.at(longest), memory(longest, 8, 32)) // is it a power?
	case opPower:
		once = 2 * elementaryTime.at(bits)
		if y := n.args[1].number; n.args[1].op == opNumber && y.den == nil && y.exp >= 0 {
			// Squares of balls, and products for one bit in two.
			squares := math.Log2(math.Abs(numberAsFloat(y))+2) * (500 + 0.8*productTime.at(bits))
			if once = squares; e.digits < shortDigits {
				once = min(squares, 2*elementaryTime.at(bits))
			}
		}
		e.take(productTime.at(longest), memory(longest, 8, 32))
	case opLogBase:
		once = 2 * elementaryTime.at(bits)
		if y := n.args[1].number; n.args[1].op == opNumber && y.exp == 0 && y.num.BitLen() < 64 { // whose logarithm is a constant, or sum of constants
			once /= 1.8
		}
		e.take(productTime.at(longest), memory(longest, 8, 32))
	case opHypot:
		once = float64(len(n.args))*(500+productTime.at(bits)) + squareRootTime.at(bits)
		e.take(float64(len(n.args))*productTime.at(longest), memory(longest, 8, 32))
	case opAsin, opAcos, opAtanh, opAcosh, opAsinh, opAtan2:
		once = 4000 + 1.2*elementaryTime.at(bits)
		if n.op == opAcos || n.op == opAtan2 {
			once += 6000
		}
		e.take(productTime.at(longest), memory(longest, 8, 32))
	case opSinh, opCosh, opTanh:
		once = 1500 + elementaryTime.at(bits)
	default:
		once = elementaryTime.at(bits)
		if x := n.args; len(x) > 0 && x[0].op == opNumber {
			// Whole turns are taken off with as many more digits of π, which are found once and kept.
			if m := float64(x[0].number.exp) + longest/math.Log2(10) + 1; m > 40 && (e.unit == Radian || n.radian) && (n.op == opSin || n.op == opCos || n.op == opTan) {
				extra := bitsOf(m)
				e.take(17*productTime.at(extra+bits), memory(extra+bits, 16, 80))
			}
		}
		if n.op == opLog {
			e.take(productTime.at(longest)/2, memory(longest, 8, 32))
		}
	}
	if e.refinements > 1 || !n.isSimple() { // what is left of the short ways, and the search for a form
		once += 8000
	}
	e.take(e.refinements*once, memory(bits, 150, 270))
	return 0
}

// memory is what a computation takes with so many numbers of so many bits at once: fewer of short ones, more of long ones, whose products have
// numbers of their own, and such as several times their length are multiplied by Fourier transforms, which take ten times what the factors do.
func memory(bits, short, long float64) float64 {
	if bits < longBits {
		return bits / 8 * short
	}
	return bits / 8 * long
}

const longBits = 80_000

// shortDigits is about up to where the short way finds the digits, see short.
const shortDigits = 125

// numberAsFloat is about the value of a decimal, or 0 where that is no number.
func numberAsFloat(q rational) float64 {
	if q.num == nil {
		return 0
	}
	f, _ := q.num.Float64()
	return f * math.Pow(10, float64(q.exp))
}
