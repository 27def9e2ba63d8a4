"""Exact cells from their records; what is exact is computed when it is asked for, for a block of cells at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from flint import fmpz_mat

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.cell_measures import BITS
from polytopes.enumeration.cells import Cell
from polytopes.enumeration.exact_finders import ExactFinders
from polytopes.enumeration.gate_program import Pattern, Tape
from polytopes.enumeration.kernels.ranks import modular_ranks
from polytopes.enumeration.kernels.signs import TINY
from polytopes.enumeration.packed_chain import packed_chain
from polytopes.enumeration.packed_program import output_scales, quotient
from polytopes.enumeration.patterns_beyond import change_others, exact_pattern_beyond
from polytopes.enumeration.recorded_facets import RecordedFacets
from polytopes.enumeration.recorded_rays import Array
from polytopes.enumeration.records import Records
from polytopes.polyhedra.volume import polygon_area, volume_of_rays


class RecordedCells(ExactFinders):
    """Makes cells of one program in one domain from their records.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> from polytopes.enumeration.records import Numbering
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu([1]))
    >>> made = RecordedCells(Numbering(program, root_node(program, None, None, False)[0], None))
    >>> made.cell((1,), (0,)).facets
    (((0, 1), (Fraction(0, 1),)),)
    """

    def cell(self, winners: Pattern, facets: Sequence[int] = ()) -> Cell:
        """Return the cell with these winners, given the numbers of its facets where they are known."""
        patterns = np.array([winners], dtype=np.uint8 if max(winners, default=0) < 256 else np.int64)
        records = Records(
            patterns.reshape(1, -1),
            np.zeros((1, 0)),
            np.array([len(facets)], dtype=np.int64),
            np.array(facets, dtype=np.int64),
            {0: ()},
        )
        return next(self.cells(records))

    def cells(self, records: Records) -> Iterator[RecordedCell]:
        """Yield the cells of records, one after the other."""
        block = BlockOfCells(self, records)
        return map(block.cell, range(len(block)))


class BlockOfCells(RecordedFacets):
    """Records of some cells, and what is found of all of them when it is asked for."""

    def cell(self, place: int) -> RecordedCell:
        """Return a cell by its place."""
        numbering, pattern = self.numbering, tuple(self.records.patterns[place].tolist())
        geometry = partial(self._geometry, place)
        return RecordedCell(numbering.program, numbering.frame, geometry, pattern, block=self, place=place)

    def cell_alone(self, place: int) -> RecordedCell:
        """Return a cell for which alone what is exact is computed, where few cells of a block are asked."""
        return self.chosen(np.array([place])).cell(0)

    def part(self, start: int, stop: int) -> BlockOfCells:
        """Return the cells from one place to another as a block of their own."""
        return self.chosen(np.arange(start, stop))

    def chosen(self, places: Array) -> BlockOfCells:
        """Return the cells at some places as a block of their own."""
        records, shapes = self.records, self.records.shapes
        facets = spread(np.array(self.ends, dtype=np.int64), records.n_facets, places)
        if shapes is not None:
            rays = spread(np.array(self._ray_ends, dtype=np.int64), shapes.n_rays, places)
            shapes = shapes.chosen(places, facets, rays)
        exact = {i: records.exact[k] for i, k in enumerate(places.tolist()) if k in records.exact}
        part = Records(
            records.patterns[places], records.points[places], records.n_facets[places], records.facets[facets], exact,
            shapes, None if records.guesses is None else records.guesses[places],
        )  # fmt: skip
        return BlockOfCells(self.made_by, part)

    def light(self) -> BlockOfCells:
        """Return the block without what is known as floats of rays and forms, to keep many of them."""
        shapes = self.records.shapes
        return self if shapes is None else BlockOfCells(self.made_by, evolve(self.records, shapes=shapes.light()))

    @property
    def are_bounded(self) -> Array:
        """Whether every cell is bounded."""
        shapes = self.records.shapes
        if shapes is None or not len(shapes.at_infinity):
            return np.array([self.cell(place).is_bounded for place in range(len(self))], dtype=bool)
        found: Array = shapes.at_infinity == 0
        return found

    @property
    def has_facets(self) -> bool:
        """Whether every cell has facets that are recorded; of several cells of one program all have some."""
        return bool(self.records.n_facets.all())

    @cached_property
    def volumes(self) -> tuple[Array, Array]:
        """The volumes of the cells as floats, and bounds on their errors; infinite for unbounded cells.

        They are computed in floats where these tell, in up to three dimensions, else exactly and rounded.
        """
        found, errors = np.full((2, len(self)), np.nan)
        found[~self.are_bounded], errors[~self.are_bounded] = np.inf, 0.0
        finder, shapes = self.made_by.measured, self.records.shapes
        if finder is not None and shapes is not None and shapes.has_floats:
            places = np.flatnonzero(self.are_bounded & (shapes.n_rays > 0) & (shapes.n_rays <= BITS))
            if len(places):
                part = self if len(places) == len(self) else self.chosen(places)
                found[places], errors[places] = finder.of(part.records)
        for place in np.flatnonzero(np.isnan(found)).tolist():
            volume = self.cell(place).volume
            found[place] = quotient(*volume.as_integer_ratio())
            errors[place] = found[place] * 2.0**-52 + TINY
        return found, errors

    @cached_property
    def output_scales(self) -> Array:
        """Factors that take the recorded forms of the outputs to the true ones; nan where floats do not suffice."""
        return output_scales(self.numbering.program)

    @cached_property
    def zero_outputs(self) -> Array:
        """Whether an output is zero on all of a cell, cell by cell: by floats where they tell it, else by residues."""
        shapes, patterns = self.records.shapes, self.records.patterns
        size = (len(self), len(self.numbering.program.outputs))
        found, known = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        if shapes is not None and shapes.has_floats:
            found = ((shapes.forms == 0) & (shapes.form_errors == 0)).all(axis=2)
            known = found | (np.abs(shapes.forms) > shapes.form_errors).any(axis=2)
        doubtful = np.flatnonzero(~known.all(axis=1))
        zero = np.ones((len(doubtful), size[1]), dtype=bool)
        for tape in self.made_by.proofs if len(doubtful) else ():
            residues = tape.values(patterns[doubtful]).reshape(len(doubtful), -1, size[1])
            zero &= (residues == 0).all(axis=1)
        found[doubtful] = zero
        return found

    @cached_property
    def ranks(self) -> Array:
        """The rank of the linear part of the outputs on every cell: modulo a prime where that is full, else exactly.

        Where it is at most 1, floats tell of most cells that it is not 0.
        """
        numbering, shapes = self.numbering, self.records.shapes
        rows, columns = len(numbering.program.outputs), numbering.frame.size - 1
        if min(rows, columns) > 1 or shapes is None or not len(shapes.forms):
            return self._ranks_by_residues()
        surely = np.abs(shapes.forms[:, :, 1:]) > shapes.form_errors[:, :, 1:]
        found, places = np.ones(len(self), dtype=np.int64), np.flatnonzero(~surely.any(axis=(1, 2)))
        if len(places):
            found[places] = self.chosen(places)._ranks_by_residues()
        return found

    def _ranks_by_residues(self) -> Array:
        numbering, patterns = self.numbering, self.records.patterns
        rows, columns = len(numbering.program.outputs), numbering.frame.size - 1
        residues = self.made_by.entries.values(patterns).reshape(len(self), columns + 1, rows)[:, 1:]
        found = np.zeros(len(self), dtype=np.int64)
        matrices = np.ascontiguousarray(residues.transpose(0, 2, 1)).astype(np.uint64)
        modular_ranks(matrices, np.uint64(self.made_by.entries.primes[0]), found)
        doubtful = np.flatnonzero(found < min(rows, columns))
        part = self.chosen(doubtful)
        for number, place in enumerate(doubtful.tolist()):
            jacobian = [entry for form in part.outputs(number) for entry in form[1:]]
            found[place] = fmpz_mat(rows, columns, jacobian).rank()
        return found

    def patterns_beyond(self, place: int) -> list[Pattern]:
        """Return the patterns beyond the facets of a cell."""
        facets = self.facets(place)
        return list(map(tuple, self.all_beyond[facets.start : facets.stop].tolist()))

    @cached_property
    def all_beyond(self) -> Array:
        """The pattern beyond every facet: by signs at vertices or by residues where they tell it, else exactly."""
        shapes, records = self.records.shapes, self.records
        chain = packed_chain(self.numbering.program)
        if shapes is None or chain is None or not shapes.plain.any():
            return self._beyond_by_residues()
        found, gates = np.repeat(records.patterns, records.n_facets, axis=0), self.gates
        inside = np.flatnonzero(gates >= 0)
        found[inside, gates[inside]] ^= 1
        change_others(found, inside, gates, chain.lines)
        if not shapes.plain.all():
            owners = np.repeat(np.arange(len(self)), records.n_facets)
            doubtful = np.zeros(len(self), dtype=bool)
            doubtful[owners[~shapes.plain]] = True
            found[doubtful[owners]] = self.chosen(np.flatnonzero(doubtful))._beyond_by_residues()
        return found

    @property
    def flips(self) -> Array | None:
        """For every gate 1 where a gate changes beyond its facets, and a last row of zeros for facets of the domain.

        None if that is not known of all facets.
        """
        shapes, chain = self.records.shapes, packed_chain(self.numbering.program)
        if shapes is None or chain is None or len(shapes.plain) < len(self.records.facets) or not shapes.plain.all():
            return None
        found = np.zeros((len(chain.lines) + 1, len(chain.lines)), dtype=np.uint8)
        found[:-1] = chain.lines[:, None] == chain.lines
        return found

    def _beyond_by_residues(self) -> Array:
        owners = np.repeat(np.arange(len(self.records.patterns)), self.records.n_facets)
        finder = self.made_by.beyond
        if finder is None:
            found = np.empty((len(owners), self.records.patterns.shape[1]), dtype=self.records.patterns.dtype)
            known = np.zeros(len(owners), dtype=bool)
        else:
            found, known = finder.of(self.records)
        for k in np.flatnonzero(~known).tolist():
            pattern = tuple(self.records.patterns[owners[k]].tolist())
            found[k] = exact_pattern_beyond(self.made_by.tapes, pattern, self._rows[k])
        return found


def spread(ends: Array, counts: Array, places: Array) -> Array:
    """Return the numbers of what belongs to some places, where ``counts`` come one after the other up to ``ends``."""
    sizes = counts[places]
    shifts = ends[places] - np.cumsum(sizes)
    found: Array = np.repeat(shifts, sizes) + np.arange(int(sizes.sum()))
    return found


@frozen(eq=False)
class RecordedCell(Cell):
    """A cell of a block of records."""

    block: BlockOfCells = field(repr=False, kw_only=True)
    place: int = field(repr=False, kw_only=True)

    @property
    def facet_rows(self) -> tuple[Row, ...]:
        """The irredundant inequalities."""
        rows = self.block.rows(self.place)
        return tuple(self.frame.extend(row) for row in rows) if rows else super().facet_rows

    def neighbor_patterns(self) -> list[tuple[Row, Pattern]]:
        """Return (facet row, pattern of the cell beyond it) for every facet, as :class:`Cell` does."""
        rows = self.facet_rows if self.block.facets(self.place) else ()
        if not rows:
            return super().neighbor_patterns()
        return list(zip(rows, self.block.patterns_beyond(self.place), strict=True))

    def patterns_beyond(self) -> list[Pattern]:
        """Return the pattern of the cell beyond every facet; inequalities are not computed."""
        return self.block.patterns_beyond(self.place) if self.block.facets(self.place) else super().patterns_beyond()

    def facet_row(self, number: int) -> Row:
        """Return the inequality of one facet."""
        facets = self.block.facets(self.place)
        if not facets:
            return super().facet_row(number)
        row = self.block.row(facets[number])
        return row if self.frame.is_identity else self.frame.extend(row)

    def _interior(self) -> Row:
        return self.block.point(self.place) or super()._interior()

    def _is_bounded(self) -> bool:
        known = self.block.is_bounded(self.place)
        return super()._is_bounded() if known is None else known

    def _volume(self) -> Fraction:
        corners = self.block.polygon(self.place)
        if corners is not None:
            return polygon_area(corners)
        block, place = self.block, self.place
        if not (block.is_full_dimensional and block.is_bounded(place) and block.has_incidence(place)):
            return super()._volume()
        return volume_of_rays(block.exact_rays(place, range(block.n_rays(place))), block.incidence(place)[1:])

    @property
    def signs_at_rays(self) -> Array | None:
        """The signs of the outputs at the rays, a ray a row, where they are known; 2 where floats do not tell."""
        return self.block.signs_at_rays(self.place)

    def light(self) -> Cell:
        """Return the cell itself: it keeps no tape."""
        return self

    @property
    def tape(self) -> Tape:
        """The integer forms in all slots of the program on this cell, in the coordinates of the frame."""
        return self.block.made_by.tapes.whole(self.pattern)

    def _output_forms(self) -> Sequence[Sequence[Any]]:
        return self.block.outputs(self.place)
