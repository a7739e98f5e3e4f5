package ball

import (
	"context"
	"math/big"
)

// Binary splitting (Brent & Zimmermann §4.9.1; Haible & Papanikolaou 1998) of
//
//	S = Σ_{k=a}^{b-1} 1/d(k) · p(a)…p(k) / (q(a)…q(k))
//
// as T/(D·Q) with D = Πd, Q = Πq, P = Πp, in exact integers. All sums
// here are finite: what is left out of the series is the caller's matter.

// A split is one stretch of a series.
type split struct{ p, q, d, t *big.Int }

// A source gives p(k), q(k), d(k) of one term; d may be nil for 1. The
// factor f(k) of the term's numerator, if any, is in t.
type source func(k uint64) (p, q, d, f *big.Int)

// sumSplit sums the terms from a to b−1. last tells that p is not needed.
func sumSplit(ctx context.Context, src source, a, b uint64, last bool) (split, error) {
	if b-a == 1 {
		p, q, d, f := src(a)
		t := p
		if f != nil {
			t = new(big.Int).Mul(p, f)
		}
		return split{p, q, d, t}, nil
	}
	if b-a > 8 {
		if err := ctx.Err(); err != nil {
			return split{}, err
		}
	}
	m := (a + b) / 2
	l, err := sumSplit(ctx, src, a, m, false)
	if err != nil {
		return split{}, err
	}
	r, err := sumSplit(ctx, src, m, b, last)
	if err != nil {
		return split{}, err
	}
	// T_l/(D_l Q_l) + P_l/Q_l · T_r/(D_r Q_r) = (D_r Q_r T_l + D_l P_l T_r)/(D_l D_r Q_l Q_r)
	w := &work{ctx: ctx}
	z := split{q: w.product(l.q, r.q), t: w.product(r.q, l.t)}
	u := w.product(l.p, r.t)
	if l.d != nil {
		z.t = w.product(z.t, r.d)
		u = w.product(u, l.d)
		z.d = w.product(l.d, r.d)
	}
	z.t.Add(z.t, u)
	if !last {
		z.p = w.product(l.p, r.p)
	}
	return z, w.err
}

// fixedQuo is ⌊num·2^wp/den⌋ or one more: less than one ulp away.
func fixedQuo(ctx context.Context, num, den *big.Int, wp uint) (*big.Int, error) {
	q, r := new(big.Int).Lsh(num, wp), new(big.Int)
	err := quoRem(ctx, q, r, q, den)
	return q, err
}

// powerSplit is Σ_{k=a}^{b-1} p^(k-a+1)·2^(q(b-1-k))/(den(a)…den(k)) as T/Q, Q = den(a)…den(b−1): the
// sum of (p/2^q)^(k-a+1)/(den(a)…den(k)), times 2^(q(b-a)); the powers of two are shifts.
func powerSplit(ctx context.Context, p *big.Int, q uint, den func(uint64) uint64, a, b uint64, last bool) (split, error) {
	if b-a == 1 {
		return split{p: p, q: new(big.Int).SetUint64(den(a)), t: new(big.Int).Set(p)}, nil
	}
	if err := ctx.Err(); err != nil {
		return split{}, err
	}
	m := (a + b) / 2
	l, err := powerSplit(ctx, p, q, den, a, m, false)
	if err != nil {
		return split{}, err
	}
	r, err := powerSplit(ctx, p, q, den, m, b, last)
	if err != nil {
		return split{}, err
	}
	// (T_l·2^(q(b-m))·Q_r + P_l·T_r)/(Q_l·Q_r)
	w := &work{ctx: ctx}
	z := split{q: w.product(l.q, r.q), t: w.product(l.t, r.q)}
	z.t.Lsh(z.t, q*uint(b-m))
	z.t.Add(z.t, w.product(l.p, r.t))
	if !last {
		z.p = w.product(l.p, r.p)
	}
	return z, w.err
}
