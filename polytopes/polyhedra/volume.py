"""Exact volumes of polytopes, by pyramids over facets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, prod

from attrs import frozen
from flint import fmpq, fmpz_mat

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
    return _Faces(vertices, incidence).measure((1 << len(vertices)) - 1).volume


def volume_of_rays(rays: Sequence[Row], incidence: Sequence[int]) -> Fraction:
    """Return the volume of a full-dimensional polytope given by homogeneous integer vertices (t, t v) with t > 0.

    It is the sum over the simplices of a triangulation: d! times the volume of one is ``|det| / (t_0 ... t_d)``.

    >>> volume_of_rays([(1, 0, 0), (1, 2, 0), (2, 0, 1), (2, 4, 1)], [0b0011, 0b1100, 0b0101, 0b1010])
    Fraction(1, 1)
    """
    size, total = len(rays[0]), fmpq(0)
    for simplex in triangulation(len(rays), incidence):
        corners = [rays[i] for i in simplex]
        matrix = fmpz_mat(size, size, [entry for row in corners for entry in row])
        total += fmpq(abs(matrix.det()), prod(row[0] for row in corners))
    total /= factorial(size - 1)
    return Fraction(int(total.p), int(total.q))


def polygon_area(corners: Sequence[Row]) -> Fraction:
    """Return the area of a convex polygon given by its homogeneous integer vertices (t, t x, t y) in cyclic order.

    >>> polygon_area([(1, 0, 0), (1, 2, 0), (1, 2, 1), (1, 0, 1)])
    Fraction(2, 1)
    """
    total, (t, x, y) = fmpq(0), corners[-1]
    for s, u, v in corners:
        total += fmpq(x * v - u * y, s * t)
        t, x, y = s, u, v
    total = abs(total) / 2
    return Fraction(int(total.p), int(total.q))


def facet_volumes(vertices: Sequence[Vector], incidence: Sequence[int]) -> list[tuple[Fraction, int]]:
    """Return for every facet of a full-dimensional polytope its volume in a projection, and the coordinate forgotten.

    The facet on which ``a . x = b`` has the (d - 1)-dimensional volume ``v |a| / |a_k|``, where v is the volume of its
    projection that forgets the coordinate k. Arguments as for :func:`volume`.

    >>> triangle = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(0)), (Fraction(0), Fraction(2))]
    >>> facet_volumes(triangle, [0b011, 0b101, 0b110])
    [(Fraction(1, 1), 1), (Fraction(2, 1), 0), (Fraction(1, 1), 1)]
    """
    faces, everything = _Faces(vertices, incidence), set(range(len(vertices[0])))
    measures = map(faces.measure, incidence)
    return [(own.volume, (everything - set(own.pivots)).pop()) for own in measures]


def triangulation(n_vertices: int, incidence: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the simplices of a triangulation of a polytope, each by the numbers of its vertices.

    It is the pulling triangulation: pyramids from the first vertex over the facets that miss it, face by face
    (De Loera, Rambau, Santos, Triangulations, 4.3.2).

    >>> triangulation(4, [0b0011, 0b1100, 0b0101, 0b1010])
    [(0, 1, 3), (0, 2, 3)]
    """
    known: dict[int, list[tuple[int, ...]]] = {}

    def simplices(face: int) -> list[tuple[int, ...]]:
        if face not in known:
            apex = _first(face)
            opposite = _opposite(face, apex, incidence)
            known[face] = [(apex, *rest) for f in opposite for rest in simplices(f)] if opposite else [(apex,)]
        return known[face]

    return simplices((1 << n_vertices) - 1)


class _Faces:
    """The faces of a polytope, each measured once."""

    def __init__(self, vertices: Sequence[Vector], incidence: Sequence[int]) -> None:
        self.vertices = vertices
        self.incidence = incidence
        self._known: dict[int, _Measure] = {}

    def measure(self, face: int) -> _Measure:
        """Return the measure of a face, given by the bit set of its vertices."""
        if face not in self._known:
            self._known[face] = self._from_pyramids(face)
        return self._known[face]

    def _from_pyramids(self, face: int) -> _Measure:
        apex, vertices = _first(face), self.vertices
        opposite = _opposite(face, apex, self.incidence)
        if not opposite:
            return _Measure(Fraction(1), (), ())
        steps = [[a - b for a, b in zip(vertices[apex], vertices[_first(f)], strict=True)] for f in opposite]
        bases = [self.measure(f) for f in opposite]
        directions, pivots = echelon([*bases[0].directions, steps[0]])
        total = Fraction(0)
        for base, step in zip(bases, steps, strict=True):
            [lost] = set(pivots) - set(base.pivots)
            total += abs(_height(base, step, lost)) * base.volume
        return _Measure(total / len(pivots), directions, pivots)


def _opposite(face: int, apex: int, incidence: Sequence[int]) -> list[int]:
    """Return the facets of a face that miss one of its vertices."""
    return [f for f in maximal_intersections(face, incidence) if f and not f >> apex & 1]


def _height(base: _Measure, step: Sequence[Fraction], coordinate: int) -> Fraction:
    """Return a coordinate of a vector after its entries at the pivots of the base are made zero."""
    shadow = (step[j] * Fraction(row[coordinate], row[j]) for row, j in zip(base.directions, base.pivots, strict=True))
    return step[coordinate] - sum(shadow, Fraction(0))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
