"""Homology and barcodes: known spaces, dense matrices, and the definition of persistence as another way."""

from __future__ import annotations

from itertools import combinations

import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import InputError, VerificationFailed
from polytopes.homology import Bar, ChainComplex, HomologyGroup
from polytopes.homology.elimination import eliminate

PROJECTIVE_PLANE = [
    (0, 1, 2), (0, 1, 3), (0, 2, 4), (0, 3, 5), (0, 4, 5), (1, 2, 5), (1, 3, 4), (1, 4, 5), (2, 3, 4), (2, 3, 5),
]  # fmt: skip


def simplicial(facets: list[tuple[int, ...]]) -> tuple[list[list[tuple[int, ...]]], ChainComplex]:
    """The simplices by dimension, and the chain complex."""
    dim = max(map(len, facets)) - 1
    levels = [sorted({s for facet in facets for s in combinations(facet, k + 1)}) for k in range(dim + 1)]
    boundaries: list[list[dict[int, int]]] = [[{} for _ in levels[0]]]
    for k in range(1, dim + 1):
        place = {s: i for i, s in enumerate(levels[k - 1])}
        boundaries.append([{place[s[:i] + s[i + 1 :]]: (-1) ** i for i in range(k + 1)} for s in levels[k]])
    return levels, ChainComplex(boundaries)


def test_the_projective_plane() -> None:
    _, plane = simplicial(PROJECTIVE_PLANE)
    assert plane.check().homology() == (HomologyGroup(1), HomologyGroup(0, (2,)), HomologyGroup(0))
    assert (plane.betti(0), plane.betti(2), plane.betti(3)) == ((1, 0, 0), (1, 1, 1), (1, 0, 0))
    assert plane.euler_characteristic == 1


@pytest.mark.parametrize("dim", range(1, 5))
def test_spheres_and_their_cycles(dim: int) -> None:
    levels, sphere = simplicial(list(combinations(range(dim + 2), dim + 1)))
    assert sphere.check().betti() == (1, *(0,) * (dim - 1), 1)
    for field in (2, 3, 0):
        [cycle] = sphere.cycles(dim, field)
        assert set(cycle) == set(range(len(levels[dim]))) and {abs(value) for value in cycle.values()} == {1}
        assert len(sphere.cycles(0, field)) == 1 and not sphere.cycles(dim - 1 or 7, field)


def test_a_klein_bottle_has_torsion_and_a_torus_has_none() -> None:
    def square(turn: int) -> ChainComplex:
        return ChainComplex([[{}], [{}, {}], [{1: 1 + turn}]]).check()

    assert [str(group) for group in square(1).homology()] == ["Z", "Z + Z/2", "0"]
    assert square(-1).betti() == (1, 2, 1) and square(1).betti(2) == (1, 2, 1)


matrices = st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=6)


@given(columns=matrices, modulus=st.sampled_from([0, 2, 3, 7]))
def test_ranks_and_torsion_are_those_of_dense_matrices(columns: list[list[int]], modulus: int) -> None:
    sparse = [{i: entry for i, entry in enumerate(column) if entry} for column in columns]
    found = eliminate(sparse, modulus)
    dense = fmpz_mat(columns)
    diagonal = [abs(int(dense.snf()[i, i])) for i in range(min(len(columns), 4))]
    assert found.rank == sum(1 for entry in diagonal if (entry % modulus if modulus else entry))
    if not modulus:
        assert found.torsion == tuple(entry for entry in diagonal if entry > 1)


@settings(max_examples=30)
@given(data=st.data(), field=st.sampled_from([2, 3, 0]))
def test_bars_count_the_ranks_of_sublevel_sets(data: st.DataObject, field: int) -> None:
    """At every value the bars alive are the Betti numbers of the subcomplex."""
    facets = data.draw(st.lists(st.sampled_from(list(combinations(range(6), 3))), min_size=1, max_size=8))
    levels, chains = simplicial([*facets, *PROJECTIVE_PLANE[: data.draw(st.integers(0, 10))]])
    heights = data.draw(st.lists(st.integers(0, 3), min_size=6, max_size=6))
    values = [[max(heights[vertex] for vertex in s) for s in level] for level in levels]
    bars = chains.barcode(values, field)
    assert bars == sorted(bars, key=lambda b: (b.degree, b.birth, b.death is None, b.death or 0))
    for value in range(4):
        below = [[i for i, own in enumerate(level) if own <= value] for level in values]
        place = [{i: n for n, i in enumerate(level)} for level in below]
        part = ChainComplex(
            [
                [{place[k - 1][row]: entry for row, entry in chains.boundaries[k][i].items()} for i in level]
                for k, level in enumerate(below)
            ]
        )
        alive = [bar.degree for bar in bars if bar.birth <= value and (bar.death is None or value < bar.death)]
        assert part.check().betti(field) == tuple(alive.count(degree) for degree in range(len(levels)))


def test_what_is_refused() -> None:
    with pytest.raises(VerificationFailed, match="boundary of a boundary"):
        ChainComplex([[{}, {}], [{0: 1, 1: 1}], [{0: 1}]]).check()
    with pytest.raises(InputError, match="not there"):
        ChainComplex([[{}], [{3: 1}]]).check()
    with pytest.raises(InputError, match="before its boundary"):
        ChainComplex([[{}], [{0: 1}]]).barcode([[1], [0]])
    with pytest.raises(InputError, match="no characteristic"):
        ChainComplex([[{}]]).homology(6)
    assert ChainComplex([[{}]]).barcode([[5]]) == [Bar(0, 5, None)] and ChainComplex([]).homology() == ()
