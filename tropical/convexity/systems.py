"""Tropical linear systems A x = b: the principal solution, all solutions, and the best fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import exact_text
from polytopes.errors import ShapeError, VerificationFailed
from polytopes.polyhedra.transversals import minimal_transversals
from tropical.convexity.covectors import columns
from tropical.convexity.entries import Entries, Whole, as_entries, as_entry, common_scale, entry_text, value, whole


@frozen(slots=False)
class OneSided:
    """What is known of ``max_j (a_ij + x_j) = b_i``; minus infinity is None.

    ``principal`` is the greatest x with A x <= b; columns without a finite entry are ``free``, and have no greatest
    value: 0 stands for them. The system is solvable iff ``principal`` solves it. Otherwise ``failing_rows`` are those
    where A x stays below b. ``error`` is the least possible maximum of ``|A x - b|``, taken at ``fit``; None if A or b
    are not finite and there is no solution. ``winners`` are, as bits, the columns that attain each finite b_i.
    """

    principal: Entries
    free: tuple[int, ...]
    failing_rows: tuple[int, ...]
    error: Fraction | None
    winners: tuple[int, ...] = field(repr=False)

    @property
    def solvable(self) -> bool:
        """Whether there is a solution."""
        return not self.failing_rows

    def each_cover(self) -> Iterator[tuple[int, ...]]:
        """Yield the minimal covers: sets of columns that attain all b_i, of which there may be very many.

        The solutions are the x below ``principal`` with equality on one of them. There is none if there is no solution.
        """
        return map(columns, minimal_transversals(self.winners)) if self.solvable else iter(())

    @cached_property
    def covers(self) -> tuple[tuple[int, ...], ...]:
        """All minimal covers, in order."""
        return tuple(sorted(self.each_cover()))

    @property
    def is_unique(self) -> bool:
        """Whether there is exactly one solution: whether every coordinate is needed, or can only be minus infinity."""
        needed = sum(1 << j for j, x in enumerate(self.principal) if x is not None)
        alone = sum({part for part in self.winners if part.bit_count() == 1})
        return self.solvable and not self.free and alone == needed

    @property
    def fit(self) -> Entries | None:
        """The principal solution raised by the error: a best fit for the maximum norm."""
        error = self.error
        return None if error is None else tuple(None if x is None else x + error for x in self.principal)

    def as_dict(self) -> dict[str, object]:
        """Return the answer as it is written in documents, without the covers."""
        return {
            "principal": ["oo" if j in self.free else entry_text(x) for j, x in enumerate(self.principal)],
            "solvable": self.solvable,
            "unique": self.is_unique,
            "free": list(self.free),
            "failing_rows": list(self.failing_rows),
            "error": None if self.error is None else exact_text(self.error),
            "fit": None if self.fit is None else list(map(entry_text, self.fit)),
        }


def solve(A: Iterable[Iterable[Any]], b: Iterable[Any]) -> OneSided:
    """Return what is known of the system ``A x = b`` in the max-plus sense.

    Args:
        A: m x n rationals, or None for minus infinity.
        b: m of these.

    Raises:
        ShapeError: if there is no equation or no unknown, or lengths do not fit.
        VerificationFailed: if the best fit is none, by an error of this program.

    Algorithm:
        Residuation: ``x*_j = min_i (b_i - a_ij)``. The least error is half of the largest ``b_i - (A x*)_i``, since
        below b + t the greatest left side is A (x* + t). Covers are the minimal transversals of the sets of columns
        that attain b_i.

    Source: P. Butkovic, Max-linear systems (2010).

    >>> found = solve([[0, 0], [0, 0], [0, 1]], [0, 1, 0])
    >>> found.solvable, found.error, found.failing_rows
    (False, Fraction(1, 2), (1,))
    """
    rows, right = as_entries(A), tuple(map(as_entry, b))
    if not rows or not rows[0] or len(right) != len(rows) or len({len(row) for row in rows}) != 1:
        raise ShapeError(f"{len(rows)} equations and {len(right)} right sides; give as many, of one length, not 0")
    # Twice the common denominator, so that half of a gap is an integer too.
    scale = 2 * common_scale(chain(right, *rows))
    return _solved([whole(row, scale) for row in rows], whole(right, scale), scale)


def _solved(rows: list[Whole], right: Whole, scale: int) -> OneSided:
    sides = list(zip(*rows, strict=True))
    free = tuple(j for j, column in enumerate(sides) if all(entry is None for entry in column))
    principal = tuple(0 if j in free else _greatest(column, right) for j, column in enumerate(sides))
    left = [value(row, principal) for row in rows]
    failing = tuple(i for i, (y, c) in enumerate(zip(left, right, strict=True)) if y != c)
    winners = tuple(_winners(row, principal, c) for row, c in zip(rows, right, strict=True) if c is not None)
    error = _error(left, right)
    if error:
        _verify(rows, right, principal, error)
    exact = tuple(None if x is None else Fraction(x, scale) for x in principal)
    return OneSided(exact, free, failing, None if error is None else Fraction(error, scale), winners)


def _greatest(column: Sequence[int | None], right: Whole) -> int | None:
    bounds = [None if c is None else c - entry for entry, c in zip(column, right, strict=True) if entry is not None]
    return None if None in bounds else min(bound for bound in bounds if bound is not None)


def _error(left: Sequence[int | None], right: Whole) -> int | None:
    if list(left) == list(right):
        return 0
    gaps = [c - y for y, c in zip(left, right, strict=True) if y is not None and c is not None]
    return max(gaps) // 2 if len(gaps) == len(left) else None


def _winners(row: Whole, principal: Whole, right: int) -> int:
    """Return the columns that attain a right side."""
    pairs = enumerate(zip(row, principal, strict=True))
    return sum(1 << j for j, (a, x) in pairs if a is not None and x is not None and a + x == right)


def _verify(rows: list[Whole], right: Whole, principal: Whole, error: int) -> None:
    """Compare the error of the best fit, which is not 0, with what it has to be."""
    fit = [None if x is None else x + error for x in principal]
    pairs = [(value(row, fit), c) for row, c in zip(rows, right, strict=True)]
    apart = [abs(y - c) for y, c in pairs if y is not None and c is not None]
    if max(apart, default=0) != error or any((y is None) != (c is None) for y, c in pairs):
        raise VerificationFailed("the best fit does not have the error that it should have; please report this")
