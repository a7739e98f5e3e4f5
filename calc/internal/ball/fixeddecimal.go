package ball

import (
	"math/big"
	"math/bits"
	"sync/atomic"

	"calculator/calc/internal/integer"
)

// The way from a decimal through a kernel to the digits of the result, without a Ball.

// A Decimal is the number Coefficient·10^Exp.
type Decimal struct {
	Coefficient *big.Int
	Exp         int
}

// Leading are the first digits of a real number that has more of them: its magnitude is (n + ε)·10^Exp, where n is the integer with these
// Words, the least significant first, and 0 < ε < 1, ε ≠ ½.
type Leading struct {
	Words     []big.Word
	Exp       int
	Negative  bool
	AboveHalf bool // ε > ½
}

// maxTen bounds the powers of ten that are multiplied by here.
const maxTen = 600

// A scale is the number f·2^exp, f cut to fractionWords words.
type scale struct {
	f   fraction
	exp int
}

var scales [2*maxTen + 1]atomic.Pointer[scale]

// tens is 10^k for |k| ≤ maxTen.
func tens(k int) *scale {
	if s := scales[k+maxTen].Load(); s != nil {
		return s
	}
	s, n, shift := new(scale), integer.Pow10(max(k, -k)), 0
	if k < 0 { // the quotient has more bits than count
		shift = n.BitLen() + 64*fractionWords
		n = new(big.Int).Quo(new(big.Int).Lsh(big.NewInt(1), uint(shift)), n)
	}
	s.exp, _ = s.f.setInt(n, fractionWords)
	s.exp -= shift
	scales[k+maxTen].Store(s)
	return s
}

// setDecimal sets x to d ≠ 0 with m words. The cuts of the coefficient and of the power are less than 1 ulp each, and the product m.
func (x *value) setDecimal(d Decimal, m int) bool {
	if d.Exp > maxTen || d.Exp < -maxTen {
		return false
	}
	x.setBits(d.Coefficient, 0, m)
	if d.Exp == 0 {
		return true
	}
	s := tens(d.Exp)
	x.f.mul(&s.f, &x.f, m, min(len(d.Coefficient.Bits()), m))
	x.exp += s.exp
	x.err = uint64(m) + 2
	return x.normalize(m)
}

// leading finds the n first digits of x and whether it lies above the middle between them and the next, where they are the same for
// all numbers within its error, none of which is the middle or has no more digits.
func (x *value) leading(n, m int, buffer []big.Word) (Leading, bool) {
	// 10^e ≤ 2^(x.exp−1) < 10^(e+1): with 0.30102999566 < log10(2) < 0.30102999567, (x.exp−1)·log10(2) is known within 10^-7, and the
	// convergents 643/2136 and 4004/13301 of log10(2) say that for exponents below 10,000 it is no nearer to an integer, but for 0.
	if x.exp > 10_000 || x.exp < -10_000 {
		return Leading{}, false
	}
	e := floorQuo(int64(x.exp-1)*30_102_999_566, 100_000_000_000)
	if x.exp < 1 {
		e = floorQuo(int64(x.exp-1)*30_102_999_567, 100_000_000_000)
	}
	if e+1 > maxTen || n-1-e > maxTen || e < -maxTen {
		return Leading{}, false
	}
	// Two words and an error below 2^40 ulps, or false below: a first word that differs decides.
	next := tens(e + 1)
	switch {
	case x.exp == next.exp && x.f[0] == next.f[0]:
		return Leading{}, false
	case x.exp > next.exp, x.exp == next.exp && x.f[0] > next.f[0]:
		e++
	}
	k := n - 1 - e
	if k < -maxTen {
		return Leading{}, false
	}
	// x·10^k has n digits before the point, in whole bits. In ulps it has the errors of x, of the power, 1, and of the product, m.
	s := tens(k)
	var p fraction
	p.mul(&x.f, &s.f, m, m)
	whole := x.exp + s.exp
	rest := 64*m - whole
	if whole <= 0 || rest <= 16 || x.err > 1<<40 {
		return Leading{}, false
	}
	// The 64 bits behind the point, and the error in units of the last of them, with 1 for each cut.
	behind := p
	behind.shiftLeft(whole, m)
	tail, err := behind[0], x.err+uint64(m)+1
	switch {
	case rest >= 64:
		err = err>>min(rest-64, 63) + 2
	case bits.Len64(err)+64-rest > 62:
		return Leading{}, false
	default:
		err = err<<(64-rest) + 1
	}
	const half = 1 << 63
	if tail <= err || tail >= -err || tail >= half-err && tail <= half+err {
		return Leading{}, false
	}
	p.shiftRight(rest, m)
	for i := m - 1; i >= m-(whole+63)/64; i-- {
		buffer = append(buffer, big.Word(p[i&7]))
	}
	return Leading{buffer, -k, x.neg, tail > half}, true
}

func floorQuo(a, b int64) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return int(q)
}

// shortGuard is how many bits more than its digits the result of a kernel has at least: 9 or 10 of them are its error.
const shortGuard = 28

// Short finds the first n digits of f(x), or of f(x, y) for ShortPow and ShortLogBase, where numbers of a few words decide them; else it reports
// false. A perTurn other than 0 says that x is an angle of which so many make a turn. It appends to buffer, and allocates nothing if that has room for
// them.
func Short(f Function, x, y Decimal, perTurn int64, n int, buffer []big.Word) (Leading, bool) {
	if x.Coefficient.Sign() == 0 || n > 64*shortWords/3 {
		return Leading{}, false
	}
	m := max((n*3322/1000+1+shortGuard+63)/64, 2)
	for last := min(m+1, shortWords); m <= last; m++ { // once more where the result is small, or is near to the middle
		var v, z value
		ok := false
		switch f {
		case ShortPow:
			ok = z.setDecimalPower(x, y, m)
		case ShortLogBase:
			ok = z.setDecimalLogBase(x, y, m)
		default:
			ok = v.setDecimal(x, m+1) && (perTurn == 0 || v.setRadians(uint64(perTurn), m+1)) && z.set(f, &v, m)
		}
		if !ok {
			continue
		}
		if l, ok := z.leading(n, m, buffer); ok {
			return l, true
		}
	}
	return Leading{}, false
}

// setDecimalPower sets z to x^y = e^(y·log x) with m words.
func (z *value) setDecimalPower(x, y Decimal, m int) bool {
	if m+2 > fractionWords || y.Coefficient.Sign() == 0 {
		return false
	}
	var a, b, l value
	return a.setDecimal(x, m+2) && b.setDecimal(y, m+1) && l.setLog(&a, m+1) && a.setMul(&l, &b, m+1) && z.setExp(&a, m)
}

// setDecimalLogBase sets z to log x/log y with m words.
func (z *value) setDecimalLogBase(x, y Decimal, m int) bool {
	if y.Coefficient.Sign() == 0 {
		return false
	}
	var a, b, l value
	return a.setDecimal(x, m+1) && b.setDecimal(y, m+1) && l.setLog(&a, m) && a.setLog(&b, m) && z.setQuo(&l, &a, m)
}

// setRadians makes an angle x of m words, of which perTurn < 2^10 make a turn, to radians: x·π/4·8/perTurn.
//
// Half the quotient is below ½, and is at least 2^-12 of x: with the error of π/4, 2 where all its words count, and the cut of the quotient, 1, the error
// grows by 3, and what setMul adds, before it is shifted.
func (x *value) setRadians(perTurn uint64, m int) bool {
	if perTurn == 0 || perTurn >= 1<<10 {
		return false
	}
	pi := value{f: trigTables.get(m - 1).quarterPi, err: 2}
	y := *x
	if !x.setMul(&y, &pi, m) {
		return false
	}
	if perTurn > 1 {
		x.f.quoInt(&x.f, perTurn, m)
		x.err++
	}
	x.exp += 3
	return x.normalize(m)
}
