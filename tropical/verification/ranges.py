"""Where bounds in floating point are proven: numbers that neither overflow nor vanish on the way.

The proofs count what rounding makes of numbers of the usual size. A number below 2^-1022 is off by up to 2^-1075, and
that counts as often as the inputs and units that it is multiplied by are large: on the whole by less than TINY, if the
terms of all forms have sums of at most LARGEST. Coefficients beyond all floats do not come about where the numbers are
in RANGE and the sizes of forms, which grow with them, at most TOO_LARGE.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

RANGE = 400
"""Numbers that do not vanish are from 2^-RANGE to 2^RANGE."""
LARGEST = 2.0**256
"""What sums of the terms of a unit or a condition may be on the box."""
TOO_LARGE = 2.0**500
"""Larger sizes of forms prove nothing."""
TINY = 2.0**-800
"""Numbers that are too small for floats count for less than this: 2^-1075 times LARGEST, for 2^19 terms."""


def are_in_range(*lists: Iterable[Fraction | int]) -> bool:
    """Return whether all numbers of some lists vanish or are in the range.

    >>> are_in_range([Fraction(1, 10**100), 0], [Fraction(-(10**100))]), are_in_range([Fraction(1, 10**200)])
    (True, False)
    """
    return all(
        not entry or abs(entry.numerator.bit_length() - entry.denominator.bit_length()) < RANGE
        for entries in lists
        for entry in entries
    )
