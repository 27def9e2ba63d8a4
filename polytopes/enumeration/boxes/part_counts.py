"""Counts the parts of a cell over a cube under forms in general position, where floats prove the number.

A form may touch a hyperplane's part of the cell, or miss or meet it by less than floats tell. That is then decided in
exact arithmetic: on a set that is convex and relatively open, a form whose supremum and infimum are s and i vanishes
somewhere iff i < 0 < s, or it is 0 everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polytopes.enumeration.boxes.float_forms import UNIT, FloatForms
from polytopes.enumeration.kernels.zero_counts import (
    CHILDREN,
    FITTING,
    IS_NEW,
    MOST_FORMS,
    NOT_PROVEN,
    OPEN,
    PAUSED,
    REST,
    TOGETHER,
    TOO_LONG,
    number_of_parts,
)
from polytopes.enumeration.kernels.zero_search import (
    APART,
    ASKED,
    FORMS,
    MEMBER,
    MET,
    TOP,
    TOTAL,
    UNSURE,
    WALLS,
    WITHIN,
    Zeros,
)
from polytopes.optimization.cube_bases import Form
from polytopes.optimization.cube_maximum import is_positive_somewhere

Array = NDArray[Any]
REMEMBERED = 1 << 12
"""So many exact answers are remembered of each kind."""
AT_ONCE, MOST_PROGRAMS = 500, 1 << 60
"""Programs between two pauses, and so many as are tried before a cell is split instead."""
SMALL, WORTH_A_QUESTION = 64, 1000
"""In more coordinates, questions are decided exactly only if so many programs were tried for each of them."""
GIVEN = 20
"""More questions that are decided exactly where the whole cube is counted, which else is cut in two and begun anew."""
Exact = Callable[[], tuple[Sequence[Form], Sequence[Form]]]
"""Gives forms and walls as integer forms over (1, u)."""


def number_of_cells(forms: FloatForms, walls: FloatForms, exact: Exact | None = None, most: int = MOST_PROGRAMS) -> int:
    """Return into how many parts the hyperplanes of forms cut the cell where all walls are positive; or less than 0.

    It is NOT_PROVEN where forms that vanish together are dependent, or where floats leave something open and ``exact``
    does not say what the forms are; and TOO_LONG if more than ``most`` programs would be needed, or if there are more
    than 61 forms that are not seen to vanish together. The cell has an interior, and no form is 0.

    >>> def over_square(*rows):
    ...     table = np.array(rows, dtype=float).reshape(-1, 3)
    ...     return FloatForms(table, np.abs(table).sum(axis=1), np.zeros(len(table)))
    >>> number_of_cells(over_square((0, 1, 0), (0, 0, 1)), over_square())
    4
    >>> number_of_cells(over_square((0, 1, 0), (0.5, 1, 0)), over_square((0.75, 1, 0)))
    3
    """
    count = PartCount(forms, walls, exact, most)
    while (found := count.go_on()) == PAUSED:
        pass
    return found


@cache
def make_ready() -> None:
    """Compile what counts, or load it, so that the time of the first count is that of others."""
    one = FloatForms(np.array([[0.0, 1.0]]), np.ones(1), np.zeros(1))
    number_of_parts(_filled(one, one[:0]), 1)


class _OpenSets:
    """What floats leave open, in exact arithmetic."""

    def __init__(self, exact: Exact | None) -> None:
        self.exact = exact
        self.asked = 0

    @cached_property
    def _forms(self) -> tuple[Sequence[Form], Sequence[Form]]:
        assert self.exact is not None, "without it nothing is asked"
        return self.exact()

    def answer(self, within: Sequence[int], member: int) -> int:
        """Return whether a form vanishes where some others do, MET or APART; UNSURE if it is 0 there, or too hard.

        Those others are independent and vanish together in the cell.
        """
        if self.exact is None:
            return UNSURE
        self.asked += 1
        forms, walls = self._forms
        target, equations = forms[member], [forms[i] for i in within]
        signs = [is_positive_somewhere([s * entry for entry in target], equations, walls) for s in (1, -1)]
        if None in signs or not any(signs):
            return UNSURE
        return MET if all(signs) else APART


class PartCount:
    """A count of parts that can be left off; arguments as for :func:`number_of_cells`."""

    def __init__(
        self, forms: FloatForms, walls: FloatForms, exact: Exact | None = None, most: int = MOST_PROGRAMS
    ) -> None:
        self._forms, self._most = forms, most
        self._order = _order(forms)
        self._z = _filled(forms[self._order], walls)
        self._open_sets = _OpenSets(exact)
        self._answer, self._asked = UNSURE, 0

    @property
    def found(self) -> int:
        """The parts that are counted by now."""
        return int(self._z.state[TOTAL])

    @property
    def at_most(self) -> int:
        """A number that the parts do not exceed: of those not yet counted all patterns of signs are."""
        z, total = self._z, self.found
        if not total and not z.state[TOP]:  # it has not begun
            return 1 << len(self._forms)
        for own in z.plan[: int(z.state[TOP])].tolist():
            total += 1 << own[REST].bit_count() if own[IS_NEW] else 0
            children, fitting = own[CHILDREN], own[FITTING] | own[REST]
            while children:
                child = children & -children
                children ^= child
                total += 1 << (fitting & ~(2 * child - 1)).bit_count()
        return total

    def go_on(self) -> int:
        """Go on for some programs; return :func:`number_of_cells`, or PAUSED."""
        count = len(self._forms)
        if count > MOST_FORMS:
            return 1 << count if number_of_parts(self._z, self._most, TOGETHER) == TOGETHER else TOO_LONG
        answer = number_of_parts(self._z, min(AT_ONCE, self._most), self._answer)
        if answer not in (OPEN, PAUSED):
            return answer
        self._asked += int(self._z.state[ASKED])
        if self._asked >= self._most:
            return TOO_LONG
        self._answer = self._decided() if answer == OPEN else PAUSED
        return NOT_PROVEN if self._answer == UNSURE else PAUSED

    def _decided(self) -> int:
        """Return the answer to the question that floats leave open; UNSURE if it is too hard."""
        z, order = self._z, self._order
        within = [int(order[i]) for i in range(len(self._forms)) if int(z.state[WITHIN]) >> i & 1]
        is_small = self._forms.rows.shape[1] <= SMALL
        given = 0 if z.state[WALLS] else GIVEN
        if not is_small and self._asked < WORTH_A_QUESTION * (self._open_sets.asked + 1 - given):
            return UNSURE
        return self._open_sets.answer(within, int(order[z.state[MEMBER]]))


@np.errstate(invalid="ignore")
def _order(forms: FloatForms) -> Array:
    """Return the forms in order, those first whose hyperplanes are far from the center."""
    spread = np.abs(forms.rows[:, 1:]).sum(axis=1)
    balance = np.abs(forms.rows[:, 0]) / np.where(spread > 0, spread, 1.0)
    order: Array = np.argsort(-balance, kind="stable")
    return order


@np.errstate(over="ignore", invalid="ignore")
def _filled(forms: FloatForms, walls: FloatForms) -> Zeros:
    """Return the workspace with forms and walls divided by their norms; of infinite ones nothing will be proven."""
    count = len(forms)
    z = _workspace(count, len(walls), forms.rows.shape[1] - 1)
    for part, start in ((forms, 0), (walls, count)):
        norms = np.sqrt((part.rows[:, 1:] ** 2).sum(axis=1))
        norms[~(norms > 0)] = 1.0
        rows = slice(start, start + len(part))
        z.rows[rows] = part.rows / norms[:, None]
        # dividing moves every entry by half a unit in the last place
        z.measures[0, rows] = part.sizes / norms * (1 + 4 * UNIT)
        z.measures[1, rows] = (part.errors / norms + 2 * UNIT * z.measures[0, rows]) * (1 + 4 * UNIT)
    return z


def _workspace(count: int, m: int, n: int) -> Zeros:
    rows, flats = count + m, min(count, MOST_FORMS) + 1
    z = Zeros(
        state=np.zeros(9, dtype=np.int64),
        rows=np.zeros((rows, n + 1)),
        measures=np.zeros((2, rows)),
        faces=np.zeros(REMEMBERED, dtype=np.int64),
        gaps=np.zeros(REMEMBERED, dtype=np.int64),
        used=np.zeros(rows, dtype=np.int64),
        shares=np.zeros(rows),
        duals=np.zeros(rows),
        trial=np.zeros(rows),
        step=np.zeros(rows),
        gradient=np.zeros(rows),
        fixed=np.zeros(rows, dtype=np.int64),
        matrix=np.zeros((rows, rows)),
        inverse=np.zeros((rows, rows)),
        residues=np.zeros(rows),
        values=np.zeros(n),
        point=np.zeros(n),
        scratch=np.zeros(n),
        reach=np.zeros(n),
        free=np.zeros(n, dtype=np.int64),
        entries=np.zeros((rows, n)),
        found=np.zeros((count * flats, rows)),
        plan=np.zeros((flats, 7), dtype=np.int64),
        all_reach=np.zeros(n),
        all_defect=np.ones(1),
    )
    z.state[FORMS], z.state[WALLS] = count, m
    return z
