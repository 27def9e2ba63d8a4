"""The commands inspect, diff, extrema and lipschitz: answers, documents, exit codes, bad input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from polytopes.enumeration.goals import Goals
from polytopes.enumeration.recorded_cells import BlockOfCells
from polytopes.enumeration.records import Only
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import NETS
from tests.tropical.cli.helpers import document, refused, tropical
from tropical import Network, load, save
from tropical.regions.activation_regions import ActivationRegion, Walk
from tropical.regions.surveys.degeneracy import degeneracy
from tropical.regions.surveys.difference import difference
from tropical.regions.surveys.extrema import extrema
from tropical.regions.surveys.lipschitz import lipschitz_constants

SMALL = NETS / "int_2x8x8x1_s0.npz"
NEAR, FAR = NETS / "par_2x8x1_eps1e-06.npz", NETS / "par_2x8x1_eps0.001.npz"
SQUARE = Polyhedron.box([-1, -1], [1, 1])
COMMANDS = ("inspect", "extrema", "lipschitz", "diff")


def nets(command: str, path: Path = SMALL) -> list[Path]:
    return [path] * (2 if command == "diff" else 1)


def same(content: dict[str, Any], expected: dict[str, Any]) -> None:
    """The document has the answer of the library, read back from its JSON text."""
    known = json.loads(json.dumps(expected))
    assert {key: content[key] for key in known if key != "seconds"} == {
        k: v for k, v in known.items() if k != "seconds"
    }


def test_documents_are_the_answers_of_the_library() -> None:
    net = load(SMALL)
    same(document("inspect", SMALL), degeneracy(net).as_dict())
    same(document("inspect", SMALL, "--box=-1,1"), degeneracy(net, SQUARE).as_dict())
    same(document("extrema", SMALL), extrema(net).as_dict())
    same(document("extrema", SMALL, "--box=-1,1"), extrema(net, SQUARE).as_dict())
    same(document("lipschitz", SMALL, "--box=-1,1"), lipschitz_constants(net, SQUARE).as_dict())
    found = difference(load(NEAR), load(FAR), SQUARE, volume=True)
    same(document("diff", NEAR, FAR, "--box=-1,1", "--volume"), found.as_dict())
    assert found.equal is False


def test_methods_and_files(tmp_path: Path) -> None:
    for command in COMMANDS:
        arguments = (command, *nets(command), "--box=-1,1")
        one, two = (document(*arguments, "--method", name) for name in ("vertices", "witness"))
        assert one["activation_regions"] == two["activation_regions"]
        target = tmp_path / f"{command}.json"
        assert tropical(*arguments, "-o", target).exit_code == 0
        read = json.loads(target.read_text())
        assert read["complete"] is True
        assert read["domain"]["kind"] == "box"
        assert "network" in read or len(read["networks"]) == 2


def test_same_network_twice() -> None:
    content = document("diff", SMALL, SMALL)
    assert (content["equal"], content["differing_regions"], content["largest_difference"]["value"]) == (True, 0, "0")
    assert [network["source"] for network in content["networks"]] == [str(SMALL), str(SMALL)]


def test_components_and_functionals(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    save(Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 0], [0, 3]], [0, 0])]), path)
    [second] = document("extrema", path, "--box=-2,1", "--component", 1)["outputs"]
    assert (second["minimum"]["value"], second["maximum"]["value"]) == ("0", "6")
    [gap] = document("extrema", path, "--box=-2,1", "--functional", "1,-1/3")["outputs"]
    assert (gap["minimum"]["value"], gap["maximum"]["value"]) == ("-2", "1")
    assert "outputs 0 to 1" in refused("extrema", path, "--component", 2)
    assert "expected 2" in refused("extrema", path, "--functional", "1,2,3")
    assert "one of them" in refused("extrema", path, "--functional", "1,2", "--component", 0)


def test_points_with_many_coordinates_are_cut_in_tables_only(tmp_path: Path) -> None:
    save(Network.from_weights([([[1] * 30], [0])]), tmp_path / "wide.json")
    result = tropical("extrema", tmp_path / "wide.json", "--box", "0,7")
    assert result.stdout.count("7") < 20
    assert "..." in result.stdout
    [output] = document("extrema", tmp_path / "wide.json", "--box", "0,7")["outputs"]
    assert (output["maximum"]["value"], output["maximum"]["point"]) == ("210", ["7"] * 30)


def test_unbounded_answers_have_a_ray() -> None:
    [found] = document("extrema", SMALL)["outputs"]
    top = found["maximum"]
    assert top["value"] is None
    net = load(SMALL)
    point, ray = ([Fraction(entry) for entry in top[key]] for key in ("point", "ray"))
    assert net([p + r for p, r in zip(point, ray, strict=True)])[0] > net(point)[0]
    result = tropical("extrema", SMALL)
    assert "+inf, along" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_table_for_a_person(command: str) -> None:
    result = tropical(command, *nets(command), "--box=-1,1")
    assert result.exit_code == 0
    assert result.stderr == ""
    content = document(command, *nets(command), "--box=-1,1")
    [line] = [line for line in result.stdout.splitlines() if line.startswith("activation regions")]
    assert line.split()[-1] == str(content["activation_regions"])


def test_table_of_what_is_degenerate() -> None:
    rows = dict(line.split("  ", 1) for line in tropical("inspect", NETS / "dbl_2x8x1.npz").stdout.splitlines())
    assert rows["dead"].strip() == "none"
    assert rows["mergeable"].strip() == "relu0[0], relu0[1] as 1, 2"
    assert rows["redundant"].strip() == "relu0[1]"
    assert "none proven" in tropical("inspect", NETS / "dbl_2x8x1.npz", "--limit", 3).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_limit(command: str) -> None:
    total = document(command, *nets(command))["activation_regions"]
    assert document(command, *nets(command), "--limit", total)["complete"] is True
    content = document(command, *nets(command), "--limit", total - 1, code=3)
    assert (content["complete"], content["stopped_by"]) == (False, "limit")
    assert content["activation_regions"] == total - 1
    assert content.get("equal") is None
    result = tropical(command, *nets(command), "--limit", 1)
    assert result.exit_code == 3
    assert "proven" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_timeout(command: str, big: Path) -> None:
    content = document(command, *nets(command, big), "--timeout", "0.4", code=3)
    assert (content["complete"], content["stopped_by"]) == (False, "timeout")


def test_timeout_before_the_walk(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even the beginning takes too long, the document says that nothing was found."""
    module = import_module("tropical.regions.surveys.degeneracy")  # the room offers the function of this name

    def slow(*_: object) -> tuple[int, ...]:
        while True:
            pass

    monkeypatch.setattr(module, "decided_winners", slow)
    content = document("inspect", big, "--timeout", "0.3", code=3)
    assert (content["activation_regions"], content["complete"]) == (0, False)
    assert tropical("inspect", big, "--timeout", "0.3").exit_code == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_interrupt(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C after three regions, or one block of them: a valid document of what they prove."""
    regions, promising, found = Walk.regions, Walk.promising, 3

    def interrupted(walk: Walk) -> Iterator[ActivationRegion]:
        yield from islice(regions(walk), 3)
        raise KeyboardInterrupt

    def interrupted_blocks(
        walk: Walk, only: Only | None = None, goals: Goals | None = None
    ) -> Iterator[tuple[int, BlockOfCells]]:
        nonlocal found
        found, block = next((count, part) for count, part in promising(walk, only, goals) or () if count)
        yield found, block
        monkeypatch.undo()  # bounds of what is left are looked for in walks of parts
        raise KeyboardInterrupt

    monkeypatch.setattr(Walk, "regions", interrupted)
    monkeypatch.setattr(Walk, "promising", interrupted_blocks)
    content = document(command, *nets(command), code=130)
    assert (content["activation_regions"], content["complete"], content["stopped_by"]) == (found, False, "interrupt")


def test_bad_input(tmp_path: Path) -> None:
    assert "inputs" in refused("diff", SMALL, NETS / "int_4x8x1_s0.npz")
    assert "volume" in refused("diff", SMALL, SMALL, "--volume")
    for command in COMMANDS:
        assert "none.npz" in refused(command, *nets(command, tmp_path / "none.npz"))
        assert "empty" in refused(command, *nets(command), "--box", "1,0")
        assert "one domain" in refused(command, *nets(command), "--box", "0,1", "--domain", tmp_path / "x.json")
        assert "is a directory" in refused(command, *nets(command), "-o", tmp_path)
        assert "dimension 1" in refused(command, *nets(command), "--box", "0,1;0,0")
    for command in ("inspect", "diff", "extrema"):
        assert "--relative" in refused(command, *nets(command), "--box", "0,1;0,0")
        assert document(command, *nets(command), "--box", "0,1;0,0", "--relative")["complete"] is True
    assert "full-dimensional" in refused("lipschitz", SMALL, "--box", "0,1;0,0")
