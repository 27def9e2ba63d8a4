"""Tensors of the graphs of other libraries, while they are read, and their shapes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import field, frozen

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.readers.symbolic.pieces import Jumping
from tropical.networks.tensor import Shape, Tensor


@frozen
class Value:
    """A tensor of the source: its shape there, and a constant or the node that holds its entries.

    ``batch`` is the axis of the batch, if it is watched. Some values are neither constants nor nodes: a constant with
    entries that are not numbers has the error that says so as ``defect``, and minus or plus infinity, if these are all
    its entries, as ``infinite``; a value that is 1 where another one is positive and 0 where it is negative has that
    one as ``condition``; other values that jump are given by ``jumping``.
    """

    shape: Shape
    node: int = -1
    constant: Tensor | None = field(default=None, repr=False)
    batch: int | None = None
    condition: Value | None = None
    jumping: Jumping | None = None
    defect: NumberError | None = None
    infinite: int = 0


def constant(tensor: Tensor) -> Value:
    """Return a constant value."""
    return Value(tensor.shape, constant=tensor)


def bare(shape: Shape) -> Shape:
    """Return the shape without its batch axis of length 1, if there is one."""
    return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape


def needs_constant(value: Value, role: str) -> Tensor:
    """Return the tensor of a constant value.

    Raises:
        UnsupportedError: for another value, with which the operation would not be piecewise linear.
        NumberError: for a constant with nan or inf.
    """
    if value.defect is not None:
        raise value.defect
    if value.constant is None:
        raise UnsupportedError(f"{role} depends on the input, so it is not piecewise linear; it must be constant")
    return value.constant


def axis_of(axis: int, shape: Shape) -> int:
    """Return an axis that may be counted from the end, -1 being the last, counted from the front."""
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(f"axis {axis} of a tensor of shape {shape}")
    return axis % len(shape)


def common_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the shape to which numpy broadcasts tensors of these shapes."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(f"shapes {', '.join(map(str, shapes))} do not broadcast to one") from None
