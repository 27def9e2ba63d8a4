"""What ``tropical classify --network`` finds: where a network lies in the classification fan of a data set."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from polytopes.errors import ShapeError
from tropical.cli.answers import Answer
from tropical.cli.arguments import NetworkFile
from tropical.cli.datasets.sources import (
    DataFile,
    described,
    form_rows,
    number,
    parse_terms,
    positive_where,
    print_summary,
    report,
    sign_text,
    tell_labels,
)
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.fans.data_set import DataSet
    from tropical.networks.network import Network

MOST_TERMS = 100_000
"""Terms of a network's rational function from which to give up."""
DIMENSIONS = ("parameters", "image_dimension", "functional_dimension")


def position(
    net: NetworkFile,
    file: DataFile,
    answer: Answer,
    *,
    terms: str | None,
    deadline: float | None,
    dimension: bool,
) -> Stop | None:
    """Find where a network lies in the classification fan, and report; return what stopped the work, if it did."""
    interrupts_are_raised()
    started = time.perf_counter()
    numbers = None if terms is None else parse_terms(terms)
    data, network = file.read(), net.read()
    if network.input_dim != data.dim:
        raise ShapeError(f"{net.net} has {network.input_dim} inputs, {file.data} has points in dimension {data.dim}")
    found: Document = {"network": str(net.net), "positive_where": positive_where(network.output_dim)}
    found |= {"terms": None, "signs": None, "loss": None}
    found |= {"colors": None, "pattern": None, "cone_dimension": None, "parameter": None}
    found |= dict.fromkeys(DIMENSIONS) if dimension else {}
    stopped_by = guarded(deadline, lambda: _locate(network, data, numbers, found, dimension))
    tell_labels(file.data, file.labels)
    return report(answer, show, found, data=described(data, file.data), stopped_by=stopped_by, started=started)


def _locate(network: Network, data: DataSet, terms: tuple[int, int] | None, answer: Document, dimension: bool) -> None:
    from tropical.parameter_space.jacobian import functional_dimension, image_dimension, n_parameters
    from tropical.parameter_space.position import position_of_network, signs_of_network

    answer["signs"] = list(signs_of_network(network, data))
    if data.labels:
        wrong = (sign != label for sign, label in zip(answer["signs"], data.labels, strict=True))
        answer["loss"] = sum(weight for weight, is_wrong in zip(data.weights, wrong, strict=True) if is_wrong)
    if dimension:
        answer["parameters"] = n_parameters(network)
        answer["image_dimension"] = _if_any(lambda: image_dimension(network, data.points))
    found = position_of_network(network, data, limit=MOST_TERMS)
    answer |= (found if terms is None else found.with_terms(terms)).as_dict()
    if dimension:
        answer["functional_dimension"] = _if_any(lambda: functional_dimension(network))


def _if_any(work: Callable[[], int]) -> int | None:
    """Return a dimension, or None where derivatives differ around a point, with a note that says so."""
    from polytopes.errors import NoAnswerError

    try:
        return work()
    except NoAnswerError as error:
        note(str(error))
        return None


def show(document: Document) -> None:
    """Print where a network lies for a person."""
    rows: list[tuple[str, str]] = []
    what = f"{document['network']}"
    if document["signs"] is not None:
        rows.append(("signs", sign_text(document["signs"])))
        rows.append(("+ is where", document["positive_where"]))
    if document["loss"] is not None:
        rows.append(("loss", number(document["loss"])))
    if document["terms"] is not None:
        n, m = document["terms"]
        what += f", {n} terms less {m}"
        rows += form_rows(document["parameter"], n)
        sets = [" ".join(map(str, terms)) for terms in document["pattern"]]
        rows.append(("largest terms", ", ".join(sets)))
        kind = "interior of a maximal cone" if document["colors"] is not None else "on a wall"
        rows.append(("cone", f"dimension {document['cone_dimension']}: {kind}"))
    if "parameters" in document:
        rows += [(name.replace("_", " "), number(document[name])) for name in DIMENSIONS]
    print_summary(document, what, rows)
