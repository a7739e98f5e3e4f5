package ball

import (
	"context"
	"math/big"
	"sync/atomic"
)

// A constant is a real number between −16 and 16 that is kept at the largest
// precision seen, up to limit bits.
type constant struct {
	kept    atomic.Pointer[fixed]
	turn    chan struct{} // holds one token: whoever has it computes
	limit   uint
	compute func(ctx context.Context, wp uint) (*big.Int, error) // within 2 ulps
}

// fixed is a number within two units of man/2^wp.
type fixed struct {
	man *big.Int
	wp  uint
}

// keepBits is the limit for the constants of which there are few; it holds
// 1,000,000 decimal digits, 416 kB.
const keepBits = 3_330_000

func newConstant(limit uint, compute func(context.Context, uint) (*big.Int, error)) *constant {
	return &constant{turn: make(chan struct{}, 1), limit: limit, compute: compute}
}

// get is the constant in ulps of 2^-wp, within 2 ulps: those of the computed one if that has
// the same wp, else at most half of them and 1 for the cut. The result is not to be changed.
func (c *constant) get(ctx context.Context, wp uint) (*big.Int, error) {
	if f := c.kept.Load(); f != nil && f.wp >= wp {
		return f.cut(wp), nil
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if f := c.kept.Load(); f != nil && f.wp >= wp {
		return f.cut(wp), nil
	}
	f := &fixed{wp: wp + 128}
	var err error
	if f.man, err = c.compute(ctx, f.wp); err != nil {
		return nil, err
	}
	if f.wp <= c.limit {
		c.kept.Store(f)
	}
	return f.cut(wp), nil
}

func (f *fixed) cut(wp uint) *big.Int {
	if f.wp == wp {
		return f.man
	}
	return new(big.Int).Rsh(f.man, f.wp-wp)
}

// ball encloses the constant; its size is at least ½, so prec+2 bits behind the
// point leave prec bits with a few units of error.
func (c *constant) ball(ctx context.Context, prec uint) (Ball, error) {
	wp := prec + 4
	man, err := c.get(ctx, wp)
	if err != nil {
		return Ball{}, err
	}
	return makeBall(new(big.Int).Set(man), -int64(wp), newBound(2, -int64(wp)), prec), nil
}

var (
	piConstant = newConstant(keepBits, chudnovsky)
	eConstant  = newConstant(keepBits, eulerSeries)
)

// Pi is π.
func Pi(ctx context.Context, prec uint) (Ball, error) { return piConstant.ball(ctx, prec) }

// E is e, the base of the natural logarithm.
func E(ctx context.Context, prec uint) (Ball, error) { return eConstant.ball(ctx, prec) }

// Ln2 is the natural logarithm of 2.
func Ln2(ctx context.Context, prec uint) (Ball, error) { return ln2Constant.ball(ctx, prec) }

// Ln10 is the natural logarithm of 10.
func Ln10(ctx context.Context, prec uint) (Ball, error) { return ln10Constant.ball(ctx, prec) }

// Phi is (1+√5)/2.
func Phi(ctx context.Context, prec uint) (Ball, error) {
	s, err := Sqrt(ctx, FromInt64(5), prec+8)
	return Scale2(Add(s, FromInt64(1), prec), -1), err
}

// LogInt is the natural logarithm of n ≥ 1; those of 2, 3, 5, 10 and their products are kept.
func LogInt(ctx context.Context, n int64, prec uint) (Ball, error) {
	if n <= 0 {
		return Ball{}, ErrDomain
	}
	if n == 10 {
		return Ln10(ctx, prec)
	}
	sum := Ball{}
	for i, p := range []int64{2, 3, 5} {
		k := int64(0)
		for n%p == 0 {
			n, k = n/p, k+1
		}
		if k > 0 {
			l, err := smallLogs[i].ball(ctx, prec+16)
			if err != nil {
				return Ball{}, err
			}
			sum = Add(sum, MulInt(l, k, prec+16), prec+16)
		}
	}
	if n > 1 {
		l, err := Log(ctx, FromInt64(n), prec+16)
		if err != nil {
			return Ball{}, err
		}
		sum = Add(sum, l, prec+16)
	}
	return sum.round(prec), nil
}

// chudnovsky is π in ulps of 2^-wp, within 2 ulps:
//
//	1/π = 12/640320^(3/2) Σ (−1)^k (6k)!/((3k)! k!³) (13591409 + 545140134k)/640320^(3k)
//
// (Brent & Zimmermann §4.9.2). The terms alternate and shrink: with (6k)!/((3k)! k!³) growing by less than 1728 and
// 1+k·545140134/13591409 by 41.2, 1.98, 1.5 …, the first step is a factor above 2^45, each other above 640320³/1728 > 2^47. So
// n > wp'/47 + 1 terms leave less than 2^(24+2-47-wp') of the sum, which is near 13591409 < 2^24: a relative error
// below 2^-wp' with wp' = wp + 16. π = 426880·√10005·Q/T; that error of T/Q, a smaller one of the root's cut, and a last cut
// are less than 4+1+1 units of 2^-wp', and the cut to wp is 1 ulp.
func chudnovsky(ctx context.Context, wp uint) (*big.Int, error) {
	const c3 = 640320 * 640320 / 24 * 640320
	w := wp + 16
	n := uint64(w/47) + 2
	s, err := sumSplit(ctx, func(k uint64) (p, q, d, f *big.Int) {
		f = new(big.Int).SetUint64(13591409 + 545140134*k)
		if k == 0 {
			return big.NewInt(1), big.NewInt(1), nil, f
		}
		p = new(big.Int).SetUint64(6*k - 5)
		p.Mul(p, new(big.Int).SetUint64((2*k-1)*(6*k-1)))
		p.Neg(p)
		q = new(big.Int).SetUint64(k * k)
		q.Mul(q, new(big.Int).SetUint64(k))
		q.Mul(q, big.NewInt(c3))
		return p, q, nil, f
	}, 0, n, true)
	if err != nil {
		return nil, err
	}
	do := &work{ctx: ctx}
	root := new(big.Int).Lsh(big.NewInt(10005), 2*w)
	do.sqrt(root, root)
	root.Mul(root, big.NewInt(426880))
	q := do.product(s.q, root)
	do.quo(q, root, q, s.t)
	return q.Rsh(q, 16), do.err
}

// eulerSeries is e = Σ 1/k!, within 2 ulps: with n! ≥ 2^(wp+8) the tail is below 2/n!, and the quotient is cut.
func eulerSeries(ctx context.Context, wp uint) (*big.Int, error) {
	n := expSeries.terms(wp+8, 0)
	one := big.NewInt(1)
	s, err := sumSplit(ctx, func(k uint64) (p, q, d, f *big.Int) {
		return one, new(big.Int).SetUint64(max(k, 1)), nil, nil
	}, 0, n, true)
	if err != nil {
		return nil, err
	}
	return fixedQuo(ctx, s.t, s.q, wp)
}

// inverseSeries is Σ ε^k/((2k+1)·x^(2k+1)), the atanh (ε = 1) or atan (ε = −1) of
// 1/x for an integer x ≥ 2, within 2 ulps: the n-th term is below
// x^-2n ≤ 2^-(wp+4), so that the tail is below a tenth of an ulp, and the quotient is cut.
func inverseSeries(ctx context.Context, x uint64, epsilon int64, wp uint) (*big.Int, error) {
	xx := new(big.Int).SetUint64(x)
	square := new(big.Int).Mul(xx, xx)
	n := uint64(wp+4)/uint64(square.BitLen()-1) + 1
	one, sign := big.NewInt(1), big.NewInt(epsilon)
	s, err := sumSplit(ctx, func(k uint64) (p, q, d, f *big.Int) {
		if k == 0 {
			return one, xx, one, nil
		}
		return sign, square, new(big.Int).SetUint64(2*k + 1), nil
	}, 0, n, true)
	if err != nil {
		return nil, err
	}
	if err := mulContext(ctx, s.q, s.q, s.d); err != nil {
		return nil, err
	}
	return fixedQuo(ctx, s.t, s.q, wp)
}

// logOf is the logarithm of the product of some of 2, 3 and 5, by their indices: from the base of primes (primes.go), which exp and log want
// anyway, while that is kept so long; beyond, by atanh of 1/31, 1/49, 1/161 (as
// (x+1)/(x−1) = 16/15, 25/24, 81/80), whose rows solve
//
//	log 2 = 14a + 10b + 6c, log 3 = 22a + 16b + 10c, log 5 = 32a + 24b + 14c.
func logOf(factors ...int) func(context.Context, uint) (*big.Int, error) {
	rows := [][3]int64{{14, 10, 6}, {22, 16, 10}, {32, 24, 14}}
	return func(ctx context.Context, wp uint) (*big.Int, error) {
		sum := new(big.Int)
		if words := int(wp+8)/wordBits + 1; words < maxBaseWords {
			v, err := baseOf(&logBases, words).get(ctx, words)
			if err != nil {
				return nil, err
			}
			for _, i := range factors {
				sum.Add(sum, new(big.Int).SetBits(v.values[i]))
			}
			// Two values within 2 ulps of 2^-64·words, of which 8 bits or more are cut off: 2^-6 ulps and 1 for the cut.
			return sum.Rsh(sum, uint(v.words)*wordBits-wp), nil
		}
		// The coefficients add up to less than 128, each series is within 1.1 ulps of 2^-(wp+8): less than
		// 0.6 ulps of 2^-wp, and 1 for the cut.
		for i, x := range []uint64{31, 49, 161} {
			a, err := inverseSeries(ctx, x, 1, wp+8)
			if err != nil {
				return nil, err
			}
			c := int64(0)
			for _, j := range factors {
				c += rows[j][i]
			}
			sum.Add(sum, a.Mul(a, big.NewInt(c)))
		}
		return sum.Rsh(sum, 8), nil
	}
}

var (
	ln2Constant  = newConstant(keepBits, logOf(0))
	ln10Constant = newConstant(keepBits, logOf(0, 2))
	smallLogs    = []*constant{ln2Constant, newConstant(keepBits, logOf(1)), newConstant(keepBits, logOf(2))}
)
