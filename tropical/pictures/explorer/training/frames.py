"""The picture of one checkpoint as a short document: vertices once, sides and regions by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, isinf, log10
from typing import TYPE_CHECKING, Any

from polytopes.enumeration.packed_program import quotient
from tropical.pictures.explorer.region_scene import Show, regions_scene, show_nothing

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.pictures.explorer.fan_scene import Scene
    from tropical.pictures.explorer.region_scene import RegionsRequest

Frame = dict[str, Any]
MOST_DIGITS = 10
"""Digits of the coefficients of maps in frames without exact numbers."""
FINENESS = 6
"""The decimal logarithm of the number of places that a coordinate has in the window of such a frame."""


def frame_of(request: RegionsRequest, say: Callable[[str], None] = lambda _: None, show: Show = show_nothing) -> Frame:
    """Return the frame of a checkpoint: its regions, its decision boundary, counts, and how densely it bends.

    Errors are those of :func:`tropical.pictures.explorer.region_scene.regions_scene`.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
    >>> from tropical.pictures.explorer import RegionsRequest
    >>> frame = frame_of(RegionsRequest(net, window=((-1, 1), (-1, 1))))
    >>> frame["counts"]["activation_regions"], len(frame["exact"]), frame["complexity"]
    (4, 9, '1')
    """
    scene = regions_scene(request, say, show)
    say("measuring how densely it bends")
    return {**_compact(scene), "complexity": complexity(request)}


def complexity(request: RegionsRequest) -> str | None:
    """Return the density of the places where the function bends, as far as its digits are proven.

    It is None in a plane through three points, in which lengths are not exactly those of the input space.
    """
    from tropical.regions.complexity.local_complexity import local_complexity

    if request.plane is not None and request.plane.marks:
        return None
    network = request.network if request.plane is None else request.plane.restrict(request.network)
    found = local_complexity(network, shown_domain(request))
    assert found.densities is not None, "nothing stops the measurement"
    return str(found.densities["function_boundary"])


def shown_domain(request: RegionsRequest) -> Polyhedron:
    """Return the bounded part of the plane that a picture with a window, or of a bounded domain, shows."""
    from polytopes.polyhedra.polyhedron import Polyhedron

    domain = (
        request.domain if request.plane is None or request.domain is None else request.plane.section(request.domain)
    )
    if request.window is None:
        assert domain is not None, "without a window a bounded domain is shown"
        return domain
    box = Polyhedron.box(*zip(*request.window, strict=True))
    return box if domain is None else domain & box


def _compact(scene: Scene) -> Frame:
    numbers: dict[tuple[str, ...], int] = {}
    places: list[list[float]] = []
    at: dict[tuple[float, ...], int] = {}
    for region in scene["regions"]:
        for text, place in zip(region["vertices"], region["places"], strict=True):
            if tuple(text) not in numbers:
                numbers[tuple(text)] = at[tuple(place)] = len(places)
                places.append(place)
    regions = [
        [own["pattern"], own["number"], own["tint"], [numbers[tuple(text)] for text in own["vertices"]], own["map"]]
        for own in scene["regions"]
    ]
    sides = [
        [*side["regions"], side["layer"], side["gate"], int(side["bends"]), *(at[tuple(end)] for end in side["places"])]
        for side in scene["sides"]
    ]
    return {
        "note": scene["note"],
        "axes": scene["axes"],
        "window": scene["window"],
        "counts": scene["counts"],
        "places": places,
        "exact": list(map(list, numbers)),
        "regions": regions,
        "sides": sides,
        "boundary": scene["boundary"],
    }


def rounded(frame: Frame) -> Frame:
    """Return a frame without exact vertices and with rounded numbers, which is shorter."""
    low, high = frame["window"]
    digits = [max(0, ceil(FINENESS - log10(b - a))) for a, b in zip(low, high, strict=True)]

    def near(places: list[list[float]]) -> list[list[float]]:
        return [[round(entry, digit) for entry, digit in zip(place, digits, strict=True)] for place in places]

    return {
        **frame,
        "places": near(frame["places"]),
        "exact": None,
        "regions": [[*own[:4], [list(map(_short, form)) for form in own[4]]] for own in frame["regions"]],
        "boundary": list(map(near, frame["boundary"])),
    }


def _short(text: str) -> str:
    value = quotient(*Fraction(text).as_integer_ratio())
    return text if len(text) <= MOST_DIGITS or isinf(value) else f"{value:.{MOST_DIGITS}g}"
