"""The command 'tropical trajectory': networks and parameters as checkpoints, their order, what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, refused, tropical
from tropical.networks.network import Network
from tropical.networks.readers import save

TABLE = "x,y,label\n1,0,+\n0,1,+\n1,1,+\n-1,1,-\n"
STEPS = ((-1, -2), (1, -2), (2, 1))
"""A line that turns about the origin; the places of its walls are read off in the tests of the library."""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "p.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def networks(folder: Path, numbers: Sequence[int] = (2, 9, 10)) -> list[Path]:
    for number, slopes in zip(numbers, STEPS, strict=True):
        save(Network.from_weights([([slopes], [0])]), folder / f"step{number}.json")
    return [folder / f"step{number}.json" for number in numbers]


def parameters(folder: Path) -> list[Path]:
    files = [folder / f"theta{k}.json" for k in range(len(STEPS))]
    for file, (a, b) in zip(files, STEPS, strict=True):
        file.write_text(json.dumps({"parameter": [["0", str(a), str(b)], ["0", "0", "0"]]}), encoding="utf-8")
    return files


def test_networks_and_parameters_give_the_same(table: Path, tmp_path: Path) -> None:
    found = document("trajectory", table, *networks(tmp_path))
    assert [own["at"] for own in found["crossings"]] == ["1/2", "5/4", "5/3"]
    assert (found["walls"], found["losses"], found["terms"], found["order"]) == (3, [3, 2, 0], [1, 1], "given")
    other = document("trajectory", table, *parameters(tmp_path), "--terms", "1,1", "--ties", "errors")
    for key in ("cones", "crossings", "losses", "walls"):
        assert other[key] == found[key]
    assert found["positive_where"] == "the output is positive" and other["positive_where"] == "g exceeds h"


def test_of_two_outputs_the_second_is_positive(table: Path, tmp_path: Path) -> None:
    """Everywhere, and all that prints signs or classes says so."""
    net = tmp_path / "two.json"
    save(Network.from_weights([([(-1, -2), (1, 2)], [0, 0])]), net)
    path, place = document("trajectory", table, net), document("classify", table, "--network", net)
    assert path["positive_where"] == place["positive_where"] == "output 1 exceeds output 0"
    assert path["losses"] == [place["loss"]] == [1] and place["signs"] == [1, 1, 1, 1]
    assert "+ is where" in tropical("trajectory", table, net).stdout
    shown = tropical("boundary", net).stdout
    assert "boundary of 2 classes" in shown and "regions, class 1" in shown and "positive" not in shown
    assert document("boundary", net)["class_names"] == ["class 0", "class 1"]
    (tmp_path / "scores.txt").write_text("max(x, y)\n0\n")
    assert document("boundary", tmp_path / "scores.txt")["class_names"] == ["class 0", "class 1"]
    assert document("boundary", "max(x, y) - 1")["class_names"] == ["positive", "negative"]


def test_the_order_of_a_shell_is_undone_aloud(table: Path, tmp_path: Path) -> None:
    first, second, third = networks(tmp_path)
    for given in ([third, first, second], [tmp_path / "step*.json"]):
        answer = tropical("trajectory", table, *given, "--json")
        found = json.loads(answer.stdout)
        assert found["checkpoints"] == [str(first), str(second), str(third)] and found["order"] == "names"
        assert f"numbers in their names: {first} first, {third} last" in answer.stderr
    as_given = document("trajectory", table, third, first, second, "--order", "given")
    assert as_given["order"] == "given" and as_given["losses"] == [0, 3, 2]
    assert document("trajectory", table, second, first, "--order", "names")["losses"] == [3, 2]
    assert document("trajectory", table, second, first)["losses"] == [2, 3]


def test_a_person_reads_a_table(table: Path, tmp_path: Path) -> None:
    shown = tropical("trajectory", table, *networks(tmp_path)).stdout
    assert "walls crossed" in shown and "3 at the first checkpoint, 0 at the last" in shown and "5/3" in shown


def test_a_picture(table: Path, tmp_path: Path) -> None:
    picture = tmp_path / "loss.svg"
    assert tropical("trajectory", table, *networks(tmp_path), "--plot", picture).exit_code == 0
    assert "loss on a wall" in picture.read_text(encoding="utf-8") or picture.stat().st_size > 1000


def test_refusals(table: Path, tmp_path: Path) -> None:
    first, *rest = networks(tmp_path)
    theta = parameters(tmp_path)
    bare = tmp_path / "bare.csv"
    bare.write_text("1,0\n0,1\n", encoding="utf-8")
    deep = tmp_path / "deep.json"
    save(Network.from_weights([([[1, 0]], [0]), ([[1]], [0]), ([[1]], [0])]), deep)
    assert "named twice" in refused("trajectory", table, first, first)
    assert "no file fits" in refused("trajectory", table, tmp_path / "epoch*.json")
    assert "checkpoints of one kind" in refused("trajectory", table, first, theta[0])
    assert "no --terms" in refused("trajectory", table, *theta)
    assert "checkpoint 0 has 2 terms, the fan has 3" in refused("trajectory", table, *theta, "--terms", "2,1")
    assert "leave it out" in refused("trajectory", table, first, "--terms", "1,1")
    assert "no labels" in refused("trajectory", bare, first, "--plot", tmp_path / "p.svg")
    assert "no labels" in refused("trajectory", bare, first, "--ties", "correct")
    assert "give 'errors' or 'correct'" in refused("trajectory", table, first, "--ties", "both")
    assert "2 layers of gates" in tropical("trajectory", table, deep).stderr
    assert tropical("trajectory", table, deep).exit_code == 4
    assert "cannot be read" in refused("trajectory", table, tmp_path / "none.json")
    assert document("trajectory", bare, first, *rest)["losses"] is None
