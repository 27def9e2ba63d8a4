"""Pooling layers: the maximum or the mean over sliding windows, channel by channel."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from attrs import field, frozen

from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import ShapeError
from tropical.networks.layers.base import GateLayer, Layer, LinearLayer, Rows, Shapes, Slots, flag
from tropical.networks.layers.windows import OUTSIDE, Windows, numbers, pad_pairs
from tropical.networks.tensor import Array, Shape, exact_array, size


def _spatial(shape: Shape) -> Shape:
    if len(shape) < 2:
        raise ShapeError(f"pooling takes a tensor channels x lengths, got shape {shape}")
    return shape[1:]


def _channels(array: Array) -> Array:
    """Return the batch with the spatial axes flattened: points x channels x positions."""
    return array.reshape(*array.shape[:2], size(array.shape[2:]))


@frozen
class _Pool(Layer):
    """The arguments common to pooling layers."""

    kernel_size: tuple[int, ...] = field(converter=numbers)
    stride: tuple[int, ...] = field(converter=numbers)
    padding: tuple[tuple[int, ...], ...] = field(converter=pad_pairs, default=0)
    dilation: tuple[int, ...] = field(converter=numbers, default=1)
    ceil_mode: bool = field(converter=flag, default=False)

    @stride.default
    def _kernel_size(self) -> tuple[int, ...]:
        return self.kernel_size

    def windows(self, shape: Shape) -> Windows:
        """Return the windows on inputs of this shape."""
        axes = len(_spatial(shape))
        return Windows.over(axes, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def table(self, shape: Shape) -> Array:
        """Return the flat index of every position of every window, negative off the input."""
        table = self.windows(shape).indices(shape[1:])
        if (table < 0).all(axis=1).any():
            raise ShapeError(f"a window of {self.kernel_size} on the shape {shape} lies wholly in the padding")
        return table

    def output_shape(self, *shapes: Shape) -> Shape:
        self.table(shapes[0])
        return (shapes[0][0], *self.windows(shapes[0]).counts(shapes[0][1:]))


@frozen
class MaxPool(_Pool, GateLayer):
    """Maximum over windows of a tensor channels x lengths, as ``torch.nn.MaxPool1d`` and ``MaxPool2d``.

    Padding never wins. A window that holds one entry only has no gate.

    Args:
        kernel_size, stride, dilation: one number, or one per axis; the stride is the kernel size by default.
        padding: one number, one per axis, or a pair (before, after) per axis.
        ceil_mode: whether windows may extend beyond the end of the padded input.

    >>> MaxPool(3, stride=1).gate_ranks((1, 5))
    (3, 3, 3)
    """

    def forward(self, *arrays: Array) -> Array:
        """Padding is replaced by an entry of the same window, which does not change the maximum."""
        table = self.table(arrays[0].shape[1:])
        inside = np.where(table < 0, table.max(axis=1, keepdims=True), table)
        value = np.maximum.reduce(_channels(arrays[0])[:, :, inside], axis=3)
        return np.asarray(value).reshape(len(arrays[0]), *self.output_shape(arrays[0].shape[1:]))

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        ranks: list[int] = (self.table(shapes[0]) >= 0).sum(axis=1).tolist()
        return tuple(rank for rank in ranks if rank > 1) * shapes[0][0]

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        area = size(shapes[0][1:])
        windows = [[place for place in places if place >= 0] for places in self.table(shapes[0]).tolist()]
        channels = [slots[0][start : start + area] for start in range(0, len(slots[0]), area)]
        return build.gates([[channel[place] for place in window] for channel in channels for window in windows])


@frozen
class AvgPool(_Pool, LinearLayer):
    """Mean over windows of a tensor channels x lengths, as ``torch.nn.AvgPool1d`` and ``AvgPool2d``.

    Args:
        kernel_size, stride, padding, dilation, ceil_mode: as for :class:`MaxPool`.
        count_include_pad: whether the divisor also counts the positions in the padding (zeros), and not only the
            entries. Positions beyond the padding never count.
    """

    count_include_pad: bool = field(converter=flag, default=True)

    def _means(self, shape: Shape) -> tuple[Array, Array]:
        """Return the windows, with -1 off the input, and their divisors."""
        table = self.table(shape)
        counted = (table != OUTSIDE) if self.count_include_pad else (table >= 0)
        return np.maximum(table, -1), counted.sum(axis=1)

    def forward(self, *arrays: Array) -> Array:
        table, divisors = self._means(arrays[0].shape[1:])
        flat, exact = _channels(arrays[0]), arrays[0].dtype == object
        padded = np.concatenate([flat, np.zeros((*flat.shape[:2], 1), dtype=flat.dtype)], axis=2)
        sums = padded[:, :, table].sum(axis=3)
        means = sums * exact_array([Fraction(1, n) for n in divisors.tolist()]) if exact else sums / divisors
        return np.asarray(means).reshape(len(flat), *self.output_shape(arrays[0].shape[1:]))

    def rows(self, *shapes: Shape) -> Rows:
        table, divisors = self._means(shapes[0])
        windows = list(zip(table.tolist(), divisors.tolist(), strict=True))
        return [
            {1 + start + place: Fraction(1, divisor) for place in places if place >= 0}
            for start in range(0, size(shapes[0]), size(shapes[0][1:]))
            for places, divisor in windows
        ]


@frozen
class GlobalAvgPool(LinearLayer):
    """Mean over all positions of every channel; the spatial axes are kept, with length 1."""

    def _pool(self, shape: Shape) -> AvgPool:
        return AvgPool(_spatial(shape))

    def output_shape(self, *shapes: Shape) -> Shape:
        return self._pool(shapes[0]).output_shape(*shapes)

    def forward(self, *arrays: Array) -> Array:
        return self._pool(arrays[0].shape[1:]).forward(*arrays)

    def rows(self, *shapes: Shape) -> Rows:
        return self._pool(shapes[0]).rows(*shapes)
