"""Cells with their keys: in memory while they are few, then in files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.enumeration.key_tables import KeyTable, RowsOnDisk
from polytopes.enumeration.keyed_cells import KeptCells, KeyedCells

Array = np.ndarray[Any, Any]
MEMORY = 1 << 26
"""Bytes of cells and keys that are kept in memory; to sort them takes about as much again."""


@frozen
class _Place:
    """Where the arrays of some cells are in the files."""

    count: int
    n_facets: int
    facets: int
    n_of_facets: int
    kind: np.dtype[Any]


class CellStore:
    """Cells in the order in which they were added, and tables of their keys.

    ``maps`` has the rows (key of a map, cell), ``facets`` the rows (key of a facet, key of the map, cell). With
    ``memory`` None everything stays in memory.
    """

    def __init__(self, memory: int | None) -> None:
        self.memory = memory
        self.is_torn = False
        self.maps, self.facets = KeyTable(), KeyTable()
        self._parts: list[KeptCells] = []
        self._places: list[_Place] | None = None
        self._patterns, self._facets = RowsOnDisk(), RowsOnDisk()
        self._row: tuple[np.dtype[Any], int] = (np.dtype(np.uint8), 0)

    @property
    def is_on_disk(self) -> bool:
        """Whether cells are kept in files."""
        return self._places is not None

    def add(self, cells: KeyedCells) -> None:
        """Take more cells; what is interrupted leaves those taken before, with keys that are to be found again."""
        self.is_torn = True
        self._add_keys(cells, self.n_cells)
        kept = cells.kept
        self._row = kept.patterns.dtype, kept.patterns.shape[1]
        if self._places is not None:
            self._places.append(self._written(kept, self.n_cells))
        else:
            self._parts.append(kept)
            in_memory = self._bytes + self.maps.waiting_bytes + self.facets.waiting_bytes
            if self.memory is not None and in_memory > self.memory:
                self._move_to_disk()
        self.is_torn = False

    @property
    def n_cells(self) -> int:
        """The number of cells taken."""
        return sum(part.count for part in self._places) if self._places is not None else sum(map(len, self._parts))

    def _add_keys(self, cells: KeyedCells, first: int) -> None:
        self.maps.add(cells.maps, np.arange(first, first + len(cells), dtype=np.uint32))
        self.facets.add(cells.facets, cells.maps[cells.owners], cells.owners.astype(np.uint32) + np.uint32(first))

    @property
    def _bytes(self) -> int:
        return sum(part.patterns.nbytes + part.n_facets.nbytes + part.facets.nbytes for part in self._parts)

    def _move_to_disk(self) -> None:
        self.maps.write()
        self.facets.write()
        places, start = [], 0
        for part in self._parts:
            places.append(self._written(part, start))
            start += len(part)
        self._places = places
        self._parts = []

    def _written(self, cells: KeptCells, start: int) -> _Place:
        self._patterns.size = start * cells.patterns.dtype.itemsize * cells.patterns.shape[1]
        self._patterns.append(cells.patterns.tobytes())
        begin, facets = (self._facets.append(part.tobytes()) for part in (cells.n_facets, cells.facets))
        return _Place(len(cells), begin, facets, len(cells.facets), cells.facets.dtype)

    def parts(self) -> Iterator[KeptCells]:
        """Yield the cells in their order."""
        if self._places is None:
            yield from self._parts
            return
        kind, width = self._row
        rows = self._patterns.mapped(kind.itemsize * width).view(kind) if width else np.zeros((self.n_cells, 0), kind)
        start = 0
        for place in self._places:
            n_facets = self._facets.read(place.n_facets, place.count, np.dtype(np.uint32))
            facets = self._facets.read(place.facets, place.n_of_facets, place.kind)
            yield KeptCells(np.array(rows[start : start + place.count]), n_facets, facets)
            start += place.count

    def patterns(self, cells: Array) -> Array:
        """Return the kept patterns of some cells."""
        kind, width = self._row
        if self._places is not None:
            if not width:
                return np.zeros((len(cells), 0), dtype=kind)
            return np.array(self._patterns.mapped(kind.itemsize * width)[cells]).view(kind)
        if len(self._parts) > 1:
            self._parts = [
                KeptCells(
                    np.concatenate([part.patterns for part in self._parts]),
                    np.concatenate([part.n_facets for part in self._parts]),
                    np.concatenate([part.facets for part in self._parts]),
                )
            ]
        found: Array = self._parts[0].patterns[cells]
        return found

    def rekey(self, keyed: Callable[[KeptCells], KeyedCells]) -> None:
        """Replace all keys by those that a function finds."""
        self.is_torn = True
        self.maps, self.facets = KeyTable(), KeyTable()
        if self.is_on_disk:
            self.maps.write()
            self.facets.write()
        first = 0
        for part in self.parts():
            self._add_keys(keyed(part), first)
            first += len(part)
        self.is_torn = False
