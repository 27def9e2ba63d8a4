"""Facets of sums of simplices: dynamic programming over the two colors of the elements.

Facets of a connected hypergraph are the ordered splits of the elements into a top S and a rest T, both nonempty, such
that the traces of the windows on S connect S, and the windows inside T connect T, which may be one element. If a split
cuts an atom, no window with a part of the atom lies inside T, so T is one element of the atom.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import ClassVar

import numpy as np

from polytopes.minkowski_sums.frontier.machine import MEMORY, Array, Budget, CompiledStep, Machine
from polytopes.minkowski_sums.frontier.ordering import Orders, best_order, local_orders
from polytopes.minkowski_sums.frontier.plans import plan_of_colorings
from polytopes.minkowski_sums.frontier.schedule import Step, schedule
from polytopes.minkowski_sums.frontier.sums import total
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part

COMPLETE = 3
"""The only state at the end that counts: S and T are complete."""
BYTES = 8
"""Slots to a word."""


class ColoringMachine(Machine):
    """A schedule whose states are colorings: one path through them for each facet."""

    can_die: ClassVar[bool] = True

    def accepted(self, states: Array) -> Array:
        """Return which states after the last step are complete."""
        return np.asarray(states[:, 0] == COMPLETE)

    @cached_property
    def words(self) -> int:
        """The number of words that a state takes."""
        return 1 + max((step.total for step in self.plan.steps), default=0) // BYTES

    def kinds(self, step: Step) -> tuple[Array, Array]:
        """The kinds of weights: T may be any one of the g equivalent elements of an atom."""
        kinds, weights = np.zeros(64, np.int64), [[1]]
        for slot in range(step.before, step.total):
            if step.sizes[slot] > 1:
                kinds[slot] = len(weights)
                weights.append([step.sizes[slot]])
        return kinds, np.array(weights, np.uint64)

    def ways(self, step: Step) -> int:
        """An upper bound of the sum of the weights of all moves from one state."""
        fresh = step.sizes[step.before :]
        return (1 << len(fresh)) + sum(fresh)

    def compiled(self, step: Step) -> CompiledStep:
        """Return the kernel that takes the step, with its arguments."""
        from polytopes.minkowski_sums.frontier.kernels.colorings import expand_colorings

        fresh = step.total - step.before
        scratch = np.zeros(self.words, np.uint64), np.zeros((3, 256), np.int64)
        return CompiledStep(expand_colorings, plan_of_colorings(step.shape), (1 << fresh) + fresh, scratch)


def count_facets(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> int:
    """Return the number of facets of the sum of conv(e_i : i in W) over the windows W.

    Args and errors are those of :func:`polytopes.minkowski_sums.frontier.count_vertices`.

    >>> count_facets(Hypergraph.of([(0, 1, 2), (1, 2, 3), (2, 3, 4)]))
    9
    """
    budget, orders = Budget(memory, seconds), [tuple(order) for order in orders]
    parts = hypergraph.parts
    samples = {part.hypergraph: part for part in parts}
    times = Counter(part.hypergraph for part in parts)
    return sum(times[key] * _facets(part, budget, orders) for key, part in samples.items())


def _facets(part: Part, budget: Budget, orders: Orders) -> int:
    plan = schedule(part.hypergraph, best_order(part.hypergraph, local_orders(part, orders)))
    budget.partial = lambda: None
    return total(ColoringMachine(plan), budget)[0]
