"""Formulas of lines are compared with other counts before they are used."""

from __future__ import annotations

import importlib
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import VerificationFailed
from polytopes.minkowski_sums import sliding_windows
from polytopes.minkowski_sums.frontier import f_vector, selections
from polytopes.minkowski_sums.hypergraph import Hypergraph
from tropical.pooling import MaxPooling, PoolingCounts
from tropical.pooling.lines import Line

LINES = importlib.import_module("tropical.pooling.lines")
lines = st.builds(
    lambda n, k, s, low, cut: Line(n, k, s, low, max(s * (n - 1) + k - cut, 0)),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(0, 4),
)


def by_orders(windows: list[range], size: int, zero: bool) -> int:
    found = set()
    for order in permutations(range(size + zero)):
        found.add(tuple(max((*window, size) if zero else window, key=order.__getitem__) for window in windows))
    return len(found)


@given(lines)
def test_lines_by_all_orders(line: Line) -> None:
    size = line.stride * (line.n_windows - 1) + line.window
    assert len(line.windows()) == line.n_read
    if size <= 6:
        assert line.n_vertices() == by_orders(line.windows(), size, False)
        if not line.is_cut:
            assert line.n_vertices_with_zero() == by_orders(line.windows(), size, True)
    if not line.is_cut:
        graph = Hypergraph(line.windows(), size)
        assert line.f_vector() == f_vector(graph) and line.selections() == selections(graph)
        assert line.n_facets() == (line.f_vector()[-2] if len(line.f_vector()) > 1 else 0)


@given(lines)
def test_short_lines(line: Line) -> None:
    short = line.short
    assert short.n_windows == min(line.n_windows, 4) and (short.window, short.stride) == (line.window, line.stride)
    assert [Line(9, k, 1).short.n_windows for k in (1, 6, 7, 16, 38, 39, 10**9)] == [4, 4, 3, 2, 2, 1, 1]
    if line.n_windows <= 4:
        assert short == line
    if not line.is_cut:
        assert not short.is_cut


@pytest.mark.parametrize(
    ("formula", "ask"),
    [
        ("count_vertices", lambda pool: pool.n_vertices()),
        ("count_facets", lambda pool: pool.n_facets()),
        ("count_facets", lambda pool: pool.f_vector()),
        ("count_vertices", lambda pool: pool.f_vector()),
        ("f_vector", lambda pool: pool.f_vector()),
        ("f_vector", lambda pool: pool.n_facets()),
        ("selections", lambda pool: pool.selections()),
    ],
)
def test_wrong_formulas_are_not_used(monkeypatch: pytest.MonkeyPatch, formula: str, ask: Any) -> None:
    original = getattr(sliding_windows, formula)

    def wrong(*arguments: int) -> Any:
        found = original(*arguments)
        return found + 1 if isinstance(found, int) else (found[0] + 1, *found[1:])

    for check in (LINES._check_vertices, LINES._check_faces, LINES._check_selections):
        check.cache_clear()
    for layer in (MaxPooling(6, 3, 1), MaxPooling(50, 4, 2), MaxPooling((4, 9), (2, 3), (2, 1))):
        ask(PoolingCounts(layer))
    monkeypatch.setattr(sliding_windows, formula, wrong)
    for check in (LINES._check_vertices, LINES._check_faces, LINES._check_selections):
        check.cache_clear()
    for layer in (MaxPooling(6, 3, 1), MaxPooling(50, 4, 2), MaxPooling((4, 9), (2, 3), (2, 1))):
        with pytest.raises(VerificationFailed):
            ask(PoolingCounts(layer))


def test_wrong_formulas_of_cut_lines_and_of_relu(monkeypatch: pytest.MonkeyPatch) -> None:
    LINES._check_vertices.cache_clear()
    monkeypatch.setattr(sliding_windows, "count_vertices_cut", lambda *line: 5)
    monkeypatch.setattr(sliding_windows, "relu_series", lambda k, s: sliding_windows.vertex_series(k, s))
    for pool in (PoolingCounts(MaxPooling(6, 3, 1, 1)), PoolingCounts(MaxPooling(6, 3, 1), "relu")):
        with pytest.raises(VerificationFailed, match="its formula says"):
            pool.n_vertices()
    LINES._check_vertices.cache_clear()
