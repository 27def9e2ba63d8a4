"""Files that do not say their activations: what every command asks for, and what it says of it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from typer.core import TyperGroup as Group
from typer.main import get_command

from tests.tropical.cli.helpers import POINTS, SQUARE, XOR, document, refused, tropical
from tropical import save
from tropical.cli.commands import app

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
    "info": "NET",
    "regions": "NET",
    "estimate": "NET",
    "check": "CERTIFICATE NET",
    "inspect": "NET",
    "diff": "NET NET",
    "extrema": "NET --box 0,1",
    "lipschitz": "NET",
    "complexity": "NET --box 0,1",
    "breakpoints": "NET --segment 0,0;1,1",
    "length": "NET POLYLINE",
    "init": "--network NET --box 0,1",
    "verify": "NET PROPERTY",
    "classify": "TABLE --labels kind --network NET",
    "trajectory": "TABLE NET --labels kind",
    "kernel": "NET TABLE --labels kind",
    "margins": "TABLE --labels kind --network NET",
    "explore": "NET",
    "boundary": "NET",
    "topology": "NET",
    "convert": "NET",
    "shallow": "NET",
    "decompose": "NET",
}
"""A line for each command that reads networks."""


@pytest.fixture
def files(state: Path, tmp_path: Path) -> dict[str, Path]:
    """What the words of these lines stand for."""
    table, certificate, prop = tmp_path / "square.csv", tmp_path / "certificate", tmp_path / "p.vnnlib"
    polyline = tmp_path / "polyline.csv"
    polyline.write_text("0,0\n1,1\n")
    prop.write_text("(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)")
    table.write_text(SQUARE)
    assert tropical("regions", state, "--activation", "relu", "--certificate", certificate).exit_code == 0
    return {"NET": state, "TABLE": table, "CERTIFICATE": certificate, "PROPERTY": prop, "POLYLINE": polyline}


def test_all_commands_that_read_networks_are_here() -> None:
    commands = cast(Group, get_command(app)).commands
    reading = [name for name, one in commands.items() if "no_check" in {option.name for option in one.params}]
    assert sorted(reading) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_was_assumed_is_said(command: str, state: Path, files: dict[str, Path], tmp_path: Path) -> None:
    asked = (command, *(files.get(word, word) for word in COMMANDS[command].split()))
    assert "--activation relu" in refused(*asked)
    found = document(*asked, "--activation", "relu")
    networks = found["networks"] if "networks" in found else [found.get("network")]
    summaries = [network for network in networks if isinstance(network, dict) and "nodes" not in network]
    said = [network["assumed"] for network in summaries] or [found["assumed"]]
    assert set(said) == {ASSUMED} and len(said) == len(networks)
    page = ("-o", tmp_path / "page.html") if command == "explore" else ()
    shown = tropical(*asked, "--activation", "relu", *page)
    assert shown.exit_code == 0 and f"assumed of {state}: {ASSUMED}" in shown.stderr
    assert f"assumed: {ASSUMED}" in page[1].read_text() if page else f"assumed of {state}: {ASSUMED}" in shown.stdout


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
    for command in (name for name, line in COMMANDS.items() if line == "NET"):
        assert "says itself what its activations are" in refused(command, path, "--activation", "relu")
    assert "assumed" not in document("info", path)["network"] and "assumed" not in tropical("info", path).stdout


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
    found = document(*path, "--activation", "relu")
    assert found["path"]["walls"] == 0 and found["assumed"] == ASSUMED
    assert "--activation relu" in refused(*path)
    assert "name one" in refused("classify", table, "--terms", "1,2", "--activation", "relu")


def test_certificates_and_pages(state: Path, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate"
    assert tropical("regions", state, "--activation", "relu", "--certificate", certificate).exit_code == 0
    assert document("check", certificate, state, "--activation", "relu")["verified"]
    assert document("check", certificate, state, "--activation", "none", code=1)["reason"] == "it is of another network"
    table = tmp_path / "square.csv"
    table.write_text(SQUARE)
    assert "--activation" in refused("explore", table, "--terms", "1,1", "--labels", "kind", "--activation", "relu")


def test_functions_have_no_activation(tmp_path: Path) -> None:
    path = tmp_path / "function.txt"
    path.write_text("max(x, 0)")
    assert "--activation is about networks" in refused("shallow", path, "--activation", "relu")
