"""Certified bounds of the number of vertices where counting is out of reach.

Let the windows be split into A and U. A vertex is a choice on A and one on U, so V <= V(A) V(U). If R is the set of
elements that no window of A contains, any vertex of A goes with any vertex of the traces W & R of those W in U that
meet R: put all of R above the rest. And more windows never mean fewer vertices. So V >= V(A) V({W & R : W in U}).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import log2, nextafter, prod

from attrs import define, field, frozen

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier.counts import count_vertices
from polytopes.minkowski_sums.frontier.machine import MEMORY
from polytopes.minkowski_sums.frontier.ordering import best_order, widest
from polytopes.minkowski_sums.frontier.window_rows import joined, numbered, rows
from polytopes.minkowski_sums.hypergraph import Hypergraph, Window

WIDTH = 15
"""Pieces are counted if their frontiers hold at most this many atoms."""
WIDTHS = (8, 10, 12, 15)
"""Widths that are tried one after the other; wider pieces give better bounds."""


@frozen(slots=False)
class Bounds:
    """Numbers with lower <= V <= upper."""

    lower: int
    upper: int

    @property
    def is_exact(self) -> bool:
        """Whether they are equal."""
        return self.lower == self.upper

    @cached_property
    def bits(self) -> tuple[float, float]:
        """Numbers with bits[0] <= log2 V <= bits[1]: the logarithms, rounded outwards."""
        low, high = log2(self.lower), log2(self.upper)
        return (max(0.0, nextafter(low, 0.0)) if low else 0.0), (nextafter(high, 2 * high) if high else 0.0)

    def __mul__(self, other: Bounds) -> Bounds:
        return Bounds(self.lower * other.lower, self.upper * other.upper)


def bounds(hypergraph: Hypergraph, *, width: int = WIDTH, memory: int = MEMORY, seconds: float | None = None) -> Bounds:
    """Return certified bounds of the number of vertices; they are equal if the frontier is narrow enough to count.

    The windows are cut, in their order, into pieces that can be counted, so neighbors should follow each other.

    Args:
        hypergraph: the windows.
        width: the largest number of atoms in a frontier. One or two more cost about 6 times the time, and give better
            bounds.
        memory, seconds: limits, as for :func:`polytopes.minkowski_sums.frontier.count_vertices`.

    Raises:
        LimitReached: over a limit; ``partial`` are weaker bounds.

    >>> bounds(Hypergraph.of([(i, i + 1, i + 2) for i in range(8)]))
    Bounds(lower=919, upper=919)
    >>> bounds(Hypergraph.of([(i, i + 1, i + 2) for i in range(8)]), width=2)
    Bounds(lower=56, upper=2401)
    """
    counter = _Counts(width, memory, None if seconds is None else time.monotonic() + seconds)
    result = Bounds(1, 1)
    parts = [part.hypergraph for part in hypergraph.parts]
    for i, part in enumerate(parts):
        try:
            result *= counter.of_part(part)
        except LimitReached as stop:
            rest = Bounds(1, prod(len(window) for other in parts[i + 1 :] for window in other.windows))
            raise LimitReached(str(stop), result * stop.partial * rest) from None
    return result


def best_bounds(hypergraph: Hypergraph, seconds: float) -> Bounds:
    """Return the best bounds from pieces of growing width found within about ``seconds``.

    >>> best_bounds(Hypergraph.of([(i, i + 1, i + 2) for i in range(8)]), 10)
    Bounds(lower=919, upper=919)
    """
    deadline = time.monotonic() + seconds
    best = Bounds(1, prod(map(len, hypergraph.windows)))
    for width in WIDTHS:
        try:
            found = bounds(hypergraph, width=width, seconds=max(deadline - time.monotonic(), 0.001))
        except LimitReached as stop:
            found = stop.partial
        best = Bounds(max(best.lower, found.lower), min(best.upper, found.upper))
        if time.monotonic() > deadline:
            break
    return best


@define
class _Counts:
    """Counts that were made, up to the names of the elements, and limits."""

    width: int
    memory: int
    deadline: float | None
    known: dict[Hypergraph, int] = field(factory=dict)
    narrow: dict[Hypergraph, bool] = field(factory=dict)

    def of(self, windows: Sequence[Window]) -> int:
        """Count the vertices for some windows."""
        result = 1
        for part in numbered(windows).parts:
            key = part.hypergraph
            if key not in self.known:
                seconds = None if self.deadline is None else self.deadline - time.monotonic()
                self.known[key] = count_vertices(key, memory=self.memory, seconds=seconds)
            result *= self.known[key]
        return result

    def fits(self, windows: Sequence[Window]) -> bool:
        """Whether the frontier is narrow enough; a window by itself always is."""
        key = numbered(windows)
        if key not in self.narrow:
            self.narrow[key] = len(windows) == 1 or widest(key, best_order(key)) <= self.width
        return self.narrow[key]

    def of_part(self, hypergraph: Hypergraph) -> Bounds:
        """Bound the number for a block from its pieces."""
        pieces = [hypergraph.windows] if self.fits(hypergraph.windows) else list(self.pieces(hypergraph))
        result, seen = Bounds(1, 1), set[int]()
        for i, piece in enumerate(pieces):
            new = [tuple(element for element in window if element not in seen) for window in piece]
            try:
                result *= Bounds(self.of([window for window in new if window]), self.of(piece))
            except LimitReached as stop:
                rest = Bounds(1, prod(len(window) for other in pieces[i:] for window in other))
                raise LimitReached(str(stop), result * rest) from None
            seen.update(element for window in piece for element in window)
        return result

    def pieces(self, hypergraph: Hypergraph) -> Iterator[Sequence[Window]]:
        """Cut the windows into pieces that fit: whole rows while these do, doubling and halving the number."""
        units = rows(hypergraph.windows)
        while units:
            if not self.fits(units[0]):
                units[:1] = [[window] for window in units[0]]
            good, bad = 1, len(units) + 1
            while bad - good > 1:
                middle = min(2 * good, (good + bad) // 2)
                if self.fits(joined(units[:middle])):
                    good = middle
                else:
                    bad = middle
            yield joined(units[:good])
            units = units[good:]
