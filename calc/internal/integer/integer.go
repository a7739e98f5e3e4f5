// Package integer does the work on long integers that math/big does too slowly for numbers of thousands of digits, or cannot be
// stopped in: products ([Mul], [Pow]), quotients ([QuoRem]), roots ([Sqrt], [Root]), greatest common divisors ([GCDContext]), and the way
// from and to decimal text ([Parse], [Append], [Digits], [StripZeros], [IsMultipleOfFive]).
//
// A function whose name ends in Context looks at its context before each step of at most some 200,000 digits, which takes a few
// milliseconds, and returns the context's error once that has ended. The one without is the same with a context that never ends.
//
// No function changes its arguments. A result may share its memory with an argument or with the package ([Pow10]), so
// callers change only what they made themselves.
package integer

import (
	"context"
	"math/big"
	"sync"
)

var one = big.NewInt(1)

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
	p, _ := Pow10Context(context.Background(), n)
	return p
}

// Pow10Context is Pow10 that ends with ctx.
func Pow10Context(ctx context.Context, n int) (*big.Int, error) {
	powers.RLock()
	p := findPower(n)
	powers.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := PowContext(ctx, big.NewInt(5), uint(n))
	if err != nil {
		return nil, err
	}
	p = new(big.Int).Lsh(p, uint(n))
	if p.BitLen() > keptBits {
		return p, nil
	}
	powers.Lock()
	defer powers.Unlock()
	if n < cachedPowers {
		powers.short[n] = p
		return p, nil
	}
	powers.long[powers.next].n, powers.long[powers.next].power = n, p
	powers.next = (powers.next + 1) % keptPowers
	return p, nil
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
