"""Cells of the engine kept by a point in their interior: the representation for high dimension.

A cell is the open cone {z : r . z > 0 for every constraint r} with one exact interior point, its witness. Whether a
form takes the sign that it does not have at the witness is one linear program; its answer is a second witness or a
Farkas certificate, both checked in integers by :mod:`polytopes.optimization.linear_program`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen
from flint import fmpz

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row, dot, primitive
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import BOTH, NEGATIVE, POSITIVE, Form
from polytopes.optimization.linear_program import Optimal, StrictPoint, maximize, strictly_feasible


@frozen(eq=False)
class WitnessCell:
    """A full-dimensional open cone: primitive constraint rows and a point where all are positive."""

    size: int
    rows: tuple[Row, ...]
    point: Row
    _known: dict[Row, Row | None] = field(factory=dict, repr=False)

    @classmethod
    def whole_space(cls, size: int) -> WitnessCell:
        """Return Q^size as a cell."""
        return cls(size, (), (1,) + (0,) * (size - 1))

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return for each form which signs it takes on the cell, as NEGATIVE | POSITIVE bits; 0 for the zero form."""
        found, watch = [], current_watch()
        for form in forms:
            found.append(self._signs(primitive([int(entry) for entry in form])))
            if watch is not None:
                watch.compared()
        return found

    def _signs(self, form: Row) -> int:
        if not any(form):
            return 0
        value = dot(form, self.point)
        if value == 0:
            return BOTH
        away = _negated(form) if value > 0 else form
        here = POSITIVE if value > 0 else NEGATIVE
        return here if self._witness(away) is None else BOTH

    def _witness(self, row: Row) -> Row | None:
        """Return a point of the cell where ``row`` is positive, or None if a certificate says there is none."""
        if row not in self._known:
            self._known[row] = self._find(row)
        return self._known[row]

    def _find(self, row: Row) -> Row | None:
        if _negated(row) in self.rows:
            return None
        answer = strictly_feasible((*self.rows, row))
        return answer.point if isinstance(answer, StrictPoint) else None

    def split(self, form: Form) -> tuple[WitnessCell, WitnessCell]:
        """Return the parts where a form that takes both signs is negative and positive."""
        row = primitive([int(entry) for entry in form])
        return self._part(_negated(row)), self._part(row)

    def half(self, form: Form) -> WitnessCell:
        """Return the part where a form that takes both signs is positive."""
        return self._part(primitive([int(entry) for entry in form]))

    def _part(self, row: Row) -> WitnessCell:
        value = dot(row, self.point)
        if value > 0:
            point: Row | None = self.point
        elif value == 0:
            point = self._step(row)
        else:
            point = self._witness(row)
        if point is None:
            raise ValueError("the form does not take this sign on the cell")
        return WitnessCell(self.size, (*self.rows, row), point)

    def _step(self, row: Row) -> Row:
        """Return a point a little along ``row`` from a witness on its hyperplane, inside every constraint."""
        slopes = ((dot(other, self.point), -dot(other, row)) for other in self.rows)
        room = min((Fraction(value, slope) for value, slope in slopes if slope > 0), default=Fraction(2)) / 2
        return primitive([room * b + a for a, b in zip(self.point, row, strict=True)])

    def interior(self) -> Row:
        """Return a vector in the interior of the cone."""
        return self.point

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex.

        If it vanishes at a vector that is not a line, some constraint is positive there, and the linear program is
        unbounded.
        """
        if rank(self.rows) < self.size:
            return False
        total = [sum(column) for column in zip(*self.rows, strict=True)]
        base = [0]
        result = maximize(
            [*base, *total],
            [(*base, *row) for row in self.rows],
            [(*base, *(int(entry) for entry in form))],
            ambient_dim=self.size,
        )
        return isinstance(result, Optimal)

    @property
    def constraints(self) -> tuple[Sequence[fmpz], ...]:
        """The constraints as forms, in the order of the cuts."""
        return tuple(tuple(fmpz(entry) for entry in row) for row in self.rows)

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints, each with a vector in the relative interior of its facet."""
        first = {row: j for j, row in reversed(list(enumerate(self.rows)))}
        found = []
        for row, j in sorted(first.items(), key=lambda item: item[1]):
            answer = strictly_feasible([other for other in first if other != row], equations=[row])
            if isinstance(answer, StrictPoint):
                found.append((j, answer.point))
        return found


def _negated(row: Row) -> Row:
    return tuple(-entry for entry in row)
