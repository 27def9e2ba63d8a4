"""What repeats along the frontier of a growing hypergraph: the same steps between the same states, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from attrs import frozen

from polytopes.errors import LimitReached, UnsupportedError
from polytopes.minkowski_sums.frontier.machine import Array, Budget, Machine, Moves
from polytopes.minkowski_sums.frontier.schedule import Schedule, Step
from polytopes.minkowski_sums.frontier.transfer_matrix import Arrow, TransferMatrix

Steps = tuple[Step, ...]

SECONDS_FOR_THOUSAND = 1.0
"""Roughly the time for the series of a frontier with 1000 states."""
POWER = 2.5
"""The time grows with about this power of the number of states."""


@frozen
class Sections:
    """A schedule cut into the steps before the repeating ones, one period of these, and the steps after them.

    Without steps at the ends, the repeating ones start from the empty state and may stop after any period.
    """

    plan: Schedule
    before: Steps
    period: Steps
    after: Steps


def sections(plan: Schedule, sizes: Sequence[int], shift: int, last: int, head: int, *, ends: bool) -> Sections:
    """Cut a schedule after ``head`` periods, and after two more.

    Args:
        plan: the steps of all periods.
        sizes: the numbers of windows in the periods.
        shift: by how much elements move from one period to the next.
        last: elements from this one on do not move.
        head: a period far from both ends.
        ends: whether the steps at the ends differ from those in the middle.

    Raises:
        UnsupportedError: if two periods in the middle are not the same.
    """
    starts = [sum(sizes[:j]) for j in (head, head + 1, head + 2)]
    period, following = (plan.steps[a:b] for a, b in pairwise(starts))

    def moved(step: Step) -> list[tuple[int, ...]]:
        return [tuple(e + shift * (e < last) for e in plan.atoms[atom]) for atom in step.atoms]

    for one, two in zip(period, following, strict=True):
        if one.shape != two.shape or moved(one) != [plan.atoms[atom] for atom in two.atoms]:
            raise UnsupportedError(f"the frontier does not repeat after {head} periods")
    return Sections(plan, plan.steps[: starts[0]] if ends else (), period, plan.steps[starts[2] :] if ends else ())


def transfer_matrix(parts: Sections, machine: Machine, t: int, budget: Budget) -> TransferMatrix:
    """Return the moves of a period between all states that are reachable between periods, with their weights at t."""
    first, forward = _through(machine, parts.before, machine.start(), t, budget)
    boundary = {row.tobytes(): i for i, row in enumerate(first)}
    while True:
        known = len(boundary)
        _refuse_many(known, budget)
        rows = np.frombuffer(b"".join(boundary), np.uint64).reshape(known, -1)
        states, arrows = _through(machine, parts.period, rows, t, budget)
        back = [boundary.setdefault(row.tobytes(), len(boundary)) for row in states]
        if len(boundary) == known:
            break
    arrows[-1] = tuple((source, back[target], weight) for source, target, weight in arrows[-1])
    last, backward = _through(machine, parts.after, rows, t, budget)
    start = _pushed({0: 1}, forward)
    final = _pulled([int(counts) for counts in machine.accepted(last)], backward, known) if parts.after else []
    sizes = [known, *(1 + max(target for _, target, _ in each) for each in arrows[:-1])]
    return TransferMatrix(tuple(arrows), tuple(sizes), tuple(sorted(start.items())), tuple(final))


def _refuse_many(n_states: int, budget: Budget) -> None:
    """Stop if a recurrence on this many states cannot be found in time."""
    seconds = SECONDS_FOR_THOUSAND * (n_states / 1000) ** POWER
    if budget.seconds is not None and seconds > budget.seconds:
        raise LimitReached(
            f"at least {n_states} states lie between two periods, which takes some {seconds:.2g} seconds or more, and "
            f"{budget.seconds:g} are allowed; allow more time, or take a lower layer"
        )


def _through(
    machine: Machine, steps: Steps, states: Array, t: int, budget: Budget
) -> tuple[Array, list[tuple[Arrow, ...]]]:
    arrows = []
    for step in steps:
        states, moves = machine.expand(step, states, budget)
        arrows.append(_arrows(moves, t))
        budget.check(0, len(states))
    return states, arrows


def _arrows(moves: Moves, t: int) -> tuple[Arrow, ...]:
    """Return the moves with their weights at t, also those of weight 0."""
    values = [sum(int(c) * t**i for i, c in enumerate(row)) for row in moves.weights]
    return tuple((source, target, t**d * values[kind]) for source, target, d, kind, _ in moves.rows.tolist())


def _pushed(values: dict[int, int], arrows: Sequence[Sequence[Arrow]]) -> dict[int, int]:
    """Return the weights of states after the arrows."""
    for stage in arrows:
        following: dict[int, int] = {}
        for source, target, weight in stage:
            following[target] = following.get(target, 0) + weight * values.get(source, 0)
        values = following
    return values


def _pulled(values: list[int], arrows: Sequence[Sequence[Arrow]], size: int) -> list[int]:
    """Return the weights of states before the arrows."""
    for i in reversed(range(len(arrows))):
        n_sources = size if i == 0 else 1 + max(target for _, target, _ in arrows[i - 1])
        before = [0] * n_sources
        for source, target, weight in arrows[i]:
            before[source] += weight * values[target]
        values = before
    return values
