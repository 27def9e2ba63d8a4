"""Options of ``tropical explore``: what is shown, how it is read, and how the page is served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve, frozen

from polytopes.errors import InputError
from tropical.cli.arguments import ReadingOptions, is_expression, refuse_unused
from tropical.cli.datasets.checkpoints import OrderOption, checkpoint_files


@frozen
class SceneOptions(ReadingOptions):
    """What is shown, and how it is read."""

    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA|WINDOWS|NET...",
            help="A table of points with labels, windows, a network, or the checkpoints of a training.",
            show_default=False,
        ),
    ]
    terms: Annotated[
        str | None, typer.Option(metavar="N,M", help="Numbers of terms of g and h, for a data set.", show_default=False)
    ] = None
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Points to show over the regions of a network, a table.", show_default=False),
    ] = None
    labels: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of labels, of the data set or of --data.")
    ] = None
    weights: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of weights.")] = None
    window: Annotated[
        str | None,
        typer.Option(
            metavar="LO,HI",
            help="What is shown of the plane: LO,HI for both coordinates, or 'LO,HI;LO,HI'.",
            show_default=False,
        ),
    ] = None
    order: OrderOption = None
    plane: Annotated[
        str | None, typer.Option("--slice", metavar="PLANE", help="The plane to show, as in 'tropical regions'.")
    ] = None
    pool: Annotated[
        bool, typer.Option("--pool", help="Read the windows of a max-pooling layer, as 'tropical pool --windows' does.")
    ] = False
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Show only a part of more than N cones; refuse more regions.", show_default=False
        ),
    ] = None

    @property
    def source(self) -> Path:
        """The file, if there is one; the first of several."""
        return self.sources[0]

    @property
    def is_network(self) -> bool:
        """Whether the first file is read as a network, or is an expression."""
        return not self.pool and _is_network(self.source)

    def settled(self) -> SceneOptions:
        """Return the options with the files in their order, as far as they are those of one page.

        Raises:
            InputError: for several files that are not all networks, and for an order of a single file.
        """
        files, _ = checkpoint_files(self.sources, self.order)
        if len(files) == 1:
            refuse_unused("is about the checkpoints of a training; give several, or leave it out", order=self.order)
        elif self.pool or not all(map(_is_network, files)):
            other = next((file for file in files if self.pool or not _is_network(file)), files[0])
            raise InputError(f"{other}: several files are shown if they are networks, the checkpoints of one training")
        return evolve(self, sources=files)


def _is_network(path: Path) -> bool:
    from tropical.networks.readers.loading import NAMED

    is_table = path.suffix.lower() == ".csv"  # also one that is missing, with a blank in its name
    return path.suffix.lower() in NAMED or (not is_table and is_expression(path))


@frozen
class ServerOptions:
    """How the page is served."""

    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the page on this machine: what is done without -o or --json.")
    ] = False
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=0, max=65535, help="Port; a free one if 0 or not given.")
    ] = None
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False

    def check(self, output: Path | None, as_json: bool) -> None:
        """Refuse options of a server where the page is written or its scene printed instead."""
        if output is not None or as_json:
            given = {"serve": self.serve, "port": self.port, "no_browser": self.no_browser}
            refuse_unused("goes with neither -o nor --json, since nothing is served; leave it out", **given)
