"""Generating functions of growing layers against single counts of their members."""

from typing import Any

import pytest

from polytopes.errors import LimitReached
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.series import LayerSeries, series_of

LAYERS: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((), {"kernel_size": 3, "stride": 1}),
    ((), {"kernel_size": 3, "stride": 1, "dilation": 2}),
    ((), {"kernel_size": 3, "stride": 2, "dilation": 3, "padding": 1}),
    ((), {"kernel_size": 4, "stride": 2, "dilation": 2, "padding": 2, "ceil_mode": True}),
    ((), {"kernel_size": 3, "stride": 1, "padding": 1, "padding_value": "0"}),
    ((), {"kernel_size": 3, "stride": 1, "dilation": 2, "padding": 1, "padding_value": "0"}),
    ((), {"kernel_size": 2, "stride": 3}),
    ((), {"kernel_size": 3, "stride": 2, "ceil_mode": True, "padding_value": "0"}),
    ((), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "padding_value": "0"}),
    ((), {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "ceil_mode": True, "padding_value": "0"}),
    ((), {"kernel_size": 2, "stride": 3, "padding": 1, "dilation": 2, "ceil_mode": True, "padding_value": "0"}),
    ((3,), {"kernel_size": 2, "stride": 1}),
    ((5,), {"kernel_size": 2, "stride": 1, "dilation": (2, 1)}),
    ((3,), {"kernel_size": 2, "stride": 1, "dilation": (1, 2)}),
    ((4,), {"kernel_size": 2, "stride": 1, "dilation": 2, "padding": 1}),
    ((3,), {"kernel_size": 3, "stride": 2, "padding": 1, "padding_value": "0"}),
    ((4,), {"kernel_size": 2, "stride": (2, 1), "padding": (0, 1), "padding_value": "0"}),
    ((4,), {"kernel_size": 2, "stride": (1, 2)}),
    ((3,), {"kernel_size": 2, "stride": 2, "ceil_mode": True, "padding_value": "0"}),
    ((3,), {"kernel_size": (2, 3), "stride": 2, "padding": (0, 1), "ceil_mode": True, "padding_value": "0"}),
    ((2, 2), {"kernel_size": 2, "stride": 1}),
]


@pytest.mark.parametrize("activation", [None, "relu", "leaky"])
@pytest.mark.parametrize(("before", "options"), LAYERS, ids=lambda each: str(each).replace("'", ""))
def test_terms_are_counts(before: tuple[int, ...], options: dict[str, Any], activation: Any) -> None:
    """Layers of all lengths whose first and last windows are cut alike belong to one series."""
    found: dict[tuple[int, int], LayerSeries] = {}
    facets: dict[tuple[int, int], LayerSeries] = {}
    for length in range(6, 13 - 2 * len(before)):
        layer = MaxPooling((*before, length), **options)
        pool, ends, n = PoolingCounts(layer, activation), layer.overhang(-1), layer.output_shape[-1]
        for table, wanted in ((found, False), (facets, True)):
            if wanted and activation == "leaky":
                continue
            series = table.get(ends) or series_of(pool, wanted)
            assert isinstance(series, LayerSeries)
            table[ends] = series
            assert series.series.term(n) == (pool.n_facets() if wanted else pool.n_vertices()), (length, series)


def test_very_many_pieces_are_refused() -> None:
    with pytest.raises(LimitReached, match="recurrence of order"):
        series_of(PoolingCounts(MaxPooling((24, 9), 2, stride=1, dilation=6)))


def test_how_they_are_proven() -> None:
    closed = series_of(PoolingCounts(MaxPooling(9, 3, stride=1)), facets=True)
    interleaved = series_of(PoolingCounts(MaxPooling((5, 9), 2, stride=1, dilation=2)))
    assert isinstance(closed, LayerSeries) and isinstance(interleaved, LayerSeries)
    assert closed.proof == "closed form"
    assert interleaved.proof.startswith("proven by 11 classes") and "2 kinds of pieces" in interleaved.proof


def test_windows_wholly_in_the_padding_have_no_series() -> None:
    layer = MaxPooling((1, 9), (2, 3), 2, 1, (2, 1), padding_value="0")
    assert "no window" in str(series_of(PoolingCounts(layer)))
