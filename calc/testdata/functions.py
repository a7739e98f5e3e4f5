#!/usr/bin/env python3
"""Writes functions.txt: functions with their correctly rounded results, from programs other than ours.

Run by hand: /usr/bin/python3 functions.py > functions.txt, or with another seed and a factor for other cases, and more. Each value is computed by MPFR through gmpy2 and by PARI/GP, to as many digits
more than are shown as the operand's length and size ask for. CPython's decimal rounds both, and both a little up and down: a case is
kept where all agree. Exact results come from Python's integers (fractions, math), where PARI/GP must agree. Versions stand in the first
line of the output."""
import decimal, fractions, math, platform, random, subprocess, sys
import gmpy2

random.seed(int(sys.argv[1]) if len(sys.argv) > 1 else 20261125)
times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
sys.set_int_max_str_digits(0)
F, D, G = fractions.Fraction, decimal.Decimal, gmpy2.mpfr
MODES = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
         "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "ceiling": decimal.ROUND_CEILING,
         "floor": decimal.ROUND_FLOOR, "05up": decimal.ROUND_05UP}

def context(prec, mode=decimal.ROUND_HALF_EVEN):
    return decimal.Context(prec=prec, rounding=mode, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

def decimal_of(text):
    return context(len(text) + 5).create_decimal(text)

def of_mpfr(v, n):
    """v as a Decimal of n digits."""
    s, e, _ = v.digits(10, n)
    sign, s = ("-", s[1:]) if s[0] == "-" else ("", s)
    return decimal_of("%s0.%se%d" % (sign, s, e))

def at(digits, f, *operands):
    """f of the operands, by MPFR with so many digits."""
    gmpy2.get_context().precision = int(digits * 3.33) + 64
    return f(*[G(x) for x in operands])

def canonical(d):
    if d == 0:
        return "0"
    t = context(len(d.as_tuple().digits) + 5).normalize(d).as_tuple()
    return ("-" if t.sign else "") + "".join(map(str, t.digits)) + ("e%d" % t.exponent if t.exponent else "")

# By name: MPFR's function and PARI/GP's, and an inverse of it to find operands whose results are nearly what one wants.
log10, log2 = gmpy2.log10, gmpy2.log2
FUNCTIONS = {
    "exp": (gmpy2.exp, "exp(%s)", gmpy2.log),
    "log": (gmpy2.log, "log(%s)", gmpy2.exp),
    "log10": (log10, "log(%s)/log(10)", lambda y: G(10) ** y),
    "log2": (log2, "log(%s)/log(2)", lambda y: G(2) ** y),
    "sin": (gmpy2.sin, "sin(%s)", gmpy2.asin),
    "cos": (gmpy2.cos, "cos(%s)", gmpy2.acos),
    "tan": (gmpy2.tan, "tan(%s)", gmpy2.atan),
    "asin": (gmpy2.asin, "asin(%s)", gmpy2.sin),
    "acos": (gmpy2.acos, "acos(%s)", gmpy2.cos),
    "atan": (gmpy2.atan, "atan(%s)", gmpy2.tan),
    "asin_degree": (lambda x: gmpy2.asin(x) * 180 / gmpy2.const_pi(), "asin(%s)*180/Pi", lambda y: gmpy2.sin(y * gmpy2.const_pi() / 180)),
    "acos_degree": (lambda x: gmpy2.acos(x) * 180 / gmpy2.const_pi(), "acos(%s)*180/Pi", lambda y: gmpy2.cos(y * gmpy2.const_pi() / 180)),
    "atan_degree": (lambda x: gmpy2.atan(x) * 180 / gmpy2.const_pi(), "atan(%s)*180/Pi", lambda y: gmpy2.tan(y * gmpy2.const_pi() / 180)),
    "sinh": (gmpy2.sinh, "sinh(%s)", gmpy2.asinh),
    "cosh": (gmpy2.cosh, "cosh(%s)", gmpy2.acosh),
    "tanh": (gmpy2.tanh, "tanh(%s)", gmpy2.atanh),
    "asinh": (gmpy2.asinh, "asinh(%s)", gmpy2.sinh),
    "acosh": (gmpy2.acosh, "acosh(%s)", gmpy2.cosh),
    "atanh": (gmpy2.atanh, "atanh(%s)", gmpy2.tanh),
    "cbrt": (gmpy2.cbrt, "sign(%s)*sqrtn(abs(%s),3)", lambda y: y * y * y),
    "atan2": (gmpy2.atan2, "arg((%s)*I+(%s))", None),
    "hypot": (gmpy2.hypot, "sqrt((%s)^2+(%s)^2)", None),
    "pi": (lambda: gmpy2.const_pi(), "Pi", None),
    "tau": (lambda: 2 * gmpy2.const_pi(), "2*Pi", None),
    "e": (lambda: gmpy2.exp(G(1)), "exp(1)", None),
    "phi": (lambda: (1 + gmpy2.sqrt(G(5))) / 2, "(1+sqrt(5))/2", None),
    "ln2": (lambda: gmpy2.const_log2(), "log(2)", None),
    "ln10": (lambda: gmpy2.log(G(10)), "log(10)", None),
}
UNIT = ("asin", "acos", "atanh", "asin_degree", "acos_degree") # |x| ≤ 1
POSITIVE = ("log", "log10", "log2")

def defined(op, x):
    q = F(x)
    return q != 0 and (op not in UNIT or abs(q) < 1) and (op not in POSITIVE or q > 0 and q != 1) and (op != "acosh" or q > 1)

def span(x):
    """How many digits may be needed to see how f(x) differs from what it is near: x may be so near to 0, 1, or a zero or a maximum of f
    as its length and size allow, and there f(x) as near to a short number as the third power of that. Twice as many are computed."""
    q = D(x)
    return 3 * (len(x) + abs(q.adjusted())) if q else 1

cases = [] # (op, operands, prec, modes, digits)

def case(op, operands, prec, count=1, extra=0):
    digits = prec + 60 + extra + sum(span(x) for x in operands)
    if digits < 5000:
        cases.append((op, operands, prec, random.sample(sorted(MODES), count), digits))

def some_prec():
    return random.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130])

def full(n, low, high):
    """A number of n digits, its first one's power of ten between low and high."""
    m = str(random.randrange(10 ** (n - 1), 10 ** n))
    return "%s.%se%d" % (m[0], m[1:] or "0", random.randrange(low, high + 1))

def signed(op, x):
    return x if op in POSITIVE + ("acosh",) else random.choice(["", "-"]) + x

def operand(op, n):
    if op in UNIT:
        return signed(op, "0." + str(random.randrange(10 ** (n - 1), 10 ** n)))
    if op in ("exp", "sinh", "cosh"):
        return signed(op, full(n, -3, random.choice([1, 2, 5])))
    if op == "tanh":
        return signed(op, full(n, -3, 1))
    return signed(op, full(n, -3, random.choice([0, 1, 3, 20])))

for op in [f for f, (_, _, inverse) in FUNCTIONS.items() if inverse]:
    for i in range(75 * times): # any
        x = operand(op, random.choice([1, 2, 5, 7, 16, 34, 60]))
        if defined(op, x):
            case(op, [x], 1000 if i % 75 < 2 else 300 if i % 75 < 6 else some_prec(), extra=int(abs(D(x))) if op == "tanh" else 0)
    for i in range(60 * times): # nearly a tie, nearly a number of so few digits
        p = random.choice([1, 2, 3, 7, 16, 34, 50])
        y = "0." + str(random.randrange(10 ** (p - 1), 10 ** p)) + ("5" if i % 2 else "")
        if op not in ("sin", "cos", "tanh") and random.randrange(2):
            y = canonical(D(y).scaleb(1, context(p + 5)))
        if op not in ("acos", "acos_degree", "acosh", "cosh", "cos") and random.randrange(2):
            y = "-" + y
        if "degree" in op: # up to 90
            y = canonical(D(y).scaleb(random.choice([0, 1]), context(p + 5)))
        q = random.choice([p + 3, 2 * p + 3, 3 * p + 5])
        v = at(4 * q + 50, FUNCTIONS[op][2], y)
        if not gmpy2.is_finite(v) or v == 0:
            continue
        x = canonical(of_mpfr(v, q))
        if defined(op, x):
            case(op, [x], p, 2, extra=40)
    for k in (1, 2, 3, 5, 8, 13, 20, 34, 50, 100, 101, 250, 400) * times: # tiny, or beside 1, or huge
        tail = str(random.choice([1, 2, 5, 7, 13, 99, 123456789]))
        small = tail + "e-%d" % (k + len(tail))
        near = ["1." + "0" * k + tail, "0." + "9" * k + tail]
        xs = [small] if op not in POSITIVE + ("acosh",) else []
        xs += near
        if op not in UNIT + ("exp", "sinh", "cosh", "tanh"):
            xs += [tail + "e%d" % k, "1e%d" % k]
        if op in POSITIVE:
            xs += [small]
        for x in xs:
            x = signed(op, x)
            if defined(op, x):
                case(op, [x], random.choice([1, 3, 7, 16, 34, 34, 100]), 2)

for op in ("atan2", "hypot"):
    for i in range(110 * times): # the operands alike in size, or not
        n = random.choice([1, 2, 5, 7, 16, 34])
        x, y = signed(op, full(n, -3, 3)), signed(op, full(random.choice([1, n]), -random.choice([3, 40]), random.choice([3, 40])))
        case(op, [x, y], 1000 if i % 75 < 2 else 300 if i % 75 < 5 else some_prec())
    for i in range(60 * times): # nearly a tie, nearly short
        p = random.choice([1, 2, 3, 7, 16, 34])
        z = "0." + str(random.randrange(10 ** (p - 1), 10 ** p)) + ("5" if i % 2 else "")
        x = full(random.choice([1, 5, p]), -2, -2)
        q = random.choice([p + 3, 2 * p + 3, 3 * p + 5])
        if op == "hypot":
            v = at(4 * q + 50, lambda z, x: gmpy2.sqrt(z * z - x * x), z, x)
            operands = [canonical(of_mpfr(v, q)), x]
        else:
            v = at(4 * q + 50, lambda z, x: gmpy2.tan(z) * x, z, x)
            operands = [canonical(of_mpfr(v, q)), x]
        if F(operands[0]) != 0:
            case(op, operands, p, 2, extra=40)
for op in ("pi", "tau", "e", "phi", "ln2", "ln10"):
    for p in (1, 2, 3, 5, 7, 16, 34, 50, 77, 100, 125, 126, 130, 200, 300, 500, 1000):
        case(op, [], p, 3)

def pari(expressions):
    """The values by PARI/GP of expressions with so many digits."""
    lines = []
    for digits, expression in expressions:
        lines.append("default(realprecision,%d);" % (2 * digits))
        lines.append('printf("%%.%de\\n",1.*(%s));' % (digits, expression))
    out = subprocess.run(["gp", "-q", "-f", "-s", "1G"], input="\n".join(lines), capture_output=True, text=True, check=True)
    values = out.stdout.replace(" ", "").split() # PARI/GP writes 1.5 e-3
    assert len(values) == len(expressions), (len(values), len(expressions), out.stderr[:500])
    return values

version = subprocess.run(["gp", "--version-short"], capture_output=True, text=True).stdout.strip()
print("# Python %s, gmpy2 %s with %s, PARI/GP %s; by functions.py\n" % (platform.python_version(), gmpy2.version(), gmpy2.mpfr_version(), version))

def case_line(op, operands, prec, mode, text, exact):
    print("%s %d %s\n\t%s%s\n" % (" ".join([op] + operands), prec, mode, text, "" if exact else " inexact"))

expressions = []
for op, operands, prec, modes, digits in cases:
    template = FUNCTIONS[op][1]
    names = operands * (template.count("%s") // max(len(operands), 1))
    expressions.append((digits, template % tuple(names)))
dropped = kept = 0
for (op, operands, prec, modes, digits), other in zip(cases, pari(expressions)):
    v = of_mpfr(at(2 * digits, FUNCTIONS[op][0], *operands), digits)
    if len(context(digits).normalize(context(digits - 15).plus(v)).as_tuple().digits) < digits // 2 + 20: # it is exact, as far as can be seen
        dropped += len(modes)
        continue
    for mode in modes:
        answers = set()
        for w in (v, decimal_of(other)):
            wide = context(digits + 5)
            for d in (-1, 0, 1):
                moved = wide.add(w, D(d).scaleb(w.adjusted() - digits + 8, wide))
                answers.add(canonical(context(prec, MODES[mode]).plus(moved)))
        if len(answers) > 1:
            dropped += 1
            continue
        kept += 1
        case_line(op, operands, prec, mode, answers.pop(), False)
print("%d kept, %d dropped" % (kept, dropped), file=sys.stderr)

def exact_case(op, operands, value, prec, count=2):
    """A rational value, and how it is rounded where it is longer than prec."""
    n = abs(value.numerator)
    text, exp = n, 0
    d = value.denominator
    while d % 10 == 0: d, exp = d // 10, exp - 1
    while d % 2 == 0: d, n, exp = d // 2, n * 5, exp - 1
    while d % 5 == 0: d, n, exp = d // 5, n * 2, exp - 1
    assert d == 1
    v = decimal_of("%s%de%d" % ("-" if value < 0 else "", n, exp))
    for mode in random.sample(sorted(MODES), count):
        r = context(prec, MODES[mode]).plus(v)
        case_line(op, operands, prec, mode, canonical(r), r == v)

checks = [] # identities that PARI/GP finds true
for p in (1, 3, 7, 16, 34, 100, 200):
    for op in ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "cbrt"):
        exact_case(op, ["0"], F(0), p, 1)
    for op in ("exp", "cos", "cosh"):
        exact_case(op, ["0"], F(1), p, 1)
    for op in ("log", "log10", "log2", "acos", "acosh"):
        exact_case(op, ["1"], F(0), p, 1)
    for op, x, value in (("asin_degree", "0.5", 30), ("asin_degree", "-1", -90), ("acos_degree", "-0.5", 120), ("acos_degree", "0", 90), ("acos_degree", "-1", 180),
                         ("atan_degree", "1", 45), ("atan_degree", "-1", -45), ("acos_degree", "0.5", 60)):
        exact_case(op, [x], F(value), p, 1)
    for k in random.sample(range(-300, 300), 4):
        exact_case("log10", ["1e%d" % k], F(k), p)
        checks.append("10^(%d)*10^(%d)==1" % (k, -k))
    for k in random.sample(range(-60, 400), 4):
        exact_case("log2", [canonical(D(2 ** k) if k >= 0 else decimal_of("%de%d" % (5 ** -k, k)))], F(k), p)
        checks.append("logint(2^%d,2)==%d" % (abs(k), abs(k)))
    for _ in range(6):
        m, e = random.randrange(1, 10 ** random.choice([1, 3, 8, 20])), random.randrange(-30, 30)
        sign = random.choice([-1, 1])
        exact_case("cbrt", ["%de%d" % (sign * m ** 3, 3 * e)], sign * F(m) * F(10) ** e, p)
        checks.append("ispower(%d,3)" % (m ** 3))
        a, b = random.randrange(1, 10 ** 9), random.randrange(1, 10 ** 9)
        x, y, z = abs(a * a - b * b), 2 * a * b, a * a + b * b
        exact_case("hypot", ["%de%d" % (x, e), "%de%d" % (y, e)], F(z) * F(10) ** e, p)
        checks.append("issquare(%d)" % (x * x + y * y))
    n = random.choice([0, 1, 2, 5, 10, 25, 26, 100, 171, 1000, 5000])
    exact_case("factorial", [str(n)], F(math.factorial(n)), p, 4)
    checks.append("%d!==%d" % (n, math.factorial(n)))
    for n in random.sample(range(0, 2000), 3):
        exact_case("factorial", [str(n)], F(math.factorial(n)), p, 4)
        checks.append("%d!==%d" % (n, math.factorial(n)))
    for _ in range(12):
        n = random.choice([random.randrange(0, 60), random.randrange(0, 3000), -random.randrange(1, 300), random.randrange(10 ** 20)])
        k = random.randrange(-2, 40) if abs(n) > 10 ** 4 or random.randrange(2) else random.randrange(0, abs(n) + 2)
        value = 0 if k < 0 else math.comb(n, k) if n >= 0 else (-1) ** k * math.comb(k - n - 1, k)
        exact_case("binomial", [str(n), str(k)], F(value), p, 2)
        if k >= 0:
            checks.append("binomial(%d,%d)==%d" % (n, k, value))
agreed = subprocess.run(["gp", "-q", "-f", "-s", "1G"], input="\n".join("print(!!(%s));" % c for c in checks), capture_output=True, text=True, check=True)
assert agreed.stdout.split() == ["1"] * len(checks), [c for c, a in zip(checks, agreed.stdout.split()) if a != "1"][:3]

# What follows has numbers of its own, so that what stands above does not change with it.
rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 20261126)
PER_TURN = {"degree": 360, "gradian": 400, "turn": 1}
more = [] # (op, operands, prec, MPFR's value from a number of digits, PARI/GP's expression, digits)

def angle(op, x):
    """A trigonometric function by its unit: whole turns are taken off here, exactly."""
    f, unit = op.split("_")
    q = F(x) / PER_TURN[unit]
    q -= round(q)
    mpfr = {"sin": gmpy2.sin, "cos": gmpy2.cos, "tan": gmpy2.tan}[f]
    return lambda: mpfr(2 * gmpy2.const_pi() * q.numerator / q.denominator), "%s(2*Pi*(%d)/%d)" % (f, q.numerator, q.denominator)

def arc(op, operands):
    f, unit = op.split("_")
    k = PER_TURN[unit]
    mpfr = {"asin": gmpy2.asin, "acos": gmpy2.acos, "atan": gmpy2.atan, "atan2": gmpy2.atan2}[f]
    expression = "arg((%s)*I+(%s))" % tuple(operands) if f == "atan2" else "%s(%s)" % (f, operands[0])
    return lambda: mpfr(*[G(x) for x in operands]) * k / (2 * gmpy2.const_pi()), "%s*%d/(2*Pi)" % (expression, k)

for op in [f + "_" + u for f in ("sin", "cos", "tan") for u in PER_TURN]:
    for i in range(24 * times):
        k = PER_TURN[op.split("_")[1]]
        x = rng.choice(["", "-"]) + "%d.%de%d" % (rng.randrange(1, 10), rng.randrange(10 ** rng.choice([1, 6, 33, 60])), rng.choice([-30, -5, -1, 0, 1, 2, 2, 3, 22, 60]))
        if i % 2: # beside a zero, a pole, or a rational value
            n = F(k, 360) * rng.choice([30, 45, 60, 90, 120, 180, 270, 1800000090, -90])
            x = str(context(60).divide(D(n.numerator), D(n.denominator)) + rng.choice([-1, 1]) * D("%de-%d" % (rng.randrange(1, 99), rng.choice([3, 9, 18, 36]))))
        more.append((op, [x], rng.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130]), *angle(op, x), 400))
for op in [f + "_" + u for f in ("asin", "acos", "atan", "atan2") for u in PER_TURN]:
    for i in range(16 * times):
        x = rng.choice(["", "-"]) + "0.%de-%d" % (rng.randrange(1, 10 ** rng.choice([1, 3, 16, 40])), rng.choice([0, 0, 5, 30, 100]))
        y = rng.choice(["", "-"]) + "%de%d" % (rng.randrange(1, 10 ** rng.choice([1, 16])), rng.choice([-100, -20, 0, 3]))
        if i % 2 and "tan" not in op:
            x = rng.choice(["", "-"]) + rng.choice(["0.5" + "0" * 40 + "1", "0.4" + "9" * 30, "0." + "9" * rng.choice([5, 20, 50]), "0.5000001"])
        elif i % 2 and op.startswith("atan_"):
            x = y
        operands = [x, y] if op.startswith("atan2") else [x]
        if F(x):
            more.append((op, operands, rng.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130]), *arc(op, operands), 500))
for i in range(60 * times): # powers of numbers near 1, and with exponents near a short number
    k = rng.choice([3, 9, 16, 17, 18, 30])
    x = rng.choice(["1." + "0" * k, "0." + "9" * k]) + str(rng.randrange(1, 100))
    y = rng.choice(["", "-"]) + rng.choice(["%d.%de%d" % (rng.randrange(1, 10), rng.randrange(100), k), "%de%d" % (rng.randrange(1, 10), k + 2), "0.5" + "0" * k + "1", "%d" % rng.randrange(2 ** 62, 2 ** 64) if k >= 17 else "7.5"])
    more.append(("power", [x, y], rng.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130]), lambda x=x, y=y: gmpy2.exp(G(y) * gmpy2.log(G(x))), "exp((%s)*log(%s))" % (y, x), 400))
for i in range(40 * times):
    n = rng.choice([2, 3, 4, 5, 6, 7, 10, 11, 31, 100, 1001, -1, -2, -3, -7, -100])
    x = "%de%d" % (rng.randrange(1, 10 ** rng.choice([1, 7, 34])), rng.randrange(-500, 500))
    negative = rng.randrange(2) and n % 2
    more.append(("root", ["-" * negative + x, str(n)], rng.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130]), lambda x=x, n=n, s=negative: (-1) ** s * gmpy2.exp(gmpy2.log(G(x)) / n),
                 "(-1)^%d*exp(log(%s)/(%d))" % (negative, x, n), 400))
    b = rng.choice(["0.1", "0.5", "1.0000001", "0.99", "3", "12", "7.25", "1e30"])
    more.append(("log", [x, b], rng.choice([1, 2, 3, 7, 7, 16, 16, 34, 34, 50, 77, 100, 130]), lambda x=x, b=b: gmpy2.log(G(x)) / gmpy2.log(G(b)), "log(%s)/log(%s)" % (x, b), 400))
kept = dropped = 0
for (op, operands, prec, f, _, digits), other in zip(more, pari([(m[5], m[4]) for m in more])):
    gmpy2.get_context().precision = int(2 * digits * 3.33)
    w = f()
    if w == 0:
        continue
    v = of_mpfr(w, digits)
    if len(context(digits).normalize(context(digits - 100).plus(v)).as_tuple().digits) < digits // 2: # exact, as far as can be seen
        dropped += 1
        continue
    for mode in rng.sample(sorted(MODES), 2):
        answers = {canonical(context(prec, MODES[mode]).plus(w)) for w in (v, decimal_of(other))}
        if len(answers) > 1:
            dropped += 1
            continue
        kept += 1
        case_line(op, operands, prec, mode, answers.pop(), False)
print("%d kept, %d dropped" % (kept, dropped), file=sys.stderr)
