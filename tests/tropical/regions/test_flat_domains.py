"""Lower-dimensional domains in coordinates of their hull: points, rows and networks agree with those of the space."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import networks
from tropical.regions.flat_domains import FlatDomain

numbers = st.fractions(-2, 2, max_denominator=3)


@settings(max_examples=15)
@given(networks(dims=(3,)), st.data())
def test_points_and_values(net, data):
    """A point lies in the inner domain iff the one it stands for lies in the domain, and networks agree there."""
    fixed = data.draw(st.integers(0, 2))
    equation = [data.draw(numbers), *data.draw(st.lists(st.integers(-2, 2), min_size=3, max_size=3))]
    equation[1 + fixed] = Fraction(2, 3)
    sides = [(1, 1, 0, 0), (1, -1, 0, 0), (2, 0, 1, 0), (1, 0, -1, 1), (3, 0, 0, -1)]
    domain = Polyhedron.from_rows(sides, [equation])
    if domain.dim <= 0:
        return
    flat = FlatDomain.of(domain)
    inner = flat.restricted(net)
    assert flat.domain.ambient_dim == flat.domain.dim == domain.dim
    for point in (*flat.domain.vertices, data.draw(st.tuples(*[numbers] * domain.dim))):
        outer = flat.lifted(point)
        assert domain.contains(outer) == flat.domain.contains(point)
        assert inner(point) == net(outer)
    assert set(map(flat.lifted, flat.domain.vertices)) == set(domain.vertices)
