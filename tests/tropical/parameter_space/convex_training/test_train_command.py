"""The command ``tropical train``: documents, pictures, stops, bad input."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, refused, tropical
from tropical import load


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("a,b,y\n1,0,1\n0,1,-1\n-1,1,2\n1,1,1\n")
    return path


def test_document(table: Path, tmp_path: Path) -> None:
    found = document("train", table, "--target", "y", "--network", tmp_path / "net.json", "--beta-max")
    assert (found["value"], found["beta_max"], found["patterns"], found["atoms"]) == ("7", "2", 8, 6)
    assert found["fit"] == ["1", "-1", "2", "1"]
    assert set(found["residual"]) == {"0"}
    assert (found["gap"], found["feasible"], found["complete"]) == (0.0, True, True)
    network = load(tmp_path / "net.json")
    assert [network(x)[0] for x in ([1, 0], [0, 1], [-1, 1], [1, 1])] == [1, -1, 2, 1]


def test_norm_2(table: Path) -> None:
    found = document("train", table, "--target", 2, "--norm", 2)
    assert found["value"] == "5 + sqrt(2)"
    assert 0 <= found["gap"] < 1e-9


def test_path_and_optimal_set(table: Path) -> None:
    found = document("train", table, "--target", "y", "--loss", "squared", "--beta", "1/10", "--path", "--optimal-set")
    assert found["value"] == "59/100"
    assert [piece["low"] for piece in found["path"]] == ["0", "1/7", "2/5", "2"]
    assert found["optimal_set"]["dim"] >= 0
    assert found["optimal_set"]["least_blocks"] <= len(found["units"])
    assert "least width" in tropical("train", table, "--target", "y", "--optimal-set").stdout


def test_infeasible_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("1,1,1\n2,2,1\n1,0,0\n")
    run = tropical("train", path, "--target", "-1", "--network", tmp_path / "net.json")
    assert run.exit_code == 0
    assert "no network of this kind fits" in run.stdout
    found = document("train", path, "--target", "-1")
    assert (found["feasible"], found["value"], found["units"]) == (False, None, None)


@pytest.mark.parametrize("options", [("--path",), ("--norm", 2)])
def test_pictures(table: Path, tmp_path: Path, options: tuple[object, ...]) -> None:
    picture = tmp_path / "picture.svg"
    assert tropical("train", table, "--target", "y", *options, "--plot", picture).exit_code == 0
    assert picture.stat().st_size > 10_000


def test_picture_of_the_gauge(tmp_path: Path) -> None:
    path, picture = tmp_path / "data.csv", tmp_path / "picture.png"
    path.write_text("a,b,c,y\n1,0,2,1\n0,1,1,-1\n1,1,-1,2\n")
    assert tropical("train", path, "--target", "y", "--plot", picture).exit_code == 0
    assert picture.stat().st_size > 10_000
    assert tropical("train", path, "--target", "y", "--norm", 2, "--plot", picture).exit_code == 2


def test_a_stop_gives_bounds(tmp_path: Path) -> None:
    generator = random.Random(0)
    path = tmp_path / "data.csv"
    rows = [[generator.randint(-99, 99) for _ in range(6)] for _ in range(30)]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    found = document("train", path, "--target", 5, "--timeout", "1", code=3)
    assert (found["complete"], found["stopped_by"]) == (False, "timeout")
    found = document("train", path, "--target", 5, "--limit", 10, code=3)
    assert (found["stopped_by"], found["units"]) == ("limit", None)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ((), "--target"),
        (("--target", "z"), "no column 'z'"),
        (("--target", "y", "--norm", "3"), "norm"),
        (("--target", "y", "--loss", "hinge", "--beta", "1"), "1 and -1"),
        (("--target", "y", "--loss", "squared"), "beta"),
        (("--target", "y", "--loss", "squared", "--beta", "-1"), "positive"),
        (("--target", "y", "--loss", "squared", "--beta", "x"), "rational"),
        (("--target", "y", "--beta", "1"), "beta"),
        (("--target", "y", "--circular"), "--filter"),
        (("--target", "y", "--filter", "5"), "filter"),
        (("--target", "y", "--norm", "2", "--path"), "norm 2"),
        (("--target", "y", "--loss", "squared", "--beta", "1", "--path", "--filter", "0"), "filter"),
        (("--target", "y", "--norm", "2", "--optimal-set"), "norm 2"),
        (("--target", "y", "--bias", "--plot", "picture.png"), "--plot"),
    ],
)
def test_bad_input(table: Path, options: tuple[str, ...], word: str) -> None:
    assert word in refused("train", table, *options)


def test_numbers_beyond_floats(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b,y\n1e400,1,1\n-3,1,1e-400\n0,2,5\n")
    found = document("train", path, "--target", "y")
    assert found["feasible"]
    assert tropical("train", path, "--target", "y").exit_code == 0
    assert "scale them" in refused("train", path, "--target", "y", "--norm", 2)
