"""What is said of counts that are stopped: bounds that need no count, and where they stopped."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import tropical
from polytopes.enumeration.goals import Goals
from polytopes.enumeration.recorded_cells import BlockOfCells
from polytopes.enumeration.records import Only
from tests.tropical.cli.helpers import BIG, document
from tests.tropical.cli.helpers import tropical as run
from tropical import Network
from tropical.cli.networks import stops
from tropical.regions.activation_regions import Walk
from tropical.regions.bounds import closed_form_bounds

COMMANDS = ("regions", "inspect", "extrema", "lipschitz", "diff", "boundary")
NET = Network.from_weights(BIG)
MOST = min(bound.value for bound in closed_form_bounds(NET.program, 6))


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """All bounds are found, however slow the machine is."""
    monkeypatch.setattr(stops, "GRACE", 60.0)


def asked(command: str, path: Path) -> list[object]:
    return [command, path, *([path] if command == "diff" else [])]


def check(found: dict[str, Any], regions: int, least: int) -> None:
    """Bounds hold for what was found, and are those of the formulas."""
    lower, upper = ([bound["value"] for bound in found[key]] for key in ("lower_bounds", "upper_bounds"))
    assert found["activation_regions"] == regions and max(lower) >= max(regions, least) and lower[0] == max(regions, 1)
    assert min(upper) <= MOST**2 and all(bound["valid_for"] == "this network" for bound in found["upper_bounds"])


@pytest.mark.parametrize("command", COMMANDS)
def test_limit(command: str, big: Path) -> None:
    found = document(*asked(command, big), "--limit", 5, code=3)
    check(found, 5, 2**6)
    stage = found["stage"]
    layers = {"diff": 4, "boundary": 3}.get(command, 2)
    assert (stage["layers"], stage["looked_at"]) == (layers, None) and stage["splits"] > 6
    assert 1 <= stage["layer"] <= layers, "the cell that comes next may be higher up in the tree"
    at_end = command == "boundary" and stage["layer"] == layers
    assert stage["gates"] == (1 if at_end else 24) >= stage["closed"] >= 0
    shown = " ".join(run(*asked(command, big), "--box=-1,1", "--limit", 5).stdout.split())
    assert "activation regions, at most" in shown and "gates of layer" in shown
    assert command == "regions" or re.search(r"gates of layer \d, in a cell", shown)
    assert "activation regions, at least" not in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_before_the_first_region(command: str, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C when nothing is found yet."""

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    def only_parts(
        walk: Walk, only: Only | None = None, goals: Goals | None = None
    ) -> Iterator[tuple[int, BlockOfCells]] | None:
        if walk.domain is None:
            raise KeyboardInterrupt
        return promising(walk, only, goals)  # bounds of what is left are looked for in walks of parts

    promising = Walk.promising
    monkeypatch.setattr(Walk, "promising", only_parts)
    monkeypatch.setattr(import_module("tropical.regions.activation_regions"), "activation_regions", interrupted)
    monkeypatch.setattr(import_module("tropical.regions.counting"), "_blocks", interrupted)
    found = document(*asked(command, big), code=130)
    check(found, 0, 2**6)
    assert (found["stage"] is None) == (command != "inspect")
    shown = " ".join(run(*asked(command, big)).stdout.split())
    assert "at least 64 (independent units of the first layer)" in shown
    assert ("before the first gate was looked at" in shown) == (command != "inspect")


def test_no_time_for_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms of the gates are not known yet: the sizes of the layers are enough for a bound."""
    path = tmp_path / "net.json"
    tropical.save(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, 1]), ([[1, 1, 1]] * 2, [0, 1])]), path)

    def stopped(network: Network) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Network, "program", property(stopped))
    for where, most in (((), 7), (("--box", "0,1;2,2", "--relative"), 4)):
        found = document("regions", path, *where, code=130)
        assert [bound["value"] for bound in found["upper_bounds"]] == [most]
        assert [bound["value"] for bound in found["lower_bounds"]] == [1] and found["stage"] is None


def test_bounds_take_no_more_than_a_moment(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer is left out."""
    monkeypatch.setattr(stops, "GRACE", 0.05)
    monkeypatch.setattr("tropical.regions.bounds.closed_form_bounds", lambda *arguments: time.sleep(60))
    began = time.monotonic()
    found = document("extrema", big, "--box=-1,1", "--limit", 1, code=3)
    assert [bound["name"] for bound in found["upper_bounds"]] == ["sizes of layers"]
    assert time.monotonic() - began < 50


def test_extrema_of_a_part_are_bounds(big: Path) -> None:
    shown = " ".join(run("extrema", big, "--box=-1,1", "--limit", 3).stdout.split())
    assert "minimum at least " in shown and ", at most " in shown
    shown = " ".join(run("lipschitz", big, "--box=-1,1", "--limit", 3).stdout.split())
    assert "l1 at most " in shown and ", at least " in shown
    assert "largest difference" in run("diff", big, big, "--box=-1,1", "--limit", 3).stdout


def test_complete_answers_say_nothing_of_it(xor: Path) -> None:
    assert not document("regions", xor).keys() & {"lower_bounds", "upper_bounds", "stage"}
    assert "at most" not in run("extrema", xor, "--box", "0,1").stdout
