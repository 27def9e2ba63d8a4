"""Symmetric densities of biases that are constant on pieces, and their moments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError

Piece = tuple[Fraction, Fraction, Fraction]
"""The ends of an interval and the height of the density on it."""


@frozen
class BiasDensity:
    """A symmetric probability density on the line, constant on intervals and 0 elsewhere.

    ``parts`` are the intervals with a positive height, in order; neighbors with one height are joined.
    """

    parts: tuple[Piece, ...] = field()

    @parts.validator
    def _is_density(self, _: object, parts: tuple[Piece, ...]) -> None:
        integral = sum(((b - a) * height for a, b, height in parts), Fraction(0))
        if integral != 1:
            raise InputError(f"the integral of the density is {exact_text(integral)}; it must be 1")
        if tuple((-b, -a, height) for a, b, height in reversed(parts)) != parts:
            raise InputError("the density is not symmetric; give the same heights on both sides of 0")

    @classmethod
    def uniform(cls, radius: RationalLike) -> BiasDensity:
        """Return the uniform density on ``[-radius, radius]``.

        >>> BiasDensity.uniform(2).second_moment
        Fraction(4, 3)
        """
        size = as_fraction(radius)
        if size <= 0:
            raise InputError(f"a density on [-R, R] with R = {exact_text(size)}; R must be positive")
        return cls(((-size, size, 1 / (2 * size)),))

    @classmethod
    def pieces(cls, parts: Sequence[Sequence[RationalLike]]) -> BiasDensity:
        """Return the density with triples (from, to, height).

        Raises:
            InputError: if intervals are empty or overlap, a height is negative, the integral is not 1, or the density
                is not symmetric.

        >>> BiasDensity.pieces([(-2, 0, "1/4"), (0, 2, "1/4")]) == BiasDensity.uniform(2)
        True
        """
        given = sorted(map(_piece, parts))
        for (_, end, _), (start, after, _) in pairwise(given):
            if start < end:
                raise InputError(
                    f"two pieces of the density overlap: one ends at {exact_text(end)}, and another is from "
                    f"{exact_text(start)} to {exact_text(after)}"
                )
        joined: list[Piece] = []
        for start, end, height in given:
            if joined and joined[-1][1:] == (start, height):
                joined[-1] = (joined[-1][0], end, height)
            elif height:
                joined.append((start, end, height))
        return cls(tuple(joined))

    @cached_property
    def breaks(self) -> tuple[Fraction, ...]:
        """The ends of all pieces, in order."""
        return tuple(sorted({end for start, stop, _ in self.parts for end in (start, stop)}))

    def __call__(self, x: Fraction) -> Fraction:
        """Return the height at a point; at the end of a piece that of the one that begins there."""
        k = bisect_right(self.parts, x, key=lambda part: part[0]) - 1
        return self.parts[k][2] if k >= 0 and x < self.parts[k][1] else Fraction(0)

    def moments_below(self, x: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        """Return the integrals of p, c p and c^2 p over ``c <= x``."""
        sums = [Fraction(0)] * 3
        for start, end, height in self.parts:
            if start >= x:
                break
            stop = min(end, x)
            for k in range(3):
                sums[k] += height * (stop ** (k + 1) - start ** (k + 1)) / (k + 1)
        return sums[0], sums[1], sums[2]

    @cached_property
    def second_moment(self) -> Fraction:
        """The mean of the squared bias."""
        return self.moments_below(self.parts[-1][1])[2]

    def as_list(self) -> list[list[str]]:
        """Return the triples as they are written in documents."""
        return [[exact_text(entry) for entry in part] for part in self.parts]


def _piece(part: Any) -> Piece:
    if isinstance(part, str) or not isinstance(part, Sequence) or len(part) != 3:
        raise InputError("a piece of a density is a triple (from, to, height)")
    start, end, height = map(as_fraction, part)
    if start >= end:
        raise InputError(f"a piece of a density from {exact_text(start)} to {exact_text(end)}; it must have a length")
    if height < 0:
        raise InputError(f"a density with the height {exact_text(height)}; heights are at least 0")
    return start, end, height
