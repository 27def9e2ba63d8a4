"""The combinatorial type in the answer of ``tropical boundary``: the signed regular subdivision of the terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from polytopes.errors import LimitReached, UnsupportedError
from tropical.cli.functions.sources import input_dim, terms_progress
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.networks.network import Network

CHEAP = (1000, 1000, 600, 400, 300, 150, 60)
"""Terms of a class in 0, 1, 2, ... variables, the last number for more, up to which a type is found unasked.

So many take a few seconds at most.
"""
CHEAP_REGIONS, CHEAP_INPUTS = 2000, 64
"""Activation regions and inputs up to which a network is converted unasked."""


def type_document(boundary: DecisionBoundary) -> Document:
    """Return what a document says of the signed subdivision of a boundary."""
    sub = boundary.subdivision
    signed = boundary.signed_f_vectors().items()
    return {
        "terms": [polynomial.n_terms for polynomial in boundary.classes],
        "subdivision": {
            "dim": sub.dim,
            "f_vector": list(sub.f_vector()),
            "signed_f_vectors": [{"classes": sorted(classes), "f_vector": list(counts)} for classes, counts in signed],
            "labels": list(boundary.labels),
            "maximal_cells": [list(cell) for cell in sub.maximal_cells],
        },
    }


def no_type(reason: str) -> Document:
    """Return what a document says of a type that is not found."""
    return {"terms": None, "subdivision": None, "subdivision_missing": reason}


def find_type(
    source: DecisionBoundary | Network, n_regions: int, wanted: bool | None, walk: WalkOptions
) -> tuple[Document, Stop | None]:
    """Return what a document says of the type of the boundary over the whole space, and what stopped the work, if any.

    Args:
        source: a boundary by its classes, or a network, which is converted.
        n_regions: its activation regions.
        wanted: whether the type is asked for; None for where it is cheap.
        walk: with the most terms of a class, and the deadline.
    """
    if wanted is False:
        return no_type("--no-type is given"), None
    limit = walk.limit
    if wanted is None:
        if input_dim(source) > CHEAP_INPUTS:
            return no_type(f"there are more than {CHEAP_INPUTS} inputs; ask for it with --type"), None
        cheap = CHEAP[min(input_dim(source), len(CHEAP) - 1)]
        limit = cheap if limit is None else min(limit, cheap)
        if n_regions > CHEAP_REGIONS:
            return no_type(f"there are more than {CHEAP_REGIONS:,} activation regions; ask for it with --type"), None
    try:
        with time_limit(walk.deadline):
            return type_document(_converted(source, limit)), None
    except LimitReached:
        way = "ask for it with --type" if wanted is None else "raise the limit"
        return no_type(f"a class has more than {limit:,} terms; {way}"), "limit" if wanted else None
    except UnsupportedError as error:
        return no_type(str(error)), None
    except TimeUp:
        return no_type("stopped by the clock"), "timeout"
    except KeyboardInterrupt:
        return no_type("interrupted"), "interrupt"


def _converted(source: DecisionBoundary | Network, limit: int | None) -> DecisionBoundary:
    """Return the boundary, if no class has more terms than the limit.

    Raises:
        LimitReached: if one has.
    """
    from tropical.networks.network import Network
    from tropical.representations.conversion import decision_boundary

    if isinstance(source, Network):
        with terms_progress() as progress:
            return decision_boundary(source, limit=limit, progress=progress)
    if limit is not None and max(polynomial.n_terms for polynomial in source.classes) > limit:
        raise LimitReached(f"a class has more than {limit} terms")
    return source


def show_type(document: Document) -> None:
    """Print the signed subdivision in a document, or why there is none."""
    console = Console(highlight=False, soft_wrap=True)
    sub = document["subdivision"]
    if sub is None:
        console.print(f"signed subdivision: not found, {document['subdivision_missing']}")
        return
    names = document["class_names"]
    numbers = ", ".join(f"{name} {n:,}" for name, n in zip(names, document["terms"], strict=True))
    console.print(f"signed subdivision of the terms ({numbers})")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("dimension", "cells", *names, "mixed"):
        table.add_column(heading, justify="right")
    pure = {tuple(part["classes"]): part["f_vector"] for part in sub["signed_f_vectors"] if len(part["classes"]) == 1}
    for k, number in enumerate(sub["f_vector"]):
        own = [pure[label,][k] if (label,) in pure else 0 for label in range(len(names))]
        table.add_row(*(f"{n:,}" for n in (k, number, *own, number - sum(own))))
    console.print(table)
