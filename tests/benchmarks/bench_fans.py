"""Time of activation fans, and of hulls of the same polytopes by other systems. Run by ``make bench-all``.

The hulls are given the vertices only, not all colorings, in coordinates modulo the lineality space: the best case for
them. They are to find the facets; what this library needs for the vertices, the dual graph and the facets is printed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.fans.activation.adjacency import dual_graph
from tropical.fans.activation.faces import rays
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.activation.polytope import polytope_vertex
from tropical.fans.data_set import DataSet

Answer = TypeVar("Answer")
SHAPES = [(8, 2, 3), (6, 3, 4), (8, 5, 3)]
"""Points, dimension, terms."""


def generic(points: int, dim: int, bits: int) -> DataSet:
    """Random integer points."""
    numbers = random.Random(f"{points} {dim} {bits}")
    return DataSet.of([[numbers.randrange(-(2**bits), 2**bits) for _ in range(dim)] for _ in range(points)])


def timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    list(dual_graph(ActivationFan.of([[0], [1]], 2)))


@pytest.mark.parametrize("bits", [5, 53])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "M{}-d{}-N{}".format(*shape))
def test_cones_and_graph(shape: tuple[int, int, int], bits: int) -> None:
    points, dim, n_terms = shape
    data = generic(points, dim, bits)
    cones, seconds = timed(lambda: list(ActivationFan.of(data, n_terms).cones()))
    graph, more = timed(lambda: dual_graph(ActivationFan.of(data, n_terms)))
    print(f"\n{len(cones)} cones with parameters in {seconds:.3f} s; {graph.number_of_edges()} walls in {more:.3f} s")
    assert len(cones) == graph.number_of_nodes()


def test_many_cones() -> None:
    data = generic(20, 2, 10)
    partitions, seconds = timed(lambda: len(list(ActivationFan.of(data, 3).orbits())))
    print(f"\n{partitions} partitions of 20 points in {seconds:.2f} s, {1e6 * seconds / partitions:.0f} us each")


def vertices(fan: ActivationFan) -> list[list[int]]:
    """The vertices of the activation polytope without the last block, which is what the others leave."""
    width = fan.data.dim + 1
    return [list(map(int, polytope_vertex(fan, cone.colors)[:-width])) for cone in fan.cones()]


def by_ppl(points: list[list[int]]) -> int:
    ppl = pytest.importorskip("ppl")
    rows = (
        sum((value * ppl.Variable(k) for k, value in enumerate(point)), ppl.Linear_Expression(0)) for point in points
    )
    system = ppl.Generator_System()
    for row in rows:
        system.insert(ppl.point(row))
    return len(ppl.C_Polyhedron(system).minimized_constraints())


def by_normaliz(points: list[list[int]]) -> int:
    normaliz = pytest.importorskip("PyNormaliz")
    return len(normaliz.Cone(vertices=[[*point, 1] for point in points]).SupportHyperplanes())


def by_cdd(points: list[list[int]]) -> int:
    return len(Polyhedron.from_generators(points).inequalities)


@pytest.mark.parametrize(
    ("hull", "points"),
    [(by_ppl, 6), (by_normaliz, 6), (by_cdd, 6), (by_ppl, 8), (by_normaliz, 8)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_hulls(hull: Callable[[list[list[int]]], int], points: int) -> None:
    fan = ActivationFan.of(generic(points, 2, 5), 3)
    (given, facets), seconds = timed(lambda: (vertices(fan), len(list(rays(fan)))))
    found, peer = timed(lambda: hull(given))
    print(
        f"\n{len(given)} vertices and {facets} facets in {seconds:.3f} s; {hull.__name__} {peer:.3f} s for the facets"
    )
    assert found == facets
