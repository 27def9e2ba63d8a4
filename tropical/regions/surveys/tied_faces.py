"""Faces of regions on which another score equals that of the winner, in exact arithmetic.

Regions are those of a network of scores less the largest: on a region these are at most 0, so one that is 0 at a point
inside a face is 0 on all of it, and at all its rays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Row, dot
from polytopes.enumeration.recorded_cells import RecordedCell
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.incidence import bits
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.regions.activation_regions import ActivationRegion

Ties = frozenset[int]
"""Classes with the largest score."""
Generators = tuple[tuple[Row, ...], tuple[Row, ...]]
"""Homogeneous rows of the vertices and rays of a face, and of its lines, in canonical form."""
TiedFace = tuple[Generators, Ties]
"""A face, and the classes with the largest score on all of it."""


@frozen
class TiedRays:
    """Where scores are the largest: for every class the rays of a region, as bits, on which its score less that is 0.

    ``rows`` has the rays, in coordinates of the frame, by their number; where floats tell that no scores tie they may
    be left out.
    """

    rows: dict[int, Row]
    lines: Sequence[Row]
    zeros: Sequence[int]

    @classmethod
    def of(cls, region: ActivationRegion) -> TiedRays:
        """Return the rays of a region on which scores tie, by floats where they tell it, else exactly."""
        cell, lines, unknown = region.cell, list[Row](), None
        forms = [[int(entry) for entry in form] for form in cell.integer_forms]
        signs = cell.signs_at_rays
        if signs is not None and isinstance(cell, RecordedCell) and cell.block.has_incidence(cell.place):
            unknown = np.abs(signs) != 1
            rivals = [k for k in range(len(forms)) if k != region.pattern[-1]]
            chosen = np.flatnonzero(unknown[:, rivals].any(axis=1)).tolist()
            rows = dict(zip(chosen, cell.block.exact_rays(cell.place, chosen), strict=True))
        else:
            found, lines = _generators(region)
            rows = dict(enumerate(found))
        zeros = [sum(1 << i for i, row in rows.items() if not dot(form, row)) for form in forms]
        return cls(rows, lines, zeros)

    def faces(self, region: ActivationRegion) -> Iterator[TiedFace]:
        """Yield the faces of the region that have a vertex and on which another score equals that of the winner."""
        frame, winner = region.cell.frame, region.pattern[-1] if region.network.program.gate_ranks else 0
        for k, zero in enumerate(self.zeros):
            lifted = [frame.lift(self.rows[i]) for i in bits(zero)] if k != winner else []
            if any(row[0] for row in lifted):
                face = canonical(lifted, list(map(frame.lift, self.lines)))
                yield face, frozenset(j for j, other in enumerate(self.zeros) if zero & other == zero)

    def open_facets(self, region: ActivationRegion, winner: int) -> list[bool]:
        """Return for every facet whether no other score equals inside it that of the only class with the largest."""
        cell = region.cell
        if isinstance(cell, RecordedCell) and cell.block.has_incidence(cell.place):
            rivals = [zero for k, zero in enumerate(self.zeros) if k != winner]
            return [all(mask & ~zero for zero in rivals) for mask in cell.block.incidence(cell.place)[1:]]
        forms = [form for k, form in enumerate(cell.integer_forms) if k != winner]
        return [all(dot(form, vector) for form in forms) for _, vector in cell.inner_facets]


def _generators(region: ActivationRegion) -> tuple[list[Row], list[Row]]:
    """Return homogeneous vertices and rays, and lines, of a region in coordinates of its frame."""
    cell = region.cell
    if isinstance(cell.geometry, VertexCell):
        return cell.geometry.generators()
    inner = Polyhedron.from_rows(cell.inner_inequalities, ambient_dim=cell.frame.size - 1)
    return list(inner.generators), [(0, *line) for line in inner.lines]
