"""Minkowski sums: vertices from the cells of the dual program, against hulls and answers of other systems."""

import csv
import json
from fractions import Fraction
from itertools import product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.normal_fan import normal_fan
from polytopes.errors import NoAnswerError, NumberError, ShapeError
from polytopes.library import arrangements as arrangement_library
from polytopes.library.polytopes import permutohedron, simplex_sum
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA

POINTS = json.loads((DATA / "minkowski_points.json").read_text())
KNOWN = {}
for row in csv.DictReader((DATA / "minkowski_sums.csv").open()):
    KNOWN.setdefault(row["case"], {})[row["quantity"]] = row["value"]


def activation_polytope(points, n_terms):
    """Return the sum over the points p of the simplices with vertices (0, ..., (1, p), ..., 0), one for each term."""
    lifted = [(1, *map(Fraction, p)) for p in points]
    size = len(lifted[0])
    return MinkowskiSum.from_points(
        [(*[0] * (t * size), *p, *[0] * ((n_terms - 1 - t) * size)) for t in range(n_terms)] for p in lifted
    )


def build(case):
    """Build the sum of a row of known answers: pairs of n, windows of length k on n inputs, activation polytopes."""
    kind, *rest = case.split("_")
    numbers = [int(part[1:]) for part in rest if part[1:].isdigit()]
    match kind:
        case "pairs":
            return simplex_sum(numbers[0], [(i, j) for i in range(numbers[0]) for j in range(i)])
        case "win1d":
            n, k, _ = numbers
            return simplex_sum(n, [range(i, i + k) for i in range(n - k + 1)])
        case _:
            return activation_polytope(POINTS[case], numbers[1])


small = st.integers(-3, 3)
configurations = st.lists(st.lists(st.tuples(small, small), min_size=1, max_size=4), min_size=0, max_size=4)
sums = configurations.map(lambda found: MinkowskiSum.from_points(found, 2))


@pytest.mark.parametrize("case", KNOWN)
def test_vertices_and_edges_as_other_systems_found_them(case):
    sum_, known = build(case), KNOWN[case]
    assert sum_.n_vertices == int(known["vertices"])
    if "edges" in known and int(known["edges"]) <= 700:
        assert sum_.edge_graph().number_of_edges() == int(known["edges"])


@pytest.mark.parametrize("case", [case for case in KNOWN if int(KNOWN[case]["vertices"]) <= 200])
def test_faces_and_normal_fan_as_other_systems_found_them(case):
    sum_, known = build(case), KNOWN[case]
    fan, P = sum_.normal_fan(), sum_.expand()
    assert fan == normal_fan(P) and fan.is_complete
    computed = {
        "vertices": P.n_vertices,
        "facets": P.n_facets,
        "edges": fan.dual_graph().number_of_edges(),
        "f_vector": " ".join(map(str, P.f_vector())),
        "normal_fan_rays": fan.n_rays,
        "normal_fan_maximal_cones": fan.n_maximal_cones,
        "normal_fan_lineality_dim": fan.lineality_dim,
    }
    assert {quantity: str(computed[quantity]) for quantity in known} == known
    assert fan.f_vector() == tuple(reversed(P.f_vector()))


# --- against the hull of all candidates ---------------------------------------------------------------------------


def hull(sum_):
    """Return the hull of all sums of one point of each summand."""
    return Polyhedron.from_generators(
        [sum_.point(choice) for choice in product(*(range(len(points)) for points in sum_.summands))],
        ambient_dim=sum_.ambient_dim,
    )


@given(sums)
def test_vertices_edges_and_fan_are_those_of_the_hull(sum_):
    P = hull(sum_)
    vertices = [vertex.point for vertex in sum_.vertices()]
    assert sorted(vertices) == sorted(P.vertices) and len(vertices) == sum_.n_vertices
    assert sum_.expand() == P
    assert sum_.normal_fan() == normal_fan(P)
    edges = sum_.edge_graph()
    points = nx.relabel_nodes(edges, nx.get_node_attributes(edges, "point"))
    expected = nx.relabel_nodes(P.edge_graph(), dict(enumerate(P.vertices)))
    assert nx.utils.graphs_equal(nx.Graph(points.edges), nx.Graph(expected.edges))


@given(sums, st.tuples(small, small))
def test_support_function_and_face(sum_, direction):
    P = hull(sum_)
    assert sum_.support(direction) == P.support(direction)
    face = sum_.face(direction)
    on_it = [v for v in P.vertices if sum(a * b for a, b in zip(direction, v, strict=True)) == P.support(direction)]
    assert sorted(hull(face).vertices) == sorted(on_it)


@settings(max_examples=30)
@given(sums)
def test_a_vertex_is_the_only_maximum_in_its_direction(sum_):
    for vertex in sum_.vertices():
        face = sum_.face(vertex.direction)
        assert all(len(points) == 1 for points in face.summands)
        assert face.point((0,) * len(face.summands)) == vertex.point
        assert vertex.normal_cone.contains(vertex.direction)


@settings(max_examples=30)
@given(sums, sums)
def test_addition_adds_the_sets(left, right):
    assert (left + right).expand() == left.expand() + right.expand()


# --- known families -----------------------------------------------------------------------------------------------


def test_the_permutohedron_is_a_zonotope():
    roots = [tuple((k == i) - (k == j) for k in range(4)) for i in range(4) for j in range(i + 1, 4)]
    zonotope = MinkowskiSum.zonotope(roots).expand()
    assert zonotope.is_combinatorially_isomorphic(permutohedron(4).polyhedron)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_zonotope_vertices_are_chambers(n):
    arrangement = arrangement_library.resonance(n).arrangement
    assert MinkowskiSum.zonotope(arrangement.normals).n_vertices == arrangement.n_chambers


# --- degenerate sums ----------------------------------------------------------------------------------------------


def test_repeated_and_inner_points_are_no_vertices():
    sum_ = MinkowskiSum.from_points([[(0,), (1,), (2,), (1,), (0,)], [(5,)]])
    assert sum_.summands[0] == ((0,), (1,), (2,))
    assert sorted((vertex.choice, vertex.point) for vertex in sum_.vertices()) == [((0, 0), (5,)), ((2, 0), (7,))]


def test_no_summand_is_the_origin():
    zero = MinkowskiSum.from_points([], 2)
    assert [vertex.point for vertex in zero.vertices()] == [(0, 0)]
    assert zero.expand() == Polyhedron.from_generators([(0, 0)])
    assert zero.support((1, 1)) == 0
    assert zero.normal_fan().lineality_dim == 2


def test_an_empty_summand_makes_the_sum_empty():
    empty = MinkowskiSum.from_points([[(0, 0), (1, 0)], []])
    assert empty.is_empty and list(empty.vertices()) == [] and empty.expand().is_empty
    with pytest.raises(NoAnswerError, match="empty"):
        empty.support((1, 0))
    with pytest.raises(NoAnswerError, match="empty"):
        empty.normal_fan()


def test_dimension_zero():
    point = MinkowskiSum.from_points([[()], [()]])
    assert point.n_vertices == 1 and point.ambient_dim == 0


def test_unbounded_summands():
    quadrant, segment = Polyhedron.from_rows([(0, 1, 0), (0, 0, 1)]), Polyhedron.from_generators([(0, 1), (1, 0)])
    sum_ = MinkowskiSum.from_polyhedra([quadrant, segment, segment])
    assert sum_.expand() == quadrant + segment + segment
    assert sorted(vertex.point for vertex in sum_.vertices()) == [(0, 2), (2, 0)]
    assert sum_.edge_graph().number_of_edges() == 1
    assert sum_.normal_fan() == normal_fan(quadrant + segment)
    assert sum_.support((-1, -1)) == -2
    with pytest.raises(NoAnswerError, match="unbounded in the direction"):
        sum_.support((1, 0))
    assert sum_.face((-1, 0)).rays == ((0, 1),)


def test_a_sum_with_lines():
    strip = MinkowskiSum.from_polyhedra(
        [Polyhedron.from_generators([(0, 0)], lines=[(1, 1)]), Polyhedron.box([0, 0], [1, 1])]
    )
    assert strip.n_vertices == 2
    assert strip.expand() == Polyhedron.from_rows([(1, 1, -1), (1, -1, 1)])
    assert strip.normal_fan() == normal_fan(strip.expand())


def test_bad_input_is_refused():
    with pytest.raises(ShapeError):
        MinkowskiSum.from_points([[(0, 0)], [(0,)]])
    with pytest.raises(ShapeError, match="give ambient_dim"):
        MinkowskiSum.from_points([])
    with pytest.raises(NumberError):
        MinkowskiSum.from_points([[(float("inf"),)]])
    with pytest.raises(ShapeError):
        MinkowskiSum.from_points([[(0, 0)]]) + MinkowskiSum.from_points([[(0,)]])


def test_an_empty_sum_with_rays_stays_empty():
    total = MinkowskiSum.from_polyhedra([Polyhedron.empty(1), Polyhedron.from_rows([(0, 1)])])
    assert total.rays and total.expand().is_empty
