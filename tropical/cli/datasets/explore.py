"""The command ``tropical explore``: an interactive page of a data set, a network or a max-pooling layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve, frozen
from rich.console import Console

from polytopes.errors import InputError
from tropical.cli.answers import Answer, print_text
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, ReadingOptions, chosen_plane, integers, read_network, refuse_unused
from tropical.cli.assumptions import assumed, kinds_of_assumptions, with_assumptions
from tropical.cli.datasets.checkpoints import OrderOption, checkpoint_files
from tropical.cli.datasets.sources import DataFile
from tropical.cli.documents import as_text
from tropical.cli.options import Deadline
from tropical.cli.running import time_limit
from tropical.cli.starting import interrupt_code, interrupts_are_raised, was_ended
from tropical.cli.tables import working

if TYPE_CHECKING:
    from collections.abc import Callable

    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.cli.scenes import Scene as SceneOfPlane
    from tropical.pictures.explorer.fan_scene import FanRequest, Scene
    from tropical.pictures.explorer.first_scene import FirstScene
    from tropical.pictures.explorer.region_scene import RegionsRequest
    from tropical.pictures.explorer.training.request import TrainingRequest
    from tropical.pictures.plane import Plane


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
        """Whether the first file is read as a network."""
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
    from tropical.networks.readers.loading import ENDINGS

    return path.suffix.lower() in ENDINGS


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
    """Explore the fan of a data set, the regions of a network, or a max-pooling polytope in a browser.

    Without -o or --json the page is served to this machine only, until Ctrl-C, and points can be moved; the clock is
    for what comes before. Exit codes: 0 done; 2 bad input, or more regions than the limit; 3 stopped by the clock;
    4 network not supported; 130 Ctrl-C.
    """
    server.check(output, as_json)
    options = options.settled()
    Answer(output).check(*options.sources, where.domain, options.data)
    if output is None and not as_json and deadline is None and options.is_network:
        _serve_early(_network_request(options, where), server)
        return
    with time_limit(deadline):
        request, scene = _request_and_scene(options, where)
        if output is not None:
            from polytopes.output_files import write_text
            from tropical.pictures.explorer.page import page

            interrupts_are_raised()
            write_text(output, page(scene))
    if as_json:
        print_text(as_text(with_assumptions(scene)))
    if output is None and not as_json:
        _serve(scene, request, server)


def _serve(scene: Scene | FirstScene, request: FanRequest | RegionsRequest | None, server: ServerOptions) -> None:
    from tropical.pictures.explorer.server import serve

    interrupts_are_raised()
    serve(scene, request, server.port or 0, not server.no_browser)
    if was_ended():  # Ctrl-C is the usual end, this is another one
        raise typer.Exit(interrupt_code())


def _serve_early(request: RegionsRequest, server: ServerOptions) -> None:
    """Open the page of a network before its regions are found; say here too what is done."""
    from tropical.pictures.explorer.first_scene import FirstScene, Tell
    from tropical.pictures.explorer.network_requests import touchable_scene

    def compute(tell: Tell) -> Scene:
        def both(text: str) -> None:
            say(text)
            tell({"progress": text})

        with working("looking for activation regions") as say:
            return touchable_scene(request, both, lambda polygons: tell({"polygons": polygons}))

    request.check()
    _serve(FirstScene(request.title, compute), request, server)


def _request_and_scene(options: SceneOptions, where: DomainOptions) -> tuple[FanRequest | RegionsRequest | None, Scene]:
    if len(options.sources) > 1:
        return None, _training_scene(options, where)
    if options.pool:
        return None, _pooling_scene(options, where)
    if options.is_network:
        return _network_scene(_network_request(options, where))
    request = _fan_request(options, where)
    return request, _with_progress(request)


def _with_progress(request: FanRequest) -> Scene:
    """Return the scene of a fan; on a terminal say how far the computation is."""
    from tropical.pictures.explorer.fan_scene import fan_scene

    console = Console(stderr=True)
    if not console.is_terminal:
        return fan_scene(request)
    with console.status("") as status:
        return fan_scene(request, lambda step, count: status.update(f"{count:,} {step}" if count else step))


def _fan_request(options: SceneOptions, where: DomainOptions) -> FanRequest:
    from tropical.fans.data_files import column_names, label_names
    from tropical.pictures.explorer.fan_scene import LIMIT, FanRequest

    if options.terms is None:
        raise InputError(f"{options.source}: a data set needs --terms N,M, the numbers of terms of g and h")
    given = {"data": options.data, "box": where.box, "domain": where.domain, "slice": options.plane}
    given["window"] = options.window
    _refuse(options, "a data set", **given, **options.given)
    terms = integers(options.terms, "--terms")
    if len(terms) != 2:
        raise InputError(f"--terms {options.terms!r}: give two numbers N,M, the terms of g and of h")
    data = DataFile(options.source, options.labels, options.weights).read()
    limit = LIMIT if options.limit is None else options.limit
    names = label_names(options.source, options.labels)
    columns = column_names(options.source, options.labels, options.weights)
    return FanRequest(data, (terms[0], terms[1]), options.source.name, limit, names, columns=columns)


def _network_request(options: SceneOptions, where: DomainOptions) -> RegionsRequest:
    from tropical.pictures.data_points import DataPoints
    from tropical.pictures.explorer.region_scene import RegionsRequest

    network = read_network(options.source, options)
    domain, plane, shown = _what_is_shown(options, where, network.input_dim)
    title = "; assumed: ".join([options.source.name, *assumed().values()])
    data = DataPoints.of(shown.data, shown.labels, plane)
    window = None if shown.window is None else tuple(shown.window)
    request = RegionsRequest(network, domain, plane, title, window=window, data=data, columns=shown.names or ())
    return request if options.limit is None else request.limited(options.limit)


def _what_is_shown(
    options: SceneOptions, where: DomainOptions, dim: int
) -> tuple[Polyhedron | None, Plane | None, SceneOfPlane]:
    """Return the domain, the plane, and the window and the data of a page of networks."""
    from tropical.cli.scenes import SceneOptions as Overlay

    _refuse(options, "a network", terms=options.terms, weights=options.weights)
    over = Overlay(options.window, options.data, options.labels)
    over.check_labels()
    domain, _ = where.read(dim, True if options.plane else None)
    plane = None if options.plane is None else chosen_plane(options.plane, dim, domain)
    return domain, plane, over.read(dim, plane)


def _training_scene(options: SceneOptions, where: DomainOptions) -> Scene:
    from tropical.pictures.explorer.training.scene import training_scene

    with working("reading the checkpoints") as say:
        return training_scene(_training_request(options, where, say), say)


def _training_request(options: SceneOptions, where: DomainOptions, say: Callable[[str], None]) -> TrainingRequest:
    from tropical.pictures.explorer.training.request import TrainingRequest

    networks, names = [], [str(path) for path in options.sources]
    for path, own in zip(options.sources, options.of_each(*options.sources), strict=True):
        say(f"reading {path}")
        networks.append(read_network(path, own))
    domain, plane, shown = _what_is_shown(options, where, networks[0].input_dim)
    title = "; assumed: ".join([f"{names[0]} to {names[-1]}", *kinds_of_assumptions()])
    request = TrainingRequest(
        tuple(networks),
        tuple(names),
        tuple(shown.data or ()),
        tuple(shown.labels or ()),
        domain,
        plane,
        None if shown.window is None else tuple(shown.window),
        shown.names or (),
        title,
    )
    return request if options.limit is None else request.limited(options.limit)


def _network_scene(request: RegionsRequest) -> tuple[RegionsRequest | None, Scene]:
    from tropical.pictures.explorer.network_requests import touchable_scene

    with working("looking for activation regions") as say:
        scene = touchable_scene(request, say)
    return None if scene["network"] is None else request, scene


def _pooling_scene(options: SceneOptions, where: DomainOptions) -> Scene:
    from tropical.pictures.explorer.polytope_scene import LIMIT, PoolingRequest, polytope_scene
    from tropical.pooling.window_files import read_windows

    given: dict[str, object] = {"terms": options.terms, "labels": options.labels, "weights": options.weights}
    given |= {"data": options.data, "window": options.window}
    given |= {"box": where.box, "slice": options.plane, **options.given}
    _refuse(options, "windows", **given, domain=where.domain)
    limit = LIMIT if options.limit is None else options.limit
    return polytope_scene(PoolingRequest(read_windows(options.source), options.source.name, limit))


def _refuse(options: SceneOptions, what: str, **given: object) -> None:
    refuse_unused(f"has no meaning for {options.source}, which is read as {what}; leave it out", **given)
