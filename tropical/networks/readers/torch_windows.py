"""The torch functions whose windows slide over a tensor: convolutions, pooling, and means over all positions."""

from __future__ import annotations

from typing import Any

from polytopes.errors import UnsupportedError
from tropical.networks.layers import AvgPool, Conv, GlobalAvgPool, MaxPool
from tropical.networks.readers.graph import SourceGraph, Value, needs_constant
from tropical.networks.tensor import Tensor


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
    shift = None if bias is None else needs_constant(bias, "the bias")
    return convolution(graph, x, needs_constant(weight, "the kernel"), shift, stride, padding, dilation, groups)


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
    if divisor_override is not None:
        raise UnsupportedError("divisor_override is set; scale the result instead")
    layer = AvgPool(
        kernel_size, stride or kernel_size, padding, ceil_mode=ceil_mode, count_include_pad=count_include_pad
    )
    return graph.channelwise(layer, x)


def adaptive_avg_pool(graph: SourceGraph, x: Value, output_size: Any) -> Value:
    sizes = {output_size} if isinstance(output_size, int) else set(output_size)
    if sizes != {1}:
        raise UnsupportedError(f"output size {output_size}; only 1, the mean over all positions, is read")
    return graph.channelwise(GlobalAvgPool(), x)


def mean(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False) -> Value:
    axes = len(x.shape)
    dims = {dim % axes} if isinstance(dim, int) else {d % axes for d in dim or ()}
    if axes < 3 or dims != set(range(2, axes)):
        raise UnsupportedError(f"a mean over the axes {dim}; only over all axes after batch and channels")
    pooled = graph.channelwise(GlobalAvgPool(), x)
    return pooled if keepdim else graph.reshape(pooled, x.shape[:2])
