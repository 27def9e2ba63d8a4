"""Numbers of vertices, and vertices of numbers."""

import random
from collections import Counter
from itertools import product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached
from polytopes.minkowski_sums.frontier import count_vertices, vertex_table
from polytopes.minkowski_sums.hypergraph import Hypergraph


def is_vertex(h: Hypergraph, choice: tuple[int, ...]) -> bool:
    graph = nx.DiGraph((c, i) for c, window in zip(choice, h.windows, strict=True) for i in window if i != c)
    return nx.is_directed_acyclic_graph(graph)


@given(st.integers(1, 7), st.data())
def test_ranks(size: int, data: st.DataObject) -> None:
    h = Hypergraph(data.draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1, max_size=4), max_size=5)), size)
    table = vertex_table(h)
    vertices = [table.unrank(number) for number in range(table.count)]
    same = {w: [i for i, other in enumerate(h.windows) if other == w] for w in h.windows}
    expected = {
        c for c in product(*h.windows) if is_vertex(h, c) and all(len({c[i] for i in at}) == 1 for at in same.values())
    }
    assert table.count == len(expected) == count_vertices(h)
    assert set(vertices) == expected
    assert [table.rank(choice) for choice in vertices] == list(range(table.count))
    for choice in list(product(*h.windows))[:200]:
        if choice not in expected:
            with pytest.raises(InputError, match="no vertex"):
                table.rank(choice)


def test_large_layers() -> None:
    cells = list(product(range(2), repeat=2))
    h = Hypergraph([[7 * (y + i) + x + j for i, j in cells] for y in range(6) for x in range(6)], 49)
    table = vertex_table(h)
    assert table.count == 363772635461942794
    for number in (0, 1, 10**17, table.count - 1):
        choice = table.unrank(number)
        assert is_vertex(h, choice) and table.rank(choice) == number
    assert is_vertex(h, table.sample(random.Random(1)))


def test_samples_are_uniform() -> None:
    table = vertex_table(Hypergraph.of([(0, 1, 2), (1, 2, 3), (2, 3, 4)]))
    rng = random.Random(7)
    counts = Counter(table.sample(rng) for _ in range(3200))
    assert len(counts) == 16
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 45  # chi squared, 15 degrees: 1 in 10**4


def test_what_is_refused() -> None:
    table = vertex_table(Hypergraph.of([(0, 1), (1, 2)]))
    for number in (-1, 4):
        with pytest.raises(InputError, match="numbered from 0"):
            table.unrank(number)
    with pytest.raises(InputError, match="3 elements were chosen"):
        table.rank((0, 1, 1))
    with pytest.raises(InputError, match="cannot be chosen"):
        table.rank((2, 1))
    with pytest.raises(LimitReached, match="MiB"):
        vertex_table(Hypergraph.of([(0, 1, 2), (1, 2, 3)]), memory=100)
