"""Vertices, rays and lines of the activation regions of a network, numbered once for all regions."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.arithmetic.linalg import echelon, reduce_modulo
from polytopes.arithmetic.rationals import Row, dot
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.errors import VerificationFailed

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell


@frozen
class RegionIncidence:
    """A region: homogeneous rows of its vertices and rays, its lines, and for every facet the generators on it."""

    rows: Sequence[Row]
    lines: tuple[Row, ...]
    facets: Sequence[int]

    @classmethod
    def of(cls, cell: Cell) -> RegionIncidence:
        """Return the incidence of a cell of full dimension."""
        geometry = cell.geometry
        if isinstance(geometry, VertexCell):
            rays, lines = geometry.generators()
            members = [0] * len(geometry.constraints)
            for i, mask in enumerate(geometry.tight):
                while mask:
                    low = mask & -mask
                    members[low.bit_length() - 1] |= 1 << i
                    mask ^= low
            return cls(rays, tuple(lines), members)
        found = cell.polyhedron
        return cls(found.generators, tuple((0, *line) for line in found.lines), found.incidence)


class GeneratorIndex:
    """Numbers generators in the order in which they are first met; equal points and directions have one number.

    ``rows`` are primitive and canonical modulo the lines, which are those of all regions. ``walls`` has for each of
    them which rows of the domain vanish there, as bits.
    """

    def __init__(self, lines: Sequence[Row], domain: Sequence[Row]) -> None:
        self.lines, self._pivots = echelon(lines) if lines else ((), ())
        self.rows: list[Row] = []
        self.walls: list[int] = []
        self._domain = domain
        self._numbers: dict[Row, int] = {}

    def labels(self, incidence: RegionIncidence) -> list[int]:
        """Return the numbers of the generators of a region.

        Raises:
            VerificationFailed: if it has other lines than the regions before.
        """
        if len(incidence.lines) != len(self.lines):
            raise VerificationFailed("two regions have different lines")
        return [self._number(row) for row in incidence.rows]

    def _number(self, row: Row) -> int:
        row = reduce_modulo(row, self.lines, self._pivots) if self.lines else _primitive(row)
        found = self._numbers.setdefault(row, len(self.rows))
        if found == len(self.rows):
            self.rows.append(row)
            self.walls.append(sum(1 << k for k, wall in enumerate(self._domain) if not dot(wall, row)))
        return found


def _primitive(row: Row) -> Row:
    content = gcd(*row)
    return row if content == 1 else tuple(entry // content for entry in row)
