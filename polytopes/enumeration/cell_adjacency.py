"""Which recorded cells share a facet: the pattern beyond a facet is looked up among the patterns of all cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.enumeration.kernels.row_table import look_up
from polytopes.enumeration.recorded_cells import RecordedCell
from polytopes.errors import InputError, VerificationFailed

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell
    from polytopes.enumeration.recorded_cells import BlockOfCells

Array = np.ndarray[Any, Any]
MANY = 100
"""From so many cells on, neighbors are looked up in arrays."""


def pattern_words(patterns: Array, is_binary: bool = True) -> Array:
    """Return patterns as words of 64 bits; where all winners are 0 or 1, bit i of word j is gate 64 j + i.

    >>> pattern_words(np.array([[1, 0], [1, 1]], dtype=np.uint8)).tolist()
    [[1], [3]]
    """
    raw = np.packbits(patterns, axis=1, bitorder="little") if is_binary else patterns
    raw = np.ascontiguousarray(raw).view(np.uint8)
    padded = np.zeros((len(raw), max(1, -(-raw.shape[1] // 8)) * 8), dtype=np.uint8)
    padded[:, : raw.shape[1]] = raw
    return padded.view("<u8")


def places_of(wanted: Array, among: Array) -> Array:
    """Return the places of rows of words among others, which differ; -1 where there is none.

    Raises:
        VerificationFailed: if two of the others are equal.

    >>> places_of(np.array([[3], [7]], dtype=np.uint64), np.array([[7], [5]], dtype=np.uint64)).tolist()
    [-1, 0]
    """
    found = np.empty(len(wanted), dtype=np.int64)
    table = np.full(1 << len(among).bit_length() + 1, -1, dtype=np.int64)
    if not look_up(np.ascontiguousarray(among, dtype=np.uint64), np.ascontiguousarray(wanted), table, found):
        raise VerificationFailed("two cells have one pattern")
    return found


def cells_beyond(blocks: Sequence[BlockOfCells]) -> Array:
    """Return for every facet of all cells, block by block, the number of the cell beyond it, -1 where there is none.

    Cells are numbered through all blocks. On the boundary of the domain no cell lies beyond: where the pattern there
    first differs from the cell's, both see one form, so no cell of the domain has it; a cell is not beyond itself.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.blocks import blocks_of_cells
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {0: 1, 1: 1}])))
    >>> cells_beyond(list(blocks_of_cells(program))).tolist()
    [1, 2, 0, 1]
    """
    found = [block for block in blocks if len(block)]
    if not found:
        return np.zeros(0, dtype=np.int64)
    is_binary = max(found[0].made_by.numbering.program.gate_ranks, default=2) == 2
    words = [pattern_words(block.records.patterns, is_binary) for block in found]
    beyond = np.concatenate([_words_beyond(*pair, is_binary) for pair in zip(found, words, strict=True)])
    patterns = np.concatenate(words)
    owners = np.repeat(np.arange(len(patterns)), np.concatenate([block.records.n_facets for block in found]))
    places = places_of(beyond, patterns)
    return np.where(places == owners, -1, places)


def _words_beyond(block: BlockOfCells, words: Array, is_binary: bool) -> Array:
    """Return the words of the patterns beyond all facets of a block, given those of its cells."""
    flips = block.flips if is_binary and "all_beyond" not in block.__dict__ else None
    if flips is None:
        return pattern_words(block.all_beyond, is_binary)
    return words[np.repeat(np.arange(len(words)), block.records.n_facets)] ^ pattern_words(flips)[block.gates]


def shared_facets(blocks: Sequence[BlockOfCells]) -> Array:
    """Return rows (i, j, k) for all pairs of cells with a common facet: their numbers, i < j, and that of i's facet.

    Cells and facets are numbered through all blocks.

    Raises:
        InputError: if there are several cells and the facets of some are not recorded.
    """
    if sum(map(len, blocks)) > 1 and not all(block.has_facets for block in blocks):
        raise InputError("the facets of these cells are not known; ask for the cells by method='vertices'")
    beyond = cells_beyond(blocks)
    owners = np.repeat(np.arange(sum(map(len, blocks))), _facet_counts(blocks))
    facets = np.flatnonzero(owners < beyond)
    return np.stack([owners[facets], beyond[facets], facets], axis=1)


def _facet_counts(blocks: Sequence[BlockOfCells]) -> Array:
    return np.concatenate([np.zeros(0, dtype=np.int64), *(block.records.n_facets for block in blocks)])


def common_facets(cells: Sequence[Cell]) -> Iterator[tuple[int, int, int]]:
    """Yield (i, j, k) for all pairs of cells with a common facet: their numbers, and that of the facet of cell i.

    The cells are of one program in one domain, and have different patterns. Each pair comes once.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.blocks import recorded_cells
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {0: 1, 1: 1}])))
    >>> list(common_facets(list(recorded_cells(program))))
    [(0, 1, 0), (1, 2, 0)]
    """
    groups: dict[int, list[int]] = {}
    recorded = [cell for cell in cells if isinstance(cell, RecordedCell) and cell.block.has_facets]
    if len(cells) < MANY or len(recorded) < len(cells):
        yield from _one_by_one(cells)
        return
    for number, cell in enumerate(recorded):
        groups.setdefault(id(cell.block), []).append(number)
    numbers = [number for group in groups.values() for number in group]
    parts = [_part([recorded[number] for number in group]) for group in groups.values()]
    first = np.cumsum(_facet_counts(parts)) - _facet_counts(parts)
    for i, j, facet in shared_facets(parts).tolist():
        yield numbers[i], numbers[j], facet - int(first[i])


def _part(cells: Sequence[RecordedCell]) -> BlockOfCells:
    """Return recorded cells of one block as a block."""
    block = cells[0].block
    places = [cell.place for cell in cells]
    return block if places == list(range(len(block))) else block.chosen(np.array(places))


def _one_by_one(cells: Sequence[Cell]) -> Iterator[tuple[int, int, int]]:
    numbers = {cell.pattern: i for i, cell in enumerate(cells)}
    for i, cell in enumerate(cells):
        for k, beyond in enumerate(cell.patterns_beyond()):
            if numbers.get(beyond, i) > i:
                yield i, numbers[beyond], k
