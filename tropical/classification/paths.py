"""Shortest paths through walls between parameters or dichotomies, and how high the loss must rise on the way."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise, permutations
from typing import Any

from attrs import field, frozen

from polytopes.errors import InputError, ShapeError
from polytopes.rationals import MatrixLike
from polytopes.wording import exact_repr
from tropical.activation.adjacency import Colours, Flip, first_appearance, flips
from tropical.activation.fan import ActivationCone, renamed, with_idle_terms
from tropical.activation.parameters import parameter_texts
from tropical.classification.fan import ClassificationFan, Signs
from tropical.classification.graph import wall_signs


@frozen
class WallPath:
    """Maximal cones, consecutive ones sharing a wall, with their signs; losses if the data has labels.

    ``losses`` alternates between cones and walls, with ties as errors: its length is twice that of the cones less 1.
    """

    cones: tuple[ActivationCone, ...] = field(repr=exact_repr)
    signs: tuple[Signs, ...]
    losses: tuple[int, ...] | None

    @property
    def n_walls(self) -> int:
        """The number of walls that are crossed."""
        return len(self.cones) - 1

    def as_dict(self) -> dict[str, Any]:
        """Return the path with numbers as texts."""
        return {
            "walls": self.n_walls,
            "cones": [
                {"colours": list(cone.colours), "signs": list(signs), "parameter": parameter_texts(cone.parameter)}
                for cone, signs in zip(self.cones, self.signs, strict=True)
            ],
            "losses": None if self.losses is None else list(self.losses),
        }


@frozen(slots=False, eq=False)
class Walls:
    """The walls of a classification fan, looked up cone by cone; cones are colours of the distinct points."""

    fan: ClassificationFan

    @cached_property
    def _flips(self) -> dict[Colours, list[Flip]]:
        found: dict[Colours, list[Flip]] = defaultdict(list)
        for flip in flips(self.fan.activation):
            found[flip.colours].append(flip)
        return found

    def neighbours(self, colours: Colours) -> Iterator[Colours]:
        """Yield the cones that share a wall with this one."""
        names = first_appearance(colours)
        back = {new: old for old, new in names.items()}
        idle = [term for term in range(self.fan.n_terms) if term not in names]
        for flip in self._flips.get(tuple(names[colour] for colour in colours), ()):
            for rival in (back[flip.rival],) if flip.rival in back else idle:
                yield (*colours[: flip.place], rival, *colours[flip.place + 1 :])

    def signs(self, colours: Colours) -> Signs:
        """Return the signs of the distinct points."""
        return self.fan.signs_of_colours(colours)

    def loss(self, here: Colours, there: Colours) -> int:
        """Return the loss on the wall between two cones, or in a cone that is given twice."""
        signs = wall_signs(self.signs(here), self.signs(there))
        pairs = zip(signs, self.fan.costs, strict=True)
        return sum(sum(cost) if not sign else cost[0 if sign > 0 else 1] for sign, cost in pairs)

    def cone(self, colours: Colours) -> ActivationCone:
        """Return a cone with colours of all points and a parameter."""
        activation = self.fan.activation
        names = first_appearance(colours)
        parameter = activation.class_parameters[tuple(names[colour] for colour in colours)]
        whole = with_idle_terms(parameter, self.fan.n_terms, self.fan.data.dim)
        position = self.fan.data.position
        canonical = ActivationCone(tuple(names[colours[place]] for place in position), whole)
        return renamed(canonical, tuple(names))


def shortest_path(
    fan: ClassificationFan, start: MatrixLike | Signs, end: MatrixLike | Signs, most_loss: int | None = None
) -> WallPath | None:
    """Return a path with the fewest walls between two parameters or two dichotomies; None if there is none.

    Args:
        fan: a classification fan.
        start, end: a parameter, (n + m) x (d + 1) rationals in the interior of a maximal cone, or M signs 1 and -1.
        most_loss: if given, no cone and no wall on the way may have more, ties as errors.

    Raises:
        InputError: if a parameter is on a wall, or no parameter has the signs.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> path = shortest_path(fan, [(1, -2), (-3, 2), (0, 0)], [(-3, 2), (1, -2), (0, 0)])
    >>> path.n_walls, max(path.losses)
    (3, 1)
    """
    walls = Walls(fan)
    ends = set(_cones(walls, end))
    came: dict[Colours, Colours | None] = {}
    waiting: deque[Colours] = deque()
    for colours in _cones(walls, start):
        if most_loss is None or walls.loss(colours, colours) <= most_loss:
            came.setdefault(colours, None)
            waiting.append(colours)
    while waiting:
        here = waiting.popleft()
        if here in ends:
            return _path(walls, came, here)
        for there in walls.neighbours(here):
            if there not in came and _is_low(walls, here, there, most_loss):
                came[there] = here
                waiting.append(there)
    return None


def _is_low(walls: Walls, here: Colours, there: Colours, most_loss: int | None) -> bool:
    return most_loss is None or max(walls.loss(here, there), walls.loss(there, there)) <= most_loss


def barrier(fan: ClassificationFan, start: MatrixLike | Signs, end: MatrixLike | Signs) -> tuple[int, WallPath]:
    """Return the smallest k for which {err <= k} joins two parameters or dichotomies, and a shortest path in it.

    Arguments and errors are those of :func:`shortest_path`.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> barrier(fan, [(1, -2), (-3, 2), (0, 0)], [(-3, 2), (1, -2), (0, 0)])[0]
    1
    """
    low, high = 0, sum(fan.data.weights)
    best = shortest_path(fan, start, end, high)
    assert best is not None and best.losses is not None, "a complete fan is connected through walls"
    high = max(best.losses)
    while low < high:
        middle = (low + high) // 2
        found = shortest_path(fan, start, end, middle)
        if found is None:
            low = middle + 1
        else:
            assert found.losses is not None
            best, high = found, max(found.losses)
    return high, best


def _path(walls: Walls, came: dict[Colours, Colours | None], last: Colours) -> WallPath:
    way: list[Colours] = []
    node: Colours | None = last
    while node is not None:
        way.append(node)
        node = came[node]
    way.reverse()
    cones = tuple(map(walls.cone, way))
    losses = None
    if walls.fan.data.labels:
        between = [(here, here) for here in way[:1]]
        for here, there in pairwise(way):
            between += [(here, there), (there, there)]
        losses = tuple(walls.loss(*pair) for pair in between)
    return WallPath(cones, tuple(walls.fan.signs_of_colours(cone.colours) for cone in cones), losses)


def _cones(walls: Walls, end: Any) -> Iterable[Colours]:
    """Return the cones, by colours of the distinct points, of a parameter or of signs."""
    fan = walls.fan
    rows = list(end)
    first = [copies[0] for copies in fan.data.copies]
    if rows and not isinstance(rows[0], int):
        colours = fan.activation.locate(rows)
        if colours is None:
            raise InputError("a parameter on a wall; give one that has one largest form at every point")
        return [tuple(colours[p] for p in first)]
    if len(rows) != fan.data.n_points:
        raise ShapeError(f"{len(rows)} signs for {fan.data.n_points} points; give one each, or a parameter")
    found = list(_cones_with_signs(walls, tuple(rows)))
    if not found:
        raise InputError("no parameter has these signs; see dichotomies for those there are")
    return found


def _cones_with_signs(walls: Walls, signs: Signs) -> Iterator[Colours]:
    data = walls.fan.data
    if any(signs[copies[0]] != signs[p] for copies in data.copies for p in copies):
        return
    wanted = tuple(signs[copies[0]] for copies in data.copies)
    for colours in walls.fan.activation.class_parameters:
        for names in permutations(range(walls.fan.n_terms), len(set(colours))):
            found = tuple(names[colour] for colour in colours)
            if walls.signs(found) == wanted:
                yield found
