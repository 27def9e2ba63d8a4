"""Layers of argmax gates that act entry by entry, and maxout."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import field, frozen

from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import ShapeError
from tropical.networks.layers.base import GateLayer, Shapes, Slots, broadcasts_to, integer, same_shape
from tropical.networks.tensor import Array, Shape, Tensor, as_tensor, size

_positive_part = np.frompyfunc(lambda x: x if x.numerator > 0 else 0, 1, 1)
"""The comparison of fractions with 0 takes several times as long."""


@frozen
class ReLU(GateLayer):
    """``max(0, x)``, entry by entry."""

    def forward(self, *arrays: Array) -> Array:
        if arrays[0].dtype == object:
            return np.asarray(_positive_part(arrays[0]), dtype=object)
        return np.asarray(np.maximum(arrays[0], 0))

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        return (2,) * size(shapes[0])

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        return build.relu(slots[0])


@frozen
class LeakyReLU(GateLayer):
    """``x`` where x > 0, ``slope x`` elsewhere, entry by entry.

    Slopes may differ (PReLU): they are broadcast to the shape of x. Entries of slope 1 have no gate.
    """

    slope: Tensor = field(converter=as_tensor)

    def output_shape(self, *shapes: Shape) -> Shape:
        if not broadcasts_to(self.slope.shape, shapes[0]):
            raise ShapeError(f"slopes of shape {self.slope.shape} do not broadcast to the shape {shapes[0]}")
        return shapes[0]

    def _slopes(self, shape: Shape) -> list[Fraction]:
        slopes: list[Fraction] = np.broadcast_to(self.slope.fractions, shape).ravel().tolist()
        return slopes

    def forward(self, *arrays: Array) -> Array:
        return np.where(arrays[0] > 0, arrays[0], arrays[0] * self.slope.like(arrays[0]))

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        return (2,) * sum(slope != 1 for slope in self._slopes(shapes[0]))

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        slopes = self._slopes(shapes[0])
        if len(set(slopes)) == 1:
            return build.relu(slots[0], slopes[0])
        bent = [(slot, slope) for slot, slope in zip(slots[0], slopes, strict=True) if slope != 1]
        pairs = build.linear([{slot: factor} for slot, slope in bent for factor in (slope, Fraction(1))])
        outputs = list(zip(pairs[::2], pairs[1::2], strict=True))
        gates = iter(build.gates([(build.zero, z) for _, z in outputs], outputs))
        return [slot if slope == 1 else next(gates) for slot, slope in zip(slots[0], slopes, strict=True)]


@frozen
class Abs(GateLayer):
    """``|x|``, entry by entry."""

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(np.abs(arrays[0]))

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        return (2,) * size(shapes[0])

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        return build.absolute(slots[0])


@frozen
class Maxout(GateLayer):
    """Maximum over groups of ``rank`` consecutive entries of the first axis: k rank values give k units.

    Unit j is the maximum of the entries j rank, ..., j rank + rank - 1.
    """

    rank: int = field(converter=integer)

    def __attrs_post_init__(self) -> None:
        if self.rank < 1:
            raise ShapeError(f"maxout of rank {self.rank}: give a positive integer")

    def output_shape(self, *shapes: Shape) -> Shape:
        shape = shapes[0]
        if not shape or shape[0] % self.rank:
            raise ShapeError(f"maxout of rank {self.rank} needs a first axis it divides, got shape {shape}")
        return (shape[0] // self.rank, *shape[1:])

    def forward(self, *arrays: Array) -> Array:
        shape = arrays[0].shape
        grouped = arrays[0].reshape(shape[0], shape[1] // self.rank, self.rank, *shape[2:])
        return np.asarray(np.maximum.reduce(grouped, axis=2))

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        return (self.rank,) * size(self.output_shape(*shapes)) if self.rank > 1 else ()

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        shape = shapes[0]
        table = np.array(slots[0]).reshape(shape[0] // self.rank, self.rank, -1)
        return build.gates(np.moveaxis(table, 1, 2).reshape(-1, self.rank).tolist())


class _Extremum(GateLayer):
    """Maximum or minimum of several tensors of one shape, entry by entry."""

    n_inputs = None

    def output_shape(self, *shapes: Shape) -> Shape:
        return same_shape(self.kind, shapes)

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        return (len(shapes),) * size(shapes[0]) if len(shapes) > 1 else ()


@frozen
class Max(_Extremum):
    """Maximum of several tensors of one shape, entry by entry."""

    def forward(self, *arrays: Array) -> Array:
        return _reduce(np.maximum, arrays)

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        return build.gates(list(zip(*slots, strict=True)))


@frozen
class Min(_Extremum):
    """Minimum of several tensors of one shape, entry by entry."""

    def forward(self, *arrays: Array) -> Array:
        return _reduce(np.minimum, arrays)

    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        """The winner is where the negated entry is largest."""
        values = [slot for group in zip(*slots, strict=True) for slot in group]
        negated = build.linear([{slot: Fraction(-1)} for slot in values])
        k = len(slots)
        groups = range(0, len(values), k)
        return build.gates([negated[i : i + k] for i in groups], [values[i : i + k] for i in groups])


def _reduce(ufunc: Any, arrays: Sequence[Array]) -> Array:
    value = arrays[0]
    for array in arrays[1:]:
        value = ufunc(value, array)
    return value
