"""Rational rows as the integer rows that linear programs work on, and multipliers carried back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, as_vector, primitive


@frozen
class IntegerRows:
    """Integer rows, row i being ``factors[i] > 0`` times the row given; without factors they are the rows given."""

    rows: Sequence[Row]
    factors: Vector = ()

    @classmethod
    def of(cls, given: MatrixLike) -> IntegerRows:
        """Return rows of ints as they are, rational ones as their primitive multiples.

        Raises:
            NumberError: if an entry is not a rational number.
            ShapeError: if a row is not a sequence.

        >>> IntegerRows.of([("1/2", -1), (3, 6)])
        IntegerRows(rows=((1, -2), (1, 2)), factors=(Fraction(2, 1), Fraction(1, 3)))
        """
        if not isinstance(given, (list, tuple)):
            given = tuple(given)
        if are_integers(given):
            return cls(given)  # type: ignore[arg-type]
        vectors = [as_vector(row) for row in given]
        rows = tuple(primitive(vector) for vector in vectors)
        return cls(rows, tuple(_factor(row, vector) for row, vector in zip(rows, vectors, strict=True)))

    def as_given(self, multipliers: Sequence[Any]) -> Vector:
        """Return the multipliers of the rows given that make the same combination."""
        if not self.factors:
            return tuple(multipliers)
        return tuple(a * factor for a, factor in zip(multipliers, self.factors, strict=True))


def are_integers(rows: Iterable[Any]) -> bool:
    """Return whether all rows are tuples or lists of Python ints.

    >>> are_integers([(1, 2), (0, 3)]), are_integers([(1, 0.5)])
    (True, False)
    """
    return {tuple, list}.issuperset(map(type, rows)) and {int}.issuperset(map(type, chain.from_iterable(rows)))


def as_integers(*parts: Sequence[Any]) -> tuple[Row, ...]:
    """Return several vectors times one positive number that makes all of them together a primitive row.

    >>> as_integers((Fraction(1, 2),), (3, 0))
    ((1,), (6, 0))
    """
    entries = iter(primitive([*chain.from_iterable(parts)]))
    return tuple(tuple(next(entries) for _ in part) for part in parts)


def _factor(row: Row, vector: Vector) -> Fraction:
    return next((a / b for a, b in zip(row, vector, strict=True) if b), Fraction(1))
