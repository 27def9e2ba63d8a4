"""Boxes and JSON written by hand: what is read, and what is refused with which reason."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from polytopes.errors import FileFormatError, InputError
from polytopes.formats import load, load_domain, save
from polytopes.formats.plain import Bounds, parse, parse_box, parse_polyhedron
from polytopes.polyhedra.polyhedron import Polyhedron

SQUARE = Polyhedron.box([-1, -1], [1, 1])


@pytest.mark.parametrize("text", ["-1,1", "-1,1;-1,1", "-1.0,3/3;-2/2,1e0", " -1 , 1 "])
def test_spellings_of_a_box(text: str) -> None:
    assert parse_box(text, 2).polyhedron == SQUARE


def test_decimals_are_exact() -> None:
    assert parse_box("0.1,1/3;-2.50,1e-3", 2) == Bounds(
        (Fraction(1, 10), Fraction(-5, 2)), (Fraction(1, 3), Fraction(1, 1000))
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,-1", "empty"),
        ("-1,1;2,1", "coordinate 1"),
        ("-1,1;-1,1;-1,1", "3 intervals for 2 coordinates"),
        ("1", "1 numbers where an interval"),
        ("", "rational"),
        ("nan,1", "rational"),
        ("-1,1;", "rational"),
    ],
)
def test_wrong_boxes(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_box(text, 2)


def test_bounds_and_rows_are_the_same_square() -> None:
    assert parse('{"lower": [-1, "-1"], "upper": [1, 1.0], "features": ["a", "b"]}') == Bounds((-1, -1), (1, 1))
    rows = '{"inequalities": [[1, 1, 0], [1, -1, 0], ["1/2", 0, "1/2"], [1.0, 0, -1]]}'
    assert parse(rows) == SQUARE == parse_polyhedron('{"lower": [-1, -1], "upper": [1, 1]}')
    assert parse_polyhedron('{"inequalities": [[0, 1, 0]], "equations": [[-1, 0, 1]]}').dim == 1


def test_a_box_of_many_coordinates_asks_for_one_space(tmp_path: Path) -> None:
    path = tmp_path / "box.json"
    path.write_text(json.dumps({"lower": [0] * 3072, "upper": [1] * 3072}))
    found = load_domain(path)
    assert isinstance(found, Bounds) and len(found.lower) == len(found.upper) == 3072
    path.write_text(json.dumps({"lower": [0] * 5000, "upper": [1] * 5000}))
    with pytest.raises(FileFormatError, match="spaces of dimension 5,000"):
        load_domain(path)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "square.json"
    path.write_text('{"lower": [-1, -1], "upper": [1, 1]}')
    assert load(path) == SQUARE and isinstance(load_domain(path), Bounds)
    save(SQUARE, path)
    assert load(path) == load_domain(path) == SQUARE
    path.write_text('{"lower": [0, 1], "upper": [1]}')
    with pytest.raises(FileFormatError, match=r"square\.json: there are 2 lower and 1 upper bounds"):
        load(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("[]", "an object with"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", '"lower" and "upper"'),
        ('{"lower": [0, 0], "upper": [1, 1], "inequalities": [[0, 1, 0]]}', "not both"),
        ('{"lower": [0, 0], "upper": [1, 1], "lower": [1, 1]}', "a key twice"),
        ('{"lower": [0, 0]}', '"upper" is missing'),
        ('{"inequalities": []}', "no row"),
        ('{"inequalities": 5}', "not a list"),
        ('{"lower": 0, "upper": 1}', '"lower" is not a list'),
        ('{"inequalities": [[]]}', "0 entries"),
        ('{"lower": [0, 0], "upper": [1, true]}', "true is not a number"),
        ('{"inequalities": [[1, 2], [1, 2, 3]]}', "2 and 3 entries"),
    ],
)
def test_wrong_json(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse(text)
