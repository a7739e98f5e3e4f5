#!/usr/bin/env python3
"""Writes expressions.txt: expressions from the literature, with values that are not ours.

    python3 calc/testdata/expressions.py > calc/testdata/expressions.txt

Values are mpmath's (1.3.0) to 1,100 digits, rounded to 34 by CPython 3.11.7's decimal; rational ones are those of fractions. A value that is
a short decimal to 1,100 digits is marked exact: the source says that it is. Each case: a comment with the source, the expression, and
indented the result and whether it is exact, or ! and the type of the problem.
"""
import re
import sys
from decimal import Context, Decimal, ROUND_HALF_EVEN
from fractions import Fraction

import mpmath
from mpmath import mp

mp.dps = 1200
WIDE = Context(prec=1000, Emax=999999, Emin=-999999)
NAMES = {n: getattr(mpmath, n) for n in "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp ln log sqrt cbrt pi e phi floor ceil factorial binomial hypot".split()}
NAMES.update(mpf=mpmath.mpf, abs=abs, max=max, min=min, sign=mpmath.sign, tau=2 * mp.pi, atan2=mpmath.atan2,
             log2=lambda x: mpmath.log(x) / mpmath.log(2), log10=mpmath.log10, cbrt=lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
             log=lambda x, b=None: mpmath.log(x) if b is None else mpmath.log(x) / mpmath.log(b), root=lambda x, n: mpmath.root(x, int(n)))

KAHAN = "Kahan, How Futile are Mindless Assessments of Roundoff in Floating-Point Computation?, 2006"
BOEHM = "Boehm, Towards an API for the Real Numbers, PLDI 2020"
RAMANUJAN = "Ramanujan, Notebooks; Berndt, Ramanujan's Notebooks, part IV, chapter 22"
ALMOST = "Weisstein, Almost Integer, MathWorld"
LANDAU = "Landau, How to Tangle with a Nested Radical, Math. Intelligencer 16, 1994"
NIVEN = "Niven, Irrational Numbers, 1956"
RUMP = "Rump, Algorithms for Verified Inclusions, 1988"
MULLER = "Muller et al., Handbook of Floating-Point Arithmetic, 2nd edition, section 1.3"
OROURKE = "O'Rourke, Advanced Problem 6369, American Mathematical Monthly 88, 1981; Qian and Wang, How much precision is needed to compare two sums of square roots of integers?, 2006"
SCHOOL = "an identity of school algebra"
TABLE = "Abramowitz and Stegun, Handbook of Mathematical Functions, chapter 4"


def muller(n):
    """x' = 111 - 1130/x + 3000/(x·y), which tends to 6 and in floating point to 100."""
    lines = ["a0 = 2", "a1 = -4"]
    y, x = Fraction(2), Fraction(-4)
    for i in range(2, n + 1):
        lines.append(f"a{i} = 111 - 1130/a{i-1} + 3000/(a{i-1}*a{i-2})")
        y, x = x, 111 - 1130 / x + 3000 / (x * y)
    return "; ".join(lines), x


CASES = [  # source, expression, and where it is not Python with ^ for **: its value
    (KAHAN, "(4/3 - 1)*3 - 1"), (KAHAN, "((1e20 + 1) - 1e20)"), (KAHAN, "3*(4/3 - 1) - 1"),
    (KAHAN, "(1e16 + 1)^2 - 1e32 - 2e16"), (KAHAN, "ln(1 + 1e-30)*1e30"), (KAHAN, "(exp(1e-25) - 1)*1e25"),
    (KAHAN, "(1 - cos(1e-20))/1e-40"), (KAHAN, "sqrt(1e40 + 1) - 1e20"),
    (RUMP, "333.75*33096^6 + 77617^2*(11*77617^2*33096^2 - 33096^6 - 121*33096^4 - 2) + 5.5*33096^8 + 77617/(2*33096)"),
    (RUMP, "1335*33096^6/4 + 77617^2*(11*77617^2*33096^2 - 33096^6 - 121*33096^4 - 2) + 11*33096^8/2 + 77617/(2*33096)"),
    (RUMP, "9*10864^4 - 18817^4 + 2*18817^2"),
    (MULLER, *muller(10)), (MULLER, *muller(30)),
    (MULLER, "9007199254740993 - 9007199254740992"), (MULLER, "4.35*100"), (MULLER, "0.1*3 - 0.3"), (MULLER, "1.1*1.1 - 1.21"),
    (MULLER, "(e^1 - 1)*2 - 2*e + 2"), (MULLER, "37639840*46099201 - 29180479*59463361 + 0.5"),
    (BOEHM, "sqrt(2)^2 - 2"), (BOEHM, "sqrt(2)*sqrt(2)"), (BOEHM, "sin(pi/6)"), (BOEHM, "exp(ln(7))"), (BOEHM, "ln(exp(2.5))"), (BOEHM, "1/3*3"),
    (BOEHM, "tan(pi/4)"), (BOEHM, "asin(sin(0.3))"), (BOEHM, "ln(8)/ln(2)"), (BOEHM, "log(1000, 10)"), (BOEHM, "e^(ln(2)*3)"), (BOEHM, "pi - pi"),
    (BOEHM, "sqrt(8) - 2*sqrt(2)"), (BOEHM, "10^(1/2)*10^(1/2)"), (BOEHM, "cos(pi/3) - sin(pi/6)"), (BOEHM, "atan(1)*4 - pi"), (BOEHM, "2^0.5*2^1.5"),
    (BOEHM, "ln(6) - ln(2) - ln(3)"), (BOEHM, "sinh(ln(2))"), (BOEHM, "cosh(ln(4))"), (BOEHM, "sqrt(3)^4"), (BOEHM, "(sqrt(2)^sqrt(2))^sqrt(2)"),
    (LANDAU, "sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)"), (LANDAU, "sqrt(3 + 2*sqrt(2)) - 1 - sqrt(2)"), (LANDAU, "sqrt(4 + 2*sqrt(3)) - sqrt(3)"),
    (LANDAU, "sqrt(2 + sqrt(3)) - (sqrt(6) + sqrt(2))/2"), (LANDAU, "cbrt(2 + sqrt(5)) + cbrt(2 - sqrt(5))"), (LANDAU, "cbrt(10 + 6*sqrt(3)) - sqrt(3)"),
    (LANDAU, "sqrt(16 - 2*sqrt(29) + 2*sqrt(55 - 10*sqrt(29))) - sqrt(22 + 2*sqrt(5)) + sqrt(11 + 2*sqrt(29)) - sqrt(5)", "near"),
    (LANDAU, "sqrt(112 + 70*sqrt(2) + (46 + 34*sqrt(2))*sqrt(5)) - (5 + 4*sqrt(2)) - (3 + sqrt(2))*sqrt(5)"),
    (LANDAU, "sqrt(9 - 2*sqrt(23) + 2*sqrt(28 - 10*sqrt(3) - 2*sqrt(5)))", "skip"),
    (RAMANUJAN, "cbrt(cbrt(2) - 1) - cbrt(1/9) + cbrt(2/9) - cbrt(4/9)"), (RAMANUJAN, "sqrt(cbrt(5) - cbrt(4)) - (cbrt(2) + cbrt(20) - cbrt(25))/3"),
    (RAMANUJAN, "sqrt(cbrt(28) - cbrt(27)) - (cbrt(98) - cbrt(28) - 1)/3"), (RAMANUJAN, "root((3 + 2*root(5, 4))/(3 - 2*root(5, 4)), 4) - (root(5, 4) + 1)/(root(5, 4) - 1)"),
    (RAMANUJAN, "cbrt(cos(2*pi/7)) + cbrt(cos(4*pi/7)) + cbrt(cos(8*pi/7)) - cbrt((5 - 3*cbrt(7))/2)"),
    (SCHOOL, "phi^2 - phi - 1"), (SCHOOL, "1/phi - phi + 1"), (SCHOOL, "(1 + sqrt(5))^3/8 - 2 - sqrt(5)"), (SCHOOL, "1/(sqrt(3) - sqrt(2)) - sqrt(3) - sqrt(2)"),
    (SCHOOL, "(sqrt(3) + sqrt(2))*(sqrt(3) - sqrt(2))"), (SCHOOL, "(1 + pi)/(1 + pi)"), (SCHOOL, "(pi^2 - 1)/(pi - 1) - pi"), (SCHOOL, "1/(1 + pi) + pi/(1 + pi)"),
    (SCHOOL, "floor(sqrt(2)*sqrt(8))"), (SCHOOL, "ceil((sqrt(5) + 1)*(sqrt(5) - 1))"), (SCHOOL, "floor(ln(8)/ln(2))"), (SCHOOL, "max(sqrt(2), 1.414213562)"),
    (SCHOOL, "abs(sqrt(2) - 1.5) + sqrt(2)"), (SCHOOL, "sign(sqrt(10) - pi)"), (SCHOOL, "hypot(sqrt(2), sqrt(7))"),
    (NIVEN, "cos(pi/3) + sin(pi/2) + tan(pi/4)"), (NIVEN, "sin(pi/10) - (sqrt(5) - 1)/4"), (NIVEN, "cos(pi/5) - (1 + sqrt(5))/4"), (NIVEN, "cos(pi/5) - cos(2*pi/5)"),
    (NIVEN, "sin(pi/5)*sin(2*pi/5)*sin(3*pi/5)*sin(4*pi/5)"), (NIVEN, "cos(pi/7)*cos(2*pi/7)*cos(3*pi/7)"), (NIVEN, "cos(pi/7) - cos(2*pi/7) + cos(3*pi/7)"),
    (NIVEN, "cos(pi/9)*cos(2*pi/9)*cos(4*pi/9)"), (NIVEN, "tan(3*pi/11) + 4*sin(2*pi/11) - sqrt(11)"), (NIVEN, "tan(pi/12) - 2 + sqrt(3)"),
    (NIVEN, "tan(pi/9)*tan(2*pi/9)*tan(4*pi/9) - sqrt(3)"), (NIVEN, "sin(pi/18)*sin(5*pi/18)*sin(7*pi/18)"), (NIVEN, "cos(2*pi/17) - (-1 + sqrt(17) + sqrt(34 - 2*sqrt(17)) + 2*sqrt(17 + 3*sqrt(17) - sqrt(34 - 2*sqrt(17)) - 2*sqrt(34 + 2*sqrt(17))))/16"),
    (TABLE, "asin(1/2)*6/pi"), (TABLE, "acos(-1/2)*3/pi"), (TABLE, "atan(2 - sqrt(3))*12/pi"), (TABLE, "acos(-1)/pi"), (TABLE, "atan2(1, -1)/pi"), (TABLE, "asin(sin(2)) - pi + 2"),
    (TABLE, "sin(1)^2 + cos(1)^2"), (TABLE, "sin(2) - 2*sin(1)*cos(1)"), (TABLE, "cosh(3)^2 - sinh(3)^2"), (TABLE, "tan(1) - sin(1)/cos(1)"), (TABLE, "sin(3*asin(1/3)) - 23/27"),
    (TABLE, "acosh(cosh(2))"), (TABLE, "asinh(3/4) - ln(2)"), (TABLE, "atanh(1/2) - ln(3)/2"), (TABLE, "sin(asin(0.3))"), (TABLE, "cos(acos(0.3))"), (TABLE, "tan(atan(0.3))"),
    (TABLE, "cos(2*acos(0.6))"), (TABLE, "sin(atan(0.75))"), (TABLE, "log2(8) + log10(0.001)"), (TABLE, "sinh(1) - (e - 1/e)/2"), (TABLE, "sin(1e22)"), (TABLE, "tan(1e10)"), (TABLE, "exp(-1e3)"),
    (ALMOST, "exp(pi*sqrt(163)) - 262537412640768744"), (ALMOST, "exp(pi) - pi"), (ALMOST, "exp(pi*sqrt(58))"), (ALMOST, "exp(pi*sqrt(652))"), (ALMOST, "sin(11)"), (ALMOST, "22*pi^4 - 2143"),
    (ALMOST, "(pi^4 + pi^5)^(1/6) - e"), (ALMOST, "cos(ln(pi + 20))"), (ALMOST, "phi^40 - floor(phi^40)"), (ALMOST, "163*(pi - e) - 69"), (ALMOST, "exp(6) - pi^4 - pi^5"), (ALMOST, "sqrt(29)*cos(22/17) - 10*sin(1/7)"),
    (ALMOST, "5*phi*e/(7*pi) - 1"), (ALMOST, "(163/ln(163))^4 - 2^20 + 2*pi", "near"), (ALMOST, "sqrt(10) + 1/9 + 1/999 - pi - 1/7"),
    (OROURKE, "sqrt(10) + sqrt(11) - sqrt(5) - sqrt(18)"), (OROURKE, "sqrt(5) + sqrt(6) + sqrt(18) - sqrt(4) - sqrt(12) - sqrt(12)"),
    (OROURKE, "sign(sqrt(5) + sqrt(6) + sqrt(18) - sqrt(4) - sqrt(12) - sqrt(12))"), (OROURKE, "sqrt(1000000) + sqrt(1000025) + sqrt(1000031) - sqrt(1000001) - sqrt(1000024) - sqrt(1000031)", "near"),
    (OROURKE, "sqrt(1e20 + 1) + sqrt(1e20 - 1) - 2e10"), (OROURKE, "sqrt(1e40 + 1) + sqrt(1e40 - 1) - 2e20"),
]
PROBLEMS = [
    ("division by an algebraic zero", "1/(sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))", "undefined"), ("division by zero, by the laws of logarithms", "1/(ln(6) - ln(2) - ln(3))", "undefined"),
    ("a pole", "tan(pi/2)", "undefined"), ("a pole", "tan(90°)", "undefined"), ("0^0 is 1, 0^-1 is not", "(sqrt(2)^2 - 2)^(-1)", "undefined"), ("ln 0", "ln(sin(pi))", "undefined"),
    ("ln of a negative number", "ln(e - pi)", "undefined"), ("an even root", "sqrt(e - pi)", "undefined"), ("beyond 1", "asin(pi/3)", "undefined"), ("below 1", "acosh(cos(1))", "undefined"),
    ("a tower", "9^9^9^9", "too-large"), ("a tower", "2^(2^100)", "too-large"), ("a tower", "exp(exp(exp(10)))", "too-large"), ("factorials", "100000000!", "too-large"), ("factorials", "206000!", "too-large"),
    ("too small", "exp(-exp(20))", "too-large"), ("an integer is wanted", "2.5!", "undefined"), ("an integer is wanted", "gcd(2.5, 3)", "undefined"), ("floored by a zero", "5 mod (pi - pi)", "undefined"),
    ("a negative base", "(-pi)^0.5", "undefined"), ("no number stands after %", "5 % 2", "syntax"), ("an unknown name", "sinx(3)", "unknown-name"),
]


def number(expression):
    literal = re.sub(r"(?<![A-Za-z_0-9.])([0-9]+([.][0-9]+)?(e-?[0-9]+)?)", r"mpf('\1')", expression.replace("^", "**"))
    return +eval(literal, dict(NAMES))


def text(d, exact):
    d = d.normalize(WIDE)
    sign, digits, exp = d.as_tuple()
    if not d:
        return "0"
    first = exp + len(digits) - 1
    if exp > 0 and (not exact or exp > len(digits) + 21) or first < -7:
        body = "".join(map(str, digits))
        return ("-" if sign else "") + body[0] + ("." + body[1:] if body[1:] else "") + "e%+d" % first
    return format(d, "f")


def main():
    print("# Written by expressions.py, which names its sources and programs.")
    for case in CASES:
        source, expression = case[:2]
        given = case[2] if len(case) > 2 else None
        if given == "skip":
            continue
        v = mpmath.mpf(given.numerator) / given.denominator if isinstance(given, Fraction) else number(expression)
        if abs(v) < mpmath.mpf(10) ** -1050:
            v = mpmath.mpf(0)
        d = Decimal(mpmath.nstr(v, 1100, strip_zeros=False, min_fixed=-1, max_fixed=1)) if v else Decimal(0)
        short = WIDE.create_decimal(d).normalize(WIDE)
        exact = len(short.as_tuple().digits) < 400
        if isinstance(given, Fraction):
            exact = exact and Fraction(short) == given
        shown = short if exact else Context(prec=34, rounding=ROUND_HALF_EVEN, Emax=999999, Emin=-999999).create_decimal(d)
        print(f"\n# {source}\n{expression}\n\t{text(shown, exact)} {'exact' if exact else 'rounded'}")
    for source, expression, problem in PROBLEMS:
        print(f"\n# {source}\n{expression}\n\t! {problem}")


main()
