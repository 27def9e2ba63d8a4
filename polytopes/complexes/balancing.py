"""The balancing condition of weighted rational complexes (Maclagan, Sturmfels, Introduction to Tropical Geometry, 3.3).

At every cell of codimension 1 the primitive lattice vectors that lead into the maximal cells around it, times their
weights, add up to a direction of the cell itself.
"""

from __future__ import annotations

from fractions import Fraction

from polytopes.arithmetic.lattice import bezout, saturated
from polytopes.arithmetic.linalg import matmul, rank
from polytopes.arithmetic.rationals import Row, Vector, VectorLike, as_vector, dot
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron


def is_balanced(complex: PolyhedralComplex, weights: VectorLike) -> bool:
    """Return whether a pure weighted complex satisfies the balancing condition at all cells of codimension 1.

    Args:
        complex: a pure polyhedral complex.
        weights: one rational for each maximal cell.

    Raises:
        InputError: if maximal cells have different dimensions.
        ShapeError: if there is not one weight for each of them.

    >>> rays = [Polyhedron.from_generators([(0, 0)], [ray]) for ray in [(1, 1), (-1, 0), (0, -1)]]
    >>> line = PolyhedralComplex.from_polyhedra(rays)
    >>> is_balanced(line, [1, 1, 1]), is_balanced(line, [1, 2, 1])
    (True, False)
    """
    factors = as_vector(weights)
    if len(factors) != complex.n_maximal_cells:
        raise ShapeError(f"{len(factors)} weights for {complex.n_maximal_cells} maximal cells; give one for each")
    if not complex.is_pure:
        raise InputError("the complex has maximal cells of different dimensions; balancing is for pure ones")
    walls = complex.face_sets(complex.dim - 1) if complex.dim > 0 else {}
    for face, around in walls.items():
        wall = complex.cell(face, around[0])
        span = _directions(wall)
        total = [Fraction(0)] * complex.ambient_dim
        for index in around:
            normal = lattice_normal(complex.maximal_cells[index], wall)
            total = [a + factors[index] * b for a, b in zip(total, normal, strict=True)]
        if any(total) and rank([*span, total]) > rank(span):
            return False
    return True


def lattice_normal(cell: Polyhedron, facet: Polyhedron) -> Row:
    """Return an integer vector that, with a lattice basis of the facet's directions, gives one of the cell's.

    It points from the facet into the cell, and is unique modulo the directions of the facet.

    >>> triangle = Polyhedron.from_generators([(0, 0), (2, 0), (0, 2)])
    >>> edge = Polyhedron.from_generators([(2, 0), (0, 2)])
    >>> lattice_normal(triangle, edge) in ((-1, 0), (0, -1))
    True
    """
    basis = saturated(_directions(cell), cell.ambient_dim)
    inner = next(row for row in cell.inequalities if all(dot(row, g) == 0 for g in facet.generators))
    heights = [dot(inner[1:], vector) for vector in basis]
    _, coefficients = bezout(heights)
    return tuple(int(entry) for entry in matmul([coefficients], basis)[0])


def _directions(cell: Polyhedron) -> list[Vector | Row]:
    """Return vectors that span the directions of a polyhedron."""
    base, *others = cell.vertices
    return [*(tuple(a - b for a, b in zip(v, base, strict=True)) for v in others), *cell.rays, *cell.lines]
