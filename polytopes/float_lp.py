"""Guesses for linear programs by HiGHS in floating point. Nothing here decides anything."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.rationals import Row, primitive

Floats = NDArray[np.float64]
_local = threading.local()
_LARGEST_EXPONENT = 1000
_ROWWISE, _MINIMIZE = 2, 1  # as highspy numbers them


@frozen(eq=False)
class Guess:
    """What the float solver believes of ``max {t : rows z >= t, |z| <= 1}``."""

    point: Floats
    bits: int
    """Binary places after which the point can be cut and still satisfy the float rows; -1 if it does not."""
    multipliers: Floats
    slack: Floats

    def integer_point(self) -> Row | None:
        """The point cut after ``bits`` places, as a primitive row; None if it is not believed strict."""
        if self.bits < 0:
            return None
        return primitive([int(entry) for entry in np.rint(np.ldexp(self.point, self.bits))])


def _solver() -> Any:
    """One solver per thread: building one costs more than a small program."""
    if not hasattr(_local, "highs"):
        import highspy  # a fifth of a second, which only programs that solve something should pay

        highs = highspy._core._Highs()
        options: dict[str, bool | int | float | str] = {
            "output_flag": False, "presolve": "off", "threads": 1, "small_matrix_value": 1e-12,
            "primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9,
            "simplex_iteration_limit": 100_000,
        }
        for name, value in options.items():
            highs.setOptionValue(name, value)
        _local.highs = highs
    return _local.highs


def float_rows(rows: Sequence[Row]) -> Floats:
    """Return the rows as floats, each divided by its largest absolute entry; integers of any size are taken.

    >>> float_rows([(2**5000, -(2**4999)), (0, 0)]).tolist()
    [[1.0, -0.5], [0.0, 0.0]]
    """
    try:
        matrix = np.array(rows, dtype=np.float64)
    except OverflowError:
        matrix = np.array([_shifted(row) for row in rows], dtype=np.float64)
    largest = np.abs(matrix).max(axis=1, keepdims=True)
    largest[largest == 0] = 1
    matrix /= largest
    return matrix


def _shifted(row: Row) -> list[float]:
    excess = max(0, max(abs(entry).bit_length() for entry in row) - _LARGEST_EXPONENT)
    return [float(entry >> excess) for entry in row]


def _column_scales(matrix: Floats) -> Floats | None:
    """Return powers of two that bring the columns to one size, or None if they are near enough."""
    largest = np.abs(matrix).max(axis=0)
    largest[largest == 0] = 1
    if largest.min() > 1e-3:
        return None
    return np.asarray(np.exp2(-np.floor(np.log2(largest))))


@lru_cache(maxsize=256)
def _constants(m: int, n: int) -> tuple[tuple[Any, ...], Any]:
    """Cost, bounds and sparsity pattern of the program with ``m`` rows in ``(z, t)``, z in R^n."""
    cost = np.zeros(n + 1)
    cost[n] = -1.0
    start = np.arange(0, m * (n + 1) + 1, n + 1, dtype=np.int32)
    index = np.tile(np.arange(n + 1, dtype=np.int32), m)
    bounds = (cost, np.full(n + 1, -1.0), np.ones(n + 1), np.zeros(m), np.full(m, np.inf), start, index)
    return bounds, np.zeros(n + 1, dtype=np.int32)


def widest_point(rows: Sequence[Row]) -> Guess | None:
    """Guess the solution of ``max {t : rows z >= t, |z| <= 1}``; None if the solver has none.

    The rows are scaled to one size, the columns too where they differ much.
    """
    matrix = float_rows(rows)
    m, n = matrix.shape
    scales = _column_scales(matrix)
    if scales is not None:
        matrix *= scales
        matrix /= np.abs(matrix).max(axis=1, keepdims=True)
    table = np.empty((m, n + 1))
    table[:, :n] = matrix
    table[:, n] = -1.0
    solver = _solver()
    bounds, integrality = _constants(m, n)
    solver.passModel(n + 1, m, table.size, _ROWWISE, _MINIMIZE, 0.0, *bounds, table.ravel(), integrality)
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid or not solution.dual_valid:
        return None
    point = np.array(solution.col_value[:n])
    slack = matrix @ point
    bits = -1
    if slack.min() > 0:
        bits = int(np.ceil(np.log2((np.abs(matrix).sum(axis=1) / slack).max())))
    # The scales are at least 1, so a point cut after scaling is cut at least as finely as before.
    return Guess(point if scales is None else point * scales, bits, np.array(solution.row_dual), slack)
