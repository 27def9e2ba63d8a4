"""Shortest paths through walls between parameters or dichotomies, and how high the loss must rise on the way."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike
from polytopes.errors import InputError, ShapeError
from polytopes.messages import exact_repr
from tropical.fans.activation.adjacency import Colors, Flip, first_appearance, flips
from tropical.fans.activation.fan import ActivationCone, renamed, with_idle_terms
from tropical.fans.activation.parameters import parameter_texts
from tropical.fans.classification.fan import ClassificationFan, Signs, checked_fan
from tropical.fans.classification.graph import wall_signs
from tropical.fans.classification.orbits import SignedOrbit
from tropical.fans.classification.verification import verify_path


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
                {"colors": list(cone.colors), "signs": list(signs), "parameter": parameter_texts(cone.parameter)}
                for cone, signs in zip(self.cones, self.signs, strict=True)
            ],
            "losses": None if self.losses is None else list(self.losses),
        }


@frozen(slots=False, eq=False)
class Walls:
    """The walls of a classification fan, looked up cone by cone; cones are colors of the distinct points."""

    fan: ClassificationFan

    @cached_property
    def _flips(self) -> dict[Colors, list[Flip]]:
        found: dict[Colors, list[Flip]] = defaultdict(list)
        for flip in flips(self.fan.activation):
            found[flip.colors].append(flip)
        return found

    def neighbors(self, colors: Colors, modulo: bool = False) -> Iterator[Colors]:
        """Yield the cones that share a wall with this one; with ``modulo`` for one idle term of g and one of h only.

        Renaming the idle terms of one side does not change this cone.
        """
        names = first_appearance(colors)
        back = {new: old for old, new in names.items()}
        idle = [term for term in range(self.fan.n_terms) if term not in names]
        if modulo:
            n = self.fan.terms[0]
            sides = ([term for term in idle if term < n], [term for term in idle if term >= n])
            idle = [term for side in sides for term in side[:1]]
        for flip in self._flips.get(tuple(names[color] for color in colors), ()):
            for rival in (back[flip.rival],) if flip.rival in back else idle:
                yield (*colors[: flip.place], rival, *colors[flip.place + 1 :])

    def orbit(self, colors: Colors) -> tuple[Colors, Signs]:
        """Return a key that distinguishes cones up to renaming the terms of g among themselves, and those of h."""
        names = first_appearance(colors)
        return tuple(names[color] for color in colors), self.signs(colors)

    def representatives(self, signs: Signs) -> list[Colors]:
        """Return one cone with these signs of the distinct points in each orbit under renaming the terms."""
        found = []
        for colors in self.fan.activation.class_parameters:
            positive = {color for color, sign in zip(colors, signs, strict=True) if sign > 0}
            negative = {color for color, sign in zip(colors, signs, strict=True) if sign < 0}
            n, m = self.fan.terms
            if not positive & negative and len(positive) <= n and len(negative) <= m:
                names = SignedOrbit(colors, sum(1 << color for color in positive)).names(self.fan.terms)
                found.append(tuple(names[color] for color in colors))
        return found

    def signs(self, colors: Colors) -> Signs:
        """Return the signs of the distinct points."""
        return self.fan.signs_of_colors(colors)

    def loss(self, here: Colors, there: Colors) -> int:
        """Return the loss on the wall between two cones, or in a cone that is given twice."""
        signs = wall_signs(self.signs(here), self.signs(there))
        pairs = zip(signs, self.fan.costs, strict=True)
        return sum(sum(cost) if not sign else cost[0 if sign > 0 else 1] for sign, cost in pairs)

    def cone(self, colors: Colors) -> ActivationCone:
        """Return a cone with colors of all points and a parameter."""
        activation = self.fan.activation
        names = first_appearance(colors)
        parameter = activation.class_parameters[tuple(names[color] for color in colors)]
        whole = with_idle_terms(parameter, self.fan.n_terms, self.fan.data.dim)
        position = self.fan.data.position
        canonical = ActivationCone(tuple(names[colors[place]] for place in position), whole)
        return renamed(canonical, tuple(names))


def shortest_path(
    fan: ClassificationFan, start: MatrixLike | Signs, end: MatrixLike | Signs, most_loss: int | None = None
) -> WallPath | None:
    """Return a path with the fewest walls between two parameters or two dichotomies; None if there is none.

    Args:
        fan: a classification fan.
        start, end: a parameter, (n + m) x (d + 1) rationals in the interior of a maximal cone, or M signs 1 and -1.
        most_loss: if given, no cone and no wall on the way may have a greater loss, ties as errors.

    Raises:
        InputError: if a parameter is on a wall, or no parameter has the signs.
        VerificationFailed: if what was found is no such path: parameters in its cones and on its walls are looked at.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> path = shortest_path(fan, [(1, -2), (-3, 2), (0, 0)], [(-3, 2), (1, -2), (0, 0)])
    >>> path.n_walls, max(path.losses)
    (3, 1)
    """
    checked_fan(fan)
    ends = _rows(start), _rows(end)
    path = _shortest(Walls(fan), *ends, most_loss)
    if path is not None:
        _verify(fan, path, *ends)
    return path


def _verify(fan: ClassificationFan, path: WallPath, start: list[Any], end: list[Any]) -> None:
    verify_path(fan, [(cone.colors, cone.parameter) for cone in path.cones], path.losses, start, end)


def _rows(end: Any) -> list[Any]:
    """Return the rows of a parameter, or signs, as a list that is read more than once."""
    return list(end)


def _shortest(walls: Walls, start: Any, end: Any, most_loss: int | None) -> WallPath | None:
    """Search in breadth from the start to the end.

    Renaming terms of one side takes cones with some signs to others with them. So if one end is a dichotomy, the search
    is from the other end, and looks at one cone of each orbit only.
    """
    first, last = _end(walls, start), _end(walls, end)
    if first.cone is None and last.cone is not None:
        way = _way(walls, last, first, most_loss)
        return None if way is None else _path(walls, way[::-1])
    found = _way(walls, first, last, most_loss)
    return None if found is None else _path(walls, found)


def _way(walls: Walls, first: _End, last: _End, most_loss: int | None) -> list[Colors] | None:
    modulo = last.cone is None
    came: dict[object, tuple[Colors, object]] = {}
    waiting: deque[Colors] = deque()

    def key(colors: Colors) -> object:
        return walls.orbit(colors) if modulo else colors

    for colors in walls.representatives(first.signs) if first.cone is None else [first.cone]:
        if most_loss is None or walls.loss(colors, colors) <= most_loss:
            came[key(colors)] = colors, None
            waiting.append(colors)
    while waiting:
        here = waiting.popleft()
        own = key(here)
        if here == last.cone or (modulo and walls.signs(here) == last.signs):
            return _traced(came, own)
        for there in walls.neighbors(here, modulo):
            beyond = key(there)
            if beyond not in came and _is_low(walls, here, there, most_loss):
                came[beyond] = there, own
                waiting.append(there)
    return None


def _traced(came: dict[object, tuple[Colors, object]], last: object) -> list[Colors]:
    way: list[Colors] = []
    while last is not None:
        colors, last = came[last]
        way.append(colors)
    return way[::-1]


def _is_low(walls: Walls, here: Colors, there: Colors, most_loss: int | None) -> bool:
    return most_loss is None or max(walls.loss(here, there), walls.loss(there, there)) <= most_loss


def barrier(fan: ClassificationFan, start: MatrixLike | Signs, end: MatrixLike | Signs) -> tuple[int, WallPath]:
    """Return the smallest k for which {err <= k} joins two parameters or dichotomies, and a shortest path in it.

    Arguments and errors are those of :func:`shortest_path`.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> barrier(fan, [(1, -2), (-3, 2), (0, 0)], [(-3, 2), (1, -2), (0, 0)])[0]
    1
    """
    checked_fan(fan)
    walls, low, high = Walls(fan), 0, sum(fan.data.weights)
    ends = _rows(start), _rows(end)
    best = _shortest(walls, *ends, high)
    assert best is not None and best.losses is not None, "a complete fan is connected through walls"
    high = max(best.losses)
    while low < high:
        middle = (low + high) // 2
        found = _shortest(walls, *ends, middle)
        if found is None:
            low = middle + 1
        else:
            assert found.losses is not None
            best, high = found, max(found.losses)
    _verify(fan, best, *ends)
    return high, best


def _path(walls: Walls, way: list[Colors]) -> WallPath:
    cones = tuple(map(walls.cone, way))
    losses = None
    if walls.fan.data.labels:
        between = [(here, here) for here in way[:1]]
        for here, there in pairwise(way):
            between += [(here, there), (there, there)]
        losses = tuple(walls.loss(*pair) for pair in between)
    return WallPath(cones, tuple(walls.fan.signs_of_colors(cone.colors) for cone in cones), losses)


@frozen
class _End:
    """An end of a path: the signs of the distinct points, and the cone if it is a parameter."""

    signs: Signs
    cone: Colors | None = None


def _end(walls: Walls, end: Any) -> _End:
    """Return the end that a parameter or signs are."""
    data, rows = walls.fan.data, list(end)
    if rows and not isinstance(rows[0], int):
        colors = walls.fan.activation.locate(rows)
        if colors is None:
            raise InputError("a parameter on a wall; give one with a single largest form at every point")
        cone = tuple(colors[copies[0]] for copies in data.copies)
        return _End(walls.signs(cone), cone)
    if len(rows) != data.n_points:
        raise ShapeError(f"{len(rows)} signs for {data.n_points} points; give one each, or a parameter")
    signs = tuple(rows[copies[0]] for copies in data.copies)
    agree = all(rows[p] == rows[copies[0]] for copies in data.copies for p in copies)
    if not agree or not set(signs) <= {1, -1} or not walls.representatives(signs):
        raise InputError("no parameter has these signs; dichotomies lists those that are attained")
    return _End(signs)
