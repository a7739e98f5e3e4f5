package integer

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/remyoudompheng/bigfft"
)

// ofDigits is a number of n digits without a pattern.
func ofDigits(n int) *big.Int {
	x, _ := Sqrt(new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(2*n-2)), nil)))
	return x
}

// BenchmarkMul shows where toomBits, fftBits and blockBits belong.
func BenchmarkMul(b *testing.B) {
	for _, n := range []int{34, 1000, 6000, 8000, 10_000, 15_000, 20_000, 35_000, 60_000, 80_000, 100_000, 200_000, 1_000_000} {
		x, y := ofDigits(n), new(big.Int).Add(ofDigits(n), one)
		for _, way := range []struct {
			name    string
			longest int
			product func(x, y *big.Int)
		}{
			{"ours", 1 << 30, func(x, y *big.Int) { Mul(x, y) }},
			{"big", 100_000, func(x, y *big.Int) { new(big.Int).Mul(x, y) }},
			{"toom", 1 << 30, func(x, y *big.Int) { _, _ = toom4(b.Context(), x, y) }},
			{"fft", 1 << 30, func(x, y *big.Int) { bigfft.Mul(x, y) }},
			{"square/big", 100_000, func(x, _ *big.Int) { new(big.Int).Mul(x, x) }},
			{"square/toom", 1 << 30, func(x, _ *big.Int) { _, _ = toom4(b.Context(), x, x) }},
			{"square/fft", 1 << 30, func(x, _ *big.Int) { bigfft.Mul(x, x) }},
		} {
			if n > way.longest || n < 6000 && strings.HasSuffix(way.name, "toom") {
				continue
			}
			b.Run(fmt.Sprintf("digits=%d/%s", n, way.name), func(b *testing.B) {
				for b.Loop() {
					way.product(x, y)
				}
			})
		}
	}
}

// BenchmarkQuo shows where quotientLeaf belongs.
func BenchmarkQuo(b *testing.B) {
	for _, n := range []int{1000, 10_000, 60_000, 100_000, 200_000} {
		y := ofDigits(n)
		x := new(big.Int).Sub(Mul(y, y), one)
		b.Run(fmt.Sprintf("digits=%d/ours", n), func(b *testing.B) {
			for b.Loop() {
				QuoRem(x, y)
			}
		})
		b.Run(fmt.Sprintf("digits=%d/big", n), func(b *testing.B) {
			for b.Loop() {
				new(big.Int).QuoRem(x, y, new(big.Int))
			}
		})
	}
}

// BenchmarkAppend shows where appendLeaf belongs.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000, 200_000, 400_000} {
		x := ofDigits(n)
		b.Run(fmt.Sprintf("digits=%d/ours", n), func(b *testing.B) {
			for b.Loop() {
				Append(nil, x)
			}
		})
		b.Run(fmt.Sprintf("digits=%d/big", n), func(b *testing.B) {
			for b.Loop() {
				x.Append(nil, 10)
			}
		})
	}
}

// BenchmarkSqrt shows where sqrtLeaf belongs.
func BenchmarkSqrt(b *testing.B) {
	for _, n := range []int{34, 70, 100, 200, 1000, 10_000, 100_000} {
		x := ofDigits(n)
		b.Run(fmt.Sprintf("digits=%d/ours", n), func(b *testing.B) {
			for b.Loop() {
				Sqrt(x)
			}
		})
		b.Run(fmt.Sprintf("digits=%d/big", n), func(b *testing.B) {
			for b.Loop() {
				new(big.Int).Sqrt(x)
			}
		})
	}
}

// BenchmarkParse shows where parseLeaf belongs.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 400, 800, 1600, 10_000, 100_000} {
		text := strings.Repeat("31415926535897932384", n/20)
		b.Run(fmt.Sprintf("digits=%d/ours", n), func(b *testing.B) {
			for b.Loop() {
				Parse(text)
			}
		})
		b.Run(fmt.Sprintf("digits=%d/words", n), func(b *testing.B) {
			for b.Loop() {
				parseWords(text)
			}
		})
	}
}
