"""How far data points are from one another and from their antipodes, and bounds on kernels that follow from pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from attrs import frozen
from flint import arb, ctx, fmpq

from polytopes.arithmetic.enclosures import Enclosure, bits_for
from polytopes.arithmetic.rationals import MatrixLike, Vector, as_matrix, dot
from polytopes.errors import NoAnswerError


@frozen
class Separation:
    """The squares of the least distances between two of the points, up to sign and as they are.

    ``delta_squared`` is the least ``|x_i - x_k|^2`` or ``|x_i + x_k|^2``, i != k, ``delta_prime_squared`` the least
    ``|x_i - x_k|^2``. Both are 0 if points are equal.
    """

    delta_squared: Fraction
    delta_prime_squared: Fraction


def separation(points: MatrixLike) -> Separation:
    """Return the separation of at least two points.

    Raises:
        NoAnswerError: if there are fewer.
        ShapeError: if their lengths differ.

    >>> separation([[1, 0], [-1, "1/2"]])
    Separation(delta_squared=Fraction(1, 4), delta_prime_squared=Fraction(17, 4))
    """
    data = as_matrix(points)
    if len(data) < 2:
        raise NoAnswerError("one point or none has no distance to another; give at least two")
    apart = [_squared(a - b for a, b in zip(x, y, strict=True)) for x, y in combinations(data, 2)]
    opposite = [_squared(a + b for a, b in zip(x, y, strict=True)) for x, y in combinations(data, 2)]
    return Separation(min(*apart, *opposite), min(apart))


def _squared(entries: Iterator[Fraction]) -> Fraction:
    return sum((entry * entry for entry in entries), Fraction(0))


def ntk_scale(points: MatrixLike, digits: int = 15) -> Enclosure:
    """Return ``(1 + d log(1 / delta) / log d)^-3 delta^2``, the scale of the smallest eigenvalue for Gaussian weights.

    It is no bound: the theorem of Karhadkar, Murray and Montúfar (arXiv 2405.14630) multiplies it by a constant that
    is not given.

    Args:
        points: n x d rationals on the unit sphere, d >= 3.
        digits: the digits of the enclosure.

    Raises:
        NoAnswerError: if the theorem says nothing of these points, with the reason.

    >>> ntk_scale([[1, 0, 0], ["3/5", "4/5", 0]], digits=5).value
    '0.36024'
    """
    data = as_matrix(points)
    squared = _delta_squared(data)
    d = len(data[0])
    # The bracket is log(d / delta^d) / log d.
    if d**2 <= squared**d:
        raise NoAnswerError("the points are too far apart for the formula: its logarithm is not positive")
    with ctx.workprec(2 * bits_for(digits)):
        delta = arb(fmpq(squared.numerator, squared.denominator)).sqrt()
        bracket = 1 - d * delta.log() / arb(d).log()
        return Enclosure.around(delta**2 / bracket**3, digits)


def _delta_squared(data: Sequence[Vector]) -> Fraction:
    """Return delta^2 of points that the theorem is about.

    Raises:
        NoAnswerError: if they are not.
    """
    if data and len(data[0]) < 3:
        raise NoAnswerError(f"the theorem is about points in at least 3 dimensions, not {len(data[0])}")
    for index, point in enumerate(data):
        if dot(point, point) != 1:
            raise NoAnswerError(f"the theorem is about points on the unit sphere, and point {index} is not on it")
    found = separation(data).delta_squared
    if not found:
        raise NoAnswerError("two points are equal or opposite; the theorem is about points that are not")
    return found


@frozen
class PairBound:
    """An upper bound on the smallest eigenvalue, and the two rows of the kernel that it is from."""

    value: Fraction
    rows: tuple[int, int]


def pair_bound(kernel: Sequence[Sequence[Fraction]]) -> PairBound:
    """Return the least ``(K_ii + K_kk - 2 K_ik) / 2``, i < k: an upper bound on the smallest eigenvalue of K.

    It is the value of x.Kx / x.x at x = e_i - e_k.

    Raises:
        NoAnswerError: if K has only one row.

    >>> pair_bound([[2, 1], [1, 5]])
    PairBound(value=Fraction(5, 2), rows=(0, 1))
    """
    if len(kernel) < 2:
        raise NoAnswerError("a kernel with one row has no pair of rows")
    value, rows = min(
        (Fraction(kernel[i][i] + kernel[k][k] - 2 * kernel[i][k]) / 2, (i, k))
        for i, k in combinations(range(len(kernel)), 2)
    )
    return PairBound(value, rows)
