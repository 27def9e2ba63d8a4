"""Critical components: where the homology of sublevel sets changes, degenerate functions included.

For a value c let V be the union of the cells on which the function is c, vertices too, and F_1, ..., F_m its connected
components. Every cell with minimum c has one face where it is attained, which lies in one of them. So the homology of
({f <= c}, {f < c}) is a direct sum over the F_i of that of the cells with minimum c on F_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from attrs import frozen
from networkx.utils import UnionFind

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import VerificationFailed
from polytopes.homology.barcodes import Bar
from polytopes.homology.chain_complex import ChainComplex, HomologyGroup
from polytopes.homology.coefficients import INTEGERS, Ring
from tropical.topology.chains import dual_complex
from tropical.topology.region_complex import RegionComplex
from tropical.topology.value_ranges import ValueRanges


@frozen
class CriticalComponent:
    """A connected component of the cells on which the function has one value, at which homology changes.

    ``relative`` is the homology of ({f <= value}, {f < value}) at the component, of degrees 0 to d. ``flat_dim`` is the
    largest dimension of its cells; ``point`` lies in it.
    """

    value: Fraction
    relative: tuple[HomologyGroup, ...]
    flat_dim: int
    bounded: bool
    point: Vector

    @property
    def relative_betti(self) -> tuple[int, ...]:
        """The ranks of the relative homology."""
        return tuple(group.rank for group in self.relative)

    @property
    def index(self) -> int | None:
        """The degree of the relative homology if it has rank 1 in one degree and is 0 in the others; else None."""
        ranks = self.relative_betti
        simple = sum(ranks) == 1 and not any(group.torsion for group in self.relative)
        return ranks.index(1) if simple else None


@frozen
class CriticalComponents:
    """All critical components, by value, and the number of regular flat components of positive dimension."""

    components: tuple[CriticalComponent, ...]
    n_regular_flat: int
    relative_ranks: tuple[tuple[int, int, int], ...]
    """Rank of the value, degree and rank of the relative homology, summed over the components of a value."""


def critical_components(complex_: RegionComplex, ranges: ValueRanges, ring: Ring = INTEGERS) -> CriticalComponents:
    """Return the critical components of a function.

    Args:
        complex_: the complex.
        ranges: of the function on its cells.
        ring: over which relative homology is taken: ``"Z"``, 0 for the rationals, or a prime. A component with torsion
            only is critical, over whichever ring.

    Algorithm:
        All relative complexes are collapsed together, as they are a direct sum. Where nothing is left the component is
        regular; for the few others homology is computed.
    """
    flats = FlatComponents(complex_, ranges)
    blocks = _Blocks(complex_, ranges, flats)
    found: dict[int, CriticalComponent] = {}
    totals: dict[tuple[int, int], int] = {}
    for number in sorted(blocks.not_collapsed()):
        chains = blocks.chains(number).check()
        over_integers = chains.homology(INTEGERS)
        if not any(over_integers):
            continue
        relative = over_integers if ring == INTEGERS else chains.homology(ring)
        found[number] = flats.component(number, _filled(relative, complex_.dim + 1))
        for degree, group in enumerate(relative):
            key = flats.rank_of[number], degree
            totals[key] = totals.get(key, 0) + group.rank
    regular = sum(dim > complex_.lineality for number, dim in enumerate(flats.dims) if number not in found)
    ranks = tuple((rank, degree, total) for (rank, degree), total in sorted(totals.items()) if total)
    return CriticalComponents(tuple(sorted(found.values(), key=lambda own: (own.value, own.point))), regular, ranks)


def _filled(groups: Sequence[HomologyGroup], length: int) -> tuple[HomologyGroup, ...]:
    return (*groups, *(HomologyGroup(0) for _ in range(length - len(groups))))


class FlatComponents:
    """The connected components of the cells on which a function is constant.

    They are numbered; of every vertex ``of_vertex`` has the number, of every component ``dims`` the largest dimension
    of a cell, and ``bounded`` whether it is bounded.
    """

    def __init__(self, complex_: RegionComplex, ranges: ValueRanges) -> None:
        self._complex, self._ranges = complex_, ranges
        poset, is_vertex = complex_.poset, complex_.is_vertex
        # The bounded edges of a polyhedron connect its vertices, so flat edges are enough.
        parts = UnionFind(ranges.of_vertex if any(low >= 0 for low in ranges.low[0]) else ())
        for i in self._flat(1):
            parts.union(*(label for label in poset.faces[1][i] if is_vertex[label]))
        numbers: dict[int, int] = {}
        self.of_vertex = {label: numbers.setdefault(parts[label], len(numbers)) for label in parts}
        self.rank_of = [ranges.of_vertex[root] for root in numbers]
        self.dims = [complex_.lineality] * len(numbers)
        self.bounded = [not complex_.lineality] * len(numbers)
        for k in range(1, complex_.depth + 1):
            for i in self._flat(k):
                number = self.of(k, i)
                self.dims[number] = complex_.lineality + k
                if not all(is_vertex[label] for label in poset.faces[k][i]):
                    self.bounded[number] = False

    def _flat(self, k: int) -> list[int]:
        """Return the cells of dimension ``lineality + k`` on which the function is constant."""
        if k > self._complex.depth:
            return []
        ends = zip(self._ranges.low[k], self._ranges.high[k], strict=True)
        return [i for i, (low, high) in enumerate(ends) if low == high]

    def of(self, k: int, index: int) -> int:
        """Return the number of the component where the function has its minimum on a cell, which is finite."""
        low, rank = self._ranges.low[k][index], self._ranges.of_vertex
        face = self._complex.poset.faces[k][index]
        return self.of_vertex[next(label for label in face if rank.get(label) == low)]

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for label, number in self.of_vertex.items():
            found.setdefault(number, []).append(label)
        return found

    def component(self, number: int, relative: tuple[HomologyGroup, ...]) -> CriticalComponent:
        """Return a component with its relative homology, and the first of its vertices in lexicographic order."""
        point = min(map(self._complex.vertex, self._members[number]))
        value = self._ranges.values[self.rank_of[number]]
        return CriticalComponent(value, relative, self.dims[number], self.bounded[number], point)


class _Blocks:
    """The cells of the complex by the component where their minimum is, and which of them are faces of which.

    Cells of codimension j are of degree j; the *faces* of one, in the dual sense, are the cells of one dimension more
    around it that have their minimum on the same component.
    """

    def __init__(self, complex_: RegionComplex, ranges: ValueRanges, flats: FlatComponents) -> None:
        self._complex = complex_
        depth, cofacets = complex_.depth, complex_.poset.cofacets
        self._of: list[dict[int, int]] = [
            {
                i: flats.of(k, i)
                for i, (border, low) in enumerate(zip(complex_.is_border[k], ranges.low[k], strict=True))
                if not border and low >= 0
            }
            for k in range(depth, -1, -1)
        ]
        self._faces: list[dict[int, list[int]]] = [{i: [] for i in self._of[0]}]
        for degree in range(1, depth + 1):
            own, below, above = self._of[degree], self._of[degree - 1], cofacets[depth - degree]
            self._faces.append({i: [c for c in above[i] if below.get(c) == number] for i, number in own.items()})

    def not_collapsed(self) -> set[int]:
        """Return the components whose complex does not vanish by coreductions: all critical ones, and seldom others.

        A cell with one face left is removed together with it, which changes no homology (Mrozek, Batko 2009).
        """
        left: set[int] = set()
        removed: set[int] = set()
        for degree in range(len(self._faces) - 1):
            removed = self._coreduce(degree, removed, left)
        left.update(number for i, number in self._of[-1].items() if i not in removed)
        return left

    def _coreduce(self, degree: int, removed: set[int], left: set[int]) -> set[int]:
        """Pair cells of a degree that are not removed with cells of the next; return those of the next."""
        around: dict[int, list[int]] = {i: [] for i in self._of[degree] if i not in removed}
        open_: dict[int, int] = {}
        for i, faces in self._faces[degree + 1].items():
            present = [face for face in faces if face in around]
            open_[i] = len(present)
            for face in present:
                around[face].append(i)
        ready = [i for i, count in open_.items() if count == 1]
        paired: set[int] = set()
        while ready:
            i = ready.pop()
            if open_[i] != 1:
                continue
            face = next(face for face in self._faces[degree + 1][i] if face in around)
            paired.add(i)
            for other in around.pop(face):
                open_[other] -= 1
                if open_[other] == 1:
                    ready.append(other)
        left.update(self._of[degree][i] for i in around)
        return paired

    @cached_property
    def _members(self) -> dict[int, list[list[int]]]:
        found: dict[int, list[list[int]]] = {}
        for degree, own in enumerate(self._of):
            for i, number in own.items():
                found.setdefault(number, [[] for _ in self._of])[degree].append(i)
        return found

    def chains(self, number: int) -> ChainComplex:
        """Return the relative complex of a component."""
        return dual_complex(self._complex, list(reversed(self._members[number])))


def check_morse(ranks: Sequence[tuple[int, int, int]], bars: Sequence[Bar]) -> None:
    """Check that relative homology accounts for all births and deaths: both over one field.

    Raises:
        VerificationFailed: if the ranks of relative homology of a value and degree j are not the number of bars of
            degree j born there, and of degree j - 1 dying there.
    """
    changes: dict[tuple[int, int], int] = {}
    for bar in bars:
        if bar.birth >= 0:
            changes[bar.birth, bar.degree] = changes.get((bar.birth, bar.degree), 0) + 1
        if bar.death is not None:
            changes[bar.death, bar.degree + 1] = changes.get((bar.death, bar.degree + 1), 0) + 1
    if changes != {(rank, degree): total for rank, degree, total in ranks}:
        raise VerificationFailed("critical components and bars do not account for one another")
