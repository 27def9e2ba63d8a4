"""Numbers of affine maps and of linear pieces, where floats prove that most cells have maps of their own.

A combination of the coefficients of a map, with fixed positive weights, lies in an interval that floats give. A cell
whose interval meets no other has a map that no other cell has, and is a piece by itself. What is left is counted by
residues (:mod:`polytopes.enumeration.linear_pieces`).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.enumeration.cell_store import MEMORY
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.enumeration.keyed_cells import KeptCells, KeyedCells, Keyer
from polytopes.enumeration.linear_pieces import ALONE, PieceCounter

if TYPE_CHECKING:
    from polytopes.enumeration.records import Records

Array = np.ndarray[Any, Any]


class MapSeparator:
    """Counts what a :class:`polytopes.enumeration.linear_pieces.PieceCounter` counts, from records with forms.

    Args:
        counter: takes all cells if many may share a map, or if they are too many to be kept in memory.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.compiled_count import counted_blocks
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> from polytopes.enumeration.records import Numbering
    >>> build = ProgramBuilder(1)
    >>> units = build.relu(build.linear([{1: 1, 0: 1}, {1: 1}, {1: 1, 0: -1}]))
    >>> program = build.finish(build.linear([dict(zip(units, (1, -2, 1)))]))
    >>> numbering = Numbering(program, root_node(program, None, None, False)[0], None)
    >>> separator = MapSeparator(PieceCounter(numbering, faceted=False))
    >>> for block in counted_blocks(program, records=True, shapes=True, only="maps"):
    ...     separator.add(block.records)
    >>> separator.n_maps, separator.n_pieces(complete=False)
    (3, 4)
    """

    def __init__(self, counter: PieceCounter, memory: int = MEMORY) -> None:
        self.counter = counter
        self._memory = memory
        self._keyer = Keyer(counter.numbering)
        self._kept: list[tuple[KeptCells, Array]] = []
        self._rest: tuple[int, PieceCounter] | None = None

    @property
    def n_cells(self) -> int:
        """The number of cells taken."""
        return max(self.counter.n_cells, sum(len(cells) for cells, _ in self._kept))

    def add(self, records: Records) -> None:
        """Take more cells, which have forms of outputs unless they are given without shapes."""
        if self.counter.n_cells:
            self._hand_over()
            self.counter.add(records)
            return
        self._kept.append((self._keyer.kept(records), intervals(records)))
        if sum(cells.patterns.nbytes + ends.nbytes for cells, ends in self._kept) > self._memory:
            self._hand_over()

    def add_keyed(self, cells: KeyedCells) -> None:
        """Take more cells, with keys that another process found."""
        self._hand_over()
        self.counter.add_keyed(cells)

    def add_kept(self, cells: KeptCells) -> None:
        """Take more cells of which no forms are known."""
        self._hand_over()
        self.counter.add_kept(cells)

    def _hand_over(self) -> None:
        """Let the counter take all cells that it has not taken; what is interrupted goes on later."""
        taken, end = self.counter.n_cells, 0
        for cells, _ in self._kept:
            end += len(cells)
            if end > taken:
                self.counter.add_kept(cells)
        self._kept = []

    def _others(self) -> PieceCounter:
        """Return a counter of those cells that may share a map with another one."""
        if self._rest is None or self._rest[0] != self.n_cells:
            rest = PieceCounter(self.counter.numbering, faceted=False)
            places = meeting(np.concatenate([ends for _, ends in self._kept], axis=1)) if self._kept else np.zeros(0)
            if len(places):
                patterns = np.concatenate([cells.patterns for cells, _ in self._kept])[places]
                nothing = np.zeros(0, dtype=np.uint16)
                rest.add_kept(KeptCells(patterns, np.zeros(len(places), dtype=np.uint32), nothing))
            self._rest = self.n_cells, rest
        return self._rest[1]

    @property
    def n_maps(self) -> int:
        """The number of different affine maps on the cells taken."""
        if self.counter.n_cells:
            self._hand_over()
            return self.counter.n_maps
        rest = self._others()
        return self.n_cells - rest.n_cells + rest.n_maps

    def n_pieces(self, complete: bool) -> int:
        """Return the number of sets of cells joined by facets, with one map; ``complete`` if all cells were taken.

        Raises:
            VerificationFailed: if facets inside the domain do not come in pairs.
        """
        if not self.counter.n_cells:
            rest = self._others()
            if rest.n_maps == rest.n_cells:
                return self.n_cells
            if not complete or rest.n_cells * ALONE <= self.n_cells:
                return self.n_cells - rest.n_cells + rest.n_pieces(complete=False)
        self._hand_over()
        return self.counter.n_pieces(complete)


def intervals(records: Records) -> Array:
    """Return the lower and the upper end of an interval for every cell: all numbers where its forms are not known.

    It has the sum of the coefficients of its outputs times fixed numbers between 1 and 2. A sum of m products, in any
    order, is less than (m + 2) u times the sum of their absolute values off.
    """
    shapes, count = records.shapes, len(records.patterns)
    if shapes is None or len(shapes.forms) != count:
        return np.repeat([[-np.inf], [np.inf]], count, axis=1)
    forms, errors = (array.reshape(count, -1) for array in (shapes.forms, shapes.form_errors))
    random = Random(0)
    weights = np.array([random.uniform(1, 2) for _ in range(forms.shape[1])])
    with np.errstate(invalid="ignore", over="ignore"):
        middle = forms @ weights
        bound = (errors @ weights + (len(weights) + 4) * UNIT * (np.abs(forms) @ weights)) * SLACK + TINY
        low, high = middle - bound, middle + bound
    is_finite = np.isfinite(low) & np.isfinite(high)
    low[~is_finite], high[~is_finite] = -np.inf, np.inf
    return np.stack([np.nextafter(low, -np.inf), np.nextafter(high, np.inf)])


def meeting(ends: Array) -> Array:
    """Return the places of the closed intervals that meet another one.

    None do if the k-th lowest upper end is below the lower end number k + 1, for all k.

    >>> meeting(np.array([[0.0, 5.0, 1.0, 7.0], [1.0, 6.0, 2.0, 8.0]])).tolist()
    [0, 2]
    """
    low, high = ends
    if (np.sort(high)[:-1] < np.sort(low)[1:]).all():
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(low)
    low, reach = low[order], np.maximum.accumulate(high[order])
    meets = np.zeros(len(order), dtype=bool)
    meets[1:] = low[1:] <= reach[:-1]
    meets[:-1] |= meets[1:]
    found: Array = np.sort(order[meets])
    return found
