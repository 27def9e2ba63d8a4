"""The path of a training through a classification fan: the cones that it passes and the walls that it crosses.

A path is given by parameters Theta_0, ..., Theta_T, the checkpoints, and goes straight from each to the next. Its
*place* k + t, for 0 <= t <= 1, is the parameter (1 - t) Theta_k + t Theta_{k+1}. At a data point p every form is an
affine function of t between two checkpoints, so which are largest at p changes at finitely many rational places. The
cone of the fan changes where that happens at some point.

A path may begin on a wall, stay in one, touch a wall without crossing it, or cross several at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor
from operator import mul
from typing import Any, Literal

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, Row, common_denominator, exact_text
from polytopes.errors import InputError, ShapeError, VerificationFailed
from polytopes.messages import exact_repr
from tropical.fans.activation.parameters import parameter_rows
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.realization import cone_dimension
from tropical.fans.activation.upper_lines import Terms, largest, upper_envelope
from tropical.fans.classification.fan import ClassificationFan, Signs, Ties, check_ties, checked_fan

Kind = Literal["wall", "touch", "entering", "leaving", "start", "end"]
Sets = tuple[Terms, ...]
"""For every distinct point the terms that are largest there."""


@frozen
class PassedCone:
    """A part of a path, from ``start`` to ``end``, on the inner places of which the pattern is the same.

    A cone of the fan is its pattern; ``codimension`` is 0 for a maximal cone. ``signs`` are those of g - h at the
    points, ``loss`` counts ties as the path says, and is None for data without labels.
    """

    start: Fraction
    end: Fraction
    pattern: ActivationPattern = field(repr=exact_repr)
    codimension: int
    signs: Signs
    loss: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the cone with numbers as texts."""
        return {"from": exact_text(self.start), "to": exact_text(self.end), **_cone_dict(self)}


@frozen
class Crossing:
    """A place where the cone changes, with the cone there: a common face of the ones before and after.

    ``points`` are those at which other terms are largest than before or after. The ``kind`` is "wall" if a cone is left
    for another one through a smaller cone (of codimension 1: a wall; of more: several walls at once); "touch" if the
    cone is the same before and after; "entering" and "leaving" if the path stays in the smaller cone after, or was in
    it before; "start" and "end" if it only begins or ends there.
    """

    place: Fraction
    pattern: ActivationPattern = field(repr=exact_repr)
    codimension: int
    signs: Signs
    loss: int | None
    points: tuple[int, ...]
    kind: Kind

    def as_dict(self) -> dict[str, Any]:
        """Return the crossing with numbers as texts."""
        return {"at": exact_text(self.place), "kind": self.kind, "points": list(self.points), **_cone_dict(self)}


def _cone_dict(own: PassedCone | Crossing) -> dict[str, Any]:
    return {
        "pattern": [list(terms) for terms in own.pattern.sets],
        "codimension": own.codimension,
        "signs": list(own.signs),
        "loss": own.loss,
    }


@frozen(eq=False)
class Trajectory:
    """The path of a training: its parameters, the cones it passes and the places where it changes from one to another.

    Between two consecutive ``cones`` there is one crossing; further ones are at the ends, if the path starts or ends in
    a smaller cone than the one next to it.
    """

    fan: ClassificationFan
    parameters: tuple[Matrix, ...] = field(repr=exact_repr)
    cones: tuple[PassedCone, ...]
    crossings: tuple[Crossing, ...]
    losses: tuple[int, ...] | None
    """The loss at each checkpoint."""

    @property
    def n_walls(self) -> int:
        """The number of places where a cone is left for another one through a smaller one."""
        return sum(crossing.kind == "wall" for crossing in self.crossings)

    @property
    def n_cones(self) -> int:
        """The number of different cones that are passed."""
        return len({cone.pattern for cone in self.cones})

    @property
    def highest_loss(self) -> int | None:
        """The largest loss anywhere on the path."""
        parts: tuple[PassedCone | Crossing, ...] = (*self.cones, *self.crossings)
        return max((own.loss for own in parts if own.loss is not None), default=None)

    def parameter(self, place: Fraction) -> Matrix:
        """Return the parameter at a place."""
        return _between(self.parameters, place)

    def as_dict(self) -> dict[str, Any]:
        """Return the path with numbers as texts."""
        return {
            "terms": list(self.fan.terms),
            "checkpoints": len(self.parameters),
            "walls": self.n_walls,
            "distinct_cones": self.n_cones,
            "highest_loss": self.highest_loss,
            "losses": None if self.losses is None else list(self.losses),
            "cones": [cone.as_dict() for cone in self.cones],
            "crossings": [crossing.as_dict() for crossing in self.crossings],
        }


def trajectory(fan: ClassificationFan, parameters: Iterable[MatrixLike], ties: Ties = "errors") -> Trajectory:
    """Return the cones of a fan that a path passes, and the walls that it crosses, at exact places.

    Args:
        fan: a classification fan.
        parameters: the checkpoints, (n + m) x (d + 1) rationals each; the path goes straight from one to the next.
        ties: how a point with g = h counts in losses, as for :meth:`ClassificationFan.loss`.

    Raises:
        ShapeError, InputError: if there is no parameter, or one has another shape.
        VerificationFailed: if a parameter between two places, or at one, is in another cone than found.

    Algorithm:
        At each distinct point the maximum of the forms is that of affine functions of t (:func:`upper_envelope`); all
        breakpoints are merged. What is found is proved by values: cones are convex and relatively open, so if the
        pattern at the middle of a part is P, and those at its ends contain P, it is P on all of the part.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (1, 1), labels=[-1, 1, 1])
    >>> path = trajectory(fan, [[(-1, 0), (0, 0)], [(-1, 2), (0, 0)]])
    >>> [(str(crossing.place), crossing.points) for crossing in path.crossings]
    [('1/4', (2,)), ('1/2', (1,))]
    >>> [cone.loss for cone in path.cones], path.n_walls
    ([2, 1, 0], 2)
    """
    checked_fan(fan)
    check_ties(ties)
    checkpoints = tuple(_checked(theta, fan, k) for k, theta in enumerate(parameters))
    if not checkpoints:
        raise InputError("a path without checkpoints; give at least one parameter")
    pieces = _pieces(fan, checkpoints)
    pieces.verify(fan, checkpoints)
    return pieces.trajectory(fan, checkpoints, ties)


def _checked(theta: MatrixLike, fan: ClassificationFan, index: int) -> Matrix:
    rows = parameter_rows(theta, fan.data)
    if len(rows) != fan.n_terms:
        raise ShapeError(f"checkpoint {index} has {len(rows)} terms, the fan has {fan.n_terms}")
    return rows


def _between(checkpoints: Sequence[Matrix], place: Fraction) -> Matrix:
    k = min(floor(place), max(len(checkpoints) - 2, 0))
    if not 0 <= place <= len(checkpoints) - 1:
        raise InputError(f"place {place} on a path from 0 to {len(checkpoints) - 1}")
    if place == k:
        return checkpoints[k]
    t = place - k
    pairs = zip(checkpoints[k], checkpoints[k + 1], strict=True)
    return tuple(tuple((1 - t) * a + t * b for a, b in zip(p, q, strict=True)) for p, q in pairs)


@frozen
class _Pieces:
    """Places where terms may change, all checkpoints among them, and the terms at each and between them."""

    places: tuple[Fraction, ...]
    at: tuple[Sets, ...]
    between: tuple[Sets, ...]

    def verify(self, fan: ClassificationFan, checkpoints: Sequence[Matrix]) -> None:
        """Check the terms at all places and midpoints by the values of the forms."""
        middles = [(a + b) / 2 for a, b in pairwise(self.places)]
        found = [*zip(self.places, self.at, strict=True), *zip(middles, self.between, strict=True)]
        for place, sets in found:
            if _sets(fan, _between(checkpoints, place)) != sets:
                raise VerificationFailed(f"the parameter at the place {place} of a path is in another cone than found")
        for sets, ends in zip(self.between, pairwise(self.at), strict=True):
            if not all(set(own) <= set(there) for end in ends for own, there in zip(sets, end, strict=True)):
                raise VerificationFailed("a path goes from a cone to one that does not touch it")

    def trajectory(self, fan: ClassificationFan, checkpoints: tuple[Matrix, ...], ties: Ties) -> Trajectory:
        """Return the path, parts with one pattern joined to one cone."""
        describe = _Description(fan, ties)
        cones: list[tuple[Fraction, Fraction, Sets]] = []
        crossings: list[Crossing] = []
        last = len(self.between)
        for k, (place, here) in enumerate(zip(self.places, self.at, strict=True)):
            before = self.between[k - 1] if k else None
            after = self.between[k] if k < last else None
            sides = [own for own in (before, after) if own is not None]
            if not sides or any(own != here for own in sides):
                crossings.append(describe.crossing(place, here, before, after))
                if after is not None:
                    cones.append((place, self.places[k + 1], after))
            elif k == 0:
                cones.append((place, self.places[1], here))
            elif after is not None:
                cones[-1] = (cones[-1][0], self.places[k + 1], here)
        losses = tuple(fan.loss(theta, ties) for theta in checkpoints) if fan.data.labels else None
        return Trajectory(fan, checkpoints, tuple(describe.cone(*own) for own in cones), tuple(crossings), losses)


def _pieces(fan: ClassificationFan, checkpoints: Sequence[Matrix]) -> _Pieces:
    """Return the pieces of a path; at a checkpoint every point may change."""
    places, at, between = [Fraction(0)], [_sets(fan, checkpoints[0])], []
    for k, (here, there) in enumerate(pairwise(checkpoints)):
        envelopes = [upper_envelope(*ends) for ends in _values_at_both(fan, here, there)]
        current = [envelope.between[0] for envelope in envelopes]
        changes: dict[Fraction, list[tuple[int, Terms, Terms]]] = {}
        for p, envelope in enumerate(envelopes):
            for i, place in enumerate(envelope.places[1:-1], start=1):
                changes.setdefault(place, []).append((p, envelope.at[i], envelope.between[i]))
        between.append(tuple(current))
        for place in sorted(changes):
            tied = list(current)
            for p, own, after in changes[place]:
                tied[p], current[p] = own, after
            places.append(k + place)
            at.append(tuple(tied))
            between.append(tuple(current))
        places.append(Fraction(k + 1))
        at.append(tuple(envelope.at[-1] for envelope in envelopes))
    return _Pieces(tuple(places), tuple(at), tuple(between))


def _values_at_both(fan: ClassificationFan, here: Matrix, there: Matrix) -> list[tuple[list[int], list[int]]]:
    """Return for each distinct point the values of the forms at two parameters, all times one positive number."""
    scale = common_denominator([entry for rows in (here, there) for row in rows for entry in row])
    first, last = _integers(here, scale), _integers(there, scale)
    return [(_values(first, row), _values(last, row)) for row in fan.data.rows]


def _integers(rows: Matrix, scale: int) -> list[Row]:
    return [tuple(int(entry * scale) for entry in row) for row in rows]


def _values(forms: Sequence[Row], row: Row) -> list[int]:
    return [sum(map(mul, form, row)) for form in forms]


def _sets(fan: ClassificationFan, theta: Matrix) -> Sets:
    """Return the terms that are largest at each distinct point, by their values."""
    forms = _integers(theta, common_denominator([entry for row in theta for entry in row]))
    return tuple(largest(_values(forms, row)) for row in fan.data.rows)


@frozen(eq=False)
class _Description:
    """Patterns of all points, codimensions, signs and losses of cones; each cone is looked at once."""

    fan: ClassificationFan
    ties: Ties
    known: dict[Sets, tuple[ActivationPattern, int, Signs, int | None]] = field(factory=dict)

    def cone(self, start: Fraction, end: Fraction, sets: Sets) -> PassedCone:
        """Return a part of the path."""
        return PassedCone(start, end, *self._facts(sets))

    def crossing(self, place: Fraction, here: Sets, before: Sets | None, after: Sets | None) -> Crossing:
        """Return a change of cones."""
        changed = [
            p
            for p, place_of in enumerate(self.fan.data.position)
            if any(own is not None and own[place_of] != here[place_of] for own in (before, after))
        ]
        return Crossing(place, *self._facts(here), tuple(changed), _kind(here, before, after))

    def _facts(self, sets: Sets) -> tuple[ActivationPattern, int, Signs, int | None]:
        if sets not in self.known:
            fan, n = self.fan, self.fan.terms[0]
            pattern = ActivationPattern(tuple(sets[place] for place in fan.data.position), fan.n_terms)
            signs = tuple((terms[0] < n) - (terms[-1] >= n) for terms in pattern.sets)
            loss = fan.loss_of_signs(signs, self.ties) if fan.data.labels else None
            codimension = 0 if pattern.is_maximal else fan.activation.dim - cone_dimension(fan.data, pattern)
            self.known[sets] = pattern, codimension, signs, loss
        return self.known[sets]


def _kind(here: Sets, before: Sets | None, after: Sets | None) -> Kind:
    if before is None:
        return "start"
    if after is None:
        return "end"
    if before == after:
        return "touch"
    return "leaving" if here == before else "entering" if here == after else "wall"
