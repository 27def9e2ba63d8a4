"""The pseudovertices of a matrix: a walk along bounded edges.

A point is a pseudovertex iff the graph of its covector is connected. From one of them, moving the coordinates of a
block J up is an edge iff the graph that is left has two components; it ends where a row all of whose columns are in J
gets a new one. Bounded edges join all pseudovertices: these are the vertices of the envelope ``{y_i + z_k >= v_ik}``, a
polyhedron without lines modulo (1, -1), whose graph without its unbounded edges is connected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import UnsupportedError
from tropical.convexity.covectors import Covector, columns, components, covector, n_components, proper_blocks
from tropical.convexity.entries import Entries
from tropical.convexity.integer_table import Array, IntegerTable, integers, parts_of

MOST_NUMBERS = 2**20
"""So many numbers are held at a time for the points of one step."""
MOST_COLUMNS = 20
"""The sets of so many columns can be gone through."""


def check_support(table: IntegerTable) -> None:
    """Refuse a matrix whose finite entries do not join all rows and columns, for which every cell has a line.

    Raises:
        UnsupportedError: with the parts; or if there are so many columns that their sets cannot be listed.
    """
    width = table.finite.shape[1]
    if width > MOST_COLUMNS:
        raise UnsupportedError(f"cells are listed for up to {MOST_COLUMNS} coordinates, these points have {width}")
    support = parts_of(table.finite)
    parts = components(support, width)
    if len(parts) > 1:
        named = [
            f"rows {_listed(i for i, own in enumerate(support) if own & part)} with columns {_listed(columns(part))}"
            for part in parts
        ]
        raise UnsupportedError(
            f"the finite entries fall apart into {len(parts)} parts ({'; '.join(named)}), so that every cell "
            "has a line; take the parts one by one"
        )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def pseudovertices(rows: Sequence[Entries]) -> Iterator[tuple[Vector, Covector]]:
    """Yield the pseudovertices of a matrix, with first coordinate 0, and their covectors, in the order of the walk.

    Args:
        rows: n x d rationals or tropical zeros, with a finite one in every row and every column.

    Raises:
        UnsupportedError: if the finite entries do not join all rows and columns.

    >>> found = dict(pseudovertices(((Fraction(0), Fraction(0)), (Fraction(0), Fraction(2)))))
    >>> [tuple(map(str, point)) for point in found], list(found.values())
    ([('0', '0'), ('0', '2')], [(3, 2), (1, 3)])
    """
    table = IntegerTable.of(rows)
    check_support(table)
    walk = _Walk(table)
    found = {tuple(walk.start())}
    waiting = list(found)
    while waiting:
        points, waiting = waiting[-walk.at_once :], waiting[: -walk.at_once]
        graphs, neighbors = walk.step(points)
        for point, graph in zip(points, graphs, strict=True):
            yield tuple([Fraction(x, table.scale) for x in point]), graph
        new = [point for point in map(tuple, neighbors) if point not in found]
        found.update(new)
        waiting += dict.fromkeys(new)


@frozen(slots=False)
class _Walk:
    """Steps along edges; ``less`` are rows less a point, for many points at once.

    A coordinate of a pseudovertex, less another one, is a sum of at most 2d entries: ``size`` of a table bounds them.
    Tropical zeros are so low that no comparison takes them for entries.
    """

    table: IntegerTable
    edges: dict[frozenset[int], list[int]] = field(factory=dict)

    @property
    def width(self) -> int:
        return int(self.table.finite.shape[1])

    @property
    def at_once(self) -> int:
        return max(1, MOST_NUMBERS // self.table.finite.size)

    @property
    def low(self) -> int:
        return -(8 * self.width + 8) * self.table.size

    @property
    def array(self) -> Array:
        return np.where(self.table.finite, self.table.array(-4 * self.low), self.low)

    def start(self) -> list[int]:
        """Return a pseudovertex: from the origin, components of the graph are moved until they meet others."""
        rows, point = self.array.tolist(), [0] * self.width
        while True:
            graph = covector(rows, point)
            parts = components(graph, self.width)
            if len(parts) == 1:
                return [x - point[0] for x in point]
            block = columns(parts[0])
            step = self._until_met(rows, point, block)
            point = [x + step if k in block else x for k, x in enumerate(point)]

    def _until_met(self, rows: Sequence[Sequence[int]], point: Sequence[int], block: Sequence[int]) -> int:
        """Return how far the coordinates of a component are moved, up or down, until a row gets a new column."""
        others = [k for k in range(self.width) if k not in block]
        gaps = [max(row[k] - point[k] for k in block) - max(row[k] - point[k] for k in others) for row in rows]
        far = -self.low // 2
        up, down = [gap for gap in gaps if 0 < gap < far], [gap for gap in gaps if -far < gap < 0]
        return min(up) if up else max(down)

    def step(self, points: Sequence[tuple[int, ...]]) -> tuple[list[Covector], list[list[int]]]:
        """Return the covectors of pseudovertices, and the other ends of the bounded edges at them."""
        place = integers(points, -4 * self.low)
        less = self.array[None] - place[:, None]
        tight = less == less.max(axis=2)[:, :, None]
        graphs = list(map(tuple, parts_of(tight)))
        ends = []
        at = self._by_block([frozenset(graph) for graph in graphs])
        for block, chosen in at.items():
            moved = np.array([bool(block >> k & 1) for k in range(self.width)])
            own = less[chosen]
            gaps = own[:, :, moved].max(axis=2) - own[:, :, ~moved].max(axis=2)
            steps = np.where(gaps > 0, gaps, -self.low).min(axis=1)
            is_bounded = steps < -self.low // 2
            new = place[chosen][is_bounded] + steps[is_bounded][:, None] * moved
            ends += (new - new[:, :1]).tolist()
        return graphs, ends

    def _by_block(self, kinds: Sequence[frozenset[int]]) -> dict[int, list[int]]:
        """Return for every block the points at which it is an edge; that depends on the distinct parts of a graph."""
        at: dict[int, list[int]] = {}
        for index, kind in enumerate(kinds):
            if kind not in self.edges:
                self.edges[kind] = [
                    block
                    for block in proper_blocks(self.width)
                    if n_components({part & ~block or part for part in kind}, self.width) == 2
                ]
            for block in self.edges[kind]:
                at.setdefault(block, []).append(index)
        return at
