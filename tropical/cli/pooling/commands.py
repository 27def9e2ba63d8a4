"""The command on max-pooling layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tropical._version import __version__
from tropical.cli.app import app
from tropical.cli.exits import REFUSED, errors_as_exit_codes, exit_if_stopped
from tropical.cli.options import AsJson, Deadline, Output
from tropical.cli.starting import declare_document

declare_document("pool", {"stopped_by": None, "version": __version__})


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
    with errors_as_exit_codes("pool", {"as_json": as_json}):
        from polytopes.errors import InputError
        from tropical.cli.pooling.inputs import LayerOptions
        from tropical.cli.pooling.pool import Options, Questions, run
        from tropical.cli.pooling.verify import verify as compare
        from tropical.cli.pooling.verify import write_tables

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
    exit_if_stopped(stopped_by)
