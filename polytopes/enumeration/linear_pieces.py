"""Numbers of affine maps and of linear pieces of a program, from keys of its cells and of their facets.

Different keys of maps prove that the maps differ; equal ones are confirmed by residues that determine the forms. Keys
of facets are equal on both sides of a facet, because the map is continuous. Every facet inside the domain is seen from
exactly two cells; so when all cells are known and every key occurs exactly twice, the two cells that have it are the
two sides of one facet. If keys say less, everything is done again with other primes.

Where facets are not known, or not all cells are, cells with one map are joined by the exact patterns beyond their
facets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from attrs import evolve, frozen

from polytopes.enumeration.cells import Cell
from polytopes.enumeration.kernels.residues import unite
from polytopes.enumeration.recorded_cells import RecordedCells
from polytopes.enumeration.records import Numbering, Records, joined
from polytopes.enumeration.residue_tape import key_tape, proving_tapes
from polytopes.errors import VerificationFailed

Array = np.ndarray[Any, Any]
BLOCK = 4096
"""Cells of which keys are found together."""
ATTEMPTS = 8
"""How often keys that say too little are replaced; that happens once in billions of facets."""


@frozen(eq=False)
class _Keys:
    """Keys of the maps of cells, and of their facets inside the domain with the cell of each."""

    maps: Array
    facets: Array
    owners: Array


@frozen(eq=False)
class _Part:
    """What is kept of the records of some cells, and their keys."""

    patterns: Array
    n_facets: Array
    facets: Array
    keys: _Keys


@frozen(eq=False)
class _Groups:
    """For every cell the number of its map, and the first cell with each map."""

    of_cells: Array
    firsts: Array

    @property
    def shared(self) -> Array:
        """The cells that have their map in common with others."""
        return np.flatnonzero(np.bincount(self.of_cells, minlength=len(self.firsts))[self.of_cells] > 1)


class PieceCounter:
    """Takes the cells of a program in blocks, and counts affine maps and linear pieces among them.

    Args:
        numbering: the numbering of the records that are taken.
        faceted: whether these have facets.

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

    def __init__(self, numbering: Numbering, faceted: bool) -> None:
        self.numbering = numbering
        self.faceted = faceted
        self.n_cells = 0
        ranks = numbering.program.gate_ranks
        self._inequalities = numbering.gates_and_losers
        self._parts: list[_Part] = []
        self._waiting: list[Records] = []
        self._made = RecordedCells(numbering)
        self._seed = 0
        self._known: _Groups | None = None
        self._tape = key_tape(numbering.program, numbering.frame, 0)
        self._is_binary = max(ranks, default=2) == 2

    def add(self, records: Records) -> None:
        """Take more cells."""
        self._waiting.append(records)
        self.n_cells += len(records.patterns)
        if sum(len(part.patterns) for part in self._waiting) >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        """Find the keys of the cells that wait; what is interrupted is done again."""
        if not self._waiting:
            return
        records = joined(self._waiting)
        n_facets = records.n_facets.astype(np.uint32)
        facets = records.facets.astype(np.uint16 if len(self._inequalities) < 2**16 else np.uint32)
        patterns = np.packbits(records.patterns, axis=1) if self._is_binary else records.patterns
        keys = self._keys(records.patterns, n_facets, facets)
        self._parts, self._waiting = [*self._parts, _Part(patterns, n_facets, facets, keys)], []

    @property
    def n_maps(self) -> int:
        """The number of different affine maps on the cells taken."""
        return len(self._groups().firsts)

    def n_pieces(self, complete: bool) -> int:
        """Return the number of sets of cells joined by facets, with one map; ``complete`` if all cells were taken.

        Raises:
            VerificationFailed: if facets inside the domain do not come in pairs.
        """
        if complete and self.faceted:
            pairs = self._matched()
            groups = self._groups()
        else:
            groups = self._groups()
            pairs = self._exact_pairs(groups)
        same = groups.of_cells[pairs[:, 0]] == groups.of_cells[pairs[:, 1]]
        return self.n_cells - unite(pairs[same], np.arange(self.n_cells))

    def _keys(self, patterns: Array, n_facets: Array, facets: Array) -> _Keys:
        tape, factors = self._tape
        return _Keys(*tape.keys(patterns, factors, n_facets, facets, self._inequalities))

    def _rekey(self) -> None:
        """Replace all keys by others."""
        self._seed += 1
        if self._seed == ATTEMPTS:
            raise VerificationFailed("the cells found do not meet in pairs at their facets")
        self._tape = key_tape(self.numbering.program, self.numbering.frame, self._seed)
        self._parts = [
            evolve(part, keys=self._keys(self._unpacked(part.patterns), part.n_facets, part.facets))
            for part in self._parts
        ]

    def _unpacked(self, patterns: Array) -> Array:
        return np.unpackbits(patterns, axis=1, count=self.numbering.program.n_gates) if self._is_binary else patterns

    def _groups(self) -> _Groups:
        """Return the cells by their maps, confirmed."""
        self._flush()
        known = self._known
        while known is None or len(known.of_cells) != self.n_cells:
            groups = _grouped(_joined([part.keys.maps for part in self._parts], np.uint64))
            if self._is_confirmed(groups):
                self._known = known = groups
            else:
                self._rekey()
        return known

    def _is_confirmed(self, groups: _Groups) -> bool:
        """Whether all cells of a group have one map, by residues that determine it."""
        shared = groups.shared
        if not len(shared):
            return True
        patterns = np.concatenate([self._unpacked(part.patterns[chosen]) for part, chosen in self._chosen(shared)])
        representatives = np.searchsorted(shared, groups.firsts[groups.of_cells[shared]])
        for tape in proving_tapes(self.numbering.program, self.numbering.frame):
            residues = tape.values(patterns)
            if not np.array_equal(residues, residues[representatives]):
                return False
        return True

    def _chosen(self, cells: Array) -> Iterator[tuple[_Part, Array]]:
        """Yield every part with the places of those cells in it that are among these, which are sorted."""
        start = 0
        for part in self._parts:
            end = start + len(part.patterns)
            yield part, cells[np.searchsorted(cells, start) : np.searchsorted(cells, end)] - start
            start = end

    def maps(self) -> Array:
        """Return for every cell the number of its affine map."""
        return self._groups().of_cells

    def walls(self) -> tuple[Array, Array]:
        """Return for every facet inside the domain, of all cells, its two places among them all, and its two cells.

        All cells are to be taken, with facets; the places are in the order of the records.

        Raises:
            VerificationFailed: if facets inside the domain do not come in pairs.
        """
        self._flush()
        while True:
            starts = accumulate((len(part.patterns) for part in self._parts), initial=0)
            owners = [part.keys.owners + start for part, start in zip(self._parts, starts, strict=False)]
            keys = _joined([part.keys.facets for part in self._parts], np.uint64)
            order = np.argsort(keys)
            keys = keys[order]
            if len(keys) % 2 == 0 and (keys[::2] == keys[1::2]).all() and (keys[1:-1:2] != keys[2::2]).all():
                return order.reshape(-1, 2), _joined(owners, np.int64)[order].reshape(-1, 2)
            self._rekey()

    def _matched(self) -> Array:
        """Return the two cells at every facet inside the domain."""
        return self.walls()[1]

    def _exact_pairs(self, groups: _Groups) -> Array:
        """Return pairs of cells with one map at all facets between such cells."""
        shared = groups.shared
        cells = [cell for part, chosen in self._chosen(shared) for cell in self._cells(part, chosen)]
        places = {cell.pattern: place for cell, place in zip(cells, shared.tolist(), strict=True)}
        pairs = [
            (places[cell.pattern], places[beyond])
            for cell in cells
            for _, beyond in cell.neighbor_patterns()
            if beyond in places
        ]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def _cells(self, part: _Part, chosen: Array) -> Iterator[Cell]:
        ends = np.cumsum(part.n_facets)
        for i, winners in zip(chosen.tolist(), self._unpacked(part.patterns[chosen]).tolist(), strict=True):
            facets = part.facets[int(ends[i]) - int(part.n_facets[i]) : int(ends[i])]
            yield self._made.cell(tuple(winners), facets.tolist())


def _grouped(maps: Array) -> _Groups:
    order = np.argsort(maps, kind="stable")
    begins = np.ones(len(maps), dtype=bool)
    begins[1:] = maps[order[1:]] != maps[order[:-1]]
    of_cells = np.empty(len(maps), dtype=np.int64)
    of_cells[order] = np.cumsum(begins) - 1
    return _Groups(of_cells, order[begins])


def _joined(arrays: Sequence[Array], kind: type[np.generic]) -> Array:
    return np.concatenate([np.zeros(0, dtype=kind), *arrays])
