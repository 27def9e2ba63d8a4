"""Normal fans: the correspondence with faces, degenerate polyhedra, and sums."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.complexes.fan import Fan
from polytopes.complexes.normal_fan import normal_fan
from polytopes.errors import InputError, NoAnswerError
from polytopes.library import polytopes as examples
from polytopes.polyhedra.polyhedron import Polyhedron

small = st.integers(-3, 3)
polytopes_2d = st.lists(st.tuples(small, small), min_size=1, max_size=6).map(Polyhedron.from_generators)
polyhedra_3d = st.builds(
    Polyhedron.from_generators,
    st.lists(st.tuples(small, small, small), min_size=1, max_size=5),
    st.lists(st.tuples(small, small, small).filter(any), max_size=2),
    st.lists(st.tuples(small, small, small).filter(any), max_size=1),
)


@pytest.mark.parametrize("example", examples.all_small(), ids=lambda example: example.name)
def test_of_a_polytope(example):
    P = example.polyhedron
    fan = normal_fan(P)
    assert fan.is_complete
    assert fan.lineality_dim == P.ambient_dim - P.dim
    assert fan.f_vector() == tuple(reversed(P.f_vector()))
    assert fan.is_simplicial == P.is_simple
    assert set(fan.dual_graph().edges) == set(P.edge_graph().edges)


@given(polyhedra_3d)
def test_cone_i_is_where_vertex_i_is_best(P):
    fan = normal_fan(P)
    assert fan.n_maximal_cones == P.n_vertices and fan.n_rays == P.n_facets
    for vertex, cone in zip(P.vertices, fan.maximal, strict=True):
        y = cone.interior_point()
        assert dot(y, vertex) == P.support(y)
        assert all(dot(y, other) < dot(y, vertex) for other in P.vertices if other != vertex)
    for ray, row in zip(fan.rays, P.inequalities, strict=True):
        assert ray == tuple(-entry for entry in row[1:])
        assert P.support(ray) == row[0]


@settings(max_examples=30)
@given(polyhedra_3d)
def test_it_is_a_fan_whose_support_is_the_polar_of_the_recession_cone(P):
    fan = normal_fan(P)
    assert fan.is_fan()
    assert fan.is_complete == P.is_bounded
    for direction in [(1, 0, 0), (-1, 2, 0), (0, -1, 1), (1, 1, 1), (-2, -1, -3)]:
        bounded = all(dot(direction, ray) <= 0 for ray in P.rays) and not any(dot(direction, q) for q in P.lines)
        assert fan.contains(direction) == bounded


@given(polytopes_2d, polytopes_2d)
def test_the_fan_of_a_sum_is_the_common_refinement(P, Q):
    assert normal_fan(P + Q) == normal_fan(P).common_refinement(normal_fan(Q))


@settings(max_examples=30)
@given(polyhedra_3d)
def test_translation_dilation_and_reflection(P):
    assert normal_fan(P.translate([1, 2, 3]).dilate(2)) == normal_fan(P)
    assert normal_fan(-P) == normal_fan(P, "inner")


def test_of_small_things():
    point = normal_fan(Polyhedron.from_generators([(1, 2)]))
    assert point == Fan.from_rays([], [()], [(1, 0), (0, 1)]) and point.is_complete
    plane = normal_fan(Polyhedron.whole_space(2))
    assert plane == Fan.from_rays([], [()], ambient_dim=2) and not plane.is_complete
    segment = normal_fan(Polyhedron.from_generators([(0, 0), (1, 1)]))
    assert (segment.n_rays, segment.lineality_space, segment.is_complete) == (2, ((1, -1),), True)
    assert normal_fan(Polyhedron.whole_space(0)).is_complete


def test_refusals():
    with pytest.raises(NoAnswerError, match="empty"):
        normal_fan(Polyhedron.empty(2))
    with pytest.raises(InputError, match="'outer' or 'inner'"):
        normal_fan(Polyhedron.whole_space(1), "upper")
