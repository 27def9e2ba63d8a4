"""Small data sets, often degenerate: points of a coarse grid, so that many are equal or collinear."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tropical.fans.data_set import DataSet

coordinates = st.one_of(st.integers(-2, 2), st.fractions(-2, 2, max_denominator=3), st.just(Fraction(1, 10**9)))


@st.composite
def data_sets(draw: Any, most_points: int = 5, most_dims: int = 3) -> DataSet:
    dim = draw(st.integers(0, most_dims))
    size = draw(st.integers(1, most_points))
    point = st.lists(coordinates, min_size=dim, max_size=dim)
    return DataSet.of(draw(st.lists(point, min_size=size, max_size=size)), dim=dim)
