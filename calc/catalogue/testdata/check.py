#!/usr/bin/env python3
"""Computes the examples of the catalogue without our code, and says where they differ.

    go run ./deploy/local &
    curl -s http://127.0.0.1:8080/function/dashboard/catalogue.json | python3 calc/catalogue/testdata/check.py

Rational operations are done with decimal and fractions, the others with mpmath to many more digits than are shown. The
digits in the catalogue were checked with CPython 3.11.2 and mpmath 1.2.1.
"""
import decimal
import json
import re
import sys
from decimal import Decimal
from fractions import Fraction

import mpmath

MODES = {
    "half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP, "half_down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "ceiling": decimal.ROUND_CEILING, "floor": decimal.ROUND_FLOOR,
    "05up": decimal.ROUND_05UP,
}
WIDE = dict(Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
decimal.setcontext(decimal.Context(prec=2_100_000, **WIDE))
mpmath.mp.dps = 1200


def remainder(x, y, mode):
    q = x / y
    n = {"truncated": int(q), "floored": q.__floor__(), "nearest": round(q),
         "euclidean": q.__floor__() if y > 0 else q.__ceil__()}[mode]
    return x - n * y


def finite(q):
    """The decimal that is the fraction q, or None where it has no end."""
    d, twos, fives = q.denominator, 0, 0
    while d % 2 == 0:
        d, twos = d // 2, twos + 1
    while d % 5 == 0:
        d, fives = d // 5, fives + 1
    if d != 1:
        return None
    n = max(twos, fives)
    return Decimal(q.numerator * 10 ** n // q.denominator).scaleb(-n)


def near(x):
    """A decimal so near to x that it rounds in the same way, and exactly the short decimal that x is to 1,100 digits."""
    d = Decimal(mpmath.nstr(x, 1100, strip_zeros=False, min_fixed=-1, max_fixed=1)) if x else Decimal(0)
    c = decimal.Context(prec=500, **WIDE)
    short = d.normalize(c)
    return (short, True) if len(short.as_tuple().digits) < 400 else (d, False)


def angle(x, unit):
    turn = {"degree": 360, "gradian": 400, "turn": 1}.get(unit)
    return mpmath.mpf(str(x)) if turn is None else 2 * mpmath.pi * (Fraction(x) % turn).numerator / (Fraction(x) % turn).denominator / turn


def snap(x):
    return mpmath.mpf(0) if abs(x) < mpmath.mpf(10) ** -1100 else x


def value(name, x, o):
    """The value as a Decimal or Fraction, and whether it is the value itself."""
    if name == "add":
        return sum(x, Decimal(0)), True
    if name == "subtract":
        return x[0] - x[1], True
    if name == "multiply":
        p = Decimal(1)
        for f in x:
            p *= f
        return p, True
    if name == "divide":
        return Fraction(x[0]) / Fraction(x[1]), True
    if name == "remainder":
        mode = o.get("mode", "truncated")
        if mode == "truncated":
            return x[0] % x[1], True
        return finite(remainder(Fraction(x[0]), Fraction(x[1]), mode)), True
    if name == "power":
        if x[1] == 0 or x[0] == 1:
            return Decimal(1), True
        if x[0] == -1:
            return Decimal(1 if x[1] % 2 == 0 else -1), True
        if x[1] == x[1].to_integral_value() and abs(x[1]) < 1000:
            return Fraction(x[0]) ** int(x[1]), True
        return near(mpmath.power(mpmath.mpf(str(x[0])), mpmath.mpf(str(x[1]))))
    if name == "root":
        n = int(x[1]) if len(x) > 1 else 2
        r = near(mpmath.power(mpmath.mpf(str(abs(x[0]))), mpmath.mpf(1) / n))
        return (-r[0] if x[0] < 0 else r[0]), r[1]
    if name == "exp":
        return near(mpmath.exp(mpmath.mpf(str(x[0]))))
    if name == "log":
        v = mpmath.log(mpmath.mpf(str(x[0])))
        return near(v / mpmath.log(mpmath.mpf(str(x[1]))) if len(x) > 1 else v)
    v = {"sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan}[name](angle(x[0], o.get("unit", "radian")))
    return near(snap(v))


# What the expressions of evaluate are in Python, where it is not what is left when ^ becomes ** and numbers become mpmath's.
BY_HAND = {"200 + 10%": "200 + 200*10/100", "7 mod 4 + 5!": "7 % 4 + factorial(5)", "x = 3; x^2 + sin(30°)": "3**2 + sin(30*pi/180)",
           "3x": "3*x"}


def evaluated(text, o):
    names = {n: getattr(mpmath, n) for n in "sin cos asin exp sqrt pi factorial".split()}
    def number(expression):
        literal = re.sub(r"(?<![A-Za-z_])([0-9]+([.][0-9]+)?(e[0-9]+)?)", r"mpf('\1')", expression.replace("^", "**"))
        return eval(literal, dict(names, mpf=mpmath.mpf))
    for definition in filter(None, o.get("variables", "").split(";")):
        name, expression = definition.split("=")
        names[name] = number(expression)
    if o.get("unit") == "degree":
        names["sin"] = lambda x: mpmath.sin(x * mpmath.pi / 180)
    return near(snap(+number(BY_HAND.get(text, text))))


def plain(d):
    return format(d, "f")


def scientific(d, step):
    sign, digits, exp = d.as_tuple()
    first = exp + len(digits) - 1
    before = first % step + 1
    digits = "".join(map(str, digits)).ljust(before, "0")
    text = digits[:before] + ("." + digits[before:] if digits[before:] else "")
    return ("-" if sign else "") + text + "e%+d" % (first - before + 1)


def text(d, exact, notation, keep):
    if not d and not keep:
        return "0"
    if not d:
        d = abs(d)
    if not keep:
        # Zeros behind the point go. Those before it stay where they are digits of the result and not placeholders.
        d = d.quantize(1) if not exact and d.as_tuple().exponent <= 0 and d.normalize().as_tuple().exponent > 0 else d.normalize()
    _, digits, exp = d.as_tuple()
    if notation == "plain":
        return plain(d)
    if notation in ("scientific", "engineering"):
        return scientific(d, 1 if notation == "scientific" else 3)
    if exp > 0 and (not exact or exp > len(digits) + 21) or d and d.adjusted() < -7:
        return scientific(d, 1)
    return plain(d)


def answer(name, x, o):
    rounding, notation = MODES[o.get("rounding", "half_even")], o.get("notation", "auto")
    if name == "round":
        places = int(x[1]) if len(x) > 1 else 0
        d = x[0].quantize(Decimal(1).scaleb(-places), rounding=rounding)
        return text(d if places > 0 else d.normalize(), True, notation, places > 0), True
    v, known = evaluated(x, o) if name == "evaluate" else value(name, x, o)
    if isinstance(v, Fraction):
        d = finite(v)
        if d is None:
            c = decimal.Context(prec=1200, **WIDE)
            v, known = c.divide(Decimal(v.numerator), Decimal(v.denominator)), False
        else:
            v = d
    p = o.get("precision")
    v = v.normalize()
    size = len(v.as_tuple().digits)
    if known and (p == "exact" or p is None and size <= 1000):
        return text(v, True, notation, False), True
    c = decimal.Context(prec=34 if p is None else int(p), rounding=rounding, **WIDE)
    r = c.plus(v)
    exact = known and r == v
    return text(r, exact, notation, False), exact


def main():
    document = json.load(sys.stdin)
    operations = document["operations"] if isinstance(document, dict) else document
    checked = wrong = 0
    for operation in operations:
        for e in operation["examples"]:
            if "problem" in e or operation["name"] == "dashboard":
                continue
            o = {v["name"]: v["text"] for v in e.get("options", [])}
            x = e["operands"][0] if operation["name"] == "evaluate" else [Decimal(n.replace("−", "-")) for n in e["operands"]]
            want = answer(operation["name"], x, o)
            got = e["result"], e.get("exact", False)
            checked += 1
            if want != got:
                wrong += 1
                print(operation["name"], e["operands"], o, "is", want, "not", got)
    print(checked, "examples checked,", wrong, "wrong")
    sys.exit(wrong > 0)


main()
