"""Extrema against known functions, vertices of regions, both methods, random points and one-dimensional scans."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.long_numbers import text_of
from polytopes.errors import DomainError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.degeneracy import degeneracy
from tropical.regions.surveys.difference import difference
from tropical.regions.surveys.extrema import extrema, functionals
from tropical.regions.surveys.lipschitz import lipschitz_constants


def test_known_function():
    """|x| + |y| on a box and on the plane."""
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])], "abs")
    found = extrema(net, Polyhedron.box([-1, "1/3"], ["1/2", 2]))
    [low], [high] = found.minima, found.maxima
    assert (low.value, low.point) == (Fraction(1, 3), (0, Fraction(1, 3)))
    assert (high.value, high.point) == (3, (-1, 2))
    assert found.complete
    assert found.n_regions == 2
    whole = extrema(net)
    assert (whole.minima[0].value, whole.minima[0].point) == (0, (0, 0))
    assert whole.maxima[0].value is None
    assert not whole.maxima[0].is_finite


@pytest.mark.parametrize("method", [None, "vertices", "witness"])
@pytest.mark.parametrize("point", [(1, 2), (0, 0), (-1, "1/3")])
def test_at_a_point(method, point):
    """Where all coordinates are fixed the value there is both extrema."""
    net = Network.from_weights([([[1, 1], [1, -1]], [0, 1]), ([[1, 2], [-1, 1]], [0, 3])])
    where = tuple(map(Fraction, point))
    found = extrema(net, [(x, x) for x in where], relative=True, method=method)
    assert [best.value for best in found.minima] == [best.value for best in found.maxima] == list(net(where))
    assert {best.point for best in (*found.minima, *found.maxima)} == {where}


@given(networks())
def test_against_vertices_of_regions(net):
    domain = box(net.input_dim)
    found = extrema(net, domain)
    regions = list(activation_regions(net, domain))
    values = [net(vertex) for region in regions for vertex in region.vertices]
    assert found.n_regions == len(regions)
    for k in range(net.output_dim):
        column = [value[k] for value in values]
        assert found.minima[k].value == min(column) == net(found.minima[k].point)[k]
        assert found.maxima[k].value == max(column) == net(found.maxima[k].point)[k]


@given(networks())
def test_methods_agree_and_rays_climb(net):
    for domain in (None, box(net.input_dim)):
        one, two = (extrema(net, domain, method=method) for method in ("vertices", "witness"))
        for a, b in zip((*one.minima, *one.maxima), (*two.minima, *two.maxima), strict=True):
            assert a.value == b.value
    for found in (one, extrema(net)):
        for sign, side in ((-1, found.minima), (1, found.maxima)):
            for k, best in enumerate(side):
                if best.ray is not None:
                    far = [[p + t * r for p, r in zip(best.point, best.ray, strict=True)] for t in (0, 1, 10**6)]
                    values = [sign * net(point)[k] for point in far]
                    assert values[1] > values[0]
                    assert values[2] - values[0] == 10**6 * (values[1] - values[0])
                else:
                    assert net(best.point)[k] == best.value


@given(networks(outputs=(1,)), st.lists(st.fractions(-1, 1, max_denominator=50), min_size=3, max_size=3))
def test_random_points_are_bounds(net, point):
    found = extrema(net, box(net.input_dim))
    [value] = net(point[: net.input_dim])
    assert found.minima[0].value <= value <= found.maxima[0].value


def test_six_inputs_by_linear_programs():
    """max of sum |x_i| over a cube of dimension 7 is 7, its minimum 0."""
    eye = [[int(i == j) for j in range(7)] for i in range(7)]
    net = Network.from_weights([(eye, [0] * 7), ([[1] * 7], [0])], "abs")
    found = extrema(net, box(7))
    assert (found.minima[0].value, found.maxima[0].value, found.n_regions) == (0, 7, 128)


def test_lower_dimensional_domain():
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])], "abs")
    line = Polyhedron.from_rows([(1, 1, 0), (1, -1, 0)], [(1, -1, -1)])
    with pytest.raises(DomainError):
        extrema(net, line)
    found = extrema(net, line, relative=True)
    assert (found.minima[0].value, found.maxima[0].value) == (1, 3)
    assert found.maxima[0].point == (-1, 2)
    two = extrema(net, line, relative=True, method="witness")
    assert (two.minima[0].value, two.maxima[0].value) == (1, 3)


def test_cells_without_a_vertex():
    """x - y on the plane: infinite both ways; constant along (1, 1)."""
    net = Network.from_weights([([[1, -1]], [0]), ([[1]], [5])])
    found = extrema(net)
    assert found.minima[0].value == 5
    assert found.maxima[0].value is None
    ray = found.maxima[0].ray
    assert ray[0] - ray[1] > 0


def test_functionals():
    net = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 0], [0, 1]], [0, 0])])
    gap = functionals(net, [[1, -1], [1, 1]], ["1/2", 0])
    assert gap([3]) == (Fraction(7, 2), 3)
    found = extrema(gap, box(1, 2))
    assert [high.value for high in found.maxima] == [Fraction(5, 2), 2]
    assert [low.value for low in found.minima] == [Fraction(-3, 2), 0]
    with pytest.raises(ShapeError):
        functionals(net, [[1, 2, 3]])


def test_limit_gives_bounds_of_what_was_seen():
    net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), ([[1, -2, 1]], [0])])
    full = extrema(net, box(2))
    for limit in range(1, full.n_regions):
        with pytest.raises(LimitReached) as stop:
            extrema(net, box(2), limit=limit)
        part = stop.value.partial
        assert (part.complete, part.n_regions) == (False, limit)
        assert full.minima[0].value <= part.minima[0].value <= part.maxima[0].value <= full.maxima[0].value
        assert net(part.maxima[0].point) == (part.maxima[0].value,)


def test_grid_in_the_plane():
    """A function with breakpoints on the half integers has its extrema on that grid."""
    net = Network.from_weights([([[2, 0], [2, 0], [0, 2]], [1, -1, 0]), ([[1, -3, 2]], [0])])
    grid = [Fraction(k, 2) for k in range(-4, 5)]
    values = [net(point)[0] for point in product(grid, repeat=2)]
    found = extrema(net, box(2, 2))
    assert (found.minima[0].value, found.maxima[0].value) == (min(values), max(values))


@pytest.mark.parametrize("most", [0, 1, 10**6])
def test_outputs_whose_weights_cancel(most, monkeypatch):
    """Floats cannot tell vertices apart where an output is 0 throughout; one more unit makes it known again."""
    monkeypatch.setattr(sys.modules[extrema.__module__], "MOST_VERTICES", most)
    random = np.random.default_rng(3)
    first, second, last = (random.normal(size=shape) for shape in ((5, 2), (4, 5), (1, 4)))
    doubled = np.vstack([second, second]), np.tile(random.normal(size=4), 2)
    layers = [(first, random.normal(size=5)), doubled]
    zero = extrema(Network.from_weights([*layers, (np.hstack([last, -last]), [0])]), box(2, 2))
    assert (zero.minima[0].value, zero.maxima[0].value) == (0, 0)
    some = Network.from_weights([*layers, (np.hstack([last, -last]) + np.eye(1, 8), [0])])
    found, expected = extrema(some, box(2, 2)), extrema(some, box(2, 2), method="witness")
    assert found.maxima[0].value == expected.maxima[0].value
    assert found.minima[0].value == expected.minima[0].value == 0


def test_long_values_are_written_in_full():
    """Python spells integers of at most 4300 digits by itself."""
    long = 10**5000 + 1
    net = Network.from_weights([([[1], [1]], [0, 0]), ([[long, 0]], [0])])
    box = Polyhedron.box([0], [1])
    assert extrema(net, box).as_dict()["outputs"][0]["maximum"]["value"] == text_of(long)
    assert lipschitz_constants(net, box).as_dict()["l1"]["value"] == text_of(long)
    zero = Network.from_weights([([[1]], [0]), ([[0]], [0])])
    found = difference(net, zero, box, volume=True).as_dict()
    assert found["largest_difference"]["value"] == text_of(long)
    assert found["differing_volume"] == "1"


def test_long_factors_are_written_in_full():
    long = 10**5000 + 1
    net = Network.from_weights([([[1], [long]], [0, 0]), ([[1, 1]], [0])])
    [multiples] = degeneracy(net).as_dict()["proportional"]
    assert text_of(long) in multiples["factors"]
