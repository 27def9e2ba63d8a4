"""Blocks of windows against the biconnected components of networkx."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from networkx.utils import UnionFind

from polytopes.minkowski_sums.biconnected import blocks

WINDOWS = st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=4).map(sorted), max_size=12)


def through_networkx(windows: list[list[int]]) -> list[list[int]]:
    """Windows are glued if an edge of the graph of windows and elements of each lies in one biconnected component."""
    graph = nx.Graph((~j, element) for j, window in enumerate(windows) for element in window)
    glue = UnionFind(range(len(windows)))
    for component in nx.biconnected_components(graph):
        glue.union(*(~node for node in component if node < 0))
    return sorted(sorted(block) for block in glue.to_sets())


@given(WINDOWS)
def test_blocks_are_biconnected_components_glued_at_windows(windows: list[list[int]]) -> None:
    assert blocks(windows) == through_networkx(windows)


def test_no_windows() -> None:
    assert blocks([]) == []


def test_a_long_chain_needs_no_recursion() -> None:
    assert blocks([(i, i + 1) for i in range(50_000)]) == [[i] for i in range(50_000)]
    assert blocks([(i, i + 1, i + 2) for i in range(50_000)]) == [list(range(50_000))]
