"""Branch and bound over the signs of units: what is done with one open node of a case.

A node is a cell: a case, and the side of each split on the way. It is *refuted* when every conjunction of conditions
is; otherwise a point of it satisfies the property, or a unit is split. Where all inputs are bounded, bounds in floating
point with proven errors refute and close (:mod:`tropical.verification.kernels`); they and linear programs in floating
point also guess points. What they leave open, and cases that are not bounded, linear programs in exact arithmetic
decide (:mod:`tropical.verification.exact_cells`). So every verdict holds exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from heapq import nlargest
from operator import itemgetter
from typing import Any

import numpy as np
from attrs import define, field

from polytopes.arithmetic.rationals import Vector
from tropical.property_checker import NONE, Levels
from tropical.verification.exact_cells import ExactCell, Split
from tropical.verification.free_inputs import FreeLevels
from tropical.verification.hunting import at_shares, hunt
from tropical.verification.kernels.arrays import EMPTY, FOUND, SPLIT
from tropical.verification.kernels.nodes import CAUTION, attempt
from tropical.verification.nets import FloatNet, State, float_net

Array = np.ndarray[Any, Any]
Satisfies = Callable[[Vector], bool]
"""Decides exactly whether a point satisfies the property."""
STARTS, STEPS = 24, 30
"""Starting points of climbs for each conjunction, and their steps."""
MOST_CLIMBS = 400
FIRST_POINTS = 8
"""Ends of climbs that are looked at in exact arithmetic where any of them is of use."""


@define(eq=False)
class Branch:
    """A node of the finished tree: what was proven there in exact arithmetic, and the parts by the sign of a unit.

    Numbers beyond those of units are of inputs, whose interval is halved. ``margin`` is the amount by which inputs miss
    what was refuted at a leaf, for pictures.
    """

    lemmas: list[Any] = field(factory=list)
    proofs: list[Any] = field(factory=list)
    unit: int = -1
    margin: float | None = None
    below: tuple[Branch, Branch] | None = None

    def nodes(self) -> Iterator[Branch]:
        """Yield the node and all nodes below it."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += node.below or ()

    def split(self, unit: int) -> tuple[Branch, Branch]:
        """Add the two parts."""
        self.unit, self.below = unit, (Branch(), Branch())
        return self.below


@define(eq=False)
class OpenNode:
    """A node that is still to be worked at; ``promise`` is larger where a point seems nearer."""

    branch: Branch
    path: tuple[Split, ...]
    state: Any
    promise: float = 0.0
    margins: list[Fraction] = field(factory=list)
    """Amounts by which conditions were missed in refutations, but for those of the last visit in floating point."""


@define(eq=False)
class CaseSearch(ABC):
    """The search in one case: ``document`` is of its inputs that are not fixed, and ``levels`` are in these inputs."""

    levels: FreeLevels
    document: Mapping[str, Any]
    satisfies: Satisfies

    @abstractmethod
    def root(self) -> OpenNode:
        """Return the whole case."""

    @abstractmethod
    def step(self, node: OpenNode) -> Vector | list[OpenNode]:
        """Return a point of the node that satisfies the property, or its parts: none if it is refuted."""

    @abstractmethod
    def guesses(self) -> Iterator[Vector]:
        """Yield points that may satisfy the property."""

    def hunt(self, products: int, number: int) -> Iterator[Vector]:
        """Yield points that may satisfy the property; arguments as for :func:`tropical.verification.hunting.hunt`."""
        yield from ()

    @abstractmethod
    def margin(self, node: OpenNode) -> Fraction | None:
        """Return an amount by which inputs of the node that was just worked at miss what was refuted there."""

    def _exact_margin(self, node: OpenNode) -> Fraction | None:
        return min(node.margins, default=None)

    @abstractmethod
    def at(self, path: Sequence[Split]) -> OpenNode:
        """Return the node at the end of a path of splits; any units may have been split on the way."""

    def _closed(self, node: OpenNode, active: Mapping[int, int], alive: Sequence[int]) -> Vector | list[OpenNode]:
        """Decide a node where all units are closed."""
        cell = ExactCell.of(self.levels, self.document, node.path, active)
        for conjunction in alive:
            answer = cell.solve(conjunction)
            if isinstance(answer, tuple):
                return self.levels.lifted(answer)
            node.branch.proofs.append(answer)
            margin = cell.cell.refute(*answer)
            node.margins += [] if margin is None else [margin]
        return []

    def _parts(self, node: OpenNode, unit: int, states: Sequence[Any], first: int, promise: float) -> list[OpenNode]:
        """Return the two parts of a node, the one to be done first at the end."""
        branches = node.branch.split(unit)
        parts = [OpenNode(branches[s], (*node.path, (unit, s)), states[s], promise) for s in (0, 1)]
        return parts if first else parts[::-1]


@define(eq=False)
class ExactSearch(CaseSearch):
    """The search by linear programs in exact arithmetic alone; the state is the side of every closed unit."""

    def root(self) -> OpenNode:
        return OpenNode(Branch(), (), {})

    def at(self, path: Sequence[Split]) -> OpenNode:
        return OpenNode(Branch(), tuple(path), dict(path))

    def guesses(self) -> Iterator[Vector]:
        yield from ()

    def margin(self, node: OpenNode) -> Fraction | None:
        return self._exact_margin(node)

    def step(self, node: OpenNode) -> Vector | list[OpenNode]:
        active: dict[int, int] = dict(node.state)
        for unit in range(self.levels.n_units):
            if unit in active:
                continue
            cell = ExactCell.of(self.levels, self.document, node.path, active)
            side = close(cell, unit, node.branch)
            if side is None:
                node.branch.proofs.append(cell.emptiness())
                return []
            if side < 0:
                return self._parts(node, unit, [active | {unit: 0}, active | {unit: 1}], 1, 0.0)
            active[unit] = side
        return self._closed(node, active, range(len(self.document["outputs"])))


def close(cell: ExactCell, unit: int, branch: Branch) -> int | None:
    """Return the side on which a cell lies, with a lemma that shows it; -1 for both, None if the cell is empty."""
    form = cell.z(unit)
    for side, sign in ((0, 1), (1, -1)):
        found = cell.greatest(tuple(sign * entry for entry in form))
        if found is None:
            return None
        value, parts = found
        if value is not None and value <= 0:
            branch.lemmas.append([unit, 1 - side, 1, parts])
            return side
    return -1


@define(eq=False)
class FloatSearch(CaseSearch):
    """The search by proven bounds in floating point, in a bounded case; at first ``input_splits`` inputs are halved."""

    input_splits: int = 0
    net: FloatNet = field(init=False)

    @net.default
    def _arrays(self) -> FloatNet:
        return float_net(self.levels, self.document)

    def root(self) -> OpenNode:
        return OpenNode(Branch(), (), self.net.root)

    def at(self, path: Sequence[Split]) -> OpenNode:
        net, state, node = self.net, self.net.root, OpenNode(Branch(), tuple(path), None)
        for number, (unit, side) in enumerate(path):
            closed: bool | None = True
            while closed:
                if net.visit(state, is_root=not number) == EMPTY:
                    node.state = state  # and so is every part of it
                    return node
                state = net.found(state)
                closed = self.close_exactly(Branch(), path[:number], state)
            state = net.child(state, unit, side)
        node.state = state
        return node

    def close_exactly(self, branch: Branch, path: Sequence[Split], state: State) -> bool | None:
        """Close units of the node that was just worked at which are exactly on one side, where floats do not tell.

        These are those that are constant on the case, and the one to be split if it nearly vanishes: then it may
        vanish, and is no reason to split the cell. Return whether one was closed; None if the cell is empty.
        """
        closed = False
        for unit in () if path else self.levels.constants:
            if state.lower[unit] < 0 < state.upper[unit]:
                side, closed = int(self.levels.constant(unit) > 0), True
                branch.lemmas.append([unit, 1 - side, 1, []])
                (state.lower if side else state.upper)[unit] = 0.0
        unit = int(self.net.node.state[SPLIT])
        if closed or unit < 0 or min(-state.lower[unit], state.upper[unit]) > 4 * CAUTION * self.net.node.sizes[unit]:
            return closed
        found = close(ExactCell.of(self.levels, self.document, path, sides(state)), unit, branch)
        if found is not None and found >= 0:
            (state.lower if found else state.upper)[unit] = 0.0
        return None if found is None else found >= 0

    def step(self, node: OpenNode) -> Vector | list[OpenNode]:
        net = self.net
        state = node.state
        while True:
            status = net.visit(state, is_root=not node.path)
            if status == EMPTY or not net.node.alive.any():
                return []
            if net.node.state[FOUND]:
                for c in np.flatnonzero(net.node.hits):
                    point = self._satisfying(net.node.points[c])
                    if point is not None:
                        return point
            state, unit = net.found(state), int(net.node.state[SPLIT])
            if unit < 0:
                return self._closed(node, sides(state), [int(c) for c in np.flatnonzero(state.alive)])
            closed = self.close_exactly(node.branch, node.path, state)
            if closed is None:
                cell = ExactCell.of(self.levels, self.document, node.path, sides(state))
                node.branch.proofs.append(cell.emptiness())
                return []
            if not closed:
                break
            node.margins += self._float_margins()
        halved = net.widest_input(state) if len(node.path) < self.input_splits else -1
        if halved >= 0:
            unit = self.levels.outer(self.levels.n_units + halved)
        first = 1 if halved >= 0 or net.node.unit_values[unit] > 0 else 0
        promise = float(net.node.promises.max(initial=-np.inf, where=state.alive > 0))
        return self._parts(node, unit, [net.child(state, unit, 0), net.child(state, unit, 1)], first, promise)

    def guesses(self) -> Iterator[Vector]:
        for slack, point in self._climbs():
            if slack >= 0.0:
                yield from self.rationals(point)

    def hunt(self, products: int, number: int) -> Iterator[Vector]:
        for point in hunt(self.net, products, number):
            yield from self.rationals(point)

    def starts(self) -> Iterator[Vector]:
        """Yield some points where the least condition of a conjunction is large, whether it holds or not."""
        for _, point in nlargest(FIRST_POINTS, self._climbs(), key=itemgetter(0)):
            yield from self.rationals(point)

    def _climbs(self) -> Iterator[tuple[float, Array]]:
        """Yield by how much conjunctions hold at the ends of climbs, as a part of their sizes, and these ends."""
        net = self.net
        net.visit(net.root, is_root=True)
        random = np.random.default_rng(0)
        low, high = net.net.low, net.net.high
        n = len(net.node.alive)
        for number in range(max(1, min(STARTS, MOST_CLIMBS // max(n, 1)))):
            for c in range(n):
                share = random.random(len(low)) if number else np.full(len(low), 0.5)
                if number % 3 == 1:
                    share = np.round(share)
                slack = attempt(*net.bundles.places, at_shares(low, high, share), c, STEPS)
                yield slack, net.node.point[: len(low)].copy()

    def margin(self, node: OpenNode) -> Fraction | None:
        return min([*node.margins, *self._float_margins()], default=None)

    def _float_margins(self) -> list[Fraction]:
        """Return the least amount by which the last visit in floating point refuted a conjunction, if it did."""
        least = float(self.net.node.margins.min(initial=np.inf))
        return [Fraction(least)] if least < np.inf else []

    def _satisfying(self, point: Any) -> Vector | None:
        return next((found for found in self.rationals(point) if self.satisfies(found)), None)

    def rationals(self, point: Any) -> Iterator[Vector]:
        """Yield points of the case that a point in floating point stands for: in float32, and as it is.

        One that is not finite stands for none.
        """
        for kind in (np.float32, np.float64):
            with np.errstate(over="ignore"):
                rounded = np.asarray(point).astype(kind)
            if np.isfinite(rounded).all():
                entries = [Fraction(float(entry)) for entry in rounded]
                yield self.levels.lifted([min(max(v, a), b) for v, (a, b) in zip(entries, self.net.ends, strict=True)])


def sides(state: State) -> dict[int, int]:
    """Return the sides of the units that are closed."""
    active = {int(g): 0 for g in np.flatnonzero(state.upper <= 0)}
    return active | {int(g): 1 for g in np.flatnonzero(state.lower >= 0) if int(g) not in active}


def case_search(
    levels: Levels, case: Mapping[str, Any], satisfies: Satisfies, exact: bool = False, input_splits: int = 0
) -> CaseSearch:
    """Return the search for a case; with ``exact`` by exact linear programs alone, which halve no inputs."""
    free = FreeLevels(levels, case)
    if exact or NONE in (*case["lower"], *case["upper"]):
        return ExactSearch(free, free.case(case), satisfies)
    return FloatSearch(free, free.case(case), satisfies, input_splits)
