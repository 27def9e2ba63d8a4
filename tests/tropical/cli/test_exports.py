"""The option --export: what is written is what the library makes, and files of other kinds are refused at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polytopes.formats import load, load_complex
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tests.tropical.cli.helpers import SQUARE, document, refused, tropical
from tropical import ActivationFan, MaxPooling, Network, save
from tropical.fans.activation.faces import polyhedral_fan
from tropical.fans.activation.polytope import activation_polytope
from tropical.regions import activation_complex, activation_regions

DATA = [(0, 0), (1, 0), (0, 1), (1, 1)]
NET = Network.from_weights(
    [([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, -2, 1], [1, 1, 1]], [0, -1]), ([[1, 1]], [0])]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(NET, tmp_path / "net.json")
    (tmp_path / "data.csv").write_text(SQUARE.replace("kind", "label"))
    return tmp_path


def test_regions(folder: Path) -> None:
    for name, box in (("a.json", ()), ("a.mrdi", ("--box=-1,2",)), ("a.sage", ("--box=0,1;1/2,1/2", "--relative"))):
        found = document("regions", folder / "net.json", *box, "--export", folder / name)
        complex_ = load_complex(folder / name)
        assert complex_.n_maximal_cells == found["activation_regions"] and complex_.is_complex()
    square = activation_complex(NET, [(-1, 2), (-1, 2)])
    assert load_complex(folder / "a.mrdi") == square
    assert sum(cell.volume() for cell in square.maximal_cells) == 9
    assert list(square.maximal_cells) == [region.polyhedron for region in activation_regions(NET, [(-1, 2)] * 2)]


def test_a_stopped_count_writes_no_complex(folder: Path) -> None:
    said = tropical("regions", folder / "net.json", "--limit", 2, "--export", folder / "a.json")
    assert said.exit_code == 3 and "a.json was not written" in said.stderr and not (folder / "a.json").exists()


def test_fans_and_their_polytopes(folder: Path) -> None:
    fan = ActivationFan.of(DATA, 2)
    files = ("--export", folder / "fan.gfan", "--export-polytope", folder / "polytope.ine")
    document("fan", folder / "data.csv", "--labels", "label", "--terms", 2, *files)
    assert load(folder / "fan.gfan") == polyhedral_fan(fan)
    assert load(folder / "polytope.ine") == activation_polytope(fan)
    said = tropical(
        "fan", folder / "data.csv", "--labels", "label", "--terms", 2, "--limit", 1, "--export", folder / "b.json"
    )
    assert said.exit_code == 3 and "not written" in said.stderr and not (folder / "b.json").exists()


def test_pooling_polytopes(folder: Path) -> None:
    layer = ("--input", 5, "--window", 2, "--stride", 1)
    sum_ = SimplexSum(MaxPooling(5, 2, stride=1).hypergraph)
    for ending in (".ine", ".ext", ".mrdi"):
        document("pool", *layer, "--export", folder / f"pool{ending}")
        assert load(folder / f"pool{ending}") == sum_.from_vertices()
    said = tropical("pool", *layer, "--activation", "relu", "--export", folder / "relu.ine")
    assert "its last coordinate is the constant 0" in said.stderr and load(folder / "relu.ine").ambient_dim == 6


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("regions", "{net}", "--export", "a.gfan"), r".json \(polymake\), .mrdi \(OSCAR\), .sage"),
        (("fan", "{data}", "--terms", 2, "--labels", "label", "--export", "a.sage"), r".gfan \(gfan\)"),
        (("fan", "{data}", "--terms", 2, "--labels", "label", "--export-polytope", "a.gfan"), r".ine \(cddlib"),
        (("pool", "--input", 5, "--window", 2, "--export", "a.stl"), r".ine \(cddlib"),
        (("pool", "--input", 5, "--window", 2, "--activation", "leaky", "--export", "a.ine"), "leaky ReLU"),
        (
            ("pool", "--input", "14x16", "--window", "4x4", "--stride", "2x2", "--export", "a.ext"),
            "more than 1,000,000",
        ),
        (("boundary", "max(x, y, 0) - 1", "--export", "a.gfan"), r".mrdi \(OSCAR\)"),
    ],
)
def test_refused(arguments: tuple[object, ...], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    files = {"{net}": folder / "net.json", "{data}": folder / "data.csv"}
    if "more than" in said:
        result = tropical(*arguments)
        assert result.exit_code == 2 and said in result.stderr
    else:
        assert re.search(said, refused(*(files.get(str(own), own) for own in arguments)))
    assert not list(folder.glob("a.*"))
