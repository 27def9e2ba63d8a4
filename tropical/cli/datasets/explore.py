"""The command ``tropical explore``: an interactive page of a data set, networks or a max-pooling layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tropical.cli.answers import Answer, print_text
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions
from tropical.cli.assumptions import with_assumptions
from tropical.cli.datasets.explore_options import SceneOptions, ServerOptions
from tropical.cli.datasets.explore_scenes import network_request, request_and_scene, training_request
from tropical.cli.documents import as_text
from tropical.cli.options import Deadline
from tropical.cli.running import time_limit
from tropical.cli.starting import interrupt_code, interrupts_are_raised, was_ended
from tropical.cli.tables import note, working

if TYPE_CHECKING:
    from tropical.cli.datasets.explore_scenes import Request
    from tropical.pictures.explorer.fan_scene import Scene
    from tropical.pictures.explorer.first_scene import FirstScene
    from tropical.pictures.explorer.region_scene import RegionsRequest
    from tropical.pictures.explorer.training.request import TrainingRequest


@command(Panel.data_sets, {"counts": None, "complete": False, "stopped_by": None})
def explore(
    options: SceneOptions,
    where: DomainOptions,
    server: ServerOptions,
    deadline: Deadline = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write one HTML file that needs nothing else.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scene as JSON.")] = False,
) -> None:
    """Explore the fan of a data set, the regions of a network or of a training, or a max-pooling polytope in a browser.

    Without -o or --json the page is served to this machine only, until Ctrl-C, and points can be moved; the clock is
    for what comes before. Exit codes: 0 done; 2 bad input, or more regions than the limit; 3 stopped by the clock;
    4 network not supported; 130 Ctrl-C.
    """
    server.check(output, as_json)
    options = options.settled()
    Answer(output).check(*options.sources, where.domain, options.data)
    if output is None and not as_json and deadline is None and options.is_network:
        _serve_early(_request(options, where), server)
        return
    with time_limit(deadline):
        request, scene = request_and_scene(options, where, is_served=output is None and not as_json)
        if output is not None:
            from polytopes.output_files import write_text
            from tropical.pictures.explorer.page import page

            interrupts_are_raised()
            write_text(output, page(scene))
            note(f"the page is in {output}; open it in a browser")
    if as_json:
        print_text(as_text(with_assumptions(scene)))
    if output is None and not as_json:
        _serve(scene, request, server)


def _request(options: SceneOptions, where: DomainOptions) -> RegionsRequest | TrainingRequest:
    """Return the request for a network, or for the checkpoints of a training; refuse early what cannot be drawn."""
    if len(options.sources) > 1:
        with working("reading the checkpoints") as say:
            request: RegionsRequest | TrainingRequest = training_request(options, where, say)
    else:
        request = network_request(options, where)
    request.check()
    return request


def _serve(scene: Scene | FirstScene, request: Request | None, server: ServerOptions) -> None:
    from tropical.pictures.explorer.server import serve

    interrupts_are_raised()
    serve(scene, request, server.port or 0, not server.no_browser)
    if was_ended():  # Ctrl-C is the usual end, this is another one
        raise typer.Exit(interrupt_code())


def _serve_early(request: RegionsRequest | TrainingRequest, server: ServerOptions) -> None:
    """Open the page of networks before their regions are found; say here too what is done."""
    from tropical.pictures.explorer.first_scene import FirstScene, Tell
    from tropical.pictures.explorer.subjects import opening_scene
    from tropical.pictures.explorer.training.request import TrainingRequest

    def compute(tell: Tell) -> Scene:
        def both(text: str) -> None:
            say(text)
            tell({"progress": text})

        with working("looking for activation regions") as say:
            return opening_scene(request, both, lambda polygons: tell({"polygons": polygons}))

    is_fixed = isinstance(request, TrainingRequest) and not request.is_drawn
    _serve(FirstScene(request.title, compute), None if is_fixed else request, server)
