"""The layers of Keras that are read, by the names of their classes; each is a function of the graph and its inputs.

A value has the shape 1 x lengths x channels, unless a layer says ``"data_format": "channels_first"``. What drops or
adds noise in training does nothing in inference. Numbers of a configuration are the floats that its JSON spells. An
activation that is not piecewise linear is refused, also at the end: the file says that it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.networks.layers import LeakyReLU, ReLU, batch_norm
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
    spatial,
)
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import pad
from tropical.networks.readers.symbolic.values import Value, axis_of, constant
from tropical.networks.tensor import Tensor

Reader = Callable[..., Value]
SMOOTH = ("softmax", "sigmoid", "log_softmax", "tanh")


def activated(graph: SourceGraph, value: Value, activation: Any) -> Value:
    """Apply an activation that is named in a configuration."""
    if isinstance(activation, dict) and activation.get("class_name") == "function":
        activation = activation.get("config")
    match activation:
        case None | "linear":
            return value
        case "relu":
            return graph.unary(ReLU(), value)
        case "relu6":
            return _relu(graph, value, 0, 6)
        case "leaky_relu":
            return graph.unary(LeakyReLU(as_fraction(0.2)), value)
        case {"class_name": "ReLU", "config": dict(config)}:
            return _relu(graph, value, config.get("negative_slope") or 0, config.get("max_value"))
        case {"class_name": "LeakyReLU", "config": dict(config)}:
            return graph.unary(LeakyReLU(_slope(config)), value)
    name = activation.get("class_name") if isinstance(activation, dict) else activation
    way_out = "; save the model without it, with activation='linear', for the values before it"
    raise UnsupportedError(f"activation {shortened(name)} is not piecewise linear{way_out if name in SMOOTH else ''}")


def _relu(graph: SourceGraph, value: Value, slope: Any, largest: Any) -> Value:
    value = graph.unary(LeakyReLU(as_fraction(slope)) if slope else ReLU(), value)
    return value if largest is None else graph.extremum([value, constant(Tensor.of(largest))], smallest=True)


def _slope(config: Any) -> Any:
    """Return the slope of a leaky ReLU, under its name in Keras 3 or 2."""
    return as_fraction(config.get("negative_slope", config.get("alpha", 0.3)))


def _unchanged(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return value


def _dense(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    kernel, bias = kernel_and_bias(layer)
    weight = Tensor.over(kernel.integers.T, kernel.denominator)
    return activated(graph, graph.affine(value, weight, bias), layer.config.get("activation"))


def _activation(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return activated(graph, value, layer.config["activation"])


def _softmax(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return activated(graph, value, "softmax")


def _relu_layer(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    if layer.config.get("threshold"):
        raise UnsupportedError(f"threshold {layer.config['threshold']}; other than 0 it is not continuous")
    return _relu(graph, value, layer.config.get("negative_slope") or 0, layer.config.get("max_value"))


def _leaky_relu(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.unary(LeakyReLU(_slope(layer.config)), value)


def _prelu(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    [slope] = layer.weights
    return graph.prelu(value, slope)


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


def _zero_padding(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    start, axes = spatial(layer, value)
    padding = layer.config["padding"]
    padding = [padding] if axes == 1 and isinstance(padding, list) else padding
    pairs = [(p, p) if isinstance(p, int) else tuple(p) for p in (padding if isinstance(padding, list) else [padding])]
    before, after = [0] * len(value.shape), [0] * len(value.shape)
    for axis, (front, back) in enumerate(pairs, start):
        before[axis], after[axis] = front, back
    return pad(graph, value, before, after)


def _rescaling(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.scale(value, Tensor.of(layer.config["scale"]), Tensor.of(layer.config.get("offset", 0)))


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


TRAINING_ONLY = ("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "SpatialDropout2D")

LAYERS: dict[str, Reader] = {
    **dict.fromkeys(("InputLayer", "ActivityRegularization", *TRAINING_ONLY), _unchanged),
    "Activation": _activation,
    "Add": _combined(lambda count: [1] * count),
    "Average": _combined(lambda count: [as_fraction(f"1/{count}")] * count),
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Dense": _dense,
    "DepthwiseConv2D": depthwise_convolution(activated),
    "Flatten": _flatten,
    "LeakyReLU": _leaky_relu,
    "Maximum": _extremum(smallest=False),
    "Minimum": _extremum(smallest=True),
    "PReLU": _prelu,
    "Permute": _permute,
    "ReLU": _relu_layer,
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "Softmax": _softmax,
    "Subtract": _combined(_difference),
}
for _axes in "123":
    LAYERS[f"Conv{_axes}D"] = convolution(activated)
    LAYERS[f"MaxPooling{_axes}D"] = max_pool
    LAYERS[f"AveragePooling{_axes}D"] = average_pool
    LAYERS[f"GlobalMaxPooling{_axes}D"] = global_maximum
    LAYERS[f"GlobalAveragePooling{_axes}D"] = global_average
    LAYERS[f"ZeroPadding{_axes}D"] = _zero_padding
