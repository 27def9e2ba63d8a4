"""The commands on linear programs: documents, tables, pictures, stops and bad input."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from polytopes import Polyhedron, save
from polytopes.decision_processes import transportation_polytope
from tests.tropical.cli.helpers import document, refused, tropical

PROCESS: dict[str, Any] = {
    "states": ["1", "2"],
    "transitions": {"1": {"stay": {"1": 1}, "move": {"2": 1}}, "2": {"stay": {"2": 1}, "move": {"1": 1}}},
    "rewards": {"1": {"stay": 1, "move": 0}, "2": {"stay": 2, "move": 0}},
    "discount": "9/10",
    "initial": {"1": "4/5", "2": "1/5"},
}


@pytest.fixture
def process(tmp_path: Path) -> Path:
    file = tmp_path / "process.json"
    file.write_text(json.dumps(PROCESS))
    return file


@pytest.fixture
def transport(tmp_path: Path) -> Path:
    save(transportation_polytope(["1/3"] * 3, ["1/3"] * 3), tmp_path / "transport.ine")
    return tmp_path / "transport.ine"


def test_process(process: Path) -> None:
    found = document("mdp", process, "--start", "uniform", "--times", "20,1", "--policies", "--polytope")
    expected = {"optimal_value": "46/25", "optimal_policies": 1, "Delta": "4/5", "delta": "16/25", "Delta_K": "4/5"}
    assert found.items() >= {**expected, "complete": True, "state_exploration": True}.items()
    assert found["all_optimal_policies"] == [found["optimal_policy"]] == [{"1": "move", "2": "stay"}]
    assert found["occupancy"] == ["0", "2/25", "23/25", "0"]
    assert found["start"] == ["53/200", "53/200", "47/200", "47/200"]
    assert (found["KL0"]["value"], found["t0"]["value"][:13]) == ("1.15978884812203", "18.1217007519")
    assert [row["t"] for row in found["bounds"]] == ["1", "20"]
    assert len(found["polytope"]["vertices"]) == len(found["polytope"]["edges"]) == 4
    said = tropical("mdp", process).stdout
    assert "1.84" in said
    assert "action stay in state 1" in said


def test_start_from_a_policy(process: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"1": {"stay": "1/2", "move": "1/2"}, "2": {"stay": "1/2", "move": "1/2"}}))
    assert document("mdp", process, "--start", policy)["KL0"] == document("mdp", process, "--start", "uniform")["KL0"]
    policy.write_text(json.dumps({"1": {"stay": 1}, "2": {"stay": 1}}))
    assert "mass 0" in refused("mdp", process, "--start", policy)
    policy.write_text(json.dumps({"1": {"stay": 1}}))
    assert "lacks '2'" in refused("mdp", process, "--start", policy)


def test_ties_stop_at_the_limit(process: Path) -> None:
    process.write_text(json.dumps({**PROCESS, "rewards": {s: {"stay": 1, "move": 1} for s in "12"}}))
    found = document("mdp", process)
    assert (found["optimal_policies"], found["Delta"], found["Delta_K"]) == (4, None, None)
    stopped = document("mdp", process, "--limit", 2, code=3)
    assert (stopped["complete"], stopped["stopped_by"], stopped["optimal_value"]) == (False, "limit", "1")


def test_rates(transport: Path) -> None:
    start = ",".join(["1/9"] * 9)
    found = document("rates", transport, "--objective", "5,1,0,2,4,1,0,3,6", "--start", start, "--times", "5")
    assert (found["optimum"], found["Delta"], found["delta"], found["outgoing_edges"]) == ("5", "3", "2", 5)
    assert Fraction(found["bounds"][0]["gap"]["upper"]) < 1
    assert "Delta" in tropical("rates", transport, "--objective", "5,1,0,2,4,1,0,3,6").stdout


def test_pictures(process: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    target = tmp_path / "process.svg"
    assert tropical("mdp", process, "--plot", target).exit_code == 0
    page = target.read_text(encoding="utf-8")
    assert "svg" in page


BAD = [
    (("--times", "1"), "--start"),
    (("--start", "uniform", "--times", "-1"), ">= 0"),
    (("--start", "uniform", "--times", "x"), "--times"),
    (("--start", "missing.json"), "missing.json"),
    (("--plot", "picture.txt"), "picture"),
]


@pytest.mark.parametrize(("options", "said"), BAD)
def test_bad_options_of_processes(options: tuple[str, ...], said: str, process: Path) -> None:
    assert said in refused("mdp", process, *options)


def test_bad_programs(transport: Path, tmp_path: Path) -> None:
    assert "9" in refused("rates", transport, "--objective", "1,2")
    assert "--objective" in refused("rates", transport, "--objective", "1,x,3")
    costs = ",".join(["1"] * 9)
    assert "point of the polytope" in refused("rates", transport, "--objective", costs, "--start", costs)
    assert "--start" in refused("rates", transport, "--objective", costs, "--times", "1")
    save(Polyhedron.from_rows([(0, 1, 0), (0, 0, 1)]), tmp_path / "cone.ine")
    assert tropical("rates", tmp_path / "cone.ine", "--objective", "1,1").exit_code == 2
    assert "cannot be read" in refused("rates", tmp_path / "none.ine", "--objective", "1")
    said = refused("mdp", tmp_path / "none.json")
    assert "cannot be read" in said
    assert said.count("none.json") == 1
