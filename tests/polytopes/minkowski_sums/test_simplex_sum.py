"""Sums of simplices: every list agrees with a convex hull, with the engine of cells, and with the definition."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, NoAnswerError, ShapeError
from polytopes.library.polytopes import associahedron, cyclohedron, permutohedron
from polytopes.minkowski_sums.acyclic_choices import choice_blocks
from polytopes.minkowski_sums.simplex_sum import SimplexSum


@st.composite
def sums(draw: st.DrawFn) -> SimplexSum:
    """Sums over at most four windows on at most five elements; windows repeat, nest, and leave elements out."""
    size = draw(st.integers(1, 5))
    window = st.sets(st.integers(0, size - 1), min_size=1)
    return SimplexSum.of(draw(st.lists(window, max_size=4)), size)


def patterns(P: SimplexSum) -> set[tuple[int, ...]]:
    """The choices of all orders of the elements, by the definition."""
    orders = permutations(range(P.size))
    return {tuple(max(window, key=order.__getitem__) for window in P.windows) for order in orders}


def f_vector(P: SimplexSum) -> tuple[int, ...]:
    counts = Counter(face.dim for face in P.faces())
    return tuple(counts[d] for d in range(P.dim + 1))


@given(sums())
def test_vertices_facets_and_faces_are_those_of_the_hull(P: SimplexSum) -> None:
    hull = P.from_vertices()
    assert hull == P.from_facets()
    assert set(hull.vertices) == {vertex.point for vertex in P.vertices()}
    assert (hull.dim, hull.n_facets) == (P.dim, len(P.facets))
    assert f_vector(P) == P.f_polynomial == (*hull.f_vector(), 1)
    assert (P.f_vector(), P.n_vertices) == (hull.f_vector(), hull.n_vertices)
    assert P.n_facets == (len(P.facets) if P.dim else 0)
    assert P.n_edges == P.edge_graph().number_of_edges() == (f_vector(P)[1] if P.dim else 0)


@given(sums())
def test_vertices_are_those_of_the_engine_and_of_the_definition(P: SimplexSum) -> None:
    choices = [vertex.choice for vertex in P.vertices()]
    assert choices == sorted(patterns(P))
    assert P.as_minkowski_sum().n_vertices == len(choices)
    assert P.normal_fan() == P.as_minkowski_sum().normal_fan()


@given(sums(), st.integers(1, 7))
def test_blocks_list_the_same_vertices_in_the_same_order(P: SimplexSum, block: int) -> None:
    listed = [tuple(row) for choices in choice_blocks(P.windows, P.size, block) for row in choices.tolist()]
    assert listed == [vertex.choice for vertex in P.vertices()]
    points = [tuple(point) for _, block_of_points in P.vertex_blocks() for point in block_of_points.tolist()]
    assert points == [vertex.point for vertex in P.vertices()]


def test_blocks_take_64_elements_at_most() -> None:
    assert [len(choices) for choices in choice_blocks([(0, 63), (62, 63)], 64)] == [4]
    with pytest.raises(InputError, match="at most 64"):
        next(choice_blocks([(0, 64)], 65))


@given(sums())
def test_a_vertex_knows_its_cone_its_neighbors_and_its_place(P: SimplexSum) -> None:
    choices = {vertex.choice for vertex in P.vertices()}
    for vertex in P.vertices():
        assert P.winners(vertex.direction).subsets == tuple((winner,) for winner in vertex.choice)
        assert vertex.normal_cone.contains(vertex.direction) and vertex.normal_cone.dim == P.size
        assert P.vertex_at(vertex.point) == P.vertex(vertex.choice) == vertex
        assert {choice for _, choice in vertex.neighbors()} <= choices
        assert vertex.point in P


@given(sums(), st.data())
def test_membership(P: SimplexSum, data: st.DataObject) -> None:
    point = data.draw(st.tuples(*[st.integers(-1, 3)] * P.size))
    hull = P.from_vertices()
    assert (point in P) == hull.contains(point)
    assert P.is_vertex(point) == (point in hull.vertices)


@given(sums(), st.data())
def test_choices_are_acyclic_iff_some_input_has_them(P: SimplexSum, data: st.DataObject) -> None:
    choice = data.draw(st.tuples(*map(st.sampled_from, P.windows)))
    assert P.is_acyclic(choice) == (choice in patterns(P))


@given(sums())
def test_faces_are_sums_of_simplices(P: SimplexSum) -> None:
    for face in P.faces():
        assert face.as_sum().dim == face.dim
        assert {vertex.point for vertex in face.as_sum().vertices()} <= {vertex.point for vertex in P.vertices()}


@pytest.mark.parametrize("n", [2, 3, 4])
def test_permutohedron(n: int) -> None:
    """The sum of all segments conv(e_i, e_j), for the numbers of ordered partitions."""
    P = SimplexSum.of([(i, j) for j in range(n) for i in range(j)], n)
    assert f_vector(P)[:-1] == permutohedron(n).facts["f_vector"]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_associahedron(n: int) -> None:
    P = SimplexSum.of([range(i, j) for j in range(n + 1) for i in range(j)], n)
    assert f_vector(P)[:-1] == associahedron(n).facts["f_vector"]


@pytest.mark.parametrize("n", [3, 4])
def test_cyclohedron(n: int) -> None:
    P = SimplexSum.of([{(i + k) % n for k in range(length)} for i in range(n) for length in range(1, n + 1)], n)
    assert f_vector(P)[:-1] == cyclohedron(n).facts["f_vector"]


def test_refusals() -> None:
    P = SimplexSum.of([(0, 1), (1, 2), (0, 2)])
    with pytest.raises(NoAnswerError, match="cycle"):
        P.vertex((0, 1, 2))
    with pytest.raises(ShapeError, match="one for each"):
        P.vertex((0, 1))
    with pytest.raises(InputError, match="not in window 0"):
        P.is_acyclic((2, 1, 0))
    with pytest.raises(InputError, match="empty"):
        SimplexSum.of([()], 2)
