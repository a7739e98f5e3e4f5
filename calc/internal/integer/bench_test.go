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

// BenchmarkMul shows where fftBits belongs.
func BenchmarkMul(b *testing.B) {
	for _, n := range []int{34, 1000, 10_000, 20_000, 35_000, 50_000, 100_000, 300_000} {
		x, y := ofDigits(n), new(big.Int).Add(ofDigits(n), one)
		b.Run(fmt.Sprintf("digits=%d/big", n), func(b *testing.B) {
			for b.Loop() {
				new(big.Int).Mul(x, y)
			}
		})
		b.Run(fmt.Sprintf("digits=%d/fft", n), func(b *testing.B) {
			for b.Loop() {
				bigfft.Mul(x, y)
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
