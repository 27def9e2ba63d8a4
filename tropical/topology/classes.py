"""Regions of classes and the boundary between them, of a network that ends with a comparison of its scores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from attrs import field, frozen
from networkx.utils import UnionFind

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.errors import VerificationFailed
from polytopes.homology.chain_complex import ChainComplex
from tropical.topology.cell_sets import CellSet, Component, CycleCell, extent
from tropical.topology.chains import Chosen, closed_complex
from tropical.topology.region_complex import RegionComplex

Bits = tuple[tuple[int, ...], ...]
"""For every cell a set of classes, as bits."""


@frozen(eq=False, slots=False)
class Ties:
    """Which scores are the largest, on a complex of a :func:`tropical.regions.surveys.decision_boundary.score_network`.

    Its outputs are the scores less the largest of them.
    """

    complex: RegionComplex

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return self.complex.network.output_dim

    @cached_property
    def of_generator(self) -> tuple[dict[int, int], ...]:
        """For every region the classes whose score is largest at a vertex, or stays so along a ray, by generator."""
        generators = self.complex.generators
        return tuple(
            {label: sum(1 << i for i, form in enumerate(forms) if not dot(form, generators[label])) for label in face}
            for face, forms in zip(self.complex.poset.faces[-1], self.complex.forms, strict=True)
        )

    @cached_property
    def on_all(self) -> Bits:
        """For every cell the classes whose score is largest on all of it."""
        poset = self.complex.poset
        return tuple(
            tuple(self._common(face, owner) for face, owner in zip(faces, owners, strict=True))
            for faces, owners in zip(poset.faces, poset.owners, strict=True)
        )

    def _common(self, face: Sequence[int], owner: int) -> int:
        own, common = self.of_generator[owner], -1
        for label in face:
            common &= own[label]
        return common

    @cached_property
    def somewhere(self) -> Bits:
        """For every cell the classes whose score is largest somewhere on it."""
        poset, is_vertex = self.complex.poset, self.complex.is_vertex
        found = []
        for faces, owners in zip(poset.faces, poset.owners, strict=True):
            level = []
            for face, owner in zip(faces, owners, strict=True):
                some, own = 0, self.of_generator[owner]
                for label in face:
                    some |= own[label] if is_vertex[label] else 0
                level.append(some)
            found.append(tuple(level))
        return tuple(found)

    def verify(self, point: Vector, classes: int, exactly: bool = True) -> Vector:
        """Return a point if the scores of these classes, and no others if ``exactly``, are the largest there.

        Raises:
            VerificationFailed: if they are not.
        """
        found = sum(1 << i for i, value in enumerate(self.complex.network(point)) if not value)
        if found & classes != classes or (exactly and found != classes):
            raise VerificationFailed("the network prefers other classes at a point than its complex")
        return point


@frozen(eq=False, slots=False)
class ClassRegion(CellSet):
    """Where the score of a class is the largest; if strict, where it is the only largest."""

    complex: RegionComplex
    ties: Ties = field(repr=False)
    label: int
    strict: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether the set is closed in the domain."""
        return not self.strict

    def _is_whole(self, k: int, index: int) -> bool:
        """Whether the set contains the relative interior of a cell."""
        own = self.ties.on_all[k][index]
        return own == 1 << self.label if self.strict else bool(own >> self.label & 1)

    def meets(self, k: int, index: int) -> bool:
        """Whether the set meets a cell of dimension ``lineality + k``."""
        return self._is_whole(k, index) if self.strict else bool(self.ties.somewhere[k][index] >> self.label & 1)

    @cached_property
    def _cells(self) -> Chosen:
        return [[i for i in range(len(faces)) if self._is_whole(k, i)] for k, faces in enumerate(self.ties.on_all)]

    def _closed_chains(self) -> ChainComplex:
        return closed_complex(self.complex, self._cells, self.complex.lineality)

    @property
    def euler_compact(self) -> int:
        """The Euler characteristic with compact support, which adds up over disjoint sets."""
        return alternating(self._cells, self.complex.lineality)

    @property
    def is_bounded(self) -> bool:
        """Whether the set is bounded; the empty set is."""
        return has_no_rays(self.complex, self._cells)

    def piece(self, region: int) -> Sequence[Row]:
        """Return generators of the closure of the part in a region that the set meets, as rows; lines in both ways."""
        complex_, own = self.complex, self.ties.of_generator[region]
        rows = [complex_.generators[label] for label, classes in own.items() if classes >> self.label & 1]
        return [*rows, *both_ways(complex_.lines)]

    def point_in(self, k: int, index: int) -> Vector:
        """Return a point of the set in a cell that it meets; errors as of :meth:`Ties.verify`."""
        if self.strict:
            return self.ties.verify(self.complex.point_in(k, index), 1 << self.label)
        own, is_vertex = self.ties.of_generator[self.complex.poset.owners[k][index]], self.complex.is_vertex
        face = self.complex.poset.faces[k][index]
        label = next(label for label in face if own[label] >> self.label & 1 and is_vertex[label])
        return self.ties.verify(self.complex.vertex(label), 1 << self.label, exactly=False)


@frozen(eq=False, slots=False)
class ClassBoundary(CellSet):
    """Where two or more scores are the largest: a closed union of cells.

    Its parts in cells need not be convex, so that its ordinary homology is not found from the cells that it meets, but
    from its bounded cells, to which it retracts (modulo lines).
    """

    complex: RegionComplex
    ties: Ties = field(repr=False)

    @property
    def is_closed(self) -> bool:
        """Whether the set is closed in the domain: it is."""
        return True

    def meets(self, k: int, index: int) -> bool:
        """Whether the set contains a cell of dimension ``lineality + k``."""
        return self.ties.on_all[k][index].bit_count() > 1

    @cached_property
    def _cells(self) -> Chosen:
        return [[i for i in range(len(faces)) if self.meets(k, i)] for k, faces in enumerate(self.ties.on_all)]

    @property
    def is_empty(self) -> bool:
        """Whether the set is empty."""
        return not any(self._cells)

    @cached_property
    def _bounded(self) -> Chosen:
        """The cells without rays: the bounded ones, modulo lines."""
        return [[i for i in own if not self._has_ray(k, i)] for k, own in enumerate(self._cells)]

    def _has_ray(self, k: int, index: int) -> bool:
        return not all(self.complex.is_vertex[label] for label in self.complex.poset.faces[k][index])

    def chains(self, oriented: bool = True) -> ChainComplex:
        """Return a chain complex whose homology is the ordinary homology of the set."""
        return closed_complex(self.complex, self._bounded, 0)

    def _closed_chains(self) -> ChainComplex:
        return closed_complex(self.complex, self._cells, self.complex.lineality)

    @property
    def euler(self) -> int:
        """The Euler characteristic of ordinary homology."""
        return alternating(self._bounded, 0)

    @property
    def euler_compact(self) -> int:
        """The Euler characteristic with compact support, which adds up over disjoint sets."""
        return alternating(self._cells, self.complex.lineality)

    @property
    def is_bounded(self) -> bool:
        """Whether the set is bounded; the empty set is."""
        return has_no_rays(self.complex, self._cells)

    def components(self) -> tuple[Component, ...]:
        """Return the connected components, in the order of the regions that have their cells."""
        poset = self.complex.poset
        parts = UnionFind((k, i) for k, own in enumerate(self._cells) for i in own)
        for k, own in enumerate(self._cells):
            for i in own if k else ():
                parts.union((k, i), *((k - 1, facet) for facet in poset.facets[k][i]))
        found = []
        for cells in parts.to_sets():
            labels = sorted({label for k, i in cells for label in poset.faces[k][i]})
            rows = [self.complex.generators[label] for label in labels]
            regions = tuple(sorted({poset.owners[k][i] for k, i in cells}))
            point = self.complex.vertex(next(label for label in labels if self.complex.is_vertex[label]))
            self._verify(point)
            found.append(Component(regions, point, *extent([*rows, *both_ways(self.complex.lines)])))
        return tuple(sorted(found, key=lambda component: (component.regions, component.point)))

    def _verify(self, point: Vector) -> None:
        if sum(not value for value in self.complex.network(point)) < 2:
            raise VerificationFailed("a point of the boundary is preferred by one class")

    def piece(self, region: int) -> Sequence[Row]:
        """Return homogeneous generators of a region that lies in the boundary; lines in both ways."""
        complex_ = self.complex
        rows = [complex_.generators[label] for label in complex_.poset.faces[-1][region]]
        return [*rows, *both_ways(complex_.lines)]

    def point_in(self, k: int, index: int) -> Vector:
        """Return a point inside a cell of the boundary."""
        return self.complex.point_in(k, index)

    def cycles(self, degree: int, field: int = 2) -> tuple[tuple[CycleCell, ...], ...]:
        """Return cycles of bounded cells whose classes are a basis of the ordinary homology of a degree over a field.

        The cells of a cycle of degree j are of dimension j (modulo lines).
        """
        found = self.chains().cycles(degree, field)
        dim = self.complex.lineality + degree
        return tuple(
            tuple(
                CycleCell(dim, self.complex.point_in(degree, self._bounded[degree][i]), factor)
                for i, factor in cycle.items()
            )
            for cycle in found
        )


def alternating(cells: Chosen, low: int) -> int:
    """Return the alternating sum of the numbers of cells, those of dimension ``low`` first.

    >>> alternating([[0, 1, 2], [0]], 1)
    -2
    """
    return sum((-1) ** (low + k) * len(own) for k, own in enumerate(cells))


def has_no_rays(complex_: RegionComplex, cells: Chosen) -> bool:
    """Whether cells are bounded; without cells, True."""
    if complex_.lineality:
        return not any(cells)
    faces, is_vertex = complex_.poset.faces, complex_.is_vertex
    return all(is_vertex[label] for k, own in enumerate(cells) for i in own for label in faces[k][i])


def both_ways(lines: Sequence[Row]) -> list[Row]:
    """Return lines as two rays each."""
    return [tuple(sign * entry for entry in line) for line in lines for sign in (1, -1)]
