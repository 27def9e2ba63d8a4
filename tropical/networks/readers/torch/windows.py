"""The torch functions whose windows slide over a tensor: convolutions, their transposes, and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.layers import AvgPool, Conv, GlobalAvgPool, MaxPool
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import conv_transpose, max_over
from tropical.networks.readers.symbolic.values import Value, needs_constant
from tropical.networks.readers.torch.tensors import optional_constant
from tropical.networks.tensor import Tensor


def spread(value: Any, axes: int) -> tuple[int, ...]:
    """Return one number, or one for each axis, as one for each."""
    numbers = (value,) if isinstance(value, int) else tuple(value)
    if len(numbers) not in (1, axes):
        raise ShapeError(f"{numbers} should be one number, or one for each of {axes} axes")
    return numbers * axes if len(numbers) == 1 else numbers


def convolution(graph: SourceGraph, x: Value, weight: Tensor, bias: Tensor | None, *arguments: Any) -> Value:
    stride, padding, dilation, groups = arguments
    kernel = weight.shape[2:]
    if padding == "valid":
        padding = 0
    elif padding == "same":
        steps = (dilation,) * len(kernel) if isinstance(dilation, int) else dilation
        totals = [d * (k - 1) for d, k in zip(steps, kernel, strict=True)]
        padding = [(total // 2, total - total // 2) for total in totals]
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    layer = Conv(weight, **options) if bias is None else Conv(weight, bias, **options)
    return graph.channelwise(layer, x)


def conv(
    graph: SourceGraph,
    x: Value,
    weight: Value,
    bias: Value | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Value:
    shift = optional_constant(bias, "the bias")
    return convolution(graph, x, needs_constant(weight, "the kernel"), shift, stride, padding, dilation, groups)


def transposed_convolution(graph: SourceGraph, x: Value, weight: Tensor, bias: Tensor | None, *arguments: Any) -> Value:
    axes = len(weight.shape) - 2
    stride, padding, output_padding, groups, dilation = arguments
    return conv_transpose(
        graph,
        x,
        weight,
        bias,
        stride=spread(stride, axes),
        padding=[(n, n) for n in spread(padding, axes)],
        output_padding=spread(output_padding, axes),
        dilation=spread(dilation, axes),
        groups=groups,
    )


def conv_transposed(
    graph: SourceGraph,
    x: Value,
    weight: Value,
    bias: Value | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Value:
    kernel, shift = needs_constant(weight, "the kernel"), optional_constant(bias, "the bias")
    return transposed_convolution(graph, x, kernel, shift, stride, padding, output_padding, groups, dilation)


def max_pool(
    graph: SourceGraph,
    x: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Value:
    if return_indices:
        raise UnsupportedError("return_indices is set; indices are not piecewise linear")
    layer = MaxPool(kernel_size, stride or kernel_size, padding, dilation, ceil_mode)
    return graph.channelwise(layer, x)


def avg_pool(
    graph: SourceGraph,
    x: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Value:
    """With a divisor of its own, a window is the sum of its entries divided by that."""
    if divisor_override is not None:
        return _sums_over_windows(graph, x, kernel_size, stride or kernel_size, padding, ceil_mode, divisor_override)
    layer = AvgPool(
        kernel_size, stride or kernel_size, padding, ceil_mode=ceil_mode, count_include_pad=count_include_pad
    )
    return graph.channelwise(layer, x)


def _sums_over_windows(
    graph: SourceGraph, x: Value, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, divisor: int
) -> Value:
    if ceil_mode:
        raise UnsupportedError("divisor_override together with ceil_mode; scale the result instead")
    kernel, channels = spread(kernel_size, len(x.shape) - 2), x.shape[1]
    weight = Tensor.of(np.full((channels, 1, *kernel), Fraction(1, divisor), dtype=object))
    return graph.channelwise(Conv(weight, stride=stride, padding=padding, groups=channels), x)


def _ends(length: int, parts: int) -> list[tuple[int, int]]:
    """Return where torch's adaptive windows begin and end; they may overlap."""
    return [(i * length // parts, -(-(i + 1) * length // parts)) for i in range(parts)]


def _lengths(x: Value, output_size: Any) -> list[int]:
    given = spread_or_none(output_size, len(x.shape) - 2)
    return [n if wanted is None else int(wanted) for n, wanted in zip(x.shape[2:], given, strict=True)]


def spread_or_none(value: Any, axes: int) -> Sequence[Any]:
    """Return one length for each axis; None keeps that of the tensor."""
    numbers = (value,) if value is None or isinstance(value, int) else tuple(value)
    if len(numbers) not in (1, axes):
        raise ShapeError(f"{numbers} should be one length, or one for each of {axes} axes")
    return numbers * axes if len(numbers) == 1 else numbers


def adaptive_avg_pool(graph: SourceGraph, x: Value, output_size: Any) -> Value:
    """A mean over a window is that of means along one axis after the other."""
    wanted = _lengths(x, output_size)
    if set(wanted) == {1}:
        return graph.channelwise(GlobalAvgPool(), x)
    for axis, parts in enumerate(wanted, 2):
        length = x.shape[axis]
        if parts == length:
            continue
        rows = [
            [Fraction(int(start <= j < end), end - start) for j in range(length)] for start, end in _ends(length, parts)
        ]
        x = graph.affine_along(x, Tensor.of(rows), axis)
    return x


def adaptive_max_pool(graph: SourceGraph, x: Value, output_size: Any, return_indices: bool = False) -> Value:
    """Windows of different lengths are filled up with an entry that they have anyway."""
    if return_indices:
        raise UnsupportedError("return_indices is set; indices are not piecewise linear")
    wanted, lengths = _lengths(x, output_size), x.shape[2:]
    if all(n % parts == 0 for n, parts in zip(lengths, wanted, strict=True)):
        kernel = tuple(n // parts for n, parts in zip(lengths, wanted, strict=True))
        return graph.channelwise(MaxPool(kernel, kernel), x)
    tables = [_window_table(length, parts) for length, parts in zip(lengths, wanted, strict=True)]
    axes = len(lengths)

    def gathered(table: Any) -> Any:
        for axis, places in enumerate(tables):
            table = np.take(table, places, axis=2 + 2 * axis)
        return table

    windows = graph.rearrange(x, gathered)
    return max_over(graph, windows, [3 + 2 * axis for axis in range(axes)], keep=False)


def _window_table(length: int, parts: int) -> Any:
    ends = _ends(length, parts)
    widest = max(end - start for start, end in ends)
    return np.array([[min(start + k, end - 1) for k in range(widest)] for start, end in ends])


def lp_pool(
    graph: SourceGraph, x: Value, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Value:
    raise UnsupportedError(f"the norm of exponent {norm_type} over windows; use average or max pooling")


def unfolded(
    graph: SourceGraph, x: Value, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Value:
    """The windows as columns: batch x (channels x positions) x windows, the function of ``torch.nn.Unfold``."""
    axes = len(x.shape) - 2
    kernel, step = spread(kernel_size, axes), spread(dilation, axes)
    positions = prod(kernel)
    weight = Tensor.of(np.eye(positions, dtype=int).reshape(positions, 1, *kernel))
    repeated = Tensor.of(np.tile(weight.integers, (x.shape[1], 1, *[1] * axes)))
    layer = Conv(repeated, stride=stride, padding=padding, dilation=step, groups=x.shape[1])
    windows = graph.channelwise(layer, x)
    return graph.reshape(windows, (*windows.shape[:2], prod(windows.shape[2:])))
