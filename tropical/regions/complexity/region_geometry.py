"""The vertices of a bounded activation region and the facets through them, exactly."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.polyhedra.volume import facet_volumes, triangulation, volume

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell


@frozen(eq=False)
class RegionGeometry:
    """A polytope by its vertices; ``rows[k]`` is nonnegative on it, and vanishes on the facet ``incidence[k]``."""

    vertices: tuple[Vector, ...]
    rows: tuple[Row, ...]
    incidence: tuple[int, ...]

    @classmethod
    def of(cls, cell: Cell) -> RegionGeometry:
        """Return the geometry of a bounded cell of full dimension.

        >>> from polytopes import Polyhedron, ProgramBuilder, cells
        >>> [whole] = cells(ProgramBuilder(2).finish([1]), Polyhedron.box([0, 0], [1, 2]))
        >>> RegionGeometry.of(whole).volume
        Fraction(2, 1)
        """
        geometry = cell.geometry
        if isinstance(geometry, VertexCell):
            vertices = tuple(dehomogeneous([int(entry) for entry in ray]) for ray in geometry.rays)
            found = geometry.facet_rays()
            rows = tuple(tuple(int(entry) for entry in geometry.constraints[j]) for j, _ in found)
            return cls(vertices, rows, tuple(mask for _, mask in found))
        polyhedron = cell.polyhedron
        return cls(polyhedron.vertices, polyhedron.inequalities, tuple(polyhedron.incidence))

    @cached_property
    def volume(self) -> Fraction:
        """The volume."""
        return volume(self.vertices, self.incidence)

    @cached_property
    def facet_volumes(self) -> list[Fraction]:
        """For every facet its volume as a multiple of the length of the normal in ``rows``."""
        return [
            own / abs(row[1 + k])
            for row, (own, k) in zip(self.rows, facet_volumes(self.vertices, self.incidence), strict=True)
        ]

    def center(self, facet: int) -> Vector:
        """Return a point in the relative interior of a facet."""
        mask = self.incidence[facet]
        chosen = [vertex for i, vertex in enumerate(self.vertices) if mask >> i & 1]
        return tuple(sum(column, Fraction(0)) / len(chosen) for column in zip(*chosen, strict=True))

    @cached_property
    def triangulation(self) -> list[tuple[int, ...]]:
        """The simplices of a triangulation, by the numbers of their vertices."""
        return triangulation(len(self.vertices), self.incidence)


def lies_in(point: Vector, rows: tuple[Row, ...]) -> bool:
    """Whether one of these rows vanishes at a point."""
    homogeneous = (1, *point)
    return any(dot(row, homogeneous) == 0 for row in rows)
