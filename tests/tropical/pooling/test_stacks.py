"""What surrounds a pool: other pools, affine layers, averages; against the engine of regions and all orders."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import ShapeError
from polytopes.minkowski_sums.frontier import count_vertices
from tropical.networks.layers import AvgPool, Conv, MaxPool
from tropical.networks.network import Network
from tropical.pooling.layer import MaxPooling
from tropical.pooling.stacks import compose, is_onto, network_of, side_by_side
from tropical.regions.activation_regions import activation_regions
from tropical.regions.counting import count_regions


def test_published_example_of_a_stack() -> None:
    """Windows (3, 2), then (2, 1) on the 4 outputs: the first layer has 81 regions, the function 69, patterns 233."""
    first, second = MaxPooling(9, 3, 2), MaxPooling(4, 2, 1)
    both = compose(first, second)
    assert count_vertices(first.hypergraph) == 81
    assert count_vertices(both.function) == 69
    assert count_vertices(both.patterns) == 233


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MaxPooling(6, 2, 1), MaxPooling(5, 2, 1)),
        (MaxPooling(6, 3, 1, 1), MaxPooling(6, 2, 2)),
        (MaxPooling((2, 3), (1, 2), 1), MaxPooling((2, 2), 2, 1)),
        (MaxPooling(7, 2, 1, 0, 2), MaxPooling(5, 2, 2)),
    ],
)
def test_stacks_by_definition(first: MaxPooling, second: MaxPooling) -> None:
    """Over all orders of the inputs: the function is the list of its values, a pattern says where maxima are taken."""
    values, patterns = set(), set()
    size = first.hypergraph.size
    for order in permutations(range(size)):
        one = [max(window, key=order.__getitem__) for window in first.reads]
        two = [max((one[i] for i in window), key=order.__getitem__) for window in second.reads]
        values.add(tuple(two))
        patterns.add((tuple(one), tuple(two)))
    both = compose(first, second)
    assert (count_vertices(both.function), count_vertices(both.patterns)) == (len(values), len(patterns))


def test_stacks_agree_with_the_engine() -> None:
    network = Network.chain((1, 7), [MaxPool(3, stride=2), MaxPool(2, stride=1)])
    both = compose(MaxPooling(7, 3, 2), MaxPooling(3, 2, 1))
    found = count_regions(network, linear=True)
    assert found.linear_regions == count_vertices(both.function)


def test_pyramids() -> None:
    """Nested windows: the product of maximal sub-windows and uncovered inputs, 2 * 2 * 2 * (2 + 0)."""
    assert count_vertices(side_by_side(MaxPooling(4, 4), MaxPooling(4, 2))) == 2 * 2 * 2
    assert count_vertices(side_by_side(MaxPooling(6, 6), MaxPooling(6, 3), MaxPooling(6, 2, 3))) == 2 * 2 * 2 * 2 * 2


weights = st.lists(st.integers(-2, 2), min_size=2, max_size=3)


@settings(max_examples=4)
@given(weights)
def test_convolutions_that_are_onto_leave_all_regions(kernel: list[int]) -> None:
    if not any(kernel):
        return
    conv = Conv(np.array([[kernel]]), np.array([1]))
    length = 6
    pool = MaxPooling(length - len(kernel) + 1, 2, 1)
    assert is_onto(conv, (1, length), pool)
    found = count_regions(network_of(conv, (1, length), pool)).activation_regions
    assert found == count_vertices(pool.hypergraph)


@settings(max_examples=4)
@given(st.lists(st.lists(st.integers(-2, 2), min_size=2, max_size=2), min_size=2, max_size=2))
def test_maps_that_are_not_onto_leave_at_most_all_regions(kernels: list[list[int]]) -> None:
    """Two channels of one input of length 5 have rank at most 5 of 8."""
    conv = Conv(np.array(kernels).reshape(2, 1, 2))
    pool = MaxPooling(4, 2, 1, channels=2)
    assert not is_onto(conv, (1, 5), pool)
    found = count_regions(network_of(conv, (1, 5), pool)).activation_regions
    assert found <= count_vertices(pool.hypergraph) ** 2


def test_averages_before_a_pool() -> None:
    average, pool = AvgPool(2, 1), MaxPooling(3, 2, 1)
    assert is_onto(average, (1, 4), pool)
    found = list(activation_regions(network_of(average, (1, 4), pool)))
    assert len(found) == count_vertices(pool.hypergraph) == 4


def test_a_global_average_after_a_pool_keeps_all_regions() -> None:
    pool = MaxPooling(6, 3, 1)
    network = Network.chain((1, 6), [MaxPool(3, stride=1), AvgPool(4)])
    assert count_regions(network, linear=True).linear_regions == count_vertices(pool.hypergraph)


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="should agree"):
        compose(MaxPooling(9, 3, 2), MaxPooling(5, 2))
    with pytest.raises(ShapeError, match="at least one"):
        compose()
    with pytest.raises(ShapeError, match="should agree"):
        is_onto(AvgPool(2, 1), (1, 6), MaxPooling(6, 2))
    with pytest.raises(ShapeError, match="one input shape"):
        side_by_side(MaxPooling(4, 2), MaxPooling(5, 2))
