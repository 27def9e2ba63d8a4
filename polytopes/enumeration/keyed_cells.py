"""Cells with keys of their maps and facets: what is kept of a cell to count linear pieces, and sent between processes.

Different keys of maps prove that the maps differ. Keys of facets are equal on both sides of a facet, because the map is
continuous (:mod:`polytopes.enumeration.residue_tape`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.enumeration.residue_tape import key_tape

if TYPE_CHECKING:
    from polytopes.enumeration.records import Numbering, Records

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class KeptCells:
    """What is kept of the records of n cells: patterns, as bits if all gates have two forms, and numbers of facets."""

    patterns: Array
    n_facets: Array
    facets: Array

    def __len__(self) -> int:
        return len(self.patterns)

    def first(self, count: int) -> KeptCells:
        """Return the first cells."""
        n_facets = self.n_facets[:count]
        return KeptCells(self.patterns[:count], n_facets, self.facets[: n_facets.sum()])


@frozen(eq=False)
class KeyedCells:
    """Some cells with the keys of their maps, and of their facets inside the domain with the place of the cell of each.

    The keys depend on the ``seed`` of the primes.
    """

    kept: KeptCells
    maps: Array
    facets: Array
    owners: Array
    seed: int

    def __len__(self) -> int:
        return len(self.kept)


class Keyer:
    """Finds keys of cells.

    Args:
        numbering: the numbering of the records of the cells.
        seed: keys with another seed are found with other primes.
    """

    def __init__(self, numbering: Numbering, seed: int = 0) -> None:
        self.seed = seed
        self.numbering = numbering
        self._is_binary = max(numbering.program.gate_ranks, default=2) == 2
        self._inequalities = numbering.gates_and_losers

    @cached_property
    def _tape(self) -> Any:
        return key_tape(self.numbering.program, self.numbering.frame, self.seed)

    @cached_property
    def _tape_of_maps(self) -> Any:
        return key_tape(self.numbering.program, self.numbering.frame, self.seed, faceted=False)

    def kept(self, records: Records) -> KeptCells:
        """Return what is kept of records."""
        facets = records.facets.astype(np.uint16 if len(self._inequalities) < 2**16 else np.uint32)
        patterns = np.packbits(records.patterns, axis=1) if self._is_binary else records.patterns
        return KeptCells(patterns, records.n_facets.astype(np.uint32), facets)

    def keyed(self, cells: KeptCells) -> KeyedCells:
        """Return cells with their keys."""
        tape, factors = self._tape if len(cells.facets) else self._tape_of_maps
        patterns = self.patterns(cells.patterns)
        maps, facets, owners = tape.keys(patterns, factors, cells.n_facets, cells.facets, self._inequalities)
        return KeyedCells(cells, maps, facets, owners, self.seed)

    def patterns(self, kept: Array) -> Array:
        """Return patterns as they are in records."""
        if not self._is_binary:
            return kept
        return np.unpackbits(kept, axis=1, count=self.numbering.program.n_gates)

    def checked(self, arrays: Sequence[Array]) -> KeptCells | None:
        """Return the kept cells with these arrays; None if they cannot be of cells of this program."""
        patterns, n_facets, facets = arrays
        ranks = np.array(self.numbering.program.gate_ranks)
        if patterns.ndim != 2 or len(n_facets) != len(patterns) or int(n_facets.sum()) != len(facets):
            return None
        if patterns.shape[1] != ((len(ranks) + 7) // 8 if self._is_binary else len(ranks)):
            return None
        if not self._is_binary and len(patterns) and not (patterns < ranks).all():
            return None
        if len(facets) and int(facets.max()) >= len(self._inequalities):
            return None
        return KeptCells(patterns, n_facets, facets)
