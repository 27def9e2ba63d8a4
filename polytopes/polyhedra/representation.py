"""A polyhedron by its homogenization: both representations, each computed from the other when it is needed."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Self

from attrs import frozen

from polytopes.arithmetic.dimensions import checked_dimension
from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import (
    Row,
    Vector,
    VectorLike,
    as_vector,
    constant_first,
    constant_last,
    dehomogeneous,
    dot,
    homogeneous,
    primitive,
)
from polytopes.errors import NoAnswerError
from polytopes.messages import shortened_row
from polytopes.optimization.linear_program import Optimal, maximize
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.convex_set import ConvexSet, same_space
from polytopes.polyhedra.cut_boxes import CutBox, cut_box
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.systems import System

MANY = 17
"""From so many coordinates on a box cut by further rows is asked as such for its dimension and for a point."""


@frozen(eq=False, repr=False, slots=False)
class Representation(ConvexSet):
    """The part of :class:`polytopes.polyhedra.polyhedron.Polyhedron` that is read off the closed cone over {1} x P."""

    homogenization: Cone
    given_box: Box | None = None
    """The bounds of a box that was given by them."""

    @classmethod
    def empty(cls, dim: int) -> Self:
        """Return the empty set in Q^dim."""
        dim = checked_dimension(dim)
        return cls(Cone(dim + 1, System((), identity(dim + 1), minimal=True), System((), (), minimal=True)))

    @classmethod
    def _from_h(cls, inequalities: tuple[Row, ...], equations: tuple[Row, ...], dim: int) -> Self:
        return cls(Cone(dim + 1, given_inequalities=System((*inequalities, unit_row(dim)), equations)))

    @classmethod
    def _from_v(cls, generators: tuple[Row, ...], lines: tuple[Row, ...], dim: int) -> Self:
        if not any(row[0] for row in generators):
            return cls.empty(dim)
        return cls(Cone(dim + 1, given_generators=System(generators, lines)))

    @property
    def ambient_dim(self) -> int:
        """The dimension d of the space."""
        return self.homogenization.ambient_dim - 1

    @cached_property
    def _hrep(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Inequalities and equations, these in echelon form with respect to the coordinates before the constant."""
        unit = unit_row(self.ambient_dim)
        if self.given_box is not None:
            return self.given_box.rows()
        if self.is_empty:
            return (), (unit,)
        cone, cut = self.homogenization, self._wide_cut
        rows, linear = (cone.inequalities, cone.equations) if cut is None else (cut.facet_rows(), cut.equations())
        turned, basis = canonical(map(constant_last, rows), [*map(constant_last, linear)])
        facets = sorted(map(constant_first, turned))
        return tuple(row for row in facets if row != unit), tuple(map(constant_first, basis))

    @property
    def inequalities(self) -> tuple[Row, ...]:
        """One row ``r`` for each facet, ``r . (1, x) >= 0``, primitive and reduced modulo the equations."""
        return self._hrep[0]

    @property
    def equations(self) -> tuple[Row, ...]:
        """The equations of the affine hull, in reduced echelon form; the row ``1 = 0`` if it is empty."""
        return self._hrep[1]

    @cached_property
    def generators(self) -> tuple[Row, ...]:
        """Homogeneous rows of the vertices, then of the rays; empty for the empty set."""
        if self.is_empty:
            return ()
        rows = self.homogenization.rays
        points = sorted((row for row in rows if row[0]), key=dehomogeneous)
        return (*points, *(row for row in rows if not row[0]))

    @cached_property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices in lexicographic order; one point of each minimal face if there are lines."""
        return tuple(dehomogeneous(row) for row in self.generators if row[0])

    @cached_property
    def rays(self) -> tuple[Row, ...]:
        """The primitive extreme rays of the recession cone, modulo the lines."""
        return tuple(row[1:] for row in self.generators if not row[0])

    @cached_property
    def lines(self) -> tuple[Row, ...]:
        """A basis of the lineality space, in reduced echelon form."""
        return () if self.is_empty else tuple(row[1:] for row in self.homogenization.lines)

    @property
    def lineality_space(self) -> tuple[Row, ...]:
        """The same as :attr:`lines`."""
        return self.lines

    @cached_property
    def recession_cone(self) -> Cone:
        """The cone of the directions d with P + d in P; ``{0}`` for the empty set."""
        system = self.homogenization.given_inequalities
        if system is not None and not self.is_empty:
            rows, linear = (tuple(row[1:] for row in part) for part in (system.rows, system.linear))
            return Cone(self.ambient_dim, System(rows, linear))
        return Cone(self.ambient_dim, given_generators=System(self.rays, self.lines, minimal=True))

    @cached_property
    def is_empty(self) -> bool:
        """Whether the polyhedron has no point."""
        return not self._interior_row[0]

    @cached_property
    def cut_box(self) -> CutBox | None:
        """The set as a box cut by rows, if every coordinate is bounded by rows that were given; else None."""
        if self.given_box is not None:
            return CutBox.of_box(self.given_box)
        given, unit = self.homogenization.given_inequalities, unit_row(self.ambient_dim)
        if given is None:
            return None
        return cut_box((row for row in given.rows if row != unit), given.linear, self.ambient_dim)

    @property
    def _wide_cut(self) -> CutBox | None:
        """The set as a box cut by rows in many coordinates."""
        return self.cut_box if self.ambient_dim >= MANY and self.given_box is None else None

    @cached_property
    def _interior_row(self) -> Row:
        """A homogeneous row of a relative interior point; constant 0 iff the polyhedron is empty."""
        cut = self._wide_cut
        if cut is not None:
            return (0,) * (self.ambient_dim + 1) if cut.inside is None else homogeneous(cut.inside)
        return primitive(self.homogenization.interior_point())

    @cached_property
    def dim(self) -> int:
        """The dimension of the affine hull; -1 for the empty set."""
        if self.given_box is not None:
            return len(self.given_box.free)
        if self._wide_cut is not None:
            return self._wide_cut.dim
        return -1 if self.is_empty else self.homogenization.dim - 1

    @property
    def is_bounded(self) -> bool:
        """Whether the polyhedron is a polytope."""
        if self.given_box is not None or self._wide_cut is not None:
            return True
        if self.homogenization.given_generators is not None:
            return not self.rays and not self.lines
        return self.is_empty or self.recession_cone.dim == 0

    @property
    def is_pointed(self) -> bool:
        """Whether it contains no line."""
        return self.is_empty or self.homogenization.is_pointed

    @property
    def is_full_dimensional(self) -> bool:
        """Whether it has the dimension of the space."""
        return self.dim == self.ambient_dim

    @property
    def n_vertices(self) -> int:
        """The number of vertices (minimal faces if there are lines)."""
        return len(self.vertices)

    @property
    def n_rays(self) -> int:
        """The number of extreme rays modulo the lines."""
        return len(self.rays)

    @property
    def n_facets(self) -> int:
        """The number of facets."""
        return len(self.inequalities) if self.given_box is None else 2 * len(self.given_box.free)

    def interior_point(self) -> Vector:
        """Return a point of the relative interior.

        Raises:
            NoAnswerError: if the polyhedron is empty.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.from_generators([(0, 0), (1, 0)]).interior_point()
        (Fraction(1, 2), Fraction(0, 1))
        """
        if self.is_empty:
            raise NoAnswerError("an empty polyhedron has no interior point; test is_empty first")
        return dehomogeneous(self._interior_row)

    def contains(self, other: VectorLike | Self) -> bool:
        """Return whether a point, or every point of another polyhedron, lies in this one.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0], [1]).contains(["1/3"])
        True
        """
        if isinstance(other, Representation):
            self._same_space(other)
            return other.is_empty or self.homogenization.contains(other.homogenization)
        point = as_vector(other, self.ambient_dim)
        box = self.given_box or self._wide_cut
        return self.homogenization.contains((1, *point)) if box is None else box.contains(point)

    def interior_contains(self, point: VectorLike) -> bool:
        """Return whether a point lies in the relative interior."""
        row = (1, *as_vector(point, self.ambient_dim))
        return all(dot(r, row) > 0 for r in self.inequalities) and all(dot(e, row) == 0 for e in self.equations)

    def support(self, direction: VectorLike) -> Fraction:
        """Return the support function ``max {direction . x : x in P}``.

        Raises:
            NoAnswerError: if the polyhedron is empty or the form is unbounded on it.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0], [1, 2]).support([1, 1])
        Fraction(3, 1)
        """
        form = as_vector(direction, self.ambient_dim)
        if self.is_empty:
            raise NoAnswerError("the maximum over an empty polyhedron does not exist; test is_empty first")
        cone = self.homogenization
        if cone.given_inequalities is not None and cone.known_generators is None:
            answer = maximize(form, cone.given_inequalities.rows, cone.given_inequalities.linear)
            if isinstance(answer, Optimal):
                return answer.value
        elif not any(dot(form, ray) > 0 for ray in self.rays) and not any(dot(form, line) for line in self.lines):
            return max(Fraction(dot(form, vertex)) for vertex in self.vertices)
        raise NoAnswerError(f"the form {shortened_row(form)} is unbounded above; see recession_cone")

    def bounding_box(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Return the least and the largest value of every coordinate.

        Raises:
            NoAnswerError: if the polyhedron is empty or unbounded.

        >>> from polytopes import Polyhedron
        >>> [tuple(map(str, pair)) for pair in Polyhedron(vertices=[(0, 1), (2, "1/2")]).bounding_box()]
        [('0', '2'), ('1/2', '1')]
        """
        if self.given_box is not None:
            return tuple(zip(self.given_box.lower, self.given_box.upper, strict=True))
        if self.is_empty or not self.is_bounded:
            raise NoAnswerError("no box is the smallest around an empty or unbounded polyhedron; intersect it with one")
        return tuple((min(column), max(column)) for column in zip(*self.vertices, strict=True))

    def _same_space(self, other: Self) -> None:
        same_space(self.ambient_dim, other.ambient_dim, "polyhedra")


def unit_row(dim: int) -> Row:
    """Return the row ``1 >= 0``: the hyperplane at infinity of the homogenization."""
    return (1, *(0,) * dim)
