"""Convex polyhedra over Q, by inequalities or by generators; the other representation is computed when it is needed.

A polyhedron is kept as its *homogenization*, the closed cone over ``{1} x P``. Rows are homogeneous, constant first:
an inequality row ``r`` means ``r . (1, x) >= 0``, a generator is a point ``(t, t v)`` with ``t > 0`` or a direction
``(0, r)``. What can be asked of it is in :mod:`polytopes.polyhedra.representation` and
:mod:`polytopes.polyhedra.face_structure`, of its integer points in :mod:`polytopes.polyhedra.lattice_structure`, what
can be made of it in :mod:`polytopes.polyhedra.constructions`.
"""

from __future__ import annotations

from fractions import Fraction

from polytopes.arithmetic.dimensions import checked_dimension, common_dimension
from polytopes.arithmetic.rationals import (
    Matrix,
    MatrixLike,
    Row,
    Vector,
    VectorLike,
    as_matrix,
    as_vector,
    homogeneous,
    primitive,
)
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.constructions import Constructions
from polytopes.polyhedra.lattice_structure import LatticeStructure
from polytopes.polyhedra.pictures import Pictures
from polytopes.polyhedra.representation import unit_row
from polytopes.polyhedra.systems import System


class Polyhedron(LatticeStructure, Pictures, Constructions):
    """A convex polyhedron in Q^d: a polytope, an unbounded or lower-dimensional polyhedron, or the empty set.

    Make one with :meth:`from_inequalities`, :meth:`from_rows`, :meth:`from_generators`, :meth:`box`,
    :meth:`whole_space` or :meth:`empty`, or with the keywords ``vertices``, ``rays`` and ``lines`` of
    :meth:`from_generators` or ``inequalities`` and ``equations`` of :meth:`from_rows`. All public representations are
    canonical: two polyhedra are equal as sets iff their ``inequalities`` and ``equations`` are equal, iff their
    ``vertices``, ``rays`` and ``lines`` are.

    >>> square = Polyhedron.box([0, 0], [1, 1])
    >>> square
    Polyhedron in Q^2, 4 facets (vertices not computed)
    >>> [tuple(map(str, vertex)) for vertex in square.vertices]
    [('0', '0'), ('0', '1'), ('1', '0'), ('1', '1')]
    >>> square.f_vector(), square.volume()
    ((4, 4), Fraction(1, 1))
    >>> square == Polyhedron(vertices=[(0, 0), (0, 1), (1, 0), (1, 1)])
    True
    """

    def __init__(
        self,
        homogenization: Cone | None = None,
        given_box: Box | None = None,
        *,
        vertices: MatrixLike = (),
        rays: MatrixLike = (),
        lines: MatrixLike = (),
        inequalities: MatrixLike = (),
        equations: MatrixLike = (),
        ambient_dim: int | None = None,
    ) -> None:
        if homogenization is None:
            generators = as_matrix(vertices), as_matrix(rays), as_matrix(lines)
            made = _by_keywords(generators, (as_matrix(inequalities), as_matrix(equations)), ambient_dim)
            homogenization, given_box = made.homogenization, made.given_box
        elif not isinstance(homogenization, Cone):
            raise InputError(
                f"Polyhedron(...) got {shortened(homogenization)}; say what it is: Polyhedron(vertices=...), "
                "Polyhedron(inequalities=...) with rows (b, a) for b + a x >= 0, or Polyhedron.from_inequalities(A, b)"
            )
        super().__init__(homogenization, given_box)

    @classmethod
    def from_rows(
        cls, inequalities: MatrixLike = (), equations: MatrixLike = (), ambient_dim: int | None = None
    ) -> Polyhedron:
        """Return ``{x : r . (1, x) >= 0, e . (1, x) = 0}`` for homogeneous rows ``r`` and ``e``, constant first.

        Args:
            inequalities: m x (1 + d) rationals.
            equations: k x (1 + d) rationals.
            ambient_dim: d, needed only if there is no row.

        >>> Polyhedron.from_rows([(0, 1), (3, -2)]).vertices
        ((Fraction(0, 1),), (Fraction(3, 2),))
        """
        rows, linear = as_matrix(inequalities), as_matrix(equations)
        if not all((*rows, *linear)):
            raise ShapeError("a row without any entry; a row has the constant first, then the coefficients")
        dim = common_dimension((len(row) - 1 for row in (*rows, *linear)), ambient_dim, "rows")
        weak, tight = tuple(map(primitive, rows)), tuple(map(primitive, linear))
        box = Box.of_rows(weak, tight, dim)
        if box is not None:
            return cls.box(box.lower, box.upper)
        weak, opposite = _without_opposites(weak)
        return cls._from_h(weak, (*tight, *opposite), dim)

    @classmethod
    def from_inequalities(
        cls,
        A: MatrixLike,
        b: VectorLike,
        equations: tuple[MatrixLike, VectorLike] | None = None,
        ambient_dim: int | None = None,
    ) -> Polyhedron:
        """Return ``{x : A x <= b}``, LESS OR EQUAL, with ``C x = d`` if ``equations=(C, d)`` is given.

        Args:
            A: m x d rationals.
            b: m rationals.
            equations: a k x d matrix and k right-hand sides.
            ambient_dim: d, needed only if there is no row.

        >>> Polyhedron.from_inequalities([[1], [-1]], [2, 0]) == Polyhedron.box([0], [2])
        True
        """
        return cls.from_rows(_upper_rows(A, b), _upper_rows(*equations) if equations else (), ambient_dim)

    @classmethod
    def from_generators(
        cls,
        vertices: MatrixLike = (),
        rays: MatrixLike = (),
        lines: MatrixLike = (),
        ambient_dim: int | None = None,
    ) -> Polyhedron:
        """Return ``conv(vertices) + cone(rays) + span(lines)``.

        Rays or lines without any vertex stand for the cone with apex 0, as in cddlib and Sage; without any generator
        the polyhedron is empty.

        Args:
            vertices: points, n x d rationals; need not be extreme.
            rays: k x d rationals.
            lines: l x d rationals.
            ambient_dim: d, needed only if there is no generator.

        >>> Polyhedron.from_generators([(0, 0), (2, 0), (1, 0), (0, 2)]).n_vertices
        3
        """
        families = [as_matrix(family) for family in (vertices, rays, lines)]
        dim = common_dimension((len(row) for family in families for row in family), ambient_dim, "generators")
        corners = families[0] or ([(Fraction(0),) * dim] if any(families) else [])
        points = tuple(homogeneous(vertex) for vertex in corners)
        directions = tuple(primitive((0, *ray)) for ray in families[1])
        return cls._from_v(points + directions, tuple(primitive((0, *line)) for line in families[2]), dim)

    @classmethod
    def box(cls, lower: VectorLike, upper: VectorLike) -> Polyhedron:
        """Return ``{x : lower <= x <= upper}``; empty if some lower bound exceeds the upper one.

        A coordinate with equal bounds is an equation from the start, so boxes may have thousands of coordinates.

        >>> Polyhedron.box([0] * 1000, [1, *[0] * 999]).dim
        1
        """
        low = as_vector(lower)
        high = as_vector(upper, len(low))
        if any(a > b for a, b in zip(low, high, strict=True)):
            return cls.empty(len(low))
        if not low:
            return cls.whole_space(0)
        box = Box(low, high)
        return cls(Cone(len(low) + 1, box.cone, given_interior=homogeneous(box.center)), box)

    @classmethod
    def whole_space(cls, dim: int) -> Polyhedron:
        """Return Q^dim."""
        return cls._from_h((), (), checked_dimension(dim))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polyhedron):
            return NotImplemented
        if self is other:
            return True
        if self.ambient_dim != other.ambient_dim or self.is_empty or other.is_empty:
            return self.ambient_dim == other.ambient_dim and self.is_empty and other.is_empty
        if self.homogenization.known_generators is not None and other.homogenization.known_generators is not None:
            return self.homogenization.known_generators == other.homogenization.known_generators
        return self._hrep == other._hrep

    def __hash__(self) -> int:
        return hash((self.ambient_dim, self._hrep))

    def __repr__(self) -> str:
        cone, box = self.homogenization, self.given_box  # of a box no row need be written down
        generators, inequalities = cone.known_generators, box or cone.known_inequalities
        if generators is None and inequalities is None:
            if cone.given_inequalities is not None:
                unit = unit_row(self.ambient_dim)
                rows = sum(row != unit for row in cone.given_inequalities.rows)
                parts = [f"given by {_count(rows, 'inequality')}"]
            else:
                assert cone.given_generators is not None
                parts = [f"given by {_count(len(cone.given_generators.rows), 'generator')}"]
        else:
            parts = [] if generators is None else _counts(generators)
            parts += [] if inequalities is None else [_count(self.n_facets, "facet")]
        by_rows = box is not None or cone.given_inequalities is not None
        known, missing = (generators, "vertices") if by_rows else (inequalities, "facets")
        note = "" if known is not None else f" ({missing} not computed)"
        return f"Polyhedron in Q^{self.ambient_dim}, {', '.join(parts)}{note}"


def _by_keywords(
    generators: tuple[Matrix, Matrix, Matrix], rows: tuple[Matrix, Matrix], ambient_dim: int | None
) -> Polyhedron:
    if any(generators) and any(rows):
        raise InputError("generators and inequalities are both given; write the intersection of two polyhedra, P & Q")
    if any(rows):
        return Polyhedron.from_rows(*rows, ambient_dim=ambient_dim)
    if not any(generators) and ambient_dim is None:
        raise InputError("nothing is given; write Polyhedron.empty(d) or Polyhedron.whole_space(d)")
    return Polyhedron.from_generators(*generators, ambient_dim=ambient_dim)


def _without_opposites(rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows whose negatives are not among them, and one of each pair of opposite ones: an equation.

    >>> _without_opposites(((0, 1), (3, -1), (0, -1)))
    (((3, -1),), ((0, 1),))
    """
    known = set(rows)
    paired = {row for row in rows if any(row) and tuple(-entry for entry in row) in known}
    if not paired:
        return rows, ()
    first = (row for row in dict.fromkeys(rows) if row in paired and row > tuple(-entry for entry in row))
    return tuple(row for row in rows if row not in paired), tuple(first)


def _counts(generators: System) -> list[str]:
    points = sum(row[0] > 0 for row in generators.rows)
    others = {"ray": len(generators.rows) - points, "line": len(generators.linear)}
    return [_count(points, "vertex"), *(_count(number, name) for name, number in others.items() if number)]


def _count(number: int, name: str) -> str:
    plural = {"vertex": "vertices", "inequality": "inequalities"}.get(name, f"{name}s")
    return f"{number} {name if number == 1 else plural}"


def _upper_rows(matrix: MatrixLike, right: VectorLike) -> list[Vector]:
    """Return ``b - A x`` as homogeneous rows."""
    rows = as_matrix(matrix)
    return [(bound, *(-entry for entry in row)) for bound, row in zip(as_vector(right, len(rows)), rows, strict=True)]
