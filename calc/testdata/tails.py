#!/usr/bin/env python3
"""Writes tails.txt: the last 40 of 10,000 correctly rounded digits (half to even), by MPFR through gmpy2 at 400 digits more.

Run by hand: /usr/bin/python3 tails.py > tails.txt."""
import decimal
import gmpy2

P = 10_000
gmpy2.get_context().precision = int((P + 400) * 3.33)
G = gmpy2.mpfr
print("# gmpy2 %s with %s; by tails.py\n" % (gmpy2.version(), gmpy2.mpfr_version()))
for op, x, v in [(n, x, f(G(x))) for x in ("2", "0.1", "1234.5678", "1e-30")
                 for n, f in (("exp", gmpy2.exp), ("log", gmpy2.log), ("sin", gmpy2.sin), ("cos", gmpy2.cos), ("tan", gmpy2.tan),
                              ("root 3", lambda g: gmpy2.rootn(g, 3)), ("root 17", lambda g: gmpy2.rootn(g, 17)),
                              ("power 0.37", lambda g: g ** G("0.37")))]:
    s, e, _ = v.digits(10, P + 200)
    d = decimal.Decimal(("-" if s[0] == "-" else "") + "0." + s.lstrip("-"))
    r = decimal.Context(prec=P, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN).plus(d)
    print("%s %s\n\t%s\n" % (x, op, "".join(map(str, r.as_tuple().digits))[-40:]))
