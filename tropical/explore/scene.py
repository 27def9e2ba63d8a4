"""What the explorer shows of a data set: a JSON document with exact numbers as texts, and floats for drawing beside them.

Every count in a scene is computed exactly; the floats are places on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isfinite, perm
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.errors import DomainError, InputError, LimitReached
from polytopes.rationals import Vector, exact_text
from tropical._version import __version__
from tropical.explore.landscape import Landscape, loss

if TYPE_CHECKING:
    from tropical.activation.data import DataSet
    from tropical.activation.fan import ActivationFan

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
    """A data set with labels, and the numbers of terms of g and h."""

    data: DataSet
    terms: tuple[int, int]
    title: str = ""
    limit: int = LIMIT

    def __attrs_post_init__(self) -> None:
        n, m = self.terms
        if n < 1 or m < 1:
            raise InputError(f"{n} and {m} terms; g and h have at least one term each")

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels; +1 for every point if there are none."""
        return self.data.labels or (1,) * self.data.n_points


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
    from tropical.activation.adjacency import graph_document
    from tropical.activation.fan import ActivationFan

    fan = ActivationFan.of(request.data, sum(request.terms))
    points = [drawn(point) for point in request.data.points]
    classes = counted_classes(fan, request.limit, tick)
    tick("walls", 0)
    graph = graph_document(fan)
    tick("landscape", len(graph["cones"]))
    colours = tuple(tuple(cone["colours"]) for cone in graph["cones"])
    losses = tuple(loss(own, request.terms[0], request.labels, request.data.weights) for own in colours)
    pairs = tuple((wall["cones"][0], wall["cones"][1]) for wall in graph["walls"])
    landscape = Landscape(colours, pairs, request.terms[0], losses)
    return {
        "kind": "fan",
        "version": __version__,
        "title": request.title,
        "data": _data(request, points),
        "terms": list(request.terms),
        "window": window(request.data.points, request.data.dim),
        "counts": _counts(fan, classes, landscape),
        "levels": landscape.levels(),
        "cones": [{**cone, "loss": own} for cone, own in zip(graph["cones"], losses, strict=True)],
        "walls": [[*wall["cones"], *wall["points"]] for wall in graph["walls"]],
        "layout": _layout(fan, landscape, points),
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
    data = request.data
    return {
        "points": [[exact_text(entry) for entry in point] for point in data.points],
        "places": points,
        "dim": data.dim,
        "labels": list(request.labels),
        "labelled": bool(data.labels),
        "weights": list(data.weights),
    }


def _counts(fan: ActivationFan, classes: list[int], landscape: Landscape) -> Scene:
    return {
        "maximal_cones": len(landscape.colours),
        "walls": len(landscape.walls),
        "classes": classes,
        "dichotomies": len(set(landscape.dichotomies)),
        "chambers": landscape.n_chambers(),
        "dimension": fan.dim,
        "lineality": fan.lineality_dim,
    }


def _layout(fan: ActivationFan, landscape: Landscape, points: Sequence[Sequence[float]]) -> Scene:
    import numpy as np

    from tropical.explore.layout import folded_places, polytope_places, three_directions

    floats = np.asarray(points, dtype=float).reshape(fan.data.n_points, fan.data.dim)
    vertices = polytope_places(floats, fan.data.weights, landscape.colours, fan.n_terms)
    quotient = fan.dim - fan.lineality_dim
    return {
        "dimension": quotient,
        "polytope": three_directions(vertices),
        "folded": three_directions(folded_places(landscape.colours, landscape.dichotomies)),
        "is_exact_shape": quotient <= 3,
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
