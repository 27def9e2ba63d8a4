"""Rational numbers of python-flint, the workspace of long sweeps, where fractions of Python are far slower."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq


def as_flint(value: Fraction) -> fmpq:
    """Return a fraction as python-flint has it."""
    return fmpq(value.numerator, value.denominator)


def as_python(value: fmpq) -> Fraction:
    """Return a rational number of python-flint as a fraction."""
    return Fraction(int(value.p), int(value.q))
