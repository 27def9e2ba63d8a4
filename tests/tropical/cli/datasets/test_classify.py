"""The commands classify and dichotomies: documents, tables, limits, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import POINTS, SQUARE, document, tropical
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.minimal_loss import verify_minimal_loss


def test_dichotomies(square: Path) -> None:
    found = document("dichotomies", square, "--terms", "2,1", "--labels", "kind")
    assert (found["dichotomies"], found["chambers"], found["cones"]) == (16, 18, 75)
    assert found["terms"] == [2, 1] and found["shattered"] and found["complete"] and found["stopped_by"] is None
    assert found["data"] == {"source": str(square), "points": 4, "distinct_points": 4, "dim": 2, "rank": 3}


def test_growth_and_list(square: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    found = document("dichotomies", square, "--terms", "1,1", "--labels", 2, "--list", "--growth", "-o", out)
    assert json.loads(out.read_text()) == found
    assert found["growth"] == [1, 2, 4, 8, 14] and found["vc_dimension"] == 3
    fan = ClassificationFan.of(POINTS, (1, 1))
    assert len(found["all_dichotomies"]) == 14
    for one in found["all_dichotomies"]:
        assert "".join("-0+"[sign + 1] for sign in fan.signs(one["parameter"])) == one["signs"]


def test_classify(square: Path) -> None:
    found = document("classify", square, "--terms", "1,1", "--labels", "kind", "--landscape", "--certificate")
    assert found["minimal_loss"] == found["loss_at_least"] == 1 == verify_minimal_loss(found["certificate"])
    assert ClassificationFan.of(POINTS, (1, 1), labels=[1, -1, -1, 1]).loss(found["parameter"]) == 1
    assert (found["dichotomies"], found["chambers"], found["cones"]) == (14, 14, 14)
    levels = {
        k: (level["cones"], level["components"], level["spurious_minima"]) for k, level in found["levels"].items()
    }
    assert levels == {"1": (4, 4, 0), "2": (6, 1, 0), "3": (4, 1, 0)}
    assert found["levels"]["1"]["components_modulo_symmetry"] == 4


def test_classify_without_landscape(square: Path) -> None:
    found = document("classify", square, "--terms", "2,1", "--labels", "kind")
    assert found["minimal_loss"] == 0 and found["signs"] == [1, -1, -1, 1]
    assert "levels" not in found and "certificate" not in found


def test_ties_as_correct(square: Path) -> None:
    found = document("classify", square, "--terms", "1,1", "--labels", "kind", "--landscape", "--ties", "correct")
    assert found["minimal_loss"] == 0 and found["signs"] == [0, 0, 0, 0]
    assert {level["components"] for level in found["levels"].values()} == {1}


def test_tables(square: Path) -> None:
    result = tropical("classify", square, "--terms", "2,1", "--labels", "kind", "--landscape", "--certificate")
    assert result.exit_code == 0
    for text in ("2 terms less 1", "smallest loss", "refutations", "activation cones  75", "spurious"):
        assert text in result.stdout
    result = tropical("dichotomies", square, "--terms", "1,1", "--labels", "kind", "--growth", "--list")
    assert result.exit_code == 0
    for text in ("14 of 16", "1 2 4 8 14", "3 points", " -+-+ "):
        assert text in result.stdout


def test_a_limit_says_what_was_found(square: Path) -> None:
    found = document("dichotomies", square, "--terms", "2,1", "--labels", "kind", "--limit", 10, code=3)
    assert found["stopped_by"] == "limit" and not found["complete"] and 10 < found["cones"] < 75
    assert found["chambers"] is None
    asked = ("classify", square, "--terms", "2,1", "--labels", "kind", "--landscape")
    found = document(*asked, "--limit", 74, code=3)
    assert found["minimal_loss"] == 0 and found["levels"] is None
    assert tropical(*asked, "--limit", 1).exit_code == 3
    assert document(*asked, "--limit", 75)["complete"]


def test_a_timeout_says_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("".join(f"{i},{i * i % 101},{i * 37 % 89}\n" for i in range(60)))
    found = document("dichotomies", path, "--terms", "2,2", "--timeout", 1, code=3)
    assert found["stopped_by"] == "timeout" and not found["complete"]


def test_a_timeout_of_the_smallest_loss_says_what_it_is_at_least(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("".join(f"{i},{i * i % 101},{i * 37 % 89},{i * i * i % 7 % 2}\n" for i in range(90)))
    asked = ("classify", path, "--terms", "2,2", "--labels", 3)
    found = document(*asked, "--timeout", 1.5, code=3)
    assert found["minimal_loss"] is None and found["loss_at_least"] >= 0 and found["stopped_by"] == "timeout"


@pytest.mark.parametrize(
    ("command", "content", "options", "message"),
    [
        ("classify", "1,2\n3,4\n", ("--terms", "1,1"), "no labels"),
        ("classify", SQUARE, ("--terms", "1,1", "--labels", "kind", "--ties", "some"), "'errors' or 'correct'"),
        ("classify", SQUARE, ("--terms", "1,1", "--labels", "kind", "--weights", "y"), "weight 0"),
        ("dichotomies", SQUARE, ("--terms", "2"), "two positive integers"),
        ("dichotomies", SQUARE, ("--terms", "0,1"), "two positive integers"),
        ("dichotomies", SQUARE, ("--terms", "1,1"), "'+' is not a rational number"),
        ("dichotomies", SQUARE, (), "--terms"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, command: str, content: str, options: tuple[object, ...], message: str
) -> None:
    path = tmp_path / "data.csv"
    path.write_text(content)
    result = tropical(command, path, *options)
    assert result.exit_code == 2 and result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ") and message in line


def test_the_input_is_not_overwritten(square: Path) -> None:
    result = tropical("classify", square, "--terms", "1,1", "--labels", "kind", "-o", square)
    assert result.exit_code == 2 and "would be overwritten" in result.stderr
    assert square.read_text() == SQUARE
