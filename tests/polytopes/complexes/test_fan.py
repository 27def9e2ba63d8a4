"""Fans: known fans, the defining properties, refinement, refusals."""

from itertools import product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arrangements.arrangement import Arrangement
from polytopes.complexes.fan import Fan, common_refinement
from polytopes.errors import InputError, ShapeError
from polytopes.library import arrangements as arrangement_library
from polytopes.polyhedra.cone import Cone

PLANE = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2), (0, 2)])


def orthants(n):
    return Fan.from_cones(
        Cone.from_rays([tuple(s * (i == j) for j in range(n)) for i, s in enumerate(signs)], ambient_dim=n)
        for signs in product((1, -1), repeat=n)
    )


def arrangement_fan(arrangement):
    return Fan.from_cones(chamber.closure.recession_cone for chamber in arrangement.chambers())


def test_the_fan_of_the_projective_plane():
    assert PLANE.f_vector() == (3, 3) and PLANE.f_vector(with_trivial=True) == (1, 3, 3)
    assert PLANE.is_complete and PLANE.is_simplicial and PLANE.is_pointed and PLANE.is_pure and PLANE.is_fan()
    assert nx.is_isomorphic(PLANE.dual_graph(), nx.cycle_graph(3))
    assert PLANE.dual_graph().edges[0, 1]["wall"] == (1,)
    assert PLANE.cones(1) == ((0,), (1,), (2,)) and PLANE.cones(0) == ((),) and PLANE.cones(3) == ()


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_orthants(n):
    fan = orthants(n)
    assert fan.is_complete and fan.is_fan() and fan.dim == n
    assert fan.n_maximal_cones == 2**n and fan.n_rays == 2 * n
    assert nx.is_isomorphic(fan.dual_graph(), nx.hypercube_graph(n) if n else nx.empty_graph(1))


def test_chambers_of_a_linear_arrangement_form_its_fan():
    arrangement = arrangement_library.braid(4).arrangement
    fan = arrangement_fan(arrangement)
    assert fan.lineality_space == ((1, 1, 1, 1),)
    assert fan.is_complete and fan.is_simplicial and fan.is_fan()
    assert fan.f_vector(with_trivial=True) == arrangement.f_vector()[1:] == (1, 14, 36, 24)
    assert len(fan.cones(3)) == 36


def test_equality_forgets_order_scale_and_lineality_representatives():
    left = Fan.from_rays([(1, 0, 5), (0, 2, 0)], [(0, 1)], [(0, 0, 1)])
    right = Fan.from_rays([(0, 1, 1), (3, 0, 0)], [(1, 0)], [(0, 0, -7)])
    assert left == right and hash(left) == hash(right) and left.rays == ((1, 0, 0), (0, 1, 0))
    assert left != Fan.from_rays([(1, 0, 0), (0, 1, 0)], [(0,), (1,)], [(0, 0, 1)])
    assert left != "a fan"


def test_index_sets_contained_in_others_are_no_maximal_cones():
    assert Fan.from_rays([(1, 0), (0, 1)], [(0,), (0, 1), (1, 0), ()]).maximal_cones == ((0, 1),)


def test_completeness():
    assert not Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2)]).is_complete
    assert not Fan.from_cones([], 2).is_complete
    assert not Fan.from_rays([(1, 0), (-1, 0)], [(0,), (1,)]).is_complete
    assert Fan.from_cones([Cone.from_rays([], [(1, 0), (0, 1)])]).is_complete
    half_planes = Fan.from_cones([Cone.from_rows([(1, 2)]), Cone.from_rows([(-1, -2)])])
    assert half_planes.is_complete and half_planes.f_vector() == (2,)


def test_the_fan_without_cones():
    empty = Fan.from_cones([], 3)
    assert empty.f_vector() == () and empty.dim == -1 and empty.is_fan() and not empty.contains((0, 0, 0))


def test_mixed_dimensions():
    fan = Fan.from_cones([Cone.from_rays([(1, 0), (1, 1)]), Cone.from_rays([(-1, 0)]), Cone.from_rays([(1, 0)])])
    assert fan.maximal_cones == ((0, 1), (2,)) and not fan.is_pure and fan.f_vector() == (3, 1)
    assert fan.is_fan() and not fan.is_complete


def test_not_fans():
    assert not Fan.from_rays([(1, 0), (1, 2), (1, 1), (0, 1)], [(0, 1), (2, 3)]).is_fan()
    assert not Fan.from_rays([(1, 0), (1, 1), (0, 1)], [(0, 1, 2)]).is_fan()
    square = Cone.from_rays([(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)])
    diagonal = Cone.from_rays([(1, 0, 0), (1, 1, 1)])
    with pytest.raises(InputError, match="no face of it"):
        Fan.from_cones([square, diagonal])


def test_locate_and_star():
    assert PLANE.maximal[PLANE.locate((1, 3))] == Cone.from_rays([(1, 0), (0, 1)])
    assert Fan.from_cones(PLANE.maximal[:1]).locate((-1, -1)) is None
    star = PLANE.star([2])
    assert star.n_maximal_cones == 2 and not star.contains((1, 1)) and star.contains((-1, 0))
    assert PLANE.star([]) == PLANE


@given(st.tuples(st.integers(-5, 5), st.integers(-5, 5)))
def test_a_complete_fan_contains_every_point(point):
    index = PLANE.locate(point)
    assert index is not None and PLANE.maximal[index].contains(point)


directions = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2)).filter(any)


@settings(max_examples=8)
@given(st.lists(directions, min_size=1, max_size=3), st.lists(directions, min_size=1, max_size=2))
def test_refinement_of_arrangement_fans_is_the_fan_of_the_union(first, second):
    fans = [arrangement_fan(Arrangement.central(normals)) for normals in (first, second)]
    union = arrangement_fan(Arrangement.central(first + second))
    assert common_refinement(fans) == common_refinement(fans[::-1]) == union
    assert union.is_complete and union.is_fan()
    assert union.common_refinement(fans[0]) == union


def test_refinement_of_fans_that_are_not_complete():
    quadrant = Fan.from_rays([(1, 0), (0, 1)], [(0, 1)])
    ray = Fan.from_rays([(1, 1), (-1, 0)], [(0,), (1,)])
    assert quadrant.common_refinement(ray) == Fan.from_rays([(1, 1)], [(0,)])


def test_refusals():
    with pytest.raises(InputError, match="different lineality"):
        Fan.from_cones([Cone.from_rays([(1, 0)]), Cone.from_rays([], [(0, 1)])])
    with pytest.raises(InputError, match="distinct modulo"):
        Fan.from_rays([(1, 0), (1, 1)], [(0, 1)], [(0, 1)])
    with pytest.raises(InputError, match="nonzero"):
        Fan.from_rays([(0, 0)], [(0,)])
    with pytest.raises(InputError, match="out of range"):
        Fan.from_rays([(1, 0)], [(0, 1)])
    with pytest.raises(ShapeError):
        Fan.from_cones([Cone.from_rays([(1, 0)]), Cone.from_rays([(1,)])])
    with pytest.raises(ShapeError, match="give ambient_dim"):
        Fan.from_cones([])
    with pytest.raises(ShapeError, match="one space"):
        PLANE.common_refinement(orthants(3))


def test_repr_does_not_compute():
    assert repr(PLANE) == "Fan in Q^2, 3 rays, 3 maximal cones"


def test_rays_and_indices_that_fit_no_cone():
    with pytest.raises(InputError, match="ray 1 is in no cone"):
        Fan.from_rays([(1, 0), (0, 1)], [(0,)])
    for index in (1.0, "0", None):
        with pytest.raises(InputError, match="give integers"):
            Fan.from_rays([(1, 0)], [(0, index)])
    fan = Fan.from_rays([(1, 0), (0, 1)], [(0, 1)])
    for index in (-1, 2):
        with pytest.raises(InputError, match="out of range"):
            fan.cone([index])
