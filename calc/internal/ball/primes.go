package ball

import (
	"context"
	_ "embed"
	"math"
	"math/big"
	"math/bits"
	"sync"
	"sync/atomic"
)

// Arguments are reduced by several primes at once (Johansson, "Computing elementary functions using multi-prime argument
// reduction", 2022): a logarithm is within 2^-r of a sum of multiples of the logarithms of the first 13 primes, an angle
// of one of multiples of the arguments of 13 Gaussian primes (25 for long numbers), with multiples so small that the product of the primes themselves is a
// short fraction. That makes a series' argument small without the squarings of halving: r is 16 to 158.
//
// The logarithms and arguments follow from as many series, by formulas of Machin's kind: for x with smooth x² ± 1,
// 2·atanh(1/x) = log(x+1) − log(x−1), and atan(1/x) is the argument of x + i. We found the sets of x and the ladders by search (all smooth
// numbers up to 10^12; all x up to 2·10^10; lattice reduction by PARI/GP's qflll).

var (
	// primes are the base of real numbers.
	primes = []uint64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97}
	// gaussians are that of angles: a + bi with the norm 2 and then the primes 4k+1.
	gaussians = [][2]int64{
		{1, 1}, {2, 1}, {3, 2}, {4, 1}, {5, 2}, {6, 1}, {5, 4}, {7, 2}, {6, 5}, {8, 3}, {8, 5}, {9, 4}, {10, 1},
		{10, 3}, {8, 7}, {11, 4}, {10, 7}, {11, 6}, {13, 2}, {10, 9}, {12, 7}, {14, 1}, {15, 2}, {13, 8}, {15, 4},
	}
)

// The tables of a base of n primes.
type tables struct {
	arguments    []uint64  // x, n of them
	divisor      int64     // of the combinations
	combinations [][]int64 // the i-th prime's logarithm is Σ combinations[i][j]·atanh(1/arguments[j])/divisor; for Gaussian ones, atan
	exponents    [][]int16 // rungs of a ladder: Π p^e has a logarithm, or argument, near 2^-1, 2^-2, 2^-3 …
}

// A base is the logarithms of primes, or the arguments of Gaussian ones, as they are kept between calls.
type base struct {
	*tables
	epsilon int64  // 1: atanh; −1: atan
	stored  string // the values with storedWords words, or nothing

	kept  atomic.Pointer[baseValues]
	turn  chan struct{} // holds one token: whoever has it computes
	steps func() []step
}

// baseValues are the numbers of a base, each within 2 ulps of 2^-64·words: one word before the point.
type baseValues struct {
	words  int
	values [][]big.Word
}

// maxBaseWords bounds what a base is asked for and keeps: 8,000 words are 150,000 decimal digits, 1.6 MB for 25 values.
const maxBaseWords = 8_000

// longBaseWords is where 25 primes take over from 13: they save a quarter of the products, but their logarithms take twice as long for the first
// call. 600 words are 11,500 digits. By BenchmarkElementary.
const longBaseWords = 600

// primesBin is what compute finds for 13 primes and then 13 Gaussian primes with storedWords words: storedBytes for each value, the first the
// most significant. In a fresh process the first call to 1,000 digits takes a third of the time with them (BenchmarkFirstCall of package calc). TestStoredBases holds the file to the series and
// writes it.
//
//go:embed primes.bin
var primesBin string

const (
	storedWords = 64 * 64 / wordBits // 1,220 decimal digits
	storedBytes = 8 + 64*8
)

var (
	logBases = [2]*base{newBase(&logTables13, 1, primesBin[:len(primesBin)/2]), newBase(&logTables25, 1, "")}
	argBases = [2]*base{newBase(&argTables13, -1, primesBin[len(primesBin)/2:]), newBase(&argTables25, -1, "")}
)

// baseOf is the one of two bases for numbers of so many words.
func baseOf(bases *[2]*base, words int) *base {
	if words < longBaseWords {
		return bases[0]
	}
	return bases[1]
}

func newBase(t *tables, epsilon int64, stored string) *base {
	b := &base{tables: t, epsilon: epsilon, stored: stored, turn: make(chan struct{}, 1)}
	b.steps = sync.OnceValue(b.makeSteps)
	return b
}

// get is the values with so many words behind the point at least; they are not to be changed.
func (b *base) get(ctx context.Context, words int) (*baseValues, error) {
	if v := b.kept.Load(); v != nil && v.words >= words {
		return v, nil
	}
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if v := b.kept.Load(); v != nil && v.words >= words {
		return v, nil
	}
	if words <= storedWords && b.stored != "" {
		v := b.read()
		b.kept.Store(v)
		return v, nil
	}
	// A sixteenth more, so that precisions that grow by and by do not begin anew each time.
	v, err := b.compute(ctx, min(words+words/16+2, maxBaseWords))
	if err == nil {
		b.kept.Store(v)
	}
	return v, err
}

// read returns the stored values.
func (b *base) read() *baseValues {
	v := &baseValues{words: storedWords, values: make([][]big.Word, len(b.arguments))}
	for i := range v.values {
		w := new(big.Int).SetBytes([]byte(b.stored[i*storedBytes : (i+1)*storedBytes])).Bits()
		v.values[i] = append(w, make([]big.Word, storedWords+1-len(w))...)
	}
	return v
}

// compute makes the values. The sum of the combinations' sizes is below 2^50·divisor in each row and the series are within 2 ulps, so that a
// word more makes the sum exact to 2^-13 ulps; the division and the cut of that word cost 1.
func (b *base) compute(ctx context.Context, words int) (*baseValues, error) {
	wp := uint(words+1) * wordBits
	series := make([]*big.Int, len(b.arguments))
	for i, x := range b.arguments {
		var err error
		if wp < inverseSplitBits {
			series[i], err = inverseSum(ctx, x, b.epsilon, words+1)
		} else {
			series[i], err = inverseSeries(ctx, x, b.epsilon, wp)
		}
		if err != nil {
			return nil, err
		}
	}
	v := &baseValues{words: words, values: make([][]big.Word, len(series))}
	t, divisor := new(big.Int), big.NewInt(b.divisor)
	for i, row := range b.combinations {
		sum := new(big.Int)
		for j, c := range row {
			sum.Add(sum, t.Mul(series[j], big.NewInt(c)))
		}
		if b.divisor != 1 {
			sum.Quo(sum, divisor)
		}
		sum.Rsh(sum, wordBits)
		v.values[i] = make([]big.Word, words+1)
		copy(v.values[i], sum.Bits())
	}
	return v, nil
}

// inverseSplitBits is where binary splitting takes over from term by term for the values of a base: BenchmarkBase.
const inverseSplitBits = 12_000

// inverseSum is inverseSeries term by term, which takes a division by x² and one or two passes for each: x^-(2k+1) is divided down
// from 1/x, with an error below 2 ulps (1 for each cut, and less than 2^-18 of what it had); terms are collected in
// groups that share the denominator D = Π(2k+1), weighted by at most D and divided once by it. All that is done to half of the
// number, so a term adds at most 2·2 ulps and a division 2·1, in all 6n: with two words more, less than 1 in the end.
func inverseSum(ctx context.Context, x uint64, epsilon int64, words int) (*big.Int, error) {
	all := words + 2
	power := make([]big.Word, all)
	power[all-1] = 1 << (wordBits - 1)
	quoWord(power, big.Word(x))
	// power is 1/(2x) now, with the first bit of the fraction as ½: twice that is added below.
	square := []big.Word{big.Word(x), big.Word(x)}
	if h, l := bits.Mul64(x, x); h == 0 {
		square = []big.Word{big.Word(l)}
	}
	sum, group := make([]big.Word, all+1), make([]big.Word, all+1)
	power = trim(power)
	for k := uint64(0); len(power) > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// As many terms as their denominators' product allows.
		den, last := 2*k+1, k
		for {
			h, l := bits.Mul64(den, 2*last+3)
			if h != 0 || l >= 1<<(wordBits-2) {
				break
			}
			den, last = l, last+1
		}
		g := group[:len(power)+1]
		clear(g)
		for ; k <= last && len(power) > 0; k++ {
			weight := big.Word(den / (2*k + 1))
			if epsilon < 0 && k&1 == 1 {
				subWord(g[len(power):], subMul(g, power, weight))
			} else {
				addWord(g[len(power):], addMul(g, power, weight))
			}
			for _, d := range square {
				quoWord(power, d)
			}
			power = trim(power)
		}
		if isNegative(g) {
			negate(g)
			quoWord(g, big.Word(den))
			subWord(sum[len(g):], subMul(sum, g, 2))
		} else {
			quoWord(g, big.Word(den))
			addWord(sum[len(g):], addMul(sum, g, 2))
		}
	}
	return new(big.Int).SetBits(sum[2:]), nil
}

// wide is a number in units of 2^-wideBits, as a two's complement: what a ladder is climbed down with.
type wide struct {
	hi      int64
	mid, lo uint64
}

const wideBits = 184

func (a wide) float() float64 {
	if a.hi < 0 { // a small number would be lost between −1 and what it lacks to 1
		return -wide{}.minus(1, a).float()
	}
	return math.Ldexp(float64(a.hi), 128-wideBits) + math.Ldexp(float64(a.mid), 64-wideBits) + math.Ldexp(float64(a.lo), -wideBits)
}

// minus is a − n·b.
func (a wide) minus(n int64, b wide) wide {
	m := uint64(n)
	if n < 0 {
		m = -m
	}
	h, w0 := bits.Mul64(m, b.lo)
	h2, w1 := bits.Mul64(m, b.mid)
	w1, c := bits.Add64(w1, h, 0)
	w2 := m*uint64(b.hi) + h2 + c
	if n < 0 {
		w0, c = bits.Add64(a.lo, w0, 0)
		w1, c = bits.Add64(a.mid, w1, c)
		return wide{int64(uint64(a.hi) + w2 + c), w1, w0}
	}
	w0, c = bits.Sub64(a.lo, w0, 0)
	w1, c = bits.Sub64(a.mid, w1, c)
	return wide{int64(uint64(a.hi) - w2 - c), w1, w0}
}

// wideOf is x = X·2^-wp, cut. |x| < 64.
func wideOf(x *big.Int, wp uint) wide {
	t := new(big.Int)
	if wp >= wideBits {
		t.Rsh(x, wp-wideBits)
	} else {
		t.Lsh(x, wideBits-wp)
	}
	negative := t.Sign() < 0
	var w [3]uint64
	for i, v := range t.Bits() {
		w[i] = uint64(v)
	}
	z := wide{int64(w[2]), w[1], w[0]}
	if negative {
		return wide{}.minus(1, z)
	}
	return z
}

// A step is one rung of a ladder: its logarithm or argument, and its exponents.
type step struct {
	value     wide
	float     float64
	exponents []int16
}

// makeSteps computes the rungs' values. They only guide the choice of exponents, so nothing is proved of them.
func (b *base) makeSteps() []step {
	v, err := b.get(context.Background(), wideBits/wordBits+1)
	if err != nil {
		panic(err) // the context does not end
	}
	values := make([]wide, len(v.values))
	for i, w := range v.values {
		values[i] = wideOf(new(big.Int).SetBits(w), uint(v.words)*wordBits)
	}
	steps := make([]step, len(b.exponents))
	for i := range steps {
		s := &steps[i]
		s.exponents = b.exponents[i]
		for j, e := range s.exponents {
			s.value = s.value.minus(-int64(e), values[j])
		}
		s.float = s.value.float()
	}
	return steps
}

// climb chooses exponents e such that x − Σ e·value is small, 2^-r if all is well; nothing is relied on but that |e| stays below 2^31.
func (b *base) climb(x wide, r int) []int64 {
	e := make([]int64, len(b.arguments))
	for _, s := range b.steps() {
		if s.float < math.Ldexp(0.7, -r) {
			break
		}
		n := int64(math.RoundToEven(x.float() / s.float))
		if n == 0 {
			continue
		}
		x = x.minus(n, s.value)
		for j, k := range s.exponents {
			e[j] += n * int64(k)
		}
	}
	return e
}

// reduced is X − Σ e·value in ulps of words, and the sum of |e|: the error is at most 2 ulps for each of that.
func (v *baseValues) reduced(x *big.Int, e []int64, words int) (t *big.Int, size uint64) {
	plus, minus := make([]big.Word, words+2), make([]big.Word, words+2)
	for j, k := range e {
		w := v.values[j][v.words-words:]
		if k > 0 {
			addWord(minus[len(w):], addMul(minus, w, big.Word(k)))
		} else if k < 0 {
			addWord(plus[len(w):], addMul(plus, w, big.Word(-k)))
			k = -k
		}
		size += uint64(k)
	}
	t = new(big.Int).SetBits(plus)
	t.Add(t, x)
	return t.Sub(t, new(big.Int).SetBits(minus)), size
}

// primeFraction is Π p^e for the odd primes, as v/w, and the exponent of 2.
func primeFraction(e []int64) (v, w *big.Int, twos int64) {
	v, w = big.NewInt(1), big.NewInt(1)
	part := new(big.Int)
	for i, z := range []*big.Int{v, w} {
		word := uint64(1)
		for j := 1; j < len(e); j++ {
			k := e[j]
			if i == 1 {
				k = -k
			}
			for ; k > 0; k-- {
				h, l := bits.Mul64(word, primes[j])
				if h != 0 {
					z.Mul(z, part.SetUint64(word))
					l = primes[j]
				}
				word = l
			}
		}
		z.Mul(z, part.SetUint64(word))
	}
	return v, w, e[0]
}

// gaussianProduct is Π π^e, negative exponents meaning powers of the conjugate, for all but 1 + i, as a + bi.
func gaussianProduct(e []int64) (a, b *big.Int) {
	a, b = big.NewInt(1), new(big.Int)
	re, im := int64(1), int64(0)
	var t, u, x, y big.Int
	flush := func() {
		x.SetInt64(re)
		y.SetInt64(im)
		t.Mul(a, &x)
		u.Mul(b, &y)
		t.Sub(&t, &u)
		u.Mul(a, &y)
		a.Set(&t)
		t.Mul(b, &x)
		b.Add(&u, &t)
		re, im = 1, 0
	}
	for j := 1; j < len(e); j++ {
		c, d := gaussians[j][0], gaussians[j][1]
		k := e[j]
		if k < 0 {
			k, d = -k, -d
		}
		for ; k > 0; k-- {
			// |re|, |im| < 2^58, and c + |d| ≤ 21 < 2^5.
			re, im = re*c-im*d, re*d+im*c
			if max(re, -re) >= 1<<58 || max(im, -im) >= 1<<58 {
				flush()
			}
		}
	}
	flush()
	return a, b
}

// quarterTurn is i^n·(a + bi).
func quarterTurn(n int64, a, b *big.Int) (c, d *big.Int) {
	switch n & 3 {
	case 1:
		return b.Neg(b), a
	case 2:
		return a.Neg(a), b.Neg(b)
	case 3:
		return b, a.Neg(a)
	}
	return a, b
}

// rungs is the r to which arguments of so many words are reduced: by BenchmarkElementary a short fraction pays for short numbers, the whole
// ladder of 13 primes from 1,000 digits on, that of 25 beyond longBaseWords.
func rungs(words int) int {
	if words < longBaseWords {
		return min(16+words, 63)
	}
	return 158
}
