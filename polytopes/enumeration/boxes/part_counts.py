"""Counts the parts of a cell over a cube under forms in general position, where floats prove the number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from polytopes.enumeration.boxes.float_forms import UNIT, FloatForms
from polytopes.enumeration.kernels.zero_counts import MOST_FORMS, TOO_LONG, number_of_parts
from polytopes.enumeration.kernels.zero_search import FORMS, WALLS, Zeros

Array = NDArray[Any]
REMEMBERED = 1 << 12
"""So many sets of forms are remembered of each kind."""
MOST_PROGRAMS = 3000
"""So many programs are tried before a cell is split instead."""


def number_of_cells(forms: FloatForms, walls: FloatForms, most: int = MOST_PROGRAMS) -> int:
    """Return into how many parts the hyperplanes of forms cut the cell where all walls are positive; or less than 0.

    It is NOT_PROVEN where floats do not prove the number, since forms are not independent, or vanish together in the
    boundary of the cell only; and TOO_LONG if more than ``most`` programs would be needed, or integers of more than 64
    bits. The cell has an interior, and no form is 0.

    >>> def over_square(*rows):
    ...     table = np.array(rows, dtype=float).reshape(-1, 3)
    ...     return FloatForms(table, np.abs(table).sum(axis=1), np.zeros(len(table)))
    >>> number_of_cells(over_square((0, 1, 0), (0, 0, 1)), over_square())
    4
    >>> number_of_cells(over_square((0, 1, 0), (0.5, 1, 0)), over_square((0.75, 1, 0)))
    3
    """
    count, m = len(forms), len(walls)
    if count > MOST_FORMS:
        return TOO_LONG
    if not count:
        return 1
    z = _workspace(count, m, forms.rows.shape[1] - 1)
    spread = np.abs(forms.rows[:, 1:]).sum(axis=1)
    balance = np.abs(forms.rows[:, 0]) / np.where(spread > 0, spread, 1.0)
    order = np.argsort(-balance, kind="stable")
    for part, start in ((forms[order], 0), (walls, count)):
        norms = np.sqrt((part.rows[:, 1:] ** 2).sum(axis=1))
        norms[~(norms > 0)] = 1.0
        rows = slice(start, start + len(part))
        z.rows[rows] = part.rows / norms[:, None]
        # dividing moves every entry by half a unit in the last place
        z.measures[0, rows] = part.sizes / norms * (1 + 4 * UNIT)
        z.measures[1, rows] = (part.errors / norms + 2 * UNIT * z.measures[0, rows]) * (1 + 4 * UNIT)
    return number_of_parts(z, most)


def _workspace(count: int, m: int, n: int) -> Zeros:
    rows = count + m
    z = Zeros(
        state=np.zeros(5, dtype=np.int64),
        rows=np.zeros((rows, n + 1)),
        measures=np.zeros((2, rows)),
        faces=np.zeros(REMEMBERED, dtype=np.int64),
        gaps=np.zeros(REMEMBERED, dtype=np.int64),
        stack=np.zeros(4 * (count + 2), dtype=np.int64),
        used=np.zeros(rows, dtype=np.int64),
        memory=np.zeros(rows),
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
    )
    z.state[FORMS], z.state[WALLS] = count, m
    return z
