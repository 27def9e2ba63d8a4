"""The lattice points of polytopes: lists, counts in all dilates, and what counts them."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm

from polytopes.arithmetic.quasi_polynomials import QuasiPolynomial, quasi_polynomial_of
from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.arithmetic.rationals import Row
from polytopes.errors import LimitReached, NoAnswerError, VerificationFailed
from polytopes.polyhedra import normaliz
from polytopes.polyhedra.face_structure import FaceStructure


class LatticeStructure(FaceStructure):
    """The part of :class:`polytopes.polyhedra.polyhedron.Polyhedron` that is about integer points.

    It needs the extra ``normaliz``: ``pip install 'tropical-polytopes[normaliz]'``.
    """

    @property
    def denominator(self) -> int:
        """The least common denominator of the vertices; 1 for a lattice polytope and the empty set."""
        return lcm(*(row[0] for row in self.generators if row[0]))

    @property
    def is_lattice_polytope(self) -> bool:
        """Whether it is bounded and its vertices are integer points."""
        return self.is_bounded and self.denominator == 1

    def lattice_points(self, limit: int | None = None) -> tuple[Row, ...]:
        """Return the integer points of a polytope in lexicographic order.

        Args:
            limit: the largest number of points that are listed; they are counted first.

        Raises:
            NoAnswerError: if the polyhedron is unbounded.
            LimitReached: if there are more; the number is its ``partial`` result.
            MissingExtraError: if PyNormaliz is not installed.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.from_generators([(0, 0), (2, 0), (0, "3/2")]).lattice_points()
        ((0, 0), (0, 1), (1, 0), (2, 0))
        """
        self._check_bounded("the lattice points")
        if self.is_empty:
            return ()
        if limit is not None and (number := self.n_lattice_points) > limit:
            raise LimitReached(f"{number} lattice points, more than {limit}", number)
        points = tuple(row[1:] for row in normaliz.points_of_degree_one(self.generators))
        if not all(self.contains(point) for point in points):
            raise VerificationFailed("a lattice point does not lie in its polytope")
        return points

    @cached_property
    def n_lattice_points(self) -> int:
        """The number of integer points of a polytope, which are not listed; errors as for :meth:`lattice_points`.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0], [1000, 1000]).n_lattice_points
        1002001
        """
        self._check_bounded("the number of lattice points")
        return 0 if self.is_empty else normaliz.number_of_degree_one(self.generators)

    @cached_property
    def ehrhart_series(self) -> RationalSeries:
        r"""The series ``sum_n L(n) t^n`` of the numbers L(n) of integer points of the dilates n P of a polytope P.

        The series of a polytope with denominator m has the denominator ``(1 - t^m)^(dim + 1)``, before common factors
        are divided out (Ehrhart 1962). It is 0 for the empty set.

        Raises:
            NoAnswerError: if the polyhedron is unbounded.
            VerificationFailed: if the count of lattice points, or the volume of a full-dimensional polytope, is another
                one.
            MissingExtraError: if PyNormaliz is not installed.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0], [1, 1]).ehrhart_series
        RationalSeries(numerator=(1, 1), denominator=(1, -3, 3, -1))
        >>> Polyhedron.box([0, 0], ["1/2", "1/2"]).ehrhart_series.terms(6)
        [1, 1, 4, 4, 9, 9]
        """
        self._check_bounded("the Ehrhart series")
        if self.is_empty:
            return RationalSeries((), (1,))
        numerator, exponents = normaliz.hilbert_series(self.generators)
        below = [1]
        for exponent in exponents:
            below = [a - b for a, b in zip(below + [0] * exponent, [0] * exponent + below, strict=True)]
        series = RationalSeries(numerator, below)
        if series.term(1) != self.n_lattice_points:
            raise VerificationFailed("an Ehrhart series does not begin with the number of lattice points")
        return series

    def ehrhart_polynomial(self) -> QuasiPolynomial:
        """Return the function n -> L(n): a polynomial for a lattice polytope, a quasi-polynomial in general.

        Its value at -n is, up to the sign, the number of integer points in the relative interior of n P (Macdonald).
        The leading coefficient is checked: it is the volume, if P is full-dimensional.

        Raises:
            NoAnswerError: if the polyhedron is unbounded, or the period may be huge.
            VerificationFailed, MissingExtraError: as for :attr:`ehrhart_series`.

        >>> from polytopes import Polyhedron
        >>> square = Polyhedron.box([0, 0], [1, 1])
        >>> square.ehrhart_polynomial()
        QuasiPolynomial: n^2 + 2 n + 1
        >>> square.ehrhart_polynomial()(-3), (3 * square).n_lattice_points
        (Fraction(4, 1), 16)
        >>> Polyhedron.box([0], ["1/2"]).ehrhart_polynomial()
        QuasiPolynomial: 1/2 n + 1 if n % 2 = 0; 1/2 n + 1/2 if n % 2 = 1
        """
        self._check_bounded("the Ehrhart polynomial")
        if self.is_empty:
            return QuasiPolynomial(((),))
        found = quasi_polynomial_of(self.ehrhart_series, self.denominator, self.dim)
        if self.is_full_dimensional:
            leading = {part[self.dim] if len(part) > self.dim else Fraction(0) for part in found.constituents}
            if leading != {self.volume()}:
                raise VerificationFailed("the leading coefficient of an Ehrhart polynomial is not the volume")
        return found

    def h_star_vector(self) -> tuple[int, ...]:
        """Return the h*-vector: the coefficients of ``(1 - t^m)^(dim + 1)`` times the Ehrhart series.

        Here m is the denominator of the vertices, 1 for lattice polytopes. The entries are nonnegative (Stanley 1980).

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0, 0], [1, 1, 1]).h_star_vector()
        (1, 4, 1, 0)
        """
        size = self.denominator * (self.dim + 1)
        entries = self.ehrhart_series.terms(max(size, 0))
        for _ in range(self.dim + 1):
            entries = [a - b for a, b in zip(entries, [0] * self.denominator + entries, strict=False)]
        if any(entry < 0 for entry in entries):
            raise VerificationFailed("an h*-vector has a negative entry")
        return tuple(entries)

    def hilbert_basis(self) -> tuple[Row, ...]:
        """Return the Hilbert basis of the closed cone over ``{1} x P``, the constant first.

        Of a lattice polytope it has the lattice points with constant 1, and others with larger ones iff P is not
        integrally closed. Of an unbounded polyhedron the rows with constant 0 are the Hilbert basis of its recession
        cone. Errors and lines as for :meth:`polytopes.polyhedra.cone.Cone.hilbert_basis`.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.from_generators([(0,), (1,)]).hilbert_basis()
        ((1, 0), (1, 1))
        """
        return () if self.is_empty else self.homogenization.hilbert_basis()

    def _check_bounded(self, what: str) -> None:
        if not self.is_bounded:
            raise NoAnswerError(f"{what} of an unbounded polyhedron; intersect with a box, or ask for hilbert_basis()")
