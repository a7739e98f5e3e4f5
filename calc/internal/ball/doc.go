// Package ball computes with real numbers as enclosures: a [Ball] is a binary
// number together with a proved bound on its distance from the number meant.
//
// Call a constructor first ([FromInt], [FromDyadic], [FromRatio]), then
// the arithmetic and the functions, then [Digits], which tells what is known
// of the decimal digits. Every function takes the working precision in bits,
// prec, and returns an enclosure of the function's value for every number in
// the operand's enclosure. For exact operands the radius of the result is at
// most a few units in the prec-th bit of the result itself, so small results
// are as precise as large ones; for others it adds what the operand's radius
// makes of the result.
//
//	constructors   FromInt FromInt64 FromDyadic FromInterval FromRatio
//	queries        Ball.Sign IsZero IsExact Contains ContainsZero Overlaps
//	               Ends Dyadic Log2 WidthLog2 Precision Floor Digits
//	arithmetic     Add Sub Neg Abs Min Max Scale2 Mul MulInt Sqr Quo PowInt
//	roots          Sqrt Root Hypot
//	constants      Pi Ln2
//	exponential    Exp Expm1 Log Log1p Pow
//	angles         Sin Cos SinCos Tan, SinPi CosPi TanPi (rational multiples of pi)
//	inverses       Asin Acos Atan Atan2
//	hyperbolic     Sinh Cosh Tanh Asinh Acosh Atanh
//
// Up to some 125 decimal digits the exponential, the logarithm, the
// trigonometric functions and the arc tangent work on a few 64-bit words without
// allocation; [Short] goes from decimals to the digits of the result that way, with
// no Ball between.
//
// # Promises
//
// Above each line that computes a radius stands its proof. A ball is
// immutable, so values may be shared between goroutines. Nothing is
// kept between calls but the constants (and logarithms and arguments of primes), in bounded caches that are safe for
// concurrent use. Work ends soon after the context does.
//
// A result near 1 that is not 1 (the exponential or the cosine of a tiny
// number) is given more than prec bits where that is needed to see that it is
// not 1, since the direction of its rounding depends on it.
//
// # Errors
//
// [ErrDomain] says that no number of the operand's enclosure is in the
// domain; [ErrStraddles] that the enclosure touches the edge of the domain or
// a pole, or is too wide to say anything: ask again with more precision;
// [ErrRange] that the result is beyond 2^±[MaxLog2], found before the
// work. Any other error is the context's.
package ball
