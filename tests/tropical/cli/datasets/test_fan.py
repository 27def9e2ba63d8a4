"""The command fan: documents, tables, limits, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, tropical
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.data_set import DataSet

SQUARE = "x,y,label\n0,0,+\n1,0,-\n0,1,-\n1,1,+\n"


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """Its labels are found by the name of their column."""
    path = tmp_path / "square.csv"
    path.write_text(SQUARE)
    return path


def test_counts(square: Path) -> None:
    found = document("fan", square, "--terms", 3)
    assert found["maximal_cones"] == 75 and found["classes"] == [1, 6, 6]
    assert found["dimension"] == 9 and found["lineality"] == 3
    assert found["complete"] and found["stopped_by"] is None
    assert found["data"] == {"source": str(square), "points": 4, "distinct_points": 4, "dim": 2, "rank": 3}
    assert "f_vector" not in found and "cones" not in found


def test_everything(square: Path, tmp_path: Path) -> None:
    out = tmp_path / "fan.json"
    asked = ("--f-vector", "--patterns", "--polytope", "--cones")
    found = document("fan", square, "--terms", 3, *asked, "-o", out)
    assert json.loads(out.read_text()) == found
    assert found["f_vector"] == [75, 276, 432, 351, 144, 24]
    assert found["patterns"] == len(found["all_patterns"]) == 1303
    assert len(found["polytope"]["vertices"]) == 75 and len(found["polytope"]["inequalities"]) == 24
    fan = ActivationFan.of(DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)]), 3)
    for cone in found["cones"]:
        assert fan.locate(cone["parameter"]) == tuple(cone["colors"])


def test_table(square: Path) -> None:
    result = tropical("fan", square, "--terms", 2, "--f-vector", "--patterns", "--polytope", "--cones")
    assert result.exit_code == 0
    for text in ("4 points in Q^2, 2 terms", "14 24 12", "51", "14 vertices, 12 facets", "0001", "complete"):
        assert text in result.stdout


def test_repeated_and_weighted_points(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,weight\n0.5,2\n1/2,1\n3,1\n")
    found = document("fan", path, "--terms", 2)
    assert found["maximal_cones"] == 4 and found["data"]["distinct_points"] == 2


def test_a_limit_says_what_was_found(square: Path) -> None:
    found = document("fan", square, "--terms", 3, "--limit", 74, "--f-vector", code=3)
    assert found["stopped_by"] == "limit" and not found["complete"]
    assert 0 < found["maximal_cones"] <= 75 and found["f_vector"] is None
    assert document("fan", square, "--terms", 3, "--limit", 75)["complete"]
    assert tropical("fan", square, "--terms", 3, "--limit", 1).exit_code == 3


def test_a_timeout_says_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("".join(f"{i},{i * i % 101},{i * 37 % 89}\n" for i in range(60)))
    found = document("fan", path, "--terms", 4, "--timeout", 1, code=3)
    assert found["stopped_by"] == "timeout" and not found["complete"]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("1,2\n3\n", ("--terms", 2), "line 2: 1 cells"),
        (SQUARE, ("--terms", 2, "--labels", "z"), "no column 'z'"),
        (SQUARE, ("--terms", 0), "--terms"),
        (SQUARE, (), "--terms"),
        ("a,b\n1,x\n", ("--terms", 2), "'x' is not a rational number"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, content: str, options: tuple[object, ...], message: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(content)
    result = tropical("fan", path, *options)
    assert result.exit_code == 2 and result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ") and message in line


def test_a_header_alone_is_said_to_have_no_points(tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text("x,y\n")
    result = tropical("fan", path, "--terms", 2, "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["data"]["points"] == 0
    assert result.stderr == f"{path} has no points: its only line is a header\n"


def test_the_input_is_not_overwritten(square: Path) -> None:
    result = tropical("fan", square, "--terms", 2, "-o", square)
    assert result.exit_code == 2 and "would be overwritten" in result.stderr
    assert square.read_text() == SQUARE
