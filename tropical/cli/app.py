"""The command itself, to which the other modules add theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from tropical._version import __version__
from tropical.cli.exits import Commands

app = typer.Typer(
    name="tropical",
    help="Exact linear regions of neural networks.",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"tropical-polytopes {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Exact linear regions of neural networks."""
