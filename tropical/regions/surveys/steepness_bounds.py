"""Bounds of Lipschitz constants over boxes: intervals of Jacobians where some gates are open.

Where a gate is open its output is one of several forms, so each entry of its gradient lies between the least and the
greatest of theirs, by every affine map of a region and so by every mean of them. Intervals of linear combinations are
those of interval arithmetic, in floating point with all roundings added. A norm of a matrix with entries in intervals
is at most that of their largest absolute values, for the norms l1 and linf and for the sum of squares, which is at
least the square of the l2 norm.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from polytopes.enumeration.boxes.program_bounds import OPEN, program_bounds
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.packed_program import quotient
from polytopes.polyhedra.boxes import Box

Array = np.ndarray[Any, Any]
_Entry: TypeAlias = tuple[float, int, Array, int, int, Box | None]
"""The promise, negative, a number, bounds of norms, the number of open gates, cuts so far, and the box."""
FEW_OPEN = 12
"""A box where no more gates are open is walked."""
MOST_SPLITS = 6
"""A box that was cut in two so many times in each dimension is walked in any case: hyperplanes may coincide in it."""


class JacobianBounds:
    """Bounds of norms of the Jacobians of a program where the winners of some gates are known."""

    def __init__(self, program: GateProgram) -> None:
        self.program = program
        self._rows = [_floats(program, number) for number in range(len(program.stages))]

    def norms(self, winners: Sequence[int]) -> Array:
        """Return bounds of the l1 norm, the linf norm and the square of the l2 norm; inf where there are none.

        >>> from polytopes import ProgramBuilder
        >>> build = ProgramBuilder(1)
        >>> program = build.finish(build.relu(build.linear([{1: 2}, {1: -3}])))
        >>> [round(x, 6) for x in JacobianBounds(program).norms([OPEN, 0]).tolist()]
        [2.0, 2.0, 4.0]
        """
        program, dim = self.program, self.program.input_dim
        low = np.concatenate([np.zeros((1, dim)), np.eye(dim)])
        high, gate = low.copy(), 0
        with np.errstate(all="ignore"):
            for stage, rows in zip(program.stages, self._rows, strict=True):
                sources = list(stage.sources)
                above, below = np.maximum(rows, 0), np.minimum(rows, 0)
                size = np.maximum(np.abs(low[sources]), np.abs(high[sources]))
                error = (np.abs(rows) @ size) * 2.0**-40 + 2.0**-1000 * bool(len(sources))
                least = above @ low[sources] + below @ high[sources] - error
                most = above @ high[sources] + below @ low[sources] + error
                low, high = np.concatenate([low, least]), np.concatenate([high, most])
                passed = []
                for own in stage.gates:
                    chosen = [own.outputs[winners[gate]]] if winners[gate] != OPEN else list(own.outputs)
                    passed.append((low[chosen].min(axis=0), high[chosen].max(axis=0)))
                    gate += 1
                if passed:
                    low = np.concatenate([low, [pair[0] for pair in passed]])
                    high = np.concatenate([high, [pair[1] for pair in passed]])
            outputs = list(program.outputs)
            entries = np.maximum(np.abs(low[outputs]), np.abs(high[outputs]))
            l1, linf = entries.sum(axis=0).max(initial=0.0), entries.sum(axis=1).max(initial=0.0)
            found = np.array([l1, linf, min(l1 * linf, (entries * entries).sum())]) * (1 + 2.0**-40)
        return np.where(np.isnan(found), np.inf, found)


def number_of_weights(program: GateProgram) -> int:
    """Return the number of entries of all linear maps of a program."""
    return sum(len(stage.rows) * len(stage.sources) for stage in program.stages)


def _floats(program: GateProgram, number: int) -> Array:
    """Return the true weights of a stage, rounded."""
    stage, first = program.stages[number], program.first_slots[number]
    rows = np.zeros((len(stage.rows), len(stage.sources)))
    for i, row in enumerate(stage.rows):
        above = program.scales[first + i]
        for j, (source, entry) in enumerate(zip(stage.sources, row, strict=True)):
            if entry:
                factor = above / program.scales[source]
                rows[i, j] = quotient(entry * factor.numerator, factor.denominator)
    return rows


class SteepnessSearch:
    """Boxes in which a norm may be larger than what is known, the most promising first.

    Args:
        program: a gate program with outputs.
        box: where; None for what is not a box: then there is one bound, and nothing is cut.
    """

    def __init__(self, program: GateProgram, box: Box | None) -> None:
        self.bounds = JacobianBounds(program)
        self._numbers = count()
        self._known = np.full(3, -np.inf)
        self._open = [self._entry(box, 0)]

    def upper(self, known: Array) -> list[Fraction | None]:
        """Return what the norms are at most in the boxes that are left; the norms found are not counted."""
        bounds = [own for _, _, own, *_ in self._open if (own > known).any()]
        most = np.max(bounds, axis=0) if bounds else np.full(3, -np.inf)
        return [Fraction(float(x)) if np.isfinite(x) else Fraction(0) if x < 0 else None for x in most]

    def run(self, deadline: float, known: Callable[[], Array], walk: Callable[[Box], None]) -> bool:
        """Cut boxes in two, and walk those where few gates are open, until so late; return whether none is left.

        ``known`` has floats that are at most the norms found, ``walk`` finds those in a box.
        """
        while self._open and time.monotonic() < deadline:
            _, _, bounds, n_open, splits, box = self._open[0]
            if not (bounds > known()).any():
                heapq.heappop(self._open)
                continue
            if box is None:
                return False
            parts = () if n_open <= FEW_OPEN or splits >= MOST_SPLITS * len(box.free) else _halves(box)
            if not parts:
                walk(box)
            self._known = known()
            new = [self._entry(part, splits + 1) for part in parts]
            heapq.heapreplace(self._open, new[0]) if new else heapq.heappop(self._open)
            for part in new[1:]:
                heapq.heappush(self._open, part)
        return not self._open

    def _entry(self, box: Box | None, splits: int) -> _Entry:
        program = self.bounds.program
        winners = (OPEN,) * program.n_gates if box is None else program_bounds(program, box).winners
        bounds = self.bounds.norms(winners)
        with np.errstate(all="ignore"):
            promise = float(np.nanmax(bounds / np.where(self._known > 0, self._known, 1.0)))
        return -promise, next(self._numbers), bounds, sum(winner == OPEN for winner in winners), splits, box


def _halves(box: Box) -> tuple[Box, ...]:
    """Cut a box across its longest side."""
    sides = [(high - low, k) for k, (low, high) in enumerate(zip(box.lower, box.upper, strict=True))]
    _, k = max(sides)
    middle = (box.lower[k] + box.upper[k]) / 2
    first = Box(box.lower, (*box.upper[:k], middle, *box.upper[k + 1 :]))
    return first, Box((*box.lower[:k], middle, *box.lower[k + 1 :]), box.upper)
