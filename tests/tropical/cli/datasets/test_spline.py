"""The command ``tropical spline``."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import tropical as toolkit
from tests.tropical.cli.helpers import document, refused, tropical


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.csv"
    file.write_text("x,y,label\n0,0,1\n1,0,-1\n2,1,-1\n3,3,1\n4,6,-1\n5,6,-1\n")
    (tmp_path / "line.csv").write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in enumerate((0, 0, 1, 3, 6, 6))))
    (tmp_path / "labels.csv").write_text("x,label\n-2,1\n-1,-1\n0,-1\n1,1\n2,-1\n")
    return tmp_path / "line.csv"


def test_interpolants(data: Path, tmp_path: Path) -> None:
    found = document("spline", data, "--targets", "y", "--sparsest", "--network", tmp_path / "net.json")
    assert (found["total_variation"], found["norm"], found["fewest_knots"], found["unique"]) == ("6", "6", 3, False)
    knots = [{"at": "3/2", "jump": "2"}, {"at": "3", "jump": "1"}, {"at": "4", "jump": "-3"}]
    assert found["knots"] == found["function"]["knots"] == knots
    network = toolkit.load(tmp_path / "net.json")
    assert [network([x])[0] for x in range(6)] == [0, 0, 1, 3, 6, 6]
    assert len(found["tubes"]) == 2
    assert "fewest knots" in tropical("spline", data, "--target", "y").stdout


def test_classify(data: Path) -> None:
    found = document("spline", data.with_name("labels.csv"), "--classify", "label", "--norm")
    assert (found["total_variation"], found["norm"]) == ("8", "8")
    assert sum(map(Fraction, found["multipliers"])) == 8


def test_labels_are_any_two_values(data: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.csv"
    texts.write_text(data.with_name("labels.csv").read_text().replace(",1\n", ",up\n").replace(",-1\n", ",down\n"))
    found = document("spline", texts, "--classify", "label")
    assert (found["labels"], found["total_variation"]) == ([1, -1, -1, 1, -1], "8")
    assert "of the labels up is 1, down is -1" in tropical("spline", texts, "--classify", "label").stderr


def test_wide(tmp_path: Path) -> None:
    file = tmp_path / "three.csv"
    file.write_text("-1/2 0\n0 1\n0.5 1\n")
    found = document("spline", file, "--target", 1, "--wide")
    assert found["parts"] == ["980552/33075", "36/25", "6400/1323"]
    assert (found["functional"], found["slopes_at_infinity"]) == ("3772/105", ["19/15", "-1/15"])
    for name, text in (("p.json", '[["-1", 0, 0.5], [0, 1, "1/2"]]'), ("p.csv", "from,to,height\n-1,1,0.5\n")):
        (tmp_path / name).write_text(text)
        other = document("spline", file, "--target", 1, "--wide", "--density", tmp_path / name)
        assert other["functional"] == found["functional"]
    assert "19/15" in tropical("spline", file, "--target", 1, "--wide").stdout


def test_pictures(data: Path, tmp_path: Path) -> None:
    for options in (("--target", "y"), ("--target", "y", "--wide", "--support", 6)):
        tropical("spline", data, *options, "--plot", tmp_path / "picture.svg")
        assert (tmp_path / "picture.svg").stat().st_size > 5000
        (tmp_path / "picture.svg").unlink()
    tropical("spline", data.with_name("labels.csv"), "--classify", 1, "--plot", tmp_path / "classes.svg")
    assert (tmp_path / "classes.svg").exists()


def test_bad_input(data: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice.csv"
    twice.write_text("x,y\n0,1\n1,2\n0,3\n")
    assert "points 0 and 2 are both at x = 0" in refused("spline", twice, "--target", "y")
    assert "--classify" in refused("spline", data)
    assert "different functions" in refused("spline", data, "--target", "y", "--norm", "--wide")
    assert "--wide" in refused("spline", data, "--target", "y", "--support", 2)
    assert "must be positive" in refused("spline", data, "--target", "y", "--wide", "--support", 0)
    assert "labels are two values" in refused("spline", data, "--classify", "y")
    assert "one input" in refused("spline", tmp_path / "data.csv", "--target", "y")
    density = tmp_path / "p.json"
    for parts, said in (([[-1, 1, 1]], "the integral of the density is 2"), ([[0, 1, 1]], "not symmetric")):
        density.write_text(json.dumps(parts))
        assert said in refused("spline", data, "--target", "y", "--wide", "--density", density)
    density.write_text("3")
    assert "triples" in refused("spline", data, "--target", "y", "--wide", "--density", density)
