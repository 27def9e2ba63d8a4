"""All cells into which the points of a matrix divide the torus: a walk along edges, and closure under refinement.

``X(T) = {x : T is contained in C(x)}`` is a cell, of dimension one less than the number of connected components of T.
It is bounded iff no column is isolated, and the bounded cells are those of the tropical polytope. Cells of dimension 0
are pseudovertices. From one of them, moving the coordinates of a block J up is an edge iff the graph that is left has
two components; it ends where a row all of whose columns are in J gets a new one. The bounded cells are connected, so
that all pseudovertices are found; every cell has one, so that refinement of their covectors gives all cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, Vector
from polytopes.errors import LimitReached, VerificationFailed
from tropical.convexity.covectors import Covector, covector, covered, n_components, proper_blocks, refined

IntegerPoint = tuple[int, ...]
Progress = Callable[[int], None]


@frozen(slots=False)
class Decomposition:
    """The cells of a matrix: pseudovertices with first coordinate 0, and the covectors of all cells."""

    rows: Matrix
    pseudovertices: tuple[tuple[Vector, Covector], ...]
    limit: int | None = field(default=None, eq=False)
    progress: Progress | None = field(default=None, eq=False, repr=False)

    @property
    def n_columns(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    @cached_property
    def cells(self) -> tuple[tuple[Covector, ...], ...]:
        """The covectors of all cells by dimension, each list in order.

        Raises:
            LimitReached: if there are more cells than the limit.
            VerificationFailed: if the numbers of cells do not have the alternating sums that they must have.
        """
        found = {graph for _, graph in self.pseudovertices}
        open_graphs = list(found)
        while open_graphs:
            graph = open_graphs.pop()
            for block in proper_blocks(self.n_columns):
                finer = refined(graph, block)
                if finer not in found:
                    found.add(finer)
                    open_graphs.append(finer)
            if self.limit is not None and len(found) > self.limit:
                raise LimitReached(f"more than {self.limit} cells", len(found))
            if self.progress is not None:
                self.progress(len(found))
        by_dim: list[list[Covector]] = [[] for _ in range(self.n_columns)]
        for graph in found:
            by_dim[n_components(graph, self.n_columns) - 1].append(graph)
        cells = tuple(tuple(sorted(graphs)) for graphs in by_dim)
        self._verify(cells)
        return cells

    def _verify(self, cells: tuple[tuple[Covector, ...], ...]) -> None:
        """Compare Euler numbers: that of the polytope, which is contractible, and that of the torus."""
        torus = sum((-1) ** dim * len(graphs) for dim, graphs in enumerate(cells))
        inside = sum((-1) ** dim * sum(map(self.is_bounded, graphs)) for dim, graphs in enumerate(cells))
        if torus != (-1) ** (self.n_columns - 1) or inside != 1:
            raise VerificationFailed("the cells of a decomposition have a wrong Euler number; please report this")

    def is_bounded(self, graph: Covector) -> bool:
        """Whether the cell of a covector is bounded, that is, lies in the polytope."""
        return covered(graph) == (1 << self.n_columns) - 1

    @property
    def torus_f_vector(self) -> tuple[int, ...]:
        """The numbers of all cells by dimension."""
        return tuple(map(len, self.cells))

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of bounded cells by dimension, up to that of the polytope."""
        numbers = Counter(dim for dim, graphs in enumerate(self.cells) for graph in graphs if self.is_bounded(graph))
        return tuple(numbers[dim] for dim in range(max(numbers) + 1))

    @property
    def is_generic(self) -> bool:
        """Whether no square submatrix has its greatest permutation sum twice: all pseudovertices are spanning trees."""
        size = len(self.rows) + self.n_columns - 1
        return all(sum(part.bit_count() for part in graph) == size for _, graph in self.pseudovertices)


def decomposition(rows: Matrix, limit: int | None = None, progress: Progress | None = None) -> Decomposition:
    """Return the decomposition of the torus by the rows of a matrix without infinite entries.

    Args:
        rows: n x d rationals.
        limit: the most pseudovertices, and the most cells.
        progress: called now and then with the number of what was found.

    Raises:
        LimitReached: with the number found as ``partial``.

    >>> found = decomposition(((Fraction(0), Fraction(0)), (Fraction(0), Fraction(2))))
    >>> found.torus_f_vector, found.f_vector
    ((2, 3), (2, 1))
    """
    scale = lcm(*(entry.denominator for row in rows for entry in row))
    whole = [[int(entry * scale) for entry in row] for row in rows]
    found: dict[IntegerPoint, Covector] = {}
    start = _normalized(whole[0])
    found[start] = covector(whole, start)
    open_points = [start]
    while open_points:
        point = open_points.pop()
        for neighbor in _neighbors(whole, point, found[point]):
            if neighbor not in found:
                found[neighbor] = covector(whole, neighbor)
                open_points.append(neighbor)
        if limit is not None and len(found) > limit:
            raise LimitReached(f"more than {limit} pseudovertices", len(found))
        if progress is not None:
            progress(len(found))
    points = sorted(found.items())
    named = tuple((tuple(Fraction(entry, scale) for entry in point), graph) for point, graph in points)
    return Decomposition(rows, named, limit, progress)


def _normalized(point: Sequence[int]) -> IntegerPoint:
    return tuple(entry - point[0] for entry in point)


def _neighbors(rows: list[list[int]], point: IntegerPoint, graph: Covector) -> list[IntegerPoint]:
    """Return the pseudovertices at the other ends of the bounded edges at one."""
    width, found = len(point), []
    less = [[entry - x for entry, x in zip(row, point, strict=True)] for row in rows]
    distinct = set(graph)
    tops = [max(row) for row in less]
    for block in proper_blocks(width):
        if n_components({part & ~block or part for part in distinct}, width) != 2:
            continue
        inside = [k for k in range(width) if not block >> k & 1]
        steps = [
            top - max(row[k] for k in inside)
            for part, row, top in zip(graph, less, tops, strict=True)
            if not part & ~block
        ]
        if steps:
            step = min(steps)
            found.append(_normalized([x + step * (block >> k & 1) for k, x in enumerate(point)]))
    return found
