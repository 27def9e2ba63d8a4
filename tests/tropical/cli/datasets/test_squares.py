"""The command ``tropical squares``: its documents, its tables, what it leaves out, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, refused, tropical


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("x,target\n0,1\n1,-1\n3,2\n")
    return path


def test_ranks(table: Path) -> None:
    found = document("squares", table, "--units", 3, "--by-volume", "--digits", 20, "--list")
    assert (found["points"], found["dimension"], found["bias"], found["patterns"]) == (3, 1, True, 6)
    assert [row["units"] for row in found["table"]] == [1, 2, 3]
    assert found["table"][1] == {
        "units": 2,
        "regions": 36,
        "by_rank": {"0": 1, "1": 6, "2": 15, "3": 14},
        "full_rank": 14,
        "largest_rank": 3,
        "regions_of_largest_rank": 14,
        "fraction": "7/18",
        "probability": found["table"][1]["probability"],
    }
    assert found["table"][1]["probability"]["value"] == "0.30009929893212615643"
    assert [own["pattern"] for own in found["all_patterns"]] == ["000", "001", "011", "100", "110", "111"]
    assert found["complete"] is True and "outer" not in found


def test_landscape(table: Path) -> None:
    found = document("squares", table, "--outer", "1,1,-1")
    assert found["outer"] == ["1", "1", "-1"] and len(found["table"]) == 3
    losses = {"0": 40, "1/2": 14, "1": 6, "7/4": 3, "2": 8, "5/2": 6, "3": 1}
    assert found["stationary_by_loss"] == losses and list(found["stationary_by_loss"]) == list(losses)
    keys = ("regions", "full_rank", "zero_loss", "zero_loss_full_rank", "with_stationary_points", "bad")
    assert [found[key] for key in keys] == [216, 144, 40, 40, 78, 38]
    assert found["least_loss_found"] == "0"
    assert [own["loss"] for own in found["examples"]] == list(losses)
    assert found["pairs"] == found["all_pairs"] == 126
    assert "walls" in found["not_covered"]


def test_tables(table: Path) -> None:
    shown = tropical("squares", table, "--outer", "1,1,-1", "--list")
    assert shown.exit_code == 0
    assert "least" in shown.stdout and "on the walls between regions" in shown.stdout
    assert "7 -8" in shown.stdout  # the weights of a unit of an example
    shown = tropical("squares", table)
    assert "1,296" in shown.stdout and "the column of targets is left out" in shown.stderr


def test_stops(table: Path) -> None:
    found = document("squares", table, "--outer", "1,1,-1", "--limit", 20, code=3)
    assert (found["complete"], found["stopped_by"], found["pairs"]) == (False, "limit", 21)
    assert 0 < found["with_stationary_points"] < 78
    found = document("squares", table, "--units", 3, "--limit", 7, code=3)
    assert [row["units"] for row in found["table"]] == [1] and found["stopped_by"] == "limit"


def test_columns_that_are_not_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,label,y\n0,a,1\n1,b,-1\n")
    shown = tropical("squares", path, "--outer", "1", "--targets", "y", "--json")
    assert "the columns label are left out" in shown.stderr
    found = document("squares", path, "--outer", "1", "--targets", "2")
    assert found["stationary_by_loss"] == {"1/2": 1, "1": 1}
    assert document("squares", path)["dimension"] == 2


def test_no_units(table: Path) -> None:
    [row] = document("squares", table, "--units", 0)["table"]
    assert (row["by_rank"], row["regions"]) == ({"0": 1}, 1)


def test_no_bias(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,0\n1,0\n0,1\n")
    row = document("squares", path, "--no-bias", "--units", 1)["table"][0]
    assert (row["by_rank"], row["full_rank"], row["largest_rank"]) == ({"0": 1, "1": 2, "2": 1}, 0, 2)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--outer", "1,0"), "outer weight 1 is 0; leave the unit out"),
        (("--outer", "1,x"), "--outer"),
        (("--outer", ""), "--outer"),
        (("--outer", "1", "--units", 2), "--units and --outer are both given"),
        (("--targets", "target"), "--outer"),
        (("--outer", "1", "--targets", "z"), "no column"),
        (("--digits", 3), "--by-volume"),
        (("--plot", "picture.txt"), "a picture is a"),
        (("--samples", 3), "name the picture with --plot"),
        (("--seed", 3), "give --samples too"),
        (("--outer", "1", "--samples", 3, "--plot", "picture.png"), "not drawn with --outer"),
        (("--units", 0, "--plot", "picture.png"), "nothing to draw without units"),
        (("--jobs", 2), "give --outer too"),
        (("--units", -1), "--units"),
    ],
)
def test_refused(table: Path, options: tuple[object, ...], reason: str) -> None:
    assert reason in refused("squares", table, *options)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no line with data"),
        ("x,target\n", "no point"),
        ("x,target\n1,2\n3,\n", "line 3: no target"),
        ("x,target\n1,2\nz,1\n", "line 3"),
        ("x,target\n1,2\n1\n", "line 3: 1 cells"),
        ("x,y\n1,2\n3,4\n", "no column named target"),
        ("x,target\n1,nan\n", "line 2"),
    ],
)
def test_refused_tables(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    assert reason in refused("squares", path, "--outer", "1,-1")


def test_rank_of_the_points_is_too_large_for_volumes(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,0,0\n0,1,0\n0,0,1\n0,0,0\n")
    assert "rank 4" in refused("squares", path, "--by-volume")
    assert len(document("squares", path, "--by-volume", "--no-bias")["table"]) == 4


def test_pictures(table: Path, tmp_path: Path) -> None:
    ranks, losses = tmp_path / "ranks.png", tmp_path / "losses.svg"
    shown = tropical("squares", table, "--units", 2, "--by-volume", "--plot", ranks)
    assert shown.exit_code == 0 and "the picture is in" in shown.stderr
    document("squares", table, "--outer", "1,1,-1", "--plot", losses)
    assert ranks.read_bytes().startswith(b"\x89PNG") and losses.read_text().startswith("<?xml")
    stopped = tropical("squares", table, "--outer", "1,1,-1", "--plot", tmp_path / "no.png", "--limit", 5)
    assert stopped.exit_code == 3 and "was not drawn" in stopped.stderr and not (tmp_path / "no.png").exists()
