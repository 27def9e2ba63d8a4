"""The command complexity: the keys of its document, several networks, points, pictures, exit codes, bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, refused, tropical
from tropical import Network, save
from tropical.networks.layers import Maxout

BASE = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, -1], [1, 1]], ["1/2", -1]), ([[1, -1]], [0])])
BOX = "--box=-1,1"
NUMBER = {"value", "lower", "upper", "exact"}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.json"
    save(BASE, path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("x,y,label\n1/2,1/3,cat\n-1/4,3/5,dog\n0,-2/3,cow\n-4/5,-1/10,cat\n1/7,1/7,cat\n")
    return path


def test_document(base):
    found = document("complexity", base, BOX, "--noise", "uniform:1/4", "--noise", "gaussian:1/4")
    assert found["volume"] == "4" and (found["activation_regions"], found["distinct_affine_maps"]) == (10, 9)
    for kind in ("neuron", "activation", "function"):
        assert set(found[f"{kind}_boundary"]) == set(found[f"{kind}_boundary_density"]) == NUMBER
    assert found["neuron_boundary"]["exact"] == "7/4 + 23/4 sqrt(2)"
    assert found["per_unit"][0] == {"layer": "relu0", "unit": 0, "boundary": found["per_unit"][1]["boundary"]}
    assert found["mean_gradient"]["max"]["exact"] == "27/32"
    assert found["local_rank"][1]["after"]["exact"] == "101/128"
    assert found["local_rank"][1]["fractions"]["2"]["exact"] == "1/8"
    assert found["bounds"][0]["product"]["exact"] == "4 sqrt(2)"
    first, second = found["local_complexity"]
    assert (first["noise"], first["scale"], first["value"]["exact"]) == ("uniform", "1/4", "7/16 + 11/8 sqrt(2)")
    assert (second["noise"], second["value"]["value"]) == ("gaussian", "2.32806522137717")
    assert found["complete"] and found["stopped_by"] is None and found["points_on_walls"] is None


def test_several_networks_and_a_picture(base, tmp_path):
    picture = tmp_path / "training.svg"
    found = document("complexity", base, base, BOX, "--plot", picture)
    assert len(found["networks"]) == 2 and found["complete"] and b"<svg" in picture.read_bytes()[:400]
    assert found["networks"][0]["network"]["source"] == str(base)
    shown = tropical("complexity", base, BOX, "--per-unit", "--plot", tmp_path / "walls.png")
    assert shown.exit_code == 0 and "boundary of relu1[1]" in shown.stdout and (tmp_path / "walls.png").exists()


def test_points(base, data, tmp_path):
    found = document("complexity", base, "--points", data, "--noise", "uniform:1/2")
    assert found["points_on_walls"] == 2 and found["points"] == 5 and found["domain"]["kind"] == "points"
    assert found["local_complexity"][0]["value"]["exact"] == "2/5 + 6/5 sqrt(2)"
    assert tropical("complexity", base, "--points", data, "--plot", tmp_path / "p.png").exit_code == 0


def test_samples_are_labelled(base):
    found = document("complexity", base, BOX, "--noise", "gaussian:1/4", "--samples", 3, "--seed", 2)
    [sampled] = found["sampled"]
    assert (sampled["samples"], sampled["seed"], sampled["estimated"]) == (3, 2, True)


def test_stopped(base):
    found = document("complexity", base, BOX, "--limit", 3, code=3)
    assert not found["complete"] and found["stopped_by"] == "limit"
    assert found["neuron_boundary_density"] is None and found["local_rank"] is None and found["volume"] is None


def test_refusals(base, data, tmp_path):
    assert "walls of an unbounded domain have no finite volume" in refused("complexity", base)
    assert "dimension 1" in refused("complexity", base, "--box=0,1;0,0")
    assert "--noise" in refused("complexity", base, BOX, "--noise", "uniform:-1")
    assert "--samples" in refused("complexity", base, BOX, "--seed", 1)
    assert "gaussian" in refused("complexity", base, BOX, "--samples", 3)
    assert "--points" in refused("complexity", base, BOX, "--points", data)
    cube = tmp_path / "cube.json"
    save(Network.chain(3, [Maxout(3)]), cube)
    assert "maxout" in refused("complexity", cube, BOX, "--noise", "uniform:1", code=4).lower()
    assert "--slice" in refused("complexity", cube, BOX, "--plot", tmp_path / "c.png")
    assert "three points" in refused(
        "complexity", cube, BOX, "--plot", tmp_path / "c.png", "--slice", "0,0,0;1,0,0;0,1,0"
    )
    assert "inputs" in refused("complexity", base, cube, BOX)
