"""Vertices and facets of max-pooling polytopes against Normaliz, PPL and cddlib. Run by ``make bench-all``.

The other systems take the sum window by window, as in the public worksheets of arXiv 2209.14978: the hull of the sums
of the vertices so far with the next unit vectors. Normaliz and PPL are read through PyNormaliz and pplpy, which are
installed with the extra ``hulls``; without them only cddlib is compared with.
"""

import time
from collections.abc import Callable, Iterable

import pytest

from polytopes.minkowski_sums.frontier import count_facets, count_vertices
from polytopes.minkowski_sums.hypergraph import Hypergraph
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling

Point = tuple[int, ...]
Hull = Callable[[list[Point]], tuple[list[Point], int]]
"""From points to the vertices of their hull and the number of its facets."""
MOST_INPUTS = {"normaliz": 12, "ppl": 14, "cdd": 8}
"""More would take minutes."""
TIMES_FASTER = 10


def normaliz(points: list[Point]) -> tuple[list[Point], int]:
    from PyNormaliz import Cone

    cone = Cone(polytope=[list(point) for point in points])
    vertices = [tuple(row[:-1]) for row in cone.ExtremeRays()]
    return vertices, len(cone.SupportHyperplanes())


def ppl(points: list[Point]) -> tuple[list[Point], int]:
    from ppl import C_Polyhedron, Generator_System, Variable, point

    size = len(points[0])
    generators = Generator_System()
    last = 0 * Variable(size - 1)  # a point of all dimensions, even if its last coordinates are 0
    for given in points:
        generators.insert(point(sum((c * Variable(i) for i, c in enumerate(given) if c), last)))
    polytope = C_Polyhedron(generators)
    vertices = [tuple(int(c) for c in found.coefficients()) for found in polytope.minimized_generators()]
    facets = sum(row.is_inequality() for row in polytope.minimized_constraints())
    return [vertex + (0,) * (size - len(vertex)) for vertex in vertices], facets


def cdd(points: list[Point]) -> tuple[list[Point], int]:
    import cdd.gmp

    matrix = cdd.gmp.matrix_from_array([(1, *point) for point in points], rep_type=cdd.RepType.GENERATOR)
    cdd.gmp.matrix_canonicalize(matrix)
    rows = cdd.gmp.copy_inequalities(cdd.gmp.polyhedron_from_matrix(matrix))
    cdd.gmp.matrix_canonicalize(rows)
    return [tuple(int(c) for c in row[1:]) for row in matrix.array], len(rows.array) - len(rows.lin_set)


def window_by_window(graph: Hypergraph, hull: Hull) -> tuple[int, int]:
    """Numbers of vertices and facets by hulls of growing sums."""
    vertices, facets = [(0,) * graph.size], 0
    for window in graph.windows:
        vertices, facets = hull(sorted(_sums(vertices, window)))
    return len(vertices), facets


def _sums(vertices: Iterable[Point], window: Iterable[int]) -> set[Point]:
    return {(*v[:i], v[i] + 1, *v[i + 1 :]) for v in vertices for i in window}


def ours(graph: Hypergraph) -> tuple[int, int]:
    """The vertices themselves, and the inequalities of the facets, listed."""
    P = SimplexSum(graph)
    vertices = [points for _, points in P.vertex_blocks()]
    return sum(map(len, vertices)), len([facet.row for facet in P.facets])


@pytest.mark.parametrize("length", [8, 10, 12, 13, 14])
@pytest.mark.parametrize("name", MOST_INPUTS)
def test_hulls(name: str, length: int) -> None:
    """Windows of 3 with stride 1: listing is at least ten times faster than any hull."""
    if length > MOST_INPUTS[name]:
        pytest.skip("takes minutes")
    if name != "cdd":
        pytest.importorskip({"normaliz": "PyNormaliz", "ppl": "ppl"}[name])
    graph = MaxPooling(length, 3, 1).hypergraph
    ours(graph)
    start = time.perf_counter()
    listed = ours(graph)
    middle = time.perf_counter()
    theirs = window_by_window(graph, {"normaliz": normaliz, "ppl": ppl, "cdd": cdd}[name])
    end = time.perf_counter()
    print(f"\n{length} inputs: {listed}; listed in {middle - start:.3f} s, {name} {end - middle:.3f} s")
    assert listed == theirs == (count_vertices(graph), count_facets(graph))
    assert end - middle > TIMES_FASTER * (middle - start)


COUNTED = [
    ((10**5 + 2,), (3,), (1,), 0),
    ((10**6 + 2,), (3,), (1,), 0),
    ((14, 16), (4, 4), (2, 2), 0),
    ((4, 4, 3), (2, 2, 2), (1, 1, 1), 0),
    ((9, 9), (2, 2), (1, 1), 0),
    ((13, 13), (3, 3), (2, 2), 0),
]


@pytest.mark.parametrize("layer", COUNTED, ids=lambda layer: "x".join(map(str, layer[0])))
def test_counts(layer: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]) -> None:
    """Numbers of regions of layers far beyond hulls."""
    PoolingCounts(MaxPooling((3, 3), 2, 1)).n_vertices()  # compiles
    start = time.perf_counter()
    found = PoolingCounts(MaxPooling(*layer)).n_vertices()
    print(f"\n{layer}: 2^{found.bit_length() - 1} regions in {time.perf_counter() - start:.3f} s")
    assert found > 1


FACETS = [((10, 10), 2, 1), ((13, 13), 3, 2), ((4, 4, 3), 2, 1), ((10**5 + 2,), 3, 1)]


@pytest.mark.parametrize("layer", FACETS, ids=lambda layer: "x".join(map(str, layer[0])))
def test_facets(layer: tuple[tuple[int, ...], int, int]) -> None:
    """Numbers of facets along the frontier, without the closed form of lines."""
    graph = MaxPooling(*layer).hypergraph
    count_facets(MaxPooling((3, 3), 2, 1).hypergraph)  # compiles
    start = time.perf_counter()
    found = count_facets(graph)
    print(f"\n{layer}: {found} facets in {time.perf_counter() - start:.3f} s")
    assert found > len(graph.windows)
