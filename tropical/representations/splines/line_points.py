"""Points on the line with values, in order and without repetition."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector, exact_text
from polytopes.errors import InputError


def sorted_points(x: VectorLike, values: VectorLike, what: str = "value") -> tuple[Vector, Vector]:
    """Return points of the line in order with their values; equal pairs are merged.

    Args:
        x: the points, in any order.
        values: one for each.
        what: how a value is called in errors.

    Raises:
        InputError: if there is no point, the lengths differ, or a point has two values.
        NumberError: if an entry is not a rational number.

    >>> sorted_points([3, 0, 0], [1, 2, 2])
    ((Fraction(0, 1), Fraction(3, 1)), (Fraction(2, 1), Fraction(1, 1)))
    """
    points, given = as_vector(x), as_vector(values)
    if len(points) != len(given):
        raise InputError(f"{len(points)} points and {len(given)} {what}s; give one {what} for each point")
    if not points:
        raise InputError("no point; give at least one")
    order = sorted(range(len(points)), key=points.__getitem__)
    kept = order[:1]
    for i in order[1:]:
        before = kept[-1]
        if points[i] != points[before]:
            kept.append(i)
        elif given[i] != given[before]:
            raise InputError(_two_values(points[i], given, sorted((before, i)), what))
    return tuple(points[i] for i in kept), tuple(given[i] for i in kept)


def _two_values(point: Fraction, given: Sequence[Fraction], rows: Sequence[int], what: str) -> str:
    first, second = rows
    return (
        f"points {first} and {second} are both at x = {exact_text(point)}, with the {what}s "
        f"{exact_text(given[first])} and {exact_text(given[second])}; give one {what} for each x"
    )
