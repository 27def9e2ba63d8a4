"""The activations of Keras by their names in configurations, and the layers that are one."""

from __future__ import annotations

from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import UnsupportedError
from polytopes.messages import shortened
from tropical.networks.layers import LeakyReLU, ReLU
from tropical.networks.readers.keras.files import SavedLayer
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.tensor import Tensor

LAST = ("softmax", "sigmoid", "log_softmax")
"""What classifiers end with, after the logits."""
ZERO, ONE = Tensor.of(0), Tensor.of(1)


def activated(graph: SourceGraph, value: Value, activation: Any, version: str = "") -> Value:
    """Apply an activation that is named in a configuration, in a file of this version of Keras."""
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
        case "hard_tanh":
            return _between(graph, value, Tensor.of(-1))
        case "hard_sigmoid":
            return _hard_sigmoid(graph, value, version)
        case "soft_shrink":
            return _soft_shrink(graph, value)
        case {"class_name": "ReLU", "config": dict(config)}:
            return _relu(graph, value, config.get("negative_slope") or 0, config.get("max_value"))
        case {"class_name": "LeakyReLU", "config": dict(config)}:
            return graph.unary(LeakyReLU(_slope(config)), value)
    name = activation_name(activation)
    way_out = "logits=True (--logits) reads the values before it, at the end" if name in LAST else "retrain with relu"
    raise UnsupportedError(f"activation {shortened(name)} is not piecewise linear; {way_out}")


def activation_name(activation: Any) -> Any:
    """Return the name of an activation, which may be spelled with its class."""
    if not isinstance(activation, dict):
        return activation
    return activation.get("config") if activation.get("class_name") == "function" else activation.get("class_name")


def _relu(graph: SourceGraph, value: Value, slope: Any, largest: Any) -> Value:
    value = graph.unary(LeakyReLU(as_fraction(slope)) if slope else ReLU(), value)
    return value if largest is None else graph.extremum([value, constant(Tensor.of(largest))], smallest=True)


def _between(graph: SourceGraph, value: Value, low: Tensor) -> Value:
    """Clip to a number and 1."""
    return graph.extremum([graph.extremum([value, constant(ONE)], smallest=True), constant(low)])


def _hard_sigmoid(graph: SourceGraph, value: Value, version: str) -> Value:
    """``x / 5 + 1 / 2`` until Keras 2, ``x / 6 + 1 / 2`` since Keras 3, clipped to 0 and 1."""
    if version[:2] not in ("2.", "3."):
        raise UnsupportedError("hard_sigmoid has another slope since Keras 3, and the file does not say its version")
    slope = "1/5" if version.startswith("2.") else "1/6"
    return _between(graph, graph.scale(value, Tensor.of(slope), Tensor.of("1/2")), ZERO)


def _soft_shrink(graph: SourceGraph, value: Value) -> Value:
    """``x - 1 / 2`` above 1 / 2, ``x + 1 / 2`` below -1 / 2, 0 between."""
    beyond = [graph.unary(ReLU(), graph.scale(value, Tensor.of(sign), Tensor.of("-1/2"))) for sign in (1, -1)]
    return graph.combine(beyond, [1, -1])


def _slope(config: Any) -> Any:
    """Return the slope of a leaky ReLU, under its name in Keras 3 or 2."""
    return as_fraction(config.get("negative_slope", config.get("alpha", 0.3)))


def activation_layer(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return activated(graph, value, layer.config["activation"], layer.version)


def softmax(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return activated(graph, value, "softmax")


def relu_layer(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    if layer.config.get("threshold"):
        raise UnsupportedError(f"threshold {layer.config['threshold']}; other than 0 it is not continuous")
    return _relu(graph, value, layer.config.get("negative_slope") or 0, layer.config.get("max_value"))


def thresholded_relu(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    if layer.config.get("theta", 1):
        raise UnsupportedError(f"theta {layer.config.get('theta', 1)}; other than 0 it is not continuous")
    return graph.unary(ReLU(), value)


def leaky_relu(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    return graph.unary(LeakyReLU(_slope(layer.config)), value)


def prelu(graph: SourceGraph, layer: SavedLayer, value: Value) -> Value:
    [slope] = layer.weights
    return graph.prelu(value, slope)
