"""Tropical polynomials as input for polymake, Sage and gfan, all in the max convention."""

from __future__ import annotations

from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import InputError
from tropical.algebra.notation import variable_names
from tropical.algebra.polynomial import TropicalPolynomial


def polymake_script(polynomial: TropicalPolynomial) -> str:
    """Return lines for polymake that make a polynomial and its hypersurface as a divisor of the torus.

    Raises:
        InputError: if an exponent is not an integer, or there is no term.

    >>> print(polymake_script(TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0})), end="")
    application "tropical";
    $f = toTropicalPolynomial("max(2*x+1,y)", qw(x y));
    $H = divisor(projective_torus<Max>(2), rational_fct_from_affine_numerator($f));
    """
    _check(polynomial, least=None)
    names = variable_names(polynomial.ambient_dim)
    forms = [_without_spaces(str(part)) for part in _parts(polynomial)]
    return (
        'application "tropical";\n'
        f'$f = toTropicalPolynomial("max({",".join(forms)})", qw({" ".join(names)}));\n'
        f"$H = divisor(projective_torus<Max>({polynomial.ambient_dim}), rational_fct_from_affine_numerator($f));\n"
    )


def sage_script(polynomial: TropicalPolynomial) -> str:
    """Return lines for Sage that make a polynomial over the tropical semiring of the rationals with max.

    Raises:
        InputError: if an exponent is negative or not an integer, or there is no term.

    >>> print(sage_script(TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): "1/2"})), end="")
    T = TropicalSemiring(QQ, use_min=False)
    R = PolynomialRing(T, 'x,y')
    f = R({(2,0): T(1), (0,1): T(1/2)})
    """
    _check(polynomial, least=0)
    names = ",".join(variable_names(polynomial.ambient_dim))
    terms = ", ".join(
        f"{_exponent([int(entry) for entry in exponent])}: T({exact_text(value)})"
        for exponent, value in polynomial.terms.items()
    )
    return f"T = TropicalSemiring(QQ, use_min=False)\nR = PolynomialRing(T, '{names}')\nf = R({{{terms}}})\n"


def gfan_input(polynomial: TropicalPolynomial) -> str:
    """Return the ring and polynomial that ``gfan_tropicalhypersurface`` reads, in the max convention as here.

    gfan takes all coefficients as constants, so that its hypersurface is a fan. If the coefficients differ, they become
    exponents of a first variable t, and the hypersurface is the part of the fan where t = 1.

    Raises:
        InputError: if an exponent is negative, an exponent or coefficient is not an integer, or there is no term.

    >>> x, y = TropicalPolynomial.variables(2)
    >>> print(gfan_input(x ** 2 + y + 3), end="")
    Q[t,x,y]
    {x^2+y+t^3}
    """
    _check(polynomial, least=0)
    if any(value.denominator != 1 for value in polynomial.coefficients):
        raise InputError("a coefficient is not an integer; scale the variables by the common denominator first")
    least = min(polynomial.coefficients)
    names = list(variable_names(polynomial.ambient_dim))
    table = [[*map(int, exponent)] for exponent in polynomial.exponents]
    if len(set(polynomial.coefficients)) > 1:
        names = ["t", *names]
        table = [[int(value - least), *row] for value, row in zip(polynomial.coefficients, table, strict=True)]
    return f"Q[{','.join(names)}]\n{{{'+'.join(_monomial(row, names) for row in table)}}}\n"


def _monomial(exponent: list[int], names: list[str]) -> str:
    factors = [f"{name}^{k}" if k > 1 else name for name, k in zip(names, exponent, strict=True) if k]
    return "*".join(factors) or "1"


def _without_spaces(form: str) -> str:
    return form.replace(" + ", "+").replace(" - ", "-").replace(" ", "*")


def _exponent(entries: list[int]) -> str:
    return str(entries[0]) if len(entries) == 1 else f"({','.join(map(str, entries))})"


def _parts(polynomial: TropicalPolynomial) -> list[TropicalPolynomial]:
    return [TropicalPolynomial((row,), polynomial.denominator, polynomial.ambient_dim) for row in polynomial.rows]


def _check(polynomial: TropicalPolynomial, least: int | None) -> None:
    """Refuse a polynomial that the other programs cannot represent."""
    if not polynomial.n_terms or not polynomial.ambient_dim:
        raise InputError("a tropical polynomial with at least one term and one variable is needed")
    for exponent in polynomial.exponents:
        if any(entry.denominator != 1 for entry in exponent):
            raise InputError("an exponent is not an integer; take a power of the polynomial that clears denominators")
        if least is not None and min(exponent) < least:
            raise InputError("an exponent is negative; multiply by a monomial first")
