"""What is recorded of the rays of a block of cells: how many there are, on which facets they lie, signs of outputs."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from polytopes.enumeration.records import Numbering, Records

Array = np.ndarray[Any, Any]


class RecordedRays:
    """The part of :class:`polytopes.enumeration.recorded_cells.BlockOfCells` that reads what is recorded of rays."""

    def __init__(self, records: Records, numbering: Numbering) -> None:
        self.records = records
        self.numbering = numbering
        self.ends: list[int] = np.cumsum(records.n_facets).tolist()

    def __len__(self) -> int:
        return len(self.records.patterns)

    def facets(self, place: int) -> range:
        """The places of the facets of a cell."""
        return range(self.ends[place] - int(self.records.n_facets[place]), self.ends[place])

    def n_rays(self, place: int) -> int:
        """Return the number of recorded rays of a cell."""
        return 0 if self.records.shapes is None else int(self.records.shapes.n_rays[place])

    def rays(self, place: int) -> slice:
        """Return where the rays of a cell are among those recorded."""
        assert self.records.shapes is not None
        end = self._ray_ends[place]
        return slice(end - int(self.records.shapes.n_rays[place]), end)

    def is_bounded(self, place: int) -> bool | None:
        """Whether a cell is bounded, if that is recorded."""
        shapes = self.records.shapes
        return None if shapes is None or not len(shapes.at_infinity) else not shapes.at_infinity[place]

    def has_incidence(self, place: int) -> bool:
        """Whether it is recorded which rays lie on which facets of a cell; it then has no lines."""
        shapes = self.records.shapes
        return shapes is not None and 0 < int(shapes.n_rays[place]) <= 64

    def incidence(self, place: int) -> list[int]:
        """Return the sets of rays at infinity and on every facet of a cell, as bits."""
        shapes, facets = self.records.shapes, self.facets(place)
        assert shapes is not None
        return [int(shapes.at_infinity[place]), *shapes.incidence[facets.start : facets.stop].tolist()]

    def incidence_of_facets(self, facets: Array) -> list[int]:
        """Return the sets of rays on some facets, as bits."""
        assert self.records.shapes is not None
        found: list[int] = self.records.shapes.incidence[facets].tolist()
        return found

    def signs_at_rays(self, place: int) -> Array | None:
        """Return the signs of the outputs at the rays of a cell, a ray a row; 2 where floats do not tell."""
        shapes = self.records.shapes
        if shapes is None or not shapes.n_rays[place] or not shapes.has_floats:
            return None
        found: Array = self._signs[self.rays(place)]
        return found

    def have_signs(self, but: Array, losers: Array | None = None) -> Array:
        """Whether floats tell the signs of all outputs but one at all rays of a cell, and none is 0, cell by cell.

        ``but`` has the number of the other output for every cell. On the facets ``losers`` the output with the number
        of the losing form is known to be 0; at the rays there its sign is not asked for.
        """
        shapes, found = self.records.shapes, np.zeros(len(self), dtype=bool)
        if shapes is None or not shapes.has_floats:
            return found
        owners = np.repeat(np.arange(len(self)), shapes.n_rays)
        certain = np.abs(self._signs) == 1
        certain[np.arange(len(owners)), but[owners]] = True
        if losers is not None and len(losers):
            which, rays = self._rays_on(losers)
            certain[rays, self.numbering.gates_and_losers[self.records.facets[losers[which]], 1]] = True
        known = shapes.n_rays > 0
        starts = np.cumsum(shapes.n_rays) - shapes.n_rays
        found[known] = np.logical_and.reduceat(certain.all(axis=1), starts[known])
        return found

    def certain_rays(self) -> Array:
        """Return the sets of rays, as bits, where floats tell that an output is not 0: cells x outputs.

        Nothing is told of cells of which no rays are recorded, or more than 64.
        """
        shapes, outputs = self.records.shapes, len(self.numbering.program.outputs)
        found = np.zeros((len(self), outputs), dtype=np.uint64)
        if shapes is None or not shapes.has_floats:
            return found
        starts = np.cumsum(shapes.n_rays) - shapes.n_rays
        number = (np.arange(len(self._signs)) - np.repeat(starts, shapes.n_rays)).astype(np.uint64)
        bits = (np.abs(self._signs) == 1).astype(np.uint64) << (number & np.uint64(63))[:, None]
        known = (shapes.n_rays > 0) & (shapes.n_rays <= 64)
        if known.any():
            has_rays = shapes.n_rays > 0
            found[has_rays] = np.bitwise_or.reduceat(bits, starts[has_rays], axis=0)
            found[~known] = 0
        return found

    def _rays_on(self, facets: Array) -> tuple[Array, Array]:
        """Return the rays on some facets, as pairs of the place in the list of facets and the ray, where recorded."""
        shapes = self.records.shapes
        assert shapes is not None
        owners = np.repeat(np.arange(len(self)), self.records.n_facets)[facets]
        masks = np.ascontiguousarray(shapes.incidence[facets]).astype("<u8")
        flags = np.unpackbits(masks.view(np.uint8).reshape(len(facets), 8), axis=1, bitorder="little")
        flags[(shapes.n_rays[owners] == 0) | (shapes.n_rays[owners] > 64)] = 0
        which, bit = np.nonzero(flags)
        return which, (np.array(self._ray_ends)[owners] - shapes.n_rays[owners])[which] + bit

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
