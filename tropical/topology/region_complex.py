"""The polyhedral complex of a network: its activation regions in a domain with all their faces."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot
from polytopes.complexes.face_poset import FaceCollector, FacePoset
from polytopes.enumeration.limits import Limits
from polytopes.errors import NoAnswerError, VerificationFailed
from tropical.regions.activation_regions import Walk
from tropical.regions.vertices import refuse_many_vertices
from tropical.topology.generators import GeneratorIndex, numbered_regions

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

MOST_CELLS = 2_000_000
"""The largest number of cells unless another limit is given."""


@frozen(eq=False)
class RegionComplex:
    """All faces of the activation regions of a network in a domain of full dimension.

    ``generators`` are homogeneous rows of vertices and rays modulo ``lines``; the faces in ``poset`` are index sets of
    them. ``forms`` has for every region the affine forms of the outputs, in integers on the scales of the program.
    ``walls`` has for every generator the facets of the domain that it lies on, as bits.
    """

    network: Network
    domain: Polyhedron | None
    poset: FacePoset = field(repr=False)
    generators: tuple[Row, ...] = field(repr=False)
    lines: tuple[Row, ...]
    forms: tuple[tuple[Row, ...], ...] = field(repr=False)
    walls: tuple[int, ...] = field(repr=False)

    @property
    def dim(self) -> int:
        """The dimension of the space."""
        return self.network.input_dim

    @property
    def lineality(self) -> int:
        """The dimension of the space of lines, which all cells share."""
        return len(self.lines)

    @property
    def depth(self) -> int:
        """The largest number k for which there may be cells of dimension ``lineality + k``."""
        return len(self.poset.faces) - 1

    @property
    def n_regions(self) -> int:
        """The number of activation regions."""
        return len(self.forms)

    @property
    def is_domain_bounded(self) -> bool:
        """Whether the domain is bounded."""
        return self.domain is not None and self.domain.is_bounded

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., d."""
        return self.poset.f_vector()

    @cached_property
    def is_vertex(self) -> tuple[bool, ...]:
        """For every generator whether it is a vertex, and no direction."""
        return tuple(row[0] > 0 for row in self.generators)

    def vertex(self, label: int) -> Vector:
        """Return a vertex; with lines, one point of a smallest face."""
        return dehomogeneous(self.generators[label])

    @cached_property
    def is_border(self) -> tuple[tuple[bool, ...], ...]:
        """For every face whether it lies in the border of the domain."""
        if not any(self.walls):
            return tuple((False,) * len(faces) for faces in self.poset.faces)
        return tuple(tuple(self._common_walls(face) != 0 for face in faces) for faces in self.poset.faces)

    def _common_walls(self, face: tuple[int, ...]) -> int:
        common = -1
        for label in face:
            common &= self.walls[label]
        return common

    @cached_property
    def slopes(self) -> tuple[tuple[int, ...], ...]:
        """For every output its slopes along the lines, up to positive factors; they are those of all regions."""
        [first, *_] = self.forms
        return tuple(tuple(dot(form, line) for line in self.lines) for form in first)

    def cells(self, dim: int) -> tuple[ComplexCell, ...]:
        """Return the cells of a dimension."""
        k = dim - self.lineality
        return tuple(ComplexCell(self, k, i) for i in range(len(self.poset.faces[k]))) if 0 <= k <= self.depth else ()

    def rows(self, k: int, index: int) -> list[Row]:
        """Return homogeneous rows of the vertices and rays of a face of dimension ``lineality + k``."""
        return [self.generators[label] for label in self.poset.faces[k][index]]

    def point_in(self, k: int, index: int) -> Vector:
        """Return a point in the relative interior of a face of dimension ``lineality + k``."""
        rows = self.rows(k, index)
        points = [dehomogeneous(row) for row in rows if row[0]]
        middle = [sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True)]
        for row in rows:
            if not row[0]:
                middle = [a + b for a, b in zip(middle, row[1:], strict=True)]
        return tuple(middle)

    def polyhedron(self, k: int, index: int) -> Polyhedron:
        """Return a face as a polyhedron."""
        from polytopes.polyhedra.polyhedron import Polyhedron

        points = [dehomogeneous(row) for row in self.rows(k, index) if row[0]]
        rays = [row[1:] for row in self.rows(k, index) if not row[0]]
        return Polyhedron.from_generators(points, rays, [line[1:] for line in self.lines])


@frozen
class ComplexCell:
    """A cell of a complex: the face ``index`` of dimension ``lineality + level``."""

    complex: RegionComplex = field(repr=False)
    level: int
    index: int

    @property
    def dim(self) -> int:
        """The dimension."""
        return self.complex.lineality + self.level

    @property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices; with lines, one point of each smallest face."""
        return tuple(dehomogeneous(row) for row in self.complex.rows(self.level, self.index) if row[0])

    @property
    def rays(self) -> tuple[Row, ...]:
        """The directions of rays, modulo lines."""
        return tuple(row[1:] for row in self.complex.rows(self.level, self.index) if not row[0])

    @property
    def point(self) -> Vector:
        """A point in the relative interior."""
        return self.complex.point_in(self.level, self.index)

    @property
    def polyhedron(self) -> Polyhedron:
        """The cell as a polyhedron."""
        return self.complex.polyhedron(self.level, self.index)


@define
class CellCount:
    """How far the making of a complex is: the regions seen, their cells, and the time it took."""

    n_regions: int = 0
    n_cells: int = 0
    started: float = field(factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """The time since the work began."""
        return time.perf_counter() - self.started


def region_complex(
    walk: Walk,
    *,
    limit: int | None = MOST_CELLS,
    timeout: float | None = None,
    progress: Callable[[CellCount], None] | None = None,
    count: CellCount | None = None,
) -> RegionComplex:
    """Return the activation regions of a walk with all their faces.

    Args:
        walk: the network and its domain, of full dimension.
        limit: the largest number of cells, of all dimensions together; None for no limit.
        timeout: seconds after which to stop; what is asked of the complex afterwards is not counted.
        progress: called after every region.
        count: is told how far the work is.

    Raises:
        LimitReached: with a :class:`CellCount` as ``partial``.
        NoAnswerError: if the network has no input or no output.
        DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        VerificationFailed: if the cells are not those of a convex set.
    """
    network, domain = walk.network, walk.domain
    if not network.input_dim or not network.output_dim:
        raise NoAnswerError("a network without inputs or outputs has no complex; give one with both")
    refuse_many_vertices(domain, "components of classes are counted without them (network_boundary, tropical boundary)")
    limits: Limits[CellCount] = Limits(limit, timeout, progress)
    count = count if count is not None else CellCount()
    forms: list[tuple[Row, ...]] = []
    index: GeneratorIndex | None = None
    faces: FaceCollector | None = None
    for index, region in numbered_regions(walk):
        faces = faces or FaceCollector(len(index.lines), network.input_dim)
        faces.add(region.labels, region.facets, region.vertices)
        forms.append(region.forms)
        count.n_regions, count.n_cells = len(forms), faces.n_faces
        limits.check(count.n_cells, count.seconds, lambda: count, "cells")
        limits.report(count)
    assert index is not None and faces is not None, "a domain of full dimension has a region"
    found = RegionComplex(
        network, domain, faces.poset(), tuple(index.rows), index.lines, tuple(forms), tuple(index.walls)
    )
    return _checked(found)


def _checked(found: RegionComplex) -> RegionComplex:
    """Return a complex after the checks that cost next to nothing: the domain is contractible.

    Raises:
        VerificationFailed: if a check fails.
    """
    poset = found.poset
    if any(len(face) != 1 for face in poset.faces[0]):
        raise VerificationFailed("a smallest cell has more than one generator")
    inner = [sum(not border for border in level) for level in found.is_border]
    if sum((-1) ** k * number for k, number in enumerate(reversed(inner))) != 1:
        raise VerificationFailed("the Euler characteristic of the domain is not 1: a cell is missing or occurs twice")
    return found
