"""How verdicts and judgements are written and shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import ToolkitError
from tropical.cli.arguments import ReadingOptions, integers
from tropical.cli.networks.surveys import MOST_NAMES, answer_table, point_text
from tropical.cli.running import running_line
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.verification.evaluation import Clause
    from tropical.verification.float_execution import FloatExecution, Runtime
    from tropical.verification.property import Property
    from tropical.verification.property_search import Search, Verdict


def document(prop: Property, found: Verdict) -> Document:
    """Return a verdict as it is written in documents."""
    from tropical.verification.float_execution import TOLERANCE

    margin = found.margin
    return {
        "verdict": found.verdict,
        "property": {
            "inputs": prop.n_inputs,
            "outputs": prop.n_outputs,
            "clauses": sum(len(case.outputs) for case in prop.cases),
            "cases": len(prop.cases),
        },
        "point": None if found.point is None else _texts(found.point),
        "outputs": None if found.outputs is None else _texts(found.outputs),
        "clause": clause_document(found.clause),
        "rows": None if found.slack is None else _texts(found.slack.rows),
        "margin": {"proven": None if margin is None else str(margin), "exact": None},
        "holds_with_tolerance_1e-4": None if margin is None else margin > TOLERANCE,
        "empty_input_set": found.is_empty,
        "float32": None,
        "nodes": found.n_nodes,
        "leaves": found.n_leaves,
        "splits": _splits(found),
        "complete": found.complete,
        "stopped_by": found.stopped_by,
        "open": found.n_open,
        "proven_share": found.share,
    }


def _splits(found: Verdict) -> dict[str, int]:
    """Return how many nodes were split by units, and by halves of inputs."""
    splits = sum(node.below is not None for tree in found.trees for node in tree.nodes())
    return {"gate": splits - found.n_input_splits, "input": found.n_input_splits}


def _texts(values: Any) -> list[str]:
    from polytopes.arithmetic.rationals import exact_text

    return list(map(exact_text, values))


def clause_document(clause: Clause | None) -> Document | None:
    """Return the numbers of a clause."""
    return None if clause is None else {"case": clause.case, "conjunction": clause.conjunction}


def execution(
    network: Network, prop: Property, found: Verdict, files: ReadingOptions, *, asked: bool
) -> FloatExecution | None:
    """Return what floating point makes of the point that was found."""
    from tropical.verification.float_execution import float_execution

    if found.point is None or found.clause is None:
        return None
    runtime = _runtime(files) if asked else None
    return float_execution(network, prop, found.clause, found.point, runtime)


def _runtime(files: Any) -> Runtime | None:
    """Return how onnxruntime computes the network of a file, None if it cannot."""
    from importlib.util import find_spec

    path: Path = files.net
    if path.suffix.lower() != ".onnx" or find_spec("onnxruntime") is None:
        return None
    from tropical.networks.readers.onnx.reading import runtime_of
    from tropical.networks.readers.options import Options

    shape = None if files.input_shape is None else integers(files.input_shape, "--input-shape")
    options = Options(
        input_shape=shape, output_name=files.output_name, logits=files.logits, check=False, folder=path.parent
    )
    try:
        return runtime_of(path.read_bytes(), options)[1]
    except (ToolkitError, OSError, StopIteration):
        return None


def execution_document(found: FloatExecution | None) -> Document | None:
    """Return the record of float execution as it is written in documents."""
    if found is None:
        return None
    runtime = found.runtime_outputs
    return {
        "point": _texts(found.point),
        "in_box": not found.slack.inputs,
        "exact_slack": _texts(found.slack.rows),
        "missed_by": _texts([found.slack.miss])[0],
        "onnxruntime": None if runtime is None else list(map(float, runtime)),
        "onnxruntime_satisfies": None if found.runtime_slack is None else found.runtime_slack.holds,
    }


def write_counterexample(path: Path, network: Network, found: Verdict, execution: Any) -> Document:
    """Write the point in the form of the competition, and return what a document says of the file."""
    from polytopes.output_files import write_text
    from tropical.verification.counterexamples import counterexample_text

    assert found.point is not None, "a verdict of sat has a point"
    text, kind = counterexample_text(network, found.point, execution)
    write_text(path, text)
    return {"counterexample": str(path), "counterexample_point": kind}


def show(document: Document) -> None:
    """Print a verdict for a person; its first word is the verdict."""
    sys.stdout.write(f"{document['verdict']}\n")
    table = answer_table()
    if document["point"] is not None:
        clause = document["clause"]
        table.add_row("input", point_text(document["point"]))
        table.add_row("outputs", point_text(document["outputs"]))
        table.add_row("clause", f"conjunction {clause['conjunction']} of case {clause['case']}")
        table.add_row("conditions hold by", point_text(document["rows"]) if document["rows"] else "there are none")
        if document["float32"] is not None:
            table.add_row("in floating point", float_line(document["float32"]))
    elif document["verdict"] == "unsat":
        table.add_row("proven margin", _margin_text(document))
    else:
        table.add_row("open nodes", f"{document['open']:,}")
        table.add_row("proven part", f"{document['proven_share']:.1%} of the search tree")
    if "interval" in document["margin"]:
        table.add_row("exact margin", _exact_text(document["margin"]))
    table.add_row("nodes, leaves", f"{document['nodes']:,}, {document['leaves']:,}")
    for key in ("certificate", "counterexample"):
        if document[key] is not None:
            table.add_row(key, document[key])
    table.add_row("seconds", f"{document['seconds']:.2f}")
    print_table(table)


def _margin_text(document: Document) -> str:
    margin = document["margin"]["proven"]
    if margin is None:
        return "none: the input set is empty" if document["empty_input_set"] else "none"
    with_tolerance = "also" if document["holds_with_tolerance_1e-4"] else "not proven"
    return f"{short_number(margin)}; {with_tolerance} with conditions relaxed by 1e-4"


def _exact_text(margin: Document) -> str:
    if margin["exact"] is not None:
        return short_number(margin["exact"])
    low, high = (short_number(end) if end is not None else "?" for end in margin["interval"])
    return f"from {low} to {high}, stopped" if margin["stopped_by"] else "none: the input set is empty"


def float_line(found: Document) -> str:
    """Say what floating point makes of the exact point."""
    where = "in the box" if found["in_box"] else "outside the box"
    missed = found["missed_by"]
    exact = "satisfy it" if missed == "0" else f"miss it by {short_number(missed)}"
    text = f"sat in exact arithmetic; the nearest float32 input is {where}, exact outputs there {exact}"
    if found["onnxruntime"] is None:
        return text
    values = f"({', '.join(f'{value:.9g}' for value in found['onnxruntime'][:MOST_NAMES])})"
    return f"{text}, onnxruntime gives {values} and {'satisfies' if found['onnxruntime_satisfies'] else 'misses'} it"


def show_judgement(document: Document) -> None:
    """Print for a person what holds of a counterexample."""
    sys.stdout.write("satisfied\n" if document["satisfied"] else "not satisfied\n")
    table = answer_table()
    if document["rows"] is not None:
        outside = document["outside_by"]
        table.add_row("input set", "inside" if outside == "0" else f"outside by {short_number(outside)}")
        table.add_row("conditions", point_text(document["rows"]) if document["rows"] else "there are none")
        table.add_row("missed by", short_number(document["missed_by"]))
        table.add_row("accepted with tolerance 1e-4", "yes" if document["accepted_with_tolerance_1e-4"] else "no")
    if document["outputs_differ_by"] is not None:
        table.add_row("its outputs differ by", short_number(document["outputs_differ_by"]))
    table.add_row("exact outputs", point_text(document["outputs"]))
    print_table(table)


def print_table(table: Any) -> None:
    """Print a table as other commands do."""
    from rich.console import Console

    Console(highlight=False, markup=False).print(table)


@contextmanager
def progress() -> Iterator[Callable[[Search], None]]:
    """Show open nodes and the proven part on standard error, if that is a terminal."""
    with running_line(_state_text) as show:
        yield show


def _state_text(search: Search) -> str:
    state = search.state
    margin = "" if search.margin is None else f", margin {float(search.margin):.3g} so far"
    return f"{state.n_nodes:,} nodes, {state.n_open:,} open, {state.share:.1%} proven{margin}"
