"""Sets of optimal networks, paths of regularization, hulls of images, spike-free matrices, closed forms."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached, NoAnswerError
from tests.tropical.parameter_space.convex_training.answers import entries, name
from tropical.parameter_space.convex_training import (
    ConvexProgram,
    gauge,
    is_simplex_etf,
    is_spike_free,
    optimal_set,
    rectified_polytope,
    whitened_optimum,
)

POINTS, TARGETS = [[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]
entry = st.integers(-2, 2)
tables = st.lists(st.tuples(entry, entry, entry), min_size=1, max_size=4)


@pytest.mark.parametrize("entry", entries("optimal_set"), ids=name)
def test_optimal_sets(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    program = ConvexProgram(given["X"], given["y"], given["norm"])
    found = program.optimal_set()
    assert program.optimum().value == Fraction(answer["value"])
    assert len(found.polytope.vertices) == answer["vertices_in_weight_space"]
    assert found.dim == answer["dim"]
    assert found.least_blocks == answer["least_nonzero_blocks"]
    assert len(found.networks) == answer["networks_at_vertices"]
    assert found.n_blocks == answer["blocks"]
    for i in range(len(found.networks)):
        assert [found.network(i)(x)[0] for x in program.points] == [*program.targets]


@settings(max_examples=20)
@given(tables, st.sampled_from([1, "inf"]), st.sampled_from(["squared", "hinge"]))
def test_the_optimum_found_is_in_the_set(table, norm, loss) -> None:
    points, targets = [row[:-1] for row in table], [row[-1] for row in table]
    if loss == "hinge":
        targets = [1 if y > 0 else -1 for y in targets]
    trained = ConvexProgram(points, targets, norm, loss, "1/3").optimum()
    found = optimal_set(trained, 60)
    assert found.least_blocks <= len(trained.units)
    assert found.polytope.is_bounded


def test_limits_of_optimal_sets() -> None:
    with pytest.raises(LimitReached, match="raise the limit"):
        ConvexProgram(POINTS, TARGETS).optimal_set(limit=1)
    with pytest.raises(NoAnswerError):
        ConvexProgram([[1], [1]], [1, 2]).optimal_set()


@settings(max_examples=15)
@given(
    tables, st.sampled_from([1, "inf"]), st.lists(st.fractions("1/20", 5, max_denominator=20), min_size=1, max_size=3)
)
def test_paths(table, norm, betas) -> None:
    points, targets = [row[:-1] for row in table], [row[-1] for row in table]
    path = ConvexProgram(points, targets, norm).path()
    for beta in (*betas, *path.breakpoints):
        if beta > 0:
            found = ConvexProgram(points, targets, norm, "squared", beta).optimum()
            assert path.value(beta) == found.value
            assert path.residual(beta) == found.residual


def test_a_path() -> None:
    path = ConvexProgram(POINTS, TARGETS, "inf").path()
    assert path.breakpoints[-1] == 3
    assert path.value(3) == path.value(7) == Fraction(7, 2)
    assert path.penalty(3) == 0
    assert path.penalty(Fraction(1, 10**6)) < 6 == ConvexProgram(POINTS, TARGETS, "inf").optimum().value
    assert [piece.low for piece in path.pieces] == [0, *path.breakpoints]
    with pytest.raises(InputError):
        path.value(0)
    with pytest.raises(InputError):
        ConvexProgram([[1]], [1], 1, "hinge", 1).path()
    assert ConvexProgram([[1]], [0]).path().breakpoints == ()


@settings(max_examples=15)
@given(tables, st.sampled_from([1, "inf"]))
def test_the_gauge_is_the_least_penalty(table, norm) -> None:
    points, targets = [row[:-1] for row in table], [row[-1] for row in table]
    body, least = rectified_polytope(points, norm), ConvexProgram(points, targets, norm).optimum()
    assert gauge(points, targets, norm) == least.upper
    if least.upper:
        on_it = [Fraction(y) / least.upper for y in targets]
        assert on_it in body
        assert [Fraction(101, 100) * y for y in on_it] not in body


@pytest.mark.parametrize("entry", entries("spike_free"), ids=name)
def test_spike_free(entry) -> None:
    for norm, answer in entry["answer"].items():
        found = is_spike_free(entry["input"]["A"], norm)
        assert bool(found) == answer["spike_free"]
        if not found:
            assert found.least_norm is None or found.least_norm > 1


def test_spike_free_in_the_euclidean_norm() -> None:
    assert is_spike_free([[2, 1], [-1, 2]], 2)
    with pytest.raises(NoAnswerError):
        is_spike_free([[2, 1], [1, 2]], 2)
    assert is_spike_free([[1, 1], [1, 1]]).spike_free
    assert is_spike_free([[1], [-1]]).least_norm is None


@pytest.mark.parametrize("entry", entries("orthogonal_rows_l2"), ids=name)
def test_orthogonal_rows(entry) -> None:
    given, answer = entry["input"], entry["answer"]
    assert str(whitened_optimum(given["X"], given["y"])) == answer["interpolation"].replace("*", " ")
    if "beta_2" in answer:
        assert str(whitened_optimum(given["X"], given["y"], 2)) == answer["beta_2"].replace("*", " ")


def test_orthogonal_rows_are_needed() -> None:
    with pytest.raises(InputError):
        whitened_optimum([[1, 0], [1, 1]], [1, 2])
    with pytest.raises(InputError):
        whitened_optimum([[2, 0]], [1], 1)
    with pytest.raises(NoAnswerError):
        whitened_optimum([[0, 0]], [1])


@pytest.mark.parametrize("entry", entries("simplex_etf"), ids=name)
def test_simplex_frames(entry) -> None:
    given = entry["input"]
    assert is_simplex_etf(given["means"], given["centre"]) == entry["answer"]["is_simplex_etf"]


def test_degenerate_frames() -> None:
    assert not is_simplex_etf([[0, 0], [0, 0]])
    assert not is_simplex_etf([[], []])
    with pytest.raises(InputError):
        is_simplex_etf([[1]])
