"""The tangent kernel of one hidden layer of ReLU units with Gaussian weights, without biases, for infinite width."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import add

from attrs import field, frozen
from flint import arb, arb_mat, ctx, fmpq

from polytopes.arithmetic.ball_matrices import least_eigenvalue
from polytopes.arithmetic.enclosures import Enclosure, bits_for
from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Matrix, MatrixLike, as_matrix, dot, primitive
from polytopes.errors import ShapeError


@frozen(eq=False)
class LimitKernel:
    """The limit kernel K = K1 + K2 at points, entry by entry, and its smallest eigenvalue.

    K1 is the part of the inner weights, K2 that of the outer ones. ``is_singular`` is decided exactly, and is the same
    of K and of K1: iff a point is 0, or one is a positive multiple of another, or the points whose negative multiples
    are points too lie on lines that are linearly dependent. Then the smallest eigenvalues of K and of K1 are 0.
    """

    inner: tuple[tuple[Enclosure, ...], ...] = field(repr=False)
    outer: tuple[tuple[Enclosure, ...], ...] = field(repr=False)
    smallest_eigenvalue: Enclosure
    inner_smallest_eigenvalue: Enclosure
    is_singular: bool


def limit_kernel(points: MatrixLike, digits: int = 15) -> LimitKernel:
    """Return the limit of the tangent kernels of ``f(x) = sum_j v_j max(0, w_j.x) / sqrt(m)`` for m to infinity.

    All weights are independent standard Gaussian numbers. With theta the angle between x and y, the entries are
    ``K1 = x.y (pi - theta) / (2 pi)`` and ``K2 = |x||y| (sin theta + (pi - theta) cos theta) / (2 pi)``.

    Args:
        points: n x d rationals; they need not have length 1.
        digits: the digits of the enclosures.

    Raises:
        ShapeError: if there is no point, or lengths differ.

    Algorithm:
        Balls for the entries; see :func:`polytopes.arithmetic.ball_matrices.least_eigenvalue` for the eigenvalue,
        which may be a multiple one, and the page on margins and kernels for the proof of what is singular.

    Source:
        Y. Cho, L. K. Saul, Kernel Methods for Deep Learning, 2009.

    >>> found = limit_kernel([[1, 0], [-1, 0]])
    >>> found.smallest_eigenvalue.value, found.is_singular
    ('1', False)
    """
    data = as_matrix(points)
    if not data:
        raise ShapeError("a kernel at no points; give at least one")
    bits_for(digits)
    is_singular = _is_singular(data)
    with ctx.workprec(2 * bits_for(digits)):
        inner, outer = (_enclosures(part, digits) for part in _parts(data))
    if is_singular:
        zero = Enclosure.of(0, digits)
        return LimitKernel(inner, outer, zero, zero, True)
    smallest = least_eigenvalue(lambda: add(*_parts(data)), digits)
    return LimitKernel(inner, outer, smallest, least_eigenvalue(lambda: _parts(data)[0], digits), False)


def _is_singular(data: Matrix) -> bool:
    """Whether the inner features ``x [w.x > 0]`` of the points, as functions of w, are linearly dependent.

    At the hyperplane orthogonal to x only the features of multiples of x jump. So a relation is 0 at a point whose line
    has no other one; at x and -t x its coefficients are c and -c / t, whose part of the sum is the constant c x.
    """
    directions = [primitive(point) for point in data]
    if any(not any(row) for row in directions) or len(set(directions)) < len(directions):
        return True
    both = [row for row in directions if row > tuple(-entry for entry in row) and tuple(-e for e in row) in directions]
    return rank(both) < len(both)


def _parts(data: Matrix) -> tuple[arb_mat, arb_mat]:
    """Return both parts at the precision that is set."""
    n = len(data)
    inner, outer = arb_mat(n, n), arb_mat(n, n)
    for i in range(n):
        for k in range(i, n):
            product = Fraction(dot(data[i], data[k]))
            area = dot(data[i], data[i]) * dot(data[k], data[k]) - product * product
            sine = _ball(area).sqrt()  # |x||y| sin theta
            rest = arb.pi() - arb.atan2(sine, _ball(product)) if area or product else arb.pi() / 2
            inner[i, k] = inner[k, i] = _ball(product) * rest / (2 * arb.pi())
            outer[i, k] = outer[k, i] = (sine + _ball(product) * rest) / (2 * arb.pi())
    return inner, outer


def _ball(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def _enclosures(matrix: arb_mat, digits: int) -> tuple[tuple[Enclosure, ...], ...]:
    rows: Sequence[Sequence[arb]] = matrix.tolist()
    return tuple(tuple(Enclosure.around(entry, digits) for entry in row) for row in rows)
