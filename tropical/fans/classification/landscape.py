"""The landscape of the 0/1 loss: its levels, the components of its sublevel sets, and its local minima.

Theorem. If ties are errors, {err <= k} is open, and its components are those of the graph on the maximal cones with
err <= k whose edges are the walls with err <= k.
Proof. A point whose sign is right keeps it nearby, so err does not grow nearby, and the set is open. Cones of
codimension two and more do not disconnect an open set, and every component contains points of maximal cones. A path in
general position runs through maximal cones and the relative interiors of walls, and err is constant on each of these.

On a wall at which the point p changes its sign the error is that of the other points and the whole weight of p. If all
copies of p have one label, this is the greater of the errors beside the wall; if not, it is more than both.

If ties are correct, every {err <= k} contains the lineality space of the fan, and each of its points is joined to it
by a segment: there is one component at every k >= 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import asdict, frozen

from tropical.fans.classification.components import Components
from tropical.fans.classification.fan import ClassificationFan, Ties, check_ties, checked_fan
from tropical.fans.classification.orbits import SignedOrbits, Step


@frozen
class Level:
    """What happens at err = k: the maximal cones with this error, and the components of {err <= k}.

    A *local minimum* is a component of {err <= k} without a cone of smaller error, and *spurious* if k is not the
    minimum of the error. Numbers are raw, and modulo renaming the terms of g and those of h.
    """

    loss: int
    cones: int
    components: int
    components_modulo_symmetry: int
    local_minima: int
    local_minima_modulo_symmetry: int
    spurious_minima: int
    spurious_minima_modulo_symmetry: int

    def as_dict(self) -> dict[str, int]:
        """Return the numbers by name, without the loss."""
        return {name: number for name, number in asdict(self).items() if name != "loss"}


@frozen(eq=False)
class Landscape:
    """The levels of the 0/1 loss, in increasing order: all values k at which {err <= k} changes."""

    levels: tuple[Level, ...]
    ties: Ties

    @property
    def minimum(self) -> int:
        """The smallest error of a maximal cone."""
        return next(level.loss for level in self.levels if level.cones)

    @property
    def spurious_minima(self) -> int:
        """The number of spurious local minima at all levels."""
        return sum(level.spurious_minima for level in self.levels)

    def __getitem__(self, loss: int) -> Level:
        return next(level for level in self.levels if level.loss == loss)

    def as_dict(self) -> dict[str, Any]:
        """Return the levels by their loss as text."""
        return {str(level.loss): level.as_dict() for level in self.levels}


def landscape(fan: ClassificationFan, ties: Ties = "errors", limit: int | None = None) -> Landscape:
    """Return the landscape of the 0/1 loss of labeled data.

    Args:
        fan: a classification fan of data with labels.
        ties: whether a point with g = h is an error.
        limit: give up if there are more maximal cones than this.

    Raises:
        InputError: if the data has no labels.
        LimitReached: at the limit.

    Algorithm:
        Orbits of maximal cones and walls are added in the order of their error to a union-find structure that also
        keeps which renamings preserve a component, so that raw components are counted without listing their cones.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> for level in landscape(fan).levels:
    ...     print(level.loss, level.cones, level.components, level.components_modulo_symmetry)
    0 2 2 1
    1 10 1 1
    2 9 1 1
    """
    checked_fan(fan)
    check_ties(ties)
    losses = _Losses(fan, limit)
    if ties == "correct":
        return Landscape(tuple(_connected(losses)), ties)
    return Landscape(tuple(_swept(losses)), ties)


class _Losses:
    """The orbits and walls of a fan by their error."""

    def __init__(self, fan: ClassificationFan, limit: int | None) -> None:
        self.fan = fan
        self.orbits = SignedOrbits.of(fan, limit)
        self.of_orbit = [orbit_loss(fan, orbit.signs) for orbit in self.orbits.orbits]
        self.nodes: dict[int, list[int]] = {}
        for i, loss in enumerate(self.of_orbit):
            self.nodes.setdefault(loss, []).append(i)

    def steps(self) -> dict[int, list[Step]]:
        """Return the walls by their error."""
        found: dict[int, list[Step]] = {}
        for step in self.orbits.steps:
            loss = self.of_orbit[step.here]
            if step.crosses:
                loss += self.fan.costs[step.flip.place][0 if self._was_negative(step) else 1]
            found.setdefault(loss, []).append(step)
        return found

    def _was_negative(self, step: Step) -> bool:
        return self.orbits.orbits[step.here].signs[step.flip.place] < 0

    def cones(self, loss: int) -> int:
        """Return the number of maximal cones with this error."""
        return sum(self.orbits.orbits[i].size(self.fan.terms) for i in self.nodes.get(loss, ()))


def orbit_loss(fan: ClassificationFan, signs: tuple[int, ...]) -> int:
    """Return the error of signs of the distinct points."""
    return sum(cost[0 if sign > 0 else 1] for sign, cost in zip(signs, fan.costs, strict=True))


def _swept(losses: _Losses) -> Iterator[Level]:
    joined = Components(losses.fan.terms)
    depth: dict[int, int] = {}
    steps, minimum = losses.steps(), min(losses.nodes)
    for loss in sorted(losses.nodes.keys() | steps.keys()):
        before = joined.total
        for i in losses.nodes.get(loss, ()):
            joined.add(i, losses.orbits.orbits[i].used)
            depth[i] = loss
        for step in steps.get(loss, ()):
            merged = joined.join(step.here, step.there, lambda step=step: losses.orbits.voltage(step))  # type: ignore[misc]
            if merged is not None:
                kept, gone = merged
                depth[kept] = min(depth[kept], depth.pop(gone))
        if loss in losses.nodes or joined.total != before:
            yield _level(losses, joined, depth, loss, minimum)


def _level(losses: _Losses, joined: Components, depth: dict[int, int], loss: int, minimum: int) -> Level:
    roots = joined.roots
    bottoms = [root for root in roots if depth[root] == loss]
    raw, modulo = sum(map(joined.copies, bottoms)), len(bottoms)
    spurious = (raw, modulo) if loss > minimum else (0, 0)
    return Level(loss, losses.cones(loss), joined.total, len(roots), raw, modulo, *spurious)


def _connected(losses: _Losses) -> Iterator[Level]:
    """Yield the levels with ties correct: the whole sublevel set is joined through the lineality space, of error 0."""
    for loss in sorted({0, *losses.nodes}):
        bottom = 1 if loss == 0 else 0
        yield Level(loss, losses.cones(loss), 1, 1, bottom, bottom, 0, 0)
