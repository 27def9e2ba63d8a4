"""What the explorer shows of a data set: a JSON document with exact numbers as texts, and floats for drawing.

Every count in a scene is computed exactly; the floats are places on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isfinite, perm
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.errors import DomainError, InputError, LimitReached
from polytopes.rationals import Vector, exact_text
from tropical._version import __version__

if TYPE_CHECKING:
    import networkx as nx

    from tropical.activation.data import DataSet
    from tropical.activation.fan import ActivationFan
    from tropical.classification.fan import ClassificationFan

Scene = dict[str, Any]
Tick = Callable[[str, int], None]
"""Called with the name of a step and a count while a scene is computed."""

LIMIT = 20_000
"""Cones of the largest fan that is shown."""
MARGIN = Fraction(1, 4)
"""Free space around the data, as a part of its width."""


def no_tick(step: str, count: int) -> None:
    """Report to nobody."""


@frozen
class FanRequest:
    """A data set with labels, and the numbers of terms of g and h; ``names`` are what the labels 1 and -1 stand for."""

    data: DataSet
    terms: tuple[int, int]
    title: str = ""
    limit: int = LIMIT
    names: Mapping[int, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        n, m = self.terms
        if n < 1 or m < 1:
            raise InputError(f"{n} and {m} terms; g and h have at least one term each")
        if not self.data.n_points or not self.data.dim:
            size = f"{self.data.n_points} points with {self.data.dim} coordinates"
            raise InputError(f"{size}; give at least one point with one coordinate, or there is nothing to draw")

    @property
    def fan(self) -> ClassificationFan:
        """The fan; data without labels is labelled +1."""
        from tropical.classification.fan import ClassificationFan

        return ClassificationFan.of(self.data, self.terms, None if self.data.labels else (1,) * self.data.n_points)


def fan_scene(request: FanRequest, tick: Tick = no_tick) -> Scene:
    """Return the scene of a classification fan.

    Raises:
        LimitReached: if the fan has more cones than the limit.
        DomainError: if a coordinate is too large to be drawn.

    >>> from tropical.activation.data import DataSet
    >>> data = DataSet.of([[0], [1], [2]], [1, -1, 1])
    >>> scene = fan_scene(FanRequest(data, (2, 1)))
    >>> scene["counts"]["maximal_cones"], scene["counts"]["dichotomies"], scene["counts"]["chambers"]
    (21, 7, 8)
    >>> [(level["cones"], level["components"]) for level in scene["levels"]]
    [(2, 2), (10, 1), (9, 1)]
    """
    from tropical.activation.parameters import parameter_texts
    from tropical.classification.graph import classification_graph
    from tropical.classification.landscape import landscape
    from tropical.explore.sphere import sphere

    fan = request.fan
    points = [drawn(point) for point in fan.data.points]
    classes = counted_classes(fan.activation, request.limit, tick)
    tick("walls", 0)
    graph = classification_graph(fan)
    tick("landscape", 0)
    levels = [{"loss": level.loss, **level.as_dict()} for level in landscape(fan).levels]
    tick("layout", 0)
    place = {colours: i for i, colours in enumerate(graph)}
    return {
        "kind": "fan",
        "version": __version__,
        "title": request.title,
        "data": _data(request, points),
        "terms": list(request.terms),
        "window": window(fan.data.points, fan.data.dim),
        "counts": _counts(fan, classes, graph),
        "levels": levels,
        "cones": [
            {"colours": list(colours), "parameter": parameter_texts(facts["parameter"]), "loss": facts["loss"]}
            for colours, facts in graph.nodes(data=True)
        ],
        "walls": sorted(
            [*sorted((place[here], place[there])), facts["loss"], *facts["points"]]
            for here, there, facts in graph.edges(data=True)
        ),
        "layout": _layout(fan.activation, graph, points),
        "sphere": sphere(fan.activation, list(graph)),
    }


def counted_classes(fan: ActivationFan, limit: int, tick: Tick) -> list[int]:
    """Return (a_1, a_2, ...), and stop if the fan has too many cones.

    Raises:
        LimitReached: as soon as more than ``limit`` cones are known of.
    """
    from tropical.activation.classes import realised_colours

    found = [0] * fan.n_terms
    cones = 0
    for _, n_classes in realised_colours(fan.search, fan.n_terms):
        if n_classes:
            found[n_classes - 1] += 1
        cones += perm(fan.n_terms, n_classes)
        tick("cones", cones)
        if cones > limit:
            raise LimitReached(
                f"the fan has more than {limit} maximal cones; take fewer points or terms, or raise the limit", cones
            )
    while found and not found[-1]:
        found.pop()
    return found


def _data(request: FanRequest, points: Sequence[Sequence[float]]) -> Scene:
    data = request.fan.data
    return {
        "points": [[exact_text(entry) for entry in point] for point in data.points],
        "places": points,
        "dim": data.dim,
        "labels": list(data.labels),
        "labelled": bool(request.data.labels),
        "names": {str(sign): name for sign, name in request.names.items()},
        "weights": list(data.weights),
    }


def _counts(fan: ClassificationFan, classes: list[int], graph: nx.Graph) -> Scene:
    from tropical.classification.graph import chamber_components

    return {
        "maximal_cones": len(graph),
        "walls": graph.number_of_edges(),
        "classes": classes,
        "dichotomies": len({signs for _, signs in graph.nodes(data="signs")}),
        "chambers": len(chamber_components(graph)),
        "dimension": fan.activation.dim,
        "lineality": fan.activation.lineality_dim,
    }


def _layout(fan: ActivationFan, graph: nx.Graph, points: Sequence[Sequence[float]]) -> Scene:
    import numpy as np

    from tropical.explore.layout import folded_places, polytope_places, three_directions

    floats = np.asarray(points, dtype=float).reshape(fan.data.n_points, fan.data.dim)
    colours = list(graph)
    signs = [signs for _, signs in graph.nodes(data="signs")]
    return {
        "dimension": fan.dim - fan.lineality_dim,
        "polytope": three_directions(polytope_places(floats, fan.data.weights, colours, fan.n_terms)),
        "folded": three_directions(folded_places(colours, signs)),
    }


def drawn(point: Vector) -> list[float]:
    """Return the floats at which a point is drawn.

    Raises:
        DomainError: if there is none.
    """
    try:
        found = [float(entry) for entry in point]
    except OverflowError:
        found = [float("inf")]
    if not all(map(isfinite, found)):
        raise DomainError("a coordinate is too large to be drawn; scale the data")
    return found


def window(points: Sequence[Vector], dim: int) -> list[list[str]]:
    """Return the lower and upper corners of a box around the points, with free space.

    >>> window([(Fraction(0),), (Fraction(4),)], 1)
    [['-1'], ['5']]
    """
    columns = [[point[k] for point in points] or [Fraction(0)] for k in range(dim)]
    width = max((max(column) - min(column) for column in columns), default=Fraction(0)) or Fraction(2)
    lower = [exact_text(min(column) - width * MARGIN) for column in columns]
    upper = [exact_text(max(column) + width * MARGIN) for column in columns]
    return [lower, upper]
