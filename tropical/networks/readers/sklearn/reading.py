"""scikit-learn estimators: fitted multilayer perceptrons and linear models, alone or at the end of a Pipeline.

The network computes a regressor's prediction, or what a classifier decides by, one number per class (a single one for
two classes): the logits of an MLPClassifier, before softmax or the logistic function, and the decision function of a
linear classifier. What may stand in front is in :mod:`tropical.networks.readers.sklearn.steps`. A search (GridSearchCV)
stands for its best estimator.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np

from polytopes.errors import InputError, UnsupportedError
from tropical.networks.layers import Affine, Layer, ReLU
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers.common import checked_input, tensor
from tropical.networks.readers.comparison import Run, check_values
from tropical.networks.readers.options import DEFAULTS, Options
from tropical.networks.readers.sklearn.steps import STEPS, is_selector, kind_of, select
from tropical.networks.tensor import Array

ACTIVATIONS: dict[str, Layer | None] = {"relu": ReLU(), "identity": None}
_PERCEPTRONS = {"MLPClassifier", "MLPRegressor"}
_LINEAR = {"LinearModel", "LinearClassifierMixin", "BaseSGDRegressor"}
"""Classes of scikit-learn from which linear models derive; all of them have coef_ and intercept_."""
_AFTER = {
    "identity": "",
    "softmax": "",
    "logistic": "",
    "exp": "an exponential function stands behind the last layer (loss='poisson'), which is not piecewise linear. The "
    "logarithm of the prediction is: set out_activation_ = 'identity' on a copy to read it",
}

Named = tuple[str, Any]
"""A step of a pipeline."""


def read_object(estimator: Any, options: Options = DEFAULTS) -> Network:
    """Return the network of a fitted estimator, pipeline or search."""
    steps = list(_steps("", estimator))
    if not steps:
        raise UnsupportedError("the Pipeline has no steps; give one that ends in an MLPClassifier or an MLPRegressor")
    *front, (_, last) = steps
    if not _bases(last) & (_PERCEPTRONS | _LINEAR):
        raise UnsupportedError(
            f"{type(last).__name__} is not read here; give an MLPClassifier, an MLPRegressor, a linear model, or a "
            "Pipeline ending in one"
        )
    for name, step in steps:
        if not hasattr(step, "n_features_in_"):
            raise InputError(f"{name!r} ({type(step).__name__}) is not fitted; call fit first")
    graph = GraphBuilder((int(steps[0][1].n_features_in_),))
    node = 0
    for name, step in front:
        node = _front(graph, node, name, step)
    node = _perceptron(graph, node, last) if _bases(last) & _PERCEPTRONS else _linear(graph, node, last)
    network = checked_input(graph.finish(node), options.input_shape)
    if options.check:
        check_values(network, [("scikit-learn", _run([step for _, step in front], last))])
    return network


def _steps(name: str, estimator: Any) -> Iterator[Named]:
    """Yield the steps of pipelines within one another, and the best estimators of searches."""
    if hasattr(estimator, "best_estimator_"):
        yield from _steps(name, estimator.best_estimator_)
    elif any(base.__name__ == "BaseSearchCV" for base in type(estimator).__mro__):
        raise InputError(f"{type(estimator).__name__} has no best estimator; fit it with refit=True")
    elif kind_of(estimator) == "Pipeline":
        for own, step in estimator.steps:
            yield from _steps(own, step)
    elif estimator is not None and not isinstance(estimator, str):
        yield name or type(estimator).__name__, estimator


def _bases(estimator: Any) -> set[str]:
    """Return the names of scikit-learn's classes from which an estimator derives."""
    return {base.__name__ for base in type(estimator).__mro__ if base.__module__.partition(".")[0] == "sklearn"}


def _front(graph: GraphBuilder, node: int, name: str, step: Any) -> int:
    kind = kind_of(step)
    if is_selector(step):
        return select(graph, node, name, step)
    if kind not in STEPS:
        raise UnsupportedError(
            f"the step {name!r} ({type(step).__name__}) is not read; apply it to the data, or use {', '.join(STEPS)}"
        )
    return STEPS[kind](graph, node, name, step)


def _perceptron(graph: GraphBuilder, node: int, mlp: Any) -> int:
    if mlp.activation not in ACTIVATIONS:
        raise UnsupportedError(f"activation {mlp.activation!r} is not piecewise linear; relu and identity are read")
    refusal = _AFTER.get(mlp.out_activation_, f"the output activation is {mlp.out_activation_!r}, which is not read")
    if refusal:
        raise UnsupportedError(refusal)
    activation = ACTIVATIONS[mlp.activation]
    for i, (weight, bias) in enumerate(zip(mlp.coefs_, mlp.intercepts_, strict=True)):
        if i and activation is not None:
            node = graph.add(activation, [node], f"{mlp.activation}{i - 1}")
        affine = Affine(tensor(weight.T, f"coefs_[{i}]"), tensor(bias, f"intercepts_[{i}]"))
        node = graph.add(affine, [node], f"affine{i}")
    return node


def _linear(graph: GraphBuilder, node: int, model: Any) -> int:
    """``coef_ x + intercept_``; a single output may have no axis of its own."""
    coefficients = model.coef_.toarray() if hasattr(model.coef_, "toarray") else np.asarray(model.coef_)
    weight = tensor(np.atleast_2d(coefficients), "coef_")
    shift = np.ravel(np.broadcast_to(np.asarray(model.intercept_), weight.shape[:1]))
    return graph.add(Affine(weight, tensor(shift, "intercept_")), [node], type(model).__name__)


def _run(front: Sequence[Any], last: Any) -> Run:
    """Return what scikit-learn computes in front of softmax and the logistic function."""
    values = last.predict
    if "MLPClassifier" in _bases(last):
        logits = copy(last)
        logits.out_activation_ = "identity"
        values = logits.predict_proba  # for two classes, the complement to 1 stands in front
    elif hasattr(last, "decision_function"):
        values = last.decision_function

    def run(point: Array) -> Array:
        found = point[None]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # estimators that were fitted to data with names
            for step in front:
                found = step.transform(found)
            entries = np.ravel(values(found))
        return entries[-1:] if getattr(last, "out_activation_", "") == "logistic" and last.n_outputs_ == 1 else entries

    return run
