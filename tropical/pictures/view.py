"""The part of the input space that a picture shows: bounded, and with all vertices of regions in its interior."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector, dehomogeneous
from polytopes.errors import DomainError, LimitReached
from tropical.regions.activation_regions import ActivationRegion, Walk, activation_regions

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Cell, Method
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

Array = np.ndarray[Any, Any]
MARGIN = Fraction(1, 8)
"""Free space around the vertices, as a part of the width in each coordinate."""
FARTHEST, FINEST = Fraction(10) ** 300, Fraction(1, 10**9)
"""Coordinates beyond the one are not drawn, nor pictures whose width is less than the other times the coordinates."""


@frozen
class View:
    """What a picture is to show of a network with one or two inputs.

    Attributes:
        domain: a polyhedron in the input space; the whole space if None.
        window: lower and upper bounds of the part to be shown. If None and the domain is unbounded, it is a box that
            has all vertices of regions in its interior.
        limit: the largest number of regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.
    """

    domain: Polyhedron | None = None
    window: tuple[VectorLike, VectorLike] | None = None
    limit: int | None = None
    method: Method | None = None

    def regions(self, network: Network) -> tuple[list[ActivationRegion], Polyhedron]:
        """Return the regions in the bounded part of the domain that is shown, and this part.

        Raises:
            DomainError: if the part has no interior.
            LimitReached: if there are more regions than the limit.
        """
        part = self._bounded_part(network)
        check_interior(part)
        return self._enumerate(network, part), part

    def _bounded_part(self, network: Network) -> Polyhedron:
        from polytopes.polyhedra.polyhedron import Polyhedron

        if self.window is not None:
            lower, upper = (as_vector(bound, network.input_dim) for bound in self.window)
        elif self.domain is not None and self.domain.is_bounded:
            return self.domain
        else:
            corners = {row for region in self._outermost(network) for row in region.vertex_rows}
            lower, upper = box_around(map(dehomogeneous, corners))
        box = Polyhedron.box(lower, upper)
        return box if self.domain is None else self.domain & box

    def _outermost(self, network: Network) -> Iterable[ActivationRegion]:
        """Return regions among whose vertices are those with the least and the largest coordinates."""
        blocks = Walk(network, self.domain, self.method).blocks()
        if blocks is None:
            return self._enumerate(network, self.domain)
        found, count = Outermost(network.input_dim), 0
        for cells in blocks:
            count += len(cells)
            if self.limit is not None and count > self.limit:
                return self._enumerate(network, self.domain)  # which says that there are too many
            found.add(cells)
        return [ActivationRegion(network, cell) for cell in found.cells()]

    def _enumerate(self, network: Network, domain: Polyhedron | None) -> list[ActivationRegion]:
        stream = activation_regions(network, domain, method=self.method)
        if self.limit is None:
            return list(stream)
        regions = list(islice(stream, self.limit + 1))
        if len(regions) > self.limit:
            raise LimitReached(f"more than {self.limit} activation regions in the picture", regions[:-1])
        return regions


class Outermost:
    """Cells that may have a vertex with the least or the largest coordinate, by floats with error bounds."""

    def __init__(self, dim: int) -> None:
        self._least = np.full(2 * dim, -np.inf)
        """What the largest value of each coordinate and of each negated one is at least."""
        self._blocks: list[tuple[BlockOfCells, Array]] = []

    def add(self, cells: BlockOfCells) -> None:
        """Take the cells of a block; inf is the bound where nothing is known."""
        shapes = cells.records.shapes
        bounds = np.full((len(cells), len(self._least)), np.inf)
        if shapes is not None and cells.is_full_dimensional and len(shapes.rays):
            low, high, is_vertex = _coordinates(shapes.rays, shapes.ray_errors)
            known, starts = shapes.n_rays > 0, np.cumsum(shapes.n_rays) - shapes.n_rays
            bounds[known] = np.maximum.reduceat(high, starts[known], axis=0)
            if is_vertex.any():
                self._least = np.maximum(self._least, low[is_vertex].max(axis=0))
        self._blocks.append((cells, bounds))

    def cells(self) -> Iterator[Cell]:
        """Yield the cells."""
        for cells, bounds in self._blocks:
            for place in np.flatnonzero((bounds >= self._least).any(axis=1)).tolist():
                yield cells.cell_alone(place)


def _coordinates(rays: Array, errors: Array) -> tuple[Array, Array, Array]:
    """Return lower and upper bounds of the coordinates of vertices and of the negated ones, and which are vertices.

    Rays at infinity, whose first entry is 0 exactly, have the bounds -inf; the others of which it is not known whether
    they are vertices have the upper bound inf.
    """
    height, blur = rays[:, :1], errors[:, :1]
    is_vertex, is_direction = (height > blur)[:, 0], ((height == 0) & (blur == 0))[:, 0]
    with np.errstate(all="ignore"):
        value = rays[:, 1:] / height
        error = (errors[:, 1:] + np.abs(value) * blur) / (height - blur) * (1 + 2.0**-40) + np.abs(value) * 2.0**-40
        error += 2.0**-1000
    both = np.concatenate([value, -value], axis=1)
    low, high = both - np.tile(error, 2), both + np.tile(error, 2)
    high[~is_vertex | ~np.isfinite(high).all(axis=1)] = np.inf
    high[is_direction] = -np.inf
    return np.where(np.isfinite(low), low, -np.inf), high, is_vertex


def check_interior(part: Polyhedron) -> None:
    """Refuse a part of the plane that has no interior.

    Raises:
        DomainError: with its dimension.
    """
    if part.is_empty:
        raise DomainError("the domain does not meet the picture; choose another plane or window")
    if not part.is_full_dimensional:
        raise DomainError(
            f"the domain has no interior in the picture: its dimension there is {part.dim}, and {part.ambient_dim} is "
            "needed; choose another plane, window or domain"
        )


def check_bounds(lower: Sequence[Fraction], upper: Sequence[Fraction]) -> None:
    """Refuse a box that cannot be drawn with floating-point coordinates.

    Raises:
        DomainError: if it is too far away, or too small for its distance from the origin.

    >>> check_bounds(as_vector([0]), as_vector(["1e400"]))
    Traceback (most recent call last):
    polytopes.errors.DomainError: coordinate 0 of the picture goes beyond 1e+300, too far ...; scale the inputs
    """
    for index, (low, high) in enumerate(zip(lower, upper, strict=True)):
        size, name = max(abs(low), abs(high)), f"coordinate {index} of the picture"
        if size > FARTHEST:
            raise DomainError(f"{name} goes beyond {float(FARTHEST):g}, too far for floating point; scale the inputs")
        if high - low < max(size * FINEST, 1 / FARTHEST):
            raise DomainError(
                f"{name} is narrower than {float(FINEST):g} of its distance from 0, or than {1 / float(FARTHEST):g}, "
                "too narrow for floating point; move the origin of the inputs into the picture, or scale them"
            )


def box_around(points: Iterable[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Return the bounds of a box with the points in its interior.

    A side along which all points agree gets the longest side's length, or 2.

    >>> [tuple(map(str, bound)) for bound in box_around([(0, 0), (8, 0)])]
    [('-1', '-1'), ('9', '1')]
    """
    columns = list(zip(*points, strict=True))
    lengths = [max(column) - min(column) for column in columns]
    lengths = [length or max(lengths) or Fraction(2) for length in lengths]
    lower = tuple(min(column) - MARGIN * length for column, length in zip(columns, lengths, strict=True))
    upper = tuple(max(column) + MARGIN * length for column, length in zip(columns, lengths, strict=True))
    return lower, upper


def square_around(points: Iterable[Sequence[Fraction]]) -> tuple[Vector, Vector]:
    """Return the bounds of a box with equal sides, twice as long as the points are apart along any axis.

    >>> [tuple(map(str, bound)) for bound in square_around([(0, 0), (4, 0), (3, 2)])]
    [('-2', '-3'), ('6', '5')]
    """
    columns = list(zip(*points, strict=True))
    half = max(max(column) - min(column) for column in columns)
    center = [Fraction(min(column) + max(column), 2) for column in columns]
    return tuple(entry - half for entry in center), tuple(entry + half for entry in center)
