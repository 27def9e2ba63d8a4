"""What the explorer shows of a network: its activation regions in the plane, exact, with floats for drawing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import NoAnswerError, ShapeError
from tropical._version import __version__
from tropical.pictures.explorer.fan_scene import Scene, drawn

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.data_points import DataPoints
    from tropical.pictures.planar_complex import PlanarComplex, Polygon
    from tropical.pictures.plane import Plane

Show = Callable[[list[list[list[float]]]], None]
"""Takes polygons that can be drawn early."""
LIMIT = 20_000
"""Regions of the largest picture."""
PLANE_NOTE = "A plane through the input space; coordinates are those of the plane."


@frozen
class RegionsRequest:
    """A network, a domain in its input space, and the plane to cut along if it has more than two inputs.

    ``window`` has the bounds of each coordinate of the part that is shown; it is found if it is None. ``data`` are
    points on top, in the coordinates of the picture, and ``columns`` are names of its coordinates, if there are some.
    """

    network: Network
    domain: Polyhedron | None = None
    plane: Plane | None = None
    title: str = ""
    limit: int = LIMIT
    window: tuple[Vector, ...] | None = None
    data: DataPoints | None = None
    columns: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        dim = self.network.input_dim if self.plane is None else 2
        if self.data is not None:
            self.data.check_dim(dim)
        if len(self.columns) not in (0, dim):
            raise ShapeError(f"{len(self.columns)} names for {dim} coordinates; give one each, or none")

    @property
    def is_spatial(self) -> bool:
        """Whether the regions are shown in space: those of three inputs, unless a plane is given."""
        return self.plane is None and self.network.input_dim == 3

    def check(self) -> None:
        """Refuse what cannot be drawn, as far as it can be seen before the regions are found.

        Raises:
            ShapeError, DomainError: as :func:`regions_scene`.
        """
        from tropical.pictures.view import View, check_interior

        if not self.is_spatial:
            _check_plane(self)
            View.of(self.network, self.domain, plane=self.plane, window=self.window, data=self.data)
        elif self.domain is not None:
            check_interior(self.domain)

    def limited(self, limit: int) -> RegionsRequest:
        """Return the same with another limit on the number of regions."""
        return evolve(self, limit=limit)


def show_nothing(polygons: list[list[list[float]]]) -> None:
    """Draw nothing early."""


def regions_scene(
    request: RegionsRequest,
    say: Callable[[str], None] = lambda _: None,
    show: Show = show_nothing,
) -> Scene:
    """Return the scene of the activation regions of a network.

    Args:
        request: what is to be shown.
        say: is told what is being done.
        show: is given polygons that can be drawn early, as floats, some at a time.

    Raises:
        ShapeError: if the picture is not two-dimensional.
        DomainError: if the domain has no interior in the picture.
        LimitReached: if there are more regions than the limit.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [-1])])
    >>> scene = regions_scene(RegionsRequest(net))
    >>> scene["counts"]["activation_regions"], len(scene["sides"]), scene["regions"][0]["pattern"]
    (7, 9, [[0, 0, 0]])
    """
    with without_collection():
        return _regions_scene(request, say, show)


def _regions_scene(request: RegionsRequest, say: Callable[[str], None], show: Show) -> Scene:
    from tropical.pictures.explorer.sketch import sketched
    from tropical.pictures.planar_complex import complex_of_regions
    from tropical.pictures.region_colors import map_tints
    from tropical.pictures.view import View

    _check_plane(request)
    view = View.of(request.network, request.domain, plane=request.plane, window=request.window, data=request.data)
    network = request.network if request.plane is None else request.plane.restrict(request.network)
    regions, shown, note = evolve(view, limit=request.limit).regions(network)
    say(f"drawing {len(regions):,} activation regions")
    if show is not show_nothing:
        for polygons in sketched(regions):
            show(polygons)
    complex = complex_of_regions(regions, shown, note)
    say(f"coloring {len(complex.polygons):,} activation regions")
    tints = map_tints(complex.map_graph)
    shared = _Shared()
    return {
        "kind": "regions",
        "version": __version__,
        "title": request.title,
        "axes": ["x1", "x2"] if request.plane is None else [_plain(label) for label in request.plane.labels],
        "columns": list(request.columns),
        "note": " ".join(filter(None, [PLANE_NOTE if request.plane is not None else "", complex.note])),
        "window": [list(map(float, corner)) for corner in zip(*complex.bounds, strict=True)],
        "counts": {
            "activation_regions": len(complex.polygons),
            "linear_regions": complex.n_linear_regions,
            "affine_maps": complex.n_maps,
        },
        "regions": [_region(polygon, tints[polygon.affine_map], shared) for polygon in complex.polygons],
        "sides": _sides(complex, shared),
        "boundary": _boundary(network, complex.window, request.limit),
        "data": data_scene(request.data),
    }


def data_scene(data: DataPoints | None) -> Scene | None:
    """Return points for drawing: places, the number of the label of each, and the labels; none of these without labels.

    >>> from tropical.pictures.data_points import DataPoints
    >>> data_scene(DataPoints.of([(0, 1), (1, 1)], ["yes", "no"]))
    {'places': [[0.0, 1.0], [1.0, 1.0]], 'kinds': [1, 0], 'labels': ['no', 'yes']}
    """
    from tropical.pictures.data_points import label_text

    if data is None:
        return None
    numbers = {name: k for k, name in enumerate(data.names)}
    return {
        "places": list(map(drawn, data.points)),
        "kinds": [numbers[label] for label in data.labels],
        "labels": list(map(label_text, numbers)) or None,
    }


def _check_plane(request: RegionsRequest) -> None:
    dim = request.network.input_dim
    if request.plane is None and dim != 2:
        way_out = "give a plane" if dim > 1 else "'tropical regions --plot' draws its graph"
        raise ShapeError(f"the explorer shows networks with two or three inputs, this one has {dim}; {way_out}")


@contextmanager
def without_collection() -> Iterator[None]:
    """Let the search for cyclic garbage rest while many objects are made that stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _plain(label: str) -> str:
    """Return a label without the marks of formulas.

    >>> _plain("x_{3}")
    'x3'
    """
    return "".join(mark for mark in label if mark not in "_{}")


class _Shared:
    """Texts and places of vertices, which many polygons and segments share as objects."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[list[str], list[float]]] = {}

    def _of(self, point: Vector) -> tuple[list[str], list[float]]:
        found = self._known.get(id(point))
        if found is None:
            found = self._known[id(point)] = [exact_text(entry) for entry in point], drawn(point)
        return found

    def texts(self, points: Sequence[Vector]) -> list[list[str]]:
        """Return points of a complex as text."""
        return [self._of(point)[0] for point in points]

    def places(self, points: Sequence[Vector]) -> list[list[float]]:
        """Return where points of a complex are drawn."""
        return [self._of(point)[1] for point in points]


def _region(polygon: Polygon, tint: int, shared: _Shared) -> dict[str, Any]:
    return {
        "pattern": [list(layer) for layer in polygon.region.layer_patterns],
        "map": [[exact_text(entry) for entry in form] for form in polygon.region.cell.forms],
        "number": polygon.affine_map,
        "tint": tint,
        "vertices": shared.texts(polygon.vertices),
        "places": shared.places(polygon.vertices),
    }


def _places(points: Sequence[Vector]) -> list[list[float]]:
    return [drawn(point) for point in points]


def _sides(complex: PlanarComplex, shared: _Shared) -> list[dict[str, Any]]:
    parts = complex.polygons[0].region.layer_patterns
    starts = [0, *accumulate(map(len, parts))]
    return [
        {
            "regions": list(segment.polygons),
            "gate": segment.gate - starts[segment.layer],
            "layer": segment.layer,
            "bends": segment.bends,
            "places": shared.places(segment.ends),
        }
        for segment in complex.segments
    ]


def _boundary(network: Network, window: Polyhedron, limit: int) -> list[list[list[float]]]:
    """Return the cells of the decision boundary in the window: segments, or polygons where two classes tie."""
    from tropical.pictures.planar_complex import cycle
    from tropical.regions.surveys.decision_boundary import boundary_complex

    try:
        found = boundary_complex(network, window, limit=4 * limit)
    except NoAnswerError:
        return []
    return [_places(cycle(cell) if cell.dim == 2 else cell.vertices) for cell in found.maximal_cells]
