"""Windows that slide over the last axes of a tensor, in any number of axes, with torch's argument names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from polytopes.errors import InputError, ShapeError
from tropical.networks.layers.base import integer, ints
from tropical.networks.tensor import MAX_SIZE, Array, Shape, size

Numbers: TypeAlias = int | Iterable[int]
Padding: TypeAlias = int | Iterable[int | Iterable[int]]

PADDING = -1
"""Index of a position in the padding."""
OUTSIDE = -2
"""Index of a position beyond the padding, where windows may end when ``ceil_mode`` is set."""


def numbers(value: Numbers) -> tuple[int, ...]:
    """Return one number, or one for each axis, as a tuple; a tuple of length 1 stands for all axes."""
    return ints(value) if isinstance(value, Iterable) else (integer(value),)


def pad_pairs(value: Padding) -> tuple[tuple[int, ...], ...]:
    """Return padding as pairs (before, after), one for all axes or one for each; a number pads both sides."""
    if isinstance(value, (str, Mapping)):
        raise InputError(f"expected numbers or pairs of numbers as padding, got {value!r}")
    sides = list(value) if isinstance(value, Iterable) else [value]
    return tuple(numbers(side) if isinstance(side, Iterable) else 2 * numbers(side) for side in sides)


def _spread(value: tuple[Any, ...], axes: int) -> tuple[Any, ...]:
    if len(value) not in (1, axes):
        raise ShapeError(f"{value} should be one number, or one for each of {axes} axes")
    return value * axes if len(value) == 1 else value


@frozen
class Windows:
    """The windows of a convolution or pooling layer over the spatial axes."""

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, ...], ...]
    dilation: tuple[int, ...]
    ceil_mode: bool = False

    @classmethod
    def over(cls, axes: int, kernel_size: Shape, stride: Shape, padding: Any, dilation: Shape, ceil: bool) -> Windows:
        """Return windows over ``axes`` axes; arguments of length 1 stand for all of them."""
        pads = _spread(padding, axes)
        return cls(_spread(kernel_size, axes), _spread(stride, axes), pads, _spread(dilation, axes), ceil)

    def __attrs_post_init__(self) -> None:
        if min((*self.kernel_size, *self.stride, *self.dilation), default=1) < 1:
            raise ShapeError("kernel sizes, strides and dilations are positive integers")
        if any(len(pair) != 2 or min(pair) < 0 for pair in self.padding):
            raise ShapeError(f"padding {self.padding} should be pairs (before, after) of numbers >= 0")

    def span(self, axis: int) -> int:
        """Return the length that a window spans along an axis."""
        return self.dilation[axis] * (self.kernel_size[axis] - 1) + 1

    def counts(self, spatial: Shape) -> Shape:
        """Return the number of windows along each axis of a tensor with these spatial lengths."""
        if len(spatial) != len(self.kernel_size):
            raise ShapeError(f"windows of {len(self.kernel_size)} axes cannot slide over the shape {spatial}")
        counts = tuple(self._count(axis, length) for axis, length in enumerate(spatial))
        if min(counts, default=1) < 1:
            raise ShapeError(f"a window {self.kernel_size} does not fit the padded shape {spatial}")
        if size(counts) * size(self.kernel_size) > MAX_SIZE:
            raise ShapeError(f"windows with more than {MAX_SIZE} positions; give a smaller input, padding or kernel")
        return counts

    def _count(self, axis: int, length: int) -> int:
        """Rounded up in ``ceil_mode``, but no window begins beyond the padding on the left and the input."""
        before, after = self.padding[axis]
        stride = self.stride[axis]
        room = length + before + after - self.span(axis)
        count = (-(-room // stride) if self.ceil_mode else room // stride) + 1
        return count - 1 if self.ceil_mode and (count - 1) * stride >= length + before else count

    def indices(self, spatial: Shape) -> Array:
        """Return the flat index of every position of every window: windows x kernel positions.

        Positions off the input are PADDING or OUTSIDE.
        """
        counts, axes = self.counts(spatial), len(spatial)
        tables = []
        for axis, length in enumerate(spatial):
            before, after = self.padding[axis]
            starts = np.arange(counts[axis]) * self.stride[axis] - before
            place = starts[:, None] + np.arange(self.kernel_size[axis]) * self.dilation[axis]
            marked = np.where((place < 0) | (place >= length), PADDING, place)
            marked[place >= length + after] = OUTSIDE
            shape = [1] * (2 * axes)
            shape[axis], shape[axes + axis] = place.shape
            tables.append(marked.reshape(shape))
        return _joined(tables, spatial).reshape(size(counts), size(self.kernel_size))


def _joined(tables: list[Array], spatial: Shape) -> Array:
    """Combine coordinates into flat indices; a position off the input along one axis is off it."""
    worst: Array = reduce(np.minimum, tables)
    flat = tables[0]
    for table, length in zip(tables[1:], spatial[1:], strict=True):
        flat = flat * length + table
    return np.where(worst < 0, worst, flat)
