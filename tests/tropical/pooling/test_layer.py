"""The windows of max-pooling layers are torch's, and layers split into lines as they should."""

import csv
from math import prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError
from polytopes.minkowski_sums import frontier
from tests.paths import POOLING
from tropical.pooling.layer import MaxPooling
from tropical.pooling.lines import lines

TORCH = POOLING / "pooling_maxpool1d_torch_semantics.csv"


@st.composite
def layers(draw: st.DrawFn, axes: int | None = None) -> MaxPooling:
    """Layers that torch takes, on small inputs."""
    n = axes or draw(st.integers(1, 3))
    lengths = st.lists(st.integers(1, 7 if n < 3 else 4), min_size=n, max_size=n)
    small = st.lists(st.integers(1, 3), min_size=n, max_size=n)
    kernel = draw(small)
    padding = [draw(st.integers(0, k // 2)) for k in kernel]
    try:
        return MaxPooling(draw(lengths), kernel, draw(small), padding, draw(small), draw(st.booleans()))
    except ShapeError:
        assume(False)
        raise


@given(layers())
def test_windows_are_those_of_torch(layer: MaxPooling) -> None:
    """Each window finds the largest of distinct values where torch does; an empty one gives minus infinity."""
    import torch

    axes, rule = len(layer.input_shape), layer.placement
    pool = (torch.nn.MaxPool1d, torch.nn.MaxPool2d, torch.nn.MaxPool3d)[axes - 1]
    size = prod(layer.input_shape)
    values = torch.randperm(size).double()
    padding = [pair[0] for pair in rule.padding]
    module = pool(rule.kernel_size, rule.stride, padding, rule.dilation, ceil_mode=rule.ceil_mode)
    out = module(values.reshape(1, 1, *layer.input_shape))
    assert tuple(out.shape[2:]) == layer.output_shape
    ours = [max((float(values[i]) for i in window), default=-float("inf")) for window in layer.reads]
    assert out.flatten().tolist() == ours


@pytest.mark.parametrize("row", list(csv.DictReader(TORCH.open())), ids=lambda row: "-".join(row.values()))
def test_one_axis(row: dict[str, str]) -> None:
    """Output length and number of regions, by lines and by the frontier."""
    length, window, stride, padding, dilation, ceil, out, vertices = map(int, row.values())
    layer = MaxPooling(length, window, stride, padding, dilation, bool(ceil))
    found = lines(layer)
    assert found is not None
    assert layer.output_shape == (out,)
    assert prod(line.n_vertices() ** copies for line, copies in found.items()) == vertices
    assert frontier.count_vertices(layer.hypergraph) == vertices


@given(layers())
def test_lines_count_what_the_windows_do(layer: MaxPooling) -> None:
    found = lines(layer)
    if found is not None:
        graph = layer.hypergraph
        assert prod(line.n_vertices() ** copies for line, copies in found.items()) == frontier.count_vertices(graph)
        assert sum(line.n_read * copies for line, copies in found.items()) == len(graph.windows)
        if not layer.is_cut:
            assert sum((line.dimension or 0) * copies for line, copies in found.items()) == graph.dimension


@given(layers(axes=1))
def test_one_axis_always_splits_into_lines(layer: MaxPooling) -> None:
    assert lines(layer) is not None


@given(layers())
def test_a_layer_is_cut_iff_it_reads_padding(layer: MaxPooling) -> None:
    assert layer.is_cut == any(len(window) < prod(layer.placement.kernel_size) for window in layer.reads)


def test_leftover_inputs() -> None:
    assert MaxPooling(8, 3, stride=2).leftover == (7,)
    assert MaxPooling((3, 3), 2).leftover == (2, 5, 6, 7, 8)


def test_zeros_in_the_padding_are_one_more_element() -> None:
    layer = MaxPooling(4, 3, stride=1, padding=1, padding_value="0")
    assert layer.hypergraph.windows == ((0, 1, 4), (0, 1, 2), (1, 2, 3), (2, 3, 4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 7), "does not fit"),
        ((5, 3, 0), "positive"),
        ((5, 3, 1, 2), "at most half"),
        ((0, 1), "positive lengths"),
        (((4, 4), (2, 2, 2)), "one number, or one for each"),
        ((4, 2, 1, 0, 0), "positive"),
    ],
)
def test_refusals(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        MaxPooling(*arguments)


def test_padding_values_are_checked() -> None:
    with pytest.raises(InputError, match="'-inf' or '0'"):
        MaxPooling(4, 2, padding_value="zero")  # type: ignore[arg-type]
