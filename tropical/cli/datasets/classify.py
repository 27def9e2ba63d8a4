"""The command ``tropical classify``: the smallest 0/1 loss of classifiers sign(g - h) on data, and the landscape."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile, ReadingOptions, refuse_unused
from tropical.cli.datasets.dichotomies import count_signs
from tropical.cli.datasets.paths import PathOptions, path_rows, path_table
from tropical.cli.datasets.position import position
from tropical.cli.datasets.sources import (
    ConeLimits,
    DataFile,
    described,
    form_rows,
    number,
    of_terms,
    print_summary,
    print_table,
    report,
    sign_text,
    tell_labels,
)
from tropical.cli.options import TwoTerms
from tropical.cli.running import Stop, guarded, running_line
from tropical.cli.starting import Asked, Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.fans.classification.fan import ClassificationFan

LEVEL_NAMES = {
    "cones": "cones",
    "components": "components of {err <= k}",
    "components_modulo_symmetry": "modulo symmetry",
    "local_minima": "local minima",
    "spurious_minima": "spurious",
}


@frozen
class LossOptions:
    """What is asked of the losses."""

    landscape: Annotated[bool, typer.Option("--landscape", help="Also find all levels of the loss.")] = False
    certificate: Annotated[
        bool, typer.Option("--certificate", help="Also give a certificate that no loss is smaller.")
    ] = False
    ties: Annotated[
        str | None, typer.Option(metavar="errors|correct", help="How points with g = h count; errors if not given.")
    ] = None

    @property
    def ties_count(self) -> str:
        """How points with g = h count."""
        return "errors" if self.ties is None else self.ties


@frozen
class PositionOptions(ReadingOptions):
    """A network whose place is to be found."""

    network: Annotated[
        Path | None, typer.Option(metavar="NET", help="Find where a network lies in the fan.", show_default=False)
    ] = None
    dimension: Annotated[
        bool, typer.Option("--dimension", help="With --network: also the dimension of the functions around it.")
    ] = False

    def check(self, others: tuple[Path, ...]) -> None:
        """Refuse options of a network without one; others may be at the ends of a path."""
        if self.network is None:
            refuse_unused("is about a --network; name one", dimension=self.dimension)
            refuse_unused("is about a network; name one", **{} if others else self.given)


@command(
    Panel.data_sets,
    {
        "data": None,
        "terms": None,
        "cones": Asked("landscape", 0),
        "dichotomies": Asked("landscape", 0),
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def classify(
    file: DataFile,
    *,
    terms: TwoTerms = None,
    loss: LossOptions,
    path: PathOptions,
    place: PositionOptions,
    limits: ConeLimits,
    answer: Answer,
) -> Stop | None:
    """Find the smallest 0/1 loss of classifiers sign(g - h) on data, g and h maxima of N and M affine forms.

    With --landscape also the components of all sublevel sets and the spurious local minima. --path and --network ask
    for something else; terms are then those of the network, if none are given. Columns are named by their header or
    their number from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not
    supported; 130 Ctrl-C.
    """
    path.check()
    place.check(path.files)
    answer.check(file.data, place.network, *path.files)
    if place.network is None:
        return _losses(file, terms, loss, path, place, limits, answer)
    given = {"path": path.path, "landscape": loss.landscape, "certificate": loss.certificate}
    refuse_unused("does not go with --network; leave it out", **given, ties=loss.ties, limit=limits.limit)
    return position(
        NetworkFile(net=place.network, **place.given),
        file,
        answer,
        terms=terms,
        deadline=limits.deadline,
        dimension=place.dimension,
    )


def _losses(
    file: DataFile,
    terms: str | None,
    loss: LossOptions,
    path: PathOptions,
    reading: ReadingOptions,
    limits: ConeLimits,
    answer: Answer,
) -> Stop | None:
    """Find the smallest loss on a data set, or a path, and report; return what stopped the work, if anything did."""
    from tropical.fans.classification.fan import check_ties

    check_ties(loss.ties_count)
    if path.path is not None and loss.ties_count != "errors":
        raise InputError("--path counts points with g = h as errors; leave --ties out, or --path")
    interrupts_are_raised()
    started, fan = time.perf_counter(), file.fan(terms)
    found: Document = {"terms": list(fan.terms)}
    if path.path is None or loss.landscape or loss.certificate:
        check_labels(fan, file.data)
        found |= {"ties": loss.ties_count, "minimal_loss": None, "loss_at_least": 0, "signs": None, "parameter": None}
    found |= {"certificate": None} if loss.certificate else {}
    found |= {"cones": 0, "dichotomies": 0, "chambers": None, "levels": None} if loss.landscape else {}
    if path.path is not None:
        path.check_labels(fan, file.data)
        found["path"] = None
    stopped_by = guarded(
        limits.deadline,
        lambda: _classify(fan, limits.limit, found, partial(path.find, fan, reading) if path.path else None),
    )
    tell_labels(file.data, file.labels)
    return report(answer, show, found, data=described(fan.data, file.data), stopped_by=stopped_by, started=started)


def check_labels(fan: ClassificationFan, path: Path) -> None:
    """Refuse data without labels."""
    if fan.data.n_points and not fan.data.labels:
        raise InputError(f"{path}: no labels; name their column with --labels")


def _classify(
    fan: ClassificationFan, limit: int | None, answer: Document, find_path: Callable[[], Document] | None
) -> None:
    if find_path is not None:
        if limit is not None:
            count_signs(fan, limit, {"cones": 0})
        answer["path"] = find_path()
    if "minimal_loss" in answer:
        _find_smallest(fan, answer)
    if "levels" in answer:
        _find_landscape(fan, limit, answer)


def _find_smallest(fan: ClassificationFan, answer: Document) -> None:
    from tropical.fans.activation.parameters import parameter_texts
    from tropical.fans.classification.minimal_loss import minimal_loss, minimal_loss_certificate

    if answer["ties"] == "correct":
        zero = ((0,) * (fan.data.dim + 1),) * fan.n_terms
        answer |= {"minimal_loss": fan.loss(zero, "correct"), "signs": list(fan.signs(zero))}
        answer["parameter"] = parameter_texts(zero)
        return
    with running_line(lambda bound: f"the smallest loss is at least {bound}") as show_bound:

        def take(bound: int) -> None:
            answer["loss_at_least"] = bound
            show_bound(bound)

        found = minimal_loss(fan, take)
    answer |= {"minimal_loss": found.loss, "signs": list(found.signs)}
    answer["parameter"] = parameter_texts(found.parameter)
    if "certificate" in answer:
        answer["certificate"] = minimal_loss_certificate(fan, found)


def _find_landscape(fan: ClassificationFan, limit: int | None, answer: Document) -> None:
    from tropical.fans.classification.dichotomies import chambers
    from tropical.fans.classification.landscape import landscape
    from tropical.fans.classification.orbits import SignedOrbits

    count_signs(fan, limit, answer)
    found = landscape(fan, answer["ties"])
    answer["levels"] = found.as_dict()
    answer["spurious_minima"] = found.spurious_minima
    answer["chambers"] = chambers(SignedOrbits.of(fan)).total


def show(document: Document) -> None:
    """Print the smallest loss, the landscape and the path for a person."""
    rows = []
    if "minimal_loss" in document:
        rows += _loss_rows(document)
    if document.get("levels") is not None:
        rows += [(name, number(document[name])) for name in ("dichotomies", "chambers")]
        rows.append(("activation cones", number(document["cones"])))
    path = document.get("path")
    if path is not None:
        rows += path_rows(path)
    print_summary(document, of_terms(document), rows)
    if document.get("levels") is not None:
        table = [[loss, *(str(level[name]) for name in LEVEL_NAMES)] for loss, level in document["levels"].items()]
        print_table(("loss k", *LEVEL_NAMES.values()), table)
    if path is not None and path["cones"]:
        print_table(*path_table(path))


def _loss_rows(document: Document) -> list[tuple[str, str]]:
    rows = [("smallest loss", number(document["minimal_loss"]))]
    if document["minimal_loss"] is None:
        rows.append(("at least", number(document["loss_at_least"])))
    if document["parameter"] is not None:
        rows += form_rows(document["parameter"], document["terms"][0])
        rows.append(("signs", sign_text(document["signs"])))
    if document.get("certificate") is not None:
        rows.append(("certificate", f"{len(document['certificate']['refutations']):,} refutations"))
    return rows
