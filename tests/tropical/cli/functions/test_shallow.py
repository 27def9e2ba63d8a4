"""The commands shallow and decompose: known answers, files, limits, bad input."""

from __future__ import annotations

import importlib
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from polytopes.complexes.normal_fan import normal_fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.formats import save_complex
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.cli.helpers import document, tropical
from tropical import load, save
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.expressions import parse
from tropical.algebra.files import from_json, save_function
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.network import Network
from tropical.representations.conversion import tropical_map

IRIS = Path("examples/networks/iris.json")
THREE = "relu(x + y - 1) - 2 relu(x - 2y) + relu(y) + 3/2 x - 1/3"
MEDIAN = "min(max(x, y), max(x, 0), max(y, 0))"


def written(folder: Path, text: str) -> Path:
    path = folder / "function.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text, neurons, seminorm, terms",
    [
        ("abs(x) + abs(y)", 2, "4", [[1, "4"]]),
        (THREE, 3, "1 + sqrt(2) + 2 sqrt(5)", [[1, "1"], [2, "1"], [5, "2"]]),
        ("3x - y", 0, "0", []),
        ("# variables: x\n5", 0, "0", []),
    ],
)
def test_shallow_functions(tmp_path: Path, text: str, neurons: int, seminorm: str, terms: list[Any]) -> None:
    source, net, out = written(tmp_path, text), tmp_path / "net.json", tmp_path / "out.json"
    found = document("shallow", source, "--network", net, "-o", out)
    assert found == json.loads(out.read_text()) and found["shallow"] and found["complete"]
    assert (found["neurons"], found["seminorm"]["text"], found["seminorm"]["terms"]) == (neurons, seminorm, terms)
    network = load(net)
    assert network.n_gates == neurons == len(found["bends"])
    variables = ["x"] if text.startswith("#") else None
    function = parse(text.splitlines()[-1], variables)
    assert TropicalMap.of([function]).same_function(tropical_map(network))
    shown = tropical("shallow", source).stdout
    assert f"one hidden layer of {neurons} ReLU unit" in shown and f"seminorm {seminorm}" in shown


def test_a_wall_without_a_bend_hides_no_witness(tmp_path: Path) -> None:
    """The function bends along x = y where x > 0, and has a wall without a bend on the rest of that line."""
    path, out = tmp_path / "net.json", tmp_path / "shallow.json"
    hidden = ([[1, 0], [0, 1], [1, -1]], [0, 0, 0]), ([[1, 0, -1], [1, 0, 0], [0, 1, 0]], [0, 0, 0])
    save(Network.from_weights([*hidden, ([[1, -1, -1]], [0])]), path)
    walls = "abs(x) + abs(y) + abs(x - y)"
    for source in (path, written(tmp_path, f"max(x, y, 0) + {walls} - ({walls})")):
        found = document("shallow", source, "--network", out)
        assert not found["shallow"] and not out.exists()
        assert found["witness"]["hyperplane"] == ["0", "1", "-1"] and ["0"] in found["witness"]["jumps"]


def test_a_network_that_fails_its_check_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("tropical.representations.shallow_form")
    monkeypatch.setattr(module, "_affine_part", lambda region, bends: ((1, 0, 0),))
    source, net = written(tmp_path, "abs(x) + abs(y)"), tmp_path / "net.json"
    done = tropical("shallow", source, "--network", net, "--json")
    assert done.exit_code == 5 and not net.exists() and not done.stdout
    assert done.stderr.startswith("internal error: the network with one hidden layer is another function at (")
    assert done.stderr.count("\n") == 1 and "please report this" in done.stderr


def test_a_witness(tmp_path: Path) -> None:
    source, net = written(tmp_path, "max(x, y, 0)"), tmp_path / "net.json"
    found = document("shallow", source)
    assert found["shallow"] is False and found["complete"]
    assert found["witness"]["hyperplane"] == ["0", "1", "-1"] and found["witness"]["jumps"] == [["1"], ["0"]]
    result = tropical("shallow", source, "--network", net)
    assert "h = x - y" in result.stdout and "no network to write" in result.stderr and not net.exists()


def test_networks_with_several_outputs(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [1, 1]], [0, -1]), ([[1, 2], [0, 3]], [0, 5])]), path)
    both, one = document("shallow", path), document("shallow", path, "--component", 1)
    assert (both["neurons"], one["neurons"]) == (2, 1) and one["seminorm"]["text"] == "3 sqrt(2)"
    assert both["seminorm"]["text"] == "1 + sqrt(26)" and len(both["affine"]) == 2
    many = [([[1, 0]] * 25, [-k for k in range(25)]), ([[1] * 25], [0])]
    save(Network.from_weights(many), path)
    assert "and 5 more; --json lists all" in tropical("shallow", path).stdout
    stopped = document("shallow", IRIS, "--limit", 5, code=3)
    assert stopped["shallow"] is None and not stopped["complete"] and stopped["stopped_by"] == "limit"
    assert "stopped at the limit" in tropical("shallow", IRIS, "--limit", 5).stdout
    assert document("shallow", IRIS)["witness"]["jumps"][1] == ["0"] * 3


def test_decompositions_of_the_median(tmp_path: Path) -> None:
    source, out = written(tmp_path, MEDIAN), tmp_path / "out.json"
    found = document("decompose", source, "-o", out)
    assert found == json.loads(out.read_text())
    assert found["cells"] == 6 and found["polyhedron"] == {"dim": 4, "vertices": 1, "rays": 5}
    assert found["minimal"] == [0] and len(found["rays"]) == 5
    head = {"format": "tropical-function", "version": 1, "kind": "rational", "variables": 2}
    pair = from_json(json.dumps({**head, **found["vertices"][0]}))
    assert isinstance(pair, TropicalRational) and pair.same_function(parse(MEDIAN))
    shown = tropical("decompose", source).stdout
    assert "1 vertex, 5 rays" in shown and "3 - 3 pieces: max(" in shown


def test_decompositions_on_a_given_complex(tmp_path: Path) -> None:
    """On the braid fan of three elements, from a file: the five extreme submodular functions."""
    fan = normal_fan(Polyhedron.from_generators(list(permutations(range(3)))))
    cones = [Polyhedron.from_generators([(0, 0, 0)], cone.rays, cone.lines) for cone in fan.maximal]
    path = tmp_path / "braid.json"
    save_complex(PolyhedralComplex.from_polyhedra(cones), path)
    found = document("decompose", written(tmp_path, "max(x, y, z)"), "--complex", path)
    assert found["cells"] == 6 and (found["polyhedron"]["vertices"], found["polyhedron"]["rays"]) == (1, 5)
    result = tropical("decompose", written(tmp_path, "max(x, y, z, 0)"), "--complex", path)
    assert result.exit_code == 2 and "not affine on cell" in result.stderr


def test_decompositions_of_networks(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, -1]], [0])]), path)
    found = document("decompose", path)
    assert found["cells"] == 4 and found["polyhedron"] == {"dim": 2, "vertices": 1, "rays": 2}
    stopped = document("decompose", path, "--limit", 3, code=3)
    assert stopped["stopped_by"] == "limit" and "vertices" not in stopped
    assert tropical("decompose", path, "--limit", 3).stdout == ""


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("shallow", "none.txt"), "cannot be read"),
        (("shallow", "{text}", "--network", "a.npz"), "written as JSON"),
        (("shallow", "{text}", "--component", 2), "outputs 0 to 1"),
        (("shallow", "{text}", "-o", "{text}"), "is an input"),
        (("shallow", "{text}", "--output", 1), "choose an output coordinate with --component 1"),
        (("shallow", "{classes}"), "is not a function"),
        (("decompose", "{text}"), "choose one with --component"),
        (("decompose", "{text}", "--component", 0, "--complex", "none.json"), "cannot be read"),
        (("decompose", "{text}", "--component", -1), "outputs 0 to 1"),
    ],
)
def test_one_line_for_bad_input(arguments: tuple[object, ...], message: str, tmp_path: Path) -> None:
    text, classes = written(tmp_path, "abs(x)\nabs(y)"), tmp_path / "classes.json"
    x, y = (parse(name, ambient_dim=2) for name in "xy")
    save_function(DecisionBoundary.of_scores(TropicalMap.of([x, y, x * y])), classes)
    files = {"text": text, "classes": classes}
    result = tropical(*(str(part).format(**files) for part in arguments))
    assert result.exit_code == 2 and message in result.stderr, result.output
    assert len(result.stderr.splitlines()) == 1 and "Traceback" not in result.output
