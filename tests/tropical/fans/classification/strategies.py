"""Small labeled data sets, often degenerate, with weights, and copies of points that may contradict each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.data_set import DataSet

TERMS = ((1, 1), (2, 1), (1, 2))
terms = st.sampled_from(TERMS)


@st.composite
def labeled_data(draw: Any, most_points: int = 4, most_dims: int = 2) -> DataSet:
    data = draw(data_sets(most_points, most_dims))
    labels = draw(st.lists(st.sampled_from([1, -1]), min_size=data.n_points, max_size=data.n_points))
    weights = draw(st.lists(st.integers(1, 3), min_size=data.n_points, max_size=data.n_points))
    return DataSet.of(data.points, labels, weights, data.dim)
