"""Files that do not say their activations: what every command asks for, and what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import POINTS, SQUARE, XOR, document, refused, tropical
from tropical import save

torch = pytest.importorskip("torch")

ASSUMED = "the layers are fc1, relu, fc2; nothing follows the last"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The weights of the network XOR without its activation."""
    weights = {
        "fc1.weight": torch.tensor([[1.0, -1.0], [-1.0, 1.0]]),
        "fc1.bias": torch.zeros(2),
        "fc2.weight": torch.tensor([[-1.0, -1.0]]),
        "fc2.bias": torch.tensor([0.5]),
    }
    torch.save(weights, tmp_path / "net.pt")
    return tmp_path / "net.pt"


COMMANDS = {
    "info": (),
    "regions": (),
    "estimate": (),
    "extrema": ("--box", "0,1"),
    "inspect": (),
    "lipschitz": (),
    "convert": (),
    "boundary": (),
    "decompose": (),
    "shallow": (),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_was_assumed_is_said(command: str, state: Path) -> None:
    asked = (command, state, *COMMANDS[command])
    assert "--activation relu" in refused(*asked)
    found = document(*asked, "--activation", "relu")
    assert found.get("network", found)["assumed"] == ASSUMED
    shown = tropical(*asked, "--activation", "relu")
    assert shown.exit_code == 0 and f"assumed of {state}: {ASSUMED}" in shown.stderr
    if command in ("info", "regions", "estimate", "extrema", "inspect", "lipschitz", "convert"):
        assert "assumed" in shown.stdout


def test_the_activation_decides(state: Path) -> None:
    regions = {"relu": 2, "abs": 2, "leaky:1/3": 2, "none": 1}
    for text, number in regions.items():
        assert document("regions", state, "--activation", text)["activation_regions"] == number
    exact = document("extrema", state, "--box", "0,1", "--activation", "leaky:0.1")
    assert exact["outputs"][0]["minimum"]["value"] == "-2/5"
    assert "0.1.1" in refused("regions", state, "--activation", "leaky:0.1.1")
    assert "tanh" in refused("info", state, "--activation", "tanh")


def test_files_that_say_their_activations(state: Path, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(XOR, path)
    for command in COMMANDS:
        if command != "boundary":
            assert "activation" in refused(command, path, *COMMANDS[command], "--activation", "relu")
    assert "assumed" not in document("info", path)["network"]


def test_two_networks(state: Path, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(XOR, path)
    for pair in ((state, path), (path, state)):
        found = document("diff", *pair, "--activation", "relu")
        assert found["equal"] and ["assumed" in network for network in found["networks"]] == [p == state for p in pair]
        assert "--activation relu" in refused("diff", *pair)
    assert document("diff", state, path, "--activation", "abs")["equal"] is False
    assert "leave it out" in refused("diff", path, path, "--activation", "relu")


def test_data_sets(state: Path, tmp_path: Path) -> None:
    table = tmp_path / "square.csv"
    table.write_text(SQUARE)
    asked = ("classify", table, "--labels", "kind", "--network", state)
    assert "--activation relu" in refused(*asked)
    found = document(*asked, "--activation", "relu")
    assert found["assumed"] == ASSUMED and found["signs"] == [1 if XOR(p)[0] > 0 else -1 for p in POINTS]
    path = ("classify", table, "--labels", "kind", "--terms", "1,2", "--path", state, "+--+")
    assert document(*path, "--activation", "relu")["path"]["walls"] == 0
    assert "--activation relu" in refused(*path)
    assert "name one" in refused("classify", table, "--terms", "1,2", "--activation", "relu")


def test_certificates_and_pages(state: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate"
    assert tropical("regions", state, "--activation", "relu", "--certificate", certificate).exit_code == 0
    found = document("check", certificate, state, "--activation", "relu")
    assert found["verified"] and found["assumed"] == ASSUMED
    assert document("check", certificate, state, "--activation", "none", code=1)["reason"] == "it is of another network"
    assert document("explore", state, "--activation", "relu")["counts"]
    table = tmp_path / "square.csv"
    table.write_text(SQUARE)
    assert "--activation" in refused("explore", table, "--terms", "1,1", "--labels", "kind", "--activation", "relu")


def test_functions_have_no_activation(tmp_path: Path) -> None:
    path = tmp_path / "function.txt"
    path.write_text("max(x, 0)")
    assert "--activation is about networks" in refused("shallow", path, "--activation", "relu")
