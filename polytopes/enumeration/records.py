"""Cells as records for a certificate: pattern, interior point, and the numbers of the inequalities that are facets.

The inequalities of a cell are numbered: first the rows of the domain, then for every gate one number for each of its
forms, which stands for "the winner's form is at least this one". A record says which of them are facets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, chain
from operator import mul
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen
from flint import fmpz_mat

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.gate_program import GateProgram, Tape
from polytopes.enumeration.kernels.arrays import LEAVES, Walk
from polytopes.enumeration.kernels.values import values_at_rays
from polytopes.enumeration.vertex_cell import Form
from polytopes.optimization.linear_program import StrictPoint, strictly_feasible

if TYPE_CHECKING:
    from polytopes.enumeration.domain_frame import Frame
    from polytopes.enumeration.splitting_tree import CellGeometry, Node
    from polytopes.polyhedra.polyhedron import Polyhedron

Array = np.ndarray[Any, Any]
Only = Literal["facets", "maps", "facets and maps", "points"]
"""What alone is wanted of cells beside their patterns: facets and the patterns beyond, the forms of outputs, or both,
with points inside too."""


@frozen(eq=False)
class Shapes:
    """Rays and output forms of n recorded cells, in the coordinates of their frame, as floats with error bounds.

    ``n_rays`` has n entries; it is 0 where rays are not recorded. ``at_infinity`` is not 0 for unbounded cells, if it
    is recorded at all. For cells of at most 64 rays it has for every cell, and ``incidence`` for every facet, the set
    of the cell's rays that lie there, as bits. ``plain`` says of every facet whether it is known that beyond it no
    gates change but those with its hyperplane in every pattern. ``rays`` are all rays, cell by cell; ``forms`` is n x
    outputs x size. An array without rows says nothing.
    """

    n_rays: Array
    at_infinity: Array
    incidence: Array
    plain: Array
    rays: Array
    ray_errors: Array
    forms: Array
    form_errors: Array

    @classmethod
    def of_forms(cls, forms: Array, errors: Array) -> Shapes:
        """Return shapes of which nothing but the forms of outputs is known."""
        word, nothing = np.zeros(0, dtype=np.uint64), np.zeros((0, 0))
        n_rays, plain = np.zeros(len(forms), dtype=np.int64), np.zeros(0, dtype=bool)
        return cls(n_rays, word, word, plain, nothing, nothing, forms, errors)

    @classmethod
    def of_facets(cls, at_infinity: Array, plain: Array, forms: Array, errors: Array) -> Shapes:
        """Return shapes without rays: which cells are unbounded, which facets are plain, and perhaps forms."""
        n_rays, nothing = np.zeros(len(at_infinity), dtype=np.int64), np.zeros((0, 0))
        return cls(n_rays, at_infinity, np.zeros(0, dtype=np.uint64), plain, nothing, nothing, forms, errors)

    @property
    def has_floats(self) -> bool:
        """Whether rays and forms are given."""
        return len(self.rays) > 0

    def chosen(self, cells: Array, facets: Array, rays: Array) -> Shapes:
        """Return what is known of some cells, given the places of these, of their facets and of their rays."""
        of_cells = self.n_rays, self.at_infinity, self.forms, self.form_errors
        n_rays, at_infinity, forms, form_errors = (_some(array, cells) for array in of_cells)
        incidence, plain = (_some(array, facets) for array in (self.incidence, self.plain))
        found, errors = (_some(array, rays) for array in (self.rays, self.ray_errors))
        return Shapes(n_rays, at_infinity, incidence, plain, found, errors, forms, form_errors)

    def light(self) -> Shapes:
        """Return the numbers and incidences of rays alone."""
        nothing = np.zeros((0, 0))
        return Shapes(self.n_rays, self.at_infinity, self.incidence, self.plain, nothing, nothing, nothing, nothing)

    def values(self) -> tuple[Array, Array]:
        """Return the values of the outputs at the rays, a ray a row, and bounds on their errors."""
        values, bounds = np.empty((2, len(self.rays), self.forms.shape[1]))
        values_at_rays(self.n_rays, self.rays, self.ray_errors, self.forms, self.form_errors, values, bounds)
        return values, bounds


def _some(array: Array, places: Array) -> Array:
    """Return some rows of an array; nothing is known of any where it has none."""
    found: Array = array[places] if len(array) else array
    return found


@frozen(eq=False)
class Records:
    """Records of n cells in Q^d.

    ``patterns`` is n x gates; ``points`` is n x (d + 1), rows (t, t x) with t > 0, which are exact as floats;
    ``n_facets`` has n entries and ``facets`` all numbers, cell by cell; there are none where facets are not sought.
    Where a point needs more than floats its row is 0 and ``exact`` has it in integers; where points are not sought they
    have no columns. ``shapes`` are given where they are asked for and known; ``guesses`` are points that lie likely
    inside, as rows (t, t x), where this is not known.
    """

    patterns: Array
    points: Array
    n_facets: Array
    facets: Array
    exact: dict[int, Row]
    shapes: Shapes | None = None
    guesses: Array | None = None

    @classmethod
    def of_patterns(cls, patterns: Array, shapes: Shapes | None = None, guesses: Array | None = None) -> Records:
        """Return records of which nothing but the patterns is known, and forms of outputs if shapes are given."""
        count, nothing = len(patterns), np.zeros(0, dtype=np.int64)
        return cls(patterns, np.zeros((count, 0)), np.zeros(count, dtype=np.int64), nothing, {}, shapes, guesses)

    def first(self, count: int) -> Records:
        """Return the records of the first cells, without shapes."""
        n_facets = self.n_facets[:count]
        exact = {i: point for i, point in self.exact.items() if i < count}
        return Records(self.patterns[:count], self.points[:count], n_facets, self.facets[: n_facets.sum()], exact)


def domain_rows(domain: Polyhedron | None) -> tuple[Row, ...]:
    """Return the numbered rows of a domain."""
    return () if domain is None else domain.inequalities


class Numbering:
    """The numbers of inequalities by their row, for cells of one program in one domain."""

    def __init__(self, program: GateProgram, frame: Frame, domain: Polyhedron | None) -> None:
        self.program = program
        self.frame = frame
        self._rows = domain_rows(domain)
        self.n_rows = len(self._rows)
        self._first = [*accumulate(program.gate_ranks, initial=self.n_rows)]

    @cached_property
    def domain_forms(self) -> list[Row]:
        """The rows of the domain as forms in the coordinates of the frame."""
        return [_direction(self.frame.pull_back(row)) for row in self._rows]

    @cached_property
    def _domain(self) -> dict[Row, int]:
        return {form: number for number, form in reversed(list(enumerate(self.domain_forms)))}

    @cached_property
    def gates_and_losers(self) -> Array:
        """For every number the gate and the losing form; the gate is -1 for a row of the domain."""
        ranks = self.program.gate_ranks
        gates = np.repeat(np.arange(len(ranks)), ranks)
        found = np.full((self.n_rows + len(gates), 2), -1)
        found[self.n_rows :, 0] = gates
        found[self.n_rows :, 1] = np.arange(self.n_rows, self.n_rows + len(gates)) - np.array(self._first)[gates]
        return found

    @cached_property
    def infinity(self) -> Row:
        """The hyperplane at infinity, which is the first constraint of every cell."""
        return _direction(self.frame.pull_back((1,) + (0,) * self.frame.ambient_dim))

    def inequality(self, number: int, winners: Sequence[int], tape: Tape) -> Row:
        """Return the inequality with a number on the cell with these winners and this tape."""
        if number < self.n_rows:
            return self.domain_forms[number]
        gate = bisect_right(self._first, number) - 1
        selectors = self.program.gates[gate].selectors
        best, other = tape[selectors[winners[gate]]], tape[selectors[number - self._first[gate]]]
        return _direction([a - b for a, b in zip(best, other, strict=True)])

    def of_gates(self, winners: Sequence[int], tape: Tape) -> dict[Row, int]:
        """Return the numbers of all inequalities of the domain and of the first gates, given their winners."""
        numbers: dict[Row, int] = {}
        for g, winner in enumerate(winners):
            selectors = self.program.gates[g].selectors
            best = tape[selectors[winner]]
            for other, slot in enumerate(selectors):
                if other != winner and winner >= 0:
                    row = _direction([a - b for a, b in zip(best, tape[slot], strict=True)])
                    numbers.setdefault(row, self._first[g] + other)
        return numbers | self._domain

    def inequalities(self, winners: Sequence[int], tape: Tape, facets: Sequence[int]) -> list[Row]:
        """Return the inequalities with these numbers on the cell with these winners; without numbers, all."""
        if facets:
            return [self.inequality(number, winners, tape) for number in facets]
        return [row for row in self.of_gates(winners, tape) if any(row)]

    def is_inside(self, winners: Sequence[int], tape: Tape, point: Sequence[int]) -> bool:
        """Whether a homogeneous point lies strictly inside the cell with these winners and this tape."""
        size = len(point)
        table = fmpz_mat(len(tape), size, list(chain.from_iterable(tape)))
        values = (table * fmpz_mat(size, 1, list(point))).entries()
        for gate, winner in zip(self.program.gates, winners, strict=True):
            best = gate.selectors[winner]
            for slot in gate.selectors:
                if values[slot] >= values[best] and slot != best and tape[slot] != tape[best]:
                    return False
        return all(sum(map(mul, form, point)) > 0 for form in (self.infinity, *self.domain_forms))

    def facets(self, geometry: CellGeometry, winners: Sequence[int]) -> list[int]:
        """Return the numbers of the facets of a cell with these winners of all gates."""
        numbers = self.of_gates(winners, self.program.run(self.frame.columns, winners))
        lifted = ((index, self.frame.lift(vector)) for index, vector in geometry.facets())
        return [numbers[_direction(geometry.constraints[index])] for index, vector in lifted if vector[0] > 0]

    def of_constraints(self, node: Node) -> Array:
        """Return the numbers of the constraints of a node's cell, 0 for the first, the hyperplane at infinity."""
        numbers = self.of_gates((*node.winners, *node.present), node.tape)
        _, *others = node.geometry.constraints
        return np.array([0, *(numbers[_direction(form)] for form in others)], dtype=np.int64)

    def interior_point(self, winners: Sequence[int], facets: Sequence[int]) -> Row:
        """Return (t, t x) for a point x inside the cell with these winners and facets, by a linear program.

        Without facets all inequalities are taken.
        """
        tape = self.program.run(self.frame.columns, winners)
        found = strictly_feasible([self.infinity, *self.inequalities(winners, tape, facets)])
        if not isinstance(found, StrictPoint):
            raise AssertionError("a cell has an interior")
        return self.frame.lift(found.point)


def _direction(form: Form | Sequence[int]) -> Row:
    return primitive([int(entry) for entry in form])


def record_cells(
    numbering: Numbering, cells: Sequence[tuple[CellGeometry, Sequence[int]]], faceted: bool = True
) -> Records:
    """Return the records of cells, given by their geometry and their winners, in exact arithmetic."""
    facets = [numbering.facets(geometry, winners) if faceted else [] for geometry, winners in cells]
    kind = np.uint8 if max(numbering.program.gate_ranks, default=2) <= 256 else np.int64
    return Records(
        np.array([winners for _, winners in cells], dtype=kind).reshape(len(cells), -1),
        np.zeros((len(cells), numbering.frame.ambient_dim + 1)),
        np.array([len(numbers) for numbers in facets], dtype=np.int64),
        np.array([number for numbers in facets for number in numbers], dtype=np.int64),
        {i: numbering.frame.lift(geometry.interior()) for i, (geometry, _) in enumerate(cells)},
    )


def collect_records(numbering: Numbering, constraints: Array, w: Walk, by_rays: bool) -> Records:
    """Return the records of the leaves of a compiled walk, and make room for new ones.

    ``constraints`` are the numbers of the constraints of its start; ``by_rays`` says whether it keeps cells by their
    rays, so that it knows which are bounded.
    """
    count, shapes, found = int(w.state[LEAVES]), _shapes(w, by_rays), w.records
    facets, found.used[:] = found.facets[: found.used[0]].copy(), 0
    return finished_records(
        numbering, constraints, w.leaves[:count].copy(), found.points[:count], found.n_facets[:count], facets, shapes
    )


def finished_records(
    numbering: Numbering,
    constraints: Array,
    patterns: Array,
    points: Array,
    n_facets: Array,
    found: Array,
    shapes: Shapes | None = None,
) -> Records:
    """Return records of cells with these patterns, from points and facets as a compiled walk writes them.

    Points are in the coordinates of the frame, 0 where none is known, or have no columns; facets are numbered from the
    gates on, or negative, for ``constraints`` of a start.
    """
    count, frame, n_facets = len(patterns), numbering.frame, n_facets.copy()
    facets = np.where(found < 0, constraints[np.maximum(-1 - found, 0)], found + numbering.n_rows)
    if not points.shape[1]:
        return Records(patterns, points, n_facets, facets, {}, shapes)
    points, exact = points.copy(), dict[int, Row]()
    ends = np.cumsum(n_facets)
    unknown = np.flatnonzero(points[:, 0] == 0)
    points[unknown] = 0
    for i in unknown.tolist():
        exact[i] = numbering.interior_point(patterns[i].tolist(), facets[ends[i] - n_facets[i] : ends[i]].tolist())
    if frame.size <= frame.ambient_dim:
        for i in set(range(count)) - exact.keys():
            ratios = [Fraction(entry) for entry in points[i].tolist()]
            exact[i] = frame.lift(primitive(ratios))
        points = np.zeros((count, frame.ambient_dim + 1))
    return Records(patterns, points, n_facets, facets, exact, shapes)


def _shapes(w: Walk, by_rays: bool) -> Shapes | None:
    """Return the rays and forms of the leaves of a compiled walk by rays, if they are recorded."""
    records, count, size = w.records, int(w.state[LEAVES]), w.form.shape[1] // 2
    if not len(records.n_rays):
        return None
    n_rays, rays = records.n_rays[:count].copy(), records.rays[: records.used[1]]
    forms = records.forms[: count * len(records.outputs)].reshape(count, len(records.outputs), 2 * size + 1)
    return Shapes(
        n_rays,
        records.at_infinity[: count if by_rays else 0].copy(),
        records.incidence[: records.used[0]].copy(),
        np.zeros(int(records.used[0]), dtype=bool),
        rays[:, :size].copy(),
        rays[:, size : 2 * size].copy(),
        forms[:, :, :size].copy(),
        forms[:, :, size : 2 * size].copy(),
    )


def joined(parts: Sequence[Records]) -> Records:
    """Return the records of several blocks as one, without shapes."""
    starts = accumulate((len(part.patterns) for part in parts), initial=0)
    exact = {start + i: point for start, part in zip(starts, parts, strict=False) for i, point in part.exact.items()}
    return Records(
        np.concatenate([part.patterns for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.n_facets for part in parts]),
        np.concatenate([part.facets for part in parts]),
        exact,
    )
