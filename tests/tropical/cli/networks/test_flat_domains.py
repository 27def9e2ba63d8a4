"""Lower-dimensional domains: every command refuses them before any work, or names their free coordinates."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import tropical
from tests.tropical.cli.helpers import document, refused
from tests.tropical.cli.helpers import tropical as run
from tests.tropical.cli.test_app import COMMANDS, options
from tropical import Network

DIM = 40
WIDE = Network.from_weights(
    [([[(i * j + i + j) % 7 - 3 for j in range(DIM)] for i in range(60)], [1] * 60), ([[1, -1] * 30], [0])]
)
LIMITED = sorted(name for name in COMMANDS if "--domain" in options(name) and name not in ("check", "init"))
"""The commands that are about a domain; a certificate may be of any, and constants of units are of none."""


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A network over whose inputs nothing is found in the time of a test."""
    path = tmp_path / "wide.json"
    tropical.save(WIDE, path)
    return path


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """A box with two free coordinates, 3 and 17."""
    path = tmp_path / "flat.json"
    sides = [(Fraction(i, 4), Fraction(i, 4) + (i in (3, 17))) for i in range(DIM)]
    path.write_text(
        f'{{"lower": {[str(a) for a, _ in sides]}, "upper": {[str(b) for _, b in sides]}}}'.replace("'", '"')
    )
    return path


@pytest.mark.parametrize("name", LIMITED)
def test_flat_domains_are_refused_at_once(name: str, wide: Path, flat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No form of the network is computed before."""
    monkeypatch.setattr(Network, "program", property(lambda network: pytest.fail("work began")))
    line = refused(name, wide, *([wide] if name == "diff" else []), "--domain", flat)
    assert "dimension 2 in Q^40" in line and ("--relative" in line) == ("--relative" in options(name))


@pytest.mark.parametrize("name", ["regions", "extrema", "inspect", "diff"])
def test_empty_domains(name: str, wide: Path, tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(f'{{"inequalities": [{[-1] * (DIM + 1)}, {[0, 1] + [0] * (DIM - 1)}, {[-1] + [1] * DIM}]}}')
    line = refused(name, wide, *([wide] if name == "diff" else []), "--domain", path, "--relative")
    assert "the domain is empty" in line and "add --relative" not in line


def test_free_coordinates_are_named(wide: Path, flat: Path) -> None:
    found = document("extrema", wide, "--domain", flat, "--relative")
    assert found["domain"]["free"] == [3, 17] and len(found["outputs"][0]["minimum"]["point"]) == DIM
    shown = " ".join(run("extrema", wide, "--domain", flat, "--relative").stdout.split())
    least = found["outputs"][0]["minimum"]
    at = {i: Fraction(least["point"][i]) for i in (3, 17)}
    assert WIDE([Fraction(entry) for entry in least["point"]]) == (Fraction(least["value"]),)
    assert f" at x[3] = {float(at[3]):g}, x[17] = {float(at[17]):g} output 0: maximum" in shown
    assert "2 coordinates free" in run("regions", wide, "--domain", flat, "--relative").stdout
    assert "free" not in document("extrema", wide, "--box", "0,1", "--limit", "1", code=3)["domain"]


def test_boundary(wide: Path, flat: Path, tmp_path: Path) -> None:
    """Its cells are found with two coordinates, and written with all."""
    found = document("boundary", wide, "--domain", flat, "--relative", "--no-type")
    assert found["domain"]["free"] == [3, 17] and found["bounded"] is True
    assert found["f_vector"] == [5, 5, 1] and found["tied_regions"] == 1
    other = document("boundary", wide, "--domain", flat, "--relative", "--no-type", "--method", "witness")
    assert {**other, "seconds": found["seconds"]} == found
    for vertex in found["complex"]["vertices"]:
        point = list(map(Fraction, vertex))
        assert WIDE(point) == (0,) and all(x == Fraction(i, 4) for i, x in enumerate(point) if i not in (3, 17))
    line = refused("boundary", wide, "--domain", flat, "--relative", "--plot", tmp_path / "b.png")
    assert "full-dimensional domain only" in line


def test_type_of_many_inputs(tmp_path: Path) -> None:
    """It is about the whole space, however few coordinates are free, so it is found there if asked for."""
    tropical.save(Network.from_weights([([[1] * 65], [-65]), ([[1]], [-1])]), tmp_path / "net.json")
    box = ";".join(["1,1"] * 64 + ["0,3"])
    found = document("boundary", tmp_path / "net.json", "--box", box, "--relative")
    assert found["f_vector"] == [1] and found["complex"]["vertices"] == [["1"] * 64 + ["2"]]
    assert found["subdivision_missing"] == "there are more than 64 inputs; ask for it with --type"


def test_free_coordinates_of_a_polyhedron(tmp_path: Path, xor: Path) -> None:
    """x + y = 1 fixes no coordinate; with x - y = 0 it fixes both."""
    path = tmp_path / "line.json"
    for equations, free in (([[-1, 1, 1]], [0, 1]), ([[-1, 1, 1], [0, 1, -1]], [])):
        path.write_text(f'{{"inequalities": [[0, 1, 0], [0, 0, 1]], "equations": {equations}}}')
        assert document("extrema", xor, "--domain", path, "--relative")["domain"]["free"] == free
    assert "at (0.5, 0.5)" in run("extrema", xor, "--domain", path, "--relative").stdout


def test_lipschitz_constants(wide: Path, flat: Path, tmp_path: Path) -> None:
    """Those of the network as a function of the two free coordinates, written out by hand."""
    found = document("lipschitz", wide, "--domain", flat, "--relative")
    start = [Fraction(i, 4) for i in range(DIM)]
    rows = [[(i * j + i + j) % 7 - 3 for j in range(DIM)] for i in range(60)]
    free = [[row[3], row[17]] for row in rows]
    shift = [1 + sum(row[j] * start[j] for j in range(DIM) if j not in (3, 17)) for row in rows]
    narrow = Network.from_weights([(free, shift), ([[1, -1] * 30], [0])])
    known = tropical.lipschitz_constants(narrow, [(start[3], start[3] + 1), (start[17], start[17] + 1)])
    assert known.l1 is not None and known.linf is not None and known.l2_squared is not None
    assert (found["l1"]["value"], found["linf"]["value"]) == (str(known.l1.value), str(known.linf.value))
    assert found["l2_squared"]["value"] == str(known.l2_squared.value.value)
    point = [Fraction(entry) for entry in found["linf"]["point"]]
    assert all(x == a for j, (x, a) in enumerate(zip(point, start, strict=True)) if j not in (3, 17))
    assert " around x[3] = " in " ".join(run("lipschitz", wide, "--domain", flat, "--relative").stdout.split())
    (tmp_path / "line.json").write_text(
        f'{{"inequalities": [{[0, 1] + [0] * (DIM - 1)}], "equations": [{[0, 1, -1] + [0] * (DIM - 2)}]}}'
    )
    assert "not parallel to axes" in refused("lipschitz", wide, "--domain", tmp_path / "line.json", "--relative")
    assert "one point" in refused("lipschitz", wide, "--box", ";".join(["1,1"] * DIM), "--relative")
