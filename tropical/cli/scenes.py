"""What the pictures of the plane of inputs show beside what was asked: a window, and data with labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve, frozen

from polytopes.errors import ShapeError
from tropical.cli.arguments import naming, refuse_unused
from tropical.cli.tables import note

if TYPE_CHECKING:
    from fractions import Fraction

    from polytopes.arithmetic.rationals import Vector
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.pictures.plane import Plane


@frozen
class WindowOptions:
    """Which part of the plane or of space ``--plot`` shows."""

    window: Annotated[
        str | None,
        typer.Option(
            metavar="LO,HI",
            help="What --plot shows: LO,HI for both coordinates of the picture, or 'LO,HI;LO,HI'.",
            show_default=False,
        ),
    ] = None

    def check_window(self, plot: Path | None) -> None:
        """Refuse a window without a picture."""
        if plot is None:
            refuse_unused("says what to draw; name the picture with --plot", window=self.window)

    def read_window(self, dim: int) -> list[tuple[Fraction, Fraction]] | None:
        """Return the bounds of a window in some coordinates, None if none is given.

        Raises:
            InputError: if it is none.
        """
        from polytopes.drawing.windows import as_window
        from polytopes.formats import parse_box

        if self.window is None:
            return None
        with naming("--window", self.window):
            bounds = parse_box(self.window, dim)
            window = list(zip(bounds.lower, bounds.upper, strict=True))
            as_window(window, dim)
            return window


@frozen
class SceneOptions(WindowOptions):
    """What ``--plot`` shows."""

    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of points that --plot draws on top.", show_default=False),
    ] = None
    labels: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="The column of --data with the labels, of any kind; the one named label if not given.",
            show_default=False,
        ),
    ] = None

    def check(self, plot: Path | None) -> None:
        """Refuse options that would do nothing, and a window that is none."""
        self.check_window(plot)
        if plot is None:
            refuse_unused("says what to draw; name the picture with --plot", data=self.data, labels=self.labels)
        self.check_labels()

    def check_labels(self) -> None:
        """Refuse a column of labels without data."""
        if self.data is None:
            refuse_unused("names a column of --data; give that too", labels=self.labels)

    def read(self, dim: int, plane: Plane | None = None) -> Scene:
        """Return what is shown.

        Args:
            dim: the number of inputs.
            plane: where the picture cuts their space.

        Raises:
            FileFormatError, InputError: if the window or the table is none.
            ShapeError: if the points are not of the space, nor of the plane.
        """
        shown = 2 if plane is not None else dim
        window = self.read_window(shown)
        if self.data is None:
            return Scene(window)
        from tropical.fans.data_files import read_labeled

        found = read_labeled(self.data, self.labels)
        width = len(found.points[0]) if found.points else dim
        if width not in {dim, shown}:
            raise ShapeError(f"{self.data}: points with {width} coordinates; the inputs have {dim}")
        if width > shown:
            note(f"{self.data}: the points are projected to the plane of the picture")
        names = found.names if found.names is not None and width == shown else None
        return Scene(window, found.points, found.labels, names)

    def in_domain(self, dim: int, domain: Polyhedron | None) -> Scene:
        """Return what is shown of a function of ``dim`` variables; a bounded domain is the window if none is given."""
        scene = self.read(dim)
        if scene.window is None and domain is not None and domain.is_bounded:
            return evolve(scene, window=list(domain.bounding_box()))
        return scene


@frozen
class Scene:
    """A window, points with labels, and names of the axes; each may be missing."""

    window: list[tuple[Fraction, Fraction]] | None = None
    data: list[Vector] | None = None
    labels: tuple[int | str, ...] | None = None
    names: tuple[str, ...] | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """The arguments of functions that draw."""
        return {"window": self.window, "data": self.data, "labels": self.labels}

    @property
    def axis_labels(self) -> tuple[str, ...] | None:
        """The names as texts of matplotlib: dollars begin no formula."""
        from polytopes.drawing.figures import legend_text

        return None if self.names is None else tuple(map(legend_text, self.names))
