"""Volumes of cells and areas of their facets from the compiled walk, as pairs of floats with error bounds.

With them come norms of gradients and ranks of Jacobians on each cell, for lists of slots of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from math import fsum
from typing import TYPE_CHECKING, Any
from weakref import finalize

import numpy as np
from attrs import frozen

from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import is_supported, root_node
from polytopes.enumeration.kernels.measures import (
    CELLS,
    MEASURES,
    PROGRAM,
    TAPE,
    WANTED,
    Cells,
    Measures,
    PreciseTape,
    Wanted,
    measure,
)
from polytopes.enumeration.packed_program import packed_program, quotient
from polytopes.enumeration.records import Numbering, Records
from polytopes.jit.bundles import address

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.polyhedra.polyhedron import Polyhedron

Array = np.ndarray[Any, Any]
MOST_DIMENSIONS = 3
BITS = 64
"""So many rays of a cell have their incidences recorded."""
ROUNDED = 1 + 2.0**-30
"""Factor that covers the rounding of sums of error bounds."""
_known_weights: dict[int, Array] = {}
"""Tables of weights by the id of their program; an entry is removed before its id can be used again."""
VOLUME, L2, L1, LARGEST, MASSES = 0, 3, 6, 9, 12
"""The first of the three columns of each measure of a cell; masses come layer by layer."""


@frozen
class LayerSlots:
    """The slots of a layer whose ranks and gradients are wanted.

    ``before`` are compared by its gates, ``after`` are its outputs, ``pairs`` have preactivations as differences, the
    second less the first. ``is_chained`` says that what is compared depends on the outputs of the layer before only.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    is_chained: bool


@frozen(eq=False)
class MeasuredBlock:
    """Cells with their measures: columns of high parts, low parts and error bounds.

    ``cells`` has the columns named above, ``areas`` three for each facet, ``ranks`` two for each layer: before and
    after, -1 where floats do not decide. ``is_certain`` is False if some measure is not known.
    """

    records: Records
    cells: Array
    areas: Array
    ranks: Array
    is_certain: bool

    def first(self, count: int) -> MeasuredBlock:
        """Return the first cells alone."""
        records = self.records.first(count)
        areas = self.areas[: len(records.facets)]
        return MeasuredBlock(records, self.cells[:count], areas, self.ranks[:count], self.is_certain)


def can_measure(program: GateProgram, domain: Polyhedron) -> bool:
    """Whether :func:`measured_blocks` takes a program in a bounded full-dimensional domain."""
    return program.n_gates > 0 and is_supported(program) and domain.dim <= MOST_DIMENSIONS


def measured_blocks(
    program: GateProgram, domain: Polyhedron, layers: Sequence[LayerSlots]
) -> tuple[Numbering, Iterator[MeasuredBlock]]:
    """Return the numbering of facets, and a stream of all cells in a bounded full-dimensional domain with measures.

    >>> from polytopes import Polyhedron, ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> program, square = build.finish(build.relu([1, 2])), Polyhedron.box([-1, -1], [1, 1])
    >>> _, blocks = measured_blocks(program, square, [])
    >>> [block] = blocks
    >>> block.cells[:, 0].tolist(), block.areas[:, 0].sum().item()
    ([1.0, 1.0, 1.0, 1.0], 16.0)
    """
    numbering = Numbering(program, root_node(program, domain, "vertices", False)[0], domain)
    return numbering, _Measuring(program, numbering, layers).blocks(domain)


def total(columns: Array) -> tuple[Fraction, Fraction]:
    """Return bounds of the sum of numbers given by rows of high part, low part and error bound.

    >>> [round(float(bound), 6) for bound in total(np.array([[1.0, 0.0, 0.0], [2.0, 0.5, 0.25]]))]
    [3.25, 3.75]
    """
    parts = [*columns[:, 0].tolist(), *columns[:, 1].tolist()]
    high = fsum(parts)
    low = fsum([*parts, -high])
    error = fsum(columns[:, 2].tolist()) * ROUNDED + abs(low) * 2.0**-50
    middle = Fraction(high) + Fraction(low)
    return middle - Fraction(error), middle + Fraction(error)


class CellVolumes:
    """Volumes of recorded cells that are bounded, as floats with error bounds, in at most three dimensions."""

    def __init__(self, numbering: Numbering) -> None:
        self._measuring = _Measuring(numbering.program, numbering, [])

    @staticmethod
    def takes(numbering: Numbering) -> bool:
        """Whether cells of this program are measured: of full dimension, in a space of at most three dimensions."""
        program, frame = numbering.program, numbering.frame
        return program.n_gates > 0 and frame.is_identity and frame.ambient_dim <= MOST_DIMENSIONS

    def of(self, records: Records) -> tuple[Array, Array]:
        """Return the volumes of cells with at most 64 rays, all of them vertices, and error bounds; NaN if unknown."""
        cells = self._measuring.measured(records).cells
        if not len(cells):
            unknown = np.full(len(records.patterns), np.nan)
            return unknown, unknown
        high, low, error = cells[:, VOLUME : VOLUME + 3].T
        errors = (np.abs(low) + error) * ROUNDED
        is_known = np.isfinite(high) & np.isfinite(errors)
        return np.where(is_known, high, np.nan), np.where(is_known, errors, np.nan)


class _Measuring:
    """What the kernel works on, kept from block to block."""

    def __init__(self, program: GateProgram, numbering: Numbering, layers: Sequence[LayerSlots]) -> None:
        self.program = program
        self.numbering = numbering
        self.n_layers = len(layers)
        self._packed = packed_program(program)
        self._tape = _tape(program, numbering)
        self._wanted = _wanted(program, layers)
        self._domain = _domain_rows(numbering)
        self._inequalities = _inequalities(program, numbering)
        self._masses = np.zeros((len(layers), 4))
        self._kept = [TAPE.tables(self._tape), PROGRAM.tables(self._packed), WANTED.tables(self._wanted)]

    def blocks(self, domain: Polyhedron) -> Iterator[MeasuredBlock]:
        """Yield all cells with their measures."""
        for block in blocks(self.program, domain, records=True, shapes=True, method="vertices"):
            if block.records is not None and block.count:
                yield self.measured(block.records)

    def measured(self, found: Records) -> MeasuredBlock:
        """Return the measures of the cells of a block."""
        n, count, shapes = self.numbering.frame.size, len(found.patterns), found.shapes
        if shapes is None or not shapes.n_rays.all() or shapes.n_rays.max() > BITS or shapes.at_infinity.any():
            return MeasuredBlock(found, np.zeros((0, 0)), np.zeros((0, 3)), np.zeros((0, 0)), is_certain=False)
        cells = Cells(
            np.ascontiguousarray(found.patterns),
            found.n_facets,
            shapes.n_rays,
            np.ascontiguousarray(self._inequalities[found.facets]),
            shapes.rays,
            shapes.incidence,
            *self._domain,
        )
        out = Measures(
            cells=np.zeros((count, MASSES + 3 * self.n_layers)),
            facets=np.zeros((len(found.facets), 3)),
            ranks=np.zeros((count, 2 * self.n_layers), dtype=np.int64),
            failed=np.zeros(1, dtype=np.int64),
            points=np.zeros((int(shapes.n_rays.max(initial=1)), 2 * n)),
            forms=np.zeros((int(found.n_facets.max(initial=1)), 2 * n + 1)),
            masses=self._masses,
            work=np.zeros((9, 12)),
        )
        kept = [CELLS.tables(cells), MEASURES.tables(out)]
        tape, program, wanted = (address(own[0]) for own in self._kept)
        measure(address(kept[0][0]), tape, program, wanted, address(kept[1][0]))
        is_finite = bool(np.isfinite(out.cells).all() and np.isfinite(out.facets).all())
        is_certain = is_finite and not out.failed[0]
        return MeasuredBlock(found, out.cells, out.facets, out.ranks, is_certain)


def _pair(numerator: int, denominator: int = 1) -> tuple[float, float]:
    """Return a rational number as a pair of floats, infinite if it is too large."""
    high = quotient(numerator, denominator)
    if high in (float("inf"), float("-inf")):
        return float("inf"), 0.0
    top, bottom = high.as_integer_ratio()
    return high, quotient(numerator * bottom - top * denominator, denominator * bottom)


def _tape(program: GateProgram, numbering: Numbering) -> PreciseTape:
    """Return the tape before the first pattern: the coordinates have just changed, from 0."""
    size, n_slots, known = numbering.frame.size, len(program.scales), program.input_dim + 1
    high, low = np.zeros((size, n_slots)), np.zeros((size, n_slots))
    for slot, column in enumerate(numbering.frame.columns.tolist()):
        for k, entry in enumerate(column):
            high[k, slot], low[k, slot] = _pair(int(entry))
    table = _weights(program)
    stamp = np.zeros(n_slots, dtype=np.int64)
    stamp[:known] = 1
    return PreciseTape(
        high=high,
        low=low,
        error=np.zeros(n_slots),
        change_high=high.copy(),
        change_low=low.copy(),
        change_error=np.zeros(n_slots),
        stamp=stamp,
        clock=np.zeros(1, dtype=np.int64),
        winners=np.full(program.n_gates, -1, dtype=np.int64),
        weights_high=table[0],
        weights_low=table[1],
        sizes=np.zeros(n_slots),
    )


def _weights(program: GateProgram) -> Array:
    """Return the high and the low parts of all true weights, column by column, stage by stage; they are made once."""
    key = id(program)
    if key not in _known_weights:
        _known_weights[key] = _true_weights(program)
        finalize(program, _known_weights.pop, key, None)
    return _known_weights[key]


def _true_weights(program: GateProgram) -> Array:
    found = list[tuple[float, float]]()
    for stage, first in zip(program.stages, program.first_slots, strict=True):
        above = [program.scales[first + i].as_integer_ratio() for i in range(len(stage.rows))]
        for j, source in enumerate(stage.sources):
            low, high = program.scales[source].as_integer_ratio()
            for row, (top, bottom) in zip(stage.rows, above, strict=True):
                found.append(_pair(row[j] * top * high, bottom * low) if row[j] else (0.0, 0.0))
    return np.array(list(zip(*found, strict=True)) or np.zeros((2, 0)))


def _wanted(program: GateProgram, layers: Sequence[LayerSlots]) -> Wanted:
    def starts(lists: Sequence[Sequence[Any]]) -> Array:
        return np.array([0, *accumulate(map(len, lists))], dtype=np.int64)

    before, after, pairs = ([getattr(own, name) for own in layers] for name in ("before", "after", "pairs"))
    return Wanted(
        outputs=np.array(program.outputs, dtype=np.int64),
        before=np.array([slot for own in before for slot in own], dtype=np.int64),
        before_starts=starts(before),
        after=np.array([slot for own in after for slot in own], dtype=np.int64),
        after_starts=starts(after),
        pairs=np.array([pair for own in pairs for pair in own], dtype=np.int64).reshape(-1, 2),
        pair_starts=starts(pairs),
        shared=np.array([own.is_chained for own in layers], dtype=np.int64),
    )


def _domain_rows(numbering: Numbering) -> tuple[Array, Array]:
    pairs = np.array([[_pair(entry) for entry in row] for row in numbering.domain_forms])
    table = pairs.reshape(-1, numbering.frame.size, 2)
    return np.ascontiguousarray(table[:, :, 0]), np.ascontiguousarray(table[:, :, 1])


def _inequalities(program: GateProgram, numbering: Numbering) -> Array:
    """Return for every number of an inequality its gate and losing form, or -1 twice, and its row of the domain."""
    gates = [(g, k, -1) for g, rank in enumerate(program.gate_ranks) for k in range(rank)]
    rows = [(-1, -1, k) for k in range(numbering.n_rows)]
    return np.array([*rows, *gates], dtype=np.int64).reshape(-1, 3)
