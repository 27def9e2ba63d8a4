"""Named sums of simplices have the face numbers of the literature, and those of convex hulls."""

from itertools import combinations

import pytest

from polytopes.errors import InputError
from polytopes.library import polytopes as examples
from polytopes.library.simplex_sums import (
    SimplexSumExample,
    all_subsets,
    graph_associahedron,
    pitman_stanley_sum,
    stellohedron,
)

PATH, CYCLE = [(0, 1), (1, 2), (2, 3)], [(0, 1), (1, 2), (2, 3), (3, 0)]
COMPLETE = list(combinations(range(4), 2))
NAMED = [
    graph_associahedron(PATH),
    graph_associahedron(CYCLE),
    graph_associahedron(COMPLETE),
    graph_associahedron([(0, 1), (0, 2), (0, 3)]),
    graph_associahedron([(0, 1), (1, 2), (0, 2), (2, 3)]),
    graph_associahedron([(0, 1), (2, 3)], 5),
    graph_associahedron([], 2),
    *(stellohedron(n) for n in range(1, 5)),
    *(pitman_stanley_sum(n) for n in range(1, 6)),
    *(all_subsets(n, k) for n in range(2, 6) for k in range(2, n + 1)),
]


@pytest.mark.parametrize("example", NAMED, ids=lambda example: example.name)
def test_known_numbers(example: SimplexSumExample) -> None:
    for name, known, found in example.recomputed():
        assert known == found, name


@pytest.mark.parametrize("example", NAMED, ids=lambda example: example.name)
def test_hulls(example: SimplexSumExample) -> None:
    P = example.object
    if P.n_vertices <= 60:
        hull = P.from_vertices()
        assert P.f_vector() == hull.f_vector()
        assert P.n_facets == len(P.facets) == hull.n_facets


def test_graph_associahedra_of_paths_cycles_and_complete_graphs() -> None:
    for graph, known in ((PATH, examples.associahedron(4)), (COMPLETE, examples.permutohedron(4))):
        assert graph_associahedron(graph).object.f_vector() == known.facts["f_vector"]
    assert graph_associahedron(CYCLE).object.f_vector() == examples.cyclohedron(4).facts["f_vector"]


def test_larger_ones_are_counted() -> None:
    """Catalan numbers, central binomial coefficients, factorials."""
    path, cycle = [(i, i + 1) for i in range(7)], [(i, (i + 1) % 7) for i in range(7)]
    assert graph_associahedron(path).object.n_vertices == 1430
    assert graph_associahedron(cycle).object.n_vertices == 924
    assert graph_associahedron(combinations(range(7), 2)).object.n_vertices == 5040
    assert all_subsets(8, 3).object.n_vertices == 20160


def test_the_permutohedron_is_also_a_sum_of_segments() -> None:
    assert all_subsets(4, 2).object.f_vector() == examples.permutohedron(4).facts["f_vector"]


def test_refusals() -> None:
    for edges in ([(0, 0)], [(0, 5)], [(0, 1, 2)]):
        with pytest.raises(InputError, match="pairs of different vertices"):
            graph_associahedron(edges, 3)
    with pytest.raises(InputError, match="2 <= k <= n"):
        all_subsets(3, 1)
