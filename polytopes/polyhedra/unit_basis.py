"""Bases that are unit vectors but for their first row, without the many zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from attrs import frozen

from polytopes.arithmetic.rationals import Row


@frozen(eq=False)
class UnitBasis(Sequence[Row]):
    """A row, then unit vectors, which are written down when they are asked for.

    ``places`` are where the unit vectors have their 1; the first row is 0 there.

    >>> tuple(UnitBasis((2, 1, 0), (2,)))
    ((2, 1, 0), (0, 0, 1))
    """

    first: Row
    places: tuple[int, ...]

    def __len__(self) -> int:
        return 1 + len(self.places)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self[k] for k in range(len(self))[index])
        k = range(len(self))[index]
        if k == 0:
            return self.first
        place = self.places[k - 1]
        return (*(0,) * place, 1, *(0,) * (len(self.first) - place - 1))

    def columns(self) -> list[dict[int, int]]:
        """Return the columns by their entries that are not 0.

        >>> UnitBasis((2, 1, 0), (2,)).columns()
        [{0: 2}, {0: 1}, {1: 1}]
        """
        found = [{0: entry} if entry else {} for entry in self.first]
        for k, place in enumerate(self.places):
            found[place][k + 1] = 1
        return found
