"""Networks on data sets: where one lies in the classification fan, and which dichotomies an architecture attains."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.errors import InputError, ShapeError
from tropical.cli.datasets.fan import guarded, running_count
from tropical.cli.datasets.sources import (
    Document,
    Source,
    finish,
    form_rows,
    number,
    parse_terms,
    positive_integers,
    print_summary,
    print_table,
    sign_text,
)
from tropical.cli.running import Stop
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.fans.classification.fan import Signs
    from tropical.fans.data_set import DataSet
    from tropical.networks.network import Network
    from tropical.parameter_space.attained_dichotomies import AttainedDichotomies

MOST_TERMS = 100_000
"""Terms of a network's rational function from which to give up."""
RANDOM_NETWORKS = 300
"""Random networks whose derivatives are looked at."""


def run_position(source: Source, path: Path, input_shape: str | None, dimension: bool) -> Stop | None:
    """Find where a network lies in the classification fan, and report; return what stopped the work, if it did."""
    from tropical.cli.arguments import read_network

    interrupts_are_raised()
    started = time.perf_counter()
    terms = None if source.terms is None else parse_terms(source.terms)
    data, network = source.read(path), read_network(path, input_shape)
    if network.input_dim != data.dim:
        raise ShapeError(f"{path} has {network.input_dim} inputs, {source.data} has points in dimension {data.dim}")
    answer: Document = {"network": str(path), "terms": None, "signs": None, "loss": None}
    answer |= {"colours": None, "pattern": None, "cone_dimension": None, "parameter": None}
    answer |= dict.fromkeys(DIMENSIONS) if dimension else {}
    stopped_by = guarded(source.deadline, lambda: _locate(network, data, terms, answer, dimension))
    return finish(source, data, answer, stopped_by, started, show_position)


DIMENSIONS = ("parameters", "image_dimension", "functional_dimension")


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


def show_position(document: Document) -> None:
    """Print where a network lies for a person."""
    rows: list[tuple[str, str]] = []
    what = f"{document['network']}"
    if document["signs"] is not None:
        rows.append(("signs", sign_text(document["signs"])))
    if document["loss"] is not None:
        rows.append(("loss", number(document["loss"])))
    if document["terms"] is not None:
        n, m = document["terms"]
        what += f", {n} terms less {m}"
        rows += form_rows(document["parameter"], n)
        sets = [" ".join(map(str, terms)) for terms in document["pattern"]]
        rows.append(("largest terms", ", ".join(sets)))
        kind = "interior of a maximal cone" if document["colours"] is not None else "on a wall"
        rows.append(("cone", f"dimension {document['cone_dimension']}: {kind}"))
    if "parameters" in document:
        rows += [(name.replace("_", " "), number(document[name])) for name in DIMENSIONS]
    print_summary(document, what, rows)


@frozen
class ArchitectureOptions:
    """The options of an architecture, as they were spelled."""

    hidden: str
    tries: int
    seed: int
    listed: bool
    dimension: bool


def run_architecture(source: Source, options: ArchitectureOptions) -> Stop | None:
    """Find the dichotomies that an architecture attains, and report; return what stopped the work, if it did."""
    widths = positive_integers(options.hidden)
    if widths is None:
        raise InputError(f"--architecture {options.hidden!r}; give the widths of the hidden layers, such as 2 or 3,2")
    if source.terms is not None:
        raise InputError("--terms and --architecture are both given; give one of them")
    interrupts_are_raised()
    started, data = time.perf_counter(), source.read()
    answer: Document = {"architecture": list(widths), "dichotomies": 0, "at_most": None, "exact": False}
    answer["shattered"] = None
    answer |= {"all_dichotomies": None} if options.listed else {}
    answer |= {"image_dimension_at_least": None, "image_dimension_at_most": None} if options.dimension else {}
    stopped_by = guarded(source.deadline, lambda: _attain(data, widths, source.limit, options, answer))
    return finish(source, data, answer, stopped_by, started, show_architecture)


def _attain(
    data: DataSet, widths: tuple[int, ...], limit: int | None, options: ArchitectureOptions, answer: Document
) -> None:
    from tropical.parameter_space.attained_dichotomies import AttainedDichotomies, attained_dichotomies

    networks: dict[Signs, Network] = {}
    with running_count("dichotomies") as show:

        def take(signs: Signs, network: Network) -> None:
            networks[signs] = network
            show(len(networks))

        try:
            found = attained_dichotomies(data, widths, limit, options.tries, options.seed, take)
        except BaseException:
            _take(AttainedDichotomies(widths, networks, 1 << len(data.rows)), data, options, answer)
            raise
    _take(found, data, options, answer)
    if options.dimension:
        least, most = _image_dimension(found, data, options.seed)
        answer |= {"image_dimension_at_least": least, "image_dimension_at_most": most}


def _image_dimension(found: AttainedDichotomies, data: DataSet, seed: int) -> tuple[int, int]:
    """Return bounds from the networks that were found and some random ones."""
    from tropical.networks.network import Network
    from tropical.parameter_space.jacobian import image_dimension_bounds
    from tropical.parameter_space.sampling import sampled_dichotomies

    at_random = sampled_dichotomies(data, found.hidden, RANDOM_NETWORKS, (), seed)
    networks = chain(found.networks.values(), (Network.from_weights(layers) for _, layers in at_random))
    return image_dimension_bounds(networks, data, found.hidden)


def _take(found: AttainedDichotomies, data: DataSet, options: ArchitectureOptions, answer: Document) -> None:
    answer |= {"dichotomies": len(found.networks), "at_most": found.at_most, "exact": found.is_complete}
    if found.is_complete or found.at_most < 1 << data.n_points:
        answer["shattered"] = len(found.networks) == 1 << data.n_points
    if options.listed:
        answer["all_dichotomies"] = [
            {"signs": sign_text(signs), "network": _layers(found.networks[signs])} for signs in found.signs
        ]


def _layers(network: Network) -> list[dict[str, Any]]:
    """Return the weights and biases of the affine layers as texts."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.networks.layers.linear import Affine

    affine = [node.layer for node in network.nodes if isinstance(node.layer, Affine)]
    return [
        {
            "weights": [list(map(exact_text, row)) for row in layer.weight.fractions.tolist()],
            "biases": list(map(exact_text, layer.bias.fractions.tolist())),
        }
        for layer in affine
    ]


def show_architecture(document: Document) -> None:
    """Print the dichotomies of an architecture for a person."""
    hidden = "-".join(map(str, document["architecture"]))
    found, most = document["dichotomies"], document["at_most"]
    if most is None:
        bound = "the number of all is not found"
    else:
        bound = "all there are" if found == most else f"at most {most:,} are attained"
    rows = [("dichotomies", f"{found:,} of {2 ** document['data']['points']:,}, {bound}")]
    if document.get("image_dimension_at_least") is not None:
        least, above = document["image_dimension_at_least"], document["image_dimension_at_most"]
        rows.append(("image dimension", str(least) if least == above else f"between {least} and {above}"))
    print_summary(document, f"ReLU networks {document['data']['dim']}-{hidden}-1", rows)
    if document.get("all_dichotomies"):
        names = ["signs", "first layer", "last layer"]
        lines = [[one["signs"], *(_text(one["network"][k]) for k in (0, -1))] for one in document["all_dichotomies"]]
        print_table(names, lines)


def _text(layer: dict[str, Any]) -> str:
    """Return a layer as one line: weights, then the bias, of every unit."""
    units = zip(layer["weights"], layer["biases"], strict=True)
    return "; ".join(" ".join((*weights, bias)) for weights, bias in units)
