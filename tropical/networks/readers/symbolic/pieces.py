"""Piecewise affine functions of one variable, which may jump: what a graph computes before it is seen to be continuous.

>>> x = Pieces.identity()
>>> soft = x.sign().scaled(Fraction(-1)).plus(x).chosen_where(x.absolute().shifted(Fraction(-1)), Pieces.constant(0))
>>> soft.is_continuous, soft.breaks
(True, (Fraction(-1, 1), Fraction(1, 1)))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from polytopes.errors import UnsupportedError

Affine = tuple[Fraction, Fraction]
"""A slope and a constant."""


@frozen
class Pieces:
    """A function that is affine on each of the open intervals between ``breaks``; at these its value is left open."""

    breaks: tuple[Fraction, ...]
    parts: tuple[Affine, ...]

    @classmethod
    def identity(cls) -> Pieces:
        """Return the function x."""
        return cls((), ((Fraction(1), Fraction(0)),))

    @classmethod
    def constant(cls, number: Fraction | int) -> Pieces:
        """Return a constant function."""
        return cls((), ((Fraction(0), Fraction(number)),))

    @property
    def is_continuous(self) -> bool:
        """Whether the limits from both sides agree everywhere."""
        both = zip(self.breaks, pairwise(self.parts), strict=True)
        return all(left[0] * x + left[1] == right[0] * x + right[1] for x, (left, right) in both)

    @property
    def is_stepwise(self) -> bool:
        """Whether the function is constant between its breaks."""
        return all(slope == 0 for slope, _ in self.parts)

    def on(self, breaks: Iterable[Fraction]) -> Pieces:
        """Return the same function with more breaks."""
        points = sorted({*self.breaks, *breaks})
        parts = [self.parts[sum(b <= x for b in self.breaks)] for x in points]
        return Pieces(tuple(points), (self.parts[0], *parts))

    def joined(self) -> Pieces:
        """Return the same function without breaks between equal parts."""
        kept = [i for i, (left, right) in enumerate(pairwise(self.parts)) if left != right]
        return Pieces(tuple(self.breaks[i] for i in kept), (self.parts[0], *(self.parts[i + 1] for i in kept)))

    def mapped(self, function: Callable[[Affine], Affine]) -> Pieces:
        """Apply a function to every part."""
        return Pieces(self.breaks, tuple(map(function, self.parts))).joined()

    def scaled(self, factor: Fraction) -> Pieces:
        """Return a multiple."""
        return self.mapped(lambda part: (factor * part[0], factor * part[1]))

    def shifted(self, number: Fraction) -> Pieces:
        """Add a number."""
        return self.mapped(lambda part: (part[0], part[1] + number))

    def plus(self, other: Pieces) -> Pieces:
        """Return a sum."""
        mine, theirs = self.on(other.breaks), other.on(self.breaks)
        parts = [(a[0] + b[0], a[1] + b[1]) for a, b in zip(mine.parts, theirs.parts, strict=True)]
        return Pieces(mine.breaks, tuple(parts)).joined()

    def times(self, other: Pieces) -> Pieces:
        """Return a product with a function that is constant between its breaks."""
        step, moving = (self, other) if self.is_stepwise else (other, self)
        if not step.is_stepwise:
            raise UnsupportedError("a product of two values that depend on the input is not piecewise linear")
        step, moving = step.on(moving.breaks), moving.on(step.breaks)
        parts = [(a[1] * b[0], a[1] * b[1]) for a, b in zip(step.parts, moving.parts, strict=True)]
        return Pieces(step.breaks, tuple(parts)).joined()

    def _signs(self) -> tuple[Pieces, list[int]]:
        """Return the function with its roots as breaks, and its sign between them."""
        ends: list[Fraction | None] = [None, *self.breaks, None]
        roots = []
        for (low, high), (slope, number) in zip(pairwise(ends), self.parts, strict=True):
            root = -number / slope if slope else None
            if root is not None and (low is None or low < root) and (high is None or root < high):
                roots.append(root)
        fine = self.on(roots)
        return fine, [
            _sign(slope * x + number) for x, (slope, number) in zip(_inside(fine.breaks), fine.parts, strict=True)
        ]

    def sign(self) -> Pieces:
        """Return the sign of the function."""
        fine, signs = self._signs()
        return Pieces(fine.breaks, tuple((Fraction(0), Fraction(sign)) for sign in signs)).joined()

    def absolute(self) -> Pieces:
        """Return the absolute value."""
        fine, signs = self._signs()
        parts = [(sign * a, sign * b) for sign, (a, b) in zip(signs, fine.parts, strict=True)]
        return Pieces(fine.breaks, tuple(parts)).joined()

    def chosen_where(self, condition: Pieces, other: Pieces) -> Pieces:
        """Return this function where ``condition`` is positive and the other one where it is negative.

        Raises:
            UnsupportedError: if the condition is zero on an interval.
        """
        fine, signs = condition.on({*self.breaks, *other.breaks})._signs()
        if 0 in signs:
            raise UnsupportedError("compares values that are equal on an interval")
        mine, theirs = self.on(fine.breaks), other.on(fine.breaks)
        parts = [a if sign > 0 else b for sign, a, b in zip(signs, mine.parts, theirs.parts, strict=True)]
        return Pieces(fine.breaks, tuple(parts)).joined()


@frozen
class Jumping:
    """A function of each entry of a node of a network; None if it is a constant."""

    node: int | None
    function: Pieces


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _inside(breaks: tuple[Fraction, ...]) -> list[Fraction]:
    """Return a point in each of the intervals."""
    if not breaks:
        return [Fraction(0)]
    return [breaks[0] - 1, *((a + b) / 2 for a, b in pairwise(breaks)), breaks[-1] + 1]
