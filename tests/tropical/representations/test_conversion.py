"""Networks as tropical rational maps: agreement, essential terms, bounds, limits."""

from functools import reduce
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.unions import same_support
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import LimitReached, UnsupportedError
from tests.tropical.strategies import functions, networks, small
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.networks.layers import (
    Abs,
    Affine,
    AvgPool,
    Concat,
    Conv,
    LeakyReLU,
    Max,
    Maxout,
    MaxPool,
    Min,
    ReLU,
    Reshape,
    Sum,
)
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers import load
from tropical.regions.activation_regions import activation_regions
from tropical.regions.linear_regions import linear_regions
from tropical.regions.surveys.decision_boundary import network_boundary
from tropical.representations.conversion import conversion_bounds, convert, decision_boundary, tropical_map
from tropical.representations.convex_units import convex_units
from tropical.representations.maxout import function_regions


def by_algebra(weights):
    """A ReLU network by the operations of quotients alone, pruned after every layer."""
    values = [TropicalRational.of(x) for x in TropicalPolynomial.variables(len(weights[0][0][0]))]
    for layer, (W, b) in enumerate(weights):
        if layer:
            values = [(value + 0).pruned() for value in values]
        dim = values[0].ambient_dim
        shifts = [TropicalRational.of(TropicalPolynomial.constant(c, dim)) for c in b]
        rows = [
            reduce(lambda f, g: (f * g).pruned(), (v**w for w, v in zip(row, values, strict=True) if w), shift)
            for row, shift in zip(W, shifts, strict=True)
        ]
        values = [row.pruned() for row in rows]
    return TropicalMap(tuple(values))


weights = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2)).flatmap(
    lambda sizes: st.tuples(
        *(
            st.tuples(
                st.lists(st.lists(small, min_size=n, max_size=n), min_size=m, max_size=m),
                st.lists(small, min_size=m, max_size=m),
            )
            for n, m in ((sizes[0], sizes[1]), (sizes[1], sizes[2]), (sizes[2], 1))
        )
    )
)


def is_reduced(map_):
    """Whether every numerator and denominator has essential terms only, by their definition."""
    parts = (p for part in map_.components for p in (part.numerator, part.denominator))
    return all(TropicalPolynomial(p.rows, p.denominator, p.ambient_dim).normal_form() == p for p in parts)


def agree(network, map_, points):
    return all(network(point) == map_(point) for point in points)


def points_of(network):
    """Interior points of all regions and points on all their facets: everywhere the map can change."""
    for region in activation_regions(network):
        yield region.point
        yield from (point for _, point in region.cell.facets)


@settings(max_examples=12)
@given(weights)
def test_two_ways(weights):
    """The units of the engine against plain arithmetic with quotients."""
    network = Network.from_weights(weights)
    found = tropical_map(network)
    assert found.same_function(by_algebra(weights)) and is_reduced(found)
    assert agree(network, found, points_of(network))


@settings(max_examples=25)
@given(networks())
def test_reports_and_bounds(network):
    found = convert(network)
    assert agree(network, found.map, points_of(network))
    for part, sides, bounds in zip(found.map.components, found.outputs, conversion_bounds(network), strict=True):
        for polynomial, side, bound in zip((part.numerator, part.denominator), sides, bounds, strict=True):
            assert polynomial.n_terms == side.n_after <= side.bound == bound and side.n_after <= side.n_before
            assert side.n_newton_vertices == polynomial.newton_polytope.n_vertices
    for layer in found.layers:
        assert layer.largest <= layer.n_after <= layer.n_before and layer.n_newton_vertices <= layer.n_after


@pytest.mark.parametrize("dim, units", [(1, 6), (2, 5), (3, 5)])
def test_one_hidden_layer_by_brute_force(dim, units):
    """The terms are the vertices of a zonotope, of 2^k subset sums: all sums, pruned."""
    rows = [[(i + 1) ** j + (i * j) % 3 for j in range(dim)] for i in range(units)]
    shifts = [(-1) ** i * i * i for i in range(units)]
    network = Network.from_weights([(rows, shifts), ([[1] * units], [0])])
    sums = [
        [
            sum(s * row[j] for s, row in zip(subset, zip(shifts, *zip(*rows, strict=True), strict=True), strict=True))
            for j in range(dim + 1)
        ]
        for subset in product((0, 1), repeat=units)
    ]
    expected = TropicalPolynomial.from_forms(sums).normal_form()
    [component] = tropical_map(network).components
    assert component.numerator.same_function(expected) and component.numerator.n_terms == expected.n_terms
    assert component.denominator.n_terms == 1
    assert convert(network).outputs[0][0].n_before == 2**units


def all_layers():
    """A network on 2 x 4 x 4 inputs... kept small: every kind of gate once, with a skip connection."""
    graph = GraphBuilder((4,))
    first = graph.add(Affine([[1, 2, 0, -1], [0, 1, 1, 1], [2, 0, -1, 0], [1, 1, 1, 1]], [0, 1, -1, 0]), [0])
    relu, leaky = graph.add(ReLU(), [first]), graph.add(LeakyReLU(["1/3"]), [first])
    both = graph.add(Sum((1, -2)), [relu, leaky])
    image = graph.add(Reshape((1, 2, 2)), [both])
    pooled = graph.add(Reshape((-1,)), [graph.add(MaxPool((2, 1)), [image])])
    averaged = graph.add(Reshape((-1,)), [graph.add(AvgPool((1, 2)), [image])])
    extremes = [graph.add(Max(), [pooled, averaged]), graph.add(Min(), [pooled, averaged])]
    joined = graph.add(Concat(0), [*extremes])
    maxout = graph.add(Maxout(2), [joined])
    return graph.finish(graph.add(Abs(), [graph.add(Sum((1, "1/2")), [maxout, pooled])]))


def test_every_kind_of_gate():
    network = all_layers()
    found = tropical_map(network)
    points = [tuple((7 * i + 3 * i * j) % 11 - 5 for j in range(4)) for i in range(60)]
    assert agree(network, found, [*points, (0, 0, 0, 0), ("1/2", "-1/3", 2, 1)]) and is_reduced(found)


@pytest.mark.parametrize("name", ["iris", "iris4", "breast_cancer"])
def test_trained_networks(name):
    network = load(f"examples/networks/{name}.json")
    found = tropical_map(network.output(0))
    d = network.input_dim
    points = [tuple(f"{(31 * i + 17 * j * i) % 101}/{1 + (i + j) % 7}" for j in range(d)) for i in range(40)]
    assert all(network(point)[0] == found(point)[0] for point in points)


def test_convolutions():
    """Inputs of the map are the entries of the tensor in C order."""
    kernel = [[[[1, -1], [2, 0]]], [[[0, 1], [-1, 1]]]]
    layers = [Conv(kernel, [0, 1]), ReLU(), MaxPool((1, 2)), Reshape((-1,)), Affine([[1, -1]])]
    network = Network.chain((1, 2, 3), layers)
    found = tropical_map(network)
    assert found.ambient_dim == 6
    assert agree(network, found, [[(5 * i + 3 * j * j) % 7 - 3 for j in range(6)] for i in range(20)])


@settings(max_examples=10)
@given(networks(dims=(1, 2), outputs=(1, 2)))
def test_decision_boundaries_agree(network):
    """The boundary of the quotient, or of the scores, and that of the activation regions are one set."""
    found = tropical_map(network)
    if network.output_dim == 1:
        boundary = DecisionBoundary.of_rational(found.components[0])
    else:
        boundary = DecisionBoundary.of_scores(found)
    direct = network_boundary(network)
    assert same_support(boundary.complex, direct.complex)
    assert [len(boundary.regions(k)) for k in range(2)] == list(direct.regions)


@pytest.mark.slow
def test_linear_regions_of_a_trained_network():
    network = load("examples/networks/iris.json").output(0)
    [component] = tropical_map(network).components
    assert len(function_regions(component)) == len(linear_regions(network)) == 182


def test_units_are_shared():
    """relu(z) and relu(-z) bend alike; a dead unit is none; equal units are one."""
    rows = [[1, 2], [-1, -2], [2, 4], [0, 0]]
    network = Network.from_weights([(rows, [3, -3, 6, 5]), ([[1, 1, -1, 1]], [0])])
    units = convex_units(network.program)
    assert len(units.units) == 1
    [component] = tropical_map(network).components
    assert component.as_polynomial().n_terms == 1 or component.numerator.n_terms <= 2
    opposite = Network.from_weights([([[1], [-2]], [0, 0]), ([[2, -1], [-2, 1]], [1, -1]), ([[1, -1]], [0])])
    assert str(tropical_map(opposite).components[0]) == "2 x + 1"


def test_units_that_never_bend_are_none():
    """relu(relu(z) + c) is relu(z) + c for c >= 0, and so is what is above constants of several layers."""
    double = Network.from_weights([([[1]], [0]), ([[1], [1]], [0, 1]), ([[1, -1]], [0])])
    assert str(tropical_map(double).components[0]) == "-1"
    positive = Network.from_weights([([[1, -1], [2, 1]], [0, -1]), ([[1, 2], [3, 1]], [2, 0]), ([[1, 1]], [-1])])
    units = convex_units(positive.program)
    assert [unit.level for unit in units.units] == [0, 0]
    falling = Network.from_weights([([[1]], [0]), ([[-1]], [1]), ([[1]], [0])])
    assert [unit.level for unit in convex_units(falling.program).units] == [0, 1]


def test_common_parts_are_not_multiplied_out():
    """max(f + p, g + p) - p has no term of the convex p."""
    graph = GraphBuilder((2,))
    p = graph.add(Reshape((-1,)), [graph.add(Maxout(4), [graph.add(Affine([[1, 2], [3, 1], [0, 0], [-1, -5]]), [0])])])
    both = graph.add(Affine([[1], [1]]), [p])
    shifted = graph.add(Maxout(2), [graph.add(Sum((1, 1)), [both, 0])])
    network = graph.finish(graph.add(Sum((1, -1)), [shifted, p]))
    assert str(tropical_map(network).components[0]) == "max(x, y)"


def test_limits_and_degenerate_networks():
    network = load("examples/networks/iris.json")
    with pytest.raises(LimitReached, match="more than 50 essential terms") as stop:
        tropical_map(network, limit=50)
    assert stop.value.partial == 51
    seen = []
    assert tropical_map(network, limit=200, progress=lambda *numbers: seen.append(numbers)).output_dim == 3
    linear = Network.from_weights([([[1, 2]], [3])])
    assert str(tropical_map(linear).components[0]) == "x + 2 y + 3" and convert(linear).layers == ()
    constant = Network.from_weights([([[0], [0]], [1, -1]), ([[1, 1]], [0])])
    assert str(tropical_map(constant).components[0]) == "1"


def test_a_gate_without_tropical_form():
    """|x| chosen by the sign of y is not continuous, and no combination of a maximum and linear forms."""
    build = ProgramBuilder(2)
    minus = build.linear([{1: -1}])
    program = build.finish(build.gates([(build.zero, 2)], [(minus[0], 1)]))
    with pytest.raises(UnsupportedError, match="tropical form"):
        convex_units(program)


def test_a_conversion_is_converted_back_without_a_walk(monkeypatch):
    """One maxout layer of two units for each output: its terms are those of upper hulls."""
    found = tropical_map(load("examples/networks/iris.json"))
    network = maxout_network(found)
    monkeypatch.setattr("tropical.representations.expansion.program_blocks", None)
    assert tropical_map(network) == found
    report = convert(network)
    assert report.map == found
    assert [(g.n_before, g.n_after, h.n_after) for g, h in report.outputs] == [
        (117, 117, 135), (110, 110, 139), (130, 130, 109),
    ]  # fmt: skip
    with pytest.raises(LimitReached, match="more than 116") as stopped:
        tropical_map(network, limit=116)
    assert stopped.value.partial == 117


@given(st.lists(functions, min_size=1, max_size=2), st.fractions(-2, 2, max_denominator=3))
def test_maps_of_one_maxout_layer(components, factor):
    """Quotients with repeated and redundant terms, constants, and multiples of both signs, as networks and back."""
    map_ = TropicalMap.of([component**factor for component in components])
    found = tropical_map(maxout_network(map_))
    assert found.same_function(map_) and is_reduced(found)


@st.composite
def rational_networks(draw):
    """ReLU networks with one to four inputs and rational weights, many of them 0."""
    entries = st.one_of(st.just(0), st.fractions(-2, 2, max_denominator=3))
    sizes = [draw(st.integers(1, 4)), *draw(st.lists(st.integers(1, 3), max_size=3)), draw(st.integers(1, 2))]
    layers = []
    for n, m in pairwise(sizes):
        rows = draw(st.lists(st.lists(entries, min_size=n, max_size=n), min_size=m, max_size=m))
        layers.append((rows, draw(st.lists(entries, min_size=m, max_size=m))))
    return Network.from_weights(layers)


@given(rational_networks())
def test_rational_networks(network):
    """Values on all regions and facets, essential terms, bounds, linear regions and the boundary, by both ways."""
    found, bounds = tropical_map(network), conversion_bounds(network)
    assert agree(network, found, points_of(network)) and is_reduced(found)
    for part, (g, h) in zip(found.components, bounds, strict=True):
        assert part.numerator.n_terms <= g and part.denominator.n_terms <= h
    assert len(function_regions(found)) == len(linear_regions(network))
    by_terms, by_regions = decision_boundary(network), network_boundary(network)
    assert tuple(len(by_terms.regions(k)) for k in range(by_terms.n_classes)) == by_regions.regions
    assert tuple(len(by_terms.bounded_regions(k)) for k in range(by_terms.n_classes)) == by_regions.bounded_regions
    assert (by_terms.n_components, by_terms.is_bounded) == (by_regions.n_components, by_regions.is_bounded)
