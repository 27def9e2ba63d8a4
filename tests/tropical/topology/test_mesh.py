"""Meshes of level sets: closed, with the Euler characteristic of their surface, turned to larger values, as files."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from polytopes import DomainError, InputError, Polyhedron
from tests.tropical.topology.known import ENTRIES, network_of
from tropical.topology import CellComplex, level_mesh

CUBE = Polyhedron.box([-6] * 3, [6] * 3)


@pytest.mark.parametrize(
    "name, level, euler", [("T22-ball", 1, 2), ("T23-torus", 1, 0), ("T26-genus-two", "1/2", -2), ("T33-gauge", 2, 2)]
)
def test_closed_surfaces(name: str, level: object, euler: int) -> None:
    K = CellComplex.of(network_of(ENTRIES[name]), CUBE)
    found = K.level(level)
    mesh = level_mesh(found)
    assert mesh.euler_characteristic == euler == found.euler
    directed = Counter(pair for own in mesh.triangles for pair in zip(own, (*own[1:], own[0]), strict=True))
    assert set(directed.values()) == {1} and all((b, a) in directed for a, b in directed)
    assert all(K.complex.network(vertex) == (Fraction(level),) for vertex in mesh.vertices)
    volume = sum(_determinant([mesh.vertices[label] for label in own]) for own in mesh.triangles)
    assert volume > 0, "values grow outward"


def _determinant(rows: list[tuple[Fraction, ...]]) -> Fraction:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def test_files_and_refusals(tmp_path: Path) -> None:
    K = CellComplex.of("abs(x) + abs(y) + abs(z)", CUBE)
    path = tmp_path / "octahedron.off"
    level_mesh(K.level(1)).save(path)
    lines = path.read_text().splitlines()
    assert lines[:2] == ["OFF", "6 8 0"] and len(lines) == 16 and lines[-1].startswith("3 ")
    with pytest.raises(InputError, match=r"\.off"):
        level_mesh(K.level(1)).save(tmp_path / "octahedron.stl")
    with pytest.raises(InputError, match="three variables"):
        level_mesh(K.sublevel(1))
    with pytest.raises(DomainError, match="bounded domain"):
        level_mesh(CellComplex.of("x + y + z").level(1))
    assert not level_mesh(K.level(-1)).polygons


def test_flat_cells_are_shown_by_their_faces() -> None:
    """{relu(|x| + |y| + |z| - 1) = 0} is an octahedron, cut by three planes: 8 flat cells with 12 + 8 triangles."""
    mesh = level_mesh(CellComplex.of("relu(abs(x) + abs(y) + abs(z) - 1)", CUBE).level(0))
    assert len(mesh.vertices) == 7 and len(mesh.triangles) == 20
