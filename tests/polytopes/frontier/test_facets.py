"""Facets against the f-vector, known tables and the formula for strips of height 3."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import LimitReached
from polytopes.frontier import count_facets, f_vector
from polytopes.hypergraph import Hypergraph

DATA = Path(__file__).parents[2] / "data" / "pooling"


def strip(height: int, width: int, kh: int = 2, kw: int = 2, sh: int = 1, sw: int = 1) -> Hypergraph:
    tops, lefts = range(0, height - kh + 1, sh), range(0, width - kw + 1, sw)
    cells = list(product(range(kh), range(kw)))
    return Hypergraph([[(y + i) * width + x + j for i, j in cells] for y in tops for x in lefts], height * width)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 7), st.data())
def test_the_last_but_one_number_of_the_f_vector(size: int, data: st.DataObject) -> None:
    windows = data.draw(st.lists(st.sets(st.integers(0, size - 1), min_size=1), max_size=6))
    h = Hypergraph(windows, size)
    assert count_facets(h) == ([0, *f_vector(h)])[-2]


def test_known_tables() -> None:
    for name in ("pooling_2d_facets.csv", "pooling_2d_fvectors.csv"):
        with (DATA / name).open() as lines:
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
