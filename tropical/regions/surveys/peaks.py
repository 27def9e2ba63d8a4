"""Greatest values of outputs on cells, exactly, in coordinates of the hull of the domain.

So a form has as many entries as there are free pixels in an image, and a point gets those that are fixed when it is
asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import field, frozen
from flint import fmpz

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot, homogeneous
from polytopes.enumeration.boxes.box_cells import LiftedCell
from polytopes.enumeration.cells import Cell
from polytopes.enumeration.domain_frame import Frame
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.optimization.linear_program import Optimal, Unbounded, maximize


@frozen
class Peak:
    """The supremum of an output on a cell: a value at a point, or a ray from that point along which it is infinite."""

    value: Fraction | None
    _frame: Frame = field(repr=False)
    _vector: Row
    """The point, and the ray, in the coordinates of the frame."""
    _direction: Row | None = None

    @cached_property
    def point(self) -> Vector:
        """The point."""
        return dehomogeneous(self._frame.lift(self._vector))

    @cached_property
    def ray(self) -> Row | None:
        """The ray, None where the value is finite."""
        return None if self._direction is None else self._frame.lift(self._direction)[1:]


def output_peaks(cell: Cell) -> list[Peak]:
    """Return the suprema of the outputs on a cell, then of the negated outputs, exactly.

    In low dimension the vertices of the cell are known; otherwise each supremum is a linear program, over boxes one in
    which their sides are bounds of variables.

    >>> from polytopes import Polyhedron, ProgramBuilder, cells
    >>> [cell] = cells(ProgramBuilder(2).finish([1]), Polyhedron.box([-1, 5], [2, 5]), relative=True)
    >>> [(str(peak.value), *map(str, peak.point)) for peak in output_peaks(cell)]
    [('2', '2', '5'), ('1', '-1', '5')]
    """
    outputs = [tuple(map(int, form)) for form in cell.integer_forms]
    rows = [*outputs, *(tuple(-entry for entry in row) for row in outputs)]
    scales = 2 * [cell.program.scales[slot] for slot in cell.program.outputs]
    if isinstance(cell.geometry, VertexCell):
        return _peaks_at_vertices(cell, cell.geometry, rows, scales)
    return [_peak_by_program(cell, row, scale) for row, scale in zip(rows, scales, strict=True)]


def _peaks_at_vertices(cell: Cell, geometry: VertexCell, rows: Sequence[Row], scales: Sequence[Fraction]) -> list[Peak]:
    rays, lines = geometry.generators()
    both = [*rays, *lines, *(tuple(-entry for entry in line) for line in lines)]
    heights = [cell.frame.basis[0][0] * row[0] for row in both]
    points = [i for i, height in enumerate(heights) if height]
    away = [i for i, height in enumerate(heights) if not height]
    table = (integer_matrix(rows, geometry.size) * integer_matrix(both, geometry.size).transpose()).tolist()
    found = []
    for values, scale in zip(table, scales, strict=True):
        climbing = next((i for i in away if values[i] > 0), None)
        if climbing is None:
            best = _highest(values, heights, points)
            found.append(Peak(scale * Fraction(int(values[best]), heights[best]), cell.frame, both[best]))
        else:
            found.append(Peak(None, cell.frame, both[points[0]], both[climbing]))
    return found


def _highest(values: Sequence[Any], heights: Sequence[int], points: Sequence[int]) -> int:
    """Return the first of the points at which value / height, with positive heights, is largest."""
    best = points[0]
    for i in points:
        if values[i] * heights[best] > values[best] * heights[i]:
            best = i
    return best


def _peak_by_program(cell: Cell, row: Row, scale: Fraction) -> Peak:
    frame, geometry = cell.frame, cell.geometry
    if isinstance(geometry, LiftedCell):
        vector = geometry.highest([fmpz(entry) for entry in row])
        return Peak(scale * Fraction(dot(row, vector), frame.basis[0][0] * vector[0]), frame, vector)
    answer = maximize(row, cell.inner_inequalities, ambient_dim=frame.size - 1)
    if isinstance(answer, Unbounded):
        return Peak(None, frame, homogeneous(answer.point), (0, *answer.ray))
    assert isinstance(answer, Optimal), "a cell has a point"
    return Peak(scale * answer.value / frame.basis[0][0], frame, homogeneous(answer.point))
