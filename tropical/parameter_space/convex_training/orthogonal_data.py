"""Closed forms: optima of data with orthogonal rows in the Euclidean norm, and the simplex of neural collapse."""

from __future__ import annotations

from fractions import Fraction

from polytopes.arithmetic.rationals import MatrixLike, RationalLike, VectorLike, as_fraction, as_matrix, as_vector, dot
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, NoAnswerError, ShapeError


def whitened_optimum(points: MatrixLike, targets: VectorLike, beta: RationalLike | None = None) -> RadicalSum:
    """Return the optimum for points that are orthogonal to each other and the norm 2, in closed form.

    Args:
        points: n orthogonal points.
        targets: n numbers.
        beta: None for interpolation; for the squared loss, with points of length 1, the factor of the penalty.

    Raises:
        InputError: if the points are not orthogonal, or not of length 1 where they should be, or beta is not positive.
        NoAnswerError: if a point 0 has a target that is not 0.

    Algorithm:
        The images ``(X u)_+`` of the ball are ``{q >= 0 : sum q_i^2 / |x_i|^2 <= 1}``. So the least penalty is the sum
        of the norms ``sqrt(sum y_i^2 / |x_i|^2)`` over positive and over negative targets, and the squared loss is
        least in each part apart. This contains the whitened data of Ergen and Pilanci (ICML 2021).

    >>> points = [["3/5", "4/5", 0], ["-4/5", "3/5", 0], [0, 0, 1]]
    >>> print(whitened_optimum(points, [3, -4, 12]), "and", whitened_optimum(points, [3, -4, 12], 2))
    4 + 3 sqrt(17) and 4 + 6 sqrt(17)
    """
    rows, y = as_matrix(points), as_vector(targets)
    if len(rows) != len(y):
        raise ShapeError(f"{len(y)} targets for {len(rows)} points; give one for each")
    if any(dot(a, b) for i, a in enumerate(rows) for b in rows[:i]):
        raise InputError("the points are not orthogonal to each other")
    squares = [Fraction(dot(row, row)) for row in rows]
    if beta is None:
        if any(value and not square for value, square in zip(y, squares, strict=True)):
            raise NoAnswerError("a network is 0 at the point 0, but the target there is not")
        return RadicalSum.total(
            RadicalSum.root(
                sum((v * v / s for v, s in zip(y, squares, strict=True) if s and v * sign > 0), Fraction(0))
            )
            for sign in (1, -1)
        )
    factor = as_fraction(beta)
    if factor <= 0 or any(square != 1 for square in squares):
        raise InputError("the squared loss has a closed form for a positive beta and points of length 1")
    return RadicalSum.total(_one_sign(sum((v * v for v in y if v * sign > 0), Fraction(0)), factor) for sign in (1, -1))


def _one_sign(square: Fraction, beta: Fraction) -> RadicalSum:
    """Return ``min(a, beta)^2 / 2 + beta max(a - beta, 0)`` for the root a of a number."""
    if square <= beta * beta:
        return RadicalSum.of(square / 2)
    return RadicalSum.of(-beta * beta / 2) + RadicalSum.root(square) * RadicalSum.of(beta)


def is_simplex_etf(means: MatrixLike, center: bool = False) -> bool:
    """Return whether vectors are those of a simplex equiangular tight frame: exactly, from their Gram matrix.

    The Gram matrix of K such vectors is a positive multiple of ``I - J / K``, with J the matrix of ones. The means of
    the last hidden layer of classes tend to such a frame in neural collapse.

    Args:
        means: K >= 2 vectors of one length.
        center: subtract their mean first.

    Raises:
        InputError: for fewer than two vectors.

    >>> is_simplex_etf([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]), is_simplex_etf([[1, 0], [0, 1]])
    (True, False)
    """
    rows = as_matrix(means)
    k = len(rows)
    if k < 2:
        raise InputError(f"{k} vectors; a frame of a simplex has two or more")
    if center:
        mean = [sum(column) / k for column in zip(*rows, strict=True)]
        rows = tuple(tuple(a - m for a, m in zip(row, mean, strict=True)) for row in rows)
    square = dot(rows[0], rows[0]) if rows[0] else 0
    if not square:
        return False
    expected = {True: square, False: -square / (k - 1)}
    return all(dot(a, b) == expected[i == j] for i, a in enumerate(rows) for j, b in enumerate(rows[: i + 1]))
