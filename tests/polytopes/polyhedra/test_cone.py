"""Cones: duality, faces modulo the lineality space, degenerate input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import dot
from polytopes.errors import ShapeError
from polytopes.polyhedra.cone import Cone


def rows(dim, most):
    return st.lists(st.tuples(*[st.integers(-2, 2)] * dim), max_size=most)


@st.composite
def cones(draw, dims=(0, 1, 2, 3, 4)):
    dim = draw(st.sampled_from(dims))
    make = draw(st.sampled_from([Cone.from_rays, Cone.from_rows]))
    return make(draw(rows(dim, 6)), draw(rows(dim, 1)), ambient_dim=dim)


@given(cones())
def test_duality(cone):
    dual = cone.dual()
    assert dual.dual() == cone
    assert (dual.rays, dual.lines) == (cone.inequalities, cone.equations)
    assert all(dot(x, y) >= 0 for x in cone.rays for y in dual.rays)
    assert cone.dim + dual.lineality_dim == cone.ambient_dim == dual.dim + len(cone.lines)
    assert cone.is_pointed == dual.is_full_dimensional


@given(cones())
def test_representations(cone):
    n = cone.ambient_dim
    by_rays, by_rows = Cone.from_rays(cone.rays, cone.lines, n), Cone.from_rows(cone.inequalities, cone.equations, n)
    assert by_rays == cone == by_rows and hash(by_rays) == hash(by_rows) == hash(cone)
    assert by_rays.dim == by_rows.dim == cone.dim == rank([*cone.rays, *cone.lines])
    assert by_rays.lineality_dim == by_rows.lineality_dim == len(cone.lines)
    for other in (cone, by_rays, by_rows):
        assert cone.interior_contains(other.interior_point()) and cone.contains(other)
    opposite = -cone
    assert -opposite == cone


@given(cones())
def test_faces(cone):
    f = cone.f_vector(with_trivial=True)
    assert f == tuple(len(cone.faces(k)) for k in range(len(cone.lines), cone.dim + 1))
    assert cone.f_vector() == f[1:-1] == tuple(len(cone.faces(k)) for k in range(len(cone.lines) + 1, cone.dim))
    assert f[0] == f[-1] == 1 and (len(f) == 1 or f[1] == cone.n_rays) and f[-2:][0] == (cone.n_facets or 1)
    assert sum((-1) ** k * count for k, count in enumerate(f)) == (1 if len(f) == 1 else 0)
    for k in range(len(cone.lines), cone.dim + 1):
        assert all(face.dim == k and face <= cone and face.lines == cone.lines for face in cone.faces(k))
    assert cone.faces(len(cone.lines) - 1) == () == cone.faces(cone.dim + 1)
    assert cone.is_simplicial == (f == tuple(_binomials(len(f) - 1)))
    assert cone.face_lattice().number_of_nodes() == sum(f)
    assert len(cone.facets()) == cone.n_facets


def _binomials(n):
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return row


@given(st.sampled_from([1, 2, 3]).flatmap(lambda n: st.tuples(cones((n,)), cones((n,)))))
def test_intersection_and_sum_are_dual(pair):
    C, D = pair
    assert (C & D).dual() == C.dual() + D.dual()
    assert C & D <= C <= C + D and (C <= D) == (C & D == C) == (C + D == D) == (D >= C)


def test_square_cone():
    cone = Cone.from_rays([(1, x, y) for x in (1, -1) for y in (1, -1)])
    assert cone.f_vector() == (4, 4) and not cone.is_simplicial
    assert cone.facet_normals == cone.inequalities == ((1, -1, 0), (1, 0, -1), (1, 0, 1), (1, 1, 0))
    assert cone.dual().f_vector(with_trivial=True) == (1, 4, 4, 1)


def test_linear_spaces_and_the_origin():
    origin, plane = Cone.from_rays(ambient_dim=2), Cone.from_rows(ambient_dim=2)
    assert (origin.dim, origin.equations, origin.f_vector(with_trivial=True)) == (0, ((1, 0), (0, 1)), (1,))
    assert (plane.dim, plane.lines, plane.is_pointed) == (2, ((1, 0), (0, 1)), False)
    assert plane.f_vector(with_trivial=True) == (1,) and origin.f_vector() == plane.f_vector() == ()
    assert origin <= plane and origin.dual() == plane and origin != plane
    assert Cone.from_rays([(1, 0), (-1, 0), (0, 1), (0, -1)]) == plane == Cone.from_rays([(1, 0), (-1, 1), (-1, -1)])
    assert Cone.from_rows([(1, 0), (-1, 1), (-1, -1)]) == origin == Cone.from_rays([(0, 0)])
    assert Cone.from_rays(ambient_dim=0) == Cone.from_rows(ambient_dim=0)


def test_half_plane():
    half = Cone.from_rows([(0, 1), (0, 3), (0, 0)])
    assert (half.rays, half.lines, half.lineality_dim) == (((0, 1),), ((1, 0),), 1)
    assert half.f_vector() == () and half.f_vector(with_trivial=True) == (1, 1)
    assert half.contains(["-5", "0.5"]) and half.interior_contains([7, 1]) and not half.interior_contains([7, 0])


def test_repr_never_computes():
    cone = Cone.from_rays([(1, 0), (1, 1), (1, 2)])
    assert repr(cone) == "Cone in Q^2 (rays and facets not computed)"
    assert cone.n_rays == 2 and repr(cone) == "Cone in Q^2, 2 rays (facets not computed)"
    assert cone.n_facets == 2 and repr(cone) == "Cone in Q^2, 2 rays, 2 facets"


def test_refusals():
    with pytest.raises(ShapeError, match="ambient_dim"):
        Cone.from_rays()
    with pytest.raises(ShapeError):
        Cone.from_rays([(1, 0)], [(1, 0, 0)])
    with pytest.raises(ShapeError, match="one space"):
        Cone.from_rays([(1, 0)]) & Cone.from_rays([(1,)])
    with pytest.raises(ShapeError):
        Cone.from_rays([(1, 0)]).contains([1])
