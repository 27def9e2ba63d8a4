"""Commands on data sets: fans, classifiers, and the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tropical.cli.app import app
from tropical.cli.exits import errors_as_exit_codes
from tropical.cli.options import (
    AsJson,
    Box,
    ConeLimit,
    DataPath,
    Deadline,
    Domain,
    InputShape,
    LabelColumn,
    Output,
    TwoTerms,
    WeightColumn,
    exit_if_stopped,
)


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
        from tropical.cli.datasets.fan import Options, run

        stopped_by = run(
            Options(data, terms, labels, weights, f_vector, patterns, polytope, cones, limit, deadline, output, as_json)
        )
    exit_if_stopped(stopped_by)


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
        from tropical.cli.datasets.sources import Source

        source = Source(data, terms, labels, weights, limit, deadline, output, as_json)
        if (max_loss is not None or lowest) and path is None:
            raise typer.BadParameter("--max-loss and --lowest say something of a --path; give its ends")
        if network is None:
            from tropical.cli.datasets.classify import Questions, run_classify
            from tropical.cli.datasets.paths import PathOptions

            if dimension:
                raise typer.BadParameter("--dimension is that of a --network; name one")
            way = None if path is None else PathOptions(*path, max_loss, lowest)
            stopped_by = run_classify(source, Questions(landscape, certificate, ties, way))
        else:
            from tropical.cli.datasets.networks import run_position

            if path is not None or landscape or certificate:
                raise typer.BadParameter("--network goes with none of --path, --landscape and --certificate")
            stopped_by = run_position(source, network, input_shape, dimension)
    exit_if_stopped(stopped_by)


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
        from tropical.cli.datasets.sources import Source

        source = Source(data, terms, labels, weights, limit, deadline, output, as_json)
        if architecture is None:
            from tropical.cli.datasets.classify import run_dichotomies

            if dimension:
                raise typer.BadParameter("--dimension is that of an --architecture; give one")
            stopped_by = run_dichotomies(source, listed, growth)
        else:
            from tropical.cli.datasets.networks import ArchitectureOptions, run_architecture

            if growth:
                raise typer.BadParameter("--growth does not go with --architecture")
            chosen = ArchitectureOptions(architecture, tries, seed, listed, dimension)
            stopped_by = run_architecture(source, chosen)
    exit_if_stopped(stopped_by)


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
        from tropical.cli.datasets.types import Options, run

        stopped_by = run(Options(source, labels, isomorphism, limit, deadline, output, as_json))
    exit_if_stopped(stopped_by)


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
        from tropical.cli.explore import Options, run

        if serve and (output is not None or as_json):
            raise typer.BadParameter("--serve goes with neither -o nor --json")
        run(
            Options(
                source, terms, labels, weights, box, domain, slice_, pool, input_shape, limit, output, port,
                not no_browser, as_json,
            )
        )  # fmt: skip
