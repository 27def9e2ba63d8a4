"""New polyhedra from old ones: intersections, hulls, sums, images, products, polars.

Each is made from rows as they are, redundant or not, of the representation in which it is immediate; nothing is
converted before it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Self

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import (
    Matrix,
    MatrixLike,
    RationalLike,
    Row,
    Vector,
    VectorLike,
    as_fraction,
    as_matrix,
    as_vector,
    dot,
    primitive,
)
from polytopes.errors import NumberError, ShapeError
from polytopes.polyhedra.representation import Representation
from polytopes.polyhedra.systems import System


class Constructions(Representation):
    """The part of :class:`polytopes.polyhedra.polyhedron.Polyhedron` that makes new polyhedra."""

    def intersection(self, *others: Self) -> Self:
        """Return the intersection with other polyhedra of the same space.

        >>> from polytopes import Polyhedron
        >>> (Polyhedron.box([0], [2]) & Polyhedron.box([1], [3])).vertices
        ((Fraction(1, 1),), (Fraction(2, 1),))
        """
        for other in others:
            self._same_space(other)
        return type(self)(self.homogenization.intersection(*(other.homogenization for other in others)))

    def convex_hull(self, *others: Self) -> Self:
        """Return the smallest closed convex set that contains this and the other polyhedra."""
        rows: tuple[Row, ...] = ()
        lines: tuple[Row, ...] = ()
        for other in (self, *others):
            self._same_space(other)
            if not other.is_empty:
                system = other.homogenization.any_generators
                rows, lines = rows + system.rows, lines + system.linear
        return self._from_v(rows, lines, self.ambient_dim)

    def minkowski_sum(self, other: Self) -> Self:
        """Return ``{x + y : x in P, y in Q}``.

        >>> from polytopes import Polyhedron
        >>> (Polyhedron.box([0, 0], [1, 0]) + Polyhedron.box([0, 0], [0, 1])).volume()
        Fraction(1, 1)
        """
        self._same_space(other)
        if self.is_empty or other.is_empty:
            return self.empty(self.ambient_dim)
        total = _sum_of_generators(self.homogenization.any_generators, other.homogenization.any_generators)
        return self._from_v(total.rows, total.linear, self.ambient_dim)

    def __add__(self, other: Self) -> Self:
        return self.minkowski_sum(other) if isinstance(other, Constructions) else NotImplemented

    def translate(self, vector: VectorLike) -> Self:
        """Return ``{x + vector : x in P}``."""
        return self.affine_image(identity(self.ambient_dim), vector)

    def dilate(self, factor: RationalLike) -> Self:
        """Return ``{factor x : x in P}``, also written ``factor * P``; a negative factor also reflects.

        The factor 0 gives the origin (the empty set, if P is empty).

        >>> from polytopes import Polyhedron
        >>> 2 * Polyhedron.box([0], [1]) == Polyhedron.box([0], [2]), (1,) in Polyhedron.box([0], [1])
        (True, True)
        """
        scale = as_fraction(factor)
        return self.affine_image([[scale * entry for entry in row] for row in identity(self.ambient_dim)])

    def __mul__(self, factor: RationalLike) -> Self:
        try:
            scale = as_fraction(factor)
        except NumberError:
            return NotImplemented
        return self.dilate(scale)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return self.dilate(-1)

    def affine_image(self, matrix: MatrixLike, shift: VectorLike | None = None) -> Self:
        """Return ``{M x + s : x in P}``.

        Args:
            matrix: M, k x d rationals.
            shift: s, k rationals; 0 if left out.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0], [1, 1]).affine_image([[1, 1]]).vertices
        ((Fraction(0, 1),), (Fraction(2, 1),))
        """
        M = as_matrix(matrix, self.ambient_dim)
        s = as_vector(shift, len(M)) if shift is not None else (Fraction(0),) * len(M)
        if self.is_empty:
            return self.empty(len(M))
        image = _mapped(self.homogenization.any_generators, _affine_matrix(M, s, self.ambient_dim))
        return self._from_v(image.rows, image.linear, len(M))

    def affine_preimage(self, matrix: MatrixLike, shift: VectorLike | None = None) -> Self:
        """Return ``{x : M x + s in P}``.

        Args:
            matrix: M, d x k rationals, at least one row.
            shift: s, d rationals; 0 if left out.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0], [1]).affine_preimage([[1, 1]]).lines
        ((1, -1),)
        """
        M = as_matrix(matrix)
        if len(M) != self.ambient_dim or not M:
            raise ShapeError(f"the matrix has {len(M)} rows, needed are {self.ambient_dim} (at least one)")
        s = as_vector(shift, len(M)) if shift is not None else (Fraction(0),) * len(M)
        width = len(M[0])
        lift = tuple(zip(*_affine_matrix(M, s, width), strict=True))
        preimage = _mapped(self.homogenization.any_inequalities, lift)
        return self._from_h(preimage.rows, preimage.linear, width)

    def product(self, other: Self) -> Self:
        """Return ``{(x, y) : x in P, y in Q}``.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0], [1]).product(Polyhedron.box([0], [2])) == Polyhedron.box([0, 0], [1, 2])
        True
        """
        d, e = self.ambient_dim, other.ambient_dim
        left, right = self.homogenization.any_inequalities, other.homogenization.any_inequalities
        both = _product_of_inequalities(left, right, d, e)
        return self._from_h(both.rows, both.linear, d + e)

    def polar(self) -> Self:
        """Return the polar ``{y : y . x <= 1 for all x in P}``.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([-1, -1], [1, 1]).polar().n_vertices
        4
        """
        rows = tuple((row[0], *(-entry for entry in row[1:])) for row in self.generators)
        return self._from_h(rows, tuple((0, *line) for line in self.lines), self.ambient_dim)


def _affine_matrix(matrix: Sequence[Vector], shift: Sequence[Fraction], columns: int) -> Matrix:
    """Return the matrix of ``(1, x) -> (1, M x + s)``.

    >>> _affine_matrix([(2, 3)], [5], 2)
    ((Fraction(1, 1), Fraction(0, 1), Fraction(0, 1)), (5, 2, 3))
    """
    return ((Fraction(1), *[Fraction(0)] * columns), *((c, *row) for c, row in zip(shift, matrix, strict=True)))


def _mapped(system: System, matrix: Matrix) -> System:
    """Return the images of all rows: of generators under a map, of inequalities under the transpose (the preimage)."""
    rows, linear = (
        tuple(primitive([dot(form, row) for form in matrix]) for row in part) for part in (system.rows, system.linear)
    )
    return System(rows, linear)


def _sum_of_generators(left: System, right: System) -> System:
    """Return generators of the sum of two nonempty polyhedra given by generators: sums of points, all directions."""
    sums = {_point_sum(p, q) for p in left.rows if p[0] for q in right.rows if q[0]}
    directions = tuple(row for row in (*left.rows, *right.rows) if not row[0])
    return System((*sorted(sums), *directions), left.linear + right.linear)


def _point_sum(p: Row, q: Row) -> Row:
    return primitive((p[0] * q[0], *(q[0] * a + p[0] * b for a, b in zip(p[1:], q[1:], strict=True))))


def _product_of_inequalities(left: System, right: System, left_dim: int, right_dim: int) -> System:
    """Return inequalities of the product of two polyhedra given by inequalities."""
    rows, linear = (
        tuple((*row, *(0,) * right_dim) for row in a) + tuple((row[0], *(0,) * left_dim, *row[1:]) for row in b)
        for a, b in ((left.rows, right.rows), (left.linear, right.linear))
    )
    return System(rows, linear)
