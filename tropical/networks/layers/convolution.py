"""Convolution over one, two or more axes."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import field, frozen

from polytopes.errors import ShapeError
from tropical.networks.layers.base import LinearLayer, Rows, integer
from tropical.networks.layers.windows import Windows, numbers, pad_pairs
from tropical.networks.tensor import Array, Shape, Tensor, as_tensor, contract, size


@frozen
class Conv(LinearLayer):
    """Convolution (cross-correlation, as in torch) of a tensor channels x lengths, padded with zeros.

    Args:
        weight: out_channels x (in_channels / groups) x kernel lengths; the last axes are those along which it slides.
        bias: one number for each output channel, by default zero.
        stride, dilation: one number, or one per axis.
        padding: one number, one per axis, or a pair (before, after) per axis.
        groups: the number of groups of channels; different groups do not mix.

    >>> Conv([[[1, -1]]]).output_shape((1, 5))
    (1, 4)
    """

    weight: Tensor = field(converter=as_tensor)
    bias: Tensor = field(converter=as_tensor)
    stride: tuple[int, ...] = field(converter=numbers, default=1)
    padding: tuple[tuple[int, ...], ...] = field(converter=pad_pairs, default=0)
    dilation: tuple[int, ...] = field(converter=numbers, default=1)
    groups: int = field(converter=integer, default=1)

    @bias.default
    def _zero_bias(self) -> Tensor:
        return Tensor.of(np.zeros(self.weight.shape[:1], dtype=int))

    def __attrs_post_init__(self) -> None:
        shape = self.weight.shape
        if len(shape) < 3 or 0 in shape:
            raise ShapeError(f"a kernel is out_channels x in_channels x lengths, got weight of shape {shape}")
        if self.bias.shape != shape[:1]:
            raise ShapeError(f"{shape[0]} output channels need as many biases, got shape {self.bias.shape}")
        if self.groups < 1 or shape[0] % self.groups:
            raise ShapeError(f"{shape[0]} output channels cannot be divided into {self.groups} groups")

    @cached_property
    def windows(self) -> Windows:
        """The windows of the kernel."""
        kernel = self.weight.shape[2:]
        return Windows.over(len(kernel), kernel, self.stride, self.padding, self.dilation, False)

    @cached_property
    def _matrix(self) -> Tensor:
        return self.weight.reshape((self.weight.shape[0], size(self.weight.shape[1:])))

    def output_shape(self, *shapes: Shape) -> Shape:
        shape, (out, group_in), kernel = shapes[0], self.weight.shape[:2], self.weight.shape[2:]
        if len(shape) != 1 + len(kernel) or shape[0] != group_in * self.groups:
            axes = " x ".join(["length"] * len(kernel))
            raise ShapeError(f"this convolution takes {group_in * self.groups} channels x {axes}, got shape {shape}")
        return (out, *self.windows.counts(shape[1:]))

    def _gathered(self, shape: Shape) -> list[Array]:
        """Return for each group the flat indices: windows x (its channels x kernel positions), negative on padding."""
        spatial, group_in = self.windows.indices(shape[1:]), self.weight.shape[1]
        area, tables = size(shape[1:]), []
        for first in range(0, shape[0], group_in):
            channels = [np.where(spatial < 0, -1, spatial + c * area) for c in range(first, first + group_in)]
            tables.append(np.concatenate(channels, axis=1))
        return tables

    def _group_rows(self) -> list[slice]:
        step = self.weight.shape[0] // self.groups
        return [slice(step * g, step * (g + 1)) for g in range(self.groups)]

    def forward(self, *arrays: Array) -> Array:
        batch, shape = len(arrays[0]), arrays[0].shape[1:]
        zeros = np.zeros((batch, 1), dtype=arrays[0].dtype)
        padded = np.concatenate([arrays[0].reshape(batch, size(shape)), zeros], axis=1)
        parts = [
            contract(padded[:, table], self._matrix, rows)
            for table, rows in zip(self._gathered(shape), self._group_rows(), strict=True)
        ]
        value = np.moveaxis(np.concatenate(parts, axis=2) + self.bias.like(arrays[0]), 2, 1)
        return value.reshape(batch, *self.output_shape(shape))

    def rows(self, *shapes: Shape) -> Rows:
        weights, bias = self._matrix.fractions, self.bias.fractions
        result: Rows = []
        for table, channels in zip(self._gathered(shapes[0]), self._group_rows(), strict=True):
            windows = table.tolist()
            for channel in range(channels.start, channels.stop):
                for places in windows:
                    terms = zip(places, weights[channel], strict=True)
                    row = {1 + place: w for place, w in terms if place >= 0 and w}
                    result.append({0: bias[channel]} | row)
        return result
