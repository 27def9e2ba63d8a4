"""The integer lattice: bases of the integer points of a subspace, and Bezout's identity."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.arithmetic.linalg import Rows, identity, integer_matrix, kernel
from polytopes.arithmetic.rationals import Row, primitive


def saturated(vectors: Rows, dim: int) -> tuple[Row, ...]:
    """Return a lattice basis of the integer points of the span of some vectors in Q^dim.

    >>> saturated([(2, 4)], 2)
    ((1, 2),)
    """
    equations = kernel([primitive(vector) for vector in vectors], dim)
    if not equations:
        return identity(dim)
    columns = list(zip(*equations, strict=True))
    return tuple(combination for image, combination in _combinations(columns) if not any(image))


def bezout(numbers: Sequence[int]) -> tuple[int, Row]:
    """Return the greatest common divisor g of one or more integers, and integers c with ``sum c_i n_i = g``.

    >>> bezout([4, 6])
    (2, (2, -1))
    """
    [divisor], coefficients = _combinations([(number,) for number in numbers])[0]
    return divisor, coefficients


def _combinations(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return the rows of the Hermite normal form, each with the coefficients that combine it from the given rows.

    The coefficients are the rows of a unimodular matrix.
    """
    n, width = len(rows), len(rows[0])
    table = [(*row, *unit) for row, unit in zip(rows, identity(n), strict=True)]
    reduced = integer_matrix(table, width + n).hnf().tolist()
    integers = [tuple(int(entry) for entry in row) for row in reduced]
    return [(row[:width], row[width:]) for row in integers]
