r"""Outputs far out in an unbounded domain: which of them have no greatest value, and bounds of the others.

Let F be the network as a positively homogeneous map of ``(x_0, x)``, asked at ``x_0 = 1``, and C the recession cone of
the domain P. An output is not bounded above iff ``F(0, .)`` is positive somewhere on C, that is on one of the cones on
which it is linear (:mod:`polytopes.enumeration.recession`). These are no more than the regions, often far fewer.

If it is bounded, then

* it is at most the greatest of ``sum_k m_k(q)`` over the vertices q of P, where ``m_k(q)`` is the greatest product of
  entry k of ``(1, q)`` with a number in an interval that contains entry k of the output's form ``(c, a)`` on every
  region. For x in P is ``q' + y`` with q' in the hull of the vertices and y in C, ``F(0, y) <= 0``, and
  ``F(1, q' + y) - F(0, y)`` is a mean of products of ``(1, q')`` with forms of regions on the way;
* on the points x of a pyramid, that is multiples of points ``(x_0, y)`` of a box with ``0 <= x_0 <= b``, it is
  ``F(x_0, y) / x_0``: at most U/b if U <= 0 bounds F on the box;
* if P lies in C, it is at most what bounds the constants of its forms on regions that meet the pyramid, for ``F(0, y)``
  is at most 0, and ``F(x_0, y) - F(0, y)`` is x_0 times a mean of such constants.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpz_mat

from polytopes.arithmetic.linalg import identity, integer_matrix, matmul
from polytopes.arithmetic.rationals import Row, Vector, common_denominator, primitive
from polytopes.enumeration.blocks import blocks_of_cells, is_recorded
from polytopes.enumeration.boxes.program_bounds import OPEN, ProgramBounds
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.domain_cell import hull_basis
from polytopes.enumeration.packed_program import is_integral, quotient
from polytopes.enumeration.recession import recession_domain, recession_program
from polytopes.enumeration.stage_watch import unwatched
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.regions.surveys.extrema import Extremum
from tropical.regions.surveys.output_bounds import output_bounds as bounds_of_cells
from tropical.regions.surveys.parts import (
    MOST_INPUTS,
    Part,
    PartSearch,
    inner_part,
    open_gates,
    outer_parts,
    outer_radius,
)
from tropical.regions.surveys.peaks import output_peaks
from tropical.regions.surveys.steepness_bounds import JacobianBounds

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import GateProgram, Pattern
    from tropical.regions.activation_regions import Walk

Array = np.ndarray[Any, Any]
TRIES = 16
"""Directions in which values may grow that are tried at random."""
SMALLEST = 2.0**-1000
"""Smaller bounds of the first coordinate are not divided by, as floats might not hold them."""


class FarValues:
    """What is known of the outputs, then of the negated outputs, far out in the unbounded domain of a walk."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.program = walk, walk.network.program
        self.size = 2 * len(self.program.outputs)
        self.directions: dict[int, Vector] = {}
        """A direction for each number that was seen to grow without end."""
        self.is_decided = False
        """Whether the others are bounded."""
        self._recession = recession_program(self.program)
        self._cone = recession_domain(walk.domain)
        self._stream: Iterator[list[Cell]] | None = None
        self._are_tried = False
        self._whole: Array | None = None
        self._outside: PartSearch | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the domain is searched in parts."""
        return self.program.input_dim <= MOST_INPUTS

    @property
    def domain(self) -> Polyhedron:
        """The domain."""
        return Polyhedron.whole_space(self.program.input_dim) if self.walk.domain is None else self.walk.domain

    @property
    def inside(self) -> Polyhedron:
        """The bounded part of the domain."""
        return inner_part(self.domain, self._radius).domain

    @property
    def _radius(self) -> Fraction:
        return outer_radius(self.program, self.domain)

    def decide(self, deadline: float) -> None:
        """Find which numbers have no greatest value, until so late."""
        if not self._are_tried:
            for direction in self._some_directions():
                self._note(direction, self._recession(direction))
            self._are_tried = True
        while not self.is_decided and len(self.directions) < self.size and time.monotonic() < deadline:
            self._stream = self._stream or self._growing_cells()
            try:
                with unwatched():
                    found = next(self._stream, None)
                for cell in found or ():
                    self._note_cell(cell)
                self.is_decided = found is None
            except BaseException:  # the clock may ring anywhere: what was not noted is looked at again
                self._stream = None
                raise
        self.is_decided |= len(self.directions) == self.size

    def _some_directions(self) -> list[Vector]:
        dim, random = self.program.input_dim, Random(0)
        if self._cone is None:
            return [tuple(Fraction(random.randrange(-99, 100)) for _ in range(dim)) for _ in range(TRIES)]
        if dim > MOST_INPUTS:
            return []
        rays = [*self._cone.rays, *self._cone.lines, *(tuple(-entry for entry in line) for line in self._cone.lines)]
        weights = [[Fraction(random.randrange(100)) for _ in rays] for _ in range(TRIES)]
        mixed = matmul(weights, [tuple(map(Fraction, ray)) for ray in rays])
        return [tuple(map(Fraction, ray)) for ray in rays[:TRIES]] + list(mixed)

    def _note(self, direction: Vector, outputs: Vector) -> None:
        for k, value in enumerate((*outputs, *(-value for value in outputs))):
            if value > 0 and k not in self.directions:
                self.directions[k] = direction

    def _note_cell(self, cell: Cell) -> None:
        for k, peak in enumerate(output_peaks(cell)):
            if peak.ray is not None and k not in self.directions:
                self.directions[k] = tuple(map(Fraction, peak.ray))

    def _growing_cells(self) -> Iterator[list[Cell]]:
        """Yield lists of the cones of the recession function on which one of the numbers left may be positive."""
        method, program, cone = self.walk.method, self._recession, self._cone
        if not is_recorded(program, cone, method):
            yield from ([cell] for cell in cells(program, cone, method, True))
            return
        for block in blocks_of_cells(program, cone, method, True):
            bounds = bounds_of_cells(block)
            left = [k for k in range(self.size) if k not in self.directions]
            rows = (
                range(len(block))
                if bounds is None
                else np.flatnonzero(np.isposinf(bounds[:, left]).any(axis=1)).tolist()
            )
            for place in rows:
                yield [block.cell_alone(place)]
            yield []

    def whole(self, k: int) -> float:
        """Return what number k is at most in the domain: inf where nothing is known."""
        if not self.is_decided or k in self.directions:
            return np.inf
        if self._whole is None:
            self._whole = self._bounds_at_vertices()
        return float(self._whole[k])

    def _bounds_at_vertices(self) -> Array:
        dim = self.program.input_dim
        if self.walk.domain is not None and dim > MOST_INPUTS:
            return np.full(self.size, np.inf)
        vertices = [(Fraction(0),) * dim] if self.walk.domain is None else list(self.walk.domain.vertices)
        points = np.array([[1.0, *(quotient(*entry.as_integer_ratio()) for entry in vertex)] for vertex in vertices])
        if not np.isfinite(points).all():
            return np.full(self.size, np.inf)
        low, high = JacobianBounds(self.program).entries((OPEN,) * self.program.n_gates)
        low, high = np.concatenate([low, -high]), np.concatenate([high, -low])
        with np.errstate(all="ignore"):
            products = np.maximum(points[:, None] * low, points[:, None] * high)
            sums = products.sum(axis=2) + np.abs(products).sum(axis=2) * 2.0**-40 + 2.0**-900
        found: Array = np.where(np.isnan(sums), np.inf, sums).max(axis=0)
        return found

    def upper(self, k: int) -> float:
        """Return what number k is at most outside of the box, in the parts that were not walked."""
        return np.inf if self._outside is None else float(self._outside.upper()[k])

    def search(self, deadline: float, known: Callable[[], Array], walk: Callable[[Part], None]) -> None:
        """Look for greater values outside of the box, until so late; all must have been decided."""
        if self._outside is None:
            self._outside = PartSearch(outer_parts(self.domain, self._radius), self.size, self._bounds_of_part())
        self._outside.run(deadline, known, walk)

    def _bounds_of_part(self) -> Callable[[Part | None], tuple[Array, int]]:
        jacobian, program, domain = JacobianBounds(self.program), self.program, self.domain
        lies_in_cone = not any(row[0] > 0 for row in domain.inequalities) and not any(e[0] for e in domain.equations)

        def bounds(part: Part | None) -> tuple[Array, int]:
            assert part is not None, "the domain was cut into parts"
            found = part.bounds(program)
            near, far = max(float(part.box.upper[0]), SMALLEST), float(part.box.lower[0])
            ends = np.array([np.inf if bound is None else _above(bound) for bound in output_bounds(program, found)])
            with np.errstate(all="ignore"):
                most = np.where(ends <= 0, ends / near, ends / far if far >= SMALLEST else np.inf)
                most += np.abs(most) * 2.0**-40
            most[np.isnan(most)] = np.inf
            if lies_in_cone and not part.box.lower[0]:
                low, high = jacobian.entries(found.winners)
                constants = np.concatenate([high[:, 0], -low[:, 0]])
                most = np.minimum(most, np.where(np.isnan(constants), np.inf, constants))
            most = np.minimum(most, [self.whole(k) for k in range(self.size)])
            most[list(self.directions)] = -np.inf
            return most, open_gates(found.winners)

        return bounds


def _above(value: Fraction) -> float:
    """Return a float that is at least a rational number."""
    return float(np.nextafter(quotient(*value.as_integer_ratio()), np.inf))


def output_bounds(program: GateProgram, found: ProgramBounds) -> list[Fraction | None]:
    """Return what the outputs, then the negated outputs, are at most, by bounds of all forms; None if none is known."""
    # Bounds are of the integer forms where the arrays of the program have these.
    factors = [program.scales[slot] if is_integral(program) else Fraction(1) for slot in program.outputs]
    ends = [(found.upper[slot], -found.lower[slot]) for slot in program.outputs]
    return [
        Fraction(float(pair[side])) * factor if np.isfinite(pair[side]) else None
        for side in (0, 1)
        for pair, factor in zip(ends, factors, strict=True)
    ]


def infinite_value(walk: Walk, direction: Vector) -> Extremum:
    """Return a ray of the domain of a walk, in a direction, that lies in one region."""
    program, point, step = walk.network.program, inside(walk), Fraction(1)
    ray = primitive(direction)
    while True:
        here = tuple(a + step * b for a, b in zip(point, ray, strict=True))
        pattern = pattern_around(walk, here)
        if _holds_ray(program, pattern, here, ray):
            return Extremum(None, here, ray, pattern)
        step *= 2


def _holds_ray(program: GateProgram, pattern: Pattern, point: Vector, ray: Row) -> bool:
    """Whether the closed region with a pattern contains a ray: the winners stay so from the point on."""
    scale = common_denominator(point)
    columns = [[scale, *(int(entry * scale) for entry in point)], [0, *ray]]
    start: fmpz_mat = integer_matrix(columns, len(point) + 1).transpose()
    tape = program.run(start, pattern)
    return all(
        tape[gate.selectors[winner]][side] >= tape[slot][side]
        for gate, winner in zip(program.gates, pattern, strict=True)
        for slot in gate.selectors
        for side in (0, 1)
    )


def inside(walk: Walk) -> Vector:
    """Return a point inside the domain of a walk."""
    return (Fraction(0),) * walk.network.input_dim if walk.domain is None else walk.domain.interior_point()


def pattern_around(walk: Walk, point: Vector) -> Pattern:
    """Return the pattern just beside a point of the domain of a walk, towards an interior point that has no ties."""
    domain, random, start = walk.domain, Random(0), inside(walk)
    size = len(start) + 1
    away = [Fraction(0)] * len(start)
    for base in (identity(size) if domain is None else hull_basis(domain))[1:]:
        weight = Fraction(random.randrange(-(2**30), 2**30), 2**30)
        away = [a + weight * b for a, b in zip(away, base[1:], strict=True)]
    step = Fraction(1)
    goal = [a + b for a, b in zip(start, away, strict=True)]
    while domain is not None and not domain.contains(goal):
        step /= 2
        goal = [a + step * b for a, b in zip(start, away, strict=True)]
    return walk.network.program.pattern_at(point, [a - b for a, b in zip(goal, point, strict=True)])
