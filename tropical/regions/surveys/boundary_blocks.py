"""The decision boundary in blocks of regions: on nearly all of them floats and incidences tell where scores tie.

A facet at which the gate of the decision changes first is where the score of its losing form equals that of the winner:
the rays on it are those where these tie. Where the signs of all other scores are known at all rays, nothing is left to
be computed; elsewhere the rays are found exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import frozen

from polytopes.enumeration.cell_adjacency import cells_beyond
from polytopes.enumeration.kernels.residues import unite
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.incidence import bits
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.surveys.tied_faces import TiedFace, TiedRays, Ties

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from tropical.networks.network import Network

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class ScoredBlock:
    """Regions of a block of the network of scores, with what is known of the scores on them.

    ``classes`` has for every region the only class whose score is the largest on all of it, -1 where there are several,
    and ``is_open`` for every facet whether no other score equals that of this class inside it. Two scores tie on the
    facets ``walls``, on ``faces``, and perhaps at rays of the cells ``touching``, which are looked at later.
    """

    scores: Network
    cells: BlockOfCells
    classes: Array
    is_open: Array
    walls: Array
    faces: tuple[TiedFace, ...]
    touching: BlockOfCells

    @classmethod
    def of(cls, scores: Network, cells: BlockOfCells) -> ScoredBlock:
        """Return a block with what is known of its scores."""
        patterns, faces = cells.records.patterns, list[TiedFace]()
        decision, n_facets = patterns.shape[1] - 1, cells.records.n_facets
        classes = patterns[:, -1].astype(np.int64) if decision >= 0 else np.zeros(len(cells), dtype=np.int64)
        is_wall = (cells.gates == decision) & (decision >= 0)
        is_clear = cells.have_signs(classes, np.flatnonzero(is_wall))
        is_sure, is_open = _open_facets(cells, classes)
        is_open &= ~is_wall
        has_facets, starts = n_facets > 0, np.cumsum(n_facets) - n_facets
        is_sure &= has_facets
        if has_facets.any():
            is_sure[has_facets] &= np.logical_and.reduceat(is_open | is_wall, starts[has_facets])
        is_open |= np.repeat(is_clear, n_facets) & ~is_wall
        places, touching = np.flatnonzero(~is_clear & ~is_sure), np.flatnonzero(~is_clear & is_sure)
        doubtful = cells.chosen(places)
        for number, place in enumerate(places.tolist()):
            region = ActivationRegion(scores, doubtful.cell(number))
            winners = np.flatnonzero(doubtful.zero_outputs[number]).tolist()
            tied = TiedRays.of(region)
            faces += tied.faces(region)
            classes[place] = winners[0] if len(winners) == 1 else -1
            if len(winners) == 1:
                facets = cells.facets(place)
                is_open[facets.start : facets.stop] = tied.open_facets(region, winners[0])
        walls = np.flatnonzero(is_wall & np.repeat(is_clear, n_facets))
        return cls(scores, cells.light(), classes, is_open, walls, tuple(faces), cells.chosen(touching))

    def __len__(self) -> int:
        return len(self.cells)

    def region(self, place: int) -> tuple[ActivationRegion, Ties]:
        """Return a region and the classes whose score is the largest on all of it."""
        winner = int(self.classes[place])
        ties = [winner] if winner >= 0 else np.flatnonzero(self.cells.zero_outputs[place]).tolist()
        return ActivationRegion(self.scores, self.cells.cell(place)), frozenset(ties)

    @cached_property
    def owners(self) -> Array:
        """The place of the region of every facet."""
        return np.repeat(np.arange(len(self)), self.cells.records.n_facets)

    def tied_faces(self, chosen: Array) -> Iterator[TiedFace]:
        """Yield the faces on which scores tie; of the facets ``walls`` only those chosen."""
        yield from self.faces
        for region in (ActivationRegion(self.scores, self.touching.cell(i)) for i in range(len(self.touching))):
            yield from TiedRays.of(region).faces(region)
        walls = self.walls[chosen]
        if not len(walls):
            return
        places, numbers = np.unique(self.owners[walls], return_inverse=True)
        cells = self.cells.chosen(places)
        losers = cells.made_by.numbering.gates_and_losers[self.cells.records.facets[walls], 1]
        masks = self.cells.incidence_of_facets(walls)
        for number, loser, mask in zip(numbers.tolist(), losers.tolist(), masks, strict=True):
            rays = map(cells.made_by.numbering.frame.lift, cells.exact_rays(number, bits(mask)))
            rows = canonical(rays, ())
            if any(row[0] for row in rows[0]):
                yield rows, frozenset((int(self.classes[places[number]]), loser))


@frozen(eq=False)
class ScoredRegions(Sequence[tuple[ActivationRegion, Ties]]):
    """The regions of blocks, each with the classes whose score is the largest there; made when they are asked for."""

    blocks: tuple[ScoredBlock, ...]

    def __len__(self) -> int:
        return sum(map(len, self.blocks))

    @property
    def frame(self) -> Frame | None:
        """Coordinates on the hull of the domain; None if nothing was seen."""
        return self.blocks[0].cells.numbering.frame if self.blocks else None

    def __iter__(self) -> Iterator[tuple[ActivationRegion, Ties]]:
        return (block.region(place) for block in self.blocks for place in range(len(block)))

    @overload
    def __getitem__(self, place: int) -> tuple[ActivationRegion, Ties]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[ActivationRegion, Ties], ...]: ...
    def __getitem__(
        self, place: int | slice
    ) -> tuple[ActivationRegion, Ties] | tuple[tuple[ActivationRegion, Ties], ...]:
        chosen = range(len(self))[place]
        return tuple(map(self._at, chosen)) if isinstance(chosen, range) else self._at(chosen)

    def _at(self, place: int) -> tuple[ActivationRegion, Ties]:
        for block in self.blocks:
            if place < len(block):
                return block.region(place)
            place -= len(block)
        raise IndexError(place)

    @cached_property
    def _facets(self) -> tuple[Array, Array]:
        """The region of every facet, and the one beyond it, -1 where there is none, by number."""
        n_facets = [block.cells.records.n_facets for block in self.blocks]
        owners = np.repeat(np.arange(len(self)), np.concatenate(n_facets))
        return owners, cells_beyond([block.cells for block in self.blocks])

    def tied_faces(self) -> Iterator[TiedFace]:
        """Yield the faces of regions on which scores tie, some more than once.

        A facet of a region is one of the region beyond it too, so it is left out in one of them.
        """
        if not self.blocks:
            return
        owners, beyond = self._facets
        first = 0
        for block in self.blocks:
            walls = first + block.walls
            yield from block.tied_faces((beyond[walls] < 0) | (owners[walls] < beyond[walls]))
            first += len(block.is_open)

    def count_components(self, n_classes: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the numbers of components of the sets where one score is the only largest one, and of bounded ones.

        Two regions of one class are joined if they share a facet in whose interior no scores tie.
        """
        if not self.blocks:
            return (0,) * n_classes, (0,) * n_classes
        classes = np.concatenate([block.classes for block in self.blocks])
        owners, beyond = self._facets
        joins = (beyond >= 0) & np.concatenate([block.is_open for block in self.blocks])
        joins &= classes[owners] == classes[beyond]
        parents = np.arange(len(classes))
        unite(np.stack([owners[joins], beyond[joins]], axis=1), parents)
        roots, alone = _roots(parents), classes >= 0
        is_bounded = np.concatenate([block.cells.are_bounded for block in self.blocks])
        everything, reaching = np.unique(roots[alone]), np.unique(roots[alone & ~is_bounded])
        counts, unbounded = (Counter(classes[found].tolist()) for found in (everything, reaching))
        labels = range(n_classes)
        return tuple(counts[k] for k in labels), tuple(counts[k] - unbounded[k] for k in labels)


def _open_facets(cells: BlockOfCells, classes: Array) -> tuple[Array, Array]:
    """Return where floats tell that no other score equals that of a class on all of a cell, and inside a facet.

    They do if each of the others differs from it, which is 0, at some ray.
    """
    certain, shapes = cells.certain_rays(), cells.records.shapes
    certain[np.arange(len(cells)), classes] = ~np.uint64(0)
    found = np.zeros(len(cells.records.facets), dtype=bool)
    if shapes is not None and len(shapes.incidence):
        owners = np.repeat(np.arange(len(cells)), cells.records.n_facets)
        found = ((shapes.incidence[:, None] & certain[owners]) != 0).all(axis=1)
    return (certain != 0).all(axis=1), found


def _roots(parents: Array) -> Array:
    """Return the root of every member of a forest."""
    while True:
        above: Array = parents[parents]
        if (above == parents).all():
            return above
        parents = above
