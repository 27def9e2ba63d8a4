"""Whether a polyhedron lies in a union of others, exactly, with a point outside as witness if it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from polytopes.polyhedra.polyhedron import Polyhedron


@frozen
class _Piece:
    """The points with all strict rows > 0, weak rows >= 0 and equations = 0."""

    strict: tuple[Row, ...]
    weak: tuple[Row, ...]
    equations: tuple[Row, ...]

    def point(self) -> Vector | None:
        """Return a point, or None if there is none."""
        answer = strictly_feasible(self.strict, self.weak, self.equations)
        return dehomogeneous(answer.point) if isinstance(answer, StrictPoint) else None

    def without(self, polyhedron: Polyhedron) -> Iterator[_Piece]:
        """Yield disjoint pieces whose union is this one minus the polyhedron."""
        weak, equations = self.weak, self.equations
        for row in polyhedron.equations:
            yield _Piece((*self.strict, row), weak, equations)
            yield _Piece((*self.strict, _opposite(row)), weak, equations)
            equations = (*equations, row)
        for row in polyhedron.inequalities:
            yield _Piece((*self.strict, _opposite(row)), weak, equations)
            weak = (*weak, row)

    def meets(self, polyhedron: Polyhedron) -> bool:
        """Return whether there is a common point."""
        both = _Piece(
            self.strict, (*self.weak, *polyhedron.inequalities), (*self.equations, *polyhedron.equations)
        ).point()
        return both is not None


def point_outside(polyhedron: Polyhedron, cover: Sequence[Polyhedron]) -> Vector | None:
    """Return a point of a polyhedron that lies in none of the others, or None if they cover it.

    Algorithm:
        The covering polyhedra are subtracted one after the other; what is left of a piece is cut along the
        inequalities of each into disjoint pieces that may be open.

    >>> halves = [Polyhedron.box([0], [1]), Polyhedron.box([1], [2])]
    >>> point_outside(Polyhedron.box([0], [2]), halves) is None
    True
    >>> [x] = point_outside(Polyhedron.box([0], [3]), halves)
    >>> 2 < x <= 3
    True
    """
    dim = common_dimension((P.ambient_dim for P in (polyhedron, *cover)), None, "polyhedra")
    if polyhedron.is_empty:
        return None
    unit = (1, *(0,) * dim)
    stack = [(_Piece((unit,), polyhedron.inequalities, polyhedron.equations), 0)]
    while stack:
        piece, start = stack.pop()
        point = piece.point()
        if point is None:
            continue
        for k in range(start, len(cover)):
            if piece.meets(cover[k]):
                stack += [(part, k + 1) for part in piece.without(cover[k])]
                break
        else:
            return point
    return None


def same_support(A: PolyhedralComplex, B: PolyhedralComplex) -> bool:
    """Return whether two complexes have the same points, however they are divided into cells.

    >>> whole = PolyhedralComplex.from_polyhedra([Polyhedron.box([0], [2])])
    >>> parts = PolyhedralComplex.from_polyhedra([Polyhedron.box([0], [1]), Polyhedron.box([1], [2])])
    >>> same_support(whole, parts), whole == parts
    (True, False)
    """
    pairs = ((A, B), (B, A))
    return all(point_outside(cell, C.maximal_cells) is None for D, C in pairs for cell in D.maximal_cells)


def _opposite(row: Row) -> Row:
    return tuple(-entry for entry in row)
