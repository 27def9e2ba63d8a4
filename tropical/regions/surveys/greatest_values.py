"""Surveys of greatest values: regions that float bounds prove to be no better than what is known are passed over."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.surveys.survey import Answer, BlockSurvey

if TYPE_CHECKING:
    from polytopes.enumeration.recorded_cells import BlockOfCells

Array = np.ndarray[Any, Any]


@define(kw_only=True)
class GreatestValues(BlockSurvey[Answer]):
    """A survey of several values, each the greatest over all regions; only regions that may raise one are added."""

    @abstractmethod
    def upper_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return a bound of every value on every cell, inf where nothing is known; None if there are no bounds."""

    @abstractmethod
    def reached(self) -> Array:
        """Return floats that are at most the greatest values so far: -inf if there is none, inf if it cannot rise."""

    def consider(self, region: ActivationRegion) -> None:
        """Compare the values alone with those of one more region."""
        self.add(region)

    def add_all(self, walk: Walk) -> int:
        """Compare with all regions of another walk, in a part of the domain, and return how many there were."""
        blocks, n_regions = walk.blocks(), 0
        if blocks is not None:
            for cells in blocks:
                self.add_block(walk, cells)
                n_regions += len(cells)
            return n_regions
        for region in walk.regions():
            self.consider(region)
            n_regions += 1
        return n_regions

    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Add those cells of a block that may raise a value, the most promising first."""
        bounds = self.upper_bounds(cells)
        if bounds is None:
            for place in range(len(cells)):
                self.consider(ActivationRegion(walk.network, cells.cell(place)))
            return
        left = bounds.copy()
        while (promising := left > self.reached()).any():
            value = int(promising.any(axis=0).argmax())
            place = int(left[:, value].argmax())
            self.consider(ActivationRegion(walk.network, cells.cell_alone(place)))
            left[place] = -np.inf


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


def raised(values: Array) -> Array:
    """Return floats that are at least the numbers of which these are floats, after some thousand roundings at most."""
    return values + np.abs(values) * 2.0**-40 + 2.0**-1000
