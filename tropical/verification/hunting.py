"""Guesses of solutions by many points at random: for searches that go on for long, where solutions may be rare.

In floating point; what is found is looked at in exact arithmetic by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tropical.verification.kernels.nodes import look_at_points, take_steps
from tropical.verification.nets import FloatNet

Array = np.ndarray[Any, Any]
MOST_PRODUCTS, MOST_POINTS, AT_ONCE = 2**31, 2**17, 2**12
"""Products of numbers that a hunt may take, points that it begins with, and points between two looks at the clock."""
STARTS, ROUNDS, TRIES = 40, 60, 40
"""So many of the best points wander, in rounds of so many steps each."""
WIDTH, SHRINK, SHARE = 0.2, 0.93, 0.6
"""The first steps, in parts of the box; how they shrink from round to round; the share of inputs that a step moves."""


def at_shares(low: Array, high: Array, shares: Array) -> Array:
    """Return the points of a box at these shares of its sides, also where a side is longer than all floats.

    A bound beyond all floats is infinite; then so are places there, or no numbers.

    >>> at_shares(np.array([-1.5e308, 0.0]), np.array([1.5e308, 4.0]), np.array([0.75, 0.75])).tolist()
    [7.5e+307, 3.0]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return 2 * (low / 2 + shares * (high / 2 - low / 2))


def hunt(net: FloatNet, products: int, number: int) -> Iterator[Array]:
    """Yield points of the box at which a conjunction of the root holds, or nearly does, in floating point.

    A hunt takes about so many ``products`` of numbers; each ``number`` of a hunt gives other points.
    """
    net.visit(net.root, is_root=True)
    random = np.random.default_rng(number)
    alive = np.flatnonzero(net.root.alive)
    cost = len(net.net.values) + len(net.net.low)
    points = min(MOST_POINTS, min(products, MOST_PRODUCTS) // (cost * max(len(alive), 1)))
    for c in alive.tolist():
        best = _best(net, random, c, points)
        for start in best[: points // (ROUNDS * TRIES) + 1]:
            if _wandered(net, random, c, start):
                yield start


def _best(net: FloatNet, random: np.random.Generator, c: int, count: int) -> Array:
    """Return those of so many points at random at which a conjunction holds best, the best first."""
    low, high = net.net.low, net.net.high
    found, slacks = np.zeros((0, len(low))), np.zeros(0)
    for first in range(0, count, AT_ONCE):
        fresh = at_shares(low, high, random.random((min(AT_ONCE, count - first), len(low))))
        own = np.zeros(len(fresh))
        look_at_points(*net.bundles.places, fresh, own, c)
        found, slacks = np.concatenate([found, fresh]), np.concatenate([slacks, own])
        order = np.argsort(-slacks, kind="stable")[:STARTS]
        found, slacks = found[order], slacks[order]
    return found


def _wandered(net: FloatNet, random: np.random.Generator, c: int, start: Array) -> bool:
    """Move a point to where a conjunction holds better; return whether it holds there, or nearly does."""
    width = WIDTH
    for _ in range(ROUNDS):
        moved = random.random((TRIES, len(start))) < SHARE
        steps = width * random.standard_normal(moved.shape) * moved
        if take_steps(*net.bundles.places, start, steps, c) >= 0:
            return True
        width *= SHRINK
    return False
