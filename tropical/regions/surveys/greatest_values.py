"""Surveys of greatest values: regions that float bounds prove to be no better than what is known are passed over."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from polytopes.enumeration.limits import UNLIMITED, Limits
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.flat_domains import FlatDomain
from tropical.regions.surveys.survey import Answer, BlockSurvey, Survey

if TYPE_CHECKING:
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.enumeration.goals import Goals
    from polytopes.enumeration.recorded_cells import BlockOfCells

Array = np.ndarray[Any, Any]
MOST_WAITING = 64
"""Regions that wait at most, at the end of a block."""


@define(kw_only=True)
class GreatestValues(BlockSurvey[Answer]):
    """A survey of several values, each the greatest over all regions; only regions that may raise one are added.

    Where floats prove lower bounds too, regions wait that may have a greatest value: most are passed over later. In a
    lower-dimensional domain they are walked in coordinates of its hull, and so is what is found.
    """

    _goals: Goals | None = None
    _waiting: list[tuple[BlockOfCells, Array]] = field(factory=list)
    _surely: Array | None = field(default=None)
    """Floats that the values of regions waiting or added are at least."""
    _whole: Walk | None = field(default=None)
    """The walk that was given to be filled in."""
    _flat: FlatDomain | None = field(default=None)
    """Coordinates of the hull of a lower-dimensional domain, if the regions are walked in these."""

    def fill(self, walk: Walk, limits: Limits[Survey[Any]] = UNLIMITED) -> Answer:
        """Add all regions of a walk and return the answer; arguments and errors as for :meth:`BlockSurvey.fill`."""
        self._whole, self._flat = walk, self.hull(walk)
        return super().fill(walk if self._flat is None else self._flat.walk(walk), limits)

    @property
    def given(self) -> Walk | None:
        """Where the regions are from, in coordinates of the space."""
        return self.walk if self._flat is None else self._whole

    def hull(self, walk: Walk) -> FlatDomain | None:
        """Return a lower-dimensional domain if its regions are to be walked in coordinates of its hull."""
        return FlatDomain.of_walk(walk) if walk.is_recorded else None

    @abstractmethod
    def upper_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return a bound of every value on every cell, inf where nothing is known; None if there are no bounds."""

    def lower_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return a float for every value and every cell that the value is at least; None if there are none."""
        return None

    @abstractmethod
    def reached(self) -> Array:
        """Return floats that are at most the greatest values so far: -inf if there is none, inf if it cannot rise."""

    def goals(self, program: GateProgram) -> Goals | None:
        """Return goals for the values, of which nothing is known; None if floats do not suffice."""
        return None

    def blocks(self, walk: Walk) -> Iterator[tuple[int, BlockOfCells]] | None:
        """Return numbers of regions, with those cells among them that may raise a value."""
        self.walk = self.walk or walk
        self._goals = self._goals or self.goals(walk.network.program)
        if self._goals is not None:
            self._goals.forget_kept()
            self._goals.reach(self.reached())
        found = walk.promising(self.only, self._goals)
        return None if found is None else self._led(found)

    def _led(self, found: Iterator[tuple[int, BlockOfCells]]) -> Iterator[tuple[int, BlockOfCells]]:
        for count, cells in found:
            if self._goals is not None:
                known = self._goals.known()
                self._surely = known if self._surely is None else np.maximum(self._surely, known)
            yield count, cells
            if self._goals is not None:
                self._goals.reach(self.reached())

    def within(self, cells: BlockOfCells, room: int) -> BlockOfCells:
        """Return all cells of a block of which goals have told what is known of the others."""
        return cells if self._goals is not None else super().within(cells, room)

    def consider(self, region: ActivationRegion) -> None:
        """Compare the values alone with those of one more region."""
        self.add(region)

    def add_all(self, walk: Walk) -> int:
        """Compare with all regions of another walk, in a part of the domain, and return how many there were."""
        blocks, n_regions = self.blocks(walk), 0
        if blocks is not None:
            for count, cells in blocks:
                self.add_block(walk, cells)
                n_regions += count
            self.look_at_waiting(walk)
            return n_regions
        for region in walk.regions():
            self.consider(region)
            n_regions += 1
        return n_regions

    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Add those cells of a block that may raise a value, the most promising first."""
        if not len(cells):
            return
        bounds = self.upper_bounds(cells)
        if bounds is None:
            for place in range(len(cells)):
                self.consider(ActivationRegion(walk.network, cells.cell(place)))
            return
        reached = self.reached()
        places = np.flatnonzero(self._are_promising(bounds, reached))
        if not len(places):
            return
        lows = None if self._goals else self.lower_bounds(cells.chosen(np.unique(bounds.argmax(axis=0))))
        if lows is not None:
            highest = lows.max(axis=0)
            self._surely = highest if self._surely is None else np.maximum(self._surely, highest)
            places = places[self._are_promising(bounds[places], reached)]
        self._waiting.append((cells.chosen(places), bounds[places]))
        first = lows is None or np.isneginf(reached).all()
        many = sum(len(part) for part, _ in self._waiting) > MOST_WAITING
        if (first and self._goals is None) or many or not np.isfinite(bounds[places]).all():
            self.look_at_waiting(walk)

    def look_at_waiting(self, walk: Walk) -> None:
        """Add the regions that wait, the most promising first; may be interrupted as :meth:`add` may."""
        if not self._waiting:
            return
        left = np.concatenate([bounds for _, bounds in self._waiting])
        owners = [(part, k) for part, _ in self._waiting for k in range(len(part))]
        while (promising := self._are_promising(left, self.reached(), each=True)).any() or self._knows_nothing():
            value = int(promising.any(axis=0).argmax())
            place = int(left[:, value].argmax())
            part, k = owners[place]
            self.consider(ActivationRegion(walk.network, part.cell_alone(k)))
            left[place] = -np.inf
        self._waiting = []

    def _knows_nothing(self) -> bool:
        return bool(np.isneginf(self.reached()).all())

    def _are_promising(self, bounds: Array, reached: Array, *, each: bool = False) -> Array:
        """Whether regions with these bounds may raise a value that is the greatest; ``each`` value or any."""
        floor = -np.inf if self._surely is None else self._surely
        found: Array = np.logical_and(bounds > reached, bounds >= floor)
        return found if each else np.any(found, axis=1, keepdims=False)


def at_most(value: Fraction) -> float:
    """Return a float that is at most a rational number.

    >>> at_most(Fraction(1, 2)), at_most(Fraction(1, 3)) <= Fraction(1, 3), at_most(Fraction(10**400)) > 1e300
    (0.5, True, True)
    """
    try:
        nearest = float(value)
    except OverflowError:
        return -np.inf if value < 0 else float(np.finfo(float).max)
    return nearest if Fraction(nearest) <= value else float(np.nextafter(nearest, -np.inf))


def lowered(values: Array) -> Array:
    """Return floats that are at most the numbers of which these are floats, after some thousand roundings at most."""
    return values - np.abs(values) * 2.0**-40 - 2.0**-1000


def raised(values: Array) -> Array:
    """Return floats that are at least the numbers of which these are floats, after some thousand roundings at most."""
    return values + np.abs(values) * 2.0**-40 + 2.0**-1000
