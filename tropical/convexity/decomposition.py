"""All cells into which the points of a matrix divide the torus: pseudovertices, and closure under refinement.

``X(T) = {x : T is contained in C(x)}`` is a cell, of dimension one less than the number of connected components of T.
It lies in the polytope iff every column is covered. If all entries are finite, these are the bounded cells. Cells of
dimension 0 are pseudovertices. Every cell has one, since cells contain no line, so that refinement of the covectors of
pseudovertices gives all cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from math import comb, factorial

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import LimitReached, UnsupportedError, VerificationFailed
from tropical.convexity.covectors import Covector, covered, n_components
from tropical.convexity.entries import Entries
from tropical.convexity.pseudovertices import pseudovertices
from tropical.convexity.refinement import closure

Progress = Callable[[int], None]
EVERY = 256
"""Progress is reported after so many cells."""


@frozen
class Listed:
    """What was listed so far; it stays when the listing is stopped. Cells are by dimension."""

    vertices: list[tuple[Vector, Covector]] = field(factory=list)
    cells: list[list[Covector]] = field(factory=list)


@frozen(slots=False)
class Decomposition:
    """The cells of a matrix: pseudovertices with first coordinate 0, in order, and the covectors of all cells."""

    rows: tuple[Entries, ...]
    pseudovertices: tuple[tuple[Vector, Covector], ...]
    limit: int | None = field(default=None, eq=False)
    progress: Progress | None = field(default=None, eq=False, repr=False)
    listed: Listed = field(factory=Listed, eq=False, repr=False)

    @property
    def n_columns(self) -> int:
        """The number of columns."""
        return len(self.rows[0])

    @cached_property
    def support(self) -> Covector:
        """For every row the columns where it is finite."""
        return tuple([sum(1 << k for k, entry in enumerate(row) if entry is not None) for row in self.rows])

    @cached_property
    def is_finite(self) -> bool:
        """Whether no entry is a tropical zero."""
        return all(own == (1 << self.n_columns) - 1 for own in self.support)

    @cached_property
    def cells(self) -> tuple[tuple[Covector, ...], ...]:
        """The covectors of all cells by dimension, each list in order.

        Raises:
            LimitReached: if there are more cells than the limit; ``partial`` are those found, as here.
            VerificationFailed: if the numbers of cells are not what they must be.
        """
        by_dim = self.listed.cells
        by_dim[:] = [[] for _ in range(self.n_columns)]
        dims: dict[frozenset[int], int] = {}
        for number, graph in enumerate(closure((graph for _, graph in self.pseudovertices), self.n_columns), start=1):
            if self.limit is not None and number > self.limit:
                raise LimitReached(f"more than {self.limit} cells", tuple(map(tuple, by_dim)))
            kind = frozenset(graph)
            if kind not in dims:
                dims[kind] = n_components(kind, self.n_columns) - 1
            by_dim[dims[kind]].append(graph)
            if self.progress is not None and not number % EVERY:
                self.progress(number)
        cells = tuple(tuple(sorted(graphs)) for graphs in by_dim)
        self._verify(cells)
        return cells

    def _verify(self, cells: tuple[tuple[Covector, ...], ...]) -> None:
        """Compare Euler numbers: those of the torus and of the bounded cells, whose union is contractible.

        Numbers of cells of generic matrices are known.
        """
        n, d = len(self.rows), self.n_columns
        torus = sum((-1) ** dim * len(graphs) for dim, graphs in enumerate(cells))
        bounded = [sum(map(self.is_bounded, graphs)) for graphs in cells]
        is_right = torus == (-1) ** (d - 1) and sum((-1) ** dim * count for dim, count in enumerate(bounded)) == 1
        if self.is_finite and self.is_generic:
            is_right &= [len(graphs) for graphs in cells] == [n_generic_cells(n, d, dim) for dim in range(d)]
            is_right &= bounded == [n_generic_bounded_cells(n, d, dim) for dim in range(d)]
        if not is_right:
            raise VerificationFailed("the cells of a decomposition have wrong numbers; please report this")

    def is_inside(self, graph: Covector) -> bool:
        """Whether the cell of a covector lies in the polytope."""
        return covered(graph) == (1 << self.n_columns) - 1

    def is_bounded(self, graph: Covector) -> bool:
        """Whether the cell of a covector is bounded: whether all differences of coordinates are.

        ``x_k - x_j`` is at most ``v_ik - v_ij`` for k in row i of the covector and j where row i is finite. So all are
        bounded iff every column is reached from every other one by such steps from k to j.
        """
        if self.is_finite:
            return self.is_inside(graph)
        steps = list(zip(graph, self.support, strict=True))
        return _reaches_all(steps, self.n_columns) and _reaches_all([(b, a) for a, b in steps], self.n_columns)

    @property
    def torus_f_vector(self) -> tuple[int, ...]:
        """The numbers of all cells by dimension."""
        return tuple(map(len, self.cells))

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells in the polytope by dimension, up to its own."""
        return _numbers(self.cells, self.is_inside)

    @cached_property
    def bounded_f_vector(self) -> tuple[int, ...]:
        """The numbers of bounded cells by dimension, up to the largest."""
        return _numbers(self.cells, self.is_bounded)

    @property
    def is_generic(self) -> bool:
        """Whether no square submatrix has its greatest permutation sum twice: all pseudovertices are spanning trees.

        Raises:
            UnsupportedError: if an entry is a tropical zero.
        """
        if not self.is_finite:
            raise UnsupportedError("whether points are generic is asked of finite coordinates")
        size = len(self.rows) + self.n_columns - 1
        return all(sum(part.bit_count() for part in graph) == size for _, graph in self.pseudovertices)


def _numbers(cells: Sequence[Sequence[Covector]], is_counted: Callable[[Covector], bool]) -> tuple[int, ...]:
    numbers = Counter(dim for dim, graphs in enumerate(cells) for graph in graphs if is_counted(graph))
    return tuple(numbers[dim] for dim in range(max(numbers) + 1))


def _reaches_all(steps: Sequence[tuple[int, int]], n_columns: int) -> bool:
    """Whether all columns are reached from column 0 by steps from the columns of a set to those of another one."""
    found, before = 1, 0
    while found != before:
        before = found
        for start, end in steps:
            if start & found:
                found |= end
    return found == (1 << n_columns) - 1


def n_generic_cells(n: int, d: int, dim: int) -> int:
    """Return the number of cells of a dimension into which n generic points with d coordinates divide the torus.

    A cell with isolated columns outside J is a bounded one for the columns J, of a dimension less by their number; the
    sum over J is this by Vandermonde's identity.

    >>> [n_generic_cells(3, 3, dim) for dim in range(3)]
    [6, 15, 10]
    """
    return comb(n + d - 1, dim) * comb(n + d - 2 - dim, n - 1)


def n_generic_bounded_cells(n: int, d: int, dim: int) -> int:
    """Return the number of bounded cells of a dimension of n generic points with d coordinates.

    Source: M. Develin, B. Sturmfels, Tropical convexity (2004).

    >>> [n_generic_bounded_cells(4, 3, dim) for dim in range(3)]
    [10, 12, 3]
    """
    if dim >= min(n, d):
        return 0
    return factorial(n + d - dim - 2) // (factorial(n - dim - 1) * factorial(d - dim - 1) * factorial(dim))


def decomposition(
    rows: Sequence[Entries],
    limit: int | None = None,
    progress: Progress | None = None,
    listed: Listed | None = None,
) -> Decomposition:
    """Return the decomposition of the torus by the rows of a matrix.

    Args:
        rows: n x d rationals or tropical zeros, with a finite one in every row and every column.
        limit: the most pseudovertices, and the most cells.
        progress: called now and then with the number of what was found.
        listed: takes what is found.

    Raises:
        LimitReached: with the pseudovertices found as ``partial``.
        UnsupportedError: if the finite entries do not join all rows and columns.

    >>> from fractions import Fraction
    >>> found = decomposition(((Fraction(0), Fraction(0)), (Fraction(0), Fraction(2))))
    >>> found.torus_f_vector, found.f_vector
    ((2, 3), (2, 1))
    """
    listed = Listed() if listed is None else listed
    found = listed.vertices
    found.clear()
    for vertex in pseudovertices(rows):
        if len(found) == limit:
            raise LimitReached(f"more than {limit} pseudovertices", tuple(found))
        found.append(vertex)
        if progress is not None and not len(found) % EVERY:
            progress(len(found))
    return Decomposition(tuple(rows), tuple(sorted(found)), limit, progress, listed)
