"""Constructions of polyhedra on homogeneous systems: rows of inequalities or generators, constant first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import Matrix, Row, Vector, dot, primitive
from polytopes.polyhedra.systems import System


def affine_matrix(matrix: Sequence[Vector], shift: Sequence[Fraction], columns: int) -> Matrix:
    """Return the matrix of ``(1, x) -> (1, M x + s)``.

    >>> affine_matrix([(2, 3)], [5], 2)
    ((Fraction(1, 1), Fraction(0, 1), Fraction(0, 1)), (5, 2, 3))
    """
    return ((Fraction(1), *[Fraction(0)] * columns), *((c, *row) for c, row in zip(shift, matrix, strict=True)))


def mapped(system: System, matrix: Matrix) -> System:
    """Return the images of all rows: of generators under a map, of inequalities under the transpose (the preimage)."""
    rows, linear = (
        tuple(primitive([dot(form, row) for form in matrix]) for row in part) for part in (system.rows, system.linear)
    )
    return System(rows, linear)


def minkowski_sum(left: System, right: System) -> System:
    """Return generators of the sum of two nonempty polyhedra given by generators: sums of points, all directions."""
    sums = {_point_sum(p, q) for p in left.rows if p[0] for q in right.rows if q[0]}
    directions = tuple(row for row in (*left.rows, *right.rows) if not row[0])
    return System((*sorted(sums), *directions), left.linear + right.linear)


def _point_sum(p: Row, q: Row) -> Row:
    return primitive((p[0] * q[0], *(q[0] * a + p[0] * b for a, b in zip(p[1:], q[1:], strict=True))))


def product(left: System, right: System, left_dim: int, right_dim: int) -> System:
    """Return inequalities of the product of two polyhedra given by inequalities."""
    rows, linear = (
        tuple((*row, *(0,) * right_dim) for row in a) + tuple((row[0], *(0,) * left_dim, *row[1:]) for row in b)
        for a, b in ((left.rows, right.rows), (left.linear, right.linear))
    )
    return System(rows, linear)
