"""Sets made of cells or of convex parts of cells, and their homology."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from attrs import frozen
from networkx.utils import UnionFind

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, VerificationFailed
from polytopes.homology.chain_complex import ChainComplex, HomologyGroup
from polytopes.homology.coefficients import INTEGERS, Ring
from polytopes.messages import shortened
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.topology.chains import Chosen, dual_complex
from tropical.topology.region_complex import RegionComplex


class Theory(StrEnum):
    """Which homology of a set A is meant; for compact sets all are the same.

    ``ordinary`` is singular homology; ``borel-moore`` is the reduced homology of the one-point compactification A+;
    ``compactified`` is the homology of A+ if A is unbounded, and of A if it is bounded.
    """

    ordinary = "ordinary"
    borel_moore = "borel-moore"
    compactified = "compactified"


def checked_theory(theory: str) -> Theory:
    """Return a theory by its name.

    Raises:
        InputError: if there is none of this name.
    """
    try:
        return Theory(theory)
    except ValueError:
        raise InputError(f"{shortened(theory)} is no theory; there are {', '.join(Theory)}") from None


class CellSet(ABC):
    """A set that meets every cell of a complex in a convex set, or is a union of cells."""

    complex: RegionComplex

    @property
    @abstractmethod
    def is_closed(self) -> bool:
        """Whether the set is closed in the domain."""

    @abstractmethod
    def meets(self, k: int, index: int) -> bool:
        """Whether the set meets a cell of dimension ``lineality + k``."""

    @abstractmethod
    def _closed_chains(self) -> ChainComplex:
        """Return the chain complex of all cells of the set, in their dimension; it is closed."""

    @property
    @abstractmethod
    def euler_compact(self) -> int:
        """The Euler characteristic with compact support, which adds up over disjoint sets."""

    @property
    @abstractmethod
    def is_bounded(self) -> bool:
        """Whether the set is bounded; the empty set is."""

    @abstractmethod
    def piece(self, region: int) -> Sequence[Row]:
        """Return generators of the closure of the part in a region that the set meets, as rows; lines in both ways."""

    @abstractmethod
    def point_in(self, k: int, index: int) -> Vector:
        """Return a point of the set in a cell of dimension ``lineality + k`` that it meets."""

    @property
    def is_empty(self) -> bool:
        """Whether the set is empty."""
        return not any(self._chosen)

    @cached_property
    def _chosen(self) -> Chosen:
        return [
            [i for i, border in enumerate(level) if not border and self.meets(k, i)]
            for k, level in enumerate(self.complex.is_border)
        ]

    def chains(self, oriented: bool = True) -> ChainComplex:
        """Return a chain complex whose homology is the ordinary homology of the set."""
        return dual_complex(self.complex, self._chosen, oriented)

    def homology(self, theory: str = Theory.ordinary, ring: Ring = INTEGERS) -> tuple[HomologyGroup, ...]:
        """Return the homology by degree: of degrees 0 to d - 1 if ordinary, else 0 to d.

        Args:
            theory: ``"ordinary"``, ``"borel-moore"`` or ``"compactified"`` (:class:`Theory`).
            ring: ``"Z"``, 0 for the rationals, or a prime.

        Raises:
            InputError: for an open set and another theory than the ordinary one.
            VerificationFailed: if the boundary of a boundary is not zero, or homology is found that no set of the
                space has.
        """
        dim, known = self.complex.dim, checked_theory(theory)
        if known is Theory.ordinary:
            return _of_length(self.chains(ring != 2).check(2 if ring == 2 else 0).homology(ring), dim)
        if not self.is_closed:
            raise InputError(f"{known} homology is defined for closed sets here; take the ordinary one, or the closure")
        found = list(self._closed_chains().check().homology(ring))
        if known is Theory.compactified and not self.is_bounded:
            found[0] = HomologyGroup(found[0].rank + 1, found[0].torsion)
        return _of_length(found, dim + 1)

    def betti(self, theory: str = Theory.ordinary, field: Ring = 0) -> tuple[int, ...]:
        """Return the Betti numbers; arguments and errors as of :meth:`homology`."""
        return tuple(group.rank for group in self.homology(theory, field))

    def cycles(self, degree: int, field: int = 2) -> tuple[tuple[CycleCell, ...], ...]:
        """Return cycles of cells whose classes are a basis of the ordinary homology of a degree over a field.

        Args:
            degree: of the homology.
            field: its characteristic, 0 or a prime.

        The cells of a cycle of degree j are of codimension j and lie in a closed chain: for j = 1 walls that a closed
        path crosses. Each has a point of the set in it.
        """
        k = self.complex.depth - degree
        found = self.chains(oriented=field != 2).cycles(degree, field)
        return tuple(
            tuple(
                CycleCell(self.complex.lineality + k, self.point_in(k, self._chosen[k][i]), factor)
                for i, factor in cycle.items()
            )
            for cycle in found
        )

    def components(self) -> tuple[Component, ...]:
        """Return the connected components, in the order of their first regions.

        Algorithm:
            Two regions that the set meets are joined if it meets a cell of one dimension less between them.
        """
        complex_ = self.complex
        parts = UnionFind(self._chosen[-1])
        if complex_.depth:
            for wall in self._chosen[-2]:
                parts.union(*complex_.poset.cofacets[-2][wall])
        found = sorted(tuple(sorted(own)) for own in parts.to_sets())
        return tuple(self._component(regions) for regions in found)

    def _component(self, regions: tuple[int, ...]) -> Component:
        lower, upper = extent([row for region in regions for row in self.piece(region)])
        return Component(regions, self.point_in(self.complex.depth, regions[0]), lower, upper)

    def polyhedra(self) -> PolyhedralComplex:
        """Return the closure of the set as a complex of the parts in regions and their faces."""
        found = []
        for region in self._chosen[-1]:
            rows = self.piece(region)
            points, rays = [dehomogeneous(row) for row in rows if row[0]], [row[1:] for row in rows if not row[0]]
            found.append(Polyhedron.from_generators(points, rays))
        return PolyhedralComplex.from_polyhedra(dict.fromkeys(found), self.complex.dim)

    @property
    def euler(self) -> int:
        """The Euler characteristic of ordinary homology."""
        depth = self.complex.depth
        return sum((-1) ** (depth - k) * len(own) for k, own in enumerate(self._chosen))


@frozen
class CycleCell:
    """A cell of a cycle: its dimension, a point of the set in it, and its coefficient."""

    dim: int
    point: Vector
    coefficient: int


@frozen
class Component:
    """A connected component: the regions that it meets, a point in it, and its extent along the coordinates.

    ``lower`` and ``upper`` are bounds of its closure, None where there is none.
    """

    regions: tuple[int, ...]
    point: Vector
    lower: tuple[Fraction | None, ...]
    upper: tuple[Fraction | None, ...]


def extent(rows: Iterable[Row]) -> tuple[tuple[Fraction | None, ...], tuple[Fraction | None, ...]]:
    """Return bounds on every coordinate of the polyhedron with these homogeneous generators, None where there is none.

    >>> extent([(1, 0, 0), (2, 1, 4), (0, 0, -1)])
    ((Fraction(0, 1), None), (Fraction(1, 2), Fraction(2, 1)))
    """
    given = list(dict.fromkeys(rows))
    points, rays = [dehomogeneous(row) for row in given if row[0]], [row[1:] for row in given if not row[0]]
    lower: list[Fraction | None] = [min(column) for column in zip(*points, strict=True)]
    upper: list[Fraction | None] = [max(column) for column in zip(*points, strict=True)]
    for ray in rays:
        for j, entry in enumerate(ray):
            if entry < 0:
                lower[j] = None
            if entry > 0:
                upper[j] = None
    return tuple(lower), tuple(upper)


def _of_length(groups: Sequence[HomologyGroup], length: int) -> tuple[HomologyGroup, ...]:
    if any(groups[length:]):
        raise VerificationFailed("a set has homology in a degree in which no set of its space has any")
    return (*groups[:length], *(HomologyGroup(0) for _ in range(length - len(groups))))
