"""Chain complexes of finitely generated free modules, by sparse integer boundaries, and their homology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from polytopes.errors import InputError, VerificationFailed
from polytopes.homology.barcodes import Bar, barcode, in_field, without
from polytopes.homology.coefficients import INTEGERS, Ring, checked_field, checked_ring
from polytopes.homology.elimination import Column, eliminate

Boundary = Sequence[Mapping[int, int]]
"""The boundary of every generator of a degree, by generators of one degree less."""


@frozen
class HomologyGroup:
    """A finitely generated group: the sum of ``rank`` infinite cyclic groups and cyclic ones of the orders ``torsion``.

    Over a field it is a vector space of dimension ``rank``, and there is no torsion.

    >>> print(HomologyGroup(2, (2, 4)), HomologyGroup(0), HomologyGroup(1))
    Z^2 + Z/2 + Z/4 0 Z
    """

    rank: int
    torsion: tuple[int, ...] = ()

    def __str__(self) -> str:
        free = [] if not self.rank else ["Z"] if self.rank == 1 else [f"Z^{self.rank}"]
        return " + ".join([*free, *(f"Z/{order}" for order in self.torsion)]) or "0"

    def __bool__(self) -> bool:
        return bool(self.rank or self.torsion)


@frozen(eq=False)
class ChainComplex:
    """A chain complex with generators in degrees 0, 1, ..., n.

    Args:
        boundaries: for every degree the boundary of each of its generators: coefficients by generators of one degree
            less. Those of degree 0 are empty.

    >>> circle = ChainComplex([[{}, {}], [{0: -1, 1: 1}, {0: -1, 1: 1}]])
    >>> circle.check().homology()
    (HomologyGroup(rank=1, torsion=()), HomologyGroup(rank=1, torsion=()))
    """

    boundaries: Sequence[Boundary] = field(repr=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of generators by degree."""
        return tuple(map(len, self.boundaries))

    @property
    def euler_characteristic(self) -> int:
        """The alternating sum of the numbers of generators."""
        return sum((-1) ** degree * size for degree, size in enumerate(self.sizes))

    def check(self, modulus: int = 0) -> ChainComplex:
        """Return the complex itself if boundaries of boundaries vanish, or are multiples of a modulus.

        Raises:
            InputError: if a boundary names a generator that does not exist.
            VerificationFailed: if the boundary of a boundary is not zero.
        """
        for degree, columns in enumerate(self.boundaries):
            size = len(self.boundaries[degree - 1]) if degree else 0
            for column in columns:
                if any(not 0 <= row < size for row in column):
                    raise InputError(f"a boundary of degree {degree} names one of {size} generators that is not there")
                if degree > 1 and self._boundary_of(column, degree - 1, modulus):
                    raise VerificationFailed(f"the boundary of a boundary of degree {degree} is not zero")
        return self

    def _boundary_of(self, chain: Mapping[int, int], degree: int, modulus: int) -> Column:
        total: Column = {}
        for generator, factor in chain.items():
            for row, value in self.boundaries[degree][generator].items():
                total[row] = total.get(row, 0) + factor * value
        return {row: value for row, value in total.items() if (value % modulus if modulus else value)}

    def homology(self, ring: Ring = INTEGERS) -> tuple[HomologyGroup, ...]:
        """Return the homology by degree.

        Args:
            ring: ``"Z"``, or the characteristic of a field: 0 for the rationals, or a prime.

        Algorithm:
            Over the integers the Smith form of the boundary of degree k + 1 has the torsion of degree k on its
            diagonal, and ranks tell the rest; see :func:`polytopes.homology.elimination.eliminate`.

        >>> projective_plane = ChainComplex([[{}], [{}], [{0: 2}]])
        >>> [str(group) for group in projective_plane.homology()], projective_plane.betti(2)
        (['Z', 'Z/2', '0'], (1, 1, 1))
        """
        modulus = 0 if checked_ring(ring) == INTEGERS else int(ring)
        sizes, groups = self.sizes, list[HomologyGroup]()
        above, torsion = 0, tuple[int, ...]()
        cleared: Mapping[int, int] = {}
        for degree in range(len(sizes) - 1, -1, -1):
            columns = (column for i, column in enumerate(self.boundaries[degree]) if i not in cleared)
            found = eliminate(columns, modulus, torsion=ring == INTEGERS)
            groups.append(HomologyGroup(sizes[degree] - found.rank - above, torsion))
            above, torsion, cleared = found.rank, found.torsion, found.pivots
        return tuple(reversed(groups))

    def betti(self, ring: Ring = 0) -> tuple[int, ...]:
        """Return the Betti numbers, the ranks of the homology over a ring."""
        return tuple(group.rank for group in self.homology(ring))

    def barcode(self, values: Sequence[Sequence[int]], field: int = 2) -> list[Bar]:
        """Return the barcode of a filtration by integers: the value of every generator, by degree.

        Raises:
            InputError: if a boundary has a larger value than its generator.
        """
        characteristic = checked_field(field)
        for degree, columns in enumerate(self.boundaries[1:], 1):
            own, lower = values[degree], values[degree - 1]
            for i, column in enumerate(columns):
                if any(lower[row] > own[i] for row in column):
                    raise InputError(f"generator {i} of degree {degree} comes before its boundary")
        return barcode(self.boundaries, values, characteristic)

    def cycles(self, degree: int, field: int = 2) -> list[Column]:
        """Return cycles whose classes are a basis of the homology of a degree over a field, as integer coefficients.

        >>> triangle = ChainComplex([[{}, {}, {}], [{0: -1, 1: 1}, {1: -1, 2: 1}, {0: -1, 2: 1}]])
        >>> triangle.cycles(1, 0)
        [{0: -1, 1: -1, 2: 1}]
        """
        characteristic = checked_field(field)
        if not 0 <= degree < len(self.boundaries):
            return []
        above = self.boundaries[degree + 1] if degree + 1 < len(self.boundaries) else ()
        bounding = {low: column for low, column, _ in _reduced(above, characteristic) if low is not None}
        found = []
        for k, (low, _, cycle) in enumerate(_reduced(self.boundaries[degree], characteristic)):
            if low is None and k not in bounding:
                found.append(_small(cycle, characteristic))
        return found


def _reduced(columns: Boundary, field: int) -> list[tuple[int | None, Column, Column]]:
    """Return for every column its low after reduction (None for 0), what is left, and the combination that it is."""
    size = 1 + max((row for column in columns for row in column), default=-1)
    pivots: dict[int, Column] = {}
    found: list[tuple[int | None, Column, Column]] = []
    for k, given in enumerate(columns):
        # Rows from `size` on record which combination of columns the reduced one is.
        column = in_field(given, field) | {size + k: 1}
        low = _low(column, size)
        while low is not None and low in pivots:
            column = without(column, pivots[low], low, field)
            low = _low(column, size)
        if low is not None:
            pivots[low] = column
        left = {row: value for row, value in column.items() if row < size}
        found.append((low, left, {row - size: value for row, value in column.items() if row >= size}))
    return found


def _low(column: Column, size: int) -> int | None:
    return max((row for row in column if row < size), default=None)


def _small(cycle: Column, field: int) -> Column:
    """Return a cycle with residues of least absolute value, in the order of its generators."""
    return {i: value - field if field > 2 and 2 * value > field else value for i, value in sorted(cycle.items())}
