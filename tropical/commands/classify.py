"""The commands ``tropical classify`` and ``tropical dichotomies``: classifiers sign(g - h) on data."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.commands.documents import check_target, printable, publish
from tropical.commands.fan import STOPS, described, guarded
from tropical.commands.running import Stop, held_signals
from tropical.commands.tables import note
from tropical.starting import interrupts_are_raised

if TYPE_CHECKING:
    from tropical.classification.fan import ClassificationFan

Document = dict[str, Any]
LEVEL_NAMES = {
    "cones": "cones",
    "components": "components of {err <= k}",
    "components_modulo_symmetry": "modulo symmetry",
    "local_minima": "local minima",
    "spurious_minima": "spurious",
}


@frozen
class Source:
    """Where the data is, how it is read, and when to stop; as the options were spelled."""

    data: Path
    terms: str
    labels: str | None
    weights: str | None
    limit: int | None
    deadline: float | None
    output: Path | None
    as_json: bool

    def fan(self) -> ClassificationFan:
        """Read the data."""
        from tropical.activation.files import read_data
        from tropical.classification.fan import ClassificationFan

        terms = parse_terms(self.terms)
        if self.output is not None:
            check_target(self.output, self.data)
        return ClassificationFan.of(read_data(self.data, self.labels, self.weights), terms)


def parse_terms(text: str) -> tuple[int, int]:
    """Return the numbers of terms of g and h from a text.

    >>> parse_terms("2,1")
    (2, 1)
    """
    parts = text.split(",")
    if len(parts) != 2 or not all(len(part) < 10 and part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise InputError(
            f"--terms {text!r}; give two positive integers N,M: the terms of g and those of h in sign(g - h)"
        )
    return int(parts[0]), int(parts[1])


def run_dichotomies(source: Source, listed: bool, growth: bool) -> Stop | None:
    """Count the dichotomies of a data set, and report; return what stopped the work, if anything did."""
    interrupts_are_raised()
    started, fan = time.perf_counter(), source.fan()
    answer: Document = {"dichotomies": 0, "chambers": None, "chambers_modulo_symmetry": None, "cones": 0}
    answer |= {name: None for name, wanted in (("growth", growth), ("all_dichotomies", listed)) if wanted}
    stopped_by = guarded(source.deadline, lambda: _count_dichotomies(fan, source.limit, answer, listed, growth))
    return _finish(source, fan, answer, stopped_by, started, show_dichotomies)


def _count_dichotomies(fan: ClassificationFan, limit: int | None, answer: Document, listed: bool, growth: bool) -> None:
    from tropical.classification.dichotomies import dichotomies
    from tropical.classification.growth import growth as growth_of

    _count_signs(fan, limit, answer)
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


def _count_signs(fan: ClassificationFan, limit: int | None, answer: Document) -> None:
    """Count cones and sign vectors as they are found."""
    from tropical.classification.orbits import signed_orbits

    seen = set()
    for orbit, _ in signed_orbits(fan):
        seen.add(orbit.signs)
        answer["cones"] += orbit.size(fan.terms)
        answer["dichotomies"] = len(seen)
        if limit is not None and answer["cones"] > limit:
            raise LimitReached(f"more than {limit} maximal cones", answer["cones"])


def run_classify(source: Source, landscape: bool, certificate: bool, ties: str) -> Stop | None:
    """Find the smallest loss on a data set, and report; return what stopped the work, if anything did."""
    from tropical.classification.fan import check_ties

    check_ties(ties)
    interrupts_are_raised()
    started, fan = time.perf_counter(), source.fan()
    if fan.data.n_points and not fan.data.labels:
        raise InputError(f"{source.data}: no labels; name their column with --labels")
    answer: Document = {"ties": ties, "minimal_loss": None, "loss_at_least": 0, "signs": None, "parameter": None}
    answer |= {"certificate": None} if certificate else {}
    answer |= {"cones": 0, "dichotomies": 0, "chambers": None, "levels": None} if landscape else {}
    work: Callable[[], None] = lambda: _classify(fan, source.limit, answer, ties, landscape, certificate)  # noqa: E731
    return _finish(source, fan, answer, guarded(source.deadline, work), started, show_classify)


def _classify(
    fan: ClassificationFan, limit: int | None, answer: Document, ties: str, landscape: bool, certificate: bool
) -> None:
    from tropical.activation.parameters import parameter_texts
    from tropical.classification.minimal import minimal_loss, minimal_loss_proof

    if ties == "correct":
        zero = ((0,) * (fan.data.dim + 1),) * fan.n_terms
        answer |= {"minimal_loss": fan.loss(zero, "correct"), "signs": list(fan.signs(zero))}
        answer["parameter"] = parameter_texts(zero)
    else:
        found = minimal_loss(fan, lambda bound: answer.update(loss_at_least=bound))
        answer |= {"minimal_loss": found.loss, "signs": list(found.signs)}
        answer["parameter"] = parameter_texts(found.parameter)
        if certificate:
            answer["certificate"] = minimal_loss_proof(fan, found)
    if landscape:
        _find_landscape(fan, limit, answer, ties)


def _find_landscape(fan: ClassificationFan, limit: int | None, answer: Document, ties: Any) -> None:
    from tropical.classification.dichotomies import chambers
    from tropical.classification.landscape import landscape
    from tropical.classification.orbits import SignedOrbits

    _count_signs(fan, limit, answer)
    found = landscape(fan, ties)
    answer["levels"] = found.as_dict()
    answer["spurious_minima"] = found.spurious_minima
    answer["chambers"] = chambers(SignedOrbits.of(fan)).total


def _finish(
    source: Source,
    fan: ClassificationFan,
    answer: Document,
    stopped_by: Stop | None,
    started: float,
    show: Callable[[Document], None],
) -> Stop | None:
    document = {
        "data": described(fan.data, source.data),
        "terms": list(fan.terms),
        **answer,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        publish(document, source.output, source.as_json, show)
        if stopped_by is not None:
            note(STOPS[stopped_by])
    return stopped_by


def show_dichotomies(document: Document) -> None:
    """Print the dichotomies of a data set for a person."""
    rows = [
        ("dichotomies", f"{document['dichotomies']:,} of {2 ** document['data']['points']:,}"),
        ("chambers", _number(document["chambers"])),
        ("activation cones", _number(document["cones"])),
    ]
    if document.get("growth") is not None:
        rows.append(("growth", " ".join(map(str, document["growth"]))))
        shattered = ", ".join(map(str, document["largest_shattered"]))
        rows.append(("largest shattered subset", f"{document['vc_dimension']} points: {shattered}"))
    _print(document, rows)
    if document.get("all_dichotomies"):
        names = ("signs", "chambers", "cones")
        _print_table(names, [[str(one[name]) for name in names] for one in document["all_dichotomies"]])


def show_classify(document: Document) -> None:
    """Print the smallest loss and the landscape for a person."""
    rows = [("smallest loss", _number(document["minimal_loss"]))]
    if document["minimal_loss"] is None:
        rows.append(("at least", _number(document["loss_at_least"])))
    if document["parameter"] is not None:
        n = document["terms"][0]
        for name, forms in (("g", document["parameter"][:n]), ("h", document["parameter"][n:])):
            rows.append((name, "\n".join(" ".join(form) for form in forms)))
        rows.append(("signs", "".join("-0+"[sign + 1] for sign in document["signs"])))
    if document.get("certificate") is not None:
        rows.append(("certificate", f"{len(document['certificate']['refutations']):,} refutations"))
    if document.get("levels") is not None:
        for name in ("dichotomies", "chambers"):
            rows.append((name, _number(document[name])))
        rows.append(("activation cones", _number(document["cones"])))
    _print(document, rows)
    if document.get("levels") is not None:
        table = [[loss, *(str(level[name]) for name in LEVEL_NAMES)] for loss, level in document["levels"].items()]
        _print_table(("loss k", *LEVEL_NAMES.values()), table)


def _number(value: int | None) -> str:
    return "not found" if value is None else f"{value:,}"


def _print(document: Document, rows: list[tuple[str, str]]) -> None:
    data, (n, m) = document["data"], document["terms"]
    console = Console(highlight=False, soft_wrap=True)
    headline = f"{data['source']}: {data['points']} points in Q^{data['dim']}, {n} terms less {m}"
    console.print(printable(headline), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    complete = "yes" if document["complete"] else "no"
    for name, text in (*rows, ("complete", complete), ("seconds", f"{document['seconds']:.2f}")):
        table.add_row(name, text)
    console.print(table)


def _print_table(names: tuple[str, ...], rows: list[list[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, soft_wrap=True).print(table)
