"""What the explorer shows of a data set: a JSON document with exact numbers as texts, and floats for drawing.

Every count in a scene is computed exactly; the floats are places on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import DomainError, InputError
from tropical._version import __version__
from tropical.pictures.explorer.cone_count import Count, Tick, count_cones, no_tick

if TYPE_CHECKING:
    import networkx as nx

    from tropical.fans.activation.fan import ActivationFan
    from tropical.fans.classification.fan import ClassificationFan
    from tropical.fans.data_set import DataSet
    from tropical.pictures.explorer.neighborhood import Neighborhood

Scene = dict[str, Any]

LIMIT = 20_000
"""Cones of the largest fan that is shown as a whole."""
PART = 2_000
"""Cones of a part of a larger one."""
MOST_COLORS = 2_000_000
"""Points of a data set times cones of its fan that are shown."""
LARGEST = 1e300
"""The coordinates that are drawn are smaller."""
MARGIN = Fraction(1, 4)
"""Free space around the data, as a part of its width."""


@frozen
class FanRequest:
    """A data set with labels, and the numbers of terms of g and h; ``names`` are what the labels 1 and -1 stand for.

    ``columns`` are the names of the coordinates, x1, x2, ... if there are none. Without labels there are no losses.
    Of a fan with more than ``limit`` cones a part is shown: the cones near the one with the colours ``around``.
    """

    data: DataSet
    terms: tuple[int, int]
    title: str = ""
    limit: int = LIMIT
    names: Mapping[int, str] = field(factory=dict)
    around: tuple[int, ...] | None = None
    columns: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        n, m = self.terms
        if n < 1 or m < 1:
            raise InputError(f"{n} and {m} terms; g and h have at least one term each")
        if not self.data.n_points or not self.data.dim:
            size = f"{self.data.n_points} points with {self.data.dim} coordinates"
            raise InputError(f"{size}; give at least one point with one coordinate, or there is nothing to draw")
        if len(self.columns) not in (0, self.data.dim):
            raise InputError(f"{len(self.columns)} names for {self.data.dim} coordinates; give one each, or none")

    @property
    def is_labelled(self) -> bool:
        """Whether the data has labels."""
        return bool(self.data.labels)

    @property
    def fan(self) -> ClassificationFan:
        """The fan; data without labels is labelled +1, which is not shown."""
        from tropical.fans.classification.fan import ClassificationFan

        return ClassificationFan.of(self.data, self.terms, None if self.data.labels else (1,) * self.data.n_points)


def fan_scene(request: FanRequest, tick: Tick = no_tick) -> Scene:
    """Return the scene of a classification fan, or of a part of it if it has too many cones.

    Raises:
        DomainError: if a coordinate is too large to be drawn.
        InputError: if there are too many points for so many cones.

    >>> from tropical import DataSet
    >>> data = DataSet.of([[0], [1], [2]], [1, -1, 1])
    >>> scene = fan_scene(FanRequest(data, (2, 1)))
    >>> scene["counts"]["maximal_cones"], scene["counts"]["dichotomies"], scene["counts"]["chambers"]
    (21, 7, 8)
    >>> [(level["cones"], level["components"]) for level in scene["levels"]]
    [(2, 2), (10, 1), (9, 1)]
    >>> scene = fan_scene(FanRequest(data, (2, 1), limit=10))
    >>> scene["counts"]["maximal_cones"], scene["counts"]["shown"], scene["part"]["radius"]
    (21, 11, 1)
    """
    fan = request.fan
    points = [drawn(point) for point in fan.data.points]
    part = min(request.limit, PART)
    _check_size(fan, min(part, 2 * len(fan.data.copies)))  # a fan has at least two cones for every place
    count = count_cones(fan.activation, request.limit, tick)
    is_whole = count.is_whole and count.cones <= request.limit
    _check_size(fan, count.cones if is_whole else part)
    if is_whole:
        return _whole(request, fan, points, count, tick)
    return _part(request, fan, points, count, tick)


def _check_size(fan: ClassificationFan, n_cones: int) -> None:
    """Refuse a page in which the colors of all points in so many cones are too many."""
    n_points = fan.data.n_points
    if n_cones * n_points > MOST_COLORS:
        raise InputError(
            f"{n_points:,} points in {n_cones:,} cones are too many for a page, which shows cones times points up to"
            f" {MOST_COLORS:,}; give fewer points, or a limit of {MOST_COLORS // n_points:,} cones"
        )


def _whole(
    request: FanRequest, fan: ClassificationFan, points: Sequence[Sequence[float]], count: Count, tick: Tick
) -> Scene:
    from tropical.fans.classification.graph import classification_graph
    from tropical.fans.classification.landscape import landscape
    from tropical.pictures.explorer.sphere import sphere

    tick("walls", 0)
    graph = classification_graph(fan)
    tick("landscape", 0)
    levels = [{"loss": level.loss, **level.as_dict()} for level in landscape(fan).levels] if request.is_labelled else []
    tick("layout", 0)
    return {
        **_frame(request, fan, points),
        "counts": _counts(fan, count, graph),
        "levels": levels,
        **_cones(request, fan, graph),
        "sphere": sphere(fan.activation, list(graph)),
        "part": None,
    }


def _part(
    request: FanRequest, fan: ClassificationFan, points: Sequence[Sequence[float]], count: Count, tick: Tick
) -> Scene:
    from tropical.pictures.explorer.neighborhood import neighborhood

    near = neighborhood(fan, request.around, min(request.limit, PART), tick)
    losses = [loss for _, loss in near.graph.nodes(data="loss")] if request.is_labelled else []
    tick("layout", 0)
    return {
        **_frame(request, fan, points),
        "counts": {**count.as_dict(), "shown": len(near.graph), **_dimensions(fan)},
        "levels": [{"loss": loss, "cones": losses.count(loss)} for loss in sorted(set(losses))],
        **_cones(request, fan, near.graph),
        "sphere": None,
        "part": _rim(near),
    }


def _frame(request: FanRequest, fan: ClassificationFan, points: Sequence[Sequence[float]]) -> Scene:
    return {
        "kind": "fan",
        "version": __version__,
        "title": request.title,
        "data": _data(request, fan, points),
        "terms": list(request.terms),
        "window": window(fan.data.points, fan.data.dim),
    }


def _cones(request: FanRequest, fan: ClassificationFan, graph: nx.Graph) -> Scene:
    from tropical.fans.activation.parameters import parameter_texts

    def loss(facts: Mapping[str, Any]) -> int | None:
        return facts["loss"] if request.is_labelled else None

    place = {colors: i for i, colors in enumerate(graph)}
    return {
        "cones": [
            {"colors": list(colors), "parameter": parameter_texts(facts["parameter"]), "loss": loss(facts)}
            for colors, facts in graph.nodes(data=True)
        ],
        "walls": sorted(
            [*sorted((place[here], place[there])), loss(facts), *facts["points"]]
            for here, there, facts in graph.edges(data=True)
        ),
        "layout": _layout(fan.activation, graph),
    }


def _rim(near: Neighborhood) -> Scene:
    """Return which cones of a part may have neighbours outside, and how far it reaches."""
    found = [i for i, colors in enumerate(near.graph) if colors in near.open]
    return {"open": found, "radius": near.radius}


def _data(request: FanRequest, fan: ClassificationFan, points: Sequence[Sequence[float]]) -> Scene:
    data = fan.data
    return {
        "points": [[exact_text(entry) for entry in point] for point in data.points],
        "places": points,
        "dim": data.dim,
        "labels": list(request.data.labels),
        "labelled": request.is_labelled,
        "columns": list(request.columns) or [f"x{k}" for k in range(1, data.dim + 1)],
        "names": {str(sign): name for sign, name in request.names.items()},
        "weights": list(data.weights),
    }


def _counts(fan: ClassificationFan, count: Count, graph: nx.Graph) -> Scene:
    from tropical.fans.classification.graph import chamber_components

    return {
        "maximal_cones": len(graph),
        "walls": graph.number_of_edges(),
        "classes": list(count.classes),
        "dichotomies": len({signs for _, signs in graph.nodes(data="signs")}),
        "chambers": len(chamber_components(graph)),
        **_dimensions(fan),
    }


def _dimensions(fan: ClassificationFan) -> Scene:
    return {"dimension": fan.activation.dim, "lineality": fan.activation.lineality_dim}


def _layout(fan: ActivationFan, graph: nx.Graph) -> Scene:
    from tropical.pictures.explorer.layout import folded_directions, polytope_places, three_directions

    colors = list(graph)
    signs = [signs for _, signs in graph.nodes(data="signs")]
    return {
        "dimension": fan.dim - fan.lineality_dim,
        "polytope": three_directions(polytope_places(fan.data, colors, fan.n_terms)),
        "folded": folded_directions(colors, signs),
    }


def drawn(point: Vector) -> list[float]:
    """Return the floats at which a point is drawn.

    Raises:
        DomainError: if there is none.
    """
    try:
        found = list(map(float, point))
    except OverflowError:
        found = [inf]
    if not all(-LARGEST < entry < LARGEST for entry in found):
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
