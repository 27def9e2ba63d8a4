"""All faces of a polyhedral complex with their facets and incidence numbers, from the facets of its maximal cells.

The cells are given by incidence alone: which generators lie on which facet. Faces are found from above, the facets of
a face as its maximal intersections with facets of the cell, and every face once: equal sets of generators are equal
faces in all cells of a complex.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from attrs import field, frozen

from polytopes.complexes.face_sets import FaceSet
from polytopes.errors import VerificationFailed

Signs = Sequence[Sequence[int]]
"""For every face of a dimension the incidence numbers, 1 or -1, with its facets in their order."""


@frozen(eq=False)
class FacePoset:
    """The faces of a pure polyhedral complex by dimension, from the smallest, ``low``, to that of its maximal cells.

    ``faces[k]`` are the faces of dimension ``low + k`` as face sets, ``facets[k]`` for each of them the indices of its
    facets in ``faces[k - 1]``, and ``owners[k]`` the number of a maximal cell that it is a face of. Generators are
    vertices and directions of rays, modulo the lines that all cells share.
    """

    low: int
    faces: tuple[tuple[FaceSet, ...], ...]
    facets: tuple[tuple[tuple[int, ...], ...], ...] = field(repr=False)
    owners: tuple[tuple[int, ...], ...] = field(repr=False)

    @property
    def dim(self) -> int:
        """The dimension of the maximal cells."""
        return self.low + len(self.faces) - 1

    @property
    def n_faces(self) -> int:
        """The number of all faces."""
        return sum(map(len, self.faces))

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of faces of dimension 0, 1, ..., dim."""
        return (0,) * self.low + tuple(map(len, self.faces))

    @cached_property
    def cofacets(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For every face of dimension ``low + k`` the indices of those in ``faces[k + 1]`` of which it is a facet."""
        found = []
        for k, own in enumerate(self.faces):
            above: list[list[int]] = [[] for _ in own]
            for i, facets in enumerate(self.facets[k + 1] if k + 1 < len(self.facets) else ()):
                for facet in facets:
                    above[facet].append(i)
            found.append(tuple(map(tuple, above)))
        return tuple(found)

    @cached_property
    def signs(self) -> tuple[Signs, ...]:
        """For every face its incidence numbers with its facets; those of k = 0 are empty.

        Raises:
            VerificationFailed: as :meth:`around`.
        """
        signs: list[Signs] = [()]
        for k in range(1, len(self.faces)):
            found = [self.around(k - 1, b) for b in range(len(self.faces[k - 1]))]
            signs.append([[found[b][c] for b in facets] for c, facets in enumerate(self.facets[k])])
        return tuple(signs)

    @cached_property
    def _known(self) -> tuple[dict[int, dict[int, int]], ...]:
        return tuple({} for _ in self.faces)

    def around(self, k: int, index: int) -> dict[int, int]:
        """Return the incidence numbers with a face of ``faces[k]`` of those in ``faces[k + 1]`` around it.

        Maximal cells have one orientation, that of the space: a face between two of them has the numbers 1 and -1. The
        orientations of all other faces are any, and stay as they are first found.

        Raises:
            VerificationFailed: if there are no such numbers, so that this is no complex of a convex set.

        Algorithm:
            Between a face D and a face B of two dimensions less lie exactly two faces C and C', and
            [D:C][C:B] + [D:C'][C':B] = 0. The faces above B are a fan that subdivides a convex cone, so those of one
            dimension more are connected through those of two: the numbers [C:B] are known from one of them, which is
            free as the orientation of B.
        """
        found = self._known[k].get(index)
        if found is None:
            found = self._maximal_around(index) if k == len(self.faces) - 2 else self._propagated(k, index)
            self._known[k][index] = found
        return found

    def _maximal_around(self, index: int) -> dict[int, int]:
        around = self.cofacets[-2][index]
        if len(around) > 2:
            raise VerificationFailed(f"{len(around)} maximal cells have a facet in common")
        return dict(zip(around, (1, -1), strict=False))

    def _propagated(self, k: int, index: int) -> dict[int, int]:
        cofacets, between = self.cofacets[k + 1], dict[int, list[int]]()
        around = self.cofacets[k][index]
        for c in around:
            for d in cofacets[c]:
                between.setdefault(d, []).append(c)
        found = {around[0]: 1}
        stack = [around[0]]
        while stack:
            c = stack.pop()
            for d, sign in self.around(k + 1, c).items():
                pair = between[d]
                if len(pair) != 2:
                    raise VerificationFailed(f"between two faces lie {len(pair)} others, and not 2")
                other = pair[0] if c == pair[1] else pair[1]
                turned = -sign * self.around(k + 1, other)[d] * found[c]
                if other not in found:
                    found[other] = turned
                    stack.append(other)
                elif found[other] != turned:
                    raise VerificationFailed("incidence numbers of faces contradict one another")
        if len(found) != len(around):
            raise VerificationFailed("the faces around a face are not connected")
        return found


class FaceCollector:
    """Collects the faces of the maximal cells of a complex, cell by cell.

    >>> faces = FaceCollector(low=0, dim=1)
    >>> faces.add([4, 7], [0b01, 0b10], vertices=0b11)      # the segment between the vertices 4 and 7
    >>> faces.add([7, 5], [0b01], vertices=0b01)            # a ray in direction 5 from vertex 7
    >>> poset = faces.poset()
    >>> poset.f_vector(), poset.faces[0], poset.facets[1], poset.signs[1]
    ((2, 2), ((4,), (7,)), ((0, 1), (1,)), [[1, 1], [-1]])
    """

    def __init__(self, low: int, dim: int) -> None:
        self.low = low
        depth = dim - low + 1
        self.n_faces = 0
        self._places: list[dict[FaceSet, int]] = [{} for _ in range(depth)]
        self._facets: list[list[tuple[int, ...]]] = [[] for _ in range(depth)]
        self._owners: list[list[int]] = [[] for _ in range(depth)]

    @property
    def n_cells(self) -> int:
        """The number of maximal cells."""
        return len(self._owners[-1])

    def add(self, labels: Sequence[int], facets: Iterable[int], vertices: int) -> None:
        """Add a maximal cell.

        Args:
            labels: the numbers of its generators.
            facets: for every facet the generators on it as bits, in the order of ``labels``. Those of smaller faces
                may be among them.
            vertices: the generators that are vertices, as bits.

        Algorithm:
            A face is given by generators, one of which is a vertex. The facets of a face are the maximal ones among
            its intersections with facets of the cell that have a vertex (Kaibel, Pfetsch 2002). A face that other
            cells have is not looked at again; the facets of edges are their vertices.
        """
        owner = self.n_cells
        if _labels(labels, (1 << len(labels)) - 1) in self._places[-1]:
            raise VerificationFailed("a maximal cell occurs twice")
        masks = [mask for mask in dict.fromkeys(facets) if mask & vertices]
        whole = (1 << len(labels)) - 1
        level = [(whole, self._place(len(self._places) - 1, _labels(labels, whole), owner))]
        for k in range(len(self._places) - 1, 0, -1):
            seen: dict[int, int] = {}
            lower: list[tuple[int, int]] = []
            for face, _ in level:
                own = []
                for mask in _facets_of(face, masks, vertices) if k > 1 else _ones(face & vertices):
                    if mask not in seen:
                        before = len(self._owners[k - 1])
                        seen[mask] = place = self._place(k - 1, _labels(labels, mask), owner)
                        if place == before:
                            lower.append((mask, place))
                    own.append(seen[mask])
                self._facets[k].append(tuple(own))
            level = lower
        self._facets[0].extend(() for _ in range(len(self._owners[0]) - len(self._facets[0])))

    def _place(self, k: int, face: FaceSet, owner: int) -> int:
        places = self._places[k]
        place = places.setdefault(face, len(places))
        if place == len(self._owners[k]):
            self._owners[k].append(owner)
            self.n_faces += 1
        return place

    def poset(self) -> FacePoset:
        """Return the faces of all cells added."""
        return FacePoset(
            self.low, tuple(map(tuple, self._places)), tuple(map(tuple, self._facets)), tuple(map(tuple, self._owners))
        )


def _labels(labels: Sequence[int], mask: int) -> FaceSet:
    return tuple(sorted([labels[low.bit_length() - 1] for low in _ones(mask)]))


def _ones(mask: int) -> Iterator[int]:
    """Yield the bits of a bit set, each as a set."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _facets_of(face: int, masks: Sequence[int], vertices: int) -> list[int]:
    """Return the maximal proper intersections of a face with ``masks`` that have a vertex."""
    found: list[int] = []
    candidates = {face & mask for mask in masks}
    candidates.discard(face)
    for candidate in sorted(candidates, key=int.bit_count, reverse=True):
        if candidate & vertices and not any(candidate & other == candidate for other in found):
            found.append(candidate)
    return found
