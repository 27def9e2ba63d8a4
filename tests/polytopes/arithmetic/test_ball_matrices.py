"""Least eigenvalues of matrices of balls, against closed forms and exact eigenvalues; multiple ones included."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, arb_mat, fmpq
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.algebraic_numbers import smallest_eigenvalue
from polytopes.arithmetic.ball_matrices import is_certainly_positive_definite, least_eigenvalue
from polytopes.arithmetic.linalg import matmul, rank
from polytopes.errors import InputError, NoAnswerError

Rows = list[list[int]]


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(st.integers(-3, 3), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_exact_eigenvalues(rows: Rows) -> None:
    """Of A A^T, exactly and in balls; its multiplicity is the defect of K less the number if that is rational."""
    matrix = matmul(rows, list(zip(*rows, strict=True)))
    number, multiplicity = smallest_eigenvalue(matrix)
    low, high = number.interval
    assert (rank(rows) == len(rows)) == (low > 0)
    assert 1 <= multiplicity <= len(rows)
    if low > 0:
        n = len(rows)
        found = least_eigenvalue(
            lambda: arb_mat(n, n, [fmpq(e.numerator, e.denominator) for row in matrix for e in row])
        )
        assert found.lower <= high and low <= found.upper and found.is_precise
        assert number.is_below(high * 2) and not number.is_below(low / 2)
        below, above = number.enclosure(200)
        assert low <= below <= above <= high and (above - below) * 2**198 <= above


def test_a_multiple_eigenvalue_that_is_not_rational() -> None:
    """pi I + J has the eigenvalues pi, twice, and pi + 3."""
    found = least_eigenvalue(lambda: arb_mat(3, 3, [1 + arb.pi() * (i == j) for i in range(3) for j in range(3)]), 40)
    assert found.value == "3.141592653589793238462643383279502884197"


def test_a_negative_eigenvalue_and_long_numbers() -> None:
    found = least_eigenvalue(lambda: arb_mat([[0, 1], [1, 0]]), 10)
    assert found.value == "-1"
    small = arb(fmpq(1, 10**40))
    assert least_eigenvalue(lambda: arb_mat([[1, 0], [0, small]]), 5).value == "1.0000E-40"
    assert is_certainly_positive_definite(arb_mat([[1, 0], [0, small]]))


def test_zero_is_not_told_from_small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polytopes.arithmetic.ball_matrices.MOST_BITS", 500)
    with pytest.raises(NoAnswerError, match="too close to 0"):
        least_eigenvalue(lambda: arb_mat([[1, 1], [1, 1]]))
    with pytest.raises(InputError, match="digits"):
        least_eigenvalue(lambda: arb_mat([[1]]), 0)


def test_smallest_eigenvalue_of_known_matrices() -> None:
    """diag(2, 2, 3), J of order 3, and a path's Laplacian plus I with 2 - sqrt(2) + 1."""
    diagonal = [[Fraction((2, 2, 3)[i] * (i == j)) for j in range(3)] for i in range(3)]
    number, multiplicity = smallest_eigenvalue(diagonal)
    assert (number.coefficients, multiplicity, number.value) == ((-2, 1), 2, 2)
    number, multiplicity = smallest_eigenvalue([[Fraction(1)] * 3] * 3)
    assert (number.coefficients, multiplicity, number.interval) == ((0, 1), 2, (0, 0))
    number, multiplicity = smallest_eigenvalue(
        [[Fraction(e) for e in row] for row in ((3, 1, 0), (1, 3, 1), (0, 1, 3))]
    )
    assert (number.coefficients, multiplicity) == ((7, -6, 1), 1)
    assert abs(float(number) - (3 - 2**0.5)) < 1e-15
