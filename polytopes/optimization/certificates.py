"""Certificates: answers to linear programs, each with the vectors by which it is verified.

Every ``check`` uses integer and Fraction arithmetic only and none of the code that found the answer, so that a
certificate can be stored and verified elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.messages import exact_repr

Rows = Sequence[Sequence[int]]


def combination(multipliers: Sequence[Any], rows: Rows) -> list[Any]:
    """Return the sum of ``multipliers[i] * rows[i]``, empty if there is no row."""
    terms = [(factor, row) for factor, row in zip(multipliers, rows, strict=True) if factor]
    if not terms:
        return [0] * len(rows[0]) if rows else []
    return [
        sum(factor * entry for (factor, _), entry in zip(terms, column, strict=True))
        for column in zip(*(row for _, row in terms), strict=True)
    ]


def _vanishes(*parts: list[Any]) -> bool:
    """Whether the sum of the vectors is 0; an empty one stands for no rows."""
    return not any(sum(column) for column in zip(*(part for part in parts if part), strict=True))


@frozen
class StrictPoint:
    """A primitive integer vector ``z`` with ``r . z > 0`` on strict rows (``>= 0`` on weak rows, ``= 0`` on equations).

    >>> StrictPoint((1, 1)).check([(1, 0), (0, 1)])
    True
    """

    point: Row = field(repr=exact_repr)

    def check(self, strict_rows: Rows, weak_rows: Rows = (), equations: Rows = ()) -> bool:
        """Verify the signs of all scalar products."""
        return (
            all(dot(row, self.point) > 0 for row in strict_rows)
            and all(dot(row, self.point) >= 0 for row in weak_rows)
            and all(dot(row, self.point) == 0 for row in equations)
        )


@frozen
class Farkas:
    """Integers that show ``{z : S z > 0, W z >= 0, E z = 0}`` to be empty (Motzkin's transposition theorem).

    ``multipliers S + weak_multipliers W + equation_multipliers E = 0``, the first two non-negative, the first
    not 0.

    >>> Farkas((1, 1)).check([(1, 2), (-1, -2)])
    True
    """

    multipliers: Row = field(repr=exact_repr)
    weak_multipliers: Row = field(default=(), repr=exact_repr)
    equation_multipliers: Row = field(default=(), repr=exact_repr)

    def check(self, strict_rows: Rows, weak_rows: Rows = (), equations: Rows = ()) -> bool:
        """Verify the signs and that the combination of the rows is the zero vector."""
        signs = min((*self.multipliers, *self.weak_multipliers), default=0) >= 0 and any(self.multipliers)
        return signs and _vanishes(
            combination(self.multipliers, strict_rows),
            combination(self.weak_multipliers, weak_rows),
            combination(self.equation_multipliers, equations),
        )


def _feasible(point: Sequence[Any], inequalities: Rows, equations: Rows) -> bool:
    weak = all(dot(row, point) >= 0 for row in inequalities)
    return weak and all(dot(row, point) == 0 for row in equations)


@frozen
class Optimal:
    """An optimal ``point`` over ``{x : r . (1, x) >= 0, e . (1, x) = 0}`` with the dual multipliers that certify it.

    For a maximum ``objective + multipliers R + equation_multipliers E = (value, 0, ..., 0)``, the first multipliers
    non-negative; for a minimum the same holds of ``-objective`` and ``-value``.
    """

    point: Vector = field(repr=exact_repr)
    value: Fraction = field(repr=exact_repr)
    multipliers: Vector = field(repr=exact_repr)
    equation_multipliers: Vector = field(default=(), repr=exact_repr)
    maximum: bool = True

    def check(self, objective: Sequence[Any], inequalities: Rows, equations: Rows = ()) -> bool:
        """Verify that the point is feasible and attains ``value``, and the bound by the multipliers.

        ``objective`` is the homogeneous row, constant first.
        """
        sign = 1 if self.maximum else -1
        bound = [-sign * self.value] + [Fraction(0)] * len(self.point)
        return (
            _feasible((1, *self.point), inequalities, equations)
            and dot(objective, (1, *self.point)) == self.value
            and min(self.multipliers, default=0) >= 0
            and _vanishes(
                [sign * entry for entry in objective],
                bound,
                combination(self.multipliers, inequalities),
                combination(self.equation_multipliers, equations),
            )
        )


@frozen
class Infeasible:
    """Integer multipliers with ``multipliers R + equation_multipliers E = (-c, 0, ..., 0)``, ``c > 0``.

    The first are non-negative, so no ``x`` satisfies ``r . (1, x) >= 0`` and ``e . (1, x) = 0``.
    """

    multipliers: Row = field(repr=exact_repr)
    equation_multipliers: Row = field(default=(), repr=exact_repr)

    def check(self, inequalities: Rows, equations: Rows = ()) -> bool:
        """Verify the signs and the combination."""
        sums = combination(self.multipliers, inequalities), combination(self.equation_multipliers, equations)
        total = [sum(column) for column in zip(*(part for part in sums if part), strict=True)]
        return min(self.multipliers, default=0) >= 0 and bool(total) and total[0] < 0 and not any(total[1:])


@frozen
class Unbounded:
    """A feasible ``point`` and a ``ray`` of the recession cone along which the objective improves."""

    point: Vector = field(repr=exact_repr)
    ray: Row = field(repr=exact_repr)
    maximum: bool = True

    def check(self, objective: Sequence[Any], inequalities: Rows, equations: Rows = ()) -> bool:
        """Verify that the point is feasible and the ray an improving recession direction."""
        direction = (0, *self.ray)
        return (
            _feasible((1, *self.point), inequalities, equations)
            and _feasible(direction, inequalities, equations)
            and (1 if self.maximum else -1) * dot(objective, direction) > 0
        )
