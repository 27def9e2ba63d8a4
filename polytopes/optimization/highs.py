"""Guesses for linear programs by HiGHS in floating point; no answer depends on their being right."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, primitive

Floats = NDArray[np.float64]
_local = threading.local()
_LARGEST_EXPONENT = 1000
_HUGE = 1e18  # HiGHS takes 1e20 for infinity
_ROWWISE, _MINIMIZE, _BASIC = 2, 1, 1  # as highspy numbers them


@frozen(eq=False)
class Guess:
    """The float solution of ``max {t : rows z >= t, |z| <= 1}``."""

    point: Floats
    bits: int
    """Binary places to which the point can be truncated and still satisfy the float rows; -1 if it does not at all."""
    multipliers: Floats
    order: list[int]
    """The rows, those that seem tight at the solution first."""

    def integer_point(self) -> Row | None:
        """The point truncated to ``bits`` places, as a primitive row; None if it does not satisfy the float rows."""
        if self.bits < 0:
            return None
        with np.errstate(over="ignore"):
            scaled = np.rint(np.ldexp(self.point, self.bits))
        if np.isfinite(scaled).all():
            return primitive([int(entry) for entry in scaled])
        ratios = [float(entry).as_integer_ratio() for entry in self.point]
        return primitive([(numerator << self.bits) // denominator for numerator, denominator in ratios])


def _solver() -> Any:
    """One solver per thread: building one costs more than a small program."""
    if not hasattr(_local, "highs"):
        import highspy  # takes a fifth of a second, so not before a program is solved

        highs = highspy._core._Highs()
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "presolve": "off",
            "threads": 1,
            "small_matrix_value": 1e-12,
            "primal_feasibility_tolerance": 1e-9,
            "dual_feasibility_tolerance": 1e-9,
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
def _pattern(m: int, n: int) -> tuple[Any, ...]:
    """Row starts and column indices of a dense matrix, and its number of columns as zeros: no integer variable."""
    start = np.arange(0, m * n + 1, n, dtype=np.int32)
    return start, np.tile(np.arange(n, dtype=np.int32), m), np.zeros(n, dtype=np.int32)


def _minimize(cost: Floats, bound: float, matrix: Floats, row_lower: Floats) -> Any:
    """Run the solver on ``min {cost . x : matrix x >= row_lower, |x| <= bound}``."""
    m, n = matrix.shape
    start, index, continuous = _pattern(m, n)
    solver = _solver()
    solver.passModel(
        n,
        m,
        m * n,
        _ROWWISE,
        _MINIMIZE,
        0.0,
        cost,
        np.full(n, -bound),
        np.full(n, bound),
        row_lower,
        np.full(m, np.inf),
        start,
        index,
        matrix.ravel(),
        continuous,
    )
    solver.run()
    return solver


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
    cost = np.zeros(n + 1)
    cost[n] = -1.0
    solution = _minimize(cost, 1.0, table, np.zeros(m)).getSolution()
    if not solution.value_valid or not solution.dual_valid:
        return None
    point = np.array(solution.col_value[:n])
    multipliers = np.array(solution.row_dual)
    slack = matrix @ point
    bits = -1
    if slack.min() > 0:
        bits = int(np.ceil(np.log2((np.abs(matrix).sum(axis=1) / slack).max())))
    # The scales are at least 1, so a point cut after scaling is cut at least as finely as before.
    return Guess(point if scales is None else point * scales, bits, multipliers, _tight_first(multipliers, slack))


def _tight_first(multipliers: Floats, slack: Floats) -> list[int]:
    """Order rows by falling multiplier, then by rising slack."""
    return np.lexsort((slack, -multipliers)).tolist()  # type: ignore[no-any-return]


def optimum(rows: Sequence[Row], objective: Sequence[int]) -> tuple[str, list[int]]:
    """Guess the status of ``max {objective . x : r . (1, x) >= 0}``, and order the rows, tight ones first.

    >>> optimum([(1, 1, 0), (1, -1, 0), (5, 0, -1)], (1, 1))
    ('optimal', [1, 2, 0])
    """
    m, n = len(rows), len(objective)
    if not m or not n:
        return "empty", list(range(m))
    table = float_rows(rows)
    largest = np.abs(table[:, 1:]).max(axis=1)
    largest[largest == 0] = 1
    table /= largest[:, np.newaxis]
    lower = np.clip(-table[:, 0], -_HUGE, _HUGE)
    solver = _minimize(-float_rows([tuple(objective)])[0], np.inf, table[:, 1:], lower)
    solution = solver.getSolution()
    status = solver.modelStatusToString(solver.getModelStatus()).lower()
    if not solution.value_valid or not solution.dual_valid:
        return status, list(range(m))
    slack = table[:, 1:] @ np.array(solution.col_value) - lower
    return status, _tight_first(np.array(solution.row_dual), slack)


@frozen(eq=False)
class CubeGuess:
    """The float solution of a program over the cube: a point, the tight rows, and the columns off their bounds."""

    point: Floats
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def over_cube(rows: Sequence[Row], objective: Sequence[int]) -> CubeGuess:
    """Guess where ``objective . (1, u)`` is largest over ``r . (1, u) >= 0`` in the cube [-1, 1]^n.

    >>> over_cube([(1, -2, 0)], (0, 1, 1)).point.tolist()
    [0.5, 1.0]
    """
    table, goal = float_rows(rows), float_rows([tuple(objective)])[0]
    solver = _minimize(-goal[1:], 1.0, table[:, 1:], -table[:, 0])
    solution, basis = solver.getSolution(), solver.getBasis()
    point = np.array(solution.col_value)
    if not solution.value_valid or not basis.valid:
        return CubeGuess(np.zeros(len(goal) - 1), (), ())
    basic = [[int(status) == _BASIC for status in part] for part in (basis.row_status, basis.col_status)]
    tight = tuple(i for i, is_basic in enumerate(basic[0]) if not is_basic)
    return CubeGuess(np.clip(point, -1.0, 1.0), tight, tuple(j for j, is_basic in enumerate(basic[1]) if is_basic))
