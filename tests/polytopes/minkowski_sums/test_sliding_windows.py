"""Windows on a line in closed form, against known tables and the count along the frontier."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError
from polytopes.minkowski_sums import frontier, sliding_windows
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tests.paths import POOLING

SLIDES = st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(1, 8))


def rows(name: str) -> list[dict[str, str]]:
    with (POOLING / name).open() as lines:
        return list(csv.DictReader(lines))


def line(n: int, k: int, s: int) -> Hypergraph:
    return Hypergraph([range(s * j, s * j + k) for j in range(n)], max(s * (n - 1) + k, 0))


def test_vertices() -> None:
    for row in rows("pooling_1d_vertices.csv"):
        assert sliding_windows.count_vertices(*(int(row[name]) for name in "nks")) == int(row["vertices"]), row


def test_facets() -> None:
    for row in rows("pooling_1d_facets.csv"):
        assert sliding_windows.count_facets(*(int(row[name]) for name in "nks")) == int(row["facets"]), row


def test_f_vectors() -> None:
    for row in rows("pooling_1d_fvectors.csv"):
        f = sliding_windows.f_vector(*(int(row[name]) for name in "nks"))
        assert f == tuple(map(int, row["fvector_f0_to_fdim"].split())), row


def test_relu() -> None:
    for row in rows("pooling_1d_relu_leaky_vertices.csv"):
        n, k, s = (int(row[name]) for name in "nks")
        assert sliding_windows.relu_series(k, s).term(n) == int(row["relu_maxpool_regions"]), row


def test_growth() -> None:
    for row in rows("pooling_1d_growth.csv"):
        k, s = int(row["k"]), int(row["s"])
        series = sliding_windows.vertex_series(k, s)
        assert series.order <= int(row["order_ceil_k_over_s"])
        assert float(series.growth) == pytest.approx(float(row["growth_per_window"]), rel=1e-14)
        growth = float(sliding_windows.relu_series(k, s).growth)
        assert growth == pytest.approx(float(row["relu_growth_per_window"]), rel=1e-14)
        assert series.growth.degree == int(row["min_poly_of_growth"].partition("+")[0].strip("x^ ") or 1)


@given(SLIDES)
def test_faces_and_selections_along_the_frontier(slide: tuple[int, int, int]) -> None:
    n, k, s = slide
    f = sliding_windows.f_vector(n, k, s)
    assert f == frontier.f_vector(line(n, k, s))
    assert sliding_windows.count_vertices(n, k, s) == f[0] == sum(sliding_windows.selections(n, k, s))
    assert sliding_windows.count_facets(n, k, s) == (f[-2] if len(f) > 1 else 0)
    assert sliding_windows.relu_series(k, s).term(n) == frontier.count_vertices(line(n, k, s).with_shared_element())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6), st.integers(1, 5))
def test_intervals_of_any_sizes(moves: list[tuple[int, int]], size: int) -> None:
    intervals = [(0, size)]
    for left, right in moves:
        low = intervals[-1][0] + left
        intervals.append((low, max(intervals[-1][1] + right, low + 1)))
    expected = frontier.count_vertices(Hypergraph.of([range(*interval) for interval in intervals]))
    assert sliding_windows.count_vertices_of_intervals(intervals) == expected


@given(SLIDES, st.integers(-3, 8), st.integers(1, 40))
def test_cut_windows(slide: tuple[int, int, int], low: int, length: int) -> None:
    n, k, s = slide
    windows = [[x - low for x in range(s * j, s * j + k) if low <= x < low + length] for j in range(n)]
    expected = frontier.count_vertices(Hypergraph(filter(None, windows), length))
    assert sliding_windows.count_vertices_cut(n, k, s, low, low + length) == expected


def test_very_long_lines() -> None:
    assert sliding_windows.count_vertices(10**6, 3, 2) == 3 ** (10**6)
    count = sliding_windows.count_vertices(10**6 + 1, 4, 2)
    before, after = sliding_windows.count_vertices(10**6, 4, 2), sliding_windows.count_vertices(10**6 + 2, 4, 2)
    assert after == 4 * count - 2 * before
    assert sliding_windows.count_vertices_cut(10**6, 4, 2, 0, 10**8) == before
    assert len(sliding_windows.f_vector(200, 3, 2)) == 401


@pytest.mark.parametrize("wrong", [(1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_what_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="at least 1"):
        sliding_windows.count_vertices(*wrong)


def test_intervals_that_slide_back_are_refused() -> None:
    with pytest.raises(InputError, match="slide back"):
        sliding_windows.count_vertices_of_intervals([(0, 3), (1, 2)])
    with pytest.raises(InputError, match="different sizes"):
        sliding_windows.count_vertices_of_intervals([(0, 3), (1, 5)], n_repeats=1)
    with pytest.raises(InputError, match="empty"):
        sliding_windows.count_vertices_of_intervals([(0, 0)])
