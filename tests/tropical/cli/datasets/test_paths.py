"""The paths of classify: their ends, their losses, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import POINTS, document, tropical
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.paths import barrier

LABELLED = ClassificationFan.of(POINTS, (2, 1), labels=[1, -1, -1, 1])
LINE = "x,label\n0,-\n1,-\n2,+\n3,-\n4,+\n"


def test_a_path_between_dichotomies(square: Path) -> None:
    asked = ("classify", square, "--terms", "2,1", "--labels", "kind", "--path", "+--+", "-++-")
    found = document(*asked)
    path = found["path"]
    assert "minimal_loss" not in found and path["walls"] == len(path["cones"]) - 1 > 0
    assert path["cones"][0]["signs"] == [1, -1, -1, 1] and path["cones"][-1]["signs"] == [-1, 1, 1, -1]
    assert path["losses"][0] == 0 and path["losses"][-1] == path["highest_loss"] == 4
    for cone, loss in zip(path["cones"], path["losses"][::2], strict=True):
        assert list(LABELLED.signs(cone["parameter"])) == cone["signs"] and LABELLED.loss(cone["parameter"]) == loss
    for before, after in zip(path["cones"], path["cones"][1:], strict=False):
        assert sum(a != b for a, b in zip(before["colors"], after["colors"], strict=True)) == 1
    both = document(*asked, "--landscape")
    assert both["path"] == path and both["minimal_loss"] == 0 and both["levels"]
    for text in (" walls", "highest loss", "points that change", "+--+", "-++-"):
        assert text in tropical(*asked).stdout


def test_a_path_that_is_low(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_text(LINE)
    asked = ("classify", path, "--terms", "2,1", "--path", "+++-+", "----+")
    fan = ClassificationFan.of([[p] for p in range(5)], (2, 1), labels=[-1, -1, 1, -1, 1])
    height, way = barrier(fan, (1, 1, 1, -1, 1), (-1, -1, -1, -1, 1))
    lowest = document(*asked, "--lowest")["path"]
    assert (lowest["highest_loss"], lowest["walls"]) == (height, way.n_walls)
    assert document(*asked, "--max-loss", height)["path"]["walls"] == way.n_walls
    none = document(*asked, "--max-loss", height - 1)
    assert none["path"] == {
        "max_loss": height - 1, "lowest": False, "walls": None, "cones": [], "losses": None, "highest_loss": None,
    } and none["complete"]  # fmt: skip
    assert f"none with a loss of at most {height - 1}" in tropical(*asked, "--max-loss", height - 1).stdout


def test_ends_of_paths_may_be_parameters_files_and_networks(square: Path, xor: Path, tmp_path: Path) -> None:
    best = tmp_path / "best.json"
    assert document("classify", square, "--terms", "2,2", "--labels", "kind", "-o", best)["minimal_loss"] == 0
    inline = "0,1,0;0,0,1;1/2,1,1;-9,0,0"
    asked = ("classify", square, "--terms", "2,2", "--labels", "kind", "--path")
    found = document(*asked, best, inline)["path"]
    assert found["cones"][0]["signs"] == [1, -1, -1, 1] and found["losses"][0] == 0
    fan = ClassificationFan.of(POINTS, (2, 2))
    assert found["cones"][-1]["signs"] == list(fan.signs([row.split(",") for row in inline.split(";")]))
    found = document(*asked, xor, "-++-")["path"]
    assert found["cones"][0]["signs"] == [1, -1, -1, 1]
    unlabelled = tmp_path / "points.csv"
    unlabelled.write_text("0,0\n1,0\n0,1\n1,1\n")
    found = document("classify", unlabelled, "--terms", "1,1", "--path", "++--", "--++")
    assert found["path"]["losses"] is None and found["path"]["walls"] > 0
    assert document("classify", unlabelled, "--terms", "1,1", "--path", "++++", "++++")["path"]["walls"] == 0


def test_a_path_counts_ties_as_errors(square: Path) -> None:
    asked = ("classify", square, "--terms", "2,1", "--labels", "kind", "--path", "+--+", "-++-")
    result = tropical(*asked, "--ties", "correct")
    assert result.exit_code == 2 and "leave --ties out" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--terms", "2,1", "--path", "+-+", "-++-"), "3 signs for 4 points"),
        (("--terms", "1,1", "--path", "+--+", "-++-"), "no parameter has these signs"),
        (("--terms", "2,1", "--path", "1,2,3", "-++-"), "1 rows for 2 + 1 terms"),
        (("--terms", "1,1", "--path", "1,2,x;0,0,0", "-++-"), "'x' is not a rational number"),
        (("--terms", "1,1", "--path", "0,0,0;0,0,0", "++++"), "on a wall"),
        (("--terms", "1,1", "--path", "missing.json", "++++"), "missing.json"),
        (("--terms", "1,1", "--path", "++++"), "requires 2 arguments"),
        (("--terms", "1,1", "--path", "++++", "++++", "--max-loss", 1, "--lowest"), "one of them"),
        (("--terms", "1,1", "--lowest"), "--path"),
        (("--terms", "1,1", "--dimension"), "--network"),
        (("--path", "++++", "++++"), "no --terms"),
        (("--network", "missing.json"), "missing.json"),
    ],
)
def test_bad_options_of_classify_are_one_line(square: Path, options: tuple[object, ...], message: str) -> None:
    result = tropical("classify", square, "--labels", "kind", *options)
    assert result.exit_code == 2 and result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("error: ") and message in line
