"""Calls of ONNX operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from tropical.networks.readers.graph import SourceGraph, Value


@frozen
class Call:
    """A node without the values of its inputs: its attributes, which inputs are given, the batch size of the file."""

    attributes: dict[str, Any]
    given: list[bool]
    batch: int

    def get(self, name: str, default: Any) -> Any:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def optional(self, values: Sequence[Value], place: int) -> Value | None:
        """Return the input at this place, None if it is left out (then the later ones move up)."""
        if place >= len(self.given) or not self.given[place]:
            return None
        return values[sum(self.given[:place])]


Operator: TypeAlias = Callable[[Call, SourceGraph, Sequence[Value]], Value]
"""Returns the value of a call on its given inputs, which it adds to a graph."""
