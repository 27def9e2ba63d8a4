"""Face lattices as bit sets: everything combinatorial follows from the incidences of facets and extreme rays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise

import networkx as nx

from polytopes.errors import LimitReached
from polytopes.polyhedra.incidence import transpose

_most: ContextVar[int | None] = ContextVar("_most", default=None)


@contextmanager
def faces_up_to(most: int) -> Iterator[None]:
    """Bound the number of faces of every polyhedron whose faces are found in the block: they may be very many.

    >>> with faces_up_to(5):
    ...     face_levels([0b011, 0b110, 0b101], 3)
    Traceback (most recent call last):
        ...
    polytopes.errors.LimitReached: more than 5 faces
    """
    token = _most.set(most)
    try:
        yield
    finally:
        _most.reset(token)


Levels = tuple[tuple[int, ...], ...]
"""Faces as bit sets of atoms, one sorted tuple for each rank, from the empty set up to the whole."""


def face_levels(coatoms: Sequence[int], n_atoms: int) -> Levels:
    """Return the faces of a pointed cone (or polytope) by rank, each as the bit set of its extreme rays.

    Args:
        coatoms: for each facet the bit set of the extreme rays on it.
        n_atoms: the number of extreme rays.

    Algorithm:
        Every face is an intersection of facets, and the facets of a face are its maximal proper intersections with
        facets of the whole (Kaibel, Pfetsch 2002). Intersections of facets are taken, or by duality of extreme rays,
        whichever are fewer.

    >>> face_levels([0b011, 0b110, 0b101], 3)
    ((0,), (1, 2, 4), (3, 5, 6), (7,))
    """
    if len(coatoms) <= n_atoms:
        return tuple(reversed(_closures(coatoms, (1 << n_atoms) - 1)))
    dual = _closures(transpose(coatoms, n_atoms), (1 << len(coatoms)) - 1)
    whole = (1 << n_atoms) - 1
    return tuple(tuple(sorted(_common(mask, coatoms, whole) for mask in level)) for level in dual)


def _closures(generators: Sequence[int], top: int) -> list[tuple[int, ...]]:
    """Return all intersections of the bit sets, grouped by the length of chains below ``top``.

    Raises:
        LimitReached: in a block of :func:`faces_up_to`; ``partial`` has the groups that are complete.
    """
    levels: list[tuple[int, ...]] = [(top,)]
    most, found = _most.get(), 1
    while True:
        lower: set[int] = set()
        for mask in levels[-1]:
            lower.update(maximal_intersections(mask, generators))
            if most is not None and found + len(lower) > most:
                raise LimitReached(f"more than {most:,} faces", levels)
        if not lower:
            return levels
        found += len(lower)
        levels.append(tuple(sorted(lower)))


def maximal_intersections(mask: int, generators: Iterable[int]) -> list[int]:
    """Return the maximal proper subsets of ``mask`` among its intersections with the bit sets.

    >>> maximal_intersections(0b111, [0b011, 0b001, 0b110])
    [3, 6]
    """
    candidates = {mask & other for other in generators} - {mask}
    found: list[int] = []
    for candidate in sorted(candidates, key=lambda c: (-c.bit_count(), c)):
        if not any(candidate & other == candidate for other in found):
            found.append(candidate)
    return found


def _common(mask: int, sets: Sequence[int], whole: int) -> int:
    """Return the intersection of the sets whose indices are in ``mask``."""
    while mask:
        low = mask & -mask
        whole &= sets[low.bit_length() - 1]
        mask ^= low
    return whole


def lattice_digraph(levels: Sequence[Sequence[int]], bottom_dim: int) -> nx.DiGraph:
    """Return the Hasse diagram with an edge from each face to the faces that cover it; nodes carry ``dim``."""
    graph = nx.DiGraph()
    for rank, level in enumerate(levels):
        graph.add_nodes_from(level, dim=bottom_dim + rank)
    for lower, upper in pairwise(levels):
        graph.add_edges_from((small, large) for large in upper for small in lower if small & large == small)
    return graph


def incidence_graph(coatoms: Sequence[int], atom_kinds: Sequence[str]) -> nx.Graph:
    """Return the bipartite graph of atoms and facets; a node carries its ``kind``."""
    graph = nx.Graph()
    graph.add_nodes_from((("atom", j), {"kind": kind}) for j, kind in enumerate(atom_kinds))
    for i, mask in enumerate(coatoms):
        graph.add_node(("facet", i), kind="facet")
        graph.add_edges_from((("facet", i), ("atom", j)) for j in range(len(atom_kinds)) if mask >> j & 1)
    return graph
