"""Layers that only rearrange entries."""

from __future__ import annotations

from abc import abstractmethod
from itertools import accumulate

import numpy as np
from attrs import field, frozen

from polytopes.errors import ShapeError
from tropical.networks.layers.base import Layer, integer, ints, offsets
from tropical.networks.tensor import Array, Shape, size


class Rearrangement(Layer):
    """A layer whose every output entry is an entry of its (joined, flattened) inputs."""

    @abstractmethod
    def indices(self, *shapes: Shape) -> Array:
        """Return, for each entry of the value, the index of the entry it copies."""

    def forward(self, *arrays: Array) -> Array:
        shapes = [array.shape[1:] for array in arrays]
        joined = np.concatenate([array.reshape(len(array), size(array.shape[1:])) for array in arrays], axis=1)
        moved = joined[:, self.indices(*shapes).ravel()]
        return moved.reshape(len(joined), *self.output_shape(*shapes))


@frozen
class Reshape(Rearrangement):
    """The same entries in C order under another shape; ``Reshape((-1,))`` flattens.

    One entry of ``shape`` may be -1: it is computed from the others.

    >>> Reshape((-1,)).output_shape((2, 3))
    (6,)
    """

    shape: Shape = field(converter=ints)

    def output_shape(self, *shapes: Shape) -> Shape:
        total, known = size(shapes[0]), size(tuple(n for n in self.shape if n != -1))
        if self.shape.count(-1) == 1 and min(self.shape) == -1 and known > 0 and total % known == 0:
            return tuple(total // known if n == -1 else n for n in self.shape)
        if min(self.shape, default=0) < 0 or known != total:
            raise ShapeError(f"a tensor of shape {shapes[0]} cannot be reshaped to {self.shape}")
        return self.shape

    def indices(self, *shapes: Shape) -> Array:
        return np.arange(size(shapes[0]))


@frozen
class Transpose(Rearrangement):
    """The axes in another order, as in ``numpy.transpose`` (the batch axis is not counted)."""

    axes: tuple[int, ...] = field(converter=ints)

    def output_shape(self, *shapes: Shape) -> Shape:
        if sorted(self.axes) != list(range(len(shapes[0]))):
            raise ShapeError(f"axes {self.axes} are not a permutation of the axes of a tensor of shape {shapes[0]}")
        return tuple(shapes[0][axis] for axis in self.axes)

    def indices(self, *shapes: Shape) -> Array:
        return np.arange(size(shapes[0])).reshape(shapes[0]).transpose(self.axes)


@frozen
class Select(Rearrangement):
    """The entries with the given flat indices, in this order, under a shape (by default one axis)."""

    chosen: tuple[int, ...] = field(converter=ints)
    shape: Shape = field(converter=ints)

    @shape.default
    def _one_axis(self) -> Shape:
        return (len(self.chosen),)

    def output_shape(self, *shapes: Shape) -> Shape:
        total = size(shapes[0])
        if not self.chosen or not all(0 <= i < total for i in self.chosen):
            raise ShapeError(f"cannot select the entries {self.chosen} of a tensor with {total} entries")
        if size(self.shape) != len(self.chosen):
            raise ShapeError(f"{len(self.chosen)} entries do not fill the shape {self.shape}")
        return self.shape

    def indices(self, *shapes: Shape) -> Array:
        return np.array(self.chosen)


@frozen
class Concat(Rearrangement):
    """The inputs joined along an axis (the batch axis is not counted)."""

    axis: int = field(converter=integer, default=0)
    n_inputs = None

    def output_shape(self, *shapes: Shape) -> Shape:
        first, axis = shapes[0], self.axis
        rest = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if not 0 <= axis < len(first) or len(rest) != 1 or len({len(shape) for shape in shapes}) != 1:
            raise ShapeError(f"shapes {', '.join(map(str, shapes))} cannot be joined along axis {axis}")
        return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])

    def indices(self, *shapes: Shape) -> Array:
        parts = [
            start + np.arange(size(shape)).reshape(shape) for start, shape in zip(offsets(shapes), shapes, strict=False)
        ]
        return np.concatenate(parts, axis=self.axis)


def split(shape: Shape, axis: int, sizes: tuple[int, ...]) -> list[Select]:
    """Return the layers that cut a tensor of this shape into parts along an axis.

    >>> [part.chosen for part in split((4,), 0, (1, 3))]
    [(0,), (1, 2, 3)]
    """
    if sum(sizes) != shape[axis]:
        raise ShapeError(f"parts of sizes {sizes} do not fill axis {axis} of the shape {shape}")
    table = np.arange(size(shape)).reshape(shape)
    parts = np.split(table, list(accumulate(sizes))[:-1], axis=axis)
    return [Select(part.ravel().tolist(), part.shape) for part in parts]


def expand(shape: Shape, target: Shape) -> Select:
    """Return the layer that broadcasts a tensor of ``shape`` to the shape ``target``, as numpy does."""
    try:
        table = np.broadcast_to(np.arange(size(shape)).reshape(shape), target)
    except ValueError:
        raise ShapeError(f"a tensor of shape {shape} does not broadcast to {target}") from None
    return Select(table.ravel().tolist(), target)
