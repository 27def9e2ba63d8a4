"""Numbers of affine maps and of linear pieces of a program, from keys of its cells and of their facets.

Different keys of maps prove that the maps differ; equal ones are confirmed by residues that determine the forms. Keys
of facets are equal on both sides of a facet, because the map is continuous. Every facet inside the domain is seen from
exactly two cells; so when all cells are known and every key occurs exactly twice, the two cells that have it are the
two sides of one facet. If keys say less, everything is done again with other primes.

Where facets are not known, or not all cells are, cells with one map are joined by the exact patterns beyond their
facets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytopes.enumeration.cell_store import MEMORY, CellStore
from polytopes.enumeration.cells import Cell
from polytopes.enumeration.gate_program import Pattern
from polytopes.enumeration.kernels.residues import unite
from polytopes.enumeration.key_tables import KeyTable
from polytopes.enumeration.keyed_cells import KeptCells, KeyedCells, Keyer
from polytopes.enumeration.recorded_cells import RecordedCells
from polytopes.enumeration.records import Numbering, Records, joined
from polytopes.enumeration.residue_tape import proving_tapes
from polytopes.errors import VerificationFailed

Array = np.ndarray[Any, Any]
BLOCK = 4096
"""Cells of which keys are found together."""
ALONE = 1024
"""A cell whose facets are found alone takes about as long as so many cells that are visited again with facets."""
ATTEMPTS = 8
"""How often keys that say too little are replaced; that happens once in billions of facets."""
CHUNK = 1 << 16
"""Cells of which it is confirmed together that they have one map."""
FEW = 1 << 22
"""So many cells are united by their numbers; among more those that are joined are numbered anew."""


class PieceCounter:
    """Takes the cells of a program in blocks, and counts affine maps and linear pieces among them.

    Args:
        numbering: the numbering of the records that are taken.
        faceted: whether these have facets.
        memory: when cells and keys take more bytes than this, they are kept in files; None: never.
        again: yields the records of all cells once more, with facets, if those that are taken have none. Where few
            cells share a map, they are not needed.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.compiled_walk import blocks
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> build = ProgramBuilder(1)
    >>> units = build.relu(build.linear([{1: 1, 0: 1}, {1: 1}, {1: 1, 0: -1}]))
    >>> program = build.finish(build.linear([dict(zip(units, (1, -2, 1)))]))
    >>> counter = PieceCounter(Numbering(program, root_node(program, None, None, False)[0], None), faceted=True)
    >>> for block in blocks(program, records=True):
    ...     counter.add(block.records)
    >>> counter.n_maps, counter.n_pieces(complete=True)
    (3, 4)
    """

    def __init__(
        self,
        numbering: Numbering,
        faceted: bool,
        memory: int | None = MEMORY,
        again: Callable[[], Iterator[Records]] | None = None,
    ) -> None:
        self.numbering = numbering
        self.faceted = faceted
        self._memory, self._again = memory, again
        self._store = CellStore(memory)
        self._keyer = Keyer(numbering)
        self._waiting: tuple[int, list[Records]] = 0, []
        self._made = RecordedCells(numbering)
        self._known: tuple[int, int] = 0, 0

    @property
    def n_cells(self) -> int:
        """The number of cells taken."""
        start, waiting = self._waiting
        stored = self._store.n_cells
        return start + sum(len(records.patterns) for records in waiting) if stored == start else stored

    def add(self, records: Records) -> None:
        """Take more cells."""
        waiting = self._waiting[1]
        waiting.append(records)
        if sum(len(part.patterns) for part in waiting) >= BLOCK:
            self._flush()

    def add_keyed(self, cells: KeyedCells) -> None:
        """Take more cells, with keys that another process found."""
        self._flush()
        self._repair()
        if cells.seed != self._keyer.seed:
            cells = self._keyer.keyed(cells.kept)
        self._store.add(cells)
        self._waiting = self._store.n_cells, []

    def add_kept(self, cells: KeptCells) -> None:
        """Take more cells whose keys are to be found."""
        self.add_keyed(self._keyer.keyed(cells))

    def _flush(self) -> None:
        """Find the keys of the cells that wait; what is interrupted is done again."""
        start, waiting = self._waiting
        if waiting and self._store.n_cells == start:
            self._repair()
            self._store.add(self._keyer.keyed(self._keyer.kept(joined(waiting))))
        self._waiting = self._store.n_cells, []

    def _repair(self) -> None:
        """Find all keys again if adding some was interrupted."""
        if self._store.is_torn:
            self._store.rekey(self._keyer.keyed)

    @property
    def n_maps(self) -> int:
        """The number of different affine maps on the cells taken."""
        self._flush()
        self._repair()
        while self._known[0] != self._store.n_cells:
            found = self._confirmed()
            if found is None:
                self._rekey()
            else:
                self._known = self._store.n_cells, found
        return self._known[1]

    def n_pieces(self, complete: bool) -> int:
        """Return the number of sets of cells joined by facets, with one map; ``complete`` if all cells were taken.

        Raises:
            VerificationFailed: if facets inside the domain do not come in pairs.
        """
        if complete and self._again is not None:
            n_shared = sum(len(cells) for _, cells, _ in self._shared()) if self.n_maps < self.n_cells else 0
            if n_shared * ALONE > self.n_cells:
                return self._with_facets(self._again()).n_pieces(complete=True)
        if not (complete and self.faceted):
            pairs = self._exact_pairs()
            return self.n_cells - _united(pairs, self.n_cells)
        while True:
            _ = self.n_maps  # keys of maps are confirmed
            joints = self._joints()
            if joints is not None:
                return self.n_cells - sum(_united(np.stack(pair, 1), self.n_cells) for _, *pair in joints.buckets())
            self._rekey()

    def _with_facets(self, found: Iterator[Records]) -> PieceCounter:
        """Return a counter of the same cells with facets.

        Raises:
            VerificationFailed: if they are others.
        """
        counter = PieceCounter(self.numbering, True, self._memory)
        for records in found:
            counter.add(records)
        if (counter.n_cells, counter.n_maps) != (self.n_cells, self.n_maps):
            raise VerificationFailed("cells that were visited twice are not the same")
        return counter

    def _joints(self) -> KeyTable | None:
        """Return the pairs of cells with one map at common facets, by their map; None if facets do not pair up."""
        found = KeyTable()
        if self._store.is_on_disk:
            found.write()
        for keys, maps, cells in self._store.facets.buckets():
            pairs = _paired(keys)
            if pairs is None:
                return None
            first, second = pairs.T
            same = maps[first] == maps[second]
            first, second = first[same], second[same]
            found.add(maps[first], cells[first].astype(np.int64), cells[second].astype(np.int64))
        return found

    def _rekey(self) -> None:
        """Replace all keys by others."""
        if self._keyer.seed + 1 == ATTEMPTS:
            raise VerificationFailed("the cells found do not meet in pairs at their facets")
        self._keyer, self._known = Keyer(self.numbering, self._keyer.seed + 1), (0, 0)
        self._store.rekey(self._keyer.keyed)

    def _groups(self) -> Iterator[tuple[Array, Array, Array]]:
        """Yield cells by the keys of their maps: keys, cells, and where a new key begins."""
        for keys, cells in self._store.maps.buckets():
            order = np.argsort(keys, kind="stable")
            keys = keys[order]
            begins = np.ones(len(keys), dtype=bool)
            begins[1:] = keys[1:] != keys[:-1]
            yield keys, cells[order], begins

    def _shared(self) -> Iterator[tuple[Array, Array, Array]]:
        """Yield what :meth:`_groups` yields, without cells whose map no other has."""
        for keys, cells, begins in self._groups():
            shared = ~begins | ~np.append(begins[1:], True)
            yield keys[shared], cells[shared], begins[shared]

    def _confirmed(self) -> int | None:
        """Return the number of maps; None if cells with one key have different maps."""
        for _, cells, begins in self._shared():
            if len(cells) and not self._have_one_map(cells, begins):
                return None
        return sum(int(begins.sum()) for _, _, begins in self._groups())

    def _have_one_map(self, cells: Array, begins: Array) -> bool:
        """Whether every cell where no group begins has the map of the one before, by residues that determine it."""
        for tape in proving_tapes(self.numbering.program, self.numbering.frame):
            for start in range(0, len(cells), CHUNK):
                chosen = slice(max(start - 1, 0), start + CHUNK)
                residues = tape.values(self._keyer.patterns(self._store.patterns(cells[chosen])))
                if not ((residues[1:] == residues[:-1]).all(axis=1) | begins[chosen][1:]).all():
                    return False
        return True

    def maps(self) -> Array:
        """Return for every cell the number of its affine map."""
        found = np.empty(self.n_cells, dtype=np.int64)
        first = self.n_maps - self._known[1]
        for _, cells, begins in self._groups():
            found[cells] = first + np.cumsum(begins) - 1
            first += int(begins.sum())
        return found

    def walls(self) -> tuple[Array, Array]:
        """Return for every facet inside the domain, of all cells, its two places among them all, and its two cells.

        All cells are to be taken, with facets, and kept in memory; the places are in the order of the records.

        Raises:
            VerificationFailed: if facets inside the domain do not come in pairs.
        """
        self._flush()
        self._repair()
        assert not self._store.is_on_disk, "places are known of cells in memory"
        while True:
            for keys, _, cells in self._store.facets.buckets():
                pairs = _paired(keys)
                if pairs is None:
                    break
                return pairs, cells[pairs].astype(np.int64)
            else:
                return np.zeros((0, 2), dtype=np.int64), np.zeros((0, 2), dtype=np.int64)
            self._rekey()

    def _exact_pairs(self) -> Array:
        """Return pairs of cells with one map at all facets between such cells."""
        _ = self.n_maps
        groups = [(cells.astype(np.int64), keys) for keys, cells, _ in self._shared()]
        if not groups:
            return np.zeros((0, 2), dtype=np.int64)
        shared, keys = (np.concatenate(columns) for columns in zip(*groups, strict=True))
        order = np.argsort(shared)
        shared, keys = shared[order], keys[order].tolist()
        places: dict[Pattern, int] = {}
        cells = []
        for part, start, chosen in self._chosen(shared):
            for cell, place in zip(self._cells(part, chosen), (chosen + start).tolist(), strict=True):
                places[cell.pattern] = place
                cells.append(cell)
        maps = dict(zip(shared.tolist(), keys, strict=True))
        pairs = [
            (places[cell.pattern], places[beyond])
            for cell in cells
            for _, beyond in cell.neighbor_patterns()
            if beyond in places and maps[places[beyond]] == maps[places[cell.pattern]]
        ]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def _chosen(self, cells: Array) -> Iterator[tuple[KeptCells, int, Array]]:
        """Yield every part, the cell where it begins, and the places in it of those that are among these, sorted."""
        start = 0
        for part in self._store.parts():
            end = start + len(part)
            yield part, start, cells[np.searchsorted(cells, start) : np.searchsorted(cells, end)] - start
            start = end

    def _cells(self, part: KeptCells, chosen: Array) -> Iterator[Cell]:
        ends = np.cumsum(part.n_facets)
        for i, winners in zip(chosen.tolist(), self._keyer.patterns(part.patterns[chosen]).tolist(), strict=True):
            facets = part.facets[int(ends[i]) - int(part.n_facets[i]) : int(ends[i])]
            yield self._made.cell(tuple(winners), facets.tolist())


def _paired(keys: Array) -> Array | None:
    """Return the places of equal keys, two in a row; None if they do not come in pairs."""
    order = np.argsort(keys)
    keys = keys[order]
    if len(keys) % 2 == 0 and (keys[::2] == keys[1::2]).all() and (keys[1:-1:2] != keys[2::2]).all():
        return order.reshape(-1, 2)
    return None


def _united(pairs: Array, n_cells: int) -> int:
    """Return how many sets of cells vanish when the two members of every pair are united."""
    if n_cells <= FEW:
        return unite(pairs, np.arange(n_cells))
    numbers, anew = np.unique(pairs, return_inverse=True)
    return unite(anew.reshape(-1, 2).astype(np.int64), np.arange(len(numbers)))
