"""The command ``tropical explore``: a page on which a data set or a network is looked at by hand and eye."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from polytopes.errors import InputError
from tropical.cli.arguments import chosen_domain, chosen_plane, integers, read_network
from tropical.cli.documents import as_text, check_target

if TYPE_CHECKING:
    from tropical.pictures.explorer.fan_scene import FanRequest, Scene

NETWORKS = (".onnx", ".npz", ".json", ".pt", ".pth")
"""Endings of the files that hold networks; all others are tables of data."""


@frozen
class Options:
    """The options of the command, as they were spelled."""

    source: Path
    terms: str | None
    labels: str | None
    weights: str | None
    box: str | None
    domain: Path | None
    plane: str | None
    pool: bool
    input_shape: str | None
    limit: int | None
    output: Path | None
    port: int
    opens: bool
    as_json: bool


def run(options: Options) -> None:
    """Write the page, print the scene, or serve the page until interrupted."""
    if options.output is not None:
        check_target(options.output, options.source)
    request, scene = _request_and_scene(options)
    if options.output is not None:
        from polytopes.formats.files import write_text
        from tropical.pictures.explorer.page import page

        write_text(options.output, page(scene))
    if options.as_json:
        sys.stdout.write(as_text(scene))
    if options.output is None and not options.as_json:
        from tropical.pictures.explorer.server import serve

        serve(scene, request, options.port, options.opens)


def _request_and_scene(options: Options) -> tuple[FanRequest | None, Scene]:
    if options.pool:
        return None, _pooling_scene(options)
    if options.source.suffix.lower() in NETWORKS:
        return None, _network_scene(options)
    request = _fan_request(options)
    return request, _with_progress(request)


def _with_progress(request: FanRequest) -> Scene:
    """Return the scene of a fan; on a terminal say how far its computation is."""
    from tropical.pictures.explorer.fan_scene import fan_scene

    console = Console(stderr=True)
    if not console.is_terminal:
        return fan_scene(request)
    with console.status("") as status:
        return fan_scene(request, lambda step, count: status.update(f"{count:,} {step}" if count else step))


def _fan_request(options: Options) -> FanRequest:
    from tropical.fans.data_files import label_names, read_data
    from tropical.pictures.explorer.fan_scene import LIMIT, FanRequest

    if options.terms is None:
        raise InputError(f"{options.source}: a data set needs --terms N,M, the numbers of terms of g and h")
    _refuse(options, "a data set", box=options.box, domain=options.domain, slice=options.plane)
    terms = integers(options.terms, "--terms")
    if len(terms) != 2:
        raise InputError(f"--terms {options.terms!r}: give two numbers N,M, the terms of g and of h")
    data = read_data(options.source, options.labels, options.weights)
    limit = LIMIT if options.limit is None else options.limit
    names = label_names(options.source, options.labels)
    return FanRequest(data, (terms[0], terms[1]), options.source.name, limit, names)


def _network_scene(options: Options) -> Scene:
    from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene

    _refuse(options, "a network", terms=options.terms, labels=options.labels, weights=options.weights)
    network = read_network(options.source, options.input_shape)
    domain, _ = chosen_domain(options.box, options.domain, network.input_dim)
    plane = None if options.plane is None else chosen_plane(options.plane, network.input_dim, domain)
    request = RegionsRequest(network, domain, plane, options.source.name)
    return regions_scene(request if options.limit is None else request.limited(options.limit))


def _pooling_scene(options: Options) -> Scene:
    from tropical.pictures.explorer.polytope_scene import LIMIT, PoolingRequest, polytope_scene
    from tropical.pooling.files import read_windows

    given = {"terms": options.terms, "labels": options.labels, "weights": options.weights}
    _refuse(options, "windows", **given, box=options.box, domain=options.domain, slice=options.plane)
    limit = LIMIT if options.limit is None else options.limit
    return polytope_scene(PoolingRequest(read_windows(options.source), options.source.name, limit))


def _refuse(options: Options, what: str, **given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{options.source} is read as {what}, for which --{name} has no meaning; leave it out")
