"""Tropical matrices against their definitions by brute force."""

from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import NoAnswerError, ShapeError
from tropical.algebra.matrix import TropicalMatrix

entries = st.one_of(st.none(), st.fractions(-4, 4, max_denominator=3))


@st.composite
def squares(draw, most=4, least=1):
    size = draw(st.integers(least, most))
    return TropicalMatrix.of([[draw(entries) for _ in range(size)] for _ in range(size)])


def plus(*numbers):
    return None if None in numbers else sum(numbers)


def best(numbers):
    return max((number for number in numbers if number is not None), default=None)


def elementary_cycles(matrix):
    """Weight and length of all closed walks without repeated nodes."""
    n = matrix.n_rows
    for length in range(1, n + 1):
        for nodes in permutations(range(n), length):
            weight = plus(*(matrix[a, b] for a, b in zip(nodes, (*nodes[1:], nodes[0]), strict=True)))
            if weight is not None:
                yield weight, length


@given(squares())
def test_determinant(A):
    sums = [plus(*(A[i, p[i]] for i in range(A.n_rows))) for p in permutations(range(A.n_rows))]
    assert A.determinant() == best(sums) == A.transpose().determinant()
    assert A.is_singular() == (A.determinant() is None or sums.count(A.determinant()) > 1)
    if A.determinant() is not None:
        assert plus(*(A[i, j] for i, j in enumerate(A.best_permutation()))) == A.determinant()


@given(squares())
def test_eigenvalue_and_eigenvectors(A):
    """The largest cycle mean, and vectors v, not all minus infinity, with A v = lambda + v."""
    value = A.eigenvalue()
    assert value == max((Fraction(w) / k for w, k in elementary_cycles(A)), default=None)
    if value is None:
        with pytest.raises(NoAnswerError, match="no cycle"):
            A.eigenvectors()
        return
    assert A.eigenvectors()
    for vector in A.eigenvectors():
        column = TropicalMatrix.of([[entry] for entry in vector])
        assert any(entry is not None for entry in vector) and A @ column == column.scaled(value)


@given(squares())
def test_kleene_star(A):
    """The sum of the powers, if no cycle has positive weight; then it is idempotent."""
    if any(weight > 0 for weight, _ in elementary_cycles(A)):
        with pytest.raises(NoAnswerError, match="positive weight"):
            A.kleene_star()
        return
    total = power = TropicalMatrix.identity(A.n_rows)
    for _ in range(A.n_rows):
        power = power @ A
        total = total + power
    star = A.kleene_star()
    assert star == total and star @ star == star == star + A.identity(A.n_rows)


@settings(max_examples=30)
@given(st.integers(1, 3).flatmap(lambda size: st.tuples(*[squares(size, size)] * 3)))
def test_semiring(three):
    A, B, C = three
    n = A.n_rows
    assert all((A @ B)[i, j] == best(plus(A[i, k], B[k, j]) for k in range(n)) for i, j in product(range(n), repeat=2))
    assert (A @ B) @ C == A @ (B @ C) and A @ (B + C) == A @ B + A @ C
    assert A.identity(n) == A**0 and A**5 == A @ A @ A @ A @ A


def test_large_assignment():
    """Of entries i j the identity permutation has the largest sum (rearrangement inequality)."""
    A = TropicalMatrix.of([[i * j for j in range(30)] for i in range(30)])
    assert A.determinant() == sum(i * i for i in range(30)) and A.best_permutation() == tuple(range(30))
    assert not A.is_singular()


def test_shapes():
    A = TropicalMatrix.of([[0, float("-inf")]])
    assert A[0, 1] is None and (A.n_rows, A.n_columns) == (1, 2)
    assert A @ A.transpose() == TropicalMatrix.of([[0]])
    empty = TropicalMatrix.of([], 0)
    assert empty.determinant() == 0 and empty.eigenvalue() is None and not empty.is_singular()
    for wrong in (A.determinant, A.eigenvalue, A.kleene_star, lambda: A @ A, lambda: A + A.transpose(), lambda: A**2):
        with pytest.raises(ShapeError):
            wrong()
    with pytest.raises(ShapeError, match="integer from 0"):
        _ = TropicalMatrix.identity(2) ** 0.5
    with pytest.raises(ShapeError):
        TropicalMatrix.of([[1], [1, 2]])


@given(squares())
def test_text_is_read_back(matrix):
    assert TropicalMatrix.from_text(str(matrix)) == matrix
    assert TropicalMatrix.of([line.split() for line in str(matrix).splitlines()], matrix.n_columns) == matrix


def test_minus_infinity_in_words():
    expected = TropicalMatrix.of([[None, 1]])
    for word in ("-oo", " -oo ", "-inf", float("-inf")):
        assert TropicalMatrix.of([[word, 1]]) == expected


def test_refusals_of_what_is_no_matrix():
    A = TropicalMatrix.identity(2)
    for operation in (lambda: A + 1, lambda: 1 + A, lambda: A @ 3, lambda: A @ [[1, 2], [3, 4]], lambda: [[0]] @ A):
        with pytest.raises(TypeError, match="unsupported operand"):
            operation()
    for size in (-1, 1.5, "2"):
        with pytest.raises(ShapeError, match="an integer from 0"):
            TropicalMatrix.identity(size)
    for rows in (5, [5], "1 2", ["12", "34"]):
        with pytest.raises(ShapeError, match="rows of numbers"):
            TropicalMatrix.of(rows)
    with pytest.raises(ShapeError, match="an integer from 0"):
        TropicalMatrix.of([], -1)
    long = TropicalMatrix.of([[10**5000]])
    assert TropicalMatrix.from_text(str(long)) == long
