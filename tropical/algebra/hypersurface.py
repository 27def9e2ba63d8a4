"""Tropical hypersurfaces: where the maximum of a tropical polynomial is attained twice, as weighted complexes."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.complexes.balancing import is_balanced
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import Cell, RegularSubdivision
from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.algebra.expressions import parse_polynomial
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron


def lattice_length(vector: Vector) -> Fraction:
    """Return the rational l >= 0 such that ``vector`` is l times a primitive integer vector.

    >>> lattice_length((Fraction(4), Fraction(6))), lattice_length((Fraction(1, 2), Fraction(0)))
    (Fraction(2, 1), Fraction(1, 2))
    """
    length = Fraction(0)
    for entry in vector:
        length = _common_divisor(length, entry)
    return length


def edge_lengths(subdivision: RegularSubdivision) -> dict[Cell, Fraction]:
    """Return the lattice length of every 1-cell of a subdivision.

    >>> edge_lengths(parse_polynomial("max(2x, 2y, 0)").dual_subdivision)
    {(0, 1): Fraction(2, 1), (0, 2): Fraction(2, 1), (1, 2): Fraction(2, 1)}
    """
    points, edges = subdivision.points, subdivision.edge_graph().edges(data="cell")
    found = {}
    for a, b, cell in edges:
        found[cell] = lattice_length(tuple(p - q for p, q in zip(points[a[0]], points[b[0]], strict=True)))
    return found


def _common_divisor(a: Fraction, b: Fraction) -> Fraction:
    a, b = abs(a), abs(b)
    while b:
        a, b = b, a % b
    return a


def _polynomial(given: object) -> TropicalPolynomial:
    if isinstance(given, str):
        return parse_polynomial(given)
    if isinstance(given, TropicalRational):
        return given.as_polynomial()
    if not isinstance(given, TropicalPolynomial):
        raise InputError(f"a hypersurface needs a tropical polynomial such as 'max(x, y, 0)', not {shortened(given)}")
    return given


@frozen(eq=False, repr=False, slots=False)
class TropicalHypersurface:
    """The points where a tropical polynomial attains its maximum at least twice.

    Its k-cells are dual to the (d - k)-cells of the dual subdivision. A maximal cell has the lattice length of its dual
    edge as multiplicity, a positive integer if the exponents are integers. The polynomial may be an expression.

    >>> TropicalHypersurface("max(x, y, 0)").complex.f_vector()
    (1, 3)
    >>> line = TropicalHypersurface(TropicalPolynomial.from_terms({(1, 0): 0, (0, 1): 0, (0, 0): 0}))
    >>> line.complex.f_vector(), sorted(line.complex.rays), line.is_balanced()
    ((1, 3), [(-1, 0), (0, -1), (1, 1)], True)
    """

    polynomial: TropicalPolynomial = field(converter=_polynomial)

    def __repr__(self) -> str:
        return f"TropicalHypersurface of {self.polynomial!r}"

    def _repr_latex_(self) -> str | None:
        return self.polynomial._repr_latex_()

    @cached_property
    def subdivision(self) -> RegularSubdivision:
        """The dual subdivision; its points are the terms."""
        return self.polynomial.dual_subdivision

    @cached_property
    def dual_edges(self) -> tuple[Cell, ...]:
        """The 1-cells of the dual subdivision, in the order of the maximal cells of :attr:`complex`."""
        return self.subdivision.cells(1)

    @cached_property
    def complex(self) -> PolyhedralComplex:
        """The hypersurface as a pure complex of dimension d - 1; it has no cell if one term is essential."""
        return self.subdivision.dual_complex(self.dual_edges)

    @cached_property
    def multiplicities(self) -> tuple[Fraction, ...]:
        """The multiplicity of every maximal cell of :attr:`complex`."""
        lengths = edge_lengths(self.subdivision)
        return tuple(lengths[edge] for edge in self.dual_edges)

    def is_balanced(self) -> bool:
        """Return whether the balancing condition holds, as it must by the structure theorem.

        It is computed from the complex and the multiplicities alone
        (:func:`polytopes.complexes.balancing.is_balanced`).
        """
        return is_balanced(self.complex, self.multiplicities)

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., d - 1, read off the dual subdivision."""
        sub = self.subdivision
        return (*[0] * (sub.ambient_dim - sub.dim), *reversed(sub.f_vector()[1:]))

    # Regions of linearity

    @property
    def essential_terms(self) -> tuple[int, ...]:
        """The indices of the terms that are the largest on a full-dimensional region."""
        return tuple(cell[0] for cell in self.subdivision.vertices)

    @cached_property
    def regions(self) -> tuple[Polyhedron, ...]:
        """For every essential term the polyhedron where it is the largest."""
        return self.subdivision.dual_complex().maximal_cells

    @cached_property
    def region_graph(self) -> nx.Graph:
        """The graph on the essential terms; two are adjacent if their regions share a facet."""
        graph = nx.Graph()
        graph.add_nodes_from(self.essential_terms)
        graph.add_edges_from((a[0], b[0]) for a, b in self.subdivision.edge_graph().edges)
        return graph
