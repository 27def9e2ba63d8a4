"""What the commands ``inspect``, ``diff``, ``extrema`` and ``lipschitz`` ask, and how they say the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from polytopes.errors import DomainError, InputError
from tropical.cli.networks.surveys import Question
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey

MOST_NAMES = 12
"""So many units, or coordinates of a point, are shown in a line of a table."""


def inspection() -> Question:
    """What is degenerate about a network?"""

    def survey(network: Network, domain: Polyhedron | None, relative: bool) -> Survey[Any]:
        from tropical.regions.surveys.degeneracy import DegeneracySurvey

        return DegeneracySurvey(network=network, domain=domain, relative=relative)

    return Question(_only, survey, _show_degeneracy)


def comparison(volume: bool) -> Question:
    """Where do two networks differ, and how much?"""

    def joint(networks: Sequence[Network]) -> Network:
        from tropical.regions.surveys.difference import difference_network

        return difference_network(*networks)

    def survey(network: Network, domain: Polyhedron | None, relative: bool) -> Survey[Any]:
        from tropical.regions.surveys.difference import DifferenceSurvey, measure

        return DifferenceSurvey(domain_volume=measure(domain) if volume else None)

    return Question(joint, survey, _show_difference)


def extremes(component: int | None, functional: str | None) -> Question:
    """What are the least and greatest values of the outputs, of one of them, or of a linear functional of them?"""
    from tropical.regions.surveys.extrema import ExtremaSurvey

    if component is not None and functional is not None:
        raise InputError("--component and --functional are both given; give one of them")
    return Question(_chosen(component, functional), lambda *_: ExtremaSurvey(), _show_extrema)


def _chosen(component: int | None, functional: str | None) -> Callable[[Sequence[Network]], Network]:
    def choose(networks: Sequence[Network]) -> Network:
        from tropical.cli.arguments import numbers
        from tropical.regions.surveys.extrema import functionals

        if component is not None:
            return networks[0].output(component)
        if functional is not None:
            return functionals(networks[0], [numbers(functional, "--functional")])
        return networks[0]

    return choose


def steepness() -> Question:
    """What are the Lipschitz constants?"""

    def survey(network: Network, domain: Polyhedron | None, relative: bool) -> Survey[Any]:
        from tropical.regions.surveys.lipschitz import LipschitzSurvey

        if domain is not None and not domain.is_empty and not domain.is_full_dimensional:
            raise DomainError(
                f"the domain has dimension {domain.dim} in Q^{domain.ambient_dim}; Lipschitz constants are found on "
                "full-dimensional domains only: give one"
            )
        return LipschitzSurvey()

    return Question(_only, survey, _show_lipschitz)


def _only(networks: Sequence[Network]) -> Network:
    return networks[0]


def _table() -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(overflow="fold", style="bold")
    return table


def _finish(table: Table, document: dict[str, Any]) -> None:
    table.add_row("activation regions", f"{document['activation_regions']:,}")
    table.add_row("complete", "yes" if document["complete"] else "no")
    if "seconds" in document:
        table.add_row("seconds", f"{document['seconds']:.2f}")
    Console(highlight=False, markup=False).print(table)


def _point(entries: Sequence[str]) -> str:
    more = ["..."] if len(entries) > MOST_NAMES else []
    return f"({', '.join([*map(short_number, entries[:MOST_NAMES]), *more])})"


def _extremum(found: dict[str, Any] | None, infinite: str) -> str:
    if found is None:
        return "not found"
    if found["value"] is None:
        return f"{infinite}, along {_point(found['ray'])} from {_point(found['point'])}"
    return f"{short_number(found['value'])} at {_point(found['point'])}"


def _show_extrema(document: dict[str, Any]) -> None:
    table = _table()
    for k, output in enumerate(document.get("outputs", ())):
        table.add_row(f"output {k}: minimum", _extremum(output["minimum"], "-inf"))
        table.add_row(f"output {k}: maximum", _extremum(output["maximum"], "+inf"))
    _finish(table, document)


def _show_lipschitz(document: dict[str, Any]) -> None:
    table = _table()
    for key, name in (("l1", "l1"), ("linf", "max norm"), ("l2_squared", "l2, squared")):
        found = document.get(key)
        if found is not None:
            text = found["value"]
            shown = short_number(found["upper"] if text is None else text)
            table.add_row(name, f"{shown} around {_point(found['point'])}")
    _finish(table, document)


def _show_difference(document: dict[str, Any]) -> None:
    table = _table()
    words = {True: "yes", False: "no", None: "not known"}
    table.add_row("equal", words[document.get("equal")])
    if "differing_regions" in document:
        table.add_row("largest difference", _extremum(document["largest_difference"], "+inf"))
        table.add_row("regions where they differ", f"{document['differing_regions']:,}")
    if document.get("differing_fraction") is not None:
        table.add_row("part of the volume where they differ", short_number(document["differing_fraction"]))
    _finish(table, document)


def _show_degeneracy(document: dict[str, Any]) -> None:
    table, none = _table(), "none" if document["complete"] else "none proven"
    if "units" in document:
        table.add_row("units", f"{document['units']:,}")
        for key in ("dead", "constant", "unread", "redundant"):
            table.add_row(key, _names(document[key]) or none)
        for key in ("proportional", "mergeable"):
            table.add_row(key, _lines(_class_line(group) for group in document[key]) or none)
        walls = (f"{_names(w['units'])}: {w['sides']} sides" for w in document["shared_walls"])
        table.add_row("shared walls", _lines(walls) or none)
        drops = _lines(_drop(weight) for weight in document["weight_ranks"] if weight["drops"])
        table.add_row("rank drops of weights", drops or "none")
        ranks = document["jacobian"]["regions_by_rank"]
        table.add_row("Jacobian", _lines(f"rank {r}: {n:,} regions" for r, n in ranks.items()))
    _finish(table, document)


def _names(found: Sequence[dict[str, Any]]) -> str:
    names = [f"{unit['layer']}[{unit['unit']}]" for unit in found]
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown}, ... ({len(names)})" if len(names) > MOST_NAMES else shown


def _class_line(group: dict[str, Any]) -> str:
    factors = ", ".join(map(short_number, group["factors"][:MOST_NAMES]))
    units = _names([{"layer": group["layer"], "unit": unit} for unit in group["units"]])
    return f"{units} as {factors}"


def _drop(weight: dict[str, Any]) -> str:
    rows, columns = weight["shape"]
    return f"{weight['layer']} {rows} × {columns}: rank {weight['rank']}"


def _lines(lines: Iterable[str]) -> str:
    shown = list(lines)
    more = [f"... ({len(shown)})"] if len(shown) > MOST_NAMES else []
    return "\n".join([*shown[:MOST_NAMES], *more])
