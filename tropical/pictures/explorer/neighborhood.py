"""The maximal cones within some number of walls of one of them, for fans too large to be listed.

Breadth-first search in the dual graph: whether a wall leads from a cone to another one that differs at one point is
decided by itself, so nothing else of the fan has to be known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from tropical.fans.classification.graph import wall_signs

if TYPE_CHECKING:
    import networkx as nx

    from tropical.fans.activation.parameters import Parameter
    from tropical.fans.classification.fan import ClassificationFan

Colors = tuple[int, ...]
MOST_TESTS = 60_000
"""Walls that are decided for one neighbourhood before no further cone is left by all of its walls."""


@frozen(eq=False)
class Neighborhood:
    """The part of a classification graph around a cone: ``graph`` has all walls between its cones.

    ``steps`` has the number of walls from the centre to each cone; ``open`` the cones that may have neighbours outside.
    """

    graph: nx.Graph
    steps: dict[Colors, int]
    open: frozenset[Colors]

    @property
    def radius(self) -> int:
        """The number of walls up to which no cone is missing."""
        return min((self.steps[colors] for colors in self.open), default=max(self.steps.values()))


def neighborhood(
    fan: ClassificationFan,
    start: Sequence[int] | None,
    most: int,
    tick: Callable[[str, int], None] = lambda step, count: None,
) -> Neighborhood:
    """Return about ``most`` maximal cones around the one with the colours ``start``, those behind fewest walls.

    Without a start, or if no cone has these colours, the centre is the cone where :func:`descent` ends.

    >>> from tropical import ClassificationFan
    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> found = neighborhood(fan, (0, 0, 0), 5)
    >>> sorted(found.graph), found.radius
    ([(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0), (2, 0, 0)], 1)
    """
    walk = _Walk(fan)
    given = None if start is None else walk.parameter(start)
    center, parameter = descent(fan) if start is None or given is None else (tuple(start), given)
    walk.add(center, parameter, 0)
    waiting, left = deque([center]), max(1, MOST_TESTS // (len(fan.costs) * max(1, fan.n_terms - 1)))
    while waiting and left and len(walk.steps) < most:
        waiting.extend(walk.leave(waiting.popleft()))
        tick("cones", len(walk.steps))
        left -= 1
    walk.join_rim()
    return Neighborhood(walk.graph, walk.steps, frozenset(walk.open))


def descent(fan: ClassificationFan) -> tuple[Colors, Parameter]:
    """Return a maximal cone with no wall to one of smaller loss, and a parameter in its interior.

    >>> from tropical import ClassificationFan
    >>> descent(ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, 1, -1]))[0]
    (0, 0, 2)
    """
    walk = _Walk(fan)
    here: Colors = (0,) * fan.data.n_points
    parameter = walk.parameter(here)
    assert parameter is not None
    while True:
        beyond = [(walk.loss(there), there, walk.search.parameter) for there, _ in walk.walls(here, lambda there: True)]
        best = min(beyond, default=(walk.loss(here), here, parameter))
        if best[0] >= walk.loss(here):
            return here, parameter
        _, here, parameter = best


class _Walk:
    """What is known of the dual graph."""

    def __init__(self, fan: ClassificationFan) -> None:
        import networkx as nx

        self.fan, self.search = fan, fan.activation.search
        self.graph = nx.Graph()
        self.steps: dict[Colors, int] = {}
        self.open: dict[Colors, None] = {}

    def parameter(self, colors: Sequence[int]) -> Parameter | None:
        """Return a parameter in the interior of the cone with these colours, if there is one."""
        own = [colors[points[0]] for points in self.fan.data.copies]
        alike = all(colors[p] == own[place] for p, place in enumerate(self.fan.data.position))
        return self.search.parameter if alike and self.search.is_realized(own, self.fan.n_terms) else None

    def loss(self, colors: Colors) -> int:
        return self.fan.loss_of_signs(self.fan.signs_of_colors(colors))

    def walls(self, here: Colors, wanted: Callable[[Colors], bool]) -> Iterator[tuple[Colors, tuple[int, ...]]]:
        """Yield the wanted neighbours of a cone and the points that change; ``search`` then has a parameter there."""
        copies, n_terms = self.fan.data.copies, self.fan.n_terms
        own = [here[points[0]] for points in copies]
        for place, points in enumerate(copies):
            for rival in range(n_terms):
                if rival == own[place]:
                    continue
                changed = list(here)
                for p in points:
                    changed[p] = rival
                there = tuple(changed)
                if wanted(there) and self.search.is_realized(own, n_terms, place, rival):
                    yield there, points

    def add(self, colors: Colors, parameter: Parameter, steps: int) -> None:
        """Note a cone, the walls of which are not known yet."""
        signs = self.fan.signs_of_colors(colors)
        self.graph.add_node(colors, parameter=parameter, signs=signs, loss=self.fan.loss_of_signs(signs))
        self.steps[colors] = steps
        self.open[colors] = None

    def leave(self, here: Colors) -> Iterator[Colors]:
        """Follow all walls of a cone; yield the new cones. A cone that was left before has told its walls."""
        for there, points in self.walls(here, lambda other: other not in self.steps or other in self.open):
            if there not in self.steps:
                self.add(there, self.search.parameter, self.steps[here] + 1)
                yield there
            self._join(here, there, points)
        del self.open[here]

    def join_rim(self) -> None:
        """Find the walls between cones that were not left."""
        for here in self.open:
            known = self.graph[here]
            for there, points in self.walls(here, lambda other: other in self.open and other not in known):  # noqa: B023
                self._join(here, there, points)

    def _join(self, here: Colors, there: Colors, points: tuple[int, ...]) -> None:
        signs = [self.graph.nodes[colors]["signs"] for colors in (here, there)]
        loss = self.fan.loss_of_signs(wall_signs(*signs))
        self.graph.add_edge(here, there, points=points, crosses=signs[0] != signs[1], loss=loss)
