"""What the readers share: exact tensors with errors that name them, and the check of the input shape."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt, prod
from typing import Any

from polytopes.arithmetic.long_numbers import PER_DIGIT
from polytopes.errors import NumberError, ShapeError
from polytopes.formats.limits import PER_ENTRY, charge
from tropical.networks.network import Network
from tropical.networks.tensor import Shape, Tensor

USUAL_BITS = 10_000
"""Bits up to which the digits of a number are not counted."""


def tensor(values: Any, where: str) -> Tensor:
    """Return an exact tensor; errors begin with ``where``, the name of the values."""
    try:
        return Tensor.of(values)
    except (NumberError, ShapeError) as error:
        raise type(error)(f"{where}: {error}") from None


def charge_entries(shape: Iterable[int], where: str) -> None:
    """Take the entries of a tensor from the budget of the file that is read, before they are unpacked.

    An axis of length 0 counts as one of length 1: a bias is as long as the other axis.

    Raises:
        FileFormatError: if it asks for more than is left.
    """
    charge(PER_ENTRY * prod(max(1, length) for length in shape), f"the entries of {where}")


def charge_digits(tensor: Tensor, where: str) -> None:
    """Take the long numbers of a computed tensor from the budget; constants that are multiplied may grow without end.

    Raises:
        FileFormatError: if it asks for more than is left.
    """
    bits = sum(n.bit_length() for n in (tensor.denominator, *tensor.numerators) if n.bit_length() > USUAL_BITS)
    charge(PER_DIGIT * bits // 4, f"the digits of {where}")


def root(value: Fraction) -> Fraction:
    """Return the float64 nearest to the square root; 64 bits and a sticky bit decide the rounding.

    >>> root(Fraction(9, 4)), root(Fraction(2)) == Fraction(2**0.5)
    (Fraction(3, 2), True)
    """
    if value < 0:
        raise NumberError("the root of a negative number")
    shift = max(0, 64 + (value.denominator.bit_length() - value.numerator.bit_length()) // 2 + 1)
    square, rest = divmod(value.numerator << (2 * shift), value.denominator)
    found = isqrt(square)
    sticky = int(found * found != square or rest != 0)
    return Fraction(float(Fraction(2 * found + sticky, 1 << (shift + 1))))


def checked_input(network: Network, shape: Shape | None) -> Network:
    """Return the network, after checking that its input has the given shape, if one is given."""
    if shape is not None and network.input_shape != shape:
        raise ShapeError(f"the network takes inputs of shape {network.input_shape}, input_shape says {shape}")
    return network
