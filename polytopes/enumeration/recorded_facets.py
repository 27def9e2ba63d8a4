"""The exact forms of a block of cells, those of facets and of outputs, and the vertices and points that they give."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

import numpy as np

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.domain_cell import VERTICES_UP_TO
from polytopes.enumeration.exact_finders import ExactFinders
from polytopes.enumeration.incident_rays import by_incidence, by_rays, null_vector, primitive_row, ray_on
from polytopes.enumeration.recorded_rays import Array, RecordedRays
from polytopes.enumeration.records import Records
from polytopes.enumeration.splitting_tree import CellGeometry
from polytopes.enumeration.witness_cell import WitnessCell


class RecordedFacets(RecordedRays):
    """The part of :class:`polytopes.enumeration.recorded_cells.BlockOfCells` that finds forms exactly."""

    def __init__(self, made_by: ExactFinders, records: Records) -> None:
        super().__init__(records, made_by.numbering)
        self.made_by = made_by

    @property
    def is_full_dimensional(self) -> bool:
        """Whether coordinates of the frame are those of the space."""
        return self.numbering.frame.is_identity

    @property
    def gates(self) -> Array:
        """The gate behind every facet; -1 for a facet of the domain."""
        found: Array = self.numbering.gates_and_losers[self.records.facets, 0]
        return found

    @cached_property
    def _forms(self) -> tuple[Array, Array]:
        if len(self) == 1 and self.made_by.takes_one_more():
            return self._forms_alone()
        return self.made_by.forms.of(self.records)

    def _forms_alone(self) -> tuple[Array, Array]:
        """Return the forms of the outputs and of the facets of the only cell, from its tape."""
        numbering, winners = self.numbering, tuple(self.records.patterns[0].tolist())
        tape, size = self.made_by.tapes.whole(winners), numbering.frame.size
        outputs = [list(map(int, tape[slot])) for slot in numbering.program.outputs]
        facets = [list(numbering.inequality(number, winners, tape)) for number in self.records.facets.tolist()]
        return _of_integers(outputs, size), _of_integers(facets, size)

    @cached_property
    def _rows(self) -> list[Row]:
        return list(map(primitive_row, self._forms[1].tolist()))

    def outputs(self, place: int) -> list[list[int]]:
        """Return the integer forms of the outputs on a cell."""
        size = len(self.numbering.program.outputs)
        found: list[list[int]] = self._forms[0][place * size : (place + 1) * size].tolist()
        return found

    def rows(self, place: int) -> list[Row]:
        """Return the inequalities of the facets of a cell."""
        facets = self.facets(place)
        return self._rows[facets.start : facets.stop]

    def row(self, facet: int) -> Row:
        """Return the inequality of a facet, by its place among those of all cells."""
        return primitive_row(self._forms[1][facet].tolist()) if "_rows" not in self.__dict__ else self._rows[facet]

    def polygon(self, place: int) -> list[Row] | None:
        """Return the vertices of a bounded cell in the plane as homogeneous rows, in cyclic order, if known.

        Each vertex is where the lines of two facets meet.
        """
        shapes = self.records.shapes
        if not self.is_full_dimensional or self.numbering.frame.size != 3 or not self.is_bounded(place):
            return None
        assert shapes is not None
        if not shapes.n_rays[place]:
            return None
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
            row = null_vector([rows[first], rows[second]], 3)
            found.append(row if row[0] > 0 else tuple([-entry for entry in row]))
            facet = second if first == facet else first
            vertex = (masks[facet] ^ (1 << vertex)).bit_length() - 1
        return found

    def _geometry(self, place: int) -> CellGeometry:
        numbering, shapes = self.numbering, self.records.shapes
        size, winners = numbering.frame.size, tuple(self.records.patterns[place].tolist())
        rows = self.rows(place)
        if not rows and size > 1:  # a point has no facets; elsewhere they are not recorded
            rows = numbering.inequalities(winners, self.made_by.tape(winners), ())
        rows = [numbering.infinity, *rows]
        if size - 1 > VERTICES_UP_TO:
            point = self.point(place) or numbering.interior_point(winners, ())
            return WitnessCell(size, tuple(dict.fromkeys(rows)), numbering.frame.coordinates(point))
        if not self.has_incidence(place):
            return by_rays(rows, size)
        assert shapes is not None
        return by_incidence(rows, self.incidence(place), int(shapes.n_rays[place]), size)

    def exact_rays(self, place: int, chosen: Iterable[int]) -> list[Row]:
        """Return some of the rays of a cell whose incidence is recorded, by their numbers."""
        rows, incidence = [self.numbering.infinity, *self.rows(place)], self.incidence(place)
        return [ray_on(rows, incidence, index) for index in chosen]

    def point(self, place: int) -> Row:
        """Return the recorded point inside a cell, or one by a linear program if no points are; () if there is none."""
        if place in self.records.exact:
            return self.records.exact[place]
        if self.records.shapes is not None and not self.records.points.shape[1]:
            facets, winners = self.facets(place), tuple(self.records.patterns[place].tolist())
            numbers, guesses = self.records.facets[facets.start : facets.stop].tolist(), self.records.guesses
            guess = () if guesses is None else primitive([*map(Fraction, guesses[place].tolist())])
            if guess and self.numbering.is_inside(winners, self.made_by.tapes.whole(winners), guess):
                return guess
            return self.numbering.interior_point(winners, numbers)
        return primitive([*map(Fraction, self.records.points[place].tolist())])


def _of_integers(rows: list[list[int]], size: int) -> Array:
    return np.array(rows, dtype=object).reshape(len(rows), size)
