"""Optimal networks for the norms 1 and infinity: known answers, the program over patterns, degenerate data."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import InputError, LimitReached, NoAnswerError, NumberError, ShapeError
from polytopes.optimization import Infeasible, minimize
from tests.tropical.parameter_space.convex_training.answers import entries, name
from tropical.parameter_space.convex_training import ConvexProgram, TrainingData, patches


def over_patterns(points, targets, norm) -> Fraction | None:
    """The least penalty by the program over all patterns: weights of both signs in every chamber (Pilanci, Ergen)."""
    d = len(points[0])
    rows = [row for row in points if any(row)]
    chambers = list(Arrangement.central(rows, d).chambers()) if rows else []
    insides = [chamber.point for chamber in chambers] or [(1,) * d]
    blocks = [(sign, inside) for inside in insides for sign in (1, -1)]
    width = len(blocks) * 2 * d  # weights and bounds of their coordinates
    weak, linear = [], [[-Fraction(y)] + [Fraction(0)] * width for y in targets]
    cost = [Fraction(0)] * width
    for b, (sign, inside) in enumerate(blocks):
        v, t = 1 + 2 * d * b, 1 + 2 * d * b + d
        for i, x in enumerate(points):
            active = dot(x, inside) > 0
            row = [Fraction(0)] * (width + 1)
            row[v : v + d] = [Fraction(entry if active else -entry) for entry in x]
            weak.append(row)
            if active:
                linear[i][v : v + d] = [Fraction(sign * entry) for entry in x]
        for k in range(d):
            bound = t + (k if norm == 1 else 0)
            for s in (1, -1):
                row = [Fraction(0)] * (width + 1)
                row[bound] += 1
                row[v + k] += s
                weak.append(row)
            cost[bound - 1] = Fraction(1)
    found = minimize(cost, weak, linear, width)
    return None if isinstance(found, Infeasible) else found.value


@pytest.mark.parametrize("entry", entries("patterns"), ids=name)
def test_patterns(entry) -> None:
    points = entry["input"]["X"]
    assert TrainingData.of(points, [0] * len(points)).n_patterns == entry["answer"]["patterns"]


@pytest.mark.parametrize("entry", entries("interpolate"), ids=name)
def test_interpolation(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    program = ConvexProgram(given["X"], given["y"], given["norm"])
    found = program.optimum()
    assert program.data.n_patterns == answer["patterns"]
    assert found.feasible == answer["feasible"]
    if found.feasible:
        assert found.value == Fraction(answer["value"])
        assert found.atoms == answer["candidate_atoms"]
        assert found.fit == program.targets
    else:
        with pytest.raises(NoAnswerError):
            _ = found.value
        assert dot(found.dual, program.targets) == 1


@pytest.mark.parametrize("entry", entries("regularised"), ids=name)
def test_squared_loss(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    for beta, own in answer["by_beta"].items():
        program = ConvexProgram(given["X"], given["y"], given["norm"], "squared", beta)
        found = program.optimum()
        assert found.value == Fraction(own["optimum"])
        assert found.residual == tuple(map(Fraction, own["residual_y_minus_fit"]))
        assert program.beta_max() == Fraction(answer["beta_max"])


@pytest.mark.parametrize("entry", entries("hinge"), ids=name)
def test_hinge_loss(entry) -> None:
    given = entry["input"]
    for beta, value in entry["answer"]["by_beta"].items():
        assert ConvexProgram(given["X"], given["y"], given["norm"], "hinge", beta).optimum().value == Fraction(value)


@pytest.mark.parametrize("entry", entries("cnn_sum_pooling"), ids=name)
def test_convolutions(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    program = ConvexProgram(
        given["signals"], given["y"], given["norm"], filter=given["filter"], circular=given["circular"]
    )
    rows = [patch for signal in given["signals"] for patch in patches(signal, 2, circular=given["circular"])]
    assert [*program.data.rows] == rows
    assert {*map(tuple, answer["patches"])} == {tuple(map(str, row)) for row in rows}
    assert program.data.n_patterns == answer["patterns"]
    found = program.optimum()
    assert found.feasible == answer["feasible"]
    assert not found.feasible or found.value == Fraction(answer["value"])


entry = st.integers(-2, 2)


@settings(max_examples=25)
@given(
    st.integers(1, 2).flatmap(lambda d: st.lists(st.tuples(*[entry] * (d + 1)), min_size=1, max_size=4)), st.booleans()
)
def test_against_the_program_over_patterns(table, first) -> None:
    """Zero rows, repeated, opposite and parallel points, and points of low rank are among these."""
    points, targets = [row[:-1] for row in table], [row[-1] for row in table]
    norm = 1 if first else "inf"
    found = ConvexProgram(points, targets, norm).optimum()
    assert (found.upper if found.feasible else None) == over_patterns(points, targets, norm)


def test_no_network_is_better() -> None:
    """Random networks never go below the optimum."""
    generator = random.Random(0)
    points = [[generator.randint(-3, 3) for _ in range(3)] for _ in range(6)]
    targets = [generator.randint(-3, 3) for _ in range(6)]
    for norm in (1, "inf"):
        program = ConvexProgram(points, targets, norm, "squared", 1)
        best = program.optimum()
        for _ in range(200):
            fit, penalty = [Fraction(0)] * 6, Fraction(0)
            units = [*best.units][: generator.randint(0, 4)]
            weights = [[entry + Fraction(generator.randint(-2, 2), 9) for entry in unit.weights] for unit in units]
            for unit, w in zip(units, weights, strict=True):
                penalty += sum(map(abs, w)) if norm == 1 else max(map(abs, w))
                response = program.data.response(w)
                fit = [a + unit.sign * b for a, b in zip(fit, response, strict=True)]
            assert program.dual_loss.primal(fit, penalty) >= best.value


def test_degenerate() -> None:
    assert ConvexProgram([[0, 0]], [0]).optimum().value == 0
    assert ConvexProgram([[0, 0]], [1]).optimum().feasible is False
    assert ConvexProgram([[1], [2]], [0, 0]).optimum().units == ()
    assert ConvexProgram([[1, 2]], [0]).optimum().network([5, 5]) == (0,)
    assert ConvexProgram([[2]], [-3]).optimum().value == Fraction(3, 2)
    assert ConvexProgram([[1, 1], [1, 1]], [1, 2]).optimum().feasible is False
    assert ConvexProgram([[0]], [1], 1, "hinge", 1).optimum().value == 1


def test_bias_is_a_coordinate() -> None:
    points, targets = [[0], [1], [3]], [1, 0, 2]
    with_bias = ConvexProgram(points, targets, bias=True).optimum()
    appended = ConvexProgram([[x, 1] for [x] in points], targets).optimum()
    assert with_bias.value == appended.value
    assert [with_bias.network(x)[0] for x in points] == targets


def test_large_beta_leaves_the_zero_network() -> None:
    points, targets = [[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]
    beta = ConvexProgram(points, targets).beta_max()
    assert ConvexProgram(points, targets, 1, "squared", beta).optimum().units == ()
    assert ConvexProgram(points, targets, 1, "squared", beta - Fraction(1, 99)).optimum().units


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        (([[1]], [1], 3), InputError, "norm"),
        (([[1]], [1], True), InputError, "norm"),
        (([[1]], [1], 1, "cubic"), InputError, "loss"),
        (([[1]], [1], 1, "squared"), InputError, "needs beta"),
        (([[1]], [1], 1, "squared", 0), InputError, "positive"),
        (([[1]], [1], 1, "interpolate", 1), InputError, "beta"),
        (([[1]], [2], 1, "hinge", 1), InputError, "1 and -1"),
        (([[1], [2]], [1]), ShapeError, "targets"),
        (([], []), ShapeError, "no points"),
        (([[float("nan")]], [1]), NumberError, "nan"),
    ],
)
def test_refusals(arguments, error, word) -> None:
    with pytest.raises(error, match=word):
        ConvexProgram(*arguments)


def test_windows_are_refused_where_they_do_not_fit() -> None:
    with pytest.raises(ShapeError, match="filter"):
        ConvexProgram([[1, 2]], [1], filter=3)
    with pytest.raises(InputError, match="circular"):
        ConvexProgram([[1, 2]], [1], circular=True)


def test_limit() -> None:
    with pytest.raises(LimitReached):
        ConvexProgram([[1, 2], [3, 4], [1, -1]], [1, 2, 3]).optimum(limit=3)
