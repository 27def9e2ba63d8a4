"""Exact extrema of a network over a domain: small walks over all regions, else branch and bound.

A walk over the activation regions needs no bounds, and knows where values are infinite. Over a bounded domain with many
regions, whole parts of the domain are cut off by proven bounds (:mod:`tropical.verification.maximum`). Each has its
turn for longer and longer times, until one of them is done. When both are stopped, the open parts of the search say
between which values each extremum lies. What is known of unbounded domains is in
:mod:`tropical.verification.unbounded`: they are searched in a box, and in pyramids outside of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, evolve, field

from polytopes.enumeration.boxes.program_bounds import program_bounds
from polytopes.enumeration.limits import Limits
from tropical.networks.sources import asked
from tropical.regions.activation_regions import Walk
from tropical.regions.flat_domains import FlatDomain
from tropical.regions.surveys.extrema import Extrema, ExtremaSurvey, Extremum, exceeds
from tropical.regions.surveys.steepness_bounds import number_of_weights
from tropical.verification.maximum import Climb
from tropical.verification.output_questions import bounded_case, output_property
from tropical.verification.unbounded import FarValues, infinite_value, inside, output_bounds, pattern_around

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike
    from tropical.regions.surveys.parts import Part
    from tropical.regions.surveys.survey import Survey
    from tropical.verification.case import Case

FIRST_TURN = 1.0
"""Seconds of the walk before the search for extrema by bounds begins; each turn is as long as all before it."""
GRACE = 0.5
"""Seconds for bounds when all has been stopped."""
LARGEST = 200_000
"""So many weights may a network have for a search that begins only then."""


@define(kw_only=True)
class ExtremeValues(ExtremaSurvey):
    """The extrema of every output, by the regions added and by bounds."""

    _climbs: dict[int, Climb] = field(factory=dict)
    """Searches for the maxima, by their number in ``_best``."""
    _case: Case | None = None
    """The bounded domain, or the part of an unbounded one inside a box."""
    _hull: FlatDomain | None = None
    """Coordinates of the hull of a bounded lower-dimensional domain that is walked in those of the space."""
    _searched: Network | None = None
    _far: FarValues | None = None
    """What is known of an unbounded domain."""
    _is_case_known: bool = False
    _next_turn: float = field(factory=lambda: FIRST_TURN)

    def is_settled(self, limits: Limits[Any]) -> bool:
        """Whether all extrema are known; now and then bounds are looked at, unless regions are to be counted."""
        if super().is_settled(limits):
            return True
        if limits.limit is not None or self.seconds < self._next_turn or not self.n_regions:
            return False
        left = self._next_turn if limits.timeout is None else limits.timeout - self.seconds
        self._search(time.monotonic() + min(self._next_turn, left))
        self._next_turn = 2 * self.seconds
        return all(self._is_known(k) for k in range(len(self._best)))

    def answer(self, complete: bool) -> Extrema:
        """Return the extrema, with what is known of those that are not found."""
        if not complete and self.walk is not None:
            self.look_at_waiting(self.walk)
            self._best = self._best or values_inside(self.walk)
            if self._may_search():
                seen = self.n_regions
                self._search(time.monotonic() + GRACE)
                self.n_regions = seen
            whole = bounds_on_box(self.walk) or [None] * len(self._best)
            bounds = [_smaller(self._upper(k), bound) for k, bound in enumerate(whole)]
            self._best = tuple(evolve(best, bound=bound) for best, bound in zip(self._best, bounds, strict=True))
        return super().answer(complete)

    def _may_search(self) -> bool:
        """Whether a search may begin or go on when all has been stopped, perhaps while compiled code was being loaded.

        Code whose loading was interrupted cannot be called. That of the walk is loaded when a region was found, that of
        a search when it has begun.
        """
        assert self.walk is not None
        if not self.n_regions or any(climb.upper is None for climb in self._climbs.values()):
            return False
        return bool(self._climbs) or number_of_weights(self.walk.network.program) <= LARGEST

    def _is_known(self, k: int) -> bool:
        if self._best[k].value is None:
            return True
        is_done = k in self._climbs and self._climbs[k].is_done
        return is_done and (self._far is None or bool(self._far.upper(k) <= self.reached()[k]))

    def _upper(self, k: int) -> Fraction | None:
        """Return what maximum ``k`` is at most."""
        value = self._best[k].value
        if value is None:
            return None
        inside = self._climbs[k].upper if k in self._climbs else None
        if self._far is None:
            return inside if inside is None else max(inside, value)
        outside, whole = self._far.upper(k), self._far.whole(k)
        known = None if inside is None or outside == np.inf else inside
        known = max(known, Fraction(outside)) if known is not None and outside > -np.inf else known
        bound = _smaller(known, None if whole == np.inf else Fraction(whole))
        return bound if bound is None else max(bound, value)

    def _search(self, deadline: float) -> None:
        """Look for the maxima by bounds until so late; each has its share of the time."""
        assert self.walk is not None
        self._best = self._best or values_inside(self.walk)
        if not self._is_case_known:
            flat, self._searched = FlatDomain.of_walk(self.walk), self.walk.network
            self._case = bounded_case(self.walk.domain if flat is None else flat.domain)
            self._far = FarValues(self.walk) if self._case is None else None
            if flat is not None and self._case is not None:
                self._hull, self._searched = flat, flat.restricted(self.walk.network)
            self._is_case_known = True
        if self._far is not None:
            self._look_far(self._far, deadline)
        if self._case is None:
            return
        for k in range(len(self._best)):
            left = deadline - time.monotonic()
            if not self._is_known(k) and left > 0:
                self._climb(k, self._case, left / (len(self._best) - k))

    def _look_far(self, far: FarValues, deadline: float) -> None:
        """Find which maxima are infinite, then what the others are far out, in half of the time."""
        assert self.walk is not None
        middle = (time.monotonic() + deadline) / 2
        far.decide(middle)
        for k, direction in far.directions.items():
            if self._best[k].value is not None:
                self._best = (*self._best[:k], infinite_value(self.walk, direction), *self._best[k + 1 :])
        if far.is_decided and far.is_cut and not all(best.value is None for best in self._best):
            self._case = self._case or bounded_case(far.inside)
            far.search(middle, self.reached, self._walk_part)

    def _walk_part(self, part: Part) -> None:
        assert self.walk is not None
        self.n_regions += self.add_all(evolve(self.walk, domain=part.domain))

    def _climb(self, k: int, case: Case, seconds: float) -> None:
        assert self.walk is not None
        n_outputs, sign = len(self._best) // 2, 1 if 2 * k < len(self._best) else -1
        if k not in self._climbs:
            weights = (0, *(sign * (i == k % n_outputs) for i in range(n_outputs)))
            assert self._searched is not None
            self._climbs[k] = Climb(self._searched, output_property(self._searched, case, [[weights]]))
        climb = self._climbs[k]
        found = climb.run(None, seconds, None)
        if found.value is not None and found.point is not None and exceeds(found.value, self._best[k].value):
            point = found.point if self._hull is None else self._hull.lifted(found.point)
            new = Extremum(found.value, point, None, pattern_around(self.walk, point))
            self._best = (*self._best[:k], new, *self._best[k + 1 :])
        if found.stopped_by == "interrupt":
            raise KeyboardInterrupt


def _smaller(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return min((bound for bound in (one, other) if bound is not None), default=None)


def bounds_on_box(walk: Walk) -> list[Fraction | None] | None:
    """Return what the outputs, then the negated outputs, are at most on the box that the domain is; None if it is none.

    No compiled code is called.
    """
    box = None if walk.domain is None else walk.domain.given_box
    if box is None:
        return None
    program = walk.network.program
    return output_bounds(program, program_bounds(program, box))


def values_inside(walk: Walk) -> tuple[Extremum, ...]:
    """Return the outputs, then the negated outputs, at a point of the domain of a walk."""
    point = inside(walk)
    values, pattern = walk.network(point), pattern_around(walk, point)
    return tuple(Extremum(value, point, None, pattern) for value in (*values, *(-value for value in values)))


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

    For linear functionals of the outputs see :func:`tropical.regions.surveys.extrema.functionals`.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        limit: stop when there are more than this many activation regions; all are then looked at one by one.
        timeout: stop after about this many seconds.
        method: "vertices" or "witness"; chosen by dimension if None.
        relative: take regions of full dimension relative to the affine hull of a lower-dimensional domain.
        progress: called with the survey now and then.

    Raises:
        LimitReached: with what is known as ``partial``: each extremum lies between its value and its bound, over
            unbounded domains as well once it is decided which extrema are infinite.
        VerificationFailed: if the network has other values at the points found.
        DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.

    Algorithm: this module.

    >>> from polytopes import Polyhedron
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, "-3/2"]], [0])])
    >>> found = extrema(net, Polyhedron.box([-1], [5]))
    >>> str(found.maxima[0].value), str(found.minima[0].value), *map(str, found.minima[0].point)
    ('1', '-1', '5')
    >>> extrema(net).minima[0].ray
    (1,)
    """
    network, domain = asked(network, domain)
    return ExtremeValues().fill(Walk(network, domain, method, relative), Limits(limit, timeout, progress))
