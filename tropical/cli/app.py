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

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.assumptions import begin_without
from tropical.cli.exits import Commands, errors_as_exit_codes, exit_if_stopped, options_moved
from tropical.cli.repeats import GroupOnceEach, OnceEach
from tropical.cli.running import Stop
from tropical.cli.starting import Document, answer_is_given, declare_document
from tropical.cli.tables import note_compilation


class Panel(StrEnum):
    """The subjects by which the help groups the commands, in their order."""

    networks = "Networks"
    data_sets = "Data sets"
    functions = "Tropical functions"
    programs = "Linear programs as flows"
    pooling = "Max-pooling"


app = typer.Typer(
    name="tropical",
    help="Exact polyhedral and tropical computation for neural networks.",
    cls=Commands,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"tropical-polytopes {__version__}")
        raise typer.Exit


def _set_max_size(context: typer.Context, size: str | None) -> None:
    if size is None:
        return
    from polytopes.formats.limits import size_limit

    try:
        context.with_resource(size_limit(size))
    except InputError as error:
        raise typer.BadParameter(str(error)) from None


@app.callback()
def options(
    context: typer.Context,
    max_size: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            callback=_set_max_size,
            help="Let a file ask for more than 256M, such as 4G; before the name of the command.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Exact polyhedral and tropical computation for neural networks."""
    if context.invoked_subcommand is None:
        from tropical.cli.questions import show_questions

        show_questions()


Work = Callable[..., Stop | None]
"""What a command does; it returns what stopped it, if anything did."""


def command(
    place: Panel | typer.Typer, empty: Document, moved: Mapping[str, str] | None = None, also: str | None = None
) -> Callable[[Work], Callable[..., None]]:
    """Declare a function as the command of its name.

    A parameter of a class of options (an attrs class whose fields are annotated as parameters of commands are) stands
    for the options in it.

    Args:
        place: the panel of the help that lists it, or the group that it belongs to.
        empty: the document that ``--json`` prints if the work is stopped before there is anything to say; see
            :func:`tropical.cli.starting.declare_document`.
        moved: options that it had once, each with the words that say what there is instead.
        also: a second name of a command in a panel, which the list of commands leaves out.
    """

    def declare(work: Work) -> Callable[..., None]:
        name = work.__name__.rstrip("_")
        if isinstance(place, Panel):
            run = _runner(name, work, empty, moved or {})
            app.command(name, cls=OnceEach, rich_help_panel=place)(run)
            if also is not None:
                app.command(also, cls=OnceEach, hidden=True)(_runner(also, work, empty, moved or {}))
        else:
            run = _runner(f"{place.info.name} {name}", work, empty, moved or {})
            place.command(name, cls=OnceEach)(run)
        return run

    return declare


def group(panel: Panel, empty: Document, moved: Mapping[str, str] | None = None) -> Callable[[Work], typer.Typer]:
    """Declare a function as the command of its name, which has commands of its own; arguments as for :func:`command`.

    The function works where none of these is named.
    """

    def declare(work: Work) -> typer.Typer:
        name = work.__name__
        run = _runner(name, work, empty, moved or {})

        @wraps(run)
        def alone(context: typer.Context, **given: Any) -> None:
            if context.invoked_subcommand is None:
                run(**given)
            elif any(value not in ([], own[option].default) for option, value in given.items()):
                with errors_as_exit_codes(name, given):
                    called = f"tropical {name} {context.invoked_subcommand}"
                    raise InputError(f"options of '{called}' come after its name")

        own = inspect.signature(run).parameters
        context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        _set_parameters(alone, [context, *own.values()])
        commands = typer.Typer(name=name, cls=GroupOnceEach, invoke_without_command=True)
        commands.callback()(alone)
        app.add_typer(commands, rich_help_panel=panel)
        return commands

    return declare


def _runner(name: str, work: Work, empty: Document, moved: Mapping[str, str]) -> Callable[..., None]:
    """Return a command as typer takes it: with all options as parameters, and with exit codes for what goes wrong."""
    declare_document(name, empty)
    options_moved(name, moved)
    signature = inspect.signature(work, eval_str=True)
    groups = {name: p.annotation for name, p in signature.parameters.items() if attrs.has(p.annotation)}
    parameters = [
        flat
        for own in signature.parameters.values()
        for flat in (_options(own.annotation) if own.name in groups else [own])
    ]

    @wraps(work)
    def run(**given: Any) -> None:
        begin_without()
        try:
            with errors_as_exit_codes(name, given):
                # The slowest libraries are loaded here, where Ctrl-C still ends the run at once.
                import_module("polytopes.arithmetic.rationals")
                note_compilation()
                values = dict(given)
                for group, kind in groups.items():
                    values[group] = kind(**{field.name: values.pop(field.name) for field in attrs.fields(kind)})
                stopped_by = work(**values)
                answer_is_given()  # here, so that a signal that comes just before it is told as others are
        finally:
            answer_is_given()
        exit_if_stopped(stopped_by)

    _set_parameters(run, parameters)
    return run


def _set_parameters(function: Callable[..., None], parameters: list[inspect.Parameter]) -> None:
    """Let a function of any keywords have these parameters, for typer to read."""
    keywords = [own.replace(kind=inspect.Parameter.KEYWORD_ONLY) for own in parameters]
    vars(function)["__signature__"] = inspect.Signature(keywords)
    function.__annotations__ = {own.name: own.annotation for own in parameters}


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
