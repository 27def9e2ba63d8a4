"""The app ``tropical``, and how a command is declared: its panel in the help, its options, its empty document."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from importlib import import_module
from typing import Annotated, Any, get_type_hints

import attrs
import typer

from tropical._version import __version__
from tropical.cli.exits import Commands, errors_as_exit_codes, exit_if_stopped, options_moved
from tropical.cli.running import Stop
from tropical.cli.starting import Document, declare_document


class Panel(StrEnum):
    """The subjects by which the help groups the commands, in their order."""

    networks = "Networks"
    data_sets = "Data sets"
    functions = "Tropical functions"
    pooling = "Max-pooling"


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


def command(
    panel: Panel, empty: Document, moved: Mapping[str, str] | None = None
) -> Callable[[Callable[..., Stop | None]], Callable[..., None]]:
    """Declare a function as the command of its name.

    A parameter of a class of options (an attrs class whose fields are annotated as parameters of commands are) stands
    for the options in it. The function returns what stopped its work, if anything did.

    Args:
        panel: where the help lists it.
        empty: the document that ``--json`` prints if the work is stopped before there is anything to say; see
            :func:`tropical.cli.starting.declare_document`.
        moved: options that it had once, each with the words that say what there is instead.
    """

    def declare(function: Callable[..., Stop | None]) -> Callable[..., None]:
        name = function.__name__
        declare_document(name, empty)
        options_moved(name, moved or {})
        run = runner(name, function)
        app.command(name, rich_help_panel=panel)(run)
        return run

    return declare


def runner(name: str, function: Callable[..., Stop | None]) -> Callable[..., None]:
    """Return a function as typer takes it: with all options as parameters, and with exit codes for what goes wrong."""
    signature = inspect.signature(function, eval_str=True)
    groups = {name: p.annotation for name, p in signature.parameters.items() if attrs.has(p.annotation)}
    parameters = [
        flat
        for own in signature.parameters.values()
        for flat in (_options(own.annotation) if own.name in groups else [own])
    ]

    @wraps(function)
    def run(**given: Any) -> None:
        with errors_as_exit_codes(name, given):
            # The slowest libraries are loaded here, where Ctrl-C still ends the run at once.
            import_module("polytopes.arithmetic.rationals")
            values = dict(given)
            for group, kind in groups.items():
                values[group] = kind(**{field.name: values.pop(field.name) for field in attrs.fields(kind)})
            stopped_by = function(**values)
        exit_if_stopped(stopped_by)

    flat_signature = inspect.Signature([own.replace(kind=inspect.Parameter.KEYWORD_ONLY) for own in parameters])
    vars(run).update(__signature__=flat_signature, __annotations__={own.name: own.annotation for own in parameters})
    return run


def _options(kind: type[Any]) -> list[inspect.Parameter]:
    """Return the options of a class as parameters."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is attrs.NOTHING else field.default,
            annotation=hints[field.name],
        )
        for field in attrs.fields(kind)
    ]
