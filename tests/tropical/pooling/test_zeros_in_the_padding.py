"""Zeros in the padding and nothing beyond it, against torch: the input is padded by hand and then pooled."""

from itertools import permutations
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polytopes.errors import ShapeError
from polytopes.minkowski_sums.frontier import count_vertices
from tropical.networks.layers import Conv, MaxPool
from tropical.networks.network import Network
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.stacks import is_onto, network_of
from tropical.regions.counting import count_regions


def regions_by_torch(layer: MaxPooling) -> int:
    """The number of ways in which the maxima are taken, over all orders of the inputs and the constant 0."""
    import torch
    from torch.nn import functional

    size, axes, rule = prod(layer.input_shape), len(layer.input_shape), layer.placement
    pool = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[axes - 1]
    orders = torch.tensor(list(permutations(range(size + 1))), dtype=torch.double)
    values = (orders - orders[:, size:])[:, :size].reshape(-1, 1, *layer.input_shape)
    sides = [side for pair in reversed(rule.padding) for side in pair]
    padded = functional.pad(values, sides, value=0.0 if layer.padding_value == "0" else -float("inf"))
    maxima = pool(padded, rule.kernel_size, rule.stride, 0, rule.dilation, ceil_mode=rule.ceil_mode)
    places = (maxima.reshape(len(orders), -1) + orders[:, size:]).clamp(min=-1)
    by_place = torch.cat([orders.argsort(1), torch.full((len(orders), 1), -1)], 1)
    return len(torch.unique(by_place.gather(1, places.long() % (size + 2)), dim=0))


@st.composite
def layers(draw: st.DrawFn) -> MaxPooling:
    shape = draw(st.sampled_from([(n,) for n in range(1, 7)] + [(2, 2), (2, 3), (3, 2), (1, 5), (2, 1, 2), (1, 2, 3)]))
    arguments: list[Any] = [[draw(st.integers(1, 3)) for _ in shape] for _ in range(3)]
    kernel, stride, dilation = arguments
    padding = [[draw(st.integers(0, k // 2)), draw(st.integers(0, k // 2))] for k in kernel]
    value: Any = draw(st.sampled_from(["-inf", "0"]))
    try:
        return MaxPooling(shape, kernel, stride, padding, dilation, draw(st.booleans()), 1, value)
    except ShapeError:
        assume(False)
        raise


@given(layers())
def test_regions_are_those_of_torch(layer: MaxPooling) -> None:
    try:
        known = regions_by_torch(layer)
    except RuntimeError:  # torch refuses windows beyond a padded input
        assume(False)
    counts = PoolingCounts(layer)
    assert counts.n_vertices() == known == len({tuple(vertex) for _, vertex in counts.regions()})
    assert counts.n_windows == sum(bool(window) for window in layer.reads)
    if layer.may_read_zeros:
        assert counts.lines is None
    elif layer.padding_value == "0":
        assert all(layer.hypergraph.size - 1 not in window for window in layer.hypergraph.windows)


@pytest.mark.parametrize(
    ("arguments", "regions"),
    [
        ((3, 2, 2, 0, 1, True), 2),  # (0, 1), (2)
        ((6, 2, 3, 1, 2, True), 4),  # (1, 0*), (2, 4), (5)
        ((3, 2, 2, 1, 1, False), 4),  # (0, 0*), (1, 2)
        ((4, 2, 3, 1, 1, True), 4),  # (0, 0*), (2, 3)
        ((4, 3, 2, [(0, 1)], 1, True), 9),  # (0, 1, 2), (2, 3, 0*)
        (((1, 5), (1, 2), (1, 2), [(0, 0), (0, 1)], 1, True), 8),  # (0, 1), (2, 3), (4, 0*)
    ],
)
def test_known_layers(arguments: tuple[Any, ...], regions: int) -> None:
    shape, kernel, stride, padding, dilation, ceil = arguments
    layer = MaxPooling(shape, kernel, stride, padding, dilation, ceil, padding_value="0")
    assert PoolingCounts(layer).n_vertices() == regions_by_torch(layer) == regions


def test_windows_of_zeros_only_are_constant() -> None:
    layer = MaxPooling(1, 2, 1, 1, 2, padding_value="0")
    assert layer.n_windows == 1 and not layer.hypergraph.windows and PoolingCounts(layer).n_windows == 0


@pytest.mark.parametrize("weights", [[1, 2], [1, -1], [2, 0]])
@pytest.mark.parametrize("padding", [0, 1])
def test_convolutions_before_zeros(weights: list[int], padding: int) -> None:
    """A layer that leaves the pool all its regions, against the network with the padding as a layer of its own."""
    conv, pool = Conv(np.array([[weights]]), np.array([1])), MaxPooling(3, 2, 1, padding, padding_value="0")
    padded = Network.chain((1, 4), [conv, Conv(np.array([[[1]]]), padding=padding), MaxPool(2, stride=1)])
    found = count_regions(padded, linear=True).linear_regions
    assert is_onto(conv, (1, 4), pool)
    assert found == count_vertices(pool.hypergraph)
    if padding:
        with pytest.raises(ShapeError, match="padding has the value 0"):
            network_of(conv, (1, 4), pool)
    else:
        assert count_regions(network_of(conv, (1, 4), pool), linear=True).linear_regions == found


def test_maps_that_are_not_onto() -> None:
    """One input for three: with a 0 beside them the pool loses regions, without it too."""
    conv = Conv(np.array([[[1]], [[1]]]))
    pool = MaxPooling(2, 2, 1, 1, channels=2, padding_value="0")
    assert not is_onto(conv, (1, 2), pool)
    assert is_onto(Conv(np.array([[[1]]])), (1, 2), MaxPooling(2, 2, 1, 1, padding_value="0"))
