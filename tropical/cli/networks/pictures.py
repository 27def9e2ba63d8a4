"""The picture that ``tropical regions --plot`` draws after the count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.errors import InputError, LimitReached
from tropical.cli.running import Request, Stop, TimeUp, time_limit
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.planes import Plane


def check_picture(path: Path) -> None:
    """Refuse an ending that names no kind of picture, and a missing matplotlib."""
    from tropical.pictures.regions import picture_format, pyplot

    picture_format(path)
    pyplot()


def picture_of(network: Network, domain: Polyhedron | None, path: Path | None, plane: str | None) -> Picture | None:
    """Return the picture that was asked for, if one was.

    Raises:
        InputError: if the network has more than two inputs and no plane is given, or the plane does not fit, or what
            is to be drawn has no interior or is beyond floating point.
    """
    from tropical.cli.arguments import chosen_plane

    if path is None:
        return None
    if plane is None and network.input_dim > 2:
        raise InputError(f"--plot needs --slice for a network with {network.input_dim} inputs, for example --slice 0,1")
    from tropical.pictures.regions import frame

    cut = None if plane is None else chosen_plane(plane, network.input_dim, domain)
    frame(network, domain, plane=cut)
    return Picture(path, network, domain, cut)


@frozen
class Picture:
    """The regions of a network in a domain, or in a plane through it, and the file they are drawn to."""

    path: Path
    network: Network
    domain: Polyhedron | None
    plane: Plane | None

    def draw_after(self, stopped_by: Stop | None, request: Request) -> Stop | None:
        """Draw the picture and return what stopped the work, the count included.

        A picture is drawn whole or not at all. If the count was stopped at the limit, the same regions are not tried
        again, but the regions in a plane are far fewer.
        """
        if stopped_by in ("interrupt", "timeout") or (stopped_by and self.plane is None):
            note(f"{self.path} was not drawn, because the count is not complete")
            return stopped_by
        try:
            with time_limit(request.deadline):
                self._draw(request)
        except (LimitReached, TimeUp, KeyboardInterrupt) as stop:
            note(f"{self.path} was not drawn: stopped before all regions in the picture were found")
            return _reason(stop)
        note(f"the picture is in {self.path}")
        return stopped_by

    def _draw(self, request: Request) -> None:
        from tropical.pictures.regions import plot_regions, save_picture

        figure = plot_regions(self.network, self.domain, plane=self.plane, limit=request.limit, method=request.method)
        save_picture(figure, self.path)


def _reason(stop: BaseException) -> Stop:
    if isinstance(stop, LimitReached):
        return "limit"
    return "timeout" if isinstance(stop, TimeUp) else "interrupt"
