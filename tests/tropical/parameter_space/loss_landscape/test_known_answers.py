"""Patterns, ranks, probabilities and landscapes found by other programs: by tuples, and by linear programs."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.paths import DATA
from tropical.parameter_space.loss_landscape import rank_probabilities, rank_table, squares_landscape, unit_patterns

KNOWN: list[dict[str, Any]] = json.loads((DATA / "squares.json").read_text())


def of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(own, id=f"{own['name']}-{own['kind']}") for own in KNOWN if own["kind"] in kinds]


def numbers(texts: list[Any]) -> list[Any]:
    return [numbers(text) if isinstance(text, list) else Fraction(text) for text in texts]


def test_all_kinds_are_tried() -> None:
    kinds = {"count", "list", "ranks", "full", "last_ranks", "probability", "stationary"}
    assert {own["kind"] for own in KNOWN} == kinds and len(KNOWN) == 58


@pytest.mark.parametrize("known", of_kind("count", "list"))
def test_patterns(known: dict[str, Any]) -> None:
    found = unit_patterns(numbers(known["data"]), bias=False)
    assert known["value"] == (len(found) if known["kind"] == "count" else [own.text for own in found])


@pytest.mark.parametrize("known", of_kind("ranks", "full", "last_ranks"))
def test_ranks(known: dict[str, Any]) -> None:
    table = rank_table(numbers(known["data"]), known["units"], bias=False)
    by_rank = [{str(rank): number for rank, number in row.by_rank.items()} for row in table[1:]]
    full = [row.full for row in table[1:]]
    assert known["value"] == {"ranks": by_rank, "full": full, "last_ranks": by_rank[-1]}[known["kind"]]


@pytest.mark.parametrize("known", of_kind("probability"))
def test_probabilities(known: dict[str, Any]) -> None:
    table = rank_probabilities(numbers(known["data"]), known["units"], bias=False, digits=25)
    for row, text in zip(table[1:], known["value"], strict=True):
        assert row.full.upper - row.full.lower < Fraction(1, 10**25)
        assert abs(row.full.lower - Fraction(text)) < Fraction(1, 10**20)


@pytest.mark.parametrize("known", of_kind("stationary"))
def test_stationary_points(known: dict[str, Any]) -> None:
    found = squares_landscape(*(numbers(known[key]) for key in ("data", "targets", "outer")), bias=False)
    document = {**found.as_dict(), "patterns": found.n_patterns}
    assert {key: document[key] for key in known["value"]} == known["value"]
    assert found.complete and found.examples.keys() == found.stationary_by_loss.keys()
