"""Tropical polynomials in one variable: degree, roots and factors (the fundamental theorem of tropical algebra)."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import InputError, ShapeError
from tropical.algebra.polynomial import TropicalPolynomial


@frozen
class Root:
    """A finite root r with its multiplicity, by which the slope increases at r."""

    value: Fraction
    multiplicity: Fraction


@frozen(slots=False)
class Factorization:
    """The function ``coefficient + order x + sum of multiplicity max(x, root)``.

    In tropical notation this is ``c (.) x^order (.) (x (+) r_1)^m_1 (.) ...``. The order is the multiplicity of the
    root minus infinity; it is negative for some Laurent polynomials. Roots are in increasing order.
    """

    coefficient: Fraction
    order: Fraction
    roots: tuple[Root, ...]

    @cached_property
    def factors(self) -> tuple[TropicalPolynomial, ...]:
        """The linear factors ``max(x, r)``, one for each root, without their multiplicities."""
        return tuple(TropicalPolynomial.from_terms({1: 0, 0: root.value}) for root in self.roots)

    def expand(self) -> TropicalPolynomial:
        """Return the product of all factors, with essential terms only."""
        product = TropicalPolynomial.monomial([self.order], self.coefficient)
        for root, factor in zip(self.roots, self.factors, strict=True):
            product = product * factor**root.multiplicity
        return product.normal_form()


def degree(polynomial: TropicalPolynomial) -> Fraction:
    """Return the largest exponent of a polynomial in one variable.

    >>> degree(TropicalPolynomial.from_terms({3: 0, 0: 5}))
    Fraction(3, 1)
    """
    return _hull(polynomial)[-1][1]


def factorize(polynomial: TropicalPolynomial) -> Factorization:
    """Return the factorization of a polynomial in one variable into linear factors, unique as a function.

    Raises:
        ShapeError: if there are more variables.
        InputError: if there is no term.

    >>> found = factorize(TropicalPolynomial.from_terms({3: 0, 1: 3, 0: 2}))
    >>> [(str(root.value), str(root.multiplicity)) for root in found.roots]
    [('-1', '1'), ('3/2', '2')]
    """
    hull = _hull(polynomial)
    found = [Root((a[0] - b[0]) / (b[1] - a[1]), b[1] - a[1]) for a, b in pairwise(hull)]
    return Factorization(hull[-1][0], hull[0][1], tuple(found))


def roots(polynomial: TropicalPolynomial) -> tuple[Root, ...]:
    """Return the finite roots of a polynomial in one variable, in increasing order, with multiplicities.

    Arguments and errors as for :func:`factorize`.
    """
    return factorize(polynomial).roots


def _hull(polynomial: TropicalPolynomial) -> list[Vector]:
    """Return the forms of the essential terms, the smallest exponent first."""
    if polynomial.ambient_dim != 1:
        raise ShapeError(f"a polynomial in {polynomial.ambient_dim} variables; roots and degrees are of one variable")
    if not polynomial.n_terms:
        raise InputError("a tropical polynomial without terms has no degree and no roots")
    return list(reversed(polynomial.normal_form().forms))
