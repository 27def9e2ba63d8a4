"""Named arrangements: every documented fact is computed again."""

from math import comb

import networkx as nx
import pytest
import sympy

from polytopes.errors import InputError
from polytopes.library import arrangements as library

EXAMPLES = [
    *(library.coordinate(n) for n in (1, 3, 6)),
    *(library.braid(n) for n in (1, 2, 4, 6)),
    *(library.type_b(n) for n in (1, 2, 4)),
    *(library.type_d(n) for n in (2, 3, 4)),
    *(library.resonance(n) for n in range(1, 6)),
    *(library.threshold(n) for n in range(6)),
    *(library.shi(n) for n in range(1, 6)),
    *(library.catalan(n) for n in range(1, 6)),
    *(library.linial(n) for n in range(1, 6)),
    *(library.semiorder(n) for n in range(1, 6)),
    *(library.generic(n, d) for n, d in [(0, 2), (1, 1), (2, 4), (5, 3), (9, 4)]),
    *(library.generic(n, d, central=True) for n, d in [(0, 2), (1, 1), (2, 4), (5, 3), (9, 4)]),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_facts(example):
    assert example.source
    for fact, known, found in example.recomputed():
        assert found == known, fact


SMALL = [example for example in EXAMPLES if example.arrangement.n_chambers <= 400]


@pytest.mark.parametrize("example", SMALL, ids=lambda example: example.name)
def test_chambers_by_enumeration(example):
    assert sum(1 for _ in example.arrangement.chambers()) == example.arrangement.n_chambers


@pytest.mark.parametrize(
    ("family", "counts"),
    [
        (library.linial, [1, 2, 7, 36, 246]),
        (library.semiorder, [1, 3, 19, 183, 2371]),
        (library.catalan, [1, 4, 30, 336, 5040]),
        (library.shi, [1, 3, 16, 125, 1296]),
    ],
)
def test_published_sequences(family, counts):
    assert [family(n).facts["n_chambers"] for n in range(1, 6)] == counts


@pytest.mark.parametrize("graph", [nx.cycle_graph(5), nx.wheel_graph(6), nx.empty_graph(3)])
def test_graphical_arrangement_has_the_chromatic_polynomial(graph):
    arrangement = library.graphical(len(graph), graph.edges).arrangement
    chromatic = sympy.Poly(nx.chromatic_polynomial(graph), sympy.Symbol("x"))
    assert list(arrangement.characteristic_polynomial) == chromatic.all_coeffs()


def test_random_arrangements():
    generic = library.random_arrangement(8, 3, seed=5, bound=10**6)
    assert generic == library.random_arrangement(8, 3, seed=5, bound=10**6)
    assert generic.is_generic and generic.n_chambers == sum(comb(8, k) for k in range(4))
    degenerate = library.random_arrangement(12, 3, seed=5, bound=1)
    assert not degenerate.is_generic
    assert sum(1 for _ in degenerate.chambers()) == degenerate.n_chambers


def test_sizes_are_checked():
    with pytest.raises(InputError, match="at least 1"):
        library.braid(0)


def test_graphs_and_bounds_that_make_no_arrangement():
    for edge in [(0, 3), (-1, 0), (1, 1)]:
        with pytest.raises(InputError, match="numbered 0 to 2"):
            library.graphical(3, [(0, 1), edge])
    for arguments in [(1, 0), (-1, 2)]:
        with pytest.raises(InputError, match="needed"):
            library.random_arrangement(*arguments)
    with pytest.raises(InputError, match="needed"):
        library.random_arrangement(1, 2, bound=0)
    assert len(library.random_arrangement(0, 2)) == 0
