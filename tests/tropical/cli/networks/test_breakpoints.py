"""The command ``tropical breakpoints``."""

from __future__ import annotations

from pathlib import Path

from tests.tropical.cli.helpers import XOR, document, refused, tropical
from tropical import Network, save


def test_breakpoints(tmp_path: Path) -> None:
    tent = tmp_path / "tent.json"
    save(Network.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])]), tent)
    found = document("breakpoints", tent, "--box=0,1", "--plot", tmp_path / "tent.svg")
    assert (found["x"], found["values"], found["slopes"]) == (["0", "1/2", "1"], ["0", "1", "0"], ["2", "-2"])
    assert found["units"] == [{"x": "1/2", "units": [{"layer": "relu0", "unit": 1}]}]
    assert (found["graph_length"]["exact"], found["total_variation"]["exact"]) == ("sqrt(5)", "4")
    assert (tmp_path / "tent.svg").exists()
    whole = document("breakpoints", tent)
    assert (whole["x"], whole["slopes"], whole["graph_length"]) == (["0", "1/2"], ["0", "2", "-2"], None)
    assert "relu0[1] switches" in tropical("breakpoints", tent).stdout
    assert "no interior" in refused("breakpoints", tent, "--box=1,1")
    assert "give one" in refused("breakpoints", tent, "--box=0,1", "--segment", "0;1")
    assert "two ends" in refused("breakpoints", tent, "--segment", "0;1;2")
    save(XOR, tmp_path / "xor.json")
    assert "--segment" in refused("breakpoints", tmp_path / "xor.json")
    assert document("breakpoints", tmp_path / "xor.json", "--segment", "0,1;1,0")["x"] == ["0", "1/2", "1"]
