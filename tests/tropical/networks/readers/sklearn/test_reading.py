"""scikit-learn networks and pipelines against their own predictions."""

from __future__ import annotations

from copy import copy
from fractions import Fraction

import numpy as np
import pytest

import tropical
from polytopes.errors import InputError, NumberError, ShapeError, UnsupportedError, VerificationFailed

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_selection import SelectKBest, VarianceThreshold, f_regression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVR

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)) * [1, 10, 0.1, 3] + [0, 5, 0, -2]
Y = X @ [[1, 0], [0.1, 1], [2, 3], [0, 1]]
THREE = (X[:, 0] > 0).astype(int) + (X[:, 1] > 5)


def mlp(kind=MLPRegressor, **options):
    return kind(hidden_layer_sizes=(5, 3), tol=1e9, n_iter_no_change=1, random_state=0, **options)


def agree(estimator, expected, points=X):
    network = tropical.load(estimator)
    assert np.allclose(network.float_call(points), np.reshape(expected, (len(points), -1)), rtol=1e-9, atol=1e-9)
    point = [Fraction(1, 3), Fraction(5), Fraction(-2, 7), Fraction(1)]
    assert network(point) == network.program(point)
    return network


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_regressor(activation):
    fitted = mlp(activation=activation).fit(X, Y)
    network = agree(fitted, fitted.predict(X))
    assert network.n_gates == (8 if activation == "relu" else 0)
    one = mlp(activation=activation).fit(X, Y[:, 0])
    agree(one, one.predict(X))


def test_exact_weights():
    fitted = mlp().fit(X, Y)
    value = [Fraction(2), Fraction(1, 3), Fraction(0), Fraction(-1)]
    for i, (weight, bias) in enumerate(zip(fitted.coefs_, fitted.intercepts_, strict=True)):
        value = [max(t, 0) for t in value] if i else value
        columns = zip(weight.T.tolist(), bias.tolist(), strict=True)
        value = [sum(Fraction(w) * t for w, t in zip(c, value, strict=True)) + Fraction(b) for c, b in columns]
    assert tropical.load(fitted)([2, "1/3", 0, -1]) == tuple(value)


def test_classifier_gives_logits():
    fitted = mlp(MLPClassifier).fit(X, THREE)
    network = tropical.load(fitted)
    logits = network.float_call(X)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), fitted.predict_proba(X))
    assert (fitted.classes_[logits.argmax(axis=1)] == fitted.predict(X)).all()


def test_two_classes_give_one_logit():
    fitted = mlp(MLPClassifier).fit(X, X[:, 0] > 0)
    network = tropical.load(fitted)
    assert network.output_dim == 1
    assert np.allclose(1 / (1 + np.exp(-network.float_call(X)[:, 0])), fitted.predict_proba(X)[:, 1])


FRONTS = {
    "standard": [StandardScaler()],
    "mean only": [StandardScaler(with_std=False)],
    "deviation only": [StandardScaler(with_mean=False)],
    "neither": [StandardScaler(with_mean=False, with_std=False)],
    "min max": [MinMaxScaler((-1, 2))],
    "clipped": [MinMaxScaler(clip=True)],
    "components": [PCA(2)],
    "all": [StandardScaler(), PCA(3), "passthrough", MinMaxScaler()],
    "nothing": [],
    "largest entry": [MaxAbsScaler()],
    "quantiles": [RobustScaler()],
    "median only": [RobustScaler(with_scaling=False)],
    "range of quantiles only": [RobustScaler(with_centering=False)],
    "truncated": [TruncatedSVD(2, random_state=0)],
    "nothing is missing": [SimpleImputer(), FunctionTransformer()],
    "selected": [VarianceThreshold(1.0), SelectKBest(f_regression, k=2)],
    "a pipeline in it": [make_pipeline(StandardScaler(), RobustScaler()), MinMaxScaler()],
}


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_pipelines(front):
    one = Y[:, 0] if any(isinstance(step, SelectKBest) for step in front) else Y
    fitted = make_pipeline(*front, mlp()).fit(X, one)
    agree(fitted, fitted.predict(2 * X), 2 * X)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SimpleImputer(missing_values=0.0), "replaces numbers"),
        (SimpleImputer(add_indicator=True), "adds or leaves out"),
        (FunctionTransformer(np.sin), "calls a function"),
    ],
)
def test_steps_that_are_refused(step, words):
    with pytest.raises(UnsupportedError, match=words):
        tropical.load(make_pipeline(step, mlp()).fit(X, Y))


def test_the_largest_entry_as_a_bound():
    scaler = MaxAbsScaler(clip=True) if "clip" in MaxAbsScaler().get_params() else MaxAbsScaler()
    fitted = make_pipeline(scaler, mlp()).fit(X, Y)
    agree(fitted, fitted.predict(2 * X), 2 * X)


LINEAR = {
    "least squares": LinearRegression().fit(X, Y),
    "one output": LinearRegression().fit(X, Y[:, 0]),
    "no intercept": Ridge(fit_intercept=False).fit(X, Y),
    "lasso": Lasso(0.1).fit(X, Y[:, 0]),
    "stochastic": make_pipeline(StandardScaler(), SGDRegressor(random_state=0)).fit(X, Y[:, 0]),
    "support vectors": make_pipeline(RobustScaler(), LinearSVR(random_state=0)).fit(X, Y[:, 0]),
}


@pytest.mark.parametrize("fitted", LINEAR.values(), ids=LINEAR)
def test_linear_regressors(fitted):
    network = agree(fitted, fitted.predict(X))
    assert network.n_gates == 0


CLASSIFIERS = {
    "logistic": LogisticRegression(max_iter=1000),
    "ridge": RidgeClassifier(),
    "stochastic": SGDClassifier(random_state=0),
    "sparse": SGDClassifier(penalty="l1", random_state=0),
}


@pytest.mark.parametrize("model", CLASSIFIERS.values(), ids=CLASSIFIERS)
@pytest.mark.parametrize("labels", [THREE, X[:, 0] > 0], ids=["three", "two"])
def test_linear_classifiers_give_decision_functions(model, labels):
    fitted = make_pipeline(MaxAbsScaler(), clone(model)).fit(X, labels)
    if model is CLASSIFIERS["sparse"]:
        fitted[-1].sparsify()
    network = agree(fitted, fitted.decision_function(X))
    assert network.output_dim == (3 if labels is THREE else 1)


def test_the_best_estimator_of_a_search():
    pipeline = make_pipeline(StandardScaler(), mlp())
    search = GridSearchCV(pipeline, {"mlpregressor__alpha": [0.1, 1.0]}, cv=2).fit(X, Y)
    agree(search, search.predict(X))
    inside = make_pipeline(RobustScaler(), GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2)).fit(X, Y)
    agree(inside, inside.predict(X))
    with pytest.raises(InputError, match="no best estimator"):
        tropical.load(GridSearchCV(pipeline, {}, cv=2, refit=False).fit(X, Y))


def test_an_exponential_at_the_end_is_refused():
    """With loss="poisson" the prediction is an exponential function, though the activation is relu."""
    fitted = mlp().fit(X, Y[:, 0])
    logarithm = copy(fitted)
    fitted.out_activation_ = "exp"
    with pytest.raises(UnsupportedError, match=r"exponential.*logarithm.*out_activation_ = 'identity'"):
        tropical.load(fitted)
    assert np.allclose(np.exp(tropical.load(logarithm).float_call(X / 9)[:, 0]), fitted.predict(X / 9))


def test_poisson():
    if "loss" not in MLPRegressor().get_params():
        pytest.skip("this version of scikit-learn has no other losses")
    fitted = mlp(loss="poisson").fit(X / 10, np.abs(Y[:, 0]))
    with pytest.raises(UnsupportedError, match="exponential"):
        tropical.load(fitted)


def test_what_was_read_is_compared_with_the_prediction():
    class Other(MLPRegressor):
        def predict(self, points):
            return super().predict(points) + 1

    fitted = mlp(Other).fit(X, Y)
    with pytest.raises(VerificationFailed, match="scikit-learn"):
        tropical.load(fitted)
    assert tropical.load(fitted, check=False) == tropical.load(mlp().fit(X, Y))


def test_scaling_is_exact_division():
    fitted = make_pipeline(StandardScaler(), mlp(activation="identity")).fit(X, Y)
    scaler, network = fitted[0], tropical.load(fitted)
    centre = [Fraction(m) for m in scaler.mean_.tolist()]
    assert network(centre) == tropical.load(fitted[1])([0, 0, 0, 0])
    beside = [Fraction(m) + Fraction(s) for m, s in zip(scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True)]
    assert network(beside) == tropical.load(fitted[1])([1, 1, 1, 1])


REFUSED = {
    "tanh": (mlp(activation="tanh").fit(X, Y), UnsupportedError, "'tanh'"),
    "another model": (KNeighborsClassifier().fit(X, THREE), UnsupportedError, "KNeighborsClassifier"),
    "a generalized linear model": (PoissonRegressor().fit(X, X[:, 0] ** 2), UnsupportedError, "PoissonRegressor"),
    "a step without a piecewise linear map": (
        make_pipeline(StandardScaler(), Normalizer(), mlp()).fit(X, Y),
        UnsupportedError,
        "'normalizer' .Normalizer.",
    ),
    "another step": (make_pipeline(PolynomialFeatures(), mlp()).fit(X, Y), UnsupportedError, "PolynomialFeatures"),
    "whitening": (make_pipeline(PCA(2, whiten=True), mlp()).fit(X, Y), UnsupportedError, "whiten"),
    "no steps": (Pipeline([]), UnsupportedError, "no steps"),
    "only passed through": (Pipeline([("p", "passthrough"), ("q", None)]), UnsupportedError, "no steps"),
    "not fitted": (mlp(), InputError, "not fitted"),
    "pipeline not fitted": (Pipeline([("s", StandardScaler()), ("m", mlp())]), InputError, "'s'"),
}


@pytest.mark.parametrize(("estimator", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_by_name(estimator, error, words):
    with pytest.raises(error, match=words):
        tropical.load(estimator)


def test_weights_that_are_no_numbers():
    fitted = mlp().fit(X, Y)
    fitted.coefs_[1][2, 0] = np.nan
    with pytest.raises(NumberError, match=r"coefs_\[1\]"):
        tropical.load(fitted)


def test_input_shape_is_checked():
    fitted = mlp().fit(X, Y)
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(fitted, input_shape=(3,))
