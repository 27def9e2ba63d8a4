"""Polyhedra: known objects, both representations, degenerate input, constructions, refusals."""

import pickle
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import identity, kernel, rank
from polytopes.arithmetic.rationals import dot
from polytopes.errors import InputError, NoAnswerError, NumberError, ShapeError
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.systems import System, dual_system, minimal_by_incidence, minimal_system


def simplex(n):
    return Polyhedron.from_generators([[0] * n, *([int(i == j) for j in range(n)] for i in range(n))])


def cube(n):
    return Polyhedron.box([0] * n, [1] * n)


def cross_polytope(n):
    return Polyhedron.from_generators([[s * (i == j) for j in range(n)] for i in range(n) for s in (1, -1)])


def permutohedron(n):
    return Polyhedron.from_generators(permutations(range(n)))


def stirling(n, k):
    return sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1)) // factorial(k)


def entries(dim, size=2):
    return st.tuples(*[st.integers(-size, size)] * dim)


@st.composite
def h_polyhedra(draw, dims=(0, 1, 2, 3)):
    """Random inequalities: often empty, lower-dimensional, unbounded, with lines, repeated or trivial."""
    dim = draw(st.sampled_from(dims))
    inequalities = draw(st.lists(entries(dim + 1), max_size=7))
    equations = draw(st.lists(entries(dim + 1), max_size=1))
    return Polyhedron.from_rows(inequalities, equations, ambient_dim=dim)


@st.composite
def v_polyhedra(draw, dims=(0, 1, 2, 3)):
    dim = draw(st.sampled_from(dims))
    families = [draw(st.lists(entries(dim), max_size=most)) for most in (7, 2, 1)]
    return Polyhedron.from_generators(*families, ambient_dim=dim)


polyhedra = st.one_of(h_polyhedra(), v_polyhedra())


def pairs(make):
    return st.sampled_from([1, 2, 3]).flatmap(lambda dim: st.tuples(make((dim,)), make((dim,))))


any_pairs = st.one_of(pairs(h_polyhedra), pairs(v_polyhedra))


def by_rows(P):
    return Polyhedron.from_rows(P.inequalities, P.equations, P.ambient_dim)


def by_generators(P):
    return Polyhedron.from_generators(P.vertices, P.rays, P.lines, P.ambient_dim)


# Known objects


@pytest.mark.parametrize("n", range(1, 6))
def test_f_vectors_of_simplices_cubes_and_cross_polytopes(n):
    assert simplex(n).f_vector() == tuple(comb(n + 1, k + 1) for k in range(n))
    assert cube(n).f_vector() == tuple(comb(n, k) * 2 ** (n - k) for k in range(n))
    assert cross_polytope(n).f_vector() == tuple(comb(n, k + 1) * 2 ** (k + 1) for k in range(n))


@pytest.mark.parametrize("n", range(1, 6))
def test_f_vector_of_the_permutohedron(n):
    """Faces of dimension k are ordered partitions into n - k parts."""
    P = permutohedron(n)
    assert P.dim == n - 1
    assert P.f_vector(with_trivial=True)[1:] == tuple(factorial(n - k) * stirling(n, n - k) for k in range(n))


def test_24_cell():
    signs = [p for p in product([-1, 0, 1], repeat=4) if sum(map(abs, p)) == 2]
    P = Polyhedron.from_generators(signs)
    assert P.f_vector() == (24, 96, 96, 24)
    assert P.is_combinatorially_isomorphic(P.polar())
    assert {F.f_vector() for F in P.facets()} == {(6, 12, 8)}


@pytest.mark.parametrize(("n", "d"), [(6, 3), (7, 4), (8, 5), (9, 6)])
def test_cyclic_polytopes_are_neighbourly_and_simplicial(n, d):
    P = Polyhedron.from_generators([[t**k for k in range(1, d + 1)] for t in range(n)])
    f = P.f_vector()
    assert f[: d // 2] == tuple(comb(n, k + 1) for k in range(d // 2))
    assert P.is_simplicial and not P.is_simple
    # Dehn-Sommerville: the h-vector of the boundary is symmetric.
    h = [sum((-1) ** (k - i) * comb(d - i, d - k) * (1, *f)[i] for i in range(k + 1)) for k in range(d + 1)]
    assert h == h[::-1]


def test_edge_graph():
    assert nx.is_isomorphic(cube(4).edge_graph(), nx.hypercube_graph(4))
    assert nx.is_isomorphic(cross_polytope(3).edge_graph(), nx.octahedral_graph())
    graph = permutohedron(4).edge_graph()
    assert nx.is_isomorphic(graph, nx.truncated_tetrahedron_graph()) is False
    assert {degree for _, degree in graph.degree} == {3} and graph.number_of_nodes() == 24
    wedge = Polyhedron.from_rows([(0, 1, 0), (0, 0, 1), (-1, 1, 1)])
    assert sorted(wedge.edge_graph().edges) == [(0, 1)]
    assert wedge.edge_graph().nodes[1]["point"] == (1, 0)


def test_simple_and_simplicial():
    assert cube(3).is_simple and not cube(3).is_simplicial
    assert simplex(3).is_simple and simplex(3).is_simplicial
    orthant = Polyhedron.from_rows([(0, 1, 0), (0, 0, 1)])
    assert orthant.is_simple and not orthant.is_simplicial


def test_face_lattice():
    lattice = cube(3).face_lattice()
    assert lattice.number_of_nodes() == 1 + 8 + 12 + 6 + 1
    assert all(lattice.nodes[b]["dim"] == lattice.nodes[a]["dim"] + 1 for a, b in lattice.edges)
    assert lattice.number_of_edges() == 8 + 24 + 24 + 6
    slab = Polyhedron.from_rows([(0, 1, 0), (1, -1, 0)])
    assert sorted(nx.get_node_attributes(slab.face_lattice(), "dim").values()) == [-1, 1, 1, 2]


def test_combinatorial_isomorphism():
    trapezoid = Polyhedron.from_generators([(0, 0), (5, 0), (1, 1), (2, 1)])
    assert trapezoid.is_combinatorially_isomorphic(cube(2))
    assert not cube(3).is_combinatorially_isomorphic(cross_polytope(3))
    assert not cube(2).is_combinatorially_isomorphic(simplex(2))
    strip = Polyhedron.from_rows([(0, 1, 0), (1, -1, 0), (0, 0, 1)])
    corner = Polyhedron.from_rows([(0, 1, 0), (0, 0, 1)])
    assert not strip.is_combinatorially_isomorphic(corner)


def test_unbounded_and_non_pointed():
    P = Polyhedron.from_rows([(0, 1, 0, 0), (0, 0, 1, 0), (-1, 1, 1, 0)])
    assert (P.dim, P.lines, P.is_pointed, P.is_bounded) == (3, ((0, 0, 1),), False, False)
    assert P.vertices == ((0, 1, 0), (1, 0, 0)) and P.rays == ((0, 1, 0), (1, 0, 0))
    assert P.f_vector() == (0, 2, 3)
    assert P.f_vector(with_trivial=True) == (1, 0, 2, 3, 1)
    assert [F.dim for F in P.faces(1)] == [1, 1] and P.faces(0) == ()
    assert P.recession_cone == Cone.from_rows([(1, 0, 0), (0, 1, 0)])


@pytest.mark.parametrize("dim", [0, 1, 3])
def test_empty_set(dim):
    empty = Polyhedron.empty(dim)
    false = Polyhedron.from_rows([(-1, *[0] * dim)])
    assert empty == false == Polyhedron.from_generators(ambient_dim=dim)
    assert hash(empty) == hash(false)
    assert (false.dim, false.is_empty, false.is_bounded, false.is_pointed) == (-1, True, True, True)
    assert (false.vertices, false.rays, false.lines, false.generators) == ((), (), (), ())
    assert (false.inequalities, false.equations) == ((), ((1, *[0] * dim),))
    assert (false.f_vector(), false.f_vector(with_trivial=True), false.incidence) == ((), (1,), ())
    assert false.volume() == 0 and not false.contains([0] * dim) and false <= Polyhedron.whole_space(dim)
    assert false.faces(-1) == (empty,) and false.recession_cone.dim == 0
    assert empty != Polyhedron.whole_space(dim)
    for question in (false.interior_point, lambda: false.support([0] * dim)):
        with pytest.raises(NoAnswerError, match="empty"):
            question()


@pytest.mark.parametrize("dim", [0, 1, 3])
def test_whole_space(dim):
    space = Polyhedron.whole_space(dim)
    assert space == Polyhedron.from_rows([(1, *[0] * dim), [0] * (dim + 1)]) == by_generators(space)
    assert (space.dim, len(space.lines), space.inequalities, space.equations) == (dim, dim, (), ())
    assert space.contains([7] * dim) and space.interior_contains([0] * dim)
    assert space.is_bounded == (dim == 0)
    assert space.f_vector(with_trivial=True) == (1, *[0] * dim, 1)


def test_point():
    point = Polyhedron.from_generators([("1/2", 2)])
    assert point == Polyhedron.box(["1/2", 2], ["1/2", 2])
    assert point.equations == ((-1, 2, 0), (-2, 0, 1)) and point.inequalities == ()
    assert (point.dim, point.f_vector(with_trivial=True), point.volume()) == (0, (1, 1), 0)
    assert Polyhedron.whole_space(0).volume() == 1


def test_emptiness_that_hides():
    """Inconsistent only together; consistent only on a point; the closed cone over it has directions all the same."""
    assert Polyhedron.from_rows([(-1, 1, 0), (0, -1, 1), (0, 0, -1)]).is_empty
    assert Polyhedron.from_rows([(0, 1, 0), (0, -1, 1), (0, 0, -1)]).dim == 0
    assert Polyhedron.from_rows([(-1, 1, 0), (0, -1, 0), (0, 0, 1)]).is_empty
    assert Polyhedron.from_rows(equations=[(-1, 1, 1), (-2, 1, 1)]).is_empty


def test_large_dimension_without_vertices():
    """A box with 2^64 vertices, some inequalities of it thrice and one that touches it in a vertex."""
    rows = Polyhedron.box([0] * 64, [1] * 64).inequalities
    P = Polyhedron.from_rows([*rows, *rows[:10], *rows[:10], (64, *[-1] * 64)])
    assert (P.n_facets, P.dim, P.is_bounded, P.is_empty) == (128, 64, True, False)
    assert P.support([1] * 64) == 64 and P.contains([1] * 64) and not P.contains([2] + [0] * 63)
    assert Polyhedron.box([0] * 64, [1] * 64) == P and P.affine_preimage(identity(64)) >= P
    assert P.interior_contains(P.interior_point())
    assert "vertices not computed" in repr(P)


# Both representations


@given(polyhedra)
def test_representations_agree(P):
    assert by_rows(P) == P == by_generators(P)
    assert hash(by_rows(P)) == hash(P) == hash(by_generators(P))
    assert by_generators(P).inequalities == P.inequalities and by_generators(P).equations == P.equations
    assert by_rows(P).generators == P.generators and by_rows(P).lines == P.lines
    assert P.dim == P.ambient_dim - rank(P.equations) if not P.is_empty else P.dim == -1
    assert P.is_bounded == by_rows(P).is_bounded == by_generators(P).is_bounded


@given(polyhedra)
def test_definition(P):
    """All generators satisfy all rows; every facet has the dimension of a facet; every vertex is determined."""
    lines = [(0, *line) for line in P.lines]
    for row in P.inequalities:
        values = [dot(row, generator) for generator in P.generators]
        assert min(values) == 0 < max(values) and not any(dot(row, line) for line in lines)
        tight = [g for g, value in zip(P.generators, values, strict=True) if not value]
        assert rank([*tight, *lines]) == P.dim
    for generator in P.generators:
        tight = [row for row in P.inequalities if not dot(row, generator)]
        rows = [*tight, *P.equations, *([] if generator[0] else [(1, *[0] * P.ambient_dim)])]
        assert len(kernel(rows, P.ambient_dim + 1)) == 1 + len(P.lines)
    for equation in P.equations:
        assert P.is_empty or not any(dot(equation, g) for g in (*P.generators, *lines))


@given(polyhedra, st.randoms(use_true_random=False), st.integers(1, 5))
def test_redundant_and_permuted_input(P, random, factor):
    rows = [*P.inequalities, *P.inequalities]
    rows += [[factor * entry for entry in row] for row in P.inequalities]
    rows += [[a + b for a, b in zip(r, s, strict=True)] for r in P.inequalities for s in P.inequalities]
    points = [*P.vertices, *P.vertices]
    points += [[(a + b) / 2 for a, b in zip(v, w, strict=True)] for v in P.vertices for w in P.vertices]
    points += [[a + b for a, b in zip(v, r, strict=True)] for v in P.vertices for r in (*P.rays, *P.lines)]
    random.shuffle(rows)
    random.shuffle(points)
    assert Polyhedron.from_rows(rows, P.equations, P.ambient_dim) == P
    rays = [*P.rays, *P.lines, *([-entry for entry in line] for line in P.lines)]
    again = Polyhedron.from_generators(points, rays, ambient_dim=P.ambient_dim)
    assert again == P and (again.generators, again.lines) == (P.generators, P.lines)


@given(st.data(), st.integers(0, 4))
def test_canonical_systems_by_programs_and_by_incidence(data, dim):
    rows, linear = (data.draw(st.lists(entries(dim), max_size=most)) for most in (7, 1))
    system = System(tuple(rows), tuple(linear))
    dual = dual_system(system, dim)
    assert minimal_system(system, dim) == minimal_by_incidence(system, dual) == dual_system(dual, dim)


@given(polyhedra)
def test_faces(P):
    levels = [P.faces(k) for k in range(P.dim + 1)]
    for k, level in enumerate(levels):
        assert {F.dim for F in level} <= {k} and all(F <= P for F in level)
        assert len(set(level)) == len(level)
    if not P.is_empty:
        assert levels[P.dim] == (P,)
        assert tuple(map(len, levels)) == P.f_vector(with_trivial=True)[1:]
        assert set(P.facets()) == set(P.faces(P.dim - 1)) or P.dim == 0
        # Euler relation: a polytope, or a pointed unbounded polyhedron, is contractible.
        total = sum((-1) ** k * len(level) for k, level in enumerate(levels))
        assert total == (1 if P.is_bounded else 0) if P.is_pointed else True


@given(polyhedra)
def test_interior_point(P):
    if P.is_empty:
        return
    for Q in (P, by_rows(P), by_generators(P)):
        assert P.contains(Q.interior_point()) and P.interior_contains(Q.interior_point())
    assert all(not P.interior_contains(v) for v in P.vertices) or len(P.vertices) == 1


# Constructions


@given(any_pairs)
def test_intersection_hull_and_containment(both):
    P, Q = both
    meet, join = P & Q, P.convex_hull(Q)
    assert meet <= P and meet <= Q and join >= P and join >= Q and join >= meet
    assert (P <= Q) == (meet == P) == (join == Q)
    assert (P <= Q) == (by_rows(P) <= by_generators(Q)) == (by_generators(P) <= by_rows(Q))
    assert (P <= Q) == (by_rows(P) <= by_rows(Q))
    assert P.intersection(Q, P) == meet == Q & P and P.convex_hull() == P


@given(any_pairs, entries(3))
def test_support_function_of_a_sum(both, direction):
    P, Q = both
    c = direction[: P.ambient_dim]
    total = P + Q
    assert total == Q + P and total.is_empty == (P.is_empty or Q.is_empty)

    def support(X):
        try:
            return X.support(c)
        except NoAnswerError:
            return None

    if not total.is_empty:
        left, right = support(P), support(Q)
        assert support(total) == support(by_rows(total)) == (None if None in (left, right) else left + right)


@given(polyhedra, st.integers(-2, 2), st.data())
def test_affine_maps(P, factor, data):
    d = P.ambient_dim
    shift = data.draw(entries(d))
    assert P.translate(shift).translate([-entry for entry in shift]) == P
    assert P.dilate(factor) == (by_rows(P).dilate(factor))
    assert P.dilate(-1) == -P
    if factor:
        assert P.dilate(factor).dilate(Fraction(1, factor)) == P
    if d:
        matrix = data.draw(st.lists(entries(d), min_size=1, max_size=3))
        image = P.affine_image(matrix)
        preimage = image.affine_preimage(matrix)
        kernel_space = Polyhedron.from_generators([[0] * d], lines=kernel(matrix, d))
        assert preimage == P + kernel_space
        assert by_generators(image).affine_preimage(matrix) == preimage


@given(polyhedra, st.one_of(h_polyhedra((0, 1, 2)), v_polyhedra((0, 1))))
def test_product(P, Q):
    R = P.product(Q)
    if P.is_empty or Q.is_empty:
        assert R.is_empty and R.ambient_dim == P.ambient_dim + Q.ambient_dim
        return
    assert R.dim == P.dim + Q.dim and R.n_facets == P.n_facets + Q.n_facets
    assert R.vertices == tuple(v + w for v in P.vertices for w in Q.vertices)


@given(polyhedra)
def test_bipolar(P):
    origin = Polyhedron.from_generators([[0] * P.ambient_dim])
    assert P.polar().polar() == P.convex_hull(origin)


def test_polar_of_the_cube_is_the_cross_polytope():
    assert Polyhedron.box([-1] * 4, [1] * 4).polar() == cross_polytope(4)


def test_recession_cone_of_both_sides():
    P = Polyhedron.from_rows([(0, 1, 0), (1, 0, 1), (5, 1, -1)])
    assert P.recession_cone == by_generators(P).recession_cone == Cone.from_rays([(1, 0), (1, 1)])


# Boundary


def test_inequalities_are_less_or_equal():
    half_line = Polyhedron.from_inequalities([[2]], [3])
    assert half_line.contains([1]) and not half_line.contains([2]) and half_line.rays == ((-1,),)
    segment = Polyhedron.from_inequalities([[1, 0], [-1, 0]], [1, 0], equations=([[1, 1]], [1]))
    assert segment.vertices == ((0, 1), (1, 0))


def test_every_kind_of_number():
    assert Polyhedron.box([0.5, "1/3"], [Fraction(1), 2]).vertices[0] == (Fraction(1, 2), Fraction(1, 3))
    assert {type(x) for x in cube(1).vertices[0]} == {Fraction}


def test_refusals():
    with pytest.raises(NoAnswerError, match="unbounded"):
        Polyhedron.from_rows([(0, 1)]).volume()
    with pytest.raises(NoAnswerError, match="unbounded above"):
        Polyhedron.from_rows([(0, 1)]).support([1])
    with pytest.raises(NoAnswerError, match="unbounded above"):
        Polyhedron.from_generators([[0]], lines=[[1]]).support([-1])
    with pytest.raises(ShapeError, match="ambient_dim"):
        Polyhedron.from_rows()
    with pytest.raises(ShapeError, match="ambient_dim"):
        Polyhedron.from_generators()
    with pytest.raises(ShapeError):
        Polyhedron.from_rows([(0, 1), (0, 1, 2)])
    with pytest.raises(ShapeError):
        Polyhedron.from_generators([(0, 1)], rays=[(1,)])
    with pytest.raises(ShapeError):
        Polyhedron.from_rows([()])
    with pytest.raises(ShapeError):
        Polyhedron.box([0], [1, 2])
    with pytest.raises(ShapeError, match="one space"):
        cube(2).intersection(cube(3))
    with pytest.raises(ShapeError):
        cube(2).contains([1])
    with pytest.raises(ShapeError):
        cube(2).affine_preimage([[1]])
    with pytest.raises(NumberError):
        Polyhedron.box([float("nan")], [1])
    with pytest.raises(TypeError):
        cube(2) + 1
    assert cube(2) != "cube"


def test_repr_never_computes():
    P = Polyhedron.from_generators([(0, 0), (1, 0), (0, 1), (0, 0)])
    assert repr(P) == "Polyhedron in Q^2, given by 4 generators (facets not computed)"
    assert P.n_vertices == 3
    assert repr(P) == "Polyhedron in Q^2, 3 vertices (facets not computed)"
    assert P.n_facets == 3
    assert repr(P) == "Polyhedron in Q^2, 3 vertices, 3 facets"
    Q = Polyhedron.from_rows([(0, 1, 0), (0, 2, 0)])
    assert repr(Q) == "Polyhedron in Q^2, given by 2 inequalities (vertices not computed)"
    assert Q.n_facets == 1
    assert repr(Q) == "Polyhedron in Q^2, 1 facet (vertices not computed)"
    assert Q.n_vertices == 1 and repr(Q) == "Polyhedron in Q^2, 1 vertex, 1 ray, 1 line, 1 facet"


def test_frozen_and_picklable():
    P = cube(2)
    assert pickle.loads(pickle.dumps(P)) == P
    with pytest.raises(AttributeError):
        P.homogenization = None


def test_empty_polyhedra_are_isomorphic():
    empty = Polyhedron.empty(2)
    assert empty.is_combinatorially_isomorphic(Polyhedron.from_rows([(-1, 1), (0, -1)]))
    assert not empty.is_combinatorially_isomorphic(Polyhedron.box([0, 0], [0, 0]))


def test_operators():
    P, Q = Polyhedron.box([0, 0], [1, 2]), Polyhedron.box([0, 0], [3, 0])
    assert 2 * P == P * Fraction(2) == P * "2" == P + P == sum([P, P])
    assert ("1/2", 0) in P and (2, 0) not in P and (1, 1) in Cone.from_rays([(1, 0), (0, 1)])
    assert -1 * P == -P and Polyhedron.box([0, 0], [0, 0]) == 0 * P
    with pytest.raises(InputError, match=r"P \+ -Q"):
        P - Q
    for wrong in (lambda: P * Q, lambda: P + 1, lambda: 1 + P, lambda: P - 1, lambda: P <= 1, lambda: P & 1):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ShapeError):
        assert (1, 2, 3) in P
