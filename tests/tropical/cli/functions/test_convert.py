"""The command convert: what it writes is read back by the other commands and by load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tropical.cli.helpers import tropical
from tropical import load, save
from tropical.algebra.files import from_json, load_function
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.network import Network
from tropical.representations.conversion import tropical_map

IRIS = Path("examples/networks/iris.json")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """relu(x) + relu(y) - relu(x + y - 1)."""
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -1]], [0])]), path)
    return path


def test_tables_and_latex(network: Path) -> None:
    shown = tropical("convert", network)
    assert shown.exit_code == 0 and "Q^2 → Q^1 as a tropical rational map" in shown.stdout
    assert "f0 = max(x + y, x, y, 0) - max(x + y - 1, 0)" in shown.stdout
    latex = tropical("convert", network, "--latex")
    assert latex.stdout.startswith(r"\max\left(x + y,\, x") and latex.stdout.count("\n") == 1


def test_the_document_is_a_function_file(network: Path) -> None:
    result = tropical("convert", network, "--json")
    document: dict[str, Any] = json.loads(result.stdout)
    function = from_json(result.stdout)
    assert isinstance(function, TropicalRational) and document["complete"]
    assert TropicalMap.of([function]).same_function(tropical_map(load(network)))
    [layer] = document["layers"]
    assert layer == {"name": "relu0", "n_units": 3, "n_before": 6, "n_after": 6, "largest": 2, "n_newton_vertices": 6}
    [output] = document["outputs"]
    assert output["numerator"]["is_zonotope"]
    assert output["numerator"]["n_before"] == output["numerator"]["n_after"] == 4 == function.numerator.n_terms


TWO_LAYERS = Network.from_weights(
    [([[1, 0], [0, 1], [1, -1]], [0, -1, "1/2"]), ([[1, -1, 1], [-1, 2, 1]], [0, -1]), ([[1, 0], [2, -1]], [0, -1])]
)
BOX = "0,7;0,5/2"


@pytest.fixture(params=["two layers", pytest.param("iris", marks=pytest.mark.slow)])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A network with several outputs."""
    if request.param == "iris":
        return IRIS
    save(TWO_LAYERS, tmp_path / "source.json")
    return tmp_path / "source.json"


@pytest.mark.parametrize("ending", [".json", ".txt"])
def test_files_are_read_back(source: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"map{ending}"
    written = tropical("convert", source, "--component", 1, "-o", path)
    assert written.exit_code == 0 and "with -o" not in written.output
    function = load_function(path)
    assert isinstance(function, TropicalRational)
    assert TropicalMap.of([function]) == tropical_map(load(source).output(1))
    by_map, by_network = tmp_path / "a.json", tmp_path / "b.json"
    assert tropical("boundary", path, "--box", BOX, "-o", by_map).exit_code == 0
    save(load(source).output(1), tmp_path / "one.json")
    assert tropical("boundary", tmp_path / "one.json", "--box", BOX, "-o", by_network).exit_code == 0
    first, second = (json.loads(file.read_text()) for file in (by_map, by_network))
    assert first["components"] == second["components"] and first["regions"] == second["regions"] != []
    assert tropical("subdivision", path).exit_code == 0


def test_a_written_map_is_a_network(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    assert tropical("convert", source, "-o", path).exit_code == 0
    again = load(path)
    assert all(again(x) == load(source)(x) for x in ([1, 2], ["3/7", -4], [5, "3/2"]))
    assert tropical("regions", path, "--limit", 5).exit_code == 3
    tex = tmp_path / "map.tex"
    assert tropical("convert", source, "--component", 0, "--output", tex).exit_code == 0
    assert tex.read_text().startswith(r"\max")


def test_limits(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    result = tropical("convert", IRIS, "--limit", 20, "-o", path, "--json")
    assert result.exit_code == 3 and "more than 20 essential terms" in result.stderr and not path.exists()
    document = json.loads(result.stdout)
    assert document["stopped_by"] == "limit" and not document["complete"] and document["bounds"][0] == [121, 135]
    assert tropical("convert", IRIS, "--timeout", "1e-3").exit_code == 3


def test_interrupts(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tropical.representations.conversion.convert", interrupted)
    result = tropical("convert", network, "--json")
    assert result.exit_code == 130 and json.loads(result.stdout)["stopped_by"] == "interrupt"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--latex", "--json"), "give one"),
        (("-o", "map.pdf"), "written to .json, .txt, .tex"),
        (("--component", 3), "outputs 0 to 2"),
        (("--output", 3), "choose an output coordinate with --component 3"),
        (("-o", -1), "choose an output coordinate with --component -1"),
        (("-o", IRIS), "would be overwritten"),
    ],
)
def test_refusals(arguments: tuple[object, ...], message: str) -> None:
    result = tropical("convert", IRIS, *arguments)
    assert result.exit_code == 2 and message in result.stderr and result.stderr.count("\n") == 1
