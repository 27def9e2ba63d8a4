"""Commands on networks: their regions, and questions answered by these."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tropical._version import __version__
from tropical.cli.app import app
from tropical.cli.exits import errors_as_exit_codes
from tropical.cli.options import (
    REFUSED,
    AsJson,
    Box,
    Deadline,
    Domain,
    InputShape,
    Limit,
    Method,
    NetworkPath,
    Output,
    Relative,
    exit_if_stopped,
    name_of,
)
from tropical.cli.starting import interrupts_are_raised


@app.command()
def info(net: NetworkPath, input_shape: InputShape = None, as_json: AsJson = False) -> None:
    """Show the layers of a network and their gates."""
    with errors_as_exit_codes("info", as_json):
        from tropical.cli.arguments import read_network
        from tropical.cli.documents import as_text, network_document
        from tropical.cli.tables import show_network

        network = network_document(read_network(net, input_shape), str(net))
        interrupts_are_raised()
        if as_json:
            sys.stdout.write(as_text({"network": network, "version": __version__}))
        else:
            show_network(network)


@app.command()
def regions(
    net: NetworkPath,
    box: Box = None,
    domain: Domain = None,
    relative: Annotated[
        bool, typer.Option("--relative", help="Count regions relative to the hull of a lower-dimensional domain.")
    ] = False,
    linear: Annotated[
        bool, typer.Option("--linear", help="Also count linear regions and distinct affine maps.")
    ] = False,
    bounded: Annotated[
        bool | None,
        typer.Option("--bounded/--no-bounded", help="Count bounded regions too; if not said, where that is cheap."),
    ] = None,
    limit: Limit = None,
    deadline: Deadline = None,
    method: Method = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the regions: .pdf, .svg or .png.")] = None,
    slice_: Annotated[
        str | None,
        typer.Option(
            "--slice",
            metavar="PLANE",
            help="The plane to draw, if there are more than 2 inputs: axes 'I,J', axes through a point "
            "'I,J;x1,...,xd', or the plane through three points 'p;q;r'.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a proof of the count, for 'tropical check'.")
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Count with N processes; 0 for one on every core.")
    ] = 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Count on a Dask cluster: the address of its scheduler.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Record what is done in a file, and go on from what it has.")
    ] = None,
    patterns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the patterns of all regions: .jsonl or .npz.")
    ] = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Count the activation regions of a network, and with --linear its linear regions.

    They are counted over all of R^d, or over a box or polyhedron.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("regions", as_json, linear):
        from tropical.cli.networks.regions import Options, run
        from tropical.cli.running import Request

        request = Request(linear, limit, deadline, name_of(method), relative, jobs, cluster, resume, bounded)
        options = Options(net, input_shape, box, domain, request, plot, certificate, slice_, output, as_json, patterns)
        stopped_by = run(options)
    exit_if_stopped(stopped_by)


@app.command()
def inspect(
    net: NetworkPath,
    box: Box = None,
    domain: Domain = None,
    relative: Relative = False,
    limit: Limit = None,
    deadline: Deadline = None,
    method: Method = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Report what is degenerate about a network: dead, constant, repeated and redundant units, rank drops.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("inspect", as_json):
        from tropical.cli.networks.questions import inspection
        from tropical.cli.networks.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), inspection())
    exit_if_stopped(stopped_by)


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="A network.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another network.", show_default=False)],
    box: Box = None,
    domain: Domain = None,
    volume: Annotated[
        bool, typer.Option("--volume", help="Also find the part of the volume of a bounded domain where they differ.")
    ] = False,
    relative: Relative = False,
    limit: Limit = None,
    deadline: Deadline = None,
    method: Method = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Compare two networks as functions: are they equal, where do they differ, and by how much at most?

    Exit codes: 0 done, equal or not; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported;
    130 Ctrl-C.
    """
    with errors_as_exit_codes("diff", as_json):
        from tropical.cli.networks.questions import comparison
        from tropical.cli.networks.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, name_of(method), output, as_json)
        stopped_by = run(Options((first, second), *shared), comparison(volume))
    exit_if_stopped(stopped_by)


@app.command()
def extrema(
    net: NetworkPath,
    box: Box = None,
    domain: Domain = None,
    component: Annotated[int | None, typer.Option(metavar="K", help="Look at output K only, counted from 0.")] = None,
    functional: Annotated[
        str | None, typer.Option(metavar="C,C,...", help="Look at this linear functional of the outputs, such as 1,-1.")
    ] = None,
    relative: Relative = False,
    limit: Limit = None,
    deadline: Deadline = None,
    method: Method = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Find the exact minimum and maximum of the outputs, and points where they are taken.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("extrema", as_json):
        from tropical.cli.networks.questions import extremes
        from tropical.cli.networks.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), extremes(component, functional))
    exit_if_stopped(stopped_by)


@app.command()
def estimate(
    net: NetworkPath,
    box: Box = None,
    domain: Domain = None,
    relative: Relative = False,
    samples: Annotated[int, typer.Option(metavar="N", min=2, help="Random descents of the splitting tree.")] = 400,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the random numbers.")] = 0,
    deadline: Deadline = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Bound and estimate the number of activation regions, and the time of a count, in some seconds.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock, with what is known; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("estimate", as_json):
        from tropical.cli.networks.estimate import Options, run

        stopped_by = run(Options(net, input_shape, box, domain, relative, samples, seed, deadline, output, as_json))
    exit_if_stopped(stopped_by)


@app.command()
def lipschitz(
    net: NetworkPath,
    box: Box = None,
    domain: Domain = None,
    limit: Limit = None,
    deadline: Deadline = None,
    method: Method = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Find the exact Lipschitz constants of a network for the l1, l2 and maximum norms.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("lipschitz", as_json):
        from tropical.cli.networks.questions import steepness
        from tropical.cli.networks.surveys import Options, run

        shared = (input_shape, box, domain, False, limit, deadline, name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), steepness())
    exit_if_stopped(stopped_by)


@app.command()
def check(
    certificate: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate.", show_default=False)],
    net: NetworkPath,
    box: Annotated[
        str | None, typer.Option(metavar="LO,HI", help="Refuse a certificate that is not of this box.")
    ] = None,
    domain: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Refuse a certificate that is not of this polyhedron.")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, max=1024, help="Work in N processes.")] = 1,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Verify the proof of a count that 'tropical regions NET --certificate FILE' has written.

    Exit codes: 0 verified; 1 refused, with the first reason; 2 bad input; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("check", as_json):
        from tropical.cli.networks.check import CheckOptions, check_certificate

        verified = check_certificate(CheckOptions(certificate, net, input_shape, box, domain, jobs, as_json))
    if not verified:
        raise typer.Exit(REFUSED)
