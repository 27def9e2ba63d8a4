"""Normaliz, which lists and counts lattice points: the only module that knows its Python package, an optional one.

Everything goes in and comes out as integers, so all answers are exact. Cones are given by generators; the degree of a
vector is its first coordinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytopes.arithmetic.rationals import Row
from polytopes.errors import MissingExtraError, NoAnswerError
from polytopes.messages import LONGEST, one_line

EXTRA = "normaliz"
DEGREE = "NoGradingDenom"
"""Let degrees be what they are, also where all generators have degrees with a common divisor."""


def _library(purpose: str) -> Any:
    try:
        import PyNormaliz
    except ImportError:
        raise MissingExtraError("PyNormaliz", EXTRA, purpose) from None
    return PyNormaliz


def _computed(purpose: str, wanted: Sequence[str], **cone: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Return the library, and a cone for which the wanted properties are computed.

    Raises:
        MissingExtraError: if PyNormaliz is not installed.
        NoAnswerError: if Normaliz gives up, as it does at series with millions of coefficients.
    """
    library = _library(purpose)
    try:
        made = library.NmzCone(**{name: [list(row) for row in rows] for name, rows in cone.items() if rows})
        library.NmzCompute(made, list(wanted))
    except library.normaliz_error as error:
        raise NoAnswerError(f"Normaliz gives up {purpose} ({one_line(str(error), LONGEST)})") from None
    return library, made


def hilbert_basis(rays: Sequence[Row], lines: Sequence[Row]) -> tuple[Row, ...]:
    """Return the integer points of a cone that are no sums of others, one for each class modulo the lines.

    Args:
        rays: k x n integers.
        lines: l x n integers.

    Raises:
        MissingExtraError: if PyNormaliz is not installed.

    >>> hilbert_basis([(1, 0), (1, 3)], [])
    ((1, 0), (1, 1), (1, 2), (1, 3))
    """
    if not rays:
        _library("a Hilbert basis")
        return ()
    library, cone = _computed("a Hilbert basis", ["HilbertBasis"], cone=rays, subspace=lines)
    return tuple(sorted(map(tuple, library.NmzResult(cone, "HilbertBasis"))))


def points_of_degree_one(generators: Sequence[Row]) -> tuple[Row, ...]:
    """Return the integer points of degree 1 in a pointed cone whose generators have positive degree.

    >>> points_of_degree_one([(2, -1), (2, 3)])
    ((1, 0), (1, 1))
    """
    purpose, wanted = "listing lattice points", ["Deg1Elements", DEGREE]
    library, cone = _computed(purpose, wanted, cone=generators, grading=[_first(generators)])
    return tuple(sorted(map(tuple, library.NmzResult(cone, "Deg1Elements"))))


def number_of_degree_one(generators: Sequence[Row]) -> int:
    """Return the number of these points, without a list.

    >>> number_of_degree_one([(2, -1), (2, 3)])
    2
    """
    if len(generators[0]) == 1:  # Normaliz has no number of points in a space of no dimension
        return len(points_of_degree_one(generators))
    purpose, wanted = "counting lattice points", ["NumberLatticePoints", DEGREE]
    library, cone = _computed(purpose, wanted, cone=generators, grading=[_first(generators)])
    return int(library.NmzResult(cone, "NumberLatticePoints"))


def hilbert_series(generators: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Return the series of the numbers of integer points of degree 0, 1, ... in such a cone.

    Returns:
        The coefficients of the numerator, constant first, and the exponents e of the factors 1 - t^e below it.

    >>> hilbert_series([(1, 0), (1, 2)]), hilbert_series([(2, 1)])
    (([1, 1], [1, 1]), ([1], [2]))
    """
    purpose, wanted = "an Ehrhart series", ["HilbertSeries", DEGREE]
    library, cone = _computed(purpose, wanted, cone=generators, grading=[_first(generators)])
    numerator, exponents, shift = library.NmzResult(cone, "HilbertSeries")
    return [0] * shift + list(numerator), list(exponents)


def _first(rows: Sequence[Row]) -> Row:
    return (1, *[0] * (len(rows[0]) - 1))
