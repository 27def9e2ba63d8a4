"""The shapes under which the inputs of an ONNX graph are read.

If the first axis of the input has any length, or length 1, it is that of the batch, and the graph is read at batch
size 1. If it has a fixed length N > 1, the graph is read for one of N points where it treats them alike and apart from
each other, and otherwise, or if ``input_shape`` has this axis too, as a function of the whole tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.onnx.checks import float_types, shown
from tropical.networks.tensor import Shape


@frozen
class Reading:
    """One way to read a graph: the shapes of its inputs, and the points of its batch as for ``SourceGraph``.

    ``watched`` says which inputs begin with the axis of the batch.
    """

    shapes: tuple[Shape, ...]
    points: int | None
    watched: tuple[bool, ...]

    @property
    def rows(self) -> int:
        """The number of points that the graph takes at once."""
        return max(1, self.points or 0)


def readings(inputs: Sequence[Any], shape: Shape | None) -> list[Reading]:
    """Return the ways to read a graph with these inputs, the first that works being right.

    Args:
        inputs: the inputs, as ONNX describes them.
        shape: the shape of one input, with or without the axis of the batch, if it is given.

    Raises:
        ShapeError: if a length that is not that of the batch is neither in the file nor given.
        UnsupportedError: for inputs that are not floats, or a shape for several inputs.
    """
    if not inputs:
        raise UnsupportedError("the graph has no input")
    if shape is not None and len(inputs) > 1:
        names = ", ".join(shown(entry.name) for entry in inputs)
        raise UnsupportedError(f"input_shape is for one input; this graph has {names}, with their shapes in the file")
    known = [_lengths(entry) for entry in inputs]
    if shape is not None:
        return [_given(inputs[0].name, known[0], shape)]
    for entry, lengths in zip(inputs, known, strict=True):
        inner = lengths[1:] if len(lengths) > 1 else lengths
        if not inner or min(inner) < 1 or lengths[0] < 0:
            raise ShapeError(f"input {entry.name!r} has shape {lengths} (0 is unknown); give input_shape=(...)")
    whole = tuple((lengths[0] or 1, *lengths[1:]) for lengths in known)
    first = {lengths[0] for lengths in known}
    if 0 in first:
        return [Reading(whole, 0, tuple(lengths[0] == 0 for lengths in known))]
    found = [Reading(whole, None, (False,) * len(whole))]
    if len(first) == 1 and max(first) > 1 and all(len(lengths) > 1 for lengths in known):
        [points] = first
        found.insert(0, Reading(tuple((1, *lengths[1:]) for lengths in known), points, (True,) * len(whole)))
    return found


def _lengths(entry: Any) -> list[int]:
    if entry.type.tensor_type.elem_type not in float_types():
        raise UnsupportedError(f"input {entry.name!r} is not a tensor of floats; export the network in floating point")
    return [d.dim_value if d.HasField("dim_value") else 0 for d in entry.type.tensor_type.shape.dim]


def _given(name: str, lengths: list[int], shape: Shape) -> Reading:
    """The shape has all axes, or all but that of the batch."""
    if not lengths:
        return Reading(((1, *shape),), 0, (True,))
    if _fits(shape, lengths):
        return Reading((shape,), None, (False,))
    if len(lengths) > 1 and _fits(shape, lengths[1:]):
        points = None if lengths[0] == 1 else lengths[0]
        return Reading(((1, *shape),), points, (points is not None,))
    whole = ", or that with the first axis too" if len(lengths) > 1 else ""
    raise ShapeError(
        f"input {name!r} has shape {lengths[1:] or lengths} after the batch{whole}, input_shape says {shape}"
    )


def _fits(shape: Shape, lengths: Sequence[int]) -> bool:
    return len(shape) == len(lengths) and all(d in (0, n) for d, n in zip(lengths, shape, strict=True))
