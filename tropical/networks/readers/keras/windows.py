"""The layers of Keras whose windows slide over a tensor: convolutions and pooling, with channels last or first."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import evolve

from polytopes.errors import ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.layers import AvgPool, Conv, GlobalAvgPool, Layer, MaxPool
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.keras.activations import activated
from tropical.networks.readers.keras.files import SavedLayer
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import conv_transpose
from tropical.networks.readers.symbolic.resizing import ResizedAxis, interpolation
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.tensor import Array, Shape, Tensor


def numbers(value: Any, axes: int) -> Shape:
    """Return one integer for each axis, of a number or a list in a configuration."""
    found = tuple(value) if isinstance(value, list) else (value,) * axes
    if len(found) != axes or not all(type(n) is int for n in found):
        raise ShapeError(f"{shortened(value)} should be {axes} integers, one per axis")
    return found


def kernel_and_bias(layer: SavedLayer) -> tuple[Tensor, Tensor | None]:
    """Return the weights of a layer that has a kernel and maybe a bias, and no others."""
    if len(layer.weights) != 1 + bool(layer.config.get("use_bias", True)):
        raise ShapeError(f"{len(layer.weights)} arrays of weights; a kernel is needed, and a bias if use_bias is set")
    return layer.weights[0], layer.weights[1] if len(layer.weights) > 1 else None


def spatial(layer: SavedLayer, value: Value) -> tuple[int, int]:
    """Return the first of the axes along which windows slide, and their number."""
    if len(value.shape) < 3:
        raise ShapeError(f"expected a tensor lengths x channels, got shape {value.shape[1:]}")
    return (2 if _channels_first(layer) else 1), len(value.shape) - 2


def _channels_first(layer: SavedLayer) -> bool:
    return layer.config.get("data_format") == "channels_first"


def _channelwise(graph: SourceGraph, layer: SavedLayer, value: Value, operation: Layer) -> Value:
    """Apply a layer of tensors channels x lengths."""
    return _behind(graph, layer, graph.channelwise(operation, _in_front(graph, layer, value)))


def _in_front(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Return the tensor with its channels in front of the lengths."""
    last = len(value.shape) - 1
    return value if _channels_first(layer) else graph.transpose(value, [0, last, *range(1, last)])


def _behind(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Return such a tensor with its channels where the layer has them."""
    return value if _channels_first(layer) else graph.transpose(value, [0, *range(2, len(value.shape)), 1])


def _windows(layer: SavedLayer, value: Value, kernel: Shape, stride: Any) -> dict[str, Any]:
    """Return stride, padding and dilation; "same" pads for ceil(length / stride) windows, an odd number behind."""
    config = layer.config
    start, axes = spatial(layer, value)
    if len(kernel) != axes:
        raise ShapeError(f"windows of {len(kernel)} axes on a tensor of shape {value.shape[1:]}")
    strides, dilation = numbers(stride, axes), numbers(config.get("dilation_rate", 1), axes)
    if min(*strides, *dilation) < 1:
        raise ShapeError(f"strides {strides} and dilation rates {dilation} should be positive")
    mode = config.get("padding", "valid")
    if mode not in ("valid", "same", "causal") or (mode == "causal" and axes > 1):
        raise UnsupportedError(f"padding {shortened(mode)}; valid, same and, along one axis, causal are read")
    padding = []
    for length, k, s, d in zip(value.shape[start:], kernel, strides, dilation, strict=False):
        reach = d * (k - 1)
        total = max(0, (-(-length // s) - 1) * s + reach + 1 - length)
        padding.append({"valid": (0, 0), "same": (total // 2, total - total // 2), "causal": (reach, 0)}[mode])
    return {"stride": strides, "padding": padding, "dilation": dilation}


def convolution(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """The kernel is lengths x in x out."""
    kernel, bias = kernel_and_bias(layer)
    return _activated(graph, layer, _convolved(graph, layer, value, kernel, bias))


def _convolved(graph: SourceGraph, layer: SavedLayer, value: Value, kernel: Tensor, bias: Tensor | None) -> Value:
    axes = len(kernel.shape) - 2
    weight = _moved(kernel, kernel.integers.transpose(axes + 1, axes, *range(axes)))
    windows = _windows(layer, value, kernel.shape[:axes], layer.config.get("strides", 1))
    windows |= {} if bias is None else {"bias": bias}
    return _channelwise(graph, layer, value, Conv(weight, groups=layer.config.get("groups", 1), **windows))


def depthwise_convolution(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """The kernel is lengths x in x multiplier."""
    kernel, bias = kernel_and_bias(layer)
    return _activated(graph, layer, _depthwise(graph, layer, value, kernel, bias))


def _depthwise(graph: SourceGraph, layer: SavedLayer, value: Value, kernel: Tensor, bias: Tensor | None) -> Value:
    axes, (channels, multiplier) = len(kernel.shape) - 2, kernel.shape[-2:]
    entries = kernel.integers.transpose(axes, axes + 1, *range(axes))
    weight = _moved(kernel, entries.reshape(channels * multiplier, 1, *kernel.shape[:axes]))
    windows = _windows(layer, value, kernel.shape[:axes], layer.config.get("strides", 1))
    windows |= {} if bias is None else {"bias": bias}
    return _channelwise(graph, layer, value, Conv(weight, groups=channels, **windows))


def separable_convolution(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """A depthwise convolution, and one along the channels, whose kernel is 1 x ... x in x out."""
    if len(layer.weights) != 2 + bool(layer.config.get("use_bias", True)):
        raise ShapeError(
            f"{len(layer.weights)} arrays of weights; two kernels are needed, and a bias if use_bias is set"
        )
    depthwise, pointwise, *added = layer.weights
    between = _depthwise(graph, layer, value, depthwise, None)
    plain = evolve(layer, config={"data_format": layer.config.get("data_format")})
    return _activated(graph, layer, _convolved(graph, plain, between, pointwise, added[0] if added else None))


def transposed_convolution(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """The kernel is lengths x out x in; "same" gives length * stride entries, what is cut off being larger behind."""
    kernel, bias = kernel_and_bias(layer)
    axes, config = len(kernel.shape) - 2, layer.config
    stride, dilation = numbers(config.get("strides", 1), axes), numbers(config.get("dilation_rate", 1), axes)
    mode = config.get("padding", "valid")
    if config.get("output_padding") is not None or mode not in ("valid", "same"):
        raise UnsupportedError(f"output_padding, or padding {shortened(mode)}; valid and same without it are read")
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel.shape, strict=False)]
    beyond = [max(0, span - s) if mode == "same" else 0 for span, s in zip(spans, stride, strict=True)]
    weight = _moved(kernel, kernel.integers.transpose(axes + 1, axes, *range(axes)))
    result = conv_transpose(
        graph,
        _in_front(graph, layer, value),
        weight,
        bias,
        stride=stride,
        padding=[(cut // 2, cut - cut // 2) for cut in beyond],
        output_padding=[max(0, s - span) for span, s in zip(spans, stride, strict=True)],
        dilation=dilation,
        groups=1,
    )
    return _activated(graph, layer, _behind(graph, layer, result))


def upsampling(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Entries are repeated along axes, or interpolated linearly."""
    start, axes = spatial(layer, value)
    mode = layer.config.get("interpolation", "nearest")
    if mode not in ("nearest", "bilinear"):
        raise UnsupportedError(f"interpolation {shortened(mode)}; nearest and bilinear are read")
    for axis, factor in enumerate(numbers(layer.config.get("size", 2), axes), start):
        length = value.shape[axis]
        charge_entries((length, max(1, factor), length if mode == "bilinear" else 1), "a tensor that is resized")
        if mode == "nearest":
            value = graph.take(value, axis, [i // factor for i in range(length * factor)])
        else:
            resized = ResizedAxis(length, length * factor, Fraction(factor))
            value = graph.affine_along(value, interpolation(resized, "half_pixel"), axis)
    return value


def _activated(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return activated(graph, value, layer.config.get("activation"), layer.version)


def _moved(kernel: Tensor, entries: Array) -> Tensor:
    return Tensor.over(entries, kernel.denominator)


def _pool_arguments(layer: SavedLayer, value: Value) -> tuple[Shape, dict[str, Any]]:
    size = numbers(layer.config.get("pool_size", 2), len(value.shape) - 2)
    stride = layer.config.get("strides")
    return size, _windows(layer, value, size, list(size) if stride is None else stride)


def max_pool(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    size, windows = _pool_arguments(layer, value)
    return _channelwise(graph, layer, value, MaxPool(size, **windows))


def average_pool(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Padding counts neither in the sum nor in the divisor."""
    size, windows = _pool_arguments(layer, value)
    return _channelwise(graph, layer, value, AvgPool(size, **windows, count_include_pad=False))


def global_maximum(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    start, axes = spatial(layer, value)
    return _without_lengths(graph, layer, _channelwise(graph, layer, value, MaxPool(value.shape[start : start + axes])))


def global_average(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    spatial(layer, value)
    return _without_lengths(graph, layer, _channelwise(graph, layer, value, GlobalAvgPool()))


def _without_lengths(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Drop the axes of length 1, unless the layer keeps them."""
    if layer.config.get("keepdims"):
        return value
    return graph.reshape(value, (1, value.shape[1] if _channels_first(layer) else value.shape[-1]))
