"""scikit-learn networks: fitted MLPClassifier and MLPRegressor, alone or at the end of a Pipeline.

The network computes the regressor's prediction, or the classifier's logits: one per class (a single one for two
classes), before softmax or the logistic function. Earlier steps of the pipeline may be StandardScaler, MinMaxScaler
and PCA without whitening. Divisions are exact, so a scaler gives weights that are rational, not dyadic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytopes.errors import InputError, NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Affine, Constant, Layer, Max, Min, ReLU, Scale
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers.common import checked_input, tensor
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.tensor import Array

ACTIVATIONS: dict[str, Layer | None] = {"relu": ReLU(), "identity": None}


def read_object(estimator: Any, options: Options = DEFAULTS) -> Network:
    """Return the network of a fitted estimator or pipeline."""
    steps = estimator.steps if _kind(estimator) == "Pipeline" else [("mlp", estimator)]
    steps = [(name, step) for name, step in steps if step is not None and not isinstance(step, str)]
    if not steps:
        raise UnsupportedError("the Pipeline has no steps; give one that ends in an MLPClassifier or an MLPRegressor")
    *front, (name, last) = steps
    if _kind(last) not in ("MLPClassifier", "MLPRegressor"):
        raise UnsupportedError(
            f"{_kind(last)} is not read here; give an MLPClassifier, an MLPRegressor or a Pipeline ending in one"
        )
    for step_name, step in [*front, (name, last)]:
        if not hasattr(step, "n_features_in_"):
            raise InputError(f"{step_name!r} ({_kind(step)}) is not fitted; call fit first")
    first = front[0][1] if front else last
    graph = GraphBuilder((int(first.n_features_in_),))
    node = 0
    for step_name, step in front:
        if _kind(step) not in _STEPS:
            raise UnsupportedError(
                f"the step {step_name!r} ({_kind(step)}) is not read; apply it to the data, or use {', '.join(_STEPS)}"
            )
        node = _STEPS[_kind(step)](graph, node, step_name, step)
    return checked_input(graph.finish(_perceptron(graph, node, last)), options.input_shape)


def _kind(step: Any) -> str:
    return type(step).__name__


def _exact(values: Any, where: str) -> Array:
    return tensor(np.asarray(values), where).fractions


def _perceptron(graph: GraphBuilder, node: int, mlp: Any) -> int:
    if mlp.activation not in ACTIVATIONS:
        raise UnsupportedError(f"activation {mlp.activation!r} is not piecewise linear; relu and identity are read")
    activation = ACTIVATIONS[mlp.activation]
    for i, (weight, bias) in enumerate(zip(mlp.coefs_, mlp.intercepts_, strict=True)):
        if i and activation is not None:
            node = graph.add(activation, [node], f"{mlp.activation}{i - 1}")
        affine = Affine(tensor(weight.T, f"coefs_[{i}]"), tensor(bias, f"intercepts_[{i}]"))
        node = graph.add(affine, [node], f"affine{i}")
    return node


def _standard_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``(x - mean_) / scale_``; either may be switched off, though both are fitted."""
    n = step.n_features_in_
    mean = _exact(step.mean_ if step.with_mean else np.zeros(n), f"{name}.mean_")
    scale = _exact(step.scale_ if step.with_std else np.ones(n), f"{name}.scale_")
    if not all(scale):
        raise NumberError(f"{name}.scale_ has a zero; fit the scaler again")
    return graph.add(Scale(1 / scale, -mean / scale), [node], name)


def _min_max_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``x scale_ + min_``, clipped to ``feature_range`` if ``clip`` is set."""
    scale, shift = _exact(step.scale_, f"{name}.scale_"), _exact(step.min_, f"{name}.min_")
    node = graph.add(Scale(scale, shift), [node], name)
    if step.clip:
        for layer, bound in zip((Max(), Min()), step.feature_range, strict=True):
            end = graph.add(Constant([bound] * len(scale)), [])
            node = graph.add(layer, [node, end])
    return node


def _pca(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``components_ (x - mean_)``."""
    if step.whiten:
        raise UnsupportedError(f"the step {name!r} (PCA) whitens, which divides by square roots; set whiten=False")
    components, mean = _exact(step.components_, f"{name}.components_"), _exact(step.mean_, f"{name}.mean_")
    if components.ndim != 2:
        raise ShapeError(f"{name}.components_ should be a matrix, got shape {components.shape}")
    return graph.add(Affine(components, -(components @ mean)), [node], name)


_STEPS: dict[str, Callable[[GraphBuilder, int, str, Any], int]] = {
    "StandardScaler": _standard_scaler,
    "MinMaxScaler": _min_max_scaler,
    "PCA": _pca,
}
