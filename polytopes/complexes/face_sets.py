"""What fans and polyhedral complexes share: cells given by sets of generators, their faces, walls and maximal ones.

A *face set* is the sorted tuple of the indices of its generators (rays of a fan, homogeneous vertices and rays of a
complex). Generators are canonical modulo the lineality space, so a face has one face set in all cells that share it.
Cells with different lineality spaces share no face.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.rationals import Row
from polytopes.errors import InputError
from polytopes.polyhedra.face_lattice import Levels
from polytopes.polyhedra.incidence import bits

FaceSet = tuple[int, ...]


class Faced(Protocol):
    """What is needed of a cone or a polyhedron: its faces."""

    @property
    def lines(self) -> tuple[Row, ...]: ...
    @property
    def face_levels(self) -> Levels: ...
    @property
    def incidence(self) -> tuple[int, ...]: ...


@frozen
class Member:
    """One cell: the global indices of its generators, in the order of the bits of its masks."""

    cell: Faced
    labels: tuple[int, ...]

    def face_set(self, mask: int) -> FaceSet:
        """Return the global face set of a local bit set."""
        return tuple(sorted(self.labels[i] for i in bits(mask)))

    def mask(self, face_set: Iterable[int]) -> int:
        """Return the local bit set of a global face set."""
        position = {label: i for i, label in enumerate(self.labels)}
        return sum(1 << position[label] for label in face_set)

    @property
    def facets(self) -> list[FaceSet]:
        """The face sets of the facets."""
        return [self.face_set(mask) for mask in self.cell.incidence]

    def has_face(self, face_set: Iterable[int]) -> bool:
        """Return whether generators of this cell are all those of one of its faces."""
        mask = self.mask(face_set)
        return any(mask in level for level in self.cell.face_levels)


def members(cells: Sequence[Faced], generators: Sequence[Sequence[Row]]) -> tuple[tuple[Row, ...], tuple[Member, ...]]:
    """Number the generators of all cells consecutively; return them with the labelled cells."""
    index: dict[Row, int] = {}
    found = []
    for cell, rows in zip(cells, generators, strict=True):
        found.append(Member(cell, tuple(index.setdefault(row, len(index)) for row in rows)))
    return tuple(index), tuple(found)


def faces_of(cells: Sequence[Member], level: int) -> dict[FaceSet, tuple[int, ...]]:
    """Return the faces on one level of the face lattices, each with the indices of the cells that have it."""
    found: dict[FaceSet, list[int]] = {}
    for index, member in enumerate(cells):
        levels = member.cell.face_levels
        for mask in levels[level] if 0 <= level < len(levels) else ():
            found.setdefault(member.face_set(mask), []).append(index)
    return {face: tuple(indices) for face, indices in found.items()}


def walls(cells: Sequence[Member]) -> dict[FaceSet, tuple[int, ...]]:
    """Return the facets of all cells, each with the indices of the cells whose facet it is."""
    found: dict[FaceSet, list[int]] = {}
    for index, member in enumerate(cells):
        for face in member.facets:
            found.setdefault(face, []).append(index)
    return {face: tuple(indices) for face, indices in found.items()}


def wall_graph(size: int, shared: Mapping[FaceSet, tuple[int, ...]]) -> nx.Graph:
    """Return the graph on the cells with an edge, carrying its ``wall``, for any two that share a facet."""
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    for face, indices in shared.items():
        graph.add_edges_from((i, j, {"wall": face}) for i in indices for j in indices if i < j)
    return graph


def maximal(cells: Sequence[Member]) -> list[int]:
    """Return the indices of the maximal cells.

    Raises:
        InputError: if all generators of a cell are generators of another one, of which it is no face.
    """
    kept = []
    for index, larger in enumerate(containing([frozenset(member.labels) for member in cells])):
        if larger is None:
            kept.append(index)
        elif not _is_face(cells[index], cells[larger]):
            raise InputError(
                f"cell {index} is spanned by generators of cell {larger} but is no face of it; "
                "subdivide the larger cell first"
            )
    return kept


def _is_face(cell: Member, larger: Member) -> bool:
    """Return whether a cell with some of the generators of another one is its face; faces have the same lines."""
    return cell.cell.lines == larger.cell.lines and larger.has_face(cell.labels)


def containing(sets: Sequence[frozenset[int]]) -> list[int | None]:
    """Return for each set the index of another one that contains it, or None if it is maximal.

    Of equal sets the first is maximal.

    >>> containing([frozenset({1}), frozenset({1, 2}), frozenset({1, 2})])
    [1, None, 1]
    """
    with_element: dict[int, list[int]] = {}
    for index, own in enumerate(sets):
        for element in own:
            with_element.setdefault(element, []).append(index)
    answers: list[int | None] = []
    for index, own in enumerate(sets):
        rivals = min((with_element[element] for element in own), key=len, default=range(len(sets)))
        larger = (j for j in rivals if own < sets[j] or (own == sets[j] and j < index))
        answers.append(next(larger, None))
    return answers
