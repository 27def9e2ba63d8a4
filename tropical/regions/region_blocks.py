"""Activation regions in blocks of arrays: what is asked of many regions at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from polytopes.enumeration.cell_adjacency import pattern_words, shared_facets
from polytopes.enumeration.domain_cell import Method
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion

if TYPE_CHECKING:
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike

Array = np.ndarray[Any, Any]


@frozen(eq=False, repr=False)
class RegionBlock:
    """Some activation regions of a network, in arrays with a row for each region, or for each facet.

    Facets come region by region, ``n_facets`` of each; they are known where cells are kept by their rays (up to eight
    dimensions, unless a method is named), elsewhere there are none.
    """

    network: Network
    _cells: BlockOfCells = field(repr=False)

    def __repr__(self) -> str:
        return f"{len(self)} activation regions in Q^{self.network.input_dim}"

    def __len__(self) -> int:
        return len(self.patterns)

    @property
    def patterns(self) -> Array:
        """The winner of every gate, n x gates."""
        return self._cells.records.patterns

    @cached_property
    def words(self) -> Array:
        """Patterns of gates with two forms as words of 64 bits; bit i of word j is gate 64 j + i."""
        return pattern_words(self.patterns)

    @property
    def n_facets(self) -> Array:
        """The number of facets of every region."""
        return self._cells.records.n_facets

    @property
    def facet_gates(self) -> Array:
        """The gate that changes first beyond every facet, in the order of a pattern; -1 for a facet of the domain."""
        return self._cells.gates

    @property
    def beyond(self) -> Array:
        """The pattern beyond every facet, facets x gates; as :meth:`ActivationRegion.neighbors`, exactly."""
        return self._cells.all_beyond

    @property
    def is_bounded(self) -> Array:
        """Whether every region is bounded."""
        return self._cells.are_bounded

    @property
    def volumes(self) -> tuple[Array, Array]:
        """The volumes of the regions as floats, and bounds on their errors; infinite for unbounded regions.

        In up to three dimensions they are computed in floats, in a fraction of the time that :attr:`exact_volumes`
        takes.
        """
        return self._cells.volumes

    @property
    def exact_volumes(self) -> list[Fraction | None]:
        """The exact volumes of the regions; None for unbounded ones. They are computed at every call."""
        bounded = self.is_bounded.tolist()
        return [self._cells.cell(i).volume if bounded[i] else None for i in range(len(self))]

    @property
    def points(self) -> Array:
        """A point x inside every region, as rows (t, t x) of floats that are exact; 0 where one needs more than floats.

        :attr:`ActivationRegion.point` is exact always. All are 0 if only facets were asked for.
        """
        found = self._cells.records.points
        return found if found.shape[1] else np.zeros((len(self), self.network.input_dim + 1))

    @property
    def rays(self) -> tuple[Array, Array, Array] | None:
        """Vertices (t, t x) and rays (0, r) as floats up to positive factors, bounds on errors, and numbers of each
        region; None where they are not known, or only facets were asked for. :attr:`ActivationRegion.vertices` and
        ``rays`` are exact.
        """
        shapes = self._cells.records.shapes
        if shapes is None or not shapes.has_floats or not self._cells.is_full_dimensional:
            return None
        return shapes.rays, shapes.ray_errors, shapes.n_rays

    def __getitem__(self, place: int) -> ActivationRegion:
        """Return a region of the block."""
        return ActivationRegion(self.network, self._cells.cell(range(len(self))[place]))

    def __iter__(self) -> Iterator[ActivationRegion]:
        return (self[i] for i in range(len(self)))


def region_blocks(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
    only: Literal["facets"] | None = None,
) -> Iterator[RegionBlock]:
    """Yield the activation regions of ``network`` in ``domain`` in blocks of some thousands.

    Args:
        network, domain, method, relative: as for :func:`tropical.regions.activation_regions.activation_regions`, with
            its errors.
        only: "facets" to leave out points and rays: facets, the patterns beyond and what is bounded come sooner.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    >>> blocks = list(region_blocks(net))
    >>> sum(map(len, blocks)), sum(int(block.n_facets.sum()) for block in blocks)
    (7, 18)
    >>> sum(bool(flag) for block in blocks for flag in block.is_bounded)
    1
    """
    from polytopes.enumeration.blocks import blocks_of_cells

    network, domain = asked(network, domain)
    for cells in blocks_of_cells(network.program, domain, method, relative, only):
        yield RegionBlock(network, cells)


def adjacent_regions(blocks: Sequence[RegionBlock]) -> Array:
    """Return the dual graph of regions in blocks: rows (i, j, k) for all pairs of regions with a common facet.

    Regions i < j and the facet k of region i are numbered through all blocks.

    Raises:
        InputError: if facets are not known, as of regions that were asked for by ``method="witness"``.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -1]], [0])])
    >>> adjacent_regions(list(region_blocks(net))).tolist()
    [[0, 1, 0], [1, 2, 2]]
    """
    return shared_facets([block._cells for block in blocks])
