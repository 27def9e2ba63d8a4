"""Domains from properties in VNN-LIB."""

from __future__ import annotations

from pathlib import Path

import tropical
from tests.tropical.cli.helpers import XOR, document, refused
from tests.tropical.cli.helpers import tropical as run

DECLARED = "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)\n"
BOX = "(assert (and (<= -1 X_0) (<= X_0 2) (<= -1 X_1) (<= X_1 2)))\n"
TWO = "(assert (or (<= X_0 0) (and (>= X_0 1) (<= Y_0 0))))\n"


def test_a_box(tmp_path: Path) -> None:
    net, path = tmp_path / "net.json", tmp_path / "p.vnnlib"
    tropical.save(XOR, net)
    path.write_text(DECLARED + BOX + "(assert (<= Y_0 0))")
    found, expected = document("regions", net, "--domain", path), document("regions", net, "--box=-1,2")
    assert found["activation_regions"] == expected["activation_regions"] == 2
    of_property = found["domain"].pop("property")
    assert of_property == {"case": 0, "cases": 1, "outputs_used": False}
    assert found["domain"] == {**expected["domain"], "source": str(path)}
    assert "only what it says of the inputs is used" in run("regions", net, "--domain", path).stderr
    path.write_text(DECLARED + BOX + "(assert (< Y_0 0))")
    assert "line 3, column 9: '(< Y_0 0)' is strict" in refused("regions", net, "--domain", path)


def test_inputs_in_parts(tmp_path: Path) -> None:
    net, path = tmp_path / "net.json", tmp_path / "p.vnnlib"
    tropical.save(XOR, net)
    path.write_text(DECLARED + BOX + TWO)
    assert "2 parts; choose one with --case K, K from 0 to 1" in refused("regions", net, "--domain", path)
    assert "no case 2" in refused("regions", net, "--domain", f"{path}:2")
    found = [document("extrema", net, "--domain", path, "--case", k)["domain"] for k in (0, 1)]
    assert document("regions", net, "--domain", f"{path}:1")["domain"] == found[1]
    assert "no case 2" in refused("regions", net, "--domain", path, "--case", 2)
    assert "chosen by" in refused("regions", net, "--domain", f"{path}:1", "--case", 1)
    assert "is for --domain FILE.vnnlib" in refused("regions", net, "--box=0,1", "--case", 1)
    assert [(part["lower"], part["upper"]) for part in found] == [(["-1", "-1"], ["0", "2"]), (["1", "-1"], ["2", "2"])]


def test_another_dimension(tmp_path: Path) -> None:
    net, path = tmp_path / "net.json", tmp_path / "p.vnnlib"
    tropical.save(XOR, net)
    path.write_text("(declare-const X_0 Real)")
    assert "in Q^1, those of the network in Q^2" in refused("regions", net, "--domain", path)
