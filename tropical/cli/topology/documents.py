"""The JSON document of ``tropical topology``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from polytopes.errors import VerificationFailed
from tropical.cli.starting import Document
from tropical.cli.topology.questions import SetChoice

if TYPE_CHECKING:
    from polytopes.homology.chain_complex import HomologyGroup
    from polytopes.homology.coefficients import Ring
    from tropical.topology import CellComplex, CellSet, Component, ScoreComplex
    from tropical.topology.region_complex import RegionComplex

UNKNOWN: Document = {
    "dimension": None,
    "domain_bounded": None,
    "lineality": None,
    "cells": None,
    "activation_regions": None,
    "levels": None,
    "classes": None,
    "boundary": None,
    "barcode": None,
    "field": None,
    "critical": None,
    "regular_flat_components": None,
    "checks": None,
    "complete": False,
}
"""The keys of the answer, before anything is known."""


def complex_part(found: RegionComplex) -> Document:
    """Return what a document says of the cells."""
    return {
        "dimension": found.dim,
        "domain_bounded": found.is_domain_bounded,
        "lineality": found.lineality,
        "cells": list(found.f_vector()),
        "activation_regions": found.n_regions,
    }


def function_part(found: CellComplex, asked: SetChoice) -> Document:
    """Return what a document says of the sets of a function."""
    answer: Document = {"field": asked.ring_name}
    checks = ["the Euler characteristic of the domain is 1", "values at vertices are those of the network"]
    if asked.level:
        answer["levels"] = list(_levels(found, asked))
        checks.append("boundaries of boundaries are 0; points of components have values as they should")
        if asked.theory == "ordinary":
            checks.append("there are as many components as the rank of homology in degree 0")
    field = asked.ring if isinstance(asked.ring, int) else 0
    if asked.has_barcode:
        answer["barcode"] = [
            {"degree": bar.degree, "birth": end(bar.birth, "-inf"), "death": end(bar.death, "inf")}
            for bar in found.barcode(field)
        ]
        checks.append("one bar is infinite, in degree 0")
    if asked.has_critical:
        answer |= _critical(found, asked.ring)
        checks.append("relative homology accounts for births and deaths of all bars")
    return answer | {"checks": checks}


def _levels(found: CellComplex, asked: SetChoice) -> Iterator[Document]:
    for level in asked.levels:
        for name, relation in asked.relations.items():
            own = found.set(relation, level)
            head = {"level": str(level), "set": name, "relation": relation, "theory": str(asked.theory)}
            yield head | set_part(own, asked)


def set_part(own: CellSet, asked: SetChoice) -> Document:
    """Return what a document says of the homology and the components of a set.

    Raises:
        VerificationFailed: if it has not as many components as the rank of its homology in degree 0.
    """
    groups = own.homology(asked.theory, asked.ring)
    parts = _components(own, groups[0].rank if asked.theory == "ordinary" else None)
    document: Document = {
        "betti": [group.rank for group in groups],
        "torsion": torsion(groups),
        "euler": own.euler,
        "euler_compact": own.euler_compact,
        "components": len(parts),
        "bounded": own.is_bounded,
        "parts": [
            {
                "point": texts(part.point),
                "lower": [None if bound is None else str(bound) for bound in part.lower],
                "upper": [None if bound is None else str(bound) for bound in part.upper],
                "regions": len(part.regions),
            }
            for part in parts
        ],
    }
    if asked.cycles:
        field = asked.ring if isinstance(asked.ring, int) else 0
        document["cycles"] = [
            {
                "degree": degree,
                "cells": [
                    {"dim": cell.dim, "point": texts(cell.point), "coefficient": cell.coefficient} for cell in cycle
                ],
            }
            for degree in range(1, len(groups))
            for cycle in own.cycles(degree, field)
        ]
    return document


def _components(own: CellSet, rank: int | None) -> tuple[Component, ...]:
    """Return the components of a set, which are as many as the rank of its ordinary homology in degree 0, if known."""
    parts = own.components()
    if rank is not None and rank != len(parts):
        raise VerificationFailed("the components of a set and its homology in degree 0 do not agree")
    return parts


def _critical(found: CellComplex, ring: Ring) -> Document:
    critical = found.critical(ring)
    return {
        "critical": [
            {
                "value": str(own.value),
                "relative_betti": list(own.relative_betti),
                "torsion": torsion(own.relative),
                "index": own.index,
                "flat_dim": own.flat_dim,
                "bounded": own.bounded,
                "point": texts(own.point),
            }
            for own in critical.components
        ],
        "regular_flat_components": critical.n_regular_flat,
    }


def classes_part(found: ScoreComplex, asked: SetChoice) -> Document:
    """Return what a document says of classes and the boundary between them."""
    ring, rows, opened = asked.ring, list[Document](), 0
    for label in range(found.n_classes):
        closed, inside = found.class_region(label), found.class_region(label, strict=True)
        betti, whole = inside.betti(field=ring), closed.betti(field=ring)
        parts = _components(inside, betti[0])
        opened += len(parts)
        rows.append(
            {
                "class": label,
                "closed": list(whole),
                "closed_borel_moore": list(closed.betti("borel-moore", ring)),
                "open": list(betti),
                "bounded": closed.is_bounded,
                "euler": closed.euler,
                "euler_compact": closed.euler_compact,
                "components": len(_components(closed, whole[0])),
                "open_components": len(parts),
                "points": [texts(part.point) for part in parts],
            }
        )
    boundary = found.class_boundary()
    by_theory = {
        name.replace("-", "_"): list(boundary.betti(name, ring)) for name in ("ordinary", "borel-moore", "compactified")
    }
    own = set_part(boundary, asked)
    kept = {key: value for key, value in own.items() if key != "betti"}
    checks = ["the Euler characteristic of the domain is 1", "boundaries of boundaries are 0"]
    checks.append("points of components are preferred by the classes as they should")
    checks.append("there are as many components as the rank of homology in degree 0")
    return {
        "field": asked.ring_name,
        "classes": rows,
        "boundary": {**by_theory, **kept, "complement_components": opened},
        "checks": checks,
    }


def torsion(groups: Iterable[HomologyGroup]) -> dict[str, list[str]]:
    """Return the orders of finite cyclic summands by degree; degrees without any are left out.

    >>> from polytopes.homology import HomologyGroup
    >>> torsion([HomologyGroup(1), HomologyGroup(0, (2, 4))])
    {'1': ['2', '4']}
    """
    return {str(degree): list(map(str, group.torsion)) for degree, group in enumerate(groups) if group.torsion}


def texts(numbers: Iterable[Fraction]) -> list[str]:
    """Return numbers as documents have them."""
    return [str(number) for number in numbers]


def end(value: Fraction | None, infinite: str) -> str:
    """Return an end of a bar as documents have it.

    >>> end(None, "-inf"), end(Fraction(1, 2), "inf")
    ('-inf', '1/2')
    """
    return infinite if value is None else str(value)
