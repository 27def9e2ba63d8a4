"""Tables of all vertices: uniform samples, the vertex with a given number, the number of a given vertex.

The moves of all steps are kept, with the number of paths from each state to the end. A vertex is a path through the
states, found by comparing with cumulative sums of these numbers; vertices are numbered in the order of their paths.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cached_property
from math import prod

import numpy as np
from attrs import field, frozen

from polytopes.errors import InputError
from polytopes.minkowski_sums.frontier.counts import machine_of
from polytopes.minkowski_sums.frontier.machine import MEMORY, Array, Budget, Machine, Moves
from polytopes.minkowski_sums.frontier.ordering import Orders
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part

Choice = tuple[int, ...]
NUMBER = 60
"""The bytes of a number of paths, roughly."""


@frozen(slots=False)
class VertexTable:
    """The vertices of a sum of simplices, numbered from 0 on.

    A vertex is the tuple of the elements chosen in the windows. See :func:`vertex_table`.
    """

    hypergraph: Hypergraph
    blocks: tuple[BlockTable, ...] = field(repr=False)

    @cached_property
    def count(self) -> int:
        """The number of vertices."""
        return prod(block.count for block in self.blocks)

    def unrank(self, number: int) -> Choice:
        """Return the vertex with a number.

        Raises:
            InputError: if there is no such number.
        """
        if not 0 <= number < self.count:
            raise InputError(f"there are {self.count} vertices, numbered from 0, so none has number {number}")
        chosen: dict[Choice, int] = {(element,): element for element in range(self.hypergraph.size)}
        for block in self.blocks:
            number, rest = divmod(number, block.count)
            chosen.update(zip(block.windows(self.hypergraph), block.unrank(rest), strict=True))
        return tuple(chosen[window] for window in self.hypergraph.windows)

    def rank(self, choice: Sequence[int]) -> int:
        """Return the number of a vertex.

        Raises:
            InputError: if the choice is not one of a vertex.
        """
        if len(choice) != len(self.hypergraph.windows):
            raise InputError(f"{len(choice)} elements were chosen from {len(self.hypergraph.windows)} windows")
        chosen: dict[Choice, int] = {}
        for window, element in zip(self.hypergraph.windows, choice, strict=True):
            if element not in window or chosen.setdefault(window, element) != element:
                raise InputError(f"{tuple(choice)} is no vertex: {element} cannot be chosen from the window {window}")
        number = 0
        for block in reversed(self.blocks):
            own = block.rank([chosen[window] for window in block.windows(self.hypergraph)])
            if own is None:
                raise InputError(f"{tuple(choice)} is no vertex: the choice has a directed cycle")
            number = number * block.count + own
        return number

    def sample(self, rng: random.Random) -> Choice:
        """Return a vertex, each with the same probability."""
        return self.unrank(rng.randrange(self.count))


def vertex_table(
    hypergraph: Hypergraph, *, orders: Orders = (), memory: int = MEMORY, seconds: float | None = None
) -> VertexTable:
    """Return the table of all vertices; it takes memory for states and moves, not for vertices.

    Arguments and errors as for :func:`polytopes.minkowski_sums.frontier.count_vertices`.

    >>> table = vertex_table(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    >>> table.count, table.unrank(4), table.rank((2, 2))
    (7, (1, 1), 6)
    >>> sorted(table.unrank(i) for i in range(7))
    [(0, 1), (0, 2), (0, 3), (1, 1), (1, 3), (2, 2), (2, 3)]
    """
    budget, listed = Budget(memory, seconds), [tuple(order) for order in orders]
    blocks = [_block(part, machine_of(part, orders=listed), budget) for part in hypergraph.parts]
    return VertexTable(hypergraph, tuple(blocks))


@frozen
class BlockTable:
    """The moves of a block, ordered by source, with the number of paths to the end from every state."""

    part: Part
    machine: Machine
    moves: tuple[Moves, ...]
    starts: tuple[Array, ...]
    """For each step and state its first move."""
    ways: tuple[list[int], ...]

    @property
    def count(self) -> int:
        """The number of vertices."""
        return self.ways[0][0]

    def windows(self, whole: Hypergraph) -> list[Choice]:
        """Return the windows of the block."""
        return [whole.windows[j] for j in self.part.windows]

    def unrank(self, number: int) -> Choice:
        """Return the elements chosen in the windows of the block."""
        plan, state = self.machine.plan, 0
        chosen: dict[int, int] = {}
        choice = [0] * len(plan.order)
        for i, (step, moves) in enumerate(zip(plan.steps, self.moves, strict=True)):
            for row in moves.rows[self.starts[i][state] : self.starts[i][state + 1]].tolist():
                _, target, _, kind, label = row
                ways = self.ways[i + 1][target]
                share = int(moves.weights[kind, 0]) * ways
                if number < share:
                    break
                number -= share
            index, number = divmod(number, ways)
            atom = step.atoms[label >> 1]
            if kind or atom not in chosen:
                chosen[atom] = self.part.elements[plan.atoms[atom][index]]
            choice[plan.order[i]] = chosen[atom]
            state = target
        return tuple(choice)

    def rank(self, choice: Sequence[int]) -> int | None:
        """Return the number of a choice, or None if it is no vertex."""
        plan, state, number = self.machine.plan, 0, 0
        chosen: dict[int, int] = {}
        place = {self.part.elements[e]: (i, k) for i, atom in enumerate(plan.atoms) for k, e in enumerate(atom)}
        for i, (step, moves) in enumerate(zip(plan.steps, self.moves, strict=True)):
            atom, index = place[choice[plan.order[i]]]
            if chosen.setdefault(atom, index) != index:
                return None
            for row in moves.rows[self.starts[i][state] : self.starts[i][state + 1]].tolist():
                _, target, _, kind, label = row
                ways = self.ways[i + 1][target]
                if step.atoms[label >> 1] == atom:
                    number += index * ways if kind else 0
                    break
                number += int(moves.weights[kind, 0]) * ways
            else:
                return None
            state = target
        return number


def _block(part: Part, machine: Machine, budget: Budget) -> BlockTable:
    """Take all steps, then count the paths backwards from the end."""
    states, moves = machine.start(), []
    budget.steps, budget.partial = len(machine.plan.steps), lambda: None
    used = 0
    for budget.steps_done, step in enumerate(machine.plan.steps):
        states, own = machine.expand(step, states, budget)
        moves.append(own)
        used += own.rows.nbytes + own.n_targets * NUMBER
        budget.check(used, own.n_targets)
    ways = [[1] * len(states)]
    for own in reversed(moves):
        ways.append(_back(own, ways[-1]))
    ways.reverse()
    starts = [np.searchsorted(own.rows[:, 0], np.arange(len(each) + 1)) for own, each in zip(moves, ways, strict=False)]
    return BlockTable(part, machine, tuple(moves), tuple(starts), tuple(ways))


def _back(moves: Moves, after: list[int]) -> list[int]:
    """Return the number of paths to the end from each state before a step."""
    before = [0] * (int(moves.rows[-1, 0]) + 1)
    weights = [int(row[0]) for row in moves.weights]
    for source, target, _, kind, _ in moves.rows.tolist():
        before[source] += weights[kind] * after[target]
    return before
