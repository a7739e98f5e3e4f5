// Package integer does the work on long integers that math/big does too slowly for numbers of thousands of digits: products
// ([Mul]), roots ([Sqrt], [Root]), and the way from and to decimal text ([Parse], [Append], [Digits], [StripZeros]).
//
// No function changes its arguments. A result may share its memory with an argument or with the package ([Pow10]), so
// callers change only what they made themselves.
package integer

import (
	"math/big"
	"math/bits"
	"sync"

	"github.com/remyoudompheng/bigfft"
)

// fftBits is the length of the shorter factor from which the product by Fourier transform is quicker than math/big's, which
// is Karatsuba's. By BenchmarkMul they change places between 35,000 and 50,000 decimal digits.
const fftBits = 150_000

// Mul returns x·y.
func Mul(x, y *big.Int) *big.Int {
	a, b := x.BitLen(), y.BitLen()
	if a < b {
		x, y, a, b = y, x, b, a
	}
	if b < fftBits || a > 4*b {
		return new(big.Int).Mul(x, y)
	}
	return bigfft.Mul(x, y)
}

// Pow returns x^n by binary powering, from the highest bit of n down.
func Pow(x *big.Int, n uint) *big.Int {
	if x.BitLen() == 2 && x.Bit(0) == 0 && x.Sign() > 0 {
		return new(big.Int).Lsh(one, n) // 2^n
	}
	p := big.NewInt(1)
	for i := bits.Len(n) - 1; i >= 0; i-- {
		p = Mul(p, p)
		if n>>i&1 == 1 {
			p = Mul(p, x)
		}
	}
	return p
}

var (
	one = big.NewInt(1)
)

// cachedPowers is how many powers of ten are kept for good, from 10^0 up: in all 70 KB.
const cachedPowers = 512

// keptPowers is how many powers of ten beyond these are kept, the latest ones, each at most keptBits long: below 600 KB.
const (
	keptPowers = 16
	keptBits   = 300_000
)

var powers struct {
	sync.RWMutex
	short [cachedPowers]*big.Int
	long  [keptPowers]struct {
		n     int
		power *big.Int
	}
	next int
}

// Pow10 returns 10^n for n ≥ 0. The result is shared: it must not be changed.
func Pow10(n int) *big.Int {
	powers.RLock()
	p := findPower(n)
	powers.RUnlock()
	if p != nil {
		return p
	}
	p = new(big.Int).Lsh(Pow(big.NewInt(5), uint(n)), uint(n))
	if p.BitLen() > keptBits {
		return p
	}
	powers.Lock()
	defer powers.Unlock()
	if n < cachedPowers {
		powers.short[n] = p
		return p
	}
	powers.long[powers.next].n, powers.long[powers.next].power = n, p
	powers.next = (powers.next + 1) % keptPowers
	return p
}

func findPower(n int) *big.Int {
	if n < cachedPowers {
		return powers.short[n]
	}
	for i := range powers.long {
		if powers.long[i].n == n {
			return powers.long[i].power
		}
	}
	return nil
}

// QuoRem returns the quotient of x and y ≠ 0, truncated towards zero, and the remainder, which has the sign of x.
func QuoRem(x, y *big.Int) (q, r *big.Int) {
	return new(big.Int).QuoRem(x, y, new(big.Int))
}
