"""Exact cells from their records: pattern, interior point, and facets where these are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.cells import Cell
from polytopes.enumeration.domain_cell import VERTICES_UP_TO
from polytopes.enumeration.records import Numbering, Records
from polytopes.enumeration.splitting_tree import CellGeometry
from polytopes.enumeration.vertex_cell import BOTH, VertexCell
from polytopes.enumeration.witness_cell import WitnessCell


def recorded_cell(numbering: Numbering, winners: Sequence[int], facets: Sequence[int] = (), point: Row = ()) -> Cell:
    """Return the cell with these winners, given the numbers of its facets and a point inside, where they are known.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu([1]))
    >>> numbering = Numbering(program, root_node(program, None, None, False)[0], None)
    >>> recorded_cell(numbering, (1,), (0,)).facets
    (((0, 1), (Fraction(0, 1),)),)
    """
    program, frame = numbering.program, numbering.frame
    tape = program.run(frame.columns, winners)
    rows = [numbering.infinity, *numbering.inequalities(winners, tape, facets)]
    geometry: CellGeometry
    if frame.size - 1 > VERTICES_UP_TO:
        inside = frame.coordinates(point or numbering.interior_point(winners, facets))
        geometry = WitnessCell(frame.size, tuple(dict.fromkeys(rows)), inside)
    else:
        geometry = _by_rays(rows, frame.size)
    return Cell(program, frame, geometry, tuple(winners), tape, len(program.stages))


def _by_rays(rows: Sequence[Row], size: int) -> VertexCell:
    cell = VertexCell.whole_space(size)
    for form in integer_matrix(rows, size).tolist():
        if cell.signs([form]) == [BOTH]:
            cell = cell.half(form)
    return cell


def recorded_cells(numbering: Numbering, records: Records) -> Iterator[Cell]:
    """Yield the cells of records, one after the other."""
    end = 0
    for i, (winners, count) in enumerate(zip(records.patterns.tolist(), records.n_facets.tolist(), strict=True)):
        start, end = end, end + count
        point = records.exact[i] if i in records.exact else primitive([*map(Fraction, records.points[i].tolist())])
        yield recorded_cell(numbering, winners, records.facets[start:end].tolist(), point)
