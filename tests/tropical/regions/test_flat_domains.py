"""Lower-dimensional domains in coordinates of their hull: points, rows and networks agree with those of the space."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.enumeration.chains import is_chain
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import networks
from tropical import Network
from tropical.networks.layers import Affine, ReLU, Reshape
from tropical.networks.network import GraphBuilder
from tropical.regions.activation_regions import Walk
from tropical.regions.flat_domains import FlatDomain
from tropical.regions.surveys.extrema import ExtremaSurvey, extrema

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


@settings(max_examples=5, deadline=None)
@given(networks(dims=(3,)), st.data())
def test_regions_and_extrema(net, data):
    """In coordinates of the hull and in those of the space: a line or a plane, perhaps unbounded, or a point."""
    entries = st.lists(st.integers(-2, 2), min_size=4, max_size=4)
    rows = [(2, 1, 0, 0), (2, -1, 0, 0), (2, 0, 1, 0)][: data.draw(st.integers(0, 3))]
    domain = Polyhedron.from_rows(rows, data.draw(st.lists(entries, min_size=1, max_size=3)), 3)
    if domain.is_empty:
        return
    walk = Walk(net, domain, relative=True)
    patterns = {region.pattern for region in walk.regions()}
    flat = FlatDomain.of_walk(walk)
    assert (flat is None) == (domain.dim in (0, 3))
    if flat is not None:
        assert patterns == {region.pattern for region in flat.walk(walk).regions()}
    found, known = ExtremaSurvey().fill(walk), extrema(net, domain, relative=True, method="witness")
    if any(one.is_finite for one in (*found.minima, *found.maxima)):
        assert found.n_regions == len(patterns)
    for one, other in zip((*found.minima, *found.maxima), (*known.minima, *known.maxima), strict=True):
        assert one.value == other.value and one.pattern in patterns and domain.contains(one.point)
        if one.ray is not None:
            assert domain.contains([x + 7 * e for x, e in zip(one.point, one.ray, strict=True)])


def test_chains_and_patterns():
    """Affine layers before the first gates become one; units that nothing reads keep their place in patterns."""
    graph = GraphBuilder((3, 1))
    flat = graph.add(Affine([[1, 2, 0], [0, 1, 1]], [1, 0]), [graph.add(Reshape((-1,)), [0])])
    first = graph.add(ReLU(), [graph.add(Affine([[1, 0], [1, -1], [0, 2]]), [flat])])
    unread = graph.add(ReLU(), [flat])
    graph.add(Affine([[1, 1, -1]]), [first])
    net = Network(tuple(graph.nodes))
    inner = FlatDomain.of(Polyhedron.box([0, 1, "1/2"], [1, 1, 2])).restricted(net)
    assert unread and inner.program.n_gates == net.program.n_gates == 5 and len(inner.program.stages[0].rows[0]) == 3
    chain = Network.chain((3, 1), [Reshape((-1,)), Affine([[1, 2, 0]]), Affine([[2], [-1]]), ReLU(), Affine([[1, 1]])])
    assert is_chain(FlatDomain.of(Polyhedron.box([0, 1, 1], [1, 1, 1])).restricted(chain).program)
