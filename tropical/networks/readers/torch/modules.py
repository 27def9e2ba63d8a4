"""The modules of torch: each is the function of the same name with the module's settings.

Every entry takes the graph, the module and a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytopes.errors import UnsupportedError
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import MODES
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.readers.torch.activations import (
    batch_normalized,
    clamp,
    hardshrink,
    hardsigmoid,
    leaky_relu,
    prelu,
    relu,
    rrelu,
    softshrink,
    threshold,
)
from tropical.networks.readers.torch.moves import (
    channel_shuffle,
    flatten,
    padded,
    pixel_shuffle,
    pixel_unshuffle,
    unflatten,
)
from tropical.networks.readers.torch.preparation import optional_parameter, parameter, refuse_training
from tropical.networks.readers.torch.resizing import interpolate
from tropical.networks.readers.torch.tensors import exact
from tropical.networks.readers.torch.windows import (
    adaptive_avg_pool,
    adaptive_max_pool,
    avg_pool,
    convolution,
    max_pool,
    transposed_convolution,
    unfolded,
)

Read = Callable[[SourceGraph, Any, Value], Value]


def _linear_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return graph.affine(x, parameter(module, "weight"), optional_parameter(module, "bias"))


def _conv_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    weight, bias = parameter(module, "weight"), optional_parameter(module, "bias")
    padding = module.padding
    if module.padding_mode != "zeros":
        if module.padding_mode not in MODES:
            raise UnsupportedError(f"padding_mode {module.padding_mode!r} is not read")
        x = padded(graph, x, module._reversed_padding_repeated_twice, module.padding_mode)
        padding = 0
    return convolution(graph, x, weight, bias, module.stride, padding, module.dilation, module.groups)


def _conv_transpose_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    weight, bias = parameter(module, "weight"), optional_parameter(module, "bias")
    arguments = (module.stride, module.padding, module.output_padding, module.groups, module.dilation)
    return transposed_convolution(graph, x, weight, bias, *arguments)


def _norm_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    """Batch normalization, or instance normalization with statistics that were kept."""
    refuse_training(module, "uses the statistics of the batch")
    if module.running_mean is None:
        raise UnsupportedError("no running statistics are kept; those of the input are not piecewise linear")
    mean, variance = exact(module.running_mean, "running_mean"), exact(module.running_var, "running_var")
    weight, bias = optional_parameter(module, "weight"), optional_parameter(module, "bias")
    return batch_normalized(graph, x, mean, variance, weight, bias, module.eps)


def _prelu_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return prelu(graph, x, constant(parameter(module, "weight")))


def _rrelu_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    refuse_training(module, "has random slopes")
    return rrelu(graph, x, module.lower, module.upper)


def _dropout_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    if module.p:
        refuse_training(module, "drops entries at random")
    return x


def _max_pool_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    arguments = (module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)
    return max_pool(graph, x, *arguments, module.return_indices)


def _avg_pool_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    arguments = (module.kernel_size, module.stride, module.padding, module.ceil_mode, module.count_include_pad)
    return avg_pool(graph, x, *arguments, getattr(module, "divisor_override", None))


def _pad_module(mode: str) -> Read:
    return lambda graph, module, x: padded(graph, x, module.padding, mode, getattr(module, "value", None))


def _upsample_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    recomputed = getattr(module, "recompute_scale_factor", None)
    return interpolate(graph, x, module.size, module.scale_factor, module.mode, module.align_corners, recomputed)


def _over_axes(name: str, read: Read, axes: tuple[int, ...] = (1, 2, 3)) -> dict[str, Read]:
    return {f"{name}{n}d": read for n in axes}


MODULES: dict[str, Read] = {
    "ChannelShuffle": lambda graph, module, x: channel_shuffle(graph, x, module.groups),
    "Flatten": lambda graph, module, x: flatten(graph, x, module.start_dim, module.end_dim),
    "Hardshrink": lambda graph, module, x: hardshrink(graph, x, module.lambd),
    "Hardsigmoid": lambda graph, module, x: hardsigmoid(graph, x),
    "Hardtanh": lambda graph, module, x: clamp(graph, x, module.min_val, module.max_val),
    "Identity": lambda graph, module, x: x,
    "LeakyReLU": lambda graph, module, x: leaky_relu(graph, x, module.negative_slope),
    "Linear": _linear_module,
    "PReLU": _prelu_module,
    "PixelShuffle": lambda graph, module, x: pixel_shuffle(graph, x, module.upscale_factor),
    "PixelUnshuffle": lambda graph, module, x: pixel_unshuffle(graph, x, module.downscale_factor),
    "RReLU": _rrelu_module,
    "ReLU": lambda graph, module, x: relu(graph, x),
    "ReLU6": lambda graph, module, x: clamp(graph, x, module.min_val, module.max_val),
    "Softshrink": lambda graph, module, x: softshrink(graph, x, module.lambd),
    "SyncBatchNorm": _norm_module,
    "Threshold": lambda graph, module, x: threshold(graph, x, module.threshold, module.value),
    "Unflatten": lambda graph, module, x: unflatten(graph, x, module.dim, module.unflattened_size),
    "Unfold": lambda graph, module, x: unfolded(
        graph, x, module.kernel_size, module.dilation, module.padding, module.stride
    ),
    "Upsample": _upsample_module,
    "UpsamplingBilinear2d": _upsample_module,
    "UpsamplingNearest2d": _upsample_module,
    **dict.fromkeys(
        ("AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"), _dropout_module
    ),
    **_over_axes("AdaptiveAvgPool", lambda graph, module, x: adaptive_avg_pool(graph, x, module.output_size)),
    **_over_axes(
        "AdaptiveMaxPool",
        lambda graph, module, x: adaptive_max_pool(graph, x, module.output_size, module.return_indices),
    ),
    **_over_axes("AvgPool", _avg_pool_module),
    **_over_axes("BatchNorm", _norm_module),
    **_over_axes("CircularPad", _pad_module("circular")),
    **_over_axes("ConstantPad", _pad_module("constant")),
    **_over_axes("Conv", _conv_module),
    **_over_axes("ConvTranspose", _conv_transpose_module),
    **_over_axes("InstanceNorm", _norm_module),
    **_over_axes("MaxPool", _max_pool_module),
    **_over_axes("ReflectionPad", _pad_module("reflect")),
    **_over_axes("ReplicationPad", _pad_module("replicate")),
    **_over_axes("ZeroPad", _pad_module("constant")),
}
