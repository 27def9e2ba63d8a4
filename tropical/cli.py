"""The command ``tropical``: its options and exit codes. What it does is in :mod:`tropical.commands`.

Exit codes: 0 done, 1 certificate refused, 2 bad input or usage, 3 stopped at a limit or by the clock, 4 network not
supported, 130 interrupted. Where the library is needed it is imported inside the commands, so that ``--help`` is quick.
"""

from __future__ import annotations

import math
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from tropical._version import __version__
from tropical.commands.exits import STOPPED, Commands, errors_as_exit_codes
from tropical.starting import INTERRUPTED, interrupts_are_raised

REFUSED = 1

app = typer.Typer(
    name="tropical",
    help="Exact linear regions of neural networks.",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class MethodName(StrEnum):
    """How the engine keeps a cell; the counts are the same."""

    vertices = "vertices"
    witness = "witness"


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"tropical-polytopes {__version__}")
        raise typer.Exit


def _deadline(context: typer.Context, seconds: float | None) -> float | None:
    """Return the time so many seconds after the run began."""
    if seconds is None:
        return None
    if not (0 < seconds < math.inf):
        raise typer.BadParameter(f"{seconds} is not a positive number of seconds")
    began = context.find_root().obj
    return seconds + (time.monotonic() if began is None else began)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Exact linear regions of neural networks."""


NetworkPath = Annotated[
    Path,
    typer.Argument(metavar="NET", help="A network: .onnx, .npz, .json, or .pt with a state dict.", show_default=False),
]
InputShape = Annotated[
    str | None,
    typer.Option(metavar="N,N,...", help="Shape of one input, where the file does not say it.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@app.command()
def info(net: NetworkPath, input_shape: InputShape = None, as_json: AsJson = False) -> None:
    """Show the layers of a network and their gates."""
    with errors_as_exit_codes("info", as_json):
        from tropical.commands.arguments import read_network
        from tropical.commands.documents import as_text, network_document
        from tropical.commands.tables import show_network

        network = network_document(read_network(net, input_shape), str(net))
        interrupts_are_raised()
        if as_json:
            sys.stdout.write(as_text({"network": network, "version": __version__}))
        else:
            show_network(network)


@app.command()
def regions(
    net: NetworkPath,
    box: Annotated[
        str | None,
        typer.Option(
            metavar="LO,HI", help="A box: LO,HI for all inputs, or 'LO,HI;LO,HI;...'; numbers such as 0.1 or 1/3."
        ),
    ] = None,
    domain: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A polyhedron: .ine, .ext, or .json with lower and upper.")
    ] = None,
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
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N activation regions.")
    ] = None,
    deadline: Annotated[
        float | None, typer.Option("--timeout", metavar="S", callback=_deadline, help="Stop after S seconds.")
    ] = None,
    method: Annotated[
        MethodName | None, typer.Option(help="How the engine works; chosen by dimension if not given.")
    ] = None,
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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the JSON document to a file.")
    ] = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Count the activation regions of a network, and with --linear its linear regions.

    They are counted over all of R^d, or over a box or polyhedron.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("regions", as_json, linear):
        from tropical.commands.regions import Options, run
        from tropical.commands.running import Request

        request = Request(linear, limit, deadline, _name_of(method), relative, jobs, cluster, resume, bounded)
        options = Options(net, input_shape, box, domain, request, plot, certificate, slice_, output, as_json, patterns)
        stopped_by = run(options)
    _exit_if_stopped(stopped_by)


Box = Annotated[
    str | None,
    typer.Option(
        metavar="LO,HI", help="A box: LO,HI for all inputs, or 'LO,HI;LO,HI;...'; numbers such as 0.1 or 1/3."
    ),
]
Domain = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A polyhedron: .ine, .ext, or .json with lower and upper.")
]
Relative = Annotated[bool, typer.Option("--relative", help="Allow a lower-dimensional domain.")]
Limit = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N activation regions.")
]
Deadline = Annotated[
    float | None, typer.Option("--timeout", metavar="S", callback=_deadline, help="Stop after S seconds.")
]
Method = Annotated[MethodName | None, typer.Option(help="How the engine works; chosen by dimension if not given.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the JSON document to a file.")
]


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
        from tropical.commands.questions import inspection
        from tropical.commands.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, _name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), inspection())
    _exit_if_stopped(stopped_by)


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
        from tropical.commands.questions import comparison
        from tropical.commands.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, _name_of(method), output, as_json)
        stopped_by = run(Options((first, second), *shared), comparison(volume))
    _exit_if_stopped(stopped_by)


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
        from tropical.commands.questions import extremes
        from tropical.commands.surveys import Options, run

        shared = (input_shape, box, domain, relative, limit, deadline, _name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), extremes(component, functional))
    _exit_if_stopped(stopped_by)


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
        from tropical.commands.estimates import Options, run

        stopped_by = run(Options(net, input_shape, box, domain, relative, samples, seed, deadline, output, as_json))
    _exit_if_stopped(stopped_by)


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
        from tropical.commands.questions import steepness
        from tropical.commands.surveys import Options, run

        shared = (input_shape, box, domain, False, limit, deadline, _name_of(method), output, as_json)
        stopped_by = run(Options((net,), *shared), steepness())
    _exit_if_stopped(stopped_by)


@app.command()
def pool(
    input_: Annotated[
        str | None, typer.Option("--input", metavar="N|HxW", help="Lengths of the input.", show_default=False)
    ] = None,
    window: Annotated[str | None, typer.Option(metavar="K|KxL", help="Lengths of a window.")] = None,
    stride: Annotated[str | None, typer.Option(metavar="S|SxT", help="Strides; the window if not given.")] = None,
    padding: Annotated[str | None, typer.Option(metavar="P|PxQ", help="Padding on both sides of each axis.")] = None,
    dilation: Annotated[str | None, typer.Option(metavar="D|DxE", help="Steps between the inputs of a window.")] = None,
    ceil_mode: Annotated[
        bool, typer.Option("--ceil-mode", help="Also windows that run over the end of the input.")
    ] = False,
    padding_value: Annotated[
        str, typer.Option(metavar="-inf|0", help="What stands in the padding: -inf as in torch, or zeros.")
    ] = "-inf",
    channels: Annotated[int, typer.Option(metavar="C", help="Copies of the layer side by side.")] = 1,
    windows: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Windows of any kind: one a line, or a JSON list of lists.")
    ] = None,
    activation: Annotated[
        str | None, typer.Option(metavar="relu|leaky", help="An activation before or after the pool.")
    ] = None,
    then: Annotated[
        list[str] | None,
        typer.Option(metavar="K[/S[/P]]", help="A pool after it: window, stride and padding. May be repeated."),
    ] = None,
    facets: Annotated[bool, typer.Option("--facets", help="Count the facets, whatever it costs.")] = False,
    f_vector: Annotated[bool, typer.Option("--f-vector", help="Count the faces, whatever it costs.")] = False,
    generating_function: Annotated[
        bool, typer.Option("--generating-function", help="Find the generating function, whatever it costs.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the regions by their winners.")] = False,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="List at most N regions.")] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Draw N regions, each equally likely.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the random numbers.")] = 0,
    rank: Annotated[str | None, typer.Option(metavar="I,I,...", help="Number the region with these winners.")] = None,
    unrank: Annotated[str | None, typer.Option(metavar="N", help="Show region number N, from 0 on.")] = None,
    neighbors: Annotated[bool, typer.Option("--neighbors", help="Find the mean number of neighbors.")] = False,
    selections: Annotated[
        bool, typer.Option("--selections", help="Count the regions by how many different inputs win.")
    ] = False,
    cost: Annotated[bool, typer.Option("--cost", help="Only say what the counts would take.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare all ways to count the layer; without one, the published formulas.")
    ] = False,
    tables: Annotated[
        Path | None, typer.Option("--csv", metavar="DIR", help="Write tables of whole ranges of layers as CSV files.")
    ] = None,
    deadline: Deadline = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Count the linear regions of a max-pooling layer and the faces of its polytope.

    What is cheap is counted without being asked for.

    Exit codes: 0 done; 1 --verify found a disagreement; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    with errors_as_exit_codes("pool", as_json):
        from polytopes.errors import InputError
        from tropical.commands.pool import Options, Questions, run
        from tropical.commands.pool_inputs import LayerOptions
        from tropical.commands.pool_verify import verify as compare
        from tropical.commands.pool_verify import write_tables

        layer = LayerOptions(
            input_,
            window,
            stride,
            padding,
            dilation,
            ceil_mode,
            padding_value,
            channels,
            windows,
            activation,
            tuple(then or ()),
        )
        if output is not None and (verify or tables is not None):
            raise InputError("-o does not go with --verify or --csv; add --json, and redirect standard output")
        questions = Questions(neighbors, selections, rank, unrank, cost)
        if questions != Questions() and (verify or tables is not None):
            raise InputError("--verify and --csv answer no questions about regions or costs; ask for these alone")
        if tables is not None:
            write_tables(tables, as_json)
            return
        if verify:
            agree = compare(layer, as_json)
            raise typer.Exit(0 if agree else REFUSED)
        stopped_by = run(
            Options(
                layer,
                facets,
                f_vector,
                generating_function,
                listed,
                limit,
                sample,
                seed,
                deadline,
                output,
                as_json,
                questions,
            )
        )
    _exit_if_stopped(stopped_by)


@app.command()
def fan(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="A table: a point on each line, such as 0.5,1/3.", show_default=False)
    ],
    terms: Annotated[int, typer.Option(metavar="N", min=1, help="Number of affine forms.", show_default=False)],
    f_vector: Annotated[bool, typer.Option("--f-vector", help="Also count the cones of all dimensions.")] = False,
    patterns: Annotated[bool, typer.Option("--patterns", help="Also list the patterns of all cones.")] = False,
    polytope: Annotated[bool, typer.Option("--polytope", help="Also find the activation polytope.")] = False,
    cones: Annotated[bool, typer.Option("--cones", help="Also list the maximal cones.")] = False,
    labels: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of labels, which is no coordinate.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of weights, which is no coordinate.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N maximal cones.")
    ] = None,
    deadline: Deadline = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Count the maximal cones of the activation fan of a data set: how N affine forms can share out its points.

    Columns are named by their header or their number from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit,
    with what was found; 130 Ctrl-C.
    """
    with errors_as_exit_codes("fan", as_json):
        from tropical.commands.fan import Options, run

        stopped_by = run(
            Options(data, terms, labels, weights, f_vector, patterns, polytope, cones, limit, deadline, output, as_json)
        )
    _exit_if_stopped(stopped_by)


@app.command()
def explore(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DATA|NET|WINDOWS", help="A table of points with labels, a network, or windows.", show_default=False
        ),
    ],
    terms: Annotated[
        str | None, typer.Option(metavar="N,M", help="Numbers of terms of g and h, for a data set.", show_default=False)
    ] = None,
    labels: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of labels.")] = None,
    weights: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of weights.")] = None,
    box: Box = None,
    domain: Domain = None,
    slice_: Annotated[
        str | None, typer.Option("--slice", metavar="PLANE", help="The plane to show, as in 'tropical regions'.")
    ] = None,
    pool: Annotated[
        bool, typer.Option("--pool", help="Read the windows of a max-pooling layer, as 'tropical pool --windows' does.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Show only a part of more than N cones; refuse more regions.", show_default=False
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the page on this machine: what is done without -o or --json.")
    ] = False,
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="Port; 0 for a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write one HTML file that needs nothing else.")
    ] = None,
    input_shape: InputShape = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scene as JSON.")] = False,
) -> None:
    """Look at the fan of a data set, the regions of a network, or a max-pooling polytope in a browser.

    Without -o or --json the page is served to this machine only, until Ctrl-C, and points can be moved. Exit codes:
    0 done; 2 bad input, or more regions than the limit; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("explore", as_json):
        from tropical.commands.explore import Options, run

        if serve and (output is not None or as_json):
            raise typer.BadParameter("--serve goes with neither -o nor --json")
        run(
            Options(
                source, terms, labels, weights, box, domain, slice_, pool, input_shape, limit, output, port,
                not no_browser, as_json,
            )
        )  # fmt: skip


DataPath = Annotated[
    Path, typer.Argument(metavar="DATA", help="A table: a point on each line, such as 0.5,1/3.", show_default=False)
]
TwoTerms = Annotated[
    str | None, typer.Option("--terms", metavar="N,M", help="Numbers of terms of g and of h.", show_default=False)
]
LabelColumn = Annotated[
    str | None, typer.Option("--labels", metavar="COLUMN", help="The column of labels, which is no coordinate.")
]
WeightColumn = Annotated[
    str | None, typer.Option("--weights", metavar="COLUMN", help="The column of weights, which is no coordinate.")
]
ConeLimit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="Stop if there are more than N maximal cones.")
]


@app.command()
def classify(
    data: DataPath,
    terms: TwoTerms = None,
    labels: LabelColumn = None,
    weights: WeightColumn = None,
    landscape: Annotated[bool, typer.Option("--landscape", help="Also find all levels of the loss.")] = False,
    certificate: Annotated[bool, typer.Option("--certificate", help="Also prove that no loss is smaller.")] = False,
    ties: Annotated[str, typer.Option(metavar="errors|correct", help="How points with g = h count.")] = "errors",
    path: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--path",
            metavar="A B",
            help="A shortest path through walls. Ends are signs such as +--+, a parameter 'a,s,...;a,s,...', a .json "
            "file with one, or a network.",
            show_default=False,
        ),
    ] = None,
    max_loss: Annotated[
        int | None, typer.Option("--max-loss", metavar="K", min=0, help="The most errors anywhere on the path.")
    ] = None,
    lowest: Annotated[
        bool, typer.Option("--lowest", help="Take a path on which the errors rise as little as possible.")
    ] = False,
    network: Annotated[
        Path | None, typer.Option(metavar="NET", help="Find where a network lies in the fan.", show_default=False)
    ] = None,
    dimension: Annotated[
        bool, typer.Option("--dimension", help="With --network: also the dimension of the functions around it.")
    ] = False,
    limit: ConeLimit = None,
    deadline: Deadline = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Find the smallest 0/1 loss of classifiers sign(g - h) on data, g and h maxima of N and M affine forms.

    With --landscape also the components of all sublevel sets and the spurious local minima. --path and --network ask
    for something else; terms are then those of the network, if none are given. Columns are named by their header or
    their number from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not
    supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("classify", as_json):
        from tropical.commands.classifiers import Source

        source = Source(data, terms, labels, weights, limit, deadline, output, as_json)
        if (max_loss is not None or lowest) and path is None:
            raise typer.BadParameter("--max-loss and --lowest say something of a --path; give its ends")
        if network is None:
            from tropical.commands.classify import Questions, run_classify
            from tropical.commands.paths import PathOptions

            if dimension:
                raise typer.BadParameter("--dimension is that of a --network; name one")
            way = None if path is None else PathOptions(*path, max_loss, lowest)
            stopped_by = run_classify(source, Questions(landscape, certificate, ties, way))
        else:
            from tropical.commands.networks_on_data import run_position

            if path is not None or landscape or certificate:
                raise typer.BadParameter("--network goes with none of --path, --landscape and --certificate")
            stopped_by = run_position(source, network, input_shape, dimension)
    _exit_if_stopped(stopped_by)


@app.command()
def dichotomies(
    data: DataPath,
    terms: TwoTerms = None,
    labels: LabelColumn = None,
    weights: WeightColumn = None,
    listed: Annotated[bool, typer.Option("--list", help="Also list the dichotomies.")] = False,
    growth: Annotated[bool, typer.Option("--growth", help="Also find the largest shattered subsets.")] = False,
    architecture: Annotated[
        str | None,
        typer.Option(
            metavar="W,W,...", help="Of ReLU networks with these hidden widths instead of g - h.", show_default=False
        ),
    ] = None,
    tries: Annotated[
        int, typer.Option(metavar="N", min=0, help="First layers to try, where the widths cannot be decided exactly.")
    ] = 20,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the random numbers.")] = 0,
    dimension: Annotated[
        bool, typer.Option("--dimension", help="With --architecture: also the dimension of all outputs on the data.")
    ] = False,
    limit: ConeLimit = None,
    deadline: Deadline = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Count the dichotomies of data, the sign vectors of all g - h with N and M terms, and their chambers and cones.

    With --architecture instead the sign vectors of ReLU networks. Columns are named by their header or their number
    from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 130 Ctrl-C.
    """
    with errors_as_exit_codes("dichotomies", as_json):
        from tropical.commands.classifiers import Source

        source = Source(data, terms, labels, weights, limit, deadline, output, as_json)
        if architecture is None:
            from tropical.commands.classify import run_dichotomies

            if dimension:
                raise typer.BadParameter("--dimension is that of an --architecture; give one")
            stopped_by = run_dichotomies(source, listed, growth)
        else:
            from tropical.commands.networks_on_data import ArchitectureOptions, run_architecture

            if growth:
                raise typer.BadParameter("--growth does not go with --architecture")
            chosen = ArchitectureOptions(architecture, tries, seed, listed, dimension)
            stopped_by = run_architecture(source, chosen)
    _exit_if_stopped(stopped_by)


@app.command()
def types(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DATA|FILE",
            help="A table of exponents with signs, or a difference of maxima in a .txt or .json file.",
            show_default=False,
        ),
    ],
    labels: Annotated[
        str | None, typer.Option("--labels", metavar="COLUMN", help="The column of signs: + for g, - for h.")
    ] = None,
    isomorphism: Annotated[
        bool, typer.Option("--up-to-isomorphism", help="Also count signed subdivisions up to isomorphism.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Stop if there are more than N triangulations.")
    ] = None,
    deadline: Deadline = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """List the combinatorial types of decision boundaries {g = h} with given exponents, over all coefficients.

    They are read off the signed secondary fan. Columns are named by their header or their number from 0. Exit codes:
    0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    with errors_as_exit_codes("types", as_json):
        from tropical.commands.boundary_types import Options, run

        stopped_by = run(Options(source, labels, isomorphism, limit, deadline, output, as_json))
    _exit_if_stopped(stopped_by)


FunctionPath = Annotated[
    Path,
    typer.Argument(
        metavar="NET|FILE", help="A network, or a tropical function in a .json or .txt file.", show_default=False
    ),
]
OneOutput = Annotated[int | None, typer.Option("--output", metavar="K", help="Take output K only, counted from 0.")]
Document = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write the JSON document to a file.")]


@app.command()
def boundary(
    source: FunctionPath,
    box: Box = None,
    domain: Domain = None,
    limit: Limit = None,
    deadline: Deadline = None,
    type_: Annotated[
        bool | None,
        typer.Option("--type/--no-type", help="Find the signed subdivision too; if not said, where that is cheap."),
    ] = None,
    method: Method = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the boundary: .pdf, .svg or .png.")] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the complex: .json for polymake, .sage for Sage.")
    ] = None,
    output: Output = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Find the decision boundary: where the output changes its sign, or the largest of several outputs changes.

    It is an exact polyhedral complex, unbounded cells included. Its combinatorial type is the signed subdivision of the
    terms over the whole space; a network is converted for it, if that is cheap or --type is given.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("boundary", as_json):
        from tropical.commands.boundary import Options, run

        work = (limit, deadline, type_, _name_of(method))
        stopped_by = run(Options(source, input_shape, box, domain, *work, plot, export, output, as_json))
    _exit_if_stopped(stopped_by)


@app.command()
def convert(
    net: NetworkPath,
    component: Annotated[
        int | None, typer.Option("--output", metavar="K", help="Convert output K only, counted from 0.")
    ] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the map in LaTeX and nothing else.")] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if a polynomial has more than N terms.")
    ] = None,
    deadline: Deadline = None,
    file: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="Write the map: .json or .txt, to be read again, or .tex.")
    ] = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Write a network as an exact quotient of tropical polynomials without a redundant term.

    'tropical boundary' and 'tropical subdivision' read the file. Exit codes: 0 done; 2 bad input; 3 stopped at a limit
    or by the clock; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("convert", as_json):
        from tropical.commands.convert import Options, run

        stopped_by = run(Options(net, input_shape, component, latex, as_json, file, limit, deadline))
    _exit_if_stopped(stopped_by)


@app.command()
def subdivision(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="A tropical function, .json or .txt.", show_default=False)
    ],
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw subdivision and hypersurface: .pdf, .svg or .png.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the hypersurface: .json for polymake, .sage for Sage.")
    ] = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Find the dual subdivision of a tropical polynomial, such as max(2x + 1, y, 0) in a text file.

    For a difference of two maxima it is the subdivision of both, with signs. Exit codes: 0 done; 2 bad input; 130
    Ctrl-C.
    """
    with errors_as_exit_codes("subdivision", as_json):
        from tropical.commands.subdivision import Options, run

        run(Options(source, plot, export, output, as_json))


@app.command()
def shallow(
    source: FunctionPath,
    component: OneOutput = None,
    limit: Limit = None,
    deadline: Deadline = None,
    network: Annotated[
        Path | None, typer.Option("--network", metavar="FILE", help="Write the network with one hidden layer, .json.")
    ] = None,
    file: Document = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Test whether a function is a network with one hidden layer of ReLU units and an affine map beside it.

    If it is, its least number of units and its seminorm are found; else a hyperplane along which it bends by two
    amounts. Exit codes: 0 done, shallow or not; 2 bad input; 3 stopped at a limit; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("shallow", as_json):
        from tropical.commands.shallow import Options, run

        stopped_by = run(Options(source, input_shape, component, limit, deadline, network, file, as_json))
    _exit_if_stopped(stopped_by)


@app.command()
def decompose(
    source: FunctionPath,
    component: OneOutput = None,
    complex_: Annotated[
        Path | None,
        typer.Option("--complex", metavar="FILE", help="A complete complex, .json of polymake or .sage of Sage."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N cells, or terms.")
    ] = None,
    deadline: Deadline = None,
    file: Document = None,
    input_shape: InputShape = None,
    as_json: AsJson = False,
) -> None:
    """Find all decompositions of a function into a difference of convex ones, and those with the fewest pieces.

    They are the points of a polyhedron, for functions that are affine on the cells of a complex: the regions of g and h
    in a quotient g - h, if no other one is given. Its vertices and rays are found. Exit codes: 0 done; 2 bad input; 3
    stopped at a limit; 4 network not supported; 130 Ctrl-C.
    """
    with errors_as_exit_codes("decompose", as_json):
        from tropical.commands.decompose import Options, run

        stopped_by = run(Options(source, input_shape, component, complex_, limit, deadline, file, as_json))
    _exit_if_stopped(stopped_by)


def _name_of(method: MethodName | None) -> Literal["vertices", "witness"] | None:
    return None if method is None else method.value


def _exit_if_stopped(stopped_by: str | None) -> None:
    if stopped_by is not None:
        raise typer.Exit(INTERRUPTED if stopped_by == "interrupt" else STOPPED)


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
        from tropical.commands import proofs

        verified = proofs.check(proofs.CheckOptions(certificate, net, input_shape, box, domain, jobs, as_json))
    if not verified:
        raise typer.Exit(REFUSED)
