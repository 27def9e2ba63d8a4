"""Named polytopes: every documented fact is computed again."""

import pytest

from polytopes.errors import InputError
from polytopes.library import polytopes as examples
from polytopes.polyhedra.polyhedron import Polyhedron

EXAMPLES = [
    *(examples.simplex(n) for n in (1, 2, 5)),
    *(examples.cube(n) for n in (1, 2, 5)),
    *(examples.cross_polytope(n) for n in (1, 2, 5)),
    *(examples.cyclic_polytope(n, d) for n, d in [(3, 2), (6, 3), (7, 4), (8, 5), (9, 6)]),
    examples.twenty_four_cell(),
    *(examples.hypersimplex(n, k) for n, k in [(2, 1), (4, 1), (4, 2), (5, 2), (6, 3), (7, 2)]),
    *(examples.birkhoff_polytope(n) for n in (1, 2, 3, 4)),
    *(examples.permutohedron(n) for n in (1, 2, 3, 4, 5)),
    *(examples.associahedron(n) for n in (1, 2, 3, 5, 6)),
    *(examples.cyclohedron(n) for n in (3, 4, 5)),
    *(examples.pitman_stanley_polytope(n) for n in (1, 2, 4)),
    *(examples.cyclic_zonotope(n, d) for n, d in [(1, 1), (4, 1), (4, 2), (3, 3), (6, 3), (6, 4)]),
]


@pytest.mark.parametrize("example", [*EXAMPLES, *examples.all_small()], ids=lambda example: example.name)
def test_facts(example):
    assert example.source and example.facts
    for fact, known, found in example.recomputed():
        assert found == known, fact


@pytest.mark.parametrize("example", examples.all_small(), ids=lambda example: example.name)
def test_euler_relation_and_both_representations(example):
    P = example.polyhedron
    assert sum((-1) ** k * count for k, count in enumerate(P.f_vector())) == 1 - (-1) ** P.dim
    assert Polyhedron.from_rows(P.inequalities, P.equations) == Polyhedron.from_generators(P.vertices)


def test_families_meet():
    segments = [(i, j) for i in range(4) for j in range(i)]
    sum_of_segments = examples.simplex_sum(4, segments).expand()
    assert sum_of_segments.translate([1] * 4) == examples.permutohedron(4).polyhedron
    octahedron = examples.hypersimplex(4, 2).polyhedron
    assert octahedron.is_combinatorially_isomorphic(examples.cross_polytope(3).polyhedron)
    assert examples.cyclohedron(3).polyhedron.is_combinatorially_isomorphic(examples.permutohedron(3).polyhedron)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: examples.cube(0),
        lambda: examples.cyclic_polytope(4, 4),
        lambda: examples.hypersimplex(4, 4),
        lambda: examples.cyclohedron(2),
        lambda: examples.cyclic_zonotope(2, 3),
    ],
)
def test_sizes_are_checked(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong()
