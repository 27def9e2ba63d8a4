"""The steps of scikit-learn pipelines in front of a network: scalers, projections, selections of features.

Divisions are exact, so a scaler gives weights that are rational, not dyadic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Affine, Constant, Max, Min, Scale, Select
from tropical.networks.network import GraphBuilder
from tropical.networks.readers.common import tensor
from tropical.networks.tensor import Array


def kind_of(step: Any) -> str | None:
    """Return the name of an estimator's class if it is scikit-learn's own."""
    return type(step).__name__ if type(step).__module__.partition(".")[0] == "sklearn" else None


def _exact(values: Any, where: str) -> Array:
    return tensor(np.asarray(values), where).fractions


def _scaled(graph: GraphBuilder, node: int, name: str, center: Array, scale: Array) -> int:
    """``(x - center) / scale``."""
    if not all(scale):
        raise NumberError(f"{name}.scale_ has a zero; fit the scaler again")
    return graph.add(Scale(1 / scale, -center / scale), [node], name)


def _clipped(graph: GraphBuilder, node: int, bounds: Any, size: int) -> int:
    for layer, bound in zip((Max(), Min()), bounds, strict=True):
        end = graph.add(Constant([bound] * size), [])
        node = graph.add(layer, [node, end])
    return node


def _standard_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """Either part may be switched off, though both are fitted."""
    n = step.n_features_in_
    mean = _exact(step.mean_ if step.with_mean else np.zeros(n), f"{name}.mean_")
    scale = _exact(step.scale_ if step.with_std else np.ones(n), f"{name}.scale_")
    return _scaled(graph, node, name, mean, scale)


def _robust_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    n = step.n_features_in_
    center = _exact(step.center_ if step.with_centering else np.zeros(n), f"{name}.center_")
    scale = _exact(step.scale_ if step.with_scaling else np.ones(n), f"{name}.scale_")
    return _scaled(graph, node, name, center, scale)


def _max_abs_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``x / scale_``, clipped to [-1, 1] if ``clip`` is set (it is new)."""
    scale = _exact(step.scale_, f"{name}.scale_")
    node = _scaled(graph, node, name, 0 * scale, scale)
    return _clipped(graph, node, (-1, 1), len(scale)) if getattr(step, "clip", False) else node


def _min_max_scaler(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``x scale_ + min_``, clipped to ``feature_range`` if ``clip`` is set."""
    scale, shift = _exact(step.scale_, f"{name}.scale_"), _exact(step.min_, f"{name}.min_")
    node = graph.add(Scale(scale, shift), [node], name)
    return _clipped(graph, node, step.feature_range, len(scale)) if step.clip else node


def _pca(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``components_ (x - mean_)``."""
    if step.whiten:
        raise UnsupportedError(f"the step {name!r} (PCA) whitens, which divides by square roots; set whiten=False")
    components, mean = _components(name, step), _exact(step.mean_, f"{name}.mean_")
    return graph.add(Affine(components, -(components @ mean)), [node], name)


def _truncated_svd(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """``components_ x``."""
    return graph.add(Affine(_components(name, step)), [node], name)


def _components(name: str, step: Any) -> Array:
    components = _exact(step.components_, f"{name}.components_")
    if components.ndim != 2:
        raise ShapeError(f"{name}.components_ should be a matrix, got shape {components.shape}")
    return components


def is_selector(step: Any) -> bool:
    """Whether a step leaves features out, and does nothing else."""
    return any(base.__name__ == "SelectorMixin" for base in type(step).__mro__) and kind_of(step) is not None


def select(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """Take the features that a step keeps."""
    return graph.add(Select(step.get_support(indices=True)), [node], name)


def _imputer(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """What stands for nan is never used: inputs are real numbers."""
    if step.missing_values is None or step.missing_values == step.missing_values:
        raise UnsupportedError(
            f"the step {name!r} (SimpleImputer) replaces numbers, at which it jumps; replace nan only"
        )
    if step.add_indicator or np.isnan(np.asarray(step.statistics_, dtype=float)).any():
        raise UnsupportedError(f"the step {name!r} (SimpleImputer) adds or leaves out features; select them before")
    return node


def _function(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    """Without a function it is the identity."""
    if step.func is not None:
        raise UnsupportedError(f"the step {name!r} (FunctionTransformer) calls a function; apply it to the data")
    return node


STEPS: dict[str, Callable[[GraphBuilder, int, str, Any], int]] = {
    "StandardScaler": _standard_scaler,
    "MinMaxScaler": _min_max_scaler,
    "MaxAbsScaler": _max_abs_scaler,
    "RobustScaler": _robust_scaler,
    "PCA": _pca,
    "TruncatedSVD": _truncated_svd,
    "SimpleImputer": _imputer,
    "FunctionTransformer": _function,
}
