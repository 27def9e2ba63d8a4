"""Units and conditions in the flat arrays of the compiled search, and what is known at a node."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from polytopes.enumeration.kernels.signs import SLACK, UNIT
from tropical.verification.free_inputs import FreeLevels
from tropical.verification.kernels.arrays import FOUND, OPEN, PREFIX, RECORDING, ROOT, SPLIT, WALLS, Net, Node
from tropical.verification.kernels.nodes import CAUTION, Bundles, visit, wall
from tropical.verification.ranges import LARGEST, are_in_range

Array = np.ndarray[Any, Any]
GAP = 4
"""So many coefficients 0 in a row are kept rather than beginning a new run."""
KEPT_FORMS = 2**22
"""Entries of the affine forms of units that are kept at a node; in networks with more they are found anew."""


def nearest(value: Fraction) -> float:
    """Return the nearest float; infinity beyond the range, so that nothing is proven by it."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def below(value: Fraction) -> float:
    """Return a float that is at most the value, and near it: the largest one if it is beyond all of them.

    >>> below(Fraction(1, 10)) <= Fraction(1, 10) < below(Fraction(1, 10)) + 2**-50
    True
    >>> below(Fraction(10**400)), below(Fraction(-(10**400)))
    (1.7976931348623157e+308, -inf)
    """
    found = nearest(value)
    return found if found <= value else math.nextafter(found, -math.inf)


@frozen
class Wall:
    """An affine form that is at least minus an error on a cell: a row of the case, or z or -z of a split.

    It is 2^-exponent times the form as it is in exact arithmetic.
    """

    row: Array
    error: float
    size: float
    exponent: int


@frozen
class State:
    """A node: bounds of z of every unit, the walls, the conjunctions that are not refuted, and a box around the cell.

    ``halves`` has the exact intervals of the inputs that were halved.
    """

    lower: Array
    upper: Array
    walls: tuple[Wall, ...]
    alive: Array
    low: Array
    high: Array
    halves: Mapping[int, tuple[Fraction, Fraction]] = field(factory=dict)


@define
class FloatNet:
    """A network on a bounded case, with the scratch for a node; ``ends`` are the exact intervals of inputs.

    Inputs are those of ``levels``, the ones that are not fixed. ``is_reliable`` says whether bounds in floating point
    are proven (:mod:`tropical.verification.ranges`); otherwise nothing is found by them.
    """

    levels: FreeLevels
    net: Net
    node: Node
    root: State
    ends: Sequence[tuple[Fraction, Fraction]]
    is_reliable: bool
    bundles: Bundles = field(init=False)

    @bundles.default
    def _tables(self) -> Bundles:
        return Bundles(self.net, self.node)

    def visit(self, state: State, is_root: bool = False, recording: bool = False) -> int:
        """Work at a node; what is found is in the arrays of ``node``."""
        node = self.node
        if len(state.walls) > len(node.factors) - node.condition_forms.shape[0]:
            self._grow(2 * len(state.walls) + 2, self.can_record)
        if recording and not self.can_record:
            self._grow(len(node.factors), True)
        node = self.node
        node.lower[:], node.upper[:], node.alive[:] = state.lower, state.upper, state.alive
        node.state[WALLS], node.state[ROOT], node.state[RECORDING] = len(state.walls), is_root, recording
        node.improved[:] = 0
        self.net.low[:], self.net.high[:] = state.low, state.high
        for j, own in enumerate(state.walls):
            node.walls[j], node.wall_errors[j], node.wall_sizes[j] = own.row, own.error, own.size
        status = int(visit(*self.bundles.places)) if self.is_reliable else OPEN
        self.is_reliable &= not is_root or bool((node.sizes <= LARGEST).all())
        return status if self.is_reliable else self._find_nothing(state)

    def _find_nothing(self, state: State) -> int:
        """Leave in the arrays of ``node`` that nothing is found at a node, so that all is decided exactly."""
        node = self.node
        node.lower[:], node.upper[:], node.alive[:] = state.lower, state.upper, state.alive
        node.sizes[:] = node.margins[:] = node.bounds[:] = np.inf
        node.heights[:] = -np.inf
        for array in (node.improved, node.hits, node.promises, node.unit_values, node.form, node.used):
            array[:] = 0
        left = np.flatnonzero((node.lower < 0) & (node.upper > 0))
        node.state[SPLIT] = left[0] if len(left) else -1
        node.state[FOUND] = node.state[PREFIX] = 0
        return OPEN

    @property
    def can_record(self) -> bool:
        """Whether there is room for what is recorded."""
        return len(self.node.bound_factors) > 0

    def _grow(self, most_walls: int, recording: bool) -> None:
        fresh = arrays_of_node(self.net, most_walls, recording)
        fresh.sizes[:], fresh.goal[:] = self.node.sizes, self.node.goal
        self.node = fresh
        self.bundles = Bundles(self.net, fresh)

    def found(self, state: State) -> State:
        """Return the node with what was just proven."""
        node = self.node
        return evolve(state, lower=node.lower.copy(), upper=node.upper.copy(), alive=node.alive.copy())

    def wall(self, unit: int, side: int) -> Wall:
        """Return the wall of a split of the node that was just worked at."""
        n = self.net.shape[0]
        if not self.is_reliable:
            return Wall(np.zeros(n + 1), math.inf, 0.0, 0)
        error = wall(*self.bundles.places, unit, 1.0 if side else -1.0)
        return scaled(self.node.form[: n + 1].copy(), error, self.net.reach)

    def child(self, state: State, unit: int, side: int) -> State:
        """Return the part of a node, as ``found`` gave it, where z of a unit is at least or at most 0.

        Numbers beyond those of units are of inputs of the whole case: the part is the upper or the lower half of the
        interval.
        """
        units = len(state.lower)
        if unit >= units:
            return self._half(state, self.levels.inner(unit) - units, side)
        new = evolve(
            state, lower=state.lower.copy(), upper=state.upper.copy(), walls=(*state.walls, self.wall(unit, side))
        )
        if side:
            new.lower[unit] = max(0.0, new.lower[unit])
        else:
            new.upper[unit] = min(0.0, new.upper[unit])
        return new

    def _half(self, state: State, number: int, side: int) -> State:
        ends = list(state.halves.get(number, self.ends[number]))
        ends[1 - side] = (ends[0] + ends[1]) / 2
        low, high = state.low.copy(), state.high.copy()
        low[number], high[number] = below(ends[0]), -below(-ends[1])
        return evolve(state, low=low, high=high, halves={**state.halves, number: (ends[0], ends[1])})

    def widest_input(self, state: State) -> int:
        """Return the input that moves the bound of the node that was just worked at most; -1 if all are fixed."""
        n = self.net.shape[0]
        widths = state.high - state.low
        moved = (np.abs(self.node.form[1 : n + 1]) + 2.0**-30) * widths
        best = int(moved.argmax())
        return best if widths[best] > 0 and moved[best] < np.inf else -1


def scaled(row: Array, error: float, reach: Array) -> Wall:
    """Return a wall with the form times a power of 2 that makes it about as large as 1."""
    size = float(abs(row[0]) + np.abs(row[1:]) @ reach) * SLACK
    exponent = math.frexp(size)[1] if 0 < size < math.inf else 0
    with np.errstate(over="ignore"):  # a form far below its error says nothing, and so does an infinite error
        row, error = np.ldexp(row, -exponent), float(np.ldexp(error, -exponent))
    return Wall(row, error, math.ldexp(size, -exponent), exponent)


def float_net(levels: FreeLevels, case: Mapping[str, Any]) -> FloatNet:
    """Return the arrays of a network on a case whose inputs are all bounded, given without those that are fixed."""
    n, units = levels.n_inputs, levels.n_units
    conditions = [
        levels.condition(row, Fraction(factor))
        for rows, factors in zip(case["outputs"], case["factors"], strict=True)
        for row, factor in zip(rows, factors, strict=True)
    ]
    low = [below(Fraction(text)) for text in case["lower"]]
    high = [-below(-Fraction(text)) for text in case["upper"]]
    reach = np.maximum(np.abs(low), np.abs(high))
    starts, runs, values = _runs([*levels.forms, *conditions])
    level = np.searchsorted(levels.starts, np.arange(units), side="right") - 1
    ends = np.cumsum([0, *map(len, case["outputs"])])
    net = Net(
        np.array([n, units, len(levels.starts), len(conditions)], dtype=np.int64),
        starts,
        runs,
        values,
        level.astype(np.int64),
        np.array([*levels.starts, units], dtype=np.int64),
        ends.astype(np.int64),
        np.array(low),
        np.array(high),
        reach,
    )
    walls = tuple(_case_wall(row, reach) for row in case["rows"])
    infinite = np.full(units, np.inf)
    alive = np.ones(len(case["outputs"]), dtype=np.int64)
    root = State(-infinite, infinite, walls, alive, np.array(low), np.array(high))
    intervals = [(Fraction(a), Fraction(b)) for a, b in zip(case["lower"], case["upper"], strict=True)]
    is_reliable = are_in_range(*(form.values() for form in (*levels.forms, *conditions)), *case["rows"], *intervals)
    return FloatNet(levels, net, arrays_of_node(net, len(walls) + 32), root, intervals, is_reliable)


def _case_wall(row: Sequence[Fraction], reach: Array) -> Wall:
    entries = np.array([nearest(entry) for entry in row])
    size = float(abs(entries[0]) + np.abs(entries[1:]) @ reach) * SLACK
    return scaled(entries, 4 * UNIT * size, reach)


def _runs(forms: Sequence[Mapping[int, Fraction]]) -> tuple[Array, Array, Array]:
    starts, runs, values = [0], list[tuple[int, int, int]](), list[float]()
    for form in forms:
        variables = sorted(form)
        i = 0
        while i < len(variables):
            j = i + 1
            while j < len(variables) and variables[j] - variables[j - 1] <= GAP:
                j += 1
            first, last = variables[i], variables[j - 1]
            runs.append((first, last - first + 1, len(values)))
            values += [nearest(form[v]) if v in form else 0.0 for v in range(first, last + 1)]
            i = j
        starts.append(len(runs))
    return np.array(starts, dtype=np.int64), np.array(runs, dtype=np.int64).reshape(-1, 3), np.array([*values, 0.0])


def arrays_of_node(net: Net, most_walls: int, recording: bool = False) -> Node:
    """Return the scratch for nodes of at most so many walls, with room for what is recorded."""
    n, units, _, n_rows = map(int, net.shape)
    conjunctions = len(net.conjunctions) - 1
    widest = int(np.diff(net.conjunctions).max(initial=1))
    rows = most_walls + widest
    kept = units if units * (n + 1) <= KEPT_FORMS else 0
    return Node(
        state=np.zeros(8, dtype=np.int64),
        lower=np.zeros(units),
        upper=np.zeros(units),
        walls=np.zeros((rows, n + 1)),
        wall_errors=np.zeros(rows),
        wall_sizes=np.zeros(rows),
        sizes=np.zeros(units + n_rows),
        alive=np.zeros(conjunctions, dtype=np.int64),
        form=np.zeros(n + 1 + units),
        affine=np.zeros(n + 2),
        known=np.zeros((kept + 1, n + 1)),
        known_errors=np.zeros(kept + 1),
        known_sizes=np.zeros(kept + 1),
        condition_forms=np.zeros((widest, n + 1)),
        condition_errors=np.zeros(widest),
        factors=np.zeros(rows),
        row_factors=np.zeros((conjunctions, widest)),
        wall_factors=np.zeros((conjunctions, rows)),
        bound_factors=np.zeros((2 * units * recording, rows)),
        improved=np.zeros(2 * units, dtype=np.int64),
        scores=np.zeros(units),
        table=np.zeros((rows, n + 1)),
        slack=np.zeros(rows),
        reduced=np.zeros(n + 1),
        places=np.zeros(n + 1),
        columns=np.zeros(n + 1, dtype=np.int64),
        basics=np.zeros(rows, dtype=np.int64),
        at_upper=np.zeros(n + 1, dtype=np.int64),
        widths=np.zeros((2, n + 1)),
        point=np.zeros(n + 1),
        unit_values=np.zeros(units),
        points=np.zeros((conjunctions, n)),
        hits=np.zeros(conjunctions, dtype=np.int64),
        promises=np.zeros(conjunctions),
        margins=np.zeros(conjunctions),
        goal=np.array([0.0, CAUTION]),
        bounds=np.full(conjunctions, np.inf),
        heights=np.zeros(conjunctions),
        used=np.zeros((1, units), dtype=np.uint8),
        known_used=np.zeros((kept * recording, units), dtype=np.uint8),
        bound_used=np.zeros((2 * units * recording, units), dtype=np.uint8),
        refutation_used=np.zeros((conjunctions * recording, units), dtype=np.uint8),
    )
