"""Which of some affine functions of one variable are the largest, on all of a segment."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

Terms = tuple[int, ...]


@frozen
class Envelope:
    """The breakpoints 0 = t_0 < t_1 < ... < t_r = 1 of a maximum of affine functions, and where which are largest.

    ``at[k]`` are the functions that are largest at t_k, ``between[k]`` those largest on all of (t_k, t_{k+1}).
    """

    places: tuple[Fraction, ...]
    at: tuple[Terms, ...]
    between: tuple[Terms, ...]


def upper_envelope(starts: Sequence[int], ends: Sequence[int]) -> Envelope:
    """Return the maximum over [0, 1] of the affine functions with these values at 0 and at 1.

    Algorithm:
        From a place on, the largest functions there that grow most are the largest, until one that grows more catches
        up. Each breakpoint has a steeper function after it, so there are fewer of them than functions.

    >>> found = upper_envelope([2, 0, 1], [0, 2, 1])
    >>> [str(place) for place in found.places], found.at, found.between
    (['0', '1/2', '1'], ((0,), (0, 1, 2), (1,)), ((0,), (1,)))
    """
    slopes = [end - start for start, end in zip(starts, ends, strict=True)]
    places, at, between = [Fraction(0)], [largest(starts)], []
    while True:
        steepest = max(slopes[i] for i in at[-1])
        ahead = tuple(i for i in at[-1] if slopes[i] == steepest)
        between.append(ahead)
        own = ahead[0]
        catches = [
            Fraction(starts[own] - start, slope - steepest)
            for start, slope in zip(starts, slopes, strict=True)
            if slope > steepest
        ]
        place = min(catches, default=Fraction(1))
        if place >= 1:
            return Envelope((*places, Fraction(1)), (*at, largest(ends)), tuple(between))
        places.append(place)
        top, bottom = place.as_integer_ratio()
        at.append(largest([bottom * start + top * slope for start, slope in zip(starts, slopes, strict=True)]))


def largest(values: Sequence[int] | Sequence[Fraction]) -> Terms:
    """Return the places of the largest values."""
    greatest = max(values)
    return tuple(i for i, value in enumerate(values) if value == greatest)
