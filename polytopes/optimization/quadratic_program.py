"""The point of a polyhedron nearest to a given one: a strictly convex quadratic program, solved in exact arithmetic.

The dual active-set method of D. Goldfarb and A. Idnani (Math. Programming 27, 1983): the point moves from the given one
to the nearest point of ever smaller polyhedra, cut out by independent rows that are tight there. Floats only choose
which violated row comes next; every step, and the last look at all rows, is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from attrs import define, field, frozen
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from numpy.typing import NDArray

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.linalg import echelon, integer_matrix
from polytopes.arithmetic.rationals import (
    MatrixLike,
    Row,
    Vector,
    VectorLike,
    as_vector,
    dot,
    primitive,
)
from polytopes.messages import exact_repr
from polytopes.optimization.certificates import Infeasible, combination
from polytopes.optimization.highs import float_rows
from polytopes.optimization.integer_rows import IntegerRows, as_integers

_SURE = 1e-7
"""Violations by more than this, relative to the sizes of row and point, are looked for in floats first."""


@frozen
class Nearest:
    """The point of ``{x : r . (1, x) >= 0, e . (1, x) = 0}`` nearest to a given one, with multipliers that show it.

    The point minus the given one is the combination of the linear parts of the rows with the multipliers; those of the
    inequalities are non-negative, and 0 where the row is not tight.
    """

    point: Vector = field(repr=exact_repr)
    multipliers: Vector = field(repr=exact_repr)
    equation_multipliers: Vector = field(default=(), repr=exact_repr)

    def check(self, target: VectorLike, inequalities: MatrixLike, equations: MatrixLike = ()) -> bool:
        """Verify that the point is feasible, and the conditions of Karush, Kuhn and Tucker."""
        given, rows = as_vector(target), [as_vector(row) for row in inequalities]
        fixed = [as_vector(row) for row in equations]
        values = [dot(row, (1, *self.point)) for row in rows]
        moved = [b - a for a, b in zip(given, self.point, strict=True)]
        terms = list(zip((*self.multipliers, *self.equation_multipliers), (*rows, *fixed), strict=True))
        total = [sum(m * row[k] for m, row in terms if m) for k in range(1, len(given) + 1)]
        return (
            min(values, default=0) >= 0
            and not any(dot(row, (1, *self.point)) for row in fixed)
            and min(self.multipliers, default=0) >= 0
            and not any(m and value for m, value in zip(self.multipliers, values, strict=True))
            and moved == total
        )


def nearest_point(
    target: VectorLike, inequalities: MatrixLike, equations: MatrixLike = (), guess: Iterable[int] = ()
) -> Nearest | Infeasible:
    """Return the point of ``{x in Q^n : r . (1, x) >= 0, e . (1, x) = 0}`` nearest to a point in the Euclidean norm.

    Args:
        target: the point.
        inequalities, equations: rows of n + 1 rationals, constant first.
        guess: numbers of inequalities that may be tight at the answer; a good guess saves steps.

    Returns:
        The nearest point with the multipliers of the rows as they are given, or a certificate that there is no point.

    Raises:
        ShapeError: if lengths do not fit.
        NumberError: if an entry is not a rational number.

    Algorithm:
        Each row that is added makes the distance strictly larger, so no set of rows comes twice, and there are finitely
        many.

    >>> nearest_point([2, 1], [(1, -1, 0), (1, 0, -1)])    # x <= 1 and y <= 1
    Nearest(point=(Fraction(1, 1), Fraction(1, 1)), multipliers=(Fraction(1, 1), Fraction(0, 1)),
            equation_multipliers=())
    >>> nearest_point([0], [(-1, 1), (0, -1)]).multipliers   # x >= 1 and x <= 0
    (1, 1)
    """
    goal, weak, linear = as_vector(target), IntegerRows.of(inequalities), IntegerRows.of(equations)
    common_dimension((len(row) - 1 for rows in (weak.rows, linear.rows) for row in rows), len(goal), "rows")
    work = _ActiveSet(goal, weak.rows, linear.rows)
    empty = work.begin(guess)
    while empty is None and (entering := work.violated()) is not None:
        empty = work.add(entering)
    if empty is not None:
        return Infeasible(*as_integers(weak.as_given(empty[0]), linear.as_given(empty[1])))
    found, fixed = work.multipliers()
    return Nearest(work.point, weak.as_given(found), linear.as_given(fixed))


def _quotients(matrix: fmpq_mat) -> list[Fraction]:
    return [Fraction(int(entry.p), int(entry.q)) for entry in matrix.entries()]


@define
class _ActiveSet:
    """Independent rows that are tight, their multipliers, and the point that these make of the given one.

    Rows are numbered as the inequalities are; the equations come after them and are never dropped.
    """

    target: Vector
    inequalities: Sequence[Row]
    equations: Sequence[Row]
    point: Vector = field(init=False)
    active: list[int] = field(init=False, factory=list)
    weights: list[Fraction] = field(init=False, factory=list)
    floats: NDArray[np.float64] | None = field(init=False, default=None)
    whole: fmpz_mat | None = field(init=False, default=None)

    def row(self, index: int) -> Row:
        m = len(self.inequalities)
        return self.inequalities[index] if index < m else self.equations[index - m]

    def begin(self, guess: Iterable[int]) -> tuple[Vector, Vector] | None:
        """Start from the equations and the rows of a guess; return the certificate that the equations contradict."""
        self.point, m = self.target, len(self.inequalities)
        for index in range(m, m + len(self.equations)):
            self._move_onto(index)
            value = dot(self.row(index), (1, *self.point))
            if value:
                sign = -1 if value > 0 else 1
                ratios = self._coordinates(index)
                fixed = [Fraction(0)] * len(self.equations)
                fixed[index - m] = Fraction(sign)
                for j, ratio in zip(self.active, ratios, strict=True):
                    fixed[j - m] = -sign * ratio
                return (Fraction(0),) * m, tuple(fixed)
        self._take(dict.fromkeys(index for index in guess if 0 <= index < m))
        return None

    def _take(self, guess: Iterable[int]) -> None:
        """Let independent rows of a guess be tight, and drop those with negative multipliers until none is left."""
        fixed = list(self.active)
        chosen = [*fixed, *guess]
        _, pivots = echelon(list(zip(*(self.row(i)[1:] for i in chosen), strict=True))) if chosen else ((), ())
        self.active = [chosen[j] for j in pivots]
        while True:
            self._settle()
            wrong = [i for i, w in zip(self.active, self.weights, strict=True) if w < 0 and i < len(self.inequalities)]
            if not wrong:
                return
            self.active = [i for i in self.active if i not in wrong]

    def _move_onto(self, index: int) -> None:
        if any(self._direction(index, self._coordinates(index))):
            self.active.append(index)
            self._settle()

    def _linear(self) -> fmpz_mat:
        return integer_matrix([self.row(i)[1:] for i in self.active], len(self.target))

    def _solved(self, right: Sequence[Fraction]) -> list[Fraction]:
        """Return the combination of the active rows whose products with them are ``right``."""
        if not self.active:
            return []
        linear = self._linear()
        column = fmpq_mat(len(right), 1, [fmpq(b.numerator, b.denominator) for b in right])
        return _quotients(fmpq_mat(linear * linear.transpose()).solve(column))

    def _settle(self) -> None:
        """Find weights and point of the active rows afresh: all of them are tight."""
        rows = [self.row(i) for i in self.active]
        self.weights = self._solved([-dot(row, (1, *self.target)) for row in rows])
        moves = combination(self.weights, [row[1:] for row in rows]) or [Fraction(0)] * len(self.target)
        self.point = tuple(a + b for a, b in zip(self.target, moves, strict=True))

    def _coordinates(self, index: int) -> list[Fraction]:
        """Return the combination of the active rows nearest to another one."""
        normal = self.row(index)[1:]
        return self._solved([Fraction(dot(self.row(i)[1:], normal)) for i in self.active])

    def _direction(self, index: int, ratios: Sequence[Fraction]) -> Vector:
        """Return the part of a row that is orthogonal to the active rows."""
        normals = [self.row(i)[1:] for i in self.active]
        part = combination(ratios, normals) or [Fraction(0)] * len(self.target)
        return tuple(Fraction(a) - b for a, b in zip(self.row(index)[1:], part, strict=True))

    def violated(self) -> int | None:
        """Return a row that the point violates, as far as possible, or None."""
        if not self.inequalities:
            return None
        if self.floats is None:
            self.floats = float_rows(self.inequalities)
            sizes = np.linalg.norm(self.floats[:, 1:], axis=1)
            sizes[sizes == 0] = 1
            self.floats /= sizes[:, np.newaxis]
        try:
            place = np.array([1.0, *map(float, self.point)])
        except OverflowError:
            place = np.zeros(len(self.target) + 1)
        values = self.floats @ place
        worst = int(values.argmin())
        if values[worst] < -_SURE * np.abs(place).max() and dot(self.inequalities[worst], (1, *self.point)) < 0:
            return worst
        return self._violated_exactly()

    def _violated_exactly(self) -> int | None:
        if self.whole is None:
            self.whole = integer_matrix(self.inequalities, len(self.target) + 1)
        column = fmpz_mat(len(self.target) + 1, 1, list(map(fmpz, primitive((Fraction(1), *self.point)))))
        values = (self.whole * column).entries()
        least = min(values)
        return values.index(least) if least < 0 else None

    def add(self, entering: int) -> tuple[Vector, Vector] | None:
        """Make a violated row tight, dropping others where their weights would become negative.

        Returns None, or multipliers of the inequalities and equations whose combination is a negative constant.
        """
        weight, free = Fraction(0), len(self.inequalities)
        while True:
            ratios = self._coordinates(entering)
            direction = self._direction(entering, ratios)
            falling = [
                (w / r, i) for i, w, r in zip(self.active, self.weights, ratios, strict=True) if r > 0 and i < free
            ]
            steepness, gap = dot(direction, direction), -dot(self.row(entering), (1, *self.point))
            if not steepness and not falling:
                return self._contradiction(entering, ratios)
            step = min(falling)[0] if falling else gap / steepness
            is_full = bool(steepness) and gap / steepness <= step
            step = gap / steepness if is_full else step
            weight += step
            self.weights = [w - step * r for w, r in zip(self.weights, ratios, strict=True)]
            self.point = tuple(a + step * b for a, b in zip(self.point, direction, strict=True))
            if is_full:
                self.active.append(entering)
                self.weights.append(weight)
                return None
            place = self.active.index(min(falling)[1])
            del self.active[place], self.weights[place]

    def _contradiction(self, entering: int, ratios: Sequence[Fraction]) -> tuple[Vector, Vector]:
        """The entering row is a combination of active ones that no point with these tight can satisfy."""
        total = [Fraction(0)] * (len(self.inequalities) + len(self.equations))
        total[entering] = Fraction(1)
        for i, ratio in zip(self.active, ratios, strict=True):
            total[i] -= ratio
        return tuple(total[: len(self.inequalities)]), tuple(total[len(self.inequalities) :])

    def multipliers(self) -> tuple[Vector, Vector]:
        """Return the weights of all inequalities and of all equations."""
        total = [Fraction(0)] * (len(self.inequalities) + len(self.equations))
        for i, weight in zip(self.active, self.weights, strict=True):
            total[i] = weight
        return tuple(total[: len(self.inequalities)]), tuple(total[len(self.inequalities) :])
