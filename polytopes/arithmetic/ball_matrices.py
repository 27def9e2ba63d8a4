"""Certified eigenvalues of symmetric matrices whose entries are balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import acb_mat, arb, arb_mat, ctx, fmpq

from polytopes.arithmetic.enclosures import Enclosure, bits_for
from polytopes.errors import NoAnswerError

MOST_BITS = 1 << 16
"""Precision of balls beyond which an eigenvalue is taken not to be found."""


def is_certainly_positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix in a matrix of balls is positive definite: elimination has positive pivots only.

    False says nothing. Only the upper half is looked at.

    >>> is_certainly_positive_definite(arb_mat([[2, 1], [1, 2]])), is_certainly_positive_definite(arb_mat([[0]]))
    (True, False)
    """
    table = matrix.tolist()
    for k, pivot in enumerate(table):
        if not pivot[k] > 0:
            return False
        for i in range(k + 1, len(table)):
            factor = pivot[i] / pivot[k]
            table[i][i:] = [a - factor * b for a, b in zip(table[i][i:], pivot[i:], strict=True)]
    return True


def least_eigenvalue(entries: Callable[[], arb_mat], digits: int = 15) -> Enclosure:
    """Return bounds on the least eigenvalue of a symmetric matrix that agree to some digits; it may be a multiple one.

    Args:
        entries: computes the matrix at the precision that is set in flint; it is called with more and more of it. The
            least eigenvalue must not be 0: no precision tells 0 from a very small number.
        digits: the digits asked for.

    Raises:
        NoAnswerError: if no precision up to MOST_BITS is enough.

    Algorithm:
        An approximate eigenvector v gives the upper bound v.Kv / v.v. The lower bound is a number a a little below
        such that elimination shows K - aI to be positive definite. Neither needs the eigenvalues to be different.

    >>> least_eigenvalue(lambda: arb_mat([[3, 1], [1, 3]]), digits=10).value
    '2'
    """
    bits = bits_for(digits)
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            found = _bounds(entries(), digits)
        if found is not None:
            return found
        bits *= 2
    raise NoAnswerError(f"an eigenvalue is 0, or too close to 0 for {MOST_BITS} bits")


def _bounds(matrix: arb_mat, digits: int) -> Enclosure | None:
    quotient = _rayleigh_quotient(matrix)
    if not quotient.is_finite():
        return None
    around = Enclosure.around(quotient, digits)
    gap = abs(around.lower) / Fraction(10) ** digits / 4
    lower = around.lower - gap
    n, shift = matrix.nrows(), arb(fmpq(lower.numerator, lower.denominator))
    moved = arb_mat(n, n, [matrix[i, j] - shift * (i == j) for i in range(n) for j in range(n)])
    if not gap or not is_certainly_positive_definite(moved):
        return None
    found = Enclosure(lower, around.upper, None, digits)
    return found if found.is_precise else None


def _rayleigh_quotient(matrix: arb_mat) -> arb:
    """Return v.Kv / v.v for an approximate eigenvector v of the least eigenvalue, with all errors bounded."""
    values, vectors = acb_mat(matrix.mid()).eig(right=True, algorithm="approx")
    least = min(range(len(values)), key=lambda k: float(values[k].real.mid()))
    n = matrix.nrows()
    column = [vectors[i, least] for i in range(n)]
    # A complex multiple of a real vector: its longer part is a real one.
    parts = [entry.real.mid() for entry in column], [entry.imag.mid() for entry in column]
    vector = arb_mat(n, 1, max(parts, key=lambda part: float(sum((x * x for x in part), arb(0)).mid())))
    turned = vector.transpose()
    return (turned * matrix * vector)[0, 0] / (turned * vector)[0, 0]
