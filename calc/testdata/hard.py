#!/usr/bin/env python3
"""Writes hard.txt: of all operands of seven digits in one decade or two, those whose results are the hardest to round to seven digits.

Run by hand: /usr/bin/python3 hard.py > hard.txt. The search takes the C library's long double (a mantissa of 64 bits) through numpy, and lists for
each function the operands whose results are nearest to a number of seven digits, and nearest to the middle of two. What is listed is computed
again by MPFR through gmpy2 and by PARI/GP to 60 digits, and rounded by CPython's decimal: a case is kept where both agree. Versions stand in
the first line of the output."""
import decimal, platform, subprocess, sys
import gmpy2, numpy

P, COUNT = 7, 8
D, G = decimal.Decimal, gmpy2.mpfr
MODES = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
         "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "ceiling": decimal.ROUND_CEILING,
         "floor": decimal.ROUND_FLOOR, "05up": decimal.ROUND_05UP}
L = numpy.longdouble
ten = lambda k: L(10) ** k
SCALES = numpy.array([2 * ten(P - 1) / ten(k) if k >= 0 else 2 * ten(P - 1 - k) for k in list(range(60)) + list(range(-60, 0))])

# By name: numpy's function, MPFR's, PARI/GP's, and the powers of ten that the operands begin with.
FUNCTIONS = {
    "exp": (numpy.exp, gmpy2.exp, "exp(%s)", (-1, 0)),
    "log": (numpy.log, gmpy2.log, "log(%s)", (0, 1)),
    "log10": (numpy.log10, gmpy2.log10, "log(%s)/log(10)", (0,)),
    "log2": (numpy.log2, gmpy2.log2, "log(%s)/log(2)", (0,)),
    "sin": (numpy.sin, gmpy2.sin, "sin(%s)", (-1, 0)),
    "cos": (numpy.cos, gmpy2.cos, "cos(%s)", (-1, 0)),
    "tan": (numpy.tan, gmpy2.tan, "tan(%s)", (-1, 0)),
    "asin": (numpy.arcsin, gmpy2.asin, "asin(%s)", (-1,)),
    "acos": (numpy.arccos, gmpy2.acos, "acos(%s)", (-1,)),
    "atan": (numpy.arctan, gmpy2.atan, "atan(%s)", (-1, 0)),
    "sinh": (numpy.sinh, gmpy2.sinh, "sinh(%s)", (-1, 0)),
    "cosh": (numpy.cosh, gmpy2.cosh, "cosh(%s)", (-1, 0)),
    "tanh": (numpy.tanh, gmpy2.tanh, "tanh(%s)", (-1,)),
    "asinh": (numpy.arcsinh, gmpy2.asinh, "asinh(%s)", (-1, 0)),
    "acosh": (numpy.arccosh, gmpy2.acosh, "acosh(%s)", (0,)),
    "atanh": (numpy.arctanh, gmpy2.atanh, "atanh(%s)", (-1,)),
    "cbrt": (numpy.cbrt, gmpy2.cbrt, "sqrtn(%s,3)", (0,)),
}

def nearest(f, first):
    """Operands n·10^(first−6) whose results are nearest to a number of P digits, and to the middle of two. Results that are so near that
    they may be exact are left to vectors of their own."""
    found = {0: [], 1: []}
    for low in range(10 ** (P - 1), 10 ** P, 500_000):
        n = numpy.arange(low, low + 500_000, dtype=numpy.int64)
        x = n.astype(L) * ten(first) / ten(P - 1) if first >= 0 else n.astype(L) / ten(P - 1 - first)
        y = numpy.abs(f(x))
        y[y == 0] = 1
        digits = numpy.floor(numpy.log10(y.astype(float))).astype(int) # one off beside a power of ten, where more digits are as good
        halves = y * SCALES[digits]
        whole = numpy.rint(halves)
        off = numpy.abs(halves - whole)
        off[off < 1e-11] = 1
        for odd in found:
            here = numpy.where(whole.astype(numpy.int64) % 2 == odd, off, 1)
            for i in numpy.argpartition(here, COUNT)[:COUNT]:
                found[odd].append((here[i], int(n[i])))
    return [n for odd in found for _, n in sorted(found[odd])[:COUNT]]

def context(prec, mode=decimal.ROUND_HALF_EVEN):
    return decimal.Context(prec=prec, rounding=mode, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

def text(d):
    t = context(80).normalize(d).as_tuple()
    return ("-" if t.sign else "") + "".join(map(str, t.digits)) + ("e%d" % t.exponent if t.exponent else "")

cases = []
for op, (f, _, _, decades) in FUNCTIONS.items():
    for first in decades:
        cases += [(op, "%de%d" % (n, first - P + 1)) for n in nearest(f, first)]
    print(op, file=sys.stderr)
lines = ["default(realprecision,80);"] + ['printf("%%.60e\\n",1.*(%s));' % (FUNCTIONS[op][2] % x) for op, x in cases]
out = subprocess.run(["gp", "-q", "-f"], input="\n".join(lines), capture_output=True, text=True, check=True).stdout.replace(" ", "").split()
assert len(out) == len(cases)
version = subprocess.run(["gp", "--version-short"], capture_output=True, text=True).stdout.strip()
print("# Python %s, numpy %s, gmpy2 %s with %s, PARI/GP %s; by hard.py\n" % (platform.python_version(), numpy.__version__, gmpy2.version(), gmpy2.mpfr_version(), version))
gmpy2.get_context().precision = 300
for (op, x), other in zip(cases, out):
    s, e, _ = FUNCTIONS[op][1](G(x)).digits(10, 60)
    sign, s = ("-", s[1:]) if s[0] == "-" else ("", s)
    values = [context(70).create_decimal("%s0.%se%d" % (sign, s, e)), context(70).create_decimal(other)]
    for name, mode in MODES.items():
        answers = {text(context(P, mode).plus(v)) for v in values}
        if len(answers) == 1:
            print("%s %s %d %s\n\t%s inexact\n" % (op, x, P, name, answers.pop()))
        else:
            print("dropped", op, x, name, file=sys.stderr)
