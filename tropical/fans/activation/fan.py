"""The activation fan of a data set: all the ways in which N affine forms can divide up its points.

The parameter Theta is an N x (d + 1) matrix whose row i is (coefficient, exponents) of the form theta_i. Its *pattern*
takes each point p to the set of the i for which theta_i(p) is largest. Parameters with one pattern form the relative
interior of a cone, and these cones form a complete fan; in the maximal ones every point has one term, its *color*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain, permutations
from typing import Any, TypeVar

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Row, dot
from polytopes.errors import InputError, ShapeError
from polytopes.messages import exact_repr, made_by
from polytopes.polyhedra.cone import Cone
from tropical.fans.activation.argmax_classes import check_terms, class_counts, class_partitions, n_colorings
from tropical.fans.activation.coloring_search import Search
from tropical.fans.activation.parameters import Parameter, arc_row, parameter_of, parameter_rows, parameter_texts
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.realization import activation_cone
from tropical.fans.data_set import DataSet

Number = TypeVar("Number", int, Fraction)


@frozen
class ActivationCone:
    """A maximal cone of an activation fan: the parameters under which every point has its color.

    ``colors`` has the term of each point of the data, ``parameter`` is a point in the interior: N rows of integers.
    """

    colors: tuple[int, ...]
    parameter: Parameter = field(eq=False, repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the cone with numbers as texts."""
        return {"colors": list(self.colors), "parameter": parameter_texts(self.parameter)}


@frozen
class Wall:
    """A facet of a maximal cone, across which ``points`` (equal ones) change their color to ``rival``.

    ``row`` is the linear inequality on Theta, in the order of its rows, that the facet makes an equation;
    ``parameter`` lies in the relative interior of the facet, ``colors`` is the cone beyond it.
    """

    points: tuple[int, ...]
    color: int
    rival: int
    row: Row = field(repr=exact_repr)
    parameter: Parameter = field(eq=False, repr=exact_repr)
    colors: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the wall with numbers as texts."""
        return {
            "points": list(self.points),
            "color": self.color,
            "rival": self.rival,
            "parameter": parameter_texts(self.parameter),
            "colors": list(self.colors),
        }


@made_by("write ActivationFan.of(points, terms)", DataSet)
@frozen(slots=False, eq=False, repr=False)
class ActivationFan:
    """The activation fan of a data set for N terms; nothing is enumerated before it is needed.

    >>> fan = ActivationFan.of([(0, 0), (1, 0), (0, 1), (1, 1)], 3)
    >>> fan
    ActivationFan of 4 points in Q^2 for 3 terms
    >>> fan.n_maximal_cones, fan.dim, fan.lineality_dim
    (75, 9, 3)
    """

    data: DataSet
    n_terms: int

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.data, DataSet):
            raise InputError(f"a fan of {type(self.data).__name__}; give a DataSet, or points to ActivationFan.of")
        check_terms(self.n_terms)

    @classmethod
    def of(cls, data: Any, n_terms: int) -> ActivationFan:
        """Return the fan of a :class:`DataSet`, or of points (M x d rationals), for ``n_terms`` terms.

        Raises:
            InputError: if there is no term.
        """
        return cls(data if isinstance(data, DataSet) else DataSet.of(data), n_terms)

    def __repr__(self) -> str:
        return f"ActivationFan of {self.data.n_points} points in Q^{self.data.dim} for {self.n_terms} terms"

    @property
    def dim(self) -> int:
        """N (d + 1), the dimension of the space of parameters."""
        return self.n_terms * (self.data.dim + 1)

    @property
    def lineality_dim(self) -> int:
        """The dimension of the smallest cone, N (d + 1) - (N - 1) r with r the rank of [1 | X]."""
        return self.dim - (self.n_terms - 1) * self.data.rank

    @cached_property
    def search(self) -> Search:
        """The search that decides which colorings of the data are realized."""
        return Search(self.data)

    @cached_property
    def class_parameters(self) -> dict[tuple[int, ...], Parameter]:
        """The partitions of the distinct points into at most N argmax classes, each with forms that have them."""
        return dict(self._partitions())

    @cached_property
    def class_counts(self) -> tuple[int, ...]:
        """(a_1, a_2, ...): the numbers of partitions of the data into k argmax classes, k up to N."""
        return class_counts(self.data, self.n_terms)

    @cached_property
    def n_maximal_cones(self) -> int:
        """The number of maximal cones, by the counting law."""
        return n_colorings(self.class_counts, self.n_terms)

    def orbits(self) -> Iterator[ActivationCone]:
        """Yield one maximal cone of each orbit under renaming the terms: colors are numbered by first appearance."""
        position = self.data.position
        for partition, parameter in self._partitions():
            colors = tuple(partition[place] for place in position)
            yield ActivationCone(colors, with_idle_terms(parameter, self.n_terms, self.data.dim))

    def _partitions(self) -> Iterable[tuple[tuple[int, ...], Parameter]]:
        """Return :attr:`class_parameters` if they are known, or else an iterator that finds them."""
        if "class_parameters" in self.__dict__:
            return self.class_parameters.items()
        found = class_partitions(self.data, self.n_terms, self.search)
        return ((partition.colors, partition.parameter) for partition in found)

    def cones(self) -> Iterator[ActivationCone]:
        """Yield all maximal cones, each with an interior parameter; those of one orbit follow one another."""
        for cone in self.orbits():
            n_classes = max(cone.colors, default=-1) + 1
            for names in permutations(range(self.n_terms), n_classes):
                yield renamed(cone, names)

    def polyhedral_cone(self, cone: ActivationCone) -> Cone:
        """Return a maximal cone as a :class:`polytopes.polyhedra.cone.Cone`, with its rays modulo the lineality space.

        >>> fan = ActivationFan.of([[0], [1]], 2)
        >>> fan.polyhedral_cone(next(fan.orbits())).rays
        ((0, 0, -1, 1), (0, 0, 0, -1))
        """
        return activation_cone(self.data, ActivationPattern.of_colors(cone.colors, self.n_terms))

    def pattern(self, theta: MatrixLike) -> ActivationPattern:
        """Return the pattern of a parameter, N x (d + 1) rationals: the smallest cone that contains it.

        Raises:
            ShapeError: if the matrix has another shape.

        >>> ActivationFan.of([[0], [1], [2]], 2).pattern([("1/2", 0), (0, "1/2")]).sets
        ((0,), (0, 1), (1,))
        """
        rows = parameter_rows(theta, self.data)
        if len(rows) != self.n_terms:
            raise ShapeError(f"a parameter of {len(rows)} terms for a fan of {self.n_terms}")
        return ActivationPattern.of_parameter(self.data, rows)

    def locate(self, theta: MatrixLike) -> tuple[int, ...] | None:
        """Return the colors of the maximal cone with this parameter in its interior, or None if it is on a wall."""
        pattern = self.pattern(theta)
        return tuple(terms[0] for terms in pattern.sets) if pattern.is_maximal else None

    def common_refinement(self, other: ActivationFan) -> ActivationFan:
        """Return the fan of all intersections of a cone of each: the activation fan of the points of both together.

        It is the normal fan of the sum of the two activation polytopes, and that is the polytope of all points.

        Raises:
            ShapeError: if dimensions or numbers of terms differ.

        >>> both = ActivationFan.of([[0], [1]], 2).common_refinement(ActivationFan.of([[2]], 2))
        >>> both.n_maximal_cones
        6
        """
        mine, theirs = self.data, other.data
        if (mine.dim, self.n_terms) != (theirs.dim, other.n_terms):
            raise ShapeError(f"{self} and {other} have no common refinement; give one dimension and number of terms")
        both = (*mine.points, *theirs.points)
        data = DataSet.of(both, weights=(*mine.weights, *theirs.weights), dim=mine.dim)
        return ActivationFan(data, self.n_terms)

    def walls(self, cone: ActivationCone) -> Iterator[Wall]:
        """Yield the facets of a maximal cone.

        Algorithm:
            The inequality of point p and rival j is a facet iff the cone with this inequality reversed and all others
            kept has interior points; the segment to one of them leaves the cone through the facet.
        """
        first = [points[0] for points in self.data.copies]
        colors = [cone.colors[p] for p in first]
        for p, color in enumerate(colors):
            for rival in range(self.n_terms):
                if rival != color and self.search.is_realized(colors, self.n_terms, p, rival):
                    yield self._wall(cone, p, rival, self.search.parameter)

    def _wall(self, cone: ActivationCone, p: int, rival: int, beyond: Parameter) -> Wall:
        points = self.data.copies[p]
        color = cone.colors[points[0]]
        new = tuple(rival if q in points else c for q, c in enumerate(cone.colors))
        row = self.data.rows[p]
        value = dot(row, cone.parameter[color]) - dot(row, cone.parameter[rival])
        lack = dot(row, beyond[rival]) - dot(row, beyond[color])
        pairs = zip(chain.from_iterable(cone.parameter), chain.from_iterable(beyond), strict=True)
        middle = parameter_of([lack * a + value * b for a, b in pairs], self.data)
        return Wall(points, color, rival, arc_row(row, color, rival, self.n_terms), middle, new)


def with_idle_terms(parameter: Parameter, n_terms: int, dim: int) -> Parameter:
    """Return the parameter with terms added that are nowhere largest; equal forms if it has no terms."""
    return with_lower_forms(parameter, n_terms) if parameter else ((0,) * (dim + 1),) * n_terms


def with_lower_forms(forms: Sequence[tuple[Number, ...]], size: int) -> tuple[tuple[Number, ...], ...]:
    """Return ``size`` forms: those given, and copies of the first less a constant, which are nowhere largest.

    >>> with_lower_forms([(0, 1)], 2)
    ((0, 1), (-1, 1))
    """
    constant, *exponents = forms[0]
    return tuple(forms) + ((constant - 1, *exponents),) * (size - len(forms))


def renamed(cone: ActivationCone, names: Sequence[int]) -> ActivationCone:
    """Return the image of a cone under a renaming of its colors 0, 1, ..., k - 1."""
    order = term_order(names, len(cone.parameter))
    return ActivationCone(tuple(names[c] for c in cone.colors), tuple(cone.parameter[i] for i in order))


def term_order(names: Sequence[int], n_terms: int) -> tuple[int, ...]:
    """Return the old term of each new name; 0, 1, ..., k - 1 get ``names``, and idle terms the others in order.

    >>> term_order((2, 0), 4)
    (1, 2, 0, 3)
    """
    place = {name: term for term, name in enumerate(names)}
    idle = iter(range(len(names), n_terms))
    return tuple(place[i] if i in place else next(idle) for i in range(n_terms))
