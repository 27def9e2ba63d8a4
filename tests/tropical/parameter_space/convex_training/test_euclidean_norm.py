"""Training in the Euclidean norm: known sums of square roots, bounds with proofs, random networks, refusals."""

from __future__ import annotations

import copy
import random
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import LimitReached, MissingExtraError, NoAnswerError
from tests.tropical.parameter_space.convex_training.answers import entries, name
from tropical.parameter_space.convex_training import ConvexProgram
from tropical.parameter_space.convex_training.checker import Refused, check_document
from tropical.parameter_space.convex_training.training import Training

POINTS, TARGETS = [[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]
entry = st.integers(-2, 2)
tables = st.lists(st.tuples(entry, entry, entry), min_size=1, max_size=4)


@pytest.mark.parametrize("entry", entries("interpolate_l2"), ids=name)
def test_interpolation(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    program = ConvexProgram(given["X"], given["y"], 2)
    found = program.optimum()
    found.check()
    assert str(found.value if isinstance(found.value, RadicalSum) else found.exact) == answer["value"].replace("*", " ")
    assert found.upper - found.lower < Fraction(1, 10**9)
    assert str(program.beta_max()) == answer["beta_max"].replace("*", " ")


@pytest.mark.parametrize("entry", entries("orthogonal_rows_l2"), ids=name)
def test_orthogonal_rows(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    program = ConvexProgram(given["X"], given["y"], 2)
    assert str(program.optimum().exact) == answer["interpolation"].replace("*", " ")
    assert str(program.beta_max()) == answer["beta_max"].replace("*", " ")
    if "beta_2" in answer:
        squared = ConvexProgram(given["X"], given["y"], 2, "squared", 2).optimum()
        assert str(squared.exact) == answer["beta_2"].replace("*", " ")


@settings(max_examples=15)
@given(tables, st.sampled_from(["interpolate", "squared", "hinge"]))
def test_bounds_are_proven_and_close(table, loss) -> None:
    points, targets = [row[:-1] for row in table], [row[-1] for row in table]
    if loss == "hinge":
        targets = [1 if y > 0 else -1 for y in targets]
    beta = None if loss == "interpolate" else "1/3"
    found = ConvexProgram(points, targets, 2, loss, beta).optimum()
    found.check()
    one = ConvexProgram(points, targets, 1, loss, beta).optimum()
    assert found.feasible == one.feasible
    if found.feasible:
        assert found.upper - found.lower <= Fraction(1, 10**6) * max(found.upper, 1)
        assert found.lower <= one.value  # the Euclidean norm is below the norm 1
        if loss == "interpolate":
            assert found.upper**2 * 2 >= one.value**2 * (1 - Fraction(1, 10**6))


def test_no_network_is_better() -> None:
    """Gradient descent from many starts never goes below the lower bound."""
    program = ConvexProgram(POINTS, TARGETS, 2, "squared", "1/10")
    lower = float(program.optimum().lower)
    x, y = np.array(POINTS, dtype=float), np.array(TARGETS, dtype=float)
    generator = np.random.default_rng(0)
    best = np.inf
    for _ in range(5):
        u, a = generator.normal(size=(6, 2)), generator.normal(size=6)
        for _ in range(1500):
            z = x @ u.T
            error = np.maximum(z, 0) @ a - y
            u -= 0.02 * (((error[:, None] * a) * (z > 0)).T @ x + 0.1 * u)
            a -= 0.02 * (np.maximum(z, 0).T @ error + 0.1 * a)
            loss = 0.5 * error @ error + 0.1 * np.abs(a) @ np.linalg.norm(u, axis=1)
            assert loss > lower - 1e-12
            best = min(best, loss)
    assert best < 1.2 * lower


def test_a_cut_that_is_bad_is_refused() -> None:
    document = ConvexProgram(POINTS, TARGETS, 2).optimum().certificate
    check_document(document)
    for tree in (0, 1):
        for place, node in enumerate(document["proof"]["trees"][tree]):
            changed = copy.deepcopy(document)
            own = changed["proof"]["trees"][tree]
            if isinstance(node, int):
                own[place] = node + 1
            elif isinstance(node, dict):
                own[place]["times"] += 1
            else:
                own[place] = [10**30] * len(node)
            with pytest.raises(Refused):
                check_document(changed)
            del own[place]
            with pytest.raises(Refused):
                check_document(changed)


def test_infeasible_and_degenerate() -> None:
    found = ConvexProgram([[1, 0], [2, 0]], [1, 1], 2).optimum()
    assert found.feasible is False
    found.check()
    assert ConvexProgram([[0, 0]], [0], 2).optimum().value == 0
    assert ConvexProgram([[2], [-3]], [1, 1], 2).optimum().value == Fraction(5, 6)
    assert ConvexProgram([[1, 1], [1, 1], [-1, -1]], [1, 1, 3], 2).optimum().exact == RadicalSum.root(8)
    with pytest.raises(NoAnswerError):
        ConvexProgram(POINTS, TARGETS, 2).path()
    with pytest.raises(NoAnswerError):
        ConvexProgram(POINTS, TARGETS, 2).optimal_set()
    with pytest.raises(LimitReached):
        ConvexProgram(POINTS, TARGETS, 2).optimum(limit=2)


def test_convolutions_and_biases() -> None:
    for options in ({"filter": 2}, {"filter": 2, "circular": True}, {"bias": True}):
        found = ConvexProgram([[1, 2, 0], [0, 1, -1]], [1, -2], 2, **options).optimum()
        found.check()
        assert found.upper - found.lower < Fraction(1, 10**8)


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clarabel", None)
    with pytest.raises(MissingExtraError, match="train"):
        ConvexProgram(POINTS, TARGETS, 2).optimum()


@pytest.mark.slow
def test_thirty_points_in_dimension_four() -> None:
    generator = random.Random(0)
    points = [[generator.randint(-99, 99) for _ in range(4)] for _ in range(30)]
    targets = [generator.randint(-9, 9) for _ in range(30)]
    found = ConvexProgram(points, targets, 2).optimum()
    found.check()
    assert (found.upper - found.lower) / found.upper < Fraction(1, 10**8)


@pytest.mark.parametrize("norm", [1, 2])
def test_what_is_known_when_stopped(norm: int) -> None:
    class Stopped(Exception):
        pass

    def stop(bounds: object) -> None:
        raise Stopped

    generator = random.Random(1)
    points = [[generator.randint(-9, 9) for _ in range(3)] for _ in range(12)]
    program = ConvexProgram(points, [generator.randint(-3, 3) for _ in points], norm, "squared", "1/10")
    work = Training(program, progress=stop)
    assert work.partial() is None
    with pytest.raises(Stopped):
        work.run()
    known = work.partial()
    assert known is not None
    assert not known.complete
    known.check()
    best = program.optimum()
    assert known.lower <= best.upper
    assert known.upper >= best.lower


def test_floats_do_not_decide_where_the_support_is_greatest() -> None:
    large = 10**20
    assert ConvexProgram([[large + 1, 0], [large, 0]], [1, -1], 2).beta_max() == RadicalSum.of(1)
    assert ConvexProgram([[10**200, 0], [0, 1]], [10**200, 1], 2).beta_max() == RadicalSum.root(10**800 + 1)


def test_numbers_of_very_different_sizes() -> None:
    tiny = Fraction(1, 10**40)
    found = ConvexProgram([[-1, -2000], [1, -1000], [-tiny, 3000]], [-1, "2/3", 2], 2, "squared", "1/1000").optimum()
    found.check()
