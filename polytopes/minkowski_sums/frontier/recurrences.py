"""Series of the sums along a frontier that repeats, with a recurrence that is guessed and then proven.

Let M be the matrix of a period on m classes of states, and V_n = u M^n v. If c is a polynomial with c(M) v = 0, its
coefficients are those of a linear recurrence of all V_n, and this is checked in integers. If c(M) v is not 0, a guessed
recurrence holds for all n as soon as it holds for m consecutive numbers, because the residual satisfies a recurrence of
order m (Cayley and Hamilton).
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from polytopes.arithmetic.rational_series import RationalSeries, fitted_series, satisfies
from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier.machine import Budget
from polytopes.minkowski_sums.frontier.transfer_matrix import TransferMatrix

FIRST_GUESS = 16
"""The number of terms for the first guess."""
FEW = 256
"""Up to this many terms their number is doubled for the next guess; later it grows by a quarter."""
LONGEST = 3600.0
"""The longest expected time, in seconds, if no limit is given."""
MARGIN = 4
"""A search that is expected to exceed the limit by this factor is abandoned."""
NANOSECONDS = 1.7
"""The time for a 64-bit digit along an arrow, roughly."""
CLASSES_TO_ORDER = 5
"""The usual ratio of the number of classes of states to the order of the recurrence, if there are many."""


@frozen
class Proof:
    """A series, and the number of its terms that were computed to prove it."""

    series: RationalSeries
    n_terms: int


def proven_series(matrix: TransferMatrix, budget: Budget) -> Proof:
    """Return the series of the numbers u M^n v.

    Raises:
        LimitReached: over a limit, or if the order of the recurrence is likely to be so large that it would be.
    """
    terms: list[int] = []
    source, wanted = matrix.sums(), FIRST_GUESS
    while True:
        _extend(terms, source, wanted, budget)
        series = fitted_series(terms)
        if series is not None and _holds(series, terms, source, matrix, budget):
            return Proof(series, len(terms))
        _refuse_hopeless(matrix, terms, budget)
        wanted = 2 * len(terms) if len(terms) < FEW else 5 * len(terms) // 4


def _holds(
    series: RationalSeries, terms: list[int], source: Iterator[int], matrix: TransferMatrix, budget: Budget
) -> bool:
    """Return whether a guess is right for all terms."""
    start = max(len(series.numerator), series.order)
    if matrix.annihilated_by(series.denominator, start - series.order):
        return True
    _extend(terms, source, start + matrix.sizes[0], budget)
    return satisfies(series, terms)


def _extend(terms: list[int], source: Iterator[int], n: int, budget: Budget) -> None:
    while len(terms) < n:
        terms.append(next(source))
        budget.check(0, 0)


def _refuse_hopeless(matrix: TransferMatrix, terms: list[int], budget: Budget) -> None:
    """Stop if a recurrence of the expected order would take far too long to find."""
    n_classes, half = matrix.sizes[0], len(terms) // 2
    needed = max(2 * n_classes // CLASSES_TO_ORDER, len(terms))
    bits = max(terms[-1].bit_length() - terms[half].bit_length(), 1) / (len(terms) - half)
    digits = needed * (1 + needed * bits / 128)
    seconds = NANOSECONDS * 1e-9 * digits * sum(map(len, matrix.arrows))
    allowed = LONGEST if budget.seconds is None else MARGIN * budget.seconds
    if seconds > allowed:
        raise LimitReached(
            f"{n_classes} classes of states lie between two periods, so the recurrence may have an order of about "
            f"{needed // 2}, and would take {seconds:.2g} seconds; take a lower layer, or ask for single numbers"
        )
