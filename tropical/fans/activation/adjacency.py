"""The dual graph of an activation fan: its maximal cones, and the walls that they share.

Only one cone of each orbit under renaming the terms is examined. Cones that share a wall differ at one point of the
data (with its copies), so for each point and rival the cone beyond is looked up, and the wall is tested only if that
cone exists: not all cones that differ at one point share a wall.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce
from itertools import permutations
from operator import xor
from random import Random
from typing import TYPE_CHECKING, Any

from attrs import frozen

from tropical.fans.activation.fan import ActivationFan

if TYPE_CHECKING:
    import networkx as nx

Colors = tuple[int, ...]


@frozen
class Flip:
    """A wall up to renaming: in the cone ``colors`` the distinct point ``place`` may change to ``rival``.

    Colors are of distinct points, numbered by first appearance; ``rival`` may be one more than they are, an idle term.
    """

    colors: Colors
    place: int
    rival: int

    @property
    def n_terms(self) -> int:
        """The number of terms that take part."""
        return max(*self.colors, self.rival) + 1

    @property
    def beyond(self) -> Colors:
        """The colors on the other side, with the names of this side."""
        return (*self.colors[: self.place], self.rival, *self.colors[self.place + 1 :])

    @property
    def reversed(self) -> Flip:
        """The same wall from the other side."""
        names = first_appearance(self.beyond)
        back = names.setdefault(self.colors[self.place], len(names))
        return Flip(tuple(names[c] for c in self.beyond), self.place, back)


def first_appearance(colors: Sequence[int]) -> dict[int, int]:
    """Return the number of each color by first appearance.

    >>> first_appearance((2, 0, 2, 5))
    {2: 0, 0: 1, 5: 2}
    """
    names: dict[int, int] = {}
    for color in colors:
        names.setdefault(color, len(names))
    return names


def flips(fan: ActivationFan) -> Iterator[Flip]:
    """Yield the walls of one cone of each orbit under renaming the terms; most are met again from the other side."""
    orbits = fan.class_parameters
    decided: dict[Flip, bool] = {}
    marks = _Marks(orbits, fan.n_terms)
    for colors in orbits:
        n_classes, exchanges = max(colors, default=-1) + 1, marks.exchanges(colors)
        for place, color in enumerate(colors):
            for rival in range(min(n_classes + 1, fan.n_terms)):
                if rival == color or not exchanges(place, rival):
                    continue
                flip = Flip(colors, place, rival)
                back = flip.reversed
                if flip not in decided and back.colors in orbits:
                    wall = fan.search.is_realized(colors, flip.n_terms, place, rival)
                    decided[flip] = decided[back] = wall
                if decided.get(flip):
                    yield flip


class _Marks:
    """Marks of colorings, which change by one step where a color changes; colorings of different marks differ."""

    def __init__(self, orbits: Collection[Colors], n_terms: int) -> None:
        random = Random(0)
        n_points = len(next(iter(orbits), ()))
        self._of = [[random.getrandbits(60) for _ in range(min(n_terms, n_points + 1))] for _ in range(n_points)]
        self._known = {self._mark(colors) for colors in orbits}

    def _mark(self, colors: Colors) -> int:
        return reduce(xor, (marks[color] for marks, color in zip(self._of, colors, strict=True)), 0)

    def exchanges(self, colors: Colors) -> Callable[[int, int], bool]:
        """Return whether an orbit may lie beyond a change of the color at a place to a rival.

        Without a search it is only said of changes after which the colors are numbered by first appearance still.
        """
        here, first = self._mark(colors), {color: colors.index(color) for color in set(colors)}

        def may_lead(place: int, rival: int) -> bool:
            if first[colors[place]] == place or first.get(rival - 1, -1) >= place:
                return True
            marks = self._of[place]
            return here ^ marks[colors[place]] ^ marks[rival] in self._known

        return may_lead


def dual_graph(fan: ActivationFan) -> nx.Graph:
    """Return the graph of the maximal cones; two are joined if they share a wall.

    A node is the tuple of colors of a cone and carries a ``parameter`` in its interior; an edge carries the ``points``
    whose color changes (more than one if they are equal).

    >>> graph = dual_graph(ActivationFan.of([[0], [1], [2]], 2))
    >>> sorted(graph.edges[(0, 0, 0), (0, 0, 1)].items()), graph.number_of_edges()
    ([('points', (2,))], 6)
    """
    import networkx as nx

    graph, found = nx.Graph(), list(flips(fan))
    graph.add_nodes_from((cone.colors, {"parameter": cone.parameter}) for cone in fan.cones())
    position, copies = fan.data.position, fan.data.copies
    for flip in found:
        changed, beyond = {"points": copies[flip.place]}, flip.beyond
        for names in permutations(range(fan.n_terms), flip.n_terms):
            here = tuple(names[flip.colors[place]] for place in position)
            there = tuple(names[beyond[place]] for place in position)
            if here < there:  # the wall is met again from the other side
                graph.add_edge(here, there, **changed)
    return graph


def graph_document(fan: ActivationFan) -> dict[str, Any]:
    """Return the dual graph as plain lists: cones with their numbers as texts, and walls as pairs of their places.

    >>> document = graph_document(ActivationFan.of([[0], [1]], 2))
    >>> len(document["cones"]), document["walls"][0]
    (4, {'cones': [0, 2], 'points': [1]})
    """
    edges = dual_graph(fan).edges(data="points")
    cones = list(fan.cones())
    place = {cone.colors: i for i, cone in enumerate(cones)}
    walls = sorted((*sorted((place[here], place[there])), points) for here, there, points in edges)
    return {
        "points": fan.data.as_dict()["points"],
        "terms": fan.n_terms,
        "cones": [cone.as_dict() for cone in cones],
        "walls": [{"cones": [i, j], "points": list(points)} for i, j, points in walls],
    }
