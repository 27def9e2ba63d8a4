"""Local complexity at points, by samples and on grids: known answers, definitions, and the survey of a domain."""

from __future__ import annotations

from fractions import Fraction
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, LimitReached, ShapeError, UnsupportedError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.layers import Maxout
from tropical.networks.network import Network
from tropical.regions.complexity.local_complexity import local_complexity
from tropical.regions.complexity.maps import complexity_map
from tropical.regions.complexity.noise import Gaussian, Uniform
from tropical.regions.complexity.points import complexity_at
from tropical.regions.complexity.sampling import sampled_local_complexity

SQUARE = Polyhedron.box([-1, -1], [1, 1])
BASE = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, -1], [1, 1]], ["1/2", -1]), ([[1, -1]], [0])])
POINTS = [("1/2", "1/3"), ("-1/4", "3/5"), (0, "-2/3"), ("-4/5", "-1/10"), ("1/7", "1/7")]


def test_points_of_the_base():
    found = complexity_at(BASE, POINTS, [Uniform("1/2"), Gaussian("1/2")], digits=20)
    uniform, gaussian = (own.value for own in found.noisy)
    assert uniform.exact == RadicalSum.of("2/5") + RadicalSum.of("6/5") * RadicalSum.root(2)
    assert gaussian.value == "2.2633259814550017037" and found.points_on_walls == 2


@given(networks(dims=(1, 2)), st.lists(st.fractions(-2, 2, max_denominator=4), min_size=2, max_size=2))
@settings(max_examples=10)
def test_means_over_one_point(net, point):
    """The gradient at an interior point by difference quotients."""
    point = point[: net.input_dim]
    found = complexity_at(net, [point])
    region = net.program.pattern_at(point)
    forms = net.program.forms(region)
    square = sum(entry * entry for form in forms for entry in form[1:])
    assert found.mean_gradient.l2.exact == RadicalSum.root(square)
    step = Fraction(1, 10**6)
    if not found.points_on_walls:
        for k in range(net.input_dim):
            moved = [x + step * (j == k) for j, x in enumerate(point)]
            if net.program.pattern_at(moved) == region:
                change = [(b - a) / step for a, b in zip(net(point), net(moved), strict=True)]
                assert change == [form[1 + k] for form in forms]


def test_points_refused():
    with pytest.raises(InputError, match="no points"):
        complexity_at(BASE, [])
    with pytest.raises(ShapeError, match="point 1 lies in Q\\^1"):
        complexity_at(BASE, [(0, 0), (1,)])
    with pytest.raises(LimitReached) as stop:
        complexity_at(BASE, POINTS, timeout=0)
    assert stop.value.partial.n_points == 0 and not stop.value.partial.complete


def test_samples():
    """For one layer the walls of a square move with the biases: their mean length is known with noise on one bias."""
    net = Network.from_weights([([[3, 1], [1, -2]], [0, 0]), ([[1, 1]], [0])])
    found = sampled_local_complexity(net, SQUARE, 2, samples=40, seed=3)
    again = sampled_local_complexity(net, SQUARE, 2, samples=40, seed=3)
    expected = float(local_complexity(net, SQUARE, Gaussian(2)).noisy[0].value)
    assert found == again and abs(found.mean - expected) < 5 * found.standard_error
    assert found.as_dict()["estimated"] is True and sum(found.per_layer.values()) == pytest.approx(found.mean)
    for arguments, words in (((0,), "positive"), ((1, 1), "at least 2")):
        with pytest.raises(InputError, match=words):
            sampled_local_complexity(net, SQUARE, *arguments)
    with pytest.raises(UnsupportedError, match="bias"):
        sampled_local_complexity(Network.chain(2, [Maxout(2)]), SQUARE, 1)


@given(networks(dims=(2,)), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=8)
def test_maps_add_up(net, rows, columns):
    domain = Polyhedron.from_generators([(0, 0), (3, 0), (0, 2)])
    found = complexity_map(net, domain, (rows, columns))
    assert found.lengths.shape == (rows, columns)
    assert found.total == pytest.approx(float(local_complexity(net, domain).activation_boundary))


def test_maps():
    net = Network.from_weights([([[1, -1]], [0]), ([[1]], [0])])
    found = complexity_map(net, SQUARE, (2, 4))
    half = hypot(0.5, 0.5)
    assert np.allclose(found.lengths, [[half, half, 0, 0], [0, 0, half, half]])
    assert np.allclose(found.densities, found.lengths / 0.5)
    with pytest.raises(ShapeError):
        complexity_map(Network.from_weights([([[1, 1, 1]], [0])]), box(3, 1))
    with pytest.raises(InputError):
        complexity_map(net, SQUARE, (0, 3))
