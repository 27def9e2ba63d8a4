"""The command ``tropical verify``: whether an input of a network satisfies a property, exactly."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.documents import network_document
from tropical.cli.exits import REFUSED
from tropical.cli.networks import instances, verdicts
from tropical.cli.networks.pictures import check_picture
from tropical.cli.networks.searching import Files, VerifyOptions, searched
from tropical.cli.networks.sharing import SharingOptions
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.scenes import Scene
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.pictures.searches import History
    from tropical.verification.property import Property
    from tropical.verification.property_search import Search, Verdict

GRACE = 1.0
"""Seconds for the interval of the margin when the search for the verdict has been stopped by the clock."""
PROVEN = "what is said is proven by the nodes that were done"


@command(
    Panel.networks,
    {
        "verdict": "unknown",
        "complete": False,
        "stopped_by": None,
        "point": None,
        "outputs": None,
        "clause": None,
        "network": None,
        "property": None,
        "version": __version__,
    },
)
def verify(files: Files, options: VerifyOptions, sharing: SharingOptions, answer: Answer) -> Stop | None:
    """Decide exactly whether an input of a network satisfies a property in VNN-LIB: sat, unsat or unknown.

    sat means that the file has a solution: a counterexample to what its author wanted.

    Exit codes: 0 sat or unsat; 1 a counterexample is wrong; 2 bad input; 3 unknown, with what is proven; 4 network not
    supported; 130 Ctrl-C.
    """
    targets = (options.certificate, options.counterexample, options.plot, sharing.resume)
    sharing.check_sharing()
    if options.plot is not None:
        check_picture(options.plot)
    options.check(options.plot)
    inputs = (files.net, files.property_file, files.instances, options.check_counterexample, options.data)
    answer.check(*inputs, others=targets)
    interrupts_are_raised()
    if files.instances is not None:
        given = {"certificate": options.certificate, "counterexample": options.counterexample, "plot": options.plot}
        refuse_unused("is for one instance; leave it out", **given, check_counterexample=options.check_counterexample)
        if files.net is not None:
            raise InputError("NET and --instances are both given; the list names its networks")
        refuse_unused("is of one search; leave it out", resume=sharing.resume, margin=options.margin)
        return instances.decide(files.instances, files, options, sharing, answer)
    if options.check_counterexample is not None:
        files_of_search = {"certificate": options.certificate, "plot": options.plot, "resume": sharing.resume}
        files_of_search |= {"counterexample": options.counterexample}
        refuse_unused("is for a search; leave it out", limit=options.limit, margin=options.margin, **files_of_search)
        _judge(files, options.check_counterexample, answer)
        return None
    return _decide(files, options, sharing, answer)


def _judge(files: Files, path: Path, answer: Answer) -> None:
    """Judge a counterexample; exit with 1 if it is wrong."""
    from tropical.verification.counterexamples import judge, judgement_document, load_counterexample
    from tropical.verification.property_search import check_dimensions

    network, prop = files.read()
    check_dimensions(network, prop)
    found = load_counterexample(path, prop)
    document = judgement_document(judge(network, prop, found), found.point)
    document |= {"counterexample": str(path), "complete": True, "stopped_by": None, "version": __version__}
    answer.publish(document, verdicts.show_judgement)
    if not document["satisfied"]:
        raise typer.Exit(REFUSED)


def _decide(files: Files, options: VerifyOptions, sharing: SharingOptions, answer: Answer) -> Stop | None:
    started = time.perf_counter()
    with time_limit(options.deadline):
        network, prop = files.read()
        scene = options.read(network.input_dim)
        if network.input_dim != 2:
            given = {"window": options.window, "data": options.data}
            refuse_unused("is for the map of two inputs, and there is none; leave it out", **given)
    if options.margin:
        from tropical.verification.maximum import check_bounded

        check_bounded(prop)
    search, found = searched(network, prop, options, sharing)
    document = verdicts.document(prop, found)
    execution = None
    if found.point is not None:
        execution = verdicts.execution(network, prop, found, files, asked=not options.no_onnxruntime)
        document["float32"] = verdicts.execution_document(execution)
    history: list[tuple[float, float, float]] = []
    # Code whose loading was interrupted cannot be called; where a node was done, all of it is there.
    if options.margin and (found.complete or (found.n_nodes and found.stopped_by != "interrupt")):
        document["margin"] |= _margin(network, prop, options, history)
    written = _files(options, network, search, found, execution)
    document |= {**written, "seconds": time.perf_counter() - started}
    document |= {"network": network_document(network, str(files.net)), "source": str(files.property_file)}
    answer.publish({**document, "version": __version__}, verdicts.show, PROVEN)
    if found.is_empty:
        note("no input satisfies the conditions on the inputs: the input set is empty")
    if options.plot is not None:
        _draw(options.plot, network, prop, found, scene, history)
    stop: Stop | None = found.stopped_by  # type: ignore[assignment]
    return stop


def _draw(path: Path, network: Network, prop: Property, found: Verdict, scene: Scene, history: History) -> None:
    """Draw the search, also one that was stopped."""
    from polytopes.drawing.figures import save_picture
    from tropical.pictures.searches import plot_search

    if found.is_empty:
        note(f"{path} was not drawn: no input satisfies the conditions on the inputs")
        return
    save_picture(plot_search(network, prop, found, history=history, **scene.shown), path)
    note(f"the picture is in {path}")


def _margin(
    network: Network, prop: Property, options: VerifyOptions, history: list[tuple[float, float, float]]
) -> Document:
    """Return minus the greatest value of the least condition, or the interval where it is; note how bounds change."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.verification.maximum import maximum
    from tropical.verification.nets import nearest

    left = None if options.deadline is None else max(options.deadline - time.monotonic(), GRACE)
    started = time.monotonic()

    def note_bounds(_: int, value: float, upper: float) -> None:
        if not history or history[-1][1:] != (-upper, -value):
            history.append((time.monotonic() - started, -max(upper, value), -value))

    found = maximum(network, prop, limit=options.limit, timeout=left, progress=note_bounds)
    if history and found.complete and found.value is not None:
        history.append((time.monotonic() - started, -nearest(found.value), -nearest(found.value)))
    ends = [None if end is None else exact_text(-end) for end in (found.upper, found.value)]
    exact = ends[1] if found.complete else None
    return {"exact": exact, "interval": ends, "nodes": found.n_nodes, "stopped_by": found.stopped_by}


def _certificate(path: Path, options: VerifyOptions, search: Search, found: Verdict) -> str | None:
    """Write the certificate and return its name, None if the clock or Ctrl-C stopped that."""
    from tropical.verification.certificate import write_certificate

    try:
        with time_limit(options.deadline):
            write_certificate(path, search, found)
            return str(path)
    except (TimeUp, KeyboardInterrupt):
        note(f"{path}: not written, that was stopped; the verdict holds")
        return None


def _files(options: VerifyOptions, network: Network, search: Search, found: Verdict, execution: object) -> Document:
    """Write the files that are asked for, and return what a document says of them."""
    written: Document = {"certificate": None, "counterexample": None}
    if options.certificate is not None:
        if found.verdict == "unsat":
            written["certificate"] = _certificate(options.certificate, options, search, found)
        else:
            note(f"{options.certificate}: not written, since the verdict is {found.verdict}")
    if options.counterexample is not None:
        if found.point is not None:
            written |= verdicts.write_counterexample(options.counterexample, network, found, execution)
        else:
            note(f"{options.counterexample}: not written, since the verdict is {found.verdict}")
    return written
