"""Topology in other ways: by the faces that double description finds, cell by cell, over the field of two elements."""

from __future__ import annotations

from polytopes import PolyhedralComplex, Polyhedron
from polytopes.homology import ChainComplex
from tropical.topology import LevelSet


def pieces(found: LevelSet) -> PolyhedralComplex:
    """A closed set as the complex of the intersections of regions with it, each found by double description."""
    complex_ = found.complex
    scale = complex_.network.program.scales[complex_.network.program.outputs[found.output]]
    parts = []
    for region, forms in enumerate(complex_.forms):
        first, *rest = (scale * entry for entry in forms[found.output])
        dim, height = complex_.dim, found.level - first
        above = Polyhedron.from_inequalities([[-entry for entry in rest]], [-height], ambient_dim=dim)
        below = Polyhedron.from_inequalities([rest], [height], ambient_dim=dim)
        halves = {"<=": [below], ">=": [above], "=": [below, above]}[found.relation]
        part = complex_.polyhedron(complex_.depth, region)
        for half in halves:
            part = part & half
        parts.append(part)
    return PolyhedralComplex.from_polyhedra(parts, ambient_dim=complex_.dim)


def betti_of_cells(complex_: PolyhedralComplex, theory: str) -> tuple[int, ...]:
    """Betti numbers mod 2: ordinary ones from the bounded cells modulo lines, Borel-Moore ones from all cells."""
    dim, lines = complex_.ambient_dim, {len(cell.lines) for cell in complex_.maximal_cells}
    if not complex_.maximal_cells:
        return (0,) * (dim + (theory != "ordinary"))
    [low] = lines
    is_ray = [row[0] == 0 for row in complex_.generators]
    levels = []
    for k in range(dim + 1):
        faces = [frozenset(face) for face in complex_.face_sets(k)] if k <= complex_.dim else []
        levels.append([f for f in faces if theory != "ordinary" or not any(is_ray[label] for label in f)])
    boundaries: list[list[dict[int, int]]] = []
    for k, faces in enumerate(levels):
        lower = {face: i for i, face in enumerate(levels[k - 1])} if k else {}
        boundaries.append([{i: 1 for face, i in lower.items() if face < own} for own in faces])
    found = ChainComplex(boundaries).check(2).betti(2)
    return found[low : low + dim] + (0,) * (dim - len(found[low : low + dim])) if theory == "ordinary" else found
