"""The picture that ``tropical complexity --plot`` draws after the measurement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.arguments import chosen_plane, refuse_unused
from tropical.cli.networks.pictures import check_picture
from tropical.cli.running import Stop
from tropical.cli.scenes import SceneOptions
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.plane import Plane
    from tropical.regions.complexity.noise import Noise


@frozen
class ComplexityPlot(SceneOptions):
    """The picture: walls and densities in a plane for one network, numbers along the training for several."""

    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the walls, or numbers along a training: .pdf, .svg or .png."),
    ] = None
    axes: Annotated[
        str | None,
        typer.Option(
            "--slice",
            metavar="I,J",
            help="The coordinate plane to draw, if there are more than 2 inputs: axes 'I,J', or 'I,J;x1,...,xd'.",
            show_default=False,
        ),
    ] = None

    def check_all(self, at_points: bool) -> None:
        """Refuse what cannot be drawn."""
        self.check(self.plot)
        if self.plot is None:
            refuse_unused("says what to draw; name the picture with --plot", slice=self.axes)
        else:
            check_picture(self.plot)
        if self.axes is not None and at_points:
            raise InputError("--slice says what to draw of a domain; leave --points or --slice out")
        if at_points:
            refuse_unused(
                "is for a picture of the plane; leave it out with --points", window=self.window, data=self.data
            )

    def check_networks(self, networks: Sequence[Network], domain: Polyhedron | None) -> None:
        """Refuse a picture of one network with more than two inputs without a slice, and slices along no axes."""
        if self.plot is None or len(networks) > 1 or domain is None:
            given = {"window": self.window, "data": self.data}
            refuse_unused("is for a picture of the plane, and this one is of a training; leave it out", **given)
            return
        dim = networks[0].input_dim
        if self.axes is None and dim != 2:
            raise InputError(f"--plot needs --slice for a network with {dim} inputs, for example --slice 0,1")
        if self.axes is not None and self.axes.count(";") > 1:
            raise InputError(
                f"--slice {self.axes}: a plane through three points does not keep lengths of walls apart; "
                "give two axes, such as 0,1"
            )
        self.read(dim, self._plane(networks[0], domain))

    def _plane(self, network: Network, domain: Polyhedron) -> Plane | None:
        return None if self.axes is None else chosen_plane(self.axes, network.input_dim, domain)

    def draw_after(
        self,
        stopped_by: Stop | None,
        networks: Sequence[Network],
        domain: Polyhedron | None,
        found: Sequence[Any],
        noises: Sequence[Noise],
    ) -> Stop | None:
        """Draw the picture, unless the work was stopped, and return what stopped it."""
        if self.plot is None:
            return stopped_by
        if stopped_by is not None:
            note(f"{self.plot} was not drawn, because the measurement is not complete")
            return stopped_by
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.checkpoints import plot_training
        from tropical.pictures.complexity import plot_complexity

        if domain is None or len(networks) > 1:
            figure = plot_training(found)
        else:
            [network], [answer] = networks, found
            plane, noise = self._plane(network, domain), noises[0] if noises else None
            shown = self.read(network.input_dim, plane).shown
            figure = plot_complexity(network, domain, answer, plane=plane, noise=noise, **shown)
        save_picture(figure, self.plot)
        note(f"the picture is in {self.plot}")
        return None
