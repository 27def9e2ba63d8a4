"""Parameters Theta, N rows (coefficient, exponents), and the linear conditions on them."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, as_matrix, primitive
from polytopes.errors import ShapeError
from tropical.fans.data_set import DataSet

Parameter = tuple[Row, ...]
"""Theta up to a positive factor: one row of integers for each term."""


def parameter_of(entries: Sequence[int], data: DataSet) -> Parameter:
    """Return the entries of Theta, row by row, as a parameter in primitive integers."""
    width, short = data.dim + 1, primitive(entries)
    return tuple(short[i : i + width] for i in range(0, len(short), width))


def from_pivots(entries: Sequence[int], data: DataSet, n_terms: int) -> Parameter:
    """Return the parameter with these entries in the pivot columns of the data, the last rows being 0.

    >>> from_pivots((3, -3), DataSet.of([[0], [1]]), 2)
    ((1, -1), (0, 0))
    """
    whole = [0] * (n_terms * (data.dim + 1))
    for k, entry in enumerate(entries):
        whole[k // data.rank * (data.dim + 1) + data.pivots[k % data.rank]] = entry
    return parameter_of(whole, data)


def arc_row(row: Row, term: int, rival: int, n_terms: int) -> Row:
    """Return (e_term - e_rival) (x) row, which is positive on the Theta for which ``term`` beats ``rival``.

    >>> arc_row((1, 5), 0, 2, 3)
    (1, 5, 0, 0, -1, -5)
    """
    found = [0] * (n_terms * len(row))
    for i, sign in ((term, 1), (rival, -1)):
        found[i * len(row) : (i + 1) * len(row)] = [sign * entry for entry in row]
    return tuple(found)


def reduced_arc_row(row: Row, term: int, rival: int, n_terms: int) -> Row:
    """Return :func:`arc_row` without the block of the last term, which is minus the sum of the others."""
    return arc_row(row, term, rival, n_terms)[: len(row) * (n_terms - 1)]


def parameter_rows(theta: MatrixLike, data: DataSet) -> tuple[Vector, ...]:
    """Return a parameter as rows of d + 1 fractions.

    Raises:
        ShapeError: if it has no row, or one of another length.
    """
    rows = as_matrix(theta, data.dim + 1)
    if not rows:
        raise ShapeError("a parameter without rows; give one row (coefficient, exponents) for each term")
    return rows


def parameter_texts(parameter: Parameter) -> list[list[str]]:
    """Return the numbers of a parameter as texts."""
    return [[text_of(entry) for entry in row] for row in parameter]
