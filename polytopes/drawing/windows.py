"""Which part of a space a picture shows: boxes around points, also where a few of them are far away.

A window decides nothing, so quantiles are taken of floats; how many points lie outside is counted exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.bounds import pairs_of_bounds
from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import DomainError

MARGIN = Fraction(1, 8)
"""Free space around the points, as a part of the width in each coordinate."""
FARTHEST, FINEST = Fraction(10) ** 300, Fraction(1, 10**9)
"""Coordinates beyond the one are not drawn, nor pictures whose width is less than the other times the coordinates."""
FENCE = Fraction(3, 2)
"""A point is far off if it is farther from the middle half of the points than so many times the width of that half."""
WASTE = 6
"""Points far off are left out where the box around them all is more than so many times as wide as without them."""

WINDOW_WAY_OUT = "give a pair of bounds such as (-1, 1) for all coordinates of the picture, or one such pair for each"


@frozen
class Window:
    """A box that is shown, and how many of the points it was made for lie outside of it."""

    lower: Vector
    upper: Vector
    n_points: int = 0
    n_outside: int = 0

    def note(self, name: str) -> str:
        """Return what is said of the points outside, as their ``name``; nothing if there are none.

        >>> Window((Fraction(0),), (Fraction(1),), 40, 3).note("vertices")
        '3 of 40 vertices lie outside'
        """
        verb = "lies" if self.n_outside == 1 else "lie"
        return f"{self.n_outside:,} of {self.n_points:,} {name} {verb} outside" if self.n_outside else ""


def as_window(window: object, dim: int) -> Window:
    """Return the box with these bounds.

    Args:
        window: a pair ``(low, high)`` for every coordinate, or ``dim`` pairs.
        dim: the number of coordinates of the picture.

    Raises:
        InputError, ShapeError: as for :func:`polytopes.arithmetic.bounds.pairs_of_bounds`.
        DomainError: if a bound is missing, the box has no interior, or floating point cannot show it.

    >>> as_window([(0, 1), (-1, "1/2")], 2).upper
    (Fraction(1, 1), Fraction(1, 2))
    """
    lower, upper = [], []
    for index, (low, high) in enumerate(pairs_of_bounds(window, dim, "a window", WINDOW_WAY_OUT)):
        if low is None or high is None:
            raise DomainError(f"the window has no end in coordinate {index}; {WINDOW_WAY_OUT}")
        if low >= high:
            ends = f"from {exact_text(low)} to {exact_text(high)}"
            raise DomainError(f"the window is empty: in coordinate {index} it goes {ends}; {WINDOW_WAY_OUT}")
        lower.append(low)
        upper.append(high)
    check_bounds(lower, upper)
    return Window(tuple(lower), tuple(upper))


def window_around(points: Iterable[Sequence[Fraction]], margin: Fraction = MARGIN) -> Window:
    """Return a box around the points without those that are far off, if with them most of it would be empty.

    Algorithm:
        Tukey's fences: in each coordinate, the values at most 3/2 as far beyond the quartiles as these are apart. A
        coordinate keeps its whole extent unless that is more than six times the extent within the fences.

    Raises:
        DomainError: if a coordinate is too large for floating point.

    >>> found = window_around([(Fraction(k),) for k in (0, 1, 2, 3, 4, 5, 6, 1000)])
    >>> [str(found.lower[0]), str(found.upper[0])], found.n_outside
    (['-3/4', '27/4'], 1)
    """
    given = list(points)
    near = _near(given)
    lower, upper = box_around(near, margin)
    outside = sum(not all(a <= x <= b for a, x, b in zip(lower, point, upper, strict=True)) for point in given)
    return Window(lower, upper, len(given), outside)


def _near(points: Sequence[Sequence[Fraction]]) -> Sequence[Sequence[Fraction]]:
    """Return the points within the fences of all coordinates in which fences matter."""
    try:
        columns = [[float(entry) for entry in column] for column in zip(*points, strict=True)]
    except OverflowError:
        raise DomainError("a coordinate of the picture is too large for floating point; scale the inputs") from None
    fences = [_fences(sorted(column)) for column in columns]
    rows = zip(*columns, strict=True)
    kept = [
        point
        for point, row in zip(points, rows, strict=True)
        if all(low <= x <= high for (low, high), x in zip(fences, row, strict=True))
    ]
    return kept or points


def _fences(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and the largest of sorted values that are to be shown."""
    last = len(values) - 1
    for part in (4, 8, 16):  # where half of the values agree, a larger part of them is looked at
        low, high = values[last // part], values[last - last // part]
        reach = float(FENCE) * (high - low)
        inner = [value for value in values if low - reach <= value <= high + reach]
        if inner[-1] > inner[0]:
            is_wasteful = values[-1] - values[0] > WASTE * (inner[-1] - inner[0])
            return (inner[0], inner[-1]) if is_wasteful else (values[0], values[-1])
    return values[0], values[-1]


def box_around(points: Iterable[Sequence[Fraction]], margin: Fraction = MARGIN) -> tuple[Vector, Vector]:
    """Return the bounds of a box with the points in its interior.

    A side along which all points agree gets the longest side's length, or 2, or more where that would be too narrow for
    floating point.

    >>> [tuple(map(str, bound)) for bound in box_around([(0, 0), (8, 0)])]
    [('-1', '-1'), ('9', '1')]
    """
    columns = list(zip(*points, strict=True))
    lengths = [max(column) - min(column) for column in columns]
    least = [abs(column[0]) / 2**20 for column in columns]
    usual = max(lengths) or Fraction(2)
    lengths = [length or max(usual, low) for length, low in zip(lengths, least, strict=True)]
    lower = tuple(min(column) - margin * length for column, length in zip(columns, lengths, strict=True))
    upper = tuple(max(column) + margin * length for column, length in zip(columns, lengths, strict=True))
    return lower, upper


def square_around(points: Iterable[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Return the bounds of a box with equal sides, twice as long as the points are apart along any axis.

    >>> [tuple(map(str, bound)) for bound in square_around([(0, 0), (4, 0), (3, 2)])]
    [('-2', '-3'), ('6', '5')]
    """
    columns = list(zip(*points, strict=True))
    half = max(max(column) - min(column) for column in columns)
    center = [Fraction(min(column) + max(column), 2) for column in columns]
    return tuple(entry - half for entry in center), tuple(entry + half for entry in center)


def check_bounds(lower: Sequence[Fraction], upper: Sequence[Fraction]) -> None:
    """Refuse a box that cannot be drawn with floating-point coordinates.

    Raises:
        DomainError: if it is too far away, or too small for its distance from the origin.

    >>> check_bounds([Fraction(0)], [Fraction(10) ** 400])
    Traceback (most recent call last):
    polytopes.errors.DomainError: coordinate 0 of the picture goes beyond 1e+300, too far ...; scale the inputs
    """
    for index, (low, high) in enumerate(zip(lower, upper, strict=True)):
        size, name = max(abs(low), abs(high)), f"coordinate {index} of the picture"
        if size > FARTHEST:
            raise DomainError(f"{name} goes beyond {float(FARTHEST):g}, too far for floating point; scale the inputs")
        if high - low < max(size * FINEST, 1 / FARTHEST):
            raise DomainError(
                f"{name} is narrower than {float(FINEST):g} of its distance from 0, or than {1 / float(FARTHEST):g}, "
                "too narrow for floating point; move the origin of the inputs into the picture, or scale them"
            )
