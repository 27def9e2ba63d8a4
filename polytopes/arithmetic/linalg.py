"""Exact linear algebra over Q: thin functions over python-flint matrices.

Rows in are sequences of integers or fractions; bases out are primitive integer rows, in reduced echelon form, so
that equal subspaces give equal bases.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat, nmod_mat

from polytopes.arithmetic.rationals import Row, Vector, as_fraction, primitive
from polytopes.errors import NumberError, ShapeError

Rows = Sequence[Sequence[Any]]
PRIME = 2147483647
SMALL = 8
"""Ranks of matrices with at most so many rows or columns are computed exactly at once."""


def integer_matrix(rows: Rows, columns: int) -> fmpz_mat:
    """Return integer rows as a flint matrix; ``columns`` is needed when there is no row.

    Raises:
        NumberError: if an entry is not an integer.
    """
    try:
        return fmpz_mat(len(rows), columns, list(chain.from_iterable(rows)))
    except TypeError:  # flint takes int and fmpz only
        return fmpz_mat(len(rows), columns, [_integer(entry) for row in rows for entry in row])


def _integer(value: Any) -> int:
    fraction = as_fraction(value)
    if fraction.denominator != 1:
        raise NumberError(f"{value!r} in a matrix of integers; multiply its row by the common denominator")
    return fraction.numerator


def rational_matrix(rows: Rows, columns: int) -> fmpq_mat:
    """Return rational rows as a flint matrix; ``columns`` is needed when there is no row."""
    return fmpq_mat(len(rows), columns, [_fmpq(entry) for row in rows for entry in row])


def _fmpq(value: Any) -> fmpq:
    fraction = as_fraction(value)
    return fmpq(fraction.numerator, fraction.denominator)


def _primitive_rows(rows: Rows) -> tuple[Row, ...]:
    return tuple(primitive(row) for row in rows)


def _width(rows: Rows) -> int:
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ShapeError(f"rows have different lengths {sorted(widths)}")
    return widths.pop() if widths else 0


def rank(rows: Rows) -> int:
    """Return the rank of the matrix with these rows.

    Algorithm:
        The rank modulo a prime is at most the rank. For a larger matrix it is found first, since it is mostly full.

    >>> rank([[1, 2], [2, 4]])
    1
    """
    width = _width(rows)
    distinct = [row for row in dict.fromkeys(_primitive_rows(rows)) if any(row)]
    if not distinct:
        return 0
    matrix, most = integer_matrix(distinct, width), min(len(distinct), width)
    if most > SMALL and nmod_mat(matrix, PRIME).rank() == most:
        return most
    return int(matrix.rank())


def echelon(rows: Rows) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """Return the primitive reduced echelon basis of the row space, and its pivot columns.

    Leading entries are positive. Two families of rows span one space iff their bases are equal.

    >>> echelon([[0, 2, 4], [1, 1, 1]])
    (((1, 0, -1), (0, 1, 2)), (0, 1))
    """
    width = _width(rows)
    if not width:
        return (), ()
    reduced, denominator, size = integer_matrix(_primitive_rows(rows), width).rref()
    flip = -1 if denominator < 0 else 1
    table = reduced.tolist()[:size]
    basis = tuple(primitive([flip * int(entry) for entry in row]) for row in table)
    return basis, tuple(next(j for j, entry in enumerate(row) if entry) for row in basis)


def kernel(rows: Rows, columns: int) -> tuple[Row, ...]:
    """Return a basis of ``{x : rows x = 0}`` in reduced echelon form (primitive integer rows).

    >>> kernel([[1, 1, 1]], 3)
    ((1, 0, -1), (0, 1, -1))
    """
    if not rows:
        return identity(columns)
    if _width(rows) != columns:
        raise ShapeError(f"rows have {_width(rows)} columns, expected {columns}")
    null, nullity = integer_matrix(_primitive_rows(rows), columns).nullspace()
    table = null.transpose().tolist()[:nullity]
    return echelon([[int(entry) for entry in row] for row in table])[0]


def identity(size: int) -> tuple[Row, ...]:
    """Return the rows of the identity matrix."""
    zeros = (0,) * size
    return tuple((*zeros[:i], 1, *zeros[i + 1 :]) for i in range(size))


def solve(rows: Rows, right: Sequence[Any]) -> Vector | None:
    """Return one solution ``x`` of ``rows x = right``, or None if there is none.

    Variables outside the pivot columns are set to 0.

    >>> solve([[1, 1], [2, 2]], [1, 2])
    (Fraction(1, 1), Fraction(0, 1))
    """
    width = _width(rows)
    basis, pivots = echelon([[*row, value] for row, value in zip(rows, right, strict=True)])
    if pivots and pivots[-1] == width:
        return None
    solution = [Fraction(0)] * width
    for row, pivot in zip(basis, pivots, strict=True):
        solution[pivot] = Fraction(row[width], row[pivot])
    return tuple(solution)


def determinant(rows: Rows) -> Fraction:
    """Return the determinant of a square matrix; 1 for the empty one.

    >>> determinant([[1, 2], [3, 4]])
    Fraction(-2, 1)
    """
    if any(len(row) != len(rows) for row in rows):
        raise ShapeError("the determinant needs a square matrix")
    return as_fraction(rational_matrix(rows, len(rows)).det()) if rows else Fraction(1)


def inverse(rows: Rows) -> tuple[Vector, ...]:
    """Return the inverse of an invertible square matrix.

    >>> inverse([[2]])
    ((Fraction(1, 2),),)
    """
    if determinant(rows) == 0:
        raise ShapeError("the matrix is singular")
    table = rational_matrix(rows, len(rows)).inv().tolist() if rows else []
    return tuple(tuple(as_fraction(entry) for entry in row) for row in table)


def matmul(left: Rows, right: Rows) -> tuple[Vector, ...]:
    """Return the product of two rational matrices given by rows."""
    inner = len(right)
    product = rational_matrix(left, inner) * rational_matrix(right, _width(right))
    return tuple(tuple(as_fraction(entry) for entry in row) for row in product.tolist())


def reduce_modulo(row: Sequence[Any], basis: Sequence[Row], pivots: Sequence[int]) -> Row:
    """Return the primitive representative of ``row`` modulo an echelon basis, zero in the pivot columns.

    The factor by which the row is multiplied is positive, so that signs of inequalities survive.

    >>> reduce_modulo([2, 3], ((1, 1),), (0,))
    (0, 1)
    """
    entries: list[Any] = list(row)
    for base, pivot in zip(basis, pivots, strict=True):
        if entries[pivot]:
            factor = entries[pivot]
            entries = [base[pivot] * a - factor * b for a, b in zip(entries, base, strict=True)]
    return primitive(entries)
