"""Volumes by known formulas, by a second algorithm, and by additivity."""

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant
from polytopes.arithmetic.rationals import dot
from polytopes.polyhedra.polyhedron import Polyhedron


def lawrence(P, objective):
    """Volume of a simple polytope (Lawrence 1991): one summand a vertex, for an objective constant on no edge."""
    total, d = Fraction(0), P.dim
    for vertex in P.vertices:
        edges = [row[1:] for row in P.inequalities if not dot(row, (1, *vertex))]
        normals = [[-entry for entry in row] for row in edges]
        size = abs(determinant(normals))
        columns = [list(column) for column in zip(*normals, strict=True)]
        gammas = []
        for j in range(d):
            replaced = [[objective[i] if k == j else row[k] for k in range(d)] for i, row in enumerate(columns)]
            gammas.append(determinant(replaced) / determinant(columns))
        product = Fraction(size)
        for gamma in gammas:
            product *= gamma
        total += Fraction(dot(objective, vertex)) ** d / (factorial(d) * product)
    return total


def test_formulas():
    for n in range(1, 6):
        assert Polyhedron.box([0] * n, [2] * n).volume() == 2**n
        unit = [[int(i == j) for j in range(n)] for i in range(n)]
        assert Polyhedron.from_generators([[0] * n, *unit]).volume() == Fraction(1, factorial(n))
        cross = [[s * entry for entry in row] for row in unit for s in (1, -1)]
        assert Polyhedron.from_generators(cross).volume() == Fraction(2**n, factorial(n))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_permutohedron(n):
    """Projected along the last coordinate its volume is the number of labelled trees, n^(n-2)."""
    P = Polyhedron.from_generators([p[:-1] for p in permutations(range(n))])
    assert P.volume() == n ** (n - 2)


def test_birkhoff_polytope_of_order_three():
    """In the coordinates x11, x12, x21, x22 its volume is 1/8 (Chan, Robbins 1999)."""
    points = [[int(p[i] == j) for i in range(2) for j in range(2)] for p in permutations(range(3))]
    assert Polyhedron.from_generators(points).volume() == Fraction(1, 8)


@pytest.mark.parametrize(("n", "d"), [(5, 2), (6, 3), (7, 4)])
def test_cyclic_polytope(n, d):
    """Staircase triangulation: even d, simplices t0 with d/2 pairs of neighbors; in general by Gale's facets."""
    points = [[t**k for k in range(1, d + 1)] for t in range(n)]
    P = Polyhedron.from_generators(points)
    total = Fraction(0)
    for facet in P.facets():
        rows = [[a - b for a, b in zip(v, points[0], strict=True)] for v in facet.vertices]
        total += abs(determinant(rows)) / factorial(d)
    assert P.volume() == total


@pytest.mark.parametrize(
    "P",
    [
        Polyhedron.box(["1/2", -1, 0], [2, 3, "7/3"]),
        Polyhedron.from_generators([p[:-1] for p in permutations(range(4))]),
        Polyhedron.from_rows(
            [(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (7, -1, -2, -3), (5, -3, -1, -1), (4, 1, -5, -1)]
        ),
    ],
)
def test_lawrence_formula(P):
    assert P.is_simple
    assert P.volume() == lawrence(P, (1, 17, 289)[: P.dim])


points = st.integers(1, 4).flatmap(lambda d: st.lists(st.tuples(*[st.integers(-3, 3)] * d), min_size=1, max_size=9))


@given(points, st.data())
def test_additivity_and_scaling(vertices, data):
    P = Polyhedron.from_generators(vertices)
    d = P.ambient_dim
    row = data.draw(st.tuples(*[st.integers(-3, 3)] * (d + 1)))
    opposite = [-entry for entry in row]
    if any(row[1:]):
        parts = [P & Polyhedron.from_rows([r]) for r in (row, opposite)]
        assert sum(part.volume() for part in parts) == P.volume()
    matrix = data.draw(st.lists(st.tuples(*[st.integers(-2, 2)] * d), min_size=d, max_size=d))
    assert P.affine_image(matrix, [1] * d).volume() == abs(determinant(matrix)) * P.volume()
    assert (P.volume() > 0) == P.is_full_dimensional


def test_zonotope_by_determinants():
    """The volume of a sum of segments is the sum of the determinants of its bases (Shephard 1974)."""
    segments = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 2), (3, 1, 1)]
    Z = Polyhedron.from_generators([[0, 0, 0]])
    for segment in segments:
        Z = Z + Polyhedron.from_generators([[0, 0, 0], segment])
    assert Z.volume() == sum(abs(determinant(basis)) for basis in combinations(segments, 3))
