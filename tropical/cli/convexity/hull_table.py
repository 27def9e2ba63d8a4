"""What ``tropical hull`` prints for a person."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from tropical.cli.networks.surveys import answer_table
from tropical.cli.starting import Document

MOST_SHOWN = 40
"""Half-spaces and volumes that are printed for a person; documents have all."""
NUMBERS = (("points", "n"), ("coordinates", "d"), ("dimension", "dim"), ("tropical rank", "tropical_rank"))
VECTORS = (("cells of dimension 0, 1, ...", "f_vector"), ("cells of the torus", "torus_f_vector"))


def show(document: Document) -> None:
    """Print what is known of a hull for a person; what is not complete is a lower bound."""
    table = answer_table()
    least = "" if document["complete"] else "at least "
    if document["arrangement"] is not None:
        bounded = f"bounded cells are the {document['convention']}-polytope of the apices"
        table.add_row("arrangement", f"of {document['arrangement']}-hyperplanes; {bounded}")
    elif document["convention"] == "min":
        table.add_row("convention", "min")
    for name, key in NUMBERS:
        if document[key] is not None:
            table.add_row(name, f"{least if key in ('dim', 'tropical_rank') else ''}{document[key]:,}")
    if document["extreme"] is not None:
        table.add_row("extreme points", _spaced(document["extreme"]))
    if document["pseudovertices"] is not None:
        table.add_row("pseudovertices", f"{least}{len(document['pseudovertices']):,}")
    for name, key in VECTORS:
        if document[key] is not None:
            table.add_row(name, least + " ".join(f"{n:,}" for n in document[key]))
    if document["generic"] is not None:
        table.add_row("generic", "yes" if document["generic"] else "no")
    if document["polytrope"] is not None:
        witness = document["polytrope_witness"]
        table.add_row(
            "polytrope", "yes" if witness is None else f"no: its alcoved hull has {', '.join(witness['point'])}"
        )
    halves = document.get("halfspaces", [])
    for half in halves[:MOST_SHOWN]:
        table.add_row("half-space", f"apex {', '.join(half['apex'])}; sectors {_spaced(half['sectors'])}")
    if len(halves) > MOST_SHOWN:
        table.add_row("half-spaces", f"{len(halves):,} in all")
    if "subdivision" in document:
        volumes = document["subdivision"]["mixed_volumes"]
        more = " ..." if len(volumes) > MOST_SHOWN else ""
        table.add_row("volumes of mixed cells", f"{_spaced(volumes[:MOST_SHOWN])}{more}; total {sum(volumes):,}")
    for own in document.get("at", []):
        table.add_row(f"point {', '.join(own['x'])}", _where(own))
    Console(highlight=False, markup=False).print(table)


def _where(own: Document) -> str:
    if own["inside"]:
        return "inside"
    if own["projection"] is None:
        return "outside; no point of the polytope is near"
    distance = "infinite distance" if own["distance"] is None else f"distance {own['distance']}"
    return f"at {distance} from {', '.join(own['projection'])}"


def _spaced(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))
