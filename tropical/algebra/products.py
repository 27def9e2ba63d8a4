"""Products of many tropical polynomials, that is sums of convex piecewise linear functions, pruned as they grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import RationalLike, as_fraction
from polytopes.errors import InputError, LimitReached
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational

AT_ONCE = 20_000
"""The number of terms from which products are computed in blocks."""


def product_bound(counts: Iterable[int], dim: int) -> int:
    """Return the most essential terms that a product of polynomials with these numbers of terms can have.

    Args:
        counts: the numbers of terms of the factors.
        dim: the number d of variables.

    The bound is sharp: the sum over all sets S of at most d factors of the products of (count - 1) over S
    (Montufar, Ren, Zhang, Sharp bounds for the number of regions of maxout networks and vertices of Minkowski sums,
    SIAM J. Appl. Algebra Geometry 6, 2022). With d = 1 it is one more than the number of breakpoints; with at most d
    factors it is the product of the counts.

    >>> product_bound([2, 2, 2, 2], 2), product_bound([3, 4], 5)
    (11, 12)
    """
    sums = [1] + [0] * dim
    for count in counts:
        if count < 1:
            return 0
        for j in range(dim, 0, -1):
            sums[j] += sums[j - 1] * (count - 1)
    return sum(sums)


def tropical_product(
    factors: Sequence[TropicalPolynomial], ambient_dim: int | None = None, *, limit: int | None = None
) -> TropicalPolynomial:
    """Return the product of polynomials with essential terms only, pruned after every factor.

    Args:
        factors: polynomials in d variables.
        ambient_dim: d, needed only if there is no factor; the product is then 0.
        limit: the most terms that may be held at once.

    Raises:
        LimitReached: if more must be held; ``partial`` is the product of the factors so far.

    Algorithm:
        Factors with few terms come first, and every product is found by :func:`pruned_product`.

    >>> x, y = TropicalPolynomial.variables(2)
    >>> tropical_product([x + 0, y + 0, x * y + 0, x + y]).n_terms
    8
    """
    dim = common_dimension((factor.ambient_dim for factor in factors), ambient_dim, "factors")
    total = TropicalPolynomial.constant(0, dim)
    pruned = sorted((factor.normal_form() for factor in factors), key=lambda factor: factor.n_terms)
    for factor in pruned:
        total = pruned_product(total, factor, limit=limit)
    return total


def pruned_product(F: TropicalPolynomial, G: TropicalPolynomial, *, limit: int | None = None) -> TropicalPolynomial:
    """Return the essential terms of a product of two polynomials without holding all its terms.

    Args:
        F, G: polynomials in d variables.
        limit: the most terms that may be held at once.

    Raises:
        LimitReached: if more must be held; ``partial`` is F.

    Algorithm:
        The terms of the shorter factor are taken in blocks. Of the product with a block, and of all products so far,
        only essential terms are kept.

    >>> x, y = TropicalPolynomial.variables(2)
    >>> pruned_product(x + y, x + y).n_terms
    2
    """
    long, short = sorted((F.normal_form(), G.normal_form()), key=lambda factor: -factor.n_terms)
    most = AT_ONCE if limit is None else min(AT_ONCE, limit)
    found = TropicalPolynomial.zero(F.ambient_dim)
    start = 0
    while start < short.n_terms:
        room = (most - found.n_terms) // long.n_terms
        if room < 1 and limit is not None and found.n_terms + long.n_terms > limit:
            raise LimitReached(f"more than {limit} terms must be held; raise the limit, or leave the sum unexpanded", F)
        rows = short.rows[start : start + max(room, 1)]
        block = TropicalPolynomial.from_rows(rows, short.denominator, F.ambient_dim)
        found = (found + (long * block).normal_form()).normal_form()
        start += len(rows)
    return found


def sum_of_parts(
    parts: Iterable[tuple[RationalLike, TropicalPolynomial]],
    ambient_dim: int | None = None,
    *,
    limit: int | None = None,
) -> TropicalRational:
    """Return ``sum_i c_i F_i`` as one fraction: parts with c > 0 make its numerator, those with c < 0 its denominator.

    Args:
        parts: pairs of a rational c_i and a polynomial F_i.
        ambient_dim: the number of variables, needed only if there is no part.
        limit: as for :func:`tropical_product`.

    >>> x, y = TropicalPolynomial.variables(2)
    >>> f = sum_of_parts([(1, x * y * -1 + 0), (-2, x + y ** 2), (1, y + 0)])
    >>> f.numerator.n_terms, f.denominator.n_terms, str(f([3, 1]))
    (4, 2, '-2')
    """
    weighted = [(as_fraction(c), F) for c, F in parts]
    dim = common_dimension((F.ambient_dim for _, F in weighted), ambient_dim, "parts")
    if any(c < 0 and not F.n_terms for c, F in weighted):
        raise InputError("a part without terms is minus infinity and cannot be subtracted")
    sides = ([F ** abs(c) for c, F in weighted if c * sign > 0] for sign in (1, -1))
    g, h = (tropical_product(side, dim, limit=limit) for side in sides)
    return TropicalRational(g, h)


def expansion_bound(parts: Sequence[tuple[RationalLike, TropicalPolynomial]], dim: int) -> tuple[int, int]:
    """Return bounds on the essential terms of numerator and denominator of :func:`sum_of_parts`."""
    numbers = [(as_fraction(c), F.n_terms) for c, F in parts]
    up, down = (product_bound([n for c, n in numbers if c * sign > 0], dim) for sign in (1, -1))
    return up, down


def largest_held(counts: Sequence[int], dim: int) -> int:
    """Return a limit with which :func:`tropical_product` never stops, before anything is multiplied.

    >>> largest_held([2] * 10, 2)
    92
    """
    ordered = sorted(counts)
    held = (product_bound(ordered[:i], dim) * count for i, count in enumerate(ordered))
    return max(held, default=1) if prod(counts) else 0
