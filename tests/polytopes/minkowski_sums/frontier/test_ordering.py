"""Orders of windows: permutations, narrow where narrow ones exist, found in time that grows with the windows only."""

import random

from hypothesis import given
from hypothesis import strategies as st

from polytopes.minkowski_sums.frontier.ordering import best_order, measure, widest
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling.layer import MaxPooling

WINDOWS = st.lists(st.sets(st.integers(0, 14), min_size=1, max_size=4), max_size=20)


@given(WINDOWS)
def test_orders_are_permutations_and_not_worse_than_the_plain_one(windows: list[set[int]]) -> None:
    graph = Hypergraph.of(windows)
    order = best_order(graph)
    assert sorted(order) == list(range(len(windows)))
    assert measure(graph.windows, order) <= max(measure(graph.windows, range(len(windows))), len(windows) << 5)


def test_a_grid_is_read_along_its_short_side() -> None:
    graph = MaxPooling((5, 9), 2, 1).hypergraph
    assert widest(graph, best_order(graph)) == widest(MaxPooling((9, 5), 2, 1).hypergraph, tuple(range(32))) == 7


def test_long_chains_are_found_in_any_order() -> None:
    rng = random.Random(3)
    names = rng.sample(range(9002), 9002)
    windows = [[names[i + k] for k in range(3)] for i in range(9000)]
    rng.shuffle(windows)
    graph = Hypergraph(windows, 9002)
    assert widest(graph, best_order(graph)) <= 5


def test_an_element_of_all_windows_makes_no_pairs_of_windows() -> None:
    rng = random.Random(4)
    starts = rng.sample(range(5000), 5000)
    graph = Hypergraph([(i, i + 1, i + 2, 5002) for i in starts], 5003)
    assert widest(graph, best_order(graph)) <= 6


def test_hopelessly_wide_hypergraphs_get_some_order() -> None:
    rng = random.Random(5)
    graph = Hypergraph([rng.sample(range(3000), 3) for _ in range(3000)], 3000)
    assert sorted(best_order(graph)) == list(range(3000))
