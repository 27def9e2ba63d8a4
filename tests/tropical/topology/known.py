"""Known answers on the topology of piecewise linear functions; their file says how they were found."""

from __future__ import annotations

import json
from fractions import Fraction
from math import lcm
from typing import Any

from polytopes import Polyhedron
from tests.paths import DATA
from tropical import Network
from tropical.networks.readers.expressions import expression_network

ENTRIES: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in json.loads((DATA / "topology.json").read_text(encoding="utf-8"))["entries"]
}


def of_kind(kind: str) -> list[str]:
    return [name for name, entry in ENTRIES.items() if entry["kind"] == kind]


def network_of(entry: dict[str, Any]) -> Network:
    given = entry["input"]
    if entry["kind"] == "classes":
        return expression_network(given["scores"], given["variables"])
    if isinstance(given["function"], str):
        return expression_network(given["function"], given["variables"])
    return Network.from_weights([(layer["W"], layer["b"]) for layer in given["function"]])


def domain_of(entry: dict[str, Any]) -> Polyhedron | None:
    rows = []
    for texts in entry["input"]["domain"]:
        numbers = [Fraction(text) for text in texts]
        scale = lcm(*(number.denominator for number in numbers))
        rows.append(tuple(int(number * scale) for number in numbers))
    return Polyhedron.from_rows(rows, (), len(entry["input"]["variables"])) if rows else None
