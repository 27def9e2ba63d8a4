"""Decision boundaries of tropical classifiers as exact complexes: signed tropical hypersurfaces and several classes.

A classifier with the scores ``F_1, ..., F_m``, tropical polynomials, prefers class k where F_k is the largest. Its
decision boundary is the set of points with two or more preferred classes, a subcomplex of the complex of the
polynomial ``F_1 (+) ... (+) F_m``. With two classes this is the signed (or real) tropical hypersurface
``{g = h}`` of ``g (/) h`` (Brandenburg, Loho, Montufar, The Real Tropical Geometry of Neural Networks,
arXiv 2403.11871).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx
from attrs import Factory, field, frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import Vector
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import Cell, RegularSubdivision, regular_subdivision
from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by, shortened
from polytopes.polyhedra.incidence import incidences
from tropical.algebra.polynomial import TropicalPolynomial

if TYPE_CHECKING:
    from tropical.algebra.rational_function import TropicalMap, TropicalRational

POSITIVE, NEGATIVE = 0, 1


def class_names(count: int, by_sign: bool) -> tuple[str, ...]:
    """Return what classes are called, those of a sign or of several scores.

    Of two scores the second less the first has a sign where one is asked for: class 1 is then the positive one.

    >>> class_names(2, by_sign=True), class_names(2, by_sign=False)
    (('positive', 'negative'), ('class 0', 'class 1'))
    """
    return ("positive", "negative") if by_sign else tuple(f"class {k}" for k in range(count))


@made_by(
    "give a tropical polynomial for each class, or write "
    "DecisionBoundary.of_rational(parse('max(x, y) - max(0, x + y)'))",
    Sequence,
)
@frozen(eq=False, repr=False, slots=False)
class DecisionBoundary:
    """Where the largest of several tropical polynomials in d variables is attained by two of them.

    Make one with :meth:`of_rational`, :meth:`of_signs`, :meth:`of_scores`, or from one polynomial for each class.
    Where a sign decides, as of g (/) h, class 0 is the positive and class 1 the negative one. The terms of all classes,
    in their order, are the points of :attr:`subdivision`; a cell is *mixed* if it has points of two classes.

    >>> from tropical import TropicalRational
    >>> x, y = TropicalPolynomial.variables(2)
    >>> boundary = DecisionBoundary.of_rational((x + y) / TropicalRational.of(x * y + 0))
    >>> boundary.f_vector(), boundary.n_positive_regions, boundary.n_negative_regions
    ((1, 4), 2, 2)
    """

    classes: tuple[TropicalPolynomial, ...]
    by_sign: bool = field(kw_only=True, default=Factory(lambda boundary: len(boundary.classes) == 2, takes_self=True))
    """Whether two classes are the signs of one function, not two scores of which the larger decides."""

    def __attrs_post_init__(self) -> None:
        if isinstance(self.classes, str) or not all(isinstance(scores, TropicalPolynomial) for scores in self.classes):
            raise InputError(
                f"DecisionBoundary(...) got {shortened(self.classes)}; give a tropical polynomial for each class, or "
                "write DecisionBoundary.of_rational(parse('max(x, y) - max(0, x + y)'))"
            )
        common_dimension((polynomial.ambient_dim for polynomial in self.classes), None, "classes")
        if not any(polynomial.n_terms for polynomial in self.classes):
            raise InputError("no class has a term; give at least one term")
        if self.by_sign and len(self.classes) != 2:
            raise InputError(f"by_sign is true for {len(self.classes)} classes; the signs of a function are two")

    @classmethod
    def of_rational(cls, function: TropicalRational) -> DecisionBoundary:
        """Return the boundary {g = h} of g (/) h; the positive class is g > h."""
        return cls((function.numerator, function.denominator))

    @classmethod
    def of_signs(cls, polynomial: TropicalPolynomial, signs: Sequence[int]) -> DecisionBoundary:
        """Return the boundary of a signed polynomial, with a sign, 1 or -1, for each term, in the order of the rows."""
        if len(signs) != polynomial.n_terms or not set(signs) <= {1, -1}:
            raise ShapeError(f"{len(signs)} signs for {polynomial.n_terms} terms; give 1 or -1 for each term")
        parts = ([row for row, s in zip(polynomial.rows, signs, strict=True) if s == sign] for sign in (1, -1))
        scale, dim = polynomial.denominator, polynomial.ambient_dim
        return cls(tuple(TropicalPolynomial.from_rows(part, scale, dim) for part in parts))

    @classmethod
    def of_scores(cls, scores: TropicalMap) -> DecisionBoundary:
        """Return the boundary of the classifier that prefers the largest of m >= 2 tropical rational functions."""
        return cls(scores.common_numerators(), by_sign=False)

    def __repr__(self) -> str:
        terms = " + ".join(str(polynomial.n_terms) for polynomial in self.classes)
        return f"DecisionBoundary in Q^{self.ambient_dim}, {terms} terms"

    @property
    def ambient_dim(self) -> int:
        """The dimension d of the space."""
        return self.classes[0].ambient_dim

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called: by the sign of a function, or by their numbers."""
        return class_names(len(self.classes), self.by_sign)

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return len(self.classes)

    # The signed subdivision

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """The class of every point of :attr:`subdivision`."""
        return tuple(k for k, polynomial in enumerate(self.classes) for _ in polynomial.rows)

    @cached_property
    def subdivision(self) -> RegularSubdivision:
        """The regular subdivision of the terms of all classes; an exponent of two classes is two points."""
        forms = [form for polynomial in self.classes for form in polynomial.forms]
        return regular_subdivision([form[1:] for form in forms], [form[0] for form in forms], self.ambient_dim)

    def classes_on(self, cell: Iterable[int]) -> frozenset[int]:
        """Return the classes of the points of a cell: those preferred on its dual cell."""
        return frozenset(self.labels[i] for i in cell)

    def mixed_cells(self, k: int) -> tuple[Cell, ...]:
        """Return the k-cells of the subdivision with points of several classes, dual to boundary cells."""
        return self.subdivision.mixed_cells(self.labels, k)

    @cached_property
    def minimal_mixed_cells(self) -> tuple[Cell, ...]:
        """The mixed cells without mixed faces, dual to the maximal cells of the boundary.

        They are edges if no two classes share a term or touch without changing places.
        """
        found: list[Cell] = []
        through: dict[int, list[frozenset[int]]] = {}
        for k in range(self.subdivision.dim + 1):
            for cell in self.mixed_cells(k):
                own = frozenset(cell)
                if not any(smaller <= own for i in cell for smaller in through.get(i, ())):
                    found.append(cell)
                    through.setdefault(cell[0], []).append(own)
        return tuple(found)

    def signed_f_vectors(self) -> dict[frozenset[int], tuple[int, ...]]:
        """Return for every set of classes the numbers of cells of dimension 0, 1, ... with points of exactly these.

        >>> F = TropicalPolynomial.from_terms({2: 0, 1: 1, 0: 0})
        >>> DecisionBoundary.of_signs(F, [1, -1, 1]).signed_f_vectors()
        {frozenset({0}): (2, 0), frozenset({1}): (1, 0), frozenset({0, 1}): (0, 2)}
        """
        sub = self.subdivision
        found: dict[frozenset[int], list[int]] = {}
        for k in range(sub.dim + 1):
            for cell in sub.cells(k):
                found.setdefault(self.classes_on(cell), [0] * (sub.dim + 1))[k] += 1
        order = sorted(found, key=lambda classes: (len(classes), sorted(classes)))
        return {classes: tuple(found[classes]) for classes in order}

    @cached_property
    def corners(self) -> list[Vector]:
        """The points of the space dual to the maximal cells of the subdivision; none if it is a single point."""
        return [vertex[:-1] for vertex in self.subdivision.dome.vertices] if self.subdivision.dim else []

    # The boundary

    @cached_property
    def complex(self) -> PolyhedralComplex:
        """The boundary as a complex: pure of dimension d - 1 in general, full-dimensional where classes share terms."""
        return self.subdivision.dual_complex(self.minimal_mixed_cells)

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of boundary cells of dimension 0, 1, ..., up to the largest; () for an empty boundary."""
        d, dim = self.subdivision.ambient_dim, self.subdivision.dim
        counts = [0] * (d - dim) + [len(self.mixed_cells(k)) for k in range(dim, -1, -1)]
        while counts and not counts[-1]:
            counts.pop()
        return tuple(counts)

    @cached_property
    def n_components(self) -> int:
        """The number of connected components of the boundary."""
        return len(self.complex.connected_components())

    @property
    def is_bounded(self) -> bool:
        """Whether the boundary is bounded."""
        return self.complex.is_bounded

    # Regions

    @cached_property
    def region_graph(self) -> nx.Graph:
        """The graph on the regions with one preferred class; nodes are vertices of the subdivision, with a ``label``.

        Edges are the dual edges with one class only, so that its components are those of the sets where one class is
        strictly preferred.
        """
        graph = nx.Graph()
        for vertex in self.subdivision.vertices:
            on = self.classes_on(vertex)
            if len(on) == 1:
                graph.add_node(vertex, label=min(on))
        edges = self.subdivision.edge_graph().edges(data="cell")
        graph.add_edges_from((a, b) for a, b, cell in edges if len(self.classes_on(cell)) == 1)
        return graph

    def regions(self, label: int) -> tuple[tuple[Cell, ...], ...]:
        """Return the connected components of the open set where a class is strictly preferred.

        Each is the tuple of the vertices of the subdivision whose dual cells make it up.
        """
        components = (tuple(sorted(part)) for part in nx.connected_components(self.region_graph))
        return tuple(sorted(part for part in components if self.region_graph.nodes[part[0]]["label"] == label))

    def bounded_regions(self, label: int) -> tuple[tuple[Cell, ...], ...]:
        """Return those of :meth:`regions` that are bounded."""
        bounded = set(self.subdivision.interior_cells(0))
        return tuple(part for part in self.regions(label) if bounded.issuperset(part))

    @property
    def n_positive_regions(self) -> int:
        """The number of components of the set where class 0 is strictly preferred."""
        return len(self.regions(POSITIVE))

    @property
    def n_negative_regions(self) -> int:
        """The number of components of the set where class 1 is strictly preferred."""
        return len(self.regions(NEGATIVE))

    @cached_property
    def tied_terms(self) -> tuple[Cell, ...]:
        """The vertices of the subdivision that several classes share: there the boundary is full-dimensional."""
        return self.mixed_cells(0)

    # Types

    @property
    def labeled_type(self) -> tuple[tuple[int, ...], tuple[Cell, ...]]:
        """The classes of the terms and the maximal cells of the subdivision, as sets of terms.

        Two families of terms that are numbered alike have the same combinatorial type iff these are equal.
        """
        return self.labels, self.subdivision.maximal_cells

    def same_type(self, other: DecisionBoundary) -> bool:
        """Return whether two boundaries have isomorphic signed subdivisions.

        An isomorphism keeps classes, incidences of essential terms and cells, and what is bounded. The order and the
        exponents of the terms do not matter; :attr:`labeled_type` tells them apart.
        """
        if self.n_classes != other.n_classes or self.ambient_dim != other.ambient_dim:
            return False
        return bool(nx.vf2pp_is_isomorphic(self._incidences, other._incidences, node_label="kind"))

    @cached_property
    def _incidences(self) -> nx.Graph:
        """The bipartite graph of regions and the minimal faces and rays of the dome, with classes and kinds."""
        sub = self.subdivision
        graph = nx.Graph()
        generators = sub.dome.generators
        lines = len(sub.dome.lines)
        graph.add_nodes_from((("at", j), {"kind": (bool(row[0]), lines)}) for j, row in enumerate(generators))
        for vertex in sub.vertices:
            graph.add_node(vertex, kind=tuple(sorted(self.classes_on(vertex))))
            [mask] = incidences([sub.rows[vertex[0]]], generators)
            graph.add_edges_from((vertex, ("at", j)) for j in range(len(generators)) if mask >> j & 1)
        return graph
