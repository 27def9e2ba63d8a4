"""Boxes as a user writes them: a pair of bounds for every coordinate, or one pair for them all."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import inf
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened

Bounds = tuple[Fraction | None, Fraction | None]
"""The least and the largest value of a coordinate; None is no bound."""


def pairs_of_bounds(given: object, dim: int, what: str, way_out: str) -> list[Bounds]:
    """Return the bounds of every coordinate.

    Args:
        given: a pair ``(low, high)``, or ``dim`` pairs in a sequence or an array. A bound is a number or a string such
            as "1/2"; None, and -inf below or inf above, is no bound.
        dim: the number of coordinates.
        what: what they are for, such as "a domain".
        way_out: the end of the message if it is something else.

    Raises:
        ShapeError: if there are pairs, but not ``dim`` of them.
        InputError: for anything else; it is named.

    >>> pairs_of_bounds((-2, None), 2, "a domain", "give pairs")
    [(Fraction(-2, 1), None), (Fraction(-2, 1), None)]
    """
    if isinstance(given, (str, bytes, dict, set, frozenset)) or not isinstance(given, Iterable):
        raise InputError(f"{what} cannot be {shortened(given)}; {way_out}")
    items: list[Any] = list(given)
    if len(items) == 2 and not any(map(_is_pair, items)):
        items = [items] * dim
    elif not all(map(_is_pair, items)):
        raise InputError(f"{what} cannot be {shortened(given)}; {way_out}")
    if len(items) != dim:
        raise ShapeError(f"{len(items)} pair{'s' * (len(items) != 1)} of bounds for {dim} coordinates; {way_out}")
    return [(_bound(low, -inf), _bound(high, inf)) for low, high in items]


def _is_pair(item: Any) -> bool:
    return not isinstance(item, (str, bytes)) and hasattr(item, "__len__") and len(item) == 2


def _bound(value: Any, none: float) -> Fraction | None:
    return None if value is None or value == none else as_fraction(value)
