"""The arguments of the kernels for a step, in arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

BEFORE, TOTAL, WINDOW, AFTER, KEPT, FIXED, SIZE, WIDTH, REMEMBERED, PRIVATE = range(10)
"""The numbers of a plan for relations: numbers of slots, masks, and the bits of a row.

REMEMBERED is the place of the row of used slots, or -1; the others are those of
:class:`~polytopes.minkowski_sums.frontier.schedule.Step`.
"""


class OrderPlan(NamedTuple):
    """A step for orders.

    ``runs`` are runs of slots that are kept: first slot, mask, first slot afterwards. The rivals of slot v are rows
    ``first_rival[v]`` to ``first_rival[v + 1]`` of ``spread``, which have a 1 at the start of the row of each rival.
    ``starts`` has a 1 at the start of every row, ``diagonal`` one at each entry (i, i); ``place`` has word and shift of
    each row.
    """

    numbers: Array
    keep: Array
    runs: Array
    spread: Array
    first_rival: Array
    starts: Array
    diagonal: Array
    place: Array


class PreorderPlan(NamedTuple):
    """A step for preorders; the rivals of slot v are masks, ``first_rival[v]`` to ``first_rival[v + 1]``."""

    numbers: Array
    keep: Array
    runs: Array
    rivals: Array
    first_rival: Array


class ColoringPlan(NamedTuple):
    """A step for colorings: the number of slots before it, all slots, and those in the window, kept and dropped."""

    before: int
    total: int
    window: Array
    keep: Array
    dropped: Array
