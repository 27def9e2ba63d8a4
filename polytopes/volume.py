"""Exact volumes of polytopes, by pyramids over facets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from polytopes.faces import maximal_intersections
from polytopes.incidence import bits
from polytopes.linalg import echelon
from polytopes.rationals import Row, Vector


def volume(vertices: Sequence[Vector], incidence: Sequence[int]) -> Fraction:
    """Return the volume of a full-dimensional polytope.

    Args:
        vertices: n points of Q^d.
        incidence: for each facet the bit set of the vertices on it.

    Algorithm:
        A polytope is the union of the pyramids from one of its vertices over the facets that miss it. The pivots of
        the direction space of a face are coordinates that parametrise it; the volume of a face is measured in the
        projection to them. A facet G of F has one pivot less, and in these measures a pyramid over G of apex v has
        volume ``|h| vol(G) / dim(F)``, where h is the coordinate of v - g at the lost pivot after reduction modulo
        the directions of G. Each face is measured once.

    >>> square = [(Fraction(x), Fraction(y)) for x in (0, 2) for y in (0, 2)]
    >>> volume(square, [0b0011, 0b1100, 0b0101, 0b1010])
    Fraction(4, 1)
    """
    known: dict[int, tuple[Fraction, tuple[Row, ...], tuple[int, ...]]] = {}

    def measure(face: int) -> tuple[Fraction, tuple[Row, ...], tuple[int, ...]]:
        if face in known:
            return known[face]
        apex, *others = bits(face)
        origin = vertices[apex]
        basis, pivots = echelon([[a - b for a, b in zip(vertices[i], origin, strict=True)] for i in others])
        total = Fraction(0 if others else 1)
        for facet in maximal_intersections(face, incidence):
            if facet and not facet >> apex & 1:
                content, directions, kept = measure(facet)
                [lost] = set(pivots) - set(kept)
                foot = vertices[(facet & -facet).bit_length() - 1]
                step = [a - b for a, b in zip(origin, foot, strict=True)]
                height = step[lost] - sum(
                    step[j] * Fraction(row[lost], row[j]) for row, j in zip(directions, kept, strict=True)
                )
                total += abs(height) * content / len(pivots)
        known[face] = total, basis, pivots
        return known[face]

    return measure((1 << len(vertices)) - 1)[0]
