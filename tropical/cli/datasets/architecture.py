"""What ``tropical dichotomies --architecture`` finds: the dichotomies that ReLU networks attain on data."""

from __future__ import annotations

import time
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.answers import Answer
from tropical.cli.arguments import refuse_unused
from tropical.cli.datasets.sources import (
    ConeLimits,
    DataFile,
    described,
    positive_integers,
    print_summary,
    print_table,
    report,
    sign_text,
)
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.fans.classification.fan import Signs
    from tropical.fans.data_set import DataSet
    from tropical.networks.network import Network
    from tropical.parameter_space.attained_dichotomies import AttainedDichotomies

TRIES, SEED = 20, 0
RANDOM_NETWORKS = 300
"""Random networks whose derivatives are looked at."""


@frozen
class ArchitectureOptions:
    """An architecture, and how its dichotomies are looked for where the widths cannot be decided exactly."""

    architecture: Annotated[
        str | None,
        typer.Option(
            metavar="W,W,...", help="Of ReLU networks with these hidden widths instead of g - h.", show_default=False
        ),
    ] = None
    tries: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help=f"First layers to try, where the widths cannot be decided exactly; {TRIES} if not given.",
        ),
    ] = None
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of the random numbers.")] = None
    dimension: Annotated[
        bool, typer.Option("--dimension", help="With --architecture: also the dimension of all outputs on the data.")
    ] = False

    def check(self) -> None:
        """Refuse options of an architecture without one."""
        if self.architecture is None:
            given = {"tries": self.tries, "seed": self.seed, "dimension": self.dimension}
            refuse_unused("is about an --architecture; give one", **given)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the hidden layers."""
        text = self.architecture or ""
        widths = positive_integers(text)
        if widths is None:
            raise InputError(f"--architecture {text!r}; give the widths of the hidden layers, such as 2 or 3,2")
        return widths


def attained(
    options: ArchitectureOptions, file: DataFile, limits: ConeLimits, answer: Answer, *, listed: bool
) -> Stop | None:
    """Find the dichotomies that an architecture attains, and report; return what stopped the work, if anything did."""
    widths = options.widths
    interrupts_are_raised()
    started, data = time.perf_counter(), file.read()
    found: Document = {"architecture": list(widths), "dichotomies": 0, "at_most": None, "exact": False}
    found["shattered"] = None
    found |= {"all_dichotomies": None} if listed else {}
    found |= {"image_dimension_at_least": None, "image_dimension_at_most": None} if options.dimension else {}
    stopped_by = guarded(limits.deadline, lambda: _attain(data, options, limits.limit, found))
    return report(answer, show, found, data=described(data, file.data), stopped_by=stopped_by, started=started)


def _attain(data: DataSet, options: ArchitectureOptions, limit: int | None, answer: Document) -> None:
    from tropical.parameter_space.attained_dichotomies import AttainedDichotomies, attained_dichotomies

    networks: dict[Signs, Network] = {}
    widths, seed = options.widths, SEED if options.seed is None else options.seed
    tries = TRIES if options.tries is None else options.tries
    with running_count("dichotomies") as show:

        def take(signs: Signs, network: Network) -> None:
            networks[signs] = network
            show(len(networks))

        try:
            found = attained_dichotomies(data, widths, limit, tries, seed, take)
        except BaseException:
            _take(AttainedDichotomies(widths, networks, 1 << len(data.rows)), data, answer)
            raise
    _take(found, data, answer)
    if options.dimension:
        least, most = _image_dimension(found, data, seed)
        answer |= {"image_dimension_at_least": least, "image_dimension_at_most": most}


def _image_dimension(found: AttainedDichotomies, data: DataSet, seed: int) -> tuple[int, int]:
    """Return bounds from the networks that were found and some random ones."""
    from tropical.networks.network import Network
    from tropical.parameter_space.jacobian import image_dimension_bounds
    from tropical.parameter_space.sampling import sampled_dichotomies

    at_random = sampled_dichotomies(data, found.hidden, RANDOM_NETWORKS, (), seed)
    networks = chain(found.networks.values(), (Network.from_weights(layers) for _, layers in at_random))
    return image_dimension_bounds(networks, data, found.hidden)


def _take(found: AttainedDichotomies, data: DataSet, answer: Document) -> None:
    answer |= {"dichotomies": len(found.networks), "at_most": found.at_most, "exact": found.is_complete}
    if found.is_complete or found.at_most < 1 << data.n_points:
        answer["shattered"] = len(found.networks) == 1 << data.n_points
    if "all_dichotomies" in answer:
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


def show(document: Document) -> None:
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
