"""All covectors that come from some by refinement: of every row the columns in a block, or all if there are none there.

Refinements of the covector of a point are those of points near it. A covector is one integer here, with a field of
whole bytes for every row and a bit that is free above its columns, so that all rows are refined at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from tropical.convexity.covectors import Covector, proper_blocks


def closure(graphs: Iterable[Covector], n_columns: int) -> Iterator[Covector]:
    """Yield covectors and all that come from them by refinement, each once.

    >>> sorted(closure([(3, 2)], 2))
    [(1, 2), (2, 2), (3, 2)]
    """
    waiting = list(dict.fromkeys(graphs))
    if not waiting:
        return
    fields = _Fields(len(waiting[0]), n_columns)
    blocks = [fields.low * block for block in proper_blocks(n_columns)]
    found = {fields.packed(graph) for graph in waiting}
    open_graphs = list(found)
    full, guard = fields.full, fields.low << n_columns
    while open_graphs:
        graph = open_graphs.pop()
        yield fields.unpacked(graph)
        for block in blocks:
            cut = graph & block
            # Adding all columns to a field that is not empty carries into the bit above it.
            empty = guard ^ (cut + full & guard)
            finer = cut | graph & (empty - (empty >> n_columns))
            if finer not in found:
                found.add(finer)
                open_graphs.append(finer)


@frozen
class _Fields:
    n_rows: int
    n_columns: int

    @property
    def n_bytes(self) -> int:
        return self.n_columns // 8 + 1

    @property
    def low(self) -> int:
        """The lowest bit of all fields."""
        return sum(1 << 8 * self.n_bytes * i for i in range(self.n_rows))

    @property
    def full(self) -> int:
        """All columns of all fields."""
        return self.low * ((1 << self.n_columns) - 1)

    def packed(self, graph: Covector) -> int:
        """Return a covector as one integer."""
        return int.from_bytes(b"".join(part.to_bytes(self.n_bytes, "little") for part in graph), "little")

    def unpacked(self, number: int) -> Covector:
        """Return the covector of an integer."""
        data, size = number.to_bytes(self.n_rows * self.n_bytes, "little"), self.n_bytes
        if size == 1:
            return tuple(data)
        return tuple([int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)])
