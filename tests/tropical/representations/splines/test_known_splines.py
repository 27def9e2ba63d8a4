"""Splines with known answers: interpolation, classification, wide networks."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tropical import Network, parse, shallow_form
from tropical.representations.shallow_form import ShallowForm
from tropical.representations.splines import (
    BiasDensity,
    all_minimizers,
    breakpoints,
    classify_line,
    least_norm,
    least_variation,
    sparsest_interpolant,
    wide_interpolant,
)

ENTRIES: list[dict[str, Any]] = json.loads(Path("tests/data/splines.json").read_text(encoding="utf-8"))["entries"]


def named(start: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "entry", [pytest.param(own, id=own["id"]) for own in ENTRIES if own["id"].startswith(start)]
    )


@named("D-spline")
def test_interpolation(entry: dict[str, Any]) -> None:
    given, value = entry["input"], entry["value"]
    found = all_minimizers(given["x"], given["y"])
    known = {"total_variation": value["total_variation"], "norm": value["norm"], "unique": value["unique"]}
    assert found.as_dict().items() >= {**known, "fewest_knots": value["fewest_knots"]}.items()
    sparse = sparsest_interpolant(given["x"], given["y"])
    assert [[str(knot.at), str(knot.jump)] for knot in sparse.knots] == value["knots"]
    polygon, least = (make(given["x"], given["y"]) for make in (least_variation, least_norm))
    assert str(polygon.total_variation) == str(sparse.total_variation) == value["total_variation"]
    assert str(least.norm) == value["norm"]
    for own in (sparse, polygon, least):
        network = own.network()
        assert [network([x]) for x in given["x"]] == [(Fraction(y),) for y in given["y"]]


@named("D-classify")
def test_classification(entry: dict[str, Any]) -> None:
    given = entry["input"]
    found = [classify_line(given["x"], given["labels"], linear_term=linear) for linear in (True, False)]
    assert [str(own.value) for own in found] == entry["value"]


@named("D-mirror")
def test_wide_networks(entry: dict[str, Any]) -> None:
    given, value = entry["input"], entry["value"]
    h = wide_interpolant(given["x"], given["y"], BiasDensity.pieces(given["density"]), given["activation"])
    assert list(map(str, h.coefficients)) == value["coefficients"]
    assert {t: str(h(t)) for t in value["values"]} == value["values"]
    assert str(h.functional) == value["functional"]
    if given["activation"] == "relu":
        assert list(map(str, h.parts)) == value["G"]
        assert list(map(str, h.slopes)) == value["slopes_at_infinity"]


@named("D-breakpoints")
def test_breakpoints(entry: dict[str, Any]) -> None:
    given, value = entry["input"]["network"], entry["value"]
    layers = [(layer["weight"], layer["bias"]) for layer in (*given["hidden"], given["output"])]
    found = breakpoints(Network.from_weights(layers), -2, 2)
    assert list(map(str, found.x)) == value["x"]
    assert [str(y) for (y,) in found.values] == value["y"]
    assert found.n_activation_regions == value["activation_regions"]
    assert found.graph_length is not None
    assert str(found.graph_length.exact) == value["graph_length"]


@named("D-seminorm")
def test_seminorms(entry: dict[str, Any]) -> None:
    found = shallow_form(parse(entry["input"]["function"]))
    if isinstance(found, ShallowForm):
        assert str(found.seminorm) == entry["value"]
    else:
        assert (entry["value"], found.row) == ("not shallow", (0, 1, -1))
