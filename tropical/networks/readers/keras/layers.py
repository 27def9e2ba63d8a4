"""The layers of Keras that are read, by the names of their classes; each is a function of the graph and its inputs.

A value has the shape 1 x lengths x channels, unless a layer says ``"data_format": "channels_first"``. What drops or
adds noise in training does nothing in inference. Numbers of a configuration are the floats that its JSON spells. An
activation that is not piecewise linear is refused, also at the end: the file says that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import ShapeError
from tropical.networks.layers import batch_norm
from tropical.networks.readers.common import root
from tropical.networks.readers.keras.activations import (
    activated,
    activation_layer,
    leaky_relu,
    prelu,
    relu_layer,
    softmax,
    thresholded_relu,
)
from tropical.networks.readers.keras.files import SavedLayer
from tropical.networks.readers.keras.windows import (
    average_pool,
    convolution,
    depthwise_convolution,
    global_average,
    global_maximum,
    kernel_and_bias,
    max_pool,
    numbers,
    separable_convolution,
    spatial,
    transposed_convolution,
    upsampling,
)
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import pad
from tropical.networks.readers.symbolic.values import Value, axis_of
from tropical.networks.tensor import Tensor

Reader = Callable[..., Value]


def _unchanged(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return value


def _dense(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    kernel, bias = kernel_and_bias(layer)
    weight = Tensor.over(kernel.integers.T, kernel.denominator)
    return activated(graph, graph.affine(value, weight, bias), layer.config.get("activation"), layer.version)


def _batch_norm(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    config, weights = layer.config, list(layer.weights)
    channels = weights[-1].shape[0]
    gamma = weights.pop(0) if config.get("scale", True) else [1] * channels
    beta = weights.pop(0) if config.get("center", True) else [0] * channels
    mean, variance = weights
    axis = config.get("axis", -1)
    [axis] = axis if isinstance(axis, list) else [axis]
    after = len(value.shape) - 1 - axis_of(axis, value.shape)
    return graph.unary(batch_norm(gamma, beta, mean, variance, config.get("epsilon", 1e-3), after), value)


def _flatten(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """Channels come last in the flat tensor, whatever the format of the input."""
    if layer.config.get("data_format") == "channels_first" and len(value.shape) > 2:
        value = graph.transpose(value, [0, *range(2, len(value.shape)), 1])
    return graph.reshape(value, (1, prod(value.shape)))


def _reshape(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.reshape(value, (1, *numbers(layer.config["target_shape"], len(layer.config["target_shape"]))))


def _permute(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.transpose(value, [0, *layer.config["dims"]])


def _padding(sign: int) -> Reader:
    """Return the reader of layers that add zeros at the ends of axes (1), or cut them off (-1)."""

    def read(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
        start, axes = spatial(layer, value)
        padding = layer.config["padding" if sign > 0 else "cropping"]
        padding = [padding] if axes == 1 and isinstance(padding, list) else padding
        listed = padding if isinstance(padding, list) else [padding] * axes
        before, after = [0] * len(value.shape), [0] * len(value.shape)
        for axis, pair in enumerate(listed, start):
            front, back = numbers(pair, 2)
            before[axis], after[axis] = sign * front, sign * back
        return pad(graph, value, before, after)

    return read


def _rescaling(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.scale(value, Tensor.of(layer.config["scale"]), Tensor.of(layer.config.get("offset", 0)))


def _normalization(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    """``(x - mean) / max(sqrt(variance), 1e-7)``, or back; the numbers are weights, or in the configuration."""
    config = layer.config
    axes = config.get("axis", [-1])
    places = [axis_of(axis, value.shape) for axis in (axes if isinstance(axes, list) else [axes]) if axis is not None]
    stored = [Tensor.of(config[key]) for key in ("mean", "variance") if config.get(key) is not None]
    mean, variance = (part.fractions.ravel() for part in (stored or layer.weights[:2]))
    least = as_fraction(1e-7)
    deviations = np.array([max(root(entry), least) for entry in np.broadcast_to(variance, mean.shape)], dtype=object)
    if config.get("invert"):
        factor, shift = deviations, mean
    else:
        factor, shift = 1 / deviations, -mean / deviations
    shape = tuple(n if axis in places else 1 for axis, n in enumerate(value.shape))
    parts = (np.broadcast_to(part, (prod(shape),)).reshape(shape) for part in (factor, shift))
    return graph.scale(value, *map(Tensor.of, parts))


def _repeated(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    [count] = numbers(layer.config["n"], 1)
    return graph.broadcast(graph.reshape(value, (1, 1, *value.shape[1:])), (1, count, *value.shape[1:]))


def _concatenate(graph: SourceGraph, layer: SavedLayer, *values: Value) -> Value:
    return graph.concat(values, layer.config.get("axis", -1))


def _combined(coefficients: Callable[[int], Sequence[Any]]) -> Reader:
    def read(graph: SourceGraph, layer: SavedLayer, *values: Value) -> Value:
        return graph.combine(values, coefficients(len(values)))

    return read


def _difference(count: int) -> Sequence[Any]:
    if count != 2:
        raise ShapeError(f"a difference of {count} values")
    return [1, -1]


def _extremum(smallest: bool) -> Reader:
    def read(graph: SourceGraph, layer: SavedLayer, *values: Value) -> Value:
        return graph.extremum(values, smallest)

    return read


TRAINING_ONLY = (
    *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
)

LAYERS: dict[str, Reader] = {
    **dict.fromkeys(("InputLayer", "ActivityRegularization", "Identity", *TRAINING_ONLY), _unchanged),
    "Activation": activation_layer,
    "Add": _combined(lambda count: [1] * count),
    "Average": _combined(lambda count: [as_fraction(f"1/{count}")] * count),
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "Flatten": _flatten,
    "LeakyReLU": leaky_relu,
    "Maximum": _extremum(smallest=False),
    "Minimum": _extremum(smallest=True),
    "PReLU": prelu,
    "Permute": _permute,
    "ReLU": relu_layer,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "Softmax": softmax,
    "Subtract": _combined(_difference),
    "ThresholdedReLU": thresholded_relu,
    "Normalization": _normalization,
    "RepeatVector": _repeated,
}
for _axes in "123":
    LAYERS[f"Conv{_axes}D"] = convolution
    LAYERS[f"MaxPooling{_axes}D"] = max_pool
    LAYERS[f"AveragePooling{_axes}D"] = average_pool
    LAYERS[f"GlobalMaxPooling{_axes}D"] = global_maximum
    LAYERS[f"GlobalAveragePooling{_axes}D"] = global_average
    LAYERS[f"ZeroPadding{_axes}D"] = _padding(1)
    LAYERS[f"Cropping{_axes}D"] = _padding(-1)
    LAYERS[f"UpSampling{_axes}D"] = upsampling
    LAYERS[f"Conv{_axes}DTranspose"] = transposed_convolution
    LAYERS[f"DepthwiseConv{_axes}D"] = depthwise_convolution
    LAYERS[f"SeparableConv{_axes}D"] = separable_convolution

_SMOOTH = {
    *("Attention", "Dot", "ELU", "GRU", "GroupNormalization", "LSTM", "LayerNormalization", "MultiHeadAttention"),
    *("Multiply", "SimpleRNN", "UnitNormalization"),
}


def reason(kind: str) -> str:
    """Return why a layer is not read, and a way out, as the end of a sentence.

    >>> reason("ELU")
    'is not piecewise linear; retrain with ReLU, or put a piecewise linear function in its place'
    """
    if kind in _SMOOTH:
        return "is not piecewise linear; retrain with ReLU, or put a piecewise linear function in its place"
    return "is not read here; put layers that are in its place, or export the model to ONNX"
