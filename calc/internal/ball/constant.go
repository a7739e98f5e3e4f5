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

// keepBits is the limit for π and log 2; it holds 1,000,000 decimal digits, 416 kB.
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
	piConstant  = newConstant(keepBits, chudnovsky)
	ln2Constant = newConstant(keepBits, logTwo)
)

// Pi is π.
func Pi(ctx context.Context, prec uint) (Ball, error) { return piConstant.ball(ctx, prec) }

// Ln2 is the natural logarithm of 2.
func Ln2(ctx context.Context, prec uint) (Ball, error) { return ln2Constant.ball(ctx, prec) }

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

// logTwo is log 2 in ulps of 2^-wp, within 2 ulps: from the base of primes (primes.go), which exp and log want anyway, while that is kept so
// long; beyond, as 14·atanh(1/31) + 10·atanh(1/49) + 6·atanh(1/161), which is log((16/15)^7·(25/24)^5·(81/80)^3).
func logTwo(ctx context.Context, wp uint) (*big.Int, error) {
	sum := new(big.Int)
	if words := int(wp+8)/wordBits + 1; words < maxBaseWords {
		v, err := baseOf(&logBases, words).get(ctx, words)
		if err != nil {
			return nil, err
		}
		// Within 2 ulps of 2^-64·words, of which 8 bits or more are cut off: 2^-7 ulps and 1 for the cut.
		return sum.Rsh(new(big.Int).SetBits(v.values[0]), uint(v.words)*wordBits-wp), nil
	}
	// The coefficients add up to 30, each series is within 2 ulps of 2^-(wp+8): less than 0.3 ulps of 2^-wp, and 1 for the cut.
	for _, s := range []struct {
		x     uint64
		count int64
	}{{31, 14}, {49, 10}, {161, 6}} {
		a, err := inverseSeries(ctx, s.x, 1, wp+8)
		if err != nil {
			return nil, err
		}
		sum.Add(sum, a.Mul(a, big.NewInt(s.count)))
	}
	return sum.Rsh(sum, 8), nil
}
