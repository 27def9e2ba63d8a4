"""Where the axis of a batch goes, in graphs that are read at batch size 1 but were written for several points.

A graph for N points may be read at batch size 1 if it treats every point alike and apart from the others. So the axis
of the batch is followed through the operations, and one that mixes points is refused. The axis may be merged with
others: then its part is the outermost, and the length of the axis is N m in the source and m at batch size 1.
"""

from __future__ import annotations

from math import prod

import numpy as np

from polytopes.errors import UnsupportedError
from tropical.networks.tensor import Shape, Tensor


class MixedBatch(UnsupportedError):
    """An operation mixes the points of a batch, or treats them differently."""


def shape_of_all(shape: Shape, axis: int, points: int) -> Shape:
    """Return the shape that a tensor has for all points, from that at batch size 1."""
    return (*shape[:axis], points * shape[axis], *shape[axis + 1 :])


def reshaped(shape: Shape, axis: int, target: Shape, points: int) -> tuple[Shape, int]:
    """Return the shape at batch size 1, and the axis of the batch, of a tensor that is given the shape ``target``.

    Entries keep their order, so that as many blocks as before stand in front of the batch.

    Args:
        shape: the shape before, at batch size 1.
        axis: the axis of the batch there.
        target: the new shape, for all points.
        points: how many there are.

    Raises:
        MixedBatch: if no axis of the new shape has the batch as its outermost part.

    >>> reshaped((1, 2, 3), 0, (10, 3), 5), reshaped((1, 2, 3), 0, (5, 6), 5)
    (((2, 3), 0), ((1, 6), 0))
    """
    blocks = prod(shape[:axis])
    for place, length in enumerate(target):
        if prod(target[:place]) == blocks and length > 1 and length % points == 0:
            return (*target[:place], length // points, *target[place + 1 :]), place
    raise MixedBatch(f"the shape {target} mixes the {points} points of the batch")


def of_one_point(tensor: Tensor, axis: int, points: int, inner: int) -> Tensor:
    """Return the part for one point of a constant that meets the axis of the batch.

    Args:
        tensor: the constant.
        axis: its axis that meets that of the batch; if its length is 1, the constant is returned.
        points: how many points there are; 0 if it is not known.
        inner: the length of the axis of the batch at batch size 1.

    Raises:
        MixedBatch: if it is not the same for all points.
    """
    shape = tensor.shape
    if shape[axis] == 1 or not points:
        return tensor
    if shape[axis] == points * inner:
        parts = np.moveaxis(tensor.integers.reshape(*shape[:axis], points, inner, *shape[axis + 1 :]), axis, 0)
        if (parts == parts[:1]).all():
            return Tensor.over(parts[0], tensor.denominator)
    raise MixedBatch("a constant is not the same for all points of the batch")
