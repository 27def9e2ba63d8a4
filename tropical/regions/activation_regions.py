"""Activation regions of a network, exactly.

An *activation region* is the closure of a full-dimensional set of inputs on which every gate of the network has one
strict winner: notion R2 of the six compared by Stargalla, Hertrich and Reichman, arXiv 2505.16716.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, Row, Vector, dehomogeneous
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.enumeration.cells import Cell, Method
from polytopes.enumeration.gate_program import Pattern
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.errors import LimitReached
from tropical.networks.sources import asked
from tropical.regions.vertices import refuse_many_vertices

if TYPE_CHECKING:
    from polytopes.enumeration.goals import Goals
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.enumeration.records import Only
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


@frozen
class AffineMap:
    """The map x -> matrix x + shift; matrix is output_dim x input_dim."""

    matrix: Matrix
    shift: Vector

    def __call__(self, point: Sequence[Fraction]) -> Vector:
        """Return the value at a rational point."""
        values = (sum(a * x for a, x in zip(row, point, strict=True)) for row in self.matrix)
        return tuple(value + b for value, b in zip(values, self.shift, strict=True))


@frozen(eq=False, repr=False)
class ActivationRegion:
    """A full-dimensional activation region of a network, with its exact geometry on demand."""

    network: Network
    cell: Cell = field(repr=False)

    def __repr__(self) -> str:
        return f"Activation region {''.join(map(str, self.pattern))} in Q^{self.network.input_dim}"

    @property
    def pattern(self) -> Pattern:
        """The winner of every gate: 0 or 1 for a ReLU (0 where z <= 0), the index of the form for a maximum."""
        return self.cell.pattern

    @property
    def layer_patterns(self) -> tuple[Pattern, ...]:
        """The pattern, layer by layer."""
        ends = [0]
        for stage in self.network.program.stages:
            if stage.gates:
                ends.append(ends[-1] + len(stage.gates))
        return tuple(self.pattern[start:end] for start, end in pairwise(ends))

    @property
    def affine_map(self) -> AffineMap:
        """The affine map that the network is on the region."""
        return AffineMap(tuple(form[1:] for form in self.cell.forms), tuple(form[0] for form in self.cell.forms))

    @property
    def inequalities(self) -> tuple[Row, ...]:
        """Integer rows r with r . (1, x) >= 0 that define the region; some may be redundant."""
        return self.cell.inequalities

    @property
    def facets(self) -> tuple[Row, ...]:
        """The irredundant inequalities, one for each facet."""
        return self.cell.facet_rows

    @property
    def point(self) -> Vector:
        """A rational point in the interior."""
        return self.cell.point

    @property
    def is_bounded(self) -> bool:
        """Whether the region is bounded."""
        return self.cell.is_bounded

    @property
    def polyhedron(self) -> Polyhedron:
        """The region as a polyhedron."""
        return self.cell.polyhedron

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices in lexicographic order; one point of each minimal face if there are lines."""
        return tuple(sorted(map(dehomogeneous, self.vertex_rows)))

    @property
    def vertex_rows(self) -> list[Row]:
        """The vertices as primitive homogeneous rows, in any order."""
        geometry, lift = self.cell.geometry, self.cell.frame.lift
        if not isinstance(geometry, VertexCell) or geometry.lines:
            return [row for row in self.polyhedron.generators if row[0]]
        rows = (lift([int(entry) for entry in ray]) for ray in geometry.rays)
        return [row for row in rows if row[0]]

    @property
    def rays(self) -> tuple[Row, ...]:
        """The extreme rays of an unbounded region (modulo its lines)."""
        return self.polyhedron.rays

    @property
    def volume(self) -> Fraction:
        """The exact volume of a bounded region."""
        return self.cell.volume

    def neighbors(self) -> list[tuple[Row, Pattern]]:
        """Return (facet row, pattern beyond it) for every facet.

        On the boundary of the domain the pattern is the region's own, or that of a region outside the domain.
        """
        return self.cell.neighbor_patterns()


def activation_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
) -> Iterator[ActivationRegion]:
    """Iterate over the activation regions of ``network`` in ``domain``, one by one, in memory bounded by the depth.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        method: "vertices" or "witness"; chosen by dimension if None. The answer is the same.
        relative: take regions of full dimension relative to the affine hull of a lower-dimensional domain.

    Raises:
        ShapeError: if the domain lies in another space.
        DomainError: if the domain is empty, or lower-dimensional and ``relative`` is not set.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    >>> len(list(activation_regions(net)))
    7
    """
    network, domain = asked(network, domain)
    return _activation_regions(network, domain, method, relative)


def _activation_regions(
    network: Network, domain: Polyhedron | None, method: Method | None, relative: bool
) -> Iterator[ActivationRegion]:
    from polytopes.enumeration.blocks import recorded_cells

    for cell in recorded_cells(network.program, domain, method, relative):
        yield ActivationRegion(network, cell)


def activation_complex(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    method: Method | None = None,
    relative: bool = False,
) -> PolyhedralComplex:
    """Return the polyhedral complex whose maximal cells are the activation regions, in the order of the walk.

    Algorithm:
        The regions meet in common faces: on the faces of the cells of the layers before, every form is affine and has
        the same values from both sides, since the network is continuous, so it cuts a common face in one way.

    Args:
        network, domain, method, relative: as for :func:`activation_regions`.
        limit: the largest number of regions.

    Raises:
        LimitReached: at the limit; the regions found so far are its ``partial`` result.
        DomainError: if the domain is a box in which regions have too many vertices.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    >>> activation_complex(net, [(-2, 2), (-2, 2)]).f_vector()
    (13, 19, 7)
    """
    network, domain = asked(network, domain)
    refuse_many_vertices(domain, "fix all but a few (relative=True, or --relative), or ask for the regions alone")
    cells: list[Polyhedron] = []
    for region in activation_regions(network, domain, method=method, relative=relative):
        if limit is not None and len(cells) >= limit:
            raise LimitReached(
                f"more than {limit} activation regions", PolyhedralComplex(network.input_dim, tuple(cells))
            )
        cells.append(region.polyhedron)
    return PolyhedralComplex(network.input_dim, tuple(cells))


@frozen
class Walk:
    """An enumeration of activation regions that is still to be made: the arguments of :func:`activation_regions`."""

    network: Network
    domain: Polyhedron | None = None
    method: Method | None = None
    relative: bool = False

    def regions(self) -> Iterator[ActivationRegion]:
        """Yield the activation regions."""
        return activation_regions(self.network, self.domain, method=self.method, relative=self.relative)

    def blocks(self, only: Only | None = None) -> Iterator[BlockOfCells] | None:
        """Return the activation regions as blocks of cells, None if the compiled walk does not record their facets.

        If it is ``only`` facets or maps that are wanted, all else that is given in floats may be missing.
        """
        found = self.promising(only)
        return None if found is None else (cells for _, cells in found)

    def promising(
        self, only: Only | None = None, goals: Goals | None = None
    ) -> Iterator[tuple[int, BlockOfCells]] | None:
        """Return numbers of regions, with those among them that may have a greatest value; else as :meth:`blocks`.

        Without goals these are all.
        """
        from polytopes.enumeration.blocks import promising_cells

        if not self.is_recorded:
            return None
        return promising_cells(self.network.program, self.domain, self.method, self.relative, only, goals)

    @property
    def is_recorded(self) -> bool:
        """Whether the compiled walk records the facets of regions."""
        from polytopes.enumeration.blocks import is_recorded

        return is_recorded(self.network.program, self.domain, self.method)

    @property
    def dim(self) -> int:
        """The dimension of the domain."""
        return self.network.input_dim if self.domain is None else self.domain.dim
