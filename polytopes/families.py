"""Families of growing hypergraphs, and the generating functions of their numbers of vertices, with proof.

A family repeats the windows of one period, each time moved by a shift. Along the frontier every period steps from the
same states to the same states, so the n-th number is u M^n v for one matrix M, and the series is rational. States
with the same future are put into classes first; if there are m classes, a linear recurrence of order r holds for all
terms as soon as it holds for m terms in a row, because what is left over satisfies a recurrence of order m by itself
(Cayley and Hamilton). So a recurrence that was guessed from few terms is proven by finitely many more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import product
from operator import index
from typing import Literal

import numpy as np
from attrs import evolve, field, frozen

from polytopes.errors import InputError, UnsupportedError
from polytopes.frontier.lumping import Arrow, Layers, lump
from polytopes.frontier.machine import MEMORY, Budget, Machine, Moves
from polytopes.frontier.schedule import Schedule, Step, schedule
from polytopes.hypergraph import Hypergraph, Window
from polytopes.rational_series import RationalSeries, fitted_series, satisfies

FIRST_GUESS = 16
"""Terms that the first guess is made from."""

Activation = Literal["relu", "leaky"]


def _windows(windows: Iterable[Iterable[int]]) -> tuple[Window, ...]:
    return tuple(tuple(sorted({index(element) for element in window})) for window in windows)


@frozen
class Family:
    """The hypergraphs with the windows W + j shift for all W of one period and all j < n.

    Args:
        windows: the windows of the first period, elements from 0 on.
        shift: by how much a period moves them.
        activation: None; "relu" for one more element, the constant 0, in all windows; "leaky" to count vertices
            together with the signs of the maxima.

    >>> Family([(0, 1, 2)], 1).hypergraph(3).windows
    ((0, 1, 2), (1, 2, 3), (2, 3, 4))
    """

    windows: tuple[Window, ...] = field(converter=_windows)
    shift: int = field(converter=index)
    activation: Activation | None = None

    def __attrs_post_init__(self) -> None:
        if not self.windows or any(not window or window[0] < 0 for window in self.windows) or self.shift < 1:
            raise InputError("a family needs windows with elements from 0 on, none empty, and a shift of at least 1")

    @classmethod
    def line(cls, window: int, stride: int, activation: Activation | None = None) -> Family:
        """Return windows on a line; n is the number of windows."""
        return cls([range(window)], stride, activation)

    @classmethod
    def strip(
        cls,
        height: int,
        window: tuple[int, int],
        stride: tuple[int, int],
        padding: int = 0,
        activation: Activation | None = None,
    ) -> Family:
        """Return windows on a grid of a fixed height; n is the number of windows in a row.

        Args:
            height: rows of the grid.
            window, stride: rows and columns.
            padding: rows above and below that windows may reach into; they are cut there.

        >>> Family.strip(3, (2, 2), (1, 1)).windows
        ((0, 1, 3, 4), (1, 2, 4, 5))
        """
        (rows, columns), (down, right) = window, stride
        tops = range(-padding, height + padding - rows + 1, down)
        if min(*window, *stride) < 1 or padding < 0 or not tops:
            raise InputError(f"no window of {rows} x {columns} with stride {down} x {right} fits a height of {height}")
        cells = [[(y, x) for y, x in product(range(t, t + rows), range(columns)) if 0 <= y < height] for t in tops]
        return cls([[x * height + y for y, x in cell] for cell in cells if cell], right * height, activation)

    @cached_property
    def reach(self) -> int:
        """The number of elements from the first to the last one of a period."""
        return max(window[-1] for window in self.windows) + 1

    def hypergraph(self, n: int) -> Hypergraph:
        """Return the hypergraph of n periods, without the constant 0."""
        windows = [[e + j * self.shift for e in window] for j in range(n) for window in self.windows]
        return Hypergraph(windows, self.reach + self.shift * (n - 1) if n else 0)


@frozen
class ProvenSeries:
    """A generating function with what proves it."""

    series: RationalSeries
    n_states: int
    """States between two periods."""
    n_classes: int
    """Classes of states with the same future: a bound of the order of the recurrence."""
    n_terms: int
    """Terms that were computed; the recurrence was checked on ``n_classes`` of them in a row, at least."""


def generating_function(
    family: Family, *, faces: int | None = None, memory: int = MEMORY, seconds: float | None = None
) -> ProvenSeries:
    """Return the series sum V_n x^n of the numbers of vertices of the n-th hypergraph, V_0 = 1.

    Args:
        family: the hypergraphs.
        faces: for an integer t >= 0 the numbers f_0 + f_1 t + f_2 t^2 + ... instead; t = 1 counts all faces.
        memory, seconds: limits.

    Raises:
        LimitReached: over a limit; ``partial`` is None, as there are no terms before the states are known.

    >>> generating_function(Family.strip(3, (2, 2), (1, 1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    """
    if family.activation == "leaky" and faces is not None:
        raise UnsupportedError("with a leaky ReLU only vertices can be counted, not faces")
    budget = Budget(memory, seconds)
    every = _layers(family, faces, budget)
    layers = lump(every)
    terms: list[int] = []
    source, wanted = layers.sums(), FIRST_GUESS
    while True:
        _extend(terms, source, wanted, budget)
        series = fitted_series(terms)
        if series is not None:
            start = max(len(series.numerator), series.order)
            _extend(terms, source, start + layers.sizes[0], budget)
            if satisfies(series, terms):
                return ProvenSeries(series, every.sizes[0], layers.sizes[0], len(terms))
        wanted = 2 * len(terms)


def _extend(terms: list[int], source: Iterator[int], n: int, budget: Budget) -> None:
    while len(terms) < n:
        terms.append(next(source))
        budget.check(0, 0)


def _layers(family: Family, faces: int | None, budget: Budget) -> Layers:
    """Return the moves of a period between all states that can be reached at its ends."""
    plan = _steady_period(family)
    machine = Machine(plan, faces is not None)
    boundary = {machine.start()[0].tobytes(): 0}
    while True:
        states = np.frombuffer(b"".join(boundary), np.uint64).reshape(len(boundary), -1)
        moves, known = [], len(boundary)
        for step in plan.steps:
            states, own = machine.expand(step, states, budget)
            moves.append(own)
        back = [boundary.setdefault(row.tobytes(), len(boundary)) for row in states]
        if len(boundary) == known:
            break
    sizes = [known, *(each.n_targets for each in moves[:-1])]
    arrows = [_arrows(each, faces) for each in moves]
    arrows[-1] = tuple((source, back[target], weight) for source, target, weight in arrows[-1])
    return Layers(tuple(arrows), tuple(sizes))


def _arrows(moves: Moves, faces: int | None) -> tuple[Arrow, ...]:
    """Return the moves with their weights at t."""
    t = faces or 0
    values = [sum(int(c) * t**i for i, c in enumerate(row)) for row in moves.weights]
    listed = ((source, target, t**degree * values[kind]) for source, target, degree, kind, _ in moves.rows.tolist())
    return tuple(arrow for arrow in listed if arrow[2])


def _steady_period(family: Family) -> Schedule:
    """Return the schedule of one period far from both ends.

    There all elements of the frontier are known. At the start of a family they are not, which is the same as to know
    nothing about them; at the end some elements lie in no window to come, and no window asks for them.
    """
    overlap = -(-family.reach // family.shift)
    periods, size = 3 * overlap + 3, len(family.windows)
    bare = family.hypergraph(periods)
    whole = bare.with_shared_element() if family.activation == "relu" else bare
    fixed = -1
    if family.activation == "leaky":
        whole, fixed = Hypergraph(bare.windows, bare.size + 1), bare.size
    plan = schedule(whole, range(len(whole.windows)), fixed)
    middle = overlap + 1
    steps, following = (plan.steps[size * m : size * (m + 1)] for m in (middle, middle + 1))

    def moved(step: Step) -> list[tuple[int, ...]]:
        return [tuple(e + family.shift * (e < bare.size) for e in plan.atoms[atom]) for atom in step.atoms]

    for one, two in zip(steps, following, strict=True):
        if one.shape != two.shape or moved(one) != [plan.atoms[atom] for atom in two.atoms]:
            raise UnsupportedError(f"the frontier of {family} does not repeat after {middle} periods")
    return evolve(plan, steps=steps)
