"""Calls of ONNX operators, and what many operators ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from polytopes.errors import NumberError, ShapeError
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, needs_constant


@frozen
class Call:
    """A node without the values of its inputs.

    Attributes:
        attributes: its attributes; tensors are exact.
        given: which inputs are given.
        named: which outputs have a name.
        version: the operator set.
        types: the element types of the given inputs.
    """

    attributes: dict[str, Any]
    given: list[bool]
    named: list[bool]
    version: int
    types: list[int]

    def get(self, name: str, default: Any) -> Any:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def optional(self, values: Sequence[Value], place: int) -> Value | None:
        """Return the input at this place, None if it is left out (then the later ones move up)."""
        if place >= len(self.given) or not self.given[place]:
            return None
        return values[sum(self.given[:place])]

    def numbers(self, values: Sequence[Value], place: int, name: str) -> list[int] | None:
        """Return a list of integers that is an input, or in old operator sets an attribute; None if it is neither."""
        given = self.optional(values, place)
        if given is not None:
            return integers(given, f"the input {name}")
        found = self.attributes.get(name)
        return None if found is None else list(found)


Operator: TypeAlias = Callable[[Call, SourceGraph, Sequence[Value]], Value | Sequence[Value | None]]
"""Returns the value of a call on its given inputs, which it adds to a graph, or the values of several outputs, None for
one that is not read."""


def integers(value: Value, role: str) -> list[int]:
    """Return the integers in a constant list."""
    tensor = needs_constant(value, role)
    if tensor.denominator != 1 or len(tensor.shape) > 1:
        raise NumberError(f"{role} should be a list of integers")
    return list(tensor.numerators)


def checked_axes(axes: Sequence[int], total: int) -> list[int]:
    """Return axes, counted from the front, none of them twice."""
    if not all(-total <= axis < total for axis in axes):
        raise ShapeError(f"axes {list(axes)} of a tensor with {total} axes")
    if len({axis % total for axis in axes}) != len(axes):
        raise ShapeError(f"axes {list(axes)} name an axis twice")
    return [axis % total for axis in axes]
