"""The command ``tropical fan``: the activation fan of a data set, as a table or a document."""

from __future__ import annotations

import time
from math import perm
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import field, frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from polytopes.messages import shortened
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.datasets.sources import ConeLimits, DataFile, described, positive_integers, report
from tropical.cli.documents import printable
from tropical.cli.exports import FanFile, PolytopeFile, check_export, export
from tropical.cli.running import STOPS, Stop, guarded, running_count
from tropical.cli.starting import Asked, Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.fans.activation.fan import ActivationFan


@frozen
class FanQuestions:
    """What is asked besides the number of maximal cones."""

    f_vector: Annotated[bool, typer.Option("--f-vector", help="Also count the cones of all dimensions.")] = False
    patterns: Annotated[bool, typer.Option("--patterns", help="Also list the patterns of all cones.")] = False
    polytope: Annotated[bool, typer.Option("--polytope", help="Also find the activation polytope.")] = False
    cones: Annotated[bool, typer.Option("--cones", help="Also list the maximal cones.")] = False

    @property
    def unanswered(self) -> Document:
        """The entries of the document that they ask for, still without answers."""
        wanted = {
            "f_vector": self.f_vector,
            "patterns": self.patterns,
            "all_patterns": self.patterns,
            "polytope": self.polytope,
            "cones": self.cones,
        }
        return {name: None for name, is_wanted in wanted.items() if is_wanted}


@frozen
class FanFiles:
    """Files for other programs."""

    export: FanFile = None
    export_polytope: PolytopeFile = None

    def check(self) -> None:
        """Refuse files of other kinds; fans in Sage have no lines, and activation fans have."""
        if self.export is None and self.export_polytope is None:
            return
        from polytopes.complexes.fan import Fan
        from polytopes.polyhedra.polyhedron import Polyhedron

        check_export(self.export, Fan, but=(".sage",))
        check_export(self.export_polytope, Polyhedron)

    def write(self, fan: ActivationFan) -> None:
        """Write the fan and the polytope, where that is asked for."""
        if self.export is not None:
            from tropical.fans.activation.faces import polyhedral_fan

            export(polyhedral_fan(fan), self.export, "the fan")
        if self.export_polytope is not None:
            from tropical.fans.activation.polytope import activation_polytope

            export(activation_polytope(fan), self.export_polytope, "the activation polytope")

    def write_after(self, stopped_by: Stop | None, fan: ActivationFan, deadline: float | None) -> Stop | None:
        """Write the files, whole or not at all, and return what stopped the work."""
        named = [path for path in (self.export, self.export_polytope) if path is not None]
        if named and stopped_by is None:
            stopped_by = guarded(deadline, lambda: self.write(fan))
        if named and stopped_by is not None:
            note(f"{STOPS[stopped_by]}; a file that was not announced is not written")
        return stopped_by


@command(
    Panel.data_sets,
    {
        "data": None,
        "maximal_cones": 0,
        "f_vector": Asked("f_vector", None),
        "patterns": Asked("patterns", None),
        "polytope": Asked("polytope", None),
        "cones": Asked("cones", None),
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def fan(
    file: DataFile,
    terms: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="The number of affine forms; 'tropical classify' and others take two, N,M, those of g and of h.",
            show_default=False,
        ),
    ],
    questions: FanQuestions,
    limits: ConeLimits,
    files: FanFiles,
    answer: Answer,
) -> Stop | None:
    """Count the maximal cones of the activation fan of a data set: how N affine forms can share out its points.

    Columns are named by their header or their number from 0. Exit codes: 0 done; 2 bad input; 3 stopped at a limit,
    with what was found; 130 Ctrl-C.
    """
    from tropical.fans.activation.argmax_classes import most_colorings
    from tropical.fans.activation.fan import ActivationFan

    started, n_terms = time.perf_counter(), _number_of_terms(terms)
    answer.check(file.data, others=(files.export, files.export_polytope))
    files.check()
    interrupts_are_raised()
    data = file.read()
    fan = ActivationFan.of(data, n_terms)
    found, more = Found(n_terms), questions.unanswered
    stopped_by = guarded(limits.deadline, lambda: _count(fan, found, limits.limit))
    if stopped_by is None and more:
        stopped_by = guarded(limits.deadline, lambda: _answer(fan, questions, more), "listing cones")
    document = {
        "terms": n_terms,
        "maximal_cones": found.maximal_cones,
        "classes": found.classes,
        "dimension": fan.dim,
        "lineality": fan.lineality_dim,
        "polytope_dimension": fan.dim - fan.lineality_dim,
        "at_most": most_colorings(data, n_terms),
        **more,
    }
    described_data = described(data, file.data)
    stopped_by = report(answer, show, document, data=described_data, stopped_by=stopped_by, started=started)
    return files.write_after(stopped_by, fan, limits.deadline)


def _number_of_terms(text: str) -> int:
    """Return the number that --terms spells.

    >>> _number_of_terms("3")
    3
    """
    numbers = positive_integers(text)
    if numbers is not None and len(numbers) == 2:
        raise InputError(
            f"--terms {text}: an activation fan has one number of terms; give --terms {sum(numbers)}, those of g and h "
            "together, or ask 'tropical dichotomies' or 'classify' about sign(g - h)"
        )
    if numbers is None or len(numbers) != 1:
        raise InputError(f"--terms {shortened(text)}; give the number of affine forms, a positive integer")
    return numbers[0]


@frozen
class Found:
    """How many partitions into argmax classes were found so far."""

    n_terms: int
    counts: dict[int, int] = field(factory=dict)

    @property
    def classes(self) -> list[int]:
        """(a_1, a_2, ...), up to the last that is not 0."""
        return [self.counts.get(k, 0) for k in range(1, max(self.counts, default=0) + 1)]

    @property
    def maximal_cones(self) -> int:
        """The number of maximal cones, by the counting law."""
        return sum(count * perm(self.n_terms, k) for k, count in self.counts.items())


def _count(fan: ActivationFan, found: Found, limit: int | None) -> None:
    """Find the partitions into argmax classes, as far as the limit allows."""
    from tropical.fans.activation.argmax_classes import realized_colors

    total = 0
    with running_count("maximal cones") as show:
        for _, n_classes in realized_colors(fan.search, fan.n_terms):
            found.counts[n_classes] = found.counts.get(n_classes, 0) + 1
            total += perm(fan.n_terms, n_classes)
            if limit is not None and total > limit:
                raise LimitReached(f"more than {limit} maximal cones", total)
            show(total)


def _answer(fan: ActivationFan, questions: FanQuestions, more: Document) -> None:
    """Answer what else was asked for, one question after the other."""
    from tropical.fans.activation.faces import f_vector, pattern_cones
    from tropical.fans.activation.polytope import polytope_document

    if questions.f_vector:
        more["f_vector"] = list(f_vector(fan))
    if questions.patterns:
        cones = [cone.as_dict() for cone in pattern_cones(fan)]
        more |= {"patterns": len(cones), "all_patterns": cones}
    if questions.polytope:
        more["polytope"] = polytope_document(fan)
    if questions.cones:
        more["cones"] = [cone.as_dict() for cone in fan.cones()]


def show(document: Document) -> None:
    """Print an activation fan for a person."""
    data = document["data"]
    distinct = "" if data["points"] == data["distinct_points"] else f" ({data['distinct_points']} distinct)"
    console = Console(highlight=False, soft_wrap=True)
    headline = f"{data['source']}: {data['points']} points{distinct} in Q^{data['dim']}, {document['terms']} terms"
    console.print(printable(headline), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    table.add_row("maximal cones", f"{document['maximal_cones']:,}")
    table.add_row("classes a_1, a_2, ...", _numbers(document["classes"]))
    table.add_row("dimension", f"{document['dimension']}, lineality {document['lineality']}")
    if document.get("f_vector") is not None:
        table.add_row("f-vector", _numbers(document["f_vector"]))
    if document.get("patterns") is not None:
        table.add_row("patterns", f"{document['patterns']:,}")
    if document.get("polytope") is not None:
        polytope = document["polytope"]
        sizes = f"{len(polytope['vertices']):,} vertices, {len(polytope['inequalities']):,} facets"
        table.add_row("activation polytope", f"dimension {polytope['dim']}, {sizes}")
    if document.get("cones") is not None:
        table.add_row("cones", "\n".join("".join(_color(c) for c in cone["colors"]) for cone in document["cones"]))
    table.add_row("complete", "yes" if document["complete"] else "no")
    table.add_row("seconds", f"{document['seconds']:.2f}")
    console.print(table)


def _color(color: int) -> str:
    return str(color) if color < 10 else f"({color})"


def _numbers(values: list[int]) -> str:
    return " ".join(f"{value:,}" for value in values) or "none"
