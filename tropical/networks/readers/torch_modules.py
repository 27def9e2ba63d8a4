"""The modules of torch: each is the function of the same name with the module's settings.

Every entry takes the graph, the module and a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytopes.errors import UnsupportedError
from tropical.networks.layers import batch_norm
from tropical.networks.readers.graph import SourceGraph, Value, constant
from tropical.networks.readers.torch_functions import clamp, exact, flatten, leaky_relu, prelu, relu
from tropical.networks.readers.torch_preparation import optional_parameter, parameter, refuse_training
from tropical.networks.readers.torch_windows import adaptive_avg_pool, avg_pool, convolution, max_pool


def _linear_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return graph.affine(x, parameter(module, "weight"), optional_parameter(module, "bias"))


def _conv_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    if module.padding_mode != "zeros":
        raise UnsupportedError(f"padding_mode {module.padding_mode!r}; only zeros are read")
    weight, bias = parameter(module, "weight"), optional_parameter(module, "bias")
    return convolution(graph, x, weight, bias, module.stride, module.padding, module.dilation, module.groups)


def _batch_norm_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    if module.running_mean is None:
        raise UnsupportedError("no running statistics are kept; batch statistics are not piecewise linear")
    refuse_training(module, "uses the statistics of the batch")
    mean = exact(module.running_mean, "running_mean")
    gamma = np.ones(mean.shape, dtype=int) if module.weight is None else parameter(module, "weight")
    beta = np.zeros(mean.shape, dtype=int) if module.bias is None else parameter(module, "bias")
    layer = batch_norm(gamma, beta, mean, exact(module.running_var, "running_var"), module.eps, len(x.shape) - 2)
    return graph.channelwise(layer, x)


def _relu_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return relu(graph, x)


def _leaky_relu_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return leaky_relu(graph, x, module.negative_slope)


def _prelu_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return prelu(graph, x, constant(parameter(module, "weight")))


def _hardtanh_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return clamp(graph, x, module.min_val, module.max_val)


def _identity_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return x


def _dropout_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    if module.p:
        refuse_training(module, "drops entries at random")
    return x


def _flatten_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return flatten(graph, x, module.start_dim, module.end_dim)


def _max_pool_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    arguments = (module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode)
    return max_pool(graph, x, *arguments, module.return_indices)


def _avg_pool_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    arguments = (module.kernel_size, module.stride, module.padding, module.ceil_mode, module.count_include_pad)
    return avg_pool(graph, x, *arguments, getattr(module, "divisor_override", None))


def _adaptive_avg_pool_module(graph: SourceGraph, module: Any, x: Value) -> Value:
    return adaptive_avg_pool(graph, x, module.output_size)


MODULES: dict[str, Callable[..., Any]] = {
    "AdaptiveAvgPool1d": _adaptive_avg_pool_module,
    "AdaptiveAvgPool2d": _adaptive_avg_pool_module,
    "AvgPool1d": _avg_pool_module,
    "AvgPool2d": _avg_pool_module,
    "BatchNorm1d": _batch_norm_module,
    "BatchNorm2d": _batch_norm_module,
    "Conv1d": _conv_module,
    "Conv2d": _conv_module,
    "Dropout": _dropout_module,
    "Dropout1d": _dropout_module,
    "Dropout2d": _dropout_module,
    "Flatten": _flatten_module,
    "Hardtanh": _hardtanh_module,
    "Identity": _identity_module,
    "LeakyReLU": _leaky_relu_module,
    "Linear": _linear_module,
    "MaxPool1d": _max_pool_module,
    "MaxPool2d": _max_pool_module,
    "PReLU": _prelu_module,
    "ReLU": _relu_module,
    "ReLU6": _hardtanh_module,
}
