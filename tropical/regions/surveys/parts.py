"""Parts of a domain, bounded or not, that are boxes in homogeneous coordinates, and a search among them by bounds.

A point x is ``(1, x)`` or any positive multiple of it. A part is a box of points ``(x_0, x)`` with ``x_0 >= 0``. With
``x_0 = 1`` it is a box of points x. With a coordinate ``x_i = 1`` or ``x_i = -1`` and x_0 from 0 to 1/R it is a pyramid
that goes to infinity, ``{x : |x_i| >= R, |x_j| <= |x_i|}``; a box and such pyramids cover the space. A form of x, with
its constant as the coefficient of ``x_0``, is linear in ``(x_0, x)``: its sign on a part is that on the box, which is
bounded wherever the part lies.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.boxes.program_bounds import OPEN, ProgramBounds, bounds_from, box_forms, program_bounds
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.polyhedron import Polyhedron

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import GateProgram

Array = np.ndarray[Any, Any]
FEW_OPEN = 12
"""A part where no more gates are open is walked."""
MOST_SPLITS = 6
"""A part that was cut in two so many times in each dimension is walked in any case: hyperplanes may coincide in it."""
MOST_INPUTS = 8
"""Inputs of domains that are cut into parts."""


@frozen
class Part:
    """The points x of a domain for which a positive multiple of ``(1, x)`` lies in a box.

    The first coordinate of the box is 1, or another one is fixed at 1 or -1. ``radius`` is that of the pyramids.
    """

    box: Box
    domain: Polyhedron
    radius: Fraction = Fraction(1)

    @classmethod
    def of_box(cls, box: Box) -> Part:
        """Return a box of points as a part."""
        one = Fraction(1)
        return cls(Box((one, *box.lower), (one, *box.upper)), Polyhedron.box(box.lower, box.upper))

    @property
    def is_box(self) -> bool:
        """Whether the first coordinate is fixed at 1."""
        return self.box.lower[0] == self.box.upper[0] == 1

    def bounds(self, program: GateProgram) -> ProgramBounds:
        """Return the gates that are closed on the part, and bounds of the forms at the points of its box."""
        if self.is_box:
            return program_bounds(program, Box(self.box.lower[1:], self.box.upper[1:]))
        return bounds_from(program, box_forms(self.box)[1:])

    def halves(self) -> tuple[Part, ...]:
        """Cut the part across the longest side of its box, and return the halves that meet the domain inside."""
        box = self.box
        sides = [(high - low, k) for k, (low, high) in enumerate(zip(box.lower, box.upper, strict=True))]
        sides[0] = (sides[0][0] * self.radius, 0)
        _, k = max(sides)
        middle = (box.lower[k] + box.upper[k]) / 2
        ends = ((box.lower[k], middle), (middle, box.upper[k]))
        return tuple(part for low, high in ends if (part := self._between(k, low, high)) is not None)

    def _between(self, k: int, low: Fraction, high: Fraction) -> Part | None:
        lower, upper = list(self.box.lower), list(self.box.upper)
        lower[k], upper[k] = low, high
        return within(self.domain, Box(tuple(lower), tuple(upper)), self.radius)


def within(domain: Polyhedron, box: Box, radius: Fraction) -> Part | None:
    """Return the part of a domain given by a box of homogeneous points; None if it has a smaller dimension."""
    rows = _rows(box)
    if domain.given_box is not None and box.lower[0] == box.upper[0] == 1:
        old = domain.given_box
        lower, upper = tuple(map(max, old.lower, box.lower[1:])), tuple(map(min, old.upper, box.upper[1:]))
        if any(a > b for a, b in zip(lower, upper, strict=True)):
            return None
        cut = Polyhedron.box(lower, upper)
    else:
        cut = Polyhedron.from_rows((*domain.inequalities, *rows), domain.equations, domain.ambient_dim)
    return None if cut.dim < domain.dim else Part(box, cut, radius)


def _rows(box: Box) -> list[Vector]:
    """Return the inequalities of the points of a part: ``low_k t <= x_k <= high_k t`` for all coordinates.

    Here t is ``x_0``, if that is fixed, or else ``|x_i|`` for a coordinate that is fixed at 1 or -1.
    """
    size = len(box.lower)
    fixed = 0 if box.lower[0] == box.upper[0] == 1 else next(k for k in box.fixed if k and abs(box.lower[k]) == 1)
    sign, found = box.lower[fixed], list[Vector]()
    for k, (low, high) in enumerate(zip(box.lower, box.upper, strict=True)):
        if k != fixed:
            for factor, bound in ((1, low), (-1, high)):
                row = [Fraction(0)] * size
                row[k] += factor
                row[fixed] -= factor * bound * sign
                found.append(tuple(row))
    if fixed:
        found.append(tuple(sign * (k == fixed) for k in range(size)))
    return found


def starting_parts(program: GateProgram, domain: Polyhedron | None) -> list[Part]:
    """Return parts that cover a domain: itself, if it is a box; else a box, and what lies outside in pyramids.

    >>> from polytopes import ProgramBuilder
    >>> program = ProgramBuilder(2).finish([1])
    >>> [part.is_box for part in starting_parts(program, None)]
    [True, False, False, False, False]
    >>> len(starting_parts(program, Polyhedron.from_rows([(1, -1, -1), (0, 1, 0), (0, 0, 1)])))
    1
    """
    if domain is not None and domain.given_box is not None:
        return [Part.of_box(domain.given_box)]
    dim = program.input_dim
    whole = Polyhedron.whole_space(dim) if domain is None else domain
    radius = outer_radius(program, whole)
    return [inner_part(whole, radius), *outer_parts(whole, radius)]


def inner_part(domain: Polyhedron, radius: Fraction) -> Part:
    """Return the part of a domain in the box ``[-radius, radius]^d``, which has one of its interior points inside."""
    dim, one = domain.ambient_dim, Fraction(1)
    found = within(domain, Box((one, *[-radius] * dim), (one, *[radius] * dim)), radius)
    assert found is not None, "interior points of the domain lie inside of the box"
    return found


def outer_parts(domain: Polyhedron, radius: Fraction) -> list[Part]:
    """Return the parts of a domain outside of the box ``[-radius, radius]^d``, of its dimension."""
    dim, one = domain.ambient_dim, Fraction(1)
    found = []
    for i in range(dim):
        for sign in (one, -one):
            lower, upper = [Fraction(0), *[-one] * dim], [1 / radius, *[one] * dim]
            lower[i + 1] = upper[i + 1] = sign
            found.append(within(domain, Box(tuple(lower), tuple(upper)), radius))
    return [part for part in found if part is not None]


def outer_radius(program: GateProgram, domain: Polyhedron) -> Fraction:
    """Return a power of 2 such that the box has points of the domain inside, and most hyperplanes of first gates."""
    first = next((stage for stage in program.stages if stage.gates), None)
    sizes = [Fraction(1), *(2 * abs(entry) for entry in domain.interior_point())]
    near = []
    if first is not None and first.sources and first.sources[0] == 0:
        for row in first.rows:
            slope = max((abs(entry) for slot, entry in zip(first.sources, row, strict=True) if slot), default=0)
            near += [Fraction(abs(row[0]), slope)] if slope else []
    sizes += [4 * median(near)] if near else []
    return Fraction(2) ** (int(max(sizes)) + 1).bit_length()


_Entry: TypeAlias = tuple[float, int, Array, int, int, "Part | None"]
"""The promise, negative, a number, bounds of the values, the number of open gates, cuts so far, and the part."""


class PartSearch:
    """Parts in which a value may be larger than what is known, the most promising first.

    Args:
        parts: which together are the domain; None for a part of which nothing is known.
        size: the number of values.
        bounds: returns what the values are at most in a part, and how many gates are open there.
    """

    def __init__(
        self, parts: Sequence[Part | None], size: int, bounds: Callable[[Part | None], tuple[Array, int]]
    ) -> None:
        self._bounds = bounds
        self._numbers = count()
        self._none = np.full(size, -np.inf)
        self._known = self._none
        self._open = [self._entry(part, 0) for part in parts]
        heapq.heapify(self._open)

    def upper(self) -> Array:
        """Return what the values are at most in the parts that are left, -inf if none is."""
        most: Array = np.max([self._none, *(own for _, _, own, *_ in self._open)], axis=0)
        return most

    @property
    def is_done(self) -> bool:
        """Whether no part is left."""
        return not self._open

    def run(self, deadline: float, known: Callable[[], Array], walk: Callable[[Part], None]) -> bool:
        """Cut parts in two, and walk those where few gates are open, until so late; return whether none is left.

        ``known`` has floats that are at most the values found, ``walk`` finds those in a part.
        """
        while self._open and time.monotonic() < deadline:
            _, _, bounds, n_open, splits, part = self._open[0]
            if not (bounds > known()).any():
                heapq.heappop(self._open)
                continue
            if part is None:
                return False
            is_cut = n_open > FEW_OPEN and splits < MOST_SPLITS * len(part.box.free)
            parts = part.halves() if is_cut else ()
            if not is_cut:
                walk(part)
            self._known = known()
            new, left = [self._entry(half, splits + 1) for half in parts], self._open.copy()
            heapq.heappop(left)
            for half in new:
                heapq.heappush(left, half)
            self._open = left  # at once, so that no part is lost where the clock rings in between
        return not self._open

    def _entry(self, part: Part | None, splits: int) -> _Entry:
        bounds, n_open = self._bounds(part)
        with np.errstate(all="ignore"):
            sizes = np.where((self._known > 0) & np.isfinite(self._known), self._known, 1.0)
            promise = float(np.max(bounds / sizes))
        return -promise, next(self._numbers), bounds, n_open, splits, part


def open_gates(winners: Sequence[int]) -> int:
    """Return how many gates may have several winners."""
    return sum(winner == OPEN for winner in winners)
