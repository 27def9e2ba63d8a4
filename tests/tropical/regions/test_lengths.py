"""Lengths of images of segments and polylines."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import Polyhedron
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, ShapeError
from tests.tropical.strategies import networks
from tropical import Network, count_regions, local_complexity
from tropical.initialization import random_maxout
from tropical.regions import image_length

FOLD = Network.from_weights(
    [([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1]), ([[1], [2]], [0, 0])],
    activation="abs",
)


def test_known_lengths() -> None:
    """f = t (1, 2) with t = ||x| + |y| - 1|: from 2 down to 0, up to 1, and back along the diagonal."""
    found = image_length(FOLD, [[-1, -2], [1, 2]])
    assert found.length.exact == RadicalSum([(5, Fraction(6))])
    assert (found.end_distance.exact, found.input_length.exact) == (RadicalSum([]), RadicalSum([(5, Fraction(2))]))
    assert [own.share for own in found.breakpoints] == [Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]
    assert [own.image for own in found.breakpoints] == [(0, 0), (1, 2), (0, 0)]
    assert (found.n_segments, found.n_pieces, found.distortion) == (1, 4, 3.0)


def test_segments_in_walls_and_repeated_points() -> None:
    """Along a wall, and where a unit is 0 on a whole segment."""
    relu = Network.from_weights([([[1, 0], [0, 1], [1, 0]], [0, 0, 0]), ([[1, 1, 0]], [0])])
    along = image_length(relu, [[0, -1], [0, -1], [0, 2], [0, 2]])
    assert along.length.exact == RadicalSum.of(2)
    assert [(own.segment, own.share) for own in along.breakpoints] == [(1, Fraction(1, 3))]
    assert (along.n_segments, along.n_pieces) == (3, 2)
    point = image_length(relu, [["1/2", 3]])
    assert (point.length.exact, point.n_segments, point.distortion) == (RadicalSum([]), 0, None)


def test_network_without_gates() -> None:
    linear = Network.from_weights([([[3, 0], [0, 4]], [1, 1])])
    found = image_length(linear, [[0, 0], [1, 1]])
    assert (found.length.exact, found.n_pieces, found.breakpoints) == (RadicalSum.of(5), 1, ())


def test_pieces_are_regions_on_the_segment() -> None:
    network = random_maxout([2, 7, 7, 6, 2], rank=2, seed=123)
    ends = [["-3", "-2"], ["3", "1"]]
    segment = Polyhedron.from_generators([[-3, -2], [3, 1]])
    assert image_length(network, ends).n_pieces == count_regions(network, segment, relative=True).activation_regions


def test_on_a_line_it_is_the_total_variation() -> None:
    network = random_maxout([1, 6, 5, 2], rank=2, seed=4)
    found = image_length(network, [[-2], [3]])
    mean = local_complexity(network, Polyhedron.box([-2], [3])).mean_gradient
    assert mean is not None
    assert found.length.lower <= 5 * mean.l2.upper and 5 * mean.l2.lower <= found.length.upper
    assert found.length.is_precise


@settings(max_examples=25)
@given(networks(), st.data())
def test_length_is_additive_and_at_least_the_distance(network: Network, data: st.DataObject) -> None:
    entry = st.integers(-6, 6)
    first, last = (data.draw(st.lists(entry, min_size=network.input_dim, max_size=network.input_dim)) for _ in "ab")
    share = data.draw(st.fractions(0, 1, max_denominator=5))
    middle = [a + share * (b - a) for a, b in zip(first, last, strict=True)]
    whole, refined = image_length(network, [first, last]), image_length(network, [first, middle, last])
    parts = [image_length(network, [first, middle]), image_length(network, [middle, last])]
    for other in (refined.length.exact, parts[0].length.exact + parts[1].length.exact):  # type: ignore[operator]
        assert whole.length.exact == other
    back = image_length(network, [last, first])
    assert back.length.exact == whole.length.exact and len(back.breakpoints) == len(whole.breakpoints)
    assert not whole.length.exact < whole.end_distance.exact  # type: ignore[operator]


def test_refused() -> None:
    with pytest.raises(InputError, match="no points are given"):
        image_length(FOLD, [])
    with pytest.raises(ShapeError, match="point 1 lies in Q"):
        image_length(FOLD, [[0, 0], [1, 2, 3]])
    with pytest.raises(InputError, match="0 digits"):
        image_length(FOLD, [[0, 0]], digits=0)
