package integer

import (
	"context"
	"math"
	"math/big"
	"math/bits"
	"sync"

	"github.com/remyoudompheng/bigfft"
)

// Products. Which way is taken depends on the length of the shorter factor, in bits; the borders are where BenchmarkMul sees the
// ways change places: math/big's product, which is Karatsuba's, up to 9,000 decimal digits; Toom and Cook's in four
// parts; from 75,000 on by Fourier transform, but for squares, which that takes as long for as for other products. Beyond blockBits it is Toom and Cook's
// again, since a transform cannot be stopped: one of 200,000 digits takes 4 ms.
const (
	toomBits  = 30_000
	fftBits   = 250_000
	blockBits = 670_000
)

// Mul returns x·y.
func Mul(x, y *big.Int) *big.Int {
	z, _ := MulContext(context.Background(), x, y)
	return z
}

// MulContext is Mul that ends with ctx.
func MulContext(ctx context.Context, x, y *big.Int) (*big.Int, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a, b := x.BitLen(), y.BitLen()
	if a < b {
		x, y, a, b = y, x, b, a
	}
	switch {
	case b < toomBits:
		return new(big.Int).Mul(x, y), nil
	case a > b+b/2:
		return inPieces(ctx, x, y, uint(b))
	case b >= fftBits && a <= blockBits && x != y:
		return bigfft.Mul(x, y), nil
	}
	return toom4(ctx, x, y)
}

// inPieces is x·y, x cut into pieces of n bits: Horner's rule from the top.
func inPieces(ctx context.Context, x, y *big.Int, n uint) (*big.Int, error) {
	z := new(big.Int)
	size := words(n)
	for w := x.Bits(); len(w) > 0; {
		cut := (len(w) - 1) / size * size
		p, err := MulContext(ctx, view(w[cut:], x.Sign()), y)
		if err != nil {
			return nil, err
		}
		if cut+size < len(x.Bits()) {
			z.Lsh(z, uint(size)*bits.UintSize)
		}
		z.Add(z, p)
		w = w[:cut]
	}
	return z, nil
}

// words is how many words n bits take.
func words(n uint) int { return int(n+bits.UintSize-1) / bits.UintSize }

// view is the number that the words make, without a copy; it is not to be changed.
func view(w []big.Word, sign int) *big.Int {
	x := new(big.Int).SetBits(w)
	if sign < 0 {
		x.Neg(x)
	}
	return x
}

// toom4 is x·y by Toom and Cook's way with four parts each (Brent & Zimmermann, Modern Computer Arithmetic, §1.3.3): with x = x3·B³ + x2·B² + x1·B + x0 and
// y alike, the product's seven coefficients c0 … c6 follow from seven products of a quarter of the length, its values v at 0, 1, −1, 2, −2, ½ and infinity:
//
//	c0 = v(0), c6 = v(∞)
//	e = (v(1) + v(−1))/2 − c0 − c6 = c2 + c4,       o = (v(1) − v(−1))/2 = c1 + c3 + c5
//	f = ((v(2) + v(−2))/2 − c0 − 64c6)/4 = c2 + 4c4, p = (v(2) − v(−2))/4 = c1 + 4c3 + 16c5
//	c4 = (f − e)/3, c2 = e − c4
//	h = (64v(½) − 64c0 − 16c2 − 4c4 − c6)/2 = 16c1 + 4c3 + c5
//	d = (h − p)/15 = c1 − c5, t = (p − o)/3 = c3 + 5c5
//	c5 = (d − (o − t))/3, c1 = d + c5, c3 = t − 5c5
//
// All quotients are exact.
func toom4(ctx context.Context, x, y *big.Int) (*big.Int, error) {
	size := (max(len(x.Bits()), len(y.Bits())) + 3) / 4
	square := x == y
	// The values of factors at a point have size+1 words, and its coefficients 2·size+1; sums may take one more while they are made.
	const factors, products = 8, 8
	room := takeRoom(factors*(size+2) + products*(2*size+4))
	defer rooms.Put(room)
	rest := *room
	next := func(n int) *big.Int {
		z := new(big.Int).SetBits(rest[:0:n])
		rest = rest[n:]
		return z
	}
	var f [factors]*big.Int
	for i := range f {
		f[i] = next(size + 2)
	}
	var v [products]*big.Int
	for i := range v {
		v[i] = next(2*size + 4)
	}
	a := newQuarters(x, size)
	b := a
	xs, ys := f[:4], f[:4]
	if !square {
		b, ys = newQuarters(y, size), f[4:]
	}
	var err error
	multiply := func(z, x, y *big.Int) {
		if err == nil {
			err = mulTo(ctx, z, x, y)
		}
	}
	both := func(plus, minus *big.Int, s uint) {
		a.atBoth(xs, s)
		if !square {
			b.atBoth(ys, s)
		}
		multiply(plus, xs[2], ys[2])
		multiply(minus, xs[3], ys[3])
	}
	c0, o, e, p, g, h, c6, t := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	multiply(c0, a[0], b[0])
	multiply(c6, a[3], b[3])
	both(o, e, 0)
	both(p, g, 1)
	a.atHalf(xs[0])
	if !square {
		b.atHalf(ys[0])
	}
	if multiply(h, xs[0], ys[0]); err != nil {
		return nil, err
	}
	// o, e are v(1), v(−1) and p, g are v(2), v(−2): the halves of their sums and differences.
	t.Add(o, e)
	o.Sub(o, e).Rsh(o, 1)
	e.Rsh(t, 1)
	e.Sub(e, c0).Sub(e, c6)
	t.Add(p, g)
	p.Sub(p, g).Rsh(p, 2)
	g.Rsh(t, 1)
	g.Sub(g, c0).Sub(g, t.Lsh(c6, 6)).Rsh(g, 2)
	c4 := g.Sub(g, e)
	quoExact(c4, 3)
	c2 := e.Sub(e, c4)
	h.Sub(h, t.Lsh(c0, 6)).Sub(h, t.Lsh(c2, 4)).Sub(h, t.Lsh(c4, 2)).Sub(h, c6).Rsh(h, 1)
	d := h.Sub(h, p)
	quoExact(d, 15)
	c3 := p.Sub(p, o)
	quoExact(c3, 3)
	c5 := o.Sub(c3, o)
	quoExact(c5.Add(c5, d), 3)
	c1 := d.Add(d, c5)
	c3.Sub(c3, t.Lsh(c5, 2)).Sub(c3, c5)
	// The coefficients are not negative. Where one is added from k·size on, what is there already ends at (k+1)·size+1, so that the sum has no more
	// words than the coefficient has, and a carry.
	z := make([]big.Word, 8*size+2)
	for k, c := range []*big.Int{c0, c1, c2, c3, c4, c5, c6} {
		from, to := k*size, min((k+2)*size+2, len(z))
		sum := view(z[from:to:to], 1)
		sum.Add(sum, c)
	}
	product := view(z, 1)
	if !square && x.Sign()*y.Sign() < 0 {
		product.Neg(product)
	}
	return product, nil
}

// quoExact divides z by d, a divisor of z and of B − 1, where B is the base of the words: with b = (B−1)/d, one product for each word.
//
// From the lowest word up, d·q = w − c + c'·B gives the quotient's word q of that w of z, where c < d is carried from the words below and c' into those
// above. As d·b ≡ −1 modulo B, q = c·b − lo + e·B, where w·b = hi·B + lo and e is 1 if c·b < lo, else 0. With d·b = B − 1 that gives
// c' = c − w + d·(hi + e), and c'·b = q − hi − e, which is what is kept.
func quoExact(z *big.Int, d uint) {
	words, b := z.Bits(), math.MaxUint/d
	carried := uint(0) // c·b
	for i, w := range words {
		hi, lo := bits.Mul(uint(w), b)
		q, e := bits.Sub(carried, lo, 0)
		words[i] = big.Word(q)
		carried = q - hi - e
	}
	sign := z.Sign()
	if z.SetBits(words); sign < 0 {
		z.Neg(z)
	}
}

// rooms are what toom4 works in.
var rooms = sync.Pool{New: func() any { return new([]big.Word) }}

// takeRoom is n words, with anything in them.
func takeRoom(n int) *[]big.Word {
	room := rooms.Get().(*[]big.Word)
	if cap(*room) < n {
		*room = make([]big.Word, n)
	}
	*room = (*room)[:n]
	return room
}

// quarters are a number's four parts, the lowest first.
type quarters [4]*big.Int

// newQuarters is |x| in parts of size words.
func newQuarters(x *big.Int, size int) (q quarters) {
	w := x.Bits()
	for i := range q {
		n := min(size, len(w))
		q[i] = view(w[:n:n], 1)
		w = w[n:]
	}
	return q
}

// atBoth sets z[2] and z[3] to the values at 2^s and −2^s; z[0] and z[1] are used up.
func (q quarters) atBoth(z []*big.Int, s uint) {
	even, odd := z[0], z[1]
	even.Lsh(q[2], 2*s).Add(even, q[0])
	odd.Lsh(q[3], 2*s).Add(odd, q[1]).Lsh(odd, s)
	z[2].Add(even, odd)
	z[3].Sub(even, odd)
}

// atHalf sets z to eight times the value at ½.
func (q quarters) atHalf(z *big.Int) {
	z.Lsh(q[0], 1).Add(z, q[1])
	z.Lsh(z, 1).Add(z, q[2])
	z.Lsh(z, 1).Add(z, q[3])
}

// mulTo sets z, which may bring memory for it, to x·y.
func mulTo(ctx context.Context, z, x, y *big.Int) error {
	if min(x.BitLen(), y.BitLen()) < toomBits {
		z.Mul(x, y)
		return ctx.Err()
	}
	p, err := MulContext(ctx, x, y)
	if err == nil {
		z.Set(p)
	}
	return err
}

// Pow returns x^n by binary powering, from the highest bit of n down.
func Pow(x *big.Int, n uint) *big.Int {
	p, _ := PowContext(context.Background(), x, n)
	return p
}

// PowContext is Pow that ends with ctx.
func PowContext(ctx context.Context, x *big.Int, n uint) (p *big.Int, err error) {
	if x.BitLen() == 2 && x.Bit(0) == 0 && x.Sign() > 0 {
		return new(big.Int).Lsh(one, n), nil // 2^n
	}
	p = big.NewInt(1)
	for i := bits.Len(n) - 1; i >= 0; i-- {
		if p, err = MulContext(ctx, p, p); err != nil {
			return nil, err
		}
		if n>>i&1 == 1 {
			if p, err = MulContext(ctx, p, x); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}
