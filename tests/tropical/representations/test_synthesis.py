"""Tropical maps as networks, and the circle back."""

from math import ceil, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import NoAnswerError, ShapeError
from tests.tropical.strategies import functions, networks, points
from tropical.algebra.expressions import parse
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.networks.readers import load
from tropical.regions.linear_regions import linear_regions
from tropical.representations.conversion import tropical_map
from tropical.representations.maxout import function_regions
from tropical.representations.synthesis import relu_depth, relu_network


@settings(max_examples=25)
@given(st.lists(functions, min_size=1, max_size=2), points)
def test_the_circle_closes(parts, x):
    """Function -> ReLU network, or maxout network -> function."""
    function = TropicalMap.of(parts)
    for network in (relu_network(function), maxout_network(function)):
        assert network(x) == function(x)
        assert tropical_map(network).same_function(function)


@settings(max_examples=15)
@given(networks(dims=(1, 2)))
def test_from_networks_and_back(network):
    """Network -> function -> network -> function, and the linear regions of all are those of the first network."""
    function = tropical_map(network)
    again = relu_network(function)
    assert tropical_map(again).same_function(function)
    assert len(function_regions(function)) == len(linear_regions(network))


@pytest.mark.parametrize("terms", [1, 2, 3, 4, 5, 8, 9])
def test_depth(terms):
    function = TropicalRational.of(TropicalPolynomial.from_terms({(k, k * k): -(k**3) for k in range(terms)}))
    assert relu_depth(function) == ceil(log2(terms))
    network = relu_network(function)
    assert sum(layer.kind == "ReLU" for layer in network.layers) == ceil(log2(terms))
    assert all(network([a, b])[0] == function([a, b]) for a in range(-3, 4) for b in range(-3, 4))


@pytest.mark.slow
def test_a_trained_network_and_back():
    network = load("examples/networks/iris.json").output(1)
    function = tropical_map(network)
    again = relu_network(function)
    bound = max(p.n_terms for part in function.components for p in (part.numerator, part.denominator))
    assert relu_depth(function) == ceil(log2(bound))
    assert all(again(x) == network(x) for x in ([1, 2], ["1/3", -20], [100, "1e-3"], [5, "7/4"]))


def test_constants_and_refusals():
    assert relu_network(parse("x - y + 3"))([1, 2]) == (2,) and relu_network(parse("max(0, x) - 1")).n_gates == 1
    with pytest.raises(NoAnswerError, match="minus infinity"):
        relu_network(TropicalRational.of(TropicalPolynomial.zero(2)))
    for build in (relu_network, maxout_network):
        with pytest.raises(ShapeError, match="without variables"):
            build(parse("5"))
