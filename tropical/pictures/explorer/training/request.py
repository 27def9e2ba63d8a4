"""The checkpoints of a training, their data, and where they are looked at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from polytopes.arithmetic.rationals import Matrix, Vector, as_vector
from polytopes.errors import InputError, LimitReached
from tropical.networks.changes import tensors
from tropical.networks.tensor import size
from tropical.pictures.data_points import DataPoints
from tropical.pictures.explorer.region_scene import LIMIT, RegionsRequest
from tropical.pictures.view import View

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.plane import Plane

LONGEST = 60
"""Letters of the widths of a network in an error."""


@frozen(slots=False)
class TrainingRequest:
    """The checkpoints of a training in order, with their names, and data in their input space.

    ``labels`` are of any kind, one for each of the ``points``, or none. ``window`` has the bounds of the part that is
    shown, in the coordinates of the picture. ``limit`` is the largest number of regions of one picture.
    """

    networks: tuple[Network, ...] = field(repr=False)
    names: tuple[str, ...]
    points: Matrix = ()
    labels: tuple[Any, ...] = ()
    domain: Polyhedron | None = None
    plane: Plane | None = None
    window: tuple[Vector, ...] | None = None
    columns: tuple[str, ...] = ()
    title: str = ""
    limit: int = LIMIT

    def __attrs_post_init__(self) -> None:
        if len(self.networks) < 2 or len(self.names) != len(self.networks):
            raise InputError(f"{len(self.networks)} checkpoints of a training; give at least two, with a name for each")
        for name, network in zip(self.names, self.networks, strict=True):
            _check_shape(name, network, self.names[0], self.networks[0])
        if self.labels and len(self.labels) != len(self.points):
            raise InputError(f"{len(self.labels)} labels for {len(self.points)} points; give one each")
        if not self.is_drawn and not self.labels:
            dim = self.networks[0].input_dim
            way_out = "give --data with labels to follow losses and the path through the fan of the data"
            if dim > 1:
                other = "; or a plane with --slice to draw their regions in"
            else:
                other = "; 'tropical regions --plot' draws the graph of one of them"
            raise InputError(f"checkpoints with {dim} input{'s' * (dim > 1)}: {way_out}{other}")
        if not self.is_drawn and self.window is not None:
            raise InputError("a window shows a part of a plane, and no regions are drawn here; leave it out")

    @property
    def is_drawn(self) -> bool:
        """Whether regions are drawn: in the plane of two inputs, or in a plane that is given."""
        return self.plane is not None or self.networks[0].input_dim == 2

    @cached_property
    def data(self) -> DataPoints | None:
        """The points in the coordinates of the picture."""
        return DataPoints.of(self.points, self.labels or None, self.plane) if self.points else None

    def check(self) -> None:
        """Refuse what cannot be drawn, as far as it can be seen before regions are found.

        Raises:
            ShapeError, DomainError: as :meth:`RegionsRequest.check`.
        """
        if self.is_drawn:
            self._alone.check()

    @cached_property
    def _alone(self) -> RegionsRequest:
        """The request for the picture of the last checkpoint alone."""
        shown = self.columns if self.plane is None else ()
        place = self.domain, self.plane, self.title, self.limit, self.window
        return RegionsRequest(self.networks[-1], *place, self.data, shown)

    @cached_property
    def last(self) -> RegionsRequest:
        """The request for the picture of the last checkpoint, in the window of all."""
        return evolve(self._alone, window=_window(self._alone))

    def picture(self, number: int) -> RegionsRequest:
        """Return the request for the picture of a checkpoint."""
        return evolve(self.last, network=self.networks[number], data=None, columns=())

    def limited(self, limit: int) -> TrainingRequest:
        """Return the same with another limit on the number of regions."""
        return evolve(self, limit=limit)


def _check_shape(name: str, network: Network, first_name: str, first: Network) -> None:
    if network.input_dim == first.input_dim and _shape(network) == _shape(first):
        return
    shapes = f"{name} is {_widths(network)} and {first_name} is {_widths(first)}"
    if _widths(network) == _widths(first):
        shapes = f"{name} and {first_name} have different layers"
    raise InputError(f"{shapes}; the checkpoints of a training have one shape, show others in a page of their own")


def _shape(network: Network) -> list[tuple[type, tuple[int, ...]]]:
    pairs = zip(network.nodes[1:], network.shapes[1:], strict=True)
    return [(type(node.layer), tuple(shape)) for node, shape in pairs]


def _widths(network: Network) -> str:
    """Return the widths of the layers that have weights, such as 2-16-1."""
    pairs = list(zip(network.nodes, network.shapes, strict=True))
    sizes = [size(shape) for node, shape in pairs[1:] if any(True for _ in tensors(node.layer))]
    text = "-".join(map(str, [network.input_dim, *sizes]))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _window(last: RegionsRequest) -> tuple[Vector, ...] | None:
    """Return the bounds of the window of all checkpoints; None if a bounded domain is shown.

    It is the one that is given, around the data, or around the vertices of the last checkpoint.
    """
    view = View.of(last.network, last.domain, plane=last.plane, window=last.window, data=last.data)
    if view.window is None:
        if view.domain is not None and view.domain.is_bounded:
            return None
        network = last.network if last.plane is None else last.plane.restrict(last.network)
        try:
            view = evolve(view, limit=last.limit).settled(network)
        except LimitReached:
            way_out = "give --window, --box, or a greater --limit"
            raise LimitReached(
                f"more than {last.limit:,} activation regions at the last checkpoint; {way_out}"
            ) from None
    assert view.window is not None, "an unbounded domain is cut by a window"
    return tuple(map(as_vector, zip(view.window.lower, view.window.upper, strict=True)))
