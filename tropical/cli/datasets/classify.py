"""The commands ``tropical classify`` and ``tropical dichotomies``: classifiers sign(g - h) on data."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.errors import InputError, LimitReached
from tropical.cli.datasets.fan import guarded, running_count
from tropical.cli.datasets.paths import PathOptions, path_rows, path_table
from tropical.cli.datasets.sources import (
    Document,
    Source,
    finish,
    form_rows,
    number,
    print_summary,
    print_table,
    sign_text,
)
from tropical.cli.running import Stop
from tropical.cli.starting import interrupts_are_raised

if TYPE_CHECKING:
    from tropical.fans.classification.fan import ClassificationFan

LEVEL_NAMES = {
    "cones": "cones",
    "components": "components of {err <= k}",
    "components_modulo_symmetry": "modulo symmetry",
    "local_minima": "local minima",
    "spurious_minima": "spurious",
}


def run_dichotomies(source: Source, listed: bool, growth: bool) -> Stop | None:
    """Count the dichotomies of a data set, and report; return what stopped the work, if anything did."""
    interrupts_are_raised()
    started, fan = time.perf_counter(), source.fan()
    answer: Document = {"terms": list(fan.terms), "dichotomies": 0, "chambers": None}
    answer |= {"chambers_modulo_symmetry": None, "cones": 0}
    answer |= {name: None for name, wanted in (("growth", growth), ("all_dichotomies", listed)) if wanted}
    stopped_by = guarded(source.deadline, lambda: _count_dichotomies(fan, source.limit, answer, listed, growth))
    return finish(source, fan.data, answer, stopped_by, started, show_dichotomies)


def _count_dichotomies(fan: ClassificationFan, limit: int | None, answer: Document, listed: bool, growth: bool) -> None:
    from tropical.fans.classification.dichotomies import dichotomies
    from tropical.fans.classification.growth import growth as growth_of

    count_signs(fan, limit, answer)
    answer["shattered"] = answer["dichotomies"] == 1 << fan.data.n_points
    found = dichotomies(fan)
    answer["chambers"] = sum(one.chambers for one in found)
    answer["chambers_modulo_symmetry"] = sum(one.chambers_modulo_symmetry for one in found)
    if listed:
        answer["all_dichotomies"] = [one.as_dict() for one in found]
    if growth:
        most = growth_of(fan)
        answer["growth"], answer["vc_dimension"] = list(most.most), most.vc_dimension
        answer["largest_shattered"] = list(most.shattered)


def count_signs(fan: ClassificationFan, limit: int | None, answer: Document) -> None:
    """Count cones and sign vectors as they are found."""
    from tropical.fans.classification.orbits import signed_orbits

    seen = set()
    with running_count("maximal cones") as show:
        for orbit, _ in signed_orbits(fan):
            seen.add(orbit.signs)
            answer["cones"] += orbit.size(fan.terms)
            answer["dichotomies"] = len(seen)
            if limit is not None and answer["cones"] > limit:
                raise LimitReached(f"more than {limit} maximal cones", answer["cones"])
            show(answer["cones"])


@frozen
class Questions:
    """What is asked of labelled data; the smallest loss goes without asking if there is no path."""

    landscape: bool
    certificate: bool
    ties: str
    path: PathOptions | None

    @property
    def of_loss(self) -> bool:
        """Whether the smallest loss is wanted."""
        return self.path is None or self.landscape or self.certificate


def run_classify(source: Source, questions: Questions) -> Stop | None:
    """Find the smallest loss on a data set, and report; return what stopped the work, if anything did."""
    from tropical.fans.classification.fan import check_ties

    check_ties(questions.ties)
    if questions.path is not None and questions.ties != "errors":
        raise InputError("--path counts points with g = h as errors; leave --ties out, or --path")
    interrupts_are_raised()
    started, path = time.perf_counter(), questions.path
    fan = source.fan(*(() if path is None else path.files))
    answer: Document = {"terms": list(fan.terms)}
    if questions.of_loss:
        check_labels(fan, source.data)
        answer |= {"ties": questions.ties, "minimal_loss": None, "loss_at_least": 0, "signs": None, "parameter": None}
    answer |= {"certificate": None} if questions.certificate else {}
    answer |= {"cones": 0, "dichotomies": 0, "chambers": None, "levels": None} if questions.landscape else {}
    if path is not None:
        path.check(fan, source.data)
        answer["path"] = None
    stopped_by = guarded(source.deadline, lambda: _classify(fan, source.limit, answer, questions))
    return finish(source, fan.data, answer, stopped_by, started, show_classify)


def check_labels(fan: ClassificationFan, path: Path) -> None:
    """Refuse data without labels."""
    if fan.data.n_points and not fan.data.labels:
        raise InputError(f"{path}: no labels; name their column with --labels")


def _classify(fan: ClassificationFan, limit: int | None, answer: Document, questions: Questions) -> None:
    if questions.path is not None:
        if limit is not None:
            count_signs(fan, limit, {"cones": 0})
        answer["path"] = questions.path.find(fan)
    if questions.of_loss:
        _find_smallest(fan, answer, questions)
    if questions.landscape:
        _find_landscape(fan, limit, answer, questions.ties)


def _find_smallest(fan: ClassificationFan, answer: Document, questions: Questions) -> None:
    from tropical.fans.activation.parameters import parameter_texts
    from tropical.fans.classification.minimal_loss import minimal_loss, minimal_loss_certificate

    if questions.ties == "correct":
        zero = ((0,) * (fan.data.dim + 1),) * fan.n_terms
        answer |= {"minimal_loss": fan.loss(zero, "correct"), "signs": list(fan.signs(zero))}
        answer["parameter"] = parameter_texts(zero)
        return
    found = minimal_loss(fan, lambda bound: answer.update(loss_at_least=bound))
    answer |= {"minimal_loss": found.loss, "signs": list(found.signs)}
    answer["parameter"] = parameter_texts(found.parameter)
    if questions.certificate:
        answer["certificate"] = minimal_loss_certificate(fan, found)


def _find_landscape(fan: ClassificationFan, limit: int | None, answer: Document, ties: Any) -> None:
    from tropical.fans.classification.dichotomies import chambers
    from tropical.fans.classification.landscape import landscape
    from tropical.fans.classification.orbits import SignedOrbits

    count_signs(fan, limit, answer)
    found = landscape(fan, ties)
    answer["levels"] = found.as_dict()
    answer["spurious_minima"] = found.spurious_minima
    answer["chambers"] = chambers(SignedOrbits.of(fan)).total


def show_dichotomies(document: Document) -> None:
    """Print the dichotomies of a data set for a person."""
    rows = [
        ("dichotomies", f"{document['dichotomies']:,} of {2 ** document['data']['points']:,}"),
        ("chambers", number(document["chambers"])),
        ("activation cones", number(document["cones"])),
    ]
    if document.get("growth") is not None:
        rows.append(("growth", " ".join(map(str, document["growth"]))))
        shattered = ", ".join(map(str, document["largest_shattered"]))
        rows.append(("largest shattered subset", f"{document['vc_dimension']} points: {shattered}"))
    print_summary(document, of_terms(document), rows)
    if document.get("all_dichotomies"):
        names = ("signs", "chambers", "cones")
        print_table(names, [[str(one[name]) for name in names] for one in document["all_dichotomies"]])


def of_terms(document: Document) -> str:
    """Return the numbers of terms in words."""
    n, m = document["terms"]
    return f"{n} terms less {m}"


def show_classify(document: Document) -> None:
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
