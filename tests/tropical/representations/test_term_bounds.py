"""Bounds of essential terms: never below the terms, cells counted or not, and sharp where they should be."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings

from tests.tropical.strategies import networks
from tropical.networks.network import Network
from tropical.networks.readers import load
from tropical.regions.activation_regions import activation_regions
from tropical.representations.conversion import conversion_bounds, tropical_map
from tropical.representations.term_bounds import counted_bound


def generic(*sizes, seed=0):
    """A network with large random weights, in general position as far as anyone can see."""
    draw = random.Random(seed).randint
    layers = []
    for n, m in pairwise(sizes):
        layers.append(([[draw(-999, 999) for _ in range(n)] for _ in range(m)], [draw(-999, 999) for _ in range(m)]))
    return Network.from_weights(layers)


@settings(max_examples=30)
@given(networks())
def test_bounds_hold(network):
    map_ = tropical_map(network)
    for cells in (0, 1, 5, 10**4):
        for part, (g, h) in zip(map_.components, conversion_bounds(network, cells), strict=True):
            assert part.numerator.n_terms <= g and part.denominator.n_terms <= h


@settings(max_examples=30)
@given(networks())
def test_counted_cells(network):
    """With all stages counted the bound is the number of activation regions; with fewer it is no less."""
    exact = sum(1 for _ in activation_regions(network))
    assert counted_bound(network.program, 10**4) == exact
    assert all(counted_bound(network.program, cells) >= exact for cells in (0, 2, 7))


def test_deep_networks():
    """Formulas alone are off by powers of ten."""
    network = generic(2, 8, 8, 8, 8, 1)
    [part] = tropical_map(network).components
    terms = (part.numerator.n_terms, part.denominator.n_terms)
    [formulas], [counted] = conversion_bounds(network, 0), conversion_bounds(network)
    for n, bound, rough in zip(terms, counted, formulas, strict=True):
        assert n <= bound <= 2 * n and rough > 100 * n


@pytest.mark.parametrize("sizes", [(2, 12, 1), (3, 7, 1), (1, 9, 1)])
def test_one_hidden_layer_attains_the_formulas(sizes):
    network = generic(*sizes)
    [part] = tropical_map(network).components
    assert conversion_bounds(network, 0) == ((part.numerator.n_terms, part.denominator.n_terms),)


def test_a_trained_network():
    """The second level of iris has nearly as many cells as terms."""
    network = load("examples/networks/iris.json")
    assert conversion_bounds(network)[0] == (121, 135) and conversion_bounds(network, 0)[0] == (869, 869)
    [part, *_] = tropical_map(network).components
    assert (part.numerator.n_terms, part.denominator.n_terms) == (117, 135)
