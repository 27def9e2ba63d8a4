"""What a layer is: an output shape, a value on batches, and either linear rows or gates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import index
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import InputError, ShapeError
from tropical.networks.tensor import Array, Shape, size

Shapes: TypeAlias = Sequence[Shape]
Slots: TypeAlias = Sequence[Sequence[int]]
Rows: TypeAlias = list[dict[int, Fraction]]
"""Sparse affine forms: key 0 is the constant, key 1 + j the j-th entry of the flattened (joined) inputs."""


@frozen(eq=False)
class IntegerRows:
    """Rows of integers over one denominator, with the keys of :data:`Rows` and no zeros."""

    rows: list[dict[int, int]]
    denominator: int

    def fractions(self) -> Rows:
        """Return the rows as fractions."""
        return [{key: Fraction(entry, self.denominator) for key, entry in row.items()} for row in self.rows]


class Layer(ABC):
    """A continuous piecewise linear map of one or more tensors.

    Shapes are without the batch axis. ``forward`` is the same code for float64 and for Fractions.
    """

    n_inputs: int | None = 1
    """How many tensors the layer takes; None for one or more."""

    @property
    def kind(self) -> str:
        """The name of the layer's type."""
        return type(self).__name__

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the shape of the value, or raise ShapeError if the layer does not take these inputs."""
        return shapes[0]

    @abstractmethod
    def forward(self, *arrays: Array) -> Array:
        """Return the values on a batch; every array has the batch as axis 0.

        A layer that takes no tensor is given the input of the network, for the size of the batch and the arithmetic.
        """

    def gate_ranks(self, *shapes: Shape) -> tuple[int, ...]:
        """Return the rank of every gate of the layer."""
        return ()


class LinearLayer(Layer):
    """An affine map."""

    @abstractmethod
    def rows(self, *shapes: Shape) -> Rows:
        """Return the map as sparse rows, one for each entry of the value."""

    def integer_rows(self, *shapes: Shape) -> IntegerRows | None:
        """Return the same rows in integers, in the order of :meth:`rows`; None where fractions take no longer."""
        return None


class GateLayer(Layer):
    """A layer of argmax gates."""

    @abstractmethod
    def emit(self, build: ProgramBuilder, shapes: Shapes, slots: Slots) -> list[int]:
        """Append the gates that read ``slots`` (one sequence per input) and return the slots of the value."""


def integer(value: Any) -> int:
    """Return an integer of any type (numpy's too) as a Python int; floats, strings and booleans are refused."""
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise InputError(f"expected an integer, got {value!r}")
    return index(value)


def ints(values: Iterable[int]) -> tuple[int, ...]:
    """Return integers of any type as a tuple of Python ints."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise InputError(f"expected integers, got {values!r}")
    return tuple(integer(value) for value in values)


def flag(value: bool) -> bool:
    """Return a boolean of any type (numpy's too, or 0 and 1) as Python's; strings are refused."""
    if isinstance(value, str) or value not in (False, True):
        raise InputError(f"expected True or False, got {value!r}")
    return bool(value)


def same_shape(kind: str, shapes: Shapes) -> Shape:
    """Return the common shape of all inputs."""
    if len(set(shapes)) != 1:
        raise ShapeError(f"{kind} needs inputs of one shape, got {', '.join(map(str, shapes))}")
    return shapes[0]


def broadcasts_to(part: Shape, shape: Shape) -> bool:
    """Return whether numpy broadcasts a tensor of shape ``part`` to exactly ``shape``."""
    padded = (1,) * (len(shape) - len(part)) + part
    return len(padded) == len(shape) and all(a in (1, b) for a, b in zip(padded, shape, strict=True))


def offsets(shapes: Shapes) -> list[int]:
    """Return where each input begins among the joined entries."""
    starts = [0]
    for shape in shapes:
        starts.append(starts[-1] + size(shape))
    return starts
