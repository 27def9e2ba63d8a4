"""What the readers share: exact tensors with errors that name them, and the check of the input shape."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
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


def checked_input(network: Network, shape: Shape | None) -> Network:
    """Return the network, after checking that its input has the given shape, if one is given."""
    if shape is not None and network.input_shape != shape:
        raise ShapeError(f"the network takes inputs of shape {network.input_shape}, input_shape says {shape}")
    return network
