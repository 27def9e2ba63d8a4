"""Lattice points, Ehrhart series and Hilbert bases by Normaliz, each found again without it."""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import combinations, product
from math import ceil, comb, factorial, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant
from polytopes.errors import LimitReached, MissingExtraError, NoAnswerError
from polytopes.library.polytopes import birkhoff_polytope, cross_polytope, cube, permutohedron, simplex
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron

pytest.importorskip("PyNormaliz")

entries = st.fractions(-2, 2, max_denominator=3)


@st.composite
def polytopes(draw: st.DrawFn) -> Polyhedron:
    """Polytopes of every dimension up to that of the space, points and the empty set among them."""
    d = draw(st.integers(0, 3))
    points = draw(st.lists(st.lists(entries, min_size=d, max_size=d), max_size=5))
    return Polyhedron.from_generators(points, ambient_dim=d)


def by_enumeration(P: Polyhedron) -> list[tuple[int, ...]]:
    """The integer points of a box around a polytope that lie in it."""
    if P.is_empty:
        return []
    ranges = [range(ceil(min(column)), floor(max(column)) + 1) for column in zip(*P.vertices, strict=True)]
    return [point for point in product(*ranges) if point in P]


@given(polytopes())
def test_lattice_points_of_dilates(P: Polyhedron) -> None:
    """Lists, counts, the series and the quasi-polynomial against enumeration; reciprocity for interior points."""
    points = by_enumeration(P)
    assert list(P.lattice_points()) == points and P.n_lattice_points == len(points)
    ehrhart, terms = P.ehrhart_polynomial(), P.ehrhart_series.terms(4)
    for n in (1, 2, 3):
        points = by_enumeration(n * P)
        assert len(points) == terms[n] == ehrhart(n)
        interior = sum((n * P).interior_contains(point) for point in points)
        assert ehrhart(-n) == (-1) ** max(P.dim, 0) * interior
    assert terms[0] == ehrhart(0) == (not P.is_empty)
    assert ehrhart.degree == P.dim and P.denominator % ehrhart.period == 0
    assert sum(P.h_star_vector()) == ehrhart_volume(P)


def ehrhart_volume(P: Polyhedron) -> Fraction:
    """d! m^(d + 1) times the volume in the lattice: what the entries of the h*-vector add up to."""
    m, d = P.denominator, P.dim
    if P.is_empty:
        return Fraction(0)
    leading = [part[d] if len(part) > d else 0 for part in P.ehrhart_polynomial().constituents]
    return factorial(d) * Fraction(m) ** (d + 1) * sum(leading, Fraction(0)) / len(leading)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_known_polynomials(n: int) -> None:
    """The simplex has C(t + n, n), [0, 1]^n has (t + 1)^n, the cross polytope sum_k C(n, k) 2^k C(t, k)."""
    for t in range(-3, 6):
        assert simplex(n).polyhedron.ehrhart_polynomial()(t) == Fraction(factorial_power(t + n, n), factorial(n))
        assert cube(n).polyhedron.ehrhart_polynomial()(t) == (t + 1) ** n
    crossed = cross_polytope(n).polyhedron.ehrhart_polynomial()
    assert all(crossed(t) == sum(comb(n, k) * 2**k * comb(t, k) for k in range(n + 1)) for t in range(6))


def factorial_power(x: int, n: int) -> int:
    """x (x - 1) ... (x - n + 1)."""
    value = 1
    for k in range(n):
        value *= x - k
    return value


def test_published_numbers() -> None:
    """Magic squares (MacMahon), forests of the complete graph on four vertices (Stanley), Reeve's tetrahedra."""
    assert birkhoff_polytope(3).polyhedron.h_star_vector() == (1, 1, 1, 0, 0)
    assert birkhoff_polytope(3).polyhedron.ehrhart_series.terms(5) == [1, 6, 21, 55, 120]
    assert permutohedron(4).polyhedron.n_lattice_points == 38
    assert permutohedron(4).polyhedron.ehrhart_polynomial().coefficients == (1, 6, 15, 16)
    for r in (1, 2, 13):
        reeve = Polyhedron.from_generators([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, r)])
        assert reeve.n_lattice_points == 4 and reeve.h_star_vector() == (1, 0, r - 1, 0)
        assert reeve.ehrhart_polynomial().coefficients[1] == Fraction(12 - r, 6)  # negative for large r


def test_reading_of_quasi_polynomials() -> None:
    half = Polyhedron.box([0], ["1/2"]).ehrhart_polynomial()
    assert half.period == 2 and half.degree == 1
    with pytest.raises(NoAnswerError, match="period 2"):
        print(half.coefficients)
    hidden = Polyhedron.from_generators([(0, 0), (1, 0), (0, 1), ("1/2", "1/2")]).ehrhart_polynomial()
    assert hidden.coefficients == (1, Fraction(3, 2), Fraction(1, 2))
    assert str(Polyhedron.empty(3).ehrhart_polynomial()) == "0"
    with pytest.raises(NoAnswerError, match="ask the series"):
        Polyhedron.from_generators([(Fraction(1, 10**6 - 1),)]).ehrhart_polynomial()
    with pytest.raises(NoAnswerError, match="Normaliz gives up an Ehrhart series"):
        Polyhedron.from_generators([(Fraction(1, 10**7),)]).ehrhart_polynomial()


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 2), max_size=4), st.integers(2, 3))
def test_hilbert_bases(rays: list[tuple[int, ...]], dim: int) -> None:
    """Of the integer points of a pointed cone up to some size, those that are no sums of two others."""
    cone = Cone.from_rays([(*ray, 1)[-dim:] for ray in rays], ambient_dim=dim)
    if not cone.is_pointed:
        assert all(row in cone for row in cone.hilbert_basis())
        return
    size = sum(max(abs(entry) for entry in ray) for ray in cone.rays) if cone.rays else 1
    near = [point for point in product(range(-size, size + 1), repeat=dim) if any(point) and point in cone]
    known = set(near)

    def is_sum(point: tuple[int, ...]) -> bool:
        return any(tuple(a - b for a, b in zip(point, part, strict=True)) in known for part in near)

    assert list(cone.hilbert_basis()) == [point for point in near if not is_sum(point)]


def test_hilbert_bases_of_polyhedra() -> None:
    """Reeve's tetrahedron is not integrally closed; a ray has its direction; the empty set nothing."""
    reeve = Polyhedron.from_generators([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 2)])
    assert [row[0] for row in reeve.hilbert_basis()].count(1) == 4 and max(row[0] for row in reeve.hilbert_basis()) == 2
    assert Polyhedron.from_generators([(0,)], rays=[(1,)]).hilbert_basis() == ((0, 1), (1, 0))
    assert Polyhedron.empty(2).hilbert_basis() == () == Cone.from_rays(lines=[(1, 0)]).hilbert_basis()


def test_h_vectors_and_triangulations() -> None:
    """Of cyclic polytopes known from their f-vectors; volumes of simplices add up."""
    moment = Polyhedron.from_generators([(t, t**2, t**3, t**4) for t in range(7)])
    assert moment.h_vector() == (1, 3, 6, 3, 1)  # C(n - d - 1 + i, i) up to the middle
    assert cube(4).polyhedron.h_vector() == cross_polytope(4).polyhedron.h_vector() == (1, 4, 6, 4, 1)
    assert permutohedron(4).polyhedron.h_vector() == (1, 11, 11, 1)  # Eulerian numbers
    assert Polyhedron.from_generators([("1/2",)]).h_vector() == (1,)
    for P in (moment, cube(3).polyhedron, birkhoff_polytope(3).polyhedron, Polyhedron.box([0], [0])):
        simplices = P.triangulation()
        assert all(len(simplex_) == P.dim + 1 for simplex_ in simplices)
        if P.is_full_dimensional:
            corners = [[P.vertices[i] for i in simplex_] for simplex_ in simplices]
            sizes = [abs(determinant([_minus(v, first) for v in rest])) for first, *rest in corners]
            assert sum(sizes) == factorial(P.dim) * P.volume()
            assert all(size > 0 for size in sizes)
        for one, other in combinations(map(set, simplices), 2):
            assert len(one & other) <= P.dim
    pyramid = Polyhedron.from_generators([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)])
    with pytest.raises(NoAnswerError, match="neither simplicial nor simple"):
        pyramid.h_vector()


def _minus(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> list[Fraction]:
    return [x - y for x, y in zip(a, b, strict=True)]


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = Polyhedron.from_generators([(0,)], rays=[(1,)])
    for ask in (ray.lattice_points, ray.ehrhart_polynomial, ray.triangulation, ray.h_vector, ray.h_star_vector):
        with pytest.raises(NoAnswerError, match="unbounded"):
            ask()
    with pytest.raises(LimitReached, match="11 lattice points, more than 10") as stop:
        Polyhedron.box([0], [10]).lattice_points(limit=10)
    assert stop.value.partial == 11
    monkeypatch.setitem(sys.modules, "PyNormaliz", None)
    for ask in (Polyhedron.box([0], [1]).lattice_points, Cone.from_rays([(1, 0)]).hilbert_basis):
        with pytest.raises(MissingExtraError, match=r"pip install 'tropical-polytopes\[normaliz\]'"):
            ask()
