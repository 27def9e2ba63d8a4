"""Cells of the search in exact arithmetic: linear programs where all earlier units are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.optimization.linear_program import Infeasible, Optimal, Unbounded, maximize
from tropical.property_checker import EXACT, NONE, Cell, Levels

Parts = list[Any]
"""Numbers of rows of a cell alternating with multipliers, as certificates have them."""
Split = tuple[int, int]
"""A unit and the side that was taken: 1 where z is at least 0."""


@frozen
class ExactCell:
    """The part of a case on one side of each split; ``active`` has the side of every unit that is closed there."""

    cell: Cell
    n_splits: int

    @classmethod
    def of(
        cls, levels: Levels, case: Mapping[str, Any], splits: Sequence[Split], active: Mapping[int, int]
    ) -> ExactCell:
        """Return the cell at the end of a path of splits."""
        cell = Cell(levels, dict(case))
        n_splits = 0
        for unit, side in splits:
            if unit < levels.n_units:
                cell.origins = [*cell.origins, (unit, side)]
                n_splits += 1
            else:
                cell = cell.child(unit, side)
        for unit, side in active.items():
            cell.improve(unit, 0, is_upper=not side)
        return cls(cell, n_splits)

    def rows(self) -> list[Vector]:
        """Return the rows of the cell in the order of certificates, then the bounds of the box."""
        return self._rows({})

    def _rows(self, fixed: Mapping[int, Fraction]) -> list[Vector]:
        """Return the rows without the bounds of some inputs."""
        cell = self.cell
        found = [tuple(cell.row(number, EXACT)) for number in range(len(cell.origins))]
        for k, (low, high) in enumerate(zip(cell.low, cell.high, strict=True)):
            for bound, sign in ((low, 1), (high, -1)):
                if bound is not None and k not in fixed:
                    row = [Fraction(0)] * (1 + len(cell.low))
                    row[0], row[1 + k] = -sign * bound, Fraction(sign)
                    found.append(tuple(row))
        return found

    @property
    def _fixed(self) -> dict[int, Fraction]:
        """The values of inputs whose bounds are equal, such as most pixels of an image."""
        ends = enumerate(zip(self.cell.low, self.cell.high, strict=True))
        return {k: Fraction(low) for k, (low, high) in ends if low is not None and low == high}

    def _maximize(self, form: Sequence[Any], rows: Sequence[Vector]) -> Optimal | Unbounded | Infeasible:
        """Maximize a form as a linear program in the inputs that are not fixed; points have all of them."""
        fixed, size = self._fixed, len(self.cell.low)
        free = [k for k in range(size) if k not in fixed]

        def inner(row: Sequence[Any]) -> Vector:
            return (row[0] + sum(row[1 + k] * x for k, x in fixed.items() if row[1 + k]), *(row[1 + k] for k in free))

        answer = maximize(inner(form), list(map(inner, rows)), ambient_dim=len(free))
        if isinstance(answer, Optimal):
            values = fixed | dict(zip(free, answer.point, strict=True))
            return evolve(answer, point=tuple(values[k] for k in range(size)))
        return answer

    def z(self, unit: int) -> Vector:
        """Return the affine form of a unit whose earlier units are closed."""
        return tuple(self.cell.form(self.cell.levels.single(unit), [Fraction(1)], EXACT))

    def parts(self, multipliers: Sequence[Fraction | int]) -> Parts:
        """Return the multipliers of the rows without those of the box, which the checker finds."""
        pairs = zip(range(len(self.cell.origins)), multipliers, strict=False)
        return [entry for number, factor in pairs if factor for entry in (number, str(Fraction(factor)))]

    def greatest(self, form: Vector) -> tuple[Fraction | None, Parts] | None:
        """Return the greatest value of a form, None for infinity, with multipliers; None alone if the cell is empty."""
        match self._maximize(form, self._rows(self._fixed)):
            case Optimal(_, value, multipliers):
                return value, self.parts(multipliers)
            case Unbounded():
                return None, []
            case _:
                return None

    def emptiness(self) -> list[Any] | None:
        """Return the refutation of all conjunctions by rows of the cell alone, None if the cell has a point."""
        answer = self._maximize([0] * (1 + len(self.cell.low)), self._rows(self._fixed))
        return [-1, 1, [], self.parts(answer.multipliers)] if isinstance(answer, Infeasible) else None

    def conditions(self, conjunction: int) -> list[Vector]:
        """Return the affine forms of the conditions of a conjunction; all units are closed."""
        rows = self.cell.conjunctions[conjunction]
        units = [[Fraction(int(j == i)) for j in range(len(rows.forms))] for i in range(len(rows.forms))]
        return [tuple(self.cell.form(rows, weights, EXACT)) for weights in units]

    def solve(self, conjunction: int) -> Vector | list[Any]:
        """Return a point where a conjunction holds, or its refutation; all units are closed."""
        forms, rows = self.conditions(conjunction), self._rows(self._fixed)
        answer = self._maximize([0] * (1 + len(self.cell.low)), [*rows, *forms])
        if isinstance(answer, Infeasible):
            texts = [str(Fraction(factor)) for factor in answer.multipliers[len(rows) :]]
            return [conjunction, 1, texts, self.parts(answer.multipliers)]
        assert not isinstance(answer, Unbounded), "the objective is 0"
        return answer.point


def case_document(case: Any) -> dict[str, Any]:
    """Return a case as certificates have it."""
    bounds = {
        side: [NONE if bound is None else str(bound) for bound in limits]
        for side, limits in (("lower", case.lower), ("upper", case.upper))
    }
    factors = [list(map(str, factors)) for factors in case.factors]
    return {**bounds, "rows": case.rows, "outputs": case.outputs, "factors": factors}
