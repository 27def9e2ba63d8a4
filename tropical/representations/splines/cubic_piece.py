"""Polynomials of degree 3 on intervals, and integrals of their second derivatives."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, exact_text


@frozen
class CubicPiece:
    """``c_0 + c_1 x + c_2 x^2 + c_3 x^3`` from ``start`` to ``end``; None is infinity."""

    start: Fraction | None
    end: Fraction | None
    coefficients: Vector

    def __call__(self, x: Fraction) -> Fraction:
        """Return the value of the polynomial."""
        value = Fraction(0)
        for entry in reversed(self.coefficients):
            value = value * x + entry
        return value

    def as_dict(self) -> dict[str, Any]:
        """Return the piece as it is written in documents."""
        ends = {"from": self.start, "to": self.end}
        texts = {name: None if end is None else exact_text(end) for name, end in ends.items()}
        return {**texts, "coefficients": [exact_text(entry) for entry in self.coefficients]}

    def bend(self, x: Fraction) -> Fraction:
        """Return the second derivative at a point."""
        return 2 * self.coefficients[2] + 6 * self.coefficients[3] * x

    def squared_bend(self) -> Fraction:
        """Return the integral of the squared second derivative, which is linear, over a bounded self."""
        assert self.start is not None
        assert self.end is not None, "a bounded piece"
        first, last = self.bend(self.start), self.bend(self.end)
        return (self.end - self.start) * (first * first + first * last + last * last) / 3

    def absolute_moment(self) -> Fraction:
        """Return the integral of the second derivative times ``|x|`` over a bounded piece.

        Simpson's rule, on each side of 0, is exact for polynomials of degree 3.
        """
        assert self.start is not None
        assert self.end is not None, "a bounded piece"
        cuts = sorted({self.start, self.end, min(max(self.start, Fraction(0)), self.end)})
        total = Fraction(0)
        for start, end in pairwise(cuts):
            places = (start, (start + end) / 2, end)
            first, middle, last = (self.bend(x) * abs(x) for x in places)
            total += (end - start) * (first + 4 * middle + last) / 6
        return total
