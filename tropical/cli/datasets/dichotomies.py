"""The command ``tropical dichotomies``: sign vectors of classifiers sign(g - h), or of ReLU networks, on data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.datasets.architecture import ArchitectureOptions, attained
from tropical.cli.datasets.sources import (
    ConeLimits,
    DataFile,
    described,
    number,
    of_terms,
    print_summary,
    print_table,
    report,
)
from tropical.cli.options import TwoTerms
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.fans.classification.fan import ClassificationFan


@command(
    Panel.data_sets, {"data": None, "dichotomies": 0, "complete": False, "stopped_by": None, "version": __version__}
)
def dichotomies(
    file: DataFile,
    *,
    terms: TwoTerms = None,
    list_: Annotated[bool, typer.Option("--list", help="Also list the dichotomies.")] = False,
    growth: Annotated[bool, typer.Option("--growth", help="Also find the largest shattered subsets.")] = False,
    architecture: ArchitectureOptions,
    limits: ConeLimits,
    answer: Answer,
) -> Stop | None:
    """Count the dichotomies of data, the sign vectors of all g - h with N and M terms, and their chambers and cones.

    With --architecture instead the sign vectors of ReLU networks. Columns are named by their header or their number
    from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 130 Ctrl-C.
    """
    answer.check(file.data)
    architecture.check()
    if architecture.architecture is not None:
        if terms is not None:
            raise InputError("--terms and --architecture are both given; give one of them")
        refuse_unused("does not go with --architecture; leave it out", growth=growth)
        return attained(architecture, file, limits, answer, listed=list_)
    interrupts_are_raised()
    started, fan = time.perf_counter(), file.fan(terms)
    found: Document = {"terms": list(fan.terms), "dichotomies": 0, "chambers": None}
    found |= {"chambers_modulo_symmetry": None, "cones": 0}
    found |= {name: None for name, wanted in (("growth", growth), ("all_dichotomies", list_)) if wanted}
    stopped_by = guarded(limits.deadline, lambda: _count(fan, limits.limit, found))
    return report(answer, show, found, data=described(fan.data, file.data), stopped_by=stopped_by, started=started)


def _count(fan: ClassificationFan, limit: int | None, answer: Document) -> None:
    from tropical.fans.classification.dichotomies import dichotomies as dichotomies_of
    from tropical.fans.classification.growth import growth

    count_signs(fan, limit, answer)
    answer["shattered"] = answer["dichotomies"] == 1 << fan.data.n_points
    found = dichotomies_of(fan)
    answer["chambers"] = sum(one.chambers for one in found)
    answer["chambers_modulo_symmetry"] = sum(one.chambers_modulo_symmetry for one in found)
    if "all_dichotomies" in answer:
        answer["all_dichotomies"] = [one.as_dict() for one in found]
    if "growth" in answer:
        most = growth(fan)
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


def show(document: Document) -> None:
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
