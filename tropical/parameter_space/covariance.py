"""Bures-Wasserstein distances of covariances, and the critical points of deep linear generators for them.

A generator x -> W x of Gaussian noise has the covariance Sigma = W W^T of rank at most k, the least width. Its loss
against a covariance S is ``B(Sigma, S) = tr Sigma + tr S - 2 tr (Sigma^(1/2) S Sigma^(1/2))^(1/2)``. If S has different
positive eigenvalues l_j, the critical points of rank k are the S_J, S restricted to the eigenvectors of a k-set J: the
vertices of a hypersimplex. The loss is the sum of the other eigenvalues, and the index, the number of negative
directions of the Hessian in W, is the number of pairs i outside and j inside J with l_i > l_j: of improving edges.

Source: Brechet, Papagiannouli, An, Montufar, Critical points and convergence analysis of generative deep linear
networks trained with Bures-Wasserstein loss, arXiv 2303.03027; the index is proved in the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import isqrt
from typing import Any

from attrs import field, frozen
from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

from polytopes.arithmetic.enclosures import Enclosure, enclosed
from polytopes.arithmetic.linalg import identity, matmul, rational_matrix
from polytopes.arithmetic.rationals import Matrix, MatrixLike, Vector, as_matrix, dot, exact_text
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, ShapeError, VerificationFailed
from polytopes.messages import shortened_row


@frozen
class Eigenvalue:
    """An eigenvalue: in radicals if it is rational or of degree 2, its place among the roots of its polynomial."""

    polynomial: fmpz_poly = field(repr=False, eq=str)
    place: int
    multiplicity: int
    exact: RadicalSum | None

    @property
    def rational(self) -> Fraction | None:
        """The number, if it is rational."""
        return None if self.exact is None else self.exact.rational

    def ball(self) -> arb:
        """Return it as a ball, at the precision that is set in flint."""
        if self.rational is not None:
            return arb(fmpq(self.rational.numerator, self.rational.denominator))
        return _real_roots(self.polynomial)[self.place]


@frozen
class CriticalPoint:
    """A critical point: how many eigenvectors of each eigenvalue are kept, the loss, and the index.

    ``kept`` are places of eigenvalues in descending order, counted with multiplicity, from 0; ``point`` is the
    covariance if the spectrum is rational and it is isolated. If an eigenvalue is kept in part, the critical points of
    this kind form a continuum of which this is one.
    """

    kept: tuple[int, ...]
    value: RadicalSum | Enclosure
    index: int
    isolated: bool
    point: Matrix | None = field(repr=False)


def bures_wasserstein(A: MatrixLike, C: MatrixLike, digits: int = 15) -> Enclosure:
    """Return the squared Bures-Wasserstein distance ``tr A + tr C - 2 sum sqrt(eigenvalues of A C)``.

    Args:
        A, C: symmetric positive semidefinite matrices of rationals, of one size.
        digits: digits of the enclosure; its exact terms are there if they are square roots of rationals.

    Raises:
        ShapeError, InputError: for matrices that are not such; the message has a vector x with x.Ax < 0.

    >>> str(bures_wasserstein([[5, 2], [2, 1]], [[1, 0], [0, 1]]).exact)
    '8 - 4 sqrt(2)'
    """
    left, right = checked_covariance(A), checked_covariance(C)
    if len(left) != len(right):
        raise ShapeError(f"matrices of sizes {len(left)} and {len(right)}; give two of one size")
    traces = _trace(left) + _trace(right)
    if left == right:
        return Enclosure.of(0, digits)
    roots = [root for root in eigenvalues(matmul(left, right)) if root.rational != 0]
    total = _root_total(roots)
    if total is not None:
        return Enclosure.of(RadicalSum.of(traces) - total - total, digits)

    def distance() -> arb:
        parts = (root.ball().sqrt() * root.multiplicity for root in roots)
        return arb(fmpq(traces.numerator, traces.denominator)) - 2 * sum(parts, arb(0))

    return enclosed(distance, digits)


def bw_critical_points(S: MatrixLike, k: int, digits: int = 15) -> Iterator[CriticalPoint]:
    """Yield the critical points of rank k of the loss against a covariance, by the eigenvalues that they keep.

    Args:
        S: a symmetric positive semidefinite matrix of rationals.
        k: 1 <= k <= rank of S, the rank of the generator.
        digits: digits of values that are not in radicals.

    Raises:
        ShapeError, InputError: for a matrix or a rank that are not such.
        VerificationFailed: if a point does not solve ``S Sigma = Sigma^2``, by an error of this program.

    >>> [(point.kept, str(point.value), point.index) for point in bw_critical_points([[3, 0], [0, 2]], 1)]
    [((0,), '2', 0), ((1,), '3', 1)]
    """
    matrix = checked_covariance(S)
    spectrum = [root for root in eigenvalues(matrix) if root.rational != 0]
    rank = sum(root.multiplicity for root in spectrum)
    if not rank:
        raise InputError("the covariance is 0; it has no critical points of a positive rank")
    if not 1 <= k <= rank:
        raise InputError(f"critical points of rank {k} of a covariance of rank {rank}; give a rank from 1 to {rank}")
    for kept in product(*(range(root.multiplicity, -1, -1) for root in spectrum)):
        if sum(kept) == k:
            yield _critical(matrix, spectrum, kept, digits)


def bw_minimum(S: MatrixLike, k: int, digits: int = 15) -> RadicalSum | Enclosure:
    """Return the least loss of a generator of rank at most k: the sum of all but the k greatest eigenvalues.

    >>> str(bw_minimum([[1, 1], [1, 3]], 1))
    '2 - sqrt(2)'
    """
    matrix = checked_covariance(S)
    if k < 0:
        raise InputError(f"the rank is {k}; give one from 0 on")
    left, kept = k, []
    spectrum = eigenvalues(matrix)
    for root in spectrum:
        kept.append(min(left, root.multiplicity))
        left -= kept[-1]
    return _value(matrix, spectrum, kept, digits)


def _critical(matrix: Matrix, spectrum: Sequence[Eigenvalue], kept: Sequence[int], digits: int) -> CriticalPoint:
    lost = [root.multiplicity - count for root, count in zip(spectrum, kept, strict=True)]
    index = sum(lost[i] * kept[j] for j in range(len(kept)) for i in range(j))
    places, first = list[int](), 0
    for root, count in zip(spectrum, kept, strict=True):
        places += range(first, first + count)
        first += root.multiplicity
    isolated = all(not count or not rest for count, rest in zip(kept, lost, strict=True))
    point = _restricted(matrix, spectrum, kept) if isolated else None
    return CriticalPoint(tuple(places), _value(matrix, spectrum, kept, digits), index, isolated, point)


def _value(matrix: Matrix, spectrum: Sequence[Eigenvalue], kept: Sequence[int], digits: int) -> RadicalSum | Enclosure:
    """Return the sum of the eigenvalues that are not kept."""
    lost = [root.multiplicity - count for root, count in zip(spectrum, kept, strict=True)]
    parts = [(root.exact, count) for root, count in zip(spectrum, lost, strict=True) if count]
    exact = [part for part, _ in parts if part is not None]
    if len(exact) == len(parts):
        return RadicalSum.total(own * RadicalSum.of(count) for own, (_, count) in zip(exact, parts, strict=True))
    if not any(kept):
        return RadicalSum.of(_trace(matrix))
    return enclosed(lambda: sum((root.ball() * n for root, n in zip(spectrum, lost, strict=True)), arb(0)), digits)


def _restricted(matrix: Matrix, spectrum: Sequence[Eigenvalue], kept: Sequence[int]) -> Matrix | None:
    """Return the covariance on the eigenvectors that are kept, if the spectrum is rational: a polynomial in it."""
    numbers = [root.rational for root in spectrum]
    values = [number for number in numbers if number is not None]
    if len(values) < len(numbers):
        return None
    zero = sum(root.multiplicity for root in spectrum) < len(matrix)
    others = [*values, Fraction(0)] if zero else values
    total: Matrix = tuple(tuple(Fraction(0) for _ in matrix) for _ in matrix)
    for value, count in zip(values, kept, strict=True):
        if count:
            part: Matrix = tuple(tuple(value * entry for entry in row) for row in as_matrix(identity(len(matrix))))
            for other in others:
                if other != value:
                    factor = tuple(
                        tuple((entry - other * (i == j)) / (value - other) for j, entry in enumerate(row))
                        for i, row in enumerate(matrix)
                    )
                    part = matmul(part, factor)
            total = tuple(tuple(a + b for a, b in zip(x, y, strict=True)) for x, y in zip(total, part, strict=True))
    if matmul(matrix, total) != matmul(total, total):
        raise VerificationFailed("a critical point does not solve S Sigma = Sigma^2; please report this")
    return total


def eigenvalues(matrix: MatrixLike) -> list[Eigenvalue]:
    """Return the eigenvalues of a matrix whose eigenvalues are real, the greatest first, each with its multiplicity.

    >>> [str(root.exact) for root in eigenvalues([[1, 1], [1, 3]])]
    ['2 + sqrt(2)', '2 - sqrt(2)']
    """
    rows = as_matrix(matrix)
    polynomial: fmpq_poly = rational_matrix(rows, len(rows)).charpoly()
    found = []
    for factor, multiplicity in polynomial.numer().factor()[1]:
        exact = _radicals(factor)
        found += [Eigenvalue(factor, place, multiplicity, root) for place, root in enumerate(exact)]
    return _descending(found)


def _radicals(factor: fmpz_poly) -> list[RadicalSum | None]:
    """Return the roots of an irreducible polynomial in descending order, if its degree is 1 or 2."""
    coefficients = [int(entry) for entry in factor.coeffs()]
    if len(coefficients) == 2:
        return [RadicalSum.of(Fraction(-coefficients[0], coefficients[1]))]
    if len(coefficients) > 3:
        return [None] * (len(coefficients) - 1)
    c, b, a = coefficients
    middle, half = RadicalSum.of(Fraction(-b, 2 * a)), RadicalSum.root(Fraction(b * b - 4 * a * c, 4 * a * a))
    return [middle + half, middle - half]


def _descending(found: list[Eigenvalue]) -> list[Eigenvalue]:
    """Sort by balls that are refined until no two touch: eigenvalues of different factors differ."""
    bits = 64
    while True:
        with ctx.workprec(bits):
            balls = [root.ball() for root in found]
        order = sorted(range(len(found)), key=lambda i: balls[i].mid(), reverse=True)
        if all(balls[i] > balls[j] for i, j in pairwise(order)):
            return [found[i] for i in order]
        bits *= 2


def _real_roots(polynomial: fmpz_poly) -> list[arb]:
    """Return the roots as balls at the precision that is set, the greatest first."""
    found: Any = polynomial.complex_roots()
    balls: list[arb] = [root.real for root, _ in found]
    return sorted(balls, key=lambda ball: ball.mid(), reverse=True)


def _root_total(roots: Sequence[Eigenvalue]) -> RadicalSum | None:
    """Return the sum of the square roots of eigenvalues, if it has terms sqrt(q) only that are found here.

    These are rational eigenvalues, and pairs of degree 2 whose product is a square: their roots have the sum
    sqrt(trace + 2 sqrt(product)).
    """
    total = RadicalSum.of(0)
    for root in roots:
        if root.rational is not None:
            total += RadicalSum.root(root.rational) * RadicalSum.of(root.multiplicity)
            continue
        if root.polynomial.degree() != 2:
            return None
        c, b, a = (int(entry) for entry in root.polynomial.coeffs())
        square = _square_root(Fraction(c, a))
        if square is None:
            return None
        if root.place == 0:
            total += RadicalSum.root(Fraction(-b, a) + 2 * square) * RadicalSum.of(root.multiplicity)
    return total


def _square_root(number: Fraction) -> Fraction | None:
    top, bottom = isqrt(number.numerator), isqrt(number.denominator)
    return Fraction(top, bottom) if (top**2, bottom**2) == (number.numerator, number.denominator) else None


def _trace(matrix: Matrix) -> Fraction:
    return sum((row[i] for i, row in enumerate(matrix)), Fraction(0))


def checked_covariance(matrix: MatrixLike) -> Matrix:
    """Return a matrix of fractions that is symmetric and positive semidefinite.

    Raises:
        ShapeError: if it is not square.
        InputError: if it is not symmetric, or not semidefinite; then with a vector x with x.Ax < 0.
    """
    rows = as_matrix(matrix)
    if not rows or any(len(row) != len(rows) for row in rows):
        raise ShapeError("a covariance is a square matrix")
    if any(rows[i][j] != rows[j][i] for i in range(len(rows)) for j in range(i)):
        raise InputError("the matrix is not symmetric")
    witness = negative_direction(rows)
    if witness is not None:
        value = dot(witness, [dot(row, witness) for row in rows])
        if value >= 0:
            raise VerificationFailed("a witness of a negative direction is none; please report this")
        raise InputError(f"not positive semidefinite: x = {shortened_row(witness)} has x.Ax = {exact_text(value)}")
    return rows


def negative_direction(matrix: Sequence[Vector]) -> Vector | None:
    """Return a vector x with x.Ax < 0, or None if the symmetric matrix A is positive semidefinite.

    >>> negative_direction(((Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))))
    (Fraction(-1, 2), Fraction(1, 1))
    """
    if not matrix:
        return None
    pivot, row, rest = matrix[0][0], matrix[0][1:], [own[1:] for own in matrix[1:]]
    unit = (Fraction(0),) * len(row)
    if pivot < 0:
        return (Fraction(1), *unit)
    if pivot == 0:
        place = next((q for q, entry in enumerate(row) if entry), None)
        if place is not None:
            first = -(rest[place][place] + 1) / (2 * row[place])
            return (first, *unit[:place], Fraction(1), *unit[place + 1 :])
        below = negative_direction(rest)
        return None if below is None else (Fraction(0), *below)
    schur = [tuple(e - row[i] * row[j] / pivot for j, e in enumerate(own)) for i, own in enumerate(rest)]
    below = negative_direction(schur)
    return None if below is None else (-dot(row, below) / pivot, *below)
