"""The examples run, check themselves, and rest on files that agree with one another."""

import csv
import json
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import tropical
from polytopes.arithmetic.rationals import as_vector
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import ROOT

EXAMPLES = ROOT / "examples"
NETWORKS = sorted(path.stem for path in EXAMPLES.glob("networks/*.onnx"))
QUICK = [
    "arrangement_two_ways",
    "axioms_without_data",
    "convex_training",
    "count_regions",
    "decision_process",
    "decision_boundary",
    "float_miscounts",
    "linear_regions_and_graph",
    "local_complexity",
    "margins",
    "maxout_initialization",
    "network_as_quotient",
    "optimal_transport",
    "order_types",
    "scrub_training",
    "splines",
    "squared_loss",
    "tangent_kernels",
    "topology_of_training",
    "training_path",
    "tropical_oriented_matroids",
    "tropical_polytope",
    "two_level_lattice",
]


SLOW = {"axioms_without_data", "convex_training", "local_complexity", "order_types"}


def run(name: str) -> str:
    command = [sys.executable, str(EXAMPLES / f"{name}.py")]
    environment = {"PYTHONPATH": str(EXAMPLES.parent), "PYTHONWARNINGS": "error", "MPLBACKEND": "agg"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("name", [name for name in QUICK if name not in SLOW])
def test_quick_examples(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In this process, which has loaded the libraries already."""
    path = EXAMPLES / f"{name}.py"
    monkeypatch.setattr(sys, "argv", [str(path)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)  # in a destructor it stops nothing
        runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_examples_as_they_are_run(name: str) -> None:
    assert run(name)


def test_every_example_is_run() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*QUICK, "demo", "train_networks"}


@pytest.mark.slow
def test_demo() -> None:
    out = run("demo")
    result = json.loads((EXAMPLES.parent / "results" / "regions.json").read_text())
    for name in NETWORKS:
        [line] = [line for line in out.splitlines() if line.split()[:1] == [name]]
        assert f"{result[name]['activation_regions']:,}" in line.split()
    assert (EXAMPLES.parent / "results" / "iris-regions.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", NETWORKS)
def test_files_of_a_network(name: str) -> None:
    pytest.importorskip("onnx")
    network = tropical.load(EXAMPLES / "networks" / f"{name}.onnx")
    assert tropical.load(EXAMPLES / "networks" / f"{name}.json") == network
    box = json.loads((EXAMPLES / "networks" / f"{name}.box.json").read_text())
    assert len(box["lower"]) == len(box["upper"]) == len(box["features"]) == network.input_dim


def test_the_box_is_that_of_the_data() -> None:
    with open(EXAMPLES / "networks" / "iris.csv", newline="") as file:
        points = [as_vector(row[:2]) for row in list(csv.reader(file))[1:]]
    bounds = json.loads((EXAMPLES / "networks" / "iris.box.json").read_text())
    lower, upper = ([choose(column) for column in zip(*points, strict=True)] for choose in (min, max))
    assert Polyhedron.box(bounds["lower"], bounds["upper"]) == Polyhedron.box(lower, upper)
    assert len(points) == 150


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    """`make docs` runs them; the first cell is short, so that it can be typed."""
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells and not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    first = [line for line in "".join(cells[0]["source"]).splitlines() if line.strip()]
    assert len(first) <= 5
    assert f"notebooks/{path.stem}" in (ROOT / "docs/index.md").read_text(encoding="utf-8")
