"""The command topology: the keys of its document, levels, classes, theories, rings, exit codes, bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.paths import NETS
from tests.tropical.cli.helpers import document, refused, tropical
from tests.tropical.topology.known import ENTRIES

KEYS = {
    "source", "kind", "dimension", "domain_bounded", "lineality", "cells", "activation_regions", "levels", "classes",
    "boundary", "barcode", "field", "critical", "regular_flat_components", "checks", "complete", "stopped_by",
    "seconds", "domain", "version",
}  # fmt: skip
SET_KEYS = {
    "level", "set", "relation", "theory", "betti", "torsion", "euler", "euler_compact", "components", "bounded",
    "parts",
}  # fmt: skip


def written(folder: Path, *lines: str) -> Path:
    path = folder / "function.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def saddle(tmp_path: Path) -> Path:
    return written(tmp_path, "abs(x) - abs(y)")


def test_without_levels_the_barcode_and_critical_components(saddle: Path) -> None:
    found = document("topology", saddle)
    assert set(found) == KEYS and found["complete"] and found["stopped_by"] is None
    assert (found["dimension"], found["domain_bounded"], found["lineality"]) == (2, False, 0)
    assert (found["cells"], found["activation_regions"], found["field"]) == ([1, 4, 4], 4, "2")
    bars = [(bar["degree"], bar["birth"], bar["death"]) for bar in found["barcode"]]
    assert bars == [(0, "-inf", "0"), (0, "-inf", "inf")]
    [point] = found["critical"]
    assert point == {
        "value": "0", "relative_betti": [0, 1, 0], "torsion": {}, "index": 1, "flat_dim": 0, "bounded": True,
        "point": ["0", "0"],
    }  # fmt: skip
    assert found["levels"] is None and found["classes"] is None and found["regular_flat_components"] == 0


def test_levels(saddle: Path) -> None:
    found = document("topology", saddle, "--level", -1, "--level", "0", "--set", "level", "--theory", "compactified")
    assert [set(row) for row in found["levels"]] == [SET_KEYS] * 2 and found["barcode"] is None
    assert [row["betti"] for row in found["levels"]] == [[1, 2, 0], [1, 3, 0]]
    assert [row["components"] for row in found["levels"]] == [2, 1]
    found = document("topology", saddle, "--level", "1/2", "--strict", "--barcode", "--critical", "--field", "Q")
    assert [(row["relation"], row["betti"]) for row in found["levels"]] == [("<", [1, 0]), (">", [2, 0])]
    assert len(found["barcode"]) == 2 and len(found["critical"]) == 1
    extents = [(part["lower"], part["upper"]) for part in found["levels"][1]["parts"]]
    assert sorted(extents, key=str) == [(["1/2", None], [None, None]), ([None, None], ["-1/2", None])]


def test_cycles(tmp_path: Path) -> None:
    found = document("topology", written(tmp_path, "abs(x) + abs(y)"), "--level", 1, "--set", "level", "--cycles")
    [cycle] = found["levels"][0]["cycles"]
    assert cycle["degree"] == 1 and len(cycle["cells"]) == 4
    assert all(sum(abs(int(entry)) for entry in cell["point"]) == 1 for cell in cycle["cells"])


def test_torsion_over_the_integers(tmp_path: Path) -> None:
    entry = ENTRIES["A01-projective-plane-in-R5"]["input"]
    path = written(tmp_path, f"# variables: {','.join(entry['variables'])}", entry["function"])
    [row] = document("topology", path, "--level", "0", "--set", "sub", "--field", "Z")["levels"]
    assert (row["betti"], row["torsion"]) == ([1, 0, 0, 0, 0], {"1": ["2"]})


def test_classes(tmp_path: Path) -> None:
    path = written(tmp_path, "x", "y", "-x-y")
    found = document("topology", path, "--classes")
    boundary = found["boundary"]
    assert (boundary["ordinary"], boundary["borel_moore"], boundary["compactified"]) == ([1, 0], [0, 2, 0], [1, 2, 0])
    assert boundary["complement_components"] == 3 and not boundary["bounded"]
    assert [(row["class"], row["closed"], row["open"]) for row in found["classes"]] == [
        (k, [1, 0], [1, 0]) for k in range(3)
    ]
    assert found["kind"] == "classes" and found["barcode"] is None
    assert "f < C" not in tropical("topology", path, "--classes").stdout
    line = refused("topology", path)
    assert "3 outputs" in line and all(way in line for way in ("--component", "--difference", "--classes"))
    assert document("topology", path, "--difference", "0,1")["lineality"] == 2
    assert document("topology", path, "--component", 2)["cells"] == [0, 0, 1]


def test_stops(saddle: Path) -> None:
    found = document("topology", saddle, "--limit", 3, code=3)
    assert not found["complete"] and found["stopped_by"] == "limit" and found["barcode"] is None
    assert found["activation_regions"] == 1 and set(found) == KEYS
    assert "no topology" in tropical("topology", saddle, "--limit", 3).stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--set", "sub"), "give --level too"),
        (("--level", "x"), "--level"),
        (("--level", "0", "--strict", "--theory", "borel-moore"), "defined for closed sets here"),
        (("--level", "0", "--strict", "--set", "level"), "--strict"),
        (("--field", "4"), "no characteristic of a field"),
        (("--field", "F"), "give a prime, Q for the rationals, or Z"),
        (("--classes", "--level", "0"), "--level"),
        (("--classes", "--component", "0"), "give one of"),
        (("--difference", "0"), "two outputs"),
        (("--difference", "0,3"), "output 3"),
        (("--component", "1"), "output 1"),
        (("--box", "0,1;0,0"), "full-dimensional"),
        (("--box", "1,0"), "--box"),
        (("--cycles",), "give --level too"),
    ],
)
def test_bad_input(saddle: Path, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused("topology", saddle, *arguments)


def test_networks_and_other_functions(tmp_path: Path) -> None:
    shown = tropical("topology", NETS / "int_2x8x8x1_s0.npz", "--box=-1,1")
    assert shown.exit_code == 0 and "barcode" in shown.stdout and "critical components" in shown.stdout
    assert "--input-shape" in refused("topology", written(tmp_path, "x"), "--input-shape", "2")
    assert "no line has an expression" in refused("topology", written(tmp_path, "# nothing"))
    assert "without variables" in refused("topology", written(tmp_path, "3"))


def test_pictures_and_meshes(saddle: Path, tmp_path: Path) -> None:
    picture, mesh = tmp_path / "saddle.svg", tmp_path / "cone.off"
    shown = tropical("topology", saddle, "--level", 0, "--set", "sub", "--plot", picture)
    assert shown.exit_code == 0 and "picture is in" in shown.stderr and b"<svg" in picture.read_bytes()[:400]
    shown = tropical("topology", "abs(x)+abs(y)-abs(z)", "--level", "1", "--plot", mesh)
    assert shown.exit_code == 0 and "ends at a box" in shown.stderr and mesh.read_text().startswith("OFF")
    assert "one set f = C" in refused("topology", "abs(x)+y+z", "--plot", mesh)
    assert "3 variables" in refused("topology", saddle, "--level", 0, "--plot", mesh)
    assert "tropical boundary" in refused("topology", saddle, "--classes", "--plot", picture)
    assert "svg" in refused("topology", saddle, "--plot", tmp_path / "saddle.gif")
    stopped = tropical("topology", saddle, "--limit", 2, "--plot", tmp_path / "none.png")
    assert stopped.exit_code == 3 and "was not drawn" in stopped.stderr


def test_expressions_are_taken_as_written() -> None:
    found = document("topology", "max(min(x, y), abs(x - 1), 2)")
    assert found["source"] == "max(min(x, y), abs(x - 1), 2)" and found["cells"][2] == found["activation_regions"]
    assert "abs(w)" in refused("topology", "abs(w)")
