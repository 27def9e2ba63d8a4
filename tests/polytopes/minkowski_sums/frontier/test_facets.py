"""Facets against the f-vector, known tables and the formula for strips of height 3."""

from __future__ import annotations

import csv
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier import count_facets, f_vector
from polytopes.minkowski_sums.frontier.facets import ColoringMachine
from polytopes.minkowski_sums.frontier.machine import Budget
from polytopes.minkowski_sums.frontier.schedule import schedule
from polytopes.minkowski_sums.frontier.sums import total
from polytopes.minkowski_sums.hypergraph import Hypergraph
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tests.paths import POOLING


def strip(height: int, width: int, kh: int = 2, kw: int = 2, sh: int = 1, sw: int = 1) -> Hypergraph:
    tops, lefts = range(0, height - kh + 1, sh), range(0, width - kw + 1, sw)
    cells = list(product(range(kh), range(kw)))
    return Hypergraph([[(y + i) * width + x + j for i, j in cells] for y in tops for x in lefts], height * width)


@given(st.integers(2, 7), st.data())
def test_the_last_but_one_number_of_the_f_vector(size: int, data: st.DataObject) -> None:
    windows = data.draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=6))
    h = Hypergraph(windows, size)
    assert count_facets(h) == ([0, *f_vector(h)])[-2]


def test_known_tables() -> None:
    for name in ("pooling_2d_facets.csv", "pooling_2d_fvectors.csv"):
        with (POOLING / name).open() as lines:
            for row in csv.DictReader(lines):
                if int(row.get("ph", 0)) + int(row.get("pw", 0)) == 0 and int(row.get("max_states", 0)) < 1000:
                    h = strip(*(int(row[key]) for key in ("H", "W", "kh", "kw", "sh", "sw")))
                    assert count_facets(h) == int(row["facets"]), row


@pytest.mark.parametrize("n", [3, 4, 9, 30])
def test_strips_of_height_3(n: int) -> None:
    assert count_facets(strip(3, n)) == 4 * n * n - 9 * n + 12


def test_nothing() -> None:
    assert count_facets(Hypergraph.of([])) == count_facets(Hypergraph([(0,)], 3)) == 0


def test_limits() -> None:
    with pytest.raises(LimitReached, match="MiB"):
        count_facets(strip(6, 6), memory=1 << 12)


@given(st.lists(st.sets(st.integers(0, 7), min_size=2, max_size=4), min_size=1, max_size=7))
def test_connected_hypergraphs_need_not_be_cut_into_blocks(windows: list[set[int]]) -> None:
    for part in Hypergraph.of(windows).connected_parts:
        h = part.hypergraph
        machine = ColoringMachine(schedule(h, range(len(h.windows))))
        assert total(machine, Budget())[0] == count_facets(h) == len(SimplexSum(h).facets)


def test_simplices_and_large_sets_of_like_elements() -> None:
    assert count_facets(Hypergraph([range(70)], 70)) == 70
    assert count_facets(Hypergraph([range(40), range(5, 45)], 45)) == len(
        SimplexSum.of([range(40), range(5, 45)]).facets
    )


def test_wide_frontiers() -> None:
    assert count_facets(strip(7, 9)) == count_facets(strip(9, 7)) == 9693645


def test_long_chains() -> None:
    assert count_facets(Hypergraph.of([(i, i + 1, i + 2) for i in range(5000)])) == 3 * 4999 + 3


def test_there_are_no_partial_counts_of_facets() -> None:
    with pytest.raises(LimitReached) as stopped:
        count_facets(strip(8, 8), seconds=0.0)
    assert stopped.value.partial is None
