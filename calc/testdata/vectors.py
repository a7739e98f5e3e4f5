#!/usr/bin/env python3
"""Writes vectors.txt: computations with their correctly rounded results, from programs other than ours.

Run by hand: /usr/bin/python3 vectors.py > vectors.txt. The values are computed with mpmath at 60 digits more than are
shown, and again with MPFR through gmpy2 where it has the function; both must agree. CPython's decimal rounds them. Rational
results come from Python's integers (fractions). Versions stand in the first line of the output."""
import decimal, fractions, platform, random, sys
import gmpy2, mpmath

random.seed(20261124)
F = fractions.Fraction
MODES = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
         "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "ceiling": decimal.ROUND_CEILING,
         "floor": decimal.ROUND_FLOOR, "05up": decimal.ROUND_05UP}
BIG = dict(Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

def context(prec, mode=decimal.ROUND_HALF_EVEN):
    return decimal.Context(prec=prec, rounding=mode, **BIG)

def digits_of(q, n):
    """q as a Decimal of n digits or more, truncated, with a 1 behind them where there is more (sticky)."""
    sign, p, d = (q < 0), abs(q.numerator), q.denominator
    if p == 0:
        return decimal.Decimal(0)
    k = n + len(str(d)) - len(str(p)) + 1
    m, r = divmod(p * 10 ** max(k, 0), d * 10 ** max(-k, 0))
    text = ("-" if sign else "") + str(m) + ("1" if r else "0") + "e" + str(-k - 1)
    return decimal.Decimal(text)

def show(op, operands, value, prec, exact):
    """One case for each of two modes."""
    for mode in random.sample(sorted(MODES), 2):
        rounded = context(prec, MODES[mode]).plus(value)
        same = exact and rounded == value
        if rounded == 0:
            text = "0"
        else:
            t = rounded.normalize(context(prec + 5)).as_tuple()
            text = ("-" if t.sign else "") + "".join(map(str, t.digits)) + ("e%d" % t.exponent if t.exponent else "")
        print("%s %s %d %s\n\t%s%s\n" % (op, " ".join(operands), prec, mode, text, "" if same else " inexact"))

def number(awkward=True):
    kind = random.randrange(8) if awkward else 0
    if kind == 1: return random.choice(["1", "-1", "2", "10", "0.1", "1e-20", "1e20", "3", "-7", "0.5"])
    if kind == 2: return "9" * random.randrange(1, 40) + "e%d" % random.randrange(-30, 10)
    if kind == 3: return "1" + "0" * random.randrange(1, 30) + "1e-%d" % random.randrange(0, 31)
    if kind == 4: return str(random.randrange(1, 50)) + "5e%d" % random.randrange(-3, 3)
    n = str(random.randrange(1, 10 ** random.choice([1, 3, 17, 34, 50])))
    return random.choice(["", "-"]) + n + "e%d" % random.choice([0, -len(n) // 2, -len(n), random.randrange(-40, 20)])

def rational(text):
    return F(text)

def prec():
    return random.choice([1, 2, 3, 7, 16, 34, 34, 50, 100, 300])

def trunc(q):
    return q.numerator // q.denominator if q >= 0 else -(-q.numerator // q.denominator)

print("# Python %s, mpmath %s, gmpy2 %s with %s; by vectors.py\n" % (platform.python_version(), mpmath.__version__, gmpy2.version(), gmpy2.mpfr_version()))
for _ in range(150):
    a, b = number(), number()
    x, y = rational(a), rational(b)
    for op, q in (("add", x + y), ("subtract", x - y), ("multiply", x * y), ("divide", x / y)):
        p = prec()
        d = digits_of(q, p + 60)
        show(op, [a, b], d, p, F(d) == q)
    if abs(x / y) < 10 ** 60:
        n = trunc(x / y)
        r = x - n * y
        for op, q in (("truncated", r), ("floored", x - (x // y) * y), ("euclidean", r if r >= 0 else r + abs(y)), ("nearest", x - round(x / y) * y)):
            d = digits_of(q, 160)
            show(op, [a, b], d, 150, F(d) == q)
    e = random.randrange(-40, 60)
    d = digits_of(x ** e, 400)
    show("power", [a, str(e)], d, prec(), F(d) == x ** e)

def elementary(op, operands, f, check=None):
    """f at 60 digits more; check(bits) is MPFR's value. No value here is rational."""
    p = prec()
    mpmath.mp.dps = p + 200
    v = f()
    text = mpmath.nstr(v, p + 60, strip_zeros=False, min_fixed=0, max_fixed=0)
    if check:
        gmpy2.get_context().precision = int((p + 200) * 3.33)
        w = check()
        s, e, _ = w.digits(10, p + 60)
        t = decimal.Decimal(("-" if s[0] == "-" else "") + "0." + s.lstrip("-")) .scaleb(e, context(p + 90))
        u = decimal.Decimal(text)
        assert context(p + 40).plus(t) == context(p + 40).plus(u), (op, operands, t, u)
    show(op, operands, decimal.Decimal(text), p, False)

M, G = mpmath.mpf, gmpy2.mpfr
def real(lo, hi):
    n = str(random.randrange(1, 10 ** random.choice([2, 5, 16, 34])))
    return random.choice(["", "-"]) + n + "e%d" % (random.randrange(lo, hi) - len(n))

for _ in range(120):
    a = real(-6, 5)
    elementary("exp", [a], lambda: mpmath.exp(M(a)), lambda: gmpy2.exp(G(a)))
    b = real(-300, 300).lstrip("-")
    if F(b) != 1:
        elementary("log", [b], lambda: mpmath.log(M(b)), lambda: gmpy2.log(G(b)))
    near = random.choice(["1.%s%d", "0.%s%d"]) % (random.choice(["0", "9"]) * random.randrange(1, 60), random.randrange(1, 99))
    if near.startswith("1.0") or near.startswith("0.9"):
        elementary("log", [near], lambda: mpmath.log(M(near)), lambda: gmpy2.log(G(near)))
    c = random.choice([real(-20, 3), real(-3, 25), "1e%d" % random.randrange(-30, 60), str(random.randrange(1, 10**6))])
    mp_extra = 120
    def at(f, x):
        def g():
            mpmath.mp.dps += mp_extra
            return f(M(x))
        return g
    def mat(f, x):
        def g():
            gmpy2.get_context().precision += 400
            return f(G(x))
        return g
    elementary("sin", [c], at(mpmath.sin, c), mat(gmpy2.sin, c))
    elementary("cos", [c], at(mpmath.cos, c), mat(gmpy2.cos, c))
    elementary("tan", [c], at(mpmath.tan, c), mat(gmpy2.tan, c))
    deg = str(random.randrange(1, 3600)) + random.choice(["", ".5", ".25", "e3", ".0001", ".123456789"])
    if F(deg) % 15 != 0:
        elementary("sin_degree", [deg], lambda: mpmath.sin(M(deg) * mpmath.pi / 180))
        elementary("tan_degree", [deg], lambda: mpmath.tan(M(deg) * mpmath.pi / 180))
        elementary("cos_degree", [deg], lambda: mpmath.cos(M(deg) * mpmath.pi / 180))
    x = real(-20, 20).lstrip("-")
    y = random.choice([str(random.randrange(1, 100)) + ".%d" % random.choice([1, 3, 7, 25, 123]), real(-3, 2)])
    base, ex = F(x), F(y)
    if base != 1 and ex.denominator > 1 and ex.denominator not in (2, 4, 5, 8, 10):
        elementary("power", [x, y], lambda: mpmath.power(M(x), M(y)), lambda: G(x) ** G(y))
    n = random.choice([2, 2, 3, 5, 7, 17, 100, 12345])
    r = str(random.randrange(2, 10 ** random.choice([2, 9, 40]))) + "e%d" % random.randrange(-50, 50)
    root = mpmath.root(M(F(r).numerator) / F(r).denominator, n)
    mpmath.mp.dps = 200
    v = mpmath.root(M(r), n)
    if abs(mpmath.nint(v * 10**60) - v * 10**60) > M(10) ** -60:
        elementary("root", [r, str(n)], lambda: mpmath.root(M(r), n), lambda: gmpy2.rootn(G(r), n))
    g = str(random.randrange(2, 10 ** 6)); h = random.choice(["10", "2", "7", "0.3", "1.5"])
    mpmath.mp.dps = 100
    if abs(mpmath.nint(mpmath.log(M(g), M(h)) * 12) - mpmath.log(M(g), M(h)) * 12) > M(10) ** -50:
        elementary("log", [g, h], lambda: mpmath.log(M(g)) / mpmath.log(M(h)), lambda: gmpy2.log(G(g)) / gmpy2.log(G(h)))
