"""The simplex method in exact arithmetic, started from a guessed basis.

The program is ``max c . x`` over ``{x : r . (1, x) >= 0}`` with integer rows. A basis is a set of n rows with
independent linear parts; they are tight at its vertex. From a basis that is nearly right few pivots remain, so each
pivot solves its linear systems afresh (fraction-free, in flint) rather than keeping a tableau of large fractions.

Phase 1 runs the dual method for the objective under which the first basis is optimal, until the vertex is feasible;
phase 2 runs the primal method for ``c``. If the first basis is dual feasible for ``c``, phase 1 takes ``c`` itself and
ends at the optimum. After a number of pivots Bland's rule takes over, so that both phases terminate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field, frozen
from flint import fmpz, fmpz_mat, nmod_mat

from polytopes.arithmetic.linalg import integer_matrix, kernel
from polytopes.arithmetic.rationals import Row, dot, primitive

_PRIME = (1 << 61) - 1
_BLAND_AFTER = 5  # pivots per column
Sparse = dict[int, int]
"""Multipliers by row index, all positive."""


@frozen
class Vertex:
    """An optimal vertex ``(t, t x)``, and multipliers with ``scale c + sum multipliers[i] r_i = 0`` in linear parts."""

    point: Row
    multipliers: Sparse
    scale: int


@frozen
class Empty:
    """Multipliers whose combination of the rows is a negative constant."""

    multipliers: Sparse


@frozen
class Escape:
    """A feasible vertex ``(t, t x)`` and a direction along which ``c . x`` grows without bound."""

    point: Row
    direction: Row


def independent_columns(matrix: fmpz_mat) -> list[int]:
    """Return a largest set of independent columns, the first ones preferred.

    Columns independent modulo a prime are independent; where the prime finds too few they are taken over Q.

    >>> independent_columns(fmpz_mat([[0, 2, 4, 1], [0, 1, 2, 1]]))
    [1, 3]
    """
    m, n = matrix.nrows(), matrix.ncols()
    if not m or not n:
        return []
    reduced, size = nmod_mat(m, n, [entry % _PRIME for entry in matrix.entries()], _PRIME).rref()
    table: Sequence[Sequence[Any]] = reduced.tolist()
    if size < min(m, n):
        exact, _, size = matrix.rref()
        table = exact.tolist()
    return [next(j for j, entry in enumerate(row) if int(entry)) for row in table[:size]]


def _solved(matrix: fmpz_mat, right: Sequence[Sequence[fmpz]]) -> tuple[list[list[fmpz]], fmpz]:
    """Return columns ``X`` and ``d > 0`` with ``matrix X = d right`` (both given by columns)."""
    n = matrix.nrows()
    wide = fmpz_mat(
        n,
        n + len(right),
        [entry for i, row in enumerate(matrix.tolist()) for entry in (*row, *(column[i] for column in right))],
    )
    reduced, d, _ = wide.rref()
    sign = -1 if d < 0 else 1
    columns = reduced.transpose().tolist()[n:]
    return [[sign * entry for entry in column] for column in columns], sign * d


@define
class _Workspace:
    """The rows, the current basis and the rule that chooses among candidates."""

    rows: fmpz_mat
    tight: list[int]
    pivots_left: int
    bland_below: int
    table: list[list[fmpz]] = field(init=False)

    @table.default
    def _entries(self) -> list[list[fmpz]]:
        return self.rows.tolist()

    @property
    def basis(self) -> fmpz_mat:
        n = self.rows.ncols() - 1
        return fmpz_mat(n, n, [entry for i in self.tight for entry in self.table[i][1:]])

    def vertex(self, *right: Sequence[fmpz]) -> tuple[list[fmpz], list[list[fmpz]]]:
        """Return the vertex ``(t, t x)`` of the basis and, scaled alike, ``basis^-1`` times the columns ``right``."""
        constants = [-self.table[i][0] for i in self.tight]
        [x, *others], d = _solved(self.basis, [constants, *right])
        return [d, *x], others

    def coefficients(self, *vectors: Sequence[fmpz]) -> tuple[list[list[fmpz]], fmpz]:
        """Return the coordinates of linear parts in the basis rows, over a common positive denominator."""
        return _solved(self.basis.transpose(), vectors)

    def values(self, vector: Sequence[fmpz]) -> list[fmpz]:
        return (self.rows * fmpz_mat(len(vector), 1, list(vector))).entries()

    def choose(self, candidates: Sequence[tuple[fmpz, int]]) -> int:
        """Return the index with the least value, or by Bland's rule the least index."""
        if self.pivots_left < self.bland_below:
            return min(index for _, index in candidates)
        return min(candidates)[1]

    def exchange(self, leaving: int, entering: int) -> None:
        """Replace the row at position ``leaving`` of the basis."""
        self.pivots_left -= 1
        self.tight[leaving] = entering


def _least_ratio(ratios: Iterator[tuple[fmpz, fmpz, int]]) -> int | None:
    """Return the index of the least ``a / b`` (``b > 0``), of the least index among equals."""
    best: tuple[fmpz, fmpz, int] | None = None
    for a, b, index in ratios:
        if best is None or (a * best[1], index) < (best[0] * b, best[2]):
            best = (a, b, index)
    return None if best is None else best[2]


def maximize_from(
    rows: Sequence[Row], objective: Sequence[int], order: Sequence[int], max_pivots: int = 500
) -> Vertex | Empty | Escape | None:
    """Maximize ``objective . x`` over ``{x : r . (1, x) >= 0}`` by the simplex method.

    Args:
        rows: integer rows, constant first.
        objective: integers.
        order: all row indices, the likely tight ones first; the first basis is read off it.
        max_pivots: the answer is None if so many do not suffice.

    >>> maximize_from([(1, -1, 0), (1, 0, -1), (0, 1, 1)], (1, 2), (0, 1, 2))
    Vertex(point=(1, 1, 1), multipliers={0: 1, 1: 2}, scale=1)
    """
    n = len(objective)
    linear = integer_matrix([rows[i][1:] for i in order], n)
    columns = independent_columns(linear)
    small = integer_matrix([[row[0], *(row[1 + j] for j in columns)] for row in rows], 1 + len(columns))
    pivots = independent_columns(linear.transpose())
    patience = _BLAND_AFTER * (n + 4)
    work = _Workspace(small, [order[i] for i in pivots], max_pivots, max_pivots - patience)
    line = _rising_line(linear, objective) if len(columns) < n else None
    found = _two_phases(work, [fmpz(0 if line else objective[j]) for j in columns])
    if line and isinstance(found, Vertex):
        return Escape(_spread(found.point, columns, n), line)
    match found:
        case Vertex(point, multipliers, scale):
            return Vertex(_spread(point, columns, n), multipliers, scale)
        case Escape(point, direction):
            return Escape(_spread(point, columns, n), _spread((0, *direction), columns, n)[1:])
    return found


def _rising_line(linear: fmpz_mat, objective: Sequence[int]) -> Row | None:
    """Return a vector of the lineality space on which the objective is positive, or None."""
    for line in kernel([[int(entry) for entry in row] for row in linear.tolist()], len(objective)):
        slope = dot(objective, line)
        if slope:
            return line if slope > 0 else tuple(-entry for entry in line)
    return None


def _spread(point: Row, columns: Sequence[int], n: int) -> Row:
    """Put zeros in the columns that were left out."""
    whole = [0] * (n + 1)
    whole[0] = point[0]
    for j, entry in zip(columns, point[1:], strict=True):
        whole[1 + j] = entry
    return tuple(whole)


def _two_phases(work: _Workspace, objective: list[fmpz]) -> Vertex | Empty | Escape | None:
    [y], _ = work.coefficients([-entry for entry in objective])
    first = objective
    if min(y, default=0) < 0:
        first = [-sum(column) for column in zip(*(work.table[i][1:] for i in work.tight), strict=True)]
    empty = _dual_phase(work, first)
    if empty is not None:
        return empty
    return _primal_phase(work, objective)


def _dual_phase(work: _Workspace, objective: Sequence[fmpz]) -> Empty | None:
    """Pivot to a feasible vertex, keeping the basis dual feasible for ``objective``."""
    negated = [-entry for entry in objective]
    while work.pivots_left > 0:
        point, _ = work.vertex()
        violated = [(value, i) for i, value in enumerate(work.values(point)) if value < 0]
        if not violated:
            return None
        entering = work.choose(violated)
        # entering row = sum w_j (tight row j) / d, up to its constant
        [y, w], d = work.coefficients(negated, work.table[entering][1:])
        ratios = ((y[j], w[j], work.tight[j]) for j in range(len(w)) if w[j] > 0)
        leaving = _least_ratio(ratios)
        if leaving is None:
            weights = {work.tight[j]: int(-w[j]) for j in range(len(w)) if w[j]}
            return Empty(weights | {entering: int(d)})
        work.exchange(work.tight.index(leaving), entering)
    return None


def _primal_phase(work: _Workspace, objective: Sequence[fmpz]) -> Vertex | Escape | None:
    """Pivot from a feasible vertex to an optimal one."""
    negated = [-entry for entry in objective]
    n = len(negated)
    while work.pivots_left > 0:
        [y], d = work.coefficients(negated)
        wrong = [(value, work.tight[j]) for j, value in enumerate(y) if value < 0]
        if not wrong:
            point, _ = work.vertex()
            weights = {work.tight[j]: int(value) for j, value in enumerate(y) if value}
            return Vertex(primitive([int(entry) for entry in point]), weights, int(d))
        leaving = work.tight.index(work.choose(wrong))
        point, [direction] = work.vertex([fmpz(int(i == leaving)) for i in range(n)])
        slopes = work.values([fmpz(0), *direction])
        values = work.values(point)
        ratios = ((values[i], -slopes[i], i) for i in range(len(values)) if slopes[i] < 0)
        entering = _least_ratio(ratios)
        if entering is None:
            ray = primitive([int(entry) for entry in direction])
            return Escape(primitive([int(entry) for entry in point]), ray)
        work.exchange(leaving, entering)
    return None
