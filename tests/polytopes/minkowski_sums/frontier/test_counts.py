"""Vertices and faces against known tables, the signed subset formula and brute force."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import factorial, prod

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached
from polytopes.minkowski_sums.frontier import (
    count_edges,
    count_signed,
    count_vertices,
    f_vector,
    mean_neighbors,
    selections,
    watching,
)
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tests.paths import POOLING


def rows(name: str) -> list[dict[str, str]]:
    with (POOLING / name).open() as lines:
        return list(csv.DictReader(lines))


def axis(length: int, window: int, stride: int, padding: int = 0, dilation: int = 1) -> list[list[int]]:
    count = (length + 2 * padding - dilation * (window - 1) - 1) // stride + 1
    starts = [i * stride - padding for i in range(count)]
    reach = range(0, dilation * window, dilation)
    return [[start + d for d in reach if 0 <= start + d < length] for start in starts]


def grid(shape: list[int], window: list[int], stride: list[int], padding: list[int]) -> Hypergraph:
    """The windows of a layer on a grid, in the order of the outputs."""
    axes = [axis(*each) for each in zip(shape, window, stride, padding, strict=True)]

    def number(point: tuple[int, ...]) -> int:
        value = 0
        for length, x in zip(shape, point, strict=True):
            value = value * length + x
        return value

    return Hypergraph([[number(p) for p in product(*sides)] for sides in product(*axes)], prod(shape))


def line(n: int, k: int, s: int) -> Hypergraph:
    return Hypergraph([range(s * j, s * j + k) for j in range(n)], s * (n - 1) + k)


def layer(row: dict[str, str]) -> Hypergraph:
    names = ("H", "W"), ("kh", "kw"), ("sh", "sw"), ("ph", "pw")
    return grid(*([int(row.get(name, 0)) for name in pair] for pair in names))


@st.composite
def hypergraphs(draw: st.DrawFn, elements: int = 6, windows: int = 5) -> Hypergraph:
    size = draw(st.integers(1, elements))
    subset = st.sets(st.integers(0, size - 1), min_size=1)
    return Hypergraph(draw(st.lists(subset, max_size=windows)), size)


def acyclic(h: Hypergraph) -> Iterator[tuple[int, ...]]:
    for choice in product(*h.windows):
        graph = nx.DiGraph((c, i) for c, window in zip(choice, h.windows, strict=True) for i in window if i != c)
        if nx.is_directed_acyclic_graph(graph):
            yield choice


def signed_subset_formula(h: Hypergraph) -> list[int]:
    """F(S) = sum over nonempty B in S of (-1)^(c - 1) t^(|B| - c) F(S - B), with c the components of W in S on B."""
    masks = [sum(1 << i for i in window) for window in h.windows]

    def components(block: int, inside: int) -> int:
        groups = [1 << i for i in range(h.size) if block >> i & 1]
        for mask in masks:
            if mask & ~inside == 0 and mask & block:
                touched = [g for g in groups if g & mask]
                groups = [g for g in groups if not g & mask] + [sum(touched)]
        return len(groups)

    @cache
    def of(inside: int) -> tuple[int, ...]:
        if not inside:
            return (1,) + (0,) * h.size
        out = [0] * (h.size + 1)
        block = inside
        while block:
            c = components(block, inside)
            shift = block.bit_count() - c
            for i, value in enumerate(of(inside & ~block)[: h.size + 1 - shift]):
                out[i + shift] += (-1) ** (c - 1) * value
            block = (block - 1) & inside
        return tuple(out)

    result = list(of((1 << h.size) - 1))
    while len(result) > 1 and not result[-1]:
        result.pop()
    return result


@given(hypergraphs())
def test_vertices_are_acyclic_choices(h: Hypergraph) -> None:
    essential = h.essential
    assert count_vertices(h) == sum(1 for _ in acyclic(essential)) == count_vertices(essential)


@given(hypergraphs(7, 6))
def test_faces_by_the_signed_subset_formula(h: Hypergraph) -> None:
    f = f_vector(h)
    assert list(f) == signed_subset_formula(h)
    assert len(f) == h.dimension + 1
    assert f[0] == count_vertices(h)
    assert sum((-1) ** i * value for i, value in enumerate(f)) == 1


@given(hypergraphs(7, 6), st.randoms())
def test_the_order_changes_nothing(h: Hypergraph, random: object) -> None:
    windows = list(h.windows)
    random.shuffle(windows)  # type: ignore[attr-defined]
    assert f_vector(Hypergraph(windows, h.size)) == f_vector(h)


def signs_by_permutations(h: Hypergraph, star: int | None) -> int:
    """Pairs seen along all orders of the elements and 0."""
    zero = h.size if star is None else star
    seen = set()
    for order in permutations(range(max(h.size, zero + 1))):
        choice = tuple(max(window, key=lambda i: order[i]) for window in h.windows)
        seen.add(tuple((c, c != zero and order[c] > order[zero]) for c in choice))
    return len(seen)


@given(hypergraphs(5, 4), st.booleans())
def test_signs(h: Hypergraph, has_star: bool) -> None:
    star = 0 if has_star else None
    assert count_signed(h, star) == signs_by_permutations(h, star)


@given(hypergraphs())
def test_edges_and_neighbors(h: Hypergraph) -> None:
    f = (*f_vector(h), 0)
    assert count_edges(h) == f[1]
    assert mean_neighbors(h) == Fraction(2 * f[1], f[0])


@given(hypergraphs())
def test_selections(h: Hypergraph) -> None:
    counts = [0] * (h.size + 1)
    for choice in set(acyclic(h)):
        counts[len(set(choice))] += 1
    while not counts[-1]:
        counts.pop()
    assert selections(h) == tuple(counts)


def test_two_dimensional_layers() -> None:
    for row in rows("pooling_2d_vertices.csv")[::2]:
        if int(row["max_states"]) <= 3000:
            assert count_vertices(layer(row)) == int(row["vertices"]), row


@pytest.mark.slow
def test_large_two_dimensional_layers() -> None:
    for row in rows("pooling_2d_vertices.csv"):
        if 3000 < int(row["max_states"]) <= 120_000:
            assert count_vertices(layer(row)) == int(row["vertices"]), row


def test_three_dimensional_layers() -> None:
    for row in rows("pooling_3d_vertices.csv"):
        shape = [int(row[name]) for name in "DHW"]
        assert count_vertices(grid(shape, [int(row["k"])] * 3, [int(row["s"])] * 3, [0] * 3)) == int(row["vertices"])


def test_faces_of_two_dimensional_layers() -> None:
    for row in rows("pooling_2d_fvectors.csv"):
        f = f_vector(layer(row))
        assert f == tuple(map(int, row["fvector"].split())), row
        assert (len(f) - 1, f[-2], sum(f)) == (int(row["dim"]), int(row["facets"]), int(row["total_faces_excl_empty"]))


def test_lines() -> None:
    for row in rows("pooling_1d_vertices.csv")[::9]:
        assert count_vertices(line(*(int(row[name]) for name in "nks"))) == int(row["vertices"]), row
    for row in rows("pooling_1d_fvectors.csv")[::4]:
        f = f_vector(line(*(int(row[name]) for name in "nks")))
        assert f == tuple(map(int, row["fvector_f0_to_fdim"].split())), row


def test_activations_on_lines() -> None:
    for row in rows("pooling_1d_relu_leaky_vertices.csv"):
        h = line(*(int(row[name]) for name in "nks"))
        assert count_vertices(h.with_shared_element()) == int(row["relu_maxpool_regions"]), row
        if row["leakyrelu_maxpool_regions"]:
            assert count_signed(h) == int(row["leakyrelu_maxpool_regions"]), row


def test_torch_layers_on_lines() -> None:
    for row in rows("pooling_maxpool1d_torch_semantics.csv"):
        length, k, s, pad, dilation, out = (int(row[n]) for n in ("L", "k", "s", "pad", "dil", "out_len"))
        reach = range(0, dilation * k, dilation)
        windows = [[j * s - pad + d for d in reach if 0 <= j * s - pad + d < length] for j in range(out)]
        assert count_vertices(Hypergraph([w for w in windows if w], length)) == int(row["vertices"]), row


@pytest.mark.parametrize("n", range(1, 6))
def test_permutohedra(n: int) -> None:
    """The sum of all segments; its faces are ordered partitions, n - dimension blocks each."""
    segments = Hypergraph([(i, j) for j in range(n) for i in range(j)], n)
    everything = Hypergraph([w for m in range(1, n + 1) for w in _subsets(n, m)], n)
    ordered = [sum((-1) ** (b - j) * _choose(b, j) * j**n for j in range(b + 1)) for b in range(n, 0, -1)]
    assert f_vector(segments) == f_vector(everything) == tuple(ordered)


@pytest.mark.parametrize("n", range(1, 7))
def test_associahedra(n: int) -> None:
    """The sum over all intervals; f_i counts dissections of an (n + 2)-gon (Kirkman, Cayley)."""
    h = Hypergraph([range(i, j) for j in range(1, n + 1) for i in range(j)], n)
    kirkman = [_choose(n - 1, d) * _choose(n + 1 + d, d) // (d + 1) for d in range(n - 1, -1, -1)]
    assert f_vector(h) == tuple(kirkman)


@pytest.mark.parametrize("n", range(2, 6))
def test_cyclohedra(n: int) -> None:
    """The sum over all cyclic intervals (Bott, Taubes)."""
    h = Hypergraph([{(i + d) % n for d in range(m)} for m in range(1, n + 1) for i in range(n)], n)
    expected = [_choose(n - 1, d) * _choose(n - 1 + d, d) for d in range(n - 1, -1, -1)]
    assert f_vector(h) == tuple(expected)


@pytest.mark.parametrize("n", range(1, 6))
def test_pitman_stanley_polytopes_are_cubes(n: int) -> None:
    h = Hypergraph([range(i, n + 1) for i in range(n)], n + 1)
    assert f_vector(h) == tuple(_choose(n, i) * 2 ** (n - i) for i in range(n + 1))


@pytest.mark.parametrize(("n", "k"), [(n, k) for n in range(2, 7) for k in range(2, n + 1)])
def test_all_subsets_of_one_size(n: int, k: int) -> None:
    assert count_vertices(Hypergraph(_subsets(n, k), n)) == factorial(n) // factorial(k - 1)


def test_many_alike_components() -> None:
    h = Hypergraph([range(3 * j, 3 * j + 3) for j in range(20_000)], 60_000)
    assert count_vertices(h) == 3**20_000


def test_limits_hand_back_a_lower_bound() -> None:
    h = grid([8, 8], [2, 2], [1, 1], [0, 0])
    with pytest.raises(LimitReached, match="MiB") as stop:
        count_vertices(h, memory=1 << 20)
    assert 100 < stop.value.partial < 478874282964673596952600
    with pytest.raises(LimitReached, match="were over"):
        count_vertices(h, seconds=0)


def test_an_unknown_star_is_refused() -> None:
    with pytest.raises(InputError, match="constant 0"):
        count_signed(Hypergraph.of([(0, 1)]), 2)


def _choose(n: int, k: int) -> int:
    return factorial(n) // factorial(k) // factorial(n - k)


def _subsets(n: int, m: int) -> list[list[int]]:
    return [[i for i in range(n) if mask >> i & 1] for mask in range(1 << n) if mask.bit_count() == m]


def test_counts_can_be_watched_and_interrupted() -> None:
    seen = []

    def look(done: int, windows: int, states: int) -> None:
        seen.append((done, windows, states))
        if done == 30:
            raise KeyboardInterrupt

    with watching(look), pytest.raises(KeyboardInterrupt):
        count_vertices(grid([7, 7], [2, 2], [1, 1], [0, 0]))
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {windows for _, windows, _ in seen} == {36} and max(states for _, _, states in seen) > 1000
    n_seen = len(seen)
    assert count_vertices(grid([7, 7], [2, 2], [1, 1], [0, 0])) == 363772635461942794
    assert len(seen) == n_seen
