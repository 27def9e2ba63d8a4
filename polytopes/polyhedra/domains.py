"""Domains as a user writes them: a polyhedron, or the bounds of a box."""

from __future__ import annotations

from fractions import Fraction

from polytopes.arithmetic.bounds import Bounds, pairs_of_bounds
from polytopes.polyhedra.polyhedron import Polyhedron

DomainLike = object
"""None (the whole space), a :class:`Polyhedron`, a pair of bounds for every coordinate, or one pair for them all."""
_WAY_OUT = "give a Polyhedron, a pair of bounds such as (-1, 1) for all coordinates, or one such pair for each"


def as_domain(domain: DomainLike, dim: int) -> Polyhedron | None:
    """Return the set in Q^dim that ``domain`` stands for; None, the whole space, as it is.

    Args:
        domain: None; a polyhedron; a pair of bounds ``(low, high)`` for every coordinate; or ``dim`` pairs, in a
            sequence or an array. A bound is a number or a string such as "1/2"; None, and
            -inf below or inf above, is no bound.
        dim: the number of coordinates.

    Raises:
        ShapeError: if there are pairs, but not ``dim`` of them.
        InputError: for anything else; it is named.

    >>> as_domain((-2, "7/2"), 2).vertices[0]
    (Fraction(-2, 1), Fraction(-2, 1))
    >>> as_domain([(0, 1), (0, None)], 2).is_bounded
    False
    """
    if domain is None or isinstance(domain, Polyhedron):
        return domain
    return _box(pairs_of_bounds(domain, dim, "a domain", _WAY_OUT))


def _box(bounds: list[Bounds]) -> Polyhedron:
    """Where all bounds are there the box knows its vertices and equations from the start."""
    lower, upper = [low for low, _ in bounds if low is not None], [high for _, high in bounds if high is not None]
    dim = len(bounds)
    if len(lower) == len(upper) == dim:
        return Polyhedron.box(lower, upper)
    rows, right = list[list[int]](), list[Fraction]()
    for place, (low, high) in enumerate(bounds):
        for sign, bound in ((-1, low), (1, high)):
            if bound is not None:
                rows.append([sign * (j == place) for j in range(dim)])
                right.append(sign * bound)
    return Polyhedron.from_inequalities(rows, right, ambient_dim=dim)
