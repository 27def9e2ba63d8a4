"""Cells of the search in exact arithmetic: linear programs where all earlier units are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.optimization.linear_program import Infeasible, Optimal, Unbounded, maximize
from tropical.property_checker import EXACT, NONE, Cell
from tropical.verification.free_inputs import FreeLevels

Parts = list[Any]
"""Numbers of rows of a cell alternating with multipliers, as certificates have them."""
Split = tuple[int, int]
"""A unit and the side that was taken: 1 where z is at least 0."""


@frozen
class ExactCell:
    """The part of a case, in its inputs that are not fixed, on one side of each split."""

    cell: Cell
    n_splits: int

    @classmethod
    def of(
        cls, levels: FreeLevels, case: Mapping[str, Any], splits: Sequence[Split], active: Mapping[int, int]
    ) -> ExactCell:
        """Return the cell at the end of a path of splits; ``active`` has the side of every closed unit."""
        cell = Cell(levels, dict(case))
        n_splits = 0
        for unit, side in splits:
            if unit < levels.n_units:
                cell.origins = [*cell.origins, (unit, side)]
                n_splits += 1
            else:
                cell = cell.child(levels.inner(unit), side)
        for unit, side in active.items():
            cell.improve(unit, 0, is_upper=not side)
        return cls(cell, n_splits)

    def rows(self) -> list[Vector]:
        """Return the rows of the cell in the order of certificates, then the bounds of the box."""
        cell = self.cell
        found = [tuple(cell.row(number, EXACT)) for number in range(len(cell.origins))]
        for k, (low, high) in enumerate(zip(cell.low, cell.high, strict=True)):
            for bound, sign in ((low, 1), (high, -1)):
                if bound is not None:
                    row = [Fraction(0)] * (1 + len(cell.low))
                    row[0], row[1 + k] = -sign * bound, Fraction(sign)
                    found.append(tuple(row))
        return found

    def _maximize(self, form: Sequence[Any], rows: Sequence[Vector]) -> Optimal | Unbounded | Infeasible:
        return maximize(form, rows, ambient_dim=len(self.cell.low))

    def z(self, unit: int) -> Vector:
        """Return the affine form of a unit whose earlier units are closed."""
        return tuple(self.cell.form(self.cell.levels.single(unit), [Fraction(1)], EXACT))

    def parts(self, multipliers: Sequence[Fraction | int]) -> Parts:
        """Return the multipliers of the rows without those of the box, which the checker finds."""
        pairs = zip(range(len(self.cell.origins)), multipliers, strict=False)
        return [entry for number, factor in pairs if factor for entry in (number, str(Fraction(factor)))]

    def greatest(self, form: Vector) -> tuple[Fraction | None, Parts] | None:
        """Return the greatest value of a form, None for infinity, with multipliers; None alone if the cell is empty."""
        match self._maximize(form, self.rows()):
            case Optimal(_, value, multipliers):
                return value, self.parts(multipliers)
            case Unbounded():
                return None, []
            case _:
                return None

    def some_point(self) -> Vector | list[Any]:
        """Return a point of the cell, or the refutation of all conjunctions by rows of the cell alone."""
        answer = self._maximize([0] * (1 + len(self.cell.low)), self.rows())
        if isinstance(answer, Infeasible):
            return [-1, 1, [], self.parts(answer.multipliers)]
        assert isinstance(answer, Optimal), "the objective is 0"
        return answer.point

    def emptiness(self) -> list[Any] | None:
        """Return the refutation of all conjunctions by rows of the cell alone, None if the cell has a point."""
        found = self.some_point()
        return found if isinstance(found, list) else None

    def conditions(self, conjunction: int) -> list[Vector]:
        """Return the affine forms of the conditions of a conjunction; all units are closed."""
        rows = self.cell.conjunctions[conjunction]
        units = [[Fraction(int(j == i)) for j in range(len(rows.forms))] for i in range(len(rows.forms))]
        return [tuple(self.cell.form(rows, weights, EXACT)) for weights in units]

    def solve(self, conjunction: int) -> Vector | list[Any]:
        """Return a point where a conjunction holds, or its refutation; all units are closed."""
        forms, rows = self.conditions(conjunction), self.rows()
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
