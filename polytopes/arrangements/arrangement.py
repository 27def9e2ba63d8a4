"""Hyperplane arrangements in Q^d: chambers, characteristic polynomial, restriction and deletion, faces.

A hyperplane ``c + a . x = 0`` is the row ``(c, a_1, ..., a_d)``, primitive, with the first nonzero entry of the normal
positive; the *positive* side of a sign vector is where that row is. Counts come from the characteristic polynomial
(Zaslavsky) and never enumerate; :meth:`Arrangement.chambers` enumerates and never counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.linalg import echelon, rank, reduce_modulo
from polytopes.arithmetic.rationals import (
    MatrixLike,
    Row,
    Vector,
    VectorLike,
    as_matrix,
    as_vector,
    constant_last,
    dot,
    primitive,
)
from polytopes.arrangements.characteristic_polynomial import (
    Coefficients,
    central_characteristic_polynomial,
    divide_by_t_minus_1,
    essential_points,
    evaluate,
)
from polytopes.arrangements.modular import are_generic
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by, shortened, shortened_row

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.arrangements.flats import Flat
    from polytopes.polyhedra.polyhedron import Polyhedron

Signs = tuple[int, ...]
"""A covector: for each hyperplane the side, 1, 0 or -1."""


@frozen
class Chamber:
    """A connected component of the complement, with its covector ``signs`` and the cell that is its closure."""

    signs: Signs
    cell: Cell = field(eq=False, repr=False)

    @property
    def point(self) -> Vector:
        """A rational point of the chamber."""
        return self.cell.point

    @property
    def closure(self) -> Polyhedron:
        """The closed polyhedron."""
        return self.cell.polyhedron


@made_by("write Arrangement.from_rows(rows), or Arrangement.central(normals)")
@frozen(repr=False)
class Arrangement:
    """A finite set of affine hyperplanes in Q^d, in the order given; two are equal if they are equal as sets."""

    hyperplanes: tuple[Row, ...] = field(eq=frozenset)
    ambient_dim: int = field()

    @ambient_dim.validator
    def _check(self, _: object, given: object) -> None:
        if not hasattr(given, "__index__"):
            raise InputError(f"Arrangement(...) got {shortened(given)}; write Arrangement.from_rows(rows)")

    @classmethod
    def from_rows(cls, rows: MatrixLike, ambient_dim: int | None = None, *, drop_constant: bool = False) -> Arrangement:
        """Return the arrangement of the zero sets of the affine forms ``c + a . x``.

        Multiples of one another are one hyperplane, at the place of the first. A row with zero normal has no
        hyperplane as zero set and is refused: ignoring it would hide a mistake, keeping it would make the
        characteristic polynomial 0.

        Args:
            rows: rows ``(c, a_1, ..., a_d)`` of rationals.
            ambient_dim: d; needed only if there is no row.
            drop_constant: leave rows with zero normal out instead.

        Raises:
            ShapeError: if lengths differ, or there is neither a row nor a dimension.
            InputError: for a row with zero normal.

        >>> Arrangement.from_rows([[0, 1, -1], [0, -2, 2], [1, 0, 3]]).hyperplanes
        ((0, 1, -1), (1, 0, 3))
        """
        matrix = as_matrix(rows)
        if not all(matrix):
            raise ShapeError("a row without any entry; a row has the constant first, then the coefficients")
        dim = common_dimension((len(row) - 1 for row in matrix), ambient_dim, "hyperplanes")
        found: dict[Row, None] = {}
        for index, row in enumerate(matrix):
            if any(row[1:]):
                found[_oriented(row)] = None
            elif not drop_constant:
                raise InputError(
                    f"row {index} is {shortened_row(row)}: its normal is zero, so it is no hyperplane; "
                    "leave it out, or pass drop_constant=True"
                )
        return cls(tuple(found), dim)

    @classmethod
    def central(cls, normals: MatrixLike, ambient_dim: int | None = None) -> Arrangement:
        """Return the arrangement of the hyperplanes ``a . x = 0``.

        >>> Arrangement.central([[1, 0], [0, 1]]).n_chambers
        4
        """
        return cls.from_rows([[0, *normal] for normal in normals], ambient_dim)

    def __repr__(self) -> str:
        return f"Arrangement of {len(self.hyperplanes)} hyperplanes in Q^{self.ambient_dim}"

    def __len__(self) -> int:
        return len(self.hyperplanes)

    @property
    def normals(self) -> tuple[Row, ...]:
        """The normals ``a`` of the rows."""
        return tuple(row[1:] for row in self.hyperplanes)

    @cached_property
    def rank(self) -> int:
        """The dimension of the space of normals."""
        return rank(self.normals)

    @property
    def is_essential(self) -> bool:
        """Whether the normals span, so that some intersection of hyperplanes is a point."""
        return self.rank == self.ambient_dim

    @cached_property
    def is_central(self) -> bool:
        """Whether all hyperplanes have a common point (the empty arrangement is central)."""
        return rank(self.hyperplanes) == self.rank

    @cached_property
    def characteristic_polynomial(self) -> Coefficients:
        """The coefficients of chi(t), highest power first, of degree ``ambient_dim``.

        ``sympy.Poly(arrangement.characteristic_polynomial, t)`` is chi as a polynomial of sympy.

        Algorithm:
            Deletion-restriction (:mod:`polytopes.arrangements.characteristic_polynomial`), on the normals if the
            arrangement is central, else on its cone: chi(cone A, t) = (t - 1) chi(A, t).

        >>> Arrangement.from_rows([[0, 1], [1, 1], [2, 1]]).characteristic_polynomial
        (1, -3)
        """
        if self.is_central:
            return central_characteristic_polynomial(self.normals, self.ambient_dim)
        return divide_by_t_minus_1(self.cone().characteristic_polynomial)

    @property
    def n_chambers(self) -> int:
        """The number of chambers: ``|chi(-1)|`` (Zaslavsky 1975)."""
        return abs(evaluate(self.characteristic_polynomial, -1))

    @property
    def n_relatively_bounded_chambers(self) -> int:
        """The number of chambers that are bounded in the essentialization: ``|chi(1)|`` (Zaslavsky 1975)."""
        return abs(evaluate(self.characteristic_polynomial, 1))

    @property
    def n_bounded_chambers(self) -> int:
        """The number of bounded chambers; 0 unless the arrangement is essential."""
        return self.n_relatively_bounded_chambers if self.is_essential else 0

    @cached_property
    def is_generic(self) -> bool:
        """Whether the essentialization is in general position: its matroid (of the cone, if not central) is
        uniform.

        Algorithm:
            A certificate modulo primes (:func:`polytopes.arrangements.modular.are_generic`) says yes. If there is none:
            in a matroid of rank r on n elements the number of broken-circuit-free sets of size r - 1, which is a
            coefficient of chi, is C(n, r - 1) iff no circuit has r elements or fewer.
        """
        matroid = self if self.is_central else self.cone()
        points, rank = essential_points(matroid.normals)
        if rank == 0 or are_generic(points, rank):
            return True
        depth = max(matroid.rank - 1, 0)
        return abs(matroid.characteristic_polynomial[depth]) == comb(len(matroid), depth)

    def cone(self) -> Arrangement:
        """Return the linear arrangement in Q^(d+1) of the homogeneous rows and the hyperplane at infinity.

        The hyperplane at infinity is ``x_0 = 0`` and comes last. It separates the chambers of this arrangement from
        their mirror images.
        """
        at_infinity = (1,) + (0,) * self.ambient_dim
        return Arrangement.central([*self.hyperplanes, at_infinity])

    def essentialization(self) -> Arrangement:
        """Return the arrangement in Q^rank cut out on coordinates that determine all normals.

        The coordinates are the pivots of the echelon form of the normals.
        """
        _, pivots = echelon(self.normals)
        rows = [(row[0], *(row[1 + j] for j in pivots)) for row in self.hyperplanes]
        return Arrangement.from_rows(rows, len(pivots))

    def deletion(self, index: int) -> Arrangement:
        """Return the arrangement without one hyperplane."""
        _check_index(index, len(self))
        return Arrangement(self.hyperplanes[:index] + self.hyperplanes[index + 1 :], self.ambient_dim)

    def restriction(self, index: int) -> Arrangement:
        """Return the arrangement that the others cut out on hyperplane ``index``.

        It lies in Q^(d-1): the variable at the first nonzero entry of the normal is eliminated. Parallel hyperplanes
        leave nothing.

        >>> Arrangement.from_rows([[0, 1, 0], [0, 0, 1], [1, 1, 0]]).restriction(0).hyperplanes
        ((0, 1),)
        """
        _check_index(index, len(self))
        return self.restrict([self.hyperplanes[index]])

    def restrict(self, equations: MatrixLike) -> Arrangement:
        """Return the arrangement on the affine subspace where the homogeneous rows ``equations`` vanish.

        Hyperplanes that contain the subspace and hyperplanes that miss it are left out. The coordinates are the
        variables that are no pivots of the equations.

        Raises:
            InputError: if the subspace is empty.
            ShapeError: if a row is not of length ``ambient_dim + 1``.
        """
        basis, pivots = _affine_echelon(as_matrix(equations, self.ambient_dim + 1))
        if self.ambient_dim in pivots:
            raise InputError("the equations have no common solution; restrict to a subspace that is not empty")
        free = [j for j in range(self.ambient_dim) if j not in pivots]
        reduced = [reduce_modulo(constant_last(row), basis, pivots) for row in self.hyperplanes]
        rows = [(row[-1], *(row[j] for j in free)) for row in reduced]
        return Arrangement.from_rows(rows, len(free), drop_constant=True)

    def covector(self, point: VectorLike) -> Signs:
        """Return for each hyperplane the side of the point: 1, 0 or -1."""
        x = (Fraction(1), *as_vector(point, self.ambient_dim))
        values = [dot(row, x) for row in self.hyperplanes]
        return tuple((value > 0) - (value < 0) for value in values)

    @cached_property
    def program(self) -> GateProgram:
        """The gate program with one gate of rank 2 for each hyperplane; winner 1 is the positive side."""
        build = ProgramBuilder(self.ambient_dim)
        rows = [{j: Fraction(entry) for j, entry in enumerate(row) if entry} for row in self.hyperplanes]
        build.relu(build.linear(rows))
        return build.finish(())

    def chambers(self, domain: Polyhedron | None = None) -> Iterator[Chamber]:
        """Yield the chambers, or the chambers of the interior of a full-dimensional polyhedron, one by one.

        >>> sorted(chamber.signs for chamber in Arrangement.from_rows([[0, 1], [-1, 1]]).chambers())
        [(-1, -1), (1, -1), (1, 1)]
        """
        for cell in cells(self.program, domain):
            yield Chamber(tuple(2 * winner - 1 for winner in cell.pattern), cell)

    def plot(
        self,
        *,
        window: object = None,
        labels: bool | None = None,
        ax: Axes | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Figure:
        """Draw an arrangement of points, lines or planes; in the plane bounded chambers have a tint.

        Args:
            window: bounds of what is shown, a pair ``(low, high)`` for every coordinate or one pair for all. If None,
                the surroundings of the vertices without those that are far off, whose number is noted.
            labels: whether hyperplanes have their numbers in ``hyperplanes``; by default up to 40.
            ax: axes of matplotlib to draw in (of space for planes); a new figure if None.
            figsize: width and height of a new figure in inches.

        Raises:
            ShapeError: in other dimensions.
            MissingExtraError: if matplotlib is not installed.

        >>> arrangement = Arrangement.from_rows([[0, 1, 0], [0, 0, 1], [-1, 1, 1]])
        >>> len(arrangement.plot().axes[0].patches)  # the triangle
        1
        """
        from polytopes.arrangements.arrangement_pictures import plot_hyperplanes

        drawn = self.ambient_dim in (1, 2, 3)
        vertices = [flat.lift(()) for flat in self.flats(self.ambient_dim)] if drawn else []
        bounded = [own.closure for own in self.chambers() if own.cell.is_bounded] if self.ambient_dim == 2 else []
        return plot_hyperplanes(self.hyperplanes, self.ambient_dim, vertices, bounded, window, labels, ax, figsize)

    def flats(self, codim: int | None = None) -> tuple[Flat, ...]:
        """Return the nonempty intersections of hyperplanes, of one codimension or all by increasing codimension.

        The whole space is the flat of codimension 0.
        """
        from polytopes.arrangements.flats import flats

        levels = flats(self.hyperplanes, self.ambient_dim)
        if codim is None:
            return tuple(flat for level in levels for flat in level)
        return levels[codim] if 0 <= codim < len(levels) else ()

    def intersection_poset(self) -> nx.DiGraph:
        """Return the flats ordered by reverse inclusion, as a graph of cover relations with Möbius values."""
        from polytopes.arrangements.flats import intersection_poset

        return intersection_poset(self.hyperplanes, self.ambient_dim)

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of faces of dimension 0, 1, ..., ambient_dim: chambers of the restrictions to all flats.

        >>> Arrangement.central([[1, 0], [0, 1], [1, 1]]).f_vector()
        (1, 6, 6)
        """
        counts = [0] * (self.ambient_dim + 1)
        for flat in self.flats():
            counts[flat.dim] += self.restrict(flat.equations).n_chambers
        return tuple(counts)

    def covectors(self) -> Iterator[Signs]:
        """Yield the sign vector of every face once: the chambers of the restrictions to all flats, largest flats first.

        >>> sorted(Arrangement.from_rows([[0, 1], [-1, 1]]).covectors())
        [(-1, -1), (0, -1), (1, -1), (1, 0), (1, 1)]
        """
        for flat in self.flats():
            for chamber in self.restrict(flat.equations).chambers():
                yield self.covector(flat.lift(chamber.point))


def _oriented(row: Sequence[Fraction]) -> Row:
    """Return the primitive multiple whose normal has a positive leading entry."""
    lead = next(entry for entry in row[1:] if entry)
    return primitive(row if lead > 0 else [-entry for entry in row])


def _affine_echelon(equations: Sequence[Sequence[Any]]) -> tuple[tuple[Row, ...], tuple[int, ...]]:
    """Return echelon basis and pivots with the constant moved last; its column is a pivot iff nothing solves them."""
    return echelon([constant_last(row) for row in equations])


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise InputError(f"hyperplane {shortened(index)} of an arrangement of {size}; indices start at 0")
