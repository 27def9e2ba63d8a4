"""Level sets in three dimensions as meshes of polygons, and files of them that other programs draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from os import PathLike
from pathlib import Path

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import DomainError, InputError, VerificationFailed
from polytopes.output_files import write_text
from tropical.topology.chains import PART, SECTION, Key
from tropical.topology.level_sets import LevelSet, Relation

Polygon = tuple[int, ...]
"""The vertices of a polygon in cyclic order, by their numbers."""


@frozen(eq=False)
class Mesh:
    """Polygons in space, which meet in common edges and vertices; the coordinates are exact.

    A polygon is seen anticlockwise from the side to which the function grows, where it does so on one side at least.
    """

    vertices: tuple[Vector, ...] = field(repr=False)
    polygons: tuple[Polygon, ...] = field(repr=False)

    @property
    def triangles(self) -> tuple[Polygon, ...]:
        """The polygons cut into triangles from their first vertex."""
        return tuple((own[0], own[i], own[i + 1]) for own in self.polygons for i in range(1, len(own) - 1))

    @property
    def euler_characteristic(self) -> int:
        """Vertices less edges plus polygons."""
        edges = {frozenset(pair) for own in self.polygons for pair in zip(own, (*own[1:], own[0]), strict=True)}
        return len(self.vertices) - len(edges) + len(self.polygons)

    def to_off(self) -> str:
        """Return the text of an OFF file: coordinates rounded to floats, and triangles.

        Raises:
            DomainError: if a coordinate is too large for a float.
        """
        try:
            points = [" ".join(repr(float(entry)) for entry in vertex) for vertex in self.vertices]
        except OverflowError:
            raise DomainError("a coordinate of the mesh is too large for floating point; scale the network") from None
        faces = [f"3 {a} {b} {c}" for a, b, c in self.triangles]
        return "\n".join(["OFF", f"{len(points)} {len(faces)} 0", *points, *faces, ""])

    def save(self, path: str | PathLike[str]) -> None:
        """Write the mesh to an ``.off`` file, completely or not at all.

        Raises:
            InputError: if the name has another ending.
        """
        file = Path(path)
        if file.suffix.lower() != ".off":
            raise InputError(f"{file}: a mesh is an OFF file; let the name end in .off")
        write_text(file, self.to_off())


def level_mesh(found: LevelSet) -> Mesh:
    """Return the two-dimensional part of a level set of three variables as a mesh.

    Args:
        found: a set {f = c} over a bounded domain.

    Raises:
        InputError: if the set is not a level set of three variables.
        DomainError: if the domain is unbounded.

    Algorithm:
        The cells of {f = c} of dimension 0, 1, 2 and their boundaries are those of Borel-Moore homology; the edges in
        the boundary of a polygon are a cycle. Three-dimensional flat cells are shown by their faces.

    >>> from polytopes import Polyhedron
    >>> from tropical.topology import CellComplex
    >>> K = CellComplex.of("abs(x) + abs(y) + abs(z)", Polyhedron.box([-2] * 3, [2] * 3))
    >>> octahedron = level_mesh(K.level(1))
    >>> len(octahedron.vertices), len(octahedron.triangles), octahedron.euler_characteristic
    (6, 8, 2)
    """
    complex_ = found.complex
    if found.relation is not Relation.at or complex_.dim != 3:
        raise InputError("a mesh is of a set {f = c} of a function of three variables")
    if not complex_.is_domain_bounded:
        raise DomainError("a mesh needs a bounded domain; give a box")
    cells = found.level_cells
    _, edges, faces, *_ = cells.chains.boundaries
    vertices = [_vertex(found, kind, k, i) for (kind, k, i) in cells.keys[0]]
    polygons = [
        _turned(found, key, _cycle([edges[edge] for edge in face]), vertices)
        for key, face in zip(cells.keys[2], faces, strict=True)
    ]
    used = {label: number for number, label in enumerate(sorted({label for own in polygons for label in own}))}
    return Mesh(
        tuple(vertices[label] for label in used), tuple(tuple(used[label] for label in own) for own in polygons)
    )


def _vertex(found: LevelSet, kind: int, k: int, index: int) -> Vector:
    """Return a flat vertex, or the point of an edge where the level is attained."""
    rows = found.complex.rows(k, index)
    if kind == PART:
        return tuple(Fraction(entry, rows[0][0]) for entry in rows[0][1:])
    return found.point_in(k, index)


def _cycle(edges: Sequence[Iterable[int]]) -> Polygon:
    """Return the vertices of a polygon in cyclic order, given the ends of its edges."""
    beside: dict[int, list[int]] = {}
    for first, second in edges:
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    start = min(beside)
    found, vertex = [start], beside[start][0]
    while vertex != start:
        found.append(vertex)
        vertex = next(other for other in beside[vertex] if other != found[-2])
    if len(found) != len(edges):
        raise VerificationFailed("the edges of a polygon are no cycle")
    return tuple(found)


def _turned(found: LevelSet, key: Key, polygon: Polygon, vertices: Sequence[Vector]) -> Polygon:
    """Return a polygon seen anticlockwise from the side to which the function grows, where that is told."""
    complex_ = found.complex
    kind, k, index = key
    regions = [index] if kind == SECTION else complex_.poset.cofacets[k][index]
    a, b, c = (vertices[label] for label in polygon[:3])
    normal = _cross([y - x for x, y in zip(a, b, strict=True)], [y - x for x, y in zip(a, c, strict=True)])
    for region in regions:
        side = sum(entry * slope for entry, slope in zip(normal, complex_.forms[region][found.output][1:], strict=True))
        if side:
            return polygon if side > 0 else polygon[::-1]
    return polygon


def _cross(u: Sequence[Fraction], v: Sequence[Fraction]) -> Vector:
    return (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
