"""Vertices, rays and lines of the activation regions of a network, numbered once for all regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.arithmetic.linalg import echelon, reduce_modulo
from polytopes.arithmetic.rationals import Row, dot
from polytopes.enumeration.incident_rays import ray_on
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.errors import VerificationFailed

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from tropical.regions.activation_regions import Walk

GRID = 2.0**26
"""Vertices that agree on this grid are tried first as one."""


@frozen
class NumberedRegion:
    """A region: the numbers of its generators, for every facet those on it as bits, those that are vertices as bits.

    ``forms`` are the affine forms of the outputs, in integers on the scales of the program.
    """

    labels: Sequence[int]
    facets: Sequence[int]
    vertices: int
    forms: tuple[Row, ...]


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
        self._near: dict[tuple[float, ...], list[int]] = {}

    def region(self, cell: Cell) -> NumberedRegion:
        """Return a cell with its generators numbered.

        Raises:
            VerificationFailed: if it has other lines than the regions before.
        """
        geometry = cell.geometry
        if isinstance(geometry, VertexCell):
            rows, lines = geometry.generators()
            facets = [mask for _, mask in geometry.facet_rays()]
        else:
            found = cell.polyhedron
            rows, lines, facets = list(found.generators), list(found.lines), list(found.incidence)
        if len(lines) != len(self.lines):
            raise VerificationFailed("two regions have different lines")
        labels = [self._number(row) for row in rows]
        vertices = sum(1 << i for i, row in enumerate(rows) if row[0])
        return NumberedRegion(labels, facets, vertices, _integers(cell.integer_forms))

    def block(self, block: BlockOfCells) -> Iterator[NumberedRegion]:
        """Yield the cells of a block of full dimension with their generators numbered.

        Algorithm:
            The walk decided exactly which rays lie on which facets, and recorded the rays as floats. A vertex that was
            met before near the float is this one if it lies on all facets that the ray lies on, in integers, as these
            have one ray in common. Else the ray is computed from its facets.
        """
        shapes = block.records.shapes
        keys = [] if shapes is None else _keys(shapes.rays)
        for place in range(len(block)):
            if not block.has_incidence(place):
                yield self.region(block.cell(place))
                continue
            rows, incidence = [block.made_by.numbering.infinity, *block.rows(place)], block.incidence(place)
            labels = [self._recorded(i, key, rows, incidence) for i, key in enumerate(keys[block.rays(place)])]
            vertices = ((1 << len(labels)) - 1) & ~incidence[0]
            yield NumberedRegion(labels, incidence[1:], vertices, _integers(block.outputs(place)))

    def _recorded(self, index: int, key: tuple[float, ...], rows: Sequence[Row], incidence: Sequence[int]) -> int:
        """Return the number of a recorded ray."""
        near = self._near.setdefault(key, [])
        for label in near:
            if self._is_ray(self.rows[label], index, rows, incidence):
                return label
        label = self._number(ray_on(rows, incidence, index))
        if label not in near:
            near.append(label)
        return label

    def _is_ray(self, known: Row, index: int, rows: Sequence[Row], incidence: Sequence[int]) -> bool:
        """Whether a generator is the ray ``index`` of a cone with these facets."""
        side = 0
        for row, on in zip(rows, incidence, strict=True):
            if on >> index & 1:
                if sum(map(mul, row, known)):
                    return False
            elif not side:
                side = sum(map(mul, row, known))
        return side > 0

    def _number(self, row: Row) -> int:
        row = reduce_modulo(row, self.lines, self._pivots) if self.lines else _primitive(row)
        found = self._numbers.setdefault(row, len(self.rows))
        if found == len(self.rows):
            self.rows.append(row)
            self.walls.append(sum(1 << k for k, wall in enumerate(self._domain) if not dot(wall, row)))
        return found


def numbered_regions(walk: Walk) -> Iterator[tuple[GeneratorIndex, NumberedRegion]]:
    """Yield the regions of a walk over a domain of full dimension, each with the index of all generators so far."""
    domain = () if walk.domain is None else walk.domain.inequalities
    index: GeneratorIndex | None = None
    blocks = walk.blocks()
    if blocks is None:
        for region in walk.regions():
            index = index or GeneratorIndex(_lines(region.cell), domain)
            yield index, index.region(region.cell)
        return
    for block in blocks:
        if len(block):
            index = index or GeneratorIndex(() if block.has_incidence(0) else _lines(block.cell(0)), domain)
            for numbered in index.block(block):
                yield index, numbered


def _lines(cell: Cell) -> list[Row]:
    """Return a basis of the lines of a cell, as homogeneous rows."""
    if isinstance(cell.geometry, VertexCell):
        return cell.geometry.generators()[1]
    return [(0, *line) for line in cell.polyhedron.lines]


def _keys(rays: np.ndarray[Any, Any]) -> list[tuple[float, ...]]:
    """Return a place on a grid for every ray: of its point, or of its direction."""
    with np.errstate(all="ignore"):
        sizes = np.where(rays[:, :1] != 0, rays[:, :1], np.abs(rays).max(axis=1, keepdims=True))
        return list(map(tuple, np.round(rays / sizes * GRID).tolist()))


def _integers(forms: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    return tuple(tuple(map(int, form)) for form in forms)


def _primitive(row: Row) -> Row:
    content = gcd(*row)
    return row if content == 1 else tuple(entry // content for entry in row)
