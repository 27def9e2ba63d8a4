"""The chain complexes of sets that are made of cells: dual ones for ordinary homology, all cells for Borel-Moore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import frozen

from polytopes.homology.chain_complex import ChainComplex
from polytopes.homology.elimination import Column
from tropical.topology.region_complex import RegionComplex
from tropical.topology.value_ranges import ValueRanges

Chosen = Sequence[Sequence[int]]
"""For every k = 0, 1, ... the indices of some cells of dimension ``lineality + k``."""


def dual_complex(complex_: RegionComplex, chosen: Chosen, oriented: bool = True) -> ChainComplex:
    """Return the dual chain complex of cells, none of them in the border, with all cells above each of them.

    A cell of codimension j is a generator of degree j; its boundary is the sum of the cells of one dimension more
    around it, with incidence numbers. Without orientation these are all 1, which is right over the field of two
    elements.
    """
    poset, depth = complex_.poset, complex_.depth
    boundaries: list[list[Column]] = []
    place: dict[int, int] = {}
    for degree in range(depth + 1):
        k = depth - degree
        columns: list[Column]
        if not degree:
            columns = [{} for _ in chosen[k]]
        elif oriented:
            signed = (poset.around(k, i) for i in chosen[k])
            columns = [{place[d]: sign for d, sign in own.items() if d in place} for own in signed]
        else:
            columns = [{place[d]: 1 for d in poset.cofacets[k][i] if d in place} for i in chosen[k]]
        boundaries.append(columns)
        place = {i: n for n, i in enumerate(chosen[k])}
    return ChainComplex(boundaries)


def closed_complex(complex_: RegionComplex, chosen: Chosen, low: int) -> ChainComplex:
    """Return the chain complex of cells that have all their facets among them; the smallest are of degree ``low``.

    In their dimension, all cells of a closed set have its Borel-Moore homology.
    """
    poset = complex_.poset
    boundaries: list[list[Column]] = [[] for _ in range(low)]
    place: dict[int, int] = {}
    for k, own in enumerate(chosen):
        facets, signs = poset.facets[k], poset.signs[k]
        columns: list[Column] = []
        for i in own:
            columns.append({place[f]: sign for f, sign in zip(facets[i], signs[i], strict=True)} if k else {})
        boundaries.append(columns)
        place = {i: n for n, i in enumerate(own)}
    return ChainComplex(boundaries)


SECTION, PART = 0, 1
Key = tuple[int, int, int]
"""A section or a part, of the cell ``index`` of dimension ``lineality + k``: (SECTION or PART, k, index)."""


@frozen(eq=False)
class NamedCells:
    """A chain complex of all cells of a set in their dimension, and what its generators are, by degree."""

    chains: ChainComplex
    keys: Sequence[Sequence[Key]]


class CutCells:
    """The cells of {f = c} and of {f <= c} where cells of the complex are cut, with their boundaries.

    A cell C is *cut* if f takes values below and above c in it, *flat* if f is c on it. Cells of {f = c} are the
    sections (C, 0) of cut cells and the flat ones; those of {f <= c} are these, the lower parts (C, -) of cut cells,
    and the other cells where f is at most c.
    """

    def __init__(self, complex_: RegionComplex, ranges: ValueRanges, place: tuple[int, int]) -> None:
        """Cut the cells at a value of which ``place`` tells how many values at vertices are below and not above it."""
        self.complex = complex_
        self._ranges = ranges
        self._below, self._to = place

    def is_cut(self, k: int, i: int) -> bool:
        """Whether f takes values below and above c on a cell."""
        return self.reaches_below(k, i) and self._ranges.high[k][i] >= self._to

    def is_flat(self, k: int, i: int) -> bool:
        """Whether f is c on a cell."""
        return not self.reaches_below(k, i) and self.is_at_most(k, i)

    def reaches_below(self, k: int, i: int) -> bool:
        """Whether f takes values below c on a cell."""
        return self._ranges.low[k][i] < self._below

    def is_at_most(self, k: int, i: int) -> bool:
        """Whether f is at most c on a cell."""
        return self._ranges.high[k][i] < self._to

    def level(self) -> NamedCells:
        """Return the complex of all cells of {f = c}."""
        return self._complex(sublevel=False)

    def sublevel(self) -> NamedCells:
        """Return the complex of all cells of {f <= c}."""
        return self._complex(sublevel=True)

    def _complex(self, sublevel: bool) -> NamedCells:
        boundaries: list[list[Column]] = [[] for _ in range(self.complex.dim + 1)]
        keys: list[list[Key]] = [[] for _ in boundaries]
        numbers = self._numbered(sublevel)
        for key in numbers:
            kind, k, i = key
            degree = self.complex.lineality + k - (kind == SECTION)
            keys[degree].append(key)
            boundaries[degree].append((self._of_section if kind == SECTION else self._of_part)(k, i, numbers))
        return NamedCells(ChainComplex(boundaries), keys)

    @cached_property
    def euler_of_level(self) -> int:
        """The Euler characteristic of {f = c} with compact support."""
        return self._euler(False)

    @cached_property
    def euler_of_sublevel(self) -> int:
        """The Euler characteristic of {f <= c} with compact support."""
        return self._euler(True)

    def _euler(self, sublevel: bool) -> int:
        first = self.complex.lineality
        return sum((-1) ** (first + k - (kind == SECTION)) for kind, k, _ in self._numbered(sublevel))

    def _numbered(self, sublevel: bool) -> dict[Key, int]:
        """Return the cells with their numbers among those of their dimension."""
        numbers: dict[Key, int] = {}
        used = [0] * (self.complex.dim + 1)
        for k, faces in enumerate(self.complex.poset.faces):
            dim = self.complex.lineality + k
            for i in range(len(faces)):
                cut = self.is_cut(k, i)
                if cut:
                    numbers[SECTION, k, i] = used[dim - 1]
                    used[dim - 1] += 1
                if (cut and sublevel) or self.is_flat(k, i) or (sublevel and self.is_at_most(k, i)):
                    numbers[PART, k, i] = used[dim]
                    used[dim] += 1
        return numbers

    def _of_part(self, k: int, i: int, numbers: dict[Key, int]) -> Column:
        """Return the boundary of a cell, or of its lower part: sections and (parts of) facets."""
        column = {numbers[PART, k - 1, d]: sign for d, sign in self._facets(k, i) if (PART, k - 1, d) in numbers}
        if (SECTION, k, i) in numbers:
            column[numbers[SECTION, k, i]] = 1
        return column

    def _of_section(self, k: int, i: int, numbers: dict[Key, int]) -> Column:
        """Return the boundary of a section: sections of facets, and flat faces between a facet below and one above."""
        column: Column = {}
        for d, sign in self._facets(k, i):
            if self.is_cut(k - 1, d):
                column[numbers[SECTION, k - 1, d]] = -sign
            elif self.reaches_below(k - 1, d):
                for g, other in self._facets(k - 1, d):
                    if self.is_flat(k - 2, g):
                        column[numbers[PART, k - 2, g]] = -sign * other
        return column

    def _facets(self, k: int, i: int) -> Iterator[tuple[int, int]]:
        """Yield the facets of a cell with their incidence numbers."""
        if k:
            poset = self.complex.poset
            yield from zip(poset.facets[k][i], poset.signs[k][i], strict=True)
