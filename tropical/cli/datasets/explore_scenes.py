"""The requests and scenes of ``tropical explore``, from its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console

from polytopes.errors import InputError
from tropical.cli.arguments import DomainOptions, chosen_plane, integers, read_network, refuse_unused
from tropical.cli.assumptions import assumed, kinds_of_assumptions
from tropical.cli.datasets.explore_options import SceneOptions
from tropical.cli.datasets.sources import DataFile
from tropical.cli.tables import working

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.cli.scenes import Scene as SceneOfPlane
    from tropical.pictures.explorer.fan_scene import FanRequest, Scene
    from tropical.pictures.explorer.region_scene import RegionsRequest
    from tropical.pictures.explorer.training.request import TrainingRequest
    from tropical.pictures.plane import Plane

    Request = FanRequest | RegionsRequest | TrainingRequest


def request_and_scene(options: SceneOptions, where: DomainOptions, is_served: bool) -> tuple[Request | None, Scene]:
    """Return the scene of a page, and the request that others of the page are asked by, if there may be others."""
    if len(options.sources) > 1:
        return _training_scene(options, where, is_served)
    if options.pool:
        return None, _pooling_scene(options, where)
    if options.is_network:
        return _network_scene(network_request(options, where))
    request = _fan_request(options, where)
    return request, _with_progress(request)


def _with_progress(request: FanRequest) -> Scene:
    """Return the scene of a fan; on a terminal say how far the computation is."""
    from tropical.pictures.explorer.fan_scene import fan_scene

    console = Console(stderr=True)
    if not console.is_terminal:
        return fan_scene(request)
    with console.status("working") as status:
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


def network_request(options: SceneOptions, where: DomainOptions) -> RegionsRequest:
    """Return the request for the page of a network."""
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


def _training_scene(
    options: SceneOptions, where: DomainOptions, is_served: bool
) -> tuple[TrainingRequest | None, Scene]:
    from tropical.pictures.explorer.training.scene import opening_scene, training_scene

    with working("reading the checkpoints") as say:
        request = training_request(options, where, say)
        if is_served and request.is_drawn:
            return request, opening_scene(request, say)
        return None, training_scene(request, say)


def training_request(options: SceneOptions, where: DomainOptions, say: Callable[[str], None]) -> TrainingRequest:
    """Return the request for the page of several checkpoints; ``say`` is told which is read."""
    from tropical.pictures.explorer.training.request import TrainingRequest

    networks, names = [], [str(path) for path in options.sources]
    for path, own in zip(options.sources, options.of_each(*options.sources), strict=True):
        say(f"reading {path}")
        networks.append(read_network(path, own))
    domain, plane, shown = _what_is_shown(options, where, networks[0].input_dim)
    if shown.data == []:
        raise InputError(f"{options.data}: no point, only a header; give points, or leave --data out")
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
