"""Steps of a schedule on sets of states, and exact sums along them.

Only the kernels know what the states mean; here they are rows of 64-bit words. Equal steps on equal sets of states are
taken once, so that growing a layer in one direction costs little more than the additions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from math import comb
from typing import Any, ClassVar

import numpy as np
from attrs import define, field, frozen
from flint import fmpz_poly

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier.kernels.arrays import ColoringPlan, OrderPlan, PreorderPlan
from polytopes.minkowski_sums.frontier.plans import plan_of_relations
from polytopes.minkowski_sums.frontier.schedule import Schedule, Step

Array = np.ndarray[Any, Any]
Plan = OrderPlan | PreorderPlan | ColoringPlan

BLOCK = 1 << 18
"""The number of moves between two checks of the limits."""
MEMORY = 4 << 30
"""The number of bytes used by default at most."""
CACHE = 1 << 28
"""The number of bytes that moves kept for reuse may take."""
ROOM = 1 << 12


Report = Callable[[int, int, int], None]
"""Takes the numbers of windows read, of all windows, and of states."""
_REPORT: ContextVar[Report | None] = ContextVar("report", default=None)


@contextmanager
def watching(report: Report) -> Iterator[None]:
    """Within this context, report the progress of counts along frontiers, several times a second.

    >>> from polytopes import Hypergraph
    >>> from polytopes.minkowski_sums.frontier import count_vertices, watching
    >>> with watching(lambda done, windows, states: print(done, "of", windows, "windows,", states, "states")):
    ...     number = count_vertices(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    0 of 2 windows, 1 states
    ...
    2 of 2 windows, 1 states
    """
    token = _REPORT.set(report)
    try:
        yield
    finally:
        _REPORT.reset(token)


@frozen(eq=False)
class Moves:
    """The moves of one step: rows of source, target, degree, kind of weight and label."""

    rows: Array
    weights: Array
    """The polynomial of each kind, as a row of coefficients."""
    n_targets: int


@frozen(eq=False)
class CompiledStep:
    """A kernel (:mod:`polytopes.minkowski_sums.frontier.kernels`) with its arguments for a step.

    ``most`` is a bound of the number of moves from one state.
    """

    expand: Any
    plan: Plan
    most: int
    scratch: Any


@define(eq=False)
class Budget:
    """The limits of a run, and what it has used."""

    memory: int = MEMORY
    seconds: float | None = None
    started: float = field(factory=time.monotonic)
    peak_memory: int = 0
    peak_states: int = 0
    partial: Callable[[], Any] = lambda: None
    """What was found so far."""
    steps: int = 0
    steps_done: int = 0

    def check(self, used: int, states: int) -> None:
        """Record what is used now and stop if it is too much."""
        self.peak_memory, self.peak_states = max(self.peak_memory, used), max(self.peak_states, states)
        if (report := _REPORT.get()) is not None:
            report(self.steps_done, self.steps, states)
        if used > self.memory:
            raise LimitReached(
                f"{used / 2**20:.0f} MiB are needed{self._where} for {states} states, and "
                f"{self.memory / 2**20:.0f} MiB are allowed; allow more memory, or ask for bounds",
                self.partial(),
            )
        if self.seconds is not None and time.monotonic() - self.started > self.seconds:
            raise LimitReached(
                f"{self.seconds:g} s were over{self._where}; allow more time, or ask for bounds", self.partial()
            )

    @property
    def _where(self) -> str:
        return f" after {self.steps_done} of {self.steps} windows" if self.steps else ""


@define(eq=False)
class Machine:
    """A schedule with what its states mean: orders (vertices) or, if ``faces``, preorders (all faces).

    If it is ``marked`` every atom contributes a factor t when it is chosen for the first time.
    """

    plan: Schedule
    faces: bool = False
    marked: bool = False
    _seen: dict[tuple[object, bytes], tuple[Array, Moves]] = field(factory=dict, repr=False)
    _size: int = 0

    can_die: ClassVar[bool] = False
    """Whether states may have no move, so that sums may shrink."""

    def start(self) -> Array:
        """The states before the first step: one."""
        return np.zeros((1, self.words), np.uint64)

    def accepted(self, states: Array) -> Array:
        """Return which states after the last step count."""
        return np.ones(len(states), bool)

    @cached_property
    def width(self) -> int:
        """The bits of a row. For orders an atom of one window only has none."""
        steps = self.plan.steps
        return max((step.total - (not self.faces and step.private >= 0) for step in steps), default=1) or 1

    @property
    def remembers(self) -> bool:
        """Whether states tell which atoms were chosen."""
        return self.marked or self.plan.remembers

    @cached_property
    def words(self) -> int:
        """The number of words that a state takes."""
        return -(-(self.width + self.remembers) // (64 // self.width))

    def kinds(self, step: Step) -> tuple[Array, Array]:
        """The kind of weight of choosing each slot for the first time, and the weights of all kinds.

        Of an atom of g equivalent elements one is chosen, in g ways; for faces a nonempty set A, of weight t^(#A - 1).
        """
        kinds, weights = np.zeros(64, np.int64), [[1]]
        for slot, size in enumerate(step.sizes):
            if size > 1 or (self.marked and step.window >> slot & 1):
                kinds[slot] = len(weights)
                own = [comb(size, i + 1) for i in range(size)] if self.faces else [0] * self.marked + [size]
                weights += [_product(other, own) for other in weights] if self.faces else [own]
        table = np.zeros((len(weights), max(map(len, weights))), np.uint64)
        for kind, row in enumerate(weights):
            table[kind, : len(row)] = row
        return kinds, table

    def ways(self, step: Step) -> int:
        """An upper bound of the sum of the weights of all moves from one state."""
        elements = sum(step.sizes[slot] for slot in range(step.total) if step.window >> slot & 1)
        return (1 << elements) - 1 if self.faces else elements + 1 << (step.fixed >= 0)

    def compiled(self, step: Step) -> CompiledStep:
        """Return the kernel that takes the step, with its arguments."""
        from polytopes.minkowski_sums.frontier.kernels.orders import expand_orders
        from polytopes.minkowski_sums.frontier.kernels.preorders import expand_preorders

        size = step.window.bit_count()
        return CompiledStep(
            expand_preorders if self.faces else expand_orders,
            plan_of_relations(step.shape, self.width, self.remembers, self.words, self.faces),
            1 << size if self.faces else 2 * size,
            np.zeros((3, 64 if self.faces else self.words), np.uint64),
        )

    def blocks(
        self, step: Step, states: Array, held: list[Array], budget: Budget
    ) -> Iterator[tuple[Array, Array, int]]:
        """Yield the moves from these states in blocks, with the weights and the number of states found until then.

        The arrays in use are in ``held``; when all is done this is the array of the states found.
        """
        from polytopes.minkowski_sums.frontier.kernels.states import rehash

        kinds, weights = self.kinds(step)
        taken = self.compiled(step)
        most = taken.most
        budget.check(40 * most, len(states))
        moves = np.empty((max(min(BLOCK, most * len(states)), most), 5), np.int64)
        room = ROOM + 2 * most + len(states) + len(states) // 2
        found = np.empty((room, self.words), np.uint64)
        table = np.full(_power(2 * len(found)), -1, np.int32)
        at = n_found = 0
        while at < len(states):
            arguments = states, at, taken.plan, kinds, table, found, n_found, moves, taken.scratch
            at, n_found, n_moves = taken.expand(*arguments)
            yield moves[:n_moves], weights, n_found
            if n_found + most > min(len(found), len(table) // 2):
                found = np.concatenate([found, np.empty_like(found)])
                table = np.full(_power(2 * len(found)), -1, np.int32)
                rehash(table, found, n_found)
                held[:] = [found, table]
        held[:] = [found[:n_found]]

    def expand(self, step: Step, states: Array, budget: Budget) -> tuple[Array, Moves]:
        """Return the states after a step, and its moves; they are remembered while there is room."""
        key = (step.shape, states.tobytes())
        if key in self._seen:
            return self._seen[key]
        held: list[Array] = []
        kept = []
        for moves, _, n_found in self.blocks(step, states, held, budget):
            kept.append(moves.copy())
            budget.check(self._size + sum(array.nbytes for array in (*kept, *held)), n_found)
        result = held[0].copy(), Moves(np.concatenate(kept), self.kinds(step)[1], len(held[0]))
        self._remember(key, result, min(CACHE, budget.memory // 4))
        return result

    def _remember(self, key: tuple[object, bytes], result: tuple[Array, Moves], room: int) -> None:
        """Keep a result for reuse, and forget the oldest ones if there is no room."""
        size = len(key[1]) + result[0].nbytes + result[1].rows.nbytes
        if size > room:
            return
        while self._size + size > room:
            oldest = next(iter(self._seen))
            states, moves = self._seen.pop(oldest)
            self._size -= len(oldest[1]) + states.nbytes + moves.rows.nbytes
        self._seen[key] = result
        self._size += size


def _product(a: list[int], b: list[int]) -> list[int]:
    """Return the coefficients of a product of polynomials."""
    return [int(c) for c in (fmpz_poly(a) * fmpz_poly(b)).coeffs()]


def _power(n: int) -> int:
    """The least power of 2 that is at least n."""
    return 1 << (n - 1).bit_length()
