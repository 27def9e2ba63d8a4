"""What the explorer shows of a network with three inputs: its activation regions in space, to be cut by planes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import exact_text
from polytopes.drawing.windows import Window, as_window, box_around, check_bounds
from polytopes.errors import NoAnswerError
from tropical._version import __version__
from tropical.pictures.explorer.fan_scene import Scene
from tropical.pictures.explorer.region_scene import RegionsRequest, data_scene, without_collection

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.data_points import DataPoints
    from tropical.pictures.spatial_complex import Face, SpatialComplex

LIMIT = 5_000
"""Regions of the largest picture in space."""


def space_scene(request: RegionsRequest, say: Callable[[str], None] = lambda _: None) -> Scene:
    """Return the scene of the activation regions of a network with three inputs.

    The page cuts it by planes: a cell of the cut is found exactly, from the vertices and the faces of its region.

    Raises:
        DomainError: if the domain has no interior.
        LimitReached: if there are more regions than the limit.

    >>> from polytopes import Polyhedron
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]), ([[1, 1, 1]], [-1])])
    >>> scene = space_scene(RegionsRequest(net, Polyhedron.box([-1] * 3, [1] * 3)))
    >>> scene["counts"]["activation_regions"], len(scene["vertices"]), len(scene["faces"])
    (8, 27, 36)
    """
    with without_collection():
        return _space_scene(request, say)


def _space_scene(request: RegionsRequest, say: Callable[[str], None]) -> Scene:
    from tropical.pictures.region_colors import map_tints
    from tropical.pictures.spatial_complex import spatial_complex
    from tropical.pictures.view import View, check_interior

    if request.domain is not None:
        check_interior(request.domain)
    limit = min(request.limit, LIMIT)
    window = _window(request)
    complex = spatial_complex(request.network, View(request.domain, window, limit=limit))
    say(f"drawing {len(complex.regions):,} activation regions")
    tints = map_tints(complex.map_graph)
    corners = list(zip(*complex.window.bounding_box(), strict=True))
    check_bounds(*corners)
    return {
        "kind": "space",
        "version": __version__,
        "title": request.title,
        "axes": ["x1", "x2", "x3"],
        "note": complex.note,
        "window": [[exact_text(entry) for entry in corner] for corner in corners],
        "counts": {
            "activation_regions": len(complex.regions),
            "linear_regions": complex.n_linear_regions,
            "affine_maps": complex.n_maps,
        },
        "vertices": [[exact_text(entry) for entry in point] for point in complex.vertices],
        "regions": [_region(complex, place, tints) for place in range(len(complex.regions))],
        "faces": [_face(complex, face) for face in complex.faces],
        "boundary": _boundary(request.network, complex.window, 4 * limit),
        "columns": list(request.columns),
        "data": data_scene(request.data),
    }


def _window(request: RegionsRequest) -> Window | None:
    """Return the window that is given, or around the data; None for a bounded domain, or if there is neither."""
    if request.window is not None:
        return as_window(request.window, 3)
    is_bounded = request.domain is not None and request.domain.is_bounded
    return None if request.data is None or is_bounded else _around(request.data)


def _around(data: DataPoints) -> Window:
    bounds = box_around(data.points)
    check_bounds(*bounds)
    return Window(*bounds)


def _region(complex: SpatialComplex, place: int, tints: list[int]) -> dict[str, Any]:
    region = complex.regions[place]
    return {
        "pattern": [list(layer) for layer in region.layer_patterns],
        "map": [[exact_text(entry) for entry in form] for form in region.cell.forms],
        "number": complex.affine_maps[place],
        "tint": tints[complex.affine_maps[place]],
    }


def _face(complex: SpatialComplex, face: Face) -> dict[str, Any]:
    found: dict[str, Any] = {"cycle": list(face.cycle), "regions": list(face.regions)}
    if len(face.regions) == 2:
        found |= {"gate": face.gate, "layer": face.layer, "bends": complex.bends(face)}
    return found


def _boundary(network: Network, window: Polyhedron, limit: int) -> list[list[list[str]]]:
    """Return the polygons of the decision boundary in the window; of sets where classes tie their facets."""
    from tropical.pictures.planar_complex import cycle
    from tropical.regions.surveys.decision_boundary import boundary_complex

    try:
        found = boundary_complex(network, window, limit=limit)
    except NoAnswerError:
        return []
    solids = [facet for cell in found.maximal_cells if cell.dim == 3 for facet in cell.facets()]
    polygons = [cell for cell in found.maximal_cells if cell.dim == 2]
    return [[[exact_text(entry) for entry in point] for point in cycle(cell)] for cell in (*polygons, *solids)]
