"""The ONNX operators of the domain ai.onnx.ml, of which scikit-learn and others are exported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.onnx.call import Call, integers
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.tensor import Tensor


def scaler(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``(x - offset) * scale``, one number for each feature, or one for all."""
    offset, scale = (Tensor.of(call.get(name, [default])).fractions for name, default in (("offset", 0), ("scale", 1)))
    shift = np.asarray(-offset * scale, dtype=object)
    return graph.scale(values[0], Tensor.of(scale), Tensor.of(shift))


def _linear(call: Call, graph: SourceGraph, value: Value, rows: int) -> Value:
    coefficients = call.attributes["coefficients"]
    if rows < 1 or len(coefficients) % rows:
        raise ShapeError(f"{len(coefficients)} coefficients for {rows} outputs")
    if call.get("post_transform", "NONE") != "NONE":
        raise UnsupportedError(f"the post_transform {call.attributes['post_transform']} is not piecewise linear")
    weight = Tensor.of(coefficients).reshape((rows, len(coefficients) // rows))
    added = call.get("intercepts", None)
    return graph.affine(value, weight, Tensor.of(added or [0] * rows))


def linear_regressor(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return _linear(call, graph, values[0], call.get("targets", 1))


def linear_classifier(call: Call, graph: SourceGraph, values: Sequence[Value]) -> list[Value | None]:
    """The labels, which jump and are not read, and the scores."""
    labels = call.get("classlabels_ints", None) or call.get("classlabels_strings", None) or []
    intercepts = call.get("intercepts", None) or labels
    if len(intercepts) != len(labels):
        raise UnsupportedError(f"{len(intercepts)} scores for {len(labels)} classes; one for each is read")
    scores = _linear(call, graph, values[0], len(labels))
    return [None, scores]


def selected_features(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Entries along the last axis, at constant places."""
    places = integers(graph.reshape(values[1], (-1,)), "the places")
    if not all(0 <= place < values[0].shape[-1] for place in places):
        raise ShapeError(f"the places {places} of an axis of length {values[0].shape[-1]}")
    return graph.take(values[0], -1, places)


def imputer(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """What stands for nan is never used: inputs are real numbers."""
    if not np.isnan(call.get("replaced_value_float", 0.0)) or "imputed_value_floats" not in call.attributes:
        raise UnsupportedError("replaces numbers, at which it is not continuous; only nan may be replaced")
    return values[0]


def joined_features(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.concat(values, -1) if len(values) > 1 else values[0]
