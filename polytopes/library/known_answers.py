"""Named examples: an object with known answers and their source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import comb
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from polytopes.errors import InputError

T = TypeVar("T")


@frozen(repr=False)
class Example(Generic[T]):
    """A named object with known answers.

    The keys of ``facts`` are attributes of the object, or of the example; the values come from closed formulas or the
    literature, never from this package, so that recomputing them tests it.
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
            found = getattr(self if hasattr(type(self), name) else self.object, name)
            yield name, known, found() if callable(found) else found


def check_size(n: int, least: int = 1) -> None:
    """Refuse a size below the least one of a family.

    Raises:
        InputError: if ``n < least``.
    """
    if n < least:
        raise InputError(f"size {n} given, at least {least} needed")


def surjections(n: int, k: int) -> int:
    """Return the number of maps from n elements onto k, that is of ordered partitions into k blocks.

    >>> surjections(4, 2)
    14
    """
    return sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1))
