"""What a page of a network may ask for: its regions with some weights changed, with bounds on what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from polytopes.arithmetic.rationals import Vector, as_vector, exact_text
from polytopes.errors import InputError, LimitReached, ToolkitError
from tropical.networks.changes import Change, tensors, with_changes
from tropical.networks.readers.json import read_bytes, write_json
from tropical.pictures.explorer.cone_count import Tick, no_tick
from tropical.pictures.explorer.page_requests import MOST_DIGITS, NUMBER, json_object
from tropical.pictures.explorer.region_scene import RegionsRequest, Show, regions_scene, show_nothing
from tropical.pictures.explorer.space_scene import space_scene

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.explorer.fan_scene import Scene

MOST_WEIGHTS = 5000
"""Numbers of a network that can be changed in a page."""


def touchable_scene(
    request: RegionsRequest,
    say: Callable[[str], None] = lambda _: None,
    show: Show = show_nothing,
) -> Scene:
    """Return the scene of a network with what a page needs to change it: its ``network`` as a JSON document.

    It is None, with the reason in ``untouched``, if the network has too many numbers, and for regions in space.

    >>> from tropical import Network
    >>> scene = touchable_scene(RegionsRequest(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])))
    >>> scene["network"]["nodes"][0]["weight"], scene["counts"]["whole_plane"]
    ([['1', '0'], ['0', '1']], 4)
    """
    if request.is_spatial:
        reason = "weights of networks with three inputs can be changed in a page of a plane"
        return {**space_scene(request, say), "network": None, "untouched": reason}
    scene = {**_with_whole_count(regions_scene(request, say, show), request), "sliced": request.plane is not None}
    n_weights = sum(len(own.numerators) for node in request.network.nodes for _, own in tensors(node.layer))
    if n_weights > MOST_WEIGHTS:
        reason = f"{n_weights:,} weights; networks of up to {MOST_WEIGHTS:,} can be changed in a page"
        return {**scene, "network": None, "untouched": reason}
    return {**scene, "network": json.loads(write_json(request.network))}


def _with_whole_count(scene: Scene, request: RegionsRequest) -> Scene:
    """Add the number of activation regions of the whole plane, if it is shown a part of, and they are soon counted."""
    from tropical.regions.counting import count_regions

    if request.domain is None:
        network = request.network if request.plane is None else request.plane.restrict(request.network)
        with suppress(LimitReached):
            scene["counts"]["whole_plane"] = count_regions(network, limit=request.limit).activation_regions
    return scene


@frozen
class Subject:
    """A network whose weights are changed, where it is looked at, and the most regions that are shown."""

    request: RegionsRequest = field(repr=False)

    @property
    def document(self) -> bytes:
        """The subject as a line of JSON, for another process."""
        return json.dumps({"network": write_json(self.request.network), **place_document(self.request)}).encode()

    @classmethod
    def parse(cls, line: bytes) -> Subject:
        """Return the subject in such a line; it is written by this program."""
        content = json.loads(line)
        return cls(placed(read_bytes(content["network"].encode()), content))

    @classmethod
    def smallest(cls) -> Subject:
        """Return the subject of a page of two units, whose scene is soon there and loads what others need."""
        from tropical.networks.network import Network

        network = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
        return cls(RegionsRequest(network, window=(as_vector((-1, 1)), as_vector((-1, 1)))))

    def answer(self, body: bytes, tick: Tick = no_tick) -> dict[str, Any]:
        """Return the ``scene`` that a JSON document asks for, or the ``error``.

        It has ``changes``, a list of [node, tensor, place, value], and perhaps a ``window``, the corners of what is
        shown.

        >>> from tropical import Network
        >>> own = Subject(RegionsRequest(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])))
        >>> own.answer(b'{"changes": [["affine0", "weight", 3, "0"]]}')["scene"]["counts"]["activation_regions"]
        2
        >>> own.answer(b'{"changes": [["affine0", "weight", 9, "0"]]}')["error"]
        'place 9 of the weight of layer affine0, which has 4 numbers'
        """
        try:
            request = self._request(body)
            tick("looking for activation regions", 0)
            scene = _with_whole_count(regions_scene(request, lambda text: tick(text, 0)), request)
            return {"scene": scene}
        except ToolkitError as error:
            return {"error": str(error)}
        except MemoryError:
            return {"error": "this network needs more memory than a page may use; take the change back"}

    def _request(self, body: bytes) -> RegionsRequest:
        content = json_object(body)
        network = with_changes(self.request.network, _changes(content.get("changes", []), self.request.network))
        domain = self.request.domain
        window = None if domain is not None and domain.is_bounded else _window(content.get("window"))
        return evolve(self.request, network=network, window=window)


def place_document(request: RegionsRequest) -> dict[str, Any]:
    """Return where a network is looked at as a JSON document, with title and limit; without the network and data."""
    plane, window = request.plane, request.window
    return {
        "domain": None if request.domain is None else _texts_of(request.domain),
        "plane": None if plane is None else _texts((plane.base, plane.first, plane.second)),
        "labels": None if plane is None else plane.labels,
        "marks": [] if plane is None else _texts(plane.marks),
        "window": None if window is None else _texts(window),
        "title": request.title,
        "limit": request.limit,
    }


def placed(network: Network, content: dict[str, Any]) -> RegionsRequest:
    """Return the request for a network, looked at where a document of :func:`place_document` says."""
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.pictures.plane import Plane

    plane, domain, window = content["plane"], content["domain"], content["window"]
    if plane is not None:
        base, first, second = map(as_vector, plane)
        plane = Plane(base, first, second, tuple(content["labels"]), tuple(map(as_vector, content["marks"])))
    if domain is not None:
        inequalities, equations = domain
        domain = Polyhedron.from_rows(inequalities, equations, network.input_dim)
    bounds = None if window is None else tuple(map(as_vector, window))
    return RegionsRequest(network, domain, plane, content["title"], content["limit"], bounds)


def _texts(rows: Iterable[Iterable[Fraction | int]]) -> list[list[str]]:
    return [list(map(exact_text, row)) for row in rows]


def _texts_of(domain: Polyhedron) -> list[list[list[str]]]:
    return [_texts(domain.inequalities), _texts(domain.equations)]


def _changes(value: Any, network: Network) -> list[Change]:
    if not isinstance(value, list) or len(value) > MOST_WEIGHTS:
        raise InputError(f"changes are a list of at most {MOST_WEIGHTS} changes")
    return [_change(own) for own in value]


def _change(value: Any) -> Change:
    kinds = (str, str, int, str)
    if not isinstance(value, list) or [type(own) for own in value] != list(kinds):
        raise InputError("a change is a list of the name of a layer, of its tensor, a place in it and a number as text")
    if not NUMBER.fullmatch(value[3]):
        raise InputError(f"a weight is a text such as 3, 0.25 or 1/3, of at most {MOST_DIGITS} digits")
    return Change(*value)


def _window(value: Any) -> tuple[Vector, ...] | None:
    """Return the bounds of each coordinate from two corners."""
    if value is None:
        return None
    corners = value if isinstance(value, list) else []
    if [len(own) if isinstance(own, list) else 0 for own in corners] != [2, 2]:
        raise InputError("a window is a list of two corners, the lower one first")
    if not all(type(entry) in (int, float) and isfinite(entry) for own in corners for entry in own):
        raise InputError("the corners of a window have finite numbers")
    if not all(low < high for low, high in zip(*corners, strict=True)):
        raise InputError("a window has a lower corner and an upper one")
    return tuple(map(as_vector, zip(*corners, strict=True)))
