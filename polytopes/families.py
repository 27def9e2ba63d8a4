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
from typing import Any, Literal

from attrs import field, frozen

from polytopes.errors import InputError, UnsupportedError
from polytopes.frontier.counts import count_signed, count_vertices, f_vector
from polytopes.frontier.lumping import lump
from polytopes.frontier.machine import MEMORY, Budget
from polytopes.frontier.periods import Sections, layers_of, sections
from polytopes.frontier.schedule import schedule
from polytopes.hypergraph import Hypergraph, Window
from polytopes.rational_series import RationalSeries, delayed, fitted_series, satisfies

FIRST_GUESS = 16
"""Terms that the first guess is made from."""

Activation = Literal["relu", "leaky"]


Cut = tuple[int, int]


def _cut(elements: int | Iterable[int]) -> Cut:
    """Return how many elements are cut off at the first end and at the last; a number is for both."""
    if not isinstance(elements, Iterable):
        return index(elements), index(elements)
    first, last = map(index, elements)
    return first, last


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
        cut: how many elements do not exist at either end, or at the first and at the last; windows are cut there, as
            by padding.

    >>> Family([(0, 1, 2)], 1).hypergraph(3).windows
    ((0, 1, 2), (1, 2, 3), (2, 3, 4))
    """

    windows: tuple[Window, ...] = field(converter=_windows)
    shift: int = field(converter=index)
    activation: Activation | None = None
    cut: Cut = field(converter=_cut, default=(0, 0))

    def __attrs_post_init__(self) -> None:
        if (
            not self.windows
            or any(not window or window[0] < 0 for window in self.windows)
            or self.shift < 1
            or min(self.cut) < 0
        ):
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
        padding: int | tuple[int, int] = 0,
        activation: Activation | None = None,
    ) -> Family:
        """Return windows on a grid of a fixed height; n is the number of windows in a row.

        Args:
            height: rows of the grid.
            window, stride: rows and columns.
            padding: rows above and below that windows may reach into, or these and columns on either side; the
                windows are cut there.

        >>> Family.strip(3, (2, 2), (1, 1)).windows
        ((0, 1, 3, 4), (1, 2, 4, 5))
        """
        (rows, columns), (down, right) = window, stride
        above, beside = (padding, 0) if isinstance(padding, int) else padding
        tops = range(-above, height + above - rows + 1, down) if down > 0 else range(0)
        if min(*window, *stride) < 1 or min(above, beside) < 0 or not tops:
            raise InputError(f"no window of {rows} x {columns} with stride {down} x {right} fits a height of {height}")
        cells = [[(y, x) for y, x in product(range(t, t + rows), range(columns)) if 0 <= y < height] for t in tops]
        windows = [[x * height + y for y, x in cell] for cell in cells if cell]
        return cls(windows, right * height, activation, beside * height)

    @cached_property
    def reach(self) -> int:
        """The number of elements from the first to the last one of a period."""
        return max(window[-1] for window in self.windows) + 1

    def periods(self, n: int) -> list[list[Window]]:
        """Return the windows of n periods, cut at both ends, without those that are cut away."""
        inside = range(self.cut[0], self.reach + self.shift * (n - 1) - self.cut[1])
        moved = [[[e + j * self.shift for e in window] for window in self.windows] for j in range(n)]
        cut = [[tuple(e for e in window if e in inside) for window in period] for period in moved]
        return [[window for window in period if window] for period in cut]

    def hypergraph(self, n: int) -> Hypergraph:
        """Return the hypergraph of n periods, without the constant 0."""
        windows = [window for period in self.periods(n) for window in period]
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
    parts, apart = _sections(family)
    every = layers_of(parts, faces, budget)
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
                first = [_count(family, n, faces, budget) for n in range(apart)]
                return ProvenSeries(delayed(series, first), every.sizes[0], layers.sizes[0], apart + len(terms))
        wanted = 2 * len(terms)


def _extend(terms: list[int], source: Iterator[int], n: int, budget: Budget) -> None:
    while len(terms) < n:
        terms.append(next(source))
        budget.check(0, 0)


def _sections(family: Family) -> tuple[Sections, int]:
    """Return what repeats in the family, and how many periods there are besides what repeats.

    If the windows are not cut at the ends the frontier has the elements of all earlier periods from the start. There
    are none, which is the same as to know nothing about them.
    """
    overlap, cut = -(-family.reach // family.shift), -(-max(family.cut) // family.shift)
    head = tail = overlap + cut + 1
    periods = family.periods(head + 2 + tail)
    windows = [window for period in periods for window in period]
    size = fixed = family.reach + family.shift * (head + 1 + tail)
    whole = Hypergraph(windows, size + 1)
    if family.activation == "relu":
        whole = Hypergraph([(*window, size) for window in windows], size + 1)
    plan = schedule(whole, range(len(windows)), fixed if family.activation == "leaky" else -1)
    parts = sections(plan, list(map(len, periods)), family.shift, size, head, ends=any(family.cut))
    return parts, head + tail if any(family.cut) else 0


def _count(family: Family, n: int, faces: int | None, budget: Budget) -> int:
    """Count for one n."""
    graph = family.hypergraph(n)
    limits: dict[str, Any] = {"memory": budget.memory, "seconds": budget.seconds}
    if family.activation == "leaky":
        return count_signed(graph, **limits)
    if family.activation == "relu":
        graph = graph.with_shared_element()
    if faces is None:
        return count_vertices(graph, **limits)
    return sum(faces**i * f for i, f in enumerate(f_vector(graph, **limits)))
