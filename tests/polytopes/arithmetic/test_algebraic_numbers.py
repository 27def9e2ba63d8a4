"""Largest roots and eigenvalues: known numbers, sympy, and brute force over integers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_poly, fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.algebraic_numbers import (
    LargestRoot,
    isolating_interval,
    largest_eigenvalue,
    largest_root,
    refined,
)
from polytopes.errors import NoAnswerError

entries = st.integers(-4, 4)
matrices = st.integers(1, 4).flatmap(
    lambda n: st.integers(1, 4).flatmap(
        lambda m: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=m, max_size=m)
    )
)


def gram(rows):
    return [[Fraction(sum(a * b for a, b in zip(u, v, strict=True))) for v in rows] for u in rows]


@pytest.mark.parametrize(
    ("matrix", "value"), [([[0]], 0), ([[0, 0], [0, 0]], 0), ([[3, 0], [0, 7]], 7), ([[2, 1], [1, 2]], 3)]
)
def test_rational_eigenvalues(matrix, value):
    root = largest_eigenvalue([[Fraction(c) for c in row] for row in matrix])
    assert root.value == value
    assert root.interval == (value, value)


def test_irrational_eigenvalue_has_its_minimal_polynomial():
    root = largest_eigenvalue([[Fraction(1, 2), Fraction(1, 2)], [Fraction(1, 2), Fraction(5, 2)]])
    assert root.value is None
    assert root.as_sympy() == sympy.Rational(3, 2) + sympy.sqrt(5) / 2
    low, high = root.interval
    assert low < high
    assert root.as_sympy() > low
    assert root.as_sympy() < high
    assert (high - low) / high <= Fraction(1, 2**60)


@given(matrices)
def test_against_sympy_and_floats(rows):
    root = largest_eigenvalue(gram(rows))
    low, high = root.interval
    t = sympy.Symbol("t")
    p = sympy.Matrix(gram(rows)).charpoly(t).as_expr()
    assert sympy.rem(p, sympy.Poly(list(reversed(root.coefficients)), t).as_expr(), t) == 0
    # No root of the characteristic polynomial lies above the interval, and one lies in it.
    assert sympy.Poly(p, t).count_roots(sympy.Rational(high.numerator, high.denominator) + 1, None) == 0
    ends = [sympy.Rational(end.numerator, end.denominator) for end in (low, high)]
    assert sympy.Poly(p, t).count_roots(*ends) > 0
    assert abs(float(high) - np.linalg.norm(np.array(rows), 2) ** 2) < 1e-8 * (1 + float(high))


@given(matrices, matrices)
def test_order(left, right):
    a, b = largest_eigenvalue(gram(left)), largest_eigenvalue(gram(right))
    assert [a.exceeds(b), b.exceeds(a)].count(True) == (a != b)
    if a.interval[0] > b.interval[1]:
        assert a.exceeds(b)


def test_order_of_close_numbers():
    """sqrt(2) against a convergent of it, beyond the precision of the intervals."""
    p, q = 1, 1
    for _ in range(60):
        p, q = p + 2 * q, p + q
    near = LargestRoot((-(p + 2 * q), q))  # 2 + p/q, where p/q > sqrt 2 after evenly many steps or less otherwise
    exact = LargestRoot((2, -4, 1))  # 2 + sqrt 2
    assert near.exceeds(exact) == (p * p > 2 * q * q)
    assert exact.exceeds(near) == (p * p < 2 * q * q)


@given(st.lists(entries, min_size=2, max_size=7))
def test_largest_root_against_sympy(coefficients):
    p = fmpz_poly(coefficients)
    roots = sympy.Poly(list(reversed(coefficients)), sympy.Symbol("x")).as_expr() if p else sympy.Integer(1)
    real = [root for root in sympy.real_roots(roots)] if roots.free_symbols else []
    found = largest_root(p) if p.degree() > 0 else None
    if not real or max(real) < 0:
        assert found is None
        return
    root, multiplicity = found
    assert root.as_sympy() == max(real) and multiplicity == real.count(max(real))
    assert float(root) == pytest.approx(float(max(real)), rel=1e-14)


def test_what_does_not_exist():
    for coefficients in ((1, 0, 1), (1, 1), (1, 3, 1)):
        root = LargestRoot(coefficients)
        assert not root.exists
        with pytest.raises(NoAnswerError, match="no root"):
            _ = root.interval


@given(st.fractions(-4, 4, max_denominator=3))
def test_rational_zeros(zero: Fraction) -> None:
    found = isolating_interval(fmpz_poly([-zero.numerator, zero.denominator]))
    exact = fmpq(zero.numerator, zero.denominator)
    assert found == ((exact, exact) if zero >= 0 else None)


def test_irrational_zeros() -> None:
    low, high = isolating_interval(fmpz_poly([-2, 0, 0, 1])) or (0, 0)
    assert low**3 < 2 < high**3
    assert isolating_interval(fmpz_poly([2, 0, 1])) is None


def test_intervals_are_narrowed_around_their_zero() -> None:
    """Also where the secant is of no help at first: a steep polynomial, and a zero next to an end."""
    for coefficients, interval in (
        ([-2, *[0] * 29, 1], (fmpq(0), fmpq(100))),
        ([-1, 10**9], (fmpq(0), fmpq(1))),
        ([-2, 0, 1], (fmpq(1), fmpq(2))),
        ([2, 0, -1], (fmpq(1), fmpq(2))),
    ):
        polynomial = fmpz_poly(coefficients)
        low, high = refined(polynomial, interval, 500)
        assert interval[0] <= low < high <= interval[1] and high - low <= fmpq(1, 2**500)
        assert (fmpq_poly(polynomial)(low) > 0) != (fmpq_poly(polynomial)(high) > 0)
