"""Parts of fans against the whole graph."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropical.fans.activation.fan import ActivationFan
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.graph import classification_graph
from tropical.pictures.explorer import cone_count as counting
from tropical.pictures.explorer.cone_count import count_cones
from tropical.pictures.explorer.neighborhood import descent, neighborhood

SPREAD = [[0, 0], [7, 1], [3, 9], [12, 5], [5, 14]]
LABELS = [1, -1, 1, -1, 1]


def same_edges(part, whole):
    def facts(graph):
        return {frozenset(edge[:2]): edge[2] for edge in graph.edges(data=True)}

    return facts(part) == facts(whole)


def test_a_neighborhood_without_bound_is_the_graph():
    fan = ClassificationFan.of(SPREAD, (2, 2), LABELS)
    whole, near = classification_graph(fan), neighborhood(fan, None, 10**6)
    assert set(near.graph) == set(whole) and same_edges(near.graph, whole) and not near.open
    losses = dict(whole.nodes(data="loss"))
    assert dict(near.graph.nodes(data="loss")) == losses
    for colors, parameter in near.graph.nodes(data="parameter"):
        assert fan.activation.locate(parameter) == colors


points = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=4)


@settings(max_examples=25)
@given(points, st.data(), st.integers(1, 30))
def test_the_cones_behind_fewest_walls(data_points, draw, most):
    """Degenerate data too, with equal points of different labels."""
    labels = draw.draw(st.lists(st.sampled_from([1, -1]), min_size=len(data_points), max_size=len(data_points)))
    fan = ClassificationFan.of(data_points, (2, 1), labels)
    whole = classification_graph(fan)
    start = draw.draw(st.sampled_from(sorted(whole)))
    near = neighborhood(fan, start, most)
    distances = nx.single_source_shortest_path_length(whole, start)
    assert near.steps == {colors: distances[colors] for colors in near.graph}
    assert {colors for colors, steps in distances.items() if steps <= near.radius} <= set(near.graph)
    assert same_edges(near.graph, whole.subgraph(near.graph))
    assert all(set(whole[colors]) <= set(near.graph) for colors in near.graph if colors not in near.open)


def test_colors_of_no_cone_are_no_start():
    fan = ClassificationFan.of([[0], [1], [2]], (2, 1), [1, 1, -1])
    lowest = descent(fan)[0]
    assert fan.loss_of_signs(fan.signs_of_colors(lowest)) == 0
    for start in [(0, 2, 0), None]:
        assert neighborhood(fan, start, 3).steps[lowest] == 0
    twins = ClassificationFan.of([[0], [0], [2]], (1, 1), [1, -1, -1])
    assert neighborhood(twins, (0, 1, 1), 3).steps[descent(twins)[0]] == 0


@pytest.mark.parametrize("n_terms", [1, 2, 3])
def test_counts_to_the_end(n_terms):
    fan = ActivationFan.of(SPREAD, n_terms)
    found = count_cones(fan, 1)
    assert found.as_dict() == {"maximal_cones": fan.n_maximal_cones} and found.classes == fan.class_counts


def test_a_count_that_takes_long_is_left(monkeypatch):
    monkeypatch.setattr(counting, "MOST_CHECKS", 20)
    fan = ActivationFan.of(SPREAD, 3)
    found = count_cones(fan, 5).as_dict()
    assert 5 < found["more_than"] < fan.n_maximal_cones
    assert count_cones(fan, 10**4).is_whole  # a fan that is to be shown is counted
