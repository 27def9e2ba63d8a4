"""All combinatorial types of decision boundaries {g = h} with given exponents: the signed secondary fan.

The coefficients of the terms of g and h are heights of their exponents, and the signed regular subdivision that they
induce is the type of the boundary. The cells of the boundary are dual to the *mixed* cells, those with terms of both
signs. So the types for fixed exponents are the cones of the secondary fan of all exponents together, and the
generic ones its maximal cones. Flips among terms of one sign change no mixed cell. *Boundary types* are the sets of
mixed cells; coefficients of one boundary type form a union of secondary cones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Vector, VectorLike, as_matrix, as_vector, exact_text
from polytopes.complexes.regular_subdivision import Cell, RegularSubdivision, regular_subdivision
from polytopes.complexes.secondary_fan import SecondaryCone, secondary_cones
from polytopes.errors import InputError
from polytopes.messages import exact_repr
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial

if TYPE_CHECKING:
    import networkx as nx

Key = tuple[tuple[Cell, ...], int, int]


@frozen
class BoundaryType:
    """A set of mixed cells, with coefficients that induce it.

    ``triangulations`` counts the regular triangulations with these mixed cells, ``components`` the components that they
    form in the dual graph. ``positive_regions`` and ``negative_regions`` count the components of {g > h} and
    {g < h}.
    """

    mixed: tuple[Cell, ...]
    triangulations: int
    components: int
    positive_regions: int
    negative_regions: int
    coefficients: Vector = field(eq=False, repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the type as a dictionary with rationals as strings."""
        return {
            "mixed": [list(cell) for cell in self.mixed],
            "triangulations": self.triangulations,
            "components": self.components,
            "positive_regions": self.positive_regions,
            "negative_regions": self.negative_regions,
            "coefficients": [exact_text(entry) for entry in self.coefficients],
        }


@frozen(slots=False, eq=False, repr=False)
class SignedSecondaryFan:
    """The secondary fan of n exponents of g and m of h, together with the signs of the terms.

    >>> fan = SignedSecondaryFan.of([(0, 0), (1, 1)], [(1, 0), (0, 1)])
    >>> fan
    SignedSecondaryFan of 2 terms less 2 in Q^2
    >>> [(one.mixed, one.positive_regions, one.negative_regions) for one in fan.boundary_types][0]
    (((0, 1, 2), (0, 1, 3), (0, 2), (0, 3), (1, 2), (1, 3)), 1, 2)
    """

    exponents: tuple[Vector, ...]
    n_positive: int
    cones: tuple[SecondaryCone, ...]

    @classmethod
    def of(
        cls,
        positive: MatrixLike,
        negative: MatrixLike,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> SignedSecondaryFan:
        """Return the fan of exponents of g, n x d rationals, and of h, m x d rationals.

        ``progress`` is called with the number of triangulations after every one found.

        Raises:
            InputError: if g or h has no term.
            LimitReached: if there are more than ``limit`` regular triangulations.
        """
        plus, minus = as_matrix(positive), as_matrix(negative)
        if not plus or not minus:
            raise InputError(f"{len(plus)} exponents of g and {len(minus)} of h; give at least one of each")
        exponents = (*plus, *minus)
        cones: list[SecondaryCone] = []
        for cone in secondary_cones(exponents, limit):
            cones.append(cone)
            if progress is not None:
                progress(len(cones))
        return cls(exponents, len(plus), tuple(cones))

    def __repr__(self) -> str:
        n, m, dim = self.n_positive, len(self.exponents) - self.n_positive, len(self.exponents[0])
        return f"SignedSecondaryFan of {n} terms less {m} in Q^{dim}"

    @property
    def labels(self) -> tuple[int, ...]:
        """The sign of every term: 1 in g and -1 in h."""
        return tuple(1 if i < self.n_positive else -1 for i in range(len(self.exponents)))

    def mixed_cells(self, subdivision: RegularSubdivision) -> tuple[Cell, ...]:
        """Return the mixed cells of a subdivision of the exponents, of all dimensions, sorted."""
        found = (subdivision.mixed_cells(self.labels, k) for k in range(subdivision.dim + 1))
        return tuple(sorted(cell for cells in found for cell in cells))

    def type_of(self, coefficients: VectorLike) -> tuple[Cell, ...]:
        """Return the mixed cells for these coefficients, n + m rationals, generic or not."""
        heights = as_vector(coefficients, len(self.exponents))
        return self.mixed_cells(regular_subdivision(self.exponents, heights))

    def boundary(self, coefficients: VectorLike) -> DecisionBoundary:
        """Return the decision boundary for these coefficients."""
        heights = as_vector(coefficients, len(self.exponents))
        forms = [(c, *s) for c, s in zip(heights, self.exponents, strict=True)]
        g, h = (TropicalPolynomial.from_forms(side) for side in (forms[: self.n_positive], forms[self.n_positive :]))
        return DecisionBoundary((g, h))

    @cached_property
    def dual_graph(self) -> nx.Graph:
        """The graph of maximal cones, by index, joined along walls; ``changes`` says if the boundary type differs."""
        import networkx as nx

        index = {cone.maximal_cells: i for i, cone in enumerate(self.cones)}
        graph = nx.Graph()
        graph.add_nodes_from(range(len(self.cones)))
        for i, cone in enumerate(self.cones):
            for cells in cone.neighbors:
                graph.add_edge(i, index[cells], changes=self._keys[i] != self._keys[index[cells]])
        return graph

    @cached_property
    def _mixed(self) -> list[tuple[Cell, ...]]:
        return [self.mixed_cells(cone.triangulation) for cone in self.cones]

    @cached_property
    def boundary_types(self) -> tuple[BoundaryType, ...]:
        """The generic boundary types, sorted by their mixed cells; without mixed cells g > h everywhere, or g < h."""
        import networkx as nx

        graph = self.dual_graph
        inside = nx.subgraph_view(graph, filter_edge=lambda i, j: not graph.edges[i, j]["changes"])
        groups: dict[Key, list[set[int]]] = {}
        for component in nx.connected_components(inside):
            groups.setdefault(self._keys[min(component)], []).append(component)
        found = []
        for (mixed, positive, negative), components in sorted(groups.items()):
            coefficients = self.cones[min(components[0])].triangulation.heights
            sizes = sum(map(len, components)), len(components)
            found.append(BoundaryType(mixed, *sizes, positive, negative, coefficients))
        return tuple(found)

    @cached_property
    def _keys(self) -> list[Key]:
        """The mixed cells and the numbers of positive and negative regions of every triangulation."""
        return [
            (self.mixed_cells(cone.triangulation), self._regions(cone, 1), self._regions(cone, -1))
            for cone in self.cones
        ]

    def _regions(self, cone: SecondaryCone, sign: int) -> int:
        """Return the number of components of the graph of essential terms of one sign."""
        import networkx as nx

        graph = cone.triangulation.edge_graph()
        own = [vertex for vertex in graph if self.labels[vertex[0]] == sign]
        return int(nx.number_connected_components(graph.subgraph(own)))

    def types_up_to_isomorphism(self) -> list[int]:
        """Return the index of one maximal cone for each class of isomorphic signed subdivisions.

        >>> len(SignedSecondaryFan.of([(0, 0), (1, 1)], [(1, 0), (0, 1)]).types_up_to_isomorphism())
        2
        """
        found: list[tuple[int, DecisionBoundary]] = []
        for i, cone in enumerate(self.cones):
            boundary = self.boundary(cone.triangulation.heights)
            if not any(boundary.same_type(other) for _, other in found):
                found.append((i, boundary))
        return [i for i, _ in found]
