"""Bounds of the mean squared gradient of random maxout networks of an architecture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from polytopes.arithmetic.enclosures import Enclosure
from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError, VerificationFailed
from tropical.initialization.moments import maxout_moments

OWN_GAIN = "1/M"
"""The weight variance, times the fan-in, that keeps the gradient along the data."""


@frozen
class GradientBounds:
    """``lower <= E |J u|^2 <= upper`` for unit vectors u, and the mean along the data without biases.

    ``c`` is the variance of the weights of the hidden layers times their fan-in.
    """

    lower: Enclosure
    along_data: Enclosure
    upper: Enclosure
    c: Enclosure

    def as_dict(self) -> dict[str, Any]:
        """Return the bounds as they are written in documents."""
        named = {"lower": self.lower, "along_data": self.along_data, "upper": self.upper}
        return {name: own.as_dict() for name, own in named.items()}


def checked_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Return the widths of an architecture, inputs first and outputs last.

    Raises:
        InputError: if there are fewer than two, or one is not a positive integer.
    """
    found = tuple(widths)
    shown = ",".join(map(str, found))
    if len(found) < 2:
        raise InputError(f"widths {shown or '(none)'}; give at least two, those of the inputs and of the outputs")
    if not all(isinstance(width, int) and not isinstance(width, bool) and width > 0 for width in found):
        raise InputError(f"widths {shown}; give positive integers")
    return found


def gradient_bounds(widths: Sequence[int], rank: int, c: RationalLike = OWN_GAIN, digits: int = 15) -> GradientBounds:
    """Return bounds of ``E |J u|^2`` for the Jacobian J of a random maxout network at any input, and a unit vector u.

    Args:
        widths: ``n_0, ..., n_L``: inputs, hidden maxout layers, outputs; the last layer is linear.
        rank: the number K of forms of each unit.
        c: weights of hidden layers have variance c / fan-in, those of the last layer 1 / fan-in; ``"1/M"`` for the
            gain of the rank. Biases may be anything that is independent of the weights.
        digits: certified digits, at most 50.

    Raises:
        InputError: for another rank, fewer than two widths, a width 0, or c <= 0.
        VerificationFailed: if the bounds contradict one another.

    Algorithm:
        Given the vector v that enters a layer, an output is w_k . v for the k that wins at x. Its square lies between
        the least and the largest of K squares of ``N(0, c |v|^2 / n)``. So each of the L - 1 hidden layers multiplies
        the mean by c S at least and c L at most; along x, without biases, by c M exactly.

    >>> found = gradient_bounds([3, 5, 4, 2], rank=3, c="1/2", digits=12)
    >>> print(found.lower, found.along_data, found.upper)
    0.00619520857947 0.271219963859 0.736861630899

    Sources: Tseran, Montúfar, arXiv 2301.06956.
    """
    sizes, moments = checked_widths(widths), maxout_moments(rank, digits)
    if isinstance(c, str) and c.strip().replace(" ", "") == OWN_GAIN:
        factor = moments.gain
    else:
        factor = Enclosure.of(_positive(c), digits)
    whole, depth = Fraction(sizes[-1], sizes[0]), len(sizes) - 2
    own = [_power(moment, factor, depth, whole, digits) for moment in (moments.s, moments.m, moments.l)]
    if factor is moments.gain:
        own[1] = Enclosure.of(whole, digits)
    lower, along, upper = own
    if not (lower.lower <= along.upper and along.lower <= upper.upper):
        raise VerificationFailed("the bounds of the gradient contradict one another")
    return GradientBounds(lower, along, upper, factor)


def _positive(value: RationalLike) -> Fraction:
    c = as_fraction(value)
    if c <= 0:
        raise InputError(f"c = {exact_text(c)}; give a positive number, or {OWN_GAIN}")
    return c


def _power(moment: Enclosure, factor: Enclosure, depth: int, whole: Fraction, digits: int) -> Enclosure:
    """Return ``whole (factor moment)^depth``, of positive numbers."""
    low, high = (a * b for a, b in ((moment.lower, factor.lower), (moment.upper, factor.upper)))
    if low == high:
        return Enclosure.of(whole * low**depth, digits)
    return Enclosure(whole * low**depth, whole * high**depth, None, digits)
