"""Generating functions of growing layers against single counts of their members."""

from functools import reduce
from itertools import permutations, product
from math import prod
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import LimitReached, ShapeError, VerificationFailed
from tests.tropical.pooling.test_layer import layers
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


@pytest.mark.parametrize(
    ("layer", "terms", "growth"),
    [
        (MaxPooling(5, 3, 1, 0, 2), [1, 3, 9, 21, 49, 112], 2.2469796037),
        (MaxPooling(9, 3, 1, 0, 2), [1, 3, 9, 21, 49, 112], 2.2469796037),
        (MaxPooling((2, 2), (1, 2), 1), [1, 4, 16, 64, 256], 4),
        (MaxPooling((2, 3), (1, 2), 1), [1, 4, 16, 64, 256], 4),
        (MaxPooling((2, 2), (2, 1), 1), [1, 2, 4, 8, 16], 2),
        (MaxPooling((4, 3), (2, 1), 1), [1, 8, 64, 512], 8),
        (MaxPooling((1, 3), (1, 3), 1), [1, 3, 7, 16, 36], 2.2469796037),
        (MaxPooling((3, 2), (3, 2), (3, 1)), [1, 6, 30, 144], None),
        (MaxPooling((1, 1, 2), (1, 1, 2), 1), [1, 2, 4, 8], 2),
        (MaxPooling((2, 2, 2), (1, 1, 2), 1), [1, 16, 256], 16),
        (MaxPooling(3, 1), [1, 1, 1, 1], 1),
        (MaxPooling(7, 2, 3), [1, 2, 4, 8], 2),
        (MaxPooling(6, 2, 2, 1, 3), [1, 1, 1, 2, 4, 8], 2),
    ],
)
def test_the_family_grows_along_the_last_axis(layer: MaxPooling, terms: list[int], growth: float | None) -> None:
    """Also where one member is a line of windows, or rows of a single window each."""
    found = series_of(PoolingCounts(layer))
    assert isinstance(found, LayerSeries) and found.series.terms(len(terms)) == terms
    assert growth is None or float(found.series.growth) == pytest.approx(growth)
    assert "n windows along the last axis" in found.counts and set(found.checked) >= {1, 2, 3}


def test_the_family_is_named() -> None:
    named = {
        MaxPooling(10, 3, 1): ("n + 2",),
        MaxPooling(10, 3, 2): ("2n + 2",),
        MaxPooling((3, 9), 2, 1): ("3", "n + 1"),
        MaxPooling((3, 9), 2, 2): ("3", "2n + 1"),
        MaxPooling(9, 3, 3): ("3n",),
        MaxPooling(8, 3, 1, 1): ("n",),
        MaxPooling(8, 4, 1, 2): ("n - 1",),
    }
    for layer, lengths in named.items():
        found = series_of(PoolingCounts(layer))
        assert isinstance(found, LayerSeries) and found.input == lengths == tuple(found.document()["input"])
        last = f"({lengths[-1]})" if " " in lengths[-1] and len(lengths) > 1 else lengths[-1]
        assert " × ".join((*lengths[:-1], last)) in found.counts


@settings(max_examples=settings.default.max_examples // 4)
@given(layers(), st.sampled_from([None, "relu", "leaky"]), st.sampled_from(["-inf", "0"]))
@example(MaxPooling((7, 5), (1, 3), 1, 0, (1, 2)), "relu", "-inf")
def test_series_of_random_layers(layer: MaxPooling, activation: Any, value: Any) -> None:
    """Members are made here by hand: inputs of other lengths with so many windows that are cut alike."""
    layer = evolve(layer, padding_value=value)
    try:
        found = series_of(PoolingCounts(layer, activation), seconds=5)
    except LimitReached:
        assume(False)
    for length in range(1, 9):
        try:
            member = evolve(layer, input_shape=(*layer.input_shape[:-1], length))
        except ShapeError:
            continue
        if member.overhang(-1) == layer.overhang(-1):
            number, n = slow_count(member, activation), member.output_shape[-1]
            if number is not None:
                assert isinstance(found, str) or found.series.term(n) == number, (member, found)


def slow_count(layer: MaxPooling, activation: str | None) -> int | None:
    """The number of different maxima over all orders of the inputs and the constant 0."""
    rule, size = layer.placement, prod(layer.input_shape)
    if size > 6:
        return None
    windows = []
    for corner in product(*map(range, layer.output_shape)):
        window = []
        for offset in product(*map(range, rule.kernel_size)):
            steps = zip(corner, rule.stride, offset, rule.dilation, rule.padding, layer.input_shape, strict=True)
            place = [(c * s + o * d - pads[0], length, pads[1]) for c, s, o, d, pads, length in steps]
            if all(0 <= x < length for x, length, _ in place):
                window.append(reduce(lambda index, each: index * each[1] + each[0], place, 0))
            elif layer.padding_value == "0" and all(x < length + after for x, length, after in place):
                window.append(size)
        windows.append({*window, size} if activation == "relu" and window else set(window))
    found = set()
    for order in permutations(range(size + 1)):
        winners = [max(window, key=order.__getitem__) if window else None for window in windows]
        signs = [w is None or order[w] >= order[size] for w in winners] if activation == "leaky" else []
        found.add((*winners, *signs))
    return len(found)


def test_a_wrong_series_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = RationalSeries((1,), (1, -3))
    monkeypatch.setattr("tropical.pooling.series.sliding_windows.vertex_series", lambda window, stride: wrong)
    with pytest.raises(VerificationFailed, match="9 for 2 windows"):
        series_of(PoolingCounts(MaxPooling(5, 3, 1)))


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
