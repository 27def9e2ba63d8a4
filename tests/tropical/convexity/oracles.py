"""Cells by another way: difference constraints with strict bounds, row by row, over all sets of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import strategies as st

Entry = int | None
Rows = Sequence[Sequence[Entry]]
Bound = tuple[int, int]
"""A number, and -1 if it is not attained; sums of them are compared in this order."""
Bounds = list[list[Bound | None]]
Graph = tuple[tuple[int, ...], ...]


def matrices(n: int, d: int, infinite: bool = False) -> st.SearchStrategy[list[list[Entry]]]:
    """Small matrices with many ties; with infinite entries, some finite one in every row and every column."""
    entry = st.one_of(st.none(), st.integers(-2, 2)) if infinite else st.integers(-2, 2)
    rows = st.lists(st.lists(entry, min_size=d, max_size=d), min_size=1, max_size=n)
    return rows.filter(lambda V: all(any(x is not None for x in own) for own in (*V, *zip(*V, strict=True))))


def is_joined(V: Rows) -> bool:
    """Whether the finite entries join all rows and columns."""
    reached, before = {0}, set[int]()
    while reached != before:
        before = set(reached)
        for row in V:
            own = {k for k, entry in enumerate(row) if entry is not None}
            reached |= own if own & reached else set()
    return len(reached) == len(V[0])


def cells(V: Rows) -> dict[Graph, tuple[int, bool]]:
    """Return the covectors of all cells with their dimensions and whether they are bounded."""
    d = len(V[0])
    found = {}
    for graph, bounds in _extended(V, [[(0, 0) if j == k else None for k in range(d)] for j in range(d)]):
        opposite = [[bounds[j][k] for k in range(d)] for j in range(d)]
        fixed = [k for k in range(d) if any(_sum(opposite[j][k], opposite[k][j]) == (0, 0) for j in range(k))]
        found[graph] = d - len(fixed) - 1, all(bound is not None for row in bounds for bound in row)
    return found


def _extended(V: Rows, bounds: Bounds) -> Iterator[tuple[Graph, Bounds]]:
    if not V:
        yield (), bounds
        return
    row, *others = V
    support = [k for k, entry in enumerate(row) if entry is not None]
    for chosen in product((False, True), repeat=len(support)):
        own = tuple(k for k, is_in in zip(support, chosen, strict=True) if is_in)
        if not own:
            continue
        # x_k - x_j <= v_k - v_j for k in the row, strictly for j outside.
        wanted = [(k, j, (row[k] - row[j], 0 if j in own else -1)) for k in own for j in support if j != k]
        closed = _closed(bounds, wanted)
        if closed is not None:
            yield from (((own, *rest), deeper) for rest, deeper in _extended(others, closed))


def _sum(a: Bound | None, b: Bound | None) -> Bound | None:
    return None if a is None or b is None else (a[0] + b[0], max(a[1] + b[1], -1))


def _closed(bounds: Bounds, wanted: Sequence[tuple[int, int, Bound]]) -> Bounds | None:
    """Return the least bounds, None if they contradict; entry k, j bounds x_k - x_j."""
    d = range(len(bounds))
    found = [list(row) for row in bounds]
    for k, j, bound in wanted:
        known = found[k][j]
        found[k][j] = bound if known is None else min(known, bound)
    for m, k, j in product(d, d, d):
        through, known = _sum(found[k][m], found[m][j]), found[k][j]
        if through is not None and (known is None or through < known):
            found[k][j] = through
    return None if any(found[k][k] != (0, 0) for k in d) else found


def combination(V: Rows, x: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the greatest combination of rows below a point: each row is raised until it meets the point."""
    total: list[Entry] = [None] * len(x)
    for row in V:
        if all(a is not None for a, b in zip(x, row, strict=True) if b is not None):
            up = min(a - b for a, b in zip(x, row, strict=True) if a is not None and b is not None)
            raised = [None if b is None else b + up for b in row]
            total = [max((t for t in pair if t is not None), default=None) for pair in zip(total, raised, strict=True)]
    return tuple(total)
