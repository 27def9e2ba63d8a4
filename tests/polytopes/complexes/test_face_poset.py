"""Faces from incidences: those of polyhedra, with incidence numbers whose boundaries of boundaries vanish."""

from __future__ import annotations

import pytest

from polytopes import PolyhedralComplex, Polyhedron, VerificationFailed
from polytopes.complexes import FaceCollector
from polytopes.homology import ChainComplex
from polytopes.library import polytopes as examples

SOLIDS = [
    own.polyhedron
    for own in (examples.cube(3), examples.cross_polytope(4), examples.cyclic_polytope(7, 4), examples.cube(4))
]


def collected(complex_: PolyhedralComplex) -> FaceCollector:
    low = len(complex_.maximal_cells[0].lines)
    faces = FaceCollector(low, complex_.dim)
    place = {row: i for i, row in enumerate(complex_.generators)}
    for cell in complex_.maximal_cells:
        vertices = sum(1 << i for i, row in enumerate(cell.generators) if row[0])
        faces.add([place[row] for row in cell.generators], cell.incidence, vertices)
    return faces


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda solid: f"{solid.dim}-{len(solid.vertices)}")
def test_polytopes(solid: Polyhedron) -> None:
    poset = collected(PolyhedralComplex.from_polyhedra([solid])).poset()
    assert poset.f_vector() == (*solid.f_vector(), 1) and poset.n_faces == sum(poset.f_vector())
    boundaries = [
        [dict(zip(facets, signs, strict=True)) for facets, signs in zip(poset.facets[k], poset.signs[k], strict=True)]
        if k
        else [{} for _ in poset.faces[0]]
        for k in range(solid.dim + 1)
    ]
    assert ChainComplex(boundaries).check().betti() == (1, *(0,) * solid.dim)


def test_unbounded_cells_and_lines() -> None:
    """The plane cut by a line, a half-plane with its border, and three cones."""
    halves = [Polyhedron.from_rows([(0, sign, 0)], (), 2) for sign in (1, -1)]
    poset = collected(PolyhedralComplex.from_polyhedra(halves)).poset()
    assert (poset.low, poset.f_vector(), poset.signs[1]) == (1, (0, 1, 2), [[1], [-1]])
    cones = [[(0, 1, 0), (0, 0, 1)], [(0, -1, 0), (0, -1, 1)], [(0, 0, -1), (0, 1, -1)]]
    tripod = PolyhedralComplex.from_polyhedra([Polyhedron.from_rows(rows, (), 2) for rows in cones])
    assert collected(tripod).poset().f_vector() == tripod.f_vector() == (1, 3, 3)


def test_what_is_no_complex_of_a_convex_set() -> None:
    faces = FaceCollector(0, 1)
    for other in (1, 2, 3):
        faces.add([0, other], [0b01, 0b10], vertices=0b11)
    with pytest.raises(VerificationFailed, match="facet in common"):
        faces.poset().around(0, 0)
    with pytest.raises(VerificationFailed, match="twice"):
        faces.add([0, 1], [0b01, 0b10], vertices=0b11)
