"""The picture that ``tropical regions --plot`` draws after the count."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError, LimitReached
from tropical.cli.arguments import chosen_plane, refuse_unused
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.scenes import Scene, SceneOptions
from tropical.cli.tables import note, working

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.plane import Plane


def check_picture(path: Path) -> None:
    """Refuse an ending that names no kind of picture, and a missing matplotlib."""
    from polytopes.drawing.figures import picture_format, pyplot

    picture_format(path)
    pyplot()


class ColorName(StrEnum):
    """By what the regions of a picture are colored."""

    map = "map"
    class_ = "class"
    value = "value"
    gradient = "gradient"
    layer = "layer"


@frozen
class PlotOptions(SceneOptions):
    """The picture of the regions, or of those in a plane."""

    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the regions: .pdf, .svg, .png or .pgf.", show_default=False),
    ] = None
    colors: Annotated[
        ColorName | None,
        typer.Option(
            help="By what --plot colors: the affine map if not given, the class, the value, the norm of the gradient, "
            "or walls by layer.",
            show_default=False,
        ),
    ] = None
    plane: Annotated[
        str | None,
        typer.Option(
            "--slice",
            metavar="PLANE",
            help="The plane to draw, if there are more than 2 inputs: axes 'I,J', axes through a point "
            "'I,J;x1,...,xd', or the plane through three points 'p;q;r'.",
            show_default=False,
        ),
    ] = None

    def check_all(self) -> None:
        """Refuse what cannot be drawn."""
        self.check(self.plot)
        if self.plot is None:
            refuse_unused("says what to draw; name the picture with --plot", slice=self.plane, colors=self.colors)
        else:
            check_picture(self.plot)

    def of(self, network: Network, domain: Polyhedron | None) -> Picture | None:
        """Return the picture that was asked for, if one was.

        Raises:
            InputError: if the network has more than two inputs and no plane is given, or the plane does not fit, or
                what is to be drawn has no interior or is beyond floating point.
        """
        if self.plot is None:
            return None
        dim = network.input_dim
        if self.plane is None and dim > 2:
            raise InputError(f"--plot needs --slice for a network with {dim} inputs, for example --slice 0,1")
        from tropical.pictures.view import View

        plane = None if self.plane is None else chosen_plane(self.plane, dim, domain)
        scene = self.read(dim, plane)
        if self.colors is ColorName.value and network.output_dim > 1:
            raise InputError(f"--colors value is for one output, this network has {network.output_dim}; cut it first")
        if dim == 1 and plane is None:
            refuse_unused("is about regions in the plane, and this network has one input", colors=self.colors)
        View.of(network, domain, plane=plane, window=scene.window)
        return Picture(self.plot, network, domain, plane, scene, self.colors or ColorName.map)


@frozen
class Picture:
    """The regions of a network in a domain, or in a plane through it, and the file they are drawn to."""

    path: Path
    network: Network
    domain: Polyhedron | None
    plane: Plane | None
    scene: Scene
    colors: ColorName

    def draw_after(self, stopped_by: Stop | None, options: WalkOptions) -> Stop | None:
        """Draw the picture and return what stopped the work, the count included.

        A picture is drawn whole or not at all. If the count was stopped at the limit, the same regions are not tried
        again, but the regions in a plane are far fewer.
        """
        if stopped_by in ("interrupt", "timeout") or (stopped_by and self.plane is None):
            note(f"{self.path} was not drawn, because the count is not complete")
            return stopped_by
        try:
            with time_limit(options.deadline):
                self._draw(options)
        except (LimitReached, TimeUp, KeyboardInterrupt) as stop:
            note(f"{self.path} was not drawn: stopped before all regions in the picture were found")
            return _reason(stop)
        note(f"the picture is in {self.path}")
        return stopped_by

    def _draw(self, options: WalkOptions) -> None:
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.regions import plot_regions

        limit, method = options.limit, options.method_name
        with working("drawing the regions"):
            figure = plot_regions(
                self.network,
                self.domain,
                plane=self.plane,
                **self.scene.shown,
                axis_labels=self.scene.axis_labels,
                colors=self.colors.value,
                limit=limit,
                method=method,
            )
            save_picture(figure, self.path)


def _reason(stop: BaseException) -> Stop:
    if isinstance(stop, LimitReached):
        return "limit"
    return "timeout" if isinstance(stop, TimeUp) else "interrupt"
