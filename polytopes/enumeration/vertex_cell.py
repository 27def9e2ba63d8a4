"""Cells of the engine kept by their extreme rays: the representation for low dimension.

A polyhedral cell is the cone over it in homogeneous coordinates z = (t, t x). Cutting it by a linear form is one step
of the double description method (Motzkin et al. 1953; Fukuda and Prodon 1996): rays on the new hyperplane arise from
pairs of adjacent rays on its two sides. All arithmetic is on exact integers, and lines are kept apart, so unbounded
cells and cells without a vertex need no bounding box.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from math import gcd

from attrs import field, frozen
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.rationals import Row

Form = Sequence[fmpz]

NEGATIVE, POSITIVE = 1, 2
BOTH = NEGATIVE | POSITIVE


@frozen(eq=False)
class VertexCell:
    """A full-dimensional cone: its extreme rays modulo its lines, and which constraints are tight on which ray.

    ``tight[i]`` has bit j set iff ``constraints[j]`` vanishes on ``rays[i]``. Every constraint vanishes on all lines
    and is nonnegative on the cone.
    """

    size: int
    rays: tuple[tuple[fmpz, ...], ...]
    lines: tuple[tuple[fmpz, ...], ...]
    tight: tuple[int, ...]
    constraints: tuple[Form, ...]
    _columns: list[fmpz_mat] = field(factory=list, repr=False)

    @classmethod
    def whole_space(cls, size: int) -> VertexCell:
        """Return Q^size as a cell: no rays, all lines."""
        lines = tuple(tuple(fmpz(int(i == j)) for j in range(size)) for i in range(size))
        return cls(size, (), lines, (), ())

    def values(self, forms: Sequence[Form]) -> list[list[fmpz]]:
        """Return the value of each form on the lines, then on the rays."""
        if not self._columns:
            generators = [entry for vector in (*self.lines, *self.rays) for entry in vector]
            rows = fmpz_mat(len(self.lines) + len(self.rays), self.size, generators)
            self._columns.append(rows.transpose())
        flat = [entry for form in forms for entry in form]
        return (fmpz_mat(len(forms), self.size, flat) * self._columns[0]).tolist()

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return for each form which signs it takes on the cell, as NEGATIVE | POSITIVE bits; 0 for the zero form."""
        n_lines = len(self.lines)
        return [_signs(row, n_lines) for row in self.values(forms)] if forms else []

    def split(self, form: Form) -> tuple[VertexCell, VertexCell]:
        """Return the parts where a form that takes both signs is nonpositive and nonnegative."""
        values = self.values([form])[0]
        on_lines, on_rays = values[: len(self.lines)], values[len(self.lines) :]
        negated = tuple(-entry for entry in form)
        if any(on_lines):
            return self._split_line(form, negated, on_lines, on_rays)
        return self._split_rays(form, negated, on_rays)

    def half(self, form: Form) -> VertexCell:
        """Return the part where a form that takes both signs is nonnegative."""
        return self.split(form)[1]

    def _split_line(
        self, form: Form, negated: Form, on_lines: list[fmpz], on_rays: list[fmpz]
    ) -> tuple[VertexCell, VertexCell]:
        """A line crosses the hyperplane: project everything else along it; its halves become rays of the two parts."""
        index = next(i for i, value in enumerate(on_lines) if value)
        line, height = self.lines[index], on_lines[index]
        if height < 0:
            line, height = tuple(-entry for entry in line), -height
        lines = tuple(
            _combine(height, other, -value, line)
            for i, (other, value) in enumerate(zip(self.lines, on_lines, strict=True))
            if i != index
        )
        bit = 1 << len(self.constraints)
        rays = tuple(_combine(height, ray, -value, line) for ray, value in zip(self.rays, on_rays, strict=True))
        tight = (*(mask | bit for mask in self.tight), bit - 1)
        opposite = tuple(-entry for entry in line)
        return (
            VertexCell(self.size, (*rays, opposite), lines, tight, (*self.constraints, negated)),
            VertexCell(self.size, (*rays, line), lines, tight, (*self.constraints, form)),
        )

    def _split_rays(self, form: Form, negated: Form, values: list[fmpz]) -> tuple[VertexCell, VertexCell]:
        bit = 1 << len(self.constraints)
        below: list[int] = []
        above: list[int] = []
        rays: list[tuple[fmpz, ...]] = []
        tight: list[int] = []
        for i, value in enumerate(values):
            if value > 0:
                above.append(i)
            elif value < 0:
                below.append(i)
            else:
                rays.append(self.rays[i])
                tight.append(self.tight[i] | bit)
        for i, j, common in self._adjacent_pairs(below, above):
            rays.append(_combine(-values[i], self.rays[j], values[j], self.rays[i]))
            tight.append(common | bit)
        return (self._part(below, rays, tight, negated), self._part(above, rays, tight, form))

    def _part(self, kept: list[int], rays: list[tuple[fmpz, ...]], tight: list[int], form: Form) -> VertexCell:
        return VertexCell(
            self.size,
            (*(self.rays[i] for i in kept), *rays),
            self.lines,
            (*(self.tight[i] for i in kept), *tight),
            (*self.constraints, form),
        )

    def _adjacent_pairs(self, below: list[int], above: list[int]) -> list[tuple[int, int, int]]:
        """Return the pairs of adjacent rays across the cut, with their common tight constraints.

        Two extreme rays are adjacent iff no third one is tight on all constraints they share; they must share at
        least dim - 2, which settles most pairs at once.
        """
        need = self.size - len(self.lines) - 2
        tight = self.tight
        pairs = []
        for i in below:
            mask = tight[i]
            for j in above:
                common = mask & tight[j]
                if common.bit_count() < need:
                    continue
                if sum(1 for other in tight if other & common == common) == 2:
                    pairs.append((i, j, common))
        return pairs

    def interior(self) -> Row:
        """Return a vector in the interior of the cone."""
        return tuple(int(sum(column, fmpz(0))) for column in zip(*self.rays, strict=True)) or (0,) * self.size

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex."""
        return not self.lines and all(value > 0 for value in self.values([form])[0])

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints, each with a vector in the relative interior of its facet.

        Facets are the inclusion-maximal sets of rays on which a constraint is tight; of equal ones the first is kept.
        """
        return [(j, self._sum_of(mask)) for j, mask in self.facet_rays()]

    def facet_rays(self) -> list[tuple[int, int]]:
        """Return the irredundant constraints, each with the bit set of the rays on its facet."""
        members = self._members()
        return [
            (j, mask)
            for j, mask in enumerate(members)
            if not any(mask & other == mask and (other != mask or k < j) for k, other in enumerate(members) if k != j)
        ]

    def _members(self) -> list[int]:
        """For each constraint the bit set of rays on which it is tight."""
        members = [0] * len(self.constraints)
        for i, mask in enumerate(self.tight):
            while mask:
                low = mask & -mask
                members[low.bit_length() - 1] |= 1 << i
                mask ^= low
        return members

    def _sum_of(self, mask: int) -> Row:
        chosen = list(compress(self.rays, (mask >> i & 1 for i in range(len(self.rays)))))
        return tuple(int(sum(column, fmpz(0))) for column in zip(*chosen, strict=True)) or (0,) * self.size

    def generators(self) -> tuple[list[Row], list[Row]]:
        """Return (rays, lines) as integer rows."""
        return (
            [tuple(int(entry) for entry in ray) for ray in self.rays],
            [tuple(int(entry) for entry in line) for line in self.lines],
        )


def _signs(values: list[fmpz], n_lines: int) -> int:
    if n_lines and any(values[:n_lines]):
        return BOTH
    signs = 0
    for value in values[n_lines:]:
        if value > 0:
            signs |= POSITIVE
        elif value < 0:
            signs |= NEGATIVE
        else:
            continue
        if signs == BOTH:
            break
    return signs


def _combine(a: fmpz, left: Form, b: fmpz, right: Form) -> tuple[fmpz, ...]:
    """Return the primitive multiple of ``a left + b right``."""
    entries = [a * x + b * y for x, y in zip(left, right, strict=True)]
    content = gcd(*(int(entry) for entry in entries))
    return tuple(entry // content for entry in entries) if content > 1 else tuple(entries)
