"""The documents of commands that are stopped before they find anything: each prints its own, and never another's."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer.main

from polytopes import Polyhedron, save
from tests.paths import NETS
from tests.tropical.cli.helpers import document, tropical
from tropical.cli import starting
from tropical.cli.commands import app
from tropical.cli.starting import begin, commands_are_declared, nothing_found
from tropical.networks.network import Network
from tropical.networks.readers import save as save_network

SMALL = NETS / "int_2x8x8x1_s0.npz"
LAYER = ("--input", 4, "--window", 3, "--stride", 1)
STOPPED = {"complete", "stopped_by"}
"""Keys of every document of a run that was stopped, also of commands whose full documents do not have them."""
OPTIONS = ("linear", "landscape", "f_vector", "limit_kernel", "best_network", "signal", "wide")
"""Options of the cases below whose entries are in the documents of runs that find nothing."""
CASES: dict[str, Callable[[Path], tuple[object, ...]]] = {
    "info": lambda folder: (SMALL,),
    "regions": lambda folder: (SMALL, "--linear"),
    "estimate": lambda folder: (SMALL, "--samples", 20),
    "check": lambda folder: (certificate(folder), SMALL),
    "inspect": lambda folder: (SMALL,),
    "diff": lambda folder: (SMALL, SMALL),
    "extrema": lambda folder: (SMALL,),
    "lipschitz": lambda folder: (SMALL,),
    "complexity": lambda folder: (SMALL, "--box=-1,1"),
    "length": lambda folder: (SMALL, polyline(folder)),
    "breakpoints": lambda folder: (SMALL, "--segment", "0,0;1,1"),
    "init": lambda folder: ("--rank", 3),
    "verify": lambda folder: (SMALL, property_of(folder)),
    "fan": lambda folder: (table(folder), "--terms", 2, "--f-vector"),
    "classify": lambda folder: (table(folder), "--terms", "1,1", "--landscape"),
    "dichotomies": lambda folder: (table(folder), "--terms", "1,1"),
    "squares": lambda folder: (table(folder), "--outer", "1,-1", "--targets", "y"),
    "trajectory": lambda folder: (table(folder), line_classifier(folder)),
    "types": lambda folder: (function(folder),),
    "train": lambda folder: (numbers(folder), "--target", "y"),
    "spline": lambda folder: (line(folder), "--target", "y", "--wide"),
    "explore": lambda folder: (table(folder), "--terms", "1,1"),
    "kernel": lambda folder: (SMALL, table(folder), "--limit-kernel"),
    "margins": lambda folder: (table(folder), "--alpha", "1/2", "--best-network", "--signal", "1,0"),
    "boundary": lambda folder: (function(folder), "--box=-1,1"),
    "topology": lambda folder: (function(folder),),
    "hull": lambda folder: (points(folder),),
    "polytope": lambda folder: (points(folder),),
    "solve": lambda folder: (points(folder), "--below", points(folder)),
    "axioms": lambda folder: (set_of_types(folder),),
    "mdp": lambda folder: (process(folder),),
    "rates": lambda folder: (polytope(folder), "--objective", "1,0"),
    "convert": lambda folder: (SMALL,),
    "subdivision": lambda folder: (function(folder),),
    "shallow": lambda folder: (function(folder),),
    "decompose": lambda folder: (function(folder),),
    "pool": lambda folder: LAYER,
    "pool list": lambda folder: LAYER,
    "pool sample": lambda folder: (3, *LAYER),
    "pool rank": lambda folder: ("2,2", *LAYER),
    "pool unrank": lambda folder: (6, *LAYER),
    "pool neighbors": lambda folder: LAYER,
    "pool selections": lambda folder: LAYER,
    "pool cost": lambda folder: LAYER,
    "pool verify": lambda folder: LAYER,
    "pool tables": lambda folder: (folder / "tables",),
}


def property_of(folder: Path) -> Path:
    path = folder / "property.vnnlib"
    path.write_text("(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real) (assert (>= Y_0 9))")
    return path


def points(folder: Path) -> Path:
    path = folder / "points.csv"
    path.write_text("0,0,0\n0,1,3\n")
    return path


def set_of_types(folder: Path) -> Path:
    path = folder / "types.json"
    path.write_text(json.dumps({"types": [[[0], [0]]]}))
    return path


def polytope(folder: Path) -> Path:
    path = folder / "polytope.ext"
    save(Polyhedron(vertices=[[1, 0], [0, 1]]), path)
    return path


def process(folder: Path) -> Path:
    path = folder / "process.json"
    moves = {"a": {"stay": {"a": 1}, "go": {"b": 1}}, "b": {"stay": {"b": 1}}}
    rewards = {"a": {"stay": 0, "go": 0}, "b": {"stay": 1}}
    path.write_text(
        json.dumps(
            {"states": ["a", "b"], "transitions": moves, "rewards": rewards, "discount": "1/2", "initial": {"a": 1}}
        )
    )
    return path


def line_classifier(folder: Path) -> Path:
    path = folder / "line.json"
    save_network(Network.from_weights([([[1, 2]], [0])]), path)
    return path


def polyline(folder: Path) -> Path:
    path = folder / "polyline.csv"
    path.write_text("-1,0\n1,1\n")
    return path


def certificate(folder: Path) -> Path:
    path = folder / "count.certificate"
    assert tropical("regions", SMALL, "--certificate", path).exit_code == 0
    return path


def table(folder: Path) -> Path:
    path = folder / "table.csv"
    path.write_text("x,y,label\n0,0,+\n1,0,-\n0,1,-\n")
    return path


def line(folder: Path) -> Path:
    path = folder / "line.csv"
    path.write_text("x,y\n0,1\n1,-1\n")
    return path


def numbers(folder: Path) -> Path:
    path = folder / "numbers.csv"
    path.write_text("x,z,y\n0,1,1\n1,0,-1\n")
    return path


def function(folder: Path) -> Path:
    path = folder / "function.txt"
    path.write_text("max(0, x + y + 1) - max(x, y)\n")
    return path


def commands() -> dict[str, Any]:
    """All commands, those of groups with the name of the group."""
    tree: Any = typer.main.get_command(app)
    found = dict(tree.commands)
    for name, own in tree.commands.items():
        found |= {f"{name} {sub}": command for sub, command in getattr(own, "commands", {}).items()}
    return found


def full_keys(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys of the document of a run that is not stopped."""
    monkeypatch.setattr(import_module("tropical.pooling.tables"), "tables", dict)  # to compute them takes a while
    return set(document(*name.split(), *CASES[name](folder)))


def test_all_commands_are_tried() -> None:
    assert CASES.keys() == commands().keys()


TIMED = [name for name, own in commands().items() if "deadline" in {p.name for p in own.params}]


@pytest.mark.parametrize("name", CASES)
def test_no_result_and_no_time(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys are among those of a run that is not stopped, which serves both."""
    keys = full_keys(name, tmp_path, monkeypatch) | STOPPED
    found = nothing_found(
        name, "interrupt", lambda parameter: parameter in ("linear", "landscape", "f_vector", "limit_kernel")
    )
    assert (found["complete"], found["stopped_by"]) == (False, "interrupt")
    assert STOPPED < found.keys() <= keys
    if name in TIMED:
        found = document(*name.split(), *CASES[name](tmp_path), "--timeout", 0.0001, code=3)
        assert (found["complete"], found["stopped_by"]) == (False, "timeout")
        assert found.keys() <= keys


@pytest.mark.parametrize("name", CASES)
def test_interrupt_while_the_commands_are_imported(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Left(Exception):
        """The process would have ended here."""

    def leave(code: int) -> None:
        raise Left(code)

    arguments = [*name.split(), *map(str, CASES[name](tmp_path)), "--json"]
    monkeypatch.setattr(sys, "argv", ["tropical", *arguments])
    monkeypatch.setattr(starting, "_came", [])
    monkeypatch.setattr(os, "_exit", leave)
    before = {number: signal.getsignal(number) for number in starting.ENDING}
    capfd.readouterr()
    try:
        begin()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Left, match="130"):
            commands_are_declared()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    found = json.loads(capfd.readouterr().out)
    assert found == nothing_found(name, "interrupt", lambda parameter: f"--{parameter.replace('_', '-')}" in arguments)
