"""Paths through walls: against shortest paths in the raw graph, losses on the way, dichotomies as ends."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError
from tests.tropical.fans.classification.strategies import labeled_data, terms
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.graph import classification_graph, sublevel_graph
from tropical.fans.classification.paths import barrier, shortest_path
from tropical.fans.data_set import DataSet

SQUARE = [(0, 0), (1, 0), (0, 1), (1, 1)]


@given(labeled_data(4, 2), terms, st.data())
def test_paths_between_parameters_are_shortest(data: DataSet, terms: tuple[int, int], draw: Any) -> None:
    fan = ClassificationFan.of(data, terms)
    graph = classification_graph(fan)
    start, end = (draw.draw(st.sampled_from(sorted(graph))) for _ in range(2))
    theta, other = (graph.nodes[node]["parameter"] for node in (start, end))
    path = shortest_path(fan, theta, other)
    assert path is not None and path.losses is not None
    assert path.n_walls == nx.shortest_path_length(graph, start, end)
    nodes = [cone.colors for cone in path.cones]
    assert (nodes[0], nodes[-1]) == (start, end)
    assert all(fan.activation.locate(cone.parameter) == cone.colors for cone in path.cones)
    assert list(path.losses[::2]) == [graph.nodes[node]["loss"] for node in nodes]
    assert list(path.losses[1::2]) == [graph.edges[pair]["loss"] for pair in pairwise(nodes)]
    height, low = barrier(fan, theta, other)
    assert low.losses is not None and height == max(low.losses)
    joined = sublevel_graph(graph, height)
    assert low.n_walls == nx.shortest_path_length(joined, start, end)
    below = sublevel_graph(graph, height - 1)
    assert not (start in below and end in below and nx.has_path(below, start, end))


@settings(max_examples=30)
@given(labeled_data(4, 2), terms, st.data())
def test_paths_from_and_to_dichotomies_are_shortest(data: DataSet, terms: tuple[int, int], draw: Any) -> None:
    fan = ClassificationFan.of(data, terms)
    graph = classification_graph(fan)
    node, other = (draw.draw(st.sampled_from(sorted(graph))) for _ in range(2))
    theta = graph.nodes[node]["parameter"]
    wanted, others = graph.nodes[other]["signs"], graph.nodes[node]["signs"]
    most = draw.draw(st.integers(0, sum(data.weights)))
    below = sublevel_graph(graph, most)
    ends = [end for end in below if graph.nodes[end]["signs"] == wanted]
    one = nx.single_source_shortest_path_length(below, node) if node in below else {}
    lengths = [one[end] for end in ends if end in one]
    there, back = shortest_path(fan, theta, wanted, most), shortest_path(fan, wanted, theta, most)
    starts = [start for start in below if graph.nodes[start]["signs"] == others]
    between = [nx.shortest_path_length(below, a, b) for a in starts for b in ends if nx.has_path(below, a, b)]
    both = shortest_path(fan, others, wanted, most)
    assert (both.n_walls if both else None) == min(between, default=None)
    if not lengths:
        assert there is None and back is None
        return
    assert there is not None and back is not None
    assert there.n_walls == back.n_walls == min(lengths)
    for path, first in ((there, node), (back, back.cones[0].colors)):
        nodes = [cone.colors for cone in path.cones]
        assert nodes[0] == first and all(pair in below.edges for pair in pairwise(nodes))
    assert there.signs[-1] == wanted == back.signs[0] and back.cones[-1].colors == node


def test_idle_terms_cost_nothing() -> None:
    fan = ClassificationFan.of(SQUARE, (60, 70), labels=[1, -1, -1, 1])
    parity, opposite = (1, -1, -1, 1), (-1, 1, 1, -1)
    path = shortest_path(fan, parity, opposite)
    assert path is not None and path.n_walls == 4
    height, low = barrier(fan, parity, opposite)
    assert height == 4 and low.n_walls == 4


def test_paths_between_dichotomies() -> None:
    fan = ClassificationFan.of(SQUARE, (2, 1), labels=[1, -1, -1, 1])
    parity, opposite = (1, -1, -1, 1), (-1, 1, 1, -1)
    path = shortest_path(fan, parity, opposite)
    assert path is not None and path.signs[0] == parity and path.signs[-1] == opposite
    graph = classification_graph(fan)
    ends = [[node for node in graph if graph.nodes[node]["signs"] == signs] for signs in (parity, opposite)]
    lengths = [nx.shortest_path_length(graph, here, there) for here in ends[0] for there in ends[1]]
    assert path.n_walls == min(lengths)
    assert json.loads(json.dumps(path.as_dict()))["walls"] == path.n_walls
    assert shortest_path(fan, parity, parity).n_walls == 0  # type: ignore[union-attr]
    assert shortest_path(fan, parity, opposite, most_loss=1) is None
    plain = shortest_path(ClassificationFan.of(SQUARE, (2, 1)), parity, opposite)
    assert plain is not None and plain.losses is None


def test_refusals() -> None:
    fan = ClassificationFan.of([*SQUARE, (1, 1)], (1, 1))
    with pytest.raises(InputError, match="no parameter has these signs"):
        shortest_path(fan, (1, -1, -1, 1, 1), (1, 1, 1, 1, 1))
    with pytest.raises(InputError, match="no parameter has these signs"):
        shortest_path(fan, (1, 1, 1, 1, -1), (1, 1, 1, 1, 1))
    with pytest.raises(InputError, match="on a wall"):
        shortest_path(fan, [(0, 0, 0)] * 2, (1, 1, 1, 1, 1))
    with pytest.raises(ShapeError, match="2 signs for 5 points"):
        shortest_path(fan, (1, 1), (1, 1, 1, 1, 1))
    with pytest.raises(InputError, match="without labels"):
        barrier(fan, (1, 1, 1, 1, 1), (-1, -1, -1, -1, -1))
