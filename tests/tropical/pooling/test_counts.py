"""Numbers of max-pooling layers, with activations, channels and zeros in the padding, by several ways."""

import csv
from itertools import permutations
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, NoAnswerError
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tests.paths import POOLING
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.series import series_of


def rows(name: str) -> list[dict[str, str]]:
    with (POOLING / f"{name}.csv").open() as stream:
        return list(csv.DictReader(stream))


def line(n: int, k: int, s: int) -> MaxPooling:
    return MaxPooling(s * (n - 1) + k, k, s)


def regions_by_orders(graph: Hypergraph, zero: int | None, activation: str | None) -> int:
    """The number of patterns of winners, and signs for a leaky ReLU, over all orders of the inputs and 0."""
    star = graph.size if zero is None else zero
    found = set()
    for order in permutations(range(max(graph.size, star + 1))):
        windows = [(*window, star) if activation == "relu" else window for window in graph.windows]
        winners = [max(window, key=order.__getitem__) for window in windows]
        signs = [winner == star or order[winner] > order[star] for winner in winners]
        found.add((*winners, *(signs if activation == "leaky" else ())))
    return len(found)


@st.composite
def graphs(draw: st.DrawFn) -> Hypergraph:
    size = draw(st.integers(1, 6))
    return Hypergraph(draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=4)), size)


@given(graphs(), st.sampled_from([None, "relu", "leaky"]))
def test_against_all_orders(graph: Hypergraph, activation: str | None) -> None:
    assert PoolingCounts(graph, activation).n_vertices() == regions_by_orders(graph, None, activation)


@pytest.mark.parametrize("activation", [None, "relu", "leaky"])
@pytest.mark.parametrize("shape", [((4,), 3, 1, 1), ((5,), 3, 2, 1), ((2, 3), 2, 1, 1)])
def test_zeros_in_the_padding(shape: tuple[object, ...], activation: str | None) -> None:
    layer = MaxPooling(*shape, padding_value="0")
    pool = PoolingCounts(layer, activation)
    assert pool.zero == layer.hypergraph.size - 1
    assert pool.n_vertices() == regions_by_orders(layer.hypergraph, pool.zero, activation)


def test_zeros_are_not_minus_infinity() -> None:
    layers = [MaxPooling(4, 3, 1, 1, padding_value=value) for value in ("-inf", "0")]
    assert [PoolingCounts(layer).n_vertices() for layer in layers] == [11, 26]


@pytest.mark.parametrize("row", rows("pooling_1d_relu_leaky_vertices"), ids=lambda row: "-".join(row.values()))
def test_activations_on_a_line(row: dict[str, str]) -> None:
    n, k, s = (int(row[key]) for key in "nks")
    assert PoolingCounts(line(n, k, s), "relu").n_vertices() == int(row["relu_maxpool_regions"])
    if row["leakyrelu_maxpool_regions"]:
        assert PoolingCounts(line(n, k, s), "leaky").n_vertices() == int(row["leakyrelu_maxpool_regions"])


@given(graphs(), st.sampled_from([None, "relu"]), st.integers(1, 2))
def test_regions_are_listed(graph: Hypergraph, activation: str | None, copies: int) -> None:
    pool = PoolingCounts(graph, activation, copies)
    if pool.n_vertices() <= 500:
        listed = list(pool.regions())
        assert len(listed) == len({tuple(vertex) for _, vertex in listed}) == pool.n_vertices()
        assert all(len(winners) == pool.n_windows for winners, _ in listed)


@given(graphs(), st.sampled_from([None, "relu"]), st.integers(1, 2))
def test_f_vectors_facets_and_dimensions_fit(graph: Hypergraph, activation: str | None, copies: int) -> None:
    pool = PoolingCounts(graph, activation, copies)
    vector = pool.f_vector()
    assert len(vector) == pool.dimension + 1
    assert vector[0] == pool.n_vertices()
    assert pool.n_facets() == (vector[-2] if pool.dimension else 0)
    assert sum(number * (-1) ** i for i, number in enumerate(vector)) == 1


def test_channels_multiply() -> None:
    one, three = (PoolingCounts(MaxPooling((3, 3), 2, 1, channels=c), "relu") for c in (1, 3))
    assert three.n_vertices() == one.n_vertices() ** 3
    assert three.n_facets() == 3 * one.n_facets()


def test_relu_in_one_strip_of_a_grid() -> None:
    """Regions of ReLU after 2 x 2 windows on 3 x n inputs."""
    known = [19, 221, 2401, 26143, 286339]
    assert [PoolingCounts(MaxPooling((3, n), 2, 1), "relu").n_vertices() for n in range(2, 7)] == known


QUICK = [row for row in rows("pooling_2d_vertices") if int(row["max_states"]) < 2000]


@pytest.mark.parametrize("row", QUICK, ids=lambda row: "-".join(row.values()))
def test_grids(row: dict[str, str]) -> None:
    keys = [("H", "W"), ("kh", "kw"), ("sh", "sw"), ("ph", "pw")]
    layer = MaxPooling(*(tuple(int(row[key]) for key in pair) for pair in keys))
    assert PoolingCounts(layer).n_vertices() == int(row["vertices"])


@pytest.mark.parametrize("activation", [None, "relu", "leaky"])
@pytest.mark.parametrize("kernel", [(1, 2), (1, 3), (2, 2), (2, 3)])
@pytest.mark.parametrize("stride", [1, 2])
def test_series_give_the_counts(kernel: tuple[int, int], stride: int, activation: str | None) -> None:
    """The n-th term is the number of regions of a layer with n windows along the last axis."""
    for height, windows in ((2, 1), (2, 4), (3, 3)):
        pool = PoolingCounts(MaxPooling((height, kernel[1] + stride * (windows - 1)), kernel, stride), activation)
        found = series_of(pool)
        assert not isinstance(found, str)
        assert found.series.term(windows) == pool.n_vertices()


CUT = [
    ((8,), 3, 1, 1, 1, False, None),
    ((8,), 3, 2, 1, 1, True, "relu"),
    ((9,), (3,), (2,), (1,), (2,), True, "leaky"),
    ((3, 7), (2, 3), (1, 2), (0, 1), 1, True, None),
    ((4, 6), 3, 2, 1, 1, False, None),
    ((3, 6), 2, 1, (1, 0), 1, False, "relu"),
    ((4, 8), (2, 2), (3, 1), (0, 1), 1, False, None),
    ((2, 7), (2, 3), 2, 1, 1, True, "leaky"),
]


@pytest.mark.parametrize("options", CUT)
def test_series_of_layers_whose_windows_are_cut(options: tuple[Any, ...]) -> None:
    """The n-th term is the number of regions of the layer whose input is longer by strides."""
    shape, kernel, stride, padding, dilation, ceil_mode, activation = options
    layer = MaxPooling(shape, kernel, stride, padding, dilation, ceil_mode)
    found = series_of(PoolingCounts(layer, activation))
    assert not isinstance(found, str) and found.proof.startswith("proven")
    windows, step, tried = layer.output_shape[-1], layer.placement.stride[-1], 0
    for n in range(2, windows + 3):
        longer = (*shape[:-1], shape[-1] + step * (n - windows))
        if longer[-1] > 0:
            member = MaxPooling(longer, kernel, stride, padding, dilation, ceil_mode)
            assert member.output_shape[-1] == n
            assert found.series.term(n) == PoolingCounts(member, activation).n_vertices()
            tried += 1
    assert tried > 2


def test_series_are_refused_where_there_are_none() -> None:
    assert "file" in str(series_of(PoolingCounts(Hypergraph([(0, 1)], 2))))
    nothing = MaxPooling((1, 9), (2, 3), 2, 1, (2, 1))
    assert "no window" in str(series_of(PoolingCounts(nothing, "relu"))) and not nothing.hypergraph.windows


def test_long_layers() -> None:
    """The recurrence of (3, 1), modulo a prime, against 10^5 windows."""
    a, b, c = 3, 7, 16
    for _ in range(10**5 - 3):
        a, b, c = b, c, (2 * c + b - a) % (2**61 - 1)
    assert PoolingCounts(MaxPooling(10**5 + 2, 3, 1)).n_vertices() % (2**61 - 1) == c


def test_refusals() -> None:
    with pytest.raises(InputError, match="'relu', 'leaky'"):
        PoolingCounts(MaxPooling(4, 2), "gelu")  # type: ignore[arg-type]
    for question in (PoolingCounts.f_vector, PoolingCounts.n_facets, lambda pool: list(pool.regions())):
        with pytest.raises(NoAnswerError, match="only count"):
            question(PoolingCounts(MaxPooling(4, 2), "leaky"))


def test_lines_in_two_axes_multiply() -> None:
    """Without overlap between rows the strips are independent lines."""
    pool = PoolingCounts(MaxPooling((4, 6), (2, 2), (2, 1)))
    assert pool.lines is not None
    assert pool.n_vertices() == prod(line.n_vertices() ** copies for line, copies in pool.lines.items()) == 560**2
