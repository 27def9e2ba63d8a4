"""The programs themselves read what is written here, find the same in it, and write what is read here.

polymake and gfan are Debian packages; where they are missing, their tests are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from polytopes import formats
from polytopes.complexes.fan import common_refinement
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.polytopes.formats.things import COMPLEXES, CONES, FANS, POLYHEDRA
from tropical import ActivationFan
from tropical.fans.activation.faces import polyhedral_fan

needs_polymake = pytest.mark.skipif(shutil.which("polymake") is None, reason="polymake is not there")
needs_gfan = pytest.mark.skipif(shutil.which("gfan") is None, reason="gfan is not there")

ASKED = {
    "Polytope": "VERTICES FACETS AFFINE_HULL LINEALITY_SPACE",
    "Cone": "RAYS FACETS LINEAR_SPAN LINEALITY_SPACE",
    "PolyhedralFan": "RAYS MAXIMAL_CONES LINEALITY_SPACE",
    "PolyhedralComplex": "VERTICES MAXIMAL_POLYTOPES LINEALITY_SPACE",
}
"""What polymake is asked for, by the types of its objects."""
LEFT_OUT = {("PolyhedralComplex", "no cell"), ("PolyhedralFan", "no cone")}
"""polymake has no complex or fan without a cell."""


def polymake_says(folder: Path, lines: list[str]) -> dict[str, str]:
    """Run lines of polymake, each of which prints one value; return the values by their numbers."""
    script = folder / "script.pl"
    script.write_text('use application "fan";\n' + "\n".join(lines) + "\n")
    run = subprocess.run(["polymake", "--script", script], capture_output=True, text=True, cwd=folder, timeout=300)
    assert run.returncode == 0, run.stderr
    return dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)


@needs_polymake
@pytest.mark.slow
def test_polymake(tmp_path: Path) -> None:
    """polymake loads our files, computes what is not in them, counts as we do, and saves; we read its files."""
    kinds = {"Polytope": POLYHEDRA, "Cone": CONES, "PolyhedralFan": FANS, "PolyhedralComplex": COMPLEXES}
    things = {(kind, name): thing for kind, family in kinds.items() for name, thing in family.items()}
    things = {key: thing for key, thing in things.items() if key not in LEFT_OUT}
    for name, own in POLYHEDRA.items():
        generators = Polyhedron.from_generators(own.vertices, own.rays, own.lines, own.ambient_dim)
        things["Polytope", f"{name}, by generators"] = generators
        things["Polytope", f"{name}, by facets"] = Polyhedron.from_rows(
            own.inequalities, own.equations, own.ambient_dim
        )
    P = SimplexSum.of([(0, 1), (1, 2), (2, 3), (0, 1, 2)])
    things["Polytope", "sum"] = P.as_polyhedron()
    things["PolyhedralFan", "activation"] = polyhedral_fan(ActivationFan.of([[0], [1], [5]], 2))
    numbers = {key: number for number, key in enumerate(things)}
    lines = []
    for (kind, name), thing in things.items():
        number = numbers[kind, name]
        formats.save(thing, tmp_path / f"{number}.json")
        asked = "".join(f"$x{number}->{asked}; " for asked in ASKED[kind].split())
        lines += [f'my $x{number} = load("{number}.json");', asked, f'save($x{number}, "again{number}.json");']
    counted = {
        ("Polytope", "sum"): ("F_VECTOR", " ".join(map(str, P.f_vector()))),
        ("Polytope", "square"): ("VOLUME", str(POLYHEDRA["square"].volume())),
        ("PolyhedralFan", "cube"): ("F_VECTOR", " ".join(map(str, FANS["cube"].f_vector()))),
        ("PolyhedralComplex", "triangulation"): (
            "N_MAXIMAL_POLYTOPES",
            str(COMPLEXES["triangulation"].n_maximal_cells),
        ),
    }
    lines += [f'print "{numbers[key]}=", $x{numbers[key]}->{asked}, "\\n";' for key, (asked, _) in counted.items()]
    said = polymake_says(tmp_path, lines)
    assert said == {str(numbers[key]): answer for key, (_, answer) in counted.items()}
    for key, thing in things.items():
        assert formats.load(tmp_path / f"again{numbers[key]}.json") == thing, key


@needs_gfan
@pytest.mark.parametrize("pair", list(combinations(["cube", "octahedron", "with lines"], 2)), ids=" and ".join)
def test_gfan_refines_fans(pair: tuple[str, str], tmp_path: Path) -> None:
    fans = [FANS[name] for name in pair]
    for fan, name in zip(fans, "ab", strict=True):
        formats.save(fan, tmp_path / f"{name}.gfan")
    command = ["gfan_fancommonrefinement", "-i1", tmp_path / "a.gfan", "-i2", tmp_path / "b.gfan"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    (tmp_path / "c.gfan").write_text(said)
    assert formats.load(tmp_path / "c.gfan") == common_refinement(fans)


@needs_gfan
def test_gfan_reads_fans_with_cones_of_several_dimensions(tmp_path: Path) -> None:
    """The product of two fans has the sums of their dimensions."""
    names = ["of several dimensions", "rays", "origin", "space"]
    for name in names:
        formats.save(FANS[name], tmp_path / f"{name}.gfan")
        command = ["gfan_fanproduct", "-i1", tmp_path / f"{name}.gfan", "-i2", tmp_path / f"{name}.gfan"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        (tmp_path / "product.gfan").write_text(said)
        product = formats.load_fan(tmp_path / "product.gfan")
        own = FANS[name]
        assert product.n_maximal_cones == own.n_maximal_cones**2 and product.n_rays == 2 * own.n_rays
        assert product.lineality_dim == 2 * own.lineality_dim and product.dim == 2 * own.dim
