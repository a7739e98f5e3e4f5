package integer

import (
	"context"
	"math/big"
	"math/bits"

	"github.com/remyoudompheng/bigfft"
)

// Products. Which way is taken depends on the length of the shorter factor, in bits; the borders are where BenchmarkMul sees the
// ways change places: math/big's product, which is Karatsuba's, up to 33,000 decimal digits; Toom and Cook's in three
// parts; from 54,000 on by Fourier transform. Beyond blockBits it is Toom and Cook's again, since a transform cannot be
// stopped: one of 200,000 digits takes 3.5 ms.
const (
	toomBits  = 110_000
	fftBits   = 180_000
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
	case b >= fftBits && a <= blockBits:
		return bigfft.Mul(x, y), nil
	}
	return toom3(ctx, x, y)
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

// toom3 is x·y by Toom and Cook's way with three parts each (Brent & Zimmermann, Modern Computer Arithmetic, §1.3.3): with
// x = x2·B² + x1·B + x0 and y alike, the product's five coefficients c0 … c4 follow from five products of
// a third of the length, its values at 0, 1, −1, 2 and infinity:
//
//	c0 = v(0), c4 = v(∞), c2 = (v(1) + v(−1))/2 − c0 − c4
//	o = (v(1) − v(−1))/2 = c1 + c3, e = (v(2) − c0 − 4c2 − 16c4)/2 = c1 + 4c3, c3 = (e − o)/3, c1 = o − c3
//
// All quotients are exact.
func toom3(ctx context.Context, x, y *big.Int) (*big.Int, error) {
	size := (max(len(x.Bits()), len(y.Bits())) + 2) / 3
	square := x == y
	xs := valuesAt(x, size)
	ys := xs
	if !square {
		ys = valuesAt(y, size)
	}
	var v [5]*big.Int
	for i := range v {
		var err error
		if v[i], err = MulContext(ctx, xs[i], ys[i]); err != nil {
			return nil, err
		}
	}
	c0, one, minus, two, c4 := v[0], v[1], v[2], v[3], v[4]
	t := new(big.Int)
	o := new(big.Int).Sub(one, minus)
	o.Rsh(o, 1)
	c2 := one.Add(one, minus)
	c2.Rsh(c2, 1).Sub(c2, c0).Sub(c2, c4)
	e := two.Sub(two, c0)
	e.Sub(e, t.Lsh(c2, 2)).Sub(e, t.Lsh(c4, 4)).Rsh(e, 1)
	c3 := e.Sub(e, o)
	c3.Quo(c3, three)
	c1 := o.Sub(o, c3)
	// The coefficients are not negative for factors that are not. Those with even index do not overlap, but for c2's last word.
	step := uint(size) * bits.UintSize
	z := c4.Lsh(c4, step)
	z.Add(z, c3).Lsh(z, step)
	z.Add(z, c2).Lsh(z, step)
	z.Add(z, c1).Lsh(z, step)
	z.Add(z, c0)
	if !square && x.Sign()*y.Sign() < 0 {
		z.Neg(z)
	}
	return z, nil
}

var three = big.NewInt(3)

// valuesAt is |x|, in three parts of size words, at 0, 1, −1, 2 and infinity.
func valuesAt(x *big.Int, size int) [5]*big.Int {
	var part [3]*big.Int
	w := x.Bits()
	for i := range part {
		n := min(size, len(w))
		part[i] = view(w[:n], 1)
		w = w[n:]
	}
	even := new(big.Int).Add(part[0], part[2])
	two := new(big.Int).Lsh(part[2], 1)
	two.Add(two, part[1]).Lsh(two, 1)
	return [5]*big.Int{part[0], new(big.Int).Add(even, part[1]), new(big.Int).Sub(even, part[1]), two.Add(two, part[0]), part[2]}
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
