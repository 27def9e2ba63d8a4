"""Bounds of outputs at the vertices of recorded regions, by floats with error bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from polytopes.enumeration.cell_measures import BITS
from polytopes.enumeration.kernels.signs import EXACT
from tropical.regions.surveys.greatest_values import Array, lowered, raised

if TYPE_CHECKING:
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.enumeration.records import Shapes


def bounds_at_rays(shapes: Shapes, scales: Array) -> Array:
    """Return bounds of the outputs, then of the negated ones, at vertices; inf or -inf for a ray on which one grows.

    Quotients that are small integers, times a power of 2, are exact. A ray may be a vertex if it is not told.
    """
    values, errors = shapes.values()
    height, blur = shapes.rays[:, :1], shapes.ray_errors[:, :1]
    low, high = height - blur, height + blur
    factors = np.tile(scales, 2)
    with np.errstate(all="ignore"):
        tops = np.concatenate([values + errors, errors - values], axis=1)
        tops[np.isnan(tops)] = np.inf
        quotients = np.where(tops > 0, tops / low, tops / high)
        whole = (np.rint(quotients) == quotients) & (np.abs(quotients) < EXACT) & (np.frexp(factors)[0] == 0.5)
        exact = whole & (np.tile(errors, 2) == 0) & (blur == 0)
        at_points = np.where(exact, quotients * factors, raised(quotients * factors))
    falling = (tops <= 0) & (rays_at_infinity(shapes)[:, None] | (blur == 0))
    return np.where(low > 0, at_points, np.where(falling, -np.inf, np.inf))


def rays_at_infinity(shapes: Shapes) -> Array:
    """Whether rays are known to be no vertices."""
    owners, numbers = numbered_rays(shapes)
    if not len(shapes.at_infinity):
        return np.zeros(len(owners), dtype=bool)
    bits = shapes.at_infinity[owners] >> np.minimum(numbers, BITS - 1).astype(np.uint64) & np.uint64(1)
    found: Array = (bits != 0) & (shapes.n_rays[owners] <= BITS)
    return found


def numbered_rays(shapes: Shapes) -> tuple[Array, Array]:
    """Return the cell of every ray and its number there."""
    owners = np.repeat(np.arange(len(shapes.n_rays)), shapes.n_rays)
    return owners, np.arange(len(owners)) - np.repeat(np.cumsum(shapes.n_rays) - shapes.n_rays, shapes.n_rays)


def lows_at_rays(shapes: Shapes, scales: Array) -> Array:
    """Return floats that the outputs, then the negated ones, are at least at vertices; inf where they grow along a ray.

    They are -inf at what may be either.
    """
    values, errors = shapes.values()
    height, blur = shapes.rays[:, :1], shapes.ray_errors[:, :1]
    low, high = height - blur, height + blur
    factors = np.tile(scales, 2)
    with np.errstate(all="ignore"):
        bottoms = np.concatenate([values - errors, -values - errors], axis=1)
        found = lowered(np.where(bottoms > 0, bottoms / high, bottoms / low) * factors)
    growing = (bottoms > 0) & rays_at_infinity(shapes)[:, None]
    return np.where((low > 0) & np.isfinite(found), found, np.where(growing, np.inf, -np.inf))


def output_bounds(cells: BlockOfCells) -> Array | None:
    """Return bounds of the outputs on cells, then of the negated outputs: inf where none is known, None if nowhere."""
    shapes = cells.records.shapes
    if shapes is None or not cells.is_full_dimensional:
        return None
    found = np.full((len(cells), 2 * len(cells.output_scales)), np.inf)
    known = shapes.n_rays > 0
    if known.any():
        starts = np.cumsum(shapes.n_rays) - shapes.n_rays
        found[known] = np.maximum.reduceat(bounds_at_rays(shapes, cells.output_scales), starts[known], axis=0)
    return np.where(np.isnan(found), np.inf, found)


@frozen(eq=False)
class WaitingVertices:
    """All vertices of the cells of some blocks, with bounds of the outputs and of the negated outputs there."""

    tops: Array
    lows: Array
    _blocks: Sequence[BlockOfCells]
    _places: Array
    """The block, the cell in it and the number of the vertex there, a row for each vertex."""

    @classmethod
    def of(cls, blocks: Sequence[BlockOfCells]) -> WaitingVertices | None:
        """Return the vertices of blocks; None if there are none, or some are not recorded."""
        if not blocks or not all(map(_have_vertices, blocks)):
            return None
        tops, lows, places = [], [], []
        for number, block in enumerate(blocks):
            shapes = block.records.shapes
            assert shapes is not None
            tops.append(bounds_at_rays(shapes, block.output_scales))
            lows.append(lows_at_rays(shapes, block.output_scales))
            owners, rays = numbered_rays(shapes)
            places.append(np.stack([np.full(len(owners), number), owners, rays], axis=1))
        found = np.concatenate(tops)
        return cls(np.where(np.isnan(found), np.inf, found), np.concatenate(lows), blocks, np.concatenate(places))

    def best(self, value: int) -> int:
        """Return the vertex with the greatest bound of a value, of several the one that has surely a great value."""
        rows = np.flatnonzero(self.tops[:, value] == self.tops[:, value].max())
        return int(rows[self.lows[rows, value].argmax()])

    def place(self, row: int) -> tuple[BlockOfCells, int, int]:
        """Return the block and the cell of a vertex, and its number there."""
        block, cell, ray = self._places[row].tolist()
        return self._blocks[block], cell, ray

    def of_cell(self, row: int) -> Array:
        """Whether vertices belong to the same cell as this one."""
        same: Array = (self._places[:, :2] == self._places[row, :2]).all(axis=1)
        return same


def _have_vertices(block: BlockOfCells) -> bool:
    """Whether the incidence of vertices and facets is recorded for all cells, in coordinates of the space."""
    shapes = block.records.shapes
    if shapes is None or not block.is_full_dimensional:
        return False
    return bool(((shapes.n_rays > 0) & (shapes.n_rays <= BITS)).all())
