"""Named examples: an object together with what is known about it and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from attrs import field, frozen

T = TypeVar("T")


@frozen(repr=False)
class Example(Generic[T]):
    """A named object with known answers.

    The keys of ``facts`` are attributes of the object; the values come from closed formulas or the literature, never
    from this package, so that recomputing them is a test of it.
    """

    name: str
    object: T
    facts: Mapping[str, Any] = field(factory=dict, hash=False)
    source: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    def recomputed(self) -> Iterator[tuple[str, Any, Any]]:
        """Yield (fact, known value, value computed now); the two values must be equal."""
        for name, known in self.facts.items():
            yield name, known, getattr(self.object, name)
