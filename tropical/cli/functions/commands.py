"""Commands on tropical polynomials and quotients, and on networks as such."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tropical.cli.app import app
from tropical.cli.exits import errors_as_exit_codes
from tropical.cli.options import (
    AsJson,
    Box,
    Deadline,
    Document,
    Domain,
    FunctionPath,
    InputShape,
    Limit,
    Method,
    NetworkPath,
    OneOutput,
    Output,
    exit_if_stopped,
    name_of,
)


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
        from tropical.cli.functions.boundary import Options, run

        work = (limit, deadline, type_, name_of(method))
        stopped_by = run(Options(source, input_shape, box, domain, *work, plot, export, output, as_json))
    exit_if_stopped(stopped_by)


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
        from tropical.cli.functions.convert import Options, run

        stopped_by = run(Options(net, input_shape, component, latex, as_json, file, limit, deadline))
    exit_if_stopped(stopped_by)


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
        from tropical.cli.functions.subdivision import Options, run

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
        from tropical.cli.functions.shallow import Options, run

        stopped_by = run(Options(source, input_shape, component, limit, deadline, network, file, as_json))
    exit_if_stopped(stopped_by)


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
        from tropical.cli.functions.decompose import Options, run

        stopped_by = run(Options(source, input_shape, component, complex_, limit, deadline, file, as_json))
    exit_if_stopped(stopped_by)
