"""The decision boundary in boxes of many inputs: its maximal cells, each by a point, without any vertex.

On an activation region of a network of scores less the largest, another score is at most 0, and it is 0 on a face.
Whether there is one is seen from bounds over the box, or by a linear program, which gives a point in its relative
interior too. The regions meet in common faces, so a face lies in another iff its point does, and both are equal if they
have one dimension: all that is asked of two faces is asked of points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Vector, dehomogeneous, primitive
from polytopes.enumeration.boxes.box_cells import LiftedCell
from polytopes.enumeration.gate_program import Pattern
from polytopes.errors import VerificationFailed
from polytopes.polyhedra.incidence import bits
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.surveys.tied_faces import Ties

LOOKED_UP = 64
"""So many patterns are looked up one by one; of more all regions are compared."""


@frozen
class BoundaryPiece:
    """A maximal cell of a decision boundary: its dimension, a point in its relative interior, and what meets there.

    ``classes`` have the largest score on all of it, and ``patterns`` are those of the activation regions, among those
    seen, that it is a face of: two for a wall inside the domain, and one where scores tie on a whole region.
    """

    dim: int
    point: Vector
    classes: Ties
    patterns: tuple[Pattern, ...]


@frozen
class _Face:
    """A face on which scores tie: ``around`` has the winners of every gate at the point, as bits."""

    dim: int
    point: Vector
    classes: Ties
    around: tuple[int, ...]


@define
class FoundPieces:
    """The faces on which scores tie of regions of ``scores``, which are added one by one."""

    scores: Network
    _beyond: dict[Pattern, tuple[Pattern, ...]] = field(factory=dict)
    """For every region added those across facets in which no other score equals that of its only class."""
    _faces: dict[tuple[Pattern, int], _Face] = field(factory=dict)
    """The face of a region on which a score equals that of the winner."""

    def add(self, region: ActivationRegion, winners: Ties) -> None:
        """Find the faces of one more region, given the classes whose score is the largest on all of it.

        Raises:
            VerificationFailed: if a point found is not in the region, or scores do not tie there.
        """
        cell, geometry, pattern = region.cell, region.cell.geometry, region.pattern
        faces, beyond = dict[tuple[Pattern, int], _Face](), tuple[Pattern, ...]()
        if len(winners) > 1:
            faces[pattern, min(winners)] = self._checked(pattern, winners, cell.frame.size - 1, region.point)
        elif isinstance(geometry, LiftedCell):
            for k, form in enumerate(cell.integer_forms):
                face = None if k in winners else geometry.face(form)
                if face is not None:
                    point = dehomogeneous(cell.frame.lift(face[1]))
                    faces[pattern, k] = self._checked(pattern, winners | {k}, face[0], point)
            beyond = tuple(_untied_neighbors(region, winners))
        self._beyond[pattern] = beyond
        self._faces |= faces

    def _checked(self, pattern: Pattern, classes: Ties, dim: int, point: Vector) -> _Face:
        """Return a face after the network itself was asked at the point of it."""
        tied = frozenset(k for k, value in enumerate(self.scores(point)) if not value)
        around = self.scores.program.winners_at(point)
        if not tied >= classes or any(not own >> i & 1 for i, own in zip(pattern, around, strict=True)):
            raise VerificationFailed(
                "a point found for the decision boundary is not on it; please report this with the network and the box"
            )
        return _Face(dim, point, tied, around)

    def untied_neighbors(self, region: ActivationRegion, own: int) -> tuple[Pattern, ...]:
        """Return the patterns beyond facets in which no other score equals that of the class of a region added."""
        return self._beyond[region.pattern]

    def pieces(self) -> tuple[BoundaryPiece, ...]:
        """Return the maximal ones among all faces, those of large dimension first."""
        located, found = _Located(tuple(self._beyond)), list[BoundaryPiece]()
        for key, face in self._faces.items():
            patterns = tuple(sorted(located.around(face.around)))
            larger = [(at, k) for at in patterns for k in face.classes if (at, k) in self._faces]
            dims = {other: self._faces[other].dim for other in larger}
            if max(dims.values()) == face.dim and key == min(other for other in larger if dims[other] == face.dim):
                found.append(BoundaryPiece(face.dim, face.point, face.classes, patterns))
        return tuple(sorted(found, key=lambda piece: (-piece.dim, piece.patterns, sorted(piece.classes))))


def _untied_neighbors(region: ActivationRegion, winners: Ties) -> Iterator[Pattern]:
    """Yield the patterns across the facets of a region, sides of the box left out, in which no scores tie.

    A form that is nowhere positive on a cell is 0 on a facet only if it is a multiple of that.
    """
    forms = enumerate(region.cell.integer_forms)
    tied = {primitive([-int(entry) for entry in form]) for k, form in forms if k not in winners}
    for row, beyond in region.cell.neighbors_across_cuts():
        if row not in tied:
            yield beyond


@frozen(eq=False, slots=False)
class _Located:
    """Regions by their patterns, to be found around points."""

    patterns: Sequence[Pattern]

    @cached_property
    def _known(self) -> frozenset[Pattern]:
        return frozenset(self.patterns)

    @cached_property
    def _table(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        return np.array(self.patterns, dtype=np.int64).reshape(len(self.patterns), -1)

    def around(self, winners: Sequence[int]) -> Iterator[Pattern]:
        """Yield the patterns of the regions that contain a point, given the winners of every gate there, as bits."""
        if prod(own.bit_count() for own in winners) <= LOOKED_UP:
            yield from (pattern for pattern in product(*map(bits, winners)) if pattern in self._known)
            return
        fits = np.ones(len(self.patterns), dtype=bool)
        for gate, own in enumerate(winners):
            fits &= np.isin(self._table[:, gate], list(bits(own)))
        yield from (self.patterns[place] for place in np.flatnonzero(fits).tolist())
