"""Exact cells from their records; what is exact is computed when it is asked for, for a block of cells at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from math import gcd
from operator import mul
from typing import Any

import numpy as np
from attrs import field, frozen
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.cells import Cell
from polytopes.enumeration.domain_cell import VERTICES_UP_TO
from polytopes.enumeration.exact_forms import ExactForms
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import Pattern, Tape
from polytopes.enumeration.kernels.signs import TINY
from polytopes.enumeration.packed_program import is_integral, quotient
from polytopes.enumeration.patterns_beyond import PatternsBeyond, exact_pattern_beyond
from polytopes.enumeration.records import Numbering, Records, Shapes
from polytopes.enumeration.splitting_tree import CellGeometry
from polytopes.enumeration.vertex_cell import BOTH, VertexCell
from polytopes.enumeration.witness_cell import WitnessCell

Array = np.ndarray[Any, Any]


class RecordedCells:
    """Makes cells of one program in one domain from their records.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu([1]))
    >>> made = RecordedCells(Numbering(program, root_node(program, None, None, False)[0], None))
    >>> made.cell((1,), (0,)).facets
    (((0, 1), (Fraction(0, 1),)),)
    """

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.tapes = ExactTapes.on(numbering.program, numbering.frame.columns)

    @cached_property
    def forms(self) -> ExactForms:
        """What finds the exact forms of blocks of cells."""
        return ExactForms(self.numbering)

    @cached_property
    def beyond(self) -> PatternsBeyond | None:
        """What finds the patterns beyond facets of blocks of cells."""
        return PatternsBeyond(self.numbering) if max(self.numbering.program.gate_ranks, default=2) == 2 else None

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

    def tape(self, winners: Pattern) -> Tape:
        """Return the exact tape of the cell with these winners as far as the last gates."""
        last = max(self.numbering.program.last_gated_stage, 0)
        return self.tapes.at(last, winners[: self.tapes.first_gates[last]]) if self.numbering.program.stages else []


class BlockOfCells:
    """Records of some cells, and what is found of all of them when it is asked for."""

    def __init__(self, made_by: RecordedCells, records: Records) -> None:
        self.made_by = made_by
        self.records = records
        self.ends = np.cumsum(records.n_facets).tolist()

    def __len__(self) -> int:
        return len(self.records.patterns)

    def cell(self, place: int) -> RecordedCell:
        """Return a cell by its place."""
        numbering, pattern = self.made_by.numbering, tuple(self.records.patterns[place].tolist())
        geometry = partial(self._geometry, place)
        return RecordedCell(numbering.program, numbering.frame, geometry, pattern, block=self, place=place)

    def cell_alone(self, place: int) -> RecordedCell:
        """Return a cell for which alone what is exact is computed, where few cells of a block are asked."""
        facets, records = self.facets(place), self.records
        of_facets, shapes = slice(facets.start, facets.stop), records.shapes
        own = slice(place, place + 1)
        if shapes is not None:
            end = self._ray_ends[place]
            rays = slice(end - int(shapes.n_rays[place]), end)
            shapes = Shapes(
                shapes.n_rays[own],
                shapes.at_infinity[own],
                shapes.incidence[of_facets],
                shapes.rays[rays],
                shapes.ray_errors[rays],
                shapes.forms[own],
                shapes.form_errors[own],
            )
        exact = {0: records.exact[place]} if place in records.exact else {}
        part = Records(
            records.patterns[own], records.points[own], records.n_facets[own], records.facets[of_facets], exact, shapes
        )
        return BlockOfCells(self.made_by, part).cell(0)

    @property
    def is_full_dimensional(self) -> bool:
        """Whether coordinates of the frame are those of the space."""
        return self.made_by.numbering.frame.is_identity

    @cached_property
    def output_scales(self) -> Array:
        """Factors that take the recorded forms of the outputs to the true ones; nan where floats do not suffice."""
        program = self.made_by.numbering.program
        integral = is_integral(program)
        factors = (quotient(*program.scales[slot].as_integer_ratio()) if integral else 1.0 for slot in program.outputs)
        return np.array([factor if TINY < factor < 1 / TINY else np.nan for factor in factors])

    @property
    def gates(self) -> Array:
        """The gate behind every facet; -1 for a facet of the domain."""
        found: Array = self.made_by.numbering.gates_and_losers[self.records.facets, 0]
        return found

    def signs_at_rays(self, place: int) -> Array | None:
        """Return the signs of the outputs at the rays of a cell, a ray a row; 2 where floats do not tell."""
        shapes = self.records.shapes
        if shapes is None or not shapes.n_rays[place]:
            return None
        end = self._ray_ends[place]
        found: Array = self._signs[end - int(shapes.n_rays[place]) : end]
        return found

    def have_signs(self, but: Array) -> Array:
        """Whether floats tell the signs of all outputs but one at all rays of a cell, and none is 0, cell by cell.

        ``but`` has the number of the other output for every cell.
        """
        shapes, found = self.records.shapes, np.zeros(len(self), dtype=bool)
        if shapes is None or not len(shapes.rays):
            return found
        owners = np.repeat(np.arange(len(self)), shapes.n_rays)
        certain = np.abs(self._signs) == 1
        certain[np.arange(len(owners)), but[owners]] = True
        known = shapes.n_rays > 0
        starts = np.cumsum(shapes.n_rays) - shapes.n_rays
        found[known] = np.logical_and.reduceat(certain.all(axis=1), starts[known])
        return found

    @cached_property
    def _ray_ends(self) -> list[int]:
        assert self.records.shapes is not None
        ends: list[int] = np.cumsum(self.records.shapes.n_rays).tolist()
        return ends

    @cached_property
    def _signs(self) -> Array:
        assert self.records.shapes is not None
        values, bounds = self.records.shapes.values()
        return np.where(values > bounds, 1, np.where(values < -bounds, -1, 2))

    def facets(self, place: int) -> range:
        """The places of the facets of a cell."""
        return range(self.ends[place] - int(self.records.n_facets[place]), self.ends[place])

    @cached_property
    def _forms(self) -> tuple[Array, Array]:
        return self.made_by.forms.of(self.records)

    @cached_property
    def _rows(self) -> list[Row]:
        return list(map(_primitive, self._forms[1].tolist()))

    def outputs(self, place: int) -> list[list[int]]:
        """Return the integer forms of the outputs on a cell."""
        size = len(self.made_by.numbering.program.outputs)
        found: list[list[int]] = self._forms[0][place * size : (place + 1) * size].tolist()
        return found

    def rows(self, place: int) -> list[Row]:
        """Return the inequalities of the facets of a cell."""
        facets = self.facets(place)
        return self._rows[facets.start : facets.stop]

    def patterns_beyond(self, place: int) -> list[Pattern]:
        """Return the patterns beyond the facets of a cell."""
        facets = self.facets(place)
        return list(map(tuple, self.all_beyond[facets.start : facets.stop].tolist()))

    @cached_property
    def all_beyond(self) -> Array:
        """The pattern beyond every facet: by residues where they tell it, else exactly."""
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

    def polygon(self, place: int) -> list[Row] | None:
        """Return the vertices of a bounded cell in the plane as homogeneous rows, in cyclic order, if known.

        Each vertex is where the lines of two facets meet.
        """
        shapes = self.records.shapes
        if not self.is_full_dimensional or self.made_by.numbering.frame.size != 3 or not self.is_bounded(place):
            return None
        assert shapes is not None
        facets, rows, n_rays = self.facets(place), self.rows(place), int(shapes.n_rays[place])
        masks = shapes.incidence[facets.start : facets.stop].tolist() if n_rays <= 64 else []
        if len(masks) != n_rays or any(mask.bit_count() != 2 for mask in masks):
            return None
        beside: list[list[int]] = [[] for _ in range(n_rays)]
        for k, mask in enumerate(masks):
            beside[mask.bit_length() - 1].append(k)
            beside[(mask & -mask).bit_length() - 1].append(k)
        vertex, facet, found = 0, beside[0][0], list[Row]()
        for _ in range(n_rays):
            first, second = beside[vertex]
            row = _null_vector([rows[first], rows[second]], 3)
            found.append(row if row[0] > 0 else tuple([-entry for entry in row]))
            facet = second if first == facet else first
            vertex = (masks[facet] ^ (1 << vertex)).bit_length() - 1
        return found

    def _geometry(self, place: int) -> CellGeometry:
        numbering, shapes = self.made_by.numbering, self.records.shapes
        size, winners = numbering.frame.size, tuple(self.records.patterns[place].tolist())
        rows = self.rows(place)
        if not rows:
            rows = numbering.inequalities(winners, self.made_by.tape(winners), ())
        rows = [numbering.infinity, *rows]
        if size - 1 > VERTICES_UP_TO:
            point = self.point(place) or numbering.interior_point(winners, ())
            return WitnessCell(size, tuple(dict.fromkeys(rows)), numbering.frame.coordinates(point))
        if not self.has_incidence(place):
            return _by_rays(rows, size)
        assert shapes is not None
        return _by_incidence(rows, self.incidence(place), int(shapes.n_rays[place]), size)

    def has_incidence(self, place: int) -> bool:
        """Whether it is recorded which rays lie on which facets of a cell; it then has no lines."""
        shapes = self.records.shapes
        return shapes is not None and 0 < int(shapes.n_rays[place]) <= 64

    def incidence(self, place: int) -> list[int]:
        """Return the sets of rays at infinity and on every facet of a cell, as bits."""
        shapes, facets = self.records.shapes, self.facets(place)
        assert shapes is not None
        return [int(shapes.at_infinity[place]), *shapes.incidence[facets.start : facets.stop].tolist()]

    def rays(self, place: int) -> slice:
        """Return where the rays of a cell are among those recorded."""
        assert self.records.shapes is not None
        end = self._ray_ends[place]
        return slice(end - int(self.records.shapes.n_rays[place]), end)

    def point(self, place: int) -> Row:
        """Return the recorded point inside a cell, () if there is none."""
        if place in self.records.exact:
            return self.records.exact[place]
        return primitive([*map(Fraction, self.records.points[place].tolist())])

    def is_bounded(self, place: int) -> bool | None:
        """Whether a cell is bounded, if its rays are recorded."""
        shapes = self.records.shapes
        return None if shapes is None or not shapes.n_rays[place] else not shapes.at_infinity[place]


def _by_rays(rows: Sequence[Row], size: int) -> VertexCell:
    cell = VertexCell.whole_space(size)
    for form in integer_matrix(rows, size).tolist():
        if cell.signs([form]) == [BOTH]:
            cell = cell.half(form)
    return cell


def _by_incidence(rows: Sequence[Row], incidence: Sequence[int], n_rays: int, size: int) -> VertexCell:
    """Return the cell with these constraints, given the bits of the rays tight on each."""
    constraints = tuple([tuple(map(fmpz, row)) for row in rows])
    rays = tuple(tuple(map(fmpz, ray_on(rows, incidence, i))) for i in range(n_rays))
    tight = tuple(sum([1 << k for k, on in enumerate(incidence) if on >> i & 1]) for i in range(n_rays))
    return VertexCell(size, rays, (), tight, constraints)


def ray_on(rows: Sequence[Row], incidence: Sequence[int], index: int) -> Row:
    """Return the primitive ray ``index`` of a cone without lines, given its facets and the rays on each as bits.

    >>> ray_on([(1, 0), (0, 1)], [0b01, 0b10], 0)
    (0, 1)
    """
    vector = _null_vector([row for row, on in zip(rows, incidence, strict=True) if on >> index & 1], len(rows[0]))
    off = next(row for row, on in zip(rows, incidence, strict=True) if not on >> index & 1)
    side = sum(map(mul, off, vector))
    if not side:
        raise AssertionError("a facet contains a ray that is not recorded there")
    return vector if side > 0 else tuple([-entry for entry in vector])


def _null_vector(rows: Sequence[Row], size: int) -> Row:
    """Return the primitive vector, up to sign, on which rows vanish whose rank is one less than their length."""
    if size == 2:
        return _primitive((-rows[0][1], rows[0][0]))
    if size == 3:
        (a, b, c), (d, e, f) = rows[0], rows[1]
        return _primitive((b * f - c * e, c * d - a * f, a * e - b * d))
    null, nullity = fmpz_mat(len(rows), size, [entry for row in rows for entry in row]).nullspace()
    if nullity != 1:
        raise AssertionError("the facets at a ray leave more than one direction")
    return _primitive([int(row[0]) for row in null.tolist()])


def _primitive(row: Sequence[int]) -> Row:
    """Return the primitive row of integers that are not all 0."""
    content = gcd(*row)
    return tuple(row) if content == 1 else tuple([entry // content for entry in row])


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

    def _interior(self) -> Row:
        return self.block.point(self.place) or super()._interior()

    def _is_bounded(self) -> bool:
        known = self.block.is_bounded(self.place)
        return super()._is_bounded() if known is None else known

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
