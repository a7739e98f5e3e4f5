#!/usr/bin/env python3
"""One table of our elementary functions beside other programs, on the same operands, in one run on one machine.

    go test -run xxx -bench Elementary -count 3 ./calc | /usr/bin/python3 calc/testdata/compare.py

It reads our times, and apd's, from there, runs libmpdec (as CPython's decimal) and MPFR (as gmpy2, which adds the call of a function in
Python, some 60 ns), and prints a table in Markdown. All times are the least of several; a ratio is ours divided by theirs, so that
less than 1 is faster. A kernel has numbers as its own type at both ends. With --quick, digits above 1000 are left out.
"""
import decimal
import math
import platform
import re
import sys
import time

import gmpy2

FUNCTIONS = ["exp", "log", "power", "sin", "cos", "tan", "atan"]
MPFR = {"exp": gmpy2.exp, "log": gmpy2.log, "power": lambda x, y: x**y, "sin": gmpy2.sin, "cos": gmpy2.cos,
        "tan": gmpy2.tan, "atan": gmpy2.atan}
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # operands() writes integers of 100,000 digits

MPDEC = {"exp": decimal.Context.exp, "log": decimal.Context.ln, "power": decimal.Context.power}


def operands(n):
    """The texts of n digits of sqrt(2), 3*sqrt(3) and 1/7, cut off."""
    def point(digits):
        return digits[0] + ("." + digits[1:] if n > 1 else "")
    scale = 10 ** (2 * (n - 1))
    return [point(str(math.isqrt(2 * scale))), point(str(math.isqrt(27 * scale))), "0." + str(10**n // 7).rjust(n, "0")]


def least(call):
    """The least time of a call in nanoseconds: of five rounds of about 20 ms, or of two if one call takes longer."""
    start = time.perf_counter()
    call()
    once = time.perf_counter() - start
    count = max(1, int(0.02 / max(once, 1e-7)))
    best = once if count == 1 else math.inf
    for _ in range(5 if once < 0.2 else 1):
        start = time.perf_counter()
        for _ in range(count):
            call()
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e9


def in_turn(f, rows):
    """The mean over the operands of a call f(x, y): a power has the next operand for its exponent."""
    times = [least(lambda x=x, y=rows[(i + 1) % 3]: f(x, y)) for i, x in enumerate(rows)]
    return sum(times) / len(times)


def mpfr(name, n):
    gmpy2.get_context().precision = math.ceil(n * math.log2(10)) + 1
    f, texts = MPFR[name], operands(n)
    binary = name == "power"

    def whole(x, y):
        z = f(gmpy2.mpfr(x), gmpy2.mpfr(y)) if binary else f(gmpy2.mpfr(x))
        return z.digits(10, n)

    numbers = [gmpy2.mpfr(t) for t in texts]
    kernel = in_turn(f if binary else lambda x, _: f(x), numbers)
    return kernel, in_turn(whole, texts)


def mpdec(name, n):
    if name not in MPDEC or n > 10_000:
        return None
    c = decimal.Context(prec=n, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    f = MPDEC[name]
    numbers = [decimal.Decimal(t) for t in operands(n)]
    if name == "power":
        return in_turn(lambda x, y: f(c, x, y), numbers)
    return in_turn(lambda x, _: f(c, x), numbers)


def ours(lines):
    """The least ns/op of each benchmark: {(kind, function, digits): ns}."""
    best = {}
    for line in lines:
        m = re.match(r"BenchmarkElementary(\w*)/(\w+)/digits=(\d+)\S*\s+\d+\s+([\d.]+) ns/op", line)
        if m:
            key = m[1], m[2], int(m[3])
            best[key] = min(best.get(key, math.inf), float(m[4]))
    return best


def microseconds(ns):
    return f"{ns / 1000:,.2f}" if ns < 100_000 else f"{ns / 1000:,.0f}"


def ratio(a, b):
    if a is None or b is None:
        return ""
    r = a / b
    return f"1/{1 / r:,.0f}" if r < 0.1 else f"{r:.2f}"


def main():
    best = ours(sys.stdin)
    if not best:
        sys.exit("compare.py: no lines of BenchmarkElementary in the input")
    quick = "--quick" in sys.argv[1:]
    print(f"In µs; ratios are our time divided by theirs. MPFR {gmpy2.mpfr_version().split()[-1]}, libmpdec of CPython {platform.python_version()}.")
    print()
    print("| digits | function | ours | MPFR | ours/MPFR | ours/libmpdec | ours/apd | text to text: ours | MPFR | ours/MPFR |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for n in sorted({k[2] for k in best}):
        if quick and n > 1000:
            continue
        for name in FUNCTIONS:
            if ("", name, n) not in best:
                continue
            kernel, text = best["", name, n], best.get(("Text", name, n))
            theirs, their_text = mpfr(name, n)
            print(f"| {n} | {name} | {microseconds(kernel)} | {microseconds(theirs)} | {ratio(kernel, theirs)} | {ratio(kernel, mpdec(name, n))} "
                  f"| {ratio(kernel, best.get(('Apd', name, n)))} | {microseconds(text) if text else ''} | {microseconds(their_text)} | {ratio(text, their_text)} |",
                  flush=True)


main()
