"""Patterns as bipartite graphs: operations, and realizations or certificates that there are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, combinations, product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.errors import InputError, ShapeError
from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.realization import Realized, Unrealizable, cone_dimension, realize
from tropical.fans.data_set import DataSet

LINE = DataSet.of([[0], [1], [2]])


@st.composite
def patterns(draw: st.DrawFn, data: DataSet, n_terms: int) -> ActivationPattern:
    terms = st.sets(st.integers(0, n_terms - 1), min_size=1)
    return ActivationPattern.of([draw(terms) for _ in data.points], n_terms)


@st.composite
def parameters(draw: st.DrawFn, data: DataSet, n_terms: int) -> list[list[int]]:
    row = st.lists(st.integers(-2, 2), min_size=data.dim + 1, max_size=data.dim + 1)
    return draw(st.lists(row, min_size=n_terms, max_size=n_terms))


@given(st.data())
def test_each_answer_comes_with_its_certificate(draw: st.DataObject) -> None:
    data = draw.draw(data_sets(4, 2))
    pattern = draw.draw(patterns(data, draw.draw(st.integers(1, 4))))
    answer = realize(data, pattern)
    assert answer.check(data, pattern)
    assert json.dumps(answer.as_dict())


@given(st.data())
def test_the_pattern_of_a_parameter_is_realized(draw: st.DataObject) -> None:
    data = draw.draw(data_sets(4, 3))
    theta = draw.draw(parameters(data, 3))
    pattern = ActivationPattern.of_parameter(data, theta)
    assert isinstance(realize(data, pattern), Realized)
    for point, terms in zip(data.points, pattern.sets, strict=True):
        values = [dot(row, (1, *point)) for row in theta]
        assert terms == tuple(i for i in range(3) if values[i] == max(values))
    assert 0 <= cone_dimension(data, pattern) <= 3 * (data.dim + 1)


@given(st.data())
def test_small_moves_refine_as_the_operations_say(draw: st.DataObject) -> None:
    """Moving towards another parameter composes, moving the constants surrounds."""
    data = draw.draw(data_sets(4, 2))
    here, there = (draw.draw(parameters(data, 3)) for _ in range(2))
    first, second = (ActivationPattern.of_parameter(data, theta) for theta in (here, there))
    small = Fraction(1, 10**15)
    between = [[a + small * b for a, b in zip(*rows, strict=True)] for rows in zip(here, there, strict=True)]
    found = ActivationPattern.of_parameter(data, between)
    assert found.refines(first)
    for own, a, b, composed in zip(found.masks, first.masks, second.masks, first.compose(second).masks, strict=True):
        assert own == composed if a & b else own & ~a == 0
    blocks = draw.draw(st.sampled_from([[{0}, {1}, {2}], [{2}, {0, 1}], [{1, 2}, {0}], [{0, 1, 2}]]))
    height = {i: -k for k, block in enumerate(blocks) for i in block}
    raised = [[row[0] + small * height[i], *row[1:]] for i, row in enumerate(here)]
    assert ActivationPattern.of_parameter(data, raised) == first.surround(blocks)


def test_a_certificate_can_be_read() -> None:
    pattern = ActivationPattern.of_colors([0, 1, 0], 2)
    certificate = realize(LINE, pattern)
    assert isinstance(certificate, Unrealizable)
    assert dict(certificate.multipliers) == {(0, 0, 1): 1, (1, 1, 0): 2, (2, 0, 1): 1}
    assert not certificate.check(LINE, ActivationPattern.of_colors([0, 0, 0], 2))
    broken = Unrealizable(certificate.multipliers[:2])
    assert not broken.check(LINE, pattern)
    negative = Unrealizable(tuple((arc, -factor) for arc, factor in certificate.multipliers))
    assert not negative.check(LINE, pattern)


def test_equal_points_with_different_terms() -> None:
    data = DataSet.of([["1/2"], ["1/2"]])
    pattern = ActivationPattern.of([{0}, {0, 1}], 2)
    certificate = realize(data, pattern)
    assert isinstance(certificate, Unrealizable) and certificate.check(data, pattern)


def test_pairs_do_not_suffice_for_three_classes() -> None:
    """Three classes of points in the plane, any two of which two forms tell apart, but no three forms do."""
    data = DataSet.of([(0, 0), (12, 0), (0, 12), (2, 5), (3, 1), (4, 1)])
    colors = (0, 1, 2, 1, 2, 0)
    for pair in combinations(range(3), 2):
        own = [p for p, c in enumerate(colors) if c in pair]
        points = DataSet.of([data.points[p] for p in own])
        assert isinstance(realize(points, pattern_of([colors[p] for p in own])), Realized)
    assert isinstance(realize(data, pattern_of(colors)), Unrealizable)


def pattern_of(colors: Sequence[int]) -> ActivationPattern:
    return ActivationPattern.of_colors(colors, 3)


def test_graph_and_back() -> None:
    pattern = ActivationPattern.of([{0}, {0, 2}, {1}], 4)
    graph = pattern.graph
    assert nx.is_bipartite(graph) and graph.number_of_edges() == 4 and graph.degree["term", 3] == 0
    assert ActivationPattern.from_graph(graph) == pattern
    assert ActivationPattern.from_masks(pattern.masks, 4) == pattern


def test_restrictions() -> None:
    pattern = ActivationPattern.of([{0}, {0, 2}, {1}], 3)
    assert pattern.at_points([2, 0]).sets == ((1,), (0,))
    kept = pattern.with_terms([1, 0])
    assert kept is not None and kept.sets == ((1,), (1,), (0,)) and kept.n_terms == 2
    assert pattern.with_terms([1, 2]) is None


@given(st.data())
def test_what_is_left_of_a_realized_pattern_is_realized(draw: st.DataObject) -> None:
    data = draw.draw(data_sets(4, 2))
    pattern = ActivationPattern.of_parameter(data, draw.draw(parameters(data, 3)))
    some = list(range(1, data.n_points))
    fewer = DataSet.of([data.points[p] for p in some], dim=data.dim)
    assert isinstance(realize(fewer, pattern.at_points(some)), Realized)
    kept = pattern.with_terms([0, 2])
    assert kept is None or isinstance(realize(data, kept), Realized)


def test_refinement_is_a_partial_order_with_faces_above() -> None:
    every = [
        ActivationPattern(sets, 2)
        for sets in product(chain.from_iterable(combinations(range(2), k) for k in (1, 2)), repeat=3)
    ]
    realized = [pattern for pattern in every if isinstance(realize(LINE, pattern), Realized)]
    for a, b in product(realized, repeat=2):
        if a.refines(b) and b.refines(a):
            assert a == b
        if a.refines(b) and a != b:
            assert cone_dimension(LINE, a) > cone_dimension(LINE, b)


def test_refusals() -> None:
    pattern = ActivationPattern.of([{0}, {1}], 2)
    with pytest.raises(InputError, match="point 0 has no term"):
        ActivationPattern.of([set()], 2)
    with pytest.raises(InputError, match="term 2 at point 0"):
        ActivationPattern.of([{2}], 2)
    with pytest.raises(ShapeError, match="patterns of"):
        pattern.compose(ActivationPattern.of([{0}], 2))
    with pytest.raises(InputError, match="not an ordered partition"):
        pattern.surround([{0}])
    with pytest.raises(InputError, match="not a permutation"):
        pattern.renamed([0, 0])
    with pytest.raises(ShapeError, match="2 points for data of 3"):
        realize(LINE, pattern)
    with pytest.raises(ShapeError, match="without rows"):
        ActivationPattern.of_parameter(LINE, [])
