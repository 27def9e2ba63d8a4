"""Exact volumes of polytopes, by pyramids over facets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import Row, Vector
from polytopes.polyhedra.face_lattice import maximal_intersections


@frozen
class _Measure:
    """The volume of a face in the projection to its pivots, and the echelon basis of its directions."""

    volume: Fraction
    directions: tuple[Row, ...]
    pivots: tuple[int, ...]


def volume(vertices: Sequence[Vector], incidence: Sequence[int]) -> Fraction:
    """Return the volume of a full-dimensional polytope.

    Args:
        vertices: n points of Q^d.
        incidence: for each facet the bit set of the vertices on it.

    Algorithm:
        A polytope is the union of the pyramids from one of its vertices over the facets that miss it. The pivots of
        the direction space of a face are coordinates that parametrize it; the volume of a face is measured in the
        projection to them. A facet G of F has one pivot less, and in these measures a pyramid over G of apex v has
        volume ``|h| vol(G) / dim(F)``, where h is the coordinate of v - g at the lost pivot after reduction modulo
        the directions of G. Each face is measured once.

    >>> square = [(Fraction(x), Fraction(y)) for x in (0, 2) for y in (0, 2)]
    >>> volume(square, [0b0011, 0b1100, 0b0101, 0b1010])
    Fraction(4, 1)
    """
    known: dict[int, _Measure] = {}

    def measure(face: int) -> _Measure:
        if face not in known:
            known[face] = from_pyramids(face)
        return known[face]

    def from_pyramids(face: int) -> _Measure:
        apex = _first(face)
        opposite = [f for f in maximal_intersections(face, incidence) if f and not f >> apex & 1]
        if not opposite:
            return _Measure(Fraction(1), (), ())
        steps = [[a - b for a, b in zip(vertices[apex], vertices[_first(f)], strict=True)] for f in opposite]
        bases = [measure(f) for f in opposite]
        directions, pivots = echelon([*bases[0].directions, steps[0]])
        total = Fraction(0)
        for base, step in zip(bases, steps, strict=True):
            [lost] = set(pivots) - set(base.pivots)
            total += abs(_height(base, step, lost)) * base.volume
        return _Measure(total / len(pivots), directions, pivots)

    return measure((1 << len(vertices)) - 1).volume


def _height(base: _Measure, step: Sequence[Fraction], coordinate: int) -> Fraction:
    """Return a coordinate of a vector after its entries at the pivots of the base are made zero."""
    shadow = (step[j] * Fraction(row[coordinate], row[j]) for row, j in zip(base.directions, base.pivots, strict=True))
    return step[coordinate] - sum(shadow, Fraction(0))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
