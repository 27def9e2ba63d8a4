"""Tangent kernels against known answers, the formulas of one hidden layer, and the Jacobian; degenerate data."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import matmul
from polytopes.arithmetic.rationals import as_matrix, dot
from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError
from tests.paths import DATA
from tropical import Network
from tropical.networks.layers.activation import Abs, LeakyReLU
from tropical.parameter_space import jacobian
from tropical.parameter_space.tangent_kernels import (
    TangentKernel,
    kernel_answer,
    limit_kernel,
    ntk_scale,
    pair_bound,
    separation,
    tangent_kernel,
)

KNOWN = json.loads((DATA / "kernels_and_margins.json").read_text())["entries"]
ENTRIES = st.integers(-3, 3).map(Fraction)


def known(kind: str) -> list[Any]:
    return [pytest.param(entry["input"], entry["answer"], id=entry["id"]) for entry in KNOWN if entry["kind"] == kind]


def without_biases(W: Any, v: Any) -> Network:
    return Network.from_weights([(W, [0] * len(W)), ([v], [0])])


def agrees(value: str, expected: str) -> bool:
    """Whether two decimals differ by at most a unit in the last place of the shorter one."""
    places = min(len(text.partition(".")[2]) for text in (value, expected))
    return abs(Fraction(value) - Fraction(expected)) <= Fraction(1, 10**places)


@pytest.mark.parametrize(("given_", "answer"), known("ntk"))
def test_known_kernels(given_: dict[str, Any], answer: dict[str, Any]) -> None:
    kernel = TangentKernel.of(without_biases(given_["W"], given_["v"]), given_["X"], biases=False, scale="width")
    assert kernel.matrix == as_matrix(answer["K"])
    found, apart = kernel_answer(kernel), separation(given_["X"])
    assert (found.rank, found.part_ranks) == (answer["rank_K"], (answer["rank_K1"], answer["rank_K2"]))
    assert str(found.determinant) == answer["det_K"]
    assert found.smallest is not None and found.pair_bound is not None
    assert list(found.smallest.coefficients) == answer["lambda_min_polynomial_constant_first"]
    assert agrees(found.as_dict(18)["lambda_min"]["value"], answer["lambda_min"])
    assert str(found.pair_bound.value) == answer["pair_upper_bound"]
    assert str(apart.delta_squared) == answer["delta_squared"]
    assert str(apart.delta_prime_squared) == answer["delta_prime_squared"]
    limit = limit_kernel(given_["X"], digits=20)
    assert agrees(limit.smallest_eigenvalue.value, answer["limit"]["lambda_min_K"])
    assert agrees(limit.inner_smallest_eigenvalue.value, answer["limit"]["lambda_min_K1"])
    assert float(ntk_scale(given_["X"])) == pytest.approx(answer["scale_lambda"], rel=1e-13)


@pytest.mark.parametrize(("given_", "answer"), known("ntk_limit"))
def test_known_limits(given_: dict[str, Any], answer: dict[str, Any]) -> None:
    found = limit_kernel(given_["X"], digits=25)
    assert agrees(found.smallest_eigenvalue.value, answer["lambda_min_K"]) and not found.is_singular


@st.composite
def shallow(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[Fraction], list[list[Fraction]]]:
    m, n, d = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    row = st.lists(ENTRIES, min_size=d, max_size=d)
    return [draw(row) for _ in range(m)], [draw(ENTRIES) for _ in range(m)], [draw(row) for _ in range(n)]


@given(shallow())
def test_the_formulas_of_one_hidden_layer(
    case: tuple[list[list[Fraction]], list[Fraction], list[list[Fraction]]],
) -> None:
    """With x_i.x_k and the positive parts of w.x, as the paper writes them; points may be equal, 0 or on bends."""
    W, v, X = case
    m = len(W)
    inner, outer = tangent_kernel(without_biases(W, v), X, parts=True, biases=False, scale="width")
    for i, x in enumerate(X):
        for k, y in enumerate(X):
            active = [a * a for a, w in zip(v, W, strict=True) if dot(w, x) > 0 and dot(w, y) > 0]
            assert inner[i][k] == dot(x, y) * sum(active) / m
            assert outer[i][k] == sum(max(dot(w, x), 0) * max(dot(w, y), 0) for w in W) / Fraction(m)
    found = kernel_answer(TangentKernel.of(without_biases(W, v), X, biases=False))
    numbers = numpy.linalg.eigvalsh([[float(entry) for entry in row] for row in found.kernel.matrix])
    assert found.smallest is not None
    assert float(found.smallest) == pytest.approx(max(numbers[0], 0), abs=1e-10 * (1 + numbers[-1]))


@pytest.mark.parametrize("activation", [LeakyReLU("1/3"), Abs(), None])
def test_deep_networks_with_several_outputs(activation: Any) -> None:
    layers = [
        ([[1, 2], [3, -1], [0, 1]], [1, "1/2", -1]),
        ([[1, -1, 2], [2, 1, 1]], [0, 1]),
        ([[1, 3], [-1, 2]], [5, 6]),
    ]
    network = Network.from_weights(layers, **({} if activation is None else {"activation": activation}))
    points = [["1/3", 2], [-1, "1/7"], [3, 3]]
    rows = jacobian(network, points)
    kernel = TangentKernel.of(network, points)
    assert kernel.matrix == matmul(rows, list(zip(*rows, strict=True))) and kernel.n_outputs == 2
    assert len(kernel.parts) == 3 and kernel.on_bends == ()
    biases = {2, 5, 8, 12, 16, 19, 22}
    weights = [[entry for i, entry in enumerate(row) if i not in biases] for row in rows]
    assert tangent_kernel(network, points, biases=False) == matmul(weights, list(zip(*weights, strict=True)))
    assert TangentKernel.of(network, points, scale="width").divisor == 6


def test_units_that_bend() -> None:
    layers = [([[1, -1]], [0]), ([[2]], [0])]
    kernel = TangentKernel.of(Network.from_weights(layers), [[1, 1], [2, 1]])
    assert kernel.on_bends == (0,)
    assert kernel.matrix == ((1, 1), (1, 26))
    leaky = Network.from_weights(layers, activation=LeakyReLU("1/2"))
    with pytest.raises(NoAnswerError, match=r"no ReLU bends at the point \(1, 1\)"):
        tangent_kernel(leaky, [[1, 1]])
    assert tangent_kernel(leaky, [[1, 1]], at_zero=1) == ((13,),)


def test_degenerate_points() -> None:
    network = without_biases([[1, 0], [0, 1], [-1, -1]], [1, 1, 1])
    for points, rank in (([[1, 2], [1, 2]], 1), ([[0, 0], [1, 2]], 1), ([[0, 0]], 0), ([[1, 0], [-1, 0]], 2)):
        found = kernel_answer(TangentKernel.of(network, points, biases=False))
        assert found.rank == rank and (found.determinant == 0) == (rank < len(points))
        assert found.smallest is not None and (found.smallest.value == 0) == (rank < len(points))
        limit = limit_kernel(points)
        assert limit.is_singular == (rank < len(points))
        assert limit.smallest_eigenvalue.contains(Fraction(0)) == limit.is_singular
    assert limit_kernel([[1, 2], [2, 4]]).is_singular and not limit_kernel([[1, 2], [-2, -4]]).is_singular
    assert kernel_answer(TangentKernel.of(network, [[1, 0]])).pair_bound is None


def test_opposite_points_on_dependent_lines_make_the_limit_singular() -> None:
    """Without biases f(x) - f(-x) is linear in x: three opposite pairs in the plane cannot have any values."""
    pairs = [[1, 0], [-1, 0], [0, 1], [0, -2], [1, 1], [-3, -3]]
    assert limit_kernel(pairs).is_singular
    assert not limit_kernel(pairs[:5]).is_singular and not limit_kernel(pairs[:4]).is_singular
    weights = [[i, j] for i in range(-3, 4) for j in range(-3, 4) if i and j and i + j]
    network = without_biases(weights, [1] * len(weights))
    assert kernel_answer(TangentKernel.of(network, pairs, biases=False)).rank == 5
    assert kernel_answer(TangentKernel.of(network, pairs[:5], biases=False)).rank == 5


@given(st.lists(st.lists(st.integers(-2, 2), min_size=2, max_size=2), min_size=1, max_size=5))
def test_singular_limits_are_those_with_a_tiny_eigenvalue(points: list[list[int]]) -> None:
    """By the formulas in floating point; eigenvalues of the others are far from 0."""
    found = limit_kernel(points)
    X = numpy.array(points, dtype=float)
    product, sizes = X @ X.T, numpy.linalg.norm(X, axis=1)
    lengths = numpy.outer(sizes, sizes)
    angles = numpy.arccos(numpy.clip(product / numpy.where(lengths > 0, lengths, 1), -1, 1))
    inner = product * (numpy.pi - angles) / (2 * numpy.pi)
    outer = lengths * (numpy.sin(angles) + (numpy.pi - angles) * numpy.cos(angles)) / (2 * numpy.pi)
    for matrix, own in ((inner + outer, found.smallest_eigenvalue), (inner, found.inner_smallest_eigenvalue)):
        least = numpy.linalg.eigvalsh(matrix)[0]
        assert found.is_singular == (least < 1e-6)
        assert float(own) == pytest.approx(max(least, 0), abs=1e-6)


def test_separation_and_scale() -> None:
    assert separation([[1, 0, 0], [-1, 0, 0]]).delta_squared == 0
    assert separation([[1, 0, 0], [-1, 0, 0]]).delta_prime_squared == 4
    for points, reason in (
        ([[1, 0], [0, 1]], "at least 3 dimensions"),
        ([[1, 0, 0], [0, 2, 0]], "point 1 is not on it"),
        ([[1, 0, 0], [-1, 0, 0]], "equal or opposite"),
        ([[1, 0, 0]], "give at least two"),
        ([[1, 0, 0, 0], [0, 1, 0, 0]], "too far apart"),
    ):
        with pytest.raises(NoAnswerError, match=reason):
            ntk_scale(points)
    assert pair_bound([[1, 0], [0, 3]]).value == 2


def test_limits_and_refusals() -> None:
    network = without_biases([[1, 0]], [1])
    with pytest.raises(LimitReached) as stop:
        kernel_answer(TangentKernel.of(network, [[1, 0], [0, 1], [1, 1]]), limit=2)
    assert stop.value.partial.rank == 3 and stop.value.partial.smallest is None
    for scale in ("depth", 0, -1, float("nan")):
        with pytest.raises(InputError, match="the scale"):
            tangent_kernel(network, [[1, 0]], scale=scale)
    for points in ([], [[1, 0, 0]]):
        with pytest.raises(ShapeError):
            tangent_kernel(network, points)
    with pytest.raises(ShapeError, match="no points"):
        limit_kernel([])
