"""Recurrences of powers of transfer matrices: guesses that are right, wrong, and right for another reason."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier import recurrences
from polytopes.minkowski_sums.frontier.machine import Budget
from polytopes.minkowski_sums.frontier.recurrences import proven_series
from polytopes.minkowski_sums.frontier.transfer_matrix import Arrow, TransferMatrix


def moved(matrix: TransferMatrix, vector: list[int]) -> list[int]:
    """Carry weights back over a period, by the definition."""
    for arrows, size in zip(reversed(matrix.arrows), reversed(matrix.sizes), strict=True):
        before = [0] * size
        for source, target, weight in arrows:
            before[source] += weight * vector[target]
        vector = before
    return vector


def random_matrix(sizes: list[int], seed: int) -> TransferMatrix:
    rng = random.Random(seed)
    targets = [*sizes[1:], sizes[0]]
    arrows: list[tuple[Arrow, ...]] = []
    for a, b in zip(sizes, targets, strict=True):
        own = [(s, rng.randrange(b), rng.randrange(1, 9)) for s in range(a)]
        arrows.append(tuple(sorted([*own, (rng.randrange(a), rng.randrange(b), 2)])))
    final = tuple(rng.randrange(1 << 70) for _ in range(sizes[0]))
    return TransferMatrix(tuple(arrows), tuple(sizes), ((0, 1),), final)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(0, 1 << 20))
def test_sums_and_series_against_the_definition(sizes: list[int], seed: int) -> None:
    matrix = random_matrix(sizes, seed)
    terms, vector = [], list(matrix.final)
    for _ in range(30):
        terms.append(vector[0])
        vector = moved(matrix, vector)
    source = matrix.sums()
    assert [next(source) for _ in range(30)] == terms
    assert proven_series(matrix, Budget()).series.terms(30) == terms


@given(st.integers(1, 4), st.lists(st.integers(-3, 3), min_size=1, max_size=4), st.integers(0, 2), st.integers(0, 99))
def test_annihilation_against_the_definition(size: int, recurrence: list[int], delay: int, seed: int) -> None:
    matrix = random_matrix([size], seed)
    powers = [list(matrix.final)]
    for _ in range(len(recurrence) + delay):
        powers.append(moved(matrix, powers[-1]))
    order = len(recurrence) - 1
    combined = [sum(c * powers[order + delay - i][state] for i, c in enumerate(recurrence)) for state in range(size)]
    assert matrix.annihilated_by(recurrence, delay) == (not any(combined))


def test_a_recurrence_that_only_the_reached_states_satisfy() -> None:
    matrix = TransferMatrix((((0, 0, 2), (1, 1, 3)),), (2,))
    assert not matrix.annihilated_by((1, -2))
    assert proven_series(matrix, Budget()).series == RationalSeries((1,), (1, -2))


def test_a_guess_that_fails_late() -> None:
    late = 40
    arrows = tuple((i, (i + 1) % (late + 1), 1) for i in range(late + 1))
    matrix = TransferMatrix((arrows,), (late + 1,), ((0, 1),), (1,) * late + (5,))
    proof = proven_series(matrix, Budget())
    assert proof.series.terms(late + 2) == [1] * late + [5, 1]
    assert proof.series.order == late + 1


def test_hopeless_recurrences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrences, "LONGEST", 0.1)
    with pytest.raises(LimitReached, match=r"3000 classes of states .* order of about 600"):
        proven_series(random_matrix([3000], 1), Budget())
