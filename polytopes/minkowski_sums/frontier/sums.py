"""Exact sums along the moves of a machine: one polynomial with integer coefficients for each state.

Coefficients are kept in base 2**64, with as many digits as the sum of all of them may need at that step.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import numpy as np

from polytopes.minkowski_sums.frontier.machine import Budget, Machine, Moves
from polytopes.minkowski_sums.frontier.schedule import Step

Array = np.ndarray[Any, Any]

FEW = 1 << 15
MANY = 1 << 18
"""With at least MANY states, moves are summed and not kept; with at least FEW, unless the step occurs OFTEN."""
OFTEN = 12


def total(machine: Machine, budget: Budget, degrees: int | None = None) -> list[int]:
    """Return the coefficients of the sum over all paths through the steps, or the first few.

    Raises:
        LimitReached: with the sum for the windows that were done: no coefficient of the whole is less.
    """
    budget.steps, budget.steps_done = len(machine.plan.steps), 0
    states, values = machine.start(), np.ones((1, 1, 1), np.uint64)
    times = Counter(step.shape for step in machine.plan.steps)
    for step in machine.plan.steps:
        if not machine.can_die:
            budget.partial = partial(column_sums, values)
        if len(states) < (MANY if times[step.shape] >= OFTEN else FEW):
            states, moves = machine.expand(step, states, budget)
            following = np.zeros((moves.n_targets, *_room(machine, step, values, moves.weights)), np.uint64)
            add(values, following, moves)
        else:
            states, following = _stream(machine, step, states, values, budget)
        values = following
        if degrees is not None and values.shape[1] > degrees:
            values = np.ascontiguousarray(values[:, :degrees])
            alive = values.any(axis=(1, 2))
            states, values = states[alive], values[alive]
        budget.steps_done += 1
        if not machine.can_die:
            budget.partial = partial(column_sums, values)
        budget.check(values.nbytes + states.nbytes, len(states))
    return column_sums(values[machine.accepted(states)])


def add(values: Array, following: Array, moves: Moves) -> None:
    """Add along moves that are all in memory."""
    from polytopes.minkowski_sums.frontier.kernels.adding import accumulate

    accumulate(values, following, moves.rows, len(moves.rows), moves.weights)


def _stream(machine: Machine, step: Step, states: Array, values: Array, budget: Budget) -> tuple[Array, Array]:
    """Take a step, adding block by block of moves."""
    from polytopes.minkowski_sums.frontier.kernels.adding import accumulate

    held: list[Array] = []
    weights = machine.kinds(step)[1]
    room = _room(machine, step, values, weights)
    following = np.zeros((1, *room), np.uint64)
    for moves, _, n_found in machine.blocks(step, states, held, budget):
        if n_found > len(following):
            larger = np.zeros((max(n_found, 2 * len(following)), *room), np.uint64)
            larger[: len(following)] = following
            following = larger
        accumulate(values, following, moves, len(moves), weights)
        used = sum(array.nbytes for array in (states, values, following, *held))
        budget.check(used, n_found)
    return held[0], following[: len(held[0])]


def _room(machine: Machine, step: Step, values: Array, weights: Array) -> tuple[int, int]:
    """Return numbers of coefficients and of digits that suffice after a step.

    The sum of all coefficients grows at most by the number of ways to choose in the window.
    """
    size, ways = step.window.bit_count(), machine.ways(step)
    degrees = values.shape[1] + weights.shape[1] - 1 + (size - 1 if machine.faces else 0)
    highest = int(values[:, :, -1].sum(dtype=np.float64) * (1 + 2.0**-20)) + values.shape[0] * values.shape[1]
    bits = (highest + 1).bit_length() + 64 * (values.shape[2] - 1) + ways.bit_length()
    return degrees, bits // 64 + 1


def column_sums(values: Array) -> list[int]:
    """Return the sum over the states of each coefficient, without zeros at the end."""
    sums = [0] * values.shape[1]
    for digit in range(values.shape[2]):
        low = (values[:, :, digit] & np.uint64(0xFFFFFFFF)).sum(axis=0)
        high = (values[:, :, digit] >> np.uint64(32)).sum(axis=0)
        for i in range(len(sums)):
            sums[i] += (int(low[i]) + (int(high[i]) << 32)) << (64 * digit)
    while len(sums) > 1 and not sums[-1]:
        sums.pop()
    return sums
