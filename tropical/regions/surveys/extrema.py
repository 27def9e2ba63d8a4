"""Exact extrema of a network over a domain: a linear program on every activation region.

On a region the network is affine, so a supremum is attained at a vertex, or there is a ray along which it is infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, evolve, field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, VectorLike, as_matrix, dehomogeneous, exact_text
from polytopes.enumeration.chain_outputs import constant_outputs
from polytopes.enumeration.gate_program import Pattern
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.recorded_vertices import exact_vertex, vertex_key
from polytopes.errors import VerificationFailed
from tropical.networks.layers import Affine, Reshape
from tropical.networks.network import Network
from tropical.networks.node import Node, unused_name
from tropical.networks.sources import as_network, asked
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.flat_domains import FlatDomain
from tropical.regions.surveys.greatest_values import Array, GreatestValues, at_most
from tropical.regions.surveys.output_bounds import WaitingVertices, lows_at_rays, output_bounds
from tropical.regions.surveys.peaks import Peak, output_peaks
from tropical.regions.surveys.survey import Survey
from tropical.regions.surveys.witnesses import Claim, verify_extrema

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.enumeration.goals import Goals
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike

MOST_VERTICES = 256
"""Regions are compared as wholes when so many vertices were looked at alone without an end."""


@frozen
class Extremum:
    """A least or greatest value and a point where it is attained, in the closed region with this pattern.

    If there is none, ``value`` is None: the values tend to -inf or +inf along ``ray``, from ``point`` on, inside the
    region. Of work that was stopped the extremal value lies between ``value`` and ``bound``; this is None if nothing is
    known.
    """

    value: Fraction | None
    point: Vector
    ray: Row | None
    pattern: Pattern
    bound: Fraction | None = None

    @classmethod
    def of(cls, peak: Peak, region: ActivationRegion) -> Extremum:
        """Return the supremum on a region."""
        return cls(peak.value, peak.point, peak.ray, region.pattern)

    def lifted(self, flat: FlatDomain | None) -> Extremum:
        """Return an extremum that was found in coordinates of the hull of a domain, None if in those of the space."""
        if flat is None:
            return self
        return evolve(self, point=flat.lifted(self.point), ray=None if self.ray is None else flat.lifted_ray(self.ray))

    @property
    def is_finite(self) -> bool:
        """Whether the value is attained anywhere."""
        return self.value is not None

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as text, as they are written in documents."""
        return {
            "value": None if self.value is None else exact_text(self.value),
            "point": list(map(exact_text, self.point)),
            "ray": None if self.ray is None else list(map(exact_text, self.ray)),
            "pattern": list(self.pattern),
        }

    def interval(self, is_maximum: bool, complete: bool) -> dict[str, Any]:
        """Return between which values the extremal value lies, as text; None where there is no bound."""
        bound = self.value if complete else self.bound
        low, high = (self.value, bound) if is_maximum else (bound, self.value)
        return {
            "at_least": None if low is None else exact_text(low),
            "at_most": None if high is None else exact_text(high),
        }


@frozen
class Extrema:
    """The minimum and maximum of every output.

    If ``complete`` is False, they are those over the regions seen: a minimum is then an upper bound of the true one,
    a maximum a lower bound; an infinite one is final. ``n_regions`` is the number of regions that were looked at.
    """

    minima: tuple[Extremum, ...]
    maxima: tuple[Extremum, ...]
    n_regions: int
    complete: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the extrema as they are written in documents."""
        pairs = zip(self.minima, self.maxima, strict=True)
        return {
            "outputs": [
                {
                    "minimum": low.as_dict() | low.interval(False, self.complete),
                    "maximum": high.as_dict() | high.interval(True, self.complete),
                }
                for low, high in pairs
            ],
            "activation_regions": self.n_regions,
            "complete": self.complete,
            "seconds": self.seconds,
        }


@define(kw_only=True)
class ExtremaSurvey(GreatestValues[Extrema]):
    """The extrema of every output over the regions added.

    On a region without lines an output is at most its greatest value at a vertex, unless it grows along a ray. Where
    floats with error bounds say that it is at most what is known, the region is passed over.
    """

    _best: tuple[Extremum, ...] = field(default=())
    """Maxima of the outputs, then of the negated outputs."""
    _floor: tuple[tuple[Extremum, ...], Array] | None = field(default=None)
    """The best and what :meth:`reached` makes of them."""
    _seen: set[Hashable] = field(factory=set)
    """Vertices whose values are known."""
    _outputs: Callable[[Vector], Vector] | None = field(default=None)

    def is_settled(self, limits: Limits[Any]) -> bool:
        """Whether all are infinite: then it does not matter what other regions say."""
        return bool(self._best) and all(best.value is None for best in self._best)

    def add(self, region: ActivationRegion) -> None:
        """Compare with the extrema of one more region."""
        known = self._best
        self._best = tuple(
            Extremum.of(peak, region) if not known or exceeds(peak.value, known[k].value) else known[k]
            for k, peak in enumerate(output_peaks(region.cell))
        )

    def look_at_waiting(self, walk: Walk) -> None:
        """Compare with the regions that wait at those vertices alone where floats do not prove less.

        Where many vertices may be the greatest, as where an output is constant, regions are compared as wholes.
        """
        vertices = WaitingVertices.of([part for part, _ in self._waiting])
        if vertices is None:
            super().look_at_waiting(walk)
            return
        tops, left = vertices.tops, MOST_VERTICES
        while (promising := self._are_promising(tops, self.reached(), each=True)).any() or not self._best:
            if left == 0:
                super().look_at_waiting(walk)
                return
            left -= 1
            value = int(promising.any(axis=0).argmax())
            row = vertices.best(value)
            block, place, ray = vertices.place(row)
            if np.isfinite(tops[row, value]):
                self._look_at(block, place, ray, vertices.lows[row], tops[row])
                tops[row] = -np.inf
            else:
                self.add(ActivationRegion(walk.network, block.cell_alone(place)))
                tops[vertices.of_cell(row)] = -np.inf
        self._waiting = []

    def _look_at(self, block: BlockOfCells, place: int, ray: int, lows: Array, tops: Array) -> None:
        """Compare with the values at a vertex of a cell, which lie between these floats."""
        key = vertex_key(block, place, ray)
        if key in self._seen and self._best:
            return
        assert self.walk is not None
        self._outputs = self._outputs or cache(self.walk.network)
        point = dehomogeneous(exact_vertex(block, place, ray))
        values = self._outputs(point)
        both = (*values, *(-value for value in values))
        if not all(low <= value <= top for low, value, top in zip(lows.tolist(), both, tops.tolist(), strict=True)):
            raise VerificationFailed("the network has another value at a vertex of a region than its forms there")
        known, pattern = self._best, tuple(block.records.patterns[place].tolist())
        self._best = tuple(
            Extremum(value, point, None, pattern) if not known or exceeds(value, known[k].value) else known[k]
            for k, value in enumerate(both)
        )
        self._seen.add(key)  # last, so that no value is lost where this is interrupted

    def goals(self, program: GateProgram) -> Goals | None:
        """Return goals for the outputs and the negated outputs."""
        from polytopes.enumeration.goals import Goals

        return Goals.of_outputs(program)

    def upper_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return bounds of the outputs on cells, then of the negated outputs."""
        return output_bounds(cells)

    def lower_bounds(self, cells: BlockOfCells) -> Array | None:
        """Return floats that the greatest outputs on cells, then the greatest negated outputs, are at least."""
        shapes = cells.records.shapes
        if shapes is None or not cells.is_full_dimensional:
            return None
        owners = np.repeat(np.arange(len(cells)), shapes.n_rays)
        found = np.full((len(cells), 2 * len(cells.output_scales)), -np.inf)
        np.maximum.at(found, owners, lows_at_rays(shapes, cells.output_scales))
        return found

    def reached(self) -> Array:
        """Return floats that are at most the maxima of the outputs and of the negated outputs."""
        assert self.walk is not None
        if not self._best:
            return np.full(2 * len(self.walk.network.program.outputs), -np.inf)
        if self._floor is None or self._floor[0] is not self._best:
            floats = np.array([np.inf if best.value is None else at_most(best.value) for best in self._best])
            constant = np.tile(constant_outputs(self.walk.network.program), 2)
            self._floor = self._best, np.where(constant, np.inf, floats)
        return self._floor[1]

    def answer(self, complete: bool) -> Extrema:
        """Return the extrema over the regions added."""
        if self.walk is not None:
            self.look_at_waiting(self.walk)
        best = tuple(found.lifted(self._flat) for found in self._best)
        half = len(best) // 2
        minima = tuple(
            evolve(
                low,
                value=None if low.value is None else -low.value,
                bound=None if low.bound is None else -low.bound,
            )
            for low in best[half:]
        )
        if self.given is not None:
            claims = [
                Claim(found.value, found.point, found.ray, side is not minima, itemgetter(k))
                for side in (minima, best[:half])
                for k, found in enumerate(side)
            ]
            known = self._outputs if self._flat is None else None
            verify_extrema(known or self.given.network, self.given.domain, claims)
        return Extrema(minima, best[:half], self.n_regions, complete, self.seconds)


def exceeds(new: Fraction | None, old: Fraction | None) -> bool:
    """Whether one supremum is greater than another; None is infinite."""
    return old is not None and (new is None or new > old)


def extrema(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> Extrema:
    """Return the minimum and the maximum of every output of ``network`` over ``domain``, with points.

    For linear functionals of the outputs see :func:`functionals`.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        limit: stop when there are more than this many activation regions.
        timeout: stop at the first region found after this many seconds.
        method: "vertices" or "witness"; chosen by dimension if None.
        relative: take regions of full dimension relative to the affine hull of a lower-dimensional domain.
        progress: called with the survey after every region.

    Raises:
        LimitReached: with the answer from the regions seen as ``partial``.
        VerificationFailed: if the network has other values at the points found.
        DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.

    >>> from polytopes import Polyhedron
    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, "-3/2"]], [0])])
    >>> found = extrema(net, Polyhedron.box([-1], [5]))
    >>> str(found.maxima[0].value), str(found.minima[0].value), *map(str, found.minima[0].point)
    ('1', '-1', '5')
    >>> extrema(net).minima[0].ray
    (1,)
    """
    network, domain = asked(network, domain)
    return ExtremaSurvey().fill(Walk(network, domain, method, relative), Limits(limit, timeout, progress))


def functionals(network: NetworkLike, weights: MatrixLike, constants: VectorLike | None = None) -> Network:
    """Return the network ``x -> weights f(x) + constants``.

    Args:
        network: an exact network f with m outputs.
        weights: a matrix with m columns, one row for each functional.
        constants: one number for each row, by default 0.

    Raises:
        ShapeError: if the lengths do not fit.

    >>> two = Network.from_weights([([[1], [2]], [0, 0])])
    >>> functionals(two, [[1, -1]])([3])
    (Fraction(-3, 1),)
    """
    network = as_network(network)
    matrix = as_matrix(weights, network.output_dim)
    layer = Affine(matrix) if constants is None else Affine(matrix, list(constants))
    flat, values = Reshape((-1,)), len(network.nodes)
    names = {node.name for node in network.nodes}
    first = Node(unused_name("outputs", names), flat, (values - 1,))
    second = Node(unused_name("functionals", {*names, first.name}), layer, (values,))
    return Network((*network.nodes, first, second))
