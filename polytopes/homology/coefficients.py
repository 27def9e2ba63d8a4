"""The rings over which homology is taken: the integers, the rationals and the prime fields."""

from __future__ import annotations

from flint import fmpz

from polytopes.errors import InputError
from polytopes.messages import shortened

INTEGERS = "Z"
Ring = int | str
"""``"Z"``, or the characteristic of a prime field: 0 for the rationals, or a prime."""


def checked_field(field: object) -> int:
    """Return the characteristic of a field: 0 or a prime.

    Raises:
        InputError: for anything else.

    >>> checked_field(0), checked_field(7)
    (0, 7)
    >>> checked_field(4)
    Traceback (most recent call last):
        ...
    polytopes.errors.InputError: 4 is no characteristic of a field; give 0 for the rationals, or a prime
    """
    if type(field) is int and (field == 0 or (field > 1 and fmpz(field).is_prime())):
        return field
    raise InputError(f"{shortened(field)} is no characteristic of a field; give 0 for the rationals, or a prime")


def checked_ring(ring: object) -> Ring:
    """Return ``"Z"`` or the characteristic of a field; errors as of :func:`checked_field`.

    >>> checked_ring("Z"), checked_ring(2)
    ('Z', 2)
    """
    return INTEGERS if ring == INTEGERS else checked_field(ring)
