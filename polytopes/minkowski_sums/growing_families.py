"""Families of growing hypergraphs, and proven generating functions of their numbers of vertices and faces.

A family repeats the windows of one period, each time moved by a shift. Along the frontier every period leads from the
same set of states to itself, so the n-th number is u M^n v for one matrix M, and the series is rational. States with
the same future are merged first. :mod:`polytopes.minkowski_sums.frontier.recurrences` finds and proves the recurrence.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import product
from operator import index
from typing import Any, Literal

from attrs import evolve, field, frozen
from flint import fmpz_poly

from polytopes.arithmetic.rational_series import RationalSeries, delayed
from polytopes.errors import InputError, UnsupportedError
from polytopes.minkowski_sums.frontier.counts import count_signed, count_vertices, f_vector
from polytopes.minkowski_sums.frontier.facets import ColoringMachine, count_facets
from polytopes.minkowski_sums.frontier.lumping import lump
from polytopes.minkowski_sums.frontier.machine import MEMORY, Budget, Machine
from polytopes.minkowski_sums.frontier.periods import Sections, sections, transfer_matrix
from polytopes.minkowski_sums.frontier.recurrences import proven_series
from polytopes.minkowski_sums.frontier.schedule import schedule
from polytopes.minkowski_sums.hypergraph import Hypergraph, Window

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


def _set(numbers: Iterable[int]) -> frozenset[int]:
    return frozenset(map(index, numbers))


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
        zeros: the numbers of the windows of the period that the constant 0 lies in.
        zero_padding: whether the constant 0 lies in the windows that are cut.
        outside: of the elements that are cut at either end, how many at the very end are not padding, so that they
            bring no 0 into a window.

    >>> Family([(0, 1, 2)], 1).hypergraph(3).windows
    ((0, 1, 2), (1, 2, 3), (2, 3, 4))
    >>> Family([(0, 1, 2)], 1, cut=1, zero_padding=True).hypergraph(3).windows
    ((1, 2, 5), (1, 2, 3), (2, 3, 5))
    """

    windows: tuple[Window, ...] = field(converter=_windows)
    shift: int = field(converter=index)
    activation: Activation | None = None
    cut: Cut = field(converter=_cut, default=(0, 0))
    zeros: frozenset[int] = field(converter=_set, default=())
    zero_padding: bool = False
    outside: Cut = field(converter=_cut, default=(0, 0))

    def __attrs_post_init__(self) -> None:
        if (
            not self.windows
            or any(not window or window[0] < 0 for window in self.windows)
            or self.shift < 1
            or min(self.outside) < 0
            or any(beyond > cut for beyond, cut in zip(self.outside, self.cut, strict=True))
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
        zero_padding: bool = False,
    ) -> Family:
        """Return windows on a grid of a fixed height; n is the number of windows in a row.

        Args:
            height: rows of the grid.
            window, stride: rows and columns.
            padding: rows above and below that windows may reach into, or these and columns on either side; the
                windows are cut there.
            activation: as for the family.
            zero_padding: whether zeros stand in the padding.

        >>> Family.strip(3, (2, 2), (1, 1)).windows
        ((0, 1, 3, 4), (1, 2, 4, 5))
        """
        (rows, columns), (down, right) = window, stride
        above, beside = (padding, 0) if isinstance(padding, int) else padding
        tops = range(-above, height + above - rows + 1, down) if down > 0 else range(0)
        if min(*window, *stride) < 1 or min(above, beside) < 0 or not tops:
            raise InputError(f"no window of {rows} x {columns} with stride {down} x {right} fits a height of {height}")
        cells = [[(y, x) for y, x in product(range(t, t + rows), range(columns)) if 0 <= y < height] for t in tops]
        cells = [cell for cell in cells if cell]
        windows = [[x * height + y for y, x in cell] for cell in cells]
        zeros = [i for i, cell in enumerate(cells) if zero_padding and len(cell) < rows * columns]
        return cls(windows, right * height, activation, beside * height, zeros, zero_padding)

    @cached_property
    def reach(self) -> int:
        """The number of elements from the first to the last one of a period."""
        return max(window[-1] for window in self.windows) + 1

    @property
    def has_zero(self) -> bool:
        """Whether the constant 0 lies in some windows; with ReLU it lies in all, and is none of the elements here."""
        return self.activation != "relu" and bool(self.zeros or (self.zero_padding and self.outside != self.cut))

    def periods(self, n: int) -> list[list[Window]]:
        """Return the windows of n periods, cut at both ends, without those that are cut away.

        The constant 0 is the element after the last one.
        """
        last = self.reach + self.shift * (n - 1)
        inside = range(self.cut[0], last - self.cut[1])
        padded = range(self.outside[0], last - self.outside[1])
        found: list[list[Window]] = [[] for _ in range(n)]
        for j, (i, whole) in product(range(n), enumerate(self.windows)):
            places = [e + j * self.shift for e in whole]
            window = tuple(e for e in places if e in inside)
            zero = i in self.zeros or (self.zero_padding and any(e in padded and e not in inside for e in places))
            if window:
                found[j].append((*window, last) if zero and self.has_zero else window)
        return found

    def hypergraph(self, n: int) -> Hypergraph:
        """Return the hypergraph of n periods; the last element is the constant 0 if :attr:`has_zero`."""
        windows = [window for period in self.periods(n) for window in period]
        return Hypergraph(windows, (self.reach + self.shift * (n - 1) if n else 0) + self.has_zero)

    @property
    def overlap(self) -> int:
        """A number of periods from an end beyond which the end has no influence."""
        return -(-self.reach // self.shift) - (-max(self.cut) // self.shift) + 1

    def is_connected(self) -> bool:
        """Return whether the windows of n periods connect all their elements, for every large n.

        They do if the windows far from the ends do, and those up to either end.
        """
        n = 3 * self.overlap
        ends = ((1, 0), (0, 0), (0, 1))
        families = (evolve(self, cut=_kept(self.cut, end), outside=_kept(self.outside, end)) for end in ends)
        return all(len(_around(family, n).connected_parts) == 1 for family in families)


def _kept(cut: Cut, end: Cut) -> Cut:
    """Return what is cut at one end only, that with a 1."""
    return cut[0] * end[0], cut[1] * end[1]


def _around(family: Family, n: int) -> Hypergraph:
    """Return the hypergraph of n periods, with the constant 0 in all windows if there is a ReLU."""
    graph = family.hypergraph(n)
    return graph.with_shared_element() if family.activation == "relu" else graph


@frozen
class ProvenSeries:
    """A generating function, with the numbers of states, classes and terms in its proof."""

    series: RationalSeries
    n_states: int
    """The number of states between two periods."""
    n_classes: int
    """Classes of states with the same future: a bound of the order of the recurrence."""
    n_terms: int
    """Terms that were computed to find the recurrence, or to prove it."""


def generating_function(
    family: Family,
    *,
    faces: int | None = None,
    facets: bool = False,
    memory: int = MEMORY,
    seconds: float | None = None,
) -> ProvenSeries:
    """Return the series sum V_n x^n of the numbers of vertices of the n-th hypergraph, V_0 = 1.

    Args:
        family: the hypergraphs.
        faces: for an integer t >= 0 the numbers f_0 + f_1 t + f_2 t^2 + ... instead; t = 1 counts all faces.
        facets: the numbers of facets instead; the windows must be connected, or the periods disjoint.
        memory, seconds: limits.

    Raises:
        LimitReached: over a limit; ``partial`` is None, as there are no terms before the states are known.
        UnsupportedError: for faces with a leaky ReLU, or for facets if the windows have several growing components.

    >>> generating_function(Family.strip(3, (2, 2), (1, 1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    >>> generating_function(Family.strip(3, (2, 2), (1, 1)), facets=True).series.terms(6)
    [0, 8, 21, 40, 67, 102]
    """
    if family.activation == "leaky" and (faces is not None or facets):
        raise UnsupportedError("with a leaky ReLU only vertices can be counted, not faces")
    budget = Budget(memory, seconds)
    if facets and family.reach <= family.shift:
        return _disjoint_periods(family, budget)
    if facets and not family.is_connected():
        raise UnsupportedError(
            "the windows are not connected; numbers of facets add up, so count the components one by one"
        )
    parts = _sections(family, ends=facets or any(family.cut))
    machine = ColoringMachine(parts.plan) if facets else Machine(parts.plan, faces is not None)
    on_states = transfer_matrix(parts, machine, faces or 0, budget)
    on_classes = lump(on_states)
    proof = proven_series(on_classes, budget)
    first = [_count(family, n, faces, facets, budget) for n in range(2 * family.overlap if parts.after else 0)]
    n_terms = len(first) + proof.n_terms
    return ProvenSeries(delayed(proof.series, first), on_states.sizes[0], on_classes.sizes[0], n_terms)


def _disjoint_periods(family: Family, budget: Budget) -> ProvenSeries:
    """Return the series of the numbers of facets if no two periods share an element: they add up."""
    n = 2 * family.overlap + 2
    terms = [_count(family, j, None, True, budget) for j in range(n)]
    return ProvenSeries(RationalSeries(fmpz_poly(terms).mul_low(fmpz_poly([1, -2, 1]), n), (1, -2, 1)), 1, 1, n)


def _sections(family: Family, ends: bool) -> Sections:
    """Return the repeating section of the schedule of the family, and the sections at the ends.

    Without cut windows the repeating section may start from the empty order: elements of periods before the first one
    are in no window, and nothing is known about them.
    """
    head = tail = family.overlap
    periods = family.periods(head + 2 + tail)
    windows = [window for period in periods for window in period]
    zero = family.reach + family.shift * (head + 1 + tail)
    whole = Hypergraph(windows, zero + 1)
    if family.activation == "relu":
        whole = Hypergraph([(*window, zero) for window in windows], zero + 1)
    plan = schedule(whole, range(len(windows)), zero if family.activation == "leaky" else -1)
    return sections(plan, list(map(len, periods)), family.shift, zero, head, ends=ends)


def _count(family: Family, n: int, faces: int | None, facets: bool, budget: Budget) -> int:
    """Count for one n."""
    graph = _around(family, n)
    limits: dict[str, Any] = {"memory": budget.memory, "seconds": budget.seconds}
    if family.activation == "leaky":
        return count_signed(graph, graph.size - 1 if family.has_zero else None, **limits)
    if facets:
        return count_facets(graph, **limits)
    if faces is None:
        return count_vertices(graph, **limits)
    return sum(faces**i * f for i, f in enumerate(f_vector(graph, **limits)))
